"""The tabs of the detail as lines: fields with their origin, the verdict explained, headers, attempts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import wrap
from typing import Any, Final

import msgspec

from inspector.app.present.body import plain, text_lines, wrap_lines
from inspector.app.present.rows import VERDICTS, Line, Span, cell_width, duration, fit, moment
from inspector.core.uncovered import uncovered
from inspector.model import (
    CapturedRequest,
    Delivery,
    Diagnosis,
    ForwardAttempt,
    ForwardMode,
    Money,
    NormalizedEvent,
    Source,
    Verdict,
    Verification,
)
from inspector.model.visible import visible

__all__ = [
    "event_lines",
    "field_value",
    "filled_fields",
    "forward_lines",
    "header_lines",
    "signature_lines",
]

_LONGEST: Final = 2_000  # characters of a line
_MODES: Final[Mapping[ForwardMode, str]] = {
    ForwardMode.VERBATIM: "  as it came",
    ForwardMode.RESIGNED: "  signed anew",
    ForwardMode.EDITED: "  edited and signed anew",
}
_MAY_CHANGE: Final = frozenset((Verdict.INVALID, Verdict.NO_SECRET, Verdict.KEY_NEEDED))  # with other settings


def event_lines(delivery: Delivery, position: int, width: int) -> list[Line]:
    """Every field of an event, its value, and where it came from; the empty ones at the end, dim."""
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
    names = max((len(name) for name, _ in filled), default=10)
    values = min(44, max((cell_width(value) for _, value in filled), default=10), max(12, width - names - 24))
    for name, value in filled:
        origin = _origin(event.sources.get(name))
        if before is not None and before.get(name) != value:
            origin = [Span(f"was {visible(before.get(name) or 'not there', 60)}  ", "warn"), *origin]
        style = "strong" if name in ("event_type", "status", "dispute_status", "amount") else "plain"
        lines.append([Span(fit(name, names) + "  ", "accent"), Span(fit(value, values) + "  ", style), *origin])
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
    lines: list[Line] = [[Span("! ", "bad"), Span(visible(what, _LONGEST), "bad"), Span(f"  {where}", "dim")]]
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
        try:
            return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC"
        except (ValueError, OverflowError, OSError):
            return str(value)
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(getattr(value, "value", value))


def _origin(source: Source | None) -> Line:
    if source is None:
        return []
    raw = source.raw_value if isinstance(source.raw_value, str) else plain(source.raw_value)
    return [Span("← ", "dim"), Span(visible(source.locator, 120), "plain"), Span("  " + visible(raw, 200), "dim")]


def signature_lines(
    delivery: Delivery, position: int, missing: str, width: int, why: Diagnosis | None = None
) -> list[Line]:
    """The verdict in one sentence, what the signature covers, and the signed text with nothing invisible.

    `missing` says where a secret goes, for when none is set, and `why` what is behind a verdict that is not valid.
    """
    events = delivery.inspection.events
    found = events[position].verification if position < len(events) else delivery.inspection.verification
    glyph, word, style = VERDICTS.get(found.verdict.value, ("?", found.verdict.value, "warn"))
    mark = f"{glyph} {word}  "
    reason = wrap(visible(found.reason, _LONGEST), max(20, width - cell_width(mark))) or [""]
    lines: list[Line] = [[Span(mark, style), Span(reason[0], "strong")]]
    lines += [[Span(" " * cell_width(mark)), Span(each, "strong")] for each in reason[1:]]
    if found.verdict.value == "NO_SECRET" and missing:
        lines.append([Span(f"  {missing}", "dim")])
    valid = found.verdict is Verdict.VALID
    lines += [] if valid else _why(found, why, width)
    lines += [[], *_facts(found, None if valid else why, width)]
    if found.signed_text is not None:
        lines += [[], [Span(f"signed text, {len(found.signed_text):,} bytes", "dim")]]
        lines += text_lines(found.signed_text)
    return wrap_lines(lines, width)


def _why(found: Verification, why: Diagnosis | None, width: int) -> list[Line]:
    """The diagnosis under the verdict: its sentence, where it says more than the verdict's reason, and what to do."""
    if why is None:
        return [[Span("  By the settings of today it is valid.", "good")]] if found.verdict in _MAY_CHANGE else []
    lines: list[Line] = []
    if why.sentence != found.reason:
        style = "strong" if why.certain else "plain"
        lines += [[Span(f"  {each}", style)] for each in wrap(visible(why.sentence, _LONGEST), max(20, width - 3))]
    if why.advice and found.verdict is not Verdict.NO_SECRET:
        lines += [[Span(f"  {each}", "accent")] for each in wrap(f"→ {visible(why.advice)}", max(20, width - 3))]
    return lines


