"""Which headings, rows and nodes of a document are the plan's sprints, which are phases, groups of tasks, and tasks.

A family is every name of one kind: `Sprint 1`, `Sprint 2` …, or `T0-001`, `T0-002` …. Roles go to whole families, by
the words that people use for each role, and by which family stands inside which.
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

"""Kinds of unit that are times: they are the plan's sprints only where nothing else is."""

_RANKS = {"tier", "track"}
"""Words that sort sprints, by importance or by team, where their sections are not within those."""

_PLACEHOLDERS = frozenset({"N", "X", "Y", "XX", "NN"})
"""What templates write for a number."""

_MOST = 5
"""All but one in this many are most of some."""


@dataclass
class Family:
    """Every name of one kind in a document.

    `word` is the word as it is written first, empty for ids of their own. `defined` are the sections that such a name
    heads, by its id; `rows` and `listed` the ids that tables and lists define, of which `titled` are those of rows
    that give them a title; `mentioned` the names in diagrams.
    `inside` counts, by the key of another family, how many of its sections lie in sections of that one, `rows_inside`
    how many rows with its ids do; `within` are the sections of other units, by identity, that its rows stand in, 0 for
    rows in none.
    """

    key: str
    word: str
    kind: str | None
    defined: dict[str, list[Section]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, int] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    mentioned: dict[str, tuple[UnitHead, int]] = field(default_factory=dict)
    inside: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    rows_inside: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    titled: set[str] = field(default_factory=set)
    within: set[int] = field(default_factory=set)
    states_needs: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all units of it: those of headings, or else those of tables and diagrams.

        Tables add to headings where most of what they list has one, or where they give all that have one a title;
        lists add sprints, diagrams phases.
        """
        if not self.defined:
            return tuple({**self.rows, **self.mentioned} or self.listed)
        if self.kind == "phase":
            return tuple({**self.defined, **self.rows, **self.mentioned})
        common = self.rows.keys() & self.defined.keys()
        is_overview = len(common) * _MOST >= len(self.rows) * (_MOST - 1) or self.defined.keys() <= self.titled
        more = self.rows if is_overview else {}
        first = self.rows if self.defined.keys() <= self.titled else {}
        ids = tuple(dict.fromkeys([*first, *self.defined, *more]))
        return tuple(sorted({*ids, *self.listed}, key=natural)) if self.is_in_lists else ids

    def is_named_elsewhere(self, id_: str) -> bool:
        """Whether a heading, a row of a table or a diagram names the unit of an id, and not only lists."""
        return self.is_entitled(id_) or id_ in self.rows

    def is_entitled(self, id_: str) -> bool:
        """Whether something else than lists can give the unit of an id its title: tables that have only ids cannot."""
        return id_ in self.defined or id_ in self.mentioned or (id_ in self.rows and bool(self.titled))

    @property
    def is_in_lists(self) -> bool:
        """Whether lists name sprints besides those of headings: earlier ones, in a list that has one of those too."""
        return (
            self.kind == "sprint"
            and bool(self.listed.keys() & self.defined)
            and not self.listed.keys() <= self.defined.keys()
        )

    @property
    def size(self) -> int:
        """How many units it has."""
        return len(self.ids)

    def leave_out_placeholders(self) -> None:
        """Forget the names of templates beside those of units with numbers: `Sprint X`, `Phase N`."""
        named: tuple[dict[str, Any], ...] = (self.defined, self.rows, self.listed, self.mentioned)
        if any(id_.isdecimal() for names in named for id_ in names):
            for names in named:
                for id_ in _PLACEHOLDERS & names.keys():
                    del names[id_]

    def is_in(self, other: "Family") -> bool:
        """Whether most of its sections lie inside those of another family."""
        sections = sum(map(len, self.defined.values()))
        return (sections > 0 and self.inside[other.key] * 2 > sections) or self.rows_inside[other.key] * 2 > sections


@dataclass(frozen=True)
class Roles:
    """The families of a document by their role in the plan; the first of several is the one that the word names.

    `named` are sections, by identity, that begin a part of the plan though their headings do not name one.
    """

    sprint: Family | None
    phase: Family | None
    groups: tuple[Family, ...] = ()
    tasks: tuple[Family, ...] = ()
    milestones: tuple[Family, ...] = ()
    named: Mapping[int, tuple[HeadingRole, UnitHead]] = field(default_factory=dict)

    @cached_property
    def ornaments(self) -> frozenset[str]:
        """Signs that stand before the name of every sprint, and so say nothing of one; ticks do."""
        sections = [section for same in self.sprint.defined.values() for section in same] if self.sprint else []
        signs = {head.signs.split(" ")[0] for section in sections if (head := self.head(section))}
        is_same = len(signs) == 1 and len(sections) > 1
        return frozenset(sign for sign in signs if is_same and sign and not sign.startswith(("✅", "✔", "☑")))

    def head(self, section: Section) -> UnitHead | None:
        """The name that a section's heading begins with, or that it has without one."""
        named = self.named.get(id(section))
        return named[1] if named else read_heading(section.title)

    def title(self, head: UnitHead) -> str:
        """The title that a heading gives a task; empty where none does."""
        family = next((one for one in self.tasks if one.key == family_key(head)), None)
        sections = family.defined.get(head.id, ()) if family else ()
        heads = (read_heading(section.title) for section in sections)
        return next((one.title for one in heads if one and one.title), "")

    def of(self, head: UnitHead) -> Role | None:
        """The role of a name; None where it has none."""
        key = family_key(head)
        if self.sprint and self.sprint.key == key:
            return "sprint"
        if self.phase and self.phase.key == key:
            return "phase"
        many: Mapping[Role, Sequence[Family]] = {"task": self.tasks, "group": self.groups, "milestone": self.milestones}
        return next((role for role, families in many.items() if any(family.key == key for family in families)), None)


