"""The parts of the plan that a document's headings, rows and nodes name, and what their titles say."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from masterplan.importing import clues, relations, states, values, words
from masterplan.importing.document import Section
from masterplan.importing.draft import Values
from masterplan.importing.headings import UnitHead, family_key, kind_of, read_head, read_heading, without_values
from masterplan.importing.ledger import Span
from masterplan.importing.ledger import words as ledger_words
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import Owner, Reading, fits_line, key
from masterplan.importing.units import Family, Role, Roles
from masterplan.model.task import State

_SETTING = re.compile(r"^title:\s*\S", re.MULTILINE)
_NUMBERING = re.compile(r"^[0-9]{1,3}[.)]\s+")
_DATES = re.compile(r"[0-9]{4}-")
_SIZES = {"XS", "S", "M", "L", "XL", "XXL"}
_TIMED = {"sprint", "task", "phase", "milestone"}
_SIZED = {"sprint", "task", "phase", "group"}
_PARTS = re.compile(r"[,|]|\s[-–—]\s")
_REMARK = re.compile(r"(?P<remark>\([^()]{1,60}\))\s*(?:[:\uff1a]|[-–—](?=\s))\s*(?=\w)")
_LAST = re.compile(r"\s*\(([^()]{1,120})\)$")
_BEHIND = re.compile(r"\s*(?:\((?P<round>[^()]{1,200})\)$|(?:[:\uff1a]|[-–—]{1,2}\s)\s*(?P<text>\S.*))")
_PRIORITY = re.compile(r"P[0-9]\b")
_TASKS = re.compile(r"~?(\d{1,5}) (?:tasks?|stories|items|tickets|issues)")
_AT = re.compile(r"@[A-Za-z][\w-]{0,38}(?:,?\s+@[A-Za-z][\w-]{0,38}){0,8}")
_SHORT = 3
_LONGEST = 120
_FEW = 8
"""Words that a heading may have which is nothing but the name of a subject."""


def create_units(reading: Reading, document: Section, roles: Roles) -> None:
    """Make every sprint and phase of a document, and name the plan by the heading that is its title."""
    if roles.sprint:
        for id_ in roles.sprint.ids:
            reading.draft.sprints[id_] = {"id": id_}
        _name(reading, "unit", roles.sprint.word, "Sprint")
    if roles.phase:
        for id_ in roles.phase.ids:
            reading.draft.phases[id_] = {"id": id_}
        _name(reading, "group", roles.phase.word, "Phase")
    for role, head in roles.named.values():
        if role in {"sprint", "phase"}:
            parts = reading.draft.sprints if role == "sprint" else reading.draft.phases
            parts.setdefault(head.id, {"id": head.id})
    _read_definitions(reading, roles)
    if (title := _title_of(document, roles)) is not None:
        text = without_signs(plain(title.title))
        reading.put(reading.plan, "title", text, title.head, text)


def _title_of(document: Section, roles: Roles) -> Section | None:
    """The heading that names the plan: the first of no unit and no subject, before any unit.

    The only one does, too, unless the settings above the document have a title.
    """
    for section in document.sections:
        head = read_heading(section.title)
        if head and roles.of(head) and not head.about:
            break
        if words.topic(without_signs(plain(section.title))) is None:
            return section
    has_settings = any(block.kind == "front matter" and _SETTING.search(block.text) for block in document.blocks)
    return document.sections[0] if len(document.sections) == 1 and not has_settings else None


def _read_definitions(reading: Reading, roles: Roles) -> None:
    """Read the heading that defines each sprint and phase: the first with a title that is in no brackets."""
    for family, role in ((roles.phase, "phase"), (roles.sprint, "sprint")):
        for id_, sections in family.defined.items() if family else ():
            heads = [(section, head) for section in sections if (head := roles.head(section))]
            named = [pair for pair in heads if pair[1].title and not _is_in_brackets(pair[1].title)]
            section, head = (named or heads)[0]
            owner = reading.sprint(id_) if role == "sprint" else reading.phase(id_)
            if named:
                read_title(reading, section, head, owner)
            if named and role == "sprint":
                reading.primary.add(id(section))
            if role == "sprint":
                reading.aliases.update(dict.fromkeys(_other_names(section, head), id_))


def _other_names(section: Section, head: UnitHead) -> Iterator[tuple[str, str]]:
    """Other names of a sprint that stand in brackets in the texts at its beginning: `Duration: 3 weeks (Sprint 1)`."""
    for line in (line for block in section.blocks[:3] if block.kind == "paragraph" for line in block.text.split("\n")):
        name = read_head(line.rstrip(" )*").rpartition("(")[2]) if line.rstrip(" *").endswith(")") else None
        if name and kind_of(name.word) == "sprint" and not name.about and not name.title and name.family != head.family:
            yield family_key(name), name.id


def _title_task(task: Values) -> None:
    """Give a task without a title its description as one, if that is one line, or its id."""
    text = task.get("description", "")
    if "title" not in task and text and "\n" not in text and fits_line("title", text):
        task["title"] = plain(task.pop("description"))
    task.setdefault("title", task.get("id", "Task"))


def complete_units(reading: Reading) -> None:
    """Give the units without a title the one that a diagram has for them, their description if short, or their name.

    How long a sprint takes is no longer its effort where its tasks state theirs.
    """
    states.complete_states(reading)
    for task in (task for sprint in reading.draft.sprints.values() for task in sprint.get("tasks", ())):
        _title_task(task)
    for owner in map(reading.sprint, sorted(reading.timed)):
        if "effort" in owner.values and any("effort" in task for task in owner.values.get("tasks", ())):
            reading.declare_duration(owner, owner.values.pop("effort"))
    roles, plan = reading.roles, reading.draft.plan
    for id_ in roles.sprint.ids if roles.sprint else ():
        _complete_title(reading, reading.sprint(id_), roles.sprint, plan.get("unit", {}).get("one", "Sprint"))
    for id_ in roles.phase.ids if roles.phase else ():
        _complete_title(reading, reading.phase(id_), roles.phase, plan.get("group", {}).get("one", "Phase"))


def _complete_title(reading: Reading, owner: Owner, family: Family | None, word: str) -> None:
    node = family.mentioned.get(owner.id) if family else None
    if node and "title" not in owner.values:
        take_title(reading, owner, node[0], Span(node[1], node[1]))
    if _is_title(owner.values.get("description", "")):
        owner.values.setdefault("title", owner.values["description"])
    if owner.values.get("title") == owner.values.get("description"):
        owner.values.pop("description", None)
    owner.values.setdefault("title", f"{word} {owner.id}")


def _is_title(text: str) -> bool:
    """Whether a description can be the title of a unit that has no other: one short line without marks."""
    return 0 < len(text) <= _LONGEST and text == plain(text)


def _name(reading: Reading, field: str, word: str, default: str) -> None:
    """What the plan calls its pieces of work, where it is not the default."""
    known = words.unit_kind(word)
    one = known.one if known else word.capitalize() if word.isupper() or word.islower() else word
    if not one or one.removesuffix("s") == default:
        return
    many = known.many if known else ""
    reading.draft.plan[field] = {"one": one} | ({"many": many} if many not in {"", one, f"{one}s"} else {})


def owner_of(reading: Reading, head: UnitHead, role: Role | str, around: Owner) -> Owner | None:
    """The part that a name of some role stands for, made where it is a task or milestone; None where there is none."""
    if role == "sprint" and head.id in reading.draft.sprints:
        if around.kind == "phase":
            reading.join(head.id, around)
        return reading.sprint(head.id)
    if role == "phase" and head.id in reading.draft.phases:
        return reading.phase(head.id)
    if role == "task":
        return reading.task(head.code, around, is_number=head.is_number)
    if role == "group":
        return reading.group(head.written, around)
    if role == "milestone":
        return reading.milestone(head.id)
    return None


def read_title(reading: Reading, section: Section, head: UnitHead, owner: Owner) -> None:
    """Take the title of a unit from its heading, and the values beside it: state, window, effort."""
    reading.ledger.take(section.head, head.written, str(owner))
    if number := _NUMBERING.match(without_signs(plain(section.title))):
        reading.ledger.ignore(section.head.first, number[0])
    if owner.kind == "group":
        title = head.title or head.about
        read_group(reading, section.head, f"{head.written}: {title}" if title else head.written, owner)
        return
    take_title(reading, owner, head, section.head)


def read_group(reading: Reading, span: Span, title: str, owner: Owner) -> None:
    """Take the heading of a group of tasks as its title, without the values in it."""
    reading.ledger.take(span, title, str(owner))
    owner.values["title"] = without_values(_NUMBERING.sub("", title), value_reader(reading, owner, span)) or title


def take_title(reading: Reading, owner: Owner, head: UnitHead, span: Span) -> None:
    """Take what stands behind a unit's name as its title, without the values in it."""
    read_value = value_reader(reading, owner, span)
    ornament = next(filter(head.signs.startswith, reading.roles.ornaments), "")
    signs = head.signs.removeprefix(ornament) if owner.kind == "sprint" else head.signs
    state = state_of(reading, signs) if owner.kind in {"sprint", "task"} and signs.strip() else None
    if state is not None:
        states.put_state(reading, owner, state, span, is_hint=True)
    title = _without_window(reading, owner, head.title, span)
    title = "" if read_value(title) else without_values(title, read_value)
    if remark := _REMARK.match(title):
        title = f"{title[remark.end() :]} {remark['remark']}"
    title = _without_parts(reading, owner, title, span)
    is_short = _is_in_brackets(title)
    put_title(reading, owner, title[1:-1] if is_short else title, span, is_short=is_short)
    if owner.kind in {"sprint", "task"}:
        reading.deferred.append(partial(relations.read_end_of_title, reading, owner, span))


