"""Findings of the audit that come and go with a difference, and from which of its changes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from masterplan.analyse.changes.attribution import Trial
from masterplan.analyse.changes.flatten import Names
from masterplan.analyse.facts import Facts, analyse
from masterplan.model.change import Change
from masterplan.model.finding import Finding
from masterplan.model.plan import Plan

MOST_WORK = 180_000
"""Causes are looked for where changes times values of the plan are no more than this: for each the whole audit runs."""


@dataclass(frozen=True, slots=True)
class ComeAndGone:
    """Findings that are only in the newer plan, and those that are only in the older one."""

    appeared: tuple[Finding, ...]
    disappeared: tuple[Finding, ...]

    @classmethod
    def of(cls, before: Facts, after: Facts, names: Names) -> "ComeAndGone":
        """Those of two plans, of which the newer one has some sprints under other ids."""
        old = {_renamed(each, before.plan, names).fingerprint: each for each in before.findings}
        new = {each.fingerprint: each for each in after.findings}
        appeared, gone = _without(new, old), _without(old, new)
        return cls(appeared, gone)

    def causes(
        self, trial: Trial, days: tuple[date | None, date | None], changes: Sequence[Change]
    ) -> Mapping[str, tuple[Change, ...]]:
        """The changes that make each finding come or go, by its fingerprint. Documents are not looked for."""
        moved = [finding.fingerprint for finding in (*self.appeared, *self.disappeared)]
        if not moved or not is_affordable(trial, changes):
            return {}

        def look(plan: Plan, side: int, _: Sequence[str] = ()) -> Mapping[str, bool]:
            return {each.fingerprint: True for each in analyse(plan, days[side]).findings}

        return trial.causes(look, (look(trial.before, 0), look(trial.after, 1)), moved, changes)


def is_affordable(trial: Trial, changes: Sequence[Change]) -> bool:
    """Whether the causes of findings are looked for: each change costs an audit of the whole plan."""
    return len(changes) * sum(trial.sizes.values()) <= MOST_WORK


def _without(some: Mapping[str, Finding], others: Iterable[str]) -> tuple[Finding, ...]:
    known = set(others)
    return tuple(each for fingerprint, each in some.items() if fingerprint not in known)


def _renamed(finding: Finding, plan: Plan, names: Names) -> Finding:
    """A finding as it would be said of a plan whose sprints have their new ids."""
    if not names:
        return finding
    ids = "|".join(re.escape(id_) for id_ in sorted(names, key=len, reverse=True))
    known = re.compile(rf"\b({re.escape(plan.unit.one)} |^sprint )({ids})(?![\w.-])")
    subject, message = (
        known.sub(lambda match: match[1] + names[match[2]], text) for text in (finding.subject, finding.message)
    )
    return replace(finding, subject=subject, message=message)
