"""What is fuzzed: functions of bytes that raise for nothing but a fault, each with the inputs to begin with."""

import atexit
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from inspector.app.present import curl
from inspector.cli.output import encode
from inspector.cli.requests import answer_line
from inspector.core import EventService, parse_query
from inspector.core.compile import compile_document
from inspector.core.http_file import read_http, write_http
from inspector.core.mistakes import read_document
from inspector.fixtures import har_text, requests_in
from inspector.fixtures.kept import Kept
from inspector.model import CapturedRequest, InspectorError, Verdict, visible
from inspector.store import Store
from tests.connectors.shared import CONNECTORS, FOLDER, NOW, SAMPLES, SETTINGS, handle, service, signed
from tests.core.foreign import sound

__all__ = ["TARGETS", "Target"]

_EACH: Final = 2  # samples of a connector to begin with


class Target(msgspec.Struct, frozen=True):
    """A function to try, and what it is given first."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]


@cache
def _signed(connector: str) -> tuple[CapturedRequest, ...]:
    """The first samples of a connector, signed."""
    return tuple(signed(connector, each.request) for each in SAMPLES if each.connector == connector)[:_EACH]


def _requests(connectors: Iterable[str] = CONNECTORS) -> Iterator[bytes]:
    for name in connectors:
        for request in _signed(name):
            yield write_http(request)


def _handled(name: str | None) -> Callable[[bytes], None]:
    """Handle the request of a .http file as a connector's, or as whose it is by its path."""

    def run(content: bytes) -> None:
        try:
            request = read_http(content, NOW)
        except InspectorError:
            return
        called = name or request.path.split("/")[1]
        known = called if called in CONNECTORS else None
        own = SETTINGS.get(known or "", {})
        inspection = sound(service().handle(request, known, own, NOW))
        encode(msgspec.to_builtins(inspection))
        if known is not None:
            _proven(known, inspection.verification.verdict, inspection.verification.signed_text)

    return run


def _proven(name: str, verdict: Verdict, text: bytes | None) -> None:
    """Nobody can forge: what is valid under the throwaway secrets has the very text that was signed with them."""
    if verdict is Verdict.VALID and text is not None:
        assert text in _texts(name), text


@cache
def _texts(name: str) -> frozenset[bytes | None]:
    """Every text that was signed for a connector in what its targets begin with."""
    verdicts = [each for request in _signed(name) for each in _verifications(name, request)]
    return frozenset(text for _, text in verdicts)


def _verifications(name: str, request: CapturedRequest) -> Iterator[tuple[Verdict, bytes | None]]:
    inspection = handle(name, request)
    for each in (inspection.verification, *(event.verification for event in inspection.events)):
        yield each.verdict, each.signed_text


def _forged(content: bytes) -> None:
    """Change a signed request: a byte says whose, and the rest which bytes to cut out and to put in."""
    if len(content) < 4:
        return
    names = list(CONNECTORS)
    name = names[content[0] % len(names)]
    requests = _signed(name)
    if not requests:
        return
    whole = write_http(requests[content[1] % len(requests)])
    at = int.from_bytes(content[1:3]) % (len(whole) + 1)
    changed = whole[:at] + content[4:] + whole[at + content[3] % 40 :]
    try:
        request = read_http(changed, NOW)
    except InspectorError:
        return
    sound(handle(name, request))
    for verdict, text in _verifications(name, request):
        _proven(name, verdict, text)


@cache
def _store() -> Store:
    """A store with nothing in it, which goes away with the process."""
    folder = TemporaryDirectory()
    store = Store.open(Path(folder.name), "fuzz")
    atexit.register(folder.cleanup)
    atexit.register(store.close)
    return store


def _filtered(content: bytes) -> None:
    """Any filter is understood or has a mistake in it, and SQLite takes what becomes of it."""
    text = content.decode("utf-8", "surrogateescape")  # as the command line gives it
    query = parse_query(text)
    places = [(each.start, each.end) for each in query.terms] + [(each.start, each.end) for each in query.mistakes]
    for start, end in places:
        assert 0 <= start < end <= len(text)
    assert len(_store().ids(query, NOW)) == 0


def _file(content: bytes) -> None:
    """A .http file is a request or a mistake, and what was read is written and read as the same."""
    try:
        request = read_http(content, NOW)
    except InspectorError:
        return
    assert read_http(write_http(request), NOW) == request


def _imported(content: bytes) -> None:
    """What another tool wrote is requests that HTTP could have brought, or a mistake in words."""
    try:
        found = requests_in(content, "file", NOW)
    except InspectorError:
        return
    for request in found:
        line = curl(request).replace("\n", " ")
        assert visible(line) == line
        kept = Kept(path=FOLDER, documents=FOLDER, request=request, service=service(), connector=None, settings={})
        sound(kept.inspect())
        encode(har_text([(kept, None)]))


def _documented(content: bytes) -> None:
    """A document is compiled, or has mistakes with lines; what compiles handles a request."""
    document, mistakes = read_document(content.decode("utf-8", "replace"))
    assert (document is None) == bool(mistakes)
    for each in mistakes:
        assert each.line >= 1
        assert each.what
    if document is not None:
        request = CapturedRequest(url="http://h/x", headers=(("Content-Type", "application/json"),), body=b'{"id": 1}')
        sound(EventService({document.name: compile_document(document)}).handle(request, document.name, {}, NOW))


def _lines() -> Iterator[bytes]:
    """Lines of `handle --jsonl`, with every setting that a connector has."""
    for name in CONNECTORS:
        for request in _signed(name)[:1]:
            line = {
                "connector": name,
                "method": request.method,
                "url": request.url,
                "headers": [list(pair) for pair in request.headers],
                "body": request.body.decode("utf-8", "replace"),
                "settings": dict(SETTINGS[name]),
                "received_at": NOW,
            }
            yield json.dumps(line).encode()


def _answered(content: bytes) -> None:
    """Any line has an answer, and the answer is JSON."""
    json.loads(encode(answer_line(service(), content, NOW)))


def _archives() -> Iterator[bytes]:
    """What other tools write."""
    for name in ("stripe", "adyen", "braintree"):
        for request in _signed(name):
            kept = Kept(path=FOLDER, documents=FOLDER, request=request, service=service(), connector=None, settings={})
            yield encode(har_text([(kept, None)]))
            yield curl(request).encode()
            yield write_http(request)
    yield b'{"object": "list", "data": [{"object": "event", "id": "evt_1", "created": 1767225600}]}'
    yield b'curl -X POST http://127.0.0.1/stripe -H "A: b" -d x=1 --data-raw "y" --url http://h/'


_FILTERS: Final = (
    b"connector:stripe type:refund native:charge.* signature:invalid amount:>100 currency:EUR id:pi_3O",
    b'status:failed app:5xx is:duplicate since:10m label:x -word "two words" amount:<=19.99',
)

TARGETS: Final = {
    "handle": Target(_handled(None), _requests),
    "signatures": Target(_forged, lambda: [bytes((number, 0, 40, 1)) + b'"' for number in range(len(CONNECTORS))]),
    "filter": Target(_filtered, lambda: _FILTERS),
    "http-file": Target(_file, _requests),
    "import": Target(_imported, _archives),
    "document": Target(_documented, lambda: (path.read_bytes() for path in sorted(FOLDER.glob("*/connector.toml")))),
    "jsonl": Target(_answered, _lines),
    **{f"handle-{name}": Target(_handled(name), lambda name=name: _requests([name])) for name in CONNECTORS},  # type: ignore[misc]
}
"""By name. Those of single connectors come last: `make fuzz` runs the first ones, where it is not told otherwise."""