def _without_window(reading: Reading, owner: Owner, title: str, span: Span) -> str:
    """A title without the window that it begins with, which is taken: `Week 5: Sails`, `4 May - 8 May (Sails)`."""
    window = reading.window(title, span.first) if owner.kind in _TIMED else None
    rest = _BEHIND.match(title[len(window.text) :]) if window and title.startswith(window.text) else None
    if window is None or rest is None or not reading.put(owner, "when", window.value, span, window.text):
        return title
    return rest["round"] or rest["text"]


def _without_parts(reading: Reading, owner: Owner, title: str, span: Span) -> str:
    """A title without those parts of the brackets at its end that are values: `Sails (today, ~3 hours)`."""
    bracket = _LAST.search(title)
    parts = _PARTS.split(bracket[1]) if bracket else []
    pairs = [(part, _value(reading, owner, span.first, part.strip())) for part in parts]
    if bracket is None or not any(pair for _, pair in pairs) or owner.kind not in _TIMED:
        return title
    read = sorted([(part, pair) for part, pair in pairs if pair], key=_is_unsure)
    taken = {part for part, pair in read if _put(reading, owner, pair, span, part)}
    rest = [part.strip() for part, _ in pairs if part not in taken]
    return f"{title[: bracket.start()]} ({', '.join(rest)})" if rest else title[: bracket.start()]


