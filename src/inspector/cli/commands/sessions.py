"""The sessions of the store: list them, save one as regression tests, remove one, take requests in and out.

inspector sessions                 a line a session
inspector sessions save NAME       deliveries as a folder: requests, what is expected of each, session.toml; those of
                                   the session of that name where there is one, else of --session
inspector sessions remove NAME     delete it from the store, with all its deliveries
inspector sessions import FILE     put requests into the store as if they had come: a HAR file, events that
                                   `stripe events` printed, what hookee saved, a curl command line, a raw HTTP request
                                   (-: from a pipe; a folder: every file of it)
inspector sessions report DIR      a saved session to read, in Markdown; with --html a page that needs nothing else
inspector sessions export DIR      a saved session as HAR 1.2; its bodies are text, so the bytes stand in _bodyBase64
inspector sessions rescue [DIR]    what can be read of a damaged store, as a store of its own: in the folder DIR, or
                                   beside the damaged one, which stays as it is

What is saved is redacted: card numbers, card codes, accounts, names, addresses, telephone numbers, emails, IP
addresses, tokens, cookies and authorization headers get stand-ins of the same shape, the same value the same one. Ids
and amounts stay. Every delivery is signed anew with a throwaway secret that the session names, so that it verifies
for anybody; a signature that was bad is as bad as it was. --keep PATH leaves a place alone and --drop PATH replaces
what is there, too: data.object.metadata, receipt_email, items.*.name, header:x-shop, query:user."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_data, add_json, add_session

if TYPE_CHECKING:
    from inspector.fixtures import Checked, Written
    from inspector.settings import Settings
    from inspector.workspace import Options

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector sessions
  inspector sessions save checkout --note 'paid, then refunded in part'
  inspector sessions save disputes --filter type:dispute --dry-run
  inspector sessions save checkout --keep receipt_email --drop data.object.metadata --replace
  inspector check sessions/checkout
  inspector sessions import recorded.har --session shop
  inspector sessions import hookee-saved/          every file of a folder
  inspector sessions export sessions/checkout > checkout.har
  inspector sessions report sessions/checkout --html > checkout.html
  inspector sessions rescue

exit codes: 0 fine, 1 failed, 2 wrong usage"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector sessions`."""
    actions = ("list", "save", "remove", "import", "export", "report", "rescue")
    parser.add_argument("action", choices=actions, nargs="?", default="list", help="see above")
    parser.add_argument("name", metavar="NAME|FILE|DIR", nargs="?", help="of what is saved, removed or read")
    saving = parser.add_argument_group("save")
    saving.add_argument("--to", metavar="DIR", type=Path, default=Path("sessions"), help="where (default: sessions)")
    saving.add_argument("--filter", metavar="TEXT", default="", help="only what fits, as in inspector events")
    saving.add_argument("--note", metavar="TEXT", default="", help="what the session is about")
    saving.add_argument(
        "--keep", metavar="PATH", dest="spared", action="append", default=[], help="do not redact what is there"
    )
    saving.add_argument("--drop", metavar="PATH", action="append", default=[], help="redact what is there, too")
    saving.add_argument(
        "--no-redaction", action="store_true", help="as it came, with everybody's data and your signatures"
    )
    saving.add_argument(
        "--dry-run", action="store_true", help="say what would be replaced and which files would change"
    )
    saving.add_argument("--replace", action="store_true", help="write over another session of that name")
    parser.add_argument("--html", action="store_true", help="report: a page instead of Markdown")
    add_json(parser, "list: an array of name, events, first and last")
    add_session(parser)
    add_data(parser)
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """List, save or remove."""
    from inspector.cli import live
    from inspector.cli.opening import open_settings, workspace_options
    from inspector.model import InspectorError

    if options.action not in ("list", "rescue") and not options.name:
        raise InspectorError("Which name?", hint=f"Example: inspector sessions {options.action} checkout", exit_code=2)
    if options.action in ("export", "report"):
        return (_export if options.action == "export" else _tell)(options)
    opened = open_settings(options)
    chosen = workspace_options(options, opened)
    if options.action == "rescue":
        return _rescue(chosen, opened.settings, options)
    actions = {"list": _list, "save": _save, "remove": _remove, "import": _import}
    live.run(actions[options.action](chosen, opened.settings, options))
    return 0


async def _list(options: "Options", settings: "Settings", given: argparse.Namespace) -> None:
    from inspector.cli.rows import clock_time, utc_time
    from inspector.workspace import Workspace

    workspace = await Workspace.open(options, lambda _: settings)
    try:
        found = [(each.name, each.rows, each.first or 0.0, each.last or 0.0) for each in workspace.sessions()]
    finally:
        await workspace.close()
    if given.json:
        heads = ("name", "events", "first", "last")
        rows = [(name, events, utc_time(first), utc_time(last)) for name, events, first, last in found]
        output.write_json([dict(zip(heads, row, strict=True)) for row in rows])
    elif not found:
        output.note(f"Nothing is stored in {options.data} yet: inspector listen, or inspector demo")
    else:
        lines = [(name, f"{n:,}", clock_time(first, True), clock_time(last, True)) for name, n, first, last in found]
        output.table(("session", "events", "first", "last"), lines)


