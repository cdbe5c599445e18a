"""A tree of files into one plan: find the files, read each, resolve, and collect all that is wrong in one run."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from masterplan.errors import PlanError
from masterplan.files import is_ignored
from masterplan.load import custom, references
from masterplan.load.hints import did_you_mean
from masterplan.load.old_names import old_names, rename
from masterplan.load.rules import RULE_BY_ID
from masterplan.load.source import MAX_BYTES, Source, parse
from masterplan.load.tree import Folder, Tree
from masterplan.load.validate import validate
from masterplan.model.finding import Finding, Related, ordered
from masterplan.model.header import Header
from masterplan.model.milestone import Milestones
from masterplan.model.naming import natural, slug
from masterplan.model.option import Options
from masterplan.model.part import Part
from masterplan.model.place import Mark, Place, Places, locate
from masterplan.model.plan import Phase, Phases, Plan
from masterplan.model.progress import Entry, Progress
from masterplan.model.quantity import Notation
from masterplan.model.risk import LEVELS, Risks
from masterplan.model.schema import FILES
from masterplan.model.sprint import Sprint
from masterplan.model.team import Team, WorkingTime

_P = TypeVar("_P", bound=Part)

PLAN_FOLDER = "plan_data"
"""The folder of a plan, in the root of its repository."""

KIND_OF_FILE = {Path(path).name: part for part, path in FILES.values() if "<" not in path}
"""What each file in the folder of a plan is, by its name."""

KIND_OF_FOLDER = {Path(path).parent.name: part for part, path in FILES.values() if "<" in path}
"""What the files in a folder below it are, by the folder's name."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a tree holds: the plan, or None when anything is wrong, and every finding in the order of the files."""

    plan: Plan | None
    findings: tuple[Finding, ...]


_FILE_OF = {"phase": "phases", "person": "team", "owner": "team", "option": "options"}
"""The files in which things are that references name by their id, by the kind of thing."""

Made = tuple[Source, Part | None, tuple[Finding, ...]]
Make = Callable[[bytes, str, type[Part], Notation], Made]
Listed = Callable[[Iterable[Finding]], tuple[Finding, ...]]


def make(content: bytes, path: str, kind: type[Part], notation: Notation) -> Made:
    """A file's content, and as the kind of part it should hold, or None and everything that does not fit.

    `notation` is how its values are written; plan.yml sets its own.
    """
    source = parse(content, path)
    rename(old_names(source, kind))
    own = _notation(source) if kind is Header else notation
    repeated = tuple(custom.gather(source, kind, own))
    part, findings = validate(source, kind, own)
    return source, None if repeated else part, (*repeated, *findings)


def _notation(source: Source) -> Notation:
    """How plan.yml says that values are written, as far as that can be read."""
    data = source.data or {}
    levels, mark = data.get("risk_levels"), data.get("decimal")
    return Notation(
        decimal="," if mark == "," else "." if mark == "." else None,
        levels=tuple(map(str, levels)) if isinstance(levels, tuple) else LEVELS,
        fields=custom.declarations(data.get("fields")),
    )


def load(root: str | Path | Tree, make: Make = make, listed: Listed = ordered) -> Loaded:
    """Read the plan in `root/plan_data`. Never raises for what the files hold; reads nothing outside the folder.

    Whoever reads many plans that share most of their files gives a `make` that remembers what it has made. `listed`
    puts the findings in order, for people; `tuple` gives each of them.
    """
    reading = _Reading(Folder(Path(root)) if isinstance(root, str | Path) else root, make)
    reading.read()
    plan = reading.plan()
    findings = [
        *reading.findings,
        *references.check_references(plan, reading.may_have_lost),
        *custom.check_fields(plan, reading.may_have_lost),
    ]
    return Loaded(None if findings else plan, listed(findings))


def header_of(root: Path) -> Header:
    """What `root/plan_data/plan.yml` says, or nothing where there is none.

    Raises PlanError with its findings where it is wrong.
    """
    path = f"{PLAN_FOLDER}/plan.yml"
    reading = _Reading(Folder(root), make)
    if reading.tree.kind(path) != "missing":
        reading.file(path, "plan.yml")
    if reading.findings:
        raise PlanError(ordered(reading.findings))
    return reading.plan().header


