"""Bodies: what is read exactly, what is forgiven, and what is refused in words and in no time."""

import gzip
import zlib
from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.body import (
    MAX_UNPACKED,
    Unreadable,
    decode_form,
    decode_json,
    decode_xml,
    encode_form,
    encode_json,
    rewrite_xml,
    unpack,
    unwrap,
    wrap,
)


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def shortly(value: object) -> str:
    """A parameter as the first letters of what it is."""
    return repr(value)[:24]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b"-1", -1),
        (b"1.10", Decimal("1.10")),
        (b"1e400", Decimal("1e400")),
        (b"0.1", Decimal("0.1")),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'"\\u00fc\\ud83d\\ude00"', "ü😀"),
        (b" [1 , 2]\n", [1, 2]),
        (b"null", None),
    ],
)
def test_json_keeps_what_was_written(written: bytes, expected: Any) -> None:
    """Integers keep all their digits, decimals their text; of a repeated key the last counts."""
    found = decode_json(written)
    assert found == expected
    assert str(found) == str(expected)


@pytest.mark.parametrize(
    ("written", "kind", "expected"),
    [
        (b'\xef\xbb\xbf{"a":1}', "", {"a": 1}),
        (b'{"a":NaN}', "", {"a": "NaN"}),
        (b'{"a":1e99999999999999999999}', "", {"a": "1e99999999999999999999"}),
        (b'{"a":-Infinity}', "", {"a": "-Infinity"}),
        (b'{"a":"\\ud800"}', "", {"a": "�"}),
        ('{"a":"ü"}'.encode("utf-16"), "application/json; charset=utf-16", {"a": "ü"}),
        ('{"a":"ü"}'.encode("latin-1"), 'application/json; charset="ISO-8859-1"', {"a": "ü"}),
    ],
)
def test_harmless_faults_are_forgiven(written: bytes, kind: str, expected: Any) -> None:
    """A byte-order mark, NaN, half a surrogate pair and another charset do not hide the event."""
    assert decode_json(written, kind) == expected


@pytest.mark.parametrize(
    ("written", "kind", "word"),
    [
        (b"", "", "the body is empty"),
        (b"  \n", "", "the body is empty"),
        (b'{"a":', "", "not JSON"),
        (b'{"a":1}}', "", "line 1 column 8"),
        (b"{'a':1}", "", "not JSON"),
        (b"\xff\xfe\xfd", "", "not UTF-8 text"),
        (b'{"a":"\xfc"}', "", "not UTF-8 text"),
        (b'{"a":"\xfc"}', "application/json; charset=klingon", "not klingon text"),
        (b'{"a":"\xfc"}', "application/json; charset=utf-99", "not utf-99 text"),
        (b'{"a":"\xfc"}', "application/json; charset=rot13", "not rot13 text"),
        (b'{"a":"\xfc"}', "application/json; charset=\x00", "text"),
        (b"[" * 100_000 + b"]" * 100_000, "", "nested too deep"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "", "nested too deep"),
        (b"1" * 5_000, "", "not JSON that can be read"),
    ],
    ids=shortly,
)
def test_what_is_not_json_is_refused_in_words(written: bytes, kind: str, word: str) -> None:
    """The reason names the place in the text, the charset, or the depth."""
    with pytest.raises(Unreadable, match=word):
        decode_json(written, kind)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(value=values)
@settings(max_examples=150, deadline=None)
def test_json_survives_being_written(value: Any) -> None:
    """What is read, written and read again is the same, decimals and large numbers included."""
    assert decode_json(encode_json(value)) == value


@given(content=st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """No bytes whatever get another error out of a decoder than Unreadable."""
    for decode in (decode_json, decode_form, decode_xml):
        with suppress(Unreadable):
            decode(content)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"a=1&a=2&a=3", {"a": ["1", "2", "3"]}),
        (b"a=&b", {"a": "", "b": ""}),
        (b"a=%2B+%C3%BC%0A", {"a": "+ ü\n"}),
        (b"a=%FF", {"a": "�"}),
        (b"a=b=c;d", {"a": "b=c;d"}),
        (b"", {}),
    ],
)
def test_forms_are_decoded_once(written: bytes, expected: dict[str, Any]) -> None:
    """A plus is a blank, %2B a plus; repeated fields are a list, and nothing is decoded twice."""
    assert decode_form(written) == expected


def test_a_form_with_a_hundred_thousand_fields_is_refused() -> None:
    """A form is bounded: more than a thousand fields are nobody's webhook."""
    with pytest.raises(Unreadable, match="more than 1,000 fields"):
        decode_form(b"&".join(b"a%d=1" % number for number in range(100_000)))


@given(st.text(alphabet="a=&+%0419fF \né\ud7ff", max_size=40))
def test_forms_are_read_as_everybody_reads_them(written: str) -> None:
    """The standard library's reading, whatever is percent-encoded, or is not and looks as if it were."""
    expected: dict[str, list[str]] = {}
    for name, value in parse_qsl(written, keep_blank_values=True, errors="replace"):
        expected.setdefault(name, []).append(value)
    found = decode_form(written.encode())
    assert found == {name: each if len(each) > 1 else each[0] for name, each in expected.items()}


@given(form=st.dictionaries(st.text(min_size=1), st.text() | st.lists(st.text(), min_size=2, max_size=3), max_size=5))
@settings(max_examples=100, deadline=None)
def test_a_form_survives_being_written(form: dict[str, Any]) -> None:
    """Fields of any script are written so that they are read again."""
    assert decode_form(encode_form(form)) == form


