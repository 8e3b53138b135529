"""The codes that the command ends with."""

from __future__ import annotations

OK = 0
BROKEN = 1
"""The catalog itself is wrong, or holds too little."""
MISTAKE = 2
"""The command was asked for something that does not exist or cannot be."""
NO_FIT = 3
"""The weights do not fit on so many GPUs."""
