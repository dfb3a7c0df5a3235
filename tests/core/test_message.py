"""What a message queue gets: a message an event with the whole request, under an id to deduplicate by."""

import json
from base64 import b64decode

import msgspec
import pytest
from msgspec.structs import replace

from inspector.cli.requests import answer_line
from inspector.core.answer import answer
from inspector.core.message import Message, messages
from inspector.model import CapturedRequest, Inspection, InspectorError
from tests.connectors.shared import NOW, SETTINGS, handle, request, sample, service, signed

PAID = replace(signed("stripe", sample("stripe", "payment_intent.succeeded")), received_at=NOW)
BATCH = replace(signed("adyen", sample("adyen", "batch")), received_at=NOW)


def made(received: CapturedRequest, inspection: Inspection, label: str = "") -> list[Message]:
    """The messages of a delivery."""
    return list(messages(received, label, inspection))


def test_a_message_is_the_event_as_it_is_printed_elsewhere() -> None:
    """Under the event's own id, which the processor sends again when it tries again."""
    inspection = handle("stripe", PAID)
    (message,) = made(PAID, inspection, "shop")
    found = json.loads(message.json)
    assert found["event"] == json.loads(msgspec.json.encode(answer(inspection)))["events"][0]
    assert found["id"] == message.id == inspection.events[0].event_id
    assert message.routing_key == "stripe.PAYMENT_INTENT_SUCCESS"
    assert [found[name] for name in ("connector", "label", "event_type", "source_verified")] == [
        *("stripe", "shop", "PAYMENT_INTENT_SUCCESS", True)
    ]


def test_the_request_is_a_line_that_can_be_handled_again() -> None:
    """Every header in its order and every byte is there, so that the signature is still valid."""
    (message,) = made(PAID, handle("stripe", PAID))
    found = json.loads(message.request)
    assert tuple(map(tuple, found["headers"])) == PAID.headers
    assert b64decode(found["body_b64"]) == PAID.body
    secret = json.dumps({**found, "secret": SETTINGS["stripe"]["signing_secret"]}).encode()
    said = answer_line(service(), secret, 0.0)
    assert said["verification"]["verdict"] == "VALID"
    assert said["problems"] == []


def test_a_batch_is_a_message_an_event() -> None:
    """In the order of the batch, each with its own id and all with the same request."""
    inspection = handle("adyen", BATCH)
    found = made(BATCH, inspection)
    assert len(found) == len(inspection.events) > 1
    assert [each.id for each in found] == [each.event_id for each in inspection.events]
    assert len({each.request for each in found}) == 1


def test_what_nobody_can_read_is_a_message_too() -> None:
    """Without an event, and with an id that is the same when the same comes again, and another one otherwise."""
    unknown = CapturedRequest(url="http://127.0.0.1/x?a=1", body=b"\xff", headers=(("X", "\udcff"),), received_at=NOW)
    (message,) = made(unknown, Inspection(), "\udcff")
    (again,) = made(replace(unknown, received_at=NOW + 60), Inspection())
    (other,) = made(replace(unknown, url="http://127.0.0.1/x?a=2"), Inspection())
    assert message.id == again.id != other.id
    assert message.routing_key == "unknown.WEBHOOK_EVENT_TYPE_UNSPECIFIED"
    found = json.loads(message.json)
    assert (found["event"], found["connector"], found["source_verified"]) == (None, None, False)


@pytest.mark.parametrize("identifier", ["x" * 256, "a\nb"], ids=["long", "control"])
def test_an_id_that_no_queue_could_have_is_hashed(identifier: str) -> None:
    """It comes from outside, and may be anything."""
    body = json.dumps({"id": identifier, "type": "payment_intent.succeeded"}).encode()
    received = request("stripe", body)
    inspection = handle("stripe", received)
    (message,) = made(received, inspection)
    assert inspection.events[0].event_id == identifier
    assert message.id.startswith("sha256:")
    json.loads(message.json)


def test_events_of_a_batch_without_an_id_have_different_ones() -> None:
    """Nobody takes one for the copy of another."""
    inspection = handle("adyen", BATCH)
    bare = replace(inspection, events=tuple(replace(each, event_id=None) for each in inspection.events))
    found = made(BATCH, bare)
    assert len({each.id for each in found}) == len(found)


def test_a_batch_that_would_flood_a_queue_stays_here() -> None:
    """Its sender would have the request multiplied by as many events as it likes."""
    inspection = handle("adyen", BATCH)
    event = inspection.events[0]
    with pytest.raises(InspectorError, match="3,000 events of one request"):
        made(replace(BATCH, body=bytes(100_000)), replace(inspection, events=(event,) * 3000))
