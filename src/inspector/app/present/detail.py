"""The tabs of the detail as lines: the verdict explained, headers."""

from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Final

from inspector.app.present.body import text_lines, wrap_lines
from inspector.app.present.event import utc_moment
from inspector.app.present.rows import VERDICTS, Line, Span, cell_width, duration, fit
from inspector.core.places import Spot
from inspector.core.uncovered import uncovered
from inspector.model import (
    CapturedRequest,
    Delivery,
    Diagnosis,
    Verdict,
    Verification,
)
from inspector.model.visible import visible

__all__ = [
    "header_lines",
    "signature_lines",
]

_LONGEST: Final = 2_000  # characters of a line
_NOWHERE: Final[Mapping[str, Iterable[Spot]]] = {}
_MAY_CHANGE: Final = frozenset((Verdict.INVALID, Verdict.NO_SECRET, Verdict.KEY_NEEDED))  # with other settings


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
    valid = found.verdict is Verdict.VALID
    said = why.sentence if why is not None and _more_of(found.reason, why.sentence) else found.reason
    reason = wrap(visible(said, _LONGEST), max(20, width - cell_width(mark))) or [""]
    lines: list[Line] = [[Span(mark, style), Span(reason[0], "strong")]]
    lines += [[Span(" " * cell_width(mark)), Span(each, "strong")] for each in reason[1:]]
    if found.verdict.value == "NO_SECRET" and missing:
        lines += [[Span(f"  {each}", "dim")] for each in wrap(missing, max(20, width - 3))]
    lines += [] if valid else _why(found, why, said, width)
    lines += [[], *_facts(found, None if valid else why, width)]
    if found.signed_text is not None:
        lines += [[], [Span(f"signed text, {len(found.signed_text):,} bytes", "dim")]]
        lines += text_lines(found.signed_text)
    return wrap_lines(lines, width)


def _more_of(reason: str, sentence: str) -> bool:
    """Whether a sentence holds a verdict's reason whole."""
    return reason.removesuffix(".") in sentence


def _why(found: Verification, why: Diagnosis | None, said: str, width: int) -> list[Line]:
    """The diagnosis under the verdict: its sentence, where it says more than the verdict's reason, and what to do."""
    if why is None:
        return [[Span("  By the settings of today it is valid.", "good")]] if found.verdict in _MAY_CHANGE else []
    lines: list[Line] = []
    if why.sentence != said:
        style = "strong" if why.certain else "plain"
        lines += [[Span(f"  {each}", style)] for each in wrap(visible(why.sentence, _LONGEST), max(20, width - 3))]
    if why.advice and (found.verdict is not Verdict.NO_SECRET or why.sentence != found.reason):
        lines += [[Span(f"  {each}", "accent")] for each in wrap(f"→ {visible(why.advice)}", max(20, width - 3))]
    return lines


def _facts(found: Verification, why: Diagnosis | None, width: int) -> list[Line]:
    covers = ", ".join(found.covers) or "nothing of the message"
    facts = [("scheme", found.scheme), ("covers", covers), ("but not", ", ".join(uncovered(found.covers)))]
    if why is not None:
        facts = [("certain", why.certainty), *facts]
        if why.expected or why.received:
            facts += [("expected", why.expected or "–"), ("received", why.received or "–")]
        facts += [("ruled out", "; ".join(why.ruled_out))] if why.ruled_out else []
    if found.timestamp is not None:
        facts.append(("timestamp", utc_moment(found.timestamp)))
    if found.age is not None:
        side = "before" if found.age >= 0 else "after"
        facts.append(("age", f"signed {duration(abs(found.age))} {side} it arrived"))
    lines: list[Line] = []
    for name, text in facts:
        first, *rest = wrap(visible(text, _LONGEST), max(20, width - 12)) or [""]
        lines += [[Span(f"{name:<10} ", "accent"), Span(first)], *([Span(" " * 11 + each)] for each in rest)]
    return lines


def header_lines(request: CapturedRequest, places: Mapping[str, Iterable[Spot]] = _NOWHERE) -> list[Line]:
    """The request line and the headers in the order in which they came, repeated ones marked.

    `places` says where each field of the event comes from: those from here are named, and lead there.
    """
    target = request.path + (f"?{request.query}" if request.query else "")
    asked = _led("query", None, places)
    lines: list[Line] = [[Span(visible(f"{request.method} {target}", _LONGEST), "strong"), *asked], []]
    seen: set[str] = set()
    width = min(34, max((len(name) for name, _ in request.headers), default=0))
    for name, value in request.headers:
        again = Span(" again", "warn") if name.lower() in seen else Span("")
        seen.add(name.lower())
        led = _led("header", name.lower(), places)
        lines.append([Span(fit(name, width) + "  ", "accent"), Span(visible(value, _LONGEST)), again, *led])
    return [*lines, [], [Span(f"from {visible(request.peer, 60) or 'an unknown address'}", "dim")]]


def _led(where: str, name: str | None, places: Mapping[str, Iterable[Spot]]) -> Line:
    """The fields that come from there."""
    fields = [
        field
        for field, spots in places.items()
        if any(spot.where == where and name in (None, spot.steps[0]) for spot in spots)
    ]
    return [Span(f"  → {field}", "accent", field) for field in fields]
