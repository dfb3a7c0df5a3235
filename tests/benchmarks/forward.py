"""Forward: deliveries a second through receiver, store and queue to a bare app, each once and in order.

The reference is a proxy that keeps nothing: aiohttp's server that hands each request on with aiohttp's client, over as
many connections as it gets. The other reference is `mitmdump --mode reverse` that saves its flows. All get the same
2 KB requests, in turns; the queue's time ends when the app has the last of them.

And the answer mode `app`: what the way through receiver and store adds to the app's own answer, a few requests at a
time, as the difference of the 99th percentiles.
"""

import contextlib
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

ROUNDS, SECONDS, FEW = 5, 3, 4


def measure() -> list[Figure]:
    """Deliveries a second, against a proxy that keeps nothing, and against mitmdump; and what the mode `app` adds."""
    need_wrk()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        place = Path(name)
        script = write_script(place)
        app = stack.enter_context(server("bare", place))
        proxy = stack.enter_context(server("proxy", place, app))
        mitmdump = stack.enter_context(reverse("mitmdump", place / "flows", app))
        answering = stack.enter_context(server("answering", place, app))
        rates, times = [], []
        for number in range(ROUNDS):
            ours = _queued(place / str(number), script, app)
            rates.append((ours, *(load(each, script, SECONDS).rate for each in (proxy, mitmdump))))
            times.append([load(each, script, SECONDS, FEW).p99 for each in (answering, app)])
    ours, plain, theirs = map(median, zip(*rates, strict=True))
    added = median(through - directly for through, directly in times)
    return [
        Figure("forward: deliveries a second, to a proxy that keeps nothing", ours, plain, "/s"),
        Figure("forward: deliveries a second, to mitmdump", ours, theirs, "/s", 5),
        Figure(
            "forward: p99 of what the mode app adds, to the app's own", added, median(own for _, own in times), "ms"
        ),
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
