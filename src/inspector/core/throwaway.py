"""Throwaway settings: secrets that protect nothing, for samples, demonstrations and tests."""

import hashlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from inspector.core.body import encode_json
from inspector.core.compile import Connector
from inspector.core.shapes import beginnings
from inspector.core.signatures.key import KeyEncoding, KeySpec

__all__ = ["throwaway_settings"]

_CHOICES: Final = {"amount_unit": "minor", "capture_method": "automatic", "currency": "USD"}
_FIRST_DAY, _LAST_DAY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)


def throwaway_settings(connector: Connector) -> dict[str, str]:
    """A usable value for every setting of a connector, written as its processor writes it.

    Shared secrets are the same on every run; key pairs are made once a run, and their private half is the
    setting `signing_key`, which real settings never need.
    """
    found = {name: _CHOICES.get(name, f"throwaway_{name}") for name in connector.settings}
    if "notification_url" in found:
        found["notification_url"] = f"https://webhooks.example/{connector.name}"
    signature = connector.document.signature
    for spec in signature if isinstance(signature, list) else [signature]:
        key = getattr(spec, "key", None)
        if isinstance(key, KeySpec):
            usual = next(iter(beginnings(connector, key.setting)), "")
            found[key.setting] = (key.prefix or usual) + _written(f"throwaway {connector.name}", key.encodings[0])
        found.update(_KEY_PAIRS.get(spec.scheme, _none)(spec))
    return found


def _written(seed: str, encoding: KeyEncoding) -> str:
    digest = hashlib.sha256(seed.encode()).digest()
    return b64encode(digest).decode() if encoding == "base64" else digest.hex()


def _none(_: Any) -> Mapping[str, str]:
    return {}


def _pem(key: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


@lru_cache
def _rsa_key() -> Any:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    return generate_private_key(65537, 2048)


def _rsa(spec: Any) -> Mapping[str, str]:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = _rsa_key()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {spec.key: public.decode(), "signing_key": _pem(key)}


@lru_cache
def _certified(subject: str) -> str:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import CertificateBuilder, Name, NameAttribute, random_serial_number
    from cryptography.x509.oid import NameOID

    name = Name([NameAttribute(NameOID.COMMON_NAME, f"throwaway{subject}")])
    builder = CertificateBuilder().subject_name(name).issuer_name(name).serial_number(random_serial_number())
    builder = builder.not_valid_before(_FIRST_DAY).not_valid_after(_LAST_DAY).public_key(_rsa_key().public_key())
    return builder.sign(_rsa_key(), SHA256()).public_bytes(Encoding.PEM).decode()


def _certificate(spec: Any) -> Mapping[str, str]:
    own = _certified(spec.subject)
    return {"certificate": own, "ca_certificate": own, "signing_key": _pem(_rsa_key())}


@lru_cache
def _curve_key() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP521R1, generate_private_key

    return generate_private_key(SECP521R1())


def _jws(_: Any) -> Mapping[str, str]:
    numbers = _curve_key().public_key().public_numbers()
    x, y = (urlsafe_b64encode(each.to_bytes(66)).decode().rstrip("=") for each in (numbers.x, numbers.y))
    key_set = {"keys": [{"kty": "EC", "crv": "P-521", "kid": "throwaway", "x": x, "y": y}]}
    return {"jwks": encode_json(key_set).decode(), "signing_key": _pem(_curve_key())}


def _sealed(spec: Any) -> Mapping[str, str]:
    return {spec.setting: _written("throwaway", "hex")}


_KEY_PAIRS: Final = {"rsa": _rsa, "certificate": _certificate, "jws": _jws, "sealed": _sealed}
