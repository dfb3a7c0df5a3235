"""RabbitMQ: an event is a persistent message to an exchange, which the server confirms once every queue has it.

A message that no queue is bound for comes back, instead of being dropped without a word.
"""

import asyncio
import logging
import ssl
from contextlib import suppress
from typing import Final

import aiormq
from aiormq.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import (
    AMQPChannelError,
    AMQPConnectionError,
    AMQPError,
    AuthenticationError,
    ConnectionClosed,
    DeliveryError,
    ProbableAuthenticationError,
    PublishError,
)
from pamqp.commands import Basic
from pamqp.common import FieldTable
from yarl import URL

from inspector.core.message import Message
from inspector.core.queue_address import QueueAddress
from inspector.model import Failure
from inspector.publisher.server import PublishingError, not_there, not_trusted

__all__ = ["RabbitMQExchange"]

_PERSISTENT: Final = 2
_SHUTDOWN: Final = 320  # CONNECTION_FORCED: an operator ends the server
_GRACE: Final = 2.0  # seconds that the server has to say goodbye

# What goes wrong is told in the attempt; without a handler, logging would write it over the screen.
logging.getLogger("aiormq").addHandler(logging.NullHandler())


class RabbitMQExchange:
    """An exchange of a RabbitMQ server, or of another one that speaks AMQP 0-9-1 and confirms.

    A message on its way has a channel of its own: what the server does not allow ends a channel with all that is on it.
    """

    def __init__(self, address: QueueAddress, tls: ssl.SSLContext | None) -> None:
        self._address, self._tls = address, tls
        self._url = URL.build(
            scheme="amqps" if tls else "amqp",
            user=address.user or None,
            password=address.password or None,
            host=address.host,
            port=address.port,
            path="/" + address.space.removeprefix("/"),
        )
        self._connection: AbstractConnection | None = None
        self._connecting = asyncio.Lock()
        self._idle: list[AbstractChannel] = []

    async def publish(self, message: Message) -> str:
        """Send the event. Raises PublishingError."""
        properties = Basic.Properties(
            content_type="application/json",
            delivery_mode=_PERSISTENT,
            message_id=message.id,
            message_type=message.event_type,
            app_id="inspector",
            headers={
                "connector": message.connector,
                "event_type": message.event_type,
                "source_verified": message.source_verified,
            },
        )
        exchange, key = self._address.name, message.routing_key
        try:
            channel = await self._channel()
            try:
                await channel.basic_publish(
                    message.json, exchange=exchange, routing_key=key, properties=properties, mandatory=True
                )
            finally:
                self._idle.append(channel)
        except (asyncio.CancelledError, Exception) as error:
            raise self._in_words(error, key) from error
        return f"{exchange} has {message.id} as {key}"

    async def look(self) -> str:
        """Whether the exchange is there. Raises PublishingError."""
        try:
            channel = await self._channel()
            await channel.exchange_declare(self._address.name, passive=True)
        except (asyncio.CancelledError, Exception) as error:
            raise self._in_words(error) from error
        self._idle.append(channel)
        return f"the exchange {self._address.name} is there"

    async def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            with suppress(Exception):
                async with asyncio.timeout(_GRACE):
                    await self._connection.close()

    async def _channel(self) -> AbstractChannel:
        """One that nothing is on its way on."""
        async with self._connecting:
            if self._connection is None or not self._connection.is_opened:
                self._idle.clear()
                properties: FieldTable = {"connection_name": "inspector"}
                self._connection = await aiormq.connect(self._url, context=self._tls, client_properties=properties)
        while self._idle:
            if not (found := self._idle.pop()).is_closed:
                return found
        return await self._connection.channel(publisher_confirms=True, on_return_raises=True)

    def _in_words(self, error: BaseException, key: str = "") -> PublishingError:
        """aiormq ends what waits for a connection with whatever ended that: a cancellation of nobody's, or a bare
        Exception. A cancellation of our own goes on."""
        task = asyncio.current_task()
        if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
            raise error
        where, exchange = self._address.where, self._address.name
        said = str(error.args[-1]) if error.args else ""
        if isinstance(error, PublishError):
            what = f"no queue is bound to the exchange {exchange} for {key}, so it came back"
            return PublishingError(f"{what}. Bind one: the key may be {key}, or # for all in an exchange of type topic")
        if isinstance(error, DeliveryError):
            return PublishingError(f"{where} does not take it: a queue behind {exchange} is full, or cannot keep it")
        if isinstance(error, ProbableAuthenticationError | AuthenticationError):
            return PublishingError(f"{where} refuses the login: {said}. Write amqp://user:password@host/exchange"[:300])
        closed = isinstance(error, ConnectionClosed) and error.args[0] != _SHUTDOWN
        if closed or isinstance(error, AMQPChannelError):
            return PublishingError(f"{where} does not take it: {said}"[:300])
        return self._lost(error, where)

    def _lost(self, error: BaseException, where: str) -> PublishingError:
        """What is wrong with the connection itself."""
        cause = error.__cause__
        if isinstance(cause, ssl.SSLError):
            return not_trusted(self._address, cause)
        if isinstance(cause, OSError) and not isinstance(cause, ConnectionResetError | BrokenPipeError):
            return not_there(self._address, cause)
        if "Connection.OpenOk" in str(error):  # and it was closed instead, with a reason that aiormq drops
            space = self._address.space
            return PublishingError(f"{where} has no virtual host {space}, or does not let this user into it")
        if isinstance(error, AMQPError) and not isinstance(error, AMQPConnectionError):
            return PublishingError(f"{where} did not answer in AMQP: {error}"[:300])
        return PublishingError(f"{where} closed the connection without a confirmation", Failure.CUT_OFF)