def _is_in_brackets(title: str) -> bool:
    return title[:1] == "(" and title[-1:] == ")" and title.count("(") == 1


def put_title(reading: Reading, owner: Owner, title: str, span: Span, *, is_short: bool = False) -> bool:
    """Give a unit a title, or a sprint with one a short name; returns whether it has the text now.

    A text is short for the title where all its words are in that, or where it stands in brackets.
    """
    present = str(owner.values.get("title", title))
    if title and key(present) == key(title):
        return reading.put(owner, "title", present, span, title)
    lead, _, rest = title.partition(" - ") if " - " in title else title.partition(" – ")
    if rest and key(lead) == key(present) and owner.kind in {"sprint", "phase"}:
        reading.put(owner, "title", present, span, lead)
        return reading.put(owner, "description", rest, span, rest)
    is_part = (is_short and len(title.split()) <= _SHORT) or set(ledger_words(title)) <= set(ledger_words(present))
    is_shorter = owner.kind == "sprint" and 0 < len(title) < len(present)
    return is_part and is_shorter and reading.put(owner, "short", title, span, title)


def value_reader(reading: Reading, owner: Owner, span: Span) -> Callable[[str], bool]:
    """Whether a part of a title is values of its unit, which it takes then: `Weeks 1-2`, `DONE`, `M, 4h`, `4 tasks`."""

    def take(text: str) -> bool:
        if len(text) > _LONGEST:
            return False
        whole = _value(reading, owner, span.first, text.strip())
        parts, pairs = [text], [whole]
        if whole is None or (whole[0] == "priority" and _PARTS.search(text)):
            parts = [part.strip() for part in _PARTS.split(text)]
            parts = [part for part in parts if not words.small("before date").of((words.fold(part),))] or parts
            pairs = [_value(reading, owner, span.first, part) for part in parts] if parts != [text] else pairs
        if not all(pairs):
            return False
        read = [(part, pair) for part, pair in zip(parts, pairs, strict=True) if pair]
        taken = [_put(reading, owner, pair, span, part) for part, pair in sorted(read, key=_is_unsure)]
        return all(taken)

    return take


