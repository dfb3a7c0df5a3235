"""Bodies as plain values: JSON, forms, XML, and what is packed inside them. Foreign bytes never raise.

`unpack` undoes the transport's compression, `decode` reads the format, `encode` and `edit` write it again.
"""

import json
import re
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote_plus, unquote_to_bytes

import msgspec

__all__ = [
    "MAX_UNPACKED",
    "Unreadable",
    "decode_form",
    "decode_json",
    "decode_xml",
    "encode_form",
    "encode_json",
    "rewrite_xml",
    "unpack",
    "unwrap",
    "wrap",
]

MAX_UNPACKED: Final = 10 * 1024 * 1024
"""How many bytes a compressed body may unpack to."""

_MAX_DEPTH: Final = 200
_MAX_FIELDS: Final = 1_000  # of a form
_FAST = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_CHARSET = re.compile(r"(utf|iso|latin|windows|cp|us|ascii|gb|big5|euc|shift|sjis|koi8)[a-z0-9_-]*$")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Unreadable(Exception):  # noqa: N818 - it is a finding about the sender, not an error of ours
    """The bytes are not what they claim to be; the text says why, for a person."""


def unpack(body: bytes, content_encoding: str) -> bytes:
    """The body without gzip or deflate. Raises Unreadable for damage, bombs and unknown codings."""
    for coding in reversed([part.strip().lower() for part in content_encoding.split(",")]):
        if coding in ("", "identity"):
            continue
        if coding not in ("gzip", "x-gzip", "deflate"):
            raise Unreadable(f"the content encoding {coding!r} is not known (gzip and deflate are)")
        body = _inflate(body, coding)
    return body


def _inflate(body: bytes, coding: str) -> bytes:
    # RFC 9110, 8.4.1.2: "deflate" is zlib's format, but some senders leave its wrapper out.
    windows = (zlib.MAX_WBITS, -zlib.MAX_WBITS) if coding == "deflate" else (zlib.MAX_WBITS | 16,)
    reason = ""
    for window in windows:
        unpacker = zlib.decompressobj(window)
        try:
            unpacked = unpacker.decompress(body, MAX_UNPACKED + 1)
        except zlib.error as error:
            reason = f"the body is not {coding}: {error}"
            continue
        if len(unpacked) > MAX_UNPACKED:
            raise Unreadable(f"the body unpacks to more than {MAX_UNPACKED:,} bytes")
        if not unpacker.eof:
            raise Unreadable(f"the {coding} body is cut off")
        return unpacked
    raise Unreadable(reason)


def decode_json(body: bytes, content_type: str = "") -> Any:
    """Plain values; decimals keep their text, integers all their digits. Raises Unreadable.

    The content type's charset counts where the bytes are not UTF-8.
    """
    try:
        return _FAST.decode(body)
    except RecursionError:
        raise Unreadable("the JSON is nested too deep to be read") from None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, ArithmeticError) as error:
        reason = str(error)
    return _decode_leniently(body, _charset(content_type), reason)


def _charset(content_type: str) -> str:
    """The charset of a content type; empty where none is named or it is UTF-8."""
    charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    return "" if charset in ("", "utf-8", "utf8") else charset


def _decode_leniently(body: bytes, charset: str, reason: str) -> Any:
    """What msgspec refuses and is harmless: byte-order marks, NaN, huge exponents, lone surrogates, other charsets."""
    if not body.strip():
        raise Unreadable("the body is empty where JSON was expected")
    try:
        text = body.decode(charset if _CHARSET.match(charset) else "utf-8-sig")
    except (ValueError, LookupError):
        raise Unreadable(f"the body is not {charset[:20] or 'UTF-8'} text") from None
    try:
        found = json.loads(text.removeprefix("\ufeff"), parse_float=_number, parse_constant=str)
        return _without_surrogates(found)
    except RecursionError:
        raise Unreadable("the JSON is nested too deep to be read") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise Unreadable(f"the body is not JSON: {error.msg} at {place}") from None
    except (ValueError, ArithmeticError):
        raise Unreadable(f"the body is not JSON that can be read: {reason}") from None


