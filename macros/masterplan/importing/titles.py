"""Parts of the plan named by headings, rows and nodes of a document, and the values in their titles."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from masterplan.importing import clues, relations, states, values, words
from masterplan.importing.document import Section
from masterplan.importing.draft import Values
from masterplan.importing.headings import (
    NUMBERING,
    UnitHead,
    family_key,
    kind_of,
    read_head,
    read_heading,
    without_values,
)
from masterplan.importing.ledger import Span
from masterplan.importing.ledger import words as ledger_words
from masterplan.importing.marks import is_in_brackets, plain, without_signs
from masterplan.importing.owners import read_owners
from masterplan.importing.reading import DATED, SIZED, WORK, DraftPart, Reading, fits_line, key
from masterplan.importing.units import Family, Role, Roles
from masterplan.model.task import State

_SETTING = re.compile(r"^title:\s*\S", re.MULTILINE)
_DATES = re.compile(r"[0-9]{4}-")
_SIZES = {"XS", "S", "M", "L", "XL", "XXL"}
_SEPARATORS = re.compile(r"[,|]|\s[-–—]\s")
_REMARK = re.compile(r"(?P<remark>\([^()]{1,60}\))\s*(?:[:\uff1a]|[-–—](?=\s))\s*(?=\w)")
_LAST_BRACKETS = re.compile(r"\s*\(([^()]{1,120})\)$")
_AFTER_WINDOW = re.compile(r"\s*(?:\((?P<round>[^()]{1,200})\)$|(?:[:\uff1a]|[-–—]{1,2}\s)\s*(?P<text>\S.*))")
_PRIORITY = re.compile(r"P[0-9]\b")
_TASK_COUNT = re.compile(r"~?(\d{1,5}) (?:tasks?|stories|items|tickets|issues)")
_HANDLES = re.compile(r"@[A-Za-z][\w-]{0,38}(?:,?\s+@[A-Za-z][\w-]{0,38}){0,8}")
_MOST_SHORT_WORDS = 3
_LONGEST_TEXT = 120
_MOST_TOPIC_WORDS = 8
"""Most words in a heading that only names a subject."""


def create_units(reading: Reading, document: Section, roles: Roles) -> None:
    """Create every sprint and phase of a document, and title the plan by its heading."""
    if roles.sprint:
        for id_ in roles.sprint.ids:
            reading.draft.sprints[id_] = {"id": id_}
        _put_unit_word(reading, "unit", roles.sprint.word, "Sprint")
    if roles.phase:
        for id_ in roles.phase.ids:
            reading.draft.phases[id_] = {"id": id_}
        _put_unit_word(reading, "group", roles.phase.word, "Phase")
    for role, head in roles.named.values():
        if role in {"sprint", "phase"}:
            parts = reading.draft.sprints if role == "sprint" else reading.draft.phases
            parts.setdefault(head.id, {"id": head.id})
    _read_definitions(reading, roles)
    if (title := _title_of(document, roles)) is not None:
        text = without_signs(plain(title.title))
        reading.put(reading.plan, "title", text, title.head, text)


def _title_of(document: Section, roles: Roles) -> Section | None:
    """The heading that titles the plan: the first one without a subject, before any unit.

    If there is only one top-level heading, it is the title unless the front matter has one.
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
    """Read the defining heading of each sprint and phase: the first one with a title outside brackets."""
    for family, role in ((roles.phase, "phase"), (roles.sprint, "sprint")):
        for id_, sections in family.defined.items() if family else ():
            heads = [(section, head) for section in sections if (head := roles.head(section))]
            titled = [pair for pair in heads if pair[1].title and not is_in_brackets(pair[1].title)]
            section, head = (titled or heads)[0]
            part = reading.sprint(id_) if role == "sprint" else reading.phase(id_)
            if titled:
                read_title(reading, section, head, part)
            if titled and role == "sprint":
                reading.primary.add(id(section))
            if role == "sprint":
                reading.aliases.update(dict.fromkeys(_aliases(section, head), id_))


