"""The Event Service: who is asked, with which settings, by which clock, and what it answers."""

import gzip

import msgspec
import pytest

from inspector.core import EventService
from inspector.core.answer import answer
from inspector.model import EventStatus, EventType, Verdict
from tests.connectors.shared import CONNECTORS, NOW, SETTINGS, handle, item, request, sample, service, signed
from tests.core.foreign import received, sound


@pytest.mark.parametrize("tolerance", ["nan", "inf", "-5", "five minutes", ""])
def test_a_tolerance_that_is_none_is_passed_over(tolerance: str) -> None:
    """A setting that is no length of time leaves the processor's own in force."""
    asked = signed("stripe", sample("stripe", "payout.paid"))
    own = {**SETTINGS["stripe"], "tolerance_seconds": tolerance}
    found = handle("stripe", asked, own, NOW + 400).verification
    assert found.verdict is Verdict.EXPIRED
    assert found.reason.endswith("the tolerance is 5 min.")


def test_a_gzipped_body_is_signed_as_it_was_before() -> None:
    """The transport's compression is undone before signature and event are looked at."""
    plain = signed("stripe", sample("stripe", "payment_intent.succeeded"))
    packed = msgspec.structs.replace(plain, body=gzip.compress(plain.body)).with_headers({"Content-Encoding": "gzip"})
    inspection = handle("stripe", packed)
    assert inspection.source_verified
    assert inspection.events[0].event_type is EventType.PAYMENT_INTENT_SUCCESS


def test_a_bomb_is_a_problem() -> None:
    """A small body that unpacks to more than ten megabytes is refused with the limit."""
    bomb = received(gzip.compress(b"\0" * 11_000_000), ("Content-Encoding", "gzip"))
    inspection = sound(handle("stripe", bomb))
    assert "10,485,760 bytes" in inspection.problems[0].what
    assert inspection.verification.verdict is Verdict.UNREADABLE


def test_an_unknown_connector_is_named_with_the_nearest() -> None:
    """A slip in the path is answered with the name that was meant."""
    inspection = sound(service().handle(received(b"{}"), "strype"))
    assert inspection.problems[0].hint == "Did you mean stripe?"
    assert not inspection.detected
    assert "There are" in service().handle(received(b"{}"), "zzz").problems[0].hint


def test_the_callers_own_key_is_echoed() -> None:
    """merchant_event_id is the caller's where one is given, the processor's event id where not."""
    asked = sample("stripe", "payment_intent.succeeded")
    assert service().handle(asked, "stripe", merchant_event_id="mine").events[0].merchant_event_id == "mine"
    event = service().handle(asked, "stripe").events[0]
    assert event.merchant_event_id == event.event_id


def test_secret_stands_for_the_first_setting() -> None:
    """A caller that knows one secret only need not know what the connector calls it."""
    asked = signed("square", sample("square", "payout.paid"))
    own = SETTINGS["square"]
    named = {"secret": own["signature_key"], "notification_url": own["notification_url"]}
    assert service().handle(asked, "square", named, NOW).source_verified
    assert not service().handle(asked, "square", {**named, "secret": "another"}, NOW).source_verified


def test_settings_are_asked_for_once_the_connector_is_known() -> None:
    """For a request that has to be recognised first, settings is a function of the name."""
    asked: list[str] = []

    def lookup(name: str) -> dict[str, str]:
        asked.append(name)
        return dict(SETTINGS[name])

    inspection = service().handle(signed("stripe", sample("stripe", "payout.paid")), None, lookup, NOW)
    assert asked == ["stripe"]
    assert inspection.detected
    assert inspection.source_verified


def test_parse_needs_no_secret() -> None:
    """Event type and reference are told without any setting; a batch gives one of each for every item."""
    parsing = service().parse(sample("adyen", "batch"))
    assert parsing.connector == "adyen"
    assert [event.native_type for event in parsing.events] == ["AUTHORISATION", "CAPTURE", "REFUND"]
    assert parsing.event_type is EventType.PAYMENT_INTENT_AUTHORIZATION_SUCCESS
    assert parsing.events[2].reference.refund is not None
    assert parsing.events[2].reference.refund.connector_transaction_id == "BT1HT9CRT65ZGN82"


def test_a_batch_is_bounded() -> None:
    """More than a thousand events in one request are nobody's batch: the first thousand are read, and it says so."""
    entry = item()["notificationItems"][0]
    inspection = sound(handle("adyen", request("adyen", {"notificationItems": [entry] * 1200})))
    assert len(inspection.events) == 1000
    assert "1,200 events" in inspection.problems[0].what


@pytest.mark.parametrize("body", [b"[]", b"7", b'"text"', b"null", b"true"])
def test_a_body_that_is_no_object_is_an_unreadable_event(body: bytes) -> None:
    """JSON that is no object is reported as such, with the verdict on its bytes."""
    inspection = sound(handle("stripe", received(body)))
    (event,) = inspection.events
    assert event.event_type is EventType.WEBHOOK_EVENT_TYPE_UNSPECIFIED
    assert event.event_status is EventStatus.INCOMPLETE
    assert "not an object" in inspection.problems[0].what


def test_the_service_is_a_function() -> None:
    """The same request, settings and time give the same answer, however often, and nothing of it is changed."""
    asked = signed("stripe", sample("stripe", "charge.succeeded"))
    before = msgspec.structs.replace(asked)
    other = EventService(CONNECTORS)
    answers = {
        msgspec.json.encode(answer(each.handle(asked, "stripe", SETTINGS["stripe"], NOW)))
        for each in (service(), other, service())
    }
    assert len(answers) == 1
    assert asked == before
