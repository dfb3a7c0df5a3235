"""What a filter that is being typed may become: keys, and the values that a key has."""

from collections.abc import Iterable, Mapping
from typing import Final

from inspector.core.query import KEYS, STATES
from inspector.model import EventType, PaymentStatus, RefundStatus, Verdict

__all__ = ["complete"]

_FAMILIES: Final = ("payment", "refund", "dispute", "mandate", "payout")
_VALUES: Final[Mapping[str, Iterable[str]]] = {
    "type": (*_FAMILIES, *(kind.value for kind in EventType)),
    "signature": (*(verdict.value.lower().replace("_", "-") for verdict in Verdict), "unverified"),
    "status": dict.fromkeys(status.value.lower() for status in (*PaymentStatus, *RefundStatus)),
    "app": ("none", "error", "confirmed", "2xx", "3xx", "4xx", "5xx"),
    "is": STATES,
    "since": ("10m", "1h", "1d"),
    "currency": ("EUR", "USD", "GBP", "INR", "BRL", "JPY"),
}


def complete(text: str, connectors: Iterable[str] = ()) -> str | None:
    """The text with its last word completed; None where there is nothing to add."""
    before, blank, word = text.rpartition(" ")
    minus, bare = ("-", word[1:]) if word.startswith("-") else ("", word)
    key, colon, value = bare.partition(":")
    if not bare or '"' in bare:
        return None
    if colon:
        values = connectors if key == "connector" else _VALUES.get(key, ())
        found = _first(value, values)
        ready = found and f"{key}:{found}"
    else:
        found = _first(key, KEYS)
        ready = found and f"{found}:"
    return f"{before}{blank}{minus}{ready}" if ready else None


def _first(begun: str, words: Iterable[str]) -> str | None:
    """The first word that begins so, as it was begun."""
    wanted = begun.lower()
    found = next((word for word in words if word.lower().startswith(wanted) and len(word) > len(begun)), None)
    return found and begun + found[len(begun) :]
