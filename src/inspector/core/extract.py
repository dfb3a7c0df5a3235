"""The fields of a family, written out as one Python function.

A payload fills a third of the fields that a document names, and to interpret a rule costs more than what it does.
So the rules become Python source, as the fields of a dataclass do, when the first message of the family comes. The
texts of a document stand in it as literals only, and functions under names that are made here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from inspector.core.amounts import Amount
from inspector.core.convert import Convert, identifier, scalar
from inspector.core.locate import Locator, Message, Place, first, member
from inspector.core.rules import Choice, Rule
from inspector.core.signed_text import as_text
from inspector.model import Content, Family, Money, Problem, Source

__all__ = ["Candidate", "FamilyRules", "MappingRules"]

Extract = Callable[[Message, dict[str, Any], dict[str, Any], dict[str, Source], dict[str, Problem]], None]
Steps = tuple[str | Place, ...]

_NAMES: Final[Mapping[str, Any]] = {
    "EMPTY": {},
    "Problem": Problem,
    "Source": Source,
    "as_text": as_text,
    "first": first,
    "member": member,
    "scalar": scalar,
}


class Candidate(NamedTuple):
    """One place that may fill a field, and its conversion (None: text).

    A `choice` says whether this place is the one that counts; one that `decides` holds the value itself. `of_event`:
    the field is the event's own, not its content's.
    """

    target: str
    place: Locator
    convert: Convert | None = None
    choice: Choice | None = None
    decides: bool = False
    of_event: bool = False

    @property
    def places(self) -> Iterator[Locator]:
        """Every place that it looks at."""
        yield self.place
        if self.choice is not None:
            yield from (each for locators in self.choice.by for each in locators)
        if isinstance(self.convert, Amount):
            yield from self.convert.currency


class FamilyRules:
    """The fields of a family, with those of every event: candidates in the document's order.

    The first that holds something counts. `content` is what the fields are of; None for an event that has none.
    """

    def __init__(self, content: type[Content] | None, candidates: Sequence[Candidate]) -> None:
        self.content = content
        self.candidates = candidates

    @cached_property
    def extract(self) -> Extract:
        """Puts what a message fills into `values` and `event`, ready to make structs of, and into `sources`.

        `failed` takes what could not be converted; a later candidate may still fill such a field.
        """
        writer = _Writer(self.content, self.candidates)
        names = dict(writer.names)
        exec(compile(writer.source, "<fields>", "exec"), names)  # noqa: S102 - the source is made here
        return names["extract"]  # type: ignore[no-any-return]


class MappingRules(msgspec.Struct, frozen=True):
    """Everything that normalizing needs of a connector. `types` holds exact names, `wild` those with a star.

    `families` holds what is common to all events under None.
    """

    connector: str
    native: tuple[Locator, ...]
    types: Mapping[str, Rule]
    wild: tuple[tuple[str, Rule], ...]
    families: Mapping[Family | None, FamilyRules]


class _Writer:
    """Writes the function: the walk to every object that a candidate stands in, then the candidates by object.

    A payload has few of the objects that a document names, and what stands in an absent one is passed over at once.
    """

    def __init__(self, content: type[Content] | None, candidates: Sequence[Candidate]) -> None:
        self.names: dict[str, Any] = dict(_NAMES)
        self._bound: dict[int, str] = {}
        self._picks: dict[int, str] = {}
        self._begun: set[str] = set()
        self._nodes: dict[Steps, str] = {}
        self._groups: dict[tuple[str, ...], str] = {(): "values"}
        self._walk: list[str] = []
        self._lists = {steps[:-1] for each in candidates for place in each.places for steps in _prefixes(place)}
        lines: list[str] = []
        for object_, group in _by_object(candidates):
            written = [line for each in group for line in self._candidate(each)]
            if _in_body(object_):
                written = [f"if {self._node(object_)}:", *(f"    {line}" for line in written)]
            lines += written
        head = ["def extract(message, values, event, sources, failed):", *self._begin()]
        self.source = "\n    ".join([*head, *self._walk, *lines, *self._structs(content)])

    def _begin(self) -> Iterator[str]:
        """Nothing is found yet: no member of a struct within the content, no word of a choice."""
        yield from (f"{name} = {{}}" for name in self._groups.values() if name != "values")
        yield from (f"{name} = None" for name in self._picks.values())

    def _structs(self, content: type[Content] | None) -> Iterator[str]:
        """What was found for the structs within the content becomes these, the innermost first."""
        for path, name in sorted(self._groups.items(), key=lambda each: -len(each[0])):
            if path and content is not None:
                outer, struct = self._groups[path[:-1]], self._name(_struct_at(content, path))
                yield f"if {name}: {outer}[{path[-1]!r}] = {struct}(**{name})"

    def _group(self, each: Candidate) -> tuple[str, str]:
        """The name of the mapping that a field goes into, and the field's own within it."""
        if each.of_event:
            return "event", repr(each.target)
        *path, field = each.target.split(".")
        for end in range(1, len(path) + 1):
            self._groups.setdefault(tuple(path[:end]), f"group{len(self._groups)}")
        return self._groups[tuple(path)], repr(field)

    def _candidate(self, each: Candidate) -> Iterator[str]:
        """Where it stands, whether it counts, and what becomes of it."""
        target, text = repr(each.target), repr(each.place.text)
        values, field = self._group(each)
        tests = [f"{field} not in {values}"] if each.target in self._begun else []
        made = each.place.made is not None
        there = f"(raw := {self._at(each.place)}) is not None and raw != ''"
        tests.append(f"(made := {self._name(each.place.made)}(message))" if made else there)
        if each.choice is not None and not each.decides:
            tests.append(f"{self._pick(each.choice)} == {text}")
        self._begun.add(each.target)
        yield f"if {' and '.join(tests)}:"
        if made:
            yield "    raw, places = made"
        source = self._source(each, "places" if made else text)
        found = f"if value is not None: {values}[{field}] = value; sources[{target}] = {source}"
        if each.convert is None and not each.decides:
            yield "    value = raw if type(raw) is str else scalar(raw)"
            yield f"    {found}"
        else:
            yield f"    try: value = {self._converted(each)}"
            yield "    except (ValueError, ArithmeticError) as error:"
            yield f"        failed[{target}] = Problem({text}, f'{each.target}: {{error}}.')"
            yield "    else:"
            yield f"        {found}"

    def _source(self, each: Candidate, place: str) -> str:
        """Where the value came from: a text of the document's own came from the words that chose it."""
        if each.choice is not None and each.place.text.startswith("constant:"):
            choice = self._name(each.choice)
            return f"{choice}.source(message, {choice}.words(message))"
        return f"Source({place}, raw)"

    def _converted(self, each: Candidate) -> str:
        if each.choice is not None and each.decides:
            if len(each.choice.by) == 1 and not each.choice.rows:
                return f"{self._name(each.choice.exact)}.get(as_text(raw))"
            return self._chosen(each.choice)
        if isinstance(each.convert, Amount) and len(each.convert.currency) == 1:
            return f"{self._name(each.convert)}.of(raw, {self._at(each.convert.currency[0])}, message)"
        converted = f"{self._name(each.convert)}(raw, message)"
        return f"raw if type(raw) is str else {converted}" if each.convert is identifier else converted

    def _chosen(self, choice: Choice) -> str:
        places = [self._at(by[0]) if len(by) == 1 else f"first({self._name(by)}, message)" for by in choice.by]
        words = ", ".join(f"as_text({place})" for place in places)
        return f"{self._name(choice.choose)}(({words},))"

    def _pick(self, choice: Choice) -> str:
        """The place that a choice picks; it is picked when first asked for."""
        chosen = self._chosen(choice)
        name = self._picks.setdefault(id(choice), f"pick{len(self._picks)}")
        return f"({name} or ({name} := {chosen}))"

    def _name(self, thing: Any) -> str:
        name = self._bound.setdefault(id(thing), f"thing{len(self._bound)}")
        self.names[name] = thing  # which keeps it alive, so that no other thing has its id
        return name

    def _at(self, place: Locator) -> str:
        """What stands in a place, as an expression."""
        steps = _object(place)
        key = place.key if place.place is not None else place.steps[-1]
        return f"member({self._node(steps)}, {key!r})" if steps in self._lists else f"{self._node(steps)}.get({key!r})"

    def _node(self, steps: Steps) -> str:
        """The name of an object, which the walk leads to; outside the body, what answers with it when it is asked."""
        if not _in_body(steps):
            return f"{self._name(steps[0])}(message)"
        if steps not in self._nodes:
            *before, step = steps
            found = f"message.{step}"
            if before:
                parent = self._node(tuple(before))
                found = f"member({parent}, {step!r})" if tuple(before) in self._lists else f"{parent}.get({step!r})"
            self._nodes[steps] = node = f"node{len(self._nodes)}"
            self._walk.append(f"{node} = {found}")
            if steps not in self._lists:
                self._walk.append(f"if type({node}) is not dict: {node} = EMPTY")
        return self._nodes[steps]


