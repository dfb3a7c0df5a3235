"""Redaction: what must not be saved is in no byte of it, and everything else is where it was."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.redact import Redactor
from inspector.core.redact.kinds import is_card_number
from inspector.library import EventService
from inspector.model import CapturedRequest, InspectorError

SERVICE = EventService.load(Path(__file__).parents[2] / "connectors")
PAN, IBAN = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"
PLANTED = {
    "number": PAN.replace(" ", ""),
    "holderName": "Grace Brewster",
    "cvc": "7391",
    "iban": IBAN,
    "email": "grace.hopper@navy.mil",
    "mobile_phone": "+1 (202) 456-1414",
    "line1": "1600 Pennsylvania Avenue",
    "customer_ip": "81.2.69.142",
    "ipv6": "2a02:8071:b83:3c00::17",
    "client_secret": "pi_3Nx_secret_H0pperG1race",
    "key": "sk_" + "live_51HxGraceHopper0000",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJncmFjZSJ9.c2lnbmF0dXJl",
    "date_of_birth": "1906-12-09",
}


def redacted(
    body: bytes, *headers: tuple[str, str], url: str = "http://localhost/", redactor: Redactor | None = None
) -> CapturedRequest:
    """A request of nobody, redacted."""
    redactor = redactor or Redactor()
    request = CapturedRequest(url=url, headers=headers, body=body)
    redactor.learn(request, SERVICE.handle(request), None)
    return redactor.request(request, None)


def as_json(values: dict[str, str]) -> tuple[bytes, str]:
    return json.dumps({"data": [{"object": values}], "said": f"Thanks, {values['holderName']}!"}).encode(), "json"


def as_form(values: dict[str, str]) -> tuple[bytes, str]:
    text = "&".join(f"{name}={quote_plus(value)}" for name, value in values.items())
    return text.encode(), "x-www-form-urlencoded"


def as_xml(values: dict[str, str]) -> tuple[bytes, str]:
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
    return f"<?xml version='1.0'?><event><!-- kept -->{inner}</event>".encode(), "xml"


def as_packed(values: dict[str, str]) -> tuple[bytes, str]:
    return json.dumps({"payload": base64.b64encode(as_json(values)[0]).decode()}).encode(), "json"


def as_nested(values: dict[str, str]) -> tuple[bytes, str]:
    return json.dumps({"payload": json.dumps(values)}).encode(), "json"


@pytest.mark.parametrize("written", [as_json, as_form, as_xml, as_packed, as_nested])
def test_what_is_planted_is_in_no_form_of_body(written: Any) -> None:
    """Whatever form the body has, and whatever is packed in it."""
    body, kind = written(PLANTED)
    found = redacted(body, ("Content-Type", f"application/{kind}")).body
    seen = [found.decode()]
    if written is as_packed:
        seen.append(base64.b64decode(json.loads(found)["payload"]).decode())
    for text in seen:
        for name, value in PLANTED.items():
            assert value not in text, name
            assert quote_plus(value) not in text, name


def test_the_head_is_redacted_as_well() -> None:
    """Authorization, cookies, signatures, addresses of clients, and what stands in the query."""
    found = redacted(
        b"",
        ("Authorization", "Bearer abcdef123456"),
        ("Cookie", "session=tasty; b=2"),
        ("X-Forwarded-For", "81.2.69.142, 127.0.0.1"),
        ("X-Api-Key", "very-secret-key"),
        ("X-Hub-Signature", "sha1=0123456789abcdef"),
        ("User-Agent", "Chrome/120.0.0.0"),
        ("X-Trace", "t-1"),
        url="http://localhost/hook?token=abcdef123&email=grace@navy.mil&page=2",
    )
    heads = dict(found.headers)
    assert heads["Authorization"].startswith("Bearer ")
    assert len(heads["Authorization"]) == len("Bearer abcdef123456")
    assert heads["X-Forwarded-For"] == "192.0.2.1, 127.0.0.1"
    assert (heads["User-Agent"], heads["X-Trace"]) == ("Chrome/120.0.0.0", "t-1")
    for secret in ("abcdef", "tasty", "81.2", "very-secret", "0123456789abcdef", "navy.mil"):
        assert secret not in f"{found.url} {heads}"
    assert parse_qs(found.query)["page"] == ["2"]


def test_the_same_value_has_the_same_stand_in() -> None:
    """Within a session relations survive: an address of an email, and a name in whole, in parts and in capitals."""
    redactor = Redactor()
    first = {"email": "grace@navy.mil", "customer_name": "Grace Hopper", "other": "linus@navy.mil"}
    second = {"first_name": "Grace", "holder": "GRACE HOPPER", "text": "grace@navy.mil wrote: dear Hopper family"}
    requests = [CapturedRequest(body=json.dumps(each).encode()) for each in (first, second)]
    for each in requests:
        redactor.learn(each, SERVICE.handle(each), None)
    one, two = (json.loads(redactor.request(each, None).body) for each in requests)
    assert one["email"] != one["other"]
    assert one["email"] in two["text"]
    name = one["customer_name"].split()
    assert two["first_name"] == name[0]
    assert two["holder"] == " ".join(name).upper()
    assert f"dear {name[1]} family" in two["text"]


def test_shape_and_length_stay() -> None:
    """Formats survive: a card number of the same network that has its check digit, an IBAN of the same country."""
    body = {"number": PAN, "iban": IBAN, "cvc": "123", "zip": "SW1A 2AA", "phone": "+49 30 901820"}
    found = json.loads(redacted(json.dumps(body).encode()).body)
    for name, value in body.items():
        assert [character.isdigit() for character in found[name]] == [character.isdigit() for character in value]
        assert [character.isalpha() for character in found[name]] == [character.isalpha() for character in value]
    assert found["number"].startswith("4000 0000")
    compact = found["iban"].replace(" ", "")
    assert compact.startswith("DE")
    assert int("".join(str(int(each, 36)) for each in compact[4:] + compact[:4])) % 97 == 1


def test_ids_amounts_and_everything_else_stay_byte_for_byte() -> None:
    """Blanks, order, escapes, numbers of any size and repeated keys are as they were sent."""
    body = rb'{ "id" : "evt_1",  "n": 1.50, "big": 123456789012345678901234567890, "u": "\u00e9\/", "n": 2, "x": [ ] }'
    assert redacted(body).body == body
    changed = redacted(body.replace(b'"evt_1"', b'"evt_1", "email": "a@b.io"'))
    assert changed.body.count(b"@example.com") == 1
    assert changed.body.replace(b"  ", b" ").startswith(b'{ "id" : "evt_1", "email": "')
    assert changed.body.endswith(body[20:])


def test_an_id_stays_even_where_it_looks_like_a_card_number() -> None:
    """What a document reads as an id is one; but it is named, so that nothing is saved by mistake."""
    connector = SERVICE.connectors["stripe"]
    resource = {"id": "4111111111111111", "object": "payment_intent", "amount": 4242424242424242, "currency": "usd"}
    event = {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": resource}}
    request = CapturedRequest(url="http://localhost/stripe", body=json.dumps(event).encode())
    redactor = Redactor()
    redactor.learn(request, SERVICE.handle(request, connector.name), connector)
    found = redactor.request(request, connector)
    assert found.body == request.body
    assert {(each.place, each.kind) for each in redactor.leftovers(found)} == {
        ("data.object.id", "card number"),
        ("data.object.amount", "card number"),
    }
    assert Redactor(keep=["data.object.*"]).leftovers(found) == []


def test_paths_say_what_to_keep_and_what_to_drop() -> None:
    """A path means every place in which its steps stand in a row; a star is any step."""
    body = json.dumps({"a": {"email": "x@navy.mil", "n": 17}, "b": [{"email": "y@navy.mil"}], "ok": True}).encode()
    headers = ("X-Shop", "northwind")
    redactor = Redactor(keep=["a.email"], drop=["n", "header:x-shop"])
    found = redacted(body, headers, redactor=redactor)
    plain = json.loads(found.body)
    assert plain["a"]["email"] == "x@navy.mil"
    assert "navy" not in plain["b"][0]["email"]
    assert plain["a"]["n"] != 17
    assert len(str(plain["a"]["n"])) == 2
    assert found.headers[0][1] != "northwind"
    assert redactor.replaced["unknown"] == {"a.n": "private", "b.*.email": "email", "header:x-shop": "private"}
    with pytest.raises(InspectorError, match="is not a path"):
        Redactor(keep=["a..b"])


def test_a_document_names_what_people_wrote() -> None:
    """What no common rule tells of, in the processor's own words; elsewhere the same name means nothing."""
    event = {"event": "refund.processed", "data": {"customer_note": "I was in hospital", "reason": "late"}}
    request = CapturedRequest(url="http://localhost/paystack", body=json.dumps(event).encode())
    redactor = Redactor()
    connector = SERVICE.connectors["paystack"]
    redactor.learn(request, SERVICE.handle(request, connector.name), connector)
    data = json.loads(redactor.request(request, connector).body)["data"]
    assert "hospital" not in data["customer_note"]
    assert len(data["customer_note"]) == len("I was in hospital")
    assert data["reason"] == "late"
    assert redactor.replaced == {"paystack": {"data.customer_note": "private"}}
    assert redacted(request.body).body == request.body


