"""The runtime of live charts is small, follows its lock file, and turns no text into code."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from building import ROOT

from macros.site.vega_bundle import MADE, SOURCES, files

BYTES = 160_000

LOCK = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))
LOCKED = {path.rpartition("node_modules/")[2]: entry for path, entry in LOCK["packages"].items()}


@pytest.fixture(scope="module")
def bundle() -> str:
    made = ROOT / MADE / "vega.js"
    assert made.exists(), "`make test` and `make site` make it first"
    return made.read_text("utf-8")


def test_bundle_is_small(bundle: str) -> None:
    assert len(gzip.compress(bundle.encode(), 9, mtime=0)) <= BYTES


def test_bundle_turns_no_text_into_code(bundle: str) -> None:
    assert not re.findall(r"\b(?:new )?Function\(.|\beval\(", bundle)


def test_every_package_is_locked_by_its_hash_and_to_no_host() -> None:
    wanted = json.loads((SOURCES / "package.json").read_text("utf-8"))
    assert LOCKED[""]["dependencies"] == wanted["dependencies"]
    for name, entry in LOCKED.items():
        assert not name or entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


def test_one_scenegraph_draws_all() -> None:
    copies = [path for path in LOCK["packages"] if path.endswith("node_modules/vega-scenegraph")]
    assert len(copies) == 1


def test_licences_beside_the_bundle_are_of_locked_packages() -> None:
    texts = (ROOT / MADE / "vega.LICENSE.txt").read_text("utf-8").split("\n\n---\n\n")
    names = {text.partition("\n")[0] for text in texts}
    assert {"vega-parser", "vega-interpreter", "vega-scenegraph", "d3-scale"} <= names
    assert names <= LOCKED.keys()


def test_site_takes_bundle_and_licences(site: Path) -> None:
    expected = files(ROOT)
    assert {Path(path).name for path in expected} == {"vega.js", "vega.LICENSE.txt"}
    for path, file in expected.items():
        assert (site / path).read_bytes() == file.read_bytes()


def test_without_a_runtime_there_is_nothing_to_take(tmp_path: Path) -> None:
    assert files(tmp_path) == {}


def test_failure_to_bundle_is_one_line(tmp_path: Path) -> None:
    for name, script in (("node", "echo v22.0.0"), ("npm", "echo 'npm error no way' >&2; exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    made = subprocess.run(
        [sys.executable, "-m", "macros.site.vega_bundle"],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 1
    assert made.stderr == "The runtime of the live charts can't be made: no way\n"
