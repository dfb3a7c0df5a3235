"""Events and attempts as lines: aligned for a person, JSON for a program."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from inspector.cli import output
from inspector.core.answer import answer
from inspector.model import Delivery, ForwardAttempt, Money, seconds, visible

if TYPE_CHECKING:
    from inspector.model import EventRow

__all__ = ["HEADS", "attempt_line", "attempt_values", "delivery_values", "event_line", "heads", "utc_time"]

HEADS: Final = ("time", "processor", "event type", "native", "amount", "signature", "")
_WIDTHS: Final = (8, 16, 36, 34, 14, 10, 0)
_WORDS: Final = {"EXPIRED": "stale", "NO_SECRET": "no secret", "KEY_NEEDED": "key needed"}
_STYLES: Final = {"VALID": "green", "INVALID": "red", "EXPIRED": "yellow", "MISSING": "red", "UNREADABLE": "red"}


def heads(dated: bool = False) -> str:
    """The head of the columns."""
    return output.columns([HEADS[0].ljust(19 if dated else 8), *HEADS[1:]], _WIDTHS)


def event_line(row: "EventRow", dated: bool = False) -> str:
    """One aligned line for a person: the reason stands last where the signature is not valid."""
    reason = _reason(row)
    native = " / ".join(part for part in (row.native_type, row.native_detail) if part)
    cells = [
        clock_time(row.received_at, dated),
        f"{row.connector}/{row.label}" if row.label else row.connector or "–",
        row.event_type or "–",
        native or "–",
        str(Money(row.amount, row.currency)) if row.amount is not None else "",
        _WORDS.get(row.verdict, row.verdict.lower()),
        f"×{row.copies}  {reason}".rstrip() if row.duplicate_of else reason,
    ]
    return _painted([visible(cell, 300) for cell in cells], _STYLES.get(row.verdict, ""))


def _reason(row: "EventRow") -> str:
    """Why the event is not verified, and what else is wrong with it."""
    told = row.verdict == "VALID" or (row.verdict == "UNREADABLE" and row.problem)
    return " ".join(part for part in ("" if told else row.reason, row.problem) if part)


def _painted(cells: Sequence[str], style: str) -> str:
    line = [cell.ljust(size) for cell, size in zip(cells, _WIDTHS, strict=True)]
    line[4] = cells[4].rjust(_WIDTHS[4])
    line[5] = output.paint(line[5], style)
    return "  ".join(line).rstrip()


def attempt_line(attempt: ForwardAttempt) -> str:
    """What the app answered to a delivery, for a person."""
    took = f"in {attempt.elapsed * 1000:,.0f} ms"
    said = "confirmed" if attempt.confirmation else attempt.status_code
    result = f"{attempt.error} ({took})" if attempt.error else f"{said} {took}"
    good = not attempt.error and (attempt.status_code or 200) < 400
    text = f"→ #{attempt.delivery} {visible(attempt.destination)}: {visible(result)}"
    return f"{clock_time(attempt.started_at)}  {output.paint(text, 'dim' if good else 'red')}"


def delivery_values(delivery: Delivery) -> dict[str, Any]:
    """A delivery for a program: where and when it came, and what `inspector handle` answers to it."""
    return {
        "delivery": delivery.number,
        "session": delivery.session,
        "received_at": utc_time(seconds(delivery.request.received_at)),
        "method": delivery.request.method,
        "url": delivery.request.url,
        "label": delivery.label,
        "duplicate_of": delivery.duplicate_of,
        **answer(delivery.inspection),
        "attempts": [attempt_values(each) for each in delivery.attempts],
    }


def attempt_values(attempt: ForwardAttempt) -> dict[str, Any]:
    """An attempt for a program; `elapsed` is the app's own seconds. An app answers with a status, and a message queue
    with a confirmation."""
    return {
        "destination": attempt.destination,
        "started_at": utc_time(attempt.started_at),
        "elapsed": round(attempt.elapsed, 6),
        "status_code": attempt.status_code,
        "confirmation": attempt.confirmation or None,
        "error": attempt.error or None,
    }


def clock_time(moment: float, dated: bool = False) -> str:
    """The time of day where the person is; with the date, where days may differ."""
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S" if dated else "%H:%M:%S")


def utc_time(moment: float) -> str:
    """The moment in RFC 3339, for programs."""
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")
