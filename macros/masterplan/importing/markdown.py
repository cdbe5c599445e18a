"""A plan in Markdown, read from its headings down: what each section is about, then what its blocks say of that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from masterplan.importing import (
    fields,
    leftovers,
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
from masterplan.importing.document import BOLD_LEVEL, Block, Section, parse
from masterplan.importing.draft import Draft, Imported
from masterplan.importing.entries import labelled_lines, list_numbers
from masterplan.importing.headings import UnitHead, read_heading
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.notation import date_settings
from masterplan.importing.reading import Owner, Reading
from masterplan.importing.units import Role, Roles, decide, families, is_range_of_tasks
from masterplan.importing.words import field_of, names_topic, topic


@dataclass(frozen=True, slots=True)
class Context:
    """What a section is about: a part of the plan, and a subject such as risks; None where it is about all of it.

    `is_unit` tells that the section's own heading names the part; `is_other` that it stands below a heading that says
    nothing of the plan itself: what is labelled there is about whatever that heading names.
    """

    owner: Owner
    topic: str | None = None
    is_unit: bool = False
    is_other: bool = False


def read(text: str, answers: Answers) -> Imported:
    """The draft of a plan in Markdown, and what became of each line. Any text makes a plan, if an empty one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ledger = Ledger(lines)
    document = parse("\n".join(_without_ignored(lines, answers, ledger)))
    roles = _roles(document, answers)
    if roles.sprint:
        roles = shapes.with_extra_sprints(document, roles)
    else:
        roles = unnamed_units.roles_by_sections(document, answers)
    roles = shapes.with_answers(document, roles, answers)
    shapes.split_last_sprint(document, roles)
    shapes.rename_columns(document, answers, ledger)
    reading = Reading(
        Draft(answers.plan_values),
        ledger,
        answers,
        roles,
        date_settings(lines, answers),
        is_year_guessed=answers.year is None,
    )
    titles.create_units(reading, document, roles)
    shapes.ask_about_units(reading, roles)
    unnamed_units.ask_level(reading, document)
    for block in document.blocks[:1]:
        fields.read_front_matter(reading, block)
    walk = _Walk(reading)
    walk.visit(document, Context(reading.plan))
    for read_again in walk.tables + reading.deferred:
        read_again()
    shapes.join_phases(reading, document)
    titles.complete_units(reading)
    leftovers.keep_leftovers(reading, document, walk.owners)
    return Imported(reading.draft, reading.ledger)


def _roles(document: Section, answers: Answers) -> Roles:
    """What the names in a document are; nothing where only days, weeks or parts of numbered sections have names."""
    known = families(document)
    roles = decide(families(document) if unnamed_units.number_rows(document, known) else known, answers)
    is_weak = roles.sprint is not None and (roles.sprint.kind in TIMES or roles.sprint.key.startswith("#."))
    return Roles(None, None) if answers.level or (is_weak and unnamed_units.has_numbered_sections(document)) else roles


def _without_ignored(lines: Sequence[str], answers: Answers, ledger: Ledger) -> Sequence[str]:
    """Lines of which those that are not part of the plan are empty."""
    ignored = {n for _, span in answers.ignored for n in span if n <= len(lines)}
    for n in ignored:
        ledger.refuse(Span(n, n), WHY_IGNORED)
    return ["" if n in ignored else line for n, line in enumerate(lines, 1)]


