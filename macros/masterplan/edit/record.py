"""Recording progress: what `masterplan start`, `progress`, `block` and `complete` do.

One function a step: check what is told, ask what speaks against it, write the entry, and for a completed sprint the
skeleton of its report.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from masterplan.analyse.graph import Graph
from masterplan.analyse.objections import objections
from masterplan.analyse.progress import standings
from masterplan.edit.editing import editing
from masterplan.edit.journal import append, entry_of
from masterplan.errors import UsageError
from masterplan.files import refuse_links, write_atomically
from masterplan.load.hints import did_you_mean
from masterplan.model.plan import Plan
from masterplan.model.progress import SKELETON, State, report_page
from masterplan.publish.docs import docs_dir
from masterplan.today import today_of


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of a sprint: the fields of an entry as texts, and why it is right against the plan.

    Without a `state` a sprint that is done stays done, and any other is in progress. Without a `day` it is of today.
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


def record(root: Path, told: Told, option: date | None = None) -> tuple[Path, ...]:
    """Write down what is told; returns the files written, by their paths from `root`. For `option` see `today_of`.

    Raises UsageError, with nothing written, for a plan with errors, for what cannot be an entry, and for what the plan
    forbids unless the reason is told.
    """
    with editing(root) as plan:
        return _record(root, plan, told, option)


def _record(root: Path, plan: Plan, told: Told, option: date | None) -> tuple[Path, ...]:
    if told.state is None and not _says_something(told):
        raise UsageError("say what is new: --percent, --task, --measured, --saves, --updated or --note")
    if told.sprint not in plan.sprints:
        raise UsageError(
            f"there is no {plan.unit.one.lower()} {told.sprint}; {did_you_mean(told.sprint, plan.sprints)}"
        )
    today = today_of(plan, option)
    day = told.day or today
    said = _said(told, plan, day)
    against = objections(plan, entry_of(said, plan.header.decimal), today, moves=told.state is not None)
    if against and not told.because:
        raise UsageError(f"refused: {'; '.join(against)}; tell why it is right all the same with --because")
    if told.because:
        said["note"] = _note(told, against)
    entry = entry_of(said, plan.header.decimal)
    report = _report(root, plan, told.sprint, day) if told.state == "done" else None
    written = append(root, plan, entry)
    if report is None:
        return (written,)
    write_atomically(root / report, SKELETON.encode(), root)
    return (written, report)


def _says_something(told: Told) -> bool:
    return told.percent is not None or any((told.tasks, told.measured, told.saves, told.updated, told.note))


def _said(told: Told, plan: Plan, day: date) -> dict[str, Any]:
    now = standings(plan, Graph.of(plan), day)[told.sprint].state
    said = {
        "sprint": told.sprint,
        "date": day,
        "state": told.state or ("done" if now == "done" else "in progress"),
        "percent": told.percent,
        "tasks": list(told.tasks),
        "measured": [_reading(each) for each in told.measured],
        "saves": told.saves,
        "updated": list(told.updated),
        "note": told.note,
        "by": told.by,
    }
    return {key: value for key, value in said.items() if value not in (None, [])}


def _reading(text: str) -> dict[str, str]:
    metric, sign, value = text.rpartition("=")
    if not sign or not metric.strip() or not value.strip():
        raise UsageError(f"{text} is not a measured value; write it like 'Load time=0.8s'")
    return {"metric": metric.strip(), "value": value.strip()}


def _note(told: Told, against: tuple[str, ...]) -> str:
    reason = f"Although {'; '.join(against)}: {told.because}" if against else f"Because: {told.because}"
    return f"{told.note}\n\n{reason}" if told.note else reason


def _report(root: Path, plan: Plan, sprint: str, day: date) -> Path | None:
    """Where the completion report is to begin, by its path from `root`; None where there is one, or no pages at all.

    Raises UsageError where a symbolic link leads there.
    """
    docs = docs_dir(root)
    path = Path(docs, report_page(plan.header.documentation.progress_in, sprint, day))
    refuse_links(root / path, root)
    return path if (root / docs).is_dir() and not (root / path).exists() else None
