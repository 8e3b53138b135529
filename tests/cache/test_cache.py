"""What is kept is used while nothing that it rests on changes and it is whole, and never after."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from building import ROOT, environment

from macros import cache


@pytest.fixture
def remember(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """Remembers what rests on a value; gives how often it has been made."""
    monkeypatch.setattr(cache, "FOLDER", tmp_path)
    made: list[int] = []

    def make() -> int:
        made.append(len(made) + 1)
        return made[-1]

    return lambda rests_on, what="sums": int(cache.remembered(what, rests_on, make))


def test_what_rests_on_the_same_is_made_once(remember: Callable[..., int]) -> None:
    assert [remember(("a", 1.5)), remember(("a", 1.5))] == [1, 1]


def test_what_rests_on_something_else_is_made_anew(remember: Callable[..., int]) -> None:
    assert [remember(("a", 1.5)), remember(("a", 1.25)), remember(("a", 1.5))] == [1, 2, 3]


def test_what_other_code_made_is_made_anew(
    remember: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert remember("a") == 1
    monkeypatch.setattr(cache, "code", lambda: "another law")
    assert remember("a") == 2


def test_what_is_kept_is_given_as_it_was_made(tmp_path: Path) -> None:
    """The first asker and the next get the same, line ends and signs outside ASCII included."""
    text = "8 × 2\r\n\n= 16\u2009GB\x00"
    assert [cache.kept_text(tmp_path / "a", "key", lambda: text) for _ in range(2)] == [text] * 2


# --- Damage ---


def test_a_single_flipped_bit_anywhere_is_noticed(tmp_path: Path) -> None:
    file, content = tmp_path / "figures", b"3.35 TB/s, read in 21 ms\n" * 8
    cache.keep(file, "key", content)
    whole = file.read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << bit
            file.write_bytes(damaged)
            assert cache.read(file, "key") is None, (place, bit)
    file.write_bytes(whole)
    assert cache.read(file, "key") == content


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"name": 1}', b"\x00", b"\xff\n1"])
def test_a_damaged_file_is_made_anew(
    remember: Callable[..., int], tmp_path: Path, damage: bytes
) -> None:
    assert remember("a") == 1
    (tmp_path / "sums.kept").write_bytes(damage)
    assert [remember("a"), remember("a")] == [2, 2]


def test_what_was_cut_off_is_made_anew(remember: Callable[..., int], tmp_path: Path) -> None:
    remember("a")
    file = tmp_path / "sums.kept"
    file.write_bytes(file.read_bytes()[:-1])
    assert remember("a") == 2


def test_a_file_in_anothers_place_is_not_taken_for_it(
    remember: Callable[..., int], tmp_path: Path
) -> None:
    assert remember("a", "sums") == 1
    (tmp_path / "sums.kept").rename(tmp_path / "ratios.kept")
    assert remember("a", "ratios") == 2


# --- Where nothing can be kept ---


def test_a_file_where_a_folder_should_be_is_no_obstacle(
    remember: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "file")
    assert [remember("a"), remember("a")] == [1, 2]


def test_a_folder_where_a_file_should_be_is_no_obstacle(
    remember: Callable[..., int], tmp_path: Path
) -> None:
    (tmp_path / "sums.kept").mkdir()
    assert [remember("a"), remember("a")] == [1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["sums.kept"]


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process may grow beyond a few bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_is_no_obstacle_and_nothing_is_left_on_it(
    remember: Callable[..., int], tmp_path: Path
) -> None:
    with full_disk():
        assert [remember("a"), remember("a")] == [1, 2]
    assert list(tmp_path.iterdir()) == []
    assert [remember("a"), remember("a")] == [3, 3]


WRITER = """
import sys
from pathlib import Path
from macros import cache
for _ in range(200):
    cache.keep(Path(sys.argv[1]), "key", sys.argv[2].encode() * 200_000)
"""


def test_two_processes_that_keep_the_same_leave_it_whole_at_every_moment(tmp_path: Path) -> None:
    file = tmp_path / "both"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, file, sign], env=environment(ROOT))
        for sign in "ab"
    ]
    wholes = {b"a" * 200_000, b"b" * 200_000}
    while any(writer.poll() is None for writer in writers):
        if file.exists():
            assert cache.read(file, "key") in wholes
    assert [writer.returncode for writer in writers] == [0, 0]
    assert cache.read(file, "key") in wholes
    assert [path.name for path in tmp_path.iterdir()] == ["both"]


# --- What everything rests on ---


def test_code_is_named_by_its_content(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cache, "CODE", tmp_path)
    law = tmp_path / "law" / "equations.py"
    law.parent.mkdir()
    names = []
    for text in ("a = 1", "a = 2", "a = 1"):
        law.write_text(text, "utf-8")
        os.utime(law, (1e9, 1e9))  # the clock must not decide
        names.append(cache.code_now())
    assert names[0] == names[2] != names[1]


def test_code_that_moves_is_other_code_and_an_editors_lock_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cache, "CODE", tmp_path)
    (tmp_path / "law.py").write_text("a = 1", "utf-8")
    before = cache.code_now()
    (tmp_path / ".#law.py").symlink_to("nobody@nowhere")
    assert cache.code_now() == before
    (tmp_path / "law.py").rename(tmp_path / "laws.py")
    assert cache.code_now() != before


def test_code_is_the_same_in_every_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = set()
    for checkout in ("one", "another"):
        (tmp_path / checkout).mkdir()
        (tmp_path / checkout / "law.py").write_text("a = 1", "utf-8")
        monkeypatch.setattr(cache, "CODE", tmp_path / checkout)
        names.add(cache.code_now())
    assert len(names) == 1


def test_a_folder_that_is_reached_by_a_link_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.yml").write_text("a: 1", "utf-8")
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "gpus").symlink_to(tmp_path / "elsewhere")
    assert cache.names_in(tmp_path / "catalog") == ["gpus/a.yml"]


@pytest.mark.parametrize("package", ["pydantic", "PyYAML", "Markdown", "unheard_of"])
def test_another_version_of_a_package_is_another_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    names = []
    for version in ("1.0", "1.1"):
        metadata = tmp_path / f"{package}-{version}.dist-info"
        metadata.mkdir()
        names.append((cache.code_now(), cache.tools()))
        metadata.rmdir()
    assert names[0][0] != names[1][0]
    assert names[0][1] != names[1][1]


def test_the_version_of_every_dependency_takes_part() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = {re.sub(r"[-_.]+", "-", name.split("-")[0]).lower() for name in cache.installed()}
    wanted = {re.split("[<>=~!]", text)[0].lower() for text in project["dependencies"]}
    assert wanted
    assert wanted <= found


# --- Forgetting ---


def test_only_what_nobody_asks_for_is_forgotten(tmp_path: Path) -> None:
    asked, unasked = tmp_path / "in" / "asked", tmp_path / "in" / "unasked"
    long_ago = time.time() - cache.FORGOTTEN_AFTER - 60
    for file in (asked, unasked):
        cache.keep(file, "key", b"content")
        os.utime(file, (long_ago, long_ago))
    cache.read(asked, "key")
    cache.forget_unused(tmp_path)
    assert asked.exists()
    assert not unasked.exists()
