"""Roles of the units that headings, table rows and diagram nodes name: sprints, phases, groups of tasks, or tasks.

A family is all names of one kind: `Sprint 1`, `Sprint 2` …, or `T0-001`, `T0-002` …. A role belongs to a whole family,
by the common words for the role and by which family contains which.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from masterplan.importing.answers import Answers, HeadingRole
from masterplan.importing.columns import TIMES, head_of_row, unit_column
from masterplan.importing.document import Block, Section
from masterplan.importing.headings import UnitHead, family_key, kind_of, read_head, read_heading
from masterplan.importing.marks import plain
from masterplan.importing.words import field_of
from masterplan.model.naming import natural

Role = Literal["sprint", "phase", "group", "task", "milestone"]
"""Role of a family in the plan."""

_RANKS = {"tier", "track"}
"""Words that classify sprints by importance or team; such sections are phases only if they contain the sprints."""

_PLACEHOLDERS = frozenset({"N", "X", "Y", "XX", "NN"})
"""Placeholders for a number in templates."""


@dataclass
class Family:
    """All names of one kind in a document.

    `word` is the word as first written, empty for ids without a word. `defined` maps ids to the sections they head,
    `rows` and `listed` map ids in tables and lists to their lines; `titled` are the ids whose row has a title. `drawn`
    has the names in diagrams, with their lines.

    `code` is the key of ids without the word that name the same units: `S1 – Berths`, with `S1` in a column `Sprint`.

    `inside` counts, by the key of another family, the sections within sections of that family, `rows_inside` the ids in
    rows within them. `within` are the sections of other units that contain rows, by identity; 0 stands for rows outside
    all units. `has_dependencies` is set if one of its tables has a column for dependencies.
    """

    key: str
    word: str
    kind: str | None
    code: str = ""
    defined: dict[str, list[Section]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, int] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    drawn: dict[str, tuple[UnitHead, int]] = field(default_factory=dict)
    inside: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    rows_inside: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    titled: set[str] = field(default_factory=set)
    within: set[int] = field(default_factory=set)
    has_dependencies: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all units of the family: those of headings, or else those of tables and diagrams.

        Tables add units if at least four fifths of their rows have a heading, or if they title every unit that has one.
        Lists add sprints, diagrams add phases.
        """
        if not self.defined:
            return tuple({**self.rows, **self.drawn} or self.listed)
        if self.kind == "phase":
            return tuple({**self.defined, **self.rows, **self.drawn})
        common = self.rows.keys() & self.defined.keys()
        is_overview = 5 * len(common) >= 4 * len(self.rows) or self.defined.keys() <= self.titled
        more = self.rows if is_overview else {}
        first = self.rows if self.defined.keys() <= self.titled else {}
        ids = tuple(dict.fromkeys([*first, *self.defined, *more]))
        return tuple(sorted({*ids, *self.listed}, key=natural)) if self.is_in_lists else ids

    def is_named_outside_lists(self, id_: str) -> bool:
        """Whether a heading, a table row or a diagram names a unit."""
        return self.can_get_title(id_) or id_ in self.rows

    def can_get_title(self, id_: str) -> bool:
        """Whether something other than a list can title a unit; a table that has only ids cannot."""
        return id_ in self.defined or id_ in self.drawn or (id_ in self.rows and bool(self.titled))

    @property
    def is_in_lists(self) -> bool:
        """Whether a list names sprints without a heading, such as earlier ones, together with some that have one."""
        return (
            self.kind == "sprint"
            and bool(self.listed.keys() & self.defined)
            and not self.listed.keys() <= self.defined.keys()
        )

    @property
    def sections(self) -> list[Section]:
        """All sections headed by a name of the family."""
        return [section for sections in self.defined.values() for section in sections]

    @property
    def size(self) -> int:
        """Number of units."""
        return len(self.ids)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of its names, with and without the word."""
        return (self.key, self.code) if self.code else (self.key,)

    @property
    def names(self) -> tuple[dict[str, Any], ...]:
        """What names its units, by id: headings, rows, lists and diagrams."""
        return self.defined, self.rows, self.listed, self.drawn

    def has_units_of(self, codes: "Family") -> bool:
        """Whether ids without a word are headings for most units of this family, which has no headings of its own."""
        ids = {id_ for names in self.names for id_ in names}
        common = [id_ for id_ in codes.defined if id_ in ids and id_[0].isalpha()]
        return bool(self.word and not (codes.word or self.defined)) and len(common) > 1 and 2 * len(common) > len(ids)

    def join(self, codes: "Family") -> None:
        """Add the names of the same units without the word."""
        self.code = codes.key
        for own, other in zip(self.names, codes.names, strict=True):
            for id_, value in other.items():
                own.setdefault(id_, value)
        for own_counts, counts in ((self.inside, codes.inside), (self.rows_inside, codes.rows_inside)):
            for key, number in counts.items():
                own_counts[key] += number
        self.titled |= codes.titled
        self.within |= codes.within
        self.has_dependencies |= codes.has_dependencies

    def leave_out_placeholders(self) -> None:
        """Remove names of templates, such as `Sprint X`, if other names have numbers."""
        if any(id_.isdecimal() for names in self.names for id_ in names):
            for names in self.names:
                for id_ in _PLACEHOLDERS & names.keys():
                    del names[id_]

    def is_in(self, other: "Family") -> bool:
        """Whether most sections of the family are within those of another family."""
        count = len(self.sections)
        return (count > 0 and self.inside[other.key] * 2 > count) or self.rows_inside[other.key] * 2 > count


@dataclass(frozen=True)
class Roles:
    """Families of a document by their role in the plan; the first of several is the one that the team's answers name.

    `named` has further sections, by identity, that begin a part of the plan without naming it in their heading.
    """

    sprint: Family | None
    phase: Family | None
    groups: tuple[Family, ...] = ()
    tasks: tuple[Family, ...] = ()
    milestones: tuple[Family, ...] = ()
    named: Mapping[int, tuple[HeadingRole, UnitHead]] = field(default_factory=dict)

    @cached_property
    def ornaments(self) -> frozenset[str]:
        """Signs before the name of every sprint, which state nothing about one; ticks are not ornaments."""
        sections = self.sprint.sections if self.sprint else []
        signs = {head.signs.split(" ")[0] for section in sections if (head := self.head(section))}
        is_same = len(signs) == 1 and len(sections) > 1
        return frozenset(sign for sign in signs if is_same and sign and not sign.startswith(("✅", "✔", "☑")))

    def head(self, section: Section) -> UnitHead | None:
        """Name of a section: the one at the start of its heading, or the one in `named`."""
        named = self.named.get(id(section))
        return named[1] if named else read_heading(section.title)

    def title(self, head: UnitHead) -> str:
        """Title of a task in its own heading; empty without one."""
        family = next((family for family in self.tasks if family_key(head) in family.keys), None)
        sections = family.defined.get(head.id, ()) if family else ()
        headings = (read_heading(section.title) for section in sections)
        return next((heading.title for heading in headings if heading and heading.title), "")

    def of(self, head: UnitHead) -> Role | None:
        """Role of a name, or None."""
        key = family_key(head)
        if self.sprint and key in self.sprint.keys:
            return "sprint"
        if self.phase and key in self.phase.keys:
            return "phase"
        others: Mapping[Role, Sequence[Family]] = {
            "task": self.tasks,
            "group": self.groups,
            "milestone": self.milestones,
        }
        return next((role for role, families in others.items() if any(key in family.keys for family in families)), None)


def families(root: Section) -> Mapping[str, Family]:
    """All families of a document by key; a family of ids without a word needs at least two."""
    collector = _FamilyCollector()
    collector.visit(root, ())
    collector.join_codes()
    for family in collector.families.values():
        family.leave_out_placeholders()
    return {key: family for key, family in collector.families.items() if family.kind or family.size > 1}


class _FamilyCollector:
    """Collector of the names in a document; `families` are their families by key."""

    def __init__(self) -> None:
        self.families: dict[str, Family] = {}

    def family(self, head: UnitHead) -> Family:
        key = family_key(head)
        return self.families.setdefault(key, Family(key, head.word, kind_of(head.word)))

    def visit(self, section: Section, above: tuple[Family, ...]) -> None:
        head = read_heading(section.title)
        if head and not head.about and not is_range_of_tasks(head):
            own = self.family(head)
            own.defined[head.id].append(section)
            for outer in dict.fromkeys(outer.key for outer in above if outer.key != own.key):
                own.inside[outer] += 1
            above = (*above, own)
        for block in section.blocks:
            self._rows(section, block, above)
            for item_head, line in _items(block):
                self.family(item_head).listed.setdefault(item_head.id, line)
            for node_head, line in _nodes(block):
                self.family(node_head).drawn.setdefault(node_head.id, (node_head, line))
        for inner in section.sections:
            self.visit(inner, above)

    def join_codes(self) -> None:
        """Make one family of names with a word and of the same units' ids alone."""
        for codes in [family for family in self.families.values() if not family.word]:
            family = next((family for family in self.families.values() if family.has_units_of(codes)), None)
            if family is not None:
                family.join(codes)
                del self.families[codes.key]
                for counts in (n for other in self.families.values() for n in (other.inside, other.rows_inside)):
                    counts[family.key] += counts.pop(codes.key, 0)

    def _rows(self, section: Section, block: Block, above: tuple[Family, ...]) -> None:
        for head, line, is_titled in _named_rows(block):
            family = self.family(head)
            family.rows.setdefault(head.id, line)
            family.titled |= {head.id} if is_titled else set()
            family.has_dependencies |= any(field_of(plain(cell)) == "depends_on" for cell in block.rows[0].cells)
            family.within.add(id(section) if above else 0)
            if above and head.id[0].isalpha():
                self.family(head._replace(word="")).rows_inside[above[0].key] += 1


