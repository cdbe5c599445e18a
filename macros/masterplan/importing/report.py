"""Report of an import, line by line of the document: `import-report.md`, and a summary for the terminal.

Text of the document or the plan is data: the report shows it as code, on one line, and never as Markdown.
"""

import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from masterplan.importing.draft import Imported, Question
from masterplan.importing.fit import Misfit
from masterplan.importing.import_file import IMPORT_FILE
from masterplan.importing.ledger import LineFate, LineOutcome
from masterplan.importing.losses import with_losses
from masterplan.importing.writing import Written
from masterplan.model.part import Path
from masterplan.model.plan import Plan

REPORT = "import-report.md"
"""File name of the report, in the root folder of the plan."""

MOST_RANGES = 20
"""Most line ranges listed in a sentence."""

LISTED_CHANGES = 40
"""Most changes of a plan listed on the terminal."""

_LONGEST = 200
"""Most characters shown of a line or a value."""

_FIELD = re.compile(r": [a-z_ ]+$")
_BACKTICKS = re.compile("`+")
_FATES: dict[LineFate, str] = {
    "taken": "Read into fields", "kept": "Kept as text", "not understood": "Not understood",
}  # fmt: skip


_EXAMPLES = {
    "dates": "--answer dates=dmy",
    "year": "--answer year=2026",
    "units": "--answer units=epic",
    "titles": "--answer 'titles={Scope: sprint}'",
}
"""An option for each answer that no reading of the document suggests."""


@dataclass(frozen=True)
class Import:
    """A finished import: the name of the document, what was read from it, and what was written.

    `replaced` has the numbers of lines with a replaced character. A `dry` run wrote nothing. `changes` describes each
    change of an existing plan in a sentence; it is None for a new plan.
    """

    source: str
    imported: Imported
    written: Written
    replaced: Sequence[int] = ()
    dry: bool = False
    changes: Sequence[str] | None = None

    @cached_property
    def entries(self) -> tuple[LineOutcome, ...]:
        """Every line of the document that contains a word, with its outcome."""
        entries = tuple(self.imported.ledger.entries())
        return with_losses(entries, self.imported.draft, self.written.misfits)

    def of_fate(self, fate: LineFate) -> Sequence[int]:
        """Positions in `entries` of the lines with an outcome."""
        return self._positions[fate]

    @cached_property
    def _positions(self) -> Mapping[LineFate, Sequence[int]]:
        positions: dict[LineFate, list[int]] = {fate: [] for fate in _FATES}
        for n, entry in enumerate(self.entries):
            positions[entry.fate].append(n)
        return positions

    def ranges(self, positions: Iterable[int]) -> list[str]:
        """Lines as ranges, `12` or `40-43`; empty lines do not interrupt a range."""
        runs: list[list[int]] = []
        for n in positions:
            if runs and n == runs[-1][-1] + 1 and self._sheet(n) == self._sheet(n - 1):
                runs[-1].append(n)
            else:
                runs.append([n])
        return [self.imported.ledger.place(self.entries[run[0]].line, self.entries[run[-1]].line) for run in runs]

    def extent(self, positions: Sequence[int]) -> str:
        """Line ranges, or the number of values if the document is data."""
        return f"{len(positions):,}" if self.imported.ledger.places else ", ".join(self.ranges(positions))

    def _sheet(self, position: int) -> str:
        return self.imported.ledger.sheet(self.entries[position].line)

    @property
    def unit(self) -> str:
        """Word for a line of the document: line, row or value."""
        return self.imported.ledger.unit

    def place(self, line: int) -> str:
        """A line as people refer to it: `Line 12`."""
        return f"{self.unit.capitalize()} {self.imported.ledger.place(line, line)}"


