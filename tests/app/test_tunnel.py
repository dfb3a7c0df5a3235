"""The tunnel on the screen: n opens and closes it, N tells what is proven of it, and nothing is fetched unasked."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from inspector.app.present import qr_lines, status_line, tunnel_lines
from inspector.app.present.hints import Status
from inspector.app.screens.tunnel import FetchScreen, TunnelScreen
from inspector.model import Tunnel, TunnelPhase
from tests.app.scene import Scene
from tests.app.user import Shown
from tests.stub_agent import StubAgent, runs

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stub agent is a script")


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StubAgent:
    """The agent that is found on this machine, with a token."""
    stub = StubAgent(tmp_path / "stub")
    monkeypatch.setenv("PYNGROK_NGROK_PATH", str(stub.path))
    monkeypatch.setenv("NGROK_AUTHTOKEN", "2abcDEFtoken")
    return stub


@asynccontextmanager
async def receiving(folder: Path, width: int = 120, height: int = 36) -> AsyncIterator[Shown]:
    """The screen on a receiver that listens."""
    scene = Scene(folder / "data", width=width, height=height)
    scene._options = msgspec.structs.replace(scene._options, port=0)
    await scene.open()
    await scene.workspace.listen()
    async with scene.app.run_test(size=scene.size, notifications=True) as pilot:
        app = Shown(scene, pilot)
        await app.until(lambda: len(scene.app.screen_stack) > 1)
        yield app
        await scene.workspace.close()


async def test_n_opens_the_tunnel_and_closes_it(tmp_path: Path, agent: StubAgent) -> None:
    """The status line says that it is proven; the empty inbox has its address to paste; afterwards both are gone."""
    async with receiving(tmp_path) as app:
        await app.press("n")
        await app.until(lambda: "✓" in app.screen())
        url = app.scene.workspace.public_url
        assert url is not None
        assert f"⇄ {url} ✓" in app.screen()
        await app.until(lambda: f"paste   {url}/stripe" in app.screen())
        await app.press("n")
        await app.until(lambda: app.scene.workspace.public_url is None)
        await app.until(lambda: "⇄" not in app.screen().splitlines()[0])
        assert not runs(agent.starts()[0])


async def test_capital_n_tells_what_is_proven_and_draws_the_code(tmp_path: Path, agent: StubAgent) -> None:
    """Phase, address, round trip, QR code; t repeats the round trip, y copies the address; it fits 80 by 24."""
    async with receiving(tmp_path, 80, 24) as app:
        await app.press("n")
        await app.until(lambda: "✓" in app.screen())
        await app.press("N")
        await app.until(lambda: "came back in" in app.screen())
        url = app.scene.workspace.public_url
        assert url is not None
        text = app.screen()
        assert "● up" in text
        assert qr_lines(url)[5].strip() in text
        assert "esc closes" in text
        agent.be("quota")
        await app.press("t")
        await app.until(lambda: "ERR_NGROK_727" in app.screen())
        await app.press("y")
        assert app.scene.app.clipboard == url
        await app.press("escape")
        assert not isinstance(app.scene.app.screen, TunnelScreen)


async def test_why_it_does_not_open_is_on_the_screen(tmp_path: Path, agent: StubAgent) -> None:
    """The reason and the fix in a toast, and in the dialog for as long as it holds."""
    agent.be("sessions")
    async with receiving(tmp_path) as app:
        await app.press("n")
        await app.until(lambda: "✗ not reached" in app.screen())
        await app.press("N")
        await app.until(lambda: "as many agents running as it may" in app.screen())
        assert "https://dashboard.ngrok.com/agents" in app.screen()


async def test_the_agent_is_fetched_only_when_one_says_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, n asks, and names the other way; no leaves all as it was; what fails is said in the dialog."""
    monkeypatch.setenv("PYNGROK_NGROK_PATH", str(tmp_path / "nowhere"))
    asked: list[str] = []

    def offered() -> str:
        asked.append("asked")
        return "http://127.0.0.1:9/ngrok.tgz"

    async with receiving(tmp_path) as app:
        reach = app.scene.workspace.reach
        monkeypatch.setattr(reach, "agent_url", lambda: "http://127.0.0.1:9/ngrok.tgz")
        monkeypatch.setattr("inspector.workspace.reach.download_url", offered)
        await app.press("n")
        await app.until(lambda: "Fetch ngrok's agent?" in app.screen())
        assert "https://ngrok.com/download" in app.screen()
        await app.press("n")
        await app.until(lambda: not isinstance(app.scene.app.screen, FetchScreen))
        assert not asked
        await app.press("n")
        await app.until(lambda: isinstance(app.scene.app.screen, FetchScreen))
        await app.press("y")
        await app.until(lambda: "could not be fetched" in app.screen())
        assert asked


def test_the_status_line_gives_way_in_a_narrow_window() -> None:
    """The address and its mark stay while there is room; on 80 columns nothing runs over."""
    url = "https://a-rather-long-name.ngrok-free.app"
    for phase in TunnelPhase:
        state = Tunnel(phase=phase, url=url, elapsed=0.084, since=0.0)
        status = Status(
            "http://127.0.0.1:4242", url, "http://localhost:3000/webhooks", True, "checkout", 5.0, tunnel=state
        )
        for width in (80, 120, 200):
            assert len("".join(span.text for span in status_line(status, width))) <= width


def test_what_is_known_is_told_a_fact_a_line() -> None:
    """Since when, and when a request came back."""
    state = Tunnel(phase=TunnelPhase.UP, url="https://a.example", since=40.0, elapsed=0.084, proven_at=90.0)
    text = ["".join(span.text for span in line) for line in tunnel_lines(state, 100.0)]
    assert text == [
        "tunnel    ● up for 1m 0s",
        "address   https://a.example",
        "proven    came back in 84ms, 10s ago",
    ]


def test_a_code_is_a_code() -> None:
    """The finder patterns of a QR code stand in three corners: seven modules, a ring and a core."""
    lines = qr_lines("https://ab12.ngrok.app")
    assert len({len(line) for line in lines}) == 1
    assert lines[1][2:9] == lines[1][-9:-2] == "█▀▀▀▀▀█"
    assert lines[2][2:9] == "█ ███ █"
