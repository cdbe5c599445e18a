"""Progress: the dated entries of `plan_data/progress/*.yml`.

An entry records the state on a day. It outranks the undated `state` of a sprint and of its tasks.
"""

import re
from datetime import date

from pydantic import Field

from masterplan.model.fields import Date, Line, Measure, Money, Prose, RepositoryPath, SprintRef
from masterplan.model.part import Part
from masterplan.model.task import State


class Reading(Part):
    """A measured value of a metric."""

    metric: Line = Field(description="The name of one of the sprint's metrics.")
    value: Measure = Field(description="The measured value.")


class Entry(Part):
    """The progress of a sprint on a day."""

    sprint: SprintRef = Field(description="The id of the sprint.")
    date: Date = Field(description="The day of the entry.")
    state: State = Field(description="The state of the sprint on that day.")
    percent: int | None = Field(None, description="The percentage done, 0 to 100.", ge=0, le=100)
    tasks: tuple[Line, ...] = Field((), description="Its tasks finished since the last entry, by id or title.")
    measured: tuple[Reading, ...] = Field((), description="Measured values of its metrics.")
    saves: Money | None = Field(None, description="The measured savings a month, an amount or a range: $60.")
    updated: tuple[RepositoryPath, ...] = Field((), description="Documents updated since the last entry.")
    note: Prose | None = Field(None, description="What happened, or what blocks it; Markdown allowed.")
    by: Line | None = Field(None, description="Who reports it.")


class Progress(Part):
    """Dated entries about the progress of sprints; any file `plan_data/progress/*.yml`."""

    entries: tuple[Entry, ...] = Field(description="The entries; order does not matter.")


REPORTS = "tasks_progress/sprint_[N]_completion_[date].md"
"""The default path of completion reports, below docs/."""


def report_pattern(progress_in: str | None) -> str:
    """The plan's path for tracking progress if it can name one page for each sprint, else `REPORTS`."""
    return progress_in if progress_in and "[N]" in progress_in and progress_in.endswith(".md") else REPORTS


def report_page(progress_in: str | None, sprint: str, done_on: date) -> str:
    """The path below docs/ of a sprint's completion report."""
    return report_pattern(progress_in).replace("[N]", sprint).replace("[date]", done_on.isoformat())


SKELETON = """\
## What was built {: #built }

## What was learnt {: #learnt }

## What is left {: #left }
"""
"""The body of a completion report, for the team to fill in; the page has the facts of the entries above it."""


def filled_in(report: str) -> str:
    """The body of a completion report without headings of the skeleton that have no text below them."""
    headings = "|".join(re.escape(line) for line in SKELETON.splitlines() if line)
    return re.sub(rf"^(?:{headings})\s*(?=^#|\Z)", "", report, flags=re.MULTILINE)