def is_range_of_tasks(head: UnitHead) -> bool:
    """Whether a name refers to several units: `Tasks 2.1-2.10`."""
    word = head.word.casefold()
    return "-" in head.id and word.endswith("s") and kind_of(word[:-1]) is not None


def _named_rows(block: Block) -> Iterator[tuple[UnitHead, int, bool]]:
    """Names in the unit column of a table, with the lines of their rows, and whether there is a title or objective."""
    if block.kind != "table" or len(block.rows) < 2:  # noqa: PLR2004 - a head and a row
        return
    column, heads = unit_column(block), enumerate(block.rows[0].cells)
    titles = [n for n, head in heads if n != column and field_of(plain(head)) in {"title", "objective"}]
    if column is not None:
        for row in block.rows[1:]:
            head = head_of_row(block, column, row)
            if head is not None:
                yield head, row.line, bool(head.title) or any(plain(row.cell(n)) for n in titles)


def _items(block: Block) -> Iterator[tuple[UnitHead, int]]:
    """Names of sprints and phases, with a title, at the start of list items, with their lines."""
    for item in block.items:
        head = read_head(item.text.split("\n", 1)[0])
        if head and head.title and kind_of(head.word) in {"sprint", "phase"} and not is_range_of_tasks(head):
            yield head, item.span.first


