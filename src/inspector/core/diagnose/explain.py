"""From hypotheses to one sentence: the first that fits is certain; else a fact, and what is ruled out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from inspector.core.compile import Connector
from inspector.core.diagnose.address import addresses
from inspector.core.diagnose.body import contents, edges
from inspector.core.diagnose.case import FITS, Case, Trial
from inspector.core.diagnose.clock import clocks, too_far
from inspector.core.diagnose.facts import Fact, facts
from inspector.core.diagnose.header import renamed, repaired
from inspector.core.diagnose.secret import accounts, encodings, keyed, spellings, strangers
from inspector.core.diagnose.sender import processors, signings
from inspector.core.diagnose.subject import Subject
from inspector.core.diagnose.work import LARGEST, Work
from inspector.core.signatures.hmac import Mac
from inspector.core.signatures.token import Token
from inspector.core.uncovered import uncovered
from inspector.model import Diagnosis, Verdict, Verification

__all__ = ["explain", "trials"]

_SHOWN: Final = 8


class _Group(NamedTuple):
    """Hypotheses of one kind, how to say that none of them fits, and how many are tried at most."""

    trials: Callable[[Subject], Iterator[Trial]]
    none: str
    most: int = LARGEST
    fits: frozenset[Verdict] = FITS


_SPELLINGS = _Group(spellings, "the secret with other blanks, quotes or prefixes")
_ENCODINGS = _Group(encodings, "the secret in another encoding")
_ACCOUNTS = _Group(accounts, "the processor's other accounts that are configured", 32)
_KEYED = _Group(keyed, "other settings of a pair", 64)
_RENAMED = _Group(renamed, "the signature under another header", 32)
_REPAIRED = _Group(repaired, "the signature cut, doubled or in another encoding", 32)
_EDGES = _Group(edges, "line ends, marks, charsets and packing of the body")
_CONTENTS = _Group(contents, "the body as other programs would write it")
_ADDRESSES = _Group(addresses, "the address with another scheme, host, port, slash or query", 60)
_PROCESSORS = _Group(processors, "the rules of other processors that the message looks like", 24)
_STRANGERS = _Group(strangers, "the configured secrets of other processors", 64)
_SIGNINGS = _Group(signings, "another hash, or another signed text")
_CLOCKS = _Group(clocks, "a timestamp in another unit", fits=frozenset((Verdict.VALID,)))

_GROUPS: Final[Mapping[Verdict, Sequence[_Group]]] = {
    Verdict.INVALID: (
        _SPELLINGS,
        _ACCOUNTS,
        _RENAMED,
        _REPAIRED,
        _EDGES,
        _ADDRESSES,
        _PROCESSORS,
        _CONTENTS,
        _ENCODINGS,
        _STRANGERS,
        _SIGNINGS,
    ),
    Verdict.EXPIRED: (_CLOCKS,),
    Verdict.MISSING: (_PROCESSORS, _RENAMED, _REPAIRED, _KEYED),
    Verdict.NO_SECRET: (_SPELLINGS, _ENCODINGS, _ACCOUNTS, _STRANGERS),
    Verdict.UNREADABLE: (_EDGES, _CONTENTS, _PROCESSORS),
    Verdict.UNSIGNED: (_PROCESSORS,),
}
"""What is tried, the likeliest and the cheapest first."""


def trials(subject: Subject) -> Iterator[Trial]:
    """Every hypothesis that is tried where the work suffices, in order."""
    for group in _groups(subject):
        yield from islice(group.trials(subject), group.most)


def _groups(subject: Subject) -> Sequence[_Group]:
    return () if subject.fits_already else _GROUPS.get(subject.verification.verdict, ())


def explain(
    case: Case,
    verification: Verification,
    connectors: Mapping[str, Connector],
    others: Mapping[str, Mapping[str, str]],
) -> Diagnosis | None:
    """Why the verdict on a case is not VALID; None where it is. Never raises on foreign bytes."""
    if verification.verdict is Verdict.VALID:
        return None
    subject = Subject(case, verification, connectors, others)
    work = Work(subject)
    ruled_out: list[str] = []
    for group in _groups(subject):
        tried = _Counted(group.trials(subject), group.most)
        found = work.first(tried, group.fits)
        if found is not None:
            return _diagnosis(subject, _proven(subject, *found), ())
        if tried.count and tried.ended:
            ruled_out.append(group.none)
    if verification.verdict is Verdict.EXPIRED:
        return _diagnosis(subject, Fact(*too_far(subject), True), tuple(ruled_out))
    return _diagnosis(subject, next(facts(subject)), tuple(ruled_out))


class _Counted(Iterator[Trial]):
    """Trials, `most` of them, and whether all that there are were looked at."""

    def __init__(self, given: Iterator[Trial], most: int) -> None:
        self._given = given
        self._most = most
        self.count = 0
        self.ended = False

    def __next__(self) -> Trial:
        if self.count == self._most:
            raise StopIteration
        try:
            found = next(self._given)
        except StopIteration:
            self.ended = True
            raise
        self.count += 1
        return found


def _proven(subject: Subject, trial: Trial, found: Verification) -> Fact:
    sentence = f"It fits {trial.fit}."
    if found.verdict is Verdict.EXPIRED:
        sentence += f" {found.reason}"
    return Fact(trial.cause, sentence, trial.advice, True)


def _diagnosis(subject: Subject, fact: Fact, ruled_out: tuple[str, ...]) -> Diagnosis:
    count = len(subject.items)
    place = f"Event {subject.case.position + 1} of {count}: " if count > 1 else ""
    covers = subject.verification.covers or subject.scheme.covers
    expected, received = _signatures(subject)
    return Diagnosis(
        cause=fact.cause,
        sentence=place + fact.sentence,
        advice=fact.advice.strip(),
        certain=fact.certain,
        ruled_out=ruled_out,
        expected=expected,
        received=received,
        covers=covers,
        uncovered=uncovered(covers),
    )


def _signatures(subject: Subject) -> tuple[str, str]:
    """The beginnings of the signature that is expected and of the one that came.

    A token is a secret itself. Of a message that cannot be read nobody knows what was to be signed.
    """
    scheme = subject.scheme
    if isinstance(scheme, Token):
        return "", ""
    received = subject.entries[0] if subject.entries else ""
    readable = subject.verification.verdict is not Verdict.UNREADABLE
    expected = scheme.expected(subject.message) if isinstance(scheme, Mac) and readable else None
    return _beginning(expected or ""), _beginning(received)


def _beginning(text: str) -> str:
    """Enough to tell signatures apart, and far too little to use one."""
    return f"{text[:_SHOWN]}… ({len(text)} characters)" if len(text) > 2 * _SHOWN else "…" * bool(text)
