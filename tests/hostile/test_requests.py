"""Requests that are no requests: what HTTP itself can be misused for, over a socket, at the real receiver."""

import gzip
import json
import re
import socket
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from inspector.model import CapturedRequest, visible
from tests.cli.running import Listening, listening
from tests.connectors.shared import CONNECTORS, handle, service
from tests.core.foreign import received, sound

HIDDEN = b"POST /adyen HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n{} "
every_connector = pytest.mark.parametrize("name", CONNECTORS)


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    """A receiver; what it writes to its log speaks to no terminal, whatever was sent to it."""
    with listening("--json", home=tmp_path_factory.mktemp("home")) as running:
        yield running
        _, _, told = running.stop()
        assert "Traceback" not in told
        assert all(visible(line) == line for line in told.splitlines())


def sent(receiver: Listening, raw: bytes) -> tuple[list[int], list[dict[str, Any]]]:
    """Send bytes, and read until the receiver closes: the statuses that were answered, and what came to be stored."""
    with socket.create_connection(("127.0.0.1", receiver.port), 10) as connection, connection.makefile("rb") as file:
        connection.sendall(raw)
        answer = file.read()
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]
    assert receiver.post("/stripe/end", b"{}")[0] == 200
    stored: list[dict[str, Any]] = []
    while not (found := receiver.json())["url"].endswith("/stripe/end"):
        stored.append(found)
    return statuses, stored


def head(*lines: bytes, target: bytes = b"/stripe") -> bytes:
    """A request line and headers."""
    return b"\r\n".join([b"POST " + target + b" HTTP/1.1", b"Host: 127.0.0.1", *lines, b"", b""])


AMBIGUOUS = {
    "a length and chunks": head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + HIDDEN,
    "chunks and a length": head(b"Transfer-Encoding: chunked", b"Content-Length: 5") + b"0\r\n\r\n" + HIDDEN,
    "two lengths": head(b"Content-Length: 0", b"Content-Length: 58") + HIDDEN,
    "a list of lengths": head(b"Content-Length: 0, 58") + HIDDEN,
    "a length with a sign": head(b"Content-Length: +58") + HIDDEN,
    "a negative length": head(b"Content-Length: -1") + HIDDEN,
    "a length in hexadecimal": head(b"Content-Length: 0x3a") + HIDDEN,
    "a length with an underscore": head(b"Content-Length: 5_8") + HIDDEN,
    "a length of other digits": head("Content-Length: ٥".encode()) + HIDDEN,
    "chunks, misspelt": head(b"Transfer-Encoding: xchunked") + b"0\r\n\r\n" + HIDDEN,
    "chunks, and something after": head(b"Transfer-Encoding: chunked, identity") + b"0\r\n\r\n" + HIDDEN,
    "chunks twice": head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked") + b"0\r\n\r\n" + HIDDEN,
    "chunks behind a tab": head(b"Transfer-Encoding:\x0bchunked") + b"0\r\n\r\n" + HIDDEN,
    "a blank before the colon": head(b"Transfer-Encoding : chunked") + b"0\r\n\r\n" + HIDDEN,
    "a header on two lines": head(b"X-A: b", b" Transfer-Encoding: chunked") + HIDDEN,
    "a chunk's size with a sign": head(b"Transfer-Encoding: chunked") + b"+0\r\n\r\n" + HIDDEN,
    "a chunk's size of 20 digits": head(b"Transfer-Encoding: chunked") + b"f" * 20 + b"\r\n" + HIDDEN,
    "a chunk that is longer than it says": head(b"Transfer-Encoding: chunked") + b"1\r\nab\r\n0\r\n\r\n" + HIDDEN,
    "a zero in a name": head(b"X-\0: a") + HIDDEN,
    "a zero in a value": head(b"X-A: \0") + HIDDEN,
    "a carriage return alone": head(b"X-A: b\rTransfer-Encoding: chunked") + HIDDEN,
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a name that begins with @": head(b"@/etc/passwd: x") + HIDDEN,
}


