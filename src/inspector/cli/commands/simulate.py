"""See how your app lives with a processor: its retries as they are documented, and what can go wrong on the way.

Events of the processor are sent to your app, rightly signed. What it does not answer as the processor wants is sent
again at the documented times, which are compressed: an hour takes a moment. Processors that hold later events back
for one that is not received (Adyen, Worldpay) do so here. Copies, losses, delays, disorder and an outage come by
chance, the same for the same --seed. Your app needs the same secret; its events are real to it."""

import argparse
from typing import TYPE_CHECKING, Any, Final

from inspector.cli import clock, output
from inspector.cli.flags import add_connectors, add_json, add_setting, count, positive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.core import Connector
    from inspector.workspace.simulate import Simulation, Try

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector simulate --connector adyen --to :3000/webhooks --count 20
  inspector simulate --connector stripe --to :3000/hooks --schedule 1min,5min,1h --outage 30min
  inspector simulate --connector checkout --to :3000/hooks --duplicates 0.3 --reorder 0.2 --lost 0.1 --seed 7
  inspector simulate --connector cashfree --to :3000/hooks --every 0s --json | jq 'select(.changed)'

exit codes: 0 all is received, 1 an event was given up, or a copy was answered otherwise, 2 wrong usage"""

_COMPRESSION: Final = 10_000.0


def span(text: str) -> float:
    """A length of time, for argparse: 10s, 5min, 2h."""
    from inspector.core.span import seconds_in

    return seconds_in(text)


def spans(text: str) -> list[float]:
    """Several lengths of time, for argparse."""
    return [span(each) for each in text.split(",")]


def part(text: str) -> float:
    """A probability, for argparse."""
    number = float(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return number


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector simulate`."""
    parser.add_argument("--to", metavar="URL", required=True, help="your app's address for webhooks")
    parser.add_argument("--connector", metavar="NAME", required=True, help="the processor; stripe/shop for an account")
    parser.add_argument("--event", metavar="EVENT", help="only this sample, native event or event type (default: all)")
    parser.add_argument("--count", metavar="N", type=count, default=10, help="how many events (default: 10)")
    parser.add_argument("--schedule", metavar="TIMES", type=spans, help="1min,5min,1h: instead of the documented times")
    parser.add_argument("--compress", metavar="X", type=positive, default=_COMPRESSION, help="default: 10000")
    parser.add_argument(
        "--every", metavar="TIME", type=span, default=1.0, help="between events; 0s: a burst (default: 1s)"
    )
    for name, what in (("duplicates", "comes twice"), ("lost", "is lost at first"), ("reorder", "overtakes another")):
        parser.add_argument(
            f"--{name}", metavar="P", type=part, default=0.0, help=f"how probably an event {what}, 0 to 1"
        )
    parser.add_argument("--delay", metavar="TIME", type=span, default=0.0, help="the most that an event is late by")
    parser.add_argument("--outage", metavar="TIME", type=span, default=0.0, help="how long the app is away at first")
    parser.add_argument("--seed", metavar="N", type=count, default=1, help="the same chance again (default: 1)")
    parser.add_argument("--secret", metavar="TEXT", help="the secret that your app has (default: the configured one)")
    add_setting(parser)
    add_json(parser, "a line of JSON a delivery: at, event, sample, number, what, status_code, received, next, changed")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Simulate the processor."""
    import asyncio

    simulation = _simulation(options)
    return asyncio.run(_run(simulation, options.json))


def _simulation(options: argparse.Namespace) -> "Simulation":
    from inspector.cli.given import given
    from inspector.cli.opening import open_account
    from inspector.core.retry import schedule_of
    from inspector.model import InspectorError
    from inspector.trigger import choose
    from inspector.workspace.simulate import Simulation, Trouble

    account = open_account(options)
    connector = account.connector
    settings = given(options, connector, account.settings)
    if connector.secret and not settings.get(connector.secret):
        title = f"No secret of {connector.title} is set, so no app could accept anything"
        raise InspectorError(title, hint=f"inspector secrets set {options.connector}, or --secret TEXT", exit_code=2)
    schedule = options.schedule or schedule_of(connector)
    if not schedule:
        note = connector.document.retries.note
        hint = "Give the times: --schedule 1min,5min,1h"
        raise InspectorError(f"{connector.title} documents no times for its retries", note, hint, exit_code=2)
    found = [choose(account.samples, options.event)] if options.event else _posted(account.samples)
    samples = [found[number % len(found)] for number in range(options.count)]
    names = ("duplicates", "lost", "reorder", "delay", "outage", "every")
    trouble = Trouble(**{name: getattr(options, name) for name in names})
    if not options.json:
        _announce(connector, schedule, options)
    return Simulation(
        connector, samples, settings, options.to, clock.now, schedule, trouble, options.seed, options.compress
    )


def _posted(candidates: "Sequence[Any]") -> list[Any]:
    return [each.sample for each in candidates if each.sample.request.method == "POST"]


def _announce(connector: "Connector", schedule: "Sequence[float]", options: argparse.Namespace) -> None:
    times = ", ".join(_length(each) for each in schedule)
    back = "; later events wait for one that is not received" if connector.document.retries.holds_back else ""
    output.note(f"{connector.title} → {options.to}: again after {times}{back} (seed {options.seed})")
    output.note(f"  {connector.document.retries.docs or connector.docs}")


async def _run(simulation: "Simulation", as_json: bool) -> int:
    tries: list[Try] = []
    async for each in simulation.run():
        tries.append(each)
        if as_json:
            output.write_bytes(output.encode(_values(each)) + b"\n")
        else:
            output.write(_line(each))
    return _report(tries)


def _line(each: "Try") -> str:
    from inspector.model import visible

    status = "–" if each.attempt is None else str(each.attempt.status_code or "none")
    then = f", again after {_length(each.next - each.at)}" if each.next is not None else ""
    if not each.received and each.next is None and each.what != "copy":
        then = ", given up"
    changed = "  ✗ answered otherwise than the first time" if each.changed else ""
    text = f"#{each.event + 1} {each.sample}"
    which = "copy" if each.what == "copy" else f"try {each.number}"
    why = each.why.partition(": ")[2] or each.why
    line = f"{_length(each.at):>10}  {text:<40.40}  {which:<6}  {status:<4}  {visible(why, 200)}{then}{changed}"
    return output.paint(line, "red" if each.changed or then == ", given up" else "" if each.received else "yellow")


def _report(tries: "Sequence[Try]") -> int:
    """What the processor believes now, and whether the same event twice changed the app's answer."""
    events = {each.event for each in tries}
    received = {each.event for each in tries if each.received}
    copies = [each for each in tries if each.what == "copy"]
    changed = sum(each.changed for each in copies)
    sent = sum(each.attempt is not None for each in tries)
    first = [each.event for each in tries if each.received and each.what == "try"]
    late = sum(event < max(first[:place], default=-1) for place, event in enumerate(first))
    took = max((each.at for each in tries), default=0.0)
    output.note(f"{sent:,} deliveries of {len(events):,} events in {_length(took)}")
    output.note(f"  the processor believes {len(received):,} to be received, and gave {len(events - received):,} up")
    output.note(
        f"  {late:,} were received after a later one; {len(copies):,} came twice, {changed:,} answered otherwise"
    )
    return int(bool(events - received) or changed > 0)


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


def _length(seconds: float) -> str:
    """A length of the simulated time: 30s, 5min, 2h 30min."""
    if seconds < 60:
        return f"{seconds:.0f}s"
    hours, rest = divmod(round(seconds), 3600)
    minutes = f"{rest // 60}min" if rest // 60 or not hours else ""
    return " ".join(each for each in (f"{hours}h" if hours else "", minutes) if each)
