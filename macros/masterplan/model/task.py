"""Tasks: pieces of work in a sprint, with owners, sizes and dependencies."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from masterplan.model.custom import CustomValues
from masterplan.model.fields import (
    Duration,
    Id,
    Line,
    Owners,
    Points,
    Prose,
    SprintRef,
    TaskRef,
    Url,
    Window,
    Word,
    unfit,
)
from masterplan.model.part import Part, TextPart
from masterplan.model.scope import Criterion

Strength = Literal["hard", "soft"]
NEED_VERBS: Mapping[Strength, str] = {"hard": "needs", "soft": "benefits from"}
"""The verb of a dependency, from what needs to what is needed."""

State = Literal["planned", "in progress", "blocked", "done", "dropped", "deferred"]
"""The state of a sprint or task. Totals exclude deferred and dropped work."""

OUT: tuple[State, ...] = ("dropped", "deferred")
"""The states of work that is no longer part of the plan."""

UNDER_WAY: tuple[State, ...] = ("in progress", "blocked")
"""The states of work that has started but is not finished."""

BEGUN: tuple[State, ...] = (*UNDER_WAY, "done")
"""The states of work that has started or is finished."""

UNOBSTRUCTED: tuple[State, ...] = ("in progress", "done")
"""The states that contradict an obstacle; blocked work may be waiting for its removal."""


class Dependency(TextPart):
    """A dependency of a sprint on another sprint or a task. A plain text is the id of a sprint."""

    plain_text: ClassVar[str] = "sprint"

    sprint: SprintRef | None = Field(None, description="The id of the required sprint.")
    task: TaskRef | None = Field(None, description="The id of the required task, instead of a whole sprint.")
    strength: Strength = Field("hard", description="hard: cannot start or stay without it; soft: benefits from it.")
    reason: Line | None = Field(None, description="What is needed, in a few words.")

    @model_validator(mode="after")
    def _names_one(self) -> "Dependency":
        if (self.sprint is None) == (self.task is None):
            raise unfit("missing-field", "needs one of `sprint:` and `task:`", "name what is needed by its id")
        return self

    @property
    def needs(self) -> str:
        """The id of the required sprint or task."""
        return self.sprint or self.task or ""


class TaskDependency(Dependency):
    """A dependency of a task on another task or a whole sprint. A plain text is the id of a task."""

    plain_text: ClassVar[str] = "task"


class Test(TextPart):
    """A test of a sprint or task; a plain text is its kind."""

    plain_text: ClassVar[str] = "kind"

    kind: Line = Field(description="The kind of test, in the words of the testing strategy: Unit tests.")
    text: Line | None = Field(None, description="What is tested, and how.")

    @property
    def summary(self) -> str:
        """The test on one line: its kind, then its text."""
        return f"{self.kind}: {self.text}" if self.text else self.kind


class Link(Part):
    """A link to further reading."""

    title: Line = Field(description="The text of the link.")
    url: Url = Field(description="An https, http or mailto address.")


class TaskGroup(TextPart):
    """A heading for tasks of a sprint, with the totals that the authors wrote there; a plain text is its title."""

    plain_text: ClassVar[str] = "title"

    title: Line = Field(description="The heading; tasks name it as their `group`.")
    description: Prose | None = Field(None, description="What the tasks have in common; Markdown allowed.")
    effort: Duration | None = Field(None, description="The total effort, as stated by the authors: 3 hours.")
    points: Points | None = Field(None, description="The total points, as stated by the authors.")
    tasks: int | None = Field(None, description="The number of tasks, as stated by the authors.", ge=0, le=100_000)


_DONE: dict[str, Any] = {
    "done": {"type": "boolean", "deprecated": True, "description": "Deprecated; write `state: done`."}
}


class Task(TextPart):
    """A piece of work in a sprint; a plain text is its title."""

    plain_text: ClassVar[str] = "title"

    id: Id | None = Field(None, description="Short and permanent: TASK-016; needed where something refers to it.")
    title: Line = Field(description="What to do.")
    description: Prose | None = Field(None, description="More about it; Markdown allowed.")
    group: Line | None = Field(None, description="The title of its group of tasks.")
    owner: Owners = Field((), description="Who does it: people, teams or roles in team.yml.")
    effort: Duration | None = Field(None, description="Its effort: 2 hours, 3-5 days.")
    points: Points | None = Field(None, description="Its size in points.")
    state: State = Field("planned", description="Its state.")
    priority: Word | None = Field(None, description="Its priority, in the team's own words: P1, must.")
    when: Window | None = Field(None, description="When it is done.")
    also_in: SprintRef | None = Field(None, description="A second sprint in which it continues.")
    depends_on: tuple[TaskDependency, ...] = Field((), description="The tasks and sprints it needs.")
    acceptance: tuple[Criterion, ...] = Field((), description="The conditions for accepting it.")
    tests: tuple[Test, ...] = Field((), description="Its tests.")
    labels: tuple[Word, ...] = Field((), description="Labels to search for.")
    links: tuple[Link, ...] = Field((), description="Further reading.")
    fields: CustomValues = Field(default_factory=dict, description="Values of the custom fields of tasks.")

    model_config = ConfigDict(json_schema_extra=lambda schema: schema["properties"].update(_DONE))

    @model_validator(mode="before")
    @classmethod
    def _ticked(cls, data: Any) -> Any:
        """The deprecated `done: true` as a state."""
        if not isinstance(data, dict) or "done" not in data or "state" in data:
            return data
        if not isinstance(data["done"], bool):
            raise unfit("wrong-type", "has a `done` that is not true or false", "write `state: done`, or leave it out")
        rest = {name: value for name, value in data.items() if name != "done"}
        return rest | {"state": "done" if data["done"] else "planned"}

    @property
    def key(self) -> str:
        """The key that identifies it within its sprint: its id, else its title."""
        return self.id or self.title

    @property
    def name(self) -> str:
        """Its name for people: `TASK-016 Upload limits`."""
        return f"{self.id} {self.title}" if self.id else self.title
