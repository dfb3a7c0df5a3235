"""Keys from the network: a PayPal certificate and a TrueLayer key set, from a server and an authority of our own."""

import asyncio
import json
import socket
import ssl
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import certifi
import msgspec
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from inspector import keys
from inspector.core import sign
from inspector.keys import Keys
from inspector.model import CapturedRequest, Verdict
from inspector.settings import load_settings
from inspector.workspace import Options, Workspace
from tests.connectors.shared import CONNECTORS, sample

TODAY = datetime.now(UTC)  # noqa: TID251 - TLS judges certificates by the real clock
NOW = TODAY.timestamp()
CERTIFICATE = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42"
KEY_SET = "https://webhooks.truelayer.com/.well-known/jwks"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Identity(NamedTuple):
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def private(self) -> bytes:
        """The key."""
        return _private(self.key)


def _private(key: Any) -> bytes:
    own = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return bytes(key.private_bytes(serialization.Encoding.PEM, *own))


def issued(name: str, by: Identity | None = None, *hosts: str, authority: bool = False, days: int = 30) -> Identity:
    """A certificate for a name, valid until `days` from now, by another one or by itself."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY - timedelta(days=60))
        .not_valid_after(TODAY + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in (name, *hosts)]), critical=False)
    )
    return Identity(builder.sign(by.key if by else key, hashes.SHA256()), key)


ROOT = issued("Test Root", authority=True)
SERVER = issued("api.paypal.com", ROOT, "webhooks.truelayer.com")
PAYPAL = issued("messageverificationcerts.paypal.com", ROOT)
P521 = ec.generate_private_key(ec.SECP521R1())


def key_set(kid: str = "45fc75cf") -> bytes:
    """The public key as TrueLayer publishes its own."""
    numbers = P521.public_key().public_numbers()
    x, y = (urlsafe_b64encode(each.to_bytes(66)).decode().rstrip("=") for each in (numbers.x, numbers.y))
    return json.dumps({"keys": [{"kty": "EC", "kid": kid, "crv": "P-521", "alg": "ES512", "x": x, "y": y}]}).encode()


class Everywhere(AbstractResolver):
    """Every name is our own server."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        """Our address, whatever the name."""
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self._port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Nothing is open."""


@asynccontextmanager
async def network(monkeypatch: pytest.MonkeyPatch, answer: Answer, folder: Path) -> AsyncIterator[list[str]]:
    """A network in which `answer` stands behind every name, and whose authority is ours; what was asked."""
    asked: list[str] = []

    async def counted(request: web.Request) -> web.StreamResponse:
        asked.append(str(request.url))
        return await answer(request)

    server = web.Application()
    server.router.add_get("/{path:.*}", counted)
    runner = web.AppRunner(server)
    await runner.setup()
    place = folder / "server.pem"
    place.write_bytes(SERVER.private + SERVER.pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(place)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    trusted = ssl.create_default_context(cadata=ROOT.pem.decode())
    port = int(runner.addresses[0][1])
    monkeypatch.setattr(keys, "connector", lambda: aiohttp.TCPConnector(ssl=trusted, resolver=Everywhere(port)))
    monkeypatch.setattr(certifi, "contents", ROOT.pem.decode)
    yield asked
    await runner.cleanup()


async def good(request: web.Request) -> web.Response:
    """What the two processors answer with."""
    return web.Response(body=key_set() if request.path.endswith("jwks") else PAYPAL.pem)


def paypal(address: str = CERTIFICATE, by: Identity = PAYPAL) -> CapturedRequest:
    """A webhook signed with PayPal's key, which names the address of its certificate."""
    unsigned = sample("paypal", "PAYMENT.CAPTURE.COMPLETED").with_headers({"PAYPAL-CERT-URL": address})
    settings = {"webhook_id": "WH-1", "signing_key": by.private.decode()}
    return msgspec.structs.replace(sign(CONNECTORS["paypal"], unsigned, settings, NOW), received_at=NOW)


def truelayer(kid: str = "45fc75cf") -> CapturedRequest:
    """A webhook signed with TrueLayer's key, which names the address of its key set."""
    settings = {"jwks": key_set(kid).decode(), "signing_key": _private(P521).decode()}
    return sign(CONNECTORS["truelayer"], sample("truelayer", "payment_settled"), settings, NOW)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Workspace]:
    """A workspace that has PayPal's webhook id and nothing else."""
    settings = load_settings(CONNECTORS, {"INSPECTOR_PAYPAL_WEBHOOK_ID": "WH-1"})
    workspace = await Workspace.open(Options(data=folder, port=0), lambda _: settings)
    try:
        yield workspace
    finally:
        await workspace.close()