def _nodes(block: Block) -> Iterator[tuple[UnitHead, int]]:
    """Names at the start of diagram nodes and tree lines, with their lines."""
    if block.kind != "code":
        return
    for n, line in block.lines:
        for text in node_texts(line):
            head = read_head(text)
            if head and not head.about and kind_of(head.word):
                yield head, n


def node_texts(line: str) -> Iterator[str]:
    """Texts in a line of a diagram or tree: in brackets, and after its lines and arrows."""
    for opened in ("[", "(", "{"):
        closed = {"[": "]", "(": ")", "{": "}"}[opened]
        start = line.find(opened)
        while start >= 0:
            end = line.find(closed, start)
            yield line[start + 1 : end if end >= 0 else None].strip("[]({})\"' ")
            start = line.find(opened, end) if end >= 0 else -1
    yield line.lstrip(" \t│├└─╰╭┌┐┘┤┬┴┼║╔╚═+|`-*>→↓⬇▼▶").strip()


def decide_roles(candidates: Mapping[str, Family], answers: Answers) -> Roles:
    """Roles of all families: from the team's answers, or else by words and nesting."""
    sprint = _chosen(candidates, answers.units) or _sprint_family(candidates)
    if sprint is None:
        return Roles(None, None)
    phase = _chosen(candidates, answers.groups) or _phase_family(candidates, sprint)
    inner = [family for family in candidates.values() if family not in (sprint, phase) and family.is_in(sprint)]
    chosen = _chosen(candidates, answers.tasks)
    tasks = tuple(family for family in inner if _is_task(family) and not any(map(family.is_in, _tasks(inner, family))))
    tasks = (chosen, *(family for family in tasks if family is not chosen)) if chosen else tasks
    kinds = {*TIMES, "sprint", "phase", None}
    groups = tuple(family for family in inner if family not in tasks and family.kind in kinds)
    milestones = tuple(f for f in candidates.values() if f.kind == "milestone" and f not in (sprint, phase))
    return Roles(sprint, phase, groups, tasks, milestones)


