"""`predict`'s answer for people: a few labelled lines."""

from __future__ import annotations

from macros.catalog.engines import ENGINES
from macros.cli.answers import Answer
from macros.cli.terminal import pairs, paragraph, shown


def report(answer: Answer) -> str:
    """The answer as lines that fit the terminal."""
    lines = [
        paragraph(title(answer)),
        "",
        pairs(_facts(answer) + _own(answer["own"]) + _speeds(answer)),
    ]
    for other in answer["then"]:
        lines += ["", paragraph(f"Then: {title(other)}"), pairs(_not_told(other) + _speeds(other))]
    if answer["measured"]:
        lines += ["", "Measured nearby, for each user:", pairs(_measured(answer))]
    for note in answer["notes"]:
        lines.append(paragraph(f"Note: {note}"))
    return "\n".join(lines)


def title(answer: Answer) -> str:
    """The scenario in words."""
    precision = f" in {answer['precision']['name']}" if answer["precision"] else ""
    batch, context = answer["batch"], answer["context"]
    users = "1 user" if batch == 1 else f"{batch:,} users"
    each = f", {context:,} tokens of context" if context else ""
    machine = f"{answer['gpus']} × {answer['gpu']['name']}"
    return f"{answer['model']['name']}{precision} on {machine}, {users}{each}"


def _facts(answer: Answer) -> list[tuple[str, str]]:
    model, step, gpu = answer["model"], answer["step"], answer["gpu"]
    rows = []
    if model["total_params"] is None:
        rows.append(("weights", f"{shown(step['weight_read_bytes'], 'bytes')} read for a token"))
    else:
        active = f", {shown(model['active_params'], 'params')} active"
        rows.append(
            (
                "model",
                f"{shown(model['total_params'], 'params')} parameters"
                f"{active if model['active_params'] != model['total_params'] else ''}; "
                f"{shown(step['weight_bytes'], 'bytes')} of weights, of which a step reads "
                f"{shown(step['weight_read_bytes'], 'bytes')}; "
                f"{shown(model['kv_bytes_per_token'], 'bytes')} of cache a token",
            )
        )
    memory = (
        f"{shown(gpu['memory'], 'bytes')} of memory each" if gpu["memory"] else "memory not said"
    )
    rows.append(("fits", f"{_fits(answer)} ({memory})"))
    return rows


def _fits(answer: Answer) -> str:
    if answer["fits"] is None:
        return "not known"
    if not answer["fits"]:
        return f"no: it takes {answer['min_gpus']}"
    words = "yes" if answer["fits_reported"] else "yes by the label, not by what the device reports"
    if answer["batch"] > answer["max_batch"]:
        return f"{words}, but beside them fit the caches of {answer['max_batch']:,} users only"
    return words


def _speeds(answer: Answer) -> list[tuple[str, str]]:
    if answer["fits"] is False:
        enough = answer["at_min_gpus"]
        return _lines(enough, answer["batch"], f"on {enough['gpus']}: ") if enough else []
    return _lines(answer, answer["batch"])


def _own(own: Answer | None) -> list[tuple[str, str]]:
    if own is None:
        return []
    speed, share = shown(own["tokens_per_second"], "tok/s"), own["share_of_ceiling"]
    peers, factor = own["class"], own["fixed_factor"]
    rows = f"{peers['rows']} published rows" if peers["rows"] > 1 else "one published row"
    yours = (
        f"{speed}, {shown(share, '1', scale='%')} of the ceiling; for its ceiling faster than "
        f"{peers['rows_below']} of {rows} like it"
    )
    fixed = f"{shown(factor, '1', scale='×')} the time without reading that others take"
    return [("yours", yours), ("calibrated", fixed)]


def _not_told(answer: Answer) -> list[tuple[str, str]]:
    """Why a scenario of the setup is not calibrated, where it is not."""
    if answer["own"]:
        return []
    return [("calibrated", "no: mixtures and dense models spend time without reading differently")]


def _lines(speeds: Answer, batch: int, where: str = "") -> list[tuple[str, str]]:
    ceiling, expected = speeds["ceiling"], speeds["expected"]
    each = " for each user" if batch > 1 else ""
    whole = f", {shown(ceiling['aggregate_tps'], 'tok/s')} together" if batch > 1 else ""
    rows = [
        (
            "ceiling",
            f"{where}{shown(ceiling['decode_tps'], 'tok/s')}{each}{whole}: a step of "
            f"{shown(ceiling['step_time'], 's')}{_bound(ceiling)}",
        ),
        (
            "expected",
            f"{where}{shown(expected['decode_tps'], 'tok/s')}{each}, "
            f"{shown(expected['low'], 'tok/s')} to {shown(expected['high'], 'tok/s')}, "
            f"{_engine(expected['engine'])}{_calibrated(expected)}",
        ),
        ("rows like it", _peers(expected["class"])),
    ]
    if cost := speeds["cost"]:
        per = cost["per_million_tokens"]
        rows.append(
            (
                "cost",
                f"{per['expected']:,.2f} expected for a million output tokens "
                f"({per['low']:,.2f} to {per['high']:,.2f}; {per['ceiling']:,.2f} at the ceiling), "
                f"at {cost['price_per_gpu_hour']:,.2f} a GPU-hour",
            )
        )
    if energy := speeds["energy"]:
        joules = energy["joules_per_token_at_most"]
        rows.append(
            (
                "energy",
                f"at most {joules['expected']:.3g} J a token at the expected speed, "
                f"{joules['high']:.3g} J at its low end: boards alone, at "
                f"{shown(energy['board_power'], 'W')} each, which few draw while they decode",
            )
        )
    else:
        rows.append(("energy", "no bound: no board power is published for this GPU"))
    return rows


def _engine(id: str | None) -> str:
    return f"with {ENGINES[id]}" if id else "engine not known (--engine narrows it)"


def _calibrated(expected: Answer) -> str:
    return "" if expected["fixed_factor"] == 1 else "; calibrated by yours"


def _peers(peers: Answer) -> str:
    rows = f"{peers['rows']} published" if peers["rows"] > 1 else "one published"
    sources = f"{peers['sources']} sources" if peers["sources"] > 1 else "one source"
    error = shown(peers["median_error"], "1", scale="%", digits=2)
    return f"{rows} of {sources} ({peers['name']}): off by {error} at the median, source unseen"


def _bound(ceiling: Answer) -> str:
    if not ceiling["compute_time"]:
        return " for reading; no arithmetic is counted"
    reading, computing = (shown(ceiling[f"{side}_time"], "s") for side in ("memory", "compute"))
    return f", bound by {ceiling['bound']} (reading {reading}, computing {computing})"


def _measured(answer: Answer) -> list[tuple[str, str]]:
    return [
        (
            shown(row["tokens_per_second"], "tok/s"),
            f"{row['model']}, {row['precision']}, {row['gpus']} × {row['gpu']}, "
            f"{row['concurrency']} user{'s' if row['concurrency'] > 1 else ''}, "
            f"{row['engine']} {row['version']}, {row['date']} "
            f"(ceiling {shown(row['ceiling_tps'], 'tok/s')}); {row['source']['what']}",
        )
        for row in answer["measured"]
    ]
