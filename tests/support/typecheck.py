"""Checks the types of the scripts, and of the law that is generated for them: part of `make check`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from building import ROOT
from checkers import MODULES, NODE

from macros.catalog import load
from macros.evidence.groups import evidence_of
from macros.widgets.law_module import law_module

CONFIGURATION = ROOT / "tests" / "support" / "jsconfig.json"
TSC = MODULES / "typescript" / "bin" / "tsc"

DECLARED = 'import("../../../macros/widgets/law.js")'
WHOLE = (
    f'import * as law from "./law.js";\n/** @type {{typeof {DECLARED}}} */\nexport default law;\n'
)
"""A module of the declared type: something declared and not generated is an error in it."""


def typed(module: str) -> str:
    """The generated law with each export held to its declaration."""
    return re.sub(
        r"^(?=export const (\w+)=)", rf"/** @type {{typeof {DECLARED}.\1}} */\n", module, flags=re.M
    )


def problems(module: str) -> str:
    """What the checker finds in the scripts, and in a generated law; empty when all is well."""
    with tempfile.TemporaryDirectory(dir=MODULES.parent, prefix="law-") as temporary:
        folder = Path(temporary)
        (folder / "law.js").write_text(typed(module), "utf-8")
        (folder / "whole.js").write_text(WHOLE, "utf-8")
        configuration = {
            "extends": str(CONFIGURATION),
            "include": [str(ROOT / "docs" / "assets" / "live" / "**" / "*.js"), "*.js"],
        }
        (folder / "jsconfig.json").write_text(json.dumps(configuration), "utf-8")
        checked = subprocess.run(
            [*NODE, TSC, "--project", folder / "jsconfig.json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    return checked.stdout + checked.stderr


if __name__ == "__main__":
    catalog = load(ROOT / "catalog")
    sys.exit(problems(law_module(catalog, evidence_of(catalog).validation.fit)) or 0)
