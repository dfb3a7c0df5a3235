"""Where connector documents and samples are found, read and compiled. Opening a folder runs no code from it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec
from platformdirs import user_config_path

from inspector.core import Connector, Document, Mistake, compile_document, read_document
from inspector.core import EventService as CoreService
from inspector.core.http_file import read_http
from inspector.model import CapturedRequest, InspectorError

__all__ = ["DOCUMENT", "EventService", "Finding", "Sample", "check_folder", "folder", "load_connectors", "samples"]

DOCUMENT = "connector.toml"
_PACKAGE = Path(__file__).parent


class Sample(msgspec.Struct, frozen=True):
    """One request of a processor, kept as a .http file. `name` is the file's without its ending."""

    connector: str
    name: str
    request: CapturedRequest
    path: Path

    @property
    def expected(self) -> Path:
        """The file with the outcome that is expected of it."""
        return self.path.with_name(self.name + ".expected.json")


class Finding(msgspec.Struct, frozen=True):
    """A mistake in a file of a connector."""

    path: Path
    mistake: Mistake

    def __str__(self) -> str:
        key = f"{self.mistake.key}: " if self.mistake.key else ""
        return f"{self.path}:{self.mistake.line}: {key}{self.mistake.what}"


class EventService(CoreService):
    """The Event Service with the connectors of a folder."""

    @classmethod
    def load(cls, connectors: str | Path | None = None) -> Self:
        """Load from a folder of connectors; without one, from where `folder` finds them. Raises InspectorError."""
        return cls(load_connectors(folder(connectors)))


def folder(named: str | Path | None = None) -> Path:
    """The folder of connector documents, first found: the one that is named, ./connectors, the user's config
    folder, the checkout's, the installed package's. Raises InspectorError where there is none."""
    if named is not None:
        if not Path(named).is_dir():
            raise InspectorError(f"There is no folder {named}", hint="--connectors wants a folder of connector folders")
        return Path(named)
    places = [
        Path("connectors"),
        user_config_path("inspector") / "connectors",
        _PACKAGE.parents[1] / "connectors",
        _PACKAGE / "connectors",
    ]
    for place in places:
        if any(place.glob(f"*/{DOCUMENT}")):
            return place
    raise InspectorError("No connector documents were found", f"Looked in {', '.join(map(str, places))}")


def load_connectors(place: Path) -> Mapping[str, Connector]:
    """Every connector of a folder by name. Raises InspectorError with every mistake in every document."""
    documents, findings = _read_all(place)
    if findings:
        detail = "\n".join(str(finding) for finding in findings)
        raise InspectorError("A connector document has mistakes", detail, f"inspector connectors check {place}")
    return {document.name: compile_document(document) for document in documents}


def check_folder(place: Path) -> tuple[int, Sequence[Finding]]:
    """How many documents were read in a folder (of one connector, or of many), and every mistake in them."""
    documents, findings = _read_all(place)
    for document in documents:
        findings += _check_samples(place if (place / DOCUMENT).is_file() else place / document.name, document)
    return len(_documents(place)), findings


def _documents(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    own = place / DOCUMENT
    return [own] if own.is_file() else sorted(place.glob(f"*/{DOCUMENT}"))


def _read_all(place: Path) -> tuple[list[Document], list[Finding]]:
    documents: list[Document] = []
    findings: list[Finding] = []
    for path in _documents(place):
        document, mistakes = _read(path)
        findings += [Finding(path, mistake) for mistake in mistakes]
        if document is not None and path.parent.name not in (document.name, ""):
            what = f"the folder is called {path.parent.name!r}, the connector {document.name!r}"
            findings.append(Finding(path, Mistake(1, "name", what)))
        elif document is not None:
            documents.append(document)
    return documents, findings


def _read(path: Path) -> tuple[Document | None, tuple[Mistake, ...]]:
    try:
        return read_document(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return None, (Mistake(1, "", "the document is not UTF-8 text"),)
    except OSError as error:
        return None, (Mistake(1, "", f"the document cannot be read: {error.strerror}"),)


def _check_samples(place: Path, document: Document) -> list[Finding]:
    """Samples that cannot be read, or that lack the outcome that is expected of them."""
    findings: list[Finding] = []
    for path in sorted((place / "samples").glob("*.http")):
        try:
            read_http(path.read_bytes())
        except InspectorError as error:
            findings.append(Finding(path, Mistake(1, "", str(error).replace("\n", " "))))
            continue
        if not path.with_name(path.stem + ".expected.json").is_file():
            findings.append(Finding(path, Mistake(1, "", f"{path.stem}.expected.json is missing beside it")))
    return findings


async def watch(place: Path) -> AsyncIterator[None]:
    """Something each time that documents in a folder have been written, made or removed."""
    from watchfiles import awatch

    async for _ in awatch(place, watch_filter=lambda _, path: Path(path).name == DOCUMENT, debounce=300, step=50):
        yield


def samples(place: Path, connector: str) -> list[Sample]:
    """The samples of a connector in a folder of connectors, by name."""
    return [
        Sample(connector, path.stem, read_http(path.read_bytes()), path)
        for path in sorted((place / connector / "samples").glob("*.http"))
    ]
