"""The Event Service: detect, decode, split, verify, normalize. A function of its arguments; it never raises."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Final

from inspector.core.acknowledge import ANSWERS
from inspector.core.body import Unreadable
from inspector.core.compile import Connector
from inspector.core.document import ChallengeSpec
from inspector.core.locate import Message
from inspector.core.normalize import normalize
from inspector.core.read import read, read_loosely, split, uncompress
from inspector.model import (
    Acknowledgement,
    CapturedRequest,
    Diagnosis,
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

__all__ = ["EventService", "SettingsOf", "with_secret"]

SettingsOf = Mapping[str, str] | Callable[[str], Mapping[str, str]]

_NO_SETTINGS: Final[Mapping[str, str]] = {}
_NOTHING_FETCHED: Final[Mapping[str, bytes]] = {}
_NO_OTHERS: Final[Mapping[str, Mapping[str, str]]] = {}


class EventService:
    """Parses and handles webhook requests of the connectors that it is given.

    `connectors` maps names to compiled connectors. Where several recognise a request, one that names a header in it
    stands before one that goes by the shape of the body, and then the order decides.
    """

    def __init__(self, connectors: Mapping[str, Connector]) -> None:
        self.connectors = connectors
        rules = [(places, each.name) for each in connectors.values() for places in each.detect]
        self._detect = sorted(rules, key=lambda rule: not any(place.text.startswith("header:") for place in rule[0]))

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
        keys: Mapping[str, bytes] = _NOTHING_FETCHED,
    ) -> Inspection:
        """Everything about a request: verdicts, events, problems and the answer to give. Never raises.

        `settings` holds the connector's settings, or is a function of the connector's name for requests
        that have to be recognised first. `now` is the clock that timestamps are judged by (a datetime or
        Unix seconds; the time of receipt where left out). `merchant_event_id` is the caller's own key.
        `keys` are certificates and key sets by their address, for verdicts that were KEY_NEEDED without them.
        """
        detected = connector is None
        name = self.detect(request) if connector is None else connector
        found = self.connectors.get(name) if name else None
        if found is None:
            return Inspection(connector=name or "", detected=False, problems=(self._unknown(name),))
        own = settings(found.name) if callable(settings) else settings
        own = with_secret(found, own or _NO_SETTINGS)
        clock = seconds(request.received_at if now is None else now)
        message = Message(request, body=request.body, settings=own, keys=keys)
        return _inspect(found, message, clock, detected, merchant_event_id)

    def diagnose(
        self,
        request: CapturedRequest,
        connector: str | None = None,
        settings: SettingsOf | None = None,
        now: datetime | float | None = None,
        *,
        others: Mapping[str, Mapping[str, str]] = _NO_OTHERS,
        keys: Mapping[str, bytes] = _NOTHING_FETCHED,
        position: int | None = None,
    ) -> Diagnosis | None:
        """Why a request is not verified, in one sentence that was tried; None where it is, or nobody's. Never raises.

        The arguments are those of `handle`. `others` maps accounts (CONNECTOR or CONNECTOR/LABEL) to their settings:
        a secret of another account that fits is named, by the account. `position` is the event's in a batch whose
        items are signed one by one; the first that is not verified, if left out. The answer holds no secret and no
        whole signature. It costs a few hundred verifications at most, so ask when somebody looks.
        """
        from inspector.core.diagnose import Case, explain

        inspection = self.handle(request, connector, settings, now, keys=keys)
        found = self.connectors.get(inspection.connector)
        if found is None:
            return None
        verdicts = [event.verification for event in inspection.events] if found.signs_items else []
        bad = (place for place, each in enumerate(verdicts) if not each.source_verified)
        place = next(bad, 0) if position is None else position
        own = (settings(found.name) if callable(settings) else settings) or _NO_SETTINGS
        case = Case(
            connector=found,
            request=request,
            settings=with_secret(found, own),
            now=seconds(request.received_at if now is None else now),
            keys=keys,
            position=place,
        )
        verification = verdicts[place] if place < len(verdicts) else inspection.verification
        return explain(case, verification, self.connectors, others)

    def detect(self, request: CapturedRequest) -> str | None:
        """The connector whose document recognises the request; None where no one does."""
        message = read_loosely(request)
        known = (name for places, name in self._detect if all(place.find(message) is not None for place in places))
        return next(known, None)

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


def _inspect(
    connector: Connector, message: Message, now: float, detected: bool, merchant_event_id: str | None
) -> Inspection:
    challenge = connector.document.challenge
    if challenge is not None and message.request.method == "GET":
        return _challenged(connector, message, challenge, detected)
    try:
        read(connector, message)
    except Unreadable as unreadable:
        return _unreadable(connector, message, now, detected, str(unreadable))
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
        acknowledgement=ANSWERS[connector.answer](message) if connector.answer else connector.acknowledgement,
        problems=tuple(problems),
    )


def _overall(events: list[NormalizedEvent], shared: Verification | None) -> Verification:
    if shared is not None:
        return shared
    bad = next((event.verification for event in events if not event.source_verified), None)
    if bad is not None or events:
        return bad or events[0].verification
    return Verification(Verdict.UNREADABLE, "none", "The request holds no event, so there is no signature to check.")


def _unreadable(connector: Connector, message: Message, now: float, detected: bool, reason: str) -> Inspection:
    """A body that cannot be read may still be signed: the signature of raw bytes is checked all the same."""
    try:
        uncompress(message)
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


def _challenged(connector: Connector, message: Message, challenge: ChallengeSpec, detected: bool) -> Inspection:
    """The processor checks the address: its parameter is signed and sent back."""
    name = challenge.query
    text = message.query.get(name)
    if text is None:
        hint = f"A {connector.title} webhook is a POST; its check of the address has ?{name}=…"
        problem = Problem("request", f"This GET carries no {name}.", hint)
        return Inspection(connector=connector.name, detected=detected, problems=(problem,))
    formed = re.fullmatch(challenge.pattern, text) is not None
    answer = connector.scheme.challenge(message, text) if formed else None
    verdict = Verification(Verdict.UNSIGNED, connector.scheme.name, "A check of the address carries no signature.")
    if formed:
        problem = Problem("settings", "The check cannot be answered without the secret.")
    else:
        problem = Problem(f"query:{name}", f"This is no check of {connector.title}'s, so it was not answered.")
    problems = () if answer else (problem,)
    event = NormalizedEvent(
        connector=connector.name,
        native_type=name,
        event_type=EventType.ENDPOINT_VERIFICATION,
        event_status=EventStatus.COMPLETE,
        verification=verdict,
    )
    acknowledgement = Acknowledgement(200, (("Content-Type", "text/plain"),), (answer or "").encode("utf-8", "replace"))
    return Inspection(
        connector=connector.name,
        detected=detected,
        verification=verdict,
        events=(event,),
        acknowledgement=acknowledgement,
        problems=problems,
    )
