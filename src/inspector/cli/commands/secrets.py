"""Keep the secrets of your accounts, in the system's keyring where there is one.

inspector secrets set CONNECTOR[/LABEL] [SETTING]     keep one: asked for without showing it, or read from a pipe
inspector secrets list                                which are set, where each lies and what it looks like
inspector secrets remove CONNECTOR[/LABEL] [SETTING]  keep it no longer; without SETTING, all of the account

A value never stands on the command line, and is never shown. LABEL is that of the path /stripe/shop. SETTING is
the processor's secret where it is left out; `inspector connectors show NAME` has the others. CONNECTOR may also be
ngrok: the token that opens the tunnel. Where there is no keyring, secrets lie in secrets.json of your config folder,
for your eyes only (mode 0600). A variable of the environment stands before inspector.toml, and that before what is
kept here."""

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_json

if TYPE_CHECKING:
    from inspector.core import Connector
    from inspector.settings import Settings

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector secrets set stripe
  inspector secrets set stripe/shop --rotate
  inspector secrets set trustly public_key < trustly.pem
  pass show adyen | inspector secrets set adyen hmac_key
  inspector secrets set ngrok
  inspector secrets list
  inspector secrets remove stripe/shop

exit codes: 0 fine, 1 the keyring or the file refused, 2 wrong usage"""

_LARGEST: Final = 64 * 1024  # bytes
_NGROK_SETTING: Final = "authtoken"


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector secrets`."""
    parser.add_argument("action", choices=("set", "list", "remove"), help="see above")
    parser.add_argument("names", metavar="CONNECTOR[/LABEL] [SETTING]", nargs="*", help="the account, and its setting")
    parser.add_argument(
        "--rotate", action="store_true", help="set: the one that is kept becomes previous_secret; both are accepted"
    )
    parser.add_argument("--file", action="store_true", help="set: keep it in the file, though there is a keyring")
    add_json(parser, "list: an array of account, setting, where, shape, remark and in_force")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Set, list or remove."""
    from inspector.cli.opening import open_settings
    from inspector.library import load_connectors
    from inspector.settings import NGROK

    opened = open_settings(options)
    if options.action == "set" and options.names in ([NGROK], [NGROK, _NGROK_SETTING]):
        return _set_token(opened.settings, in_file=options.file)
    connectors = load_connectors(opened.connectors)
    if options.action == "list":
        return _list(opened.settings, connectors, options.json)
    if options.action == "remove" and len(options.names) in (1, 2) and opened.settings.kept(options.names[0]):
        return _remove(opened.settings, *options.names)  # also of a connector that is not there any more
    account, setting = _named(options.names, connectors, bare=options.action == "remove")
    if options.action == "remove":
        return _remove(opened.settings, account, setting)
    return _set(opened.settings, connectors[account.partition("/")[0]], account, setting, options)


def _named(names: list[str], connectors: "Mapping[str, Connector]", *, bare: bool) -> tuple[str, str]:
    """The account and the setting that are meant. No word that may be a secret is repeated."""
    from difflib import get_close_matches

    from inspector.cli.describe import SHARED_SETTINGS
    from inspector.model import InspectorError

    if not 1 <= len(names) <= 2:
        what = "A value never stands on the command line: it is asked for" if names else "Which account?"
        raise InspectorError(what, hint="Example: inspector secrets set stripe", exit_code=2)
    name, slash, label = names[0].partition("/")
    if name not in connectors or (slash and not label.strip()):
        near = get_close_matches(name, connectors, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}?" if near else "inspector connectors lists what there is"
        raise InspectorError("There is no such connector", hint=hint, exit_code=2)
    connector = connectors[name]
    known = [*connector.settings, *SHARED_SETTINGS]
    setting = names[1] if len(names) > 1 else "" if bare else connector.secret
    if setting not in known and not (bare and not setting):
        near = get_close_matches(setting, known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]}? " if near else f"There are {', '.join(known)}. "
        detail = "If that word was the secret: it is asked for, and what stood on a command line is best replaced"
        raise InspectorError(f"{connector.title} has no such setting", detail, hint.strip(), exit_code=2)
    return names[0], setting


def _set(settings: "Settings", connector: "Connector", account: str, setting: str, options: argparse.Namespace) -> int:
    from inspector.core.shapes import implausible
    from inspector.vault import Place, keyring_name

    text = _given(account, setting, connector.settings.get(setting, ""))
    where = settings.keep(account, setting, text, rotate=options.rotate, in_file=options.file)
    place = settings.place(where) if where is Place.FILE else f"the keyring ({keyring_name()})"
    both = "; the one before it is accepted as well, until previous_secret is removed" if options.rotate else ""
    output.note(f"{account}: {setting} is kept in {place}{both}")
    if where is Place.FILE and not options.file:
        output.note("  there is no keyring to be used: whoever can read your files can read it")
    remark = implausible(connector, setting, text)
    if remark is not None:
        output.note(f"  but it {remark[0]}. {remark[1]}")
    before = settings.own(account).get(setting, "")
    if before != settings.place(where):
        output.note(f"  but the one in {before} stands before it")
    return 0


def _set_token(settings: "Settings", *, in_file: bool) -> int:
    """The tunnel's: it belongs to no processor."""
    from inspector.settings import NGROK
    from inspector.vault import Place

    text = _given(NGROK, _NGROK_SETTING, "It stands on https://dashboard.ngrok.com/get-started/your-authtoken")
    where = settings.keep(NGROK, _NGROK_SETTING, text, in_file=in_file)
    output.note(
        f"{NGROK}: {_NGROK_SETTING} is kept in {settings.place(where) if where is Place.FILE else 'the keyring'}"
    )
    return 0


