"""The receiver while somebody watches: requests a second with the screen open.

The references are the same receiver without a screen, and mitmproxy's console before a bare app. All are processes of
their own and get the same requests from wrk, in turns; the screens are drawn into terminals that are read to the end.
What is told is the median of the rounds.
"""

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.figures import Figure
from tests.benchmarks.ingest import ROUNDS, load, need_wrk, server, write_script
from tests.benchmarks.mitmproxy import reverse
from tests.benchmarks.servers import VARIABLES
from tests.benchmarks.terminal import drain, terminal

__all__ = ["measure"]

_ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+(?=\D)")
_LONGEST = 65_536  # bytes of the first frames in which the address has to be


def measure() -> list[Figure]:
    """Requests a second of the one against those of the others."""
    need_wrk()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        place = Path(name)
        script = write_script(place)
        app = stack.enter_context(server("bare", place))
        addresses = (
            stack.enter_context(screen(place / "watched")),
            stack.enter_context(server("inspector", place)),
            stack.enter_context(reverse("mitmproxy", place / "flows", app)),
        )
        for each in addresses:
            load(each, script, 1)
        rounds = [[load(each, script).rate for each in addresses] for _ in range(ROUNDS)]
    ours, alone, mitmproxy = (median(each) for each in zip(*rounds, strict=True))
    return [
        Figure("watched: requests a second with the screen open / without", ours, alone, "/s", 0.7),
        Figure("watched: requests a second / mitmproxy's console", ours, mitmproxy, "/s", 5),
    ]


@contextlib.contextmanager
def screen(data: Path) -> Iterator[str]:
    """`inspector listen` on a terminal; its address."""
    command = [sys.executable, "-m", "inspector", "listen", "--port", "0", "--data", str(data)]
    with terminal(command, {**os.environ, **VARIABLES}) as shown:
        drawn = b""
        while not (found := _ADDRESS.search(drawn)):
            drawn += os.read(shown, 4096)
            if len(drawn) > _LONGEST:
                raise SystemExit("The screen did not open")
        drain(shown)
        yield found[0].decode()
