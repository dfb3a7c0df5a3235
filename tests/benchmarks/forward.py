"""Forward: deliveries a second through receiver, store and queue to a bare app, each once and in order.

The reference is a proxy that keeps nothing: aiohttp's server that hands each request on with aiohttp's client, over as
many connections as it gets. The other reference is `mitmdump --mode reverse` that saves its flows. All get the same
2 KB requests; the queue's time ends when the app has the last of them.
"""

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.figures import Figure
from tests.benchmarks.ingest import load, need_wrk, server, write_script
from tests.benchmarks.mitmproxy import reverse

__all__ = ["measure"]

ROUNDS, SECONDS = 3, 3


def measure() -> list[Figure]:
    """Deliveries a second, against a proxy that keeps nothing, and against mitmdump."""
    need_wrk()
    with tempfile.TemporaryDirectory() as name, server("bare", Path(name)) as app:
        place = Path(name)
        script = write_script(place)
        ours = median(_queued(place / str(number), script, app) for number in range(ROUNDS))
        with server("proxy", place, app) as proxy:
            plain = median(load(proxy, script, SECONDS).rate for _ in range(ROUNDS))
        with reverse("mitmdump", place / "flows", app) as proxy:
            theirs = median(load(proxy, script, SECONDS).rate for _ in range(ROUNDS))
    return [
        Figure("forward: deliveries a second, to a proxy that keeps nothing", ours, plain, "/s"),
        Figure("forward: deliveries a second, to mitmdump", ours, theirs, "/s", 5),
    ]


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
