"""The Event tab: the fields of an event, each with where it came from."""

from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import wrap
from typing import Any, Final

import msgspec

from inspector.app.present.body import plain
from inspector.app.present.rows import Line, Span, cell_width, fit
from inspector.model import Delivery, Money, NormalizedEvent, Source
from inspector.model.visible import visible

__all__ = ["event_lines", "field_value", "filled_fields", "utc_moment"]

_NAMES: Final = 27  # characters of a field's name that always have room
_VALUES: Final = 44  # cells of a value
_LONGEST: Final = 2_000  # characters of a line


def event_lines(delivery: Delivery, position: int, width: int) -> list[Line]:
    """Every field of an event, its value, and where it came from, which leads there; the empty ones at the end, dim."""
    problems = delivery.inspection.problems
    lines = [line for each in problems for line in _problem(each.where, each.what, each.hint)]
    if lines:
        lines.append([])
    events = delivery.inspection.events
    if position >= len(events):
        return [*lines, [Span("No event could be read from this request.", "dim")]]
    event = events[position]
    if len(events) > 1:
        lines += [[Span(f"Event {position + 1} of {len(events)} in this delivery", "dim")], []]
    filled, empty = _fields(event)
    before = _before(delivery, position)
    if before is not None:
        gone = ", ".join(f"{name} (was {value})" for name, value in before.items() if name not in dict(filled))
        words = "The document has changed since this came." + (f" No longer there: {gone}" if gone else "")
        lines += [*([Span(line, "warn")] for line in wrap(visible(words, _LONGEST), max(20, width - 1))), []]
    names = min(max((len(name) for name, _ in filled), default=10), max(_NAMES, width // 4))
    widest = max((cell_width(value[:_VALUES]) for _, value in filled), default=10)
    values = min(_VALUES, widest, max(12, width - names - 24))
    for name, value in filled:
        origin = _origin(name, event.sources.get(name))
        if before is not None and before.get(name) != value:
            origin = [Span(f"was {visible(before.get(name) or 'not there', 60)}  ", "warn"), *origin]
        style = "strong" if name in ("event_type", "status", "dispute_status", "amount") else "plain"
        named = name if len(name) <= names else f"…{name[1 - names :]}"  # of a long one the end tells most
        lines.append([Span(fit(named, names) + "  ", "accent"), Span(fit(value, values) + "  ", style), *origin])
    if empty:
        absent = wrap("not in this event: " + ", ".join(empty), max(20, width - 1))
        lines += [[], *([Span(line, "dim")] for line in absent)]
    return lines


def _before(delivery: Delivery, position: int) -> dict[str, str] | None:
    """The fields as they were found first, where another document finds something else now."""
    if delivery.before is None:
        return None
    events = delivery.before.events
    return filled_fields(events[position]) if position < len(events) else {}


def _problem(where: str, what: str, hint: str) -> list[Line]:
    lines: list[Line] = [
        [Span("! ", "bad"), Span(visible(what, _LONGEST), "bad"), Span(f"  {visible(where, 200)}", "dim")]
    ]
    return [*lines, [Span("  " + visible(hint, _LONGEST), "dim")]] if hint else lines


def _fields(event: NormalizedEvent) -> tuple[list[tuple[str, str]], list[str]]:
    """Filled fields with their texts, and the names of the empty ones."""
    found: list[tuple[str, Any]] = [
        ("event_type", event.event_type.value),
        ("native_type", f"{event.native_type} / {event.native_detail}" if event.native_detail else event.native_type),
        ("event_status", event.event_status.value),
        ("event_id", event.event_id),
        ("occurred_at", event.occurred_at),
        ("test_mode", event.test_mode),
    ]
    content = event.event_response.content
    if content is not None:
        found += _flatten(content, "")
    currency = next((value.currency for _, value in found if isinstance(value, Money)), "")
    filled = [(name, field_value(name, value, currency)) for name, value in found if value is not None]
    return filled, [name for name, value in found if value is None]


def filled_fields(event: NormalizedEvent) -> dict[str, str]:
    """The texts of the fields that an event fills, by name."""
    return dict(_fields(event)[0])


def _flatten(struct: msgspec.Struct, prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in struct.__struct_fields__:
        value = getattr(struct, name)
        if isinstance(value, msgspec.Struct) and not isinstance(value, Money):
            inner = _flatten(value, f"{prefix}{name}.")
            found += [(path, each) for path, each in inner if each is not None]
        else:
            found.append((prefix + name, value))
    return found


def field_value(name: str, value: Any, currency: str = "") -> str:
    """The text of a field: amounts in major units, minor units of a `currency` too, and times as RFC 3339."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S UTC")
    if isinstance(value, int) and name.endswith("_amount") and currency:
        return str(Money(value, currency))
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith(("_at", "_date")):
        return utc_moment(value)
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(getattr(value, "value", value))


def utc_moment(seconds: float) -> str:
    """Unix seconds as a moment in UTC; the number itself where it is beyond all years."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return str(int(seconds))


def _origin(name: str, source: Source | None) -> Line:
    """Where a field came from: the place leads there, and the raw value is beside it."""
    if source is None:
        return []
    raw = source.raw_value if isinstance(source.raw_value, str) else plain(source.raw_value)
    place = visible(source.locator, 120)
    return [Span("← ", "dim", name), Span(place, "plain", name), Span("  " + visible(raw, 200), "dim")]
