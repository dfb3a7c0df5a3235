"""What an address tells without being opened: which host and port, an app or a queue, and how it is shown."""

from collections.abc import Mapping
from re import split
from typing import Final
from urllib.parse import urlsplit

__all__ = ["endpoint", "is_queue", "scheme", "without_password"]

_PORTS: Final[Mapping[str, int]] = {
    "http": 80,
    "https": 443,
    "redis": 6379,
    "rediss": 6379,
    "amqp": 5672,
    "amqps": 5671,
}
_QUEUES: Final = frozenset(("redis", "rediss", "amqp", "amqps"))


def scheme(url: str) -> str:
    """The protocol."""
    return url.partition("://")[0].lower()


def is_queue(url: str) -> bool:
    """Whether it is the address of a message queue."""
    return scheme(url) in _QUEUES


def endpoint(url: str) -> tuple[str, int]:
    """The host and the port, which is the protocol's usual one where none is named."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or _PORTS[parts.scheme]


def without_password(url: str) -> str:
    """The address as it may be shown and stored."""
    protocol, _, rest = url.partition("://")
    userinfo = split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[0]
    user, colon, _ = userinfo.partition(":")
    return f"{protocol}://{user}:***{rest[len(userinfo) :]}" if colon else url
