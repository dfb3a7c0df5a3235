"""Whether the world reaches us: a request of our own goes out through the public address, and has to come back."""

import secrets
import ssl
import time
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import certifi
import msgspec

from inspector.core.round_trip import HEADER, proof
from inspector.model import InspectorError, visible
from inspector.tunnel.errors import told

__all__ = ["RoundTrip", "check_public_url", "round_trip"]

_PATIENCE: Final = 10.0  # seconds
# ngrok's free plan shows browsers a page of its own first; this header says that we are none.
_SKIP: Final = {"ngrok-skip-browser-warning": "1", "User-Agent": "inspector"}


class RoundTrip(msgspec.Struct, frozen=True):
    """What became of one: `elapsed` seconds where it came back, else the reason in words and what to do."""

    elapsed: float = 0.0
    problem: str = ""
    hint: str = ""


def check_public_url(url: str) -> str:
    """The address without its last slash. Raises InspectorError for one that nobody could reach."""
    text = url.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.query
    except ValueError:  # a port that is no number, a bracket that is not closed
        usable = False
    if not usable:
        hint = "Example: https://webhooks.example.com"
        raise InspectorError(f"{url!r} is not a public address", hint=hint, exit_code=2)
    return text


async def round_trip(url: str, token: str, patience: float = _PATIENCE) -> RoundTrip:
    """Go out through `url` and come back to the receiver that has the token. Never raises."""
    word = secrets.token_hex(16)
    begun = time.perf_counter()
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    timeout = aiohttp.ClientTimeout(total=patience)
    try:
        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context), timeout=timeout, trust_env=True) as web,
            web.post(url, data=b"", headers={HEADER: word, **_SKIP}, allow_redirects=False) as response,
        ):
            elapsed = time.perf_counter() - begun
            if response.headers.get(HEADER) == proof(token, word):
                return RoundTrip(elapsed)
            return _astray(response)
    except TimeoutError:
        return RoundTrip(problem=f"no answer within {patience:g} s", hint="Is the tunnel running?")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return _unreached(url, error)


def _astray(response: aiohttp.ClientResponse) -> RoundTrip:
    """Somebody answered, and it was not our receiver."""
    ngrok = response.headers.get("ngrok-error-code", "")
    if HEADER in response.headers:
        return RoundTrip(
            problem="another Inspector answered", hint="Point the tunnel at the port of this one, or look there"
        )
    if 300 <= response.status < 400:
        to = visible(response.headers.get("location", "nowhere"), 100)
        return RoundTrip(problem=f"it was sent on to {to} ({response.status})", hint="Name the address behind it")
    if ngrok:
        said = told([f"ngrok answered {response.status}: {ngrok}"])
        return RoundTrip(problem=said.detail, hint=said.hint)
    if response.status in (502, 503, 504):
        hint = "Point it at the address on which Inspector listens"
        return RoundTrip(problem=f"the tunnel answered {response.status}: it does not reach the receiver", hint=hint)
    hint = "Point the tunnel at the receiver, with every path, every header and POST"
    return RoundTrip(problem=f"something else answered {response.status}", hint=hint)


def _unreached(url: str, error: Exception) -> RoundTrip:
    host = urlsplit(url).hostname
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return RoundTrip(problem=f"the name {host} is not known", hint="Is the network there, and the name right?")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return RoundTrip(
            problem=f"the TLS connection to {host} failed", hint="A processor refuses such a certificate, too"
        )
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, ConnectionRefusedError):
        return RoundTrip(problem=f"nothing listens on {host}", hint="Start the tunnel")
    return RoundTrip(problem=visible(str(error) or type(error).__name__, 200), hint="Is the tunnel running?")
