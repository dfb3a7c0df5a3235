"""Keys: how the text that a user configures becomes the bytes that a processor signs with."""

import hashlib
from binascii import a2b_base64
from typing import Annotated, Literal

from pydantic import Field

from inspector.core.signatures.shared import Spec, decode

__all__ = ["KeyEncoding", "KeySpec", "key_bytes"]

KeyEncoding = Literal["text", "hex", "base64", "sha1-digest"]


class KeySpec(Spec):
    """The key: a setting, and how its text becomes bytes. Of several encodings, any may fit."""

    setting: str
    encoding: KeyEncoding | Annotated[list[KeyEncoding], Field(min_length=1)] = "text"
    prefix: str = Field("", description="stands before the key and is not part of it, e.g. whsec_")

    @property
    def encodings(self) -> tuple[KeyEncoding, ...]:
        """The encodings to try."""
        return (self.encoding,) if isinstance(self.encoding, str) else tuple(self.encoding)


def key_bytes(secret: str, spec: KeySpec) -> list[bytes]:
    """The keys that a secret may stand for; none where it is not written as the processor writes it."""
    text = secret.removeprefix(spec.prefix) if spec.prefix else secret
    if not text.strip():
        return []  # nothing but the prefix: anybody could sign with that
    if spec.encoding == "text":
        return [text.encode("utf-8", "replace")]
    found = [_decoded(text.strip(), encoding) for encoding in spec.encodings]
    return [key for key in found if key]


def _decoded(text: str, encoding: KeyEncoding) -> bytes | None:
    if encoding == "text":
        return text.encode("utf-8", "replace")
    if encoding == "sha1-digest":
        return hashlib.sha1(text.encode("utf-8", "replace"), usedforsecurity=False).digest()
    if encoding == "hex":
        return decode(text, encoding)
    try:  # padding is often lost on the way from a dashboard to a configuration
        return a2b_base64((text + "=" * (-len(text) % 4)).encode("ascii"), strict_mode=True)
    except ValueError:
        return None
