"""A connector document in words: for `inspector connectors` and its --json."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from inspector.core import Connector

__all__ = ["SHARED_SETTINGS", "description", "event_types", "fields", "in_words", "native_events", "schema"]

FAMILIES: Final = ("payment", "refund", "dispute", "mandate", "payout", "other")
SHARED_SETTINGS: Final = {
    "previous_secret": "the secret from before a rotation: accepted as well",
    "tolerance_seconds": "how far a timestamp may be off, in seconds; 0 for any",
}
_CONVERSION: Final = ("as", "as_", "currency")


def description(connector: Connector, samples: int) -> dict[str, Any]:
    """Everything about a connector as plain JSON values."""
    document = connector.document
    return {
        "name": connector.name,
        "title": connector.title,
        "docs": connector.docs,
        "note": document.note,
        "scheme": connector.scheme.name,
        "covers": list(connector.scheme.covers),
        "settings": dict(connector.settings),
        "detected": bool(connector.detect),
        "native_events": native_events(connector),
        "families": [family for family in FAMILIES[:-1] if _table(document.types, family)],
        "event_types": event_types(connector),
        "fields": fields(connector),
        "acknowledgement": document.acknowledgement.model_dump(),
        "retries": document.retries.model_dump(),
        "samples": samples,
    }


def native_events(connector: Connector) -> dict[str, Any]:
    """The event type of each native event, or the table that decides it."""
    found: dict[str, Any] = {}
    for family in FAMILIES:
        for names, rule in _table(connector.document.types, family).items():
            found.update(dict.fromkeys(names.split(", "), rule))
    return found


def event_types(connector: Connector) -> list[str]:
    """Our event types that the processor's events become, each once."""
    found: set[str] = set()
    for rule in native_events(connector).values():
        found.update([rule] if isinstance(rule, str) else [str(value) for value in _words(rule).values()])
    return sorted(found)


def fields(connector: Connector) -> dict[str, dict[str, Any]]:
    """Family, field, and where the field comes from, as the document writes it."""
    found: dict[str, dict[str, Any]] = {}
    for family in FAMILIES[:-1]:
        table = _table(connector.document.fields_, family)
        if table:
            found[family] = dict(_flat(table, ""))
    return found


def in_words(spec: Any) -> str:
    """A specification as a person reads it, a line a candidate or a row of its table."""
    if isinstance(spec, list):
        return "\nelse ".join(in_words(each) for each in spec)
    if not isinstance(spec, Mapping):
        return str(spec)
    convert = spec.get("as")
    suffix = f" as {convert}" if convert and convert != "text" else ""
    if "by" in spec:
        places = spec["by"] if isinstance(spec["by"], list) else [spec["by"]]
        by = " / ".join(" or ".join(each) if isinstance(each, list) else each for each in places)
        return "\n  ".join([f"by {by}{suffix}:", *(f"{word} → {value}" for word, value in _words(spec).items())])
    return f"{in_words(spec['path'])}{suffix}"


def schema() -> dict[str, Any]:
    """The JSON Schema of connector.toml, for editors."""
    from inspector.core import Document

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Document.model_json_schema(by_alias=True),
        "title": "Inspector connector document",
    }


def _words(table: Mapping[str, Any]) -> dict[str, Any]:
    return {word: value for word, value in table.items() if word != "by" and word not in _CONVERSION}


def _table(model: Any, family: str) -> dict[str, Any]:
    """The part of a model as the document writes it."""
    dumped = model.model_dump(by_alias=True, exclude_none=True, mode="json")
    found: dict[str, Any] = dumped.get(family) or {}
    return found


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, spec in table.items():
        if isinstance(spec, Mapping) and "by" not in spec and "path" not in spec:
            yield from _flat(spec, f"{prefix}{name}.")
        else:
            yield prefix + name, spec
