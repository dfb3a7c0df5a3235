"""inspector.toml: of the project's folder, else of your configuration folder.

inspector config show      what is in force, and where each value comes from; no secret is shown
inspector config check     every mistake, with file and line
inspector config schema    its JSON Schema, for an editor to complete and check by

A profile is a table of the same kind, [profiles.staging.listen] and so on: --profile staging, or INSPECTOR_PROFILE,
puts it over the rest. The environment stands over both, and flags over everything."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_json

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector config show --profile staging
  inspector config check
  inspector config schema > inspector.schema.json

exit codes: 0 fine, 1 there are mistakes, 2 wrong usage"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector config`."""
    parser.add_argument("action", choices=("show", "check", "schema"), nargs="?", default="show", help="see above")
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="check: another file than that in force")
    add_json(parser, "show: an array of name, value and from; check: an array of line, key and what")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Show, check or print the schema."""
    return {"show": _show, "check": _check, "schema": _schema}[options.action](options)


def _schema(options: argparse.Namespace) -> int:
    from inspector.configuration import schema

    output.write(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0


def _show(options: argparse.Namespace) -> int:
    rows = list(_rows(options))
    if options.json:
        output.write_json([{"name": name, "value": value, "from": place} for name, value, place in rows])
    else:
        output.table(("setting", "value", "from"), [(name, _text(value), place) for name, value, place in rows])
    return 0


def _rows(options: argparse.Namespace) -> Iterator[tuple[str, object, str]]:
    """Name, value and place of everything that is in force."""
    from inspector.cli.opening import open_settings
    from inspector.model.address import without_password

    settings = open_settings(options).settings
    listen = settings.listen.model_dump(mode="json")
    listen["forward_to"] = [without_password(each) for each in listen["forward_to"]]
    for name, value in listen.items():
        yield f"listen.{name}", value, settings.sources.get(name, "default")
    for name, keys in settings.keys.items():
        yield f"keys.{name}", list(keys), str(settings.source)
    for each in settings.destinations.all:
        yield f"destinations.{each.name}", each.address, str(settings.source)
    for account in settings.accounts():
        for setting, place in settings.own(account).items():
            yield f"{account}: {setting}", "set", place


def _text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _check(options: argparse.Namespace) -> int:
    from inspector.cli.config_check import check
    from inspector.configuration import FILE, found_file

    path = options.file or found_file()
    if path is None:
        output.note(f"There is no {FILE} here, and none in your configuration folder: the defaults are in force")
        return 0
    found = check(path, options.connectors)
    if options.json:
        output.write_json([{"line": each.line, "key": each.key, "what": each.what} for each in found])
    for each in () if options.json else found:
        output.write(f"{path}:{each.line}: {each.key}: {each.what}")
    if not found:
        output.note(f"{path}: no mistake")
    return int(bool(found))