class _Walk:
    """Visits the sections of a document in order; `owners` notes which part of the plan each one is about."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.owners: dict[int, Owner] = {}
        self.tables: list[Callable[[], object]] = []

    def visit(self, section: Section, around: Context) -> None:
        """Read a section that stands in one that is about `around`."""
        context = self._about(section, around)
        self.owners[id(section)] = self.reading.plan if context.owner.kind == "option" else context.owner
        self.reading.section = section
        work = tasks.bare_list(section) if context.is_unit else None
        for block in section.blocks:
            if block.kind == "table" and context.owner.kind == "plan" and self.reading.primary:
                self.tables.append(partial(self._table, section, block, context))
                continue
            self._block(block, context, is_work=block is work)
        for inner in section.sections:
            self.visit(inner, context)
        for one, other in pairwise(section.sections):
            self._follow(one, other)

    def _follow(self, one: Section, other: Section) -> None:
        """Let a sprint need the one above it where an arrow leads down from that."""
        before, after = self.owners[id(one)], self.owners[id(other)]
        has_arrow = bool(one.blocks) and one.blocks[-1].kind == "paragraph" and ARROWS.fullmatch(one.blocks[-1].text)
        if has_arrow and before.kind == after.kind == "sprint":
            self.reading.add_dependency(after.id, before.id)

    def _table(self, section: Section, block: Block, context: Context) -> None:
        """Read a table of the plan, after the sections of its units: what those say of a unit comes first."""
        self.reading.section = section
        self._block(block, context, is_work=False)

    def _about(self, section: Section, around: Context) -> Context:
        """What a section is about, by its heading; its words are taken where they say nothing else."""
        around = replace(around, is_unit=False) if around.is_unit else around
        if section.level == 0:
            return around
        if named := self.reading.roles.named.get(id(section)):
            return self._named(section, *named, around)
        head = read_heading(section.title)
        role = self.reading.roles.of(head) if head else None
        if head and role and not head.about and not is_range_of_tasks(head):
            return self._unit(section, head, role, around)
        if not role and (option := staffing.begin_option(self.reading, section, head, around.topic)):
            return Context(option, "options")
        if head and role == "sprint" and head.id in self.reading.draft.sprints:
            owner = self.reading.sprint(head.id)
            self.reading.ledger.take(section.head, head.written, f"{owner}")
            return self._subject(section, head.about, Context(owner, around.topic))
        return self._subject(section, without_signs(plain(section.title)), around)

    def _named(self, section: Section, role: HeadingRole, head: UnitHead, around: Context) -> Context:
        """A section that the team, or the shape of the document, says is a part of the plan, or none."""
        if role == "notes":
            return replace(around, topic="notes")
        if role == "risk":
            return Context(risks.new_risk(self.reading, around.owner, head.title, section.head))
        return self._unit(section, head, role, around)

    def _unit(self, section: Section, head: UnitHead, role: Role, around: Context) -> Context:
        if role == "task" and tasks.has_subtasks(section, head):
            role = "group"
        owner = titles.owner_of(self.reading, head, role, around.owner)
        if owner is None:
            return around
        if id(section) not in self.reading.primary:
            titles.read_title(self.reading, section, head, owner)
        is_again = role == "sprint" and id(section) not in self.reading.primary and around.topic in topics.REPEAT_TOPICS
        is_kept = is_again or (around.topic in topics.UNIT_TOPICS and role in {"sprint", "phase"})
        return Context(owner, around.topic if is_kept else None, is_unit=True)

    def _subject(self, section: Section, title: str, around: Context) -> Context:
        title = title.rstrip(":\uff1a ")
        is_label = section.level >= BOLD_LEVEL
        subject = (field_of(title) or topic(title)) if is_label else (topic(title) or field_of(title))
        if subject is None and around.owner.kind == "plan" and names_topic(title, "dependencies"):
            subject = "dependencies"
        if subject is None or (around.is_other and subject not in topics.READER_TOPICS):
            return self._group(section, title, around)
        if not titles.is_long_heading(title):
            self.reading.ledger.take(section.head, title, f"{around.owner}: {subject}")
        return replace(around, topic=subject)

    def _group(self, section: Section, title: str, around: Context) -> Context:
        """A heading without a subject that has tasks below it is the title of a group of them."""
        is_line, owner = section.level >= BOLD_LEVEL, around.owner
        is_about_tasks = around.topic == "tasks" and tasks.has_list(section)
        is_group = owner.kind == "sprint" or (owner.kind == "group" and not is_line)
        if not is_group or around.topic not in {None, "tasks"} or not (is_about_tasks or tasks.has_tasks(section)):
            is_title = title == self.reading.draft.plan.get("title")
            return replace(around, is_other=owner.kind == "plan" and not around.topic and not is_title)
        group = self.reading.group(title, owner)
        if group is None:
            return around
        titles.read_group(self.reading, section.head, title, group)
        return Context(group, around.topic, is_unit=True)

    def _block(self, block: Block, context: Context, *, is_work: bool) -> None:
        """Let the readers of its subject take a block, then those of labelled values what is left of it."""
        for line, number in list_numbers(block):
            self.reading.ledger.ignore(line, number)
        owner, topic = context.owner, context.topic
        entries = list(labelled_lines(block)) if block.kind == "paragraph" else []
        is_labelled = bool(entries) and entries[0].label is not None and topic not in topics.RISK_TOPICS
        if topic and not is_labelled and topics.read(self.reading, owner, topic, block):
            return
        if block.kind == "quote":
            for inner in block.blocks:
                self._block(inner, context, is_work=False)
        elif context.is_other and not topic:
            topics.read_other(self.reading, owner, block)
            return
        elif topic and block.kind != "paragraph":
            topics.read_rest(self.reading, owner, topic, block)
        elif block.kind != "paragraph":
            topics.read_any(self.reading, owner, block, is_work=is_work)
        for entry in entries:
            if entry.label is None and owner.kind in {"sprint", "task"}:
                self.reading.deferred.append(partial(relations.read_prose, self.reading, owner, entry.span, entry.text))
            fields.read(self.reading, owner, entry)