def _is_unsure(read: tuple[str, tuple[str, Any]]) -> bool:
    """Whether a part of a title is anything but dates, which say when a unit is more surely than numbers of days do."""
    _, (name, value) = read
    return name != "when" or not _DATES.match(value)


def _put(reading: Reading, owner: Owner, pair: tuple[str, Any], span: Span, text: str) -> bool:
    name, value = pair
    if name == "effort" and owner.kind == "sprint":
        if owner.id in reading.timed and owner.values.get("effort", value) != value:
            reading.declare_duration(owner, owner.values.pop("effort"))
        elif "effort" not in owner.values:
            reading.timed.add(owner.id)
    if name == "state":
        return states.put_state(reading, owner, words.Read(value, text), span, is_hint=True)
    if name not in {"labels", "owner"}:
        return reading.put(owner, name, value, span, text)
    for one in reading.owner_ids(value) if name == "owner" else (value,):
        reading.add(owner, name, one, span, text)
    return True


def _value(reading: Reading, owner: Owner, line: int, text: str) -> tuple[str, Any] | None:
    """The field and the value that a whole text is: a window, an effort, a state, a size, `P1`, `@ada`, `4 tasks`."""
    bare = without_signs(text) or text
    if owner.kind == "group" and (number := _TASKS.fullmatch(bare)):
        return "tasks", int(number[1])
    if owner.kind in {"sprint", "task"} and bare in _SIZES:
        return "labels", bare
    names = values.owners(", ".join(text.split())) if _AT.fullmatch(text) else None
    if names and owner.kind in {"sprint", "task"}:
        return "owner", names.value
    priority = words.priority(bare) if owner.kind in {"sprint", "task"} and _PRIORITY.match(bare) else None
    if priority and key(priority.text) == key(bare):
        return "priority", priority.value
    readers: dict[str, Callable[[str], Any]] = {
        "when": lambda part: reading.window(part, line) if owner.kind in _TIMED else None,
        "points": lambda part: values.points(part) if owner.kind in _SIZED else None,
        "effort": lambda part: values.effort(part) if owner.kind in _SIZED else None,
        "state": lambda part: state_of(reading, part) if owner.kind in {"sprint", "task"} else None,
        "risk": lambda part: _risk(part) if owner.kind == "sprint" else None,
    }
    for name, reader in readers.items():
        whole = text if name == "state" else bare
        read = reader(whole)
        if read and key(read.text) == key(whole):
            return name, read.value
    return None


def state_of(reading: Reading, text: str) -> words.Read[State] | None:
    """The state that a part of a title says; `(new)` says that something comes to exist, not how work on it stands."""
    return None if "new" in clues.signals(text) else reading.state(text)


def _risk(text: str) -> words.Read[dict[str, str]] | None:
    """How risky a whole text says something is: `LOW risk`."""
    bare = " ".join(word for word in text.split() if words.field_of(word) not in {"risk", "risks"})
    level = words.level(bare) if bare != text else None
    return words.Read({"level": level.value}, text) if level and key(level.text) == key(bare) else None


def is_long_heading(title: str) -> bool:
    """Whether a heading that names a subject is longer than such a name."""
    return len(without_signs(title).split()) > _FEW
