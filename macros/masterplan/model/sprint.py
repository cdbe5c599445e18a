"""Sprints, one file each: `plan_data/sprints/<id>-<slug>.yml`."""

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
    """A metric that a sprint changes."""

    name: Line = Field(description="What is measured.")
    before: Measure = Field(description="The value today: 5-10s, or a text such as Baseline.")
    after: Measure = Field(description="The value afterwards: <1s, -20-30%.")
    improvement: Line | None = Field(None, description="The improvement in the authors' own words.")
    better: Literal["lower", "higher"] | None = Field(None, description="Which way is better.")


class Document(Part):
    """A file of the repository to keep up to date."""

    path: RepositoryPath = Field(description="The file, from the repository's root.")
    note: Line | None = Field(None, description="When or what to update: if applicable.")


class Sprint(Scope):
    """A sprint; one file each, `plan_data/sprints/<id>-<slug>.yml`."""

    id: Id = Field(description="Short, permanent, in quotes: '4'. Never derived from order.")
    title: Line = Field(description="The subject or goal of the sprint.")
    short: Line | None = Field(None, description="A short name for running text: Batching.")
    page: PageName | None = Field(None, description="The file name of its page; derived from its id by default.")
    description: Prose | None = Field(None, description="More about it; Markdown allowed.")
    phase: PhaseRef | None = Field(None, description="The phase it joins, if phases.yml does not list it.")
    when: Window | None = Field(
        None, description="When it is done, if not during all of its phase: 2-3, day 3-5, 2026-01-05 to 2026-01-16."
    )
    impact: Line | None = Field(None, description="Its benefit, as claimed by the authors: 90% fewer API calls.")
    owner: Owners = Field((), description="Who is responsible: people, teams or roles in team.yml.")
    state: State | None = Field(None, description="Its state; dated entries outrank it.")
    effort: Duration | None = Field(None, description="Its effort: 2 hours, 3-5 days; by default that of its tasks.")
    likely: Duration | None = Field(None, description="The likeliest effort in the range; by default its middle.")
    points: Points | None = Field(None, description="Its size in points.")
    capacity: Duration | None = Field(None, description="The working time available for it: 40 hours.")
    buffer: Duration | None = Field(None, description="The part of the capacity to keep free: 8 hours.")
    priority: Word | None = Field(None, description="Its priority, in the team's own words: P1, must.")
    labels: tuple[Word, ...] = Field((), description="Labels to search for.")
    skills: tuple[Line, ...] = Field((), description="The skills it requires.")
    depends_on: tuple[Dependency, ...] | None = Field(
        None, description="What it needs. An empty list confirms that it needs nothing; if left out, nothing is stated."
    )
    savings: Savings | None = Field(None, description="What it saves.")
    metrics: tuple[Metric, ...] = Field((), description="The metrics it changes, before and after.")
    risk: Risk | None = Field(None, description="Its risk as a whole, and the mitigation.")
    risks: tuple[NamedRisk, ...] = Field((), description="Its risks one by one.")
    rollback: Rollback | None = Field(None, description="How to undo it.")
    tests: tuple[Test, ...] = Field((), description="Its tests.")
    documentation: tuple[Document, ...] = Field(
        (), description="Documents to update after it, besides the plan's own list."
    )
    groups: tuple[TaskGroup, ...] = Field((), description="The headings that group its tasks, with their totals.")
    tasks: tuple[Task, ...] = Field((), description="Its tasks.")
    links: tuple[Link, ...] = Field((), description="Further reading.")
    fields: CustomValues = Field(default_factory=dict, description="Values of the custom fields of sprints.")
    declared: tuple[Declared, ...] = Field((), description="The authors' figures and claims about it.")
