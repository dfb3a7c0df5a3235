"""A shared token: the processor sends the secret itself, in a header or field."""

import hmac
from base64 import b64encode
from hashlib import sha256
from typing import Literal

from pydantic import Field

from inspector.core.locate import Message, locator
from inspector.core.signatures.shared import LocatorText, SchemeSpec, no_secret, secrets
from inspector.core.signatures.value import Value, ValueSpec
from inspector.core.signed_text import as_text
from inspector.model import Verdict, Verification

__all__ = ["Token", "TokenSpec"]


class TokenSpec(SchemeSpec):
    """[signature] with scheme = "token"."""

    scheme: Literal["token"]
    setting: str
    value: LocatorText = Field(description="where the token stands")
    prefix: str = Field("", description="stands before the token, e.g. Bearer and a blank")
    encoding: Literal["text", "base64", "sha256"] = Field(
        "text", description="how the secret is sent: as it is, in base64 (user:password), or its hash in hex"
    )

    def compile(self) -> "Token":
        """The scheme, ready to verify and to sign."""
        return Token(self)


class Token:
    """A compiled shared token. It proves the sender, and nothing about the message."""

    name = "shared token"
    covers: tuple[str, ...] = ()

    def __init__(self, spec: TokenSpec) -> None:
        self.spec = spec
        self.value = Value(ValueSpec.model_validate({"in": spec.value, "prefix": spec.prefix}))
        self._find = locator(spec.value).find

    def present(self, message: Message) -> bool:
        """Whether there is a token."""
        return self._find(message) is not None

    def verify(self, message: Message, now: float) -> Verification:
        """The verdict on the message; the clock does not matter."""
        found = self._find(message)
        if found is None:
            return Verification(Verdict.MISSING, self.name, f"There is no token: {self.value.where} is missing.")
        configured = self._secrets(message)
        if not configured:
            return no_secret(self.name, self.spec.setting)
        received = as_text(found).encode("utf-8", "replace")
        expected = [self._sent(secret).encode("utf-8", "replace") for secret in configured]
        if any(hmac.compare_digest(received, each) for each in expected):
            return Verification(Verdict.VALID, self.name, "The token matches; it does not protect the message.")
        return Verification(Verdict.INVALID, self.name, f"The token in {self.value.where} is another one.")

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """The token in its place."""
        configured = self._secrets(message)
        return {self.spec.value: self._sent(configured[0])} if configured else {}

    def _secrets(self, message: Message) -> list[str]:
        """The configured ones; what is nothing but the prefix is none."""
        found = secrets(message.settings, self.spec.setting)
        return [secret for secret in found if secret.removeprefix(self.spec.prefix).strip()]

    def _sent(self, secret: str) -> str:
        """The secret as the processor sends it; one that is configured in that form already stays."""
        prefix, encoding = self.spec.prefix, self.spec.encoding
        if encoding == "text" or (prefix and secret.startswith(prefix)):
            return prefix + secret.removeprefix(prefix)
        raw = secret.encode("utf-8", "replace")
        return prefix + (b64encode(raw).decode() if encoding == "base64" else sha256(raw).hexdigest())

    def open(self, message: Message) -> bytes:
        """The body is not encrypted."""
        return message.body

    def challenge(self, message: Message, text: str) -> str | None:
        """There is no key to sign with."""
        return None
