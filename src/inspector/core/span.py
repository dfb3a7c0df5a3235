"""Lengths of time as people write them: 500ms, 10s, 5min, 2h, 3d."""

import re
from typing import Any, Final

__all__ = ["seconds_in"]

_UNITS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)?")


def seconds_in(text: Any) -> float:
    """The seconds in a length of time; a number is in seconds already. Raises ValueError."""
    found = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if found:
        return float(found[1]) * _UNITS[found[2] or "s"]
    if isinstance(text, int | float) and not isinstance(text, bool):
        return float(text)
    raise ValueError(f"{text!r} is not a length of time: write 500ms, 10s, 5min or 2h")