def test_xml_as_values() -> None:
    """Elements become members, arrays and repeated elements lists, nil nothing, text stays as it is."""
    text = b"""<?xml version="1.0" encoding="UTF-8"?><n><kind>check</kind><none nil="true"/><empty/>
      <list type="array"><item>1</item><item>2</item></list><one type="array"><item><id>a</id></item></one>
      <twice>a</twice><twice>b</twice><text> a &amp; b </text></n>"""
    assert decode_xml(text) == {
        "n": {
            "kind": "check",
            "none": None,
            "empty": "",
            "list": ["1", "2"],
            "one": [{"id": "a"}],
            "twice": ["a", "b"],
            "text": " a & b ",
        }
    }


BOMB = b"""<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<b>&c;&c;&c;&c;&c;&c;</b>"""


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        b'<!DOCTYPE b SYSTEM "http://127.0.0.1:1/x.dtd"><b/>',
        b'<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><b>&x;</b>',
        b"<!DOCTYPE b><b/>",
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE b [<!ENTITY x "y">]><b>&x;</b>'.encode("utf-16"),
        '<!DOCTYPE b [<!ENTITY x "y">]><b>&x;</b>'.encode("utf-16-be"),
    ],
)
def test_entities_and_document_types_are_never_read(text: bytes) -> None:
    """Nothing is expanded, nothing is fetched, no file is opened."""
    with pytest.raises(Unreadable, match="document type or entities"):
        decode_xml(text)


@pytest.mark.parametrize("encoding", ["cp037", "utf-7", "utf-32", "utf-16", "hz", "iso2022_jp", "rot13", "punycode"])
def test_no_encoding_hides_a_declaration(encoding: str) -> None:
    """What is written in other bytes than ASCII's is not read at all."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    entity = '<!DOCTYPE b [<!ENTITY x "y">]><b>&x;</b>'
    hidden = entity.encode("utf-7" if encoding in ("hz", "rot13", "punycode") else encoding)
    for text in (head + hidden, head + hidden.replace(b"<!", b"+ADwAIQ-"), head + b"<b>" + hidden + b"</b>"):
        with pytest.raises(Unreadable):
            decode_xml(text)


@pytest.mark.parametrize("text", [b"", b"<a>", b"<a></b>", b"text", b"<a>&undefined;</a>", b"\xff<a/>", b"<a/><b/>"])
def test_what_is_not_xml_is_refused(text: bytes) -> None:
    """Half of a document is no document."""
    with pytest.raises(Unreadable, match="not XML"):
        decode_xml(text)


def test_deep_xml_is_refused() -> None:
    """Two hundred levels are enough."""
    with pytest.raises(Unreadable, match=r"deeper than 200|not XML"):
        decode_xml(b"<a>" * 100_000 + b"</a>" * 100_000)
    assert decode_xml(b"<a>" * 199 + b"</a>" * 199)


def test_an_element_can_be_rewritten() -> None:
    """One text of a document changes, the rest stays."""
    text = b"<n><a><id>1</id></a><list><item>x</item><item>y</item></list></n>"
    assert decode_xml(rewrite_xml(text, ("a", "id"), "2 & 3"))["n"]["a"] == {"id": "2 & 3"}
    assert decode_xml(rewrite_xml(text, ("list", "1"), "z"))["n"]["list"]["item"] == ["x", "z"]
    with pytest.raises(Unreadable, match="no element"):
        rewrite_xml(text, ("a", "no"), "2")


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", "deflate", "identity", "", "gzip, identity"])
def test_compressed_bodies_are_unpacked(coding: str) -> None:
    """gzip and deflate are undone, whatever their case."""
    packed = _gzip(b"hello") if "gzip" in coding.lower() else b"hello"
    packed = zlib.compress(b"hello") if coding == "deflate" else packed
    assert unpack(packed, coding) == b"hello"


def test_deflate_without_its_wrapper_is_read_too() -> None:
    """Some senders call raw deflate deflate."""
    raw = zlib.compressobj(wbits=-15)
    assert unpack(raw.compress(b"hello") + raw.flush(), "deflate") == b"hello"


@pytest.mark.parametrize(
    ("packed", "coding", "word"),
    [
        (_gzip(b"\0" * (MAX_UNPACKED + 1)), "gzip", "unpacks to more than 10,485,760 bytes"),
        (_gzip(_gzip(b"\0" * (MAX_UNPACKED + 1))), "gzip, gzip", "unpacks to more than"),
        (_gzip(b"hello")[:-3], "gzip", "cut off"),
        (b"hello", "gzip", "not gzip"),
        (b"hello", "deflate", "not deflate"),
        (b"hello", "br", "'br' is not known"),
        (b"", "gzip", "cut off"),
    ],
    ids=shortly,
)
def test_damage_and_bombs_are_refused(packed: bytes, coding: str, word: str) -> None:
    """A small body that unpacks to a large one is stopped at ten megabytes."""
    with pytest.raises(Unreadable, match=word):
        unpack(packed, coding)


@given(content=st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_base64_in_lines_is_unwrapped(content: bytes) -> None:
    """Base64 in lines of sixty letters holds the same bytes; a missing last line feed does not matter."""
    assert unwrap(wrap(content), "payload") == content
    assert unwrap(wrap(content).rstrip("\n"), "payload") == content


@pytest.mark.parametrize("text", [None, 7, ["YQ=="], "YQ", "Y Q==", "Y\rQ==", "YQ==YQ==", "é", "YQ==="])
def test_what_is_not_base64_is_refused(text: Any) -> None:
    """Blanks, wrong padding and foreign letters are refused, and so is what is no text."""
    with pytest.raises(Unreadable, match="payload is"):
        unwrap(text, "payload")
