"""Where a key stands in a TOML text: the standard library parses TOML, but keeps no line numbers."""

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["line_of", "lines_of"]

_KEY: Final = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED: Final = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_TABLE = re.compile(rf"^\s*\[\[?\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_ENTRY = re.compile(rf"^\s*({_DOTTED})\s*=")
_INLINE = re.compile(rf"[{{,]\s*({_DOTTED})\s*=")


def _steps(dotted: str) -> tuple[str, ...]:
    return tuple(key.strip("\"'") for key in re.findall(_KEY, dotted))


def lines_of(text: str) -> dict[tuple[str, ...], int]:
    """The line (1 for the first) of every table and key of a TOML text, keys in inline tables included."""
    lines: dict[tuple[str, ...], int] = {(): 1}
    table: tuple[str, ...] = ()
    entry: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            table = entry = _steps(found[1])
            for depth in range(1, len(table) + 1):
                lines.setdefault(table[:depth], number)
            continue
        if found := _ENTRY.match(line):
            entry = (*table, *_steps(found[1]))
            for depth in range(len(table) + 1, len(entry) + 1):
                lines.setdefault(entry[:depth], number)
        for inner in _INLINE.finditer(line):
            lines.setdefault((*entry, *_steps(inner[1])), number)
    return lines


def line_of(lines: Mapping[tuple[str, ...], int], path: tuple[str, ...]) -> int:
    """The line of a path, or of the nearest key above it. Steps that are no keys of the text are passed over."""
    best: tuple[str, ...] = ()
    for step in path:
        if (*best, step) in lines:
            best = (*best, step)
    return lines[best]
