"""The address of a message queue, taken apart: redis://user:password@host:6379/2/stream, amqp://host/vhost/exchange."""

from urllib.parse import unquote, urlsplit

import msgspec

from inspector.model.address import endpoint

__all__ = ["QueueAddress", "queue_address"]


class QueueAddress(msgspec.Struct, frozen=True):
    """`name` is that of the stream or the exchange, `space` what it lies in: the database, or the virtual host."""

    host: str
    port: int
    user: str
    password: str
    space: str
    name: str
    tls: bool

    def __repr__(self) -> str:
        return f"QueueAddress({self.where}/{self.name})"

    @property
    def where(self) -> str:
        """The host and the port."""
        return f"{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def queue_address(url: str) -> QueueAddress:
    """Raises ValueError where it is no address, names no host, no stream or no exchange, or asks for more than that.

    The path is the name of the stream, behind the number of the database where that is not 0; or the exchange, behind
    the virtual host where that is not /. A slash within a virtual host, and whatever else may not stand in an address,
    is percent-encoded.
    """
    parts, (host, port) = urlsplit(url), endpoint(url)
    path = parts.path.removeprefix("/")
    if parts.scheme.startswith("redis"):
        first, _, rest = path.partition("/")
        space, name = (first, rest) if first.isdecimal() else ("0", path)
    else:
        space, _, name = path.rpartition("/")
    if not (host and name and parts.port != 0) or parts.query or parts.fragment:
        raise ValueError("a queue has a host and a name, and nothing behind it")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    tls = parts.scheme in ("rediss", "amqps")
    return QueueAddress(host, port, user, password, unquote(space) or "/", unquote(name), tls)
