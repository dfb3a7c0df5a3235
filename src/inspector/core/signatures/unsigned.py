"""No signature: the processor's messages carry nothing that could be checked."""

from typing import Literal

from inspector.core.locate import Message
from inspector.core.signatures.shared import SchemeSpec
from inspector.model import Verdict, Verification

__all__ = ["Unsigned", "UnsignedSpec"]


class UnsignedSpec(SchemeSpec):
    """[signature] with scheme = "unsigned": the reason says why, and what to do instead."""

    scheme: Literal["unsigned"]
    reason: str

    def compile(self) -> "Unsigned":
        """The scheme that verifies nothing."""
        return Unsigned(self.reason)


class Unsigned:
    """Always UNSIGNED, never verified."""

    name = "unsigned"
    covers: tuple[str, ...] = ()

    def __init__(self, reason: str) -> None:
        self._verdict = Verification(Verdict.UNSIGNED, self.name, reason)

    def present(self, message: Message) -> bool:
        """Always: there is nothing to look for."""
        return True

    def verify(self, message: Message, now: float) -> Verification:
        """UNSIGNED, with the document's reason."""
        return self._verdict

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """Nothing to put anywhere."""
        return {}

    def open(self, message: Message) -> bytes:
        """The body is not encrypted."""
        return message.body

    def challenge(self, message: Message, text: str) -> str | None:
        """There is no key to sign with."""
        return None
