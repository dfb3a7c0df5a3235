"""Keys and certificates as users and processors write them, for the schemes with a public key."""

from base64 import b64decode
from typing import Any, Final

__all__ = ["hash_named", "pem"]

_HASHES: Final = {"sha1": "SHA1", "sha256": "SHA256", "sha384": "SHA384", "sha512": "SHA512"}


def hash_named(name: str) -> Any:
    """The hash of cryptography by its name."""
    from cryptography.hazmat.primitives import hashes

    return getattr(hashes, _HASHES[name])()


def pem(text: str) -> bytes:
    """The PEM in a setting: as it is, with \\n for its line ends, or base64 of the whole. Empty where it is none."""
    text = text.strip().replace("\\n", "\n")
    if text.startswith("-----"):
        return text.encode("utf-8", "replace")
    try:
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""