def _number(text: str) -> Any:
    """The decimal, or its text where the exponent is beyond what any decimal can have."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return text


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_surrogates(inner) for inner in value]
    return value


def encode_json(value: Any) -> bytes:
    """Compact JSON; decimals as the numbers that they were."""
    return _ENCODER.encode(value)


def decode_form(body: bytes) -> dict[str, Any]:
    """Fields by name; a repeated one is a list (https://url.spec.whatwg.org/#urlencoded-parsing). Raises Unreadable."""
    try:
        body.decode()
    except UnicodeDecodeError:
        raise Unreadable("the form is not UTF-8 text") from None
    if body.count(b"&") >= _MAX_FIELDS:
        raise Unreadable(f"the form has more than {_MAX_FIELDS:,} fields")
    form: dict[str, Any] = {}
    for pair in filter(None, body.split(b"&")):
        name, _, value = map(_unquoted, pair.partition(b"="))
        if name not in form:
            form[name] = value
        elif isinstance(form[name], list):
            form[name].append(value)
        else:
            form[name] = [form[name], value]
    return form


def _unquoted(text: bytes) -> str:
    return unquote_to_bytes(text.replace(b"+", b" ")).decode("utf-8", "replace")


def encode_form(form: Mapping[str, Any]) -> bytes:
    """The fields in their order, percent-encoded."""
    pairs = [
        (name, value) for name, values in form.items() for value in (values if isinstance(values, list) else [values])
    ]
    return "&".join(f"{quote_plus(name)}={quote_plus(str(value))}" for name, value in pairs).encode()


def decode_xml(body: bytes) -> Any:
    """Elements as mappings by tag; repeated ones and type="array" as lists, nil="true" as None.

    No document type, entity or external reference is read. Raises Unreadable.
    """
    from xml.etree.ElementTree import ParseError, fromstring

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring as fromstring_defused

    # Without "<!" nothing can be declared, and the standard parser, which is in C, has nothing to be defused of. The
    # encodings in which it could be written otherwise have zeros in them: expat takes no others than those of ASCII.
    declared = b"<!" in body or b"\0" in body
    try:
        top = fromstring_defused(body, forbid_dtd=True) if declared else fromstring(body)  # noqa: S314 - see above
    except DefusedXmlException:
        raise Unreadable("the XML declares a document type or entities, which are never read") from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise Unreadable(f"the body is not XML: {error}") from None
    return {top.tag: _element(top, 1)}


def _element(element: Any, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise Unreadable(f"the XML is nested deeper than {_MAX_DEPTH} levels")
    if element.get("nil") == "true":
        return None
    if element.get("type") == "array":
        return [_element(child, depth + 1) for child in element]
    if len(element) == 0:
        return element.text or ""
    children: dict[str, Any] = {}
    for child in element:
        value = _element(child, depth + 1)
        if child.tag not in children:
            children[child.tag] = value
        elif isinstance(children[child.tag], list):
            children[child.tag].append(value)
        else:
            children[child.tag] = [children[child.tag], value]
    return children


def unwrap(text: Any, name: str) -> bytes:
    """The bytes in a base64 text. Raises Unreadable.

    Line feeds may stand in it and nothing else, as in Braintree's own check before the signature is computed:
    https://github.com/braintree/braintree_python/blob/master/braintree/webhook_notification_gateway.py
    """
    if not isinstance(text, str):
        raise Unreadable(f"{name} is missing")
    try:
        return b64decode(text.replace("\n", ""), validate=True)
    except ValueError:
        hint = ": it holds a blank where + was not sent as %2B" if " " in text else ""
        raise Unreadable(f"{name} is not base64{hint}") from None


def wrap(content: bytes) -> str:
    """Base64 in lines of 60 characters with a line feed at the end, as gateways that use it write it."""
    text = b64encode(content).decode()
    return "".join(text[start : start + 60] + "\n" for start in range(0, len(text), 60))


def rewrite_xml(body: bytes, steps: tuple[str, ...], text: str) -> bytes:
    """The XML with another text in one element. Steps are tags below the top, or positions in an array."""
    from xml.etree.ElementTree import tostring

    from defusedxml.ElementTree import fromstring

    top = fromstring(body, forbid_dtd=True)
    node = top
    for step in steps:
        found = node[int(step)] if step.isdecimal() else node.find(step)
        if found is None:
            raise Unreadable(f"there is no element {step}")
        node = found
    node.text = text
    return tostring(top, encoding="unicode").encode()
