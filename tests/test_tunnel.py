"""The tunnel, with an agent of the tests' own that pyngrok starts: what is proven, what goes wrong, and its words."""

import asyncio
import hashlib
import hmac
import io
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from inspector.core import parse_query
from inspector.model import InspectorError, Notice, TunnelPhase, Verdict
from inspector.settings import load_settings
from inspector.tunnel import agent_path, download
from inspector.workspace import Options, Workspace
from tests.cli.running import SECRET, environment, event
from tests.connectors.shared import CONNECTORS
from tests.stub_agent import StubAgent, runs

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the stub agent is a script")

TOKEN = "2abcDEFtoken_never_to_be_seen"


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StubAgent:
    """The agent that is found on this machine, and an account's token for it."""
    stub = StubAgent(tmp_path / "stub")
    monkeypatch.setenv("PYNGROK_NGROK_PATH", str(stub.path))
    monkeypatch.delenv("NGROK_AUTHTOKEN", raising=False)
    return stub


@asynccontextmanager
async def opened(folder: Path, *, token: str = TOKEN, **options: Any) -> AsyncIterator[Workspace]:
    """A workspace that listens, and gets a tunnel when it is asked to."""
    variables = {"INSPECTOR_STRIPE_SIGNING_SECRET": SECRET} | ({"INSPECTOR_NGROK_AUTHTOKEN": token} if token else {})
    settings = load_settings(CONNECTORS, variables)
    workspace = await Workspace.open(Options(data=folder / "data", port=0, **options), lambda _: settings)
    await workspace.listen()
    try:
        yield workspace
    finally:
        await workspace.close()


async def until(promise: Callable[[], object]) -> None:
    """Wait for something that comes by itself."""
    for _ in range(1500):
        if promise():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come within half a minute")


def phase(workspace: Workspace, wanted: TunnelPhase) -> Callable[[], bool]:
    """Whether the tunnel is that far."""
    return lambda: workspace.reach.state.phase is wanted


async def test_a_tunnel_is_up_when_a_request_of_ours_came_back(tmp_path: Path, agent: StubAgent) -> None:
    """Its address leads to the receiver: a delivery through it arrives, verifies, and bears its sender's address."""
    async with opened(tmp_path, tunnel="ngrok") as workspace:
        await until(phase(workspace, TunnelPhase.UP))
        state = workspace.reach.state
        assert state.url.startswith("http://127.0.0.1:")
        assert workspace.public_url == state.url
        assert state.elapsed is not None
        assert workspace.total() == 0, "a round trip is no delivery"
        body, stamp = event(), int(workspace.clock())
        signed = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Stripe-Signature": f"t={stamp},v1={signed}"}
        async with (
            aiohttp.ClientSession() as client,
            client.post(f"{state.url}/stripe", data=body, headers=headers) as got,
        ):
            assert got.status == 200
        [row] = workspace.rows(workspace.ids(parse_query("")))
        assert row.verdict == Verdict.VALID
        request = workspace.delivery(row.delivery).request
        assert (request.url, request.peer) == ("https://ab12.ngrok.app/stripe", "203.0.113.9")
        assert workspace.settings_of("square")["notification_url"] == f"{state.url}/square"
    assert not runs(agent.starts()[0])


async def test_the_agent_gets_the_receiver_and_nothing_else(tmp_path: Path, agent: StubAgent) -> None:
    """The token stands on no command line and in no file afterwards; the API is on loopback, and keeps no request."""
    async with opened(tmp_path, tunnel="ngrok", domain="shop.ngrok.app") as workspace:
        await until(phase(workspace, TunnelPhase.UP))
        started, endpoint = agent.told("started"), agent.told("endpoint")
        assert TOKEN not in " ".join(started["words"])
        assert started["config"]["agent"]["authtoken"] == TOKEN
        assert started["config"]["agent"]["web_addr"].startswith("127.0.0.1:")
        assert started["config"]["agent"]["inspect_db_size"] == -1
        assert endpoint["upstream"] == {"url": workspace.address}
        assert endpoint["url"] == "https://shop.ngrok.app"
        files = [each for each in (tmp_path / "data").rglob("*") if each.is_file()]
        assert files
        assert not [each for each in files if TOKEN.encode() in each.read_bytes()]


