"""What a message queue gets of a delivery: a message an event, each with the whole request.

id               the key to deduplicate by: the event's id, or a hash of the request where it has none
connector, label, event_type, source_verified
event            as in the events of `inspector handle`; null where nothing could be read
request          a line for `inspector handle --jsonl`: method, url, headers in their order, body_b64, received_at

A stream of Redis has these as the fields of an entry, event and request as JSON; RabbitMQ gets them as one JSON
object, under the routing key connector.event_type.
"""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import msgspec

from inspector.core.answer import encode, event_answer
from inspector.model import CapturedRequest, EventType, Inspection, InspectorError, NormalizedEvent, seconds

__all__ = ["Message", "messages"]

_LONGEST: Final = 255  # bytes of an id: AMQP has room for no more
_LARGEST: Final = 256 * 1024 * 1024  # bytes that the requests of a batch may be together, one for each event


class Message(msgspec.Struct, frozen=True):
    """One event. `event` and `request` are JSON, `received_at` is in Unix seconds."""

    id: str
    connector: str
    label: str
    event_type: str
    source_verified: bool
    received_at: float
    event: bytes
    request: bytes

    @property
    def routing_key(self) -> str:
        """By what it can be told apart before anybody has read it: connector.event_type."""
        return f"{self.connector or 'unknown'}.{self.event_type}"

    @property
    def json(self) -> bytes:
        """All of it as one object."""
        return encode(
            {
                "id": self.id,
                "connector": self.connector or None,
                "label": self.label,
                "event_type": self.event_type,
                "source_verified": self.source_verified,
                "event": msgspec.Raw(self.event),
                "request": msgspec.Raw(self.request),
            }
        )


def messages(request: CapturedRequest, label: str, inspection: Inspection) -> Iterator[Message]:
    """The messages of a delivery, made one by one; there is one without an event, too.

    Raises InspectorError for a batch that would become too many too large ones.
    """
    events = inspection.events or (None,)
    if len(events) > 1 and len(events) * len(request.body) > _LARGEST:
        title = f"{len(events):,} events of one request of {len(request.body):,} bytes are too much for a queue"
        raise InspectorError(title, hint="Each would have the whole request; it stays here, and can be replayed")
    raw, hashed = _request(request, inspection.connector), _hash(request)
    received, account = seconds(request.received_at), label.encode("utf-8", "replace").decode()
    return (
        _message(
            event, hashed if len(events) == 1 else f"{hashed}-{place}", account, inspection.connector, raw, received
        )
        for place, event in enumerate(events)
    )


def _message(
    event: NormalizedEvent | None, otherwise: str, label: str, connector: str, request: bytes, received: float
) -> Message:
    kind = event.event_type if event else EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED
    return Message(
        _key(event.event_id) if event and event.event_id else otherwise,
        connector,
        label,
        kind.value,
        event is not None and event.source_verified,
        received,
        encode(event_answer(event) if event else None),
        request,
    )


def _key(event_id: str) -> str:
    """The id itself, or its hash where no queue could have it as a key: it comes from outside."""
    found = event_id.encode("utf-8", "replace")
    return event_id if len(found) <= _LONGEST and event_id.isprintable() else f"sha256:{sha256(found).hexdigest()}"


def _hash(request: CapturedRequest) -> str:
    """The same for the same request, which comes again where its processor tries again."""
    line = f"{request.method} {request.path}?{request.query}\n".encode("utf-8", "surrogatepass")
    return f"sha256:{sha256(line + request.body).hexdigest()}"


def _request(request: CapturedRequest, connector: str) -> bytes:
    found: dict[str, Any] = {
        "connector": connector or None,
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "body_b64": b64encode(request.body).decode(),
        "received_at": msgspec.to_builtins(datetime.fromtimestamp(seconds(request.received_at), UTC)),
    }
    return encode(found)
