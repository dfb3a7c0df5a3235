"""Requests as they come from anybody, and what has to hold of every inspection."""

import msgspec

from inspector.core.answer import answer, expectation
from inspector.model import CapturedRequest, Inspection, Verdict

__all__ = ["received", "sound"]


def received(body: bytes, *headers: tuple[str, str], method: str = "POST", url: str = "http://h/x") -> CapturedRequest:
    """A request with a body as it came."""
    return CapturedRequest(method=method, url=url, headers=headers, body=body)


def sound(inspection: Inspection) -> Inspection:
    """An inspection that can be shown, stored and answered with: every reason and problem is a sentence."""
    assert inspection.verification.reason.endswith(".")
    for event in inspection.events:
        assert event.verification.reason.endswith(".")
        assert (event.verification.verdict is Verdict.VALID) == event.source_verified
    for problem in inspection.problems:
        assert problem.where
        assert problem.what.endswith((".", "?"))
    msgspec.json.encode(answer(inspection))
    msgspec.json.encode(expectation(inspection))
    msgspec.json.decode(msgspec.json.encode(inspection))
    return inspection
