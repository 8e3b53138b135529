"""JSON Schemas of the catalog's files, by which editors complete and check YAML in place.

`python -m macros.catalog.schemas` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from macros.catalog.file_shapes import SHAPES

ROOT = Path("catalog") / "schemas"


def schema(name: str) -> str:
    """The text of a schema file."""
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SHAPES[name].model_json_schema(),
    }
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def write(folder: Path) -> None:
    """Write every schema into a folder."""
    folder.mkdir(exist_ok=True)
    for name in SHAPES:
        (folder / f"{name}.json").write_text(schema(name), "utf-8")


if __name__ == "__main__":
    write(ROOT)
