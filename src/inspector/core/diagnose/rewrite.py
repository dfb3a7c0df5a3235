"""Bodies as other programs write them: the same JSON or form, other bytes.

JSON is rewritten token by token, so that numbers keep their text, order its order, and what is not named stays.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote_plus

import msgspec

from inspector.core.body import Unreadable, decode_json

__all__ = ["Rewriting", "forms", "jsons", "looks_rounded"]

_STRING = re.compile(rb'("[^"\\]*(?:\\.[^"\\]*)*")', re.DOTALL)
_SLASH = re.compile(rb"(\\\\)|\\/")
_ESCAPED = re.compile(r"(\\\\)|((?:\\u[0-9a-fA-F]{4})+)")
_FOREIGN = re.compile("[^\x00-\x7f]")
_LARGE = re.compile(rb"(?<![\d.eE+-])-?\d{16,30}(?![\d.eE])")
_FLOATED = re.compile(rb"\d\.\d{14,}[eE]\+?(?:1[6-9]|2\d)(?!\d)")
_FRACTION = re.compile(rb"(?<![\d.eE+-])(-?\d{1,30})\.(\d{1,30})(?![\d.eE])")
_MARKS = re.compile(rb"\{\}|\[\]|[{}\[\],:]")
_SORTED = msgspec.json.Encoder(decimal_format="number", order="sorted")
_LARGEST: Final = 1024 * 1024
_PRECISE: Final = 15  # digits that every double keeps


class Rewriting(NamedTuple):
    """A body as it may have been before: `words` completes "It fits when the body is"."""

    cause: str
    words: str
    body: bytes


class _Json(NamedTuple):
    """JSON in two: its structure (numbers and words too), a zero where a string stands, and its strings."""

    structure: bytes
    strings: list[bytes]

    @classmethod
    def of(cls, body: bytes) -> "_Json":
        tokens = _STRING.split(body)
        return cls(b"\0".join(tokens[::2]), tokens[1::2])

    def whole(self) -> bytes:
        found = self.structure.split(b"\0")
        found[:-1] = [part + string for part, string in zip(found, self.strings, strict=False)]
        return b"".join(found)

    def laid_out(self, structure: bytes) -> "_Json":
        return _Json(structure, self.strings)


def jsons(body: bytes) -> Iterator[Rewriting]:
    """A JSON body in the layouts, escapes and orders of common programs."""
    if len(body) > _LARGEST or b"\0" in body:
        return
    try:
        root = decode_json(body)
    except Unreadable:
        return
    if not isinstance(root, dict | list):
        return
    seen = {body}
    for each in _jsons(_Json.of(body), root):
        if each.body not in seen:
            seen.add(each.body)
            yield each


def _jsons(given: _Json, root: Any) -> Iterator[Rewriting]:
    compact = given.laid_out(given.structure.translate(None, b" \t\r\n"))
    narrow = _indented(compact.structure)
    layouts = [
        ("", "", given),
        ("compact", "written without white space", compact),
        ("spaced", "written with a blank after each comma and colon", compact.laid_out(_spaced(compact.structure))),
        ("indent-2", "indented by two blanks", compact.laid_out(narrow)),
        ("indent-4", "indented by four blanks", compact.laid_out(narrow.replace(b"  ", b"    "))),
    ]
    wholes = [(cause, words, each.whole()) for cause, words, each in layouts]
    for cause, words, whole in wholes:
        yield from _escapes(cause, words, whole)
    for cause, words, whole in wholes[1:]:
        yield Rewriting(f"{cause}-line-feed", f"{words}, with a line feed at its end", whole + b"\n")
    if b"." in compact.structure or _LARGE.search(compact.structure):
        for cause, words, each in layouts[:3]:
            yield from _numbers(cause, words, each)
    yield from _sorted(root)


def _sorted(root: Any) -> Iterator[Rewriting]:
    try:
        ordered = _SORTED.encode(root)
    except (RecursionError, ValueError, TypeError):
        return
    yield from _escapes("sorted", "written without white space, its keys sorted", ordered)
    found = _Json.of(ordered)
    spaced = found.laid_out(_spaced(found.structure)).whole()
    yield from _escapes("sorted-spaced", "written with a blank after each comma and colon, its keys sorted", spaced)


def _spaced(structure: bytes) -> bytes:
    return structure.replace(b",", b", ").replace(b":", b": ")


def _indented(compact: bytes) -> bytes:
    """The structure with a line a member, indented by two blanks."""
    depth = 0

    def laid_out(found: re.Match[bytes]) -> bytes:
        nonlocal depth
        mark = found[0]
        if len(mark) == 2:
            return mark
        if mark in b"{[":
            depth += 1
            return mark + b"\n" + b"  " * depth
        if mark in b"}]":
            depth -= 1
            return b"\n" + b"  " * depth + mark
        return b",\n" + b"  " * depth if mark == b"," else b": "

    return _MARKS.sub(laid_out, compact)


def _escapes(cause: str, words: str, whole: bytes) -> Iterator[Rewriting]:
    """The JSON with its strings escaped otherwise; what is escaped stands in strings only."""
    if cause:
        yield Rewriting(cause, words, whole)
    steps: list[tuple[str, str, Callable[[bytes], bytes]]] = []
    if b"\\/" in whole:
        steps.append(("slashes-plain", "slashes not escaped", _plain_slashes))
    elif b"/" in whole:
        steps.append(("slashes-escaped", "slashes escaped", _escaped_slashes))
    if not whole.isascii():
        steps.append(("ascii", "other letters than ASCII as \\u…", _ascii))
    if b"\\u" in whole:
        steps.append(("letters", "\\u… as the letters themselves", _letters))
    if b"<" in whole or b">" in whole or b"&" in whole:
        steps.append(("html", "< > & as \\u…", _html))
    for name, how, change in steps:
        yield Rewriting(_named(cause, name), _worded(words, how), change(whole))
    if len(steps) > 1:
        (first, how, change), (second, also, more) = steps[:2]
        yield Rewriting(_named(cause, f"{first}-{second}"), _worded(words, f"{how} and {also}"), more(change(whole)))


def _named(cause: str, more: str) -> str:
    return f"{cause}-{more}" if cause else more


def _worded(words: str, more: str) -> str:
    return f"{words}, {more}" if words else f"written with {more}"


def _plain_slashes(text: bytes) -> bytes:
    return _SLASH.sub(lambda found: found[1] or b"/", text)


def _escaped_slashes(text: bytes) -> bytes:
    return text.replace(b"/", b"\\/")


def _unit(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join("\\u" + units[start : start + 4] for start in range(0, len(units), 4))


def _ascii(text: bytes) -> bytes:
    return _FOREIGN.sub(lambda found: _unit(found[0]), text.decode("utf-8", "replace")).encode("ascii")


def _letters(text: bytes) -> bytes:
    def shown(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        letters = bytes.fromhex(found[2].replace("\\u", "")).decode("utf-16-be", "replace")
        return "".join(each if each >= "\x80" or each in "<>&'" else _unit(each) for each in letters)

    return _ESCAPED.sub(shown, text.decode("utf-8", "replace")).encode("utf-8", "replace")


def _html(text: bytes) -> bytes:
    return text.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")


def _numbers(cause: str, words: str, given: _Json) -> Iterator[Rewriting]:
    """Numbers as programs write them that read them as binary floats."""
    for name, how, pattern, change in _NUMBERS:
        found = pattern.sub(change, given.structure)
        if found != given.structure:
            yield Rewriting(_named(cause, name), _worded(words, how), given.laid_out(found).whole())


def _double(found: re.Match[bytes]) -> bytes:
    return str(_rounded(int(found[0]))).encode()


def _rounded(number: int) -> int:
    """An integer as JavaScript writes it: the shortest digits that mean the same double, then zeros."""
    digits, _, exponent = f"{float(number)!r}".partition("e")
    if not exponent:
        return int(float(number))
    whole, _, fraction = digits.partition(".")
    return int((whole + fraction).ljust(int(exponent) + len(whole), "0"))


def looks_rounded(body: bytes) -> bool:
    """Whether a number of the JSON is beyond 53 bits and has the digits of a double, and as many as one has."""
    if len(body) > _LARGEST or not _readable(body):
        return False
    structure = _Json.of(body).structure
    whole = (int(found[0]) for found in _LARGE.finditer(structure))
    return any(_is_rounded(each) for each in whole) or bool(_FLOATED.search(structure))


def _is_rounded(number: int) -> bool:
    """A round sum, such as 10**18, has fewer digits before its zeros than a double that was written out."""
    digits = len(str(abs(number)).rstrip("0"))
    return abs(number) > 2**53 and number % 10 == 0 and digits >= _PRECISE and _rounded(number) == number


def _readable(body: bytes) -> bool:
    """Whether it is JSON: only then does every string end, and taking it apart costs no more than its length."""
    try:
        decode_json(body)
    except Unreadable:
        return False
    return True


def _shortest(found: re.Match[bytes]) -> bytes:
    fraction = found[2].rstrip(b"0")
    return found[1] + (b"." + fraction if fraction else b"")


def _two_decimals(found: re.Match[bytes]) -> bytes:
    fraction = found[2].rstrip(b"0")
    return found[1] + b"." + fraction.ljust(2, b"0") if len(fraction) <= 2 else found[0]


_NUMBERS: Final[tuple[tuple[str, str, re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]], ...]] = (
    ("rounded", "integers rounded to 53 bits", _LARGE, _double),
    ("no-zeros", "numbers without zeros at their end", _FRACTION, _shortest),
    ("cents", "two decimals in every decimal number", _FRACTION, _two_decimals),
)


def forms(body: bytes) -> Iterator[Rewriting]:
    """A form in the encodings of common programs, and with its signs + and line ends as they were."""
    if len(body) > _LARGEST or b"=" not in body or body[:1] in b"{[<":
        return
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return
    seen = {body}
    for each in _forms(body, pairs):
        if each.body not in seen:
            seen.add(each.body)
            yield each


def _forms(body: bytes, pairs: list[tuple[str, str]]) -> Iterator[Rewriting]:
    yield Rewriting("form-plus", "read with its + as plus signs", body.replace(b"+", b"%2B"))
    yield Rewriting("form-line-feeds", "written with LF for CRLF in its fields", _line_feeds(body))
    pieces = [f"{quote_plus(name)}={quote_plus(value)}".encode() for name, value in pairs]
    form = b"&".join(pieces)
    yield Rewriting("form", "written as a form with + for blanks", form)
    yield Rewriting("form-20", "written as a form with %20 for blanks", form.replace(b"+", b"%20"))
    yield Rewriting("form-browser", "written as a form as browsers do", form.replace(b"%2A", b"*"))
    yield Rewriting("form-php", "written as a form with ~ escaped", form.replace(b"~", b"%7E"))
    brackets = form.replace(b"%5B", b"[").replace(b"%5D", b"]")
    yield Rewriting("form-brackets", "written as a form with brackets as they are", brackets)
    small = re.sub(rb"%[0-9A-F]{2}", lambda found: found[0].lower(), body)
    yield Rewriting("form-small", "written with percent signs and small letters", small)
    large = re.sub(rb"%[0-9a-f]{2}", lambda found: found[0].upper(), body)
    yield Rewriting("form-capitals", "written with percent signs and capitals", large)
    ordered = b"&".join(piece for _, piece in sorted(zip(pairs, pieces, strict=True)))
    yield Rewriting("form-sorted", "written with its fields sorted", ordered)


def _line_feeds(body: bytes) -> bytes:
    return re.sub(rb"%0[dD]%0[aA]", b"%0A", body)
