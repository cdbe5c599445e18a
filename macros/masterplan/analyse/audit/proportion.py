"""Merges findings: a rule broken by most sprints gives one finding with counts, a rule broken by few one for each.

Waived findings about single sprints do not count.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from masterplan.analyse.audit.rule import AuditInput, Fault, Proportion
from masterplan.analyse.parts import are, display_name
from masterplan.model.declared import Waiver
from masterplan.model.finding import Finding, Related
from masterplan.model.naming import PLAN, Subject
from masterplan.model.sprint import Sprint

LEAST = 3
"""Findings about fewer sprints than this are not merged."""


def lacking(
    inputs: AuditInput, has: Callable[[Sprint], bool], what: str, hint: str, *, only_open: bool = False
) -> Iterator[Fault]:
    """Faults of sprints that lack what more than half of them have; with `only_open`, only open sprints count."""
    sprints = [sprint for sprint in inputs.sprints if not only_open or inputs.standings[sprint.id].is_open]
    without = [sprint for sprint in sprints if not has(sprint)]
    if len(without) * 2 >= len(sprints):
        return
    units = f"{'open ' if only_open else ''}{inputs.plan.unit.many.lower()}"
    others = f"{len(sprints) - len(without)} of {len(sprints)} {units}"
    for sprint in without:
        yield Fault(("sprints", sprint.id), f"{inputs.name(sprint.id)} has no {what}, unlike {others}", hint)


def in_proportion(
    inputs: AuditInput,
    proportions: Mapping[str, Proportion],
    findings: Iterable[Finding],
    waived: Iterable[tuple[Finding, Waiver]],
) -> Iterator[Finding]:
    """Findings, merged for each rule that most sprints break; `proportions` are by rule id."""
    waived_findings = [finding for finding, _ in waived]
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    for id_, of_rule in by_rule.items():
        if id_ in proportions:
            waived_of_rule = [finding for finding in waived_findings if finding.rule.id == id_]
            yield from _merged(inputs, proportions[id_], of_rule, waived_of_rule)
        else:
            yield from of_rule


def _merged(
    inputs: AuditInput, proportion: Proportion, findings: list[Finding], waived: Iterable[Finding]
) -> Iterator[Finding]:
    """The findings of one rule, merged into one if they are about most of its candidates."""
    candidates = {Subject("sprint", id_) for id_ in proportion.candidates(inputs)}
    mergeable = [finding for finding in sorted(findings, key=lambda one: one.place) if finding.subject in candidates]
    subjects = dict.fromkeys(finding.subject for finding in mergeable if finding.subject)
    if len(subjects) < LEAST or len(subjects) * 2 <= len(candidates):
        yield from findings
        return
    yield from (finding for finding in findings if finding.subject not in subjects)
    excluded = {finding.subject for finding in waived} & candidates - subjects.keys()
    message = inputs.plan.worded(f"{len(subjects)} of {len(candidates)} {proportion.summary}")
    more = f"; {len(excluded)} more {are(excluded)} waived" if excluded else ""
    yield replace(
        mergeable[0],
        message=message + more,
        related=tuple(Related(finding.place, _subject_name(inputs, finding)) for finding in mergeable),
        subject=PLAN,
        field=mergeable[0].field if len({finding.field for finding in mergeable}) == 1 else "",
        computed="",
        units=tuple(subjects),
    )


def _subject_name(inputs: AuditInput, finding: Finding) -> str:
    return display_name(inputs.plan, finding.subject or PLAN)
