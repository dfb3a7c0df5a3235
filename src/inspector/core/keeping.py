"""How long and how much is kept, as people write it: 30d, 2GB."""

import re
from typing import Final

from inspector.core.signatures.clock import duration
from inspector.core.span import seconds_in
from inspector.model import InspectorError, Retention

__all__ = ["read_retention", "retention_words"]

_SIZE: Final = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*([KMGT]?)(?:I?B)?")
_UNITS: Final = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_LEAST: Final = 1024**2
_LONGEST: Final = 100 * 366 * 86_400.0


def read_retention(keep: str | None, max_size: str | None) -> Retention:
    """What is kept by these two, each of which may be left out. Raises InspectorError."""
    return Retention(None if keep is None else _seconds(keep), None if max_size is None else _bytes(max_size))


def _seconds(text: str) -> float:
    hint = "Write 12h or 30d; leave it out to keep everything"
    try:
        found = seconds_in(text)
    except ValueError as error:
        raise InspectorError(f"{text!r} is no length of time to keep", str(error), hint, exit_code=2) from None
    if text.strip()[-1].isdecimal():  # seconds, elsewhere; here a slip would cost everything
        raise InspectorError(f"{text!r} is no length of time to keep", "Of what?", hint, exit_code=2)
    if not 1 <= found <= _LONGEST:
        detail = "It is less than a second" if found < 1 else "It is more than a century"
        raise InspectorError(f"{text!r} is no length of time to keep", detail, hint, exit_code=2)
    return found


def _bytes(text: str) -> int:
    hint = "Write 500MB or 2GB; leave it out to keep everything"
    found = _SIZE.fullmatch(text.strip().upper())
    if found is None:
        raise InspectorError(f"{text!r} is no size to keep", hint=hint, exit_code=2)
    size = int(float(found[1]) * 1024 ** _UNITS[found[2]])
    if size < _LEAST:
        raise InspectorError(f"{text!r} is no size to keep", "It is less than 1MB", hint, exit_code=2)
    return size


def retention_words(retention: Retention) -> str:
    """In a few words; empty where everything is kept."""
    parts = []
    if retention.seconds is not None:
        parts.append(duration(retention.seconds))
    if retention.size is not None:
        unit, name = (1024**3, "GB") if retention.size >= 1024**3 else (1024**2, "MB")
        parts.append(f"{retention.size / unit:.4g} {name}")
    return ", ".join(parts)
