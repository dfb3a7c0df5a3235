"""One delivery: the request, what the Event Service made of it, and what became of it."""

import msgspec

from inspector.model.event import EventReference, NormalizedEvent
from inspector.model.forward import ForwardAttempt
from inspector.model.request import CapturedRequest, Headers
from inspector.model.verification import Verdict, Verification
from inspector.model.vocabulary import EventType

__all__ = ["Acknowledgement", "Delivery", "Inspection", "ParsedEvent", "Parsing", "Problem"]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something about a request that a person should know: where, what, and what to do."""

    where: str
    what: str
    hint: str = ""


class Acknowledgement(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer that the processor wants."""

    status_code: int = 200
    headers: Headers = ()
    body: bytes = b""


_UNCHECKED = Verification(Verdict.UNREADABLE, "none", "No connector is known for this request.")


class Inspection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The Event Service's answer to one request: its events, verdicts, acknowledgement and problems.

    `connector` is empty where none was named or recognised. `verification` is the verdict on the request
    as a whole: for a batch whose items are signed one by one, the first that is not VALID.
    """

    connector: str = ""
    detected: bool = False
    verification: Verification = _UNCHECKED
    events: tuple[NormalizedEvent, ...] = ()
    acknowledgement: Acknowledgement = Acknowledgement()
    problems: tuple[Problem, ...] = ()

    @property
    def source_verified(self) -> bool:
        """Whether there are events and every one of them is verified."""
        return bool(self.events) and all(event.source_verified for event in self.events)


class ParsedEvent(msgspec.Struct, frozen=True):
    """What can be told of an event without a secret."""

    native_type: str
    event_type: EventType
    event_id: str | None
    reference: EventReference


class Parsing(msgspec.Struct, frozen=True, kw_only=True):
    """The Event Service's answer to parse: a reference and an event type for each event of the request."""

    connector: str = ""
    detected: bool = False
    events: tuple[ParsedEvent, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def event_type(self) -> EventType:
        """The type of the first event; unspecified where there is none."""
        return self.events[0].event_type if self.events else EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED

    @property
    def reference(self) -> EventReference:
        """The reference of the first event; empty where there is none."""
        return self.events[0].reference if self.events else EventReference()


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A stored request with its inspection and the attempts to forward it.

    `number` counts from 1 within the store; `before` is what was found when it came, where its document has changed
    since and finds something else; `duplicate_of` is the number of the first delivery with the
    same event id of the same connector, or None.
    """

    number: int
    session: str
    label: str = ""
    request: CapturedRequest
    inspection: Inspection
    before: Inspection | None = None
    attempts: tuple[ForwardAttempt, ...] = ()
    duplicate_of: int | None = None
