"""The path language: what is written, and what it finds."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.locate import Message, first, locator, steps_of
from inspector.model import CapturedRequest

BODY: dict[str, Any] = {
    "id": "evt_1",
    "data": {"object": {"id": "pi_1", "amount": 0, "live": False, "empty": "", "none": None}},
    "list": [{"id": "a"}, {"id": "b"}, "c", ["d", ["e"]]],
    "additionalData": {"a.b": "dotted", "hmacSignature": "x"},
    "7": "a key of digits",
}
REQUEST = CapturedRequest(
    url="https://shop.example/hooks/acme?id=1&empty=&id=2&text=a%20b%26c",
    headers=(("X-One", "1"), ("x-two", "a"), ("X-Two", "b"), ("X-Empty", "")),
)


def message(body: Any = BODY) -> Message:
    """A message with that body."""
    form = {"name": "value", "several": ["1", "2"]}
    return Message(REQUEST, root=body, form=form, settings={"public_key": "pk"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id", "evt_1"),
        ("data.object.id", "pi_1"),
        ("data.object.amount", 0),
        ("data.object.live", False),
        ("data.object.empty", None),
        ("data.object.none", None),
        ("data.object", BODY["data"]["object"]),
        ("list.1.id", "b"),
        ("list.2", "c"),
        ("list.3.1.0", "e"),
        ("list.9", None),
        ("list.9.id", None),
        ("list.id", None),
        ("list.-1", None),
        ("7", "a key of digits"),
        ('additionalData."a.b"', "dotted"),
        ("additionalData.a.b", None),
        ("id.more", None),
        ("no.such.path", None),
        ("root:data.object.id", "pi_1"),
        ("header:X-ONE", "1"),
        ("header:x-two", "a,b"),
        ("header:x-empty", None),
        ("header:x-none", None),
        ("query:id", "1"),
        ("query:text", "a b&c"),
        ("query:empty", None),
        ("form:name", "value"),
        ("form:several", ["1", "2"]),
        ("setting:public_key", "pk"),
        ("constant:INR", "INR"),
        ("constant:a:b", "a:b"),
    ],
)
def test_a_place_holds_what_is_there(text: str, expected: Any) -> None:
    """Each way of writing a place finds its value; an empty text, null and nothing at all are nothing."""
    found = locator(text).find(message())
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("body", [None, [], "text", 7, True, {"data": []}, {"data": {"object": "text"}}])
def test_a_body_of_another_shape_holds_nothing(body: Any) -> None:
    """A path through something that is no object finds nothing, and is no error."""
    assert locator("data.object.id").find(message(body)) is None
    assert locator("root:data.object.id").find(message(body)) is None


def test_paths_start_at_the_item_of_a_batch() -> None:
    """Inside a batch a bare path is the item's, root: the whole body's."""
    each = message({"live": "false", "items": [{"id": "1"}, {"id": "2"}]})
    each.item = each.root["items"][1]
    assert locator("id").find(each) == "2"
    assert locator("root:live").find(each) == "false"
    assert locator("live").find(each) is None


def test_the_first_place_that_holds_something_counts() -> None:
    """Of several places, empty and absent ones are passed over."""
    places = [locator(text) for text in ("no.such", "data.object.empty", "data.object.id", "id")]
    assert first(places, message()) == "pi_1"
    assert first(places[:2], message()) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "a key is missing"),
        ("a..b", "position 3"),
        (".a", "position 1"),
        ("a.", "position 3"),
        ("a b", "a dot is missing at position 2"),
        ('"a', "a key is missing"),
        ('"a"b', "a dot is missing"),
        ("header:", "names nothing"),
        ("cookie:session", "there is no place 'cookie'"),
        ("haeder:x", "places are root, header, query"),
    ],
)
def test_a_place_that_cannot_be_read_is_explained(text: str, word: str) -> None:
    """A mistake in a document is answered in words, with the position where there is one."""
    with pytest.raises(ValueError, match=word):
        locator(text)


keys = st.text(st.characters(codec="utf-8", exclude_characters='"'), min_size=1, max_size=8)


@given(path=st.lists(keys, min_size=1, max_size=5), value=st.text(min_size=1))
@settings(max_examples=200, deadline=None)
def test_any_key_can_be_reached_in_quotes(path: list[str], value: str) -> None:
    """Whatever a sender calls its members, a quoted path finds them."""
    body: Any = value
    for key in reversed(path):
        body = {key: body}
    text = ".".join(f'"{key}"' for key in path)
    assert steps_of(text) == tuple(path)
    assert locator(f"root:{text}").find(message(body)) == value


@given(text=st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_text_is_a_place_or_a_mistake(text: str) -> None:
    """Any text either compiles, and then finds something or nothing, or is refused in words."""
    with suppress(ValueError):
        locator(text).find(message())
