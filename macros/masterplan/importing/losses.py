"""What became of the lines whose values no plan can have: a reader took them, and yet they are nowhere in the plan."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from masterplan.importing.draft import Draft
from masterplan.importing.fit import Misfit
from masterplan.importing.ledger import LineOutcome, words
from masterplan.model.part import Path


def with_losses(entries: Sequence[LineOutcome], draft: Draft, misfits: Sequence[Misfit]) -> tuple[LineOutcome, ...]:
    """The lines of a document, those as not understood whose values were taken out of the draft."""
    if not misfits:
        return tuple(entries)
    by_label: dict[str, list[LineOutcome]] = defaultdict(list)
    for entry in entries:
        for label in entry.note.split("; ") if entry.fate != "not understood" else ():
            by_label[label].append(entry)
    lost: dict[int, str] = {}
    for misfit in misfits:
        owner, field = _owner(draft, misfit.path)
        labels = [f"{owner}: {field[0]}"] if field else [label for label in by_label if label.startswith(f"{owner}: ")]
        of_owner = [entry for label in labels for entry in by_label.get(label, ())]
        is_all = not field[1:] and owner != "task"
        for entry in of_owner if is_all else _with(of_owner, misfit.value):
            lost.setdefault(entry.line, misfit.why)
    return tuple(
        entry._replace(fate="not understood", note=lost[entry.line]) if entry.line in lost else entry
        for entry in entries
    )


def _owner(draft: Draft, path: Path) -> tuple[str, Path]:
    """What a ledger calls the part of the plan that a path leads into, and the rest of the path."""
    match path:
        case ("sprints", str(id_), "tasks", int(n), *inner):
            task: Any = draft.sprints[id_]["tasks"][n]
            of_task = task.get("id") if isinstance(task, Mapping) else None
            return f"task {of_task}" if of_task else "task", tuple(inner)
        case ("sprints", id_, *inner):
            return f"sprint {id_}", tuple(inner)
        case ("phases" | "milestones" | "options" as kind, _, int(n), *inner):
            ids = {"phases": draft.phases, "milestones": draft.milestones, "options": draft.options}[kind]
            return f"{kind.removesuffix('s')} {list(ids)[n]}", tuple(inner)
        case _:
            return str(path[0]), path[1:]


def _with(entries: Iterable[LineOutcome], value: object) -> Iterator[LineOutcome]:
    """The lines of a value, of which its part has several: those in it, or with every word of its first text."""
    texts = list(_texts(value))
    lines = {line.strip() for text in texts for line in text.splitlines()}
    wanted = set(words(texts[0])) if texts else set()
    for entry in entries:
        if entry.text.strip() in lines or (wanted and wanted <= set(words(entry.text))):
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
