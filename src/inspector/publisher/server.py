"""What the publisher wants of a message queue, whichever it is."""

import socket
import ssl
from typing import Protocol

from inspector.core.message import Message
from inspector.core.queue_address import QueueAddress
from inspector.model import Failure

__all__ = ["PublishingError", "Server", "not_there", "not_trusted"]


class PublishingError(Exception):
    """Nothing was confirmed: why, in a person's words, and what kind of failure that is."""

    def __init__(self, words: str, failure: Failure = Failure.OTHER) -> None:
        super().__init__(words)
        self.words = words
        self.failure = failure


class Server(Protocol):
    """One stream or exchange. Connections are made when they are needed, used again, and made anew where they end."""

    async def publish(self, message: Message) -> str:
        """What it says of the message once it has it. Raises PublishingError."""

    async def look(self) -> str:
        """What there is, in a sentence, without a message. Raises PublishingError."""

    async def close(self) -> None:
        """End the connections."""


def not_there(address: QueueAddress, error: OSError) -> PublishingError:
    """No connection could be made."""
    if isinstance(error, socket.gaierror):
        words = f"the name {address.host} is not known"
    elif isinstance(error, ConnectionRefusedError):
        words = f"nothing listens on {address.where}"
    else:
        words = f"{address.where} cannot be reached: {error.strerror or error}"
    return PublishingError(words, Failure.NOT_THERE)


def not_trusted(address: QueueAddress, error: ssl.SSLError) -> PublishingError:
    """A connection was made, and no TLS on it."""
    why = getattr(error, "verify_message", "") or error.reason or str(error)
    return PublishingError(f"{address.where}: the TLS connection failed: {why}")
