"""Custom fields: their declarations in plan.yml, and their values in parts of the plan."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationInfo

from masterplan.model.fields import AnyText, Date, Id, Line, Lines, Measure, Prose, Url, Word, unfit
from masterplan.model.part import Part
from masterplan.model.quantity import DecimalMark, Notation, Quantity

FieldKind = Literal["text", "markdown", "number", "amount", "date", "choice", "link", "person"]
FieldOwner = Literal["sprint", "task", "phase", "milestone", "risk"]
"""The kinds of part that may have custom fields."""


def _number(value: Quantity) -> Quantity:
    if not value.is_number or value.unit or value.per:
        raise unfit("not-a-quantity", "is not a number", "write it like 5, 0.25 or 3-5, without a unit")
    return value


def _amount(value: Quantity) -> Quantity:
    if not value.is_number:
        raise unfit("not-a-quantity", "is not an amount", "write it like $50-100, 3 days or 20%")
    return value


def _choice(value: str, info: ValidationInfo) -> str:
    choices = (info.context or {}).get("choices", ())
    if value not in choices:
        raise unfit("unknown-value", "is not one of the choices", ", ".join(choices))
    return value


_TYPES: Mapping[FieldKind, Any] = {
    "text": Word,
    "markdown": Prose,
    "number": Annotated[Measure, AfterValidator(_number)],
    "amount": Annotated[Measure, AfterValidator(_amount)],
    "date": Date,
    "choice": Annotated[Word, AfterValidator(_choice)],
    "link": Url,
    "person": Id,
}
"""The type of value of each kind of field."""


@cache
def _reader(kind: FieldKind) -> TypeAdapter[Any]:
    return TypeAdapter(_TYPES[kind])


_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?")


class FieldDefinition(Part):
    """A custom field."""

    id: Id = Field(description="The name of the field in the plan's files: cost_center.")
    title: Line = Field(description="The name of the field on pages: Cost centre.")
    of: Annotated[
        tuple[FieldOwner, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
    ] = Field(description="The parts that have it: sprint, task, phase, milestone or risk, or a list.", min_length=1)
    kind: FieldKind = Field("text", description="The kind of its values.")
    choices: Lines = Field((), description="The allowed values of a choice.")
    required: bool = Field(default=False, description="Whether all of these parts must have it.")

    def read(self, text: str, mark: DecimalMark | None) -> Quantity | date | str:
        """A value of the field: a number or amount as a quantity, a date as a date, anything else as text.

        Decimals follow `mark`. Raises pydantic's ValidationError if the text does not fit the field.
        """
        reader: TypeAdapter[Quantity | date | str] = _reader(self.kind)
        return reader.validate_python(text, context=Notation(mark).context | {"choices": self.choices})

    def figure(self, text: str, mark: DecimalMark | None) -> Quantity | None:
        """A value of the field as a quantity; None unless the field is a number or an amount."""
        value = self.read(text, mark) if self.kind in {"number", "amount"} else None
        return value if isinstance(value, Quantity) else None

    @property
    def values_schema(self) -> dict[str, Any]:
        """The JSON Schema of its values in a file."""
        shape = {"title": self.title, "description": f"{self.title}, a custom field."}
        if self.kind == "choice":
            return {"enum": choices_in_schema(self.choices)} | shape
        numbers = {} if self.kind in {"date", "link"} else {"type": ["string", "number"]}
        return _reader(self.kind).json_schema() | numbers | shape


def choices_in_schema(choices: Iterable[str]) -> list[str | float]:
    """The choices as JSON Schema allows them: a choice that is a number may also be written without quotes."""
    texts = list(choices)
    return [*texts, *(float(text) if "." in text else int(text) for text in texts if _NUMBER.fullmatch(text))]


CustomValues = Mapping[Id, AnyText]
"""Values of custom fields as written, by the id of the field."""
