"""One text of a message, alone or as an entry of a list such as t=1700000000,v1=5257a8: reading and writing it."""

from functools import partial

from pydantic import Field

from inspector.core.locate import Message, first, locator
from inspector.core.signatures.shared import OneOrMore, Spec, as_tuple
from inspector.core.signed_text import as_text

__all__ = ["Value", "ValueSpec"]


class ValueSpec(Spec):
    """Where a text stands, alone or as an entry of a list."""

    at: OneOrMore = Field(alias="in")
    list_: str = Field("", alias="list", description="what separates the entries")
    pair: str = Field("", description="what separates an entry's key from its value")
    key: str = Field(
        "", description="the key of the entry, setting:NAME for one that the user configures, or * for any"
    )
    prefix: str = Field("", description="stands before the value, e.g. sha512=")


class Value:
    """A compiled place of a signature or a timestamp."""

    def __init__(self, spec: ValueSpec) -> None:
        self.spec = spec
        self.places = tuple(locator(text) for text in as_tuple(spec.at))
        self._find = self.places[0].find if len(self.places) == 1 else partial(first, self.places)
        self._key = locator(spec.key) if spec.key.startswith("setting:") else None
        self._list = spec.list_
        self._any = spec.key == "*"
        self._mark = spec.prefix if self._any else f"{spec.key}{spec.pair}{spec.prefix}"

    @property
    def where(self) -> str:
        """The place in words: the header stripe-signature."""
        kind, colon, name = self.places[-1].text.partition(":")
        words = {"header": "the header", "form": "the form field", "query": "the query parameter"}
        return f"{words.get(kind, 'the member')} {name}" if colon else f"the member {kind}"

    def key(self, message: Message) -> str:
        """The key of the entry that is ours."""
        return self.spec.key if self._key is None else as_text(self._key.find(message))

    def present(self, message: Message) -> bool:
        """Whether the header or field is there at all."""
        return self._find(message) is not None

    def texts(self, message: Message) -> list[str]:
        """Every entry that could be meant, without its key and prefix."""
        found = self._find(message)
        if found is None:
            return []
        text = found if type(found) is str else as_text(found)
        entries = text.split(self._list) if self._list else [text]
        if self._any:
            entries = [entry.rpartition(self.spec.pair)[2] for entry in entries]
        mark = self._mark if self._key is None else f"{self.key(message)}{self.spec.pair}{self.spec.prefix}"
        if not mark:
            return entries
        start = len(mark)
        return [entry[start:] for entry in entries if entry.startswith(mark)]

    def write(self, text: str, message: Message) -> str:
        """The entry as it is sent."""
        spec = self.spec
        key = "1" if self._any else self.key(message)
        return f"{key}{spec.pair}{spec.prefix}{text}" if spec.pair else spec.prefix + text

    def place(self, message: Message) -> str:
        """The locator that the message uses already, else the one that the processor writes today."""
        used = (each.text for each in self.places if each.find(message) is not None)
        return next(used, self.places[-1].text)
