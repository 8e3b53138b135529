"""The fields of a config.json, read strictly: a file from anywhere gives values or one clear line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from macros.errors import ConfigError, quote

LARGEST_FILE = 10_000_000
LARGEST = 100_000_000
"""No dimension is larger; what is, is no dimension."""


def read_json(path: Path) -> Mapping[str, Any]:
    """The object in a file, or in the config.json of a folder.

    Raises:
        ConfigError: there is no such file, or it holds no JSON object.
    """
    file = path / "config.json" if path.is_dir() else path
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise ConfigError(f"{file}: is too large to be a config.json")
        data = json.loads(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}: can't be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise ConfigError(f"{file}: is not JSON: {said}") from None
    if not isinstance(data, dict):
        raise ConfigError(f"{file}: holds no JSON object; a config.json is one")
    return data


class Fields:
    """The fields of one architecture's config; whatever is wrong names the file and the field."""

    def __init__(self, file: str, data: Mapping[str, Any], family: str) -> None:
        self.file = file
        self.family = family
        self._data = data

    def refuse(self, message: str) -> ConfigError:
        """What to raise when the config can't be understood."""
        return ConfigError(f"{self.file}: architecture {self.family!r}: {message}")

    def has(self, name: str) -> bool:
        """Whether a field is there and says something."""
        return self._data.get(name) is not None

    def count(self, name: str, default: int | None = None, least: int = 1) -> int:
        """A whole number; the default where the config leaves it out.

        Raises:
            ConfigError: it is missing without a default, or no such number.
        """
        value = self._data.get(name)
        if value is None:
            if default is None:
                raise self.refuse(f"{name} is missing")
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST:
            raise self.refuse(f"{name} is {quote(value)}, not a whole number from {least} up")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """A truth value; the default where the config leaves it out."""
        value = self._data.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.refuse(f"{name} is {quote(value)}, not true or false")
        return default if value is None else value

    def texts(self, name: str) -> list[str]:
        """A list of texts; empty where the config leaves it out."""
        value = self._data.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.refuse(f"{name} is {quote(value)}, not a list of texts")
        return value

    def counts(self, name: str) -> list[int]:
        """A list of whole numbers; empty where the config leaves it out."""
        value = self._data.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(type(item) is int for item in value):
            raise self.refuse(f"{name} is {quote(value)}, not a list of whole numbers")
        return value

    def forbid(self, name: str, usual: Any, what: str) -> None:
        """Refuse a config in which a field is set to what this family is not known to have.

        Raises:
            ConfigError: it is.
        """
        if self._data.get(name) not in (None, usual):
            raise self.refuse(f"{name} is {quote(self._data[name])}: {what}")
