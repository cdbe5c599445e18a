"""A change: what is different between two plans, in a plan's terms and not as lines of text.

`analyse.changes` finds changes, every report shows the same records. An edit is the smallest piece of data that
differs; a change is what one or several edits mean; a consequence is a computed fact that moved because of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from masterplan.model.finding import Finding
from masterplan.model.naming import Subject
from masterplan.model.place import Place

Weight = Literal["breaking", "notable", "editorial"]

WEIGHTS: tuple[Weight, ...] = ("breaking", "notable", "editorial")
"""How much a change matters, the gravest first: others must act, others should know, only words differ."""

Key = tuple[str, ...]
"""A path into a plan by ids and names, never by positions: `("sprints", "4", "risk", "level")`."""

Direction = Literal["better", "worse", "neither"]


class ChangeRule(NamedTuple):
    """A kind of change: its permanent kebab-case id, its weight, and what has changed as a label (`Owner added`)."""

    id: str
    weight: Weight
    says: str


class Edit(NamedTuple):
    """One piece of data that differs, with its value on both sides as the model has it.

    The value of a list whose order means something is the whole tuple; of any other list each item is a piece.
    """

    key: Key
    """Where in the plan, by ids and names."""
    before: object
    """Its value in the older plan; None where there is none."""
    after: object
    """Its value in the newer plan; None where there is none."""

    @property
    def name(self) -> str:
        """The last step of its key: the name of a field, or the item of a set as text."""
        return self.key[-1]

    @property
    def is_rename(self) -> bool:
        """Whether it gives a sprint another id."""
        match self.key:
            case ("sprints", _, "id"):
                return self.before is not None and self.after is not None
            case _:
                return False


class Change(NamedTuple):
    """What edits mean: the rule, the part of the plan that changed and its field, the message, and both values.

    `before` and `after` are for people, empty where there is nothing on that side. `place` is in the newer plan, or in
    the older one where the newer no longer has it (`gone`).
    """

    rule: ChangeRule
    subject: Subject
    field: str
    message: str
    before: str
    after: str
    place: Place
    edits: tuple[Edit, ...]
    gone: bool = False

    @property
    def names_both(self) -> bool:
        """Whether the message has what was there and what is there now."""
        return self.before in self.message and self.after in self.message


class Consequence(NamedTuple):
    """A computed fact that moved: which fact (`end-of-option`), of which part, its values before and after, and why.

    `label` is its name for people (`End of option A`); `direction` says whether the team is better off. `causes` are
    the changes that move it when each is made alone; where none of them moves it all the way, also those without which
    it would be another. They are empty where that was too much work to find out. `figure` is by how much it moved.
    `before` and `after` are for people (`6 Feb`); `exact` has both as a program wants them (`2026-02-06 (24.75 days)`),
    empty where they are no different.
    """

    fact: str
    subject: Subject
    label: str
    before: str
    after: str
    direction: Direction
    causes: tuple[Change, ...]
    figure: str = ""
    exact: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Question:
    """Who should look at a difference, and the one thing to ask them."""

    who: str
    """A name; may be empty."""
    sprint: str
    """The id of the sprint it is about."""
    text: str
    """The question."""


class ChangedFinding(NamedTuple):
    """A finding of the audit that both plans have, with another figure: in the older plan and in the newer."""

    before: Finding
    after: Finding


@dataclass(frozen=True, slots=True)
class Difference:
    """All that lies between two plans. `appeared`, `changed`, `disappeared` and `waived` are findings of the audit.

    `made_by` are the changes that a finding comes, changes or goes with, by its fingerprint (the newer one), found as
    the causes of consequences are. `folded` are the changes that nothing follows from. Not `explained` are differences
    so large that causes were not looked for, of consequences or of findings.
    """

    changes: tuple[Change, ...]
    consequences: tuple[Consequence, ...]
    questions: tuple[Question, ...]
    appeared: tuple[Finding, ...]
    disappeared: tuple[Finding, ...]
    changed: tuple[ChangedFinding, ...] = ()
    made_by: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    explained: bool = True
    waived: tuple[Finding, ...] = ()

    @property
    def weight(self) -> Weight | None:
        """The gravest weight of all changes; None where the plans are the same."""
        return min((change.rule.weight for change in self.changes), key=WEIGHTS.index, default=None)

    @property
    def folded(self) -> tuple[Change, ...]:
        """The changes that nothing follows from and nobody must act on."""
        causes = {id(cause) for consequence in self.consequences for cause in consequence.causes}
        editorial = (change for change in self.changes if change.rule.weight == "editorial")
        return tuple(change for change in editorial if id(change) not in causes)
