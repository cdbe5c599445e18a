"""Causes of differences: each change is applied alone to the older plan, or undone alone in the newer one.

Used for computed facts (`consequences`) and for audit findings that appear, change or disappear.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from masterplan.analyse.audit.groups import by_severity, finding_rank
from masterplan.analyse.changes.flatten import Names, Shape, shapes
from masterplan.analyse.changes.patch import apply, invert, part_of, parts
from masterplan.analyse.facts import Facts, analyse
from masterplan.model.change import Change, ChangedFinding, Edit, Key
from masterplan.model.finding import Finding
from masterplan.model.part import Part, size
from masterplan.model.plan import Plan
from masterplan.model.task import Dependency

K = TypeVar("K")
_P = TypeVar("_P", bound=Part)
Computed = Mapping[K, object]
"""Values computed from a plan, by fact or by fingerprint of a finding."""

Compute = Callable[[Plan, int, Sequence[K]], Computed[K]]
"""Computes at least the values for some keys, from the older (0) or the newer plan (1) with one change more or less."""

_MOST_WORK = 180_000
"""Limit for finding causes of findings: changes times values of the plan, since each change costs a whole audit."""


@dataclass(frozen=True)
class Trial:
    """The older and the newer plan, with the same ids of sprints, to try single changes on."""

    before: Plan
    after: Plan

    @cached_property
    def sizes(self) -> Mapping[Key, int]:
        """The number of values in each part, the larger of the two plans."""
        old, new = (
            {key: size(part) for key, (part, _) in parts(plan, {}).items()} for plan in (self.before, self.after)
        )
        return {key: max(old.get(key, 0), new.get(key, 0)) for key in old | new}

    def cost(self, changes: Sequence[Change]) -> int:
        """The number of values to validate again in order to try each change: all values of the parts it touches."""
        part_keys = ({part_of(edit.key) for edit in change.edits} for change in changes)
        return sum(self.sizes.get(key, 0) for keys in part_keys for key in keys)

    def causes(
        self, compute: Compute[K], both: tuple[Computed[K], Computed[K]], moved: Sequence[K], changes: Sequence[Change]
    ) -> Mapping[K, tuple[Change, ...]]:
        """The changes that move the value of each `moved` key, in their order, without keys that no change moves.

        `both` are the computed values of the older and of the newer plan. If no single change moves a value all the way
        to that of the newer plan, the causes include the changes without which it would be different.
        """
        applied = [(change, self._computed(compute, 0, both[0], moved, change)) for change in changes if moved]
        causes = {key: _movers(applied, both[0], key) for key in moved}
        rest = [key for key in moved if all(values.get(key) != both[1].get(key) for _, values in applied)]
        rest = [key for key in rest if len(causes[key]) < len(changes)]
        undone = [(change, self._computed(compute, 1, both[1], rest, change)) for change in changes if rest]
        for key in rest:
            needed = _movers(undone, both[1], key)
            causes[key] = tuple(change for change in changes if change in causes[key] or change in needed)
        return {key: movers for key, movers in causes.items() if movers}

    def _computed(
        self, compute: Compute[K], side: int, unchanged: Computed[K], moved: Sequence[K], change: Change
    ) -> Computed[K]:
        """The values of the older plan with one change (0), or of the newer one without it (1).

        Returns only the values of `moved` keys, since there are as many values as the plan has parts. If the change
        alone makes an invalid plan, these are the `unchanged` values.
        """
        plan = self._variant(side, change)
        values = compute(plan, side, moved) if plan else unchanged
        return {key: values[key] for key in moved if key in values}

    def _variant(self, side: int, change: Change) -> Plan | None:
        """The older plan with one change (0), or the newer one without it (1); None if that plan is invalid."""
        edits: Sequence[Edit] = [edit for edit in change.edits if not edit.is_rename]
        ids = self.before.sprints.keys() | self.after.sprints.keys()
        try:
            plan = apply(self.after, invert(edits)) if side else apply(self.before, edits)
            plan = _pruned(plan, ids - plan.sprints.keys())
        except ValueError:
            return None
        return plan if edits else None


def _movers(trials: Iterable[tuple[Change, Computed[K]]], unchanged: Computed[K], key: K) -> tuple[Change, ...]:
    """The changes whose trial gives another value for a key than the unchanged plan."""
    return tuple(change for change, values in trials if values.get(key) != unchanged.get(key))


def _pruned(plan: Plan, missing: Set[str]) -> Plan:
    """The plan without references to missing sprints, which a single change may leave behind.

    Raises ValueError for circular dependencies.
    """
    if missing:
        plan = replace(
            plan,
            header=_part(plan.header, missing),
            sprints={id_: _part(sprint, missing) for id_, sprint in plan.sprints.items()},
            phases=_parts(plan.phases, missing),
            options=_parts(plan.options, missing),
            entries=_parts(plan.entries, missing),
            milestones=_parts(plan.milestones, missing),
        )
    needs = {
        id_: [edge.sprint for edge in sprint.depends_on or () if edge.sprint] for id_, sprint in plan.sprints.items()
    }
    TopologicalSorter(needs).prepare()
    return plan


def _parts(parts: tuple[_P, ...], missing: Set[str]) -> tuple[_P, ...]:
    """The parts that make sense without the missing sprints."""
    return tuple(_part(part, missing) for part in parts if not _requires(part, missing))


def _requires(part: Part, missing: Set[str]) -> bool:
    """Whether a part makes no sense without the missing sprints, such as a dependency on one or its progress entry."""
    is_dependency = isinstance(part, Dependency)
    fields = [shape.name for shape in shapes(type(part)) if shape.refers and (shape.needed or is_dependency)]
    references = [ids for ids in (getattr(part, name) for name in fields) if ids]
    return any({ids} <= missing if isinstance(ids, str) else {*ids} <= missing for ids in references)


def _part(part: _P, missing: Set[str]) -> _P:
    values = [(shape, getattr(part, shape.name)) for shape in shapes(type(part))]
    pairs = [(shape.name, value, _value(value, shape, missing)) for shape, value in values if value]
    update = {name: after for name, before, after in pairs if after != before}
    return part.model_copy(update=update) if update else part


def _value(value: Any, shape: Shape, missing: Set[str]) -> Any:
    match value:
        case Part():
            return _part(value, missing)
        case tuple() if shape.form == "parts":
            return _parts(value, missing)
        case tuple() if shape.refers:
            return tuple(id_ for id_ in value if id_ not in missing)
        case str() if shape.refers and value in missing:
            return None
        case _:
            return value


@dataclass(frozen=True, slots=True)
class MovedFindings:
    """Audit findings that only the newer plan has, that only the older one has, and that have a different message.

    `waived` are findings of the older plan that the newer plan has as well, but waives.
    """

    appeared: tuple[Finding, ...]
    disappeared: tuple[Finding, ...]
    changed: tuple[ChangedFinding, ...]
    waived: tuple[Finding, ...]

    @classmethod
    def of(cls, before: Facts, after: Facts, names: Names) -> "MovedFindings":
        """The findings that differ between two plans; `names` maps old ids of renamed sprints to new ones."""
        quoted = {quotation for finding in after.findings for quotation in _quotations(finding)}
        old_findings = (_renamed(finding, before.plan, names, quoted) for finding in before.findings)
        old = {finding.fingerprint: finding for finding in old_findings}
        new = {finding.fingerprint: finding for finding in after.findings}
        waived = {finding.fingerprint: finding for finding, _ in after.waived if finding.fingerprint in old}
        removed, added = _only_in(old, new | waived), _only_in(new, old)
        pairs = [ChangedFinding(old[print_], new[print_]) for print_ in new if print_ in old]
        pairs = [pair for pair in pairs if pair.before.message != pair.after.message]
        pairs += _paired(removed, added, after.plan)
        paired = {pair.before.fingerprint for pair in pairs} | {pair.after.fingerprint for pair in pairs}
        return cls(
            by_severity(finding for finding in added if finding.fingerprint not in paired),
            by_severity(finding for finding in removed if finding.fingerprint not in paired),
            tuple(sorted(pairs, key=lambda pair: finding_rank(pair.after))),
            by_severity(waived.values()),
        )

    def causes(
        self, trial: Trial, days: tuple[date | None, date | None], changes: Sequence[Change]
    ) -> Mapping[str, tuple[Change, ...]]:
        """The changes that make each finding appear, change or disappear, by its fingerprint.

        The trial audits have no repository, so they do not check whether files exist.
        """
        findings = [*self.appeared, *self.disappeared, *self.waived, *(pair.after for pair in self.changed)]
        moved = [finding.fingerprint for finding in findings]
        if not moved or not can_audit_each(trial, changes):
            return {}

        def compute(plan: Plan, side: int, _: Sequence[str] = ()) -> Mapping[str, str]:
            return {finding.fingerprint: finding.message for finding in analyse(plan, days[side]).findings}

        return trial.causes(compute, (compute(trial.before, 0), compute(trial.after, 1)), moved, changes)


def _only_in(findings: Mapping[str, Finding], others: Mapping[str, Finding]) -> list[Finding]:
    return [finding for fingerprint, finding in findings.items() if fingerprint not in others]


def _paired(removed: Iterable[Finding], added: Iterable[Finding], plan: Plan) -> Iterator[ChangedFinding]:
    """Pairs of findings with the same subject, in the order of files.

    A pair has the same message except for figures, or quotes the same words or names the same units, or quotes the same
    words under another rule, or one names units that the other names as well and more.
    """
    removed, added = list(removed), list(added)
    for identity in (_without_figures, _quoted_or_named, _quoted):
        candidates: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
        for finding in removed:
            candidates[identity(finding, plan)].append(finding)
        for finding in tuple(added):
            matches = candidates[identity(finding, plan)]
            if matches:
                older = matches.pop(0)
                removed.remove(older)
                added.remove(finding)
                yield ChangedFinding(older, finding)
    for finding in added:
        matches = [older for older in removed if _is_longer_or_shorter(older, finding, plan)]
        if matches:
            removed.remove(matches[0])
            yield ChangedFinding(matches[0], finding)


def _without_figures(finding: Finding, plan: Plan) -> tuple[object, ...]:
    """Identity of a finding: rule, part, field, and the message without figures except those in ids."""
    words = "|".join(map(re.escape, (plan.unit.one, plan.group.one, "Option")))
    message = re.sub(rf"\b((?:{words}) [^\s,;:)]+)|\d[\d.,]*", lambda match: match[1] or "0", finding.message)
    return finding.rule.id, finding.subject, finding.field, message


def _quoted_or_named(finding: Finding, plan: Plan) -> tuple[object, ...]:
    """Identity of a finding: rule, part, field, and its quotations, or else the units it names."""
    return finding.rule.id, finding.subject, finding.field, _quotations(finding) or _units(finding, plan)


def _quoted(finding: Finding, _: Plan) -> tuple[object, ...]:
    """Identity of a finding with quotations: part, field and quotations; any other finding is only equal to itself."""
    return finding.subject, finding.field, _quotations(finding) or id(finding)


def _quotations(finding: Finding) -> tuple[str, ...]:
    return tuple(finding.message.split("`")[1::2])


def _units(finding: Finding, plan: Plan) -> frozenset[str]:
    """The units that a finding names: `Sprint 4`."""
    return frozenset(re.findall(rf"\b{re.escape(plan.unit.one)} [^\s,;:)]+", finding.message))


def _is_longer_or_shorter(older: Finding, newer: Finding, plan: Plan) -> bool:
    """Whether two findings are the same except for units that only one of them names."""
    old, new = ((finding.rule.id, finding.subject, finding.field, _quotations(finding)) for finding in (older, newer))
    before, after = _units(older, plan), _units(newer, plan)
    return old == new and bool(before & after) and (before <= after or after <= before)


def can_audit_each(trial: Trial, changes: Sequence[Change]) -> bool:
    """Whether the comparison is small enough to find the causes of findings."""
    return len(changes) * sum(trial.sizes.values()) <= _MOST_WORK


def _renamed(finding: Finding, plan: Plan, names: Names, quoted: Set[str]) -> Finding:
    """A finding of the older plan with the new ids of sprints in its subject and message.

    Quotations are words of the authors: they change only if the newer plan has them with the new ids (`quoted`).
    """
    if not names:
        return finding
    ids = "|".join(re.escape(id_) for id_ in sorted(names, key=len, reverse=True))
    unit = re.compile(rf"\b({re.escape(plan.unit.one)} )({ids})(?![\w.-])")
    texts = finding.message.split("`")
    with_new_ids = [unit.sub(lambda match: match[1] + names[match[2]], text) for text in texts]
    pairs = enumerate(zip(texts, with_new_ids, strict=True))
    message = "`".join(old if n % 2 and new not in quoted else new for n, (old, new) in pairs)
    subject = finding.subject
    if subject and subject.kind == "sprint":
        subject = replace(subject, id=names.get(subject.id, subject.id))
    return replace(finding, subject=subject, message=message)
