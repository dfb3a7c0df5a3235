"""The body in words: what it holds, value by value, and the bytes as they came. Bounded, however large it is."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from inspector.app.present.rows import Line, Span, chop, line_width
from inspector.core.body import Unreadable, decode_json, decode_xml, unwrap
from inspector.core.document import UnwrapSpec
from inspector.core.read import read_loosely
from inspector.model import CapturedRequest
from inspector.model.visible import visible

__all__ = ["children", "leaf", "plain", "raw_lines", "searched", "text_lines", "tree_of", "wrap_lines"]

_LONGEST: Final = 20_000  # characters of a line
_MOST: Final = 5_000  # lines of a body
_BUDGET: Final = 500_000  # characters of a body
_VALUE: Final = 500  # characters of a value in the tree
_NEAR: Final = 40  # characters of a value that are surely on the screen
_MARKED: Final = 10_000  # characters around what was found in which others are marked
_BEFORE: Final = 2_000  # characters that are shown before what was found, far behind the beginning
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_LOOKS_TYPED: Final = frozenset(("true", "false", "null", ""))


def tree_of(request: CapturedRequest, wrapped: UnwrapSpec | None = None) -> Any:
    """What the body holds, or None where it cannot be read. `wrapped` is the field that holds the real body."""
    root = read_loosely(request).root
    if wrapped is None or not isinstance(root, dict) or wrapped.field not in root:
        return root
    try:
        inner = unwrap(root[wrapped.field], wrapped.field)
        return {**root, wrapped.field: decode_xml(inner) if wrapped.format == "xml" else decode_json(inner)}
    except Unreadable:
        return root


def children(value: Any) -> Iterable[tuple[Any, Any]]:
    """The members of an object, or the items of a list with their positions."""
    return value.items() if isinstance(value, Mapping) else enumerate(value or ())


def leaf(value: Any, pattern: re.Pattern[str] | None = None) -> str:
    """The text of a value. A text that could be taken for something else stands in quotes.

    A long one begins shortly before what the `pattern` finds in it.
    """
    if isinstance(value, str):
        ambiguous = value in _LOOKS_TYPED or value != value.strip() or value[:1] in "-0123456789[{"
        text = f'"{value}"' if ambiguous else value
    else:
        text = plain(value)
    found = pattern.search(text) if pattern is not None else None
    if found is not None and found.start() > _NEAR:
        text = "…" + text[found.start() - _NEAR // 2 :]
    return visible(text, _VALUE)


def plain(value: Any) -> str:
    """A value as JSON, its decimals as they were sent; what JSON cannot say is shown all the same."""
    try:
        return _ENCODER.encode(value).decode()
    except RecursionError:
        return "nested too deep to be shown"
    except (ValueError, TypeError):
        return json.dumps(value, default=str)


def raw_lines(request: CapturedRequest, pattern: re.Pattern[str] | None = None, at: int | None = None) -> list[Line]:
    """The body as it came, byte for byte, with its length and SHA-256.

    What the `pattern` finds `at` a character is marked and shown, wherever it is, and so are others near it.
    """
    body = request.body
    head: Line = [
        Span(f"{len(body):,} bytes  ", "strong"),
        Span(f"SHA-256 {hashlib.sha256(body).hexdigest()}", "dim"),
    ]
    lines = text_lines(body, pattern, -1 if at is None else at)
    if pattern is not None and at is not None and not any(span.style == "current" for line in lines for span in line):
        lines = _beyond(body, pattern, at)
    return [head, [], *lines]


def searched(request: CapturedRequest) -> str:
    """The text that a search of the bytes looks into: a character a byte, where they are no text."""
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        return request.body.decode("latin-1")


def _beyond(body: bytes, pattern: re.Pattern[str], at: int) -> list[Line]:
    """What was found far behind the beginning, and what stands around it."""
    begin = max(0, at - _BEFORE) // 16 * 16
    before: Line = [Span(f"… {begin:,} before", "dim")]
    try:
        return [before, *_text(body.decode()[begin:], pattern, at - begin)]
    except UnicodeDecodeError:
        return [before, *_hex_lines(body, at, begin)]


def text_lines(content: bytes, pattern: re.Pattern[str] | None = None, at: int = -1) -> list[Line]:
    """Text line by line, control characters made visible; what is not text as bytes in hexadecimal."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _hex_lines(content, at)
    return _text(text, pattern, at)


def _text(text: str, pattern: re.Pattern[str] | None, at: int) -> list[Line]:
    found = text.removesuffix("\n").split("\n", _MOST)
    ended = text.endswith("\n")
    rest, found = (found[_MOST:], found[:_MOST])
    lines: list[Line] = []
    left, start = _BUDGET, 0
    for number, line in enumerate(found, 1):
        if left <= 0:
            rest = [*found[number - 1 :], *rest]
            break
        ends = "⏎" if ended or number < len(found) or rest else ""
        lines.append([*_marked(line, pattern, at - start), Span(ends, "dim")])
        left -= min(len(line), _LONGEST)
        start += len(line) + 1
    if rest:
        more = len(rest) + sum(each.count("\n") for each in rest)
        lines.append([Span(f"… {more:,} more lines; y copies the whole", "dim")])
    return lines


def _marked(line: str, pattern: re.Pattern[str] | None, at: int) -> Line:
    """A line, what was found in it near the current place marked; that one is `at` a character of the line."""
    if pattern is None or not -_MARKED < at < len(line) + _MARKED:
        return [Span(visible(line, _LONGEST))]
    spans: Line = []
    end = 0
    for found in pattern.finditer(line, max(0, at - _MARKED), min(_LONGEST, at + _MARKED)):
        spans.append(Span(visible(line[end : found.start()])))
        spans.append(Span(visible(found[0]), "current" if found.start() == at else "found"))
        end = found.end()
    return [*spans, Span(visible(line[end:], max(1, _LONGEST - end)))]


def wrap_lines(lines: Iterable[Line], width: int) -> list[Line]:
    """The lines, those that are too long on several: what ends a line of the text itself is its ⏎."""
    found: list[Line] = []
    for line in lines:
        if line_width(line) <= width or width < 2:
            found.append(line)
            continue
        room = 0
        for span in line:
            for number, piece in enumerate(chop(span.text, room, width)):
                if number or room <= 0:
                    found.append([])
                    room = width
                found[-1].append(Span(piece, span.style))
                room -= line_width([Span(piece)])
    return found


def _hex_lines(content: bytes, at: int = -1, begin: int = 0) -> list[Line]:
    lines: list[Line] = []
    end = begin + _MOST * 4
    for start in range(begin, min(len(content), end), 16):
        row = content[start : start + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
        style = "current" if start <= at < start + 16 else "accent"
        lines.append([Span(f"{start:08x}  ", "dim"), Span(f"{row.hex(' '):<47}  "), Span(text, style)])
    if len(content) > end:
        lines.append([Span(f"… {len(content) - end:,} more bytes; y copies the whole", "dim")])
    return lines
