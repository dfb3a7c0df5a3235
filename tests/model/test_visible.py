"""Text from the network is shown as text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.model import visible


@given(st.text(st.characters(exclude_categories=())))
def test_nothing_is_left_that_a_terminal_would_act_on(text: str) -> None:
    """Whatever is sent, no control, format override, line break or lone surrogate reaches the terminal."""
    shown = visible(text)
    assert not [each for each in shown if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")]
    shown.encode()


@given(st.text(st.characters(categories=("L", "N", "P", "S"))))
def test_text_stays_as_it_is(text: str) -> None:
    """Letters, digits and signs of any script are untouched."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("two\r\nlines\tapart", "two␍⏎lines⇥apart"),
        ("\x9b31m\x7f", "<9B>31m␡"),
        ("safe\u202efdp.exe", "safe<202E>fdp.exe"),
        ("a\u200bb\ufeff", "a<200B>b<FEFF>"),
        ("\udcff", "<DCFF>"),
    ],
)
def test_control_characters_get_a_face(text: str, shown: str) -> None:
    """Escapes, line breaks, reordering and invisible characters are pictures or codes."""
    assert visible(text) == shown


def test_a_limit_cuts_with_an_ellipsis() -> None:
    """A long text ends in … at the limit; a short one is left alone."""
    assert visible("abcdef", 4) == "abc…"
    assert visible("abcd", 4) == "abcd"
