"""The Event Service never raises on foreign bytes: what is wrong is a problem or a verdict with a reason."""

import gzip
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core import EventService
from inspector.core.answer import answer, expectation
from inspector.library import Sample
from inspector.model import CapturedRequest, EventStatus, EventType, Inspection, Verdict
from tests.connectors.shared import CONNECTORS, NOW, SAMPLES, SETTINGS, handle, item, request, sample, service, signed

every_connector = pytest.mark.parametrize("name", CONNECTORS)


def received(body: bytes, *headers: tuple[str, str], method: str = "POST", url: str = "http://h/x") -> CapturedRequest:
    """A request with a body as it came."""
    return CapturedRequest(method=method, url=url, headers=headers, body=body)


def sound(inspection: Inspection) -> Inspection:
    """An inspection that can be shown, stored and answered with: every reason and problem is a sentence."""
    assert inspection.verification.reason.endswith(".")
    for event in inspection.events:
        assert event.verification.reason.endswith(".")
        assert (event.verification.verdict is Verdict.VALID) == event.source_verified
    for problem in inspection.problems:
        assert problem.where
        assert problem.what.endswith((".", "?"))
    msgspec.json.encode(answer(inspection))
    msgspec.json.encode(expectation(inspection))
    msgspec.json.decode(msgspec.json.encode(inspection))
    return inspection


header = st.tuples(
    st.sampled_from(
        ["Content-Type", "Content-Encoding", "Stripe-Signature", "Webhook-Id", "Webhook-Signature", "X-Other", ""]
    ),
    st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/xml", "gzip", "charset=klingon"])
    | st.text(max_size=12),
)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@every_connector
@given(
    body=st.binary(max_size=80),
    headers=st.lists(header, max_size=3),
    method=st.sampled_from(["POST", "GET", "PUT", ""]),
)
@settings(max_examples=60, deadline=None)
def test_any_request_is_inspected(name: str, body: bytes, headers: list[tuple[str, str]], method: str) -> None:
    """Any method, headers and bytes, at any connector's path, give an inspection and an answer."""
    asked = received(body, *headers, method=method, url="http://h/x?bt_challenge=\x00&data.id=1")
    inspection = sound(handle(name, asked))
    assert not inspection.source_verified
    assert 200 <= inspection.acknowledgement.status_code < 300
    assert service().parse(asked, name).events is not None


@given(body=st.binary(max_size=80), headers=st.lists(header, max_size=3))
@settings(max_examples=100, deadline=None)
def test_any_request_is_recognised_or_not(body: bytes, headers: list[tuple[str, str]]) -> None:
    """A request to the bare address never fails: it is somebody's, or nobody's and shown all the same."""
    inspection = sound(service().handle(received(body, *headers)))
    if not inspection.connector:
        assert inspection.problems[0].what == "No connector recognises this request."


@given(each=st.sampled_from(SAMPLES), data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_sample_is_inspected(each: Sample, data: st.DataObject) -> None:
    """Bytes cut out of, put into and changed in a real message never raise, and never verify a changed one."""
    content = signed(each.connector, each.request).body
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 20)))
    damaged = content[:start] + data.draw(st.binary(max_size=6)) + content[end:]
    sound(handle(each.connector, msgspec.structs.replace(each.request, body=damaged)))


def replaced(node: Any, at: int, value: Any) -> tuple[Any, int]:
    """A tree with its n-th value replaced; the count that is left where it has fewer."""
    if at == 0:
        return value, -1
    at -= 1
    if isinstance(node, dict):
        changed = dict(node)
        for key, inner in node.items():
            changed[key], at = replaced(inner, at, value)
            if at < 0:
                break
        return changed, at
    if isinstance(node, list):
        listed = list(node)
        for position, inner in enumerate(node):
            listed[position], at = replaced(inner, at, value)
            if at < 0:
                break
        return listed, at
    return node, at


@given(
    each=st.sampled_from([each for each in SAMPLES if each.request.body[:1] == b"{"]),
    at=st.integers(0, 120),
    value=values,
)
@settings(max_examples=600, deadline=None)
def test_a_value_of_another_kind_is_no_error(each: Sample, at: int, value: Any) -> None:
    """A number where a text was, a list where an object was, nothing where there was something: all are inspected."""
    body, _ = replaced(msgspec.json.decode(each.request.body), at, value)
    changed = msgspec.structs.replace(each.request, body=msgspec.json.encode(body))
    sound(handle(each.connector, changed))


