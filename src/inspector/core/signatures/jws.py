"""A detached JWS (RFC 7515, appendix F) with ECDSA on P-521 (ES512) over method, path, named headers and body.

Written out after TrueLayer's signing rules (https://github.com/TrueLayer/truelayer-signing); the key set is
fetched by the workspace or given by the user, the core only says which one it needs.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field

from inspector.core.body import Unreadable, decode_json, encode_json
from inspector.core.locate import Message, locator
from inspector.core.signatures.public_key import pem
from inspector.core.signatures.shared import LocatorText, SchemeSpec
from inspector.core.signatures.value import Value, ValueSpec
from inspector.model import CapturedRequest, Verdict, Verification

__all__ = ["Jws", "JwsSpec"]

_SIZE: Final = 66  # bytes of a number on P-521
_NAME: Final = "JWS ES512"


class JwsSpec(SchemeSpec):
    """[signature] with scheme = "jws"."""

    scheme: Literal["jws"]
    value: LocatorText
    key_sets: list[str] = Field(min_length=1, description="the addresses that the message may name for its key set")
    headers: list[str] = Field(description="the headers that are signed when we sign")

    def compile(self) -> "Jws":
        """The scheme, ready to verify and to sign."""
        return Jws(self)


class Jws:
    """A compiled scheme. The algorithm is ES512 whatever the message names; any other is refused."""

    name = _NAME
    covers: tuple[str, ...] = ("method", "path", "signed headers", "body")

    def __init__(self, spec: JwsSpec) -> None:
        self.spec = spec
        self.value = Value(ValueSpec.model_validate({"in": spec.value}))
        self._find = locator(spec.value).find

    def present(self, message: Message) -> bool:
        """Whether there is a signature."""
        return self._find(message) is not None

    def verify(self, message: Message, now: float) -> Verification:
        """The verdict on the message; the clock does not matter."""
        found = self._find(message)
        if found is None:
            return self._verdict(Verdict.MISSING, f"There is no signature: {self.spec.value} is missing.")
        parts = str(found).split(".")
        header = _header(parts[0]) if len(parts) == 3 and not parts[1] else None
        if header is None:
            return self._verdict(Verdict.INVALID, "The signature is not a detached JWS.")
        if header.get("alg") != "ES512":
            return self._verdict(Verdict.INVALID, f"The signature's algorithm is {header.get('alg')!r}, not ES512.")
        if "crit" in header:  # RFC 7515, 4.1.11: whoever does not know what it names has to refuse
            return self._verdict(Verdict.INVALID, "The signature has critical headers, which are not known here.")
        keys = self._key_set(message, header)
        if isinstance(keys, Verification):
            return keys
        key = _public(keys, header.get("kid"))
        if key is None:
            return self._without_key(message, header)
        return self._check(message, parts, header, key)

    def _key_set(self, message: Message, header: Mapping[str, Any]) -> "bytes | Verification":
        given = message.settings.get("jwks", "")
        if given:
            return given.encode("utf-8", "replace")
        address = header.get("jku")
        if address not in self.spec.key_sets:
            return self._verdict(
                Verdict.INVALID, f"The key set's address {str(address)[:120]!r} is not the processor's."
            )
        if address not in message.keys:
            reason = f"The key set at {address} has to be fetched first."
            return Verification(Verdict.KEY_NEEDED, _NAME, reason, covers=self.covers, needs=str(address))
        return message.keys[str(address)]

    def _without_key(self, message: Message, header: Mapping[str, Any]) -> Verification:
        """A set that was fetched may be older than the key."""
        reason = f"The key set has no P-521 key {str(header.get('kid'))[:60]!r}"
        if message.settings.get("jwks"):
            return self._verdict(Verdict.INVALID, f"{reason}.")
        reason += ": a newer one has to be fetched first."
        return Verification(Verdict.KEY_NEEDED, _NAME, reason, covers=self.covers, needs=str(header["jku"]))

    def _check(self, message: Message, parts: list[str], header: Mapping[str, Any], key: Any) -> Verification:
        names = [name.strip() for name in str(header.get("tl_headers", "")).split(",") if name.strip()]
        text = b""
        for path in _paths(message):
            text = _signed_text(message, path, names)
            if _fits(key, _unpadded(parts[2]), f"{parts[0]}.{_encoded(text)}".encode("utf-8", "replace")):
                covers = ("method", "path", *names, "body")
                return Verification(Verdict.VALID, _NAME, "The signature matches.", text, None, None, covers)
        reason = "The signature does not match: another key, or method, path, a signed header or the body was changed."
        return self._verdict(Verdict.INVALID, reason, text)

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """The signature in its place, where there is a private key (`signing_key`) and a key set (`jwks`)."""
        names = [name for name in self.spec.headers if message.headers.get(name.lower())]
        header = {
            "alg": "ES512",
            "kid": _first_kid(message.settings.get("jwks", "")),
            "tl_version": "2",
            "tl_headers": ",".join(names),
            "jku": self.spec.key_sets[0],
        }
        head = _encoded(encode_json(header))
        text = _signed_text(message, message.request.path, names)
        signature = _sign(message.settings.get("signing_key", ""), f"{head}.{_encoded(text)}".encode())
        return {self.spec.value: f"{head}..{_encoded(signature)}"} if signature else {}

    def open(self, message: Message) -> bytes:
        """The body is not encrypted."""
        return message.body

    def challenge(self, message: Message, text: str) -> str | None:
        """No processor asks for it."""
        return None

    def _verdict(self, verdict: Verdict, reason: str, text: bytes | None = None) -> Verification:
        return Verification(verdict, _NAME, reason, text, None, None, self.covers)


def _paths(message: Message) -> list[str]:
    """The path that was called, that of the registered address, and both with the other trailing slash."""
    registered = CapturedRequest(url=message.settings.get("notification_url") or message.request.url).path
    paths = [message.request.path, registered]
    return list(dict.fromkeys([*paths, *(path.rstrip("/") if path.endswith("/") else path + "/" for path in paths)]))


def _signed_text(message: Message, path: str, names: list[str]) -> bytes:
    lines = [
        f"{message.request.method} {path}",
        *(f"{name}: {message.headers.get(name.lower(), '')}" for name in names),
    ]
    return "".join(line + "\n" for line in lines).encode("utf-8", "replace") + message.body


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _unpadded(text: str) -> bytes:
    """The bytes of base64url without padding (RFC 7515, 2); none where it is not, or is what no encoder writes."""
    try:
        found = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
    return found if _encoded(found) == text else b""


def _header(text: str) -> Mapping[str, Any] | None:
    try:
        found = decode_json(_unpadded(text))
    except Unreadable:
        return None
    return found if isinstance(found, dict) else None


def _first_kid(key_set: str) -> str:
    found = _keys(key_set.encode("utf-8", "replace"))
    return str(found[0].get("kid", "")) if found else ""


def _keys(key_set: bytes) -> list[Mapping[str, Any]]:
    try:
        found = decode_json(key_set)
    except Unreadable:
        return []
    keys = found.get("keys") if isinstance(found, dict) else None
    return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []


def _public(key_set: bytes, kid: Any) -> Any:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP521R1, EllipticCurvePublicNumbers

    found = next((key for key in _keys(key_set) if key.get("kid") == kid and key.get("kty") == "EC"), None)
    if found is None or found.get("crv") != "P-521":
        return None
    x, y = (int.from_bytes(_unpadded(str(found.get(name, "")))) for name in "xy")
    try:
        return EllipticCurvePublicNumbers(x, y, SECP521R1()).public_key()
    except ValueError:
        return None


def _fits(key: Any, signature: bytes, text: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA512

    if len(signature) != 2 * _SIZE:
        return False
    numbers = int.from_bytes(signature[:_SIZE]), int.from_bytes(signature[_SIZE:])
    try:
        key.verify(encode_dss_signature(*numbers), text, ECDSA(SHA512()))
    except InvalidSignature:
        return False
    return True


def _sign(private_key: str, text: bytes) -> bytes:
    from cryptography.hazmat.backends.openssl import backend
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA512
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem(private_key), password=None)
    except (ValueError, TypeError):
        return b""
    if not isinstance(key, EllipticCurvePrivateKey) or key.curve.name != "secp521r1":
        return b""
    # RFC 6979, where OpenSSL can: the same text has the same signature, as with every other scheme.
    how = ECDSA(SHA512(), deterministic_signing=backend.ecdsa_deterministic_supported())
    return b"".join(number.to_bytes(_SIZE) for number in decode_dss_signature(key.sign(text, how)))
