"""What a build keeps is used while nothing that it rests on changes, and never after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from macros import cache


@pytest.fixture
def remember(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[object], int]:
    """Remembers what rests on a value; gives how often it has been made."""
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    made: list[int] = []

    def make() -> int:
        made.append(len(made) + 1)
        return made[-1]

    return lambda rests_on: int(cache.remembered("sums", rests_on, make))


def test_what_rests_on_the_same_is_made_once(remember: Callable[[object], int]) -> None:
    assert [remember(("a", 1.5)), remember(("a", 1.5))] == [1, 1]


def test_what_rests_on_something_else_is_made_anew(remember: Callable[[object], int]) -> None:
    assert [remember(("a", 1.5)), remember(("a", 1.25)), remember(("a", 1.5))] == [1, 2, 3]


def test_what_other_code_made_is_made_anew(
    remember: Callable[[object], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert remember("a") == 1
    monkeypatch.setattr(cache, "code", lambda: "another law")
    assert remember("a") == 2


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"name": 1}', "\x00"])
def test_a_damaged_file_is_as_good_as_none(
    remember: Callable[[object], int], tmp_path: Path, damage: str
) -> None:
    assert remember("a") == 1
    (tmp_path / "sums.json").write_text(damage, "utf-8")
    assert [remember("a"), remember("a")] == [2, 2]


def test_a_folder_that_cannot_be_written_is_no_obstacle(
    remember: Callable[[object], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "file")
    assert [remember("a"), remember("a")] == [1, 2]


def test_code_is_named_by_its_content(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cache, "CODE", tmp_path)
    law = tmp_path / "law.py"
    names = []
    for text in ("a = 1", "a = 2", "a = 1"):
        law.write_text(text, "utf-8")
        cache.code.cache_clear()
        names.append(cache.code())
    cache.code.cache_clear()
    assert names[0] == names[2] != names[1]
