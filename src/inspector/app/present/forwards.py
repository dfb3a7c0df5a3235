"""The tab of the forwards as lines: where a delivery goes and why, and every attempt with what the app answered."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from inspector.app.present.body import text_lines, wrap_lines
from inspector.app.present.rows import Line, Span, cell_width, duration, fit, moment, plural
from inspector.core.retry import Judgement, judge
from inspector.model import Decision, Delivery, ForwardAttempt, ForwardMode, Job, Rule
from inspector.model.visible import visible

__all__ = ["Forwarding", "forward_lines"]

_LONGEST: Final = 2_000  # characters of a line
_NAMES: Final = 40  # cells
_MODES: Final[Mapping[ForwardMode, str]] = {
    ForwardMode.VERBATIM: "  as it came",
    ForwardMode.RESIGNED: "  signed anew",
    ForwardMode.EDITED: "  edited and signed anew",
}


class Forwarding(NamedTuple):
    """How a delivery is sent on: the keys in force, by the names of their bindings; where to and why, what is still to
    be done by the clock `now` (Unix seconds), whether all of that is paused, and what its processor makes of an answer.
    """

    keys: Mapping[str, str]
    decisions: Sequence[Decision] = ()
    jobs: Sequence[Job] = ()
    now: float = 0.0
    paused: bool = False
    judged: Callable[[ForwardAttempt], Judgement] = partial(judge, None)


def forward_lines(delivery: Delivery, forwarding: Forwarding, width: int) -> list[Line]:
    """Where it goes and why, what is still to be done; then every attempt, the newest first: status, the app's own
    time, what the processor would make of it, and the answer itself."""
    lines = [*_where(forwarding.decisions), *(_job(each, forwarding) for each in forwarding.jobs)]
    if not delivery.attempts:
        return [*lines, *([[]] if lines else []), *([] if forwarding.jobs else _not_yet(forwarding))]
    count = len(delivery.attempts)
    for number, attempt in zip(range(count, 0, -1), reversed(delivery.attempts), strict=True):
        lines += [*([[]] if lines else []), *_attempt(number, attempt, forwarding.judged(attempt), width)]
    return lines


def _job(job: Job, forwarding: Forwarding) -> Line:
    """When a destination gets it, or gets it again."""
    left = job.due - forwarding.now
    keys = forwarding.keys
    tried = f", after {plural(job.tries, 'answer')} that would not do" if job.tries else ""
    if forwarding.paused:
        said, hint = "waits: forwarding is paused", f"{keys['pause']} goes on"
    elif left > 0:
        said = f"next try in {duration(left) if left >= 1 else '1s'}{tried}"
        hint = f"{keys['retry_now']} now · {keys['no_retries']} no more"
    else:
        said, hint = f"waits for its turn{tried}", f"{keys['no_retries']} takes it out"
    return [
        Span("◷ ", "warn"),
        Span(f"{visible(job.destination, 60)}  ", "accent"),
        Span(said),
        Span(f"   {hint}", "dim"),
    ]


def _not_yet(forwarding: Forwarding) -> list[Line]:
    going = [each.destination.key for each in forwarding.decisions if each.goes]
    send = forwarding.keys["forward"]
    if not forwarding.decisions:
        hint = f"Start with --forward-to URL, then {send} sends it"
    elif not going:
        hint = f"No destination takes it; {forwarding.keys['forward_to']} sends it wherever you say"
    else:
        hint = f"{send} sends it to {visible(', '.join(going), 200)}"
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


def _attempt(number: int, attempt: ForwardAttempt, found: Judgement, width: int) -> list[Line]:
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
    if attempt.confirmation:
        said = [Span("  ✓ confirmed", "good"), Span(f"  {duration(attempt.elapsed)}", "dim")]
        return [head, said, *([Span("  "), *line] for line in wrap_lines(text_lines(attempt.body)[:200], width - 2))]
    status = attempt.status_code or 0
    style = "good" if 200 <= status < 300 else "bad" if status >= 500 else "warn"
    lines: list[Line] = [
        head,
        [
            Span(f"  {status}", style),
            Span(f"  {duration(attempt.elapsed)}", "dim"),
            Span(f"   {'✓' if found.accepted else '!'} {visible(found.why, 300)}", "dim" if found.accepted else "warn"),
        ],
    ]
    lines += [
        [Span(f"  {visible(name, 60)}: ", "accent"), Span(visible(value, _LONGEST))] for name, value in attempt.headers
    ]
    body = wrap_lines(text_lines(attempt.body)[:200], width - 2)
    return [*lines, *([Span("  "), *line] for line in body)]
