"""What is known about where an event came from."""

from enum import StrEnum

import msgspec

__all__ = ["Verdict", "Verification"]


class Verdict(StrEnum):
    """The outcome of checking a signature; only VALID makes the source verified."""

    VALID = "VALID"
    INVALID = "INVALID"
    EXPIRED = "EXPIRED"
    """The signature is right, but its timestamp lies outside the tolerance."""
    MISSING = "MISSING"
    NO_SECRET = "NO_SECRET"  # noqa: S105 - a verdict, not a password
    UNSIGNED = "UNSIGNED"
    """This processor does not sign this message."""
    KEY_NEEDED = "KEY_NEEDED"
    """A certificate or key set has to be fetched before the signature can be checked."""
    UNREADABLE = "UNREADABLE"
    """The message, or the signature in it, cannot be read well enough to be checked."""


class Verification(msgspec.Struct, frozen=True, omit_defaults=True):
    """A verdict with its reason in one sentence.

    `signed_text` is the bytes that the signature is computed over, `timestamp` the sender's in Unix
    seconds, `age` the seconds between it and the clock, `covers` the parts that the signature protects, `needs` the
    address of the certificate or key set to fetch where the verdict is KEY_NEEDED.
    """

    verdict: Verdict
    scheme: str
    reason: str
    signed_text: bytes | None = None
    timestamp: float | None = None
    age: float | None = None
    covers: tuple[str, ...] = ()
    needs: str | None = None

    @property
    def source_verified(self) -> bool:
        """Whether the sender is proven."""
        return self.verdict is Verdict.VALID
