"""Changes between two plans, in terms of the plan rather than lines of text.

`analyse.changes` finds them, and every report shows the same records. An edit is the smallest piece of data that
differs. A change is the meaning of one or more edits. A consequence is a computed fact that moved because of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from masterplan.model.finding import Finding
from masterplan.model.naming import Subject
from masterplan.model.place import Place

Weight = Literal["breaking", "notable", "editorial"]

WEIGHTS: tuple[Weight, ...] = ("breaking", "notable", "editorial")
"""Weights of a change, gravest first: others must act, others should know, only wording differs."""

Key = tuple[str, ...]
"""A path into a plan by ids and names, never by positions: `("sprints", "4", "risk", "level")`."""

Direction = Literal["better", "worse", "neither"]


class ChangeRule(NamedTuple):
    """A kind of change: its permanent kebab-case id, its weight, and its description (`Owner added`)."""

    id: str
    weight: Weight
    description: str


class Edit(NamedTuple):
    """One piece of data that differs, with both values as in the model.

    A list whose order matters is one piece, a tuple. Of any other list, each item is a piece.
    """

    key: Key
    """Its path in the plan, by ids and names."""
    before: object
    """Its value in the older plan; None if it has none."""
    after: object
    """Its value in the newer plan; None if it has none."""

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
    """The meaning of some edits: the rule, the part of the plan that changed and its field, a message, and both values.

    `before` and `after` are worded for people, and empty if that side has no value. `place` is in the newer plan, or in
    the older one if the value is gone from the newer (`gone`).
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
        """Whether the message contains both values."""
        return self.before in self.message and self.after in self.message


class Consequence(NamedTuple):
    """A computed fact that moved: which fact (`end-of-option`), of which part, its values before and after, and why.

    `label` is its name for people (`End of option A`), and `direction` says whether the team is better off. `causes`
    are the changes that move the fact when made alone; if none of them moves it all the way, also the changes without
    which it would have another value. `causes` is empty if finding them was too much work. `figure` is the amount by
    which the fact moved. `before` and `after` are worded for people (`6 Feb`); `exact` has both values for programs
    (`2026-02-06 (24.75 days)`), and is empty if they are the same.
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
    """A question about a difference, for the person who should look at it."""

    who: str
    """The person's name; may be empty."""
    sprint: str
    """The id of the sprint in question."""
    text: str
    """The question."""


class ChangedFinding(NamedTuple):
    """An audit finding in both plans, with a different figure in each."""

    before: Finding
    after: Finding


@dataclass(frozen=True, slots=True)
class Difference:
    """The whole difference between two plans. `appeared`, `changed`, `disappeared` and `waived` are audit findings.

    `made_by` maps the fingerprint of a finding (in the newer plan, if it has two) to the changes that made it appear,
    change or disappear, determined like the causes of consequences. `folded` are the changes without consequences.
    `explained` is false if the difference was too large to look for causes, of consequences or of findings.
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
        """The gravest weight of all changes; None if there are no changes."""
        return min((change.rule.weight for change in self.changes), key=WEIGHTS.index, default=None)

    @property
    def folded(self) -> tuple[Change, ...]:
        """The editorial changes without consequences, which nobody has to act on."""
        causes = {id(cause) for consequence in self.consequences for cause in consequence.causes}
        editorial = (change for change in self.changes if change.rule.weight == "editorial")
        return tuple(change for change in editorial if id(change) not in causes)
