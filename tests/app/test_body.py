"""The body on the screen: what it holds as a tree, what came as bytes, and neither without bounds."""

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Tree

from inspector.app.present import (
    Span,
    leaf,
    line_width,
    pattern_of,
    raw_lines,
    searched,
    text_hits,
    tree_of,
    value_hits,
    wrap_lines,
)
from inspector.app.present.body import plain, text_lines
from inspector.app.widgets.value_tree import ValueTree
from inspector.core.document import UnwrapSpec
from inspector.model import CapturedRequest
from tests.app.scene import NOW, event, requests
from tests.app.user import Shown, shown

URL = "http://127.0.0.1:4242/stripe"


def words(lines: object) -> str:
    """Lines of spans as text."""
    return "\n".join("".join(span.text for span in line) for line in lines)  # type: ignore[attr-defined]


async def deliver(app: Shown, body: bytes, kind: str) -> None:
    """Let a request of that type arrive, and open the tab of its body."""
    rows = len(app.events)
    await app.scene.deliver(CapturedRequest(url=URL, headers=(("Content-Type", kind),), body=body), "stripe", NOW)
    await app.until(lambda: len(app.events) == rows + 1)
    await app.press("3")


async def test_a_form_is_a_table(tmp_path: Path) -> None:
    """Each field of a form has its line."""
    async with shown(tmp_path) as app:
        await deliver(app, b"amount=19.99&name=Ada+L", "application/x-www-form-urlencoded")
        await app.until(lambda: 'amount  "19.99"' in app.screen())
        assert "name  Ada L" in app.screen()


async def test_xml_is_a_tree(tmp_path: Path) -> None:
    """Elements are nodes of the tree."""
    async with shown(tmp_path) as app:
        await deliver(app, b"<event><kind>check</kind></event>", "application/xml")
        await app.until(lambda: "kind  check" in app.screen())


async def test_what_is_wrapped_in_a_form_is_unwrapped(tmp_path: Path) -> None:
    """Braintree's base64 is shown as the XML that it is."""
    async with shown(tmp_path) as app:
        [(request, connector)] = requests(app.scene.workspace.service, ["braintree/dispute_accepted"])
        await app.scene.deliver(request, connector, NOW)
        await app.until(lambda: len(app.events) == 1)
        await app.press("3")
        await app.until(lambda: "dispute_accepted" in "\n".join(app.screen().splitlines()[20:]))


async def test_b_keeps_the_focus_in_the_body(tmp_path: Path) -> None:
    """b again brings the tree back, and the keys still move in it."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("3", "tab", "b", "b")
        assert isinstance(app.scene.app.screen.focused, Tree)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<a>" + b"<b c='d'>text</b>" * 300_000 + b"</a>", "application/xml"),
        (b'{"rows": [' + b",".join([b'{"a": 1}'] * 500_000) + b"]}", "application/json"),
        (b"\n" * 5_000_000, "text/plain"),
        (bytes(range(256)) * 20_000, "application/octet-stream"),
        (b"[" * 10_000 + b"]" * 10_000, "application/json"),
    ],
    ids=["xml", "json", "empty lines", "binary", "deep"],
)
async def test_a_large_body_is_read_beside_the_screen(tmp_path: Path, body: bytes, kind: str) -> None:
    """Five megabytes or ten thousand levels: the keys go on answering, and what is shown is bounded."""
    async with shown(tmp_path) as app:
        await deliver(app, body, kind)
        await app.until(lambda: "SHA-256" in app.lines("body-raw"))
        assert len(app.lines("body-raw")) < 1_500_000
        await app.press("tab", "b", "j", "1")
        assert f"{len(body):,} bytes" in app.lines("body-raw")


@pytest.mark.parametrize(
    ("value", "shown_as"),
    [
        ("evt_1", "evt_1"),
        ("1999", '"1999"'),
        (1999, "1999"),
        ("true", '"true"'),
        (True, "true"),
        (None, "null"),
        ("", '""'),
        (" padded", '" padded"'),
        (12345678901234567890123, "12345678901234567890123"),
    ],
)
def test_a_text_is_never_taken_for_a_number(value: object, shown_as: str) -> None:
    """1999 and "1999" are different things to a program that reads them: the tree shows which it is."""
    assert leaf(value) == shown_as


@pytest.mark.parametrize("text", ["a" * 25, "支付" * 12, "ab支付c" * 5, "\u0301" * 30])
@pytest.mark.parametrize("width", [2, 9, 10, 80])
def test_long_lines_are_wrapped_and_nothing_is_lost(text: str, width: int) -> None:
    """A minified body is read line by line; put together again, the lines are what came."""
    lines = wrap_lines([[Span("xyz"), Span(text, "dim"), Span("⏎")], [Span("end")]], width)
    assert words(lines).replace("\n", "") == f"xyz{text}⏎end"
    assert max(map(line_width, lines)) <= width


def test_what_json_cannot_say_is_shown_all_the_same() -> None:
    """Half a surrogate pair and a value of any depth are words on the screen, not an error."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert plain({"name": "\ud800"}) == '{"name": "\\ud800"}'
    assert plain(deep) == "nested too deep to be shown"
    assert plain({"a": Decimal("1.10")}) == '{"a":1.10}'


