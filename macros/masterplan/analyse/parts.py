"""Parts of a plan by path, their display names, and the wording of lists.

A path leads from the plan to a value: `("sprints", "4", "risk", "owner")`. Facts use paths because they know no files
and lines; `Places.of` resolves a path to a place.
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
"""Most names in one sentence; the rest is counted."""

UNASSIGNED = "Unassigned"
"""Shown instead of a name if a part has no owner."""

PartWithClaims = Header | Sprint | Phase | Option
"""Parts that can state claims."""


class Compared(NamedTuple):
    """A place that a finding was compared with, and its content in words."""

    path: Path
    says: str


def parts_with_claims(plan: Plan) -> Iterator[tuple[Path, str, PartWithClaims]]:
    """Yield path, display name and part for the plan itself and its sprints, phases and options."""
    yield ("plan",), "Plan", plan.header
    for id_, sprint in plan.sprints.items():
        yield ("sprints", id_), plan.name(id_), sprint
    for n, phase in enumerate(plan.phases):
        yield ("phases", "phases", n), plan.group_name(phase.id), phase
    for n, option in enumerate(plan.options):
        yield ("options", "options", n), option.name, option


def subject(plan: Plan, path: Path) -> Subject:
    """The part that a path belongs to. Tasks and progress entries belong to their sprint, anything else to the plan."""
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
"""Lists in files: the kind of their items, and the ids of the items."""


def display_name(plan: Plan, subject: Subject) -> str:
    """Display name of a part, in the plan's own words: `Sprint 4`, `Phase 1`, `Option A`, `Person ada`, `Plan`."""
    match subject.kind:
        case "sprint":
            return plan.name(subject.id)
        case "phase":
            return plan.group_name(subject.id)
        case _:
            return capital(str(subject))


def in_plan_words(plan: Plan, part: str) -> str:
    """Replace the kind in a reference such as `sprint 4` with the plan's own word: `epic 4`."""
    kind, blank, id_ = part.partition(" ")
    return f"{plan.worded(kind)}{blank}{id_}"


_HEADS = {"plan": 1, "sprints": 2, "phases": 3, "options": 3, "entries": 2, "team": 3, "milestones": 3, "risks": 3}


def field(path: Path) -> str:
    """The field in its part that a path leads to, without positions in lists: `risk.owner`, `depends_on.sprint`."""
    below = path[_HEADS.get(str(path[0]), 1) :] if path else ()
    return ".".join(step for step in below if isinstance(step, str))


def texts(plan: Plan) -> Iterator[tuple[Path, str]]:
    """Yield all texts of a plan with their paths, in the order of the files, without references and fixed choices."""
    for path, part in plan.parts():
        for text_path, _, text in walk(part, path, with_texts):
            yield text_path, text


def listed(names: Iterable[str], most: int = MOST_IN_SENTENCE) -> str:
    """Join names for a sentence: `A, B and C`; after the first `most`, the number of the rest."""
    pieces = list(names)
    if len(pieces) > most:
        pieces = [*pieces[:most], f"{len(pieces) - most:,} more"]
    return " and ".join(piece for piece in (", ".join(pieces[:-1]), *pieces[-1:]) if piece)


def capital(sentence: str) -> str:
    """Capitalise the first letter of a sentence; leave the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def are(several: Sized) -> str:
    """`is` for one item, else `are`."""
    return verb(several, "is", "are")


def verb(several: Sized, one: str, more: str) -> str:
    """`one` for one item, else `more`: `needs` or `need`."""
    return one if len(several) == 1 else more


def names(plan: Plan, sprints: Iterable[str]) -> str:
    """Display names of sprints, joined for a sentence."""
    return listed(map(plan.name, sprints))


def owner_names(plan: Plan, ids: Iterable[str]) -> str:
    """Names of people, teams and roles, joined for a sentence; empty if there are none."""
    return listed(map(plan.person, ids))


def at_edge(plan: Plan, edge: Edge) -> Compared:
    """Place of a dependency, with the dependency in words."""
    return Compared(edge.path, f"{plan.name(edge.sprint)} needs {plan.name(edge.needs)} ({edge.strength})")
