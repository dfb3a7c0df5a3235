"""Forward: deliveries a second through receiver, store and queue to a bare app, each once and in order.

The reference is a proxy that keeps nothing: aiohttp's server that hands each request on with aiohttp's client, over as
many connections as it gets. Where mitmproxy is installed, `mitmdump --mode reverse` that saves its flows is measured
as well. All get the same 2 KB requests; the queue's time ends when the app has the last of them.
"""

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.figures import Figure
from tests.benchmarks.ingest import load, server, write_script

__all__ = ["measure"]

ROUNDS, SECONDS = 3, 3


def measure() -> list[Figure]:
    """Deliveries a second, against a proxy that keeps nothing, and against mitmproxy where it is there."""
    if shutil.which("wrk") is None:
        raise SystemExit("The forward benchmark needs wrk: apt-get install wrk")
    with tempfile.TemporaryDirectory() as name, server("bare", Path(name)) as app:
        place = Path(name)
        script = write_script(place)
        ours = median(_queued(place / str(number), script, app) for number in range(ROUNDS))
        with server("proxy", place, app) as proxy:
            plain = median(load(proxy, script, SECONDS).rate for _ in range(ROUNDS))
        figures = [Figure("forward: deliveries a second, to a proxy that keeps nothing", ours, plain, "/s")]
        if shutil.which("mitmdump") or (Path(sys.executable).parent / "mitmdump").is_file():
            with _mitmdump(place, app) as proxy:
                theirs = median(load(proxy, script, SECONDS).rate for _ in range(ROUNDS))
            figures.append(Figure("forward: deliveries a second, to mitmdump", ours, theirs, "/s", 5))
    return figures


def _queued(place: Path, script: Path, app: str) -> float:
    """Deliveries a second from the first request to the last one at the app."""
    place.mkdir()
    command = [sys.executable, "-m", "tests.benchmarks.servers", "forwarding", str(place), app]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        begun = time.perf_counter()
        load(address, script, SECONDS)
        process.send_signal(signal.SIGTERM)
        count = int(process.stdout.readline())
        return count / (time.perf_counter() - begun)


@contextlib.contextmanager
def _mitmdump(place: Path, app: str) -> Iterator[str]:
    """mitmproxy as a reverse proxy that saves what passes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = shutil.which("mitmdump") or str(Path(sys.executable).parent / "mitmdump")
    command = [found, "--mode", f"reverse:{app}", "--listen-host", "127.0.0.1", "-p", str(port), "-q"]
    with subprocess.Popen([*command, "-w", str(place / "flows")], stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