def import_summary(done: Import) -> Iterator[str]:
    """Summary of the import in sentences: the plan's size, the outcome of lines, and what needs attention.

    It refers to the report, which a dry run does not write.
    """
    yield from _outcome(done)
    taken, kept, lost = (done.of_fate(fate) for fate in _FATES)
    lines = "" if done.imported.ledger.places else _listed(done.ranges(lost))
    counts = (
        f"{_count(len(taken), done.unit)} read into fields, {len(kept):,} kept as text, {len(lost):,} not understood"
    )
    counts += f": {lines}." if lines else "."
    yield counts if done.dry else f"{counts} See {REPORT}."
    if done.written.misfits:
        misfits = f"Left out {_count(len(done.written.misfits), 'invalid value')}"
        yield f"{misfits}." if done.dry else f"{misfits}, listed in {REPORT}."
    if done.imported.draft.questions:
        lines_asked = sorted({question.line for question in done.imported.draft.questions})
        number = _count(len(done.imported.draft.questions), "question") + ("" if done.dry else f" in {REPORT}")
        places = [done.imported.ledger.place(line, line) for line in lines_asked]
        yield f"{number}, about {done.unit if len(places) == 1 else f'{done.unit}s'} {_listed(places)}."
    for path, reason in done.written.skipped.items():
        is_deleted = reason.startswith("deleted")
        result, effect = ("out", "writes it again") if is_deleted else ("unchanged", "replaces it")
        yield f"Left {path} {result}: {reason}. --overwrite {effect}."
    for path in done.written.removed:
        if done.changes is None:
            yield f"{'Would remove' if done.dry else 'Removed'} {path}: the document no longer has it."
    if done.dry:
        yield f"Without --dry-run, {REPORT} accounts for every {done.unit}."


def _outcome(done: Import) -> Iterator[str]:
    """Size of the plan, and the changes of an existing one."""
    if done.changes is None:
        yield f"{'Would import' if done.dry else 'Imported'} {_size(done.written.plan)}."
        return
    if not done.changes:
        yield f"{done.source} changes nothing in the plan of {_size(done.written.plan)}."
        return
    would = "would change" if done.dry else "changed"
    files = len(done.written.written) + len(done.written.removed)
    yield f"{done.source} {would} {_count(files, 'file')} of a plan of {_size(done.written.plan)}."
    yield from done.changes[:LISTED_CHANGES]
    more = len(done.changes) - LISTED_CHANGES
    if more > 0:
        yield f"{more:,} more in {REPORT}."


def report(done: Import) -> str:
    """The report in Markdown: counts of lines, changes, questions, unread lines, kept text and taken lines."""
    sections = [
        _head(done),
        _changes(done),
        _questions(done),
        _lost(done),
        _replaced(done),
        _misfits(done),
        _kept(done),
        _taken(done),
    ]
    return "\n".join("\n".join(lines) + "\n" for lines in map(list, sections) if lines)


def _head(done: Import) -> Iterator[str]:
    verb = "became" if done.changes is None else "was imported into"
    yield from ("# Import report", "", f"{_code(done.source)} {verb} {_size(done.written.plan)}.", "")
    yield from (f"| Outcome | {done.unit.capitalize()}s |", "| --- | ---: |")
    for fate, label in _FATES.items():
        yield f"| {label} | {len(done.of_fate(fate)):,} |"
    yield f"| All {done.unit}s with words | {len(done.entries):,} |"


def _changes(done: Import) -> Iterator[str]:
    if done.changes is not None:
        yield from ("## Changes", "")
        yield from (f"- {_words(change)}" for change in done.changes or ("Nothing changed.",))


def _questions(done: Import) -> Iterator[str]:
    if not done.imported.draft.questions:
        return
    yield from ("## Questions", "", f"Answer them on the command line, or in {IMPORT_FILE}, and import again.", "")
    for question in done.imported.draft.questions:
        yield from _question(question, done)


def _question(question: Question, done: Import) -> Iterator[str]:
    yield f"- {_words(done.place(question.line))}: {_reading(question)}."
    key, colon, value = question.answer.partition(":")
    if colon:
        option = f"masterplan import {done.source} --answer {shlex.quote(f'{key}={value.strip()}')}"
        yield f"  To change that: {_code(option)}, or {_code(question.answer)} in {IMPORT_FILE}."
    else:
        option = _EXAMPLES.get(key, f"--answer {key}=...")
        yield f"  To change that: {_code(key)} in {IMPORT_FILE}, or an option such as {_code(option)}."


