"""A message queue on the screen, a real Redis: what it has confirmed, and what it would not take."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from textual.widgets import Input

from tests.app.scene import event
from tests.app.user import shown
from tests.servers import PASSWORD, RedisServer, running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One for all tests of the module."""
    with running(RedisServer, tmp_path_factory.mktemp("redis")) as found:
        yield found


async def test_f_publishes_to_a_queue(tmp_path: Path, server: RedisServer) -> None:
    """The row says that it is there, and the tab as what; the filter finds it, and the password is nowhere."""
    where = f"redis://{server.host}/payments"
    async with shown(tmp_path, event(1), event(2), forward_to=where, width=140) as screen:
        await screen.press("g", "f")
        await screen.until(lambda: "✓" in screen.rows()[1])
        await screen.press("5")
        await screen.until(lambda: "✓ confirmed" in screen.tab("forwards"))
        assert f"redis://:***@localhost:{server.port}/payments  as it came" in screen.tab("forwards")
        with Redis(port=server.port, password=PASSWORD, decode_responses=True) as redis:
            ((identifier, _),) = redis.xrange("payments")
        assert identifier in screen.tab("forwards")
        await screen.press("slash")
        await screen.type("app:confirmed")
        await screen.press("enter")
        await screen.until(lambda: len(screen.events) == 1)
        assert "geheim" not in screen.screen()


async def test_what_it_would_not_take_is_told(tmp_path: Path, server: RedisServer) -> None:
    """An address that is typed, of a key that is no stream: the row and the tab say why."""
    with Redis(port=server.port, password=PASSWORD) as redis:
        redis.set("text", "no stream")
    async with shown(tmp_path, event(1), width=140) as screen:
        await screen.press("F")
        screen.scene.app.screen.query_one(Input).value = f"redis://{server.host}/text"
        await screen.press("enter")
        await screen.until(lambda: "✗" in screen.rows()[1])
        await screen.press("5")
        await screen.until(lambda: "does not take it: WRONGTYPE" in screen.tab("forwards"))
        assert "geheim" not in screen.screen()