async def test_ngroks_own_configuration_is_used(
    tmp_path: Path, agent: StubAgent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token and the proxy of ngrok.yml, of either version; its own tunnels and its web page stay out."""
    from pyngrok import conf

    place = tmp_path / "ngrok.yml"
    monkeypatch.setattr(conf, "DEFAULT_NGROK_CONFIG_PATH", str(place))
    theirs = f"authtoken: {TOKEN}, web_addr: '0.0.0.0:4040', log: /x"
    for text in (
        f"{{version: '2', {theirs}, root_cas: host, tunnels: {{ssh: {{proto: tcp}}}}}}",
        f"{{version: 3, agent: {{{theirs}, connect_cas: host}}, endpoints: [{{name: ssh}}]}}",
    ):
        place.write_text(text)
        async with opened(tmp_path, token="", tunnel="ngrok") as workspace:
            await until(phase(workspace, TunnelPhase.UP))
        config = agent.told("started")["config"]
        assert config.keys() == {"version", "agent"}
        assert (config["agent"]["authtoken"], config["agent"]["connect_cas"]) == (TOKEN, "host")
        assert config["agent"]["web_addr"].startswith("127.0.0.1:")
        assert "log" not in config["agent"]


@pytest.mark.parametrize(
    ("mode", "reason", "fix"),
    [
        ("bad-token", "ngrok does not accept the token (ERR_NGROK_107)", "inspector secrets set ngrok"),
        ("sessions", "as many agents running as it may (ERR_NGROK_108)", "dashboard.ngrok.com/agents"),
        ("too-old", "ngrok's agent is too old (ERR_NGROK_121)", "ngrok update"),
        ("suspended", "the ngrok account is suspended (ERR_NGROK_103)", "dashboard.ngrok.com"),
        ("in-use", "another agent has this address already (ERR_NGROK_334)", "--domain"),
        ("unknown", "Something new about …. ERR_NGROK_9999", "https://ngrok.com/docs/errors/err_ngrok_9999"),
    ],
)
async def test_a_refusal_is_told_in_words(tmp_path: Path, agent: StubAgent, mode: str, reason: str, fix: str) -> None:
    """The reason and what to do; never the token; and no agent is left behind. Afterwards it can be tried again."""
    agent.be(mode)
    async with opened(tmp_path, tunnel="ngrok") as workspace:
        await until(phase(workspace, TunnelPhase.FAILED))
        state = workspace.reach.state
        assert reason in state.reason
        assert fix in state.fix
        assert TOKEN not in f"{state}"
        assert not any(runs(pid) for pid in agent.starts())
        agent.be("")
        await workspace.reach.start()
        assert workspace.reach.state.phase is TunnelPhase.UP


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("no-network", "ngrok cannot be reached"),
        ("before-3.30", "ngrok's agent is too old"),
        ("silent", "says nothing"),
    ],
)
async def test_an_agent_that_never_gets_ready_is_given_up(
    tmp_path: Path, agent: StubAgent, monkeypatch: pytest.MonkeyPatch, mode: str, reason: str
) -> None:
    """No network, an agent that does not know the API, one that says nothing."""
    monkeypatch.setattr("inspector.tunnel.ngrok._STARTUP", 2)
    monkeypatch.setattr("inspector.tunnel.ngrok._GRACE", 1)
    agent.be(mode)
    async with opened(tmp_path, tunnel="ngrok") as workspace:
        await until(phase(workspace, TunnelPhase.FAILED))
        assert reason in workspace.reach.state.reason
        assert not runs(agent.starts()[0])


async def test_without_a_token_no_agent_is_started(tmp_path: Path, agent: StubAgent) -> None:
    """It is said where to get one."""
    async with opened(tmp_path, token="", tunnel="ngrok") as workspace:
        await until(phase(workspace, TunnelPhase.FAILED))
        assert workspace.reach.state.reason == "ngrok wants the token of an account"
    assert agent.starts() == []


async def test_connected_is_not_up(tmp_path: Path, agent: StubAgent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the agent says yes and nothing comes back, the tunnel is not up; a self-test says so again, or not."""
    monkeypatch.setattr("inspector.workspace.reach._PAUSE", 0.01)
    agent.be("quota")
    async with opened(tmp_path, tunnel="ngrok") as workspace:
        await until(phase(workspace, TunnelPhase.FAILED))
        assert workspace.reach.state.reason == "the ngrok account has used up what it may this month (ERR_NGROK_727)"
        agent.be("")
        await workspace.reach.test()
        assert phase(workspace, TunnelPhase.UP)()
        agent.be("nowhere")
        await workspace.reach.test()
        assert phase(workspace, TunnelPhase.FAILED)()


async def test_a_lost_connection_is_told_and_its_return_proven(tmp_path: Path, agent: StubAgent) -> None:
    """Reconnecting with the reason, and up again only when a request came back."""
    async with opened(tmp_path, tunnel="ngrok") as workspace:
        await until(phase(workspace, TunnelPhase.UP))
        agent.be("lost")
        await until(phase(workspace, TunnelPhase.RECONNECTING))
        assert "read EOF from remote peer" in workspace.reach.state.reason
        agent.be("")
        await until(phase(workspace, TunnelPhase.UP))
        assert len(agent.starts()) == 1


async def test_an_agent_that_is_killed_is_started_again(tmp_path: Path, agent: StubAgent) -> None:
    """And that its address is another one now is told, with what to do about it."""
    async with opened(tmp_path, tunnel="ngrok") as workspace:
        await until(phase(workspace, TunnelPhase.UP))
        before, changes = workspace.reach.state.url, workspace.changes()
        told: list[Notice] = []

        async def listen() -> None:
            async for change in changes:
                told.extend(change.notices)

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0)
        os.kill(agent.starts()[0], signal.SIGKILL)
        await until(lambda: len(agent.starts()) == 2 and workspace.reach.state.phase is TunnelPhase.UP)
        assert workspace.reach.state.url != before
        await until(lambda: len(told) == 4)
        listening.cancel()
    _, lost, changed, up = told
    assert (lost.title, lost.text) == ("The tunnel is not up", "ngrok's agent has ended")
    assert changed.title == "The public address has changed"
    assert before in changed.text
    assert "paste the new one" in changed.text
    assert up.title == "The tunnel is up"