def _aliases(section: Section, head: UnitHead) -> Iterator[tuple[str, str]]:
    """Other names of a sprint, in brackets in the first texts of its section: `Duration: 3 weeks (Sprint 1)`."""
    for line in (line for block in section.blocks[:3] if block.kind == "paragraph" for line in block.text.split("\n")):
        name = read_head(line.rstrip(" )*").rpartition("(")[2]) if line.rstrip(" *").endswith(")") else None
        if name and kind_of(name.word) == "sprint" and not name.about and not name.title and name.family != head.family:
            yield family_key(name), name.id


def _title_task(task: Values) -> None:
    """Give a task without a title its one-line description as the title, or else its id."""
    text = task.get("description", "")
    if "title" not in task and text and "\n" not in text and fits_line("title", text):
        task["title"] = plain(task.pop("description"))
    task.setdefault("title", task.get("id", "Task"))


def complete_units(reading: Reading) -> None:
    """Give each unit without a title one from a diagram, its short objective or description, or its name.

    The duration of a sprint becomes a declared fact if its tasks state their effort.
    """
    states.complete_states(reading)
    for task in (task for sprint in reading.draft.sprints.values() for task in sprint.get("tasks", ())):
        _title_task(task)
    for part in map(reading.sprint, sorted(reading.timed)):
        if "effort" in part.values and any("effort" in task for task in part.values.get("tasks", ())):
            reading.declare_duration(part, part.values.pop("effort"))
    roles, plan = reading.roles, reading.draft.plan
    for id_ in roles.sprint.ids if roles.sprint else ():
        _complete_title(reading, reading.sprint(id_), roles.sprint, plan.get("unit", {}).get("one", "Sprint"))
    for id_ in roles.phase.ids if roles.phase else ():
        _complete_title(reading, reading.phase(id_), roles.phase, plan.get("group", {}).get("one", "Phase"))


def _complete_title(reading: Reading, part: DraftPart, family: Family | None, word: str) -> None:
    node = family.drawn.get(part.id) if family else None
    if node and "title" not in part.values:
        take_title(reading, part, node[0], Span(node[1], node[1]))
    for name in ("objective", "description"):
        text = part.values.get(name, "")
        if _is_title(text) and part.values.setdefault("title", text) == text:
            del part.values[name]
    part.values.setdefault("title", f"{word} {part.id}")


def _is_title(text: str) -> bool:
    """Whether an objective or description can be a title: one short line without marks."""
    return 0 < len(text) <= _LONGEST_TEXT and text == plain(text)


def _put_unit_word(reading: Reading, field: str, word: str, default: str) -> None:
    """Set the plan's word for a kind of unit, if it is not the default."""
    unit = words.unit_kind(word)
    one = unit.one if unit else word.capitalize() if word.isupper() or word.islower() else word
    if not one or one.removesuffix("s") == default:
        return
    many = unit.many if unit else ""
    reading.draft.plan[field] = {"one": one} | ({"many": many} if many not in {"", one, f"{one}s"} else {})


def named_part(reading: Reading, head: UnitHead, role: Role | str, around: DraftPart) -> DraftPart | None:
    """The part that a name refers to, created if it is a task, group or milestone; None if there is none."""
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


def read_title(reading: Reading, section: Section, head: UnitHead, part: DraftPart) -> None:
    """Read the title of a unit from its heading, with the values beside it: state, window, effort."""
    reading.ledger.take(section.head, head.written, str(part))
    if number := NUMBERING.match(without_signs(plain(section.title))):
        reading.ledger.ignore(section.head.first, number[0])
    if part.kind == "group":
        title = head.title or head.about
        read_group(reading, section.head, f"{head.written}: {title}" if title else head.written, part)
        return
    take_title(reading, part, head, section.head)


def read_group(reading: Reading, span: Span, title: str, part: DraftPart) -> None:
    """Read the heading of a group of tasks as its title, without the values in it."""
    reading.ledger.take(span, title, str(part))
    part.values["title"] = without_values(NUMBERING.sub("", title), value_reader(reading, part, span)) or title


