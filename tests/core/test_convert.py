"""Conversions: amounts exactly or not at all, times in any of their forms, and never an unexpected error."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.amounts import amount, minor_units
from inspector.core.convert import CONVERSIONS, Convert, moment
from inspector.core.locate import Message, locator
from inspector.model import CapturedRequest, Money


def message(**body: Any) -> Message:
    """A message with that body."""
    return Message(CapturedRequest(), root=body)


@pytest.mark.parametrize(
    ("raw", "currency", "how", "expected"),
    [
        (1999, "EUR", "minor-units", 1999),
        ("1999", "EUR", "minor-units", 1999),
        (0, "EUR", "minor-units", 0),
        (-500, "EUR", "minor-units", -500),
        ("19.99", "EUR", "major-units", 1999),
        (Decimal("19.99"), "EUR", "major-units", 1999),
        ("19.9", "EUR", "major-units", 1990),
        ("19.990000", "EUR", "major-units", 1999),
        (20, "EUR", "major-units", 2000),
        (" 20 ", "EUR", "major-units", 2000),
        ("1500", "JPY", "major-units", 1500),
        ("1500.00", "JPY", "major-units", 1500),
        ("5.125", "KWD", "major-units", 5125),
        ("0.1", "ISK", "minor-units", None),
        ("1e2", "EUR", "major-units", 10000),
        ("12345678901234567890123456789.12", "EUR", "major-units", 1234567890123456789012345678912),
    ],
)
def test_an_amount_in_minor_units(raw: Any, currency: str, how: str, expected: int | None) -> None:
    """The exponent is the currency's: two for EUR, none for JPY, three for KWD; large amounts keep every digit."""
    if expected is None:
        with pytest.raises(ValueError, match="more decimals than ISK"):
            minor_units(raw, currency, how, None)
    else:
        assert minor_units(raw, currency, how, None) == expected


@pytest.mark.parametrize(
    ("raw", "currency", "word"),
    [
        ("19.999", "EUR", "more decimals than EUR"),
        ("1.5", "JPY", "more decimals than JPY"),
        ("5.1234", "KWD", "more decimals than KWD"),
        ("1.9999999999999999999999999999999999", "EUR", "more decimals than EUR"),
        ("nineteen", "EUR", "not a number"),
        ("", "EUR", "not a number"),
        ("1,999.00", "EUR", "not a number"),
        ("NaN", "EUR", "not an amount"),
        ("Infinity", "EUR", "not an amount"),
        (True, "EUR", "not a number"),
        ("1" * 100, "EUR", "not an amount"),
        ("1e999999999", "EUR", "not an amount"),
        ("1e-999999999", "EUR", "not an amount"),
        (Decimal("1e400"), "EUR", "not an amount"),
        (10**40, "EUR", "not an amount"),
    ],
)
def test_an_amount_is_exact_or_refused_in_words(raw: Any, currency: str, word: str) -> None:
    """Too many decimals, no number, or no size that money has: the reason says which."""
    with pytest.raises(ValueError, match=word):
        minor_units(raw, currency, "major-units", None)


@pytest.mark.parametrize(
    ("raw", "currency", "own", "expected"),
    [(50000, "ISK", 2, 500), (5000, "IDR", 0, 500000), (5, "MGA", 0, 500), (1000, "CLP", 2, 10)],
)
def test_a_processors_own_exponent(raw: int, currency: str, own: int, expected: int) -> None:
    """Where a processor writes a currency with other decimals than ISO 4217, the minor units are still ISO's."""
    assert minor_units(raw, currency, "minor-units", own) == expected


HUGE = ("1e999999999", "-1e999999999", "9" * 10_000_000, Decimal("1e-999999999"))


@pytest.mark.parametrize("raw", HUGE, ids=["exponent", "negative", "digits", "tiny"])
def test_huge_numbers_cost_nothing(raw: Any) -> None:
    """A number with an exponent of a billion, or with ten million digits, is refused before anything is computed."""
    with pytest.raises(ValueError, match="not an amount"):
        minor_units(raw, "EUR", "major-units", None)


