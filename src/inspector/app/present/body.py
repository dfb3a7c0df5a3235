"""The body in words: what it holds, value by value, and the bytes as they came. Bounded, however large it is."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from inspector.app.present.rows import Line, Span, chop, line_width
from inspector.core.body import Unreadable, decode_json, decode_xml, unwrap
from inspector.core.document import UnwrapSpec
from inspector.core.read import read_loosely
from inspector.model import CapturedRequest
from inspector.model.visible import visible

__all__ = ["children", "leaf", "plain", "raw_lines", "text_lines", "tree_of", "wrap_lines"]

_LONGEST: Final = 20_000  # characters of a line
_MOST: Final = 5_000  # lines of a body
_BUDGET: Final = 500_000  # characters of a body
_VALUE: Final = 500  # characters of a value in the tree
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


def leaf(value: Any) -> str:
    """The text of a value. A text that could be taken for something else stands in quotes."""
    if isinstance(value, str):
        ambiguous = value in _LOOKS_TYPED or value != value.strip() or value[:1] in "-0123456789[{"
        return visible(f'"{value}"' if ambiguous else value, _VALUE)
    return visible(plain(value), _VALUE)


def plain(value: Any) -> str:
    """A value as JSON, its decimals as they were sent; what JSON cannot say is shown all the same."""
    try:
        return msgspec.json.Encoder(decimal_format="number").encode(value).decode()
    except RecursionError:
        return "nested too deep to be shown"
    except (ValueError, TypeError):
        return json.dumps(value, default=str)


def raw_lines(request: CapturedRequest) -> list[Line]:
    """The body as it came, byte for byte, with its length and SHA-256."""
    digest = hashlib.sha256(request.body).hexdigest()
    head: Line = [Span(f"{len(request.body):,} bytes  ", "strong"), Span(f"SHA-256 {digest}", "dim")]
    return [head, [], *text_lines(request.body)]


def text_lines(content: bytes) -> list[Line]:
    """Text line by line, control characters made visible; what is not text as bytes in hexadecimal."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _hex_lines(content)
    found = text.removesuffix("\n").split("\n", _MOST)
    ended = text.endswith("\n")
    rest, found = (found[_MOST:], found[:_MOST])
    lines: list[Line] = []
    left = _BUDGET
    for number, line in enumerate(found, 1):
        if left <= 0:
            rest = [*found[number - 1 :], *rest]
            break
        ends = "⏎" if ended or number < len(found) or rest else ""
        lines.append([Span(visible(line, _LONGEST)), Span(ends, "dim")])
        left -= min(len(line), _LONGEST)
    if rest:
        more = len(rest) + sum(each.count("\n") for each in rest)
        lines.append([Span(f"… {more:,} more lines; y copies the whole", "dim")])
    return lines


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


def _hex_lines(content: bytes) -> list[Line]:
    lines: list[Line] = []
    for start in range(0, min(len(content), _MOST * 4), 16):
        row = content[start : start + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
        lines.append([Span(f"{start:08x}  ", "dim"), Span(f"{row.hex(' '):<47}  "), Span(text, "accent")])
    if len(content) > _MOST * 4:
        lines.append([Span(f"… {len(content) - _MOST * 4:,} more bytes; y copies the whole", "dim")])
    return lines
