"""Why a signature is not valid: likely changes of settings and request, each tried with the scheme's own verify().

The first that makes the signature fit is the answer, and it is proven. Where none does, a fact is told, and what is
ruled out. It is a function of its arguments, its work is bounded, and nothing that it says would let anybody sign.
"""

from inspector.core.diagnose.case import Case, Trial
from inspector.core.diagnose.explain import explain, trials
from inspector.core.diagnose.subject import Subject

__all__ = ["Case", "Subject", "Trial", "explain", "trials"]
