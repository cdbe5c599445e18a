"""A folder of files into one plan: find the files, read each, resolve, and collect all that is wrong in one run."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from masterplan.load import references
from masterplan.load.hints import did_you_mean
from masterplan.load.rules import FILE, REFERENCE
from masterplan.load.source import MAX_BYTES, Source, parse
from masterplan.load.validate import validate
from masterplan.model.finding import Finding, ordered
from masterplan.model.naming import natural, slug
from masterplan.model.place import Mark, Place, Places, locate
from masterplan.model.plan import Entry, Header, Options, Part, Phases, Plan, Progress, Sprint, Team

P = TypeVar("P", bound=Part)

FOLDER = "plan_data"
"""The folder of a plan, in the root of its repository."""

FILES: Mapping[str, type[Part]] = {
    "plan.yml": Header, "phases.yml": Phases, "options.yml": Options, "team.yml": Team,
}  # fmt: skip
FOLDERS: Mapping[str, type[Part]] = {"sprints": Sprint, "progress": Progress}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder holds: the plan, or None when anything is wrong, and every finding in the order of the files."""

    plan: Plan | None
    findings: tuple[Finding, ...]


def load(root: Path) -> Loaded:
    """Read the plan in `root/plan_data`. Never raises for what the files hold; reads nothing outside the folder."""
    reading = _Reading(root)
    reading.read()
    plan = reading.plan()
    findings = [*reading.findings, *references.check(plan, reading.broken)]
    return Loaded(None if findings else plan, ordered(findings))


@dataclass
class _Reading:
    """The parts of a plan while its files are read."""

    root: Path
    findings: list[Finding] = field(default_factory=list)
    marks: dict[tuple[str, ...], tuple[str, Mark]] = field(default_factory=dict)
    broken: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    parts: dict[str, Part] = field(default_factory=dict)
    sprints: dict[str, Sprint] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def read(self) -> None:
        folder = self.root / FOLDER
        if not folder.is_dir():
            self._add("missing-file", FOLDER, "there is no plan: the folder is missing", "run `masterplan new plan`")
            return
        for name in self._list(folder, FOLDER, FILES.keys() | FOLDERS.keys()):
            if name in FILES:
                self._file(name, FILES[name])
            else:
                self._folder(name)
        if "plan.yml" not in self.parts and "plan.yml" not in self.broken:
            self._add("missing-file", f"{FOLDER}/plan.yml", "every plan needs this file", "it holds at least `title:`")

    def plan(self) -> Plan:
        """The plan as far as it could be read; complete when there are no findings."""
        phases, options, team = (self.parts.get(name) for name in ("phases.yml", "options.yml", "team.yml"))
        header = self.parts.get("plan.yml")
        return Plan(
            header=header if isinstance(header, Header) else Header(title="?"),
            sprints={id_: self.sprints[id_] for id_ in sorted(self.sprints, key=natural)},
            phases=phases.phases if isinstance(phases, Phases) else (),
            options=options.options if isinstance(options, Options) else (),
            people=team.people if isinstance(team, Team) else (),
            entries=tuple(self.entries),
            places=Places(self.marks),
        )

    def _list(self, folder: Path, shown: str, known: Any) -> Iterator[str]:
        """The names in a folder that are the plan's, sorted; others are findings, hidden ones and notes are left out."""
        for entry in sorted(os.scandir(folder), key=lambda each: each.name):
            path = f"{shown}/{entry.name}"
            if entry.name.startswith(".") or entry.name.endswith((".md", "~")):
                continue
            if entry.is_symlink():
                self._add("symlink", path, "symbolic links are not followed", "put the file itself here")
            elif known is None and entry.name.endswith(".yml") or known and entry.name in known:
                yield entry.name
            else:
                near = did_you_mean(entry.name, known) if known else "plan files end in .yml"
                self._add("unknown-file", path, f"no part of a plan is called {entry.name}", near)

    def _file(self, name: str, part: type[Part]) -> None:
        source = self._source(f"{FOLDER}/{name}")
        read = self._part(source, part)
        if read is None:
            self.broken[name] = set()
        else:
            self.parts[name] = read
            self.marks[(name.removesuffix(".yml"),)] = (source.path, source.mark)

    def _folder(self, folder: str) -> None:
        for name in self._list(self.root / FOLDER / folder, f"{FOLDER}/{folder}", None):
            source = self._source(f"{FOLDER}/{folder}/{name}")
            if folder == "sprints":
                self._sprint(source, name)
            else:
                self._progress(source)

    def _sprint(self, source: Source, name: str) -> None:
        sprint = self._part(source, Sprint)
        if sprint is None:
            id_ = (source.data or {}).get("id")
            self.broken["sprint"].add(id_ if isinstance(id_, str) else name.split("-")[0].removesuffix(".yml"))
            return
        at = locate(source.path, source.mark, ("id",))
        if sprint.id in self.sprints:
            first = Place(self.marks["sprints", sprint.id][0])
            message = f"the id `{sprint.id}` is taken by {first.path}"
            self._finding("duplicate-id", at, message, "give this one another id", first)
            return
        if name != f"{sprint.id}.yml" and not name.startswith(f"{sprint.id}-"):
            hint = f"call it {sprint.id}-{slug(sprint.title)}.yml"
            self._finding("file-name", at, f"the file of `{sprint.id}` is called {name}", hint)
        self.sprints[sprint.id] = sprint
        self.marks["sprints", sprint.id] = (source.path, source.mark)

    def _progress(self, source: Source) -> None:
        progress = self._part(source, Progress)
        marks = source.mark.child("entries")
        for n, entry in enumerate(progress.entries if progress else ()):
            mark = marks.child(n) if marks else None
            self.marks["entries", str(len(self.entries))] = (source.path, mark or source.mark)
            self.entries.append(entry)

    def _source(self, path: str) -> Source:
        try:
            with (self.root / path).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            self._add("unreadable", path, f"cannot be read: {error.strerror}")
            return Source(path, None, Mark(1, 1, 1, 1), ())
        return parse(content, path)

    def _part(self, source: Source, part: type[P]) -> P | None:
        read, findings = validate(source, part)
        self.findings += [*source.findings, *findings]
        return read

    def _add(self, rule: str, path: str, message: str, hint: str = "") -> None:
        self._finding(rule, Place(path), message, hint)

    def _finding(self, rule: str, place: Place, message: str, hint: str, *related: Place) -> None:
        self.findings.append(Finding((FILE | REFERENCE)[rule], place, message, hint, related))
