"""What progress entries name in their sprints: every metric and task exists, and none is named twice in one entry.

Whether an entry is believable (less done than the day before, done before what it needs) is a matter of the audit.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from masterplan.load.hints import did_you_mean, shown
from masterplan.load.rules import BY_ID
from masterplan.model.finding import Finding, Related
from masterplan.model.place import Step
from masterplan.model.plan import Plan


class _Names(NamedTuple):
    """The names that one list of an entry holds, each with its path below the entry, and those there are."""

    rule: str
    what: str
    said: Sequence[tuple[str, tuple[Step, ...]]]
    known: tuple[str, ...]


def check(plan: Plan) -> Iterator[Finding]:
    """All wrong names in the entries of a plan; entries of sprints that are not there are not looked at."""
    for n, entry in enumerate(plan.entries):
        sprint = plan.sprints.get(entry.sprint)
        if sprint is None:
            continue
        measured = [(each.metric, ("measured", m, "metric")) for m, each in enumerate(entry.measured)]
        tasks = [(title, ("tasks", m)) for m, title in enumerate(entry.tasks)]
        for names in (
            _Names("unknown-reading", "metric", measured, tuple(metric.name for metric in sprint.metrics)),
            _Names("unknown-task", "task", tasks, tuple(task.title for task in sprint.tasks)),
        ):
            yield from _wrong(plan, str(n), entry.sprint, names)


def _wrong(plan: Plan, entry: str, sprint: str, names: _Names) -> Iterable[Finding]:
    first: dict[str, tuple[Step, ...]] = {}
    for name, path in names.said:
        place = plan.places.of("entries", entry, *path)
        if name not in names.known:
            hint = (
                did_you_mean(name, map(shown, names.known[:5]))
                or f"add it to the {names.what}s of the {plan.unit.one.lower()}"
            )
            yield Finding(BY_ID[names.rule], place, f"{plan.name(sprint)} has no {names.what} `{shown(name)}`", hint)
        elif first.setdefault(name, path) != path:
            before = plan.places.of("entries", entry, *first[name])
            message = f"`{shown(name)}` is named twice; first in line {before.line}"
            related = (Related(before, "the first"),)
            yield Finding(BY_ID["duplicate-reference"], place, message, "keep one of them", related)
