"""What `make bench` prints: how long people wait, with the machine it was measured on.

Times are of this machine at this moment; no test asserts them. Parts can be named:
`tests/bench readers`, `editors`, `growth`.
"""

from __future__ import annotations

import sys

import editors
import growth
import readers
from measuring import machine

PARTS = {
    "readers": readers.bench,
    "editors": editors.bench,
    "growth": growth.bench,
}


def main(*names: str) -> None:
    """Measure the parts that are named, or all."""
    if unknown := set(names) - set(PARTS):
        sys.exit(f"No part is called {', '.join(unknown)}; there are {', '.join(PARTS)}.")
    print(f"Measured on: {machine()}\n\n| What | Here | Goal |\n| --- | ---: | ---: |", flush=True)
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main(*sys.argv[1:])
