"""RSA (PKCS #1 v1.5, RFC 8017) with a public key that the user configures; a prefix may name the hash."""

from base64 import b64encode
from typing import Any, Literal

from pydantic import Field

from inspector.core.locate import Message
from inspector.core.signatures.public_key import hash_named, pem
from inspector.core.signatures.shared import SchemeSpec, TemplateText, decode, no_secret, secrets
from inspector.core.signatures.value import Value, ValueSpec
from inspector.core.signed_text import template
from inspector.model import Verdict, Verification

__all__ = ["Rsa", "RsaSpec", "fits", "sign_text"]

HashName = Literal["sha1", "sha256", "sha384", "sha512"]


class RsaSpec(SchemeSpec):
    """[signature] with scheme = "rsa"."""

    scheme: Literal["rsa"]
    key: str = Field(description="the setting with the processor's public key: PEM, or base64 of it")
    value: ValueSpec
    hash: HashName
    prefixes: dict[str, HashName] = Field({}, description="what may stand before the signature, and the hash it names")
    signed: TemplateText

    def compile(self) -> "Rsa":
        """The scheme, ready to verify and to sign."""
        return Rsa(self)


class Rsa:
    """A compiled RSA scheme. Only hashes that the document lists are accepted, whatever the message names.

    Signing needs the setting `signing_key`: a private key in PEM, as tests and samples have it.
    """

    def __init__(self, spec: RsaSpec) -> None:
        self.spec = spec
        self.name = "RSA"
        self.value = Value(spec.value)
        self.template = template(spec.signed)
        self.covers = self.template.covers

    def present(self, message: Message) -> bool:
        """Whether there is a signature."""
        return bool(self.value.texts(message))

    def verify(self, message: Message, now: float) -> Verification:
        """The verdict on the message; the clock does not matter."""
        texts = self.value.texts(message)
        if not texts:
            return self._verdict(Verdict.MISSING, f"There is no signature: {self.value.where} is missing.")
        configured = secrets(message.settings, self.spec.key)
        if not configured:
            return no_secret(self.name, self.spec.key, self.covers)
        keys = [key for key in (_public(text) for text in configured) if key is not None]
        if not keys:
            return self._verdict(Verdict.NO_SECRET, f"The key cannot be used: {self.spec.key} is no RSA key in PEM.")
        name, encoded = self._named_hash(texts[0])
        signature = decode(encoded, "base64")
        if signature is None:
            return self._verdict(Verdict.INVALID, f"The signature in {self.value.where} is not base64.")
        text = self.template(message, "", "")
        if any(fits(key, signature, text, name) for key in keys):
            return self._verdict(Verdict.VALID, f"The signature in {self.value.where} matches ({name}).", text)
        reason = f"The signature in {self.value.where} does not match: another key, or the signed text was changed."
        return self._verdict(Verdict.INVALID, reason, text)

    def _named_hash(self, text: str) -> tuple[HashName, str]:
        for prefix, name in self.spec.prefixes.items():
            if text.startswith(prefix):
                return name, text[len(prefix) :]
        return self.spec.hash, text

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """The signature in its place, where there is a private key to sign with."""
        signature = sign_text(message.settings.get("signing_key", ""), self.template(message, "", ""), self.spec.hash)
        return {self.value.place(message): signature} if signature else {}

    def open(self, message: Message) -> bytes:
        """The body is not encrypted."""
        return message.body

    def challenge(self, message: Message, text: str) -> str | None:
        """No processor asks for it."""
        return None

    def _verdict(self, verdict: Verdict, reason: str, text: bytes | None = None) -> Verification:
        return Verification(verdict, self.name, reason, text, None, None, self.covers)


def _public(text: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem(text))
    except (ValueError, TypeError):
        return None
    return key if isinstance(key, RSAPublicKey) else None


def fits(key: Any, signature: bytes, text: bytes, name: HashName) -> bool:
    """Whether a signature over a text is the key's."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    try:
        key.verify(signature, text, PKCS1v15(), hash_named(name))
    except (InvalidSignature, ValueError):
        return False
    return True


def sign_text(private_key: str, text: bytes, name: str) -> str | None:
    """The signature of a text in base64; None where the key is not a private RSA key in PEM."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem(private_key), password=None)
    except (ValueError, TypeError):
        return None
    if not isinstance(key, RSAPrivateKey):
        return None
    return b64encode(key.sign(text, PKCS1v15(), hash_named(name))).decode()
