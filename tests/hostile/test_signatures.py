"""Senders who want to be believed: no scheme is talked down, and nothing but a secret makes a message valid."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from yarl import URL

from inspector.core import EventService
from inspector.core.signatures.certificate import CertificateSpec
from inspector.core.signatures.shared import allowed_url
from inspector.core.signatures.unsigned import Unsigned
from inspector.library import Sample
from inspector.model import CapturedRequest, Verdict
from tests.connectors.shared import CONNECTORS, NOW, SAMPLES, SETTINGS, handle, sample, signed
from tests.core.documents import connector
from tests.core.test_signatures import hmac_table

BELIEVED = [each for each in SAMPLES if handle(each.connector, signed(each.connector, each.request)).source_verified]
FIRST = [
    next(each for each in BELIEVED if each.connector == name)
    for name in dict.fromkeys(each.connector for each in BELIEVED)
]
BLANKS = ("", " ", "\t\n", "\u00a0", "\u3000")

every_processor = pytest.mark.parametrize("each", FIRST, ids=lambda each: each.connector)


def verdict(name: str, request: CapturedRequest, own: dict[str, str] | None = None) -> Verdict:
    """What is believed of a request."""
    return handle(name, request, own).verification.verdict


def stripe(*, v1: str = "", v0: str = "") -> Verdict:
    """The verdict on a request of Stripe's that is signed with these secrets, each under its own scheme."""
    body = b'{"id": "evt_1", "type": "ping"}'
    parts = [f"t={int(NOW)}"]
    for name, secret in (("v1", v1), ("v0", v0)):
        if secret:
            digest = hmac.new(secret.encode(), f"{int(NOW)}.".encode() + body, hashlib.sha256).hexdigest()
            parts.append(f"{name}={digest}")
    header = (("Stripe-Signature", ",".join(parts)),)
    return verdict("stripe", CapturedRequest(headers=header, body=body), {"signing_secret": "right"})


def test_an_older_scheme_is_no_way_in() -> None:
    """Stripe's v0 is that of test messages: beside a wrong v1 or alone, it proves nothing, not even with the secret."""
    assert stripe(v1="right") is Verdict.VALID
    assert stripe(v0="right") is Verdict.MISSING
    assert stripe(v1="wrong", v0="right") is Verdict.INVALID


def encoded(value: bytes) -> str:
    """Base64 for addresses, without padding."""
    return urlsafe_b64encode(value).decode().rstrip("=")


@pytest.mark.parametrize(
    "changed",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS256"},
        {"alg": "HS512"},
        {"alg": "ES256"},
        {"alg": None},
        {"alg": ["ES512"]},
        {"crit": ["exp"], "exp": 1},
        {"kid": "another"},
        {"kid": None},
        {"jku": "https://evil.example/.well-known/jwks"},
        {"jku": "https://webhooks.truelayer.com@evil.example/.well-known/jwks"},
    ],
    ids=str,
)
def test_a_json_web_signature_is_what_the_document_says(changed: dict[str, Any]) -> None:
    """No algorithm, another one, the public key taken for a secret, a key or address of the sender's: none is valid."""
    good = signed("truelayer", sample("truelayer", "payment_settled"))
    own = dict(SETTINGS["truelayer"])
    text = good.header("Tl-Signature") or ""
    head, _, signature = text.split(".")
    header = {**json.loads(urlsafe_bytes(head)), **changed}
    begun = encoded(json.dumps(header).encode())
    forged = encoded(hmac.digest(own["jwks"].encode(), f"{begun}.".encode() + good.body, "sha512"))
    assert verdict("truelayer", good, own) is Verdict.VALID
    fetched = {key: text for key, text in own.items() if key != "jwks"}
    for end in ("", signature, forged):
        request = good.with_headers({"Tl-Signature": f"{begun}..{end}"})
        for settings_ in (own, fetched):
            assert verdict("truelayer", request, settings_) in (Verdict.INVALID, Verdict.KEY_NEEDED)


def urlsafe_bytes(text: str) -> bytes:
    """What base64 for addresses holds."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("junk", ["=", "==", "!", "\n", " ", "é", "A"])
def test_a_signature_with_something_behind_it_is_another_one(junk: str) -> None:
    """What no encoder writes does not verify, although some decoders would pass over it."""
    good = signed("truelayer", sample("truelayer", "payment_settled"))
    changed = good.with_headers({"Tl-Signature": f"{good.header('Tl-Signature')}{junk}"})
    assert verdict("truelayer", changed) is Verdict.INVALID


@pytest.mark.parametrize("name", ["SHA1withRSA", "MD5withRSA", "none", "SHA256withECDSA", "sha256withrsa\0"])
def test_a_message_does_not_name_its_own_algorithm(name: str) -> None:
    """PayPal's header names one: whatever it names but the document's own is refused, also under a right signature."""
    good = signed("paypal", sample("paypal", "PAYMENT.CAPTURE.COMPLETED"))
    assert verdict("paypal", good) is Verdict.VALID
    assert verdict("paypal", good.with_headers({"PAYPAL-AUTH-ALGO": name})) is Verdict.INVALID


@pytest.mark.parametrize("prefix", ["alg=RS1;", "alg=none;", "alg=MD5;", "alg=RS512;", "alg=RS256;", "alg=RS384;"])
def test_a_prefix_names_a_hash_of_the_document_or_none(prefix: str) -> None:
    """Trustly's prefix tells the hash: one that is not listed, or not the one that was used, does not verify."""
    good = signed("trustly", next(each.request for each in SAMPLES if each.connector == "trustly"))
    entry = json.loads(good.body)["params"]["signature"]
    assert isinstance(entry, str)
    changed = msgspec.structs.replace(good, body=good.body.replace(entry.encode(), f"{prefix}{entry}".encode()))
    assert verdict("trustly", good) is Verdict.VALID
    assert verdict("trustly", changed) is not Verdict.VALID