def _given(account: str, setting: str, what: str) -> str:
    """The value: typed without showing it, or all that comes through a pipe. Raises InspectorError."""
    from inspector.model import InspectorError

    if sys.stdin.isatty():
        from getpass import getpass

        if what:
            output.note(what)
        try:
            text = getpass(f"{setting} of {account} (not shown): ").strip()
        except EOFError:  # Ctrl+D
            text = ""
    else:
        text = _piped(setting)
    if not text:
        raise InspectorError("Nothing was given, so nothing is kept", exit_code=2)
    if "\n" in text and not text.startswith(("-----", "{")):
        raise InspectorError(f"{setting} is one line, and several were given", exit_code=2)
    return text


def _piped(setting: str) -> str:
    from inspector.model import InspectorError

    content = sys.stdin.buffer.read(_LARGEST + 1)
    text = content.decode("utf-8", "replace").strip()
    if len(content) > _LARGEST or not all(each.isprintable() for each in text.splitlines()) or "\ufffd" in text:
        raise InspectorError(f"This is no {setting}", "It is not text, or longer than 64 KiB", exit_code=2)
    return text


def _list(settings: "Settings", connectors: "Mapping[str, Connector]", as_json: bool) -> int:
    rows = _rows(settings, connectors)
    if as_json:
        output.write_json(rows)
        return 0
    if not rows:
        output.note("No secret is set: inspector secrets set stripe, for example")
        return 0
    shown = [(each["account"], each["setting"], each["where"], _shape(each)) for each in rows]
    output.table(("account", "setting", "where", "shape"), shown)
    return 0


def _shape(row: dict[str, Any]) -> str:
    return ": ".join(part for part in (row["shape"], row["remark"]) if part)


def _rows(settings: "Settings", connectors: "Mapping[str, Connector]") -> list[dict[str, Any]]:
    """Every setting of every account; a kept one that something stands before, too."""
    from inspector.settings import NGROK

    rows: list[dict[str, Any]] = []
    settings.prepare()
    for account in (*settings.accounts(), NGROK):
        name, _, label = account.partition("/")
        values, own = settings.of(name, label), settings.own(account)
        for setting, where in own.items():
            text = None if (account, setting) in settings.problems else values[setting]
            rows.append(_row(connectors.get(name), account, setting, where, text))
        for setting, place in settings.kept(account).items():
            if own[setting] != settings.place(place):
                remark = f"{own[setting]} stands before it"
                rows.append(_line(account, setting, settings.place(place), "", remark, in_force=False))
    return rows


def _row(connector: "Connector | None", account: str, setting: str, where: str, text: str | None) -> dict[str, Any]:
    from inspector.core.shapes import beginnings, implausible, shape
    from inspector.settings import NGROK

    if text is None:
        return _line(account, setting, where, "", "the keyring does not give it", in_force=False)
    if account == NGROK:
        return _line(account, setting, where, shape(text), "")
    if connector is None:
        return _line(account, setting, where, shape(text), "there is no such connector", in_force=False)
    remark = implausible(connector, setting, text)
    named = connector.secret if setting == "previous_secret" else setting
    return _line(account, setting, where, shape(text, beginnings(connector, named)), remark[0] if remark else "")


def _line(account: str, setting: str, where: str, shape: str, remark: str, *, in_force: bool = True) -> dict[str, Any]:
    names = {"account": account, "setting": setting, "where": where}
    return {**names, "shape": shape or None, "remark": remark or None, "in_force": in_force}


def _remove(settings: "Settings", account: str, setting: str = "") -> int:
    from inspector.model import InspectorError

    kept = settings.kept(account)
    names = [setting] if setting else list(kept)
    if not names or not kept.keys() >= set(names):
        own = settings.own(account)
        elsewhere = [own[setting]] if setting in own else dict.fromkeys(own.values())
        hint = f"What is set stands in {', '.join(elsewhere)}: take it out there" if elsewhere else ""
        raise InspectorError(f"Nothing like that is kept of {account}", hint=hint or "inspector secrets list")
    for name in names:
        settings.forget(account, name)
        output.note(f"{account}: {name} is not kept any more")
    return 0