@pytest.mark.parametrize("currency", [None, "", "12", "€", "EURO!!", "toolong", 978, ["EUR"], {}])
def test_an_amount_without_a_currency_is_not_guessed(currency: Any) -> None:
    """No currency, or something that is none: there is no amount."""
    convert = amount("minor-units", (locator("currency"),), {}, bare=False)
    with pytest.raises(ValueError, match="has no currency"):
        convert(1999, message(currency=currency))


def test_a_currency_is_written_in_capitals() -> None:
    """eur and EUR are the same, and the exponents of a document are found either way."""
    convert = amount("minor-units", (locator("currency"),), {"ISK": 2}, bare=False)
    assert convert(1999, message(currency="eur")) == Money(1999, "EUR")
    assert convert(100, message(currency="isk")) == Money(1, "ISK")


def test_a_refund_is_what_was_added_to_the_sum() -> None:
    """Stripe's charge.refunded holds the sum of all refunds, and the sum before among what has changed."""
    convert = amount("stripe-refunded-now", (locator("currency"),), {}, bare=False)
    before = {"previous_attributes": {"amount_refunded": 500}}
    assert convert(1500, message(currency="eur", data=before)) == Money(1000, "EUR")
    assert convert(1500, message(currency="eur")) == Money(1500, "EUR")
    assert convert(1500, message(currency="eur", data={"previous_attributes": "x"})) == Money(1500, "EUR")


@pytest.mark.parametrize(
    ("raw", "how", "expected"),
    [
        ("2026-01-01T00:00:00Z", "iso-8601", 1767225600),
        ("2026-01-01T01:00:00+01:00", "iso-8601", 1767225600),
        ("2026-01-01T00:00:00", "iso-8601", 1767225600),
        ("2026-01-01 00:00:00 UTC", "iso-8601", 1767225600),
        ("2026-01-01", "iso-8601", 1767225600),
        ("2026-01-01T00:00:00.123456Z", "iso-8601", 1767225600.123456),
        (1767225600, "unix-seconds", 1767225600),
        ("1767225600", "unix-seconds", 1767225600),
        (Decimal("1767225600.5"), "unix-seconds", 1767225600.5),
        (1767225600500, "unix-milliseconds", 1767225600.5),
    ],
)
def test_a_time_in_any_of_its_forms(raw: Any, how: Any, expected: float) -> None:
    """A time without a zone is UTC; fractions are kept."""
    assert moment(raw, how) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("how", ["iso-8601", "unix-seconds", "unix-milliseconds"])
@pytest.mark.parametrize("raw", ["soon", "", "1e999999999", True, Decimal("1e400"), "0000-00-00", {"a": 1}, [1]])
def test_what_is_no_time_is_refused_in_words(raw: Any, how: Any) -> None:
    """No sender's idea of a time gets another error out of us than a sentence."""
    with pytest.raises(ValueError, match="is not"):
        moment(raw, how)


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("text", "a", "a"),
        ("text", 7, "7"),
        ("text", Decimal("1.10"), "1.10"),
        ("text", True, "true"),
        ("text", "", None),
        ("text", {"a": 1}, None),
        ("text", [1], None),
        ("id", "pi_1", "pi_1"),
        ("id", {"id": "pi_1", "object": "payment_intent"}, "pi_1"),
        ("id", {"object": "payment_intent"}, None),
        ("id", {"id": {"id": "x"}}, None),
        ("full-name", {"first_name": "Ada", "last_name": "Example"}, "Ada Example"),
        ("full-name", {"given_name": "Ada", "surname": "Example"}, "Ada Example"),
        ("full-name", {"firstName": "Ada", "lastName": ""}, "Ada"),
        ("full-name", {"givenName": "Ada", "familyName": "Example"}, "Ada Example"),
        ("full-name", {"last_name": "Example", "first_name": None}, "Example"),
        ("full-name", {"email": "ada@example.com"}, None),
        ("full-name", "Ada Example", "Ada Example"),
        ("full-name", ["Ada"], None),
        ("month", 8, "08"),
        ("month", "12", "12"),
        ("expiry-month", "3/2030", "03"),
        ("expiry-year", "3/2030", "2030"),
        ("expiry-month", "08/30", "08"),
        ("expiry-year", "08/30", "2030"),
        ("expiry-month", "0930", "09"),
        ("expiry-year", "0930", "2030"),
        ("expiry-month", "2030", None),
        ("expiry-year", "1/2/3", None),
        ("fiuu-token", '{"token": "tok_1", "ccbrand": "Visa"}', "tok_1"),
        ("fiuu-card-brand", '{"token": "tok_1", "ccbrand": "Visa"}', "Visa"),
        ("fiuu-card-last4", {"cclast4": 1111}, "1111"),
        ("fiuu-token", '{"captureType": 1}', None),
        ("fiuu-token", "[]", None),
    ],
)
def test_conversions_by_name(name: str, raw: Any, expected: str | None) -> None:
    """A value becomes a text of ours, or nothing where it says nothing."""
    assert CONVERSIONS[name](raw, message()) == expected


