"""Sending a delivery on to the app under test, or to a message queue."""

from enum import StrEnum
from typing import Final

import msgspec

from inspector.model.address import endpoint, is_queue, scheme, without_password
from inspector.model.request import CapturedRequest, Headers

__all__ = [
    "RETRIES",
    "AnswerMode",
    "Answering",
    "Decision",
    "Destination",
    "Failure",
    "ForwardAttempt",
    "ForwardMode",
    "Job",
    "Rule",
]


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
    STATUS = "status"
    """A chosen status; 503 is an outage, and the processor's retries can be watched."""


class Answering(msgspec.Struct, frozen=True):
    """What a processor gets, and on what terms.

    In the mode `status`: which, and for so many `seconds` or the `first` so many deliveries; None: until told
    otherwise. In the mode `app`: how many seconds the app has (`timeout`; None: as usual), and the status that stands
    for an answer that does not come (`fallback`; None: what the processor wants).
    """

    mode: AnswerMode = AnswerMode.ACK
    status: int = 503
    seconds: float | None = None
    first: int | None = None
    timeout: float | None = None
    fallback: int | None = 502

    @property
    def ends(self) -> bool:
        """Whether it is over some day."""
        return self.seconds is not None or self.first is not None


class Rule(msgspec.Struct, frozen=True):
    """Which deliveries go somewhere: those that fit one pattern of each list; an empty list is fitted by all.

    In a pattern a star stands for anything, and one that begins with ! is fitted by what the rest does not fit.
    """

    connector: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


RETRIES: Final = (60.0, 300.0, 900.0)
"""Seconds between the tries, where nobody says otherwise."""


class Destination(msgspec.Struct, frozen=True):
    """Where to forward to: an app, or a message queue. `timeout` is in seconds, `headers` are set on what is sent.

    `signs`: it has a secret of its own, so that what it gets is signed anew; the settings know it by `name`.
    `ca_file` names the certificates, in PEM, that are trusted beside no others; `insecure` trusts any. `retries` are
    the seconds between the tries of what it does not accept, None for those that the processor documents; `concurrency`
    is how many deliveries it gets at once.
    """

    url: str
    timeout: float = 30.0
    name: str = ""
    rule: Rule = Rule()
    headers: Headers = ()
    signs: bool = False
    insecure: bool = False
    ca_file: str = ""
    retries: tuple[float, ...] | None = RETRIES
    concurrency: int = 1

    def __repr__(self) -> str:
        return f"Destination({self.key})"  # a header may be a secret

    @property
    def key(self) -> str:
        """Its name, or its address where it has none: what it is known by."""
        return self.name or self.address

    @property
    def address(self) -> str:
        """Its URL for people and for the store: a password is not in it."""
        return without_password(self.url)

    @property
    def endpoint(self) -> tuple[str, int]:
        """The host and the port that a connection is made to."""
        return endpoint(self.url)

    @property
    def scheme(self) -> str:
        """The protocol."""
        return scheme(self.url)

    @property
    def is_queue(self) -> bool:
        """Whether it is a message queue, which confirms, and no app, which answers."""
        return is_queue(self.url)


class Decision(msgspec.Struct, frozen=True):
    """Whether a delivery goes to a destination, and why."""

    destination: Destination
    goes: bool
    why: str


class Failure(StrEnum):
    """Why no answer came."""

    NOT_THERE = "not there"
    """No connection could be made: nothing was sent."""
    CUT_OFF = "cut off"
    """The connection ended without an answer: whether the app has it is not known."""
    TOO_LATE = "too late"
    """There was no answer in time."""
    OTHER = "other"
    """No HTTP, no trust, or nothing that could be sent."""


class Job(msgspec.Struct, frozen=True):
    """A delivery that a destination, named by its key, has still to get.

    `about` holds the ids that its events are about, parted by blanks; `tries` counts the answers that were not what
    the processor wants; `due` is the Unix time from which on it is tried again; `request` is what came, where that is
    small enough to be had together with the job.
    """

    destination: str
    delivery: int
    connector: str
    about: str
    tries: int = 0
    due: float = 0.0
    request: CapturedRequest | None = None


class ForwardAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try. `started_at` is Unix seconds, `elapsed` the app's own seconds, without any queue of ours.

    `status_code` is None, and `error` says why, where no answer came; `failure` is known of one that was made just now,
    and not stored. A message queue answers with no status but a `confirmation`, which is the body.
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
    failure: Failure | None = None

    @property
    def confirmation(self) -> str:
        """What a message queue said that it has; empty where nothing is confirmed, and for an app."""
        return "" if self.error or self.status_code is not None else self.body.decode("utf-8", "replace")

    @property
    def kind(self) -> str:
        """What came of it, in a word: the class of the status, `confirmed` by a queue, or `no answer`."""
        if self.error:
            return "no answer"
        return "confirmed" if self.status_code is None else f"{self.status_code // 100}xx"
