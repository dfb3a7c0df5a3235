"""What must not be saved: by the name of its place, and by its shape wherever it stands."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, NamedTuple

from inspector.core.shapes import API_KEYS

__all__ = ["SHAPES", "Shape", "is_card_number", "kind_of_header", "kind_of_place", "may_be_shaped", "shaped"]


class Shape(NamedTuple):
    """What a value of a kind looks like wherever it stands. `fits` says whether what the pattern found is one.

    `loose`: digits that an id may have, too: in a place that holds an id they are left alone.
    """

    kind: str
    pattern: re.Pattern[str]
    fits: Callable[[str], bool]
    loose: bool = False


def _any(_: str) -> bool:
    return True


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


# Issuer identification numbers of the networks (ISO/IEC 7812) with the lengths of their card numbers.
_NETWORKS: Final = re.compile(
    r"4(\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(0[0-5]|[68]\d)\d{11,16}|6(011|4[4-9]\d|5\d\d)\d{12,15}|35(2[89]|[3-8]\d)\d{12}|62\d{14,17}"
    r"|(5[06-9]|6[0-9])\d{12,17}|(60|65|81|82|508)\d{13,14}"
)
_STAND_IN_CARD: Final = re.compile(r"\d{1,4}0{7,}\d{1,5}")
_STAND_IN_IBAN: Final = re.compile(r"[A-Z]{2}\d\d0{8,}\d{1,6}")
_RESERVED_DOMAIN: Final = re.compile(r"(?i)(.*[.@]|^)(example\.(com|org|net)|example|test|invalid|localhost)$")


def is_card_number(text: str) -> bool:
    """Whether the digits are those of a card: a network's beginning and length, and Luhn's check digit.

    What our own stand-ins look like, nearly all zeros, is none.
    """
    digits = _digits(text)
    if not _NETWORKS.fullmatch(digits) or _STAND_IN_CARD.fullmatch(digits):
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """ISO 13616: the country and check digits go to the end, letters become numbers, and the rest by 97 is 1."""
    compact = text.replace(" ", "").upper()
    if not 15 <= len(compact) <= 34 or _STAND_IN_IBAN.fullmatch(compact):
        return False
    return int("".join(str(int(character, 36)) for character in compact[4:] + compact[:4])) % 97 == 1


def _is_foreign_email(text: str) -> bool:
    """Not of a domain that nobody can have (RFC 2606)."""
    return not _RESERVED_DOMAIN.match(re.split("@|%40", text)[-1])


def _is_foreign_v4(text: str) -> bool:
    try:
        address = IPv4Address(text)
    except AddressValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or text.startswith(_DOCUMENTATION))


_DOCUMENTATION: Final = ("192.0.2.", "198.51.100.", "203.0.113.", "198.18.", "198.19.")  # RFC 5737, RFC 2544


def _is_foreign_v6(text: str) -> bool:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or text.lower().startswith("2001:db8:"))


def _is_phone(text: str) -> bool:
    digits = _digits(text)
    return 8 <= len(digits) <= 15 and not digits[2:].startswith("0000")


_KEYS: Final = "|".join(re.escape(each) for each in sorted(API_KEYS, key=len, reverse=True) if each != "eyJ")
_END: Final = r"(?![\w-])"
SHAPES: Final = (
    Shape(
        "private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*-----|$)", re.DOTALL), _any
    ),
    Shape("token", re.compile(rf"\beyJ[\w-]{{8,}}\.[\w-]{{8,}}\.[\w-]*{_END}"), _any),
    Shape("secret", re.compile(rf"(?<![\w$-])(?:{_KEYS}|whsec_)[\w+/=.-]{{16,}}"), lambda text: not text.isalpha()),
    Shape("email", re.compile(r"[\w.+'-]+(?:@|%40)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), _is_foreign_email),
    Shape("account", re.compile(rf"\b[A-Z]{{2}}\d\d(?: ?[A-Z0-9]){{11,30}}{_END}"), _is_iban),
    Shape("card number", re.compile(r"(?<![\w.-])\d(?:[ -]?\d){11,18}(?![\w-]|\.\d)"), is_card_number, loose=True),
    Shape("phone", re.compile(r"(?<![\w+])\+[1-9](?:[ ().-]{0,2}\d){7,14}(?!\w)"), _is_phone, loose=True),
    Shape("IP address", re.compile(r"(?<![\w.])(?<!\w/)\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)"), _is_foreign_v4),
    Shape("IP address", re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:.])"), _is_foreign_v6),
)
"""Found within any text, in this order."""


_DOTS: Final = 3
_SHORTEST: Final = 7  # an IP address
_PLAIN: Final = re.compile(r"[A-Za-z_ ,]{1,23}|[\d.]{1,11}")  # words, times and amounts


def may_be_shaped(text: str) -> bool:
    """Whether it is worth looking at all; most values of a payload are a word or a small number."""
    return len(text) >= _SHORTEST and (_PLAIN.fullmatch(text) is None or text.count(".") == _DOTS)


def shaped(text: str) -> Iterator[tuple[Shape, str]]:
    """What in a text has the shape of something that must not be saved."""
    for shape in SHAPES if may_be_shaped(text) else ():
        for found in shape.pattern.finditer(text):
            if shape.fits(found[0]):
                yield shape, found[0]


_PEOPLE: Final = (
    "customer customerdetails billing billingdetails shipping shippingdetails billingaddress shippingaddress address "
    "owner payer payee buyer shopper consumer person cardholder card sender recipient receiver debtor creditor "
    "beneficiary contact user client bankaccount accountholder individual"
)
_NAMES: Final = (
    "firstname lastname middlename givenname familyname fullname surname forename maidenname customername ownername "
    "payername payeename buyername shoppername recipientname beneficiaryname contactname sendername receivername "
    "debtorname creditorname consumername billingname shippingname legalname personname username accountname "
    "invoicefirstname invoicelastname *holder *holdername nameoncard signatory "
    "name.first name.last name.given name.family name.middle name.full"
)
_ADDRESSES: Final = (
    "line1 line2 line3 addressline* address address1 address2 address3 street* housenumber* houseno postal postcode "
    "*zip town towncity locality city suburb adminarea2 "
    "*streetaddress *streetname *postalcode *zipcode"
)
_IDENTITIES: Final = (
    "taxid *taxnumber ssn cpf cnpj cpfcnpj nationalid* passport passportnumber passportno personalid* personid "
    "fiscalcode documentnumber identificationnumber identitynumber identification.number document.number document.id"
)
_ACCOUNTS: Final = (
    "accountnumber accountno bankaccountnumber bankaccount iban bban routingnumber sortcode *vpa vpaid upiid "
    "bankaccount.account bankaccount.number"
)
_PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "card code": (
        "cvv cvv2 cvc cvc2 cvn cardcvv cardcvc securitycode cardsecuritycode cardcode verificationvalue",
        r"\d{3,4}",
    ),
    "account": (
        _ACCOUNTS,
        r".*\d.*|.+@.+",
    ),
    "email": ("*email *emailaddress", r".*@.*"),
    "phone": (
        "*phone *mobile *msisdn *telephone *phonenumber *phoneno *mobilenumber *mobileno contact contactnumber tel",
        r"\+?[\d ()./-]{5,}",
    ),
    "name": (f"{_NAMES} {' '.join(f'{each}.name' for each in _PEOPLE.split())}", r"(?!.*[@/]).*[^\W\d_].*"),
    "address": (_ADDRESSES, r"(?!.*://).*\w.*"),
    "birth date": ("dateofbirth dob birthdate birthday *birthdate", r".*\d.*"),
    "identity": (_IDENTITIES, r".*\d.*"),
    "token": ("*token cavv cryptogram *cookie", r"(?=.*[^\W_])\S{6,}"),
    "secret": ("*secret *password *passwd *apikey *accesskey *privatekey *authorization otp pin", r".*\w.*"),
}
"""By kind: names of places, written without signs and in small letters, with the name above or without, a star for any
beginning or end; and what a value there has to look like, since `cvc` may hold "pass"."""


def _names(words: str) -> re.Pattern[str]:
    """A name with its parent, as `parent.name`."""
    whole = (word if "." in word else f"*.{word}" for word in words.split())
    return re.compile("|".join(re.escape(word).replace(r"\*", ".*") for word in whole))


_BY_PLACE: Final = [(kind, _names(words), re.compile(value, re.DOTALL)) for kind, (words, value) in _PLACES.items()]
_HEADERS: Final[Mapping[str, re.Pattern[str]]] = {
    "authorization": re.compile(r"(proxy)?authorization|.*(apikey|token|secret|password|auth)"),
    "cookie": re.compile(r"(set)?cookie2?"),
    "signature": re.compile(r".*(signature|sign|hmac|digest).*"),
}


def kind_of_place(steps: tuple[str, ...], text: str) -> str | None:
    """What a place is said to hold by its name and the name above it; None where these tell nothing."""
    return next((kind for kind, value in _named(steps) if value.fullmatch(text)), None)


@lru_cache(maxsize=10_000)
def _named(steps: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    words = [_plain(word) for step in steps for word in re.split(r"[.\[\]/]+", step)]
    named = ".".join(["", *(word for word in words if word and not word.isdecimal())][-2:])
    return [(kind, value) for kind, name, value in _BY_PLACE if name.fullmatch(named)]


def kind_of_header(name: str) -> str | None:
    """What a header holds by its name."""
    plain = _plain(name)
    return next((kind for kind, key in _HEADERS.items() if key.fullmatch(plain)), None)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()
