"""See how your app lives with a processor: its retries as they are documented, and what can go wrong on the way.

Events of the processor are sent to your app, rightly signed. What it does not answer as the processor wants is sent
again at the documented times, which are compressed: an hour takes a moment. Processors that hold later events back
for one that is not received (Adyen, Worldpay) do so here. Copies, losses, delays, disorder and an outage come by
chance, the same for the same --seed. Your app needs the same secret; its events are real to it."""

import argparse
import time
from typing import TYPE_CHECKING, Any, Final

from inspector.cli import clock, output
from inspector.cli.flags import add_connectors, add_json, add_setting

if TYPE_CHECKING:
    from inspector.workspace.simulate import Simulation, Try

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector simulate --connector adyen --to :3000/webhooks --count 20
  inspector simulate --connector stripe --to :3000/hooks --schedule 1min,5min,1h --outage 30min
  inspector simulate --connector checkout --to shop --duplicates 0.3 --reorder 0.2 --lost 0.1 --seed 7
  inspector simulate --connector cashfree --to :3000/hooks --every 0s --json | jq 'select(.changed)'

exit codes: 0 all is received, 1 an event was given up, or a copy was answered otherwise, 2 wrong usage"""

_PLAN: Final = (
    ("event", "EVENT", "only this sample, native event or event type (default: all)"),
    ("count", "N", "how many events (default: 10)"),
    ("schedule", "TIMES", "1min,5min,1h: instead of the documented times"),
    ("compress", "X", "how many times faster than in life (default: 10000)"),
    ("every", "TIME", "between events; 0s: a burst (default: 1s)"),
    ("duplicates", "P", "how probably an event comes twice, 0 to 1"),
    ("lost", "P", "how probably an event is lost at first, 0 to 1"),
    ("reorder", "P", "how probably an event overtakes another, 0 to 1"),
    ("delay", "TIME", "the most that an event is late by"),
    ("outage", "TIME", "how long the app is away at first"),
    ("seed", "N", "the same chance again (default: 1)"),
)
_OFTEN: Final = 0.2  # seconds between two words on how far it is


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector simulate`."""
    parser.add_argument("--to", metavar="URL", required=True, help="your app, or a destination of inspector.toml")
    parser.add_argument("--connector", metavar="NAME", required=True, help="the processor; stripe/shop for an account")
    for name, metavar, what in _PLAN:
        parser.add_argument(f"--{name}", metavar=metavar, help=what)
    parser.add_argument("--secret", metavar="TEXT", help="the secret that your app has (default: the configured one)")
    add_setting(parser)
    add_json(parser, "a line of JSON a delivery: at, event, sample, number, what, status_code, received, next, changed")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Simulate the processor."""
    import asyncio

    return asyncio.run(_run(_simulation(options), options.json))


def _simulation(options: argparse.Namespace) -> "Simulation":
    from inspector.cli.given import given
    from inspector.cli.opening import open_account
    from inspector.workspace.plan import plan_of, planned

    terms = ((name, getattr(options, name)) for name, *_ in _PLAN)
    plan = plan_of((name, text) for name, text in terms if text is not None)
    account = open_account(options)
    destination, secret = account.opened.settings.destinations.named(options.to)
    configured = account.settings | ({account.connector.secret: secret} if secret else {})
    settings = given(options, account.connector, configured)
    return planned(account.connector, account.samples, settings, destination, plan, clock.now)


async def _run(simulation: "Simulation", as_json: bool) -> int:
    from inspector.workspace.course import Course, announced, page_of

    course, told = Course(simulation.names), time.perf_counter()
    if not as_json:
        output.note(announced(simulation))
        output.note(f"  {page_of(simulation.connector)}")
    async for each in simulation.run():
        course.add(each)
        if not as_json:
            colour = "red" if each.changed or each.given_up else "" if each.received else "yellow"
            output.write(output.paint(course.line(each), colour))
            continue
        output.write_bytes(output.encode(_values(each)) + b"\n")
        if time.perf_counter() - told >= _OFTEN:
            told = time.perf_counter()
            output.progress(course.progress(), course.settled / course.events)
    output.progress("")
    first, *rest = course.words()
    output.note("\n  ".join([first, *rest, *(words for last, words in course.believed() if not last.received)]))
    return int(course.failed)


def _values(each: "Try") -> dict[str, Any]:
    attempt = each.attempt
    return {
        "at": round(each.at, 3),
        "event": each.event + 1,
        "sample": each.sample,
        "number": each.number,
        "what": each.what,
        "status_code": attempt.status_code if attempt else None,
        "elapsed": round(attempt.elapsed, 6) if attempt else None,
        "received": each.received,
        "why": each.why,
        "next": None if each.next is None else round(each.next, 3),
        "changed": each.changed,
    }
