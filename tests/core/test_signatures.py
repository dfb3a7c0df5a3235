"""Signatures: what is signed verifies, and after a change of one byte it does not, whatever the scheme."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inspector.core import Connector, EventService, sign
from inspector.model import CapturedRequest, InspectorError, Verdict, Verification
from tests.core.documents import connector

NOW = 1767225600.0
URL = "https://shop.example/hooks/acme?shop=1"
STAMPED = 'timestamp = { in = "header:x-signature", list = ",", pair = "=", key = "t" }\ntolerance = 300'


def hmac_table(
    hash_name: str = "sha256",
    key: str = "",
    value: str = 'in = "header:x-signature"',
    signed: str = "{body}",
    more: str = "",
) -> str:
    """A [signature] table with scheme hmac."""
    return f"""scheme = "hmac"
hash = "{hash_name}"
key = {{ setting = "secret_key"{key} }}
value = {{ {value} }}
signed = "{signed}"
{more}
"""


FIELDS = hmac_table(value='in = "sign", encoding = "base64"', signed="{id}:{body.text}", more='each = "item"')
TOKEN = 'scheme = "token"\nsetting = "secret_key"\nvalue = "header:authorization"\nprefix = "Bearer "'
DIGEST = """scheme = "digest"
hash = "sha256"
key = { setting = "secret_key" }
value = { in = "header:x-signature" }
signed = "{body}{secret}"
"""
ENTRY = 'in = "header:x-signature", list = ",", pair = "=", key = "v1"'
SCHEMES: Mapping[str, tuple[Connector, Mapping[str, str]]] = {
    name: (connector(table, body=body), {"secret_key": secret, "key_id": "ours"})
    for name, (table, secret, body) in {
        "hex of the body": (hmac_table(), "s3cret", ""),
        "sha1": (hmac_table("sha1"), "s3cret", ""),
        "sha512": (hmac_table("sha512"), "s3cret", ""),
        "base64": (hmac_table(value='in = "header:x-signature", encoding = "base64"'), "s3cret", ""),
        "hex key": (hmac_table(key=', encoding = "hex"'), "00ff10", ""),
        "base64 key": (hmac_table(key=', encoding = "base64", prefix = "whsec_"'), "whsec_c2VjcmV0", ""),
        "digest of the key": (hmac_table("sha1", key=', encoding = "sha1-digest"'), "s3cret", ""),
        "prefix": (hmac_table(value='in = "header:x-signature", prefix = "sha256="'), "s3cret", ""),
        "pairs": (hmac_table(value=ENTRY), "s3cret", ""),
        "time in the pairs": (hmac_table(value=ENTRY, signed="{timestamp}.{body}", more=STAMPED), "s3cret", ""),
        "the user's key": (
            hmac_table(value='in = "header:x-signature", list = "&", pair = "|", key = "setting:key_id"'),
            "s3cret",
            "",
        ),
        "address": (hmac_table(signed="{method}{url}{path}{body}"), "s3cret", ""),
        "query": (hmac_table(value='in = "query:sign"'), "s3cret", ""),
        "fields": (FIELDS, "s3cret", 'items = "events"'),
        "token": (TOKEN, "s3cret", ""),
    }.items()
}
WHOLE = [name for name in SCHEMES if name not in ("fields", "token")]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def request(body: Any) -> CapturedRequest:
    """A request with a body of plain values."""
    return CapturedRequest(url=URL, headers=(("Content-Type", "application/json"),), body=msgspec.json.encode(body))


def verify(name: str, received: CapturedRequest, now: float = NOW, **changed: str) -> Verification:
    """The verdict of a scheme."""
    each, own = SCHEMES[name]
    return EventService({"acme": each}).handle(received, "acme", {**own, **changed}, now).verification


def signed(name: str, body: Any) -> CapturedRequest:
    """A request that the scheme signed."""
    each, own = SCHEMES[name]
    return sign(each, request(body), own, NOW)


def flipped(content: bytes, position: int, bit: int) -> bytes:
    """The bytes with one bit of one byte changed."""
    position %= len(content)
    return content[:position] + bytes([content[position] ^ (1 << bit)]) + content[position + 1 :]


@pytest.mark.parametrize("name", [name for name in SCHEMES if name != "fields"])
@given(body=st.dictionaries(st.text(max_size=5), values, max_size=4))
@settings(max_examples=20, deadline=None)
def test_what_is_signed_verifies(name: str, body: dict[str, Any]) -> None:
    """Any body that we sign is VALID for the same scheme and secret."""
    assert verify(name, signed(name, body)).verdict is Verdict.VALID


@pytest.mark.parametrize("name", WHOLE)
@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_a_changed_byte_of_the_body_is_noticed(name: str, position: int, bit: int) -> None:
    """Whatever byte of the body is changed, readable or not, it is not verified."""
    received = signed(name, {"id": "evt_1", "type": "payment.paid", "amount": 1999})
    changed = msgspec.structs.replace(received, body=flipped(received.body, position, bit))
    assert verify(name, changed).verdict is Verdict.INVALID


def with_signature(received: CapturedRequest, position: int, bit: int) -> CapturedRequest:
    """The request with one bit of its signature's text changed, in header or query."""
    if "sign=" in received.url:
        head, _, text = received.url.partition("sign=")
        return msgspec.structs.replace(
            received, url=head + "sign=" + flipped(text.encode(), position, bit).decode("latin-1")
        )
    name, text = next(pair for pair in received.headers if pair[0] in ("X-Signature", "Authorization"))
    return received.with_headers({name: flipped(text.encode(), position, bit).decode("latin-1")})