def _struct_at(content: type[msgspec.Struct], path: Sequence[str]) -> type[msgspec.Struct]:
    """The struct that the field at the end of a path holds."""
    for name in path:
        content = _structs_of(content)[name]
    return content


@lru_cache
def _structs_of(kind: type[msgspec.Struct]) -> Mapping[str, type[msgspec.Struct]]:
    """The fields of a struct that are structs themselves, whose members documents name; with their types."""
    options = {field.name: getattr(field.type, "__args__", ()) for field in msgspec.structs.fields(kind)}
    return {
        name: option
        for name, each in options.items()
        for option in each
        if isinstance(option, type) and issubclass(option, msgspec.Struct) and option is not Money
    }


def _by_object(candidates: Sequence[Candidate]) -> Iterator[tuple[Steps, list[Candidate]]]:
    """Candidates grouped by the object that they stand in; those of one field stay in the document's order."""
    waiting: dict[str, list[Candidate]] = {}
    for each in candidates:
        waiting.setdefault(each.target, []).append(each)
    while waiting:
        ready: dict[Steps, list[Candidate]] = {}
        for own in waiting.values():
            object_ = _object(own[0].place)
            others = (end for end, each in enumerate(own) if _object(each.place) != object_)
            ready.setdefault(object_, []).extend(own[: next(others, None)])
        object_, group = max(ready.items(), key=lambda item: len(item[1]))
        yield object_, group
        taken = set(map(id, group))
        waiting = {
            target: rest for target, own in waiting.items() if (rest := [each for each in own if id(each) not in taken])
        }


def _in_body(object_: Steps) -> bool:
    """Whether it is a way within the body."""
    return isinstance(object_[0], str)


def _object(place: Locator) -> Steps:
    """The way to the object that a place is in; outside the body, the function that answers with it."""
    return (place.place,) if place.place is not None else _steps(place)[:-1]


def _steps(place: Locator) -> Steps:
    return ("root" if place.text.startswith("root:") else "item", *place.steps)


def _prefixes(place: Locator) -> Iterator[Steps]:
    """The beginnings of a path that end in a position."""
    steps = _steps(place)
    return (steps[: end + 1] for end, step in enumerate(steps) if isinstance(step, str) and step.isdecimal())
