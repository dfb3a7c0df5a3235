"""Publishing a delivery: message by message, each confirmed, in the time that the destination has."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from typing import Final, NamedTuple

from inspector.certificates import context
from inspector.core.message import Message
from inspector.core.queue_address import queue_address
from inspector.model import Destination, Failure, ForwardAttempt, ForwardMode, InspectorError
from inspector.publisher.server import PublishingError, Server

__all__ = ["Publisher", "check_client"]


class _Client(NamedTuple):
    """The library that speaks to a kind of queue, what it is called in words, and the extra that installs it."""

    module: str
    title: str
    extra: str


_CLIENTS: Final[Mapping[str, _Client]] = {
    "redis": _Client("redis", "Redis", "redis"),
    "rediss": _Client("redis", "Redis", "redis"),
    "amqp": _Client("aiormq", "RabbitMQ", "amqp"),
    "amqps": _Client("aiormq", "RabbitMQ", "amqp"),
}


def check_client(destination: Destination) -> None:
    """Raise InspectorError where the client of a queue is not installed: it is an extra. Nothing is loaded for it."""
    client = _CLIENTS[destination.scheme]
    if find_spec(client.module) is None:
        title = f"{destination.key}: the client for {client.title} is not installed"
        raise InspectorError(title, hint=f"pip install 'inspector[{client.extra}]'", exit_code=2)


class Publisher:
    """Publishes deliveries. `clock` gives Unix seconds for the record; times are measured with a steady clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._servers: dict[tuple[str, bool, str], Server] = {}

    async def close(self) -> None:
        """End the connections to the queues."""
        await asyncio.gather(*(each.close() for each in self._servers.values()), return_exceptions=True)

    async def send(
        self,
        delivery: int,
        messages: Iterable[Message],
        destination: Destination,
        mode: ForwardMode = ForwardMode.VERBATIM,
    ) -> ForwardAttempt:
        """One attempt to publish the messages of a delivery, one after the other; all are sent again where one is not
        confirmed. What went wrong is in the attempt, in a person's words.

        Raises InspectorError where nothing could be sent at all: no client is installed, no certificate can be read.
        """
        server = self._server(destination)
        started_at, begun = self._clock(), time.perf_counter()
        said, error, failed = "", "", None
        try:
            async with asyncio.timeout(destination.timeout):
                said = "\n".join([await server.publish(each) for each in messages])
        except TimeoutError:
            error, failed = f"no confirmation within {destination.timeout:g} s", Failure.TOO_LATE
        except PublishingError as problem:
            error, failed = _hushed(problem.words, destination), problem.failure
        return ForwardAttempt(
            delivery=delivery,
            destination=destination.address,
            mode=mode,
            started_at=started_at,
            elapsed=time.perf_counter() - begun,
            body=said.encode(),
            error=error,
            failure=failed,
        )

    async def look(self, destination: Destination) -> str:
        """What there is at a destination, in a sentence. Raises PublishingError, TimeoutError or InspectorError."""
        async with asyncio.timeout(destination.timeout):
            try:
                return await self._server(destination).look()
            except PublishingError as problem:
                raise PublishingError(_hushed(problem.words, destination), problem.failure) from None

    def _server(self, destination: Destination) -> Server:
        key = destination.url, destination.insecure, destination.ca_file
        if key not in self._servers:
            self._servers[key] = _made(destination)
        return self._servers[key]


def _made(destination: Destination) -> Server:
    check_client(destination)
    address = queue_address(destination.url)
    tls = context(destination) if address.tls else None
    # Here and not above: who has no queue loads no client of one.
    if destination.scheme.startswith("redis"):
        from inspector.publisher.redis_streams import RedisStream

        return RedisStream(address, tls)
    from inspector.publisher.rabbitmq import RabbitMQExchange

    return RabbitMQExchange(address, tls)


def _hushed(words: str, destination: Destination) -> str:
    """What a server says may repeat what it was told, the password too."""
    password = queue_address(destination.url).password
    return words.replace(password, "***") if password else words
