"""Fits a draft to the model: removes and reports invalid values until the plan loads.

The loader alone decides what is valid. Its findings have positions in the files as they would be written, which lead
back to the values of the draft.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from masterplan.edit.editing import Overlay
from masterplan.importing.draft import Draft, Values
from masterplan.load.loader import KIND_OF_FILE, PLAN_FOLDER, PartLoader, load, load_part
from masterplan.load.source import FORBIDDEN, MAX_BYTES, MAX_DEPTH, MAX_DIGITS, parse
from masterplan.load.tree import FileKind
from masterplan.load.writer import yaml_text
from masterplan.model.finding import Finding
from masterplan.model.naming import slug
from masterplan.model.part import Part, Path, fields_of, part_at
from masterplan.model.place import Mark
from masterplan.model.plan import Plan
from masterplan.model.sprint import Sprint
from masterplan.model.task import Dependency

SPRINT_FOLDER = f"{PLAN_FOLDER}/sprints"
"""Folder of the sprint files."""

_PLAN = f"{PLAN_FOLDER}/plan.yml"
"""The one required file of a plan."""

_TITLE = "Plan"
"""Title of a plan without one."""

_LONGEST_KEY = 200
_GONE: Final = object()
"""Replaces a removed item of a list, so that the others keep their positions."""

_AT_KEYS = {"missing-field", "unknown-field", "empty-value"}
"""Rules whose findings point at the key of a value."""

_Position = tuple[int, int]


class Misfit(NamedTuple):
    """An invalid value of a draft: its path, the value, and the reason.

    Paths are like those of `Plan.places`, with list positions in the draft: `("sprints", "4", "tasks", 2, "effort")`.
    """

    path: Path
    value: object
    reason: str


class Fitted(NamedTuple):
    """A plan that loads: its files as text by path, the values removed from the draft, and the plan itself."""

    files: Mapping[str, str]
    misfits: tuple[Misfit, ...]
    plan: Plan


def fit(
    draft: Draft, names: Mapping[str, str], lead: Callable[[str], str] = lambda _: "", load_part: PartLoader = load_part
) -> Fitted:
    """Files of a draft with invalid values removed. The draft itself does not change.

    `names` are the paths of existing sprint files, by sprint id. `lead` returns the first line of the file at a path,
    such as a comment, or an empty text. `load_part` is as in `load`.
    """
    fitting = _Fitting(lead, cache(load_part))
    fitting.read(draft, names)
    plan = fitting.settle()
    return Fitted({path: fitting.text(path) for path in fitting.values}, tuple(fitting.misfits), plan)


@dataclass
class _Fitting:
    """State of the fitting: values, first path steps (`heads`) and text of each file by its path, and the misfits."""

    lead: Callable[[str], str]
    load_part: PartLoader
    values: dict[str, Values] = field(default_factory=dict)
    heads: dict[str, Path] = field(default_factory=dict)
    misfits: list[Misfit] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def read(self, draft: Draft, names: Mapping[str, str]) -> None:
        for name, values in draft.files().items():
            self._add(f"{PLAN_FOLDER}/{name}", (name.removesuffix(".yml"),), values)
        self.values.setdefault(_PLAN, {}).setdefault("title", _TITLE)
        taken: set[str] = set()
        for id_, values in draft.sprints.items():
            path = names.get(id_) or sprint_path(id_, str(values.get("title") or ""), taken)
            taken.add(path.lower())
            self._add(path, ("sprints", id_), {"id": id_} | values)

    def _add(self, path: str, head: Path, values: Values) -> None:
        self.heads[path] = head
        writable = self._written(values, head, 1)
        if isinstance(writable, dict):
            self.values[path] = writable

    def _written(self, value: object, path: Path, depth: int) -> Any:
        """Writable form of a value; `_GONE` for None, blank texts, and values that no file can have."""
        reason = _unwritable(value, depth)
        if reason:
            self.misfits.append(Misfit(path, value, reason))
            return _GONE
        match value:
            case None:
                return _GONE
            case str():
                return value if value.strip() else _GONE
            case Mapping():
                items = ((key, self._written(item, (*path, key), depth + 1)) for key, item in _flattened(value).items())
                return {key: item for key, item in items if item is not _GONE} or _GONE
            case list() | tuple():
                written = [self._written(item, (*path, n), depth + 1) for n, item in enumerate(value)]
                return written if _remaining(written) or not value else _GONE
        return value

    def settle(self) -> Plan:
        """Remove what the loader rejects until the plan loads; returns the plan."""
        while True:
            tree = Overlay(_EmptyTree(), {path: self.text(path).encode() for path in self.values})
            loaded = load(tree, self.load_part, tuple)
            if loaded.plan is not None:
                return loaded.plan
            findings_by_file: dict[str, list[Finding]] = defaultdict(list)
            for finding in loaded.findings:
                findings_by_file[finding.place.path].append(finding)
            before = len(self.misfits)
            for path, file_findings in findings_by_file.items():
                self._remove_wrong(path, file_findings)
            if len(self.misfits) == before:
                self._shrink(loaded.findings[0].place.path, loaded.findings[0].message)

    def text(self, path: str) -> str:
        """Text of the file at a path."""
        if path not in self.texts:
            self.texts[path] = self.lead(path) + yaml_text(_without_gone(self.values[path]), kind_of_file(path))
        return self.texts[path]

    def _remove_wrong(self, path: str, findings: Iterable[Finding]) -> None:
        source = parse(self.text(path).encode(), path)
        if source.data is None:
            return
        positions: dict[_Position, list[Path]] = defaultdict(list)
        for position, steps in _positions(source.mark, self.values[path], ()):
            positions[position].append(steps)
        for finding in findings:
            values = self.values.get(path)
            candidates = positions[finding.place.line, finding.place.column]
            candidates = [steps for steps in candidates if _at(values, steps) is not _GONE]
            if candidates:
                self._remove(path, self._wrong_steps(path, candidates, finding.rule.id), finding.message)

    def _wrong_steps(self, path: str, candidates: list[Path], rule: str) -> Path:
        """Steps to the value of a finding, chosen from the `candidates` at its position, outermost first."""
        if rule == "missing-field":
            values = self.values[path]
            mappings = [steps for steps in candidates if isinstance(_at(values, steps), dict)]
            incomplete = (
                steps for steps in mappings if _is_incomplete(part_at(kind_of_file(path), steps), _at(values, steps))
            )
            return next(incomplete, [*candidates, *mappings][-1])
        return candidates[-1] if rule in _AT_KEYS else candidates[0]

    def _remove(self, path: str, steps: Path, reason: str) -> None:
        """Remove a value, and the parts that are invalid without it."""
        if path == _PLAN and steps in {(), ("title",)}:
            return self._retitle(reason)
        removable = self._removable(path, steps)
        value = _without_gone(_at(self.values[path], removable))
        self.misfits.append(Misfit((*self.heads[path], *removable), value, reason))
        self.texts.pop(path, None)
        if not removable:
            del self.values[path]
            return None
        container = _at(self.values[path], removable[:-1])
        if isinstance(container, list):
            container[int(removable[-1])] = _GONE
        else:
            del container[removable[-1]]
        return None

    def _retitle(self, reason: str) -> None:
        """Replace the title of the plan by a valid one."""
        title = self.values[_PLAN].get("title")
        if title != _TITLE:
            self.misfits.append(Misfit(("plan", "title"), title, reason))
            self.values[_PLAN]["title"] = _TITLE
            self.texts.pop(_PLAN, None)

    def _removable(self, path: str, steps: Path) -> Path:
        """Steps to a value, or to the outermost part around it that would be empty or invalid without it."""
        while steps:
            *above, last = steps
            container = _at(self.values[path], tuple(above))
            if isinstance(container, list):
                is_needed = len(_remaining(container)) == 1
            else:
                is_needed = str(last) in _required(part_at(kind_of_file(path), tuple(above))) or len(container) == 1
            if not is_needed:
                break
            steps = tuple(above)
        return steps

    def _shrink(self, path: str, reason: str) -> None:
        """Remove the smallest value that brings a file below the size limit; from a smaller file, a tenth of it."""
        excess = max(len(self.text(path).encode()) - MAX_BYTES, len(self.text(path)) // 10)
        steps: Path = ()
        while sizes := {step: len(str(value)) for step, value in _children(_at(self.values[path], steps))}:
            largest = max(sizes, key=sizes.__getitem__)
            if steps and sizes[largest] < excess:
                break
            steps = (*steps, largest)
        self._remove(path, steps, reason)


class _EmptyTree:
    """A tree without files."""

    def kind(self, path: str) -> FileKind:  # noqa: ARG002 - the interface of a tree
        return "missing"

    def names(self, path: str) -> list[str]:
        raise FileNotFoundError(path)

    def read(self, path: str, most: int) -> bytes:  # noqa: ARG002 - likewise
        raise FileNotFoundError(path)


def _flattened(values: Mapping[str, object]) -> Mapping[str, object]:
    """A part as in its file: custom fields, which a draft keeps in `fields`, next to the others."""
    custom = values.get("fields")
    if not isinstance(custom, Mapping):
        return values
    rest = {name: value for name, value in values.items() if name != "fields"}
    taken = {name: value for name, value in custom.items() if name in rest}
    return {**custom, **rest} | ({"fields": taken} if taken else {})


def sprint_path(id_: str, title: str, taken: set[str]) -> str:
    """Path of a new sprint file that differs from those `taken` by more than upper and lower case."""
    lead = f"{SPRINT_FOLDER}/{re.sub(r'[^A-Za-z0-9._-]', '_', id_)[:40]}-{slug(title) or 'sprint'}"
    path, n = f"{lead}.yml", 2
    while path.lower() in taken:
        path, n = f"{lead}-{n}.yml", n + 1
    return path


def kind_of_file(path: str) -> type[Part]:
    """The type of the content of a file that an import writes, by its path."""
    return KIND_OF_FILE.get(path.removeprefix(f"{PLAN_FOLDER}/"), Sprint)


def _unwritable(value: object, depth: int) -> str:
    """Reason why no file of a plan can contain a value, whatever its field; empty if it can."""
    match value:
        case str():
            match = FORBIDDEN.search(value)
            return f"the character U+{ord(match[0]):04X} is not allowed in a plan" if match else ""
        case None | bool() | Decimal():
            return ""
        case int():
            return "" if abs(value) < 10**MAX_DIGITS else "the number is too long"
        case Mapping():
            if any(not isinstance(key, str) or len(key) > _LONGEST_KEY or FORBIDDEN.search(key) for key in value):
                return "a field name is not allowed"
        case list() | tuple():
            pass
        case _:
            return f"a value of the kind {type(value).__name__} is not allowed"
    return f"nested more than {MAX_DEPTH} levels deep" if depth >= MAX_DEPTH else ""


def _remaining(items: Iterable[object]) -> list[object]:
    return [item for item in items if item is not _GONE]


def _without_gone(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_gone(item) for key, item in value.items()}
        case list():
            return [_without_gone(item) for item in _remaining(value)]
    return value


def _at(value: object, steps: Path) -> Any:
    """Value at a path; `_GONE` if there is none any more."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(str(step), _GONE)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            return _GONE
    return _GONE if value is None else value


def _children(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return [(n, item) for n, item in enumerate(value) if item is not _GONE] if isinstance(value, list) else []


def _positions(mark: Mark, value: object, steps: Path) -> Iterator[tuple[_Position, Path]]:
    """Positions of all values and keys in a file, with the steps to the value in the draft; outermost first."""
    yield (mark.line, mark.column), steps
    if (mark.key_line, mark.key_column) != (mark.line, mark.column):
        yield (mark.key_line, mark.key_column), steps
    if isinstance(mark.children, dict) and isinstance(value, dict):
        for name, child in mark.children.items():
            yield from _positions(child, value[name], (*steps, name))
    elif isinstance(mark.children, tuple):
        for (n, item), child in zip(_children(value), mark.children, strict=True):
            yield from _positions(child, item, (*steps, n))


@cache
def _required(part: type[Part]) -> frozenset[str]:
    """Required fields of a part."""
    alternatives = {"sprint", "task"} if issubclass(part, Dependency) else set()
    return frozenset({field.name for field in fields_of(part) if field.needed} | alternatives)


def _is_incomplete(part: type[Part], values: Mapping[str, object]) -> bool:
    return not all(field.name in values for field in fields_of(part) if field.needed)
