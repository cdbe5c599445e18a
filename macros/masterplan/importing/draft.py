"""A plan while it is read from elsewhere: the contents of its files, and what the reader is not sure of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from masterplan.importing.ledger import Ledger

Values = dict[str, Any]
"""A part of the plan, as its file has it: texts, lists and further parts by the names of the model's fields."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that can be read in more than one way; the reading that was chosen is the first of `readings`.

    `answer` is the setting of import.yml that decides it.
    """

    line: int
    text: str
    readings: tuple[str, ...]
    answer: str


@dataclass
class Draft:
    """A plan while it is read. Sprints, phases, milestones and options are by their id, in the order of the document.

    `owners` are the names of people, teams and roles as the document writes them, by the id each gets in team.yml;
    `team` has what else it says of some of them: roles are those with a description.
    """

    plan: Values = field(default_factory=dict)
    phases: dict[str, Values] = field(default_factory=dict)
    sprints: dict[str, Values] = field(default_factory=dict)
    milestones: dict[str, Values] = field(default_factory=dict)
    options: dict[str, Values] = field(default_factory=dict)
    risks: list[Values] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    team: dict[str, Values] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def files(self) -> Mapping[str, Values]:
        """The contents of the files that are not sprints, by their path below `plan_data/`; empty ones are left out."""
        members = [{"id": id_, "name": name} | self.team.get(id_, {}) for id_, name in self.owners.items()]
        listed = {
            "phases.yml": {"phases": list(self.phases.values())},
            "milestones.yml": {"milestones": list(self.milestones.values())},
            "options.yml": {"options": list(self.options.values())},
            "risks.yml": {"risks": self.risks},
            "team.yml": {
                "people": [member for member in members if "description" not in member],
                "roles": [member for member in members if "description" in member],
            },
        }
        return {"plan.yml": self.plan} | {path: data for path, data in listed.items() if any(data.values())}


class Imported(NamedTuple):
    """A plan that was read from elsewhere, and what became of every line."""

    draft: Draft
    ledger: Ledger
