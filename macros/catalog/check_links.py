"""Whether the catalog's sources still stand where they were read, and when they were last read.

`python -m macros.catalog.check_links --check` tries every address and fails on dead ones and on facts that
nobody has re-read for a year. It needs the network; no build and no other test does.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from enum import Enum
from http.client import HTTPException
from itertools import chain, groupby
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from macros.catalog import Source, load

STALE_AFTER = 365
"""Days after which someone should read a source again."""

TIMEOUT = 20.0
"""Seconds that a host may take to answer."""

PAUSE = 1.0
"""Seconds between two requests to the same host."""

HOSTS_AT_ONCE = 8
AGENT = "decode-equation-source-check/1.0"
CLOSED = frozenset({401, 403, 406, 418, 429, 451, 999})
"""Answers of hosts that turn scripts away: a person has to look."""

GONE = frozenset({404, 410})


class State(Enum):
    """What became of a source's address."""

    ALIVE = "alive"
    CLOSED = "closed to scripts"
    DEAD = "dead"


@dataclass(frozen=True)
class Found:
    """What a try found: a state, and the answer in words."""

    source: Source
    state: State
    answer: str


def stale(sources: Iterable[Source], today: date) -> list[Source]:
    """Sources that were last read more than a year ago, the oldest first."""
    old = (source for source in sources if (today - source.read).days > STALE_AFTER)
    return sorted(old, key=lambda source: (source.read, source.id))


def attempt(source: Source, timeout: float = TIMEOUT, pause: float = PAUSE) -> Found:
    """Try a source's address, twice when the host fails rather than says no."""
    state, answer = _asked(source.url, timeout)
    if state is State.DEAD and answer not in {str(code) for code in GONE}:
        time.sleep(pause)
        state, answer = _asked(source.url, timeout)
    return Found(source, state, answer)


def _asked(url: str, timeout: float) -> tuple[State, str]:
    # The start of the answer is enough, and some hosts answer HEAD with an error.
    request = Request(url, headers={"User-Agent": AGENT, "Accept": "*/*", "Range": "bytes=0-1023"})
    try:
        with urlopen(request, timeout=timeout) as answer:
            return State.ALIVE, str(answer.status)
    except HTTPError as error:
        error.close()
        if error.code == 416:  # the host counts bytes otherwise, so there are some
            return State.ALIVE, "416"
        return State.CLOSED if error.code in CLOSED else State.DEAD, str(error.code)
    except (URLError, HTTPException, OSError, ValueError) as error:
        return State.DEAD, str(getattr(error, "reason", error)) or type(error).__name__


def attempt_all(
    sources: Iterable[Source],
    attempt: Callable[[Source], Found] = attempt,
    pause: float = PAUSE,
) -> list[Found]:
    """Try every source: several hosts at once, each of them one request at a time."""

    def of_host(group: list[Source]) -> Iterator[Found]:
        for position, source in enumerate(group):
            if position:
                time.sleep(pause)
            yield attempt(source)

    ordered = sorted(sources, key=lambda source: (_host(source), source.id))
    groups = [list(group) for _, group in groupby(ordered, _host)]
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        return list(chain.from_iterable(pool.map(lambda group: list(of_host(group)), groups)))


def _host(source: Source) -> str:
    return urlsplit(source.url).netloc


def report(found: Iterable[Found], old: Iterable[Source]) -> Iterator[str]:
    """What a person should look at, in lines."""
    for each in found:
        if each.state is not State.ALIVE:
            yield f"{each.state.value} ({each.answer}): {each.source.id}: {each.source.url}"
    for source in old:
        yield f"not re-read since {source.read.isoformat()}: {source.id}: {source.url}"


def check(
    sources: Iterable[Source],
    today: date,
    attempt: Callable[[Source], Found] = attempt,
    pause: float = PAUSE,
) -> int:
    """Try every source and print what is wrong; 1 if any is dead or was not re-read for a year."""
    sources = list(sources)
    found, old = attempt_all(sources, attempt, pause), stale(sources, today)
    for line in report(found, old):
        print(line)
    dead = sum(each.state is State.DEAD for each in found)
    print(f"{len(sources)} sources: {dead} dead, {len(old)} not re-read for a year.")
    return 1 if dead or old else 0


def main() -> int:
    """Read the command line, and check if it asks for it."""
    parser = argparse.ArgumentParser(
        prog="python -m macros.catalog.check_links", description=__doc__
    )
    parser.add_argument("--check", action="store_true", help="try every address")
    parser.add_argument("--catalog", type=Path, default=Path("catalog"))
    wanted = parser.parse_args()
    sources = load(wanted.catalog).sources.values()
    if wanted.check:
        return check(sources, date.today())
    for source in sources:
        print(f"{source.read.isoformat()} {source.url}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
