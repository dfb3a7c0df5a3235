"""AES-256-GCM (NIST SP 800-38D): the body is encrypted, and what can be opened is authentic."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, Literal

from inspector.core.body import Unreadable
from inspector.core.locate import Message, locator
from inspector.core.signatures.shared import LocatorText, SchemeSpec, decode, no_secret, secrets
from inspector.core.signed_text import as_text
from inspector.model import Verdict, Verification

__all__ = ["Sealed", "SealedSpec"]

_TAG: Final = 16  # bytes, the last ones


class SealedSpec(SchemeSpec):
    """[signature] with scheme = "sealed": a body in hexadecimal, nonce and tag in headers."""

    scheme: Literal["sealed"]
    setting: str
    iv: LocatorText
    tag: LocatorText

    def compile(self) -> "Sealed":
        """The scheme, ready to open and to seal."""
        return Sealed(self)


class Sealed:
    """A compiled scheme. The key is 64 hexadecimal digits."""

    name = "AES-256-GCM"
    covers: tuple[str, ...] = ("body",)

    def __init__(self, spec: SealedSpec) -> None:
        self.spec = spec
        self._iv = locator(spec.iv).find
        self._tag = locator(spec.tag).find

    def present(self, message: Message) -> bool:
        """Whether the message is sealed."""
        return self._iv(message) is not None and self._tag(message) is not None

    def open(self, message: Message) -> bytes:
        """The decrypted body. Raises Unreadable."""
        if not self.present(message):
            return message.body
        configured = secrets(message.settings, self.spec.setting)
        if not configured:
            raise Unreadable(f"the body is encrypted, and {self.spec.setting} is not set")
        for secret in configured:
            found = self._decrypted(message, secret)
            if found is not None:
                return found
        raise Unreadable("the body is encrypted with another key, or was changed")

    def _decrypted(self, message: Message, secret: str) -> bytes | None:
        from cryptography.exceptions import InvalidTag

        key = decode(secret.strip(), "hex")
        iv, tag = (decode(as_text(find(message)).strip(), "hex") for find in (self._iv, self._tag))
        sealed = decode(message.request.body.decode("ascii", "replace").strip().strip('"'), "hex")
        if key is None or iv is None or tag is None or sealed is None:
            return None
        try:
            opened: bytes = _cipher(key).decrypt(iv, sealed + tag, None)
        except (InvalidTag, ValueError):
            return None
        return opened

    def verify(self, message: Message, now: float) -> Verification:
        """VALID where the body could be opened; the clock does not matter."""
        if not self.present(message):
            return Verification(Verdict.MISSING, self.name, "The message is not encrypted.", covers=self.covers)
        configured = secrets(message.settings, self.spec.setting)
        if not configured:
            return no_secret(self.name, self.spec.setting, self.covers)
        if any(self._decrypted(message, secret) is not None for secret in configured):
            return Verification(Verdict.VALID, self.name, "The body could be opened with the key.", covers=self.covers)
        reason = "The body cannot be opened: another key, or it was changed."
        return Verification(Verdict.INVALID, self.name, reason, covers=self.covers)

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """Nothing is put beside a body that can be read: `seal` makes another body."""
        return {}

    def seal(self, body: bytes, settings: Mapping[str, str]) -> tuple[bytes, dict[str, str]] | None:
        """The body encrypted, and what is put where; None without a usable key. The nonce is made of the body, so that
        the same body is sealed alike: keys that protect something are the processor's alone."""
        configured = secrets(settings, self.spec.setting)
        key = decode(configured[0].strip(), "hex") if configured else None
        if key is None:
            return None
        nonce = sha256(body).digest()[:12]
        whole: bytes = _cipher(key).encrypt(nonce, body, None)
        return whole[:-_TAG].hex().encode(), {self.spec.iv: nonce.hex(), self.spec.tag: whole[-_TAG:].hex()}

    def challenge(self, message: Message, text: str) -> str | None:
        """No processor asks for it."""
        return None


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)
