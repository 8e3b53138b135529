"""A build happens aside, in a folder of its own, and then takes the place of the site."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from building import Project, contents

from macros.site import aside


@pytest.mark.builds
def test_two_builds_at_once_each_end_with_a_whole_site(small_project: Project) -> None:
    both = [small_project.start(SOURCE_DATE_EPOCH="1767225600") for _ in range(2)]
    for build in both:
        said, _ = build.communicate(timeout=300)
        assert build.returncode == 0, said
    together = contents(small_project.site)
    alone = small_project.build(SOURCE_DATE_EPOCH="1767225600")
    assert alone.returncode == 0, alone.stdout
    assert together == contents(small_project.site)
    assert not list(small_project.root.glob(".site.*"))


def folder_of(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "index.html").write_text(text, "utf-8")
    return path


def test_a_new_folder_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    new, old = folder_of(tmp_path / "new", "new"), folder_of(tmp_path / "site", "old")
    (old / "gone.html").touch()
    aside.replace(new, old)
    assert contents(tmp_path) == {"site/index.html": b"new"}


def test_the_first_site_needs_no_old_one(tmp_path: Path) -> None:
    aside.replace(folder_of(tmp_path / "new", "new"), tmp_path / "site")
    assert contents(tmp_path) == {"site/index.html": b"new"}


def test_what_a_stopped_build_left_is_removed_and_what_another_one_writes_stays(
    tmp_path: Path,
) -> None:
    left = folder_of(tmp_path / ".site.12345.building", "left")
    long_ago = time.time() - 2 * aside.ABANDONED
    os.utime(left, (long_ago, long_ago))
    folder_of(tmp_path / ".site.12346.building", "being written")
    folder_of(tmp_path / ".site.mine", "of somebody else")
    config = {"site_dir": str(tmp_path / "site")}
    aside.begin(config)
    assert {path.name for path in tmp_path.iterdir()} == {".site.12346.building", ".site.mine"}
    assert Path(config["site_dir"]).name == f".site.{os.getpid()}.building"
