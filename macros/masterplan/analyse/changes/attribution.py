"""Which changes a difference comes from: each is made alone to the older plan, or taken back alone in the newer.

What may come from changes are computed facts (`computed`), and the findings of the audit that appear and disappear.
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
"""What is computed of a plan: values by the fact or finding that they belong to."""

Compute = Callable[[Plan, int, Sequence[K]], Computed[K]]
"""Computes some values, and maybe more, of a plan that is the older (0) or the newer one (1) but for one change."""

_MOST_WORK = 180_000
"""Changes times values of the plan up to which causes of findings are looked for: each change costs a whole audit."""


@dataclass(frozen=True)
class Trial:
    """The older and the newer plan, whose sprints have the same ids, to try changes with."""

    before: Plan
    after: Plan

    @cached_property
    def sizes(self) -> Mapping[Key, int]:
        """The number of values in each part, in the plan in which it has more."""
        old, new = (
            {key: size(part) for key, (part, _) in parts(plan, {}).items()} for plan in (self.before, self.after)
        )
        return {key: max(old.get(key, 0), new.get(key, 0)) for key in old | new}

    def rebuilt(self, changes: Sequence[Change]) -> int:
        """The number of values that are read again to try changes one by one: all of the parts that each is in."""
        part_keys = ({part_of(edit.key) for edit in change.edits} for change in changes)
        return sum(self.sizes.get(key, 0) for keys in part_keys for key in keys)

    def causes(
        self, compute: Compute[K], both: tuple[Computed[K], Computed[K]], moved: Sequence[K], changes: Sequence[Change]
    ) -> Mapping[K, tuple[Change, ...]]:
        """The changes that move each of the `moved` things, in their order; what none moves is left out.

        `both` is what is computed of the older and of the newer plan. Where no change that is made alone moves a thing
        to its value in the newer plan, the changes without which it would have another value are causes as well.
        """
        made = [(change, self._computed(compute, 0, both[0], moved, change)) for change in changes if moved]
        causes = {thing: _movers(made, both[0], thing) for thing in moved}
        rest = [thing for thing in moved if all(values.get(thing) != both[1].get(thing) for _, values in made)]
        rest = [thing for thing in rest if len(causes[thing]) < len(changes)]
        unmade = [(change, self._computed(compute, 1, both[1], rest, change)) for change in changes if rest]
        for thing in rest:
            needed = _movers(unmade, both[1], thing)
            causes[thing] = tuple(change for change in changes if change in causes[thing] or change in needed)
        return {thing: movers for thing, movers in causes.items() if movers}

    def _computed(
        self, compute: Compute[K], side: int, unchanged: Computed[K], moved: Sequence[K], change: Change
    ) -> Computed[K]:
        """The values of the older plan with one change (0), or of the newer one without it (1).

        Only of the `moved` things, as there are as many values as the plan has parts. A change that makes no sound
        plan when it is made alone moves nothing: the `unchanged` values stand.
        """
        plan = self._tried(side, change)
        values = compute(plan, side, moved) if plan else unchanged
        return {thing: values[thing] for thing in moved if thing in values}

    def _tried(self, side: int, change: Change) -> Plan | None:
        """The older plan with one change (0), or the newer one without it (1); None where that makes no sound plan."""
        edits: Sequence[Edit] = [edit for edit in change.edits if not edit.is_rename]
        ids = self.before.sprints.keys() | self.after.sprints.keys()
        try:
            plan = apply(self.after, invert(edits)) if side else apply(self.before, edits)
            plan = pruned(plan, ids - plan.sprints.keys())
        except ValueError:
            return None
        return plan if edits else None


def _movers(tried: Iterable[tuple[Change, Computed[K]]], unchanged: Computed[K], thing: K) -> tuple[Change, ...]:
    """The changes with which, or without which, a thing has another value than in the unchanged plan."""
    return tuple(change for change, values in tried if values.get(thing) != unchanged.get(thing))


def pruned(plan: Plan, missing: Set[str]) -> Plan:
    """The plan without references to sprints that it does not have: a change that is made alone may leave some.

    Raises ValueError where its dependencies run in a circle.
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
    return tuple(_part(part, missing) for part in parts if not _is_about(part, missing))


def _is_about(part: Part, missing: Set[str]) -> bool:
    """Whether a part makes no sense without a missing sprint: a dependency on it, a progress entry of it."""
    is_one = isinstance(part, Dependency)
    named = [getattr(part, shape.name) for shape in shapes(type(part)) if shape.refers and (shape.needed or is_one)]
    named = [ids for ids in named if ids]
    return any({ids} <= missing if isinstance(ids, str) else {*ids} <= missing for ids in named)


