"""Answer modes: what the processor gets instead of the acknowledgement that it wants."""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from inspector.core import Connector
from inspector.core.retry import judge
from inspector.model import Acknowledgement, Answering, AnswerMode, Destination, ForwardAttempt, Inspection

__all__ = ["Answers", "answer_of_app", "answer_to", "hurried", "taken"]

_PATIENCE: Final = 10.0  # seconds that the app has to answer where its answer is the processor's, and nobody said more
_TEXT: Final = (("Content-Type", "text/plain; charset=utf-8"),)
_BODILESS: Final = (204, 205, 304)
# What belongs to the connection between the app and us, or to a body as it was before it was unpacked.
_NOT_HANDED_ON: Final = frozenset(
    "connection keep-alive proxy-authenticate te trailer transfer-encoding upgrade content-length content-encoding "
    "date server".split()
)


class Answers:
    """The answer mode in force. After one that ends, the one from before it is in force again."""

    def __init__(self, clock: Callable[[], float], answering: Answering) -> None:
        self._clock = clock
        self._lasting = self._chosen = Answering()
        self._since = 0.0
        self.choose(answering)

    def choose(self, answering: Answering) -> None:
        """Let this be in force from now on."""
        self._chosen, self._since = answering, self._clock()
        if not answering.ends:
            self._lasting = answering

    @property
    def current(self) -> Answering:
        """The one in force, with what is left of it."""
        chosen = self._chosen
        if chosen.seconds is not None:
            left = self._since + chosen.seconds - self._clock()
            return replace(chosen, seconds=left) if left > 0 else self._lasting
        return self._lasting if chosen.first == 0 else chosen

    def take(self) -> Answering:
        """The one for a delivery that has just come."""
        current = self.current
        if current.first is not None:
            self._chosen = replace(current, first=current.first - 1)
        return current


def hurried(destination: Destination, answering: Answering) -> Destination:
    """An app with as much time as the processor's answer may take."""
    return replace(destination, timeout=answering.timeout or min(destination.timeout, _PATIENCE))


def answer_to(inspection: Inspection, answering: Answering) -> Acknowledgement:
    """The answer to a request that is stored; in the mode `app`, the one for when there is no app."""
    if answering.mode is AnswerMode.STATUS:
        return _plain(answering.status, "This answer was chosen in Inspector; the request was stored")
    if answering.mode is AnswerMode.REJECT and not inspection.source_verified:
        return _plain(401, f"Not verified: {inspection.verification.reason}")
    return inspection.acknowledgement


def answer_of_app(attempt: ForwardAttempt, inspection: Inspection, answering: Answering) -> Acknowledgement:
    """What the app answered, handed on; where it did not, what stands for it. What a message queue has confirmed is
    acknowledged as its processor wants."""
    if attempt.confirmation:
        return inspection.acknowledgement
    if attempt.status_code is None:
        if answering.fallback is None:
            return inspection.acknowledgement
        return _plain(answering.fallback, f"The app did not answer: {attempt.error}")
    headers = tuple((name, value) for name, value in attempt.headers if name.lower() not in _NOT_HANDED_ON)
    return Acknowledgement(attempt.status_code, headers, attempt.body)


def taken(connector: Connector | None, answer: Acknowledgement) -> bool:
    """Whether a processor takes an answer for a receipt, and so does not send the delivery again."""
    given = ForwardAttempt(
        delivery=0, destination="", started_at=0.0, elapsed=0.0, status_code=answer.status_code, body=answer.body
    )
    return judge(connector, given).accepted


def _plain(status: int, words: str) -> Acknowledgement:
    return Acknowledgement(status) if status in _BODILESS else Acknowledgement(status, _TEXT, f"{words}\n".encode())
