"""Dead sources, and facts that nobody re-read for a year, are found and told."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from macros.catalog import Source
from macros.catalog.check_links import State, attempt, attempt_all, check, main, stale

TODAY = date(2026, 6, 15)


class _Host(BaseHTTPRequestHandler):
    """Answers `/404` with that number, `/then-200/503` with 503 once; `/slow` never in time."""

    asked: ClassVar[dict[str, list[str]]] = defaultdict(list)
    release: ClassVar[threading.Event] = threading.Event()

    def do_GET(self) -> None:
        self.asked[self.path].append(self.headers["Range"] or "")
        if self.path == "/slow":
            self.release.wait(5)
            return
        if self.path == "/broken":
            self.wfile.write(b"nonsense\r\n\r\n")
            return
        first = len(self.asked[self.path]) == 1
        status = 200 if "then-200" in self.path and not first else int(self.path.split("/")[-1])
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    _Host.asked.clear()
    _Host.release.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    _Host.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


def source(url: str, read: date = TODAY, id: str = "a-source") -> Source:
    return Source(id, url, "a page", read)


@pytest.mark.parametrize(
    ("path", "state", "tries"),
    [
        ("/200", State.ALIVE, 1),
        ("/206", State.ALIVE, 1),
        ("/416", State.ALIVE, 1),
        ("/404", State.DEAD, 1),
        ("/410", State.DEAD, 1),
        ("/403", State.CLOSED, 1),
        ("/429", State.CLOSED, 1),
        ("/500", State.DEAD, 2),
        ("/then-200/503", State.ALIVE, 2),
        ("/broken", State.DEAD, 2),
    ],
)
def test_an_answer_tells_what_became_of_a_source(
    host: str, path: str, state: State, tries: int
) -> None:
    assert attempt(source(host + path), pause=0).state is state
    assert len(_Host.asked[path]) == tries


def test_only_the_start_of_a_page_is_asked_for(host: str) -> None:
    attempt(source(f"{host}/200"))
    assert _Host.asked["/200"] == ["bytes=0-1023"]


def test_a_host_that_does_not_answer_is_given_up(host: str) -> None:
    found = attempt(source(f"{host}/slow"), timeout=0.2, pause=0)
    assert found.state is State.DEAD
    assert "timed out" in found.answer


def test_a_host_that_is_not_there_is_dead(host: str) -> None:
    found = attempt(source("http://127.0.0.1:9/"), timeout=1, pause=0)
    assert found.state is State.DEAD
    assert found.answer


def test_a_source_is_stale_after_a_year_and_a_day() -> None:
    old, due, fresh = (
        source("http://a.test/", read, name)
        for name, read in (
            ("old", date(2024, 1, 1)),
            ("due", date(2025, 6, 14)),
            ("fresh", date(2025, 6, 15)),
        )
    )
    assert stale([fresh, due, old], TODAY) == [old, due]


def test_one_host_is_asked_one_thing_at_a_time() -> None:
    asking: dict[str, int] = defaultdict(int)
    lock = threading.Lock()
    most = 0

    def slowly(one: Source) -> object:
        nonlocal most
        host = one.url.split("/")[2]
        with lock:
            asking[host] += 1
            most = max(most, asking[host])
        threading.Event().wait(0.01)
        with lock:
            asking[host] -= 1
        return one

    sources = [source(f"http://{host}.test/{n}") for n in range(4) for host in "ab"]
    done = attempt_all(sources, slowly, pause=0)  # type: ignore[arg-type]  # needs no state
    assert len(done) == 8
    assert most == 1


def test_what_a_person_should_look_at_is_told(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = [
        source(f"{host}/200", date(2024, 2, 3), "old"),
        source(f"{host}/404", id="gone"),
        source(f"{host}/403", id="shy"),
        source(f"{host}/200", id="well"),
    ]
    assert check(sources, TODAY, pause=0) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"dead (404): gone: {host}/404",
        f"closed to scripts (403): shy: {host}/403",
        f"not re-read since 2024-02-03: old: {host}/200",
        "4 sources: 1 dead, 1 not re-read for a year.",
    ]


def test_a_host_that_turns_scripts_away_fails_nothing(host: str) -> None:
    assert check([source(f"{host}/403"), source(f"{host}/200")], TODAY, pause=0) == 0


def test_without_being_asked_to_check_it_lists_the_sources(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, catalog_copy: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["sources", "--catalog", str(catalog_copy)])
    assert main() == 0
    assert len(capsys.readouterr().out.splitlines()) > 50