@pytest.mark.parametrize("raw", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_request_with_two_meanings_is_none(receiver: Listening, raw: bytes) -> None:
    """Two readers of the same bytes could see two requests: it is refused, the connection closed, and the one that was
    hidden behind it never looked at."""
    statuses, stored = sent(receiver, raw)
    assert statuses == [400]
    assert stored == []


@pytest.mark.parametrize(
    ("target", "url"),
    [
        (b"http://h.example/stripe/x?a=1", "http://h.example/stripe/x?a=1"),  # RFC 9112, 3.2.2: counts before Host
        (b"/stripe/x/http://evil.example/adyen", "http://127.0.0.1/stripe/x/http://evil.example/adyen"),
        (b"//evil.example/stripe", "http://127.0.0.1//evil.example/stripe"),
        (b"/stripe/../adyen", "http://127.0.0.1/stripe/../adyen"),
        (b"/stripe/%2e%2e%2fadyen%00%0d%0a", "http://127.0.0.1/stripe/%2e%2e%2fadyen%00%0d%0a"),
        (b"/stripe/@evil.example:1", "http://127.0.0.1/stripe/@evil.example:1"),
    ],
)
def test_an_address_of_any_form_is_one_address(receiver: Listening, target: bytes, url: str) -> None:
    """A whole address, dots or a user in the request line are shown as they came, and lead nowhere else."""
    statuses, stored = sent(receiver, head(b"Content-Length: 2", b"Connection: close", target=target) + b"{}")
    assert statuses == [200]
    assert [each["url"] for each in stored] == [url]


@pytest.mark.parametrize("host", [b"a b", b"a/../b", b"user@evil", b"\xff\x9b31m", b"x?y#z", b""])
def test_a_host_that_is_none_is_shown_as_a_header_only(receiver: Listening, host: bytes) -> None:
    """What stands in Host and could not stand in an address does not become a part of one."""
    raw = b"POST /stripe HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
    statuses, stored = sent(receiver, raw)
    assert statuses in ([200], [400])
    assert [each["url"] for each in stored] == ["http://localhost/stripe"] * (statuses == [200])


def test_ten_thousand_headers_are_refused_and_nothing_else_is(receiver: Listening) -> None:
    """The one request has its 400; the next is received."""
    lines = [f"X-{number}: {number}".encode() for number in range(10_000)]
    statuses, stored = sent(receiver, head(*lines, b"Content-Length: 2", b"Connection: close") + b"{}")
    assert statuses == [400]
    assert stored == []


def test_many_parts_are_bytes(receiver: Listening) -> None:
    """A body of many parts, with file names that lead elsewhere, is kept as it came; no part of it becomes a file."""
    part = b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../pwned"\r\n\r\nb\r\n'
    body = part * 1000 + b"--x--\r\n"
    lines = b"Content-Type: multipart/form-data; boundary=x", f"Content-Length: {len(body)}".encode()
    statuses, stored = sent(receiver, head(*lines, b"Connection: close") + body)
    assert statuses == [200]
    assert "not JSON" in json.dumps(stored[0]["problems"])


def bomb(layers: int, size: int = 256 * 1024**2) -> bytes:
    """A body that unpacks to so many bytes, packed so many times."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    content = b"".join(packer.compress(bytes(1024**2)) for _ in range(size // 1024**2)) + packer.flush()
    for _ in range(layers - 1):
        content = gzip.compress(content)
    return content


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_what_was_packed_beyond_measure_stays_packed(layers: int) -> None:
    """What unpacks to more than is allowed is shown with the reason, and takes no more room than is allowed."""
    packed = bomb(layers)
    request = received(packed, ("Content-Encoding", ", ".join(["gzip"] * layers)))
    tracemalloc.start()
    try:
        inspection = sound(handle("stripe", request))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "unpacks to more than" in inspection.problems[0].what
    assert most < 64 * 1024**2


def test_ten_thousand_codings_are_one_too_many() -> None:
    """A list of codings without an end is read as far as it makes sense."""
    for coding in ("gzip," * 10_000, "identity," * 10_000, "," * 100_000, "gzip;q=" + "9" * 10_000):
        sound(handle("stripe", received(gzip.compress(b"{}"), ("Content-Encoding", coding))))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
XML = {
    "a billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><notification><kind>&l29;</kind></notification>',
    "a file": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><notification><kind>&f;</kind></notification>',
    "an address": '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><notification/>',
    "a parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil.example/p">%p;]><notification/>',
    "one long entity": f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]><notification>{"&a;" * 10_000}</notification>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-7", "utf-32"])
@pytest.mark.parametrize("text", XML.values(), ids=XML)
def test_xml_declares_nothing(text: str, encoding: str) -> None:
    """Entities, document types and what they would fetch or grow to are refused, in whatever encoding they come."""
    for begun in ("", f'<?xml version="1.0" encoding="{encoding}"?>'):
        body = (begun + text).encode(encoding)
        inspection = sound(service().handle(received(body, ("Content-Type", "application/xml"))))
        assert inspection.events == ()
        assert "root:" not in str(inspection)


@pytest.mark.parametrize("depth", [150, 300, 100_000])
def test_deep_xml_is_no_error(depth: int) -> None:
    """Elements within elements without an end are read as far as the limit."""
    body = b"<a>" * depth + b"</a>" * depth
    sound(service().handle(received(body, ("Content-Type", "text/xml"))))


ODD = {
    "100,000 lists": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "no number": b'{"id": NaN, "type": Infinity, "created": -Infinity}',
    "a huge exponent": b'{"id": 1e99999999999999999999, "created": -1e-99999999999, "amount": 1E+400}',
    "a million digits": b'{"id": ' + b"9" * 1_000_000 + b', "amount": 0.' + b"1" * 1_000_000 + b"}",
    "half a character": rb'{"id": "\ud800", "type": "\udfff\ud800", "\ud800": 1}',
    "a zero": b'{"id": "\\u0000", "type": "a\\u0000b"}',
    "100,000 members": b"{" + b",".join(b'"%d":1' % number for number in range(100_000)) + b"}",
    "one key 100,000 times": b"{" + b",".join([b'"id":1'] * 100_000) + b"}",
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD)
@every_connector
def test_odd_json_is_no_error(name: str, body: bytes) -> None:
    """What a parser could choke on is read, or a problem with a reason, at every processor's path."""
    asked = received(body, ("Content-Type", "application/json"), url=f"http://h/{name}")
    inspection = sound(handle(name, asked))
    assert inspection.problems or inspection.events
    assert not inspection.source_verified


@pytest.mark.parametrize("more", [b"", b', "x": NaN'])
def test_of_a_key_that_stands_twice_the_last_counts(more: bytes) -> None:
    """As in the apps that such a message is meant to deceive: what is shown is what they see, by either parser."""
    body = b'{"id": "first", "id": "last", "type": "ping"' + more + b"}"
    inspection = handle("stripe", CapturedRequest(body=body))
    assert [event.event_id for event in inspection.events] == ["last"]


def test_after_all_that_the_receiver_is_there(receiver: Listening) -> None:
    """It answers as ever."""
    assert receiver.post("/stripe", b"{}")[0] == 200
    receiver.json()
    assert receiver.process.poll() is None