async def _save(options: "Options", settings: "Settings", given: argparse.Namespace) -> None:
    from inspector.cli.filters import read_filter
    from inspector.fixtures import save
    from inspector.workspace import Saving, Workspace, written

    query = read_filter(given.filter)
    saving = Saving(
        name=given.name, note=given.note, redacted=not given.no_redaction, keep=given.spared, drop=given.drop
    )
    workspace = await Workspace.open(options, lambda _: settings)
    try:
        if given.session is None and any(each.name == given.name for each in workspace.sessions()):
            workspace.open_session(given.name)
        numbers = dict.fromkeys(row.delivery for row in workspace.rows(workspace.ids(query)))
        found = await written(workspace, list(numbers), saving)
    finally:
        await workspace.close()
    _report(found)
    saved = save(given.to, found, overwrite=given.replace, dry_run=given.dry_run)
    if given.dry_run:
        for name in saved.changed:
            gone = "" if name in found.files else "  (removed)"
            output.write(f"{saved.folder / name}{gone}")
        if not saved.changed:
            output.note("nothing would change")
        return
    what = f"{len(saved.changed):,} files written" if saved.changed else "nothing has changed"
    output.note(f"{saved.deliveries:,} deliveries are in {saved.folder}: {what}")
    output.note(f"  inspector check {saved.folder}")


def _report(written: "Written") -> None:
    """What was replaced: places and kinds, never a value."""
    places = [
        (connector, place, kind)
        for connector, found in sorted(written.session.redacted.items())
        for place, kind in sorted(found.items())
    ]
    if places:
        output.table(("connector", "replaced in", "what it was"), places)


async def _remove(options: "Options", settings: "Settings", given: argparse.Namespace) -> None:
    from msgspec.structs import replace

    from inspector.model import InspectorError
    from inspector.workspace import Workspace

    workspace = await Workspace.open(replace(options, session=""), lambda _: settings)  # none is in use
    try:
        known = [each.name for each in workspace.sessions()]
        if given.name not in known:
            raise InspectorError(f"There is no session {given.name!r}", f"There are {', '.join(known)}", exit_code=2)
        await workspace.delete_session(given.name)
    finally:
        await workspace.close()
    output.note(f"The session {given.name} is removed")


def _export(given: argparse.Namespace) -> int:
    """A saved session, which is redacted, as an archive."""
    from inspector.fixtures import har_text

    output.write_json(har_text((each.kept, each.app) for each in _checked(given)))
    return 0


def _tell(given: argparse.Namespace) -> int:
    """A saved session to read."""
    from inspector.fixtures import html_report, markdown_report, read_session, tell

    events = tell(_checked(given))
    session = read_session(Path(given.name))
    make = html_report if given.html else markdown_report
    text = make(session.name if session else given.name, session.note if session else "", events)
    output.write_bytes(text.encode("utf-8", "replace"))
    return 0


def _checked(given: argparse.Namespace) -> "list[Checked]":
    from inspector.fixtures import Checker, find
    from inspector.model import InspectorError

    checker = Checker(given.connectors)
    found = [checker.check(path) for path in find([Path(given.name)])]
    if not found:
        raise InspectorError(f"There are no .http files in {given.name}", exit_code=2)
    return found


def _contents(name: str) -> list[tuple[bytes, str]]:
    """What is in a file, or in every file of a folder, each with its name."""
    from inspector.cli.flags import opened_file

    folder = Path(name)
    names = sorted(str(each) for each in folder.iterdir() if each.is_file()) if folder.is_dir() else [name]
    found = []
    for each in names:
        with opened_file(each) as file:
            found.append((file.read(), each))
    return found


def _rescue(options: "Options", settings: "Settings", given: argparse.Namespace) -> int:
    """Exit code 1 where something is lost."""
    from inspector.workspace import rescued

    place, found = rescued(options, settings, Path(given.name) if given.name else None)
    output.note(f"{found.deliveries:,} deliveries of {found.sessions:,} sessions are in {place}")
    output.note(f"  {found.attempts:,} attempts to forward them are with them")
    if found.lost:
        output.note(f"  {found.lost:,} deliveries cannot be read, and are lost")
    output.note(f"  inspector events --data {place}")
    output.note(f"The store in {options.data} is as it was")
    return int(found.lost > 0)


async def _import(options: "Options", settings: "Settings", given: argparse.Namespace) -> None:
    """Requests that nobody recognises are passed over: an archive of a browser is full of them."""
    from inspector.core.receiver_path import named
    from inspector.fixtures import requests_in
    from inspector.workspace import Workspace

    contents = _contents(given.name)
    workspace = await Workspace.open(options, lambda _: settings)
    try:
        found = [each for content, name in contents for each in requests_in(content, name, workspace.clock())]
        taken = 0
        for request in found:
            name, label, _ = named(request.path)
            known = name if name in workspace.service.connectors else workspace.service.detect(request)
            if known is not None or len(found) == 1:
                await workspace.receive(request, known, label if known == name else "")
                taken += 1
    finally:
        await workspace.close()
    passed = f"; {len(found) - taken:,} of no processor passed over" if taken < len(found) else ""
    output.note(f"{taken:,} requests are in the session {options.session}{passed}")