@dataclass
class _Reading:
    """The parts of a plan while its files are read. Paths are relative to the root.

    `lost` holds the paths that could not be read, and the ids of sprints as far as they could be made out; `taken`
    holds the ids of sprints by their small letters. `notation` is what plan.yml sets, which is read first.
    """

    tree: Tree
    make: Make
    findings: list[Finding] = field(default_factory=list)
    marks: dict[tuple[str, ...], tuple[str, Mark]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    parts: dict[str, Part] = field(default_factory=dict)
    sprints: dict[str, Sprint] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    notation: Notation = field(default_factory=lambda: Notation(levels=LEVELS))

    def read(self) -> None:
        if self.tree.kind(PLAN_FOLDER) == "missing":
            hint = "start one with `masterplan init`, or give the folder of one with --root"
            self._add("missing-file", Place(PLAN_FOLDER), "there is no plan: the folder is missing", hint)
            return
        names = set()
        for path, name in sorted(self._entries(PLAN_FOLDER), key=lambda entry: entry[1] != "plan.yml"):
            names.add(name)
            if name in KIND_OF_FILE:
                self.file(path, name)
            elif name in KIND_OF_FOLDER:
                self._folder(path, name)
            else:
                self._unknown_file(path, did_you_mean(name, [*KIND_OF_FILE, *KIND_OF_FOLDER]))
        if "plan.yml" not in names and PLAN_FOLDER not in self.lost:
            place = Place(f"{PLAN_FOLDER}/plan.yml")
            self._add("missing-file", place, "every plan needs this file", "add it with at least a line `title: ...`")

    def plan(self) -> Plan:
        """The plan as far as it could be read; complete when there are no findings."""
        names = ("plan.yml", "phases.yml", "options.yml", "team.yml", "milestones.yml", "risks.yml")
        header, phases, options, team, milestones, risks = map(self.parts.get, names)
        return Plan(
            header=header if isinstance(header, Header) else Header(title="?"),
            sprints=self.sprints,
            phases=self._joined(phases.phases) if isinstance(phases, Phases) else (),
            options=options.options if isinstance(options, Options) else (),
            people=team.people if isinstance(team, Team) else (),
            entries=tuple(self.entries),
            places=Places(self.marks),
            calendar=team.calendar if isinstance(team, Team) else WorkingTime(),
            teams=team.teams if isinstance(team, Team) else (),
            roles=team.roles if isinstance(team, Team) else (),
            milestones=milestones.milestones if isinstance(milestones, Milestones) else (),
            risks=risks.risks if isinstance(risks, Risks) else (),
            chosen=options.chosen if isinstance(options, Options) else None,
        )

    def may_have_lost(self, kind: str, id_: str) -> bool:
        """Whether what an id names may stand in a file that could not be read."""
        folder = f"{PLAN_FOLDER}/sprints"
        if kind in {"task", "unit"} and any(path == folder or path.startswith(f"{folder}/") for path in self.lost):
            return True
        if kind not in {"sprint", "unit"}:
            return f"{PLAN_FOLDER}/{_FILE_OF.get(kind, 'plan')}.yml" in self.lost
        if self.lost & {id_, folder, f"{folder}/{id_}.yml"}:
            return True
        return any(path.startswith(f"{folder}/{id_}-") for path in self.lost)

    def _joined(self, phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
        """The phases with the sprints that join them by their own files, after those that are listed."""
        joining: dict[str, list[str]] = defaultdict(list)
        for id_ in sorted(self.sprints, key=natural):
            joining[self.sprints[id_].phase or ""].append(id_)
        return tuple(_with_sprints(phase, joining[phase.id]) for phase in phases)

    def _entries(self, folder: str) -> Iterator[tuple[str, str]]:
        """Path and name of everything in a folder that may be the plan's, sorted: no hidden files, copies or notes."""
        if self.tree.kind(folder) == "symlink":
            self._lose("symlink", folder, "symbolic links are not followed", "put the folder itself here")
            return
        try:
            names = sorted(self.tree.names(folder))
        except OSError as error:
            self._lose("unreadable", folder, f"not a folder that can be read: {error.strerror}", "fix or delete it")
            return
        for name in names:
            path = f"{folder}/{name}"
            if is_ignored(name) or name.endswith(".md"):
                continue
            if not name.isprintable():
                self._unknown_file(ascii(path).strip("'"), "use a name of letters, digits, . _ and -")
            else:
                yield path, name

    def file(self, path: str, name: str) -> None:
        """Read one of the files in the plan's folder."""
        source, part = self._read(path, KIND_OF_FILE[name])
        if name == "plan.yml":
            self.notation = _notation(source)
        if part is not None:
            self.parts[name] = part
            self.marks[(name.removesuffix(".yml"),)] = (path, source.mark)

    def _folder(self, folder: str, kind: str) -> None:
        for path, name in self._entries(folder):
            if not name.endswith(".yml"):
                self._unknown_file(path, "plan files end in .yml")
            elif kind == "sprints":
                self._sprint(path, name)
            else:
                self._progress(path)

    def _sprint(self, path: str, name: str) -> None:
        source, sprint = self._read(path, Sprint)
        if sprint is None:
            id_ = source.data.get("id") if source.data else None
            self.lost |= {id_} if isinstance(id_, str) else set()
            return
        taken = self.taken.setdefault(sprint.id.lower(), sprint.id)
        if taken in self.sprints:
            first = locate(*self.marks["sprints", taken], ("id",))
            spelt = "" if taken == sprint.id else f" as `{taken}`, and some disks ignore capitals"
            message = f"the id `{sprint.id}` is taken by {first.path}{spelt}"
            at = locate(path, source.mark, ("id",))
            self._add("duplicate-id", at, message, "give one another id", Related(first, "the first"))
            return
        if name != f"{sprint.id}.yml" and not name.startswith(f"{sprint.id}-"):
            hint = f"rename it to {sprint.id}-{slug(sprint.title) or 'sprint'}.yml"
            self._add(
                "file-name", locate(path, source.mark, ("id",)), f"the file of `{sprint.id}` is named {name}", hint
            )
        self.sprints[sprint.id] = sprint
        self.marks["sprints", sprint.id] = (path, source.mark)

    def _progress(self, path: str) -> None:
        source, progress = self._read(path, Progress)
        marks = source.mark.child("entries")
        for n, entry in enumerate(progress.entries if progress else ()):
            mark = marks.child(n) if marks else None
            self.marks["entries", str(len(self.entries))] = (path, mark or source.mark)
            self.entries.append(entry)

    def _read(self, path: str, kind: type[_P]) -> tuple[Source, _P | None]:
        """A file as the kind of part it should hold; None, and the path is lost, where it does not."""
        content = self._content(path)
        if content is None:
            return Source(path, None, Mark(1, 1, 1, 1), ()), None
        source, part, findings = self.make(content, path, kind, self.notation)
        self.findings += [*source.findings, *findings]
        if part is None:
            self.lost.add(path)
        return source, part if isinstance(part, kind) else None

    def _content(self, path: str) -> bytes | None:
        """The bytes of a file, or one more than a file may have; None, and the path is lost, where there are none."""
        match self.tree.kind(path):
            case "file":
                try:
                    return self.tree.read(path, MAX_BYTES)
                except OSError as error:
                    self._lose("unreadable", path, f"cannot be read: {error.strerror}", "fix its permissions")
            case "symlink":
                self._lose("symlink", path, "symbolic links are not followed", "put the file itself here")
            case _:
                self._lose("unreadable", path, "not a file", "put a file here, or delete it")
        return None

    def _unknown_file(self, path: str, hint: str) -> None:
        self._lose("unknown-file", path, "no part of a plan has this name", hint)

    def _lose(self, rule: str, path: str, message: str, hint: str) -> None:
        self.lost.add(path)
        self._add(rule, Place(path), message, hint)

    def _add(self, rule: str, place: Place, message: str, hint: str, *related: Related) -> None:
        self.findings.append(Finding(RULE_BY_ID[rule], place, message, hint, related))


def _with_sprints(phase: Phase, more: list[str]) -> Phase:
    fresh = [id_ for id_ in more if id_ not in phase.sprints]
    return phase.model_copy(update={"sprints": (*phase.sprints, *fresh)}) if fresh else phase