def _part(part: _P, missing: Set[str]) -> _P:
    values = [(shape, getattr(part, shape.name)) for shape in shapes(type(part))]
    kept = [(shape.name, value, _value(value, shape, missing)) for shape, value in values if value]
    update = {name: value for name, before, value in kept if value != before}
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
    """Findings of the audit that only the newer plan has, that only the older has, and that have another figure.

    `waived` are those of the older plan that the newer still gives rise to, but waives.
    """

    appeared: tuple[Finding, ...]
    disappeared: tuple[Finding, ...]
    changed: tuple[ChangedFinding, ...]
    waived: tuple[Finding, ...]

    @classmethod
    def of(cls, before: Facts, after: Facts, names: Names) -> "MovedFindings":
        """The findings in which two plans differ; `names` has the new ids of renamed sprints by their old ones."""
        old = {
            finding.fingerprint: finding for finding in (_renamed(one, before.plan, names) for one in before.findings)
        }
        new = {finding.fingerprint: finding for finding in after.findings}
        waived = {finding.fingerprint: finding for finding, _ in after.waived if finding.fingerprint in old}
        gone, come = _only_in(old, new | waived), _only_in(new, old)
        pairs = [ChangedFinding(old[print_], new[print_]) for print_ in new if print_ in old]
        pairs = [pair for pair in pairs if pair.before.message != pair.after.message]
        pairs += _paired(gone, come, after.plan)
        paired = {pair.before.fingerprint for pair in pairs} | {pair.after.fingerprint for pair in pairs}
        return cls(
            by_severity(finding for finding in come if finding.fingerprint not in paired),
            by_severity(finding for finding in gone if finding.fingerprint not in paired),
            tuple(sorted(pairs, key=lambda pair: finding_rank(pair.after))),
            by_severity(waived.values()),
        )

    def causes(
        self, trial: Trial, days: tuple[date | None, date | None], changes: Sequence[Change]
    ) -> Mapping[str, tuple[Change, ...]]:
        """The changes that make each finding appear, change or disappear, by its fingerprint.

        Whether files of the repository exist is not looked at again: the audits that are tried have no repository.
        """
        newer = [*self.appeared, *self.disappeared, *self.waived, *(pair.after for pair in self.changed)]
        moved = [finding.fingerprint for finding in newer]
        if not moved or not can_audit_each(trial, changes):
            return {}

        def compute(plan: Plan, side: int, _: Sequence[str] = ()) -> Mapping[str, str]:
            return {finding.fingerprint: finding.message for finding in analyse(plan, days[side]).findings}

        return trial.causes(compute, (compute(trial.before, 0), compute(trial.after, 1)), moved, changes)


def _only_in(one: Mapping[str, Finding], other: Mapping[str, Finding]) -> list[Finding]:
    return [finding for fingerprint, finding in one.items() if fingerprint not in other]


def _paired(gone: Iterable[Finding], come: Iterable[Finding], plan: Plan) -> Iterator[ChangedFinding]:
    """Findings that are the same with another figure, or about the same words or units; in the order of files.

    The last two are those on the same words by another rule, and those on one unit that name more or fewer others.
    """
    gone, come = list(gone), list(come)
    for identity in (_without_figures, _quoted_or_named, _quoted):
        alike: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
        for finding in gone:
            alike[identity(finding, plan)].append(finding)
        for finding in tuple(come):
            waiting = alike[identity(finding, plan)]
            if waiting:
                older = waiting.pop(0)
                gone.remove(older)
                come.remove(finding)
                yield ChangedFinding(older, finding)
    for finding in come:
        listing = [one for one in gone if _is_longer_or_shorter(one, finding, plan)]
        if listing:
            gone.remove(listing[0])
            yield ChangedFinding(listing[0], finding)


def _without_figures(finding: Finding, plan: Plan) -> tuple[object, ...]:
    """What a finding is about: its rule, part and field, and its message without figures, but with ids of parts."""
    words = "|".join(map(re.escape, (plan.unit.one, plan.group.one, "Option")))
    message = re.sub(rf"\b((?:{words}) [^\s,;:)]+)|\d[\d.,]*", lambda match: match[1] or "0", finding.message)
    return finding.rule.id, finding.subject, finding.field, message


def _quoted_or_named(finding: Finding, plan: Plan) -> tuple[object, ...]:
    """What a finding is about: its rule, part and field, and the words that it quotes, or else the units it names."""
    return finding.rule.id, finding.subject, finding.field, _quotations(finding) or _named(finding, plan)


def _quoted(finding: Finding, _: Plan) -> tuple[object, ...]:
    """What a finding is about that quotes something: its part, its field and those words; others are like no other."""
    return finding.subject, finding.field, _quotations(finding) or id(finding)


def _quotations(finding: Finding) -> tuple[str, ...]:
    return tuple(finding.message.split("`")[1::2])


def _named(finding: Finding, plan: Plan) -> frozenset[str]:
    """The units that a finding names."""
    return frozenset(re.findall(rf"\b{re.escape(plan.unit.one)} [^\s,;:)]+", finding.message))


def _is_longer_or_shorter(older: Finding, newer: Finding, plan: Plan) -> bool:
    """Whether two findings are the same but for units that only one of them names."""
    about = ((one.rule.id, one.subject, one.field, _quotations(one)) for one in (older, newer))
    before, after = _named(older, plan), _named(newer, plan)
    return next(about) == next(about) and bool(before & after) and (before <= after or after <= before)


def can_audit_each(trial: Trial, changes: Sequence[Change]) -> bool:
    """Whether the causes of findings are looked for: each change costs an audit of the whole plan."""
    return len(changes) * sum(trial.sizes.values()) <= _MOST_WORK


def _renamed(finding: Finding, plan: Plan, names: Names) -> Finding:
    """A finding of the older plan with the new ids of sprints in its subject and message."""
    if not names:
        return finding
    ids = "|".join(re.escape(id_) for id_ in sorted(names, key=len, reverse=True))
    named = re.compile(rf"\b({re.escape(plan.unit.one)} )({ids})(?![\w.-])")
    message = named.sub(lambda match: match[1] + names[match[2]], finding.message)
    subject = finding.subject
    if subject and subject.kind == "sprint":
        subject = replace(subject, id=names.get(subject.id, subject.id))
    return replace(finding, subject=subject, message=message)
