"""The servers of the benchmarks, each in a process of its own: `python -m tests.benchmarks.servers KIND PLACE`."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from aiohttp import ClientSession, web

from inspector.core import parse_query
from inspector.model import Destination
from inspector.workspace import Options, Workspace

VARIABLES = {
    "INSPECTOR_STRIPE_SIGNING_SECRET": "whsec_benchmark",
    "INSPECTOR_STRIPE_TOLERANCE_SECONDS": "1e9",  # the requests are signed once, for a day that has passed
}


async def bare() -> None:
    """Read the body, answer 200, and nothing else."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    _say(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await _told_to_stop()
    await runner.cleanup()


async def proxy(app: str) -> None:
    """Hand each request on to an app, and its answer back, and keep nothing."""
    async with ClientSession(auto_decompress=False) as client:

        async def answer(request: web.Request) -> web.Response:
            body = await request.read()
            async with client.request(request.method, app + request.path_qs, data=body, headers=request.headers) as got:
                return web.Response(status=got.status, body=await got.read())

        app_ = web.Application()
        app_.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app_, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        _say(f"http://127.0.0.1:{runner.addresses[0][1]}")
        await _told_to_stop()
        await runner.cleanup()


async def inspector(place: Path, *, strict: bool = True) -> None:
    """The receiver as `inspector listen --headless` has it, without the printing. `strict`: all has to be verified."""
    os.environ.update(VARIABLES)
    workspace = await Workspace.open(Options(data=place / "data", port=0))
    _say(await workspace.listen())
    await _told_to_stop()
    unverified = len(workspace.ids(parse_query("-signature:valid")))
    await workspace.close()
    if unverified and strict:
        sys.exit(f"{unverified} requests were not verified")


async def forwarding(place: Path, app: str) -> None:
    """The receiver with a queue to an app; it ends once the app has everything."""
    os.environ.update(VARIABLES)
    options = Options(data=place / "data", port=0, destinations=(Destination(app),), auto_forward=True)
    workspace = await Workspace.open(options)
    _say(await workspace.listen())
    await _told_to_stop()
    while workspace.jobs.waiting():  # noqa: ASYNC110 - nobody tells of the last one
        await asyncio.sleep(0.01)
    _say(str(workspace.total()))
    await workspace.close()


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    kind, place = sys.argv[1], Path(sys.argv[2])
    if kind in ("forwarding", "proxy"):
        asyncio.run(forwarding(place, sys.argv[3]) if kind == "forwarding" else proxy(sys.argv[3]))
    else:
        asyncio.run(bare() if kind == "bare" else inspector(place, strict=kind != "flooded"))
