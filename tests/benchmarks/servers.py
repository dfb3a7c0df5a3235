"""The servers of the benchmarks, each in a process of its own: `python -m tests.benchmarks.servers KIND PLACE`."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path

from aiohttp import ClientSession, web

from inspector.core import parse_query
from inspector.model import Answering, AnswerMode, Destination
from inspector.workspace import Options, Workspace

VARIABLES = {
    "INSPECTOR_STRIPE_SIGNING_SECRET": "whsec_benchmark",
    "INSPECTOR_STRIPE_TOLERANCE_SECONDS": "1e9",  # the requests are signed once, for a day that has passed
}


Answer = Callable[[web.Request], Awaitable[web.Response]]


async def bare() -> None:
    """Read the body, answer 200, and nothing else."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    await _serve(answer)


async def durable(place: Path) -> None:
    """Read the body and answer 200 once it is on the disk; bodies that come while the disk works go together."""
    waiting: list[tuple[bytes, asyncio.Future[None]]] = []
    come = asyncio.Event()
    with (place / "bodies").open("ab", buffering=0) as file:

        def write(bodies: bytes) -> None:
            file.write(bodies)
            os.fdatasync(file.fileno())

        async def keep() -> None:
            while await come.wait():
                come.clear()
                batch, waiting[:] = waiting[:], []
                await asyncio.to_thread(write, b"".join(body for body, _ in batch))
                for _, kept in batch:
                    kept.set_result(None)

        async def answer(request: web.Request) -> web.Response:
            kept = asyncio.get_running_loop().create_future()
            waiting.append((await request.read(), kept))
            come.set()
            await kept
            return web.Response()

        keeping = asyncio.create_task(keep())
        await _serve(answer)
        keeping.cancel()


async def proxy(app: str) -> None:
    """Hand each request on to an app, and its answer back, and keep nothing."""
    async with ClientSession(auto_decompress=False) as client:

        async def answer(request: web.Request) -> web.Response:
            body = await request.read()
            async with client.request(request.method, app + request.path_qs, data=body, headers=request.headers) as got:
                return web.Response(status=got.status, body=await got.read())

        await _serve(answer)


async def _serve(answer: Answer) -> None:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
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


async def answering(place: Path, app: str) -> None:
    """The receiver whose sender gets the app's own answer."""
    os.environ.update(VARIABLES)
    options = Options(
        data=place / "answering", port=0, destinations=(Destination(app),), answer=Answering(AnswerMode.APP)
    )
    workspace = await Workspace.open(options)
    _say(await workspace.listen())
    await _told_to_stop()
    await workspace.close()


async def forwarding(place: Path, app: str) -> None:
    """The receiver with a queue to an app; it ends once the app has everything."""
    os.environ.update(VARIABLES)
    options = Options(data=place / "data", port=0, destinations=(Destination(app),), auto_forward=True)
    workspace = await Workspace.open(options)
    _say(await workspace.listen())
    await _told_to_stop()
    while workspace.jobs.waiting():  # noqa: ASYNC110 - nobody tells of the last one
        await asyncio.sleep(0.1)
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
    kind, place, *more = sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]
    servers: dict[str, Callable[..., Coroutine[None, None, None]]] = {
        "bare": bare,
        "durable": lambda: durable(place),
        "proxy": lambda: proxy(*more),
        "inspector": lambda: inspector(place),
        "flooded": lambda: inspector(place, strict=False),
        "answering": lambda: answering(place, *more),
        "forwarding": lambda: forwarding(place, *more),
    }
    asyncio.run(servers[kind]())
