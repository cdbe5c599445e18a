"""A sprint and all that is written down about it; one file each, `plan_data/sprints/<id>-<slug>.yml`."""

from typing import Literal

from pydantic import Field

from masterplan.model.custom import CustomValues
from masterplan.model.declared import Declared
from masterplan.model.fields import (
    Duration,
    Id,
    Line,
    Measure,
    Money,
    Owners,
    PageName,
    PhaseRef,
    Points,
    Prose,
    RepositoryPath,
    Window,
    Word,
)
from masterplan.model.part import Part
from masterplan.model.risk import NamedRisk, Risk, Rollback
from masterplan.model.scope import Scope
from masterplan.model.task import Dependency, Link, State, Task, TaskGroup, Test


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


class Document(Part):
    """A file of the repository that has to be kept up to date."""

    path: RepositoryPath = Field(description="The file, from the repository's root.")
    note: Line | None = Field(None, description="When or what to update: if applicable.")


class Sprint(Scope):
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
    owner: Owners = Field((), description="Who is responsible: people, teams or roles of team.yml.")
    state: State | None = Field(None, description="Where it stands, where no dated entry says so.")
    effort: Duration | None = Field(None, description="The work in it: 2 hours, 3-5 days; its tasks' where they say.")
    likely: Duration | None = Field(None, description="The likeliest effort within the range; else its middle.")
    points: Points | None = Field(None, description="Its size in points, as it was written.")
    capacity: Duration | None = Field(None, description="The working time there is for it: 40 hours.")
    buffer: Duration | None = Field(None, description="What is kept free of that: 8 hours.")
    priority: Word | None = Field(None, description="How important it is, in the team's own words: P1, must.")
    labels: tuple[Word, ...] = Field((), description="Words to find it by.")
    skills: tuple[Line, ...] = Field((), description="What whoever does it must be good at.")
    depends_on: tuple[Dependency, ...] | None = Field(
        None, description="What it needs. An empty list confirms that it needs nothing; left out, it is not stated."
    )
    savings: Savings | None = Field(None, description="What it saves.")
    metrics: tuple[Metric, ...] = Field((), description="What it changes, before and after.")
    risk: Risk | None = Field(None, description="How risky it is as a whole, and what is done about it.")
    risks: tuple[NamedRisk, ...] = Field((), description="Its risks one by one.")
    rollback: Rollback | None = Field(None, description="How it is undone.")
    tests: tuple[Test, ...] = Field((), description="Its tests.")
    documentation: tuple[Document, ...] = Field(
        (), description="Documents to update after it, besides the plan's own list."
    )
    groups: tuple[TaskGroup, ...] = Field((), description="The headings its tasks stand under, with their totals.")
    tasks: tuple[Task, ...] = Field((), description="The work in it, piece by piece.")
    links: tuple[Link, ...] = Field((), description="Things to read.")
    fields: CustomValues = Field({}, description="Values of the fields that plan.yml declares for sprints.")
    declared: tuple[Declared, ...] = Field((), description="Figures and claims the authors wrote down about it.")
