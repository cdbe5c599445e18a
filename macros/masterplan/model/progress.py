"""How sprints went: the dated entries of `plan_data/progress/*.yml`.

An entry says what was true on a day. It outranks the undated `state` of a sprint and of its tasks.
"""

import re
from datetime import date

from pydantic import Field

from masterplan.model.fields import Date, Line, Measure, Money, Prose, RepositoryPath, SprintRef
from masterplan.model.part import Part
from masterplan.model.task import State


class Reading(Part):
    """What a metric was measured to be."""

    metric: Line = Field(description="The name of one of the sprint's metrics.")
    value: Measure = Field(description="What it reads.")


class Entry(Part):
    """What was known of a sprint on a day."""

    sprint: SprintRef = Field(description="The sprint it is about.")
    date: Date = Field(description="The day it was true.")
    state: State = Field(description="Where the sprint stood on that day.")
    percent: int | None = Field(None, description="How much of it was done, 0 to 100.", ge=0, le=100)
    tasks: tuple[Line, ...] = Field((), description="Those of its tasks that were done since, by id or title.")
    measured: tuple[Reading, ...] = Field((), description="What its metrics were measured to be.")
    saves: Money | None = Field(None, description="What it was found to save a month, an amount or a range: $60.")
    updated: tuple[RepositoryPath, ...] = Field((), description="The documents that were updated after it since.")
    note: Prose | None = Field(None, description="What happened, or what blocks it; Markdown allowed.")
    by: Line | None = Field(None, description="Who says so.")


class Progress(Part):
    """Dated entries on how sprints went; any file `plan_data/progress/*.yml`."""

    entries: tuple[Entry, ...] = Field(description="The entries; order does not matter.")


REPORTS = "tasks_progress/sprint_[N]_completion_[date].md"
"""Where completion reports are, below docs/, in a plan that says nothing of it."""


def report_pattern(progress_in: str | None) -> str:
    """What the plan says of where progress is tracked, if that can name a page a sprint; else `REPORTS`."""
    return progress_in if progress_in and "[N]" in progress_in and progress_in.endswith(".md") else REPORTS


def report_page(progress_in: str | None, sprint: str, done_on: date) -> str:
    """The page of a sprint's completion report, by its path below docs/."""
    return report_pattern(progress_in).replace("[N]", sprint).replace("[date]", done_on.isoformat())


SKELETON = """\
## What was built {: #built }

## What was learnt {: #learnt }

## What is left {: #left }
"""
"""The body of a completion report, for the team to fill in; the facts above it come from the entries."""


def filled_in(report: str) -> str:
    """The body of a completion report without those headings of the skeleton below which nobody has written."""
    headings = "|".join(re.escape(line) for line in SKELETON.splitlines() if line)
    return re.sub(rf"^(?:{headings})\s*(?=^#|\Z)", "", report, flags=re.MULTILINE)
