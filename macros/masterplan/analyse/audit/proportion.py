"""Findings in proportion: what most sprints lack is one finding with a count, what few lack is named for each of them.

Whatever is waived of single sprints is taken out before they are counted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from masterplan.analyse.audit.rule import AuditInput, Fault, Proportion
from masterplan.analyse.parts import are, called
from masterplan.model.declared import Waiver
from masterplan.model.finding import Finding, Related
from masterplan.model.naming import PLAN, Subject
from masterplan.model.sprint import Sprint

LEAST = 3
"""Fewer sprints than this are named one by one."""


def lacking(
    inputs: AuditInput, has: Callable[[Sprint], bool], what: str, hint: str, *, only_open: bool = False
) -> Iterator[Fault]:
    """Sprints without something that more than half of them have; with `only_open` those that are open are compared."""
    sprints = [sprint for sprint in inputs.sprints if not only_open or inputs.standings[sprint.id].is_open]
    without = [sprint for sprint in sprints if not has(sprint)]
    if len(without) * 2 >= len(sprints):
        return
    units = f"{'open ' if only_open else ''}{inputs.plan.unit.many.lower()}"
    counted = f"{len(sprints) - len(without)} of {len(sprints)} {units} do"
    for sprint in without:
        yield Fault(("sprints", sprint.id), f"{inputs.name(sprint.id)} has no {what}; {counted}", hint)


def in_proportion(
    inputs: AuditInput,
    proportions: Mapping[str, Proportion],
    findings: Iterable[Finding],
    waived: Iterable[tuple[Finding, Waiver]],
) -> Iterator[Finding]:
    """The findings, those of a rule that most sprints break as one; `proportions` are those of rules by their ids."""
    accepted = [finding for finding, _ in waived]
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    for id_, alike in by_rule.items():
        if id_ in proportions:
            yield from _of_rule(inputs, proportions[id_], alike, [one for one in accepted if one.rule.id == id_])
        else:
            yield from alike


def _of_rule(
    inputs: AuditInput, proportion: Proportion, findings: list[Finding], accepted: Iterable[Finding]
) -> Iterator[Finding]:
    """The findings of one rule; those about sprints as one, where they are about most that could have them."""
    among = {Subject("sprint", id_) for id_ in proportion.among(inputs)}
    units = [finding for finding in sorted(findings, key=lambda one: one.place) if finding.subject in among]
    subjects = dict.fromkeys(finding.subject for finding in units if finding.subject)
    if len(subjects) < LEAST or len(subjects) * 2 <= len(among):
        yield from findings
        return
    yield from (finding for finding in findings if finding.subject not in subjects)
    aside = {finding.subject for finding in accepted} & among - subjects.keys()
    message = inputs.plan.worded(f"{len(subjects)} of {len(among)} {proportion.says}")
    waived = f"; {len(aside)} more {are(aside)} waived" if aside else ""
    yield replace(
        units[0],
        message=message + waived,
        related=tuple(Related(finding.place, _called(inputs, finding)) for finding in units),
        subject=PLAN,
        field=units[0].field if len({finding.field for finding in units}) == 1 else "",
        computed="",
        units=tuple(subjects),
    )


def _called(inputs: AuditInput, finding: Finding) -> str:
    return called(inputs.plan, finding.subject or PLAN)
