"""Receive webhooks on this machine, and show them as they come.

The processor is named by the path, /stripe, or /stripe/checkout for one of several accounts; on / it is
recognised. Every request is stored before it is answered. Secrets come from the environment,
INSPECTOR_STRIPE_SIGNING_SECRET, from inspector.toml, or from `inspector secrets`, in this order; flags stand
over all of them.

A processor reaches this machine through a tunnel: --tunnel ngrok opens one, with the token of `inspector secrets set
ngrok`, of NGROK_AUTHTOKEN or of ngrok's own configuration; or it is one of yours, --public-url. It is up when a
request of our own went out through it and came back.

A message queue may stand for the app: redis://host:6379/stream or amqp://host:5672/exchange, rediss or amqps for TLS,
with user:password@ before the host; the extras `redis` and `amqp` have the clients. Each event is a message: id (the
key to deduplicate by), connector, label, event_type, source_verified, event (as in the events of --json) and request
(a line for `inspector handle --jsonl`). These are the fields of an entry in Redis; RabbitMQ gets one JSON object, which
is persistent, under the routing key connector.EVENT_TYPE. The server has to confirm it: it arrives at least once.

With --keep and --max-size the oldest deliveries are taken away, of whatever session, while nothing else is to be
done; what has still to be sent to an app stays until it is. Both may stand in inspector.toml. The size is that of the
store; beside it lies its log, of 64 MB at most.

Where standard output is no terminal, or with --headless, there is no screen but a line an event. With --json
it is a line of JSON a delivery: its number, session, received_at, method, url, label and duplicate_of, and
the answer of `inspector handle` (connector, source_verified, verification, events, acknowledgement,
problems); and a line {"delivery": …, "attempt": {…}} a forwarding. Ctrl+C and SIGTERM end it in good order."""

import argparse
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_data, add_json, add_session, add_theme, port, size

if TYPE_CHECKING:
    from inspector.workspace import Workspace

__all__ = ["EXAMPLES", "add_listening", "configure", "run"]

EXAMPLES = """examples:
  inspector listen
  inspector listen --forward-to http://localhost:3000/webhooks --auto-forward
  inspector listen --tunnel ngrok --domain shop.ngrok.app
  INSPECTOR_STRIPE_SIGNING_SECRET=whsec_… inspector listen --headless --json | jq .verification.verdict"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector listen`."""
    add_listening(parser)
    parser.add_argument("--headless", action="store_true", help="no screen: one line an event")
    add_json(parser, "headless, as lines of JSON")


def add_listening(parser: argparse.ArgumentParser) -> None:
    """What a receiver is started with, with a screen or without."""
    parser.add_argument("--port", metavar="N", type=port, help="the port to listen on (default: 4242; 0: a free one)")
    parser.add_argument("--host", metavar="ADDRESS", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--forward-to",
        metavar="URL",
        action="append",
        help="your app, to whose address the path beyond /CONNECTOR/LABEL and the query are added; or a message queue,"
        " redis://host/stream or amqp://host/exchange. Again for several; instead of those of inspector.toml",
    )
    parser.add_argument("--insecure", action="store_true", help="take any certificate of an https app, or of a queue")
    parser.add_argument("--ca-file", metavar="FILE", help="the certificates to trust in it, in PEM")
    parser.add_argument(
        "--auto-forward", action=argparse.BooleanOptionalAction, help="forward every delivery by itself (default: no)"
    )
    parser.add_argument(
        "--answer",
        metavar="ack|reject|app|outage|STATUS",
        help="what the processor gets: ack, what it wants (default); reject, 401 unless verified; app, your app's"
        " answer (app:5s:ack: in time, and what else); outage, or a status (503:10min for so long, 503:20 so often)",
    )
    parser.add_argument("--public-url", metavar="URL", help="the address the processor knows; some sign it (square)")
    parser.add_argument("--tunnel", choices=("ngrok",), help="open a tunnel, so that a processor reaches this machine")
    parser.add_argument(
        "--domain", metavar="NAME", help="the tunnel's own, reserved at ngrok (default: ngrok's choice)"
    )
    parser.add_argument("--connector", metavar="NAME", help="the processor of requests whose path names none")
    add_session(parser)
    add_data(parser)
    add_connectors(parser)
    parser.add_argument("--max-body", metavar="SIZE", type=size, help="the largest body, e.g. 512K, 20M (default: 10M)")
    parser.add_argument("--keep", metavar="TIME", help="take away what is older, e.g. 12h, 30d (default: nothing is)")
    parser.add_argument(
        "--max-size", metavar="SIZE", help="take away the oldest where the store is larger, e.g. 500MB, 2GB"
    )
    add_theme(parser)


def run(options: argparse.Namespace) -> int:
    """Listen until told to stop."""
    if not (options.headless or options.json) and output.is_screen():
        from inspector.cli.screen import show

        return show(lambda stack: _open(options, stack, attach=True), options.theme)
    from inspector.cli import live
    from inspector.cli.fetching import offer_agent

    if options.tunnel:
        offer_agent()
    live.run(_print(options))
    return 0


async def _open(options: argparse.Namespace, stack: AsyncExitStack, *, attach: bool = False) -> "Workspace":
    """The workspace, listening, or attached to a receiver on the same folder; the stack closes it."""
    from inspector.cli.opening import open_settings, workspace_options
    from inspector.workspace import Workspace

    opened = open_settings(options)
    workspace = await Workspace.open(workspace_options(options, opened), lambda _: opened.settings)
    stack.push_async_callback(workspace.close)
    await workspace.listen(attach=attach)
    return workspace


async def _print(options: argparse.Namespace) -> None:
    from inspector.cli.live import announce, print_arrivals, stopping

    async with AsyncExitStack() as stack, stopping() as stop:
        workspace = await _open(options, stack)
        announce(workspace)
        await print_arrivals(workspace, options.json, stop)