def _reading(question: Question) -> str:
    first, *others = map(_code, question.readings or ("?",))
    alternatives = " or ".join(others)
    if not question.is_decided:
        ambiguity = f"can be {first} or {alternatives}" if others else "is ambiguous"
        return f"{_code(question.text)} {ambiguity}, so no date was taken from it"
    is_sentence = question.text.endswith(".")
    subject = f"{_words(question.text)} Chosen:" if is_sentence else f"{_code(question.text)} was read as"
    return f"{subject} {first}{f'; it could also be {alternatives}' if others else ''}"


def _lost(done: Import) -> Iterator[str]:
    lost = [entry for entry in done.entries if entry.fate == "not understood"]
    if lost:
        yield from ("## Not understood", "")
        yield from (f"- {_words(done.place(entry.line))}: {_code(entry.text)}: {_words(entry.note)}" for entry in lost)


def _replaced(done: Import) -> Iterator[str]:
    if done.replaced:
        yield from ("## Replaced characters", "")
        places = _words(", ".join(done.imported.ledger.place(line, line) for line in done.replaced))
        yield f"U+FFFD replaces each character of these {done.unit}s that a plan cannot contain: {places}."


def _misfits(done: Import) -> Iterator[str]:
    if done.written.misfits:
        yield from ("## Invalid values", "")
        yield from (_misfit(misfit) for misfit in done.written.misfits)


def _misfit(misfit: Misfit) -> str:
    return f"- {_words(_name(misfit.path))}: {_code(str(misfit.value))}: {_words(misfit.reason)}"


def _name(path: Path) -> str:
    """Path of a value in words: `sprint 4, tasks, item 3, effort`."""
    if path[0] == "sprints":
        path = (f"sprint {path[1]}", *path[2:])
    elif path[:1] == path[1:2]:
        path = path[1:]
    return ", ".join(f"item {step + 1}" if isinstance(step, int) else step for step in path)


def _kept(done: Import) -> Iterator[str]:
    yield from _table(done, "kept", "## Kept as text", "Where")


def _taken(done: Import) -> Iterator[str]:
    yield from _table(done, "taken", "## Read into fields", "Part of the plan")


def _table(done: Import, fate: LineFate, title: str, head: str) -> Iterator[str]:
    """Lines with an outcome, by destination: the field for kept text, the part of the plan for taken lines."""
    into: dict[str, list[int]] = defaultdict(list)
    for n in done.of_fate(fate):
        places = done.entries[n].note.split("; ")
        names = places if fate == "kept" else [_FIELD.sub("", place) for place in places]
        for name in dict.fromkeys(names):
            into[name or "the plan"].append(n)
    if into:
        yield from (title, "", f"| {head} | {done.unit.capitalize()}s |", "| --- | --- |")
        yield from (f"| {_words(name)} | {_words(done.extent(lines))} |" for name, lines in into.items())


def _size(plan: Plan) -> str:
    """Size of a plan, with its own words for sprints and phases."""
    tasks = len(plan.all_tasks)
    needs = sum(len(sprint.depends_on or ()) for sprint in plan.sprints.values())
    needs += sum(len(placed.task.depends_on) for placed in plan.all_tasks)
    sprints = _count(len(plan.sprints), plan.unit.one.lower(), plan.unit.many.lower())
    groups = _count(len(plan.phases), plan.group.one.lower(), plan.group.many.lower())
    inside = f"{sprints} in {groups}" if plan.phases else sprints
    needed = _count(needs, "dependency", "dependencies")
    return " ".join(f"{inside}, {_count(tasks, 'task')}, {needed}".split())


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _listed(ranges: Sequence[str]) -> str:
    more = len(ranges) - MOST_RANGES
    return ", ".join(ranges[:MOST_RANGES]) + (f" and {more:,} more" if more > 0 else "")


def _code(text: str) -> str:
    """Text of the document as inline code: one line, shortened, fenced with enough backticks."""
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(line)), default=0))
    gap = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{gap}{line}{gap}{fence}"


def _words(text: str) -> str:
    """A sentence with words of the plan in it, on one line, with Markdown escaped."""
    return re.sub(r"([\\`*_\[\]<>#|~&$!])", r"\\\1", " ".join(text.split()))
