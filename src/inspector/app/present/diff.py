"""Two events side by side: the normalized fields that differ, then where their bodies do."""

from collections.abc import Iterator
from typing import Any, Final

from inspector.app.present.body import plain
from inspector.app.present.event import filled_fields
from inspector.app.present.rows import Line, Span, cell_width, fit, plural
from inspector.core.compare import compare
from inspector.core.read import read_loosely
from inspector.model import Delivery
from inspector.model.visible import visible

__all__ = ["diff_lines"]

_MOST: Final = 500  # differences of the bodies that are shown
_LONGEST: Final = 200  # characters of a value

Rows = list[tuple[str, str, str]]


def diff_lines(left: tuple[Delivery, int], right: tuple[Delivery, int], width: int) -> list[Line]:
    """Name, left and right of every difference. What both have alike is counted."""
    fields, same = _fields(left, right)
    bodies = _bodies(left[0], right[0])
    names = min(max(width // 3, 20), max((cell_width(name) for name, _, _ in [*fields, *bodies]), default=10))
    values = max(10, (width - names - 4) // 2)
    lines = [_line(("", _title(left), _title(right)), names, values, "strong"), []]
    lines += [_line(row, names, values, "plain") for row in fields]
    lines += [[Span(f"{plural(same, 'field')} alike", "dim")] if fields else [Span("Every field is alike.", "good")]]
    lines += [[], [Span("in the bodies", "accent")]]
    lines += [_line(row, names, values, "plain") for row in bodies[:_MOST]]
    if len(bodies) > _MOST:
        lines.append([Span(f"… {plural(len(bodies) - _MOST, 'more difference')}", "dim")])
    return lines if bodies else [*lines, [Span("Every member is alike.", "good")]]


def _title(side: tuple[Delivery, int]) -> str:
    delivery, position = side
    events = delivery.inspection.events
    name = events[position].native_type if position < len(events) else "no event"
    return f"#{delivery.number} {delivery.inspection.connector} {name}"


def _fields(left: tuple[Delivery, int], right: tuple[Delivery, int]) -> tuple[Rows, int]:
    one, other = (
        filled_fields(delivery.inspection.events[position]) if position < len(delivery.inspection.events) else {}
        for delivery, position in (left, right)
    )
    names = list(dict.fromkeys([*one, *other]))
    rows = [(name, one.get(name, ""), other.get(name, "")) for name in names]
    differing = [row for row in rows if row[1] != row[2]]
    return differing, len(rows) - len(differing)


def _bodies(left: Delivery, right: Delivery) -> Rows:
    one, other = (read_loosely(each.request).root for each in (left, right))
    return [(each.path, _text(each.expected), _text(each.found)) for each in compare({"": one}, {"": other})]


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else plain(value)


def _line(row: tuple[str, str, str], names: int, values: int, style: str) -> Line:
    name, left, right = (visible(text, _LONGEST) for text in row)
    cells: Iterator[Span] = (
        Span(fit(text, values) + "  ", style if text else "dim") for text in (left or "–", right or "–")
    )
    return [Span(fit(name, names) + "  ", "accent"), *(cells if any(row[1:]) else ())]