DEEP = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
BAD_JSON = [
    (b"", "empty"),
    (b'{"id":', "not JSON"),
    (b"\xff\xfe", "not UTF-8"),
    (DEEP, "nested too deep"),
    (b"[" * 100_000, "nested too deep"),
]


@pytest.mark.parametrize("name", ["stripe", "razorpay", "square", "standardwebhooks"])
@pytest.mark.parametrize(("body", "word"), BAD_JSON)
def test_a_body_that_cannot_be_read_is_shown_with_a_reason(name: str, body: bytes, word: str) -> None:
    """It is acknowledged, the problem says what is wrong, and its signature is checked all the same."""
    inspection = sound(handle(name, received(body, ("Content-Type", "application/json"))))
    assert inspection.events == ()
    assert word in inspection.problems[0].what
    assert inspection.verification.verdict is Verdict.MISSING
    assert inspection.acknowledgement.status_code == 200


def test_unreadable_bytes_may_still_be_signed() -> None:
    """The sender of broken JSON is proven by its signature; there is no event to be verified."""
    import hashlib
    import hmac

    body, secret = b'{"event":', SETTINGS["razorpay"]["webhook_secret"]
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    inspection = handle("razorpay", received(body, ("X-Razorpay-Signature", digest)))
    assert inspection.verification.verdict is Verdict.VALID
    assert not inspection.source_verified


@every_connector
@pytest.mark.parametrize("depth", [40, 60, 200, 700, 900, 940, 960, 980, 990, 1000, 1100])
def test_deep_values_anywhere_are_no_error(name: str, depth: int) -> None:
    """A value nested to the limit of what can be read does not break on the way to the screen or the store."""
    deep = msgspec.Raw(b"[" * depth + b"]" * depth)
    names = ("id", "type", "event", "metadata", "status", "customer", "object", "data", "payload", "method", "params")
    inner = dict.fromkeys(names, deep)
    for body in (
        inner,
        {**inner, "data": {"object": inner, **dict.fromkeys(("id", "type"), deep)}},
        item(eventCode=deep, success=deep),
    ):
        sound(handle(name, received(msgspec.json.encode(body), ("Content-Type", "application/json"))))


NUMBERS = {
    "stripe": """{"id": "e", "type": "payment_intent.succeeded", "created": N,
        "data": {"object": {"amount": N, "currency": "eur"}}}""",
    "adyen": """{"notificationItems": [{"NotificationRequestItem": {"eventCode": "CAPTURE", "success": "true",
        "eventDate": N, "amount": {"value": N, "currency": "EUR"}}}]}""",
    "razorpay": """{"event": "payment.captured", "created_at": N,
        "payload": {"payment": {"entity": {"amount": N, "currency": "inr"}}}}""",
}


@pytest.mark.parametrize(
    "number", ["1e999999999", "-1e-999999999", "1e99999999999999999999", "9" * 4000, "9" * 5000, "0." + "1" * 9000]
)
@pytest.mark.parametrize("name", ["stripe", "adyen", "razorpay"])
def test_numbers_of_any_size_are_no_error(name: str, number: str) -> None:
    """An amount that no computer holds is a problem with the event around it intact, or an unreadable body."""
    template = NUMBERS[name]
    inspection = sound(handle(name, received(template.replace(" N", f" {number}").encode())))
    assert inspection.problems


@every_connector
@pytest.mark.parametrize("text", ["t=\udcff,v1=00", "v1,\udcff", "\ud800"])
def test_half_a_character_in_headers_address_and_secret_is_no_error(name: str, text: str) -> None:
    """Text that no UTF-8 can hold reaches us through JSON lines; it is inspected like any other nonsense."""
    names = ("Stripe-Signature", "Webhook-Id", "Webhook-Timestamp", "Webhook-Signature", "X-Razorpay-Signature")
    body = next((each.request.body for each in SAMPLES if each.connector == name), b"{}")
    asked = received(body, *((header, text) for header in names), url=f"http://h/x{text}?bt_challenge={text}")
    for own in (SETTINGS[name], dict.fromkeys(SETTINGS[name], text)):
        assert not handle(name, asked, own).source_verified


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
