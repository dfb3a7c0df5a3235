"""Documents: a good one compiles, and every mistake in a bad one is named at once, with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core import compile_document, read_document
from inspector.core.lines import line_of, lines_of
from tests.core.documents import connector, text

FIVE = """name = "Acme"
title = "Acme"
docs = "https://acme.example"
detcet = ["header:x-acme"]

[signature]
scheme = "hmac"
hash = "sha257"
key = { setting = "sekret" }
value = { in = "haeder:x-signature" }
signed = "{body}"

[event]
type = "type"
id = "id"

[types.payment]
"payment.paid" = "PAYMENT_INTENT_SUCESS"

[settings]
secret = "the secret"
"""


def test_five_mistakes_are_named_at_once() -> None:
    """Each with its line, its key and, where there is one, the word that was meant."""
    document, mistakes = read_document(FIVE)
    assert document is None
    found = {(mistake.line, mistake.key): mistake.what for mistake in mistakes}
    assert set(found) == {
        (1, "name"),
        (4, "detcet"),
        (8, "signature.hash"),
        (9, "signature.key.setting"),
        (10, "signature.value.in"),
        (18, "types.payment.payment.paid"),
    }
    assert "did you mean detect?" in found[4, "detcet"]
    assert "did you mean secret?" in found[9, "signature.key.setting"]
    assert "there is no place 'haeder'" in found[10, "signature.value.in"]
    assert "did you mean PAYMENT_INTENT_SUCCESS?" in found[18, "types.payment.payment.paid"]


def mistake(rest: str, signature: str | None = None, body: str = "") -> str:
    """The one mistake of a document, with its line's own text."""
    written = text(rest=rest, body=body) if signature is None else text(signature, rest, body)
    document, mistakes = read_document(written)
    assert document is None
    assert len(mistakes) == 1, mistakes
    return f"{written.splitlines()[mistakes[0].line - 1].strip()} -> {mistakes[0].what}"


@pytest.mark.parametrize(
    ("rest", "line", "word"),
    [
        ('[types.payment]\n"a" = "PAID"', '"a" = "PAID"', "there is no event type 'PAID'"),
        ('[types.payment]\n"a" = { by = "status", x = "PAID" }', '"a" =', "there is no event type 'PAID'"),
        ('[types.payments]\n"a" = "FRM_APPROVED"', "[types.payments]", "did you mean payment?"),
        ('[types]\n[fields.payment]\nstatus = "data.status"', "status =", "chosen from a table"),
        ('[types]\n[fields.payment]\nstatus = { by = "s", x = "PAID" }', "status =", "'PAID' is not one of ours"),
        ('[types]\n[fields.payment]\namount = "data.amount"', "amount =", "an amount needs path, currency and as"),
        ('[types]\n[fields.payment]\nammount = "data.amount"', "ammount =", "did you mean amount?"),
        ('[types]\n[fields.payment]\nemail = "data..email"', "email =", "a key is missing at position 6"),
        ('[types]\n[fields.payment]\nemail = { by = "s", x = true }', "email =", "True is not a place"),
        ('[types]\n[fields.payment]\nemail = { by = "s", x = "a b" }', "email =", "is not a path"),
        ('[types]\n[fields.payment]\nemail = { path = "a", as = "number" }', "email =", "'number' is none of"),
        ('[types]\n[fields.payment]\nstatus = { by = "s", x = 1 }', "status =", "1 is not a text, true or false"),
        ('[types]\n[fields.payment]\ncreated_at = { path = "a", as = "text" }', "created_at =", "a time is a path"),
        ('[types]\n[fields.payment]\nerror.connector_details.kode = "a"', "error.conn", "did you mean code?"),
        ('[types]\n[retries]\nschedule = ["1 hour"]', "schedule =", "String should match pattern"),
        ('[types]\n[challenge]\nquery = "c"\npattern = "[a-"', "pattern =", "is not a regular expression"),
        ("[types]\n[acknowledgement]\nstatus = 404", "status = 404", "less than or equal to 299"),
    ],
)
def test_a_mistake_is_named_where_it_stands(rest: str, line: str, word: str) -> None:
    """The line that is pointed at is the one that has to be changed, and the reason says how."""
    found = mistake(rest)
    assert found.startswith(line)
    assert word in found