def families(root: Section) -> Mapping[str, Family]:
    """All families of a document whose units have headings, table rows or nodes of diagrams, by key."""
    search = _Search()
    search.visit(root, ())
    for family in search.found.values():
        family.leave_out_placeholders()
    return {key: family for key, family in search.found.items() if family.kind or family.size > 1}


class _Search:
    """Looks for the names in a document; `found` are their families by key."""

    def __init__(self) -> None:
        self.found: dict[str, Family] = {}

    def family(self, head: UnitHead) -> Family:
        key = family_key(head)
        return self.found.setdefault(key, Family(key, head.word, kind_of(head.word)))

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
                self.family(node_head).mentioned.setdefault(node_head.id, (node_head, line))
        for inner in section.sections:
            self.visit(inner, above)

    def _rows(self, section: Section, block: Block, above: tuple[Family, ...]) -> None:
        for head, line in _named_rows(block):
            family = self.family(head)
            family.rows.setdefault(head.id, line)
            family.titled |= {head.id} if head.title else set()
            family.states_needs |= any(field_of(plain(cell)) == "depends_on" for cell in block.rows[0].cells)
            family.within.add(id(section) if above else 0)
            if above and head.id[0].isalpha():
                self.family(head._replace(word="")).rows_inside[above[0].key] += 1


def is_range_of_tasks(head: UnitHead) -> bool:
    """Whether a name is that of several units: `Tasks 2.1-2.10`."""
    word = head.word.casefold()
    return "-" in head.id and word.endswith("s") and kind_of(word[:-1]) is not None


def _named_rows(block: Block) -> Iterator[tuple[UnitHead, int]]:
    """The names that rows of a table are about, with their lines: those of its first column that has names."""
    if block.kind != "table" or len(block.rows) < 2:  # noqa: PLR2004 - a head and a row
        return
    column = unit_column(block)
    if column is not None:
        for row in block.rows[1:]:
            head = head_of_row(block, column, row)
            if head is not None:
                yield head, row.line


def _items(block: Block) -> Iterator[tuple[UnitHead, int]]:
    """The names of sprints and phases that items of a list begin with and give a title, with their lines."""
    for item in block.items:
        head = read_head(item.text.split("\n", 1)[0])
        if head and head.title and kind_of(head.word) in {"sprint", "phase"} and not is_range_of_tasks(head):
            yield head, item.span.first


def _nodes(block: Block) -> Iterator[tuple[UnitHead, int]]:
    """The names at the beginning of the texts of a diagram's nodes and of the lines of a tree, with their lines."""
    if block.kind != "code":
        return
    for n, line in enumerate(block.text.split("\n"), block.span.first + 1):
        for text in node_texts(line):
            head = read_head(text)
            if head and not head.about and kind_of(head.word):
                yield head, n


def node_texts(line: str) -> Iterator[str]:
    """The texts in a line of a diagram or tree: in brackets, and what is behind its lines and arrows."""
    for opened in ("[", "(", "{"):
        closed = {"[": "]", "(": ")", "{": "}"}[opened]
        start = line.find(opened)
        while start >= 0:
            end = line.find(closed, start)
            yield line[start + 1 : end if end >= 0 else None].strip("[]({})\"' ")
            start = line.find(opened, end) if end >= 0 else -1
    yield line.lstrip(" \t│├└─╰╭┌┐┘┤┬┴┼║╔╚═+|`-*>→↓⬇▼▶").strip()


