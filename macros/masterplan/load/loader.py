"""Loading a plan from a tree of files: find and read the files, resolve references, collect all findings in one run."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
"""The type of part in each file of a plan's folder, by file name."""

KIND_OF_FOLDER = {Path(path).parent.name: part for part, path in FILES.values() if "<" in path}
"""The type of part in the files of each subfolder, by name of the folder."""


def _way_to_read(error: OSError) -> str:
    return "fix its permissions" if isinstance(error, PermissionError) else "restore or delete it"


def way_to_a_plan(root: Path | None) -> str:
    """The next step for a folder without a plan; None is a tree that is not on disk."""
    above = (
        next((folder for folder in root.resolve().parents if (folder / PLAN_FOLDER).is_dir()), None) if root else None
    )
    if above:
        return f"the plan is in {above}: run the command there, or name that folder with --root"
    return "start one with `masterplan init`, or name the folder of a plan with --root"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of loading: the plan, or None if there are findings, and all findings in the order of the files.

    `contents` are the bytes of the files by path.
    """

    plan: Plan | None
    findings: tuple[Finding, ...]
    contents: Mapping[str, bytes]


_FILE_OF = {"phase": "phases", "person": "team", "owner": "team", "option": "options"}
"""The files with the targets of references, by kind of target."""

LoadedPart = tuple[Source, Part | None, tuple[Finding, ...]]
PartLoader = Callable[[bytes, str, type[Part], Notation], LoadedPart]
FindingOrder = Callable[[Iterable[Finding]], tuple[Finding, ...]]


def load_part(content: bytes, path: str, kind: type[Part], notation: Notation) -> LoadedPart:
    """The source of a file, and its content as a part of this kind, or None and all findings.

    `notation` is that of its values; plan.yml sets its own.
    """
    source = parse(content, path)
    rename(old_names(source, kind))
    notation = _notation(source) if kind is Header else notation
    misplaced = tuple(custom.gather(source, kind, notation))
    part, findings = validate(source, kind, notation)
    return source, None if misplaced else part, (*misplaced, *findings)


def _notation(source: Source) -> Notation:
    """The notation that plan.yml sets for values, as far as it can be read."""
    data = source.data or {}
    levels, mark = data.get("risk_levels"), data.get("decimal")
    return Notation(
        decimal="," if mark == "," else "." if mark == "." else None,
        levels=tuple(map(str, levels)) if isinstance(levels, tuple) else LEVELS,
        fields=custom.declarations(data.get("fields")),
    )


def load(root: str | Path | Tree, load_part: PartLoader = load_part, order: FindingOrder = ordered) -> Loaded:
    """Read the plan in `root/plan_data`. The content of files never raises; nothing outside the folder is read.

    Callers that read many plans with mostly the same files should pass a caching `load_part`. `order` sorts and
    shortens the findings for people; `tuple` keeps all of them.
    """
    reading = _Reading(Folder(Path(root)) if isinstance(root, str | Path) else root, load_part)
    reading.read()
    plan = reading.plan()
    findings = [
        *reading.findings,
        *references.check_references(plan, reading.may_have_lost),
        *custom.check_fields(plan, reading.may_have_lost),
    ]
    return Loaded(None if findings else plan, order(findings), reading.contents)


def header_of(root: Path) -> Header:
    """The header in `root/plan_data/plan.yml`, or an empty one if the file is missing.

    Raises PlanError if the file has findings.
    """
    path = f"{PLAN_FOLDER}/plan.yml"
    reading = _Reading(Folder(root), load_part)
    if reading.tree.kind(path) != "missing":
        reading.file(path, "plan.yml")
    if reading.findings:
        raise PlanError(ordered(reading.findings))
    return reading.plan().header


class _Reading:
    """The parts of a plan while its files are read. Paths are relative to the root.

    `lost` contains the paths of unreadable files, and the ids of unreadable sprints if they are known. `ids` maps ids
    of sprints in lower case to the ids as written. `notation` is set by plan.yml, which is read first.
    """

    def __init__(self, tree: Tree, load_part: PartLoader) -> None:
        self.tree, self.load_part = tree, load_part
        self.findings: list[Finding] = []
        self.contents: dict[str, bytes] = {}
        self.marks: dict[tuple[str, ...], tuple[str, Mark]] = {}
        self.lost: set[str] = set()
        self.parts: dict[str, Part] = {}
        self.sprints: dict[str, Sprint] = {}
        self.ids: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.notation = Notation(levels=LEVELS)

    def read(self) -> None:
        if self.tree.kind(PLAN_FOLDER) == "missing":
            hint = way_to_a_plan(self.tree.root if isinstance(self.tree, Folder) else None)
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
            hint = "create it with at least a line `title: ...`"
            self._add("missing-file", place, "every plan needs this file", hint)

    def plan(self) -> Plan:
        """The plan as far as it could be read; complete if there are no findings."""
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
        """Whether something with this kind and id may be in a file that could not be read."""
        folder = f"{PLAN_FOLDER}/sprints"
        if kind in {"task", "unit"} and any(path == folder or path.startswith(f"{folder}/") for path in self.lost):
            return True
        if kind not in {"sprint", "unit"}:
            return f"{PLAN_FOLDER}/{_FILE_OF.get(kind, 'plan')}.yml" in self.lost
        if self.lost & {id_, folder, f"{folder}/{id_}.yml"}:
            return True
        return any(path.startswith(f"{folder}/{id_}-") for path in self.lost)

    def _joined(self, phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
        """The phases with the sprints whose files name them, after the listed ones."""
        joining: dict[str, list[str]] = defaultdict(list)
        for id_ in sorted(self.sprints, key=natural):
            joining[self.sprints[id_].phase or ""].append(id_)
        return tuple(_with_sprints(phase, joining[phase.id]) for phase in phases)

    def _entries(self, folder: str) -> Iterator[tuple[str, str]]:
        """Path and name of the plan's entries in a folder, sorted, without hidden files, backups and Markdown notes."""
        if self.tree.kind(folder) == "symlink":
            hint = "replace the link with the folder itself"
            self._lose("symlink", folder, "symbolic links are not followed", hint)
            return
        try:
            names = sorted(self.tree.names(folder))
        except OSError as error:
            self._lose("unreadable", folder, f"the folder cannot be read: {error.strerror}", _way_to_read(error))
            return
        for name in names:
            path = f"{folder}/{name}"
            if is_ignored(name) or name.endswith(".md"):
                continue
            if not name.isprintable():
                self._unknown_file(ascii(path).strip("'"), "use only letters, digits and . _ - in its name")
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
        used = self.ids.setdefault(sprint.id.lower(), sprint.id)
        if used in self.sprints:
            first = locate(*self.marks["sprints", used], ("id",))
            spelling = "" if used == sprint.id else f" as `{used}`, and some disks ignore capitals"
            message = f"the id `{sprint.id}` is already used in {first.path}{spelling}"
            at = locate(path, source.mark, ("id",))
            self._add("duplicate-id", at, message, "change one of the ids", Related(first, "the first"))
            return
        if name != f"{sprint.id}.yml" and not name.startswith(f"{sprint.id}-"):
            hint = f"rename it to {sprint.id}-{slug(sprint.title) or 'sprint'}.yml"
            at = locate(path, source.mark, ("id",))
            self._add("file-name", at, f"the file of `{sprint.id}` is named {name}", hint)
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
        """The source of a file and its content as a part of this kind; if it has errors, None, and the path is lost."""
        content = self._content(path)
        if content is None:
            return Source(path, None, Mark(1, 1, 1, 1), ()), None
        self.contents[path] = content
        source, part, findings = self.load_part(content, path, kind, self.notation)
        self.findings += [*source.findings, *findings]
        if part is None:
            self.lost.add(path)
        return source, part if isinstance(part, kind) else None

    def _content(self, path: str) -> bytes | None:
        """The bytes of a file, at most `MAX_BYTES + 1`; if it cannot be read, None, and the path is lost."""
        match self.tree.kind(path):
            case "file":
                try:
                    return self.tree.read(path, MAX_BYTES)
                except OSError as error:
                    self._lose("unreadable", path, f"cannot be read: {error.strerror}", _way_to_read(error))
            case "symlink":
                hint = "replace the link with the file itself"
                self._lose("symlink", path, "symbolic links are not followed", hint)
            case _:
                self._lose("unreadable", path, "not a file", "replace it with a file, or delete it")
        return None

    def _unknown_file(self, path: str, hint: str) -> None:
        self._lose("unknown-file", path, "this is not the name of a plan file", hint)

    def _lose(self, rule: str, path: str, message: str, hint: str) -> None:
        self.lost.add(path)
        self._add(rule, Place(path), message, hint)

    def _add(self, rule: str, place: Place, message: str, hint: str, *related: Related) -> None:
        self.findings.append(Finding(RULE_BY_ID[rule], place, message, hint, related))


def _with_sprints(phase: Phase, ids: list[str]) -> Phase:
    new = [id_ for id_ in ids if id_ not in phase.sprints]
    return phase.model_copy(update={"sprints": (*phase.sprints, *new)}) if new else phase
