"""Redis Streams: an event is an entry, which XADD appends; the entry's id is the confirmation."""

import asyncio
import ssl
from typing import Any, Final

from redis.asyncio.connection import ConnectionPool, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, BusyLoadingError, RedisError, ResponseError
from redis.exceptions import ConnectionError as NoConnectionError

from inspector.core.message import Message
from inspector.core.queue_address import QueueAddress
from inspector.model import Failure
from inspector.publisher.server import PublishingError, not_there, not_trusted

__all__ = ["RedisStream"]

_LOADING: Final = 0.2  # seconds between two questions to a server that is reading its data after a start


class RedisStream:
    """A stream of a Redis server, or of one that speaks as Redis does."""

    def __init__(self, address: QueueAddress, tls: ssl.SSLContext | None) -> None:
        self._address = address
        given: dict[str, Any] = {"connection_class": _Secured, "context": tls} if tls else {}
        self._pool = ConnectionPool(
            host=address.host,
            port=address.port,
            db=int(address.space),
            username=address.user or None,
            password=address.password or None,
            client_name="inspector",
            decode_responses=True,
            encoding_errors="replace",
            protocol=2,  # RESP3's greeting has the password in it, and a server that does not know it repeats it
            socket_timeout=None,
            socket_connect_timeout=None,
            retry=Retry(NoBackoff(), 0),
            **given,
        )

    async def publish(self, message: Message) -> str:
        """Append the event. Raises PublishingError."""
        entry = {
            "id": message.id,
            "connector": message.connector,
            "label": message.label,
            "event_type": message.event_type,
            "source_verified": "true" if message.source_verified else "false",
            "event": message.event,
            "request": message.request,
        }
        words = [each for field in entry.items() for each in field]
        return str(await self._asked("XADD", self._address.name, "*", *words))

    async def look(self) -> str:
        """How long the stream is. Raises PublishingError."""
        length = int(await self._asked("XLEN", self._address.name))
        return f"the stream {self._address.name} has {length:,} entries"

    async def close(self) -> None:
        """End the connections."""
        await self._pool.aclose()

    async def _asked(self, *words: str | bytes) -> Any:
        while True:
            try:
                return await self._once(words)
            except BusyLoadingError:
                await asyncio.sleep(_LOADING)

    async def _once(self, words: tuple[str | bytes, ...]) -> Any:
        try:
            connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]
            try:
                await connection.send_command(*words)
                return await connection.read_response()
            finally:
                await self._pool.release(connection)
        except BusyLoadingError:
            raise
        except RedisError as error:
            raise self._in_words(error) from error

    def _in_words(self, error: RedisError) -> PublishingError:
        where, cause = self._address.where, error.__cause__ or error.__context__
        if isinstance(error, AuthenticationError):
            return PublishingError(f"{where} refuses the login: {error}. Write redis://user:password@host/stream")
        if isinstance(error, ResponseError):
            return PublishingError(f"{where} does not take it: {error}"[:300])
        if not isinstance(error, NoConnectionError):
            return PublishingError(f"{where} did not answer as Redis does: {error}"[:300])
        if isinstance(cause, ssl.SSLError):
            return not_trusted(self._address, cause)
        if isinstance(cause, OSError) and not isinstance(cause, ConnectionResetError | BrokenPipeError):
            return not_there(self._address, cause)
        return PublishingError(f"{where} closed the connection without a confirmation", Failure.CUT_OFF)


class _Secured(SSLConnection):
    """A connection that trusts what it is told to, and nothing beside it."""

    def __init__(self, *, context: ssl.SSLContext, **given: Any) -> None:
        super().__init__(**given)
        self.ssl_context.context = context
