"""Answers of a team to questions of the importer, from `import.yml` or `--answer`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from masterplan.errors import UsageError
from masterplan.importing.ledger import Span
from masterplan.load.source import parse
from masterplan.load.validate import validate
from masterplan.model.fields import Date, Line, unfit
from masterplan.model.part import Part
from masterplan.model.quantity import DecimalMark, Notation
from masterplan.model.task import State
from masterplan.model.window import YEARS

WHY_IGNORED = "ignored by import.yml"
"""Reason in the report for a line that the team excluded."""

DateOrder = Literal["dmy", "mdy", "ymd"]
"""Order of day, month and year in dates such as 5/10/2026."""

HeadingRole = Literal["phase", "sprint", "task", "milestone", "risk", "notes"]
"""Part of the plan that a heading starts; `notes` for none."""

_HEADING = re.compile(r"[Hh]([1-6])")


def _valid_lines(lines: str) -> str:
    first, _, last = lines.rpartition(" ")[2].partition("-")
    if not (first.isdecimal() and (last or first).isdecimal() and 0 < int(first) <= int(last or first)):
        hint = "write lines like 12 or 12-40, and rows of a workbook's sheet like Tasks 12-40"
        raise unfit("out-of-range", "is not a line or a range of lines", hint)
    return lines


def _as_tuple(value: object) -> object:
    """A single line or range as a tuple of one; line numbers as texts."""
    values = value if isinstance(value, tuple) else (value,)
    return tuple(str(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in values)


@dataclass(frozen=True, slots=True)
class DateSettings:
    """Date format of a document: order of the numbers, and year of dates without one; None if unknown.

    If the first day of the plan is known, dates without a year fall on or after it.
    """

    order: DateOrder | None = None
    year: int | None = None
    first_day: date | None = None

    def year_of(self, month: int, day: int) -> int | None:
        """Year of a date written without one."""
        if self.first_day is None:
            return self.year
        return self.first_day.year + ((month, day) < (self.first_day.month, self.first_day.day))


class Answers(Part):
    """A team's choices for reading its document; the importer decides the rest."""

    title: Line | None = Field(None, description="The title of the plan; by default that of the document.")
    units: Line | None = Field(
        None, description="The document's word for a sprint: epic; or the level of the headings that are sprints: h2."
    )
    groups: Line | None = Field(None, description="The document's word for a phase: milestone.")
    tasks: Line | None = Field(None, description="The document's word for a task: ticket.")
    dates: DateOrder | None = Field(None, description="The order in dates like 5/10/2026: dmy, mdy or ymd.")
    decimal: DecimalMark | None = Field(None, description="The decimal mark of numbers: `.` or `,`.")
    year: Annotated[int, Field(ge=YEARS[0], le=YEARS[-1])] | None = Field(
        None, description="The year of dates without one: 2025."
    )
    start: Date | None = Field(None, description="The first day of week 1: 2026-01-05.")
    states: Mapping[str, State] = Field(
        {}, description="Meanings of the document's words for states: {Parked: deferred}."
    )
    columns: Mapping[str, Line] = Field({}, description="Fields by the heads of table columns: {Who: owner}.")
    titles: Mapping[str, HeadingRole] = Field(
        {}, description="Parts of the plan by their headings: {Sprint 1 KPIs: notes}."
    )
    ignore: Annotated[tuple[Annotated[Line, AfterValidator(_valid_lines)], ...], BeforeValidator(_as_tuple)] = Field(
        (),
        description="Lines of the document that are not part of the plan: [12-40, 77]; of a workbook, [Tasks 12-40].",
    )

    @property
    def plan_values(self) -> dict[str, str]:
        """Answers that are fields of plan.yml."""
        settings = {"decimal": self.decimal, "start": self.start and f"{self.start}"}
        return {name: value for name, value in settings.items() if value}

    @property
    def level(self) -> int | None:
        """Level of the headings that are sprints (1 to 6); None if `units` is a word or not given."""
        heading = _HEADING.fullmatch(self.units or "")
        return int(heading[1]) if heading else None

    @property
    def ignored(self) -> tuple[tuple[str, Span], ...]:
        """Excluded lines, each with its workbook sheet; an empty sheet name for other documents."""
        parts = [lines.rpartition(" ") for lines in self.ignore]
        ends = [(sheet.strip(), numbers.partition("-")) for sheet, _, numbers in parts]
        return tuple((sheet, Span(int(first), int(last or first))) for sheet, (first, _, last) in ends)


def parse_options(options: Iterable[str]) -> Mapping[str, Any]:
    """Answers from `--answer key=value` options, by key; each is read like the line `key: value` of import.yml.

    A later option replaces an earlier one for the same key; mappings are merged. Raises UsageError for an unknown key
    or a wrong value.
    """
    answers: dict[str, Any] = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not (equals and key.strip() and value.strip()):
            raise UsageError(f"--answer {option}: write key=value, such as dates=dmy")
        source = parse(f"{key.strip()}: {value.strip()}\n".encode(), f"--answer {option}")
        findings = (*source.findings, *validate(source, Answers, Notation())[1])
        if findings:
            raise UsageError(f"--answer {option}: {findings[0].advice}")
        answers = merged(answers, source.data or {})
    return answers


def merged(answers: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Answers updated with `more`; mappings under the same key are merged."""
    joined = {key: answers[key] | value for key, value in more.items() if isinstance(value, dict) and key in answers}
    return {**answers, **more, **joined}
