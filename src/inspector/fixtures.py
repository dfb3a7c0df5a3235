"""Requests kept as regression tests: samples and sessions, .http files with the outcome that is expected beside."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from inspector.core import EventService, compare, sign, throwaway_settings
from inspector.core.answer import expectation
from inspector.core.http_file import read_http
from inspector.library import DOCUMENT, folder, load_connectors
from inspector.model import Difference, InspectorError, Verdict

__all__ = ["SIGNED_AT", "Checked", "Checker", "find", "write_expected"]

SIGNED_AT: Final = 1767225600.0
"""The moment at which kept requests are signed and judged: 2026-01-01T00:00:00Z."""


class Checked(msgspec.Struct, frozen=True):
    """What became of one kept request. `expected` is false where no outcome lies beside it."""

    path: Path
    outcome: Mapping[str, Any]
    differences: tuple[Difference, ...] = ()
    expected: bool = True

    @property
    def good(self) -> bool:
        """Whether the outcome is the expected one."""
        return self.expected and not self.differences


class Checker:
    """Handles kept requests: samples by the document beside them, others by the connectors of a folder."""

    def __init__(self, connectors: Path | None = None) -> None:
        self._connectors = connectors
        self._services: dict[Path, EventService] = {}

    def check(self, path: Path) -> Checked:
        """Handle the request of a .http file and compare. Raises InspectorError for a file that is not one."""
        found = self.outcome(path)
        beside = path.with_name(path.stem + ".expected.json")
        try:
            expected = json.loads(beside.read_bytes())
        except FileNotFoundError:
            return Checked(path, found, expected=False)
        except ValueError as error:
            raise InspectorError(f"{beside} is not JSON", str(error), "--update writes it anew") from None
        return Checked(path, found, compare(expected, found))

    def outcome(self, path: Path) -> dict[str, Any]:
        """What is made of the request; it is signed with throwaway settings where it carries no signature."""
        request = read_http(path.read_bytes(), SIGNED_AT)
        beside = path.resolve().parent.parent
        sample = (beside / DOCUMENT).is_file()
        service = self._service(beside.parent if sample else folder(self._connectors))
        name = beside.name if sample else request.path.split("/")[1]
        if name not in service.connectors:
            name = service.detect(request) or name
        if name not in service.connectors:
            raise InspectorError(
                f"{path}: whose request this is cannot be told", hint="Name it in the path: POST /stripe"
            )
        connector = service.connectors[name]
        settings = throwaway_settings(connector)
        inspection = service.handle(request, name, settings)
        if inspection.verification.verdict is Verdict.MISSING:
            inspection = service.handle(sign(connector, request, settings, SIGNED_AT), name, settings)
        return expectation(inspection)

    def _service(self, place: Path) -> EventService:
        if place not in self._services:
            self._services[place] = EventService(load_connectors(place))
        return self._services[place]


def find(paths: Iterable[Path]) -> Iterator[Path]:
    """The .http files among the paths, and those in folders, however deep. Raises InspectorError for no such path."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.http"))
        elif path.is_file():
            yield path
        else:
            raise InspectorError(f"There is no {path}", exit_code=2)


def write_expected(checked: Checked) -> Path:
    """Accept the outcome: write it beside the request. Returns the file."""
    beside = checked.path.with_name(checked.path.stem + ".expected.json")
    text = json.dumps(checked.outcome, indent=2, sort_keys=True, ensure_ascii=False)
    beside.write_text(text + "\n", encoding="utf-8")
    return beside
