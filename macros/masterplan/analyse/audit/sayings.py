"""Findings that follow from the verdict on a claim, and the one way to say them."""

from collections.abc import Callable, Iterator

from masterplan.analyse.audit.check import Case, Found, Run
from masterplan.analyse.claims import Outcome, Verdict
from masterplan.analyse.claims.case import figure, read
from masterplan.analyse.claims.compare import apart
from masterplan.model.declared import Claim
from masterplan.model.quantity import DecimalMark

HINT = "fix whichever is wrong"


def told(*claims: Claim, outcome: Outcome = "differs", where: Callable[[Verdict], bool] = lambda _: True) -> Run:
    """Finds claims of some kinds that came out one way; `where` leaves out those that are another rule's."""

    def run(case: Case) -> Iterator[Found]:
        for verdict in case.verdicts:
            if verdict.outcome == outcome and verdict.declared.claim in claims and where(verdict):
                yield contradicted(verdict, case.plan.header.decimal)

    return run


def contradicted(verdict: Verdict, mark: DecimalMark | None) -> Found:
    """What a claim says against what was computed, in a plan with a decimal mark."""
    declared, computed = verdict.declared, read(verdict.computed, mark or ".")
    at = f" ({declared.at})" if declared.at else ""
    message = f"{verdict.subject}: declared `{declared.says}`{at}"
    distance = apart(figure(declared, mark), computed)
    if verdict.outcome == "within":
        message += f", but the plan itself gives {verdict.computed}"
    elif computed.is_number:
        message += f", computed {verdict.computed}" + (f"; that is {distance}" if distance else "")
    else:
        message += f"; the plan says: {verdict.computed}"
    return Found(verdict.path, message, HINT, verdict.computed, verdict.compared)
