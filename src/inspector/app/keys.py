"""Keys: what is bound in classes of ours, and what the config file binds anew.

The help, the palette and the check of the config file are all made from the bindings; none has a list of its own.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, format_key, key_to_character
from textual.screen import ModalScreen

from inspector.model import InspectorError

__all__ = ["Key", "Section", "Wanted", "bindings_of", "keymap", "keys_of", "meaning", "said", "shown", "signs"]

Wanted = Mapping[str, Sequence[str]]
"""The keys that the config file wants, by the name of the binding."""


class Section(StrEnum):
    """What keys are for, in the order in which the help tells of them."""

    MOVING = "Moving"
    LOOKING = "Looking"
    SENDING = "Sending"
    SESSION = "Sessions and secrets"
    INSPECTOR = "Inspector"
    FILTER = "In the filter"
    DETAIL = "In the detail"
    SESSIONS = "In the list of sessions"
    SECRETS = "In the form of a secret"
    DIALOG = "In a dialog"


@dataclass(frozen=True)
class Key(Binding):
    """A binding with its place in the help. Its `id` is what the config file calls it."""

    section: Section = Section.INSPECTOR


def bindings_of(node: type[DOMNode], wanted: Wanted | None = None) -> list[Key]:
    """The bindings in force of a class of Inspector and of those of Inspector above it, its own first."""
    own = [each for each in node.__mro__ if each.__module__.startswith("inspector.")]
    declared = [key for each in own for key in each.__dict__.get("BINDINGS", ()) if isinstance(key, Key)]
    return [_anew(key, (wanted or {}).get(key.id or "")) for key in declared]


def _anew(key: Key, wanted: Sequence[str] | None) -> Key:
    return replace(key, key=",".join(map(_spelled, wanted)), key_display=None) if wanted else key


def meaning(binding: Binding) -> str:
    """What a key does, in a sentence."""
    return binding.tooltip or binding.description


def keys_of(binding: Binding) -> list[str]:
    """Its keys by Textual's names."""
    return [each.key for each in Binding.make_bindings([binding])]


_NAMES: Final = frozenset((*(each.value for each in Keys), *KEY_NAME_REPLACEMENTS.values()))


def shown(binding: Binding) -> str:
    """Its keys as a person reads them: the characters that they type, arrows, and names."""
    return " ".join(_sign(key) for key in keys_of(binding))


def _sign(key: str) -> str:
    *modifiers, name = key.split("+")
    return "+".join([*modifiers, format_key(name)])


def signs(node: type[DOMNode], wanted: Wanted) -> dict[str, str]:
    """The first key in force of each binding by its name, as a person reads it: for sentences that name a key."""
    return {str(each.id): _sign(keys_of(each)[0]) for each in bindings_of(node, wanted)}


def said(node: type[DOMNode], wanted: Wanted, name: str) -> str:
    """The first key in force of a binding and what it does: p: forward nothing by itself for a while."""
    found = next(each for each in bindings_of(node, wanted) if each.id == name)
    return f"{_sign(keys_of(found)[0])}: {meaning(found)}"


def keymap(wanted: Wanted, parts: Collection[type[DOMNode]], source: str) -> dict[str, str]:
    """The keys by the names of bindings, for Textual. Raises InspectorError with all that is wrong with them.

    `parts` are the classes that have keys, `source` the file in which the keys stand.
    """
    declared = {key.id: key for part in parts for key in bindings_of(part) if key.id}
    sound = {name: [key for key in keys if _is_key(key)] for name, keys in wanted.items()}
    mistakes = [*_unknown(wanted, declared), *_taken_twice(sound, parts)]
    if mistakes:
        hint = "? shows every key, and the name by which [keys] calls it"
        raise InspectorError(f"{source} has mistakes", "\n".join(dict.fromkeys(mistakes)), hint, exit_code=2)
    return {name: ",".join(map(_spelled, keys)) for name, keys in wanted.items()}


def _unknown(wanted: Wanted, declared: Mapping[str, Key]) -> Iterator[str]:
    """Names that are no binding's, keys that are none, and letters for what works while one types."""
    for name, keys in wanted.items():
        if name not in declared:
            near = get_close_matches(name, declared, n=1, cutoff=0.5)
            yield f"keys.{name}: there is no such action" + (f"; did you mean {near[0]}?" if near else "")
            continue
        if not keys:
            yield f"keys.{name}: no key is named"
        for key in keys:
            if not _is_key(key):
                yield f"keys.{name}: {key!r} is not a key; write f, F, ctrl+f, f5, space, enter, escape, up …"
            elif declared[name].priority and key_to_character(_spelled(key)):
                yield f"keys.{name}: it works while one types, too, so it needs a key like ctrl+g or f5, not {key}"


def _is_key(key: str) -> bool:
    *modifiers, name = _spelled(key).split("+")
    known = key_to_character(name) is not None or name in _NAMES
    return known and set(modifiers) <= {"ctrl", "shift", "alt", "super"}


def _spelled(key: str) -> str:
    """A key as Textual names it: F for shift+f, question_mark for ?."""
    *modifiers, name = [key] if len(key) == 1 else key.strip().split("+")
    if modifiers == ["shift"] and len(name) == 1 and name.isalpha():
        modifiers, name = [], name.upper()
    if len(name) == 1:
        name = "comma" if name == "," else keys_of(Binding(name, ""))[0]
    return "+".join([*modifiers, name])


def _taken_twice(wanted: Wanted, parts: Iterable[type[DOMNode]]) -> Iterator[str]:
    """A key that a binding got anew, and that another one has at the same time."""
    parts = tuple(parts)
    usual = {(each.id, key) for part in parts for each in bindings_of(part) for key in keys_of(each)}
    modal = [part for part in parts if issubclass(part, ModalScreen)]
    everywhere = [each for part in parts if part not in modal for each in bindings_of(part, wanted)]
    for together in (everywhere, *(bindings_of(part, wanted) for part in modal)):
        owners: dict[str, set[str]] = {}
        for each in together:
            for key in keys_of(each):
                owners.setdefault(key, set()).add(each.id or each.action)
        for key, names in owners.items():
            if len(names) > 1 and not all((name, key) in usual for name in names):
                yield f"{_sign(key)} is the key of {' and of '.join(sorted(names))}"
