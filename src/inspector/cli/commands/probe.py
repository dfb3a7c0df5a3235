"""Find out whether your app verifies what it gets: one good delivery, and every kind of bad one.

It is sent a sample event of the processor, rightly signed; then with a value changed after signing, signed a day
ago, signed with another secret, and without a signature, as far as the processor's signature can be bad in that
way. Good ones have to be accepted (2xx) and bad ones refused (4xx); anything else that an app can do wrong is a
finding. Your app and Inspector need the same secret: a test one. Its events are real to your app: probe none
that is in use."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from inspector.cli import clock, output
from inspector.cli.flags import add_connectors, add_json, add_setting, positive

if TYPE_CHECKING:
    from inspector.core import Connector
    from inspector.library import Sample
    from inspector.trigger import Candidate
    from inspector.workspace.probe import Probed

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector probe --to http://localhost:3000/webhooks --connector stripe
  inspector probe --to :3000/hooks --connector adyen --event REFUND --secret 44782DEF…
  inspector probe --to :3000/hooks --connector cashfree --setting tolerance_seconds=300
  inspector probe --to :3000/hooks --connector stripe --json | jq '.[] | select(.finding)'

exit codes: 0 every answer is right, 1 a finding, 2 wrong usage"""

_STYLES: Final = {"accepted": "green", "refused": "green", "crashed": "yellow", "strange": "yellow", "not sent": "dim"}
_FIRST: Final = "PAYMENT_INTENT_SUCCESS"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector probe`."""
    parser.add_argument("--to", metavar="URL", required=True, help="your app's address for webhooks")
    parser.add_argument(
        "--connector", metavar="NAME", required=True, help="the processor; stripe/shop for an account of its own"
    )
    parser.add_argument("--event", metavar="EVENT", help="a sample, native event or event type (default: a payment)")
    parser.add_argument("--secret", metavar="TEXT", help="the secret that your app has (default: the configured one)")
    add_setting(parser)
    parser.add_argument("--timeout", metavar="S", type=positive, default=10.0, help="seconds to answer (default: 10)")
    add_json(parser, "an array: delivery, outcome, status_code, elapsed, error, finding, remark")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Probe the app."""
    import asyncio

    from inspector.cli.given import given
    from inspector.cli.opening import open_account
    from inspector.core.destination import check_app
    from inspector.model import InspectorError
    from inspector.trigger import choose
    from inspector.workspace.probe import probe

    where, account = check_app(options.to), open_account(options)
    connector, found = account.connector, account.samples
    settings = given(options, connector, account.settings)
    if connector.secret and not settings.get(connector.secret):
        title = f"No secret of {connector.title} is set, so no app could accept anything"
        raise InspectorError(title, hint=f"inspector secrets set {options.connector}, or --secret TEXT", exit_code=2)
    sample = choose(found, options.event) if options.event else _usual(found, connector, settings)
    if not options.json:
        output.note(f"{connector.name}: {sample.name} → {where.address}")
    probed = asyncio.run(probe(connector, sample.request, where.url, settings, clock.now, options.timeout))
    if options.json:
        output.write_json([_values(each) for each in probed])
    else:
        _print(probed)
    return int(any(each.finding for each in probed))


def _usual(found: "Sequence[Candidate]", connector: "Connector", settings: dict[str, str]) -> "Sample":
    """Of the events that the processor signs, a payment that succeeded; of several, the plainest: the shortest name."""
    from inspector.core.spoil import is_signed

    ordered = sorted(found, key=lambda each: (_FIRST not in each.event_types, len(each.sample.name)))
    samples = [each.sample for each in ordered]
    return next((each for each in samples if is_signed(connector, each.request, settings, clock.now())), samples[0])


def _values(probed: "Probed") -> dict[str, Any]:
    attempt = probed.attempt
    return {
        "delivery": probed.kind,
        "outcome": probed.outcome.value,
        "status_code": attempt.status_code if attempt else None,
        "elapsed": round(attempt.elapsed, 6) if attempt else None,
        "error": (attempt.error or None) if attempt else None,
        "finding": probed.finding,
        "remark": probed.remark or None,
    }


def _print(probed: "Sequence[Probed]") -> None:
    """A line a delivery: what it was, what the app did, what it answered, and what is to be said of it."""
    answers = [_answer(each) for each in probed]
    size = max(map(len, answers))
    for each, answer in zip(probed, answers, strict=True):
        style = "red" if each.finding else _STYLES[each.outcome.value]
        outcome = output.paint(each.outcome.value.ljust(8), style)
        mark = "✗ " if each.finding else ""
        output.write(f"{each.kind.ljust(17)}  {outcome}  {answer.ljust(size)}  {mark}{each.remark}".rstrip())
    _conclude(probed)


def _answer(probed: "Probed") -> str:
    from inspector.model import visible

    attempt = probed.attempt
    if attempt is None:
        return ""
    if attempt.status_code is None:
        return visible(attempt.error, 60)
    return f"{attempt.status_code} in {attempt.elapsed * 1000:,.0f} ms"


def _conclude(probed: "Sequence[Probed]") -> None:
    good, *bad = probed
    sent = [each for each in bad if each.attempt is not None]
    count = sum(each.finding for each in probed)
    if good.attempt is None or good.attempt.status_code is None:
        output.note("The good delivery had no answer, so nothing is proven")
    elif good.finding:
        output.note("The good delivery was not accepted, so the answers to the bad ones prove nothing yet")
    elif all(each.finding for each in sent):
        output.note("It accepts whatever comes: it does not verify signatures at all")
    elif count:
        output.note(f"{count} finding{'' if count == 1 else 's'}")
    else:
        output.note("It accepts the good delivery and believes no bad one")
