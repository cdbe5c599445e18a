"""What a team answers where a document can be read in more than one way: `import.yml` has it, or `--answer`."""

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

WHY_IGNORED = "import.yml ignores it"
"""Why a line that is not part of the plan goes nowhere."""

DateOrder = Literal["dmy", "mdy", "ymd"]
"""The order of day, month and year in dates such as 5/10/2026."""

HeadingRole = Literal["phase", "sprint", "task", "milestone", "risk", "notes"]
"""What a heading can begin."""


_HEADING = re.compile(r"[Hh]([1-6])")


def _lines(lines: str) -> str:
    first, _, last = lines.rpartition(" ")[2].partition("-")
    if not (first.isdecimal() and (last or first).isdecimal() and 0 < int(first) <= int(last or first)):
        hint = "write lines like 12 or 12-40, and rows of a workbook's sheet like Tasks 12-40"
        raise unfit("out-of-range", "is not a line or a range of lines", hint)
    return lines


def _several(value: object) -> object:
    """One line or range of lines as a list of one, and numbers of lines as texts."""
    values = value if isinstance(value, tuple) else (value,)
    return tuple(str(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in values)


@dataclass(frozen=True, slots=True)
class DateSettings:
    """How a document writes dates: the order of numbers, and the year of dates that have none; None if not known.

    Where the plan's first day is known, dates without a year are from that day on.
    """

    order: DateOrder | None = None
    year: int | None = None
    first_day: date | None = None

    def year_of(self, month: int, day: int) -> int | None:
        """The year of a date that has none."""
        if self.first_day is None:
            return self.year
        return self.first_day.year + ((month, day) < (self.first_day.month, self.first_day.day))


class Answers(Part):
    """How a team wants a document to be read; whatever is left out, the importer decides."""

    units: Line | None = Field(
        None, description="The document's word for a sprint: epic; or the level of the headings that are sprints: h2."
    )
    groups: Line | None = Field(None, description="The document's word for a phase: milestone.")
    tasks: Line | None = Field(None, description="The document's word for a task: ticket.")
    dates: DateOrder | None = Field(None, description="The order in dates like 5/10/2026: dmy, mdy or ymd.")
    decimal: DecimalMark | None = Field(None, description="The decimal mark of numbers: `.` or `,`.")
    year: Annotated[int, Field(ge=YEARS[0], le=YEARS[-1])] | None = Field(
        None, description="The year of dates that have none: 2025."
    )
    start: Date | None = Field(None, description="The first day of week 1: 2026-01-05.")
    states: Mapping[str, State] = Field({}, description="What words for states mean: {Parked: deferred}.")
    columns: Mapping[str, Line] = Field({}, description="The fields that columns of tables go into: {Who: owner}.")
    titles: Mapping[str, HeadingRole] = Field({}, description="What headings begin: {Sprint 1 KPIs: notes}.")
    ignore: Annotated[tuple[Annotated[Line, AfterValidator(_lines)], ...], BeforeValidator(_several)] = Field(
        (),
        description="Lines of the document that are not part of the plan: [12-40, 77]; of a workbook, [Tasks 12-40].",
    )

    @property
    def plan_values(self) -> dict[str, str]:
        """What they say of the plan itself, as plan.yml has it."""
        settings = {"decimal": self.decimal, "start": self.start and f"{self.start}"}
        return {name: value for name, value in settings.items() if value}

    @property
    def level(self) -> int | None:
        """The level of the headings that are sprints; None where a word names them, or nobody said."""
        level = _HEADING.fullmatch(self.units or "")
        return int(level[1]) if level else None

    @property
    def ignored(self) -> tuple[tuple[str, Span], ...]:
        """The lines that are not part of the plan, each with the sheet of a workbook that they are in, if any."""
        parts = [lines.rpartition(" ") for lines in self.ignore]
        ends = [(sheet.strip(), numbers.partition("-")) for sheet, _, numbers in parts]
        return tuple((sheet, Span(int(first), int(last or first))) for sheet, (first, _, last) in ends)


def parse_options(options: Iterable[str]) -> Mapping[str, Any]:
    """What `--answer key=value` says, by key: each is read like the line `key: value` of import.yml.

    Of two for the same key the later one counts; mappings of both are joined. Raises UsageError with one sentence for
    an unknown key or a wrong value.
    """
    answers: dict[str, Any] = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not (equals and key.strip() and value.strip()):
            raise UsageError(f"--answer {option}: write key=value, such as dates=dmy")
        source = parse(f"{key.strip()}: {value.strip()}\n".encode(), f"--answer {option}")
        wrong = (*source.findings, *validate(source, Answers, Notation())[1])
        for finding in wrong:
            raise UsageError("; ".join(filter(None, [f"--answer {option}: {finding.message}", finding.hint])))
        answers = merged(answers, source.data or {})
    return answers


def merged(answers: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Answers with others, which count where both have one; mappings of both are joined."""
    both = {key: answers[key] | value for key, value in more.items() if isinstance(value, dict) and key in answers}
    return {**answers, **more, **both}
