"""What a judge of claims sees, and what it answers."""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from masterplan.analyse import wording
from masterplan.analyse.graph import Graph
from masterplan.analyse.parts import Compared, Path, Whole
from masterplan.analyse.progress import Standing
from masterplan.analyse.staffing import Staffing
from masterplan.model.declared import Declared
from masterplan.model.plan import Phase, Plan, Sprint
from masterplan.model.quantity import DecimalMark, Quantity

Outcome = Literal["agrees", "within", "differs", "unchecked"]
"""agrees: the same; within: the declared range holds what was computed, and more; differs: neither; unchecked: the plan
says nothing to compare with."""

MOST_COMPARED = 20
"""Places that a verdict names as those it was computed from."""


class Judgement(NamedTuple):
    """What was computed, in words, how the claim compares with it, and where it was computed from."""

    computed: str
    outcome: Outcome
    compared: tuple[Compared, ...] = ()


UNCHECKED = Judgement("", "unchecked")


class Case(NamedTuple):
    """A claim before its judge: what is known of the plan, the part that the claim stands in, and the part's path."""

    plan: Plan
    graph: Graph
    standings: Mapping[str, Standing]
    staffing: tuple[Staffing, ...]
    path: Path
    part: Whole
    declared: Declared

    @property
    def about(self) -> tuple[str, ...]:
        """The sprints spoken of: the one it stands in, else those it names, else all of its phase or of the plan."""
        if isinstance(self.part, Sprint):
            return (self.part.id,)
        if self.declared.sprints:
            return self.declared.sprints
        return self.part.sprints if isinstance(self.part, Phase) else self.plan.ids

    @property
    def figure(self) -> Quantity:
        """The figure it names; a quantity that is no number where there is none."""
        return figure(self.declared, self.plan.header.decimal)

    def names(self, sprints: Iterable[str]) -> str:
        """What people call some sprints, in a sentence."""
        return wording.names(self.plan, sprints)


def figure(declared: Declared, mark: DecimalMark | None) -> Quantity:
    """The figure that a claim names, by the plan's decimal mark; a quantity that is no number where there is none."""
    return read(declared.says, mark) if declared.value is None else declared.value


def read(text: str, mark: DecimalMark | None) -> Quantity:
    """A text as a quantity; one that is no amount, runs downwards or is ambiguous keeps its words only."""
    try:
        return Quantity.read(text, mark)
    except ValueError:
        return Quantity(text)
