"""What every scheme shares: the shape of a scheme, the words of its verdicts, and secrets as the user gave them."""

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64, unhexlify
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from inspector.core.locate import Message, locator
from inspector.core.signed_text import template
from inspector.model import Verdict, Verification

__all__ = [
    "Encoding",
    "LocatorText",
    "OneOrMore",
    "Scheme",
    "SchemeSpec",
    "Spec",
    "TemplateText",
    "allowed_url",
    "as_tuple",
    "decode",
    "no_secret",
    "secrets",
]


def _is_locator(text: str) -> str:
    locator(text)
    return text


def _is_template(text: str) -> str:
    template(text)
    return text


LocatorText = Annotated[str, AfterValidator(_is_locator)]
TemplateText = Annotated[str, AfterValidator(_is_template)]
OneOrMore = LocatorText | Annotated[list[LocatorText], Field(min_length=1)]
Encoding = Literal["hex", "base64", "base64-of-hex"]


def as_tuple(one_or_more: str | list[str]) -> tuple[str, ...]:
    """A text as a tuple of one."""
    return (one_or_more,) if isinstance(one_or_more, str) else tuple(one_or_more)


class Spec(BaseModel):
    """A table of a connector document: frozen, and nothing in it that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class SchemeSpec(Spec):
    """What every [signature] table may say, whatever its scheme."""

    when: LocatorText | None = Field(
        None, description="of several [[signature]] tables: the place that holds something where this one is meant"
    )


class Scheme(Protocol):
    """A way to prove where a message came from."""

    @property
    def name(self) -> str:
        """What a person calls it, e.g. HMAC-SHA256."""

    @property
    def covers(self) -> tuple[str, ...]:
        """What the signature protects."""

    def present(self, message: Message) -> bool:
        """Whether the message carries such a signature, right or wrong."""

    def verify(self, message: Message, now: float) -> Verification:
        """Check the message by the clock `now` (Unix seconds). Never raises."""

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """What to put where (by locator text) so that `verify` finds the message valid."""

    def open(self, message: Message) -> bytes:
        """The body as it is read: decrypted, where the scheme encrypts. Raises Unreadable."""

    def challenge(self, message: Message, text: str) -> str | None:
        """The answer to a text that the processor wants signed; None without a secret."""


def secrets(settings: Mapping[str, str], name: str) -> list[str]:
    """The configured secret and the one from before a rotation; blank ones count as none."""
    found = (settings.get(name, ""), settings.get("previous_secret", ""))
    return [secret for secret in found if secret and not secret.isspace()]


def no_secret(scheme: str, setting: str, covers: tuple[str, ...] = ()) -> Verification:
    """The verdict where nothing is configured to check with."""
    reason = f"No secret is set, so the signature was not checked: set {setting}."
    return Verification(Verdict.NO_SECRET, scheme, reason, covers=covers)


def allowed_url(url: str, hosts: Sequence[str], path: str) -> bool:
    """Whether an address that a sender names may be fetched: https, one of the hosts or below, the default port,
    no user, and the path as the document says."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return False  # what some readers of addresses take out, and others do not
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    trusted = any(host == each or host.endswith(f".{each}") for each in hosts)
    plain = parts.username is None and parts.password is None and port in (None, 443) and "\\" not in url
    straight = parts.path.startswith(path) and ".." not in parts.path and "%" not in parts.path
    return parts.scheme == "https" and trusted and plain and straight


def decode(text: str, encoding: str) -> bytes | None:
    """The bytes of a hex or base64 text; None where it is not, or is base64 that no encoder writes."""
    try:
        if encoding == "hex":
            return unhexlify(text)
        written = text.encode("ascii")
        found = a2b_base64(written, strict_mode=True)
        if b2a_base64(found, newline=False) != written:  # other unused bits at the end: a changed text
            return None
        return found if encoding == "base64" else unhexlify(found)
    except (Base64Error, ValueError):
        return None
