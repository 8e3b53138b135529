"""The live layer as readers get it: few scripts, bundled anew by each build, and the law beside them.

docs/assets/live holds plain modules, which work as they are. Where set-up has fetched the bundler,
readers get the page's script with all that it needs at once in it, and one more script for what a
page may need later. The law stays a module of its own, since it changes with the catalog.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from macros.errors import EditorError
from macros.site import vega_bundle

LIVE = Path("assets") / "live"
"""Where the scripts lie, below the folder of pages and below the site."""

ENTRIES = ("page.js", "page/row-filter.js", "theme-loader.js")
"""The scripts that pages name; what these import comes with them, or in pieces when it is asked for."""

APART = ("law.js", "rows.js", "vega.js")
"""Modules that the build brings, beside the bundle."""


class ScriptError(EditorError):
    """A script of the live layer can't be read."""


def write_live_layer(site: Path, root: Path, generated: Mapping[str, str]) -> None:
    """Put what is generated and the charts' runtime beside the scripts of a site, and bundle those.

    Args:
        site: the built site, with the plain modules in it.
        root: of the project, where set-up left the bundler and the runtime.
        generated: the text of law.js, and of the other modules that follow from the catalog.

    Raises:
        ScriptError: a script has an error; the message names its file and line.
    """
    live = site / LIVE
    live.mkdir(parents=True, exist_ok=True)
    bundler = vega_bundle.bundler(root)
    if bundler and (live / "page.js").exists():
        _bundle(bundler, live)
    for name, text in generated.items():
        (live / name).write_text(text, "utf-8")
    for path, file in vega_bundle.files(root).items():
        shutil.copyfile(file, site / path)


def _bundle(bundler: Path, live: Path) -> None:
    """Put the bundle in the place of the modules that it is made of."""
    notes = live / "bundle.json"
    made = subprocess.run(
        [
            bundler.absolute(),
            *(entry for entry in ENTRIES if (live / entry).exists()),
            *(f"--external:./{name}" for name in APART),
            "--bundle",
            "--splitting",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--charset=utf8",
            "--outdir=.",
            "--outbase=.",
            "--allow-overwrite",
            f"--metafile={notes.name}",
            "--log-level=error",
            "--color=false",
        ],
        cwd=live,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise ScriptError(*_problems(made.stderr))
    known = json.loads(notes.read_text("utf-8"))
    notes.unlink()
    for name in known["inputs"].keys() - known["outputs"].keys():
        (live / name).unlink()
    for folder in live.iterdir():
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _problems(said: str) -> list[str]:
    """What the bundler said, a line each: it tells an error, and then its place, indented."""
    lines = [line.strip() for line in said.splitlines()]
    return [
        f"docs/{LIVE.as_posix()}/{place.rstrip(':')}: {error.partition('[ERROR] ')[2]}"
        for error, place in zip(lines, lines[2:], strict=False)
        if "[ERROR] " in error
    ]
