"""Claims: a judge for each kind, and the faults that follow from its verdict.

A judge gets the plan and the part that states the claim. It returns the computed value and the outcome of the
comparison; the rules of the audit decide what follows.
"""

from collections.abc import Callable, Iterator, Mapping

from masterplan.analyse.audit import claims_amounts, relations
from masterplan.analyse.audit.judgement import (
    UNCHECKED,
    Judgement,
    Outcome,
    Verdict,
    as_quantity,
    difference_in_words,
    stated_amount,
)
from masterplan.analyse.audit.rule import AuditInput, ClaimContext, Fault, RunCheck
from masterplan.analyse.parts import parts_with_claims, subject
from masterplan.model.declared import Claim
from masterplan.model.naming import PLAN
from masterplan.model.option import Option
from masterplan.model.plan import Plan

HINT = "fix whichever is wrong"
_NARROW = "narrow the range, or leave it if it is intended"


def verdicts(inputs: AuditInput) -> Iterator[Verdict]:
    """Verdicts on all declared figures and claims: of the plan first, then of sprints, phases and options."""
    plan = inputs.plan
    for path, name, part in parts_with_claims(plan):
        for n, declared in enumerate(part.declared):
            claim_path = (*path, "declared", n, "says")
            is_history = isinstance(part, Option) and not plan.follows(part)
            judgement = UNCHECKED if is_history else _JUDGES[declared.claim](ClaimContext(inputs, path, part, declared))
            yield Verdict(
                declared,
                subject(plan, path),
                name,
                plan.places.of(*claim_path),
                judgement.computed,
                judgement.outcome,
                claim_path,
                judgement.compared,
            )


_JUDGES: Mapping[Claim, Callable[[ClaimContext], Judgement]] = {
    "sprints": claims_amounts.judge_sprints,
    "phases": claims_amounts.judge_phases,
    "people": claims_amounts.judge_people,
    "monthly-savings": claims_amounts.judge_monthly,
    "annual-savings": claims_amounts.judge_annual,
    "duration": claims_amounts.judge_duration,
    "sprint-duration": claims_amounts.judge_sprint_duration,
    "starts": claims_amounts.judge_starts,
    "ends": claims_amounts.judge_ends,
    "improvement": claims_amounts.judge_improvement,
    "effort": claims_amounts.judge_effort,
    "independent": relations.judge_independent,
    "needs": relations.judge_needs,
    "needs-nothing": relations.judge_needs_nothing,
    "needed-by": relations.judge_needed_by,
    "soft-dependency": relations.judge_soft_dependency,
    "rolls-back-alone": relations.judge_rolls_back_alone,
    "includes": relations.judge_includes,
    "early": relations.judge_early,
    "last": relations.judge_last,
    "quick-win": relations.judge_quick_win,
    "largest": relations.judge_largest,
    "highest-risk": relations.judge_highest_risk,
    "lowest-risk": relations.judge_lowest_risk,
    "ready": relations.judge_ready,
    "fact": claims_amounts.judge_fact,
}


def on_claims(
    *claims: Claim, outcome: Outcome = "differs", where: Callable[[Verdict], bool] = lambda _: True
) -> RunCheck:
    """A rule that reports claims of these kinds with this outcome; `where` excludes those that another rule reports."""

    def run(inputs: AuditInput) -> Iterator[Fault]:
        for verdict in inputs.verdicts:
            if verdict.outcome == outcome and verdict.declared.claim in claims and where(verdict):
                yield contradicted(verdict, inputs.plan)

    return run


_GIVES: Mapping[Claim, str] = {
    "sprints": "it has ",
    "phases": "it has ",
    "people": "it has ",
    "monthly-savings": "its sprints add up to ",
    "annual-savings": "its sprints add up to ",
    "effort": "its sprints add up to ",
    "fact": "its sprints add up to ",
    "duration": "it takes ",
    "starts": "it starts on ",
    "ends": "it ends on ",
    "improvement": "its metrics give ",
}
"""Words before a computed amount in a sentence. For other claims, the computed value is itself a clause."""


def contradicted(verdict: Verdict, plan: Plan) -> Fault:
    """A fault for a claim that does not agree with the plan."""
    declared, mark = verdict.declared, plan.header.decimal
    at = f" ({declared.at})" if declared.at else ""
    subject_name = "The plan" if verdict.subject == PLAN else verdict.name
    gives = plan.worded(_GIVES.get(declared.claim, ""))
    if verdict.sprint and declared.claim in {"monthly-savings", "annual-savings", "effort", "fact"}:
        gives = "its fields give "
    clause = verdict.computed
    if clause.startswith(f"{subject_name} "):
        clause = f"it{clause.removeprefix(subject_name)}"
    message = f"{subject_name} states `{declared.says}`{at}, but {gives}{clause}"
    if verdict.outcome == "within":
        return Fault(verdict.path, message, _NARROW, verdict.computed, verdict.compared)
    computed = as_quantity(verdict.computed, mark or ".")
    if computed.is_money or computed.is_duration:
        distance = difference_in_words(stated_amount(declared, mark), computed)
        message += f" ({distance})" if distance else ""
    return Fault(verdict.path, message, HINT, verdict.computed, verdict.compared)
