"""Lines whose values were removed as invalid: a reader took them, but they are not in the plan."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from masterplan.importing.draft import Draft
from masterplan.importing.fit import Misfit
from masterplan.importing.ledger import LineOutcome, words
from masterplan.model.part import Path


def with_losses(entries: Sequence[LineOutcome], draft: Draft, misfits: Sequence[Misfit]) -> tuple[LineOutcome, ...]:
    """Outcomes of all lines; a line whose value was removed from the draft counts as not understood."""
    if not misfits:
        return tuple(entries)
    by_label: dict[str, list[LineOutcome]] = defaultdict(list)
    for entry in entries:
        for label in entry.note.split("; ") if entry.fate != "not understood" else ():
            by_label[label].append(entry)
    lost: dict[int, str] = {}
    for misfit in misfits:
        part, field = _owner(draft, misfit.path)
        labels = [f"{part}: {field[0]}"] if field else [label for label in by_label if label.startswith(f"{part}: ")]
        candidates = [entry for label in labels for entry in by_label.get(label, ())]
        is_all = not field[1:] and part != "task"
        for entry in candidates if is_all else _lines_of(candidates, misfit.value):
            lost.setdefault(entry.line, misfit.reason)
    return tuple(
        entry._replace(fate="not understood", note=lost[entry.line]) if entry.line in lost else entry
        for entry in entries
    )


def _owner(draft: Draft, path: Path) -> tuple[str, Path]:
    """Ledger's name for the part of the plan at a path, and the rest of the path."""
    match path:
        case ("sprints", str(id_), "tasks", int(n), *inner):
            task: Any = draft.sprints[id_]["tasks"][n]
            task_id = task.get("id") if isinstance(task, Mapping) else None
            return f"task {task_id}" if task_id else "task", tuple(inner)
        case ("sprints", id_, *inner):
            return f"sprint {id_}", tuple(inner)
        case ("phases" | "milestones" | "options" as kind, _, int(n), *inner):
            ids = {"phases": draft.phases, "milestones": draft.milestones, "options": draft.options}[kind]
            return f"{kind.removesuffix('s')} {list(ids)[n]}", tuple(inner)
        case _:
            return str(path[0]), path[1:]


def _lines_of(entries: Iterable[LineOutcome], value: object) -> Iterator[LineOutcome]:
    """Lines that a value came from: lines of its text, or lines with every word of its first text."""
    texts = list(_texts(value))
    lines = {line.strip() for text in texts for line in text.splitlines()}
    first_words = set(words(texts[0])) if texts else set()
    for entry in entries:
        if entry.text.strip() in lines or (first_words and first_words <= set(words(entry.text))):
            yield entry


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)
