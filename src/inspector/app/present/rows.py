"""Words for the screen: every text that is shown, as spans of text and style names. Pure, and without Textual.

A span is a text with the name of a style; a line is a list of spans. Text from the network passes through
`visible`, so that no control character reaches the terminal.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

from inspector.model import ARRIVAL, MANY_COPIES, EventRow, Money, Order
from inspector.model.visible import visible

__all__ = [
    "VERDICTS",
    "Column",
    "Line",
    "Span",
    "ago",
    "cell_width",
    "cells",
    "chop",
    "column_at",
    "columns",
    "duration",
    "fit",
    "header",
    "line_width",
    "moment",
    "money",
    "plural",
]


class Span(NamedTuple):
    """A text in a style: plain, dim, strong, accent, good, bad, warn or live; `link` names what it leads to, if any."""

    text: str
    style: str = "plain"
    link: str = ""


Line = list[Span]

VERDICTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "VALID": ("✓", "valid", "good"),
    "INVALID": ("✗", "invalid", "bad"),
    "EXPIRED": ("◷", "stale", "warn"),
    "MISSING": ("○", "missing", "bad"),
    "NO_SECRET": ("?", "no secret", "warn"),
    "UNSIGNED": ("–", "unsigned", "dim"),
    "KEY_NEEDED": ("⚿", "key needed", "warn"),
    "UNREADABLE": ("!", "unreadable", "bad"),
}
"""Glyph, word and style of a verdict: never colour alone."""


class Column(NamedTuple):
    """A column of the list: its key and how many cells wide it is."""

    key: str
    width: int


class _Spec(NamedTuple):
    key: str
    title: str
    least: int
    worth: int


_COLUMNS: Final = (
    _Spec("time", "time", 8, 1),
    _Spec("processor", "processor", 9, 4),
    _Spec("type", "event type", 22, 3),
    _Spec("native", "native", 18, 8),
    _Spec("amount", "amount", 12, 5),
    _Spec("signature", "signature", 9, 2),
    _Spec("app", "app", 9, 6),
    _Spec("copies", "×", 3, 7),
)
_GROWS: Final = (
    *(("signature", 12), ("app", 12), ("native", 24), ("type", 36), ("processor", 14), ("app", 16)),
    *(("native", 44), ("processor", 24), ("amount", 16), ("copies", 5)),
)
_TITLES: Final = {spec.key: spec.title for spec in _COLUMNS}


@cache
def columns(width: int) -> Sequence[Column]:
    """The columns that fit into a width, the most worthy first to stay, and how wide each is."""
    taken: list[_Spec] = []
    left = width - 1
    for spec in sorted(_COLUMNS, key=lambda each: each.worth):
        if spec.least + 1 <= left:
            taken.append(spec)
            left -= spec.least + 1
    widths = {spec.key: spec.least for spec in taken}
    for key, most in _GROWS:
        if key in widths:
            more = min(left, most - widths[key])
            widths[key] += more
            left -= more
    return tuple(Column(spec.key, widths[spec.key]) for spec in _COLUMNS if spec.key in widths)


def header(found: Sequence[Column], order: Order = ARRIVAL) -> Line:
    """The titles of the columns, with an arrow at the one that the rows are sorted by."""
    spans: Line = [Span(" ")]
    for column in found:
        title, style = _TITLES[column.key], "dim"
        if order != ARRIVAL and column.key == order.column:
            title, style = f"{title} {'▼' if order.descending else '▲'}", "accent"
        just = title.rjust if column.key == "amount" else title.ljust
        spans.append(Span(just(column.width)[: column.width] + " ", style))
    return spans


def column_at(found: Sequence[Column], x: int) -> str:
    """The key of the column at a cell of the line; empty where there is none."""
    left = 1
    for column in found:
        if left <= x <= left + column.width:
            return column.key
        left += column.width + 1
    return ""


def cells(row: EventRow, found: Sequence[Column], marked: bool = False, now: float | None = None) -> Line:
    """A row of the list, its time told from `now` where that is given. Events of live mode stand out as a whole, since
    they have no place in a test."""
    live = row.test_mode is False
    sign = "◆" if marked else "Δ" if row.changed else "┃" if live else " "
    spans: Line = [Span(sign, "live" if live else "accent")]
    for column in found if row.event_type else _with_room_for_a_reason(found):
        text, style = _CELLS[column.key](row, column.width)
        if column.key == "time" and now is not None:
            text = ago(now - row.received_at)
        if live and style == "plain":
            style = "live"
        spans.append(Span(fit(text, column.width) + " ", style))
    return spans


def _with_room_for_a_reason(found: Sequence[Column]) -> list[Column]:
    """Where there is no event there is a reason, which takes the place of what the event would have said."""
    room = [column for column in found if column.key in ("type", "native", "amount")]
    reason = Column("type", sum(column.width for column in room) + len(room) - 1)
    return [reason if column.key == "type" else column for column in found if column not in room[1:]]


def fit(text: str, width: int) -> str:
    """The text in exactly so many cells; what is too long ends in …"""
    text = visible(text, width + 1)
    size = cell_width(text)
    if size <= width:
        return text + " " * (width - size)
    while cell_width(text) > width - 1:
        text = text[:-1]
    return text + "…" + " " * (width - 1 - cell_width(text))


def cell_width(text: str) -> int:
    """How many cells a text takes: wide characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def line_width(line: Line) -> int:
    """How many cells a line takes."""
    return sum(cell_width(span.text) for span in line)


