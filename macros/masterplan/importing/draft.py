"""A plan under construction: the contents of its files, and the importer's open questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from masterplan.importing.ledger import Ledger

Values = dict[str, Any]
"""A part of the plan as in its YAML file: texts, lists and nested parts by the names of the model's fields."""


@dataclass(frozen=True, slots=True)
class Question:
    """An ambiguity on a line of the document; the first of `readings` is the chosen one.

    `text` is a quotation from the document, or a sentence about it, which ends with a period.
    `answer` is the setting of import.yml that decides it. Unless it `is_decided`, no reading was chosen.
    """

    line: int
    text: str
    readings: tuple[str, ...]
    answer: str
    is_decided: bool = True


@dataclass
class Draft:
    """A plan under construction. Sprints, phases, milestones and options are keyed by id, in document order.

    `owners` maps the ids of team.yml to the names of people, teams and roles as the document writes them; `team` has
    further values of some of them by id. Those with a description are roles.
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
        """Contents of all files except those of sprints, by path below `plan_data/`; empty files are left out."""
        members = [{"id": id_, "name": name} | self.team.get(id_, {}) for id_, name in self.owners.items()]
        files = {
            "phases.yml": {"phases": list(self.phases.values())},
            "milestones.yml": {"milestones": list(self.milestones.values())},
            "options.yml": {"options": list(self.options.values())},
            "risks.yml": {"risks": self.risks},
            "team.yml": {
                "people": [member for member in members if "description" not in member],
                "roles": [member for member in members if "description" in member],
            },
        }
        return {"plan.yml": self.plan} | {path: data for path, data in files.items() if any(data.values())}


class Imported(NamedTuple):
    """An imported plan, and the outcome of every line of its source."""

    draft: Draft
    ledger: Ledger
