"""The command line: the pages' law, facts and fit, without the pages."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
from click.core import ParameterSource

from macros.cli.cached_facts import Known
from macros.cli.commands import COMMANDS, command, overview
from macros.cli.exit_codes import BROKEN, MISTAKE, OK
from macros.cli.options import split, usage_mistake
from macros.errors import CatalogError, EditorError, Mistake, TooFewSources, did_you_mean

NAME = "decode-equation"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with its arguments, those of the process by default; gives the exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        code = run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
        return code
    except CatalogError as error:
        print(f"{NAME}: the catalog is wrong:\n{error}", file=sys.stderr)
        return BROKEN
    except EditorError as error:
        print(f"{NAME}: {' '.join(str(error).split())}", file=sys.stderr)
        return BROKEN if isinstance(error, TooFewSources) else MISTAKE
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return 130


def run(arguments: Sequence[str], known: Known | None = None) -> int:
    """Run the command with its arguments; gives the exit code.

    Args:
        arguments: the command's name, and what stands behind it.
        known: the facts to answer from, unless the arguments name a catalog; those of the project's
            catalog by default.

    Raises:
        EditorError: the arguments ask for what cannot be, or the catalog is wrong.
    """
    if arguments and arguments[0] in ("-h", "--help"):
        print(overview(NAME))
        return OK
    asked, rest = _named(arguments)
    try:
        with asked.make_context(f"{NAME} {asked.name}", rest, obj=known) as context:
            code: int = asked.invoke(context)
            return code
    except click.exceptions.Exit as end:  # --help has been printed
        return end.exit_code
    except click.UsageError as error:
        raise usage_mistake(asked, error) from None


def reads_files(line: str) -> bool:
    """Whether a command line reads a file of its own: a config, or a catalog not the project's.

    A line that is no command reads none: it stops whoever runs it.
    """
    try:
        asked, rest = _named(split(line))
    except Mistake:
        return False
    context = asked.make_context(asked.name, rest, resilient_parsing=True)
    files = (option.name for option in asked.params if isinstance(option.type, click.Path))
    return any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in files)


def _named(arguments: Sequence[str]) -> tuple[click.Command, list[str]]:
    if not arguments:
        raise Mistake(f"no command is named; choose from {', '.join(COMMANDS)}, or --help")
    name, *rest = arguments
    if name not in COMMANDS:
        raise Mistake(f"{name!r} is not a command; {did_you_mean(name, COMMANDS)}")
    return command(name), rest
