"""What a processor makes of an answer, and when it would try again."""

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from pydantic import Field

from inspector.core.signatures.shared import Spec
from inspector.core.span import seconds_in
from inspector.model import RETRIES, ForwardAttempt

if TYPE_CHECKING:
    from inspector.core.compile import Connector

__all__ = ["Judgement", "RetriesSpec", "judge", "retries_of", "schedule_of", "timeout_of"]

_EVERY_SUCCESS: Final = range(200, 300)


class RetriesSpec(Spec):
    """[retries]: what the processor documents of its retries; times such as 10s, 5min, 2h, 3d."""

    docs: str | None = Field(None, pattern=r"^https://", description="the page that says so")
    accepts: list[Annotated[int, Field(ge=100, le=599)]] = Field(
        [], description="the statuses that count as received, where not every 2xx does"
    )
    contains: str = Field("", description="what the body of an answer has to hold to count as received")
    timeout: str | None = Field(None, pattern=r"^\d+(s|min|h)$")
    schedule: list[Annotated[str, Field(pattern=r"^(\d{1,3} x )?\d+(s|min|h|d)$")]] = Field(
        [], description="the time from each try to the next; 24 x 1h: every hour, 24 times"
    )
    holds_back: bool = Field(False, description="whether later events wait for one that is not received")
    note: str = ""


class Judgement(msgspec.Struct, frozen=True):
    """Whether an answer counts as received, and why, in a sentence. `late`: it would, had it come in time."""

    accepted: bool
    why: str
    late: bool = False


def judge(connector: "Connector | None", attempt: ForwardAttempt) -> Judgement:
    """An app's answer as the processor would take it; by anybody's rules, a 2xx, where nobody knows the processor."""
    title = connector.title if connector else "A processor"
    if attempt.confirmation:
        return Judgement(True, "the queue has confirmed it")
    wrong, late = attempt.error or _wrong(connector, attempt), _late(connector, attempt)
    if not wrong and not late:
        return Judgement(True, f"{title} accepts this")
    return Judgement(False, f"{title} would not take this as received: {wrong or late}", late=not wrong)


def _wrong(connector: "Connector | None", attempt: ForwardAttempt) -> str:
    """What of the answer is not as the processor wants it."""
    spec = connector.document.retries if connector else None
    accepts = (spec.accepts if spec else None) or _EVERY_SUCCESS
    if attempt.status_code not in accepts:
        wanted = "2xx" if accepts is _EVERY_SUCCESS else " or ".join(map(str, accepts))
        return f"it wants {wanted}, not {attempt.status_code}"
    if spec and spec.contains.encode() not in attempt.body:
        return f"the answer has to hold {spec.contains}"
    return ""


def _late(connector: "Connector | None", attempt: ForwardAttempt) -> str:
    limit = timeout_of(connector)
    return f"it waits {limit:g} s, and this took {attempt.elapsed:.1f} s" if limit and attempt.elapsed > limit else ""


def timeout_of(connector: "Connector | None") -> float | None:
    """How many seconds the processor waits for an answer, where it says so."""
    text = connector.document.retries.timeout if connector else None
    return seconds_in(text) if text else None


def schedule_of(connector: "Connector | None") -> tuple[float, ...]:
    """The seconds from each try to the next that the processor documents; none where it does not."""
    written = connector.document.retries.schedule if connector else []
    parted = [(int(times or 1), seconds_in(span)) for times, _, span in (each.rpartition(" x ") for each in written)]
    return tuple(seconds for times, seconds in parted for _ in range(times))


def retries_of(chosen: tuple[float, ...] | None, connector: "Connector | None") -> tuple[float, ...]:
    """The seconds between tries: as chosen; or, for None, as the processor documents them, and else the usual ones."""
    return chosen if chosen is not None else schedule_of(connector) or RETRIES