def test_the_bytes_are_bounded_and_say_so() -> None:
    """A million lines are cut, with their number; nothing is left out in silence."""
    lines = text_lines(b"x\n" * 1_000_000)
    assert len(lines) < 6_000
    assert words(lines).endswith("… 995,000 more lines; y copies the whole")
    assert words(text_lines(b"\xff" * 100_000)).endswith("… 80,000 more bytes; y copies the whole")


def test_the_bytes_have_their_length_and_digest() -> None:
    """What stands above the bytes is what `sha256sum` says of the same body."""
    text = words(raw_lines(CapturedRequest(url=URL, body=b"hello\n")))
    assert "6 bytes" in text
    assert "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03" in text


def test_a_field_that_is_not_what_it_should_be_stays_as_it_is() -> None:
    """A wrapped body that cannot be unwrapped is shown as it was sent."""
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    request = CapturedRequest(url=URL, headers=form, body=b"bt_payload=%21%21")
    assert tree_of(request, UnwrapSpec(field="bt_payload", format="xml")) == {"bt_payload": "!!"}
    assert tree_of(msgspec.structs.replace(request, body=b"a=b"), UnwrapSpec(field="bt_payload", format="xml"))


def steps_at(tree: ValueTree) -> tuple[str, ...]:
    """The way to the place that the cursor is on."""
    node = tree.cursor_node
    return node.data.steps if node is not None and node.data is not None else ()


async def test_a_search_opens_the_way_to_what_it_finds(tmp_path: Path) -> None:
    """/ looks through names and values, however deep they are folded; n and N go on and back, and the count is said."""
    deep = b'{"a": {"b": {"c": {"d": {"e": {"needle": 1, "f": "a Needle, too"}}}}}, "z": ["needle"]}'
    async with shown(tmp_path) as app:
        await deliver(app, deep, "application/json")
        await app.press("tab", "slash")
        await app.type("needle")
        await app.until(lambda: "1 of 3" in app.screen())
        assert "needle  1" in app.screen()
        await app.press("enter", "n")
        await app.until(lambda: "2 of 3" in app.screen())
        tree = app.scene.app.screen.query_one(ValueTree)
        assert steps_at(tree) == ("a", "b", "c", "d", "e", "f")
        await app.press("N", "N")
        await app.until(lambda: "3 of 3" in app.screen())
        assert steps_at(tree) == ("z", "0")
        await app.press("escape")
        await app.until(lambda: "3 of 3" not in app.screen())
        assert isinstance(app.scene.app.screen.focused, Tree)


