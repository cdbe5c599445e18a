"""The audit settings of a plan: applies severities and waivers to findings, and checks the settings themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from masterplan.analyse.audit.proportion import in_proportion
from masterplan.analyse.audit.rule import AuditInput, Fault, Proportion, as_finding
from masterplan.analyse.parts import in_plan_words
from masterplan.model.declared import RuleSeverity, Waiver
from masterplan.model.finding import Finding, Rule, ordered
from masterplan.model.part import Path
from masterplan.model.plan import Plan
from masterplan.model.timeline import has_passed
from masterplan.model.window import day_in_words

UNKNOWN = Rule("unknown-rule", "warning", "An audit setting names a rule that does not exist.", "audit", "remark")
EXPIRED = Rule("waiver-expired", "warning", "A waiver has expired; its findings are shown again.", "audit", "remark")
UNUSED = Rule("waiver-unused", "warning", "A waiver matches no finding.", "audit", "remark")

SETTING_RULES = (UNKNOWN, EXPIRED, UNUSED)
"""Rules about the audit's own settings. Their severity can be set, but their findings cannot be waived."""


class AuditResult(NamedTuple):
    """Findings that are not waived, in the order of the files, and waived findings with their waivers."""

    findings: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]


def apply_settings(
    inputs: AuditInput, findings: Iterable[Finding], rules: Collection[str], proportions: Mapping[str, Proportion]
) -> AuditResult:
    """Apply the plan's severities and waivers; `rules` are the ids of all rules.

    Waivers apply before findings about most sprints are merged, and again after that: the merged finding can be waived
    with `at: plan`.
    """
    plan = inputs.plan
    severity = plan.header.audit.severity
    waivers = _Waivers(plan.header.audit.waivers, inputs.today)
    single, waived = waivers.split(_with_severity(findings, severity))
    valid, waived_merged = waivers.split(in_proportion(inputs, proportions, single, waived))
    about_settings = [*_unknown_rules(plan, rules), *waivers.expired(plan, rules), *waivers.unused(plan, rules)]
    findings = ordered([*valid, *_with_severity(about_settings, severity)])
    return AuditResult(findings, (*waived, *waived_merged))


def _with_severity(findings: Iterable[Finding], severity: Mapping[str, RuleSeverity]) -> Iterator[Finding]:
    """Findings with the severities set in the plan, without those of rules that are off."""
    for finding in findings:
        setting = severity.get(finding.rule.id, finding.rule.severity)
        if setting == finding.rule.severity:
            yield finding
        elif setting != "off":
            yield replace(finding, rule=finding.rule._replace(severity=setting))


class _Waivers:
    """The waivers of a plan; remembers which of them matched a finding."""

    def __init__(self, waivers: tuple[Waiver, ...], today: date | None) -> None:
        self._by_rule: dict[str, list[tuple[int, Waiver]]] = defaultdict(list)
        self._expired = [(n, w) for n, w in enumerate(waivers) if has_passed(w.until, today)]
        self._valid = [(n, w) for n, w in enumerate(waivers) if not has_passed(w.until, today)]
        self._used: set[int] = set()
        for n, waiver in self._valid:
            self._by_rule[waiver.rule].append((n, waiver))

    def split(self, findings: Iterable[Finding]) -> tuple[list[Finding], list[tuple[Finding, Waiver]]]:
        """Separate findings without a valid waiver from waived ones."""
        valid, waived = [], []
        for finding in findings:
            waiver = self._match(finding)
            if waiver is None:
                valid.append(finding)
            else:
                waived.append((finding, waiver))
        return valid, waived

    def _match(self, finding: Finding) -> Waiver | None:
        """First valid waiver of a finding."""
        for n, waiver in self._by_rule[finding.rule.id]:
            if " ".join(waiver.at.split()) == str(finding.subject) and waiver.field in {None, finding.field}:
                self._used.add(n)
                return waiver
        return None

    def expired(self, plan: Plan, rules: Collection[str]) -> Iterator[Finding]:
        """Findings about expired waivers."""
        for n, waiver in self._expired:
            if waiver.rule in rules:
                expiry = day_in_words(waiver.until, None)
                message = f"The waiver of `{waiver.rule}` for {_waived_part(plan, waiver)} expired on {expiry}"
                hint = f"fix the finding, or ask {waiver.by} to renew the waiver"
                yield as_finding(plan, EXPIRED, Fault((*_waiver_path(n), "until"), message, hint, str(waiver.until)))

    def unused(self, plan: Plan, rules: Collection[str]) -> Iterator[Finding]:
        """Findings about valid waivers that match no finding."""
        for n, waiver in self._valid:
            if waiver.rule in rules and n not in self._used:
                message = f"The waiver of `{waiver.rule}` for {_waived_part(plan, waiver)} matches no finding"
                hint = "delete the waiver, or fix its `rule`, `at` or `field`"
                yield as_finding(plan, UNUSED, Fault((*_waiver_path(n), "rule"), message, hint))


def _unknown_rules(plan: Plan, rules: Collection[str]) -> Iterator[Finding]:
    """Findings about settings that name a rule that does not exist."""
    settings = plan.header.audit
    names: list[tuple[Path, str, bool]] = [(("plan", "audit", "severity", id_), id_, True) for id_ in settings.severity]
    names += [((*_waiver_path(n), "rule"), waiver.rule, False) for n, waiver in enumerate(settings.waivers)]
    for path, id_, is_key in names:
        if id_ not in rules:
            similar = get_close_matches(id_, sorted(rules), n=1)
            hint = f"did you mean `{similar[0]}`?" if similar else "see `masterplan rules`"
            yield as_finding(plan, UNKNOWN, Fault(path, f"There is no rule `{id_}`", hint, key=is_key))


def _waived_part(plan: Plan, waiver: Waiver) -> str:
    return "the plan" if waiver.at == "plan" else in_plan_words(plan, waiver.at)


def _waiver_path(n: int) -> Path:
    return ("plan", "audit", "waivers", n)
