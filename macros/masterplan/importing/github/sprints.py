"""Which sprint each issue is in: that of its milestone, its iteration, the issue it is part of, or a label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from masterplan.errors import UsageError
from masterplan.importing.draft import Question
from masterplan.importing.github.issue_labels import meaning
from masterplan.importing.github.issues import FreeNames, Issue, IssueMilestone, Iteration
from masterplan.model.naming import slug

SprintSource = Literal["milestone", "iteration", "issue", "label"]
"""What makes a sprint."""

SOURCES: tuple[SprintSource, ...] = ("milestone", "iteration", "issue", "label")

_ANSWERS: Mapping[str, SprintSource] = {unit: unit for unit in SOURCES} | dict.fromkeys(
    ("epic", "sub-issue", "parent"), SOURCES[2]
)
_WITHOUT: Mapping[SprintSource, str] = {
    "milestone": "No milestone", "iteration": "No iteration", "issue": "No parent issue", "label": "No sprint label",
}  # fmt: skip
_LARGEST = 600_000
"""Bytes that the issues of one sprint may take in its file; a plan reads no file of more than a million."""

_LEAST, _INDENT = 500, 8
"""Bytes that a task takes without its text, and that a line of its text takes in front."""

_LONGEST_ID = 26
_DEEPEST = 9
"""An issue and the levels of issues above it; GitHub has at most eight of those."""


@dataclass(slots=True)
class PlannedSprint:
    """A sprint of the plan to come: its id and title, what it is made of, and the issues that are its tasks."""

    id: str
    title: str
    of: IssueMilestone | Iteration | Issue | None = None
    issues: list[Issue] = field(default_factory=list)


def sprint_source(issues: Sequence[Issue], parents: Mapping[Issue, Issue], answer: str | None) -> SprintSource:
    """What makes a sprint: as the team answered, else the first of these that the issues have.

    Milestones with a due date, iterations, milestones without a date, issues that others are part of; never labels.
    Raises UsageError with one sentence for another answer.
    """
    if answer is not None:
        word = answer.strip().casefold()
        unit = _ANSWERS.get(word) or _ANSWERS.get(word.removesuffix("s"))
        if unit is None:
            raise UsageError(f"units: {answer[:100]}: write milestone, iteration, issue or label")
        return unit
    milestones = [issue.milestone for issue in issues if issue.milestone]
    if any("dueon" in milestone.values for milestone in milestones):
        return "milestone"
    if any(issue.iteration for issue in issues):
        return "iteration"
    return "issue" if parents and not milestones else "milestone"


def source_question(issues: Sequence[Issue], unit: SprintSource, answer: str | None) -> Iterator[Question]:
    """The question whether milestones or iterations are the sprints, where there are both."""
    first = next((issue.iteration for issue in issues if issue.iteration), None)
    if answer is None and unit == "milestone" and first:
        yield Question(first.title.line, "What makes a sprint", ("milestone", "iteration"), "units")


def planned_sprints(
    issues: Sequence[Issue],
    unit: SprintSource,
    parents: Mapping[Issue, Issue],
    ids: Mapping[Issue, str],
    names: FreeNames,
) -> list[PlannedSprint]:
    """The sprints with their issues, by their dates and then as in the file; `ids` are those of the issues.

    `names` are free for ids of sprints.
    """
    epics = set(parents.values())
    planned: dict[object, PlannedSprint] = {}
    tops: dict[Issue, Issue] = {}
    for issue in issues:
        top = _top(issue, parents, tops) if unit == "issue" else issue
        sprint = _sprint(top if top in epics else None, ids) if unit == "issue" else _own_or_above(issue, unit, parents)
        sprint = sprint or PlannedSprint(slug(_WITHOUT[unit]), _WITHOUT[unit])
        key = _key(sprint)
        if key not in planned:
            planned[key] = sprint
            if sprint.of is not top:
                sprint.id = names.free(sprint.id)
        if planned[key].of is not issue:
            planned[key].issues.append(issue)
    ordered = sorted(planned.values(), key=_order)
    return [part for sprint in ordered for part in _parts(sprint, names)]


def _key(sprint: PlannedSprint) -> object:
    """What tells sprints apart; each issue in an iteration has a copy of it."""
    of = sprint.of
    return (of.title.text, of.start and of.start.text) if isinstance(of, Iteration) else of or sprint.id


def _top(issue: Issue, parents: Mapping[Issue, Issue], tops: dict[Issue, Issue]) -> Issue:
    """The issue that one is part of in the end, itself where it is part of none; `tops` are those known so far."""
    passed: dict[Issue, None] = {}
    top = issue
    while top in parents and top not in passed and top not in tops:
        passed[top] = None
        top = parents[top]
    top = tops.get(top, top)
    tops.update(dict.fromkeys(passed, top))
    return top


def _sprint(epic: Issue | None, ids: Mapping[Issue, str]) -> PlannedSprint | None:
    return PlannedSprint(ids[epic], "", epic) if epic and ids.get(epic) else None


def _own_or_above(issue: Issue, unit: SprintSource, parents: Mapping[Issue, Issue]) -> PlannedSprint | None:
    """The sprint of an issue, else that of the nearest one that it is part of."""
    for _ in range(_DEEPEST):
        sprint = _SPRINTS[unit](issue)
        if sprint or issue not in parents:
            return sprint
        issue = parents[issue]
    return None


def _of_milestone(issue: Issue) -> PlannedSprint | None:
    milestone = issue.milestone
    if milestone is None:
        return None
    title = milestone.values["title"].text
    return PlannedSprint(milestone_id(milestone), title, milestone)


def milestone_id(milestone: IssueMilestone) -> str:
    """The id that a plan gives a milestone: its number on GitHub, or else one of its title."""
    return f"M{milestone.number}" if milestone.number else _id(milestone.values["title"].text, "milestone")


def _of_iteration(issue: Issue) -> PlannedSprint | None:
    title = issue.iteration.title.text if issue.iteration else ""
    return PlannedSprint(_id(title, "iteration"), title, issue.iteration) if title else None


def _of_label(issue: Issue) -> PlannedSprint | None:
    titles = (meaning(label.text) for label in issue.labels)
    title = next((one.value for one in titles if one.field == "sprint"), "")
    return PlannedSprint(_id(title, "label"), title) if title else None


_SPRINTS = {"milestone": _of_milestone, "iteration": _of_iteration, "label": _of_label}


def _id(title: str, kind: str) -> str:
    """An id of a title: none that is a number alone, as those are the numbers of issues."""
    name = slug(title)[:_LONGEST_ID].strip("-")
    return name if name and not name.isdecimal() else f"{kind}-{name}".strip("-")


def _order(sprint: PlannedSprint) -> tuple[bool, str]:
    """By the day on which a sprint is due or begins; those without one come last, as they stand in the file."""
    of = sprint.of
    day = of.values.get("dueon") if isinstance(of, IssueMilestone) else of.start if isinstance(of, Iteration) else None
    return (day is None, day.text if day else "") if of else (True, "\uffff")


def _parts(sprint: PlannedSprint, names: FreeNames) -> Iterator[PlannedSprint]:
    """The sprint itself, or several ones where it is too large for one file."""
    room, part, n = _LARGEST, sprint, 1
    issues, sprint.issues = sprint.issues, []
    for issue in issues:
        room -= sum(len(line.text.encode()) + _INDENT for line in issue.body) + _LEAST
        if room < 0 and part.issues:
            yield part
            n += 1
            part = PlannedSprint(names.free(f"{sprint.id}-{n}"), f"{sprint.title} ({n})")
            room = _LARGEST
        part.issues.append(issue)
    yield part


def iteration_window(iteration: Iteration) -> str | None:
    """The days of an iteration as a plan writes them: `2026-01-05 to 2026-01-16`; None where they are no days."""
    try:
        first = date.fromisoformat(iteration.start.text[:10]) if iteration.start else None
        days = int(iteration.days.text) if iteration.days else 0
        last = first + timedelta(days=days - 1) if first and days else None
    except (ValueError, OverflowError):
        return None
    return f"{first} to {last}" if last else None
