"""The time: a right signature whose timestamp is too old, too new, or counted in another unit."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from inspector.core.diagnose.case import Trial
from inspector.core.diagnose.subject import Subject
from inspector.core.signatures.clock import duration, tolerance_of
from inspector.core.signatures.hmac import Mac
from inspector.model import seconds

__all__ = ["clocks", "too_far"]

_THOUSAND: Final = 1000.0
_DAYS: Final = 86_400.0


def _tolerance(subject: Subject) -> float:
    scheme = subject.scheme
    default = scheme.spec.tolerance if isinstance(scheme, Mac) else None
    return tolerance_of(subject.case.settings, default) or 0.0


def clocks(subject: Subject) -> Iterator[Trial]:
    """The same timestamp in the other unit; the same message at the moment when it came."""
    case, tolerance = subject.case, _tolerance(subject)
    advice = f"The sender's timestamp is not in the unit that {subject.title} uses: see {case.connector.docs}"
    for cause, factor, words in (
        ("milliseconds", _THOUSAND, "milliseconds, where seconds are due"),
        ("seconds", 1 / _THOUSAND, "seconds, where milliseconds are due"),
    ):
        if abs(case.now * factor - (subject.verification.timestamp or 0.0)) > tolerance * factor:
            continue
        # Clock and tolerance in the timestamp's own unit: the same as a timestamp in theirs.
        changed = {**case.settings, "tolerance_seconds": repr(tolerance * factor)}
        scaled = replace(case, now=case.now * factor, settings=changed)
        yield Trial(f"time.{cause}", f"when its timestamp is read as {words}", advice, scaled)
    received = seconds(case.request.received_at)
    if received > 0 and abs(received - case.now) > 1:
        side = "before" if received < case.now else "after"
        fit = f"at the moment when it was received, {duration(abs(case.now - received))} {side} the one it is judged at"
        advice = "Judge it by that time (--at), or send it again signed anew: it came in time."
        yield Trial("time.received", fit, advice, replace(case, now=received))


def too_far(subject: Subject) -> tuple[str, str, str]:
    """How far the timestamp is outside the tolerance: the cause, the sentence, and what to do."""
    age, tolerance = subject.verification.age or 0.0, _tolerance(subject)
    by = duration(max(0.0, abs(age) - tolerance))
    allowed = f"the tolerance is {duration(tolerance)}, so it is outside by {by}"
    if age < 0:
        sentence = f"The signature is right, but its timestamp is {duration(-age)} ahead of the clock; {allowed}."
        advice = f"Set this machine's clock if it is slow by {duration(-age)}, or the sender's if it is fast by that."
        return "time.future", sentence, advice
    sentence = f"The signature is right, but its timestamp is {duration(age)} old; {allowed}."
    advice = "It waited in a queue, or was sent once more as it was: have it signed anew, or raise tolerance_seconds."
    if age < _DAYS:
        advice += " If every delivery is late by as much, this machine's clock is fast: set it."
    return "time.past", sentence, advice
