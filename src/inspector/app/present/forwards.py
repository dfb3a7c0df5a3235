"""The tab of the forwards as lines: where a delivery goes and why, and every attempt with what the app answered."""

from collections.abc import Mapping, Sequence
from typing import Final

from inspector.app.present.body import text_lines, wrap_lines
from inspector.app.present.rows import Line, Span, cell_width, duration, fit, moment
from inspector.model import Decision, Delivery, ForwardAttempt, ForwardMode, Rule
from inspector.model.visible import visible

__all__ = ["forward_lines"]

_LONGEST: Final = 2_000  # characters of a line
_NAMES: Final = 40  # cells
_MODES: Final[Mapping[ForwardMode, str]] = {
    ForwardMode.VERBATIM: "  as it came",
    ForwardMode.RESIGNED: "  signed anew",
    ForwardMode.EDITED: "  edited and signed anew",
}


def forward_lines(delivery: Delivery, decisions: Sequence[Decision], width: int) -> list[Line]:
    """Where it goes and why; then every attempt, the newest first: status, the app's own time, and its answer."""
    lines = _where(decisions)
    if not delivery.attempts:
        return [*lines, *([[]] if lines else []), *_not_yet(decisions)]
    count = len(delivery.attempts)
    for number, attempt in zip(range(count, 0, -1), reversed(delivery.attempts), strict=True):
        lines += [*([[]] if lines else []), *_attempt(number, attempt, width)]
    return lines


def _not_yet(decisions: Sequence[Decision]) -> list[Line]:
    going = [each.destination.key for each in decisions if each.goes]
    if not decisions:
        hint = "Start with --forward-to URL, then f sends it"
    elif not going:
        hint = "No destination takes it; F sends it wherever you say"
    else:
        hint = f"f sends it to {visible(', '.join(going), 200)}"
    return [[Span("Not forwarded yet.", "plain")], [Span(hint, "dim")]]


def _where(decisions: Sequence[Decision]) -> list[Line]:
    """A line a destination; nothing where there is but one, and it takes everything."""
    if len(decisions) < 2 and all(each.destination.rule == Rule() for each in decisions):
        return []
    names = min(_NAMES, max(cell_width(visible(each.destination.key)) for each in decisions))
    return [
        [
            Span("→ " if each.goes else "· ", "good" if each.goes else "dim"),
            Span(fit(each.destination.key, names) + "  ", "accent" if each.goes else "dim"),
            Span(visible(each.why, _LONGEST), "plain" if each.goes else "dim"),
        ]
        for each in decisions
    ]


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
