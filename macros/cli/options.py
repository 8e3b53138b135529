"""What commands share: how one is put together, and the options of a scenario."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from macros.catalog.engines import ENGINES
from macros.cli import parse_values
from macros.cli.cached_facts import CATALOG, Known, known
from macros.errors import Mistake, did_you_mean

Options = TypeVar("Options")

WIDEST = 100
"""No line of a help text is broken later than this, however wide the terminal."""


@dataclass(frozen=True)
class ScenarioOptions:
    """A scenario as a command line names it, its model and its GPU aside.

    Attributes:
        precision: the format of the weights; None is the model's own.
        gpus: GPUs in tensor parallel; None is as many as hold the weights.
        batch: users decoded together.
        context: tokens in each user's context.
        kv_precision: the format of the cache.
        math: what the matrix units multiply in; None is what suits the precision.
        engine: the id of the engine; "" where it is not known.
    """

    precision: str | None
    gpus: int | None
    batch: int
    context: int
    kv_precision: str
    math: str | None
    engine: str


class _Command(click.Command):
    """A command whose `--help` ends in lines that are not broken anew."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what stands below the options."""
        formatter.write(f"\n{self.epilog}\n")


def command(
    name: str,
    summary: str,
    options: Callable[..., Options],
    run: Callable[[Known, Options], int],
    parameters: Sequence[click.Parameter],
    more: str,
) -> click.Command:
    """A command: it reads its options, finds the facts, and answers with an exit code.

    Args:
        name: what it is called by.
        summary: what it answers, in one line.
        options: makes its options from the values of the parameters, by their names.
        run: prints the answer.
        parameters: its arguments and options; `--catalog` joins them.
        more: what `--help` says below them, line by line as it stands here.
    """

    @click.pass_obj
    def answer(facts: Known | None, /, catalog: Path | None, **given: object) -> int:
        read = options(**given)
        if facts is None or catalog is not None:
            facts = known(catalog or CATALOG)
        return run(facts, read)

    return _Command(
        name,
        callback=answer,
        params=[*parameters, _catalog()],
        help=f"{summary[0].upper()}{summary[1:]}.",
        short_help=summary,
        epilog=more,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "max_content_width": WIDEST,
            "show_default": True,
        },
    )


def option(
    name: str,
    metavar: str,
    help: str,
    read: Callable[[str], object] = str,
    default: str | None = None,
) -> click.Option:
    """An option whose text is read by a function; a mistake that it finds is told with the name."""

    def value(_: click.Context, __: click.Parameter, text: str | None) -> object:
        if text is None:
            return None
        try:
            return read(text)
        except Mistake as mistake:
            raise Mistake(f"{name}: {mistake}") from None

    return click.Option([name], metavar=metavar, help=help, callback=value, default=default)


def scenario_options(gpus: str = "1") -> list[click.Parameter]:
    """The options that `ScenarioOptions` holds; `gpus` is the count unless one is said."""
    count, context = parse_values.count, parse_values.context
    tokens = "tokens in each user's context, 8k is 8192"
    return [
        option("--precision", "FORMAT", "number format of the weights (the model's own)"),
        option("--gpus", "N", "GPUs in tensor parallel, or min", parse_values.or_min(count), gpus),
        option("--batch", "B", "users decoded together", count, "1"),
        option("--context", "T", tokens, context, "0"),
        option("--kv-precision", "FORMAT", "number format of the cache", default="fp16"),
        option("--math", "FORMAT", "what the matrix units multiply in: fp16, fp8, int8, fp4"),
        engine_option(),
    ]


def engine_option() -> click.Option:
    """`--engine`."""
    known = parse_values.one_of("engine", ENGINES)
    words = f"what decodes, for the expected speed: {', '.join(ENGINES)} (not known)"

    def read(text: str) -> str:
        return known(text) if text else ""

    made = option("--engine", "NAME", words, read, "")
    made.show_default = False
    return made


def json_option() -> click.Option:
    """`--json`."""
    return click.Option(["--json"], is_flag=True, help="print JSON instead of text")


def _catalog() -> click.Option:
    folder = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.Option(["--catalog"], type=folder, metavar="FOLDER", help="folder of facts")


def measured_option() -> click.Option:
    """`--measured`."""
    words = (
        "tokens per second that one user of yours sees in this scenario: calibrates the expected"
    )
    return option("--measured", "SPEED", words, parse_values.speed)


def split(line: str) -> list[str]:
    """The words of a command line, as a shell parts them.

    Raises:
        Mistake: a quotation in it does not end.
    """
    try:
        return shlex.split(line)
    except ValueError as error:
        raise Mistake(f"{line!r} is no command line: {str(error).lower()}") from None


def usage_mistake(asked: click.Command, error: click.UsageError) -> Mistake:
    """What click found wrong with the words behind a command, as a mistake of ours."""
    if isinstance(error, click.NoSuchOption):
        options = [word for option in asked.params for word in option.opts if word[0] == "-"]
        hint = did_you_mean(error.option_name, options)
        return Mistake(f"{asked.name} has no option {error.option_name!r}; {hint}")
    message = error.format_message().removesuffix(".")
    return Mistake(message[0].lower() + message[1:])
