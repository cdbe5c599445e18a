"""Issues of GitHub as a plan: sprints are milestones, iterations, issues with sub-issues or labels; issues are tasks.

No other host is asked. Each value of each issue goes into a field, is kept as text, or is listed with the reason.
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
from masterplan.importing.github.issue_labels import meaning
from masterplan.importing.github.issues import FreeNames, Issue, IssueLink, IssueMilestone, IssueText, Iteration
from masterplan.importing.github.keys import IssueExport, read_issues
from masterplan.importing.github.sprints import (
    iteration_window,
    milestone_id,
    planned_sprints,
    source_question,
    sprint_source,
)
from masterplan.importing.reading import Owner, Reading
from masterplan.importing.units import Roles
from masterplan.importing.words import leading_unit

_LONGEST_ID = 32
_OVER = {"done", "dropped"}


def read_github(content: bytes, name: str, answers: Answers) -> tuple[Imported, Sequence[int]]:
    """The draft of a plan in a file of issues with this name, and the lines in which a character was replaced.

    Raises UsageError with one sentence where the file has no issues.
    """
    export = read_issues(records(content, name))
    if not export.issues:
        raise UsageError(f"{name} has no issues; `gh issue list --state all --limit 10000 --json …` gives them")
    importer = _Importer(export, answers)
    importer.place()
    importer.fill()
    importer.relate()
    importer.finish()
    return Imported(importer.draft, importer.ledger), export.listing.replaced


class _Importer:
    """Puts issues into a draft; `owners` are the parts of the plan that they become."""

    def __init__(self, export: IssueExport, answers: Answers) -> None:
        self.issues = export.issues
        self.ledger = export.listing.ledger()
        self.draft = Draft(answers.plan_values)
        roles, dates = Roles(None, None), DateSettings(answers.dates, answers.year)
        self.reading = Reading(self.draft, self.ledger, answers, roles, dates, is_year_guessed=False)
        self.fields = Fields(self.reading)
        repositories = Counter(issue.repository for issue in self.issues if issue.repository)
        self.repository = repositories.most_common(1)[0][0] if repositories else ""
        self.by_number = {(self._of(issue.repository), issue.number): issue for issue in self.issues}
        self.ids = {issue: self._id(issue) for issue in self.issues}
        self.bodies = {issue: bodies.read_body(issue.body) for issue in self.issues}
        self.names = FreeNames(self.ids.values())
        self.owners: dict[Issue, Owner] = {}
        self.sprints: dict[Issue, str] = {}
        self.needs: set[tuple[str, str]] = set()

    def _of(self, repository: str) -> str:
        """A repository by its name, the main one where an issue does not say in which it is."""
        return (repository or self.repository).casefold()

    def _id(self, issue: Issue) -> str:
        """The number of an issue; behind the name of its repository where that is another one."""
        if issue.number is None:
            return ""
        if self._of(issue.repository) == self.repository.casefold():
            return str(issue.number)
        name = re.sub(r"[^A-Za-z0-9]+", "-", issue.repository.partition("/")[2]).strip("-") or "other"
        return f"{name[: _LONGEST_ID - len(str(issue.number)) - 1]}-{issue.number}"

    def links(self, issue: Issue) -> Iterable[IssueLink]:
        """The other issues that one names, first those that GitHub knows of."""
        return (*issue.links, *self.bodies[issue].links)

    def target(self, issue: Issue, link: IssueLink) -> Issue | None:
        """The issue that one names, where the file has it."""
        return self.by_number.get((self._of(link.repository or issue.repository), link.number))

    def place(self) -> None:
        """Make the sprints, and put each issue into one; issues with the label `risk` are risks."""
        answer = self.reading.answers.units
        tasks = [issue for issue in self.issues if not _is_risk(issue)]
        self.parents = self._parents(tasks)
        self.unit = sprint_source(tasks, self.parents, answer)
        self.draft.questions += source_question(tasks, self.unit, answer)
        self.planned = planned_sprints(tasks, self.unit, self.parents, self.ids, self.names)
        self.by_milestone = {one.of: one.id for one in self.planned if isinstance(one.of, IssueMilestone)}
        for sprint in self.planned:
            self.draft.sprints[sprint.id] = {"title": " ".join(sprint.title.split())}
            owner = self.reading.sprint(sprint.id)
            if isinstance(sprint.of, Issue):
                self.owners[sprint.of] = owner
            for issue in sprint.issues:
                task = self.reading.task(self.ids[issue], owner) if self.ids[issue] else self.reading.new_task(owner)
                self.sprints[issue] = sprint.id
                self.owners[issue] = task or owner

    def _parents(self, tasks: Sequence[Issue]) -> Mapping[Issue, Issue]:
        """The issue that each one is part of, where any says so; the first to say so counts."""
        parents: dict[Issue, Issue] = {}
        known = set(tasks)
        for issue in tasks:
            for link in self.links(issue):
                other = self.target(issue, link)
                if other in known and other is not issue and other and link.kind in {"parent", "child"}:
                    child, parent = (issue, other) if link.kind == "parent" else (other, issue)
                    parents.setdefault(child, parent)
        return parents

    def fill(self) -> None:
        """Take the values of every issue, then of the sprints' milestones and iterations."""
        for issue in self.issues:
            if issue not in self.owners:
                self.owners[issue] = self._risk(issue)
            label = self.draft.sprints[self.sprints[issue]]["title"] if issue in self.sprints else ""
            self.fields.fill(self.owners[issue], issue, label if self.unit == "label" else "")
            self._criteria(issue)
        for sprint in self.planned:
            owner = self.reading.sprint(sprint.id)
            if isinstance(sprint.of, IssueMilestone):
                self._description(owner, sprint.of)
            for issue in sprint.issues:
                self._iteration(issue, owner, is_sprint=isinstance(sprint.of, Iteration))
        inside: dict[IssueMilestone, list[Issue]] = {}
        for issue in self.issues:
            if issue.milestone:
                inside.setdefault(issue.milestone, []).append(issue)
        for milestone, issues in inside.items():
            self._milestone(milestone, issues)

    def _risk(self, issue: Issue) -> Owner:
        """A new risk, of the sprint whose milestone it has, or of the plan."""
        sprint = self.by_milestone.get(issue.milestone) if issue.milestone else None
        listed = self.draft.sprints[sprint].setdefault("risks", []) if sprint else self.draft.risks
        values: Values = {"id": self.ids[issue]} if self.ids[issue] else {}
        listed.append(values)
        return Owner("risk", self.ids[issue], values, self.reading.sprint(sprint) if sprint else None)

    def _criteria(self, issue: Issue) -> None:
        owner = self.owners[issue]
        for one in self.bodies[issue].criteria if owner.kind != "risk" else ():
            criterion = {"text": one.text, "done": True} if one.is_met else one.text
            owner.values.setdefault("acceptance", []).append(criterion)
            self.fields.take(owner, "acceptance", one.value, one.text)

    def _description(self, owner: Owner, milestone: IssueMilestone) -> None:
        """Keep the text of a milestone as that of the part of the plan that it is."""
        text = milestone.values.get("description")
        if text:
            owner.values["description"] = text.text.strip("\n")
            self.ledger.keep(text.span, f"{owner}: description")

    def _iteration(self, issue: Issue, sprint: Owner, *, is_sprint: bool) -> None:
        """Take the iteration of an issue: as the days of its sprint, else as its own with the title beside it."""
        iteration, owner = issue.iteration, self.owners[issue]
        if iteration is None:
            return
        window = iteration_window(iteration)
        part = sprint if is_sprint else owner
        if is_sprint:
            self.fields.take(owner, "sprint", iteration.title)
        else:
            self.fields.custom(owner, "Iteration", "text", iteration.title, iteration.title.text)
        if window and part.values.setdefault("when", window) == window:
            for value in filter(None, (iteration.start, iteration.days)):
                self.fields.take(part, "when", value)

    def _milestone(self, milestone: IssueMilestone, inside: Sequence[Issue]) -> None:
        """A milestone as the day by which its sprint is due, or its issues are."""
        sprints = dict.fromkeys(self.sprints[issue] for issue in inside if issue in self.sprints)
        due = milestone.values.get("dueon")
        if self.unit == "milestone" and sprints:
            self._placed(inside)
            if due is None:
                return
            owner = self.reading.milestone(self.names.free(f"{next(iter(sprints))}-due"))
            owner.values["needs"] = list(sprints)
        else:
            owner = self.reading.milestone(self.names.free(milestone_id(milestone)))
            owner.values["needs"] = [self.owners[issue].id for issue in inside if self._take_in(owner, issue)]
            self._description(owner, milestone)
        self.fields.take(owner, "title", milestone.values["title"])
        owner.values["title"] = " ".join(milestone.values["title"].text.split())
        if due:
            owner.values["when"] = due.text[:10]
            self.fields.take(owner, "when", due)
        self._reached(owner, milestone, inside)

    def _placed(self, issues: Iterable[Issue]) -> None:
        for issue in issues:
            if issue.in_milestone and (issue in self.sprints or self.owners[issue].sprint):
                self.fields.take(self.owners[issue], "sprint", issue.in_milestone)

    def _take_in(self, milestone: Owner, issue: Issue) -> bool:
        """Take that an issue is in a milestone; returns whether the milestone needs it."""
        is_part = self.owners[issue].kind != "risk" and bool(self.owners[issue].id)
        if is_part and issue.in_milestone:
            self.fields.take(milestone, "needs", issue.in_milestone)
        return is_part

    def _reached(self, owner: Owner, milestone: IssueMilestone, issues: Iterable[Issue]) -> None:
        """The day on which a milestone was closed, or else its last issue, where all in it is over."""
        state, day = milestone.values.get("state"), milestone.values.get("closedat")
        is_over = all(self.owners[issue].values.get("state") in {*_OVER, "closed"} for issue in issues)
        is_open = state is not None and state.text.casefold() == "open"
        days = [issue.values["closedat"].text[:10] for issue in issues if "closedat" in issue.values]
        if is_over and not is_open and (day or days):
            owner.values["reached"] = day.text[:10] if day else max(days)
            for value in filter(None, (day, state)):
                self.fields.take(owner, "reached", value)
        elif is_open and state:
            self.fields.take(owner, "state", state)

    def relate(self) -> None:
        """Take what issues say of each other; a relation that no plan can have is listed with the reason."""
        for issue in self.issues:
            for link in self.links(issue):
                why = self._relate(issue, link)
                if why:
                    self.ledger.refuse(link.value.span, why)

    def _relate(self, issue: Issue, link: IssueLink) -> str:
        """Take a relation; returns why it cannot be taken, or an empty text."""
        other = self.target(issue, link)
        if other is None:
            return f"#{link.number} is not in the file"
        pair = (issue, other) if link.kind in {"needs", "parent"} else (other, issue)
        one, two = self.owners[pair[0]], self.owners[pair[1]]
        if "risk" in {one.kind, two.kind}:
            return f"#{link.number} and #{issue.number}: risks depend on nothing and are part of nothing"
        if link.kind in {"parent", "child"}:
            return self._part(*pair, link.value)
        if one.id in {two.id, self.sprints.get(pair[1])} or two.id == self.sprints.get(pair[0]):
            return "neither of an issue and its part can wait for the other"
        if not (one.id and two.id):
            return "an issue without a number has no dependencies"
        if (one.id, two.id) not in self.needs:
            self.needs.add((one.id, two.id))
            one.values.setdefault("depends_on", []).append(self.reading.reference(one, two.id))
        self.fields.take(one, "depends_on", link.value)
        return ""

    def _part(self, child: Issue, parent: Issue, source: IssueText) -> str:
        """Take that an issue is part of another: as the sprint it is in, or as the title of a group of tasks."""
        one, two = self.owners[child], self.owners[parent]
        if self.parents.get(child) is not parent or child is parent:
            return "the issue is part of another one"
        if self.sprints.get(child) == two.id and two.kind == "sprint":
            self.fields.take(one, "sprint", source)
            return ""
        if one.kind != "task" or self.sprints.get(child) != self.sprints.get(parent):
            return f"#{parent.number} is in another sprint"
        title = two.values["title"]
        groups = self.draft.sprints[self.sprints[child]].setdefault("groups", [])
        if {"title": title} not in groups:
            groups.append({"title": title})
        one.values["group"] = title
        self.fields.take(one, "group", source)
        return ""

    def finish(self) -> None:
        """Keep what is left of the texts, then what concerns the plan as a whole."""
        for issue in self.issues:
            owner = self.owners[issue]
            text = bodies.description(self.bodies[issue], self.ledger, f"{owner}: description")
            if text:
                owner.values["description"] = text
        base = next((issue.base for issue in self.issues if issue.repository == self.repository and issue.base), "")
        if base:
            self.draft.plan["title"] = self.repository.partition("/")[2]
            self.draft.plan["tracker"] = {"#": f"{base}/issues/{{id}}"}
        unit = self._word()
        if unit:
            self.draft.plan["unit"] = unit
        if self.fields.definitions:
            self.draft.plan["fields"] = list(self.fields.definitions.values())

    def _word(self) -> Values | None:
        """What the plan calls its sprints: as their titles begin, or epics where they are issues."""
        if self.unit == "issue":
            return {"one": "Epic", "many": "Epics"}
        leading = (leading_unit(sprint.title) for sprint in self.planned if sprint.of)
        words = [read.value for read in leading if read and read.value.kind == "sprint"]
        named = bool(words) and len(words) == sum(sprint.of is not None for sprint in self.planned)
        return {"one": words[0].one, "many": words[0].many} if named else None


def _is_risk(issue: Issue) -> bool:
    return any(meaning(label.text).field == "risk" for label in issue.labels)
