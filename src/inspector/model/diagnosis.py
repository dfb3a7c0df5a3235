"""Why a signature is not valid, in a sentence that can be checked."""

import msgspec

__all__ = ["Diagnosis"]


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a verdict is not VALID, and what to do about it. Nothing in it lets anybody sign.

    `certain`: the sentence is proven: with the one change that it names the signature fits, or the fact that it states
    rules a valid signature out. `cause` names the hypothesis and is the same from run to run. `ruled_out` says what
    was tried to the end and does not fit. `expected` and `received` are the beginnings of two signatures, enough to
    tell them apart. `covers` and `uncovered`: what the signature protects, and what can change without its notice.
    """

    cause: str
    sentence: str
    advice: str = ""
    certain: bool = False
    ruled_out: tuple[str, ...] = ()
    expected: str = ""
    received: str = ""
    covers: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()

    @property
    def certainty(self) -> str:
        """Whether the sentence is proven, in words."""
        return "yes, it is proven" if self.certain else "no, it is what is likely"
