"""See it work: signed sample webhooks of every processor arrive over real HTTP and go on to a small app.

Good ones mostly, and among them tampered, stale, forged, duplicated, batched, unsigned and unknown ones. It needs
no account, no secret and no network; what it stores is thrown away at the end, unless --data names a folder."""

import argparse
import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_json, count, port, positive

if TYPE_CHECKING:
    from inspector.demo import DemoApp
    from inspector.settings import Settings
    from inspector.workspace import Options, Workspace

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector demo
  inspector demo --rate 20
  inspector demo --headless --count 50
  inspector demo --json --count 10 | jq -c '[.connector, .verification.verdict]'"""

_PORT = 4242


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector demo`."""
    parser.add_argument("--rate", metavar="R", type=positive, default=1.0, help="deliveries a second (default: 1)")
    parser.add_argument("--count", metavar="N", type=count, help="stop after N deliveries; headless, end then")
    parser.add_argument("--port", metavar="N", type=port, help="the port to listen on (default: 4242, or a free one)")
    parser.add_argument("--data", metavar="DIR", type=Path, help="keep what is stored in this folder")
    parser.add_argument("--headless", action="store_true", help="no screen: one line an event")
    add_json(parser, "headless, as the lines of JSON of `inspector listen --json`")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Show the stream."""
    with contextlib.ExitStack() as stack:
        folder = options.data or Path(stack.enter_context(TemporaryDirectory(prefix="inspector-demo-")))
        show = _headless if options.headless or options.json or not output.is_terminal() else _on_screen
        return show(options, folder)


def _on_screen(options: argparse.Namespace, data: Path) -> int:
    from inspector.cli.screen import show
    from inspector.demo import DemoApp

    shop = DemoApp()
    return show(*_opened(options, data, shop), lambda workspace: _streaming(workspace, shop, options))


def _headless(options: argparse.Namespace, data: Path) -> int:
    from inspector.cli import live
    from inspector.demo import DemoApp

    shop = DemoApp()
    live.run(_print(*_opened(options, data, shop), shop, options))
    return 0


def _opened(options: argparse.Namespace, data: Path, shop: "DemoApp") -> tuple["Options", "Settings"]:
    """A workspace of its own: nothing of the user's settings, and throwaway secrets for every connector."""
    from pydantic import SecretStr

    from inspector.core import throwaway_settings
    from inspector.library import folder, load_connectors
    from inspector.settings import Listen, Settings
    from inspector.workspace import Options

    place = folder(options.connectors)
    secrets = {
        name: {setting: SecretStr(text) for setting, text in throwaway_settings(each).items()}
        for name, each in load_connectors(place).items()
    }
    number = _free_port() if options.port is None else options.port
    chosen = Options(
        data=data, session="demo", port=number, forward_to=shop.address, auto_forward=True, connectors=place
    )
    return chosen, Settings(Listen(), secrets, None)


def _free_port() -> int:
    """The usual port, or any where that is taken."""
    from inspector.cli.diagnosis import port as look

    return _PORT if look("127.0.0.1", _PORT).state == "ok" else 0


async def _print(options: "Options", settings: "Settings", shop: "DemoApp", given: argparse.Namespace) -> None:
    from inspector.cli.live import announce, print_arrivals, stopping
    from inspector.workspace import Workspace

    workspace = await Workspace.open(options, settings)
    try:
        async with stopping() as stop:
            await workspace.listen()
            announce(workspace)
            async with _streaming(workspace, shop, given) as stream:
                stream.add_done_callback(lambda _: stop.set())
                await print_arrivals(workspace, given.json, stop)
            if stream.done():
                stream.result()
    finally:
        await workspace.close()


@contextlib.asynccontextmanager
async def _streaming(
    workspace: "Workspace", shop: "DemoApp", options: argparse.Namespace
) -> AsyncIterator["asyncio.Task[None]"]:
    """The app answers and the stream runs, until the block is left."""
    await shop.start()
    task = asyncio.create_task(_stream(workspace, options))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await shop.stop()


async def _stream(workspace: "Workspace", options: argparse.Namespace) -> None:
    from inspector.core import parse_query
    from inspector.demo import Stream, play
    from inspector.library import folder, samples

    place = folder(workspace.options.connectors)
    found = {name: samples(place, name) for name in workspace.service.connectors}
    chance = random.Random()  # noqa: S311 - which sample comes next is no secret
    stream = Stream(workspace.service, found, workspace.settings_of, workspace.address, chance)
    await play(stream, workspace.clock, rate=options.rate, count=options.count)
    for _ in range(50):  # the last ones are on their way to the app
        if not workspace.ids(parse_query("app:none")):
            return
        await asyncio.sleep(0.1)
