"""Sending one request over HTTP, byte for byte, and what came back."""

import http.client
import ssl
import time
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from inspector.model import CapturedRequest, Headers, InspectorError

__all__ = ["Answer", "send"]

_OURS = ("host", "content-length", "connection", "transfer-encoding")


@dataclass(frozen=True)
class Answer:
    """What the other side answered; `elapsed` is in seconds."""

    status: int
    reason: str
    headers: Headers
    body: bytes
    elapsed: float


def send(request: CapturedRequest, timeout: float = 30.0) -> Answer:
    """Send the request to its address. Raises InspectorError, in words, where no answer comes."""
    parts = urlsplit(request.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    begun = time.perf_counter()
    try:
        _write(connection, request)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise _in_words(error, f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", timeout) from None
    finally:
        connection.close()
    elapsed = time.perf_counter() - begun
    return Answer(response.status, response.reason, tuple(response.getheaders()), body, elapsed)


def _write(connection: http.client.HTTPConnection, request: CapturedRequest) -> None:
    parts = urlsplit(request.url)
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(request.method, target, skip_accept_encoding=True)
    for name, value in request.headers:
        if name.lower() not in _OURS:
            connection.putheader(name, value.encode("utf-8", "surrogateescape"))
    connection.putheader("Content-Length", str(len(request.body)))
    connection.endheaders(request.body)


def _in_words(error: Exception, where: str, timeout: float) -> InspectorError:
    if isinstance(error, ConnectionRefusedError):
        return InspectorError(f"Nothing listens on {where}", hint="Start the receiver first: inspector listen")
    if isinstance(error, TimeoutError):
        return InspectorError(f"{where} did not answer within {timeout:g} s")
    if isinstance(error, ssl.SSLError):
        return InspectorError(f"{where}: the TLS connection failed", str(error.reason or error))
    if isinstance(error, OSError) and error.strerror:
        return InspectorError(f"{where} cannot be reached", error.strerror)
    return InspectorError(f"{where} did not answer in HTTP", str(error))
