"""Altair, loaded when a chart is first worked out: a build with a warm cache never waits for it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt
else:

    class _Late(ModuleType):
        def __getattr__(self, name: str) -> Any:
            return getattr(import_module("altair"), name)

    alt = _Late("altair")

__all__ = ["alt"]
