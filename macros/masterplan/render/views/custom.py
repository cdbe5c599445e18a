"""Custom fields: the fields that plan.yml declares, and their values on the pages of the parts that have them.

The page of one part shows all its values (`custom_facts`). A table of parts has a column for each of the first few
fields in use (`CustomColumns`), with a filter where the kind of field allows one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from masterplan.model.custom import CustomValues, FieldDefinition, FieldOwner
from masterplan.model.plan import Plan
from masterplan.render.blocks import NOTHING, Chip, Code, Content, Definitions, Flow, Hyperlink, Numbers
from masterplan.render.compose import joined, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose_box
from masterplan.render.views.widgets import full_date

_MOST_COLUMNS = 4
"""The most columns that a table has for custom fields."""

_WIDE = {"markdown", "link"}
"""Kinds of field without a column, because their values are long."""

_FIGURES = {"number", "amount", "date"}
"""Kinds of field that tables align to the right."""

_FILTERED = {"choice", "person"}
"""Kinds of field that tables can be filtered by."""


def custom_facts(plan: Plan, owner: FieldOwner, values: CustomValues) -> tuple[tuple[str, Flow], ...]:
    """The title and value of each custom field of a part, in the order of plan.yml."""
    return tuple(
        (field.title, _value(plan, field, values[field.id]))
        for field in plan.custom_fields(owner)
        if field.id in values
    )


def _value(plan: Plan, definition: FieldDefinition, text: str) -> Flow:
    match definition.kind:
        case "markdown":
            return prose_box(text)
        case "choice":
            return Chip("choice", text)
        case "person":
            return plan.person(text)
        case "date":
            return full_date(date.fromisoformat(text))
        case "link":
            return Hyperlink(text, text.partition("://")[2].rstrip("/") or text.removeprefix("mailto:"))
        case _:
            return text


@dataclass(frozen=True)
class CustomColumns:
    """The custom fields of a table of parts: `fields` have a column, `others` do not."""

    plan: Plan
    fields: Sequence[FieldDefinition]
    others: Sequence[FieldDefinition]

    @classmethod
    def of(cls, plan: Plan, kind: FieldOwner, parts: Iterable[CustomValues]) -> Self:
        """The columns for parts of one kind, chosen by the fields they use."""
        used = {id_ for values in parts for id_ in values}
        fields = [field for field in plan.custom_fields(kind) if field.id in used]
        columns = [field for field in fields if field.kind not in _WIDE][:_MOST_COLUMNS]
        return cls(plan, columns, [field for field in fields if field not in columns])

    @property
    def headings(self) -> list[str]:
        """The column headings."""
        return [Numbers(field.title) if field.kind in _FIGURES else field.title for field in self.fields]

    def cells(self, values: CustomValues) -> list[Flow]:
        """The cells of one part's row."""
        return [_value(self.plan, field, values[field.id]) if field.id in values else NOTHING for field in self.fields]

    def rest(self, values: CustomValues) -> Definitions:
        """The values of a part that have no column."""
        others = [field for field in self.others if field.id in values]
        return Definitions(tuple((field.title, _value(self.plan, field, values[field.id])) for field in others))

    def facts(self, values: CustomValues) -> Mapping[str, str]:
        """The values that the row of a part can be filtered by."""
        texts = {"person": self.plan.person}
        filtered = [field for field in self.fields if field.kind in _FILTERED]
        return {field.title.lower(): texts.get(field.kind, str)(values.get(field.id, "")) for field in filtered}

    @property
    def ranks(self) -> tuple[str, ...]:
        """The choices of all fields, in the order they sort in."""
        return tuple(choice for field in self.fields for choice in field.choices)


@macro
def own_fields(context: Context) -> Content:
    """The custom fields that plan.yml declares: title, key, the parts they apply to, and allowed values."""
    plan = context.facts.plan
    rows = [
        row(
            field.title,
            Code(field.id),
            joined(_names(plan, field)),
            _values(field),
            "required" if field.required else None,
        )
        for field in plan.header.fields
    ]
    return table("Custom fields", ["Field", "Key", "Applies to", "Values", "Required"], rows)


def _names(plan: Plan, definition: FieldDefinition) -> Iterator[str]:
    names = {"sprint": plan.unit.one, "phase": plan.group.one}
    return (names.get(kind, kind.title()) for kind in definition.of)


def _values(definition: FieldDefinition) -> Flow:
    """The kind of a field, or its choices."""
    return joined(Chip("choice", choice) for choice in definition.choices) if definition.choices else definition.kind
