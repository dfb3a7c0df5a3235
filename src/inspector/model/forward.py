"""Sending a delivery on to the app under test."""

from enum import StrEnum

import msgspec

from inspector.model.request import Headers

__all__ = ["AnswerMode", "Destination", "ForwardAttempt", "ForwardMode"]


class ForwardMode(StrEnum):
    """How the bytes that are sent relate to those that came."""

    VERBATIM = "VERBATIM"
    """Byte for byte."""
    RESIGNED = "RESIGNED"
    """The same body under a signature of now."""
    EDITED = "EDITED"
    """Another body, signed now."""


class AnswerMode(StrEnum):
    """What a processor gets as its answer once its request is stored."""

    ACK = "ack"
    """What the processor wants to see."""
    REJECT = "reject"
    """401 for what is not verified."""
    APP = "app"
    """What the app answers."""
    OUTAGE = "outage"
    """503, so that the processor's retries can be watched."""


class Destination(msgspec.Struct, frozen=True):
    """Where to forward to. `timeout` is in seconds."""

    url: str
    timeout: float = 30.0


class ForwardAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try. `started_at` is Unix seconds, `elapsed` the app's own seconds, without any queue of ours.

    `status_code` is None, and `error` says why, where no answer came.
    """

    delivery: int
    destination: str
    mode: ForwardMode = ForwardMode.VERBATIM
    started_at: float
    elapsed: float
    status_code: int | None = None
    headers: Headers = ()
    body: bytes = b""
    error: str = ""
