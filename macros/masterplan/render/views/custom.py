"""Fields of the team's own: what plan.yml declares, and their values wherever a part that has them is shown.

A page about one part has all of its values (`own_facts`). A table of parts has a column for each of the first few
fields that any of them has (`OwnColumns`), and the filters that go with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from masterplan.model.custom import CustomValues, FieldDefinition, FieldOwner
from masterplan.model.plan import Plan
from masterplan.render.blocks import NOTHING, Chip, Code, Content, Definitions, Flow, Hyperlink, Numbers
from masterplan.render.compose import joined, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose_box

_MOST_COLUMNS = 4
"""A table has so many columns for the team's own fields at most."""

_WIDE = {"markdown", "link"}
"""The kinds of field that have no column, as their values are long."""

_FIGURES = {"number", "amount", "date"}
"""The kinds of field that stand to the right in tables, digit under digit."""

_FILTERED = {"choice", "person"}
"""The kinds of field that tables can be filtered by."""


def own_facts(plan: Plan, of: FieldOwner, values: CustomValues) -> tuple[tuple[str, Flow], ...]:
    """The title and the value of each field that a part has, in the order of plan.yml."""
    return tuple((one.title, _value(plan, one, values[one.id])) for one in plan.own_fields(of) if one.id in values)


def _value(plan: Plan, definition: FieldDefinition, text: str) -> Flow:
    match definition.kind:
        case "markdown":
            return prose_box(text)
        case "choice":
            return Chip("choice", text)
        case "person":
            return plan.person(text)
        case "link":
            return Hyperlink(text, text.partition("://")[2].rstrip("/") or text.removeprefix("mailto:"))
        case _:
            return text


@dataclass(frozen=True)
class OwnColumns:
    """The columns of a table of parts for the team's own fields; `others` are the fields that have no column."""

    plan: Plan
    fields: Sequence[FieldDefinition]
    others: Sequence[FieldDefinition]

    @classmethod
    def of(cls, plan: Plan, kind: FieldOwner, parts: Iterable[CustomValues]) -> Self:
        """The columns for some parts of a kind, by the values that they have."""
        had = {id_ for values in parts for id_ in values}
        fields = [one for one in plan.own_fields(kind) if one.id in had]
        columns = [one for one in fields if one.kind not in _WIDE][:_MOST_COLUMNS]
        return cls(plan, columns, [one for one in fields if one not in columns])

    @property
    def headings(self) -> list[str]:
        """Their headings."""
        return [Numbers(one.title) if one.kind in _FIGURES else one.title for one in self.fields]

    def cells(self, values: CustomValues) -> list[Flow]:
        """Their cells in the row of a part."""
        return [_value(self.plan, one, values[one.id]) if one.id in values else NOTHING for one in self.fields]

    def rest(self, values: CustomValues) -> Definitions:
        """The values of a part that have no column."""
        others = [one for one in self.others if one.id in values]
        return Definitions(tuple((one.title, _value(self.plan, one, values[one.id])) for one in others))

    def facts(self, values: CustomValues) -> Mapping[str, str]:
        """What the row of a part can be filtered by."""
        shown = {"person": self.plan.person}
        filtered = [one for one in self.fields if one.kind in _FILTERED]
        return {one.title.lower(): shown.get(one.kind, str)(values.get(one.id, "")) for one in filtered}

    @property
    def ranks(self) -> tuple[str, ...]:
        """The choices of their fields, which sort in this order."""
        return tuple(choice for one in self.fields for choice in one.choices)


@macro
def own_fields(context: Context) -> Content:
    """The fields that the team has declared for itself: what they are called, what has them, and their values."""
    plan = context.facts.plan
    rows = [
        row(one.title, Code(one.id), joined(_names(plan, one)), _values(one), "needed" if one.required else None)
        for one in plan.header.fields
    ]
    return table("Fields of the team's own", ["Field", "In files", "Of", "Values", "Needed"], rows)


def _names(plan: Plan, definition: FieldDefinition) -> Iterator[str]:
    names = {"sprint": plan.unit.one, "phase": plan.group.one}
    return (names.get(of, of.title()) for of in definition.of)


def _values(definition: FieldDefinition) -> Flow:
    """What the values of a field are: its kind, or the choices there are."""
    return joined(Chip("choice", choice) for choice in definition.choices) if definition.choices else definition.kind
