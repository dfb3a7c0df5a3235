"""How long and how much is kept: what people write is understood, and a slip costs nothing."""

import pytest

from inspector.core.keeping import read_retention, retention_words
from inspector.model import InspectorError, Retention

MEGABYTE = 1024**2


@pytest.mark.parametrize(
    ("keep", "size", "expected", "words"),
    [
        (None, None, Retention(), ""),
        ("30d", None, Retention(30 * 86_400.0), "30 d"),
        ("12h", None, Retention(12 * 3_600.0), "12 h"),
        (" 90min ", None, Retention(5_400.0), "1 h 30 min"),
        (None, "2GB", Retention(None, 2048 * MEGABYTE), "2 GB"),
        (None, "1.5 gb", Retention(None, 1536 * MEGABYTE), "1.5 GB"),
        (None, "500M", Retention(None, 500 * MEGABYTE), "500 MB"),
        (None, "1048576", Retention(None, MEGABYTE), "1 MB"),
        ("1d", "10MiB", Retention(86_400.0, 10 * MEGABYTE), "1 d, 10 MB"),
    ],
)
def test_what_is_kept_is_read(keep: str | None, size: str | None, expected: Retention, words: str) -> None:
    """Either, both or none; and it is said again in a few words."""
    assert read_retention(keep, size) == expected
    assert retention_words(expected) == words


@pytest.mark.parametrize(
    "keep", ["", "0", "0d", "30", "-1d", "1ms", "much", "1e9d", "9" * 400 + "d", "200000d", "1 year"]
)
def test_a_wrong_length_of_time_is_refused(keep: str) -> None:
    """Above all a bare number: thirty seconds are not thirty days."""
    with pytest.raises(InspectorError, match="no length of time to keep") as refused:
        read_retention(keep, None)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("size", ["", "0", "1", "1023KB", "-2GB", "2 apples", "GB", "nan", "9" * 400])
def test_a_wrong_size_is_refused(size: str) -> None:
    """Also one in which hardly an event has room."""
    with pytest.raises(InspectorError, match="no size to keep") as refused:
        read_retention(None, size)
    assert refused.value.exit_code == 2
