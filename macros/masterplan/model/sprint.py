"""A sprint and all that is written down about it; one file each, `plan_data/sprints/<id>-<slug>.yml`."""

from typing import Literal

from pydantic import Field

from masterplan.model.declared import Declared
from masterplan.model.fields import (
    Duration,
    Id,
    Line,
    Measure,
    Money,
    PageName,
    PersonRef,
    PhaseRef,
    Prose,
    RepositoryPath,
    SprintRef,
    Url,
    Window,
)
from masterplan.model.part import Part

Strength = Literal["hard", "soft"]
Level = Literal["very low", "low", "medium", "high", "very high"]
LEVELS: tuple[Level, ...] = ("very low", "low", "medium", "high", "very high")
"""Levels of risk, likelihood and impact, lowest first."""


class Dependency(Part):
    """One thing a sprint needs from another."""

    sprint: SprintRef = Field(description="The id of the sprint that is needed.")
    strength: Strength = Field("hard", description="hard: cannot start or stay without it; soft: benefits from it.")
    reason: Line | None = Field(None, description="What is needed, in a few words.")


class Savings(Part):
    """What a sprint saves once it is done."""

    monthly: Money = Field(description="Savings a month, an amount or a range: $50-100.")


class Metric(Part):
    """A measured thing that a sprint changes."""

    name: Line = Field(description="What is measured.")
    before: Measure = Field(description="What it reads today: 5-10s, or a text such as Baseline.")
    after: Measure = Field(description="What it shall read afterwards: <1s, -20-30%.")
    improvement: Line | None = Field(None, description="What the authors wrote down as its improvement, word for word.")
    better: Literal["lower", "higher"] | None = Field(None, description="Which way it should move.")


class Risk(Part):
    """How risky a sprint is, and what is done about it."""

    level: Level = Field(description="The risk as a whole.")
    likelihood: Level | None = Field(None, description="How likely it is that something goes wrong.")
    impact: Level | None = Field(None, description="How bad it would be.")
    owner: PersonRef | None = Field(None, description="Who watches it: the id of a person in team.yml.")
    description: Prose | None = Field(None, description="What could go wrong.")
    mitigation: tuple[Line, ...] = Field(
        (), description="What is done to make it less likely or less bad, one measure an item."
    )
    relies_on: tuple[SprintRef, ...] = Field((), description="The sprints that deliver what the mitigation needs.")

    @property
    def is_high(self) -> bool:
        """Whether it must have an owner, a mitigation, a rollback and a trigger."""
        return self.level in {"high", "very high"}


class Rollback(Part):
    """How a sprint is undone."""

    needed: bool = Field(default=True, description="false where there is nothing to undo.")
    steps: tuple[Line, ...] = Field((), description="What to do, in order; where nothing is needed, why.")
    trigger: Line | None = Field(None, description="When to roll back.")
    first: tuple[SprintRef, ...] | None = Field(
        None, description="What is undone before it, in order, as the authors say; an empty list says: nothing."
    )


class Test(Part):
    """A test that a sprint brings."""

    kind: Line = Field(description="The kind of test, in the words of the testing strategy: Unit tests.")
    text: Line | None = Field(None, description="What is tested, and how.")


class Task(Part):
    """A piece of work in a sprint."""

    title: Line = Field(description="What is to be done.")
    done: bool = Field(default=False, description="Whether it is done.")


class Document(Part):
    """A file of the repository that has to be kept up to date."""

    path: RepositoryPath = Field(description="The file, from the repository's root.")
    note: Line | None = Field(None, description="When or what to update: if applicable.")


class Link(Part):
    """Something to read elsewhere."""

    title: Line = Field(description="The text of the link.")
    url: Url = Field(description="An https, http or mailto address.")


class Sprint(Part):
    """All that is known of one sprint; one file each, `plan_data/sprints/<id>-<slug>.yml`."""

    id: Id = Field(description="Short, permanent, in quotes: '4'. Never derived from order.")
    title: Line = Field(description="What the sprint is about, its focus.")
    short: Line | None = Field(None, description="The name it goes by in running text: Batching.")
    page: PageName | None = Field(None, description="File name of its page; made from its id when left out.")
    description: Prose | None = Field(None, description="What it is about in more words; Markdown allowed.")
    phase: PhaseRef | None = Field(None, description="The phase it joins, where phases.yml does not list it already.")
    when: Window | None = Field(
        None, description="When it is done, where that is not all of its phase: 2-3, day 3-5, 2026-01-05 to 2026-01-16."
    )
    impact: Line | None = Field(None, description="What it brings, as the authors claim it: 90% fewer API calls.")
    owner: PersonRef | None = Field(None, description="Who is responsible: the id of a person in team.yml.")
    effort: Duration | None = Field(None, description="The work in it: 2 hours, 3-5 days.")
    likely: Duration | None = Field(None, description="The likeliest effort within the range; else its middle.")
    skills: tuple[Line, ...] = Field((), description="What whoever does it must be good at.")
    depends_on: tuple[Dependency, ...] | None = Field(
        None, description="What it needs. An empty list says aloud that it needs nothing; left out, nobody has said."
    )
    savings: Savings | None = Field(None, description="What it saves.")
    metrics: tuple[Metric, ...] = Field((), description="What it changes, before and after.")
    risk: Risk | None = Field(None, description="Its risk and mitigation.")
    rollback: Rollback | None = Field(None, description="How it is undone.")
    tests: tuple[Test, ...] = Field((), description="Its tests.")
    documentation: tuple[Document, ...] = Field(
        (), description="Documents to update after it, besides the plan's own list."
    )
    tasks: tuple[Task, ...] = Field((), description="The work in it, piece by piece.")
    links: tuple[Link, ...] = Field((), description="Things to read.")
    declared: tuple[Declared, ...] = Field((), description="Figures and claims the authors wrote down about it.")
