"""Throwaway settings: secrets that protect nothing, for samples, demonstrations and tests."""

import hashlib
from base64 import b64encode
from typing import Final

from inspector.core.compile import Connector
from inspector.core.signatures.key import KeyEncoding, KeySpec

__all__ = ["throwaway_settings"]

_CHOICES: Final = {"amount_unit": "minor"}


def throwaway_settings(connector: Connector) -> dict[str, str]:
    """A usable value for every setting of a connector, written as its processor writes it; the same on every run."""
    found = {name: _CHOICES.get(name, f"throwaway_{name}") for name in connector.settings}
    if "notification_url" in found:
        found["notification_url"] = f"https://webhooks.example/{connector.name}"
    signature = connector.document.signature
    for spec in signature if isinstance(signature, list) else [signature]:
        key = getattr(spec, "key", None)
        if isinstance(key, KeySpec):
            found[key.setting] = key.prefix + _written(f"throwaway {connector.name}", key.encodings[0])
    return found


def _written(seed: str, encoding: KeyEncoding) -> str:
    digest = hashlib.sha256(seed.encode()).digest()
    return b64encode(digest).decode() if encoding == "base64" else digest.hex()
