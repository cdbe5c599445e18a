"""The shape of `plan.json`, version `masterplan/v1`: what other programs may rely on.

Its JSON Schema is made from these classes. Adding a field keeps the version; removing or changing one makes a new one.
"""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from masterplan.analyse.metrics import TargetOutcome
from masterplan.analyse.status import Basis
from masterplan.model.finding import Severity
from masterplan.model.plan import Level, Strength
from masterplan.model.progress import State

VERSION: Literal["masterplan/v1"] = "masterplan/v1"


class Shape(BaseModel):
    """A part of the export: nothing but what is named here."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)


class Amount(Shape):
    """A quantity: its text as written, and its ends as numbers where it is an amount."""

    text: str
    low: float | None
    high: float | None
    unit: str
    per: str


class Span(Shape):
    """Whole weeks of the plan, both included, and the days they are once the plan has a start."""

    first: int
    last: int
    starts: date | None
    ends: date | None


class Dependency(Shape):
    """What a sprint needs."""

    sprint: str
    strength: Strength
    reason: str | None


class Metric(Shape):
    """What a sprint changes, with what was measured last."""

    name: str
    before: Amount
    target: Amount
    measured: Amount | None
    outcome: TargetOutcome | None


class Risk(Shape):
    """The risk of a sprint."""

    level: Level
    likelihood: Level | None
    impact: Level | None
    owner: str | None
    description: str | None
    mitigation: tuple[str, ...]


class Rollback(Shape):
    """How a sprint is undone."""

    needed: bool
    trigger: str | None
    steps: tuple[str, ...]


class Task(Shape):
    """A piece of work."""

    title: str
    done: bool


class Test(Shape):
    """A test that a sprint brings."""

    kind: str
    text: str | None


class Document(Shape):
    """A document to update after a sprint."""

    path: str
    note: str | None
    updated: bool


class Sprint(Shape):
    """A sprint, as its file, its entries and its dependencies make it."""

    id: str
    name: str
    title: str
    description: str | None
    impact: str | None
    phase: str | None
    owner: str | None
    effort: Amount | None
    savings: Amount | None = Field(description="Savings a month once it is done, as planned.")
    saves: Amount | None = Field(description="Savings a month as found.")
    state: State
    percent: int
    ready: bool
    waits_for: tuple[str, ...]
    started: date | None
    done: date | None
    depends_on: tuple[Dependency, ...] | None = Field(description="null where nobody has said.")
    needed_by: tuple[str, ...]
    metrics: tuple[Metric, ...]
    risk: Risk | None
    rollback: Rollback | None
    tests: tuple[Test, ...]
    tasks: tuple[Task, ...]
    documents: tuple[Document, ...]


class Phase(Shape):
    """A phase."""

    id: str
    title: str
    weeks: Span
    sprints: tuple[str, ...]
    percent: int | None


class Work(Shape):
    """What one person does in a window of weeks."""

    who: str
    person: str | None
    weeks: Span
    sprints: tuple[str, ...]
    supports: tuple[str, ...]
    task: str | None


class Option(Shape):
    """A way to staff the plan."""

    id: str
    title: str
    mode: str | None
    work: tuple[Work, ...]


class Person(Shape):
    """Someone who works on the plan."""

    id: str
    name: str
    role: str | None
    skills: tuple[str, ...]


class Reading(Shape):
    """What a metric was measured to be."""

    metric: str
    value: Amount


class Entry(Shape):
    """What was known of a sprint on a day."""

    sprint: str
    date: date
    state: State
    percent: int | None
    tasks: tuple[str, ...]
    measured: tuple[Reading, ...]
    saves: Amount | None
    updated: tuple[str, ...]
    note: str | None
    by: str | None


class Finding(Shape):
    """A contradiction of the plan."""

    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    subject: str
    field: str
    message: str
    hint: str
    fingerprint: str


class Whole(Shape):
    """A plan as data, as it stands on a day."""

    version: Literal["masterplan/v1"] = Field(VERSION, alias="schema")
    title: str
    unit: str
    group: str
    start: date | None
    today: date | None = Field(description="The day it speaks of.")
    percent: int | None
    weighted_by: Basis
    savings: Amount | None = Field(description="Savings a month, once all is done; null if in several currencies.")
    saved: Amount | None = Field(description="What has come in, as found.")
    sprints: tuple[Sprint, ...]
    phases: tuple[Phase, ...]
    options: tuple[Option, ...]
    people: tuple[Person, ...]
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def schema() -> dict[str, Any]:
    """The JSON Schema of the export (draft 2020-12, which pydantic writes)."""
    made = Whole.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:masterplan:v1:export"}
    return head | made
