"""`explain`: a quantity with its formula, its inputs, the numbers put in, and the sources."""

from __future__ import annotations

import math
from dataclasses import dataclass

import click

from macros import law
from macros.cli.answers import Answer
from macros.cli.cached_facts import Known
from macros.cli.cases import calibrated, precision_of, scenario
from macros.cli.exit_codes import NO_FIT, OK
from macros.cli.find_by_name import find
from macros.cli.options import (
    ScenarioOptions,
    command,
    json_option,
    measured_option,
    scenario_options,
)
from macros.cli.terminal import pairs, paragraph, print_json, shown
from macros.errors import Mistake, did_you_mean
from macros.law import formulas
from macros.scenario import Account, Scenario

MORE = """\
JSON: quantity, words, unit, formula, parameters[], inputs[], and with MODEL GPU: value, text,
substituted, steps[] (each equation on the way), sources. A value is null where it hangs on a peak
that no one published, and a speed also where the weights do not fit.

Examples:
  decode-equation explain decode_tps
  decode-equation explain memory_time llama-3-70b h100-sxm --precision fp8
  decode-equation explain own_factor llama-3-8b rtx-4090 --precision fp16 --measured 55.2"""

UNKNOWN = "unknown"


@dataclass(frozen=True)
class ExplainOptions(ScenarioOptions):
    """What to explain, and in which scenario: a model and a GPU, or none."""

    quantity: str
    names: tuple[str, ...]
    measured: float | None
    json: bool


def run(known: Known, options: ExplainOptions) -> int:
    """Print the account of a quantity, in a scenario if one is named."""
    quantity = _quantity(options.quantity)
    if options.names and len(options.names) != 2:
        raise Mistake(f"{' '.join(options.names)!r} names no scenario; write MODEL GPU")
    answer = _formula(quantity)
    code = OK
    if options.names:
        model = find("model", options.names[0], known.catalog.models)
        gpu = find("GPU", options.names[1], known.catalog.gpus)
        precision = precision_of(known, options.precision, model)
        case = calibrated(scenario(known, model, gpu, precision, options), options.measured)
        if case.lacks(quantity):
            needed = int(case.value("min_gpus"))
            answer |= {"value": None, "text": f"does not fit: it takes {needed} GPUs", "steps": []}
            code = NO_FIT
        else:
            answer |= _numbers(case, quantity)
    if options.json:
        print_json(answer)
    else:
        print(_text(answer))
    return code


def _quantity(text: str) -> str:
    """A quantity by its name, or by its name with spaces or hyphens.

    Raises:
        Mistake: the law has none of that name.
    """
    name = text.strip().lower().replace(" ", "_").replace("-", "_")
    if name not in law.MEANINGS:
        hint = did_you_mean(name, law.MEANINGS)
        raise Mistake(f"{text!r} is not a quantity of the law; {hint}")
    return name


def _formula(quantity: str) -> Answer:
    meaning = law.MEANINGS[quantity]
    is_equation = quantity in law.EQUATIONS
    return {
        "quantity": quantity,
        "words": meaning.words,
        "unit": meaning.unit,
        "formula": formulas.in_words(quantity) if is_equation else None,
        "parameters": list(law.parameters_of(quantity)) if is_equation else [],
        "inputs": list(law.inputs_of(quantity)),
    }


def _numbers(case: Scenario, quantity: str) -> Answer:
    """The value in a scenario, each equation on the way to it, and where its inputs were read."""
    account = case.account(quantity)
    return {
        "reference": account.reference,
        "value": _known(account.value),
        "text": _shown(account.value, quantity),
        "substituted": _substituted(account),
        "steps": [_step(case.account(name)) for name in _on_the_way(quantity)],
        "input_values": {name: _known(value) for name, value in account.inputs.items()},
        "contested": account.contested,
        "sources": [
            {
                "input": name,
                "url": citation.source.url,
                "what": citation.source.what,
                "where": citation.where,
                "read": citation.source.read.isoformat(),
            }
            for name, citation in account.citations
        ],
    }


def _step(account: Account) -> Answer:
    return {
        "quantity": account.quantity,
        "formula": formulas.in_words(account.quantity),
        "substituted": _substituted(account),
        "value": _known(account.value),
        "text": _shown(account.value, account.quantity),
    }


def _on_the_way(quantity: str) -> list[str]:
    """The equations behind a quantity, each after those that it needs, itself last."""
    order: dict[str, None] = {}
    for name in law.parameters_of(quantity) if quantity in law.EQUATIONS else ():
        order |= dict.fromkeys(_on_the_way(name))
    return [*order, quantity] if quantity in law.EQUATIONS else []


def _substituted(account: Account) -> str | None:
    if account.quantity not in law.EQUATIONS:
        return None
    texts = {name: _shown(value, name) for name, value in account.parameters.items()}
    return formulas.substituted(account.quantity, texts)


def _known(value: float) -> float | None:
    """A value, unless it hangs on a peak that no one published."""
    return value if math.isfinite(value) else None


def _shown(value: float, quantity: str) -> str:
    return shown(value, law.MEANINGS[quantity].unit) if math.isfinite(value) else UNKNOWN


def _text(answer: Answer) -> str:
    unit = "" if answer["unit"] == "1" else f", in {answer['unit']}"
    lines = [paragraph(f"{answer['quantity']}: {answer['words']}{unit}")]
    if answer["formula"]:
        lines += [paragraph(f"= {answer['formula']}", indent="  ")]
    else:
        lines += [paragraph("an input: it is read or chosen, not computed", indent="  ")]
    if "value" not in answer:
        words = [(name, law.MEANINGS[name].words) for name in answer["inputs"]]
        return "\n".join([*lines, "", "It rests on:", pairs(words)])
    if answer["steps"]:
        steps = [
            (step["quantity"], f"= {step['formula']} = {step['substituted']} = {step['text']}")
            for step in answer["steps"]
        ]
        lines += ["", pairs(steps)]
    else:
        lines += ["", paragraph(f"  {answer['text']}")]
    if answer.get("sources"):
        merged: dict[str, list[str]] = {}
        for source in answer["sources"]:
            place = f"{source['what']}, {source['where']}; {source['url']}"
            merged.setdefault(place, []).append(source["input"])
        said = [
            paragraph(f"{', '.join(dict.fromkeys(names))}: {place}", indent="  ")
            for place, names in merged.items()
        ]
        contested = " (contested)" if answer["contested"] else ""
        lines += ["", f"Read from{contested}:", *said]
    return "\n".join(lines)


COMMAND = command(
    "explain",
    "a quantity: its formula, its inputs, the numbers put in, the sources",
    ExplainOptions,
    run,
    [
        click.Argument(["quantity"], metavar="QUANTITY", help="such as decode_tps"),
        click.Argument(["names"], nargs=-1, metavar="[MODEL GPU]", help="put their numbers in"),
        *scenario_options(),
        measured_option(),
        json_option(),
    ],
    MORE,
)