@pytest.mark.parametrize(
    ("places", "value"),
    [
        (("bank_details", "account_name"), "John Walker"),
        (("billing_address", "town_city"), "London"),
        (("object", "billing_zip"), "10115"),
        (("bank_account", "account"), "12345-1"),
    ],
)
def test_personal_places_of_the_samples_are_known(places: tuple[str, str], value: str) -> None:
    """Names of places that a processor's own samples have."""
    body = json.dumps({places[0]: {places[1]: value}}).encode()
    assert value.encode() not in redacted(body).body


def test_what_is_compressed_is_opened() -> None:
    """The body is saved as it reads, and the header that says otherwise goes."""
    body = gzip.compress(b'{"email": "grace@navy.mil"}')
    headers = (("Content-Encoding", "gzip"), ("Content-Length", str(len(body))))
    found = redacted(body, *headers)
    assert b"@example.com" in found.body
    assert found.headers == (("Content-Length", str(len(found.body))),)


def test_what_is_told_of_a_redaction_holds_nothing_of_it() -> None:
    """A key may be an email or a name: where something was replaced is told without it."""
    redactor = Redactor()
    body = {"customer_name": "Grace Hopper", "of Grace Hopper": {"grace@navy.mil": {"text": "linus@navy.mil, card"}}}
    found = redacted(json.dumps(body).encode(), redactor=redactor)
    for word in ("Grace", "Hopper", "navy"):
        assert word not in f"{found.body!r} {redactor.replaced}"
    assert len(redactor.replaced["unknown"]) == 3


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"{", b"<a", b'{"a": "' + b"x" * 50, b"[" * 5000])
def test_what_cannot_be_read_is_redacted_by_shape(body: bytes) -> None:
    """Any bytes will do; those that mean nothing stay."""
    assert redacted(body).body == body
    assert b"4111" not in redacted(body + b" card 4111111111111111 ").body