def decide(known: Mapping[str, Family], answers: Answers) -> Roles:
    """The role of each family: by the team's answers, else by words and nesting."""
    sprint = _chosen(known, answers.units) or _sprints(known)
    if sprint is None:
        return Roles(None, None)
    phase = _chosen(known, answers.groups) or _phases(known, sprint)
    inner = [family for family in known.values() if family not in (sprint, phase) and family.is_in(sprint)]
    chosen = _chosen(known, answers.tasks)
    tasks = tuple(family for family in inner if _is_task(family) and not any(map(family.is_in, _tasks(inner, family))))
    tasks = (chosen, *(family for family in tasks if family is not chosen)) if chosen else tasks
    kinds = {*TIMES, "sprint", "phase", None}
    groups = tuple(family for family in inner if family not in tasks and family.kind in kinds)
    milestones = tuple(f for f in known.values() if f.kind == "milestone" and f not in (sprint, phase))
    return Roles(sprint, phase, groups, tasks, milestones)


def _tasks(inner: Sequence[Family], without: Family) -> Iterator[Family]:
    return (family for family in inner if family is not without and _is_task(family))


def _is_task(family: Family) -> bool:
    return family.kind == "task" or (family.kind is None and not family.word and not _heads_lists(family))


def _heads_lists(family: Family) -> bool:
    """Whether most sections of numbers that no sign follows have check boxes: `5.1 Landing page` is no task then."""
    sections = [section for same in family.defined.values() for section in same]
    boxed = [section for section in sections if any(_is_boxed(block) for block in section.blocks)]
    unsigned = [section for section in boxed if (head := read_head(section.title)) and not head.title]
    return family.key.startswith("#") and 2 * len(unsigned) > len(sections)


def _is_boxed(block: Block) -> bool:
    return any(item.checked is not None for item in block.items)


def _chosen(known: Mapping[str, Family], word: str | None) -> Family | None:
    return next((f for f in known.values() if word and word.casefold() in {f.key, f.word.casefold()}), None)


def _sprints(known: Mapping[str, Family]) -> Family | None:
    """The family that is the plan's sprints.

    One that is called sprint, or like it; unless it lies in another such family whose units state dependencies, or days
    or weeks have more than twice as many sections. Else the innermost family of phases, else the largest of ids, else
    days or weeks. Lists name sprints only where no sections are phases.
    """
    has_phases = any(family.kind == "phase" and family.defined for family in known.values())
    like = [f for f in known.values() if f.kind == "sprint" and (f.defined or f.rows or not has_phases)]
    like = [f for f in like if not _is_of_one(f, known)]
    times = [f for f in known.values() if f.kind in TIMES and len(f.defined) > 1]
    if like:
        best = max(like, key=lambda f: (bool(f.defined), f.key == "sprint", f.size))
        outer = [f for f in like if best.is_in(f) and f.states_needs and not best.states_needs]
        more = [f for f in times if best.key != "sprint" and len(f.defined) > 2 * best.size and not f.is_in(best)]
        return outer[0] if outer else max(more, key=lambda f: f.size, default=best)
    phases = [family for family in known.values() if family.kind == "phase"]
    if phases:
        return max(phases, key=lambda f: (sum(f.inside.values()) > 0, f.size))
    codes = [f for f in known.values() if f.kind in {None, "milestone", "task"} and len(f.defined) + len(f.rows) > 1]
    return max(codes or times, key=lambda f: f.size, default=None)


def _is_of_one(family: Family, known: Mapping[str, Family]) -> bool:
    """Whether only one table has names of a family, in a section of one of several other units: steps of that."""
    is_inside = not family.defined and len(family.within) == 1 and 0 not in family.within
    return is_inside and any(other.kind in {"sprint", "phase"} and len(other.defined) > 1 for other in known.values())


def _phases(known: Mapping[str, Family], sprint: Family) -> Family | None:
    """The family that groups the sprints: the one they lie in, else one called phase whose sections stand alone."""
    is_time = sprint.kind in TIMES
    around = [f for f in known.values() if f is not sprint and sprint.is_in(f) and (is_time or f.kind not in TIMES)]
    if around:
        return around[0]
    alone = (
        f
        for f in known.values()
        if f.kind == "phase" and f.key not in _RANKS and f is not sprint and not f.is_in(sprint)
    )
    return next((family for family in alone if _lists(family, sprint)), None)


def _lists(phases: Family, sprint: Family) -> bool:
    """Whether sections of phases, or what diagrams call these, name sprints."""
    texts = [block.text for sections in phases.defined.values() for s in sections for block in s.blocks]
    texts += [head.title for head, _ in phases.mentioned.values()]
    return any(sprint.key in text.casefold() for text in texts)
