"""The Event Service: detect, decode, split, verify, normalize. A function of its arguments; it never raises."""

from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final

from inspector.core.body import Unreadable, decode_form, decode_json, decode_xml, unpack, unwrap
from inspector.core.compile import Connector
from inspector.core.locate import Message
from inspector.core.normalize import normalize
from inspector.model import (
    Acknowledgement,
    CapturedRequest,
    EventStatus,
    EventType,
    Inspection,
    NormalizedEvent,
    ParsedEvent,
    Parsing,
    Problem,
    Verdict,
    Verification,
    seconds,
)

__all__ = ["EventService", "SettingsOf", "read", "read_loosely", "split", "with_secret"]

SettingsOf = Mapping[str, str] | Callable[[str], Mapping[str, str]]

_NO_SETTINGS: Final[Mapping[str, str]] = {}
_MAX_ITEMS: Final = 1000


class EventService:
    """Parses and handles webhook requests of the connectors that it is given.

    `connectors` maps names to compiled connectors; the order decides where several recognise a request.
    """

    def __init__(self, connectors: Mapping[str, Connector]) -> None:
        self.connectors = connectors

    def parse(self, request: CapturedRequest, connector: str | None = None) -> Parsing:
        """What can be told without a secret: the reference and the event type of each event. Never raises."""
        inspection = self.handle(request, connector)
        return Parsing(
            connector=inspection.connector,
            detected=inspection.detected,
            events=tuple(
                ParsedEvent(event.native_type, event.event_type, event.event_id, event.reference)
                for event in inspection.events
            ),
            problems=inspection.problems,
        )

    def handle(
        self,
        request: CapturedRequest,
        connector: str | None = None,
        settings: SettingsOf | None = None,
        now: datetime | float | None = None,
        *,
        merchant_event_id: str | None = None,
    ) -> Inspection:
        """Everything about a request: verdicts, events, problems and the answer to give. Never raises.

        `settings` holds the connector's settings, or is a function of the connector's name for requests
        that have to be recognised first. `now` is the clock that timestamps are judged by (a datetime or
        Unix seconds; the time of receipt where left out). `merchant_event_id` is the caller's own key.
        """
        detected = connector is None
        name = self.detect(request) if connector is None else connector
        found = self.connectors.get(name) if name else None
        if found is None:
            return Inspection(connector=name or "", detected=False, problems=(self._unknown(name),))
        own = settings(found.name) if callable(settings) else settings
        own = with_secret(found, own or _NO_SETTINGS)
        clock = seconds(request.received_at if now is None else now)
        return _inspect(found, request, own, clock, detected, merchant_event_id)

    def detect(self, request: CapturedRequest) -> str | None:
        """The connector whose document recognises the request; None where no one does."""
        message = read_loosely(request)
        for connector in self.connectors.values():
            for places in connector.detect:
                if all(place.find(message) is not None for place in places):
                    return connector.name
        return None

    def signed_text(
        self, request: CapturedRequest, connector: str, settings: Mapping[str, str], position: int = 0
    ) -> bytes | None:
        """The bytes that the signature of an event is computed over; None where that cannot be told."""
        inspection = self.handle(request, connector, settings)
        events = inspection.events
        return events[position].verification.signed_text if position < len(events) else None

    def _unknown(self, name: str | None) -> Problem:
        if name is None:
            hint = f"Send it to the path of its processor: {', '.join('/' + each for each in self.connectors)}"
            return Problem("request", "No connector recognises this request.", hint)
        near = get_close_matches(name, list(self.connectors), n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(self.connectors)}."
        return Problem("connector", f"There is no connector {name[:80]!r}.", hint)


def with_secret(connector: Connector, settings: Mapping[str, str]) -> Mapping[str, str]:
    """The settings with `secret` understood as the connector's first secret setting."""
    if "secret" not in settings or connector.secret in settings:
        return settings
    return {**settings, connector.secret: settings["secret"]}


def read_loosely(request: CapturedRequest) -> Message:
    """The message as far as it can be read without knowing whose it is: to recognise it, or to show it."""
    try:
        body = unpack(request.body, request.header("content-encoding") or "")
        kind = (request.header("content-type") or "").lower()
        if "x-www-form-urlencoded" in kind:
            form = decode_form(body)
            return Message(request, body=body, root=form, form=form)
        if "xml" in kind or body[:1] == b"<":
            return Message(request, body=body, root=decode_xml(body))
        return Message(request, body=body, root=decode_json(body, kind))
    except Unreadable:
        return Message(request, body=request.body)


def read(connector: Connector, request: CapturedRequest, settings: Mapping[str, str]) -> Message:
    """The message as the connector's document reads it. Raises Unreadable; `read_raw` tells the rest."""
    message = read_raw(request, settings)
    spec = connector.document.body
    body = message.body
    if spec.format == "form":
        message.form = form = decode_form(body)
        message.root = form
    elif spec.format == "xml":
        message.root = decode_xml(body)
    else:
        message.root = decode_json(body, message.headers.get("content-type", ""))
    if spec.unwrap is not None:
        inner = unwrap(message.form.get(spec.unwrap.field), f"the form field {spec.unwrap.field}")
        message.root = decode_xml(inner) if spec.unwrap.format == "xml" else decode_json(inner)
        if spec.unwrap.root:
            message.root = message.root.get(spec.unwrap.root) if isinstance(message.root, dict) else None
    message.item = message.root
    return message