@every_processor
def test_no_blank_is_a_secret(each: Sample) -> None:
    """A setting that was left empty, or holds blanks, believes nobody: neither the processor nor who signs with it."""
    own = dict(SETTINGS[each.connector])
    for blank in BLANKS:
        empty = dict.fromkeys(own, blank)
        for text in ({}, {"previous_secret": blank}, {"secret": blank}):
            settings_ = {**empty, **text}
            assert verdict(each.connector, signed(each.connector, each.request), settings_) is not Verdict.VALID


@pytest.mark.parametrize("secret", ["whsec_", "whsec_ ", "whsec_\t"])
@pytest.mark.parametrize("encoding", ["text", "hex", "base64", "sha1-digest"])
def test_a_prefix_alone_is_no_secret(secret: str, encoding: str) -> None:
    """Of a secret that was cut off on its way nothing is left to sign with, and everybody knows nothing."""
    table = hmac_table(key=f', prefix = "whsec_", encoding = "{encoding}"')
    service = EventService({"acme": connector(table)})
    for key in (b"", b" ", b"\t", hashlib.sha1(b"").digest(), hashlib.sha1(b" ").digest()):
        header = (("X-Signature", hmac.new(key, b"{}", hashlib.sha256).hexdigest()),)
        found = service.handle(CapturedRequest(headers=header, body=b"{}"), "acme", {"secret_key": secret}, NOW)
        assert found.verification.verdict is Verdict.NO_SECRET


@pytest.mark.parametrize("encoding", ["text", "base64", "sha256"])
def test_a_prefix_alone_is_no_token(encoding: str) -> None:
    """Who sends `Bearer` and nothing behind it has no token, although that is what was configured."""
    table = f"""scheme = "token"
setting = "secret_key"
value = "header:authorization"
prefix = "Bearer "
encoding = "{encoding}"
"""
    service = EventService({"acme": connector(table)})
    request = CapturedRequest(headers=(("Authorization", "Bearer "),), body=b"{}")
    found = service.handle(request, "acme", {"secret_key": "Bearer "}, NOW)
    assert found.verification.verdict is Verdict.NO_SECRET


@every_processor
def test_who_leaves_the_signature_out_is_not_believed(each: Sample) -> None:
    """Without the header, field or entry that proves it, a message is never valid by another way."""
    good = signed(each.connector, each.request)
    for name, _ in good.headers:
        rest = tuple(pair for pair in good.headers if pair[0] != name)
        changed = msgspec.structs.replace(good, headers=rest)
        found = handle(each.connector, changed).verification
        original = handle(each.connector, good).verification
        assert found.verdict is not Verdict.VALID or found.signed_text == original.signed_text
    if not isinstance(CONNECTORS[each.connector].scheme, Unsigned):
        bare = msgspec.structs.replace(good, headers=(), body=b"{}", url="http://h/x")
        assert verdict(each.connector, bare) is not Verdict.VALID


def compared() -> Iterator[Sample]:
    """One sample of each processor whose signature is compared with one that is computed."""
    for each in FIRST:
        name = handle(each.connector, signed(each.connector, each.request)).verification.scheme
        if not name.startswith(("RSA", "JWS", "AES")):
            yield each


@pytest.mark.parametrize("each", compared(), ids=lambda each: each.connector)
def test_the_comparison_takes_as_long_whatever_is_sent(each: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    """What decides is `hmac.compare_digest`, which tells nothing by its time: where that says no, nothing says yes."""
    asked = []

    def no(one: bytes, other: bytes) -> bool:
        asked.append((one, other))
        return False

    good = signed(each.connector, each.request)
    monkeypatch.setattr(hmac, "compare_digest", no)
    assert not handle(each.connector, good).source_verified
    assert asked


HOSTS = ["paypal.com", "api.paypal.com", "evil.example", "evilpaypal.com", "127.0.0.1", "[::1]", "2130706433"]
PARTS = ["https:", "http:", "//", "/", "\\", "@", ":", "443", "8443", "#", "?", "%2e", "..", ".", "\t", "\n", " ", ";"]
PATH = "/v1/notifications/certs/"
URLS = st.lists(st.sampled_from([*HOSTS, *PARTS, PATH, "CERT-1", "。", "ⓟ", "／", "\x00", "[", "]"]), max_size=9)


@given(rest=URLS)
@example(rest=["api.paypal.com", PATH, "x"])
@example(rest=["evil.example", "\t", ".", "paypal.com", PATH])
@example(rest=["evil.example", "#", ".", "paypal.com", PATH])
@example(rest=["evil.example", "\\", "@", "paypal.com", PATH])
@settings(max_examples=1000, deadline=None)
def test_what_may_be_fetched_is_the_processors(rest: list[str]) -> None:
    """However an address is put together: what the rule lets through, the client that fetches takes for a host of the
    processor's too, over https, at the usual port, without a user."""
    spec = CONNECTORS["paypal"].document.signature
    assert isinstance(spec, CertificateSpec)
    address = "https://" + "".join(rest)
    if allowed_url(address, spec.hosts, spec.path):
        asked = URL(address, encoded=True)
        assert asked.host is not None
        assert asked.host == "paypal.com" or asked.host.endswith(".paypal.com")
        assert address.isascii()
        assert address.isprintable()
        assert (asked.scheme, asked.port, asked.user, asked.password) == ("https", 443, None, None)
        assert asked.raw_path.startswith(PATH)
