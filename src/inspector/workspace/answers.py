"""Answer modes: what the processor gets instead of the acknowledgement that it wants."""

from typing import Final

from inspector.model import Acknowledgement, AnswerMode, ForwardAttempt, Inspection

__all__ = ["answer_of_app", "answer_to"]

_TEXT: Final = (("Content-Type", "text/plain; charset=utf-8"),)
# What belongs to the connection between the app and us, or to a body as it was before it was unpacked.
_NOT_HANDED_ON: Final = frozenset(
    "connection keep-alive proxy-authenticate te trailer transfer-encoding upgrade content-length content-encoding "
    "date server".split()
)


def answer_to(inspection: Inspection, mode: AnswerMode) -> Acknowledgement:
    """The answer to a request that is stored; in the mode `app`, the one for when there is no app."""
    if mode is AnswerMode.OUTAGE:
        return Acknowledgement(503, _TEXT, b"An outage is being simulated; the request was stored\n")
    if mode is AnswerMode.REJECT and not inspection.source_verified:
        return Acknowledgement(401, _TEXT, f"Not verified: {inspection.verification.reason}\n".encode())
    return inspection.acknowledgement


def answer_of_app(attempt: ForwardAttempt) -> Acknowledgement:
    """What the app answered, handed on; 502 where it did not."""
    if attempt.status_code is None:
        return Acknowledgement(502, _TEXT, f"The app did not answer: {attempt.error}\n".encode())
    headers = tuple((name, value) for name, value in attempt.headers if name.lower() not in _NOT_HANDED_ON)
    return Acknowledgement(attempt.status_code, headers, attempt.body)
