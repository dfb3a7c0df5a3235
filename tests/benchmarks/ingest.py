"""Ingest: signed requests a second, each verified, normalized and durably stored before its 200.

The reference is a bare aiohttp server that reads the body and answers 200. Another keeps the bodies on the disk before
it answers, and does nothing else: what the disk takes, nobody who promises durability can do without. All get the same
2 KB requests from wrk over 64 kept connections, in turns; what is told is the median of the rounds.
"""

import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from inspector.core import sign
from inspector.library import folder, load_connectors
from inspector.model import CapturedRequest
from tests.benchmarks.figures import Figure

__all__ = ["ROUNDS", "load", "measure", "need_wrk", "server", "write_script"]

ROUNDS, SECONDS, CONNECTIONS = 5, 3, 64
REQUESTS, BODY = 512, 2048
SECRET = "whsec_benchmark"

_SCRIPT = """
local requests, turn = {}, 0
function init()
  for line in io.lines("%s") do
    local signature, body = line:match("^(%%S+) (.*)$")
    requests[#requests + 1] = wrk.format("POST", "/stripe", {
      ["Content-Type"] = "application/json; charset=utf-8", ["User-Agent"] = "Stripe/1.0 (+https://stripe.com)",
      ["Accept"] = "*/*; q=0.5, application/xml", ["Stripe-Signature"] = signature }, body)
  end
end
function request() turn = turn %% #requests + 1; return requests[turn] end
function done(summary, latency)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  print(string.format('{"rate": %%f, "p99": %%f, "bad": %%d}',
    summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000, bad))
end
"""


class Round(NamedTuple):
    """What wrk saw: requests a second, and the 99th percentile of the answers in milliseconds."""

    rate: float
    p99: float


def measure() -> list[Figure]:
    """Requests a second and their 99th percentile against the two servers."""
    need_wrk()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        place = Path(name)
        script = write_script(place)
        addresses = [stack.enter_context(server(kind, place)) for kind in ("inspector", "bare", "durable")]
        for each in addresses:
            load(each, script, 1)
        rounds = [[load(each, script) for each in addresses] for _ in range(ROUNDS)]
    ours, bare, durable = (Round(*map(median, zip(*side, strict=True))) for side in zip(*rounds, strict=True))
    return [
        Figure("ingest: requests a second", ours.rate, bare.rate, "/s", 0.50),
        Figure("ingest: 99th percentile", ours.p99, bare.p99, "ms", 4, at_most=True),
        Figure("ingest: requests a second / bodies on the disk", ours.rate, durable.rate, "/s"),
        Figure("ingest: 99th percentile / bodies on the disk", ours.p99, durable.p99, "ms"),
    ]


def need_wrk() -> None:
    """End, in words, where the load cannot be made."""
    if shutil.which("wrk") is None:
        raise SystemExit("This benchmark needs wrk: apt-get install wrk")


def write_script(place: Path, secret: str = SECRET) -> Path:
    """The requests, each with an event id of its own, and the script that sends them in turn."""
    connector = load_connectors(folder(None))["stripe"]
    lines = []
    for number in range(REQUESTS):
        request = CapturedRequest(url="http://127.0.0.1/stripe", body=_body(number))
        signed = sign(connector, request, {"signing_secret": secret}, 1_767_225_600.0)
        lines.append(f"{signed.header('stripe-signature')} {signed.body.decode()}\n")
    (place / "requests").write_text("".join(lines))
    script = place / "script.lua"
    script.write_text(_SCRIPT % (place / "requests"))
    return script


def _body(number: int) -> bytes:
    """A payment intent as Stripe sends it, filled up to 2 KB with metadata."""
    intent = {
        "id": f"pi_3Rkz{number:020d}",
        "object": "payment_intent",
        "amount": 4999,
        "amount_received": 4999,
        "currency": "eur",
        "status": "succeeded",
        "capture_method": "automatic",
        "customer": "cus_SgAb12Cd34Ef56",
        "latest_charge": f"ch_3Rkz{number:020d}",
        "payment_method_types": ["card"],
        "metadata": {"order_id": f"A-{number}"},
    }
    event = {
        "id": f"evt_3Rkz{number:020d}",
        "object": "event",
        "api_version": "2025-03-31.basil",
        "created": 1_767_225_600,
        "livemode": False,
        "type": "payment_intent.succeeded",
        "data": {"object": intent},
        "request": {"id": "req_1", "idempotency_key": "0b7c3f6e"},
    }
    metadata = intent["metadata"]
    assert isinstance(metadata, dict)
    while len(json.dumps(event)) < BODY - 40:
        metadata[f"item_{len(metadata)}"] = "x" * 20
    return json.dumps(event).encode()


@contextlib.contextmanager
def server(kind: str, place: Path, *more: str) -> Iterator[str]:
    """A server in a process of its own; its address."""
    command = [sys.executable, "-m", "tests.benchmarks.servers", kind, str(place), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def load(address: str, script: Path, seconds: int = SECONDS, connections: int = CONNECTIONS) -> Round:
    """Send the requests of a script for some seconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", "-s", str(script), address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"^\{.*\}$", told, re.MULTILINE)
    assert found is not None, told
    result = json.loads(found[0])
    if result["bad"]:
        raise SystemExit(f"{result['bad']} requests were not answered with 200")
    return Round(result["rate"], result["p99"])
