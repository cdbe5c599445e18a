"""The audit: a table of rules that review a plan as a careful reader would.

Each rule is a row with a function. `audit` runs all of them, gives each finding the severity set in the plan, and
separates waived findings. To add a rule, add a row to the module of its area and an example, `examples/<rule>.yml`.
"""

from dataclasses import replace
from datetime import date

from masterplan.analyse.audit import dependencies, gates, options, progress, risks, sums, task_order, task_sums, timing
from masterplan.analyse.audit.claims import verdicts
from masterplan.analyse.audit.rule import AuditInput, Check, Exists
from masterplan.analyse.audit.settings import SETTING_RULES, AuditResult, apply_settings
from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import standings
from masterplan.analyse.staffing import Staffing
from masterplan.model.finding import Rule
from masterplan.model.plan import Plan

__all__ = ["CHECKS", "RULES", "AuditInput", "AuditResult", "Check", "Exists", "audit", "audit_input"]

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
"""All rows, in the order in which they run."""

RULES: tuple[Rule, ...] = (*(check.rule for check in CHECKS), *SETTING_RULES)
"""All rules of the audit; rules about the audit's own settings come last."""


def audit_input(plan: Plan, today: date | None, exists: Exists | None) -> AuditInput:
    """Input of the rules: a plan at the end of `today`; if `today` is None, every progress entry counts.

    `exists` tells whether the repository has a path. If it is None, the audit does not look for documents.
    """
    graph = Graph.of(plan)
    inputs = AuditInput(plan, graph, Staffing.followed(plan), standings(plan, graph, today), today, exists)
    return replace(inputs, verdicts=tuple(verdicts(inputs)))


def audit(inputs: AuditInput) -> AuditResult:
    """Run all rules on a plan and apply its severities and waivers."""
    findings = [finding for check in CHECKS for finding in check.findings(inputs)]
    proportions = {check.rule.id: check.proportion for check in CHECKS if check.proportion}
    return apply_settings(inputs, findings, {rule.id for rule in RULES}, proportions)
