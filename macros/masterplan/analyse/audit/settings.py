"""The audit's settings in a plan: severities and waivers, applied to the findings, and checked themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from masterplan.analyse.audit.proportion import in_proportion
from masterplan.analyse.audit.rule import AuditInput, Fault, Proportion, as_finding
from masterplan.analyse.figures import day_in_words
from masterplan.analyse.parts import within
from masterplan.model.declared import RuleSeverity, Waiver
from masterplan.model.finding import Finding, Rule, ordered
from masterplan.model.part import Path
from masterplan.model.plan import Plan
from masterplan.model.timeline import has_passed

UNKNOWN = Rule("unknown-rule", "warning", "An audit setting names a rule that does not exist.", "audit", "remark")
EXPIRED = Rule("waiver-expired", "warning", "A waiver has expired; its findings are shown again.", "audit", "remark")
UNUSED = Rule("waiver-unused", "warning", "A waiver matches no finding.", "audit", "remark")

SETTING_RULES = (UNKNOWN, EXPIRED, UNUSED)
"""The rules about the audit's own settings. They take a severity as others do, but cannot be waived."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The findings that are not waived, in the order of the files, and those that are, each with its waiver."""

    findings: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]


def settle(
    inputs: AuditInput, findings: Iterable[Finding], rules: Collection[str], proportions: Mapping[str, Proportion]
) -> Settled:
    """Apply the plan's severities and waivers; `rules` are the ids of all rules.

    Waivers come before what is true of most sprints becomes one finding, which can then be waived `at: plan` as well.
    """
    plan = inputs.plan
    severity = plan.header.audit.severity
    waivers = _Waivers(plan.header.audit.waivers, inputs.today)
    single, waived = waivers.split(_with_severity(findings, severity))
    left, more = waivers.split(in_proportion(inputs, proportions, single, waived))
    own = [*_unknown(plan, rules), *waivers.over(plan, rules), *waivers.unused(plan, rules)]
    return Settled(ordered([*left, *_with_severity(own, severity)]), (*waived, *more))


def _with_severity(findings: Iterable[Finding], severity: Mapping[str, RuleSeverity]) -> Iterator[Finding]:
    """The findings as grave as the plan wants them, without those of rules that are off."""
    for finding in findings:
        wanted = severity.get(finding.rule.id, finding.rule.severity)
        if wanted == finding.rule.severity:
            yield finding
        elif wanted != "off":
            yield replace(finding, rule=finding.rule._replace(severity=wanted))


class _Waivers:
    """The waivers of a plan by rule, and which of them covered something."""

    def __init__(self, waivers: tuple[Waiver, ...], today: date | None) -> None:
        self._by_rule: dict[str, list[tuple[int, Waiver]]] = defaultdict(list)
        self._over = [(n, w) for n, w in enumerate(waivers) if has_passed(w.until, today)]
        self._holding = [(n, w) for n, w in enumerate(waivers) if not has_passed(w.until, today)]
        self._used: set[int] = set()
        for n, waiver in self._holding:
            self._by_rule[waiver.rule].append((n, waiver))

    def split(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[tuple[Finding, Waiver]]]:
        """The findings that nothing covers, and those that a waiver covers."""
        left, waived = [], []
        for finding in findings:
            waiver = self._covering(finding)
            if waiver is None:
                left.append(finding)
            else:
                waived.append((finding, waiver))
        return left, waived

    def _covering(self, finding: Finding) -> Waiver | None:
        """The first valid waiver that covers a finding."""
        for n, waiver in self._by_rule[finding.rule.id]:
            if " ".join(waiver.at.split()) == str(finding.subject) and waiver.field in {None, finding.field}:
                self._used.add(n)
                return waiver
        return None

    def over(self, plan: Plan, rules: Collection[str]) -> Iterator[Finding]:
        """Waivers that have run out."""
        for n, waiver in self._over:
            if waiver.rule in rules:
                until = day_in_words(waiver.until, None)
                message = f"The waiver of {waiver.rule} for {within(plan, waiver.at)} expired on {until}"
                hint = f"fix the finding, or ask {waiver.by} to renew the waiver"
                yield as_finding(plan, EXPIRED, Fault((*_waiver(n), "until"), message, hint, str(waiver.until)))

    def unused(self, plan: Plan, rules: Collection[str]) -> Iterator[Finding]:
        """Waivers that hold and cover nothing."""
        for n, waiver in self._holding:
            if waiver.rule in rules and n not in self._used:
                message = f"The waiver of {waiver.rule} for {within(plan, waiver.at)} matches no finding"
                hint = "delete the waiver, or fix its `rule`, `at` or `field`"
                yield as_finding(plan, UNUSED, Fault((*_waiver(n), "rule"), message, hint))


def _unknown(plan: Plan, rules: Collection[str]) -> Iterator[Finding]:
    """Rules that are named in settings and are none."""
    settings = plan.header.audit
    named: list[tuple[Path, str, bool]] = [(("plan", "audit", "severity", id_), id_, True) for id_ in settings.severity]
    named += [((*_waiver(n), "rule"), waiver.rule, False) for n, waiver in enumerate(settings.waivers)]
    for path, id_, key in named:
        if id_ not in rules:
            near = get_close_matches(id_, sorted(rules), n=1)
            hint = f"did you mean {near[0]}?" if near else "see `masterplan rules`"
            yield as_finding(plan, UNKNOWN, Fault(path, f"There is no rule `{id_}`", hint, key=key))


def _waiver(n: int) -> Path:
    return ("plan", "audit", "waivers", n)
