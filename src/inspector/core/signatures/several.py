"""Several ways to sign: products of one processor that sign differently, told apart by what the message holds."""

from collections.abc import Sequence

from inspector.core.locate import Locator, Message
from inspector.core.signatures.shared import Scheme
from inspector.model import Verification

__all__ = ["Several"]


class Several:
    """The first scheme whose condition holds and whose signature is there; else the first whose condition holds.

    A sender that leaves a signature out is thereby never verified by another scheme: a scheme verifies only
    what it is given.
    """

    def __init__(self, schemes: Sequence[tuple[Locator | None, Scheme]]) -> None:
        self.schemes = schemes
        self.name = " or ".join(dict.fromkeys(scheme.name for _, scheme in schemes))
        self.covers = schemes[0][1].covers

    def meant(self, message: Message) -> Scheme:
        """The scheme that judges the message."""
        fitting = [scheme for when, scheme in self.schemes if when is None or when.find(message) is not None]
        present = (scheme for scheme in fitting if scheme.present(message))
        return next(present, fitting[0] if fitting else self.schemes[0][1])

    def present(self, message: Message) -> bool:
        """Whether any of the signatures is there."""
        return self.meant(message).present(message)

    def verify(self, message: Message, now: float) -> Verification:
        """The verdict of the scheme that is meant."""
        return self.meant(message).verify(message, now)

    def sign(self, message: Message, now: float) -> dict[str, str]:
        """What the scheme that is meant puts where."""
        return self.meant(message).sign(message, now)

    def challenge(self, message: Message, text: str) -> str | None:
        """The answer of the first scheme."""
        return self.schemes[0][1].challenge(message, text)

    def open(self, message: Message) -> bytes:
        """The body as the scheme that is meant opens it."""
        return self.meant(message).open(message)
