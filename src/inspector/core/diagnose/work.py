"""Trying hypotheses: a bounded number of verifications, and no reading that a verification does not need."""

from collections.abc import Iterable
from typing import Final

from inspector.core.body import Unreadable
from inspector.core.diagnose.case import FITS, Case, Trial, judge
from inspector.core.diagnose.subject import Subject, meant
from inspector.core.locate import Message
from inspector.core.read import uncompress
from inspector.core.signatures.hmac import Mac
from inspector.core.signatures.token import Token
from inspector.model import Verdict, Verification

__all__ = ["LARGEST", "Work"]

LARGEST: Final = 256
"""Verifications that one diagnosis may cost, whatever is configured and whatever a stranger sends."""

_SLOW, _LEAST = 32, 8
_BYTES: Final = 16 * 1024 * 1024


class Work:
    """The verifications that a diagnosis may cost: fewer of large messages, and of keys that are slow."""

    def __init__(self, subject: Subject) -> None:
        most = LARGEST if isinstance(subject.scheme, Mac | Token) else _SLOW
        request = subject.case.request
        size = len(subject.message.body) + len(request.url) + sum(len(text) for _, text in request.headers)
        self.left = max(_LEAST, min(most, _BYTES // (size + 1)))
        self._subject = subject

    def first(self, trials: Iterable[Trial], fits: frozenset[Verdict] = FITS) -> tuple[Trial, Verification] | None:
        """The first trial that fits, with its verification; none where the work is done before."""
        for trial in trials:
            if self.left <= 0:
                return None
            self.left -= 1
            if self._may_fit(trial.case, fits):
                found = judge(trial.case)[1]
                if found.verdict in fits:
                    return trial, found
        return None

    def _may_fit(self, case: Case, fits: frozenset[Verdict]) -> bool:
        """Whether it is worth to judge a case by reading it whole: most are told from what is read already."""
        ours, subject = self._subject.case, self._subject
        connector = case.connector
        if connector.document is not ours.connector.document or connector.opens:
            return True
        if case.request is ours.request:
            message = subject.message.with_settings(case.settings)
        elif subject.raw_only:
            message = Message(case.request, body=case.request.body, settings=case.settings, keys=case.keys)
            try:
                uncompress(message)
            except Unreadable:
                return False
            return subject.scheme.verify(message, case.now).verdict in fits
        else:
            return True
        return meant(connector.scheme, message).verify(message, case.now).verdict in fits