def read_raw(request: CapturedRequest, settings: Mapping[str, str]) -> Message:
    """The message with its body unpacked and nothing decoded. Raises Unreadable."""
    message = Message(request, body=request.body, settings=settings)
    coding = message.headers.get("content-encoding")
    if coding:
        message.body = unpack(request.body, coding)
    return message


def _inspect(
    connector: Connector,
    request: CapturedRequest,
    settings: Mapping[str, str],
    now: float,
    detected: bool,
    merchant_event_id: str | None,
) -> Inspection:
    challenge = connector.document.challenge
    if challenge is not None and request.method == "GET":
        return _challenged(connector, request, settings, detected)
    try:
        message = read(connector, request, settings)
    except Unreadable as unreadable:
        return _unreadable(connector, request, settings, now, detected, str(unreadable))
    items, problems = split(connector, message)
    shared = None if connector.signs_items else connector.scheme.verify(message, now)
    events: list[NormalizedEvent] = []
    for position, item in enumerate(items):
        message.item = item
        if not isinstance(item, dict):
            place = f"{connector.document.body.items or 'body'}.{position}"
            problems.append(Problem(place, "This item is not an object, so nothing can be read from it."))
            events.append(_unreadable_event(connector, shared))
            continue
        verification = shared or connector.scheme.verify(message, now)
        event, found = normalize(connector.mapping, message, verification, merchant_event_id)
        events.append(event)
        problems += found
    return Inspection(
        connector=connector.name,
        detected=detected,
        verification=_overall(events, shared),
        events=tuple(events),
        acknowledgement=connector.acknowledgement,
        problems=tuple(problems),
    )


def split(connector: Connector, message: Message) -> tuple[list[Any], list[Problem]]:
    """The events of the request: the items of its list, or the body itself."""
    if connector.items is None:
        return [message.root], []
    found = connector.items.find(message)
    if not isinstance(found, list) or not found:
        what = f"{connector.items.text} should be a list of events, and is not."
        return [], [Problem(connector.items.text, what, f"Is this really {connector.title}?")]
    if len(found) > _MAX_ITEMS:
        what = f"The batch holds {len(found):,} events; the first {_MAX_ITEMS:,} are read."
        return _items(connector, message, found[:_MAX_ITEMS]), [Problem(connector.items.text, what)]
    return _items(connector, message, found), []


def _items(connector: Connector, message: Message, entries: list[Any]) -> list[Any]:
    if connector.item is None:
        return entries
    items = []
    for entry in entries:
        message.item = entry
        items.append(connector.item.find(message))
    message.item = message.root
    return items


def _overall(events: list[NormalizedEvent], shared: Verification | None) -> Verification:
    if shared is not None:
        return shared
    bad = next((event.verification for event in events if not event.source_verified), None)
    if bad is not None or events:
        return bad or events[0].verification
    return Verification(Verdict.UNREADABLE, "none", "The request holds no event, so there is no signature to check.")


def _unreadable(
    connector: Connector,
    request: CapturedRequest,
    settings: Mapping[str, str],
    now: float,
    detected: bool,
    reason: str,
) -> Inspection:
    """A body that cannot be read may still be signed: the signature of raw bytes is checked all the same."""
    try:
        message = read_raw(request, settings)
        raw = not connector.signs_items and connector.document.body.unwrap is None
    except Unreadable:
        raw = False
    if raw:
        verification = connector.scheme.verify(message, now)
    else:
        why = f"The signature cannot be checked: {reason}."
        verification = Verification(Verdict.UNREADABLE, connector.scheme.name, why, covers=connector.scheme.covers)
    hint = f"Is this really {connector.title}? The bytes are in the Body tab."
    return Inspection(
        connector=connector.name,
        detected=detected,
        verification=verification,
        acknowledgement=connector.acknowledgement,
        problems=(Problem("body", f"{reason[:1].upper()}{reason[1:]}.", hint),),
    )


def _unreadable_event(connector: Connector, shared: Verification | None) -> NormalizedEvent:
    reason = "The item cannot be read, so its signature cannot be checked."
    verdict = shared or Verification(Verdict.UNREADABLE, connector.scheme.name, reason)
    return NormalizedEvent(connector=connector.name, native_type="", verification=verdict)


def _challenged(
    connector: Connector, request: CapturedRequest, settings: Mapping[str, str], detected: bool
) -> Inspection:
    """The processor checks the address: its parameter is signed and sent back."""
    name = connector.document.challenge.query if connector.document.challenge else ""
    message = Message(request, settings=settings)
    text = message.query.get(name)
    if text is None:
        hint = f"A {connector.title} webhook is a POST; its check of the address has ?{name}=…"
        problem = Problem("request", f"This GET carries no {name}.", hint)
        return Inspection(connector=connector.name, detected=detected, problems=(problem,))
    answer = connector.scheme.challenge(message, text)
    verdict = Verification(Verdict.UNSIGNED, connector.scheme.name, "A check of the address carries no signature.")
    problems = () if answer else (Problem("settings", "The check cannot be answered without the secret."),)
    event = NormalizedEvent(
        connector=connector.name,
        native_type=name,
        event_type=EventType.ENDPOINT_VERIFICATION,
        event_status=EventStatus.COMPLETE,
        verification=verdict,
    )
    acknowledgement = Acknowledgement(200, (("Content-Type", "text/plain"),), (answer or "").encode())
    return Inspection(
        connector=connector.name,
        detected=detected,
        verification=verdict,
        events=(event,),
        acknowledgement=acknowledgement,
        problems=problems,
    )
