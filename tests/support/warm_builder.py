"""A builder that stays warm: it has loaded what every build needs, and forks for each order.

Most of the time of a small build goes into loading libraries. An order is a line of JSON on standard
input: the project's folder, and the file for what the build says. The answer is its exit code.
"""

from __future__ import annotations

import json
import os
import sys

import altair  # noqa: F401 # loaded for the forks
import material.plugins.search.plugin  # type: ignore[import-untyped] # noqa: F401
import mkdocs_macros.plugin  # noqa: F401
import pydantic  # noqa: F401
from mkdocs.__main__ import cli

for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if not child:
        os.chdir(order["root"])
        sys.path.insert(0, order["root"])
        says = os.open(order["says"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(says, sys.stdout.fileno())
        os.dup2(says, sys.stderr.fileno())
        cli(["build", "--strict"])  # exits
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
