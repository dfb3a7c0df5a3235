"""Inputs changed without a guide: bytes cut out, put in, repeated and moved."""

from collections.abc import Iterable

from hypothesis import strategies as st

__all__ = ["changed"]

_PARTS = (
    b'\x00 \xff \xed\xa0\x80 \x1b[31m \xe2\x80\xae { [ " \\ \\ud800 NaN 1e999999999 -0 null true <!DOCTYPE <!ENTITY & '
    b"%00 =, \r\n : ; = t= v1= v0= none ../ http://[ :99999999 sha256= 9999999999999999999999"
).split(b" ")


@st.composite
def changed(draw: st.DrawFn, seeds: Iterable[bytes]) -> bytes:
    """One of the seeds with a few changes, or bytes of any kind."""
    content = draw(st.sampled_from([*seeds, b""]))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.integers(0, 30)))
        part = draw(st.sampled_from(_PARTS) | st.binary(max_size=8) | st.just(content[at:end] * 3))
        content = content[:at] + part + content[end:]
    return content