def test_an_unknown_scheme_is_named_with_the_nearest() -> None:
    """A scheme is a word of ours."""
    found = mistake("[types]", 'scheme = "hmca"')
    assert "there is no scheme 'hmca' (did you mean hmac?)" in found


def test_a_missing_table_is_named() -> None:
    """A document without its events says which key is missing."""
    document, mistakes = read_document('name = "acme"\ntitle = "Acme"\ndocs = "https://acme.example"\n')
    assert document is None
    assert {each.key for each in mistakes} == {"signature", "event", "types"}
    assert {each.what for each in mistakes} == {"this key is missing"}


@pytest.mark.parametrize(("written", "line"), [("a = ", 1), ('a = 1\nb = "', 2), ("a = 1\na = 2", 2), ("[x\ny = 1", 1)])
def test_what_is_not_toml_has_a_line_too(written: str, line: int) -> None:
    """A slip of the pen is pointed at as well."""
    document, mistakes = read_document(written)
    assert document is None
    assert mistakes[0].line == line
    assert mistakes[0].what.startswith("not TOML")


@given(written=st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_document_or_has_mistakes(written: str) -> None:
    """A document comes back only without mistakes, and no text gets an error out of the reader."""
    document, mistakes = read_document(written)
    assert (document is None) == bool(mistakes)


def test_lines_of_tables_keys_and_inline_tables() -> None:
    """Dotted, quoted and inline keys have the line that they stand in; an unknown step has that of the key above."""
    lines = lines_of('a = 1\n[b."c.d"]\ne.f = { g = 1, "h i" = 2 }\n\n[[k]]\nl = 3\n')
    assert line_of(lines, ("a",)) == 1
    assert line_of(lines, ("b", "c.d")) == 2
    assert line_of(lines, ("b", "c.d", "e", "f", "h i")) == 3
    assert line_of(lines, ("b", "c.d", "e", "f", "0", "text")) == 3
    assert line_of(lines, ("k", "0", "l")) == 6
    assert line_of(lines, ("nowhere",)) == 1


def test_the_first_row_that_fits_decides() -> None:
    """Rows of a choice are tried in the document's order; a star fits anything, a dash nothing there."""
    each = connector(
        rest="""[types.payment."a"]
by = ["x", "y"]
"1 / 2" = "PAYMENT_INTENT_SUCCESS"
"1 / -" = "PAYMENT_INTENT_CANCELLED"
"1 / *, 3 / *" = "PAYMENT_INTENT_FAILURE"
"*" = "PAYMENT_INTENT_PROCESSING"
"""
    )
    rule = each.mapping.types["a"].event_type
    choose = rule.choose  # type: ignore[union-attr]
    words = [("1", "2"), ("1", ""), ("1", "9"), ("3", ""), ("", ""), ("7", "7")]
    assert [choose(pair).removeprefix("PAYMENT_INTENT_") for pair in words] == [
        *("SUCCESS", "CANCELLED", "FAILURE", "FAILURE", "PROCESSING", "PROCESSING")
    ]


def test_the_longest_star_wins_and_a_name_wins_over_it() -> None:
    """customer.* does not hide customer.subscription.*, and neither hides customer.created."""
    each = connector(
        rest="""[types.other]
"customer.*" = "WEBHOOK_EVENT_TYPE_UNSPECIFIED"
"customer.subscription.*" = "MANDATE_ACTIVE"
"customer.subscription.deleted" = "MANDATE_REVOKED"
"""
    )
    assert [prefix for prefix, _ in each.mapping.wild] == ["customer.subscription.", "customer."]
    assert "customer.subscription.deleted" in each.mapping.types


def test_a_document_without_mistakes_compiles() -> None:
    """The smallest document is a connector with its settings, secret and answer."""
    document, mistakes = read_document(text())
    assert document is not None
    assert mistakes == ()
    each = compile_document(document)
    assert (each.name, each.title, each.secret) == ("acme", "Acme", "secret_key")
    assert each.acknowledgement.status_code == 200
