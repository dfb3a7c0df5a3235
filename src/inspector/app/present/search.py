"""Searching a body: the places of its tree, or of its text, that hold a term. Bit by bit, so that nobody waits."""

import re
from collections.abc import Iterator
from typing import Any, Final

from inspector.app.present.body import children, plain

__all__ = ["Hits", "pattern_of", "text_hits", "value_hits"]

_BREATH: Final = 1_000  # nodes that are looked at between two breaths
_PIECE: Final = 1 << 16  # characters

Steps = tuple[str, ...]
Hits = Iterator[Steps | int | None]
"""Places in their order, and None wherever the screen may take a breath."""


def pattern_of(term: str) -> re.Pattern[str]:
    """What finds a term, whatever the case of its letters."""
    return re.compile(re.escape(term), re.IGNORECASE)


def value_hits(root: Any, pattern: re.Pattern[str]) -> Hits:
    """The ways to what holds the term: as the name of a member, or in a value."""
    search = pattern.search
    above, steps, seen = [iter(children(root))], list[str](), 0
    while above:
        for key, value in above[-1]:
            seen += 1
            if seen % _BREATH == 0:
                yield None
            named = isinstance(key, str) and search(key)
            inner = isinstance(value, dict | list) and value
            if named or (not inner and search(value if isinstance(value, str) else plain(value))):
                yield (*steps, str(key))
            if inner:
                steps.append(str(key))
                above.append(iter(children(value)))
                break
        else:
            above.pop()
            del steps[-1:]


def text_hits(text: str, pattern: re.Pattern[str], length: int) -> Hits:
    """Where the term, `length` characters long, stands in a text."""
    for start in range(0, len(text), _PIECE):
        for found in pattern.finditer(text[start : start + _PIECE + length - 1]):
            yield start + found.start()
        yield None
