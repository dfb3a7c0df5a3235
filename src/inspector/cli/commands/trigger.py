"""Send a sample event, signed as its processor would sign it, under a new event id.

CONNECTOR may be CONNECTOR/LABEL, for one of several accounts. EVENT is the name of a sample, the processor's
name of the event, or an event type (older names are understood). It goes to the local receiver unless --to
names another address, and is signed with the configured secret: a throwaway one is taken where none is."""

import argparse
from typing import TYPE_CHECKING

from inspector.cli import clock, output
from inspector.cli.flags import add_connectors, add_setting, positive

if TYPE_CHECKING:
    from inspector.cli.opening import Account
    from inspector.core import Connector
    from inspector.model import CapturedRequest

__all__ = ["EXAMPLES", "configure", "run"]

# The values of core.Bad, which is not loaded for a help text.
_BAD = ("changed-byte", "stale", "wrong-secret", "missing-signature")

EXAMPLES = """examples:
  inspector trigger stripe --list
  inspector trigger stripe payment_intent.succeeded
  inspector trigger stripe WEBHOOK_DISPUTE_OPENED --set data.object.amount=5000
  inspector trigger adyen AUTHORISATION --to http://localhost:3000/webhooks --secret 44782DEF…
  inspector trigger stripe charge.refunded --print > refund.http
  inspector trigger stripe charge.refunded --bad wrong-secret
  inspector trigger stripe charge.refunded --stale 30

exit codes: 0 answered with 2xx, 1 another answer or none, 2 wrong usage"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector trigger`."""
    parser.add_argument("connector", metavar="CONNECTOR", help="the processor; stripe/shop for an account of its own")
    parser.add_argument("event", metavar="EVENT", nargs="?", help="a sample, a native event or an event type")
    parser.add_argument("--list", action="store_true", help="show the samples of the connector")
    parser.add_argument("--to", metavar="URL", help="where to send it (default: the local receiver)")
    parser.add_argument(
        "--set", metavar="PATH=VALUE", action="append", default=[], help="another value in the body, header: or query:"
    )
    parser.add_argument("--secret", metavar="TEXT", help="sign with this (default: the configured secret)")
    add_setting(parser)
    bad = parser.add_mutually_exclusive_group()
    bad.add_argument("--bad", choices=_BAD, metavar="KIND", help=f"deliberately bad: {', '.join(_BAD)}")
    bad.add_argument("--tamper", action="store_const", dest="bad", const="changed-byte", help="--bad changed-byte")
    bad.add_argument(
        "--stale", metavar="MINUTES", nargs="?", type=positive, const=24 * 60.0, help="signed that long ago (a day)"
    )
    bad.add_argument(
        "--unsigned", action="store_const", dest="bad", const="missing-signature", help="--bad missing-signature"
    )
    parser.add_argument("--print", action="store_true", help="write the request as a .http file instead of sending it")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Send the sample, or show what there is."""
    from inspector.cli.opening import open_account
    from inspector.trigger import choose

    account = open_account(options)
    if options.list or not options.event:
        rows = [
            (each.sample.name, ", ".join(each.native_types), ", ".join(each.event_types)) for each in account.samples
        ]
        output.table(("sample", "native", "event type"), rows)
        return 0
    sample = choose(account.samples, options.event)
    request = _prepared(account, sample.request, options)
    if options.print:
        return _print(request, account)
    return _send(request, sample.name)


def _prepared(account: "Account", request: "CapturedRequest", options: argparse.Namespace) -> "CapturedRequest":
    """The request as it is sent: fresh, changed, signed or deliberately bad."""
    import secrets

    from inspector.cli.given import given, pair
    from inspector.core import Bad, sign, spoil
    from inspector.trigger import compose

    now, connector = clock.now(), account.connector
    url = _url(options.to, account)
    changes = [pair(text) for text in options.set]
    request = compose(connector, request, url, secrets.token_hex(8), now, changes)
    settings = given(options, connector, account.settings)
    if connector.secret and not settings.get(connector.secret):
        settings = _throwaway(connector, settings)
    if options.stale is not None:
        return spoil(connector, request, settings, now, Bad.STALE, options.stale * 60)
    if options.bad is not None:
        return spoil(connector, request, settings, now, Bad(options.bad))
    return sign(connector, request, settings, now)


def _throwaway(connector: "Connector", settings: dict[str, str]) -> dict[str, str]:
    from inspector.core import throwaway_settings

    variable = f"INSPECTOR_{connector.name}_{connector.secret}".upper()
    how = f"inspector secrets set {connector.name}, or set {variable}, or --secret"
    output.note(f"No secret of {connector.title} is set, so a throwaway one signs: {how}")
    return {**throwaway_settings(connector), **settings}


def _url(to: str | None, account: "Account") -> str:
    if to is not None:
        from inspector.core.destination import check_app

        return check_app(to).url
    listen, connector, label = account.opened.listen, account.connector.name, account.label
    host = "127.0.0.1" if listen.host in ("0.0.0.0", "::") else listen.host  # noqa: S104 - nothing is bound here
    path = f"/{connector}/{label}" if label else f"/{connector}"
    return f"http://{f'[{host}]' if ':' in host else host}:{listen.port}{path}"


def _print(request: "CapturedRequest", account: "Account") -> int:
    """Write the request, unless that would show a configured secret: a shared token is its own signature."""
    from inspector.core.http_file import write_http
    from inspector.model import InspectorError

    content, connector = write_http(request), account.connector
    secret = account.settings.get(connector.secret, "")
    if secret and secret.encode() in content:
        hint = "--secret TEXT prints one that is signed with another secret"
        raise InspectorError(f"{connector.title} sends its secret itself, so it is not printed", hint=hint)
    output.write_bytes(content)
    return 0


def _send(request: "CapturedRequest", name: str) -> int:
    from inspector.cli.send import send
    from inspector.model import visible
    from inspector.model.address import without_password

    output.note(f"{name} → {without_password(request.url.partition('?')[0])}")  # a query may hold a secret
    answer = send(request)
    good = 200 <= answer.status < 300
    line = f"{answer.status} {answer.reason} in {answer.elapsed * 1000:,.0f} ms"
    output.write(output.paint(visible(line), "green" if good else "red"))
    text = answer.body.decode("utf-8", "replace")
    if text.strip():
        output.write("\n".join(visible(each) for each in text[:100_000].splitlines()))
    return 0 if good else 1
