"""Sending from the screen: again and signed now, or with another body."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from inspector.app.present import folded_as, unfolded
from tests.app.scene import event
from tests.app.user import Shown, shown


@asynccontextmanager
async def with_an_app(folder: Path, received: list[tuple[str, bytes]]) -> AsyncIterator[Shown]:
    """The screen with one event in it, and an app that keeps the signature and the body of what it gets."""

    async def answer(request: web.Request) -> web.Response:
        received.append((request.headers["Stripe-Signature"], await request.read()))
        return web.Response(status=202)

    application = web.Application()
    application.router.add_route("*", "/hook", answer)
    async with (
        TestServer(application) as server,
        shown(folder, event(1), forward_to=str(server.make_url("/hook"))) as app,
    ):
        yield app


def editor(folder: Path, script: str) -> str:
    """A program that edits a file as somebody would."""
    path = folder / "editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


async def test_r_sends_it_again_signed_now(tmp_path: Path) -> None:
    """The same bytes under another signature; the row has the answer, the Forwards tab how it was signed."""
    received: list[tuple[str, bytes]] = []
    async with with_an_app(tmp_path, received) as app:
        await app.press("f")
        await app.until(lambda: "202" in app.rows()[1])
        await app.press("r", "5")
        await app.until(lambda: "signed anew" in app.tab("forwards"))
        assert "as it came" in app.tab("forwards")
        assert "Signed now and sent" in app.screen()
    (first, body), (second, again) = received
    assert body == again
    assert first != second


async def test_e_edits_signs_and_sends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$EDITOR has the body; what it leaves is signed and sent, and what came stays as it came."""
    received: list[tuple[str, bytes]] = []
    monkeypatch.setenv("EDITOR", editor(tmp_path, "sed -i s/1999/2999/ $1"))
    monkeypatch.delenv("VISUAL", raising=False)
    async with with_an_app(tmp_path, received) as app:
        await app.press("e", "5")
        await app.until(lambda: "edited and signed anew" in app.tab("forwards"))
        assert "19.99 EUR" in app.rows()[1]
    assert b"2999" in received[0][1]


async def test_e_without_a_change_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that is left as it was opened, that fails, or that is not there."""
    received: list[tuple[str, bytes]] = []
    monkeypatch.delenv("VISUAL", raising=False)
    async with with_an_app(tmp_path, received) as app:
        for command, words in (
            ("true", "not changed"),
            ("false", "ended with 1"),
            ("no-such-editor", "cannot be started"),
        ):
            monkeypatch.setenv("EDITOR", command)
            await app.press("e")
            await app.until(lambda words=words: words in app.screen())  # type: ignore[misc]
    assert received == []


def test_a_line_of_json_is_unfolded_for_the_editor_and_folded_again() -> None:
    """Its values stay what they are; what is no JSON any more is sent as it was left."""
    body = b'{"amount":12345678901234567890,"rate":1.10}'
    assert unfolded(body) == b'{\n  "amount": 12345678901234567890,\n  "rate": 1.10\n}'
    assert folded_as(body, unfolded(body)) == body
    assert folded_as(b'{"a": 1}', b'{\n  "a": 2\n}') == b'{"a": 2}'
    assert folded_as(body, b"{broken\n") == b"{broken\n"
    assert unfolded(b"a=1&b=2") == b"a=1&b=2"
    assert unfolded(b'{\n"a":1}') == b'{\n"a":1}'
