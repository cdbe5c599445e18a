"""The parts of a plan by path, which is how facts name a place without knowing files and lines; and their names.

A path leads from the plan to a value, `("sprints", "4", "risk", "owner")`; `Places.of` turns it into a line.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import NamedTuple

from masterplan.analyse.graph import Edge
from masterplan.model.header import Header
from masterplan.model.naming import PLAN, Subject, SubjectKind
from masterplan.model.option import Option
from masterplan.model.part import Path, walk, with_texts
from masterplan.model.plan import Phase, Plan
from masterplan.model.sprint import Sprint

MOST_IN_SENTENCE = 12
"""The most names in one sentence; the others are counted."""

UNASSIGNED = "Unassigned"
"""What is shown in place of an owner's name where there is none."""

PartWithClaims = Header | Sprint | Phase | Option
"""The parts that have claims."""


class Compared(NamedTuple):
    """A place that something was compared with, and what it says."""

    path: Path
    says: str


def parts_with_claims(plan: Plan) -> Iterator[tuple[Path, str, PartWithClaims]]:
    """The plan itself, its sprints, phases and options: the path, the name people use, and the part."""
    yield ("plan",), "Plan", plan.header
    for id_, sprint in plan.sprints.items():
        yield ("sprints", id_), plan.name(id_), sprint
    for n, phase in enumerate(plan.phases):
        yield ("phases", "phases", n), plan.group_name(phase.id), phase
    for n, option in enumerate(plan.options):
        yield ("options", "options", n), f"Option {option.id}", option


def subject(plan: Plan, path: Path) -> Subject:
    """The part that a path leads into; a task or a progress entry belongs to its sprint, anything else to the plan."""
    match path:
        case ("sprints", str(id_), *_):
            return Subject("sprint", id_)
        case ("entries", n, *_):
            return Subject("sprint", plan.entries[int(n)].sprint)
        case (str(file), str(field), int(n), *_) if (file, field) in _LISTED:
            kind, ids = _LISTED[file, field]
            return Subject(kind, ids(plan)[n])
        case _:
            return PLAN


_LISTED: Mapping[tuple[str, str], tuple[SubjectKind, Callable[[Plan], list[str]]]] = {
    ("phases", "phases"): ("phase", lambda plan: [phase.id for phase in plan.phases]),
    ("options", "options"): ("option", lambda plan: [option.id for option in plan.options]),
    ("team", "people"): ("person", lambda plan: [person.id for person in plan.people]),
    ("team", "teams"): ("team", lambda plan: [team.id for team in plan.teams]),
    ("team", "roles"): ("role", lambda plan: [role.id for role in plan.roles]),
    ("milestones", "milestones"): ("milestone", lambda plan: [milestone.id for milestone in plan.milestones]),
    ("risks", "risks"): ("risk", lambda plan: [risk.key for risk in plan.risks]),
}
"""The parts of files that are lists: what an item of each is, and the ids of the items."""


def display_name(plan: Plan, subject: Subject) -> str:
    """What people call a part: `Sprint 4`, `Phase 1`, `Option A`, `Person ada`, `Plan`; in the plan's words for it."""
    match subject.kind:
        case "sprint":
            return plan.name(subject.id)
        case "phase":
            return plan.group_name(subject.id)
        case _:
            return capital(str(subject))


def in_plan_words(plan: Plan, part: str) -> str:
    """A part as somebody typed it (`sprint 4`, `option A`), in the plan's word for its kind: `epic 4`."""
    kind, blank, id_ = part.partition(" ")
    return f"{plan.worded(kind)}{blank}{id_}"


_HEADS = {"plan": 1, "sprints": 2, "phases": 3, "options": 3, "entries": 2, "team": 3, "milestones": 3, "risks": 3}


def field(path: Path) -> str:
    """The field of its part that a path leads to, without positions in lists: `risk.owner`, `depends_on.sprint`."""
    below = path[_HEADS.get(str(path[0]), 1) :] if path else ()
    return ".".join(step for step in below if isinstance(step, str))


def texts(plan: Plan) -> Iterator[tuple[Path, str]]:
    """Every text of a plan with its path, in the order of the files; neither references nor words of a choice."""
    for path, part in plan.parts():
        for text_path, _, text in walk(part, path, with_texts):
            yield text_path, text


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: `A, B and C`; of many the first and how many more there are."""
    pieces = list(names)
    if len(pieces) > MOST_IN_SENTENCE:
        pieces = [*pieces[:MOST_IN_SENTENCE], f"{len(pieces) - MOST_IN_SENTENCE:,} more"]
    return " and ".join(piece for piece in (", ".join(pieces[:-1]), *pieces[-1:]) if piece)


def capital(sentence: str) -> str:
    """A sentence with a capital letter at its start; the rest stays as it is."""
    return sentence[:1].upper() + sentence[1:]


def are(several: Sized) -> str:
    """The verb after several names: `is` for one, `are` for more."""
    return verb(several, "is", "are")


def verb(several: Sized, one: str, more: str) -> str:
    """The form of a verb after several names: `needs` for one, `need` for more."""
    return one if len(several) == 1 else more


def names(plan: Plan, sprints: Iterable[str]) -> str:
    """What people call some sprints, in a sentence."""
    return listed(map(plan.name, sprints))


def owner_names(plan: Plan, ids: Iterable[str]) -> str:
    """The names of people, teams and roles, in a sentence; empty for none."""
    return listed(map(plan.person, ids))


def at_edge(plan: Plan, edge: Edge) -> Compared:
    """Where a dependency is written, and what it says."""
    return Compared(edge.path, f"{plan.name(edge.sprint)} needs {plan.name(edge.needs)} ({edge.strength})")
