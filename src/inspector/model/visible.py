"""Text from the network as text: control characters made visible, so that none of it speaks to a terminal."""

import re
from typing import Final

__all__ = ["HIDDEN", "json_escaped", "visible"]

# C0, DEL and C1 controls, lone surrogates, and what hides or reorders text: zero-width characters, bidirectional
# controls (https://www.unicode.org/reports/tr9/), line and paragraph separators, the byte-order mark, tags, and what
# else has no picture (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point).
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_NAMED: Final = {"\n": "⏎", "\r": "␍", "\t": "⇥"}


def visible(text: str, limit: int = 0) -> str:
    """The text on one line without a character that a terminal would act on; at most `limit` long, if any."""
    if limit and len(text) > limit:
        text = text[: limit - 1] + "…"
    return HIDDEN.sub(_shown, text)


def json_escaped(content: bytes) -> bytes:
    """The same JSON with such characters written as escapes: what reads it gets them back, a terminal never does."""
    if content.isascii() and b"\x7f" not in content:
        return content
    return HIDDEN.sub(_escaped, content.decode()).encode()


def _escaped(found: re.Match[str]) -> str:
    """\\uXXXX, and two of them beyond the first plane (RFC 8259, 7). Line ends lay out the JSON."""
    if found[0] in "\n\t":
        return found[0]
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures, ␀ to ␟
    return "␡" if code == 0x7F else f"<{code:X}>"
