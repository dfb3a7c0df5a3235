"""Probe: one good delivery and every kind of bad one go to an app, and what it answers tells whether it verifies."""

import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from inspector.core import Bad, Connector, sign, spoil
from inspector.core.destination import check_app
from inspector.forwarder import Forwarder
from inspector.model import CapturedRequest, ForwardAttempt, InspectorError
from inspector.trigger import compose

__all__ = ["Outcome", "Probed", "probe"]

_REFUSED: Final = "it refuses a good one: has it the same secret as you here, and does it verify the body's raw bytes?"
_ELSEWHERE: Final = "nothing takes webhooks there: is the path right?"
_FAILED: Final = "a good delivery has to be answered with 2xx"
_AGAIN: Final = "not believed, but the processor will send it again: answer with 400"
_BELIEVED: Final[Mapping[Bad, str]] = {
    Bad.CHANGED_BYTE: "it believes what was changed after signing: verify the signature over the raw bytes of the body",
    Bad.STALE: "it believes what was signed a day ago: compare the signed time with the clock, against replays",
    Bad.WRONG_SECRET: "it believes a signature by another secret: anybody could send it events",
    Bad.MISSING_SIGNATURE: "it believes a delivery without a signature: anybody could send it events",
}


class Outcome(StrEnum):
    """What an app did with a delivery."""

    ACCEPTED = "accepted"
    """2xx: the processor takes that as received."""
    REFUSED = "refused"
    """4xx."""
    CRASHED = "crashed"
    """5xx, or the connection was closed, or there was no answer in time."""
    STRANGE = "strange"
    """Neither: a redirection, for example, which no processor follows."""
    NOT_SENT = "not sent"
    """The processor's signature cannot be bad in that way."""


class Probed(msgspec.Struct, frozen=True):
    """One delivery of a probe. `kind` is good, or the value of a Bad; `attempt` is what came of sending it.

    `finding` holds where the app did what it should not; `remark` says what it is, or why nothing was sent.
    """

    kind: str
    outcome: Outcome
    attempt: ForwardAttempt | None = None
    finding: bool = False
    remark: str = ""


async def probe(
    connector: Connector,
    request: CapturedRequest,
    url: str,
    settings: Mapping[str, str],
    clock: Callable[[], float],
    patience: float = 10.0,
) -> list[Probed]:
    """Send a sample to an app at `url`: good, and bad in every way that its signature can be. Each is an event of its
    own, so that none is taken for a copy of another. `patience` is how many seconds it has for each answer.

    Raises InspectorError where the sample cannot be signed, or the processor does not sign it at all.
    """
    where, sender = replace(check_app(url), timeout=patience), Forwarder(clock)

    def fresh() -> CapturedRequest:
        return compose(connector, request, where.url, secrets.token_hex(8), clock())

    try:
        # Where nothing of it can be bad, the processor does not sign it: that is said before anything is sent.
        spoil(connector, fresh(), settings, clock(), Bad.MISSING_SIGNATURE)
        good = await sender.deliver(sign(connector, fresh(), settings, clock()), where)
        found = [_judged(None, good)]
        for bad in Bad:
            if good.status_code is None:
                found.append(Probed(bad.value, Outcome.NOT_SENT, remark="the good one had no answer"))
                continue
            try:
                made = spoil(connector, fresh(), settings, clock(), bad)
            except InspectorError as error:
                found.append(Probed(bad.value, Outcome.NOT_SENT, remark=error.title))
                continue
            found.append(_judged(bad, await sender.deliver(made, where)))
        return found
    finally:
        await sender.close()


def _judged(bad: Bad | None, attempt: ForwardAttempt) -> Probed:
    outcome = _outcome(attempt.status_code)
    if bad is None:
        if outcome is Outcome.ACCEPTED:
            return Probed("good", outcome, attempt)
        remark = _ELSEWHERE if attempt.status_code in (404, 405) else _REFUSED
        return Probed("good", outcome, attempt, True, remark if outcome is Outcome.REFUSED else _FAILED)
    if outcome is Outcome.ACCEPTED:
        return Probed(bad.value, outcome, attempt, True, _BELIEVED[bad])
    return Probed(bad.value, outcome, attempt, False, "" if outcome is Outcome.REFUSED else _AGAIN)


def _outcome(status: int | None) -> Outcome:
    if status is None or status >= 500:
        return Outcome.CRASHED
    return {2: Outcome.ACCEPTED, 4: Outcome.REFUSED}.get(status // 100, Outcome.STRANGE)