def take_title(reading: Reading, part: DraftPart, head: UnitHead, span: Span) -> None:
    """Take the text after a unit's name as its title, without the values in it."""
    read_value = value_reader(reading, part, span)
    ornament = next(filter(head.signs.startswith, reading.roles.ornaments), "")
    signs = head.signs.removeprefix(ornament) if part.kind == "sprint" else head.signs
    state = state_of(reading, signs) if part.kind in WORK and signs.strip() else None
    if state is not None:
        states.put_state(reading, part, state, span, is_hint=True)
    title = _without_window(reading, part, head.title, span)
    title = "" if read_value(title) else without_values(title, read_value)
    if remark := _REMARK.match(title):
        title = f"{title[remark.end() :]} {remark['remark']}"
    title = _without_values_in_brackets(reading, part, title, span)
    title = _without_people(reading, part, title, span)
    is_short = is_in_brackets(title)
    put_title(reading, part, title[1:-1] if is_short else title, span, is_short=is_short)
    if part.kind in WORK:
        reading.deferred.append(partial(relations.read_end_of_title, reading, part, span))


def _without_window(reading: Reading, part: DraftPart, title: str, span: Span) -> str:
    """A title without the time window at its start, which is taken: `Week 5: Sails`, `4 May - 8 May (Sails)`."""
    window = reading.window(title, span.first) if part.kind in DATED else None
    rest = _AFTER_WINDOW.match(title[len(window.text) :]) if window and title.startswith(window.text) else None
    if window is None or rest is None or not reading.put(part, "when", window.value, span, window.text):
        return title
    return rest["round"] or rest["text"]


def _without_values_in_brackets(reading: Reading, part: DraftPart, title: str, span: Span) -> str:
    """A title without the values in the brackets at its end: `Sails (today, ~3 hours)`."""
    bracket = _LAST_BRACKETS.search(title)
    pieces = _SEPARATORS.split(bracket[1]) if bracket else []
    pairs = [(piece, _value(reading, part, span.first, piece.strip())) for piece in pieces]
    if bracket is None or not any(pair for _, pair in pairs) or part.kind not in DATED:
        return title
    candidates = sorted([(piece, pair) for piece, pair in pairs if pair], key=_is_uncertain)
    taken = {piece for piece, pair in candidates if _put(reading, part, pair, span, piece)}
    rest = [piece.strip() for piece, _ in pairs if piece not in taken]
    return f"{title[: bracket.start()]} ({', '.join(rest)})" if rest else title[: bracket.start()]


def _without_people(reading: Reading, part: DraftPart, title: str, span: Span) -> str:
    """A title without the people in the brackets at its end, who are the owners: `Sails (Ada, Bo)`."""
    bracket = _LAST_BRACKETS.search(title) if part.kind in WORK else None
    names = read_owners(bracket[1]) if bracket else None
    if not bracket or not names or not all(owner.name.casefold() in reading.owners.mentioned for owner in names.value):
        return title
    is_put = reading.put(part, "owner", reading.owners.ids(names.value), span, bracket[1])
    return title[: bracket.start()] if is_put else title


def put_title(reading: Reading, part: DraftPart, title: str, span: Span, *, is_short: bool = False) -> bool:
    """Give a unit a title, or a sprint with one a short name; returns whether the text is taken.

    A text is a short name if the title contains all its words, or if it has few words and stands in brackets.
    """
    current = str(part.values.get("title", title))
    if title and key(current) == key(title):
        return reading.put(part, "title", current, span, title)
    lead, _, rest = title.partition(" - ") if " - " in title else title.partition(" – ")
    if rest and key(lead) == key(current) and part.kind in {"sprint", "phase"}:
        reading.put(part, "title", current, span, lead)
        return reading.put(part, "description", rest, span, rest)
    is_part = set(ledger_words(title)) <= set(ledger_words(current))
    is_short_name = is_part or (is_short and len(title.split()) <= _MOST_SHORT_WORDS)
    is_shorter = part.kind == "sprint" and 0 < len(title) < len(current)
    return is_short_name and is_shorter and reading.put(part, "short", title, span, title)


