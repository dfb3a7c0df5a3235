"""See it work: signed sample webhooks of every processor arrive over real HTTP and go on to a small app.

Good ones mostly, and among them tampered, stale, forged, duplicated, batched, unsigned and unknown ones. It needs
no account, no secret and no network; what it stores is thrown away at the end, unless --data names a folder."""

import argparse
import asyncio
import random
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_json, add_theme, count, port, positive

if TYPE_CHECKING:
    from inspector.core import Connector
    from inspector.settings import Settings
    from inspector.workspace import Workspace

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
    add_theme(parser)
    parser.add_argument("--headless", action="store_true", help="no screen: one line an event")
    add_json(parser, "headless, as the lines of JSON of `inspector listen --json`")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Show the stream."""
    if not (options.headless or options.json) and output.is_terminal():
        from inspector.cli.screen import show

        async def opening(stack: AsyncExitStack) -> "Workspace":
            return (await _open(options, stack))[0]

        return show(opening, options.theme)
    from inspector.cli import live

    live.run(_print(options))
    return 0


async def _open(options: argparse.Namespace, stack: AsyncExitStack) -> "tuple[Workspace, asyncio.Task[None]]":
    """The workspace, listening, with the app to forward to and the stream running; the stack ends them."""
    from inspector.core.destination import check_destination
    from inspector.demo import DemoApp
    from inspector.library import folder
    from inspector.workspace import Options, Workspace

    data = options.data or Path(stack.enter_context(TemporaryDirectory(prefix="inspector-demo-")))
    shop = DemoApp()
    await shop.start()
    stack.push_async_callback(shop.stop)
    chosen = Options(
        data=data,
        session="demo",
        port=_PORT if options.port is None else options.port,
        spare=options.port is None,
        destinations=(check_destination(shop.address),),
        auto_forward=True,
        connectors=folder(options.connectors),
    )
    workspace = await Workspace.open(chosen, _throwaway)
    stack.push_async_callback(workspace.close)
    await workspace.listen()
    stream = asyncio.create_task(_stream(workspace, options))
    stack.push_async_callback(_cancel, stream)
    return workspace, stream


def _throwaway(connectors: "Mapping[str, Connector]") -> "Settings":
    """Settings of its own: nothing of the user's, and throwaway secrets for every connector."""
    from pydantic import SecretStr

    from inspector.configuration import Listen
    from inspector.core import throwaway_settings
    from inspector.settings import Settings

    secrets = {
        name: {setting: SecretStr(text) for setting, text in throwaway_settings(each).items()}
        for name, each in connectors.items()
    }
    return Settings(Listen(), secrets, None)


async def _print(options: argparse.Namespace) -> None:
    from inspector.cli.live import announce, print_arrivals, stopping

    async with AsyncExitStack() as stack, stopping() as stop:
        workspace, stream = await _open(options, stack)
        announce(workspace)
        stream.add_done_callback(lambda _: stop.set())
        await print_arrivals(workspace, options.json, stop)
        if stream.done():
            stream.result()


async def _cancel(stream: "asyncio.Task[None]") -> None:
    stream.cancel()
    await asyncio.gather(stream, return_exceptions=True)


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
