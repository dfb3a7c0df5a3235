"""Requests as .http files: the same bytes in and out, and a word on what is not one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.http_file import read_http, write_http
from inspector.model import CapturedRequest, InspectorError

token = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-0123456789", min_size=1, max_size=10)
value = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "M-SEARCH"]),
    path=st.text("abc/%20.-_~", max_size=12),
    query=st.text("abc=&%20", max_size=12),
    headers=st.lists(st.tuples(token, value), max_size=4),
    body=st.binary(max_size=100),
)
@settings(max_examples=200, deadline=None)
def test_a_request_survives_being_written(
    method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    """Method, path, query, headers in their order (repeated ones too) and every byte of the body come back."""
    own = [(name, text) for name, text in headers if name.lower() != "host"]
    url = f"http://shop.example/{path}" + (f"?{query}" if query else "")
    request = CapturedRequest(method=method, url=url, headers=(("Host", "shop.example"), *own), body=body)
    assert read_http(write_http(request)) == request


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_lines_end_as_the_editor_wrote_them(end: bytes) -> None:
    """LF and CRLF are both read; the body is not touched."""
    lines = [b"POST /stripe?a=1 HTTP/1.1", b"Host: 127.0.0.1:4242", b"X-Empty:", b"X-Colon: a:b", b"", b"{\r\n}\n\n"]
    request = read_http(end.join(lines), received_at=7.0)
    assert request.method == "POST"
    assert request.url == "http://127.0.0.1:4242/stripe?a=1"
    assert request.headers == (("Host", "127.0.0.1:4242"), ("X-Empty", ""), ("X-Colon", "a:b"))
    assert request.body == b"{\r\n}\n\n"
    assert request.received_at == 7.0


@pytest.mark.parametrize(
    "content", [b"GET /stripe", b"GET /stripe\n", b"GET /stripe HTTP/1.1\n\n", b"GET /stripe HTTP/2\n"]
)
def test_body_and_version_may_be_missing(content: bytes) -> None:
    """A request line alone is a request."""
    assert read_http(content) == CapturedRequest(method="GET", url="http://localhost/stripe")


def test_a_whole_address_may_stand_in_the_request_line() -> None:
    """As other tools write their .http files."""
    assert read_http(b"POST https://shop.example/hooks HTTP/1.1\n\nx").url == "https://shop.example/hooks"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "not a .http file"),
        (b"{}", "not a .http file"),
        (b"post /stripe HTTP/1.1", "not a .http file"),
        (b"POST /a b HTTP/1.1", "not a .http file"),
        (b"POST /stripe HTTP/1.1\nnonsense\n\n", "Line 2 of the .http file is not a header"),
        (b"POST /stripe HTTP/1.1\nA: 1\n: 2\n\n", "Line 3 of the .http file is not a header"),
        (b"\x00\xff\xfe", "not a .http file"),
    ],
)
def test_what_is_not_a_request_is_explained(content: bytes, word: str) -> None:
    """A mistake in a file that a person keeps is a sentence with the line."""
    with pytest.raises(InspectorError, match=word):
        read_http(content)


@given(content=st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_file_is_a_request_or_a_mistake(content: bytes) -> None:
    """No bytes whatever get another error out of the reader."""
    for candidate in (content, b"POST / HTTP/1.1\n" + content):
        try:
            read_http(candidate)
        except InspectorError:
            continue
