"""The audit: a plan read the way a careful reviewer reads it, as a table of rules.

Every rule is a row with a function; `audit` runs them all, gives each finding the severity that the plan sets, and sets
aside what is waived. To add a rule, add a row to its area and an example beside it, `examples/<rule>.yml`.
"""

from dataclasses import replace
from datetime import date

from masterplan.analyse.audit import dependencies, gates, options, progress, risks, sums, task_order, task_sums, timing
from masterplan.analyse.audit.claims import verdicts
from masterplan.analyse.audit.rule import AuditInput, Check, Exists
from masterplan.analyse.audit.settings import SETTING_RULES, Settled, settle
from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import standings
from masterplan.analyse.staffing import Staffing
from masterplan.model.finding import Rule
from masterplan.model.plan import Plan

__all__ = ["CHECKS", "RULES", "AuditInput", "Check", "Exists", "Settled", "audit", "audit_input"]

CHECKS: tuple[Check, ...] = (
    *sums.CHECKS,
    *task_sums.CHECKS,
    *timing.CHECKS,
    *options.CHECKS,
    *dependencies.CHECKS,
    *risks.CHECKS,
    *progress.CHECKS,
    *task_order.CHECKS,
    *gates.CHECKS,
)
"""Every row, in the order in which they run."""

RULES: tuple[Rule, ...] = (*(check.rule for check in CHECKS), *SETTING_RULES)
"""Every kind of finding of the audit, those about its own settings last."""


def audit_input(plan: Plan, today: date | None = None, exists: Exists | None = None) -> AuditInput:
    """What the rules judge: a plan as it is at the end of `today`, or with every entry counted without a day.

    `exists` says of a path whether the repository has it; without it no document is looked for.
    """
    graph = Graph.of(plan)
    inputs = AuditInput(plan, graph, Staffing.followed(plan), standings(plan, graph, today), today, exists)
    return replace(inputs, verdicts=tuple(verdicts(inputs)))


def audit(inputs: AuditInput) -> Settled:
    """Everything that contradicts itself in a plan, in the order of the files."""
    findings = [finding for check in CHECKS for finding in check.findings(inputs)]
    proportions = {check.rule.id: check.proportion for check in CHECKS if check.proportion}
    return settle(inputs, findings, {rule.id for rule in RULES}, proportions)
