"""A round trip: a request of our own that goes out to a public address, and proves in its answer that it came to us."""

import hashlib
import hmac
from typing import Final

__all__ = ["HEADER", "proof"]

HEADER: Final = "Inspector-Round-Trip"
"""Bears a word of the asker's in the request, and its proof in the answer. Such a request is no delivery."""


def proof(token: str, word: str) -> str:
    """What only a receiver can answer that has the token, which never leaves the machine."""
    return hmac.new(token.encode(), word.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
