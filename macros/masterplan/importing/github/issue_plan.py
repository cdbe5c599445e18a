"""GitHub issues as a plan: milestones, iterations, parent issues or labels become sprints, and issues tasks.

The import works offline. Each value of an issue becomes a field, is kept as text, or is listed with a reason.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from masterplan.errors import UsageError
from masterplan.importing.answers import Answers, DateSettings
from masterplan.importing.draft import Draft, Imported, Values
from masterplan.importing.github import bodies
from masterplan.importing.github.exports import records
from masterplan.importing.github.issue_fields import Fields
from masterplan.importing.github.issue_labels import label_meaning
from masterplan.importing.github.issues import FreeNames, Issue, IssueLink, IssueMilestone, IssueText, Iteration
from masterplan.importing.github.keys import IssueExport, read_issues
from masterplan.importing.github.sprints import (
    iteration_window,
    milestone_id,
    planned_sprints,
    source_question,
    sprint_source,
)
from masterplan.importing.reading import DraftPart, Reading
from masterplan.importing.units import Roles
from masterplan.importing.words import leading_unit

_LONGEST_ID = 32
_OVER = {"done", "dropped"}


def read_github(content: bytes, name: str, answers: Answers) -> tuple[Imported, Sequence[int]]:
    """Draft of a plan from a file of issues, and the ledger lines in which a character was replaced.

    `name` is the name of the file in messages. Raises UsageError if the file has no issues or cannot be read.
    """
    export = read_issues(records(content, name))
    if not export.issues:
        raise UsageError(f"{name} has no issues; `gh issue list --state all --limit 10000 --json …` exports them")
    importer = _Importer(export, answers)
    importer.place()
    importer.fill()
    importer.relate()
    importer.finish()
    return Imported(importer.draft, importer.ledger), export.listing.replaced


class _Importer:
    """Builds a draft from issues; `parts` maps each issue to its part of the plan."""

    def __init__(self, export: IssueExport, answers: Answers) -> None:
        self.issues = export.issues
        self.ledger = export.listing.ledger()
        self.draft = Draft(answers.plan_values)
        roles, dates = Roles(None, None), DateSettings(answers.dates, answers.year)
        self.reading = Reading(self.draft, self.ledger, answers, roles, dates, is_year_guessed=False)
        self.fields = Fields(self.reading)
        repositories = Counter(issue.repository for issue in self.issues if issue.repository)
        self.repository = repositories.most_common(1)[0][0] if repositories else ""
        self.by_number = {(self._repository_key(issue.repository), issue.number): issue for issue in self.issues}
        self.ids = {issue: self._id(issue) for issue in self.issues}
        self.bodies = {issue: bodies.read_body(issue.body) for issue in self.issues}
        self.names = FreeNames(self.ids.values())
        self.parts: dict[Issue, DraftPart] = {}
        self.sprints: dict[Issue, str] = {}
        self.needs: set[tuple[str, str]] = set()

    def _repository_key(self, repository: str) -> str:
        """Name of a repository for comparison; the main one for an issue without."""
        return (repository or self.repository).casefold()

    def _id(self, issue: Issue) -> str:
        """Id of an issue in the plan: its number, after the repository's name if that is not the main one."""
        if issue.number is None:
            return ""
        if self._repository_key(issue.repository) == self.repository.casefold():
            return str(issue.number)
        name = re.sub(r"[^A-Za-z0-9]+", "-", issue.repository.partition("/")[2]).strip("-") or "other"
        return f"{name[: _LONGEST_ID - len(str(issue.number)) - 1]}-{issue.number}"

    def links(self, issue: Issue) -> Iterable[IssueLink]:
        """Links of an issue: those recorded by GitHub, then those in its body."""
        return (*issue.links, *self.bodies[issue].links)

    def target(self, issue: Issue, link: IssueLink) -> Issue | None:
        """Linked issue; None if the file lacks it."""
        return self.by_number.get((self._repository_key(link.repository or issue.repository), link.number))

    def place(self) -> None:
        """Create the sprints and assign each issue to one; issues with the label `risk` are risks."""
        answer = self.reading.answers.units
        tasks = [issue for issue in self.issues if not _is_risk(issue)]
        self.parents = self._parents(tasks)
        self.unit = sprint_source(tasks, self.parents, answer)
        self.draft.questions += source_question(tasks, self.unit, answer)
        self.planned = planned_sprints(tasks, self.unit, self.parents, self.ids, self.names)
        self.by_milestone = {
            sprint.origin: sprint.id for sprint in self.planned if isinstance(sprint.origin, IssueMilestone)
        }
        for sprint in self.planned:
            self.draft.sprints[sprint.id] = {"title": " ".join(sprint.title.split())}
            part = self.reading.sprint(sprint.id)
            if isinstance(sprint.origin, Issue):
                self.parts[sprint.origin] = part
            for issue in sprint.issues:
                task = self.reading.task(self.ids[issue], part) if self.ids[issue] else self.reading.new_task(part)
                self.sprints[issue] = sprint.id
                self.parts[issue] = task or part

    def _parents(self, tasks: Sequence[Issue]) -> Mapping[Issue, Issue]:
        """Parent of each issue that has one; the first link counts."""
        parents: dict[Issue, Issue] = {}
        candidates = set(tasks)
        for issue in tasks:
            for link in self.links(issue):
                target = self.target(issue, link)
                if target in candidates and target is not issue and target and link.kind in {"parent", "child"}:
                    child, parent = (issue, target) if link.kind == "parent" else (target, issue)
                    parents.setdefault(child, parent)
        return parents

    def fill(self) -> None:
        """Read the values of every issue, then of the milestones and iterations of the sprints."""
        for issue in self.issues:
            if issue not in self.parts:
                self.parts[issue] = self._new_risk(issue)
            label = self.draft.sprints[self.sprints[issue]]["title"] if issue in self.sprints else ""
            self.fields.fill(self.parts[issue], issue, label if self.unit == "label" else "")
            self._read_criteria(issue)
        for sprint in self.planned:
            part = self.reading.sprint(sprint.id)
            if isinstance(sprint.origin, IssueMilestone):
                self._keep_description(part, sprint.origin)
            for issue in sprint.issues:
                self._read_iteration(issue, part, is_sprint=isinstance(sprint.origin, Iteration))
        by_milestone: dict[IssueMilestone, list[Issue]] = {}
        for issue in self.issues:
            if issue.milestone:
                by_milestone.setdefault(issue.milestone, []).append(issue)
        for milestone, issues in by_milestone.items():
            self._read_milestone(milestone, issues)

    def _new_risk(self, issue: Issue) -> DraftPart:
        """New risk of the sprint with the same milestone, or of the plan."""
        sprint = self.by_milestone.get(issue.milestone) if issue.milestone else None
        risks = self.draft.sprints[sprint].setdefault("risks", []) if sprint else self.draft.risks
        values: Values = {"id": self.ids[issue]} if self.ids[issue] else {}
        risks.append(values)
        return DraftPart("risk", self.ids[issue], values, self.reading.sprint(sprint) if sprint else None)

    def _read_criteria(self, issue: Issue) -> None:
        part = self.parts[issue]
        for item in self.bodies[issue].criteria if part.kind != "risk" else ():
            criterion = {"text": item.text, "done": True} if item.is_met else item.text
            part.values.setdefault("acceptance", []).append(criterion)
            self.fields.take(part, "acceptance", item.value, item.text)

    def _keep_description(self, part: DraftPart, milestone: IssueMilestone) -> None:
        """Keep the description of a milestone as that of its part of the plan."""
        text = milestone.values.get("description")
        if text:
            part.values["description"] = text.text.strip("\n")
            self.ledger.keep(text.span, f"{part}: description")

    def _read_iteration(self, issue: Issue, sprint: DraftPart, *, is_sprint: bool) -> None:
        """Read the iteration of an issue as the window of its sprint, else as its own window and a custom field."""
        iteration, part = issue.iteration, self.parts[issue]
        if iteration is None:
            return
        window = iteration_window(iteration)
        dated = sprint if is_sprint else part
        if is_sprint:
            self.fields.take(part, "sprint", iteration.title)
        else:
            self.fields.custom(part, "Iteration", "text", iteration.title, iteration.title.text)
        if window and dated.values.setdefault("when", window) == window:
            for value in filter(None, (iteration.start, iteration.days)):
                self.fields.take(dated, "when", value)

    def _read_milestone(self, milestone: IssueMilestone, issues: Sequence[Issue]) -> None:
        """Read a milestone as the due date of its sprint, or of its issues."""
        sprints = dict.fromkeys(self.sprints[issue] for issue in issues if issue in self.sprints)
        due = milestone.values.get("dueon")
        if self.unit == "milestone" and sprints:
            self._take_milestone_titles(issues)
            if due is None:
                return
            part = self.reading.milestone(self.names.free(f"{next(iter(sprints))}-due"))
            part.values["needs"] = list(sprints)
        else:
            part = self.reading.milestone(self.names.free(milestone_id(milestone)))
            part.values["needs"] = [self.parts[issue].id for issue in issues if self._take_membership(part, issue)]
            self._keep_description(part, milestone)
        self.fields.take(part, "title", milestone.values["title"])
        part.values["title"] = " ".join(milestone.values["title"].text.split())
        if due:
            part.values["when"] = due.text[:10]
            self.fields.take(part, "when", due)
        self._read_reached(part, milestone, issues)

    def _take_milestone_titles(self, issues: Iterable[Issue]) -> None:
        for issue in issues:
            if issue.in_milestone and (issue in self.sprints or self.parts[issue].sprint):
                self.fields.take(self.parts[issue], "sprint", issue.in_milestone)

    def _take_membership(self, milestone: DraftPart, issue: Issue) -> bool:
        """Read the milestone of an issue; returns whether the milestone can require the issue."""
        is_part = self.parts[issue].kind != "risk" and bool(self.parts[issue].id)
        if is_part and issue.in_milestone:
            self.fields.take(milestone, "needs", issue.in_milestone)
        return is_part

    def _read_reached(self, part: DraftPart, milestone: IssueMilestone, issues: Iterable[Issue]) -> None:
        """Read the day on which a milestone or its last issue was closed, if all its issues are done or dropped."""
        state, day = milestone.values.get("state"), milestone.values.get("closedat")
        is_over = all(self.parts[issue].values.get("state") in {*_OVER, "closed"} for issue in issues)
        is_open = state is not None and state.text.casefold() == "open"
        days = [issue.values["closedat"].text[:10] for issue in issues if "closedat" in issue.values]
        if is_over and not is_open and (day or days):
            part.values["reached"] = day.text[:10] if day else max(days)
            for value in filter(None, (day, state)):
                self.fields.take(part, "reached", value)
        elif is_open and state:
            self.fields.take(part, "state", state)

    def relate(self) -> None:
        """Read the links between issues; an impossible one is listed with a reason."""
        for issue in self.issues:
            for link in self.links(issue):
                reason = self._read_link(issue, link)
                if reason:
                    self.ledger.refuse(link.value.span, reason)

    def _read_link(self, issue: Issue, link: IssueLink) -> str:
        """Read a link; returns the reason if the plan cannot have it, else an empty text."""
        target = self.target(issue, link)
        if target is None:
            return f"#{link.number} is not in the file"
        pair = (issue, target) if link.kind in {"needs", "parent"} else (target, issue)
        successor, predecessor = self.parts[pair[0]], self.parts[pair[1]]
        if "risk" in {successor.kind, predecessor.kind}:
            return f"#{link.number} and #{issue.number}: risks have no dependencies and no parent issue"
        if link.kind in {"parent", "child"}:
            return self._read_parent(*pair, link.value)
        if successor.id in {predecessor.id, self.sprints.get(pair[1])} or predecessor.id == self.sprints.get(pair[0]):
            return "an issue and its sub-issue cannot depend on each other"
        if not (successor.id and predecessor.id):
            return "an issue without a number cannot have dependencies"
        if (successor.id, predecessor.id) not in self.needs:
            self.needs.add((successor.id, predecessor.id))
            successor.values.setdefault("depends_on", []).append(self.reading.reference(successor, predecessor.id))
        self.fields.take(successor, "depends_on", link.value)
        return ""

    def _read_parent(self, child: Issue, parent: Issue, source: IssueText) -> str:
        """Read the parent of an issue as its sprint, or as the title of a group of tasks; returns like `_read_link`."""
        child_part, parent_part = self.parts[child], self.parts[parent]
        if self.parents.get(child) is not parent or child is parent:
            return "the issue has another parent"
        if self.sprints.get(child) == parent_part.id and parent_part.kind == "sprint":
            self.fields.take(child_part, "sprint", source)
            return ""
        if child_part.kind != "task" or self.sprints.get(child) != self.sprints.get(parent):
            return f"#{parent.number} is in another sprint"
        title = parent_part.values["title"]
        groups = self.draft.sprints[self.sprints[child]].setdefault("groups", [])
        if {"title": title} not in groups:
            groups.append({"title": title})
        child_part.values["group"] = title
        self.fields.take(child_part, "group", source)
        return ""

    def finish(self) -> None:
        """Keep the unread text of issues as descriptions, then set the fields of the plan itself."""
        for issue in self.issues:
            part = self.parts[issue]
            text = bodies.description(self.bodies[issue], self.ledger, f"{part}: description")
            if text:
                part.values["description"] = text
        base = next((issue.base for issue in self.issues if issue.repository == self.repository and issue.base), "")
        if base:
            self.draft.plan["title"] = self.repository.partition("/")[2]
            self.draft.plan["tracker"] = {"#": f"{base}/issues/{{id}}"}
        unit = self._unit_word()
        if unit:
            self.draft.plan["unit"] = unit
        if self.fields.definitions:
            self.draft.plan["fields"] = list(self.fields.definitions.values())

    def _unit_word(self) -> Values | None:
        """The plan's word for sprints: the word their titles begin with, or `Epic` if they are issues."""
        if self.unit == "issue":
            return {"one": "Epic", "many": "Epics"}
        prefixes = (leading_unit(sprint.title) for sprint in self.planned if sprint.origin)
        units = [read.value for read in prefixes if read and read.value.kind == "sprint"]
        is_common = bool(units) and len(units) == sum(sprint.origin is not None for sprint in self.planned)
        return {"one": units[0].one, "many": units[0].many} if is_common else None


def _is_risk(issue: Issue) -> bool:
    return any(label_meaning(label.text).field == "risk" for label in issue.labels)