@pytest.mark.parametrize("raw", ["19.99", "-19.99", Decimal("-19.99")])
def test_an_amount_of_bluesnaps_has_no_sign(raw: Any) -> None:
    """What a refund gives back is written with a minus, and is an amount like any other."""
    assert amount("unsigned-major-units", (locator("currency"),), {}, bare=True)(raw, message(currency="USD")) == 1999


def test_an_amount_of_bluesnaps_has_commas_between_thousands() -> None:
    """1,234.50 is one thousand and a bit."""
    convert = amount("unsigned-major-units", (locator("currency"),), {}, bare=False)
    assert convert("1,234.50", message(currency="usd")) == Money(123450, "USD")


@pytest.mark.parametrize("raw", ["2026-01-01 08:00:00", "2026-01-01T00:00:00Z"])
def test_a_malaysian_time_is_eight_hours_ahead(raw: str) -> None:
    """A time that Fiuu writes without a zone is the wall clock's in Kuala Lumpur; a zone that is written counts."""
    assert moment(raw, "malaysian-time") == 1767225600


def test_what_should_be_json_and_is_not_is_refused_in_words() -> None:
    """A member of a text that is no JSON cannot be read."""
    with pytest.raises(ValueError, match="is not JSON"):
        CONVERSIONS["fiuu-token"]("{", message())


@pytest.mark.parametrize(
    ("raw", "currency", "expected"),
    [
        ("1.0", "EUR", Money(100, "EUR")),
        ("0.00005", "USDT", None),
        ("2", "btc", None),
        ("1500", "JPY", Money(1500, "JPY")),
    ],
)
def test_an_amount_of_a_cryptocurrency_says_nothing(raw: str, currency: str, expected: Money | None) -> None:
    """Cryptopay's invoices may be in a cryptocurrency, whose 18 decimals are no minor units; nothing is rounded."""
    assert (
        amount("fiat-major-units", (locator("currency"),), {}, bare=False)(raw, message(currency=currency)) == expected
    )


scalars = st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=40)
anything = scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=3), scalars, max_size=2)


@given(raw=anything, currency=anything)
@settings(max_examples=300, deadline=None)
def test_no_value_gets_an_unexpected_error(raw: Any, currency: Any) -> None:
    """Whatever a sender writes, a conversion answers, or refuses with ValueError or ArithmeticError."""
    place = (locator("currency"),)
    minor, major = (amount(how, place, {"ISK": 2}, bare=False) for how in ("minor-units", "major-units"))
    amounts: list[Convert] = [minor, major, amount("stripe-refunded-now", place, {}, bare=True)]
    for convert in (*CONVERSIONS.values(), *amounts):
        with suppress(ValueError, ArithmeticError):
            convert(raw, message(currency=currency))


@pytest.mark.parametrize(
    ("places", "hint"), [(("currency",), ""), (("currency", "setting:currency"), ": set the setting currency")]
)
def test_an_amount_without_a_currency_says_what_to_set(places: tuple[str, ...], hint: str) -> None:
    """Where a setting of the user's may name it."""
    convert = amount("major-units", tuple(locator(place) for place in places), {}, bare=False)
    with pytest.raises(ValueError, match=f"^the amount 12.34 has no currency{hint}$"):
        convert("12.34", message())
