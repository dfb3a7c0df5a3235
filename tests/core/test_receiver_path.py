"""The receiver's paths: whose delivery it is, and what is beyond that."""

import pytest

from inspector.core.receiver_path import beyond, named


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", (None, "", "")),
        ("", (None, "", "")),
        ("/stripe", ("stripe", "", "")),
        ("/stripe/", ("stripe", "", "")),
        ("/stripe/shop", ("stripe", "shop", "")),
        ("/stripe/shop/", ("stripe", "shop", "")),
        ("/stripe/shop/eu/refunds/", ("stripe", "shop", "/eu/refunds/")),
        ("/stripe//eu", ("stripe", "", "/eu")),
        ("/stripe/shop/a%2Fb", ("stripe", "shop", "/a%2Fb")),
    ],
)
def test_a_path_names_a_connector_and_an_account(path: str, found: tuple[str | None, str, str]) -> None:
    """In this order; the rest is beyond."""
    assert named(path) == found


@pytest.mark.parametrize(
    ("path", "rest"),
    [
        ("/stripe/shop/eu/refunds", "/eu/refunds"),
        ("/stripe/shop", ""),
        ("/hooks/v1/stripe", ""),  # of another server: imported
        ("/stripe/shop/../../admin", ""),
        ("/stripe/shop/%2e%2E/admin", ""),
        ("/stripe/shop/a%2f..%5Cadmin", ""),
        ("/stripe/shop/..a", "/..a"),
    ],
)
def test_what_is_beyond_never_leads_out_of_the_apps_address(path: str, rest: str) -> None:
    """A stranger may have written it, and the app may undo the encoding."""
    assert beyond(path, "stripe") == rest