async def test_it_ends_in_the_middle_of_its_start(tmp_path: Path, agent: StubAgent) -> None:
    """Whoever turns it off does not wait for an agent that says nothing."""
    agent.be("silent")
    async with opened(tmp_path) as workspace:
        starting = asyncio.create_task(workspace.reach.start())
        await until(agent.starts)
        async with asyncio.timeout(5):
            await workspace.reach.stop()
        await starting
        assert workspace.reach.state.phase is TunnelPhase.OFF
        assert not runs(agent.starts()[0])


def test_no_agent_outlives_an_inspector_that_is_killed(tmp_path: Path, agent: StubAgent) -> None:
    """kill -9 lets nobody clean up: the agent ends by itself within moments."""
    words = [sys.executable, "-m", "inspector", "listen", "--headless", "--port", "0", "--tunnel", "ngrok"]
    given = environment(tmp_path, INSPECTOR_NGROK_AUTHTOKEN=TOKEN, PYNGROK_NGROK_PATH=str(agent.path))
    process = subprocess.Popen(words, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    lines: list[str] = []
    while not lines or "The tunnel is up" not in lines[-1]:
        lines.append(process.stderr.readline())
        assert lines[-1], lines
    [pid] = agent.starts()
    assert runs(pid)
    process.kill()
    process.communicate()
    for _ in range(100):
        if not runs(pid):
            break
        time.sleep(0.1)
    assert not runs(pid)


async def test_an_address_that_the_user_names_is_proven_as_well(tmp_path: Path) -> None:
    """--public-url: any tunnel, any proxy; what is wrong with it is said, and X-Forwarded-* is trusted."""

    async def elsewhere(_: web.BaseRequest) -> web.Response:
        return web.Response(status=502)

    runner = web.ServerRunner(web.Server(elsewhere))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with opened(tmp_path, public_url=f"http://127.0.0.1:{runner.addresses[0][1]}/") as workspace:
            await until(phase(workspace, TunnelPhase.FAILED))
            assert "does not reach the receiver" in workspace.reach.state.reason
            with pytest.raises(InspectorError, match="--public-url"):
                await workspace.reach.start()
    finally:
        await runner.cleanup()
    with pytest.raises(InspectorError, match="is not a public address"):
        async with opened(tmp_path, public_url="nowhere"):
            pass


@pytest.mark.parametrize("behind", [True, False])
async def test_forwarded_headers_count_behind_a_tunnel_only(tmp_path: Path, behind: bool) -> None:
    """Anybody can write X-Forwarded-For: without a public address, the connection says who sends."""
    named = {"public_url": "http://127.0.0.1:9"} if behind else {}
    async with opened(tmp_path, **named) as workspace:
        headers = {
            "X-Forwarded-For": "spoofed, 198.51.100.7",
            "X-Forwarded-Proto": "gopher",
            "X-Forwarded-Host": "a.example",
        }
        async with aiohttp.ClientSession() as client:
            await client.post(f"{workspace.address}/stripe", data=event(), headers=headers)
        request = workspace.delivery(1).request
    assert request.peer == ("198.51.100.7" if behind else "127.0.0.1")
    assert request.url == ("http://a.example/stripe" if behind else f"{workspace.address}/stripe")


async def test_the_agent_is_fetched_with_progress(tmp_path: Path) -> None:
    """The one file of the archive, ready to run; what is no archive, or not there, is said and leaves nothing."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("ngrok")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"code"))

    async def serve(request: web.BaseRequest) -> web.Response:
        contents = {"/agent.tgz": packed.getvalue(), "/page": b"<html>"}
        body = contents.get(request.path)
        return web.Response(body=body, status=200 if body else 404)

    runner = web.ServerRunner(web.Server(serve))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url, target, seen = (
        f"http://127.0.0.1:{runner.addresses[0][1]}",
        tmp_path / "bin" / "ngrok",
        list[tuple[int, int]](),
    )
    try:
        assert await download(f"{url}/agent.tgz", lambda *got: seen.append(got), target) == target
        for wrong in ("page", "nothing"):
            with pytest.raises(InspectorError, match="could not be fetched"):
                await download(f"{url}/{wrong}", lambda *_: None, tmp_path / "other" / "ngrok")
    finally:
        await runner.cleanup()
    assert target.read_bytes() == b"code"
    assert os.access(target, os.X_OK)
    assert seen[-1] == (len(packed.getvalue()), len(packed.getvalue()))
    assert not [each for each in (tmp_path / "other").rglob("*") if each.is_file()]


def test_where_there_is_no_agent_none_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that names nothing finds nothing."""
    monkeypatch.setenv("PYNGROK_NGROK_PATH", str(tmp_path / "nowhere"))
    assert agent_path() is None
