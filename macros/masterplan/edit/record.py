"""Recording progress: what `masterplan start`, `progress`, `block` and `complete` do.

One function a step: check the new entry, ask what speaks against it, write it, and for a completed sprint begin the
page of its report.
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
from masterplan.today import today_of


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry of progress as somebody types it: the fields of the entry as texts, and why it is right (`because`).

    Without a `state` a sprint that is done stays done, and any other is in progress. Without a `day` the entry is of
    today. `because` is the reason for an entry that the plan speaks against.
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


def record(root: Path, new: NewEntry, today: date | None = None, pages: str | None = None) -> tuple[Path, ...]:
    """Write an entry down; returns the files written, by their paths from `root`.

    For `today` see `today_of`. `pages` is the folder of pages by its path from `root`, where the report of a completed
    sprint begins; without it no report does. Raises UsageError, with nothing written, for a plan with errors, for what
    cannot be an entry, and for what the plan speaks against unless `because` gives a reason.
    """
    with editing(root) as plan:
        return _record(root, plan, new, pages, today_of(plan, today))


def _record(root: Path, plan: Plan, new: NewEntry, pages: str | None, today: date) -> tuple[Path, ...]:
    if new.state is None and not _has_news(new):
        raise UsageError("say what is new: --percent, --task, --measured, --saves, --updated or --note")
    if new.sprint not in plan.sprints:
        raise UsageError(f"there is no {plan.unit.one.lower()} {new.sprint}; {did_you_mean(new.sprint, plan.sprints)}")
    day = new.day or today
    fields = _fields(new, plan, day)
    reasons = objections(plan, entry_of(fields, plan.header.decimal), today, moves=new.state is not None)
    if reasons and not new.because:
        raise UsageError(f"refused: {'; '.join(reasons)}; tell why it is right all the same with --because")
    if new.because:
        fields["note"] = _note(new, reasons)
    entry = entry_of(fields, plan.header.decimal)
    report = _report(root, plan, entry.sprint, day, pages) if pages and new.state == "done" else None
    written = append(root, plan, entry)
    if report is None:
        return (written,)
    write_atomically(root / report, SKELETON.encode(), root)
    return (written, report)


def _has_news(new: NewEntry) -> bool:
    return new.percent is not None or any((new.tasks, new.measured, new.saves, new.updated, new.note))


def _fields(new: NewEntry, plan: Plan, day: date) -> dict[str, Any]:
    """The fields of the entry by their names in a file, without those that are left out."""
    now = standings(plan, Graph.of(plan), day)[new.sprint].state
    fields = {
        "sprint": new.sprint,
        "date": day,
        "state": new.state or ("done" if now == "done" else "in progress"),
        "percent": new.percent,
        "tasks": list(new.tasks),
        "measured": [_reading(text) for text in new.measured],
        "saves": new.saves,
        "updated": list(new.updated),
        "note": new.note,
        "by": new.by,
    }
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _reading(text: str) -> dict[str, str]:
    metric, sign, value = text.rpartition("=")
    if not sign or not metric.strip() or not value.strip():
        raise UsageError(f"{text} is not a measured value; write it like 'Load time=0.8s'")
    return {"metric": metric.strip(), "value": value.strip()}


def _note(new: NewEntry, reasons: tuple[str, ...]) -> str:
    because = f"Although {'; '.join(reasons)}: {new.because}" if reasons else f"Because: {new.because}"
    return f"{new.note}\n\n{because}" if new.note else because


def _report(root: Path, plan: Plan, sprint: str, day: date, pages: str) -> Path | None:
    """Where the completion report begins, by its path from `root`; None where there is one, or no folder of pages.

    Raises UsageError where a symbolic link leads there.
    """
    path = Path(pages, report_page(plan.header.documentation.progress_in, sprint, day))
    refuse_links(root / path, root)
    return path if (root / pages).is_dir() and not (root / path).exists() else None
