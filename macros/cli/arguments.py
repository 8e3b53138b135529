"""The command's arguments, and what it says of itself with --help."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from macros.cli import parse_values
from macros.cli.cached_facts import CATALOG
from macros.cli.help import COMMANDS, EPILOGUES, INTRODUCTION
from macros.errors import Mistake, did_you_mean

KINDS = ("models", "gpus", "precisions", "measurements")
SPLITS = {
    "engine": "engine",
    "device": "device class",
    "gpus": "tensor-parallel width",
    "time": "ideal time per token",
    "source": "source",
}
FORMATS = ("table", "csv", "json")


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Mistake(message.replace("argument ", "", 1))


def parse(arguments: Sequence[str]) -> Namespace:
    """What a command line asks for.

    Raises:
        Mistake: it can't be understood.
        SystemExit: it asked for --help, which has been printed.
    """
    command, *rest = arguments or [""]
    if command in ("-h", "--help"):
        print(_overview())
        raise SystemExit(0)
    if not command:
        raise Mistake(f"no command is named; choose from {', '.join(COMMANDS)}, or --help")
    if command not in COMMANDS:
        raise Mistake(f"{command!r} is not a command; {did_you_mean(command, COMMANDS)}")
    parser = _parser(command)
    # Intermixed: names may stand before, between and behind options.
    options, unknown = parser.parse_known_intermixed_args(rest)
    for word in unknown:
        if not word.startswith("-"):
            raise Mistake(f"{word!r} is one name too many for {command}")
        hint = did_you_mean(word.split("=")[0], _options_of(parser))
        raise Mistake(f"{command} has no option {word!r}; {hint}")
    options.command = command
    return options


def _overview() -> str:
    column = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{column}}  {said}" for name, said in COMMANDS.items())
    return f"usage: decode-equation COMMAND ...\n\n{INTRODUCTION}\n\nCommands:\n{commands}"


def _options_of(parser: ArgumentParser) -> list[str]:
    words = (word for action in parser._actions for word in action.option_strings)
    return [word for word in words if word.startswith("--")]


def _parser(command: str) -> ArgumentParser:
    summary = COMMANDS[command]
    parser = _Parser(
        prog=f"decode-equation {command}",
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=EPILOGUES[command],
        formatter_class=RawDescriptionHelpFormatter,
    )
    ARGUMENTS[command](parser)
    parser.add_argument("--catalog", type=Path, default=CATALOG, help="folder of facts")
    return parser


def _scenario(command: ArgumentParser, gpus: str = "1") -> None:
    add = command.add_argument
    add("--precision", metavar="FORMAT", help="number format of the weights (the model's own)")
    add("--gpus", default=gpus, metavar="N", help=f"GPUs in tensor parallel, or min ({gpus})")
    add("--batch", default="1", metavar="B", help="users decoded together (1)")
    add("--context", default="0", metavar="T", help="tokens in each user's context, 8k is 8192 (0)")
    add(
        "--kv-precision", default="fp16", metavar="FORMAT", help="number format of the cache (fp16)"
    )
    add("--math", metavar="FORMAT", help="what the matrix units multiply in: fp16, fp8, int8, fp4")


def _json(command: ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON instead of text")


def _predict(command: ArgumentParser) -> None:
    add = command.add_argument
    add("names", nargs="*", metavar="MODEL GPU", help="of the catalog, as `list` shows them")
    _scenario(command)
    add("--price", metavar="P", help="your currency per GPU-hour: gives cost per million tokens")
    _json(command)
    place = command.add_argument_group("instead of a model of the catalog")
    place.add_argument("--config", metavar="FILE", help="a config.json from Hugging Face")
    place.add_argument("--weights", metavar="SIZE", help="bytes that a token reads, like 4.6GB")
    place.add_argument("--layers", metavar="N", help="layers of those weights")
    place = command.add_argument_group("instead of a GPU of the catalog")
    place.add_argument("--bandwidth", metavar="RATE", help="specification, like 448GB/s")
    place.add_argument("--memory", metavar="SIZE", help="of one GPU, like 16GB")
    place.add_argument("--peak", metavar="RATE", help="dense FP16, like 100TFLOP/s")
    place.add_argument("--power", metavar="WATTS", help="of the board, like 300W")


def _compare(command: ArgumentParser) -> None:
    command.add_argument(
        "cases", nargs="+", metavar="MODEL@GPU[@FORMAT]", help="as llama-3-70b@2xh100-sxm@fp8"
    )
    _scenario(command)
    _json(command)


def _sweep(command: ArgumentParser) -> None:
    add = command.add_argument
    add("--model", default="all", metavar="NAMES", help="names, comma between, or all (all)")
    add("--gpu", default="all", metavar="NAMES", help="names or all (all)")
    add("--precision", default="native", metavar="NAMES", help="names, native or all (native)")
    add("--gpus", default="1", metavar="LIST", help="counts: 1,2,4 or 1..8, which doubles, or min")
    add("--batch", default="1", metavar="LIST", help="users decoded together (1)")
    add("--context", default="0", metavar="LIST", help="tokens in each context: 0,1k..32k (0)")
    add(
        "--kv-precision", default="fp16", metavar="FORMAT", help="number format of the cache (fp16)"
    )
    add("--math", metavar="FORMAT", help="what the matrix units multiply in")
    add("--format", default="table", choices=FORMATS, help="json is one object a line (table)")
    add("--csv", dest="format", action="store_const", const="csv", help="the same as --format csv")
    add("--json", dest="format", action="store_const", const="json", help="as --format json")


def _fit(command: ArgumentParser) -> None:
    command.add_argument("model", metavar="MODEL")
    command.add_argument("--most", metavar="N", help="leave out GPUs that take more than N (8)")
    _scenario(command, gpus="min")
    _json(command)


def _list(command: ArgumentParser) -> None:
    command.add_argument("kind", metavar="KIND", help=", ".join(KINDS))
    command.add_argument("words", nargs="*", metavar="WORD", help="only entries with these words")
    _json(command)


def _validate(command: ArgumentParser) -> None:
    command.add_argument(
        "--by", default="time", metavar="SPLIT", help=f"{', '.join(SPLITS)} (time)"
    )
    _json(command)


def _explain(command: ArgumentParser) -> None:
    command.add_argument("quantity", metavar="QUANTITY", help="such as decode_tps")
    command.add_argument("names", nargs="*", metavar="MODEL GPU", help="put their numbers in")
    _scenario(command)
    _json(command)


ARGUMENTS: Mapping[str, Callable[[ArgumentParser], None]] = {
    "predict": _predict,
    "compare": _compare,
    "sweep": _sweep,
    "fit": _fit,
    "list": _list,
    "validate": _validate,
    "explain": _explain,
}


def read_options(options: Namespace) -> None:
    """Read the sizes and rates of a GPU or weights given in place, where there are any."""
    readers = {
        "weights": parse_values.size,
        "memory": parse_values.size,
        "bandwidth": parse_values.bandwidth,
        "peak": parse_values.peak,
        "power": parse_values.power,
        "price": parse_values.price,
    }
    for name, reader in readers.items():
        text = getattr(options, name, None)
        if text is not None:
            try:
                setattr(options, name, reader(text))
            except Mistake as mistake:
                raise Mistake(f"--{name}: {mistake}") from None