def test_the_users_own_secrets_are_found_anywhere() -> None:
    """A secret of an account is in no body, whatever it looks like and wherever it stands."""
    redactor = Redactor(secrets=["correct-horse", "short"])
    found = redacted(b'{"echo": "hmac(correct-horse, body)"}', redactor=redactor)
    assert b"horse" not in found.body
    assert redactor.leftovers(CapturedRequest(body=b'{"echo": "hmac(correct-horse, body)"}'))[0].kind == "secret"


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("4111111111111111", True),
        ("4111-1111-1111-1111", True),
        ("378282246310005", True),
        ("6304000000000000", False),
        ("4111111111111112", False),
        ("8836183819713023", False),
        ("1767225540000", False),
        ("4000000000000002", False),
    ],
)
def test_card_numbers_are_told_from_other_digits(text: str, so: bool) -> None:
    """By network, length and check digit; an Adyen reference, a time and our own stand-ins are none."""
    assert is_card_number(text) is so


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(sorted(PLANTED.values()))
keys = st.sampled_from(["id", "email", "name", "customer", "cvc", "line1", "ключ", "a.b", ""]) | st.text(max_size=5)
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=15
)


@given(tree=trees, blanks=st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_tree_keeps_its_form_and_loses_what_is_planted(tree: Any, blanks: bool) -> None:
    """Whatever JSON is sent: it stays JSON with the same keys and positions, and no email, IBAN or card is in it."""
    body = json.dumps(tree, indent=2 if blanks else None).encode()
    found = redacted(body).body
    assert form(json.loads(found)) == form(tree)
    for name in ("number", "email", "iban", "jwt", "key", "ipv6"):
        assert PLANTED[name].encode() not in found


def form(tree: Any) -> Any:
    """The kinds of values, by place."""
    if isinstance(tree, dict):
        return [form(each) for each in tree.values()]
    return [form(each) for each in tree] if isinstance(tree, list) else type(tree)
