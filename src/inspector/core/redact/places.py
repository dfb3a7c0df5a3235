"""Values changed where they stand: every other byte of a body stays as it was sent."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote_plus, unquote_plus
from xml.sax.saxutils import escape, unescape

from inspector.core.body import Unreadable, decode_json, decode_xml, wrap

__all__ = ["Change", "Steps", "change_form", "change_text", "rewrite"]

Steps = tuple[str, ...]
Change = Callable[[Steps, str], str]
"""Answers with the text that shall stand in a place; the same text where nothing is to change. Without steps the text
is a name of the sender's own, such as a key."""

_JSON: Final = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}\[\],:]', re.DOTALL)
_DECODE: Final = json.JSONDecoder(strict=False).decode
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_XML: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>|(<!--.*?-->|<\?.*?\?>)|<(/?)([^\s<>/]+)([^<>]*)>|([^<]+)", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"""([^\s=]+)(\s*=\s*)("[^"]*"|'[^']*')""")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/\n]{24,}={0,2}\n?")
_DEEPEST: Final = 8  # bodies within bodies


def rewrite(body: bytes, content_type: str, change: Change) -> bytes:
    """The body with its values changed: JSON, XML, a form, or a text of no form that is known. Any bytes will do."""
    try:
        text, codec = body.decode(), "utf-8"
    except UnicodeDecodeError:
        text, codec = body.decode("latin-1"), "latin-1"
    if "x-www-form-urlencoded" in content_type.lower():
        changed = change_form(text, change)
    else:
        changed = _within(text, (), change) or change((), text)
    return body if changed == text else changed.encode(codec, "replace")


def _within(text: str, steps: Steps, change: Change) -> str | None:
    """The JSON or XML that a text is, changed; None where it is neither."""
    begin = text.lstrip("\ufeff \t\r\n")[:1]
    if len(steps) > _DEEPEST * 8 or begin not in ("{", "[", "<"):
        return None
    try:
        if begin == "<":
            decode_xml(text.encode("utf-8", "surrogatepass"))
            return _change_xml(text, steps, change)
        decode_json(text.encode("utf-8", "surrogatepass"))
    except (Unreadable, UnicodeError):
        return None
    return _change_json(text, steps, change)


def change_text(steps: Steps, text: str, change: Change) -> str:
    """A text changed: what is packed in it (JSON, XML, either in base64) value by value, any other as a whole."""
    inner = _within(text, steps, change)
    if inner is not None:
        return inner
    if _BASE64.fullmatch(text):
        try:
            packed = b64decode(text.replace("\n", ""), validate=True).decode()
        except ValueError:
            packed = ""
        inner = _within(packed, steps, change)
        if inner is not None:
            again = inner.encode("utf-8", "replace")
            return text if inner == packed else wrap(again) if "\n" in text else b64encode(again).decode()
    return change(steps, text)


def _change_json(text: str, steps: Steps, change: Change) -> str:
    """Word by word; the stack holds, for every container that is open, the step to what comes next in it."""
    written: list[str] = []
    end = 0
    stack: list[str | int | None] = []

    def now() -> Steps:
        return (*steps, *(str(step) for step in stack if step is not None))

    for found in _JSON.finditer(text):
        word = found[0]
        if word in "{[":
            stack.append(None if word == "{" else 0)
        elif word in "}]":
            stack.pop()
        elif word == ",":
            stack[-1] = stack[-1] + 1 if isinstance(stack[-1], int) else None
        elif word != ":":
            is_key = bool(stack) and stack[-1] is None
            changed = _key(word, change) if is_key else _scalar(word, now(), change)
            if is_key:
                stack[-1] = _string(word)
            written += [text[end : found.start()], changed]
            end = found.end()
    return "".join([*written, text[end:]])


def _key(word: str, change: Change) -> str:
    key = _string(word)
    changed = change((), key)
    return word if changed == key else _quoted(changed, word)


def _scalar(word: str, steps: Steps, change: Change) -> str:
    if word[0] != '"':
        changed = change(steps, word)
        if changed == word:
            return word
        number = re.sub(r"^(-?)0(?=\d)", r"\g<1>1", changed)  # no number begins with a zero
        return number if _NUMBER.fullmatch(number) else "0"
    text = _string(word)
    changed = change_text(steps, text, change)
    return word if changed == text else _quoted(changed, word)


def _string(word: str) -> str:
    return str(_DECODE(word)) if "\\" in word else word[1:-1]


def _quoted(text: str, like: str) -> str:
    return json.dumps(text, ensure_ascii=like.isascii())


def _change_xml(text: str, steps: Steps, change: Change) -> str:
    written: list[str] = []
    stack: list[str] = []
    for found in _XML.finditer(text):
        cdata, other, closing, tag, rest, words = found.groups()
        if cdata is not None:
            written.append(f"<![CDATA[{change_text((*steps, *stack), cdata, change)}]]>")
        elif tag and not other:
            if closing:
                del stack[-1:]
            elif not rest.endswith("/"):
                stack.append(tag)
            written.append(f"<{closing}{tag}{_attributes(rest, (*steps, *stack), change)}>")
        elif words is not None and words.strip():
            plain = unescape(words, {"&quot;": '"', "&apos;": "'"})
            changed = change_text((*steps, *stack), plain, change)
            written.append(words if changed == plain else escape(changed))
        else:
            written.append(found[0])
    return "".join(written)


def _attributes(text: str, steps: Steps, change: Change) -> str:
    def changed(found: re.Match[str]) -> str:
        plain = unescape(found[3][1:-1], {"&quot;": '"', "&apos;": "'"})
        new = change((*steps, found[1]), plain)
        return found[0] if new == plain else f"{found[1]}{found[2]}{found[3][0]}{escape(new, _QUOTES)}{found[3][0]}"

    return _ATTRIBUTE.sub(changed, text)


_QUOTES: Final = {'"': "&quot;", "'": "&apos;"}


def change_form(text: str, change: Change) -> str:
    """A form, or a query string, with its values changed."""
    return "&".join(_pairs(text, change))


def _pairs(text: str, change: Change) -> Iterator[str]:
    for pair in text.split("&"):
        name, equals, value = pair.partition("=")
        plain_name, plain = unquote_plus(name), unquote_plus(value)
        new_name, new = change((), plain_name), change_text((plain_name,), plain, change)
        name = name if new_name == plain_name else quote_plus(new_name)
        yield f"{name}{equals}{value if new == plain else quote_plus(new)}"
