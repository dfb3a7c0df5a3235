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

_PRIMES: Final = (  # of the RSA key that everybody has: what it signs proves nothing
    int(
        "e97cef2dc223f057ba6005d4e8dd3a1a5cd2affe1bb450a8e524a4a6e56e5e19b9e815bc4f745a2de401eb5a5af01569"
        "f0453b880ddfabddfb14c9558260702e8bfb9d8fc6b0216295933430f84405d5c8b34a6dc7a2f81b94c8121f189d6448"
        "7e6f54bf9fbd25aa4dd103fc8e2892cdd980862d42aa8029fc5a776acfa2ff49",
        16,
    ),
    int(
        "d9961710c6edca4808ca2c81bd18b81dc03ab20be53aa49d59c494f700174f66dfbc77b44b95badd048fc5e25ee010eb"
        "849e6586e87127c7d3969f024675256cf4a98cd62c8e19fdef6586506094c3409c8b0684b8e7196854c47578386dcd6e"
        "763063eef33be0fc2e17cf05461eba85cc2380610388bf8b51b5043cc242a249",
        16,
    ),
)


def throwaway_settings(connector: Connector) -> dict[str, str]:
    """A usable value for every setting of a connector, written as its processor writes it; the same on every run.

    Of key pairs the private half is the setting `signing_key`, which real settings never need.
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
    from cryptography.hazmat.primitives.asymmetric import rsa

    (p, q), e = _PRIMES, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    parts = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *parts, rsa.RSAPublicNumbers(e, p * q)).private_key()


def _rsa(spec: Any) -> Mapping[str, str]:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = _rsa_key()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {spec.key: public.decode(), "signing_key": _pem(key)}


@lru_cache
def _certified(subject: str) -> str:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import CertificateBuilder, Name, NameAttribute
    from cryptography.x509.oid import NameOID

    name = Name([NameAttribute(NameOID.COMMON_NAME, f"throwaway{subject}")])
    builder = CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    builder = builder.not_valid_before(_FIRST_DAY).not_valid_after(_LAST_DAY).public_key(_rsa_key().public_key())
    return builder.sign(_rsa_key(), SHA256()).public_bytes(Encoding.PEM).decode()


def _certificate(spec: Any) -> Mapping[str, str]:
    own = _certified(spec.subject)
    return {"certificate": own, "ca_certificate": own, "signing_key": _pem(_rsa_key())}


@lru_cache
def _curve_key() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP521R1, derive_private_key

    return derive_private_key(int.from_bytes(hashlib.sha512(b"throwaway").digest()), SECP521R1())


def _jws(_: Any) -> Mapping[str, str]:
    numbers = _curve_key().public_key().public_numbers()
    x, y = (urlsafe_b64encode(each.to_bytes(66)).decode().rstrip("=") for each in (numbers.x, numbers.y))
    key_set = {"keys": [{"kty": "EC", "crv": "P-521", "kid": "throwaway", "x": x, "y": y}]}
    return {"jwks": encode_json(key_set).decode(), "signing_key": _pem(_curve_key())}


def _sealed(spec: Any) -> Mapping[str, str]:
    return {spec.setting: _written("throwaway", "hex")}


_KEY_PAIRS: Final = {"rsa": _rsa, "certificate": _certificate, "jws": _jws, "sealed": _sealed}
