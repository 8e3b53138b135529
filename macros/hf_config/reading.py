"""A model from a Hugging Face config.json: its dimensions, and so its parameters and cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from macros.catalog import Fact, Model
from macros.catalog.architecture import Dimensions
from macros.catalog.shapes import part
from macros.errors import ConfigError
from macros.hf_config.families import CLASSES, DEFAULTS, FAMILIES
from macros.hf_config.fields import Fields, read_json
from macros.hf_config.quantization import stored_precision

ID = "config"

LEFT_OUT: Mapping[str, str] = {
    "vision_config": "the vision tower",
    "audio_config": "the audio tower",
    "num_nextn_predict_layers": "layers that predict further tokens",
    "attention_chunk_size": "that some layers attend within chunks only (all count as full)",
}
"""Fields of what the dimensions leave out, which a note says."""


@dataclass(frozen=True)
class Config:
    """A model as its config has it; `precision` is None where no format of the catalog matches."""

    model: Model
    precision: str | None
    notes: tuple[str, ...]


def read_config(path: str) -> Config:
    """The model that a config.json describes.

    Raises:
        ConfigError: the file is none, its architecture is not known, or a part of it is missing.
    """
    whole = read_json(Path(path))
    data, family = _text_part(path, whole)
    fields = Fields(path, {**DEFAULTS.get(family, {}), **data}, family)
    dimensions = _dimensions(fields, FAMILIES[family](fields))
    precision, note = stored_precision({**whole, **data})
    left_out = [what for name, what in LEFT_OUT.items() if whole.get(name) or data.get(name)]
    notes = [note, *([f"left out: {', '.join(left_out)}"] if left_out else [])]
    total = float(dimensions.counts.total)
    model = Model(
        id=ID,
        name=_name(path, whole, family),
        developer="",
        licence="",
        released="",
        max_context=fields.count("max_position_embeddings", 131_072),
        native_precision=precision or "",
        dimensions=dimensions,
        published_total=Fact(value=total, unit="parameters", printed="", citations=()),
        published_active=None,
        differs=None,
        notes=(),
        citations=(),
    )
    return Config(model, precision, tuple(notes))


def _text_part(path: str, whole: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The part of a config that describes the decoder, and the name of its family."""
    text = whole.get("text_config")
    if isinstance(text, dict):
        inherited = {
            name: whole[name]
            for name in ("tie_word_embeddings", "torch_dtype", "dtype", "quantization_config")
            if name in whole
        }
        data = {**inherited, **text}
        return data, _family(path, data)
    return whole, _family(path, whole)


def _family(path: str, data: Mapping[str, Any]) -> str:
    kind, classes = data.get("model_type"), data.get("architectures")
    named = classes[0] if isinstance(classes, list) and classes else None
    if isinstance(kind, str) and kind in FAMILIES:
        return kind
    if kind is None and isinstance(named, str) and named in CLASSES:
        return CLASSES[named]
    name = kind if kind is not None else named
    if name is None:
        raise ConfigError(f"{path}: names no architecture: model_type is missing")
    raise ConfigError(
        f"{path}: architecture {str(name)[:60]!r} is not known: a rule that counts its parameters "
        f"and cache is missing; there is one for {', '.join(FAMILIES)}"
    )


def _dimensions(fields: Fields, parts: Mapping[str, Any]) -> Dimensions:
    try:
        checked: Dimensions = part(Dimensions).model_validate(dict(parts)).made()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise fields.refuse(f"{where + ': ' if where else ''}{first['msg']}") from None
    return checked


def _name(path: str, whole: Mapping[str, Any], family: str) -> str:
    said = whole.get("_name_or_path")
    if isinstance(said, str) and said.strip() and said.isprintable():
        return said.strip()[-60:]
    return f"{Path(path).name} ({family})"
