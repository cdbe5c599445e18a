"""Assignment of issues to sprints: by milestone, iteration, parent issue, or label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from masterplan.errors import UsageError
from masterplan.importing.draft import Question
from masterplan.importing.github.issue_labels import label_meaning
from masterplan.importing.github.issues import FreeNames, Issue, IssueMilestone, Iteration
from masterplan.model.naming import slug

SprintSource = Literal["milestone", "iteration", "issue", "label"]
"""What sprints are made from."""

SOURCES: tuple[SprintSource, ...] = ("milestone", "iteration", "issue", "label")

_ANSWERS: Mapping[str, SprintSource] = {unit: unit for unit in SOURCES} | dict.fromkeys(
    ("epic", "sub-issue", "parent"), SOURCES[2]
)
_REMAINDER_TITLES: Mapping[SprintSource, str] = {
    "milestone": "No milestone", "iteration": "No iteration", "issue": "No parent issue", "label": "No sprint label",
}  # fmt: skip
_LARGEST = 600_000
"""Most bytes of the issues in one sprint file; the loader rejects files of more than a million."""

_TASK_SIZE, _INDENT_SIZE = 500, 8
"""Bytes of a task without its text, and of the indent of each line of its text."""

_LONGEST_ID = 26
_DEEPEST = 9
"""An issue and its levels of parent issues; GitHub has at most eight levels."""


@dataclass(slots=True)
class PlannedSprint:
    """A sprint to be created: its id and title, its origin on GitHub, and the issues that become its tasks."""

    id: str
    title: str
    origin: IssueMilestone | Iteration | Issue | None = None
    issues: list[Issue] = field(default_factory=list)


def sprint_source(issues: Sequence[Issue], parents: Mapping[Issue, Issue], answer: str | None) -> SprintSource:
    """What sprints are made from: the team's answer, else the first of these that the issues have.

    Milestones with a due date, iterations, milestones without a date, parent issues; labels only by answer. Raises
    UsageError for an unknown answer.
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
    """Yield the question whether milestones or iterations are sprints, if the issues have both."""
    first = next((issue.iteration for issue in issues if issue.iteration), None)
    if answer is None and unit == "milestone" and first:
        text = "Milestones and iterations can both be sprints."
        yield Question(first.title.line, text, ("milestone", "iteration"), "units")


def planned_sprints(
    issues: Sequence[Issue],
    unit: SprintSource,
    parents: Mapping[Issue, Issue],
    ids: Mapping[Issue, str],
    names: FreeNames,
) -> list[PlannedSprint]:
    """Sprints with their issues, ordered by date and then as in the file.

    `ids` are the ids of the issues, `names` allocates the ids of sprints.
    """
    epics = set(parents.values())
    planned: dict[object, PlannedSprint] = {}
    tops: dict[Issue, Issue] = {}
    for issue in issues:
        if unit == "issue":
            top = _topmost_parent(issue, parents, tops)
            sprint = _epic_sprint(top if top in epics else None, ids)
        else:
            top, sprint = issue, _nearest_sprint(issue, unit, parents)
        sprint = sprint or PlannedSprint(slug(_REMAINDER_TITLES[unit]), _REMAINDER_TITLES[unit])
        key = _identity(sprint)
        if key not in planned:
            planned[key] = sprint
            if sprint.origin is not top:
                sprint.id = names.free(sprint.id)
        if planned[key].origin is not issue:
            planned[key].issues.append(issue)
    ordered = sorted(planned.values(), key=_sort_key)
    return [part for sprint in ordered for part in _split_by_size(sprint, names)]


def _identity(sprint: PlannedSprint) -> object:
    """Identity of a sprint; an iteration is compared by value, because each issue has its own copy."""
    origin = sprint.origin
    if isinstance(origin, Iteration):
        return origin.title.text, origin.start and origin.start.text
    return origin or sprint.id


def _topmost_parent(issue: Issue, parents: Mapping[Issue, Issue], tops: dict[Issue, Issue]) -> Issue:
    """Topmost parent of an issue, or the issue itself; `tops` caches the results."""
    descendants: dict[Issue, None] = {}
    top = issue
    while top in parents and top not in descendants and top not in tops:
        descendants[top] = None
        top = parents[top]
    top = tops.get(top, top)
    tops.update(dict.fromkeys(descendants, top))
    return top


def _epic_sprint(epic: Issue | None, ids: Mapping[Issue, str]) -> PlannedSprint | None:
    return PlannedSprint(ids[epic], "", epic) if epic and ids.get(epic) else None


def _nearest_sprint(issue: Issue, unit: SprintSource, parents: Mapping[Issue, Issue]) -> PlannedSprint | None:
    """Sprint of an issue, else of its nearest parent with one."""
    for _ in range(_DEEPEST):
        sprint = _SPRINT_READERS[unit](issue)
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
    """Id of a milestone in the plan: from its number on GitHub, else from its title."""
    return f"M{milestone.number}" if milestone.number else _id_from_title(milestone.values["title"].text, "milestone")


def _of_iteration(issue: Issue) -> PlannedSprint | None:
    title = issue.iteration.title.text if issue.iteration else ""
    return PlannedSprint(_id_from_title(title, "iteration"), title, issue.iteration) if title else None


def _of_label(issue: Issue) -> PlannedSprint | None:
    meanings = (label_meaning(label.text) for label in issue.labels)
    title = next((label.value for label in meanings if label.field == "sprint"), "")
    return PlannedSprint(_id_from_title(title, "label"), title) if title else None


_SPRINT_READERS = {"milestone": _of_milestone, "iteration": _of_iteration, "label": _of_label}


def _id_from_title(title: str, kind: str) -> str:
    """Id from a title; never a number alone, because those are ids of issues."""
    name = slug(title)[:_LONGEST_ID].strip("-")
    return name if name and not name.isdecimal() else f"{kind}-{name}".strip("-")


def _sort_key(sprint: PlannedSprint) -> tuple[bool, str]:
    """Sort key: the day on which a sprint is due or starts; sprints without one come last, in file order."""
    match sprint.origin:
        case None:
            return True, "\uffff"
        case IssueMilestone(values=values):
            day = values.get("dueon")
        case Iteration(start=start):
            day = start
        case _:
            day = None
    return day is None, day.text if day else ""


def _split_by_size(sprint: PlannedSprint, names: FreeNames) -> Iterator[PlannedSprint]:
    """The sprint, or several sprints if it is too large for one file."""
    size, part, n = 0, sprint, 1
    issues, sprint.issues = sprint.issues, []
    for issue in issues:
        issue_size = sum(len(line.text.encode()) + _INDENT_SIZE for line in issue.body) + _TASK_SIZE
        if part.issues and size + issue_size > _LARGEST:
            yield part
            n += 1
            part = PlannedSprint(names.free(f"{sprint.id}-{n}"), f"{sprint.title} ({n})")
            size = 0
        size += issue_size
        part.issues.append(issue)
    yield part


def iteration_window(iteration: Iteration) -> str | None:
    """Window of an iteration as plan files write it: `2026-01-05 to 2026-01-16`; None if it has no valid days."""
    try:
        first = date.fromisoformat(iteration.start.text[:10]) if iteration.start else None
        days = int(iteration.days.text) if iteration.days else 0
        last = first + timedelta(days=days - 1) if first and days else None
    except (ValueError, OverflowError):
        return None
    return f"{first} to {last}" if last else None
