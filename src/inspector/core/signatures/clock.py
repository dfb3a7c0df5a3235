"""Timestamps of signatures: reading them, judging their age, and saying it as a person would."""

from collections.abc import Mapping
from math import inf
from typing import Final, Literal

from inspector.core.signatures.value import ValueSpec

__all__ = ["TimestampSpec", "duration", "signed_at", "tolerance_of", "written"]

Unit = Literal["seconds", "milliseconds", "either", "nonce"]

_MILLISECONDS_FROM: Final = 10**11  # as seconds, that is the year 5138


class TimestampSpec(ValueSpec):
    """Where the time of signing stands, in Unix seconds or milliseconds (either: told by its length).

    A nonce takes part in the signed text but tells no time.
    """

    unit: Unit = "seconds"


def signed_at(text: str, unit: Unit) -> float | None:
    """Unix seconds of a timestamp; None where it is not digits."""
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        return None
    number = int(text)
    in_milliseconds = unit == "milliseconds" or (unit == "either" and number >= _MILLISECONDS_FROM)
    return number / 1000 if in_milliseconds else float(number)


def written(now: float, unit: Unit) -> str:
    """A moment (Unix seconds) as the processor writes it."""
    return str(int(now * 1000 if unit == "milliseconds" else now))


def tolerance_of(settings: Mapping[str, str], default: float | None) -> float | None:
    """The tolerance in seconds: the setting tolerance_seconds, else the document's; None for none, as is 0."""
    if "tolerance_seconds" not in settings:
        return default
    try:
        found = float(settings["tolerance_seconds"])
    except (ValueError, TypeError):
        return default
    return (found or None) if 0 <= found < inf else default


def duration(seconds: float) -> str:
    """A length of time as a person says it: 7 min 12 s."""
    whole = int(seconds)
    parts: list[str] = []
    for name, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if whole >= size or (name == "s" and not parts):
            parts.append(f"{whole // size} {name}")
            whole %= size
    return " ".join(parts[:2])
