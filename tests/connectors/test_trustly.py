"""Trustly signs method, uuid and the members of data in their order: written out here by hand."""

import json
from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from inspector.model import Verdict
from tests.connectors.shared import handle, request

KEY = generate_private_key(65537, 2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
UUID = "258a2184-2842-b485-25ca-293525152425"

CREDIT: dict[str, Any] = {"notificationid": "1", "orderid": "219", "amount": "49.90", "currency": "EUR"}
CREDIT_TEXT = f"credit{UUID}amount49.90currencyEURnotificationid1orderid219"


def verdict(data: str, signature: str, settings: dict[str, str] | None = None) -> Verdict:
    """Our verdict on a notification with these members, as they were written."""
    body = f'{{"method":"credit","params":{{"signature":"{signature}","uuid":"{UUID}","data":{data}}},"version":"1.1"}}'
    received = request("trustly", body.encode())
    return handle("trustly", received, settings or {"public_key": PEM}).verification.verdict


def signed(text: str, kind: HashAlgorithm | None = None) -> str:
    """The signature of a text, in base64."""
    return b64encode(KEY.sign(text.encode(), PKCS1v15(), kind or SHA1())).decode()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (json.dumps(CREDIT), CREDIT_TEXT),
        (json.dumps(CREDIT, indent=2), CREDIT_TEXT),
        (
            '{"attributes":{"name":"Åsa","bank":"SEB","none":null},"list":["b","a"],"flag":true,"amount":49.90}',
            f"credit{UUID}amount49.90attributesbankSEBnameÅsanoneflagtruelistba",
        ),
        ("{}", f"credit{UUID}"),
    ],
    ids=["sorted", "white space", "nested", "empty"],
)
def test_what_is_signed(data: str, text: str) -> None:
    """Sorted names and their values, lists in their order, null as nothing, numbers with the digits that came."""
    assert verdict(data, signed(text)) is Verdict.VALID
    assert verdict(data, signed(f"{text}x")) is Verdict.INVALID


@pytest.mark.parametrize(("name", "kind"), [("RS256", SHA256()), ("RS384", SHA384()), ("RS512", SHA512())])
def test_the_signature_names_its_hash(name: str, kind: HashAlgorithm) -> None:
    """Without a prefix it is SHA-1; a prefix that does not fit the signature is refused."""
    assert verdict(json.dumps(CREDIT), f"alg={name};{signed(CREDIT_TEXT, kind)}") is Verdict.VALID
    assert verdict(json.dumps(CREDIT), f"alg={name};{signed(CREDIT_TEXT)}") is Verdict.INVALID
    assert verdict(json.dumps(CREDIT), signed(CREDIT_TEXT, kind)) is Verdict.INVALID


def test_the_public_key_may_be_base64_of_its_pem() -> None:
    """Some configurations keep the whole file in base64."""
    packed = {"public_key": b64encode(PEM.encode()).decode()}
    assert verdict(json.dumps(CREDIT), signed(CREDIT_TEXT), packed) is Verdict.VALID
