"""One file a command, by the command's name; only the one that is asked for is loaded."""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = ("predict", "compare", "sweep", "fit", "list", "validate", "explain")

INTRODUCTION = """\
How fast a language model decodes, by one law: to write one token, a model reads every active weight.

A ceiling is the law with specification values; nothing real stands above it. An expected speed is
what published measurements achieved of it, with the interval from their 10th to their 90th
percentile. A measured speed was published by someone, who is named.

Names may be short (`h100-n`), in any spelling (`"Llama 3 70B"`), or slightly misspelt. A name that
could be several things is refused with the list of them. `decode-equation COMMAND --help` says
more, and the keys of its JSON.

Exit codes: 0 an answer, 1 the catalog is wrong, 2 a mistake in what was asked, 3 an answer, but the
weights do not fit on so many GPUs."""


def command(name: str) -> click.Command:
    """A command by its name, one of `COMMANDS`."""
    found: click.Command = import_module(f"macros.cli.commands.{name}").COMMAND
    return found


def overview(program: str) -> str:
    """What the program says of itself: what it answers, and a line for each command."""
    column = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name:<{column}}  {command(name).short_help}" for name in COMMANDS)
    return f"Usage: {program} COMMAND ...\n\n{INTRODUCTION}\n\nCommands:\n{lines}"
