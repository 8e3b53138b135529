"""The command line: the pages' law, facts and fit, without the pages."""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with its arguments, those of the process by default; gives the exit code."""
    from macros.cli.exit_codes import BROKEN, MISTAKE
    from macros.errors import CatalogError, Mistake, ScenarioError, TooFewSources

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        code = run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
        return code
    except (Mistake, ScenarioError) as error:
        print(f"decode-equation: {_one_line(error)}", file=sys.stderr)
        return MISTAKE
    except TooFewSources as error:
        print(f"decode-equation: {_one_line(error)}", file=sys.stderr)
        return BROKEN
    except CatalogError as error:
        print(f"decode-equation: the catalog is wrong:\n{error}", file=sys.stderr)
        return BROKEN
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def run(arguments: Sequence[str]) -> int:
    """Run the command with its arguments; gives the exit code.

    Raises:
        Mistake: the arguments ask for what cannot be.
        ScenarioError: likewise.
        CatalogError: the catalog is wrong.
        TooFewSources: too few of its measurements are usable.
        SystemExit: the arguments asked for help, which has been printed.
    """
    from macros.cli.arguments import parse, read_options
    from macros.cli.cached_facts import known

    options: Namespace = parse(arguments)
    read_options(options)
    command = import_module(f"macros.cli.commands.{options.command}")
    code: int = command.run(known(options.catalog), options)
    return code


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def print_json(data: Any) -> None:
    """Print data as JSON; a value that is no number has no place in it."""
    print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))
