"""Markdown reader: finds the part of the plan that each section is about, then reads the section's blocks into it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from masterplan.importing import (
    fields,
    leftovers,
    members,
    relations,
    risks,
    shapes,
    staffing,
    tasks,
    titles,
    topics,
    unnamed_units,
)
from masterplan.importing.answers import WHY_IGNORED, Answers, HeadingRole
from masterplan.importing.boxes import ARROWS
from masterplan.importing.columns import TIMES
from masterplan.importing.date_format import date_settings
from masterplan.importing.document import BOLD_LEVEL, Block, Section, parse
from masterplan.importing.draft import Draft, Imported
from masterplan.importing.entries import labelled_lines, list_numbers
from masterplan.importing.headings import UnitHead, read_heading
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import DraftPart, Reading
from masterplan.importing.units import Role, Roles, decide_roles, families, is_range_of_tasks
from masterplan.importing.words import field_of, names_topic, topic


@dataclass(frozen=True, slots=True)
class Context:
    """Subject of a section: a part of the plan, and a topic such as risks, or None for the part as a whole.

    `is_unit`: the section's own heading names the part. `is_other`: the section is below a heading unrelated to the
    plan, so labelled values there belong to the subject of that heading.
    """

    part: DraftPart
    topic: str | None = None
    is_unit: bool = False
    is_other: bool = False


def read(text: str, answers: Answers) -> Imported:
    """Draft of a plan in Markdown, and the outcome of each line. Any text results in a plan, if an empty one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ledger = Ledger(lines)
    document = parse("\n".join(_without_ignored(lines, answers, ledger)))
    roles = _roles(document, answers)
    shapes.split_last_sprint(document, roles)
    shapes.rename_columns(document, answers, ledger)
    draft, dates = Draft(answers.plan_values), date_settings(lines, answers)
    reading = Reading(draft, ledger, answers, roles, dates, is_year_guessed=answers.year is None)
    members.register_people(reading, document)
    titles.create_units(reading, document, roles)
    shapes.ask_about_units(reading, roles)
    unnamed_units.ask_level(reading, document)
    if document.blocks:
        fields.read_front_matter(reading, document.blocks[0])
    walk = _Walk(reading)
    walk.visit(document, Context(reading.plan))
    for read_again in walk.tables + reading.deferred:
        read_again()
    shapes.join_phases(reading, document)
    titles.complete_units(reading)
    leftovers.keep_leftovers(reading, document, walk.parts)
    return Imported(draft, ledger)


def _roles(document: Section, answers: Answers) -> Roles:
    """Roles of the units of a document: by their names, else by the shape of its sections, then by the answers."""
    roles = _name_roles(document, answers)
    if roles.sprint:
        roles = shapes.with_extra_sprints(document, roles)
    else:
        roles = unnamed_units.roles_by_sections(document, answers)
    return shapes.with_answers(document, roles, answers)


def _name_roles(document: Section, answers: Answers) -> Roles:
    """Roles of the unit names in a document; none if the only names are days, weeks or numbers within sections."""
    names = families(document)
    roles = decide_roles(families(document) if unnamed_units.number_rows(document, names) else names, answers)
    is_weak = roles.sprint is not None and (roles.sprint.kind in TIMES or roles.sprint.key.startswith("#."))
    return Roles(None, None) if answers.level or (is_weak and unnamed_units.has_numbered_sections(document)) else roles


def _without_ignored(lines: Sequence[str], answers: Answers, ledger: Ledger) -> Sequence[str]:
    """Lines of the document, with ignored ones empty."""
    ignored = {n for _, span in answers.ignored for n in span if n <= len(lines)}
    for n in ignored:
        ledger.refuse(Span(n, n), WHY_IGNORED)
    return ["" if n in ignored else line for n, line in enumerate(lines, 1)]


