"""The network as the doctor sees it: the port, the app with its clock, and the way in from outside."""

import asyncio
import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from inspector.cli import clock
from inspector.cli.diagnosis import Finding

if TYPE_CHECKING:
    from inspector.model import Acknowledgement, CapturedRequest, Destination
    from inspector.settings import Settings
    from inspector.tunnel import RoundTrip
    from inspector.workspace import Options

__all__ = ["app", "ngrok", "port", "queue", "tunnel"]

_PATIENCE: Final = 5.0  # seconds
_START: Final = "Start the server, or correct the address"
_SKEW: Final = 30.0  # seconds between two clocks that need no remark; signatures are good for 300 as a rule


def port(host: str, number: int, data: Path) -> Finding:
    """Whether the receiver's port is free, or whose it is."""
    if (error := _refusal(host, number)) is not None:
        return _taken(host, number, data, error)
    return Finding("port", "ok", f"{host}:{number} is free")


def _refusal(host: str, number: int) -> OSError | None:
    """Why nobody could listen on a port now; None where one could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            return error
    return None


def _taken(host: str, number: int, data: Path, error: OSError) -> Finding:
    from inspector.workspace.attach import running

    other = running(data)
    if other is not None and other.address.rpartition(":")[2] == str(number):
        fact = f"{host}:{number}: an Inspector receives there (process {other.pid}); a screen attaches to it"
        return Finding("port", "ok", fact)
    fact = f"{host}:{number}: {(error.strerror or str(error)).lower()}"
    owner = _owner(number)
    fix = f"End {f'it (process {owner[0]})' if owner else 'the program that listens there'}, or use --port {number + 1}"
    return Finding("port", "fail", fact + (f" by {owner[1]}" if owner else ""), fix)


def _owner(number: int) -> tuple[int, str] | None:
    """The process that listens on a port, where the system tells: Linux, and only of one's own processes."""
    sockets = {f"socket:[{inode}]" for inode in _listening(number)}
    for link in Path("/proc").glob("[0-9]*/fd/*") if sockets else ():
        try:
            if str(link.readlink()) in sockets:
                process = link.parents[1]
                return int(process.name), (process / "comm").read_text().strip()
        except OSError:  # another user's, or gone
            continue
    return None