async def verdict(workspace: Workspace, request: CapturedRequest, connector: str = "paypal") -> tuple[str, str]:
    """Verdict and reason once the keys were fetched. The row stood there before, and the processor had its answer."""
    changes = workspace.changes()
    waiting = asyncio.ensure_future(anext(changes))
    await asyncio.sleep(0)
    assert (await workspace.receive(request, connector, "")).status_code == 200
    number = workspace.last_id()
    assert workspace.rows([number])[0].verdict == Verdict.KEY_NEEDED
    while number not in (await waiting).verified:
        waiting = asyncio.ensure_future(anext(changes))
    (row,) = workspace.rows([number])
    assert workspace.delivery(number).inspection.verification.verdict == row.verdict
    return row.verdict, row.reason


async def test_a_row_turns_from_key_needed_to_its_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both processors; one fetch each, whatever number of deliveries; a changed byte is INVALID at once."""
    async with network(monkeypatch, good, tmp_path) as asked, opened(tmp_path) as workspace:
        found, reason = await verdict(workspace, paypal())
        assert (found, "whose chain holds" in reason) == ("VALID", True)
        assert (await verdict(workspace, truelayer(), "truelayer"))[0] == "VALID"
        for request, connector in ((paypal(), "paypal"), (truelayer(), "truelayer")):
            await workspace.receive(request, connector, "")
            assert workspace.rows([workspace.last_id()])[0].verdict == "VALID"
            changed = msgspec.structs.replace(request, body=request.body.replace(b'"', b'" ', 1))
            await workspace.receive(changed, connector, "")
            assert workspace.rows([workspace.last_id()])[0].verdict == "INVALID"
        assert sorted(asked) == [CERTIFICATE, KEY_SET]


async def test_what_was_fetched_is_kept_for_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a restart, without the network; the next day it is fetched anew; a damaged file is as good as none."""
    now = NOW
    async with network(monkeypatch, good, tmp_path) as asked:
        first = Keys(tmp_path / "keys", lambda: now)
        assert await asyncio.gather(*[first.fetch(KEY_SET) for _ in range(20)]) == [""] * 20
        assert first.known()[KEY_SET] == key_set()
        again = Keys(tmp_path / "keys", lambda: now)
        assert again.known()[KEY_SET] == key_set()
        now += 25 * 60 * 60
        assert KEY_SET not in again.known()
        assert KEY_SET not in Keys(tmp_path / "keys", lambda: now).known()
        assert await again.fetch(KEY_SET) == ""
        assert len(asked) == 2
        for place in (tmp_path / "keys").iterdir():
            place.write_bytes(b"{")
        assert KEY_SET not in Keys(tmp_path / "keys", lambda: now).known()
        await first.close()
        await again.close()