class _Walk:
    """Visits the sections of a document in order; `parts` has the part of the plan of each, by its identity."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.parts: dict[int, DraftPart] = {}
        self.tables: list[Callable[[], object]] = []

    def visit(self, section: Section, parent: Context) -> None:
        """Read a section; `parent` is the context around it."""
        context = self._context(section, parent)
        self.parts[id(section)] = self.reading.plan if context.part.kind == "option" else context.part
        self.reading.section = section
        work = tasks.bare_list(section) if context.is_unit else None
        for block in section.blocks:
            if block.kind == "table" and context.part.kind == "plan" and self.reading.primary:
                self.tables.append(partial(self._table, section, block, context))
                continue
            self._block(block, context, is_work=block is work)
        for inner in section.sections:
            self.visit(inner, context)
        for first, second in pairwise(section.sections):
            self._follow(first, second)

    def _follow(self, first: Section, second: Section) -> None:
        """Make a sprint depend on the one above it if an arrow between them points down."""
        predecessor, successor = self.parts[id(first)], self.parts[id(second)]
        last = first.blocks[-1] if first.blocks else None
        has_arrow = last is not None and last.kind == "paragraph" and ARROWS.fullmatch(last.text)
        if has_arrow and predecessor.kind == successor.kind == "sprint":
            self.reading.add_dependency(successor.id, predecessor.id)

    def _table(self, section: Section, block: Block, context: Context) -> None:
        """Read a table of the plan, after the sections of its units, which take precedence."""
        self.reading.section = section
        self._block(block, context, is_work=False)

    def _context(self, section: Section, parent: Context) -> Context:
        """Context of a section by its heading; the heading is taken if it says nothing else."""
        parent = replace(parent, is_unit=False) if parent.is_unit else parent
        if section.level == 0:
            return parent
        if named := self.reading.roles.named.get(id(section)):
            return self._role_context(section, *named, parent)
        head = read_heading(section.title)
        role = self.reading.roles.of(head) if head else None
        if head and role and not head.about and not is_range_of_tasks(head):
            return self._unit_context(section, head, role, parent)
        if not role and (option := staffing.begin_option(self.reading, section, head, parent.topic)):
            return Context(option, "options")
        if head and role == "sprint" and head.id in self.reading.draft.sprints:
            part = self.reading.sprint(head.id)
            self.reading.ledger.take(section.head, head.written, f"{part}")
            return self._topic_context(section, head.about, Context(part, parent.topic))
        return self._topic_context(section, without_signs(plain(section.title)), parent)

    def _role_context(self, section: Section, role: HeadingRole, head: UnitHead, parent: Context) -> Context:
        """Context of a section whose role is given by the team's answers or the shape of the document."""
        if role == "notes":
            return replace(parent, topic="notes")
        if role == "risk":
            return Context(risks.new_risk(self.reading, parent.part, head.title, section.head))
        return self._unit_context(section, head, role, parent)

    def _unit_context(self, section: Section, head: UnitHead, role: Role, parent: Context) -> Context:
        if role == "task" and tasks.has_subtasks(section, head):
            role = "group"
        part = titles.named_part(self.reading, head, role, parent.part)
        if part is None:
            return parent
        is_primary = id(section) in self.reading.primary
        if not is_primary:
            titles.read_title(self.reading, section, head, part)
        is_repeat = role == "sprint" and not is_primary and parent.topic in topics.REPEAT_TOPICS
        keeps_topic = is_repeat or (parent.topic in topics.UNIT_TOPICS and role in {"sprint", "phase"})
        return Context(part, parent.topic if keeps_topic else None, is_unit=True)

    def _topic_context(self, section: Section, title: str, parent: Context) -> Context:
        title = title.rstrip(":\uff1a ")
        is_label = section.level >= BOLD_LEVEL
        topic_name = (field_of(title) or topic(title)) if is_label else (topic(title) or field_of(title))
        if topic_name is None and parent.part.kind == "plan" and names_topic(title, "dependencies"):
            topic_name = "dependencies"
        if topic_name is None or (parent.is_other and topic_name not in topics.READER_TOPICS):
            return self._group_context(section, title, parent)
        if not titles.is_long_heading(title):
            self.reading.ledger.take(section.head, title, f"{parent.part}: {topic_name}")
        return replace(parent, topic=topic_name)

    def _group_context(self, section: Section, title: str, parent: Context) -> Context:
        """Context of a heading without a topic: the title of a group if there are tasks below it."""
        is_line, part = section.level >= BOLD_LEVEL, parent.part
        is_about_tasks = parent.topic == "tasks" and tasks.has_list(section)
        is_group = part.kind == "sprint" or (part.kind == "group" and not is_line)
        if not is_group or parent.topic not in {None, "tasks"} or not (is_about_tasks or tasks.has_tasks(section)):
            is_title = title == self.reading.draft.plan.get("title")
            return replace(parent, is_other=part.kind == "plan" and not parent.topic and not is_title)
        group = self.reading.group(title, part)
        if group is None:
            return parent
        titles.read_group(self.reading, section.head, title, group)
        return Context(group, parent.topic, is_unit=True)

    def _block(self, block: Block, context: Context, *, is_work: bool) -> None:
        """Read a block with the readers of its topic, then the rest with those of labelled values."""
        for line, number in list_numbers(block):
            self.reading.ledger.ignore(line, number)
        part, topic = context.part, context.topic
        entries = list(labelled_lines(block)) if block.kind == "paragraph" else []
        is_labelled = bool(entries) and entries[0].label is not None and topic not in topics.RISK_TOPICS
        if topic and not is_labelled and topics.read(self.reading, part, topic, block):
            return
        if block.kind == "quote":
            for inner in block.blocks:
                self._block(inner, context, is_work=False)
        elif context.is_other and not topic:
            topics.read_other(self.reading, part, block)
            return
        elif topic and block.kind != "paragraph":
            topics.read_rest(self.reading, part, topic, block)
        elif block.kind != "paragraph":
            topics.read_any(self.reading, part, block, is_work=is_work)
        for entry in entries:
            if entry.label is None:
                self.reading.deferred.append(partial(relations.read_prose, self.reading, part, entry.span, entry.text))
            fields.read(self.reading, part, entry)
