"""Recording progress, for `masterplan start`, `progress`, `block` and `complete`.

Each entry becomes a new file in `plan_data/progress/`, so that branches that record progress never write to the same
file and Git merges them without conflicts. Before the file is written, the plan is loaded with the entry in it. The
state of a single task is not an entry; it is written into its sprint's file, which otherwise stays unchanged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import objections, standings
from masterplan.analyse.tasks import TaskStandings, task_objections
from masterplan.edit.alter import Alteration
from masterplan.edit.editing import EditedFile, add, edited, editing, inline, removed_on_error, with_file
from masterplan.errors import UsageError
from masterplan.files import refuse_links, write_atomically
from masterplan.load.hints import did_you_mean
from masterplan.load.loader import PLAN_FOLDER
from masterplan.load.source import parse
from masterplan.load.tree import exists_in
from masterplan.load.validate import validate
from masterplan.model.plan import PlacedTask, Plan
from masterplan.model.progress import SKELETON, Entry, Progress, report_page
from masterplan.model.quantity import DecimalMark, Notation
from masterplan.model.sprint import Sprint
from masterplan.model.task import State
from masterplan.model.window import day_in_words
from masterplan.today import today_of

UNQUOTED = {"state", "date"}
"""Fields whose values need no quotes."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A progress entry as typed by a user, with the fields of the entry as texts.

    Without a `state`, a sprint that is done stays done, and any other is in progress. `day` defaults to today.
    `because` is the reason for an entry that contradicts the plan; `objections` are contradictions beyond those that
    follow from the entry. `sprint` may be the id of a task instead.
    """

    sprint: str
    state: State | None
    day: date | None = None
    percent: int | None = None
    tasks: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    saves: str | None = None
    updated: tuple[str, ...] = ()
    note: str | None = None
    by: str | None = None
    because: str | None = None
    objections: tuple[str, ...] = ()


def record(root: Path, new: NewEntry, today: date | None = None, pages: str | None = None) -> tuple[Path, ...]:
    """Write an entry; returns the paths of the written files, relative to `root`.

    For `today` see `today_of`. `pages` is the folder of pages, relative to `root`, for the report of a completed
    sprint; without it there is no report. Raises UsageError, with nothing written, for a plan with errors, for an
    invalid entry, and for an entry that contradicts the plan, unless `because` gives a reason.
    """
    with editing(root) as plan:
        if new.sprint in plan.tasks and new.sprint not in plan.sprints:
            return _record_task(root, plan, new, today_of(plan, today))
        return _record(root, plan, new, pages, today_of(plan, today))


def _record_task(root: Path, plan: Plan, new: NewEntry, today: date) -> tuple[Path, ...]:
    """Write a task's state into its sprint's file, and the rest as an entry of the sprint."""
    id_, placed = new.sprint, plan.tasks[new.sprint]
    sprint = placed.sprint
    if new.percent is not None or any((new.tasks, new.measured, new.saves, new.updated)):
        raise UsageError(f"{id_} is a task; --percent, --task, --measured, --saves and --updated are for {sprint}")
    day = new.day or today
    reasons = _reasons_of_task(plan, new, day)
    file = _with_state(root, plan, placed, new.state) if new.state else None
    is_dated = new.state == "done" and bool(new.day or new.by)
    if not (new.note or new.because or is_dated):
        if file is None or new.day or new.by:
            raise UsageError(f"add a --note about {id_}")
        return (file.write(root),)
    note = new.note or (None if reasons else new.because)
    note = f"{id_}: {note}" if note else None
    done = (id_,) if new.state == "done" else ()
    entry = NewEntry(sprint, None, day, tasks=done, note=note, by=new.by, because=new.because, objections=reasons)
    written = _record(root, plan, entry, None, today)
    with removed_on_error(root / path for path in written):
        return (*([file.write(root)] if file else []), *written)


def _reasons_of_task(plan: Plan, new: NewEntry, day: date) -> tuple[str, ...]:
    """The reasons why the plan forbids the new state of a task. Raises UsageError unless `because` overrules them."""
    if new.state is None:
        return ()
    graph = Graph.of(plan)
    task_standings = TaskStandings.of(plan, graph, standings(plan, graph, day), day).all
    before = next(standing for standing in task_standings if standing.task.id == new.sprint)
    return _overruled(task_objections(plan, before, new.state), new)


def _overruled(reasons: tuple[str, ...], new: NewEntry) -> tuple[str, ...]:
    """The reasons why the plan forbids an entry. Raises UsageError unless its `because` overrules them."""
    if reasons and not new.because:
        raise UsageError(f"refused: {'; '.join(reasons)}; to record it anyway, add the reason with --because")
    return reasons


def _with_state(root: Path, plan: Plan, placed: PlacedTask, state: State) -> EditedFile:
    """The file of a task's sprint with a new state of the task, which replaces the deprecated `done`.

    Raises UsageError if the file has to be edited by hand.
    """
    place, task = plan.places.of(*placed.path), placed.path[2:]
    file = Alteration((root / place.path).read_bytes().decode(), Sprint)
    if file.has((*task, "done")):
        file.rename((*task, "done"), "state")
        file.set((*task, "done"), state)
    else:
        file.set((*task, "state"), state)
    return edited(root, place.path, file, _with_task(plan, placed, state), f"{place}: write `state: {state}`")


def _with_task(plan: Plan, placed: PlacedTask, state: State) -> Plan:
    """The plan with another state of one task."""
    sprint = plan.sprints[placed.sprint]
    task = placed.task.model_copy(update={"state": state})
    tasks = (*sprint.tasks[: placed.position], task, *sprint.tasks[placed.position + 1 :])
    return replace(plan, sprints={**plan.sprints, placed.sprint: sprint.model_copy(update={"tasks": tasks})})


def _record(root: Path, plan: Plan, new: NewEntry, pages: str | None, today: date) -> tuple[Path, ...]:
    if new.state is None and not (_has_news(new) or new.objections):
        raise UsageError("add something to record: --percent, --task, --measured, --saves, --updated or --note")
    if new.sprint not in plan.sprints:
        units = [*plan.sprints, *plan.tasks]
        raise UsageError.unknown(plan.unit.one.lower(), new.sprint, units, did_you_mean(new.sprint, units))
    day = new.day or today
    fields = _fields(new, plan, day)
    moves = new.state is not None
    entry = _entry(fields, plan.header.decimal)
    is_there = exists_in(root)
    missing = (f"{path} is not in the repository" for path in entry.updated if not is_there(path))
    reasons = _overruled((*new.objections, *objections(plan, entry, today, moves=moves), *missing), new)
    if new.because:
        fields["note"] = _note(new, reasons)
        entry = _entry(fields, plan.header.decimal)
    report = _report(root, plan, entry.sprint, day, pages) if pages and new.state == "done" else None
    written = _append(root, plan, entry)
    if report is None:
        return (written,)
    with removed_on_error([root / written]):
        write_atomically(root / report, SKELETON.encode(), root)
    return (written, report)


def _has_news(new: NewEntry) -> bool:
    return new.percent is not None or any((new.tasks, new.measured, new.saves, new.updated, new.note))


def _fields(new: NewEntry, plan: Plan, day: date) -> dict[str, Any]:
    """The fields of the entry by their names in a file."""
    state = standings(plan, Graph.of(plan), day)[new.sprint].state
    return {
        "sprint": new.sprint,
        "date": day,
        "state": new.state or ("done" if state == "done" else "in progress"),
        "percent": new.percent,
        "tasks": list(new.tasks),
        "measured": [_reading(text) for text in new.measured],
        "saves": new.saves,
        "updated": list(new.updated),
        "note": new.note,
        "by": new.by,
    }


def _reading(text: str) -> dict[str, str]:
    metric, sign, value = text.rpartition("=")
    if not sign or not metric.strip() or not value.strip():
        raise UsageError(f"{text} is not a measured value; write it like 'Load time=0.8s'")
    return {"metric": metric.strip(), "value": value.strip()}


def _note(new: NewEntry, reasons: tuple[str, ...]) -> str:
    because = f"Although {'; '.join(reasons)}: {new.because}" if reasons else f"Because: {new.because}"
    return f"{new.note}\n\n{because}" if new.note else because


def _report(root: Path, plan: Plan, sprint: str, day: date, pages: str) -> Path | None:
    """The path of a new completion report, relative to `root`; None if it exists, or there is no folder of pages.

    Raises UsageError if a symbolic link is on the way.
    """
    path = Path(pages, report_page(plan.header.documentation.progress_in, sprint, day))
    refuse_links(root / path, root)
    return path if (root / pages).is_dir() and not (root / path).exists() else None


def _entry(values: dict[str, Any], mark: DecimalMark | None) -> Entry:
    """An entry from plain values, validated like a file. Raises UsageError with the first finding.

    `mark` is the plan's decimal mark.
    """
    source = parse(_file(values), "the new entry")
    progress, findings = validate(source, Progress, Notation(mark))
    if progress is None or source.findings:
        raise UsageError((*source.findings, *findings)[0].advice)
    return progress.entries[0]


def _append(root: Path, plan: Plan, entry: Entry) -> Path:
    """Add an entry to the plan in `root` as a new file; returns its path, relative to `root`.

    Raises UsageError, with nothing written, if the plan would have errors, or another entry of the same day would count
    instead.
    """
    content = _file(entry.model_dump(mode="json"))
    path = Path(PLAN_FOLDER, "progress", _name(plan, entry, content))
    entries = with_file(root, path, content).entries
    same_day = [other for other in entries if (other.sprint, other.date) == (entry.sprint, entry.date)]
    if same_day[-1] != entry:
        day = day_in_words(entry.date, None)
        raise UsageError(f"another entry of {day} comes after {root / path} and would count instead; edit that one")
    add(root, path, content)
    return path


def _name(plan: Plan, entry: Entry, content: bytes) -> str:
    """The file name: day, sprint, number within the sprint's day, and part of the hash: `20260112-4-01-1a2b3c.yml`.

    The number keeps entries of one day in order, as the last one counts. The hash avoids conflicts between branches.
    """
    number = 1 + sum((other.sprint, other.date) == (entry.sprint, entry.date) for other in plan.entries)
    return f"{entry.date:%Y%m%d}-{entry.sprint}-{number:02}-{sha256(content).hexdigest()[:6]}.yml"


def _file(values: dict[str, Any]) -> bytes:
    """The content of a file with one entry, without empty values."""
    first, *more = _lines({key: value for key, value in values.items() if value not in (None, [])})
    return "".join(["entries:\n", f"  - {first}\n", *(f"    {line}\n" for line in more)]).encode()


def _lines(values: dict[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, list):
            yield f"{key}:"
            yield from (f"  - {inline(item)}" for item in value)
        else:
            yield f"{key}: {value if key in UNQUOTED else inline(value)}"