@pytest.mark.parametrize("name", [name for name in SCHEMES if name != "fields"])
@given(position=st.integers(min_value=0), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_of_the_signature_is_noticed(name: str, position: int, bit: int) -> None:
    """Whatever byte of the signature's header is changed, it is not verified (but for hexadecimal in capitals)."""
    received = signed(name, {"id": "evt_1"})
    changed = with_signature(received, position, bit)
    assume(str(changed.headers).lower() != str(received.headers).lower() or changed.url.lower() != received.url.lower())
    assert verify(name, changed).verdict is not Verdict.VALID


@pytest.mark.parametrize("name", SCHEMES)
def test_another_secret_does_not_verify(name: str) -> None:
    """One character of the secret makes it another one; the one before a rotation is accepted as well."""
    body = {"id": "evt_1", "events": [{"id": "a", "sign": "", "body": {"text": "t"}}]}
    received = signed(name, body)
    secret = SCHEMES[name][1]["secret_key"]
    other = secret[:-2] + ("Bw" if secret.endswith("V0") else "11")
    assert verify(name, received).verdict is Verdict.VALID
    assert verify(name, received, secret_key=other).verdict is Verdict.INVALID
    assert verify(name, received, secret_key=other, previous_secret=secret).verdict is Verdict.VALID


@pytest.mark.parametrize("name", SCHEMES)
def test_no_secret_and_no_signature_are_told_apart(name: str) -> None:
    """Nothing configured is NO_SECRET, nothing sent is MISSING; neither is verified, both say what to do."""
    body = {"id": "evt_1", "events": [{"id": "a", "sign": "", "body": {"text": "t"}}]}
    without = verify(name, signed(name, body), secret_key="")
    assert without.verdict is Verdict.NO_SECRET
    assert "secret_key" in without.reason
    missing = verify(name, request(body))
    assert missing.verdict is Verdict.MISSING
    assert missing.reason.endswith(".")


@pytest.mark.parametrize("name", [*WHOLE, "token"])
def test_signing_without_a_secret_is_a_users_mistake(name: str) -> None:
    """What cannot be signed is not sent unsigned by accident."""
    with pytest.raises(InspectorError, match="no usable secret"):
        sign(SCHEMES[name][0], request({"id": "evt_1"}), {}, NOW)


@given(text=st.text(max_size=20), identifier=st.text(min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_fields_of_an_item_are_signed_as_their_text(text: str, identifier: str) -> None:
    """Any script stands in a signed text as UTF-8; a changed field is noticed, an uncovered one is not."""
    body = {"events": [{"id": identifier, "sign": "", "free": 1, "body": {"text": text}}]}
    received = signed("fields", body)
    assert verify("fields", received).verdict is Verdict.VALID
    entry = msgspec.json.decode(received.body)
    entry["events"][0]["free"] = 2
    assert verify("fields", request(entry)).verdict is Verdict.VALID
    entry["events"][0]["body"]["text"] = text + "!"
    assert verify("fields", request(entry)).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1999", "1999"),
        ("19.90", "19.90"),
        ("true", "true"),
        ("null", ""),
        ('"ß"', "ß"),
        ("12345678901234567890123", "12345678901234567890123"),
    ],
)
def test_values_are_signed_as_they_were_written(value: str, expected: str) -> None:
    """Numbers keep their text, true is in small letters, null is nothing."""
    each = connector(hmac_table(value='in = "header:x-signature"', signed="{amount}"))
    digest = hmac.new(b"s3cret", expected.encode(), hashlib.sha256).hexdigest()
    received = CapturedRequest(url=URL, headers=(("X-Signature", digest),), body=f'{{"amount": {value}}}'.encode())
    found = EventService({"acme": each}).handle(received, "acme", {"secret_key": "s3cret"}, NOW)
    assert found.verification.verdict is Verdict.VALID


def test_a_changed_text_of_the_same_base64_bytes_is_another_signature() -> None:
    """The last letter of base64 has bits that no byte uses: a text that differs there does not verify."""
    received = signed("base64", {"id": "evt_1"})
    text = dict(received.headers)["X-Signature"]
    twin = text[:-2] + chr(ord(text[-2]) + 1) + "="
    assert verify("base64", received.with_headers({"X-Signature": twin})).verdict is Verdict.INVALID


def test_a_token_is_compared_whole() -> None:
    """The secret itself is sent: prefix, case and length count, and nothing of the message is protected."""
    received = signed("token", {"id": "evt_1"})
    for wrong in ("s3cret", "bearer s3cret", "Bearer s3cre", "Bearer s3crett", "Bearer S3cret"):
        assert verify("token", received.with_headers({"Authorization": wrong})).verdict is Verdict.INVALID
    changed = msgspec.structs.replace(received, body=b"{}")
    found = verify("token", changed)
    assert found.verdict is Verdict.VALID
    assert found.covers == ()


def test_unsigned_says_why() -> None:
    """A processor that does not sign is UNSIGNED with the document's words, never verified."""
    each = connector('scheme = "unsigned"\nreason = "Acme does not sign: compare the address."')
    found = EventService({"acme": each}).handle(request({"id": "1"}), "acme", {}, NOW).verification
    assert found.verdict is Verdict.UNSIGNED
    assert found.reason == "Acme does not sign: compare the address."
    assert not found.source_verified


def test_the_signed_text_is_shown_and_the_secret_never() -> None:
    """The verification holds the bytes that were signed; a secret that stands in them is left out."""
    assert (
        verify("address", signed("address", {"id": "1"})).signed_text
        == b"POST" + URL.encode() + b'/hooks/acme{"id":"1"}'
    )
    each = connector(DIGEST)
    own = {"secret_key": "s3cret"}
    received = sign(each, request({"id": "1"}), own, NOW)
    found = EventService({"acme": each}).handle(received, "acme", own, NOW).verification
    assert found.verdict is Verdict.VALID
    assert b"s3cret" not in (found.signed_text or b"")
    assert "secret" not in found.covers


def test_alternatives_in_a_template_are_the_first_that_is_there() -> None:
    """{a | b}: where two headers may carry the same, the first that holds something is signed."""
    each = connector(hmac_table(signed="{header:x-new | header:x-old}.{body}"))
    for headers in ({"X-Old": "1"}, {"X-New": "1"}, {"X-New": "1", "X-Old": "2"}):
        digest = hmac.new(b"s3cret", b"1.{}", hashlib.sha256).hexdigest()
        received = CapturedRequest(url=URL, headers=(*headers.items(), ("X-Signature", digest)), body=b"{}")
        found = EventService({"acme": each}).handle(received, "acme", {"secret_key": "s3cret"}, NOW).verification
        assert found.verdict is Verdict.VALID
        assert found.covers == ("header:x-old", "body")


NONSENSE = ["", "é", "\x00", "=", "====", "v1=", "," * 1000, "a" * 100_000, b64encode(b"x" * 32).decode()]


@pytest.mark.parametrize("signature", NONSENSE, ids=lambda text: repr(text)[:16])
@pytest.mark.parametrize("name", SCHEMES)
def test_a_nonsense_signature_is_a_verdict(name: str, signature: str) -> None:
    """Whatever stands where the signature should is INVALID or MISSING, and never an error."""
    received = request({"id": "1"}).with_headers({"X-Signature": signature, "Authorization": signature})
    assert verify(name, received).verdict in (Verdict.INVALID, Verdict.MISSING, Verdict.UNREADABLE)
