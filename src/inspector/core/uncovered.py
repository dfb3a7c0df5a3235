"""What a signature does not protect: as worth knowing as what it does."""

from typing import Final

__all__ = ["uncovered"]

_WHOLE: Final = frozenset(
    ("body", "crc32", "sorted-json", "sorted-leaf-values", "sorted-fields", "form:bt_payload", "form:response")
)


def uncovered(covers: tuple[str, ...]) -> tuple[str, ...]:
    """What can change without the signature's notice, in words."""
    if not covers:
        return ("the whole message",)
    found: list[str] = []
    if not _WHOLE.intersection(covers):
        named = any(":" not in name and name not in ("timestamp", "url", "method", "path") for name in covers)
        found.append("the other members of the body" if named else "the body")
    if not {"url", "path"}.intersection(covers):
        found.append("the address")
    found.append("the other headers" if any(name.startswith("header:") for name in covers) else "the headers")
    if not any(word in name.lower() for name in covers for word in ("time", "date")):
        found.append("the time: the same delivery may come again")
    return tuple(found)
