"""The connector document: connector.toml as pydantic models."""

import re
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, create_model

from inspector.core.amounts import AMOUNTS
from inspector.core.convert import TIMES, ConversionName, TimeName
from inspector.core.locate import locator
from inspector.core.retry import RetriesSpec
from inspector.core.signatures import SignatureSpec
from inspector.core.signatures.shared import LocatorText, OneOrMore, Spec
from inspector.model import CONTENT_OF, EventType, Money

__all__ = ["Document", "FieldSpec", "JoinSpec", "PathSpec", "TableSpec", "nearest"]


def _is_word(value: Any) -> Any:
    if not isinstance(value, str | bool):
        raise ValueError(f"{value!r} is not a text, true or false")
    return value


Word = Annotated[str | bool, BeforeValidator(_is_word)]
_YES_OR_NO: Final = {"true": True, "false": False}


class TableSpec(BaseModel):
    """A choice: the value of one to three places, looked up. Keys list several words with commas; a key for
    several places has its parts joined with " / "; * fits anything, - fits nothing (absent, null or empty).

    For a status, a stage, a yes or no and an event type the values are words of ours. For any other field they
    are places (constant:… for a text of its own), read with `as` like a path."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Word]
    by: LocatorText | Annotated[list[OneOrMore], Field(min_length=1, max_length=3)]
    as_: ConversionName | None = Field(None, alias="as")
    currency: OneOrMore | None = Field(None, description="where the currency of an amount stands")

    @property
    def words(self) -> dict[str, Word]:
        """The table itself."""
        return dict(self.__pydantic_extra__)


class PathSpec(Spec):
    """A place (or several: the first that holds something) with a conversion."""

    path: OneOrMore
    as_: ConversionName = Field("text", alias="as")
    currency: OneOrMore | None = Field(None, description="where the currency of the amount stands")


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "table" if "by" in value else "path"
    if isinstance(value, BaseModel):
        return "table" if isinstance(value, TableSpec) else "path"
    return "list" if isinstance(value, list) else "text"


_Candidate = Annotated[
    Annotated[LocatorText, Tag("text")] | Annotated[PathSpec, Tag("path")] | Annotated[TableSpec, Tag("table")],
    Discriminator(_kind),
]
FieldSpec = Annotated[
    Annotated[LocatorText, Tag("text")]
    | Annotated[list[_Candidate], Tag("list")]
    | Annotated[PathSpec, Tag("path")]
    | Annotated[TableSpec, Tag("table")],
    Discriminator(_kind),
]


_Detect = Annotated[
    Annotated[LocatorText, Tag("text")] | Annotated[list[LocatorText], Tag("list")],
    Discriminator(_kind),
]


class JoinSpec(Spec):
    """Several values, joined with a colon."""

    join: list[OneOrMore] = Field(min_length=2)


class TimeSpec(Spec):
    """A moment and how it is written."""

    path: OneOrMore
    as_: TimeName = Field(alias="as")


class EventSpec(Spec):
    """[event]: what every event of the processor has."""

    type: OneOrMore = Field(description="where the processor's name of the event stands; the first that is there")
    id: LocatorText | JoinSpec | list[LocatorText | JoinSpec] = Field(description="the key to deduplicate by")
    occurred_at: TimeSpec | list[TimeSpec] | None = None
    test_mode: Annotated[TableSpec, AfterValidator(lambda spec: _check_words(spec, _YES_OR_NO))] | None = None


class UnwrapSpec(Spec):
    """A field of a form, or a member of a JSON body, that holds the real body in base64."""

    field: str
    format: Literal["json", "xml"]
    root: str = Field("", description="the element or member that paths start from")


class BodySpec(Spec):
    """[body]: how the bytes are read, and where the events of a batch are."""

    format: Literal["json", "form", "xml", "auto"] = Field("json", description="auto: form or JSON, by Content-Type")
    unwrap: UnwrapSpec | None = None
    items: LocatorText | None = Field(None, description="the list of events, where a request holds several")
    item: LocatorText | None = Field(None, description="the member of a list entry that is the event")


def _event_type(name: Any) -> Any:
    if not isinstance(name, str) or name not in EventType.__members__:
        raise ValueError(f"there is no event type {name!r}{nearest(str(name), EventType.__members__)}")
    return name


def _event_types(table: TableSpec) -> TableSpec:
    for name in table.words.values():
        _event_type(name)
    return table


TypeRule = Annotated[
    Annotated[str, AfterValidator(_event_type), Tag("text")]
    | Annotated[TableSpec, AfterValidator(_event_types), Tag("table")],
    Discriminator(_kind),
]


class TypesSpec(Spec):
    """[types.FAMILY]: native events by the resource that they are about; the names may end with a star."""

    payment: dict[str, TypeRule] = {}
    refund: dict[str, TypeRule] = {}
    dispute: dict[str, TypeRule] = {}
    mandate: dict[str, TypeRule] = {}
    payout: dict[str, TypeRule] = {}
    other: dict[str, TypeRule] = {}


def _check_amount(spec: Any) -> Any:
    for each in spec if isinstance(spec, list) else [spec]:
        if isinstance(each, str) or each.as_ not in AMOUNTS or each.currency is None:
            raise ValueError(f"an amount needs path, currency and as = one of {', '.join(AMOUNTS)}")
    return _check_places(spec)


def _check_time(spec: Any) -> Any:
    for each in spec if isinstance(spec, list) else [spec]:
        if not isinstance(each, str) and each.as_ not in TIMES:
            raise ValueError(f"a time is a path (ISO 8601), or has as = one of {', '.join(TIMES)}")
    return _check_places(spec)


def _check_places(spec: Any) -> Any:
    """The values of a table that chooses between places are places."""
    for each in spec if isinstance(spec, list) else [spec]:
        for place in each.words.values() if isinstance(each, TableSpec) else ():
            if not isinstance(place, str):
                raise ValueError(f"{place!r} is not a place, and this field is chosen from places")
            locator(place)
    return spec


def _check_words(spec: Any, allowed: dict[str, Any]) -> Any:
    if not isinstance(spec, TableSpec) or spec.as_ or spec.currency:
        raise ValueError("this field is chosen from a table: { by = …, word = … }")
    for word in spec.words.values():
        if word not in allowed.values():
            raise ValueError(f"{word!r} is not one of ours{nearest(str(word), allowed)}")
    return spec


def _leaf(name: str, kind: Any) -> Any:
    """The kind of specification that a field of a content takes, by the type of the field."""
    if kind is Money or (kind is int and not name.endswith(("_at", "_date"))):
        return Annotated[FieldSpec, AfterValidator(_check_amount)]
    if kind is int:
        return Annotated[FieldSpec, AfterValidator(_check_time)]
    if kind is bool or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        allowed = _YES_OR_NO if kind is bool else {each.value: each.value for each in kind}
        return Annotated[FieldSpec, AfterValidator(lambda spec: _check_words(spec, allowed))]
    return Annotated[FieldSpec, AfterValidator(_check_places)]


def _bare(kind: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        return next(each for each in get_args(kind) if each is not NoneType)
    return get_origin(kind) or kind


@lru_cache
def _fields_model(struct: type[msgspec.Struct]) -> type[Spec]:
    """A pydantic model with the very fields of a content, so that a document names no other."""
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        kind = _bare(field.type)
        nested = isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Money
        spec = _fields_model(kind) if nested else _leaf(field.name, kind)
        fields[field.name] = (spec | None, None)
    return create_model(f"{struct.__name__}Fields", __base__=Spec, __doc__=struct.__doc__, **fields)


_FIELDS: Final[dict[str, Any]] = {name: (_fields_model(struct) | None, None) for name, struct in CONTENT_OF.items()}
FieldsSpec = create_model(
    "FieldsSpec",
    __base__=Spec,
    __doc__="[fields.FAMILY]: where each field of a content comes from.",
    **_FIELDS,
)


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from None
    return text


class ChallengeSpec(Spec):
    """[challenge]: a GET that wants a parameter signed and sent back before the first webhook.

    Only texts of the processor's own form are signed: whoever could have any text signed could forge messages.
    """

    query: str
    pattern: Annotated[str, AfterValidator(_is_pattern)] = Field(description="the form of the texts that are signed")


class AcknowledgementSpec(Spec):
    """[acknowledgement]: the answer that the processor wants: a text, or the name of one that is computed."""

    status: int = Field(200, ge=200, le=299)
    content_type: str = "text/plain; charset=utf-8"
    body: str = ""
    answer: Literal["trustly"] | None = None


_OneSignature = Annotated[SignatureSpec, Field(discriminator="scheme")]
SettingName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Document(Spec):
    """A connector document."""

    name: str = Field(pattern=r"^[a-z][a-z0-9]*$", description="lower case, as in the receiver's path")
    title: str
    docs: str = Field(pattern=r"^https://", description="the processor's own page on its webhooks")
    note: str = Field("", description="what a person should know that the tables do not say")
    detect: list[_Detect] = Field(
        [], description="places that only this processor's messages have; an inner list: all of them together"
    )
    private: list[LocatorText] = Field(
        [], description="places that hold what people wrote, or their own data that no common rule of redaction tells"
    )
    settings: dict[SettingName, str] = Field({}, description="name and description; the secret comes first")
    body: BodySpec = BodySpec()
    signature: Annotated[
        Annotated[_OneSignature, Tag("path")] | Annotated[list[_OneSignature], Tag("list")], Discriminator(_kind)
    ]
    challenge: ChallengeSpec | None = None
    event: EventSpec
    types: TypesSpec
    fields_: FieldsSpec = Field(FieldsSpec(), alias="fields")
    exponents: dict[str, int] = Field({}, description="currencies whose minor units differ from ISO 4217")
    acknowledgement: AcknowledgementSpec = AcknowledgementSpec()
    retries: RetriesSpec = RetriesSpec()


def nearest(word: str, known: Any) -> str:
    """A hint at the known word that is meant, where one is near."""
    near = get_close_matches(word, [str(each) for each in known], n=1, cutoff=0.5)
    return f" (did you mean {near[0]}?)" if near else ""