def chop(text: str, first: int, width: int) -> list[str]:
    """The text in pieces: one of up to `first` cells, where that is more than none, the others of up to `width`."""
    pieces: list[str] = []
    room, start, taken = first if first > 0 else width, 0, 0
    for place, character in enumerate(text) if not text.isascii() else ():
        size = cell_width(character)
        if taken + size > room:
            pieces.append(text[start:place])
            room, start, taken = width, place, 0
        taken += size
    if not text.isascii():
        return [*pieces, text[start:]]
    while start < len(text) or not pieces:
        pieces.append(text[start : start + room])
        start, room = start + room, width
    return pieces


def moment(seconds: float, shape: str = "%H:%M:%S") -> str:
    """The local time of Unix seconds: of the day, or in another shape."""
    return datetime.fromtimestamp(seconds).strftime(shape)  # noqa: DTZ006 - a person's own time


def _time(row: EventRow, _: int) -> tuple[str, str]:
    return moment(row.received_at), "dim"


def _processor(row: EventRow, _: int) -> tuple[str, str]:
    name = f"{row.connector}/{row.label}" if row.label else row.connector
    return (name, "plain") if name else ("unknown", "warn")


def _type(row: EventRow, width: int) -> tuple[str, str]:
    if not row.event_type:
        return row.problem or "no event", "warn"
    if row.event_type == "WEBHOOK_EVENT_TYPE_UNSPECIFIED":
        return "UNSPECIFIED", "dim"
    name = row.event_type
    if len(name) > width:
        name = name.removeprefix("PAYMENT_INTENT_").removeprefix("WEBHOOK_")
    return name, "plain"


def _native(row: EventRow, _: int) -> tuple[str, str]:
    return (f"{row.native_type} / {row.native_detail}" if row.native_detail else row.native_type), "dim"


def _amount(row: EventRow, width: int) -> tuple[str, str]:
    if row.amount is None:
        return "", "plain"
    return _on_the_point(money(Money(row.amount, row.currency)), width), "plain"


def _on_the_point(text: str, width: int) -> str:
    """Right-aligned so that decimal points stand under one another, whatever the currency's decimals."""
    number, _, currency = text.rpartition(" ")
    decimals = len(number.partition(".")[2])
    pad = {0: 3, 2: 0, 3: 0}.get(decimals, 0)
    tail = " " * pad + f" {currency:<3}" if decimals < 3 else f" {currency:<3}"
    return (number + tail).rjust(width)[-width:] if len(number) + len(tail) <= width else text.rjust(width)


def _signature(row: EventRow, width: int) -> tuple[str, str]:
    glyph, word, style = VERDICTS.get(row.verdict, ("?", row.verdict.lower(), "warn"))
    return f"{glyph} {word}", style


def _app(row: EventRow, _: int) -> tuple[str, str]:
    if not row.attempts:
        return "", "dim"
    again = f" ↻{row.attempts}" if row.attempts > 1 else ""
    if row.app_error:
        return f"✗ {row.app_error}{again}", "bad"
    said, status = row.app_status or "✓", row.app_status or 200  # a message queue confirms without a status
    style = "good" if 200 <= status < 300 else "bad" if status >= 500 else "warn"
    return f"{said} {duration(row.app_seconds or 0.0)}{again}", style


def _copies(row: EventRow, _: int) -> tuple[str, str]:
    count = f"×{row.copies}" if row.copies < MANY_COPIES else f"×{MANY_COPIES - 1}+"
    return (count, "warn" if row.duplicate_of else "dim") if row.copies > 1 else ("", "plain")


_CELLS: Final = {
    "time": _time,
    "processor": _processor,
    "type": _type,
    "native": _native,
    "amount": _amount,
    "signature": _signature,
    "app": _app,
    "copies": _copies,
}


def money(amount: Money) -> str:
    """An amount in major units with its currency."""
    return str(amount)


def ago(seconds: float) -> str:
    """How long ago, as people say it."""
    if seconds < 2:
        return "just now"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit} ago"
    return f"{int(seconds)}s ago"


def duration(seconds: float) -> str:
    """A length of time, short: 12ms, 1.2s, 3m 5s. None is less than nothing, whatever the clock does."""
    if seconds < 1:
        return f"{max(seconds, 0.0) * 1000:.0f}ms"
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m {rest}s" if minutes < 60 else f"{minutes // 60}h {minutes % 60}m"


def plural(count: int, noun: str) -> str:
    """1 event, 2 events."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