def _listening(number: int) -> Iterator[str]:
    """The inodes of the sockets that listen on a port: proc_net_tcp(5)."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            words = line.split()
            if words[3] == "0A" and int(words[1].rpartition(":")[2], 16) == number:
                yield words[9]


def queue(destination: "Destination") -> Iterator[Finding]:
    """Whether a message queue lets us in, and has the exchange or a stream that is one; it is sent no message."""
    from inspector.model import Failure, InspectorError
    from inspector.publisher import PublishingError

    url = destination.address
    try:
        fact, took = asyncio.run(_looked(replace(destination, timeout=_PATIENCE)))
    except InspectorError as error:
        yield Finding("queue", "fail", error.title, error.hint)
    except PublishingError as error:
        there = error.failure is not Failure.NOT_THERE
        fix = "Mend on the server what it says, or correct the address" if there else _START
        yield Finding("queue", "fail", f"{url}: {error.words}", fix)
    except TimeoutError:
        yield Finding("queue", "fail", f"{url}: no answer within {_PATIENCE:g} s", _START)
    else:
        yield Finding("queue", "ok", f"{url}: {fact}, answered in {took * 1000:.0f} ms")


async def _looked(destination: "Destination") -> tuple[str, float]:
    from inspector.publisher import Publisher

    publisher, begun = Publisher(clock.now), time.perf_counter()
    try:
        return await publisher.look(destination), time.perf_counter() - begun
    finally:
        await publisher.close()


def app(destination: "Destination") -> Iterator[Finding]:
    """Whether the app answers, what it answers to a HEAD, which asks it to do nothing, and what time it has."""
    parts, url = urlsplit(destination.url), destination.address
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_PATIENCE)
    begun = time.perf_counter()
    try:
        connection.request("HEAD", parts.path or "/", headers={"User-Agent": "inspector"})
        response = connection.getresponse()
    except ssl.SSLError as error:
        fact = f"{url}: the TLS connection failed: {getattr(error, 'verify_message', '') or error.reason}"
        yield Finding("app", "fail", fact, "Use http:// on this machine, or a certificate that it trusts")
        return
    except (OSError, http.client.HTTPException) as error:
        yield Finding("app", "fail", f"{url}: {_why(error)}", "Start your app, or correct the address")
        return
    finally:
        connection.close()
    took = (time.perf_counter() - begun) * 1000
    yield _answered(url, response.status, took)
    yield from _clocks(response.headers.get("Date", ""))


def _why(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "the name is not known"
    if isinstance(error, TimeoutError):
        return f"no answer within {_PATIENCE:g} s"
    if isinstance(error, http.client.HTTPException):
        return f"what listens there does not speak HTTP ({type(error).__name__})"
    return (getattr(error, "strerror", "") or str(error)).lower()


def _answered(url: str, status: int, took: float) -> Finding:
    fact = f"{url} answers {status} to HEAD in {took:.0f} ms"
    if status >= 500:
        return Finding("app", "warn", fact, "Look into your app's log: a processor would send again")
    if status in (404, 405, 501):
        return Finding("app", "ok", fact + ", as it may where there is a route for POST only")
    if status in (401, 403):
        return Finding(
            "app", "warn", fact, "A webhook's route must not ask for a login: it is the signature that counts"
        )
    return Finding("app", "ok", fact)


def _clocks(date: str) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except ValueError:  # none, or none that RFC 9110 knows
        return
    apart = clock.now() - theirs
    if abs(apart) <= _SKEW:
        yield Finding("clock", "ok", "this machine and the app have the same time")
        return
    fact = f"this machine is {abs(apart):,.0f} s {'ahead of' if apart > 0 else 'behind'} the app"
    yield Finding("clock", "warn", fact, "Set the clock that is wrong: signatures are good for a few minutes only")


def ngrok(settings: "Settings") -> Finding:
    """Whether a tunnel could be opened: the agent, and the token of an account."""
    from inspector.settings import NGROK
    from inspector.tunnel import agent_path, token_of

    place = agent_path()
    if place is None:
        return Finding("ngrok", "fail", "its agent is not on this machine", "Install it: https://ngrok.com/download")
    if not token_of(settings.of(NGROK).get("authtoken", "")):
        fix = "inspector secrets set ngrok; it stands on https://dashboard.ngrok.com/get-started/your-authtoken"
        return Finding("ngrok", "fail", f"{place} has no token of an account", fix)
    return Finding("ngrok", "ok", f"{place}, with a token")


def tunnel(options: "Options") -> Finding:
    """Whether a request that goes out through the public address comes back to the receiver's port."""
    from inspector.model import InspectorError
    from inspector.tunnel import check_public_url

    try:
        url = check_public_url(options.public_url or "")
        found = asyncio.run(_round_trip(url, options))
    except InspectorError as error:
        return Finding("tunnel", "fail", error.title, error.hint)
    if found.problem:
        return Finding("tunnel", "fail", f"{url}: {found.problem}", found.hint)
    return Finding("tunnel", "ok", f"{url} comes back in {found.elapsed * 1000:.0f} ms")


async def _round_trip(url: str, options: "Options") -> "RoundTrip":
    """By the receiver that runs on this data folder, else by one that is there for this moment."""
    from inspector.receiver import Receiver
    from inspector.tunnel import round_trip
    from inspector.workspace.attach import running

    if (other := running(options.data)) is not None:
        return await round_trip(url, other.token)
    receiver = Receiver(_not_now, clock.now, options.max_body)
    await receiver.start(options.host, options.port)
    try:
        return await round_trip(url, receiver.token)
    finally:
        await receiver.stop()


async def _not_now(request: "CapturedRequest", connector: str | None, label: str) -> "Acknowledgement":
    """A delivery that comes while the doctor looks is refused, so that it is sent again."""
    from inspector.model import InspectorError

    raise InspectorError("The doctor is looking, and nothing is kept")