def _facts(found: Verification, why: Diagnosis | None, width: int) -> list[Line]:
    covers = ", ".join(found.covers) or "nothing of the message"
    facts = [("scheme", found.scheme), ("covers", covers), ("but not", ", ".join(uncovered(found.covers)))]
    if why is not None:
        facts += [("expected", why.expected), ("received", why.received)] if why.expected else []
        facts += [("ruled out", "; ".join(why.ruled_out))] if why.ruled_out else []
    if found.timestamp is not None:
        facts.append(("timestamp", f"{datetime.fromtimestamp(found.timestamp, UTC):%Y-%m-%d %H:%M:%S} UTC"))
    if found.age is not None:
        side = "before" if found.age >= 0 else "after"
        facts.append(("age", f"signed {duration(abs(found.age))} {side} it arrived"))
    lines: list[Line] = []
    for name, text in facts:
        first, *rest = wrap(visible(text, _LONGEST), max(20, width - 12)) or [""]
        lines += [[Span(f"{name:<10} ", "accent"), Span(first)], *([Span(" " * 11 + each)] for each in rest)]
    return lines


def header_lines(request: CapturedRequest) -> list[Line]:
    """The request line and the headers in the order in which they came, repeated ones marked."""
    target = request.path + (f"?{request.query}" if request.query else "")
    lines: list[Line] = [[Span(visible(f"{request.method} {target}", _LONGEST), "strong")], []]
    seen: set[str] = set()
    width = min(34, max((len(name) for name, _ in request.headers), default=0))
    for name, value in request.headers:
        again = Span(" again", "warn") if name.lower() in seen else Span("")
        seen.add(name.lower())
        lines.append([Span(fit(name, width) + "  ", "accent"), Span(visible(value, _LONGEST)), again])
    return [*lines, [], [Span(f"from {request.peer or 'an unknown address'}", "dim")]]


def forward_lines(delivery: Delivery, destination: str | None, width: int) -> list[Line]:
    """Every attempt, the newest first: destination, status, the app's own time, and what it answered."""
    if not delivery.attempts:
        hint = f"f sends it to {destination}" if destination else "Start with --forward-to URL, then f sends it"
        return [[Span("Not forwarded yet.", "plain")], [Span(hint, "dim")]]
    count = len(delivery.attempts)
    lines: list[Line] = []
    for number, attempt in zip(range(count, 0, -1), reversed(delivery.attempts), strict=True):
        lines += [*_attempt(number, attempt, width), []]
    return lines[:-1]


def _attempt(number: int, attempt: ForwardAttempt, width: int) -> list[Line]:
    head: Line = [
        Span(f"#{number}  {moment(attempt.started_at)}  ", "dim"),
        Span(visible(attempt.destination, 200), "accent"),
        Span(_MODES[attempt.mode], "dim"),
    ]
    if attempt.error:
        return [
            head,
            [Span(f"  ✗ {visible(attempt.error, _LONGEST)}", "bad"), Span(f"  {duration(attempt.elapsed)}", "dim")],
        ]
    status = attempt.status_code or 0
    style = "good" if 200 <= status < 300 else "bad" if status >= 500 else "warn"
    lines: list[Line] = [head, [Span(f"  {status}", style), Span(f"  {duration(attempt.elapsed)}", "dim")]]
    lines += [
        [Span(f"  {visible(name, 60)}: ", "accent"), Span(visible(value, _LONGEST))] for name, value in attempt.headers
    ]
    body = wrap_lines(text_lines(attempt.body)[:200], width - 2)
    return [*lines, *([Span("  "), *line] for line in body)]