def answering(status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    """A server that answers so."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    return answer


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (answering(404), "the answer was 404"),
        (answering(302, headers={"Location": "https://paypal.com.evil.example/cert"}), "the answer was 302"),
        (answering(302, headers={"Location": CERTIFICATE + "1"}), "the answer was 302"),
        (answering(body=b"-" * 300_000), "the answer is larger than 262,144 bytes"),
    ],
)
async def test_what_cannot_be_had_is_said_in_the_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, words: str
) -> None:
    """Redirects are not followed, not even to the processor itself; the same address is not asked again at once."""
    async with network(monkeypatch, answer, tmp_path) as asked, opened(tmp_path) as workspace:
        for _ in range(2):
            found, reason = await verdict(workspace, paypal())
            assert found == "KEY_NEEDED"
            assert reason.endswith(f"It could not be had: {words}.")
        assert asked == [CERTIFICATE]


async def test_a_server_that_does_not_answer_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The processor has its answer long before the time is over."""

    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await asyncio.sleep(60)
        return response

    monkeypatch.setattr(keys, "_TIMEOUT", 0.2)
    async with network(monkeypatch, slow, tmp_path), opened(tmp_path) as workspace:
        found, reason = await verdict(workspace, paypal())
        assert (found, "no answer within 0.2 s" in reason) == ("KEY_NEEDED", True)


async def test_a_server_of_an_unknown_authority_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The TLS connection fails."""
    async with network(monkeypatch, good, tmp_path) as asked:
        local = keys.connector()
        monkeypatch.setattr(keys, "connector", lambda: aiohttp.TCPConnector(resolver=local._resolver))
        found = Keys(tmp_path / "keys", lambda: NOW)
        assert "certificate verify failed" in await found.fetch(CERTIFICATE)
        assert asked == []
        await found.close()
        await local.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://evilpaypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://user:pass@api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://127.0.0.1/v1/notifications/certs/CERT-1",
        "https://[::1]/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/../../evil",
        "https://api.paypal.com/v1/notifications/certs/%2e%2e/evil",
        "https://api.paypal.com\\@evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/other/CERT-1",
        "file:///etc/passwd",
        "",
    ],
)
async def test_an_address_outside_the_rule_is_never_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """The sender names it, so it is INVALID and nothing is fetched."""
    async with network(monkeypatch, good, tmp_path) as asked, opened(tmp_path) as workspace:
        await workspace.receive(paypal(address), "paypal", "")
        assert workspace.rows([1])[0].verdict == "INVALID"
        assert asked == []


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        (issued("messageverificationcerts.paypal.com"), "does not end at a trusted root"),
        (issued("paypal.com.evil.example", ROOT), "none of the processor's names"),
        (issued("old.paypal.com", ROOT, days=-1), "not valid at that time"),
        (issued("one.paypal.com", issued("two.paypal.com", ROOT)), "does not end at a trusted root"),
    ],
)
async def test_a_certificate_that_proves_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identity: Identity, words: str
) -> None:
    """Of another authority, of another name, of another time; or one issued by who may not issue."""
    async with network(monkeypatch, answering(body=identity.pem), tmp_path), opened(tmp_path) as workspace:
        found, reason = await verdict(workspace, paypal(by=identity))
        assert (found, words in reason) == ("INVALID", True)


async def test_a_key_that_is_newer_than_the_set_is_asked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set that was fetched within the minute is not fetched again; a sender that invents ids makes no traffic."""
    async with network(monkeypatch, good, tmp_path) as asked, opened(tmp_path) as workspace:
        for number in range(5):
            found, reason = await verdict(workspace, truelayer(f"other-{number}"), "truelayer")
            assert (found, f"no P-521 key 'other-{number}'" in reason) == ("KEY_NEEDED", True)
        assert asked == [KEY_SET]


async def test_deliveries_that_waited_are_verified_when_the_key_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of this run when the network is back, those of another day at the start."""
    async with network(monkeypatch, answering(503), tmp_path), opened(tmp_path) as workspace:
        assert (await verdict(workspace, paypal()))[0] == "KEY_NEEDED"
    monkeypatch.setattr(keys, "_AGAIN", 0.0)
    async with network(monkeypatch, good, tmp_path), opened(tmp_path) as workspace:
        changes = workspace.changes()
        waiting = asyncio.ensure_future(anext(changes))
        await workspace.listen()
        while 1 not in (await waiting).verified:
            waiting = asyncio.ensure_future(anext(changes))
        assert workspace.rows([1])[0].verdict == "VALID"


async def test_a_sender_cannot_make_us_ask_for_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most so many addresses a minute."""
    async with network(monkeypatch, answering(404), tmp_path) as asked:
        found = Keys(tmp_path / "keys", lambda: NOW)
        problems = [await found.fetch(f"{CERTIFICATE}{number}") for number in range(20)]
        assert len(asked) == 16
        assert problems[-1] == "16 others were asked for within the last minute"
        await found.close()
