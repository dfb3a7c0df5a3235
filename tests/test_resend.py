"""Sending again: under a signature of now, with another body, and what came stays as it came."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec.structs import replace

from inspector.core import EventService, sign
from inspector.model import CapturedRequest, ForwardMode, InspectorError, Verdict
from inspector.workspace import editable, resend
from tests.connectors.shared import CONNECTORS, NOW, SETTINGS, sample
from tests.test_workspace import opened, succeeded


@asynccontextmanager
async def app(received: list[CapturedRequest]) -> AsyncIterator[str]:
    """The address of an app that keeps what it gets."""

    async def answer(request: web.Request) -> web.Response:
        headers = tuple(request.headers.items())
        received.append(CapturedRequest(url=str(request.url), headers=headers, body=await request.read()))
        return web.Response(status=202)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(application) as server:
        yield str(server.make_url("/hook"))


async def test_what_came_long_ago_is_valid_again(tmp_path: Path) -> None:
    """The app gets the same body under a signature of now; the attempt says that it was signed anew."""
    received: list[CapturedRequest] = []
    async with app(received) as url, opened(tmp_path) as workspace:
        await workspace.receive(succeeded(), "stripe", "")
        (attempt,) = await resend(workspace, 1, url)
        now = workspace.clock()
        stored = workspace.delivery(1)
    assert attempt.status_code == 202
    assert received[0].body == stored.request.body
    service = EventService(CONNECTORS)
    sent = replace(received[0], received_at=now)
    assert service.handle(stored.request, "stripe", SETTINGS["stripe"], now).verification.verdict is Verdict.EXPIRED
    assert service.handle(sent, "stripe", SETTINGS["stripe"], now).source_verified
    assert [each.mode for each in stored.attempts] == [ForwardMode.RESIGNED]
    assert stored.request.header("stripe-signature") == succeeded().header("stripe-signature")


async def test_another_body_is_signed_as_it_is_sent(tmp_path: Path) -> None:
    """The edited delivery is verified by the app; the stored one keeps its own body."""
    received: list[CapturedRequest] = []
    async with app(received) as url, opened(tmp_path, forward_to=url) as workspace:
        await workspace.receive(succeeded(), "stripe", "")
        body = succeeded().body.replace(b"4999", b"1")
        await resend(workspace, 1, body=body)
        stored, now = workspace.delivery(1), workspace.clock()
    assert received[0].body == body
    assert stored.request.body == succeeded().body
    assert stored.attempts[0].mode is ForwardMode.EDITED
    sent = replace(received[0], received_at=now)
    assert EventService(CONNECTORS).handle(sent, "stripe", SETTINGS["stripe"], now).source_verified


async def test_without_an_app_an_edited_delivery_comes_back_as_one_of_its_own(tmp_path: Path) -> None:
    """What the mapping makes of it can be seen at once; the first one has no attempt of it."""
    async with opened(tmp_path) as workspace:
        await workspace.listen()
        await workspace.receive(succeeded(), "stripe", "")
        await resend(workspace, 1, body=succeeded().body.replace(b"payment_intent.succeeded", b"charge.refunded"))
        assert workspace.total() == 2
        event = workspace.delivery(2).inspection.events[0]
        assert event.native_type == "charge.refunded"
        assert event.source_verified
        assert workspace.delivery(1).attempts == ()


async def test_a_compressed_body_is_edited_unpacked_and_sent_so(tmp_path: Path) -> None:
    """An editor shows text; the header that spoke of compression goes with it."""
    received: list[CapturedRequest] = []
    async with app(received) as url, opened(tmp_path, forward_to=url) as workspace:
        plain = succeeded()
        headers = (*plain.headers, ("Content-Encoding", "gzip"))
        await workspace.receive(replace(plain, body=gzip.compress(plain.body), headers=headers), "stripe", "")
        assert editable(workspace.delivery(1).request) == plain.body
        await resend(workspace, 1, body=plain.body + b" ")
    assert received[0].body == plain.body + b" "
    assert received[0].header("content-encoding") is None


async def test_what_nobody_could_have_signed_is_refused(tmp_path: Path) -> None:
    """No app, no processor, no secret: each is said, and nothing is sent."""
    async with opened(tmp_path, {}) as workspace:
        await workspace.receive(succeeded(NOW), "stripe", "")
        await workspace.receive(CapturedRequest(url="http://127.0.0.1/", body=b"hello"), None, "")
        with pytest.raises(InspectorError, match="no app"):
            await resend(workspace, 1)
        with pytest.raises(InspectorError, match="no usable secret"):
            await resend(workspace, 1, "http://127.0.0.1:9/")
        with pytest.raises(InspectorError, match="who would sign"):
            await resend(workspace, 2, "http://127.0.0.1:9/")
        assert workspace.delivery(1).attempts == ()


async def test_an_address_that_is_signed_is_the_one_that_is_called(tmp_path: Path) -> None:
    """Square signs its address: what came through a tunnel and goes back to the receiver is signed for the receiver."""
    key = SETTINGS["square"]["signature_key"]
    unsigned = replace(sample("square", "payment.updated.completed"), url="https://ab12.example/square")
    request = sign(CONNECTORS["square"], unsigned, {"signature_key": key}, NOW)
    async with opened(tmp_path, {"INSPECTOR_SQUARE_SIGNATURE_KEY": key}) as workspace:
        await workspace.listen()
        await workspace.receive(request, "square", "")
        await resend(workspace, 1, body=request.body + b" ")
        found = [workspace.delivery(number).inspection.source_verified for number in (1, 2)]
    assert found == [True, True]