def _tasks(inner: Sequence[Family], without: Family) -> Iterator[Family]:
    return (family for family in inner if family is not without and _is_task(family))


def _is_task(family: Family) -> bool:
    return family.kind == "task" or (family.kind is None and not family.word and not _heads_lists(family))


def _heads_lists(family: Family) -> bool:
    """Whether most sections of plain numbers contain check boxes: `5.1 Landing page` is not a task then."""
    boxed = [section for section in family.sections if any(_has_boxes(block) for block in section.blocks)]
    unsigned = [section for section in boxed if (head := read_head(section.title)) and not head.title]
    return family.key.startswith("#") and 2 * len(unsigned) > len(family.sections)


def _has_boxes(block: Block) -> bool:
    return any(item.checked is not None for item in block.items)


def _chosen(candidates: Mapping[str, Family], word: str | None) -> Family | None:
    return next((f for f in candidates.values() if word and word.casefold() in {f.key, f.word.casefold()}), None)


def _sprint_family(candidates: Mapping[str, Family]) -> Family | None:
    """The family of the plan's sprints, by the first rule that applies.

    1. A family called sprint or similar. An enclosing family with stated dependencies replaces one without; days or
       weeks replace it if they have more than twice as many sections. Lists count only if no section is a phase.
    2. The innermost family of phases.
    3. The largest family of ids.
    4. Days or weeks.
    """
    has_phases = any(family.kind == "phase" and family.defined for family in candidates.values())
    like = [f for f in candidates.values() if f.kind == "sprint" and (f.defined or f.rows or not has_phases)]
    like = [f for f in like if not _is_within_one_unit(f, candidates)]
    time_families = [f for f in candidates.values() if f.kind in TIMES and len(f.defined) > 1]
    if like:
        best = max(like, key=lambda f: (bool(f.defined), f.key == "sprint", f.size))
        outer = [f for f in like if best.is_in(f) and f.has_dependencies and not best.has_dependencies]
        more = [
            f for f in time_families if best.key != "sprint" and len(f.defined) > 2 * best.size and not f.is_in(best)
        ]
        return outer[0] if outer else max(more, key=lambda f: f.size, default=best)
    phases = [family for family in candidates.values() if family.kind == "phase"]
    if phases:
        return max(phases, key=lambda f: (sum(f.inside.values()) > 0, f.size))
    codes = [
        f for f in candidates.values() if f.kind in {None, "milestone", "task"} and len(f.defined) + len(f.rows) > 1
    ]
    return max(codes or time_families, key=lambda f: f.size, default=None)


def _is_within_one_unit(family: Family, candidates: Mapping[str, Family]) -> bool:
    """Whether a family only has names in one table, in the section of one of several units: steps of that unit."""
    is_inside = not family.defined and len(family.within) == 1 and 0 not in family.within
    return is_inside and any(
        other.kind in {"sprint", "phase"} and len(other.defined) > 1 for other in candidates.values()
    )


def _phase_family(candidates: Mapping[str, Family], sprint: Family) -> Family | None:
    """The family that groups the sprints: one that contains them, or else separate sections called phase."""
    is_time = sprint.kind in TIMES
    around = [
        f for f in candidates.values() if f is not sprint and sprint.is_in(f) and (is_time or f.kind not in TIMES)
    ]
    if around:
        return around[0]
    alone = (
        f
        for f in candidates.values()
        if f.kind == "phase" and f.key not in _RANKS and f is not sprint and not f.is_in(sprint)
    )
    return next((family for family in alone if _names_sprints(family, sprint)), None)


def _names_sprints(phases: Family, sprint: Family) -> bool:
    """Whether the sections of phases, or their names in diagrams, name sprints."""
    texts = [block.text for sections in phases.defined.values() for section in sections for block in section.blocks]
    texts += [head.title for head, _ in phases.drawn.values()]
    return any(sprint.key in text.casefold() for text in texts)
