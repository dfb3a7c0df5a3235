"""The story of a payment as lines: what happened when, how the money adds up, and what does not."""

from collections.abc import Iterator
from typing import Final

from inspector.app.present.rows import VERDICTS, Line, Span, cell_width, duration, fit, moment
from inspector.core.timeline import Entry, Sums, Timeline
from inspector.model.visible import visible

__all__ = ["timeline_lines"]

_DAY: Final = 24 * 60 * 60
_WIDE: Final = 110  # cells from which on everything is spelled out
_SUMS: Final = ("authorized", "captured", "refunded", "disputed")


def timeline_lines(found: Timeline | None, delivery: int, position: int, width: int) -> list[Line]:
    """A line an event, the one that is looked at marked; the sums; and a sentence for all that is odd."""
    if found is None:
        return [[Span("Looking for the other events of this payment …", "dim")]]
    if not found.entries:
        return [[Span("No event could be read from this request.", "dim")]]
    lines = list(_entries(found, delivery, position, width))
    if found.sums:
        lines += [[], *(_sums(each) for each in found.sums)]
    if found.findings:
        lines += [[], *([Span("! ", "warn"), Span(visible(each, 500), "warn")] for each in found.findings)]
    return lines


def _entries(found: Timeline, delivery: int, position: int, width: int) -> Iterator[Line]:
    entries = found.entries
    dated = entries[-1].at - entries[0].at >= _DAY
    names = max(cell_width(each.moment.event.connector) for each in entries)
    words = [_words(each, narrow=width < _WIDE) for each in entries]
    types = max(map(len, words))
    before: float | None = None
    for each, kind in zip(entries, words, strict=True):
        here = (each.moment.delivery, each.moment.position) == (delivery, position)
        since = "" if before is None else f"+{duration(each.at - before)}"
        yield _entry(each, here, since, dated, fit(kind, types), names, narrow=width < _WIDE)
        before = each.at


def _words(each: Entry, *, narrow: bool) -> str:
    name = each.moment.event.event_type.removeprefix("WEBHOOK_")
    return name.removeprefix("PAYMENT_INTENT_") if narrow else name


def _entry(each: Entry, here: bool, since: str, dated: bool, kind: str, names: int, *, narrow: bool) -> Line:
    event = each.moment.event
    glyph, word, style = VERDICTS[event.verification.verdict.value]
    when = moment(each.at, "%m-%d %H:%M:%S" if dated else "%H:%M:%S")
    said = "  copy" if each.copy else "  came late" if each.late else ""
    return [
        Span("▸ " if here else "  ", "accent"),
        Span(when + " ", "plain" if event.occurred_at else "dim"),
        Span(since.rjust(8) + "  ", "dim"),
        Span(fit(event.connector, names) + "  ", "plain"),
        Span(kind + "  ", "strong" if here else "plain"),
        Span(_amount(each).rjust(10 if narrow else 14) + "  ", "plain"),
        Span(glyph if narrow else fit(f"{glyph} {word}", 11), style),
        Span(f" #{each.moment.delivery}", "dim"),
        Span(said, "dim" if each.copy else "warn"),
    ]


def _amount(each: Entry) -> str:
    content = each.moment.event.event_response.content
    names = ("amount", "refund_amount", "dispute_amount", "payout_amount")
    return next((str(money) for name in names if (money := getattr(content, name, None)) is not None), "")


def _sums(each: Sums) -> Line:
    spans = [Span(f"{each.connector} {visible(each.payment, 60)}  ".replace("  ", " ", 1), "accent")]
    for name in _SUMS:
        money = getattr(each, name)
        if money is not None:
            spans += [Span(f"  {name} ", "dim"), Span(str(money), "strong")]
    return spans