def value_reader(reading: Reading, part: DraftPart, span: Span) -> Callable[[str], bool]:
    """A function that takes a part of a title as values of its unit: `Weeks 1-2`, `DONE`, `M, 4h`, `4 tasks`.

    The function returns whether all of the text is such values.
    """

    def take(text: str) -> bool:
        if len(text) > _LONGEST_TEXT:
            return False
        whole = _value(reading, part, span.first, text.strip())
        pieces, pairs = [text], [whole]
        if whole is None or (whole[0] == "priority" and _SEPARATORS.search(text)):
            pieces = [piece.strip() for piece in _SEPARATORS.split(text)]
            pieces = [p for p in pieces if not words.small_words("before date").of(words.fold(p))] or pieces
            pairs = [_value(reading, part, span.first, piece) for piece in pieces] if pieces != [text] else pairs
        if not all(pairs):
            return False
        candidates = [(piece, pair) for piece, pair in zip(pieces, pairs, strict=True) if pair]
        taken = [_put(reading, part, pair, span, piece) for piece, pair in sorted(candidates, key=_is_uncertain)]
        return all(taken)

    return take


def _is_uncertain(candidate: tuple[str, tuple[str, Any]]) -> bool:
    """Sort key that puts dates first, because they state when a unit is with more certainty than day numbers."""
    _, (name, value) = candidate
    return name != "when" or not _DATES.match(value)


def _put(reading: Reading, part: DraftPart, pair: tuple[str, Any], span: Span, text: str) -> bool:
    name, value = pair
    if name == "effort" and part.kind == "sprint":
        if part.id in reading.timed and part.values.get("effort", value) != value:
            reading.declare_duration(part, part.values.pop("effort"))
        elif "effort" not in part.values:
            reading.timed.add(part.id)
    if name == "state":
        return states.put_state(reading, part, words.Read(value, text), span, is_hint=True)
    if name not in {"labels", "owner"}:
        return reading.put(part, name, value, span, text)
    for item in reading.owners.ids(value) if name == "owner" else (value,):
        reading.add(part, name, item, span, text)
    return True


def _value(reading: Reading, part: DraftPart, line: int, text: str) -> tuple[str, Any] | None:
    """The field and value that make up a whole text: a window, effort, state or size, `P1`, `@ada`, `4 tasks`."""
    bare = without_signs(text) or text
    if part.kind == "group" and (number := _TASK_COUNT.fullmatch(bare)):
        return "tasks", int(number[1])
    if part.kind in WORK and bare in _SIZES:
        return "labels", bare
    names = read_owners(", ".join(text.split())) if _HANDLES.fullmatch(text) else None
    if names and part.kind in WORK:
        return "owner", names.value
    priority = words.priority(bare) if part.kind in WORK and _PRIORITY.match(bare) else None
    if priority and key(priority.text) == key(bare):
        return "priority", priority.value
    readers: dict[str, Callable[[str], Any]] = {
        "when": lambda piece: reading.window(piece, line) if part.kind in DATED else None,
        "points": lambda piece: values.points(piece) if part.kind in SIZED else None,
        "effort": lambda piece: values.effort(piece) if part.kind in SIZED else None,
        "state": lambda piece: state_of(reading, piece) if part.kind in WORK else None,
        "risk": lambda piece: _risk(piece) if part.kind == "sprint" else None,
    }
    for name, reader in readers.items():
        whole = text if name == "state" else bare
        value = reader(whole)
        if value and key(value.text) == key(whole):
            return name, value.value
    return None


def state_of(reading: Reading, text: str) -> words.Read[State] | None:
    """State in a part of a title; None for `(new)`, which describes what a unit creates rather than its progress."""
    return None if "new" in clues.signals(text) else reading.state(text)


def _risk(text: str) -> words.Read[dict[str, str]] | None:
    """Risk level that makes up a whole text: `LOW risk`."""
    bare = " ".join(word for word in text.split() if words.field_of(word) not in {"risk", "risks"})
    level = words.level(bare) if bare != text else None
    return words.Read({"level": level.value}, text) if level and key(level.text) == key(bare) else None


def is_long_heading(title: str) -> bool:
    """Whether a heading has more words than the name of a subject."""
    return len(without_signs(title).split()) > _MOST_TOPIC_WORDS
