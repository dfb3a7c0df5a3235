"""Sending a delivery on to the app under test."""

from enum import StrEnum

import msgspec

from inspector.model.request import Headers

__all__ = ["AnswerMode", "Decision", "Destination", "ForwardAttempt", "ForwardMode", "Rule"]


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


class Rule(msgspec.Struct, frozen=True):
    """Which deliveries go somewhere: those that fit one pattern of each list; an empty list is fitted by all.

    In a pattern a star stands for anything, and one that begins with ! is fitted by what the rest does not fit.
    """

    connector: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


class Destination(msgspec.Struct, frozen=True):
    """Where to forward to. `timeout` is in seconds, `headers` are set on what is sent.

    `signs`: it has a secret of its own, so that what it gets is signed anew; the settings know it by `name`.
    `ca_file` names the certificates, in PEM, that are trusted beside no others; `insecure` trusts any.
    """

    url: str
    timeout: float = 30.0
    name: str = ""
    rule: Rule = Rule()
    headers: Headers = ()
    signs: bool = False
    insecure: bool = False
    ca_file: str = ""

    def __repr__(self) -> str:
        return f"Destination({self.key})"  # a header may be a secret

    @property
    def key(self) -> str:
        """Its name, or its address where it has none: what it is known by."""
        return self.name or self.url


class Decision(msgspec.Struct, frozen=True):
    """Whether a delivery goes to a destination, and why."""

    destination: Destination
    goes: bool
    why: str


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
