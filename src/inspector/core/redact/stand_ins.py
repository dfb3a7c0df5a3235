"""Stand-ins: of the shape and length of what they stand for, and made without it.

They depend on the order in which values were met, never on the values: nobody can try out card numbers against them.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

__all__ = ["StandIns"]

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_WORD: Final = re.compile(r"\w+")
_TRIES: Final = 50


class StandIns:
    """Gives the same value the same stand-in, and another one another, as far as there are enough of its shape."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}

    def of(self, kind: str, value: str) -> str:
        """The stand-in for a value."""
        found = self._known.get(value)
        if found is None:
            found = self._known[value] = self._new(kind, value)
            self._taken.add(found)
        return found

    def name(self, value: str) -> str:
        """The stand-in for a name, word by word, so that first and last name fit the whole."""
        if value not in self._names:
            self._names[value] = _WORD.sub(lambda each: _cased(self._of_word(each[0].lower()), each[0]), value)
        return self._names[value]

    def known(self, value: str) -> str | None:
        """The stand-in that a value has already, where it is too telling to be something else by chance."""
        return self._names.get(value) or (None if value.isalpha() or value.isdecimal() else self._known.get(value))

    def word(self, word: str) -> str:
        """The stand-in of a word of a name that is known, written as the word is; any other word itself."""
        found = self._words.get(word.lower())
        return word if found is None else _cased(found, word)

    def made(self, text: str) -> bool:
        """Whether a text is one of the stand-ins."""
        return text in self._taken

    def _of_word(self, word: str) -> str:
        if word not in self._words:
            self._words[word] = self._new("name", word)
            self._taken.add(self._words[word])
        return self._words[word]

    def _new(self, kind: str, value: str) -> str:
        make = _MAKE.get(kind, _disguised)
        for _ in range(_TRIES):
            self._counts[kind] = number = self._counts.get(kind, 0) + 1
            found = make(value, number)
            if found != value and found not in self._taken:
                return found
        return found


def _cased(text: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return text.upper()
    return text[:1].upper() + text[1:] if like[:1].isupper() else text


def _choices(value: str, number: int) -> Iterator[int]:
    block = 0
    while True:
        yield from hashlib.sha256(f"{len(value)}:{number}:{block}".encode()).digest()
        block += 1


def _disguised(value: str, number: int) -> str:
    """Letters for letters that can be spoken, digits for digits; everything else stays. Hexadecimal stays so."""
    alphabets = ("abcdef", "abcdef") if re.fullmatch(r"[0-9a-fA-F-]{16,}", value) else (_CONSONANTS, _VOWELS)
    made: list[str] = []
    place = 0
    for character, choice in zip(value, _choices(value, number), strict=False):
        if character.isdigit():
            made.append(str(choice % 10))
        elif character.isalpha():
            letters = alphabets[place % 2]
            letter = letters[choice % len(letters)]
            made.append(letter.upper() if character.isupper() else letter)
            place += 1
            continue
        else:
            made.append(character)
        place = 0
    return "".join(made)


def _email(value: str, number: int) -> str:
    at = "@" if "@" in value else "%40"
    local = value.partition(at)[0]
    return f"{_disguised(local if any(map(str.isalnum, local)) else 'somebody', number)}{at}example.com"


def _into(value: str, digits: str) -> str:
    """The digits in the places of a value's digits."""
    remaining = iter(digits)
    return re.sub(r"\d", lambda _: next(remaining), value)


def _card(value: str, number: int) -> str:
    """The network's beginning, zeros, a number, and the check digit."""
    digits = re.sub(r"\D", "", value)
    begin = digits[: 1 if digits[0] == "4" else 4 if digits[0] in "26" else 2]
    body = begin + str(number).rjust(len(digits) - len(begin) - 1, "0")
    doubled = (int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(body)))
    return _into(value, f"{body}{-sum(each // 10 + each % 10 for each in doubled) % 10}")


def _account(value: str, number: int) -> str:
    """An IBAN of the same country and length with check digits that fit; of other accounts the form alone."""
    compact = value.replace(" ", "")
    if not re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", compact):
        return _disguised(value, number)
    body = str(number).rjust(len(compact) - 4, "0")
    check = 98 - int(body + "".join(str(int(letter, 36)) for letter in compact[:2]) + "00") % 97
    remaining = iter(f"{compact[:2]}{check:02d}{body}")
    return re.sub(r"\S", lambda _: next(remaining), value)


def _phone(value: str, number: int) -> str:
    digits = re.sub(r"\D", "", value)
    return _into(value, digits[:2] + str(number).rjust(len(digits) - 2, "0")[-max(len(digits) - 2, 0) :])


def _address(value: str, number: int) -> str:
    """Addresses that are kept for documentation (RFC 5737, RFC 3849), then those for benchmarks (RFC 2544)."""
    if ":" in value:
        return f"2001:db8::{number:x}"
    return f"192.0.2.{number}" if number < 255 else f"198.18.{number // 256 % 256}.{number % 256}"


def _authorization(value: str, number: int) -> str:
    """The scheme stays: Bearer, Basic."""
    scheme, blank, rest = value.partition(" ")
    return f"{scheme}{blank}{_disguised(rest, number)}" if rest else _disguised(value, number)


_MAKE: Final[Mapping[str, Callable[[str, int], str]]] = {
    "email": _email,
    "card number": _card,
    "account": _account,
    "phone": _phone,
    "IP address": _address,
    "authorization": _authorization,
}
