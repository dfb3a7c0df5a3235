"""The processors that Inspector knows: list them, show one, compare them, check documents, print the JSON Schema.

inspector connectors                a line a processor
inspector connectors show NAME      its signature, settings, events, fields, answers and retries
inspector connectors matrix         event types as rows, processors as columns: a gap is seen at a glance
inspector connectors check PATH…    every mistake in documents and samples: file:line: key: what
inspector connectors schema         the JSON Schema of connector.toml, for an editor to complete and check by"""

import argparse
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_json

if TYPE_CHECKING:
    from inspector.core import Connector

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector connectors
  inspector connectors show adyen
  inspector connectors show adyen --markdown > adyen.md
  inspector connectors matrix stripe adyen square
  inspector connectors --json | jq '.[] | [.name, .scheme]'
  inspector connectors check connectors

exit codes: 0 fine, 1 mistakes were found, 2 wrong usage"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector connectors`."""
    parser.add_argument(
        "action", choices=("list", "show", "matrix", "check", "schema"), nargs="?", default="list", help="see above"
    )
    parser.add_argument(
        "names", metavar="NAME|PATH", nargs="*", help="connectors to list, show or compare; paths to check"
    )
    form = parser.add_mutually_exclusive_group()
    add_json(form, "list, show and matrix as JSON")
    form.add_argument("--markdown", action="store_true", help="list, show and matrix as Markdown")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """List, show, check or print the schema."""
    actions = {"list": _list, "show": _show, "matrix": _matrix, "check": _check, "schema": _schema}
    return actions[options.action](options)


def _loaded(options: argparse.Namespace) -> tuple[Path, "dict[str, Connector]"]:
    """The folder, and the connectors that are named; all of them where none is."""
    from inspector.library import folder, load_connectors

    place = folder(options.connectors)
    connectors = load_connectors(place)
    return place, {name: _known(name, connectors) for name in options.names or connectors}


def _known(name: str, connectors: "Mapping[str, Connector]") -> "Connector":
    from difflib import get_close_matches

    from inspector.model import InspectorError

    if name in connectors:
        return connectors[name]
    near = get_close_matches(name, connectors, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(connectors)}"
    raise InspectorError(f"There is no connector {name!r}", hint=hint, exit_code=2)


def _samples(place: Path, name: str) -> int:
    return len(list((place / name / "samples").glob("*.http")))


def _list(options: argparse.Namespace) -> int:
    from inspector.cli.describe import description

    place, connectors = _loaded(options)
    found = [description(each, _samples(place, name)) for name, each in connectors.items()]
    if options.json:
        output.write_json(found)
        return 0
    if options.markdown:
        from inspector.cli.catalogue import list_markdown

        return _write(list_markdown(found))
    heads = ("name", "processor", "signature", "events", "families", "samples", "settings")
    output.table(heads, [_row(each) for each in found])
    return 0


def _row(found: dict[str, Any]) -> tuple[str, ...]:
    return (
        found["name"],
        found["title"],
        found["scheme"],
        str(len(found["native_events"])),
        " ".join(found["families"]),
        str(found["samples"]),
        ", ".join(found["settings"]),
    )


def _show(options: argparse.Namespace) -> int:
    from inspector.cli.describe import description
    from inspector.model import InspectorError

    if len(options.names) != 1:
        raise InspectorError("Which connector?", hint="Example: inspector connectors show stripe", exit_code=2)
    place, connectors = _loaded(options)
    ((name, connector),) = connectors.items()
    found = description(connector, _samples(place, name))
    if options.json:
        output.write_json(found)
    elif options.markdown:
        from inspector.cli.catalogue import page_markdown

        _write(page_markdown(found, _settings(found)))
    else:
        _print(found)
    return 0


def _matrix(options: argparse.Namespace) -> int:
    from inspector.cli.catalogue import matrix, matrix_lines, matrix_markdown
    from inspector.cli.describe import description

    _, connectors = _loaded(options)
    rows = matrix([description(each, 0) for each in connectors.values()])
    if options.json:
        output.write_json(rows)
        return 0
    return _write((matrix_markdown if options.markdown else matrix_lines)(rows, list(connectors)))


def _write(lines: Iterable[str]) -> int:
    for line in lines:
        output.write(line)
    return 0


def _settings(found: dict[str, Any]) -> dict[str, str]:
    """The environment variables of a connector, and what each is."""
    from inspector.cli.describe import SHARED_SETTINGS

    settings = {**found["settings"], **SHARED_SETTINGS}
    return {f"INSPECTOR_{found['name']}_{name}".upper(): what for name, what in settings.items()}


def _print(found: dict[str, Any]) -> None:
    """One connector on a page."""
    from inspector.cli.describe import in_words

    output.write(output.paint(f"{found['title']} ({found['name']})", "bold"))
    output.write(
        f"{found['docs']}\nreceiver path /{found['name']}" + ("" if found["detected"] else ", never guessed on /")
    )
    if found["note"]:
        output.write(found["note"])
    covers = f", covers {', '.join(found['covers'])}" if found["covers"] else ""
    _section("signature", {found["scheme"] + covers: ""})
    _section("settings", _settings(found))
    _section("events", {name: in_words(rule) for name, rule in found["native_events"].items()})
    for family, fields in found["fields"].items():
        _section(f"{family} fields", {name: in_words(spec) for name, spec in fields.items()})
    answer, retries = found["acknowledgement"], found["retries"]
    _section("answer", {str(answer["status"]): answer["body"]})
    schedule = f"after {', '.join(retries['schedule'])}" if retries["schedule"] else "none documented"
    _section("retries", {schedule: f"timeout {retries['timeout']}" if retries["timeout"] else ""})
    if retries["note"]:
        output.write(f"  {retries['note']}")
    output.write(f"\n{found['samples']} samples: inspector trigger {found['name']} --list")


def _section(title: str, lines: dict[str, str]) -> None:
    """A head, and under it names with what belongs to them, which may take several lines."""
    from inspector.model import visible

    output.write("\n" + output.paint(title, "bold"))
    size = max((len(name) for name in lines), default=0)
    for name, text in lines.items():
        first, *rest = text.split("\n")
        output.write(f"  {visible(name).ljust(size)}  {visible(first)}".rstrip())
        for line in rest:
            output.write(f"  {' ' * size}  {visible(line)}")


def _check(options: argparse.Namespace) -> int:
    from inspector.library import check_folder, folder
    from inspector.model import InspectorError

    count, findings = 0, 0
    for place in [Path(name) for name in options.names] or [folder(options.connectors)]:
        read, found = check_folder(place)
        if not read:
            raise InspectorError(f"There is no connector.toml in {place}", exit_code=2)
        count, findings = count + read, findings + len(found)
        for each in found:
            output.write(str(each))
    documents = f"{count} document{'' if count == 1 else 's'}"
    output.note(f"{documents}: {f'{findings} mistakes' if findings else 'no mistakes'}")
    return int(findings > 0)


def _schema(options: argparse.Namespace) -> int:
    from inspector.cli.describe import schema

    output.write(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0