async def test_a_search_says_that_there_is_nothing(tmp_path: Path) -> None:
    """What is not there is not there, and escape ends the search."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("3", "tab", "slash")
        await app.type("nowhere")
        await app.until(lambda: "not in this body" in app.screen())
        await app.press("escape", "escape")
        assert app.scene.app.screen.focused is app.events


async def test_a_long_value_is_shown_where_the_term_is(tmp_path: Path) -> None:
    """A term in the middle of a long text is on the screen, not behind its edge."""
    async with shown(tmp_path, event(1, name="x" * 3000 + "needle" + "y" * 3000)) as app:
        await app.press("3", "tab", "slash")
        await app.type("needle")
        await app.until(lambda: "xneedley" in app.screen())


MANY = b'{"rows": [' + b",".join([b'{"a": "value %d"}' % number for number in range(250_000)]) + b"]}"


@pytest.mark.parametrize("raw", [False, True], ids=["tree", "bytes"])
async def test_a_search_in_five_megabytes_keeps_the_keys_alive(tmp_path: Path, raw: bool) -> None:
    """What stands far behind what is shown at first is found and shown, and typing goes on meanwhile."""
    async with shown(tmp_path) as app:
        await deliver(app, MANY, "application/json")
        await app.until(lambda: "SHA-256" in app.lines("body-raw"))
        await app.press("tab", *(["b"] if raw else []), "slash")
        await app.type("value 24999")
        await app.until(lambda: "1 of 11" in app.screen() and "value 24999" in app.screen().split("Body")[1][:-100])
        await app.press("enter", "N")
        await app.until(lambda: "11 of 11" in app.screen() and "value 249999" in app.screen())


async def test_bytes_that_are_no_text_are_searched_too(tmp_path: Path) -> None:
    """In a binary body a word is found where it stands, with the bytes around it."""
    async with shown(tmp_path) as app:
        await deliver(app, bytes(range(128, 256)) * 2_000 + b"needle" + b"\xff" * 100, "application/octet-stream")
        await app.until(lambda: "SHA-256" in app.lines("body-raw"))
        await app.press("tab", "slash")
        await app.type("needle")
        await app.until(lambda: "needle" in app.lines("body-raw"))
        assert "0003e800" in app.lines("body-raw")


async def test_another_delivery_is_searched_for_the_same(tmp_path: Path) -> None:
    """The term stays as one walks through the list: which of these events names this customer?"""
    async with shown(tmp_path, event(1, name="Ada Byron"), event(2, name="Bob")) as app:
        await app.press("3", "tab", "slash")
        await app.type("byron")
        await app.until(lambda: "not in this body" in app.screen())
        await app.press("enter", "tab", "k")
        await app.until(lambda: "1 of 1" in app.screen())


async def test_a_long_list_does_not_keep_the_rest_folded(tmp_path: Path) -> None:
    """What is small is open at first, whatever large things stand beside it."""
    body = b'{"rows": [' + b",".join([b"1"] * 500) + b'], "small": {"one": {"two": "three"}}}'
    async with shown(tmp_path) as app:
        await deliver(app, body, "application/json")
        await app.until(lambda: "two  three" in app.screen())
        assert "▶ rows  [500]" in app.screen()


def test_what_is_found_is_marked_and_the_line_stays_whole() -> None:
    """The current place and those near it are marked; hostile bytes stay visible, and nothing of the text is lost."""
    body = b"an Ada\n\x1bADA\n" + b"." * 30_000 + b" ada"
    request = CapturedRequest(url=URL, body=body)
    text = searched(request)
    places = [each for each in text_hits(text, pattern_of("ada"), 3) if each is not None]
    assert places == [3, 8, 30_013]
    lines = raw_lines(request, pattern_of("ada"), 8)
    assert [(span.text, span.style) for line in lines for span in line if span.style in ("found", "current")] == [
        ("Ada", "found"),
        ("ADA", "current"),
    ]
    assert "an Ada⏎" in words(lines)
    assert "␛ADA⏎" in words(lines)
    far = raw_lines(request, pattern_of("ada"), 30_013)
    assert words(far).endswith(". ada")
    assert "ada" in [span.text for span in far[-1] if span.style == "current"]


def test_a_search_is_bounded_by_breaths() -> None:
    """Half a million values are looked at a thousand at a time, and every one of those that fit is found."""
    root = {"rows": [{"name": f"n{number}"} for number in range(10_000)]}
    found = list(value_hits(root, pattern_of("N9999")))
    assert [each for each in found if each is not None] == [("rows", "9999", "name")]
    assert found.count(None) == 20
