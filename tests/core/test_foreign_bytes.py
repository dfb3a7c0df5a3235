"""Foreign bytes never raise: what is wrong with them is a problem or a verdict with a reason."""

import hashlib
import hmac
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.library import Sample
from inspector.model import Verdict
from tests.connectors.shared import CONNECTORS, SAMPLES, SETTINGS, handle, item, service, signed
from tests.core.foreign import received, sound

every_connector = pytest.mark.parametrize("name", CONNECTORS)

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
@pytest.mark.parametrize(("body", "word"), BAD_JSON, ids=lambda value: repr(value)[:16])
def test_a_body_that_cannot_be_read_is_shown_with_a_reason(name: str, body: bytes, word: str) -> None:
    """It is acknowledged, the problem says what is wrong, and its signature is checked all the same."""
    inspection = sound(handle(name, received(body, ("Content-Type", "application/json"))))
    assert inspection.events == ()
    assert word in inspection.problems[0].what
    assert inspection.verification.verdict is Verdict.MISSING
    assert inspection.acknowledgement.status_code == 200


def test_unreadable_bytes_may_still_be_signed() -> None:
    """The sender of broken JSON is proven by its signature; there is no event to be verified."""
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
    "number",
    ["1e999999999", "-1e-999999999", "1e99999999999999999999", "9" * 4000, "9" * 5000, "0." + "1" * 9000],
    ids=lambda text: f"{text[:8]}-{len(text)}",
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
