"""Records for other programs. Both the exported JSON and its JSON Schema are made from them.

The record of a part of the plan has the part's own fields in machine-readable form, so that a new field of the model is
exported automatically. Dataclasses of the model are used unchanged.
"""

from collections.abc import Callable
from functools import reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Annotated, Any, Self, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from masterplan.model.finding import Area, Finding, FindingKind, Related, Severity
from masterplan.model.part import Part
from masterplan.model.place import Place
from masterplan.model.schema import schema_of
from masterplan.model.window import TimeWindow


class Record(BaseModel):
    """An object of a document: immutable, without unknown fields, validated from an object with the same attributes."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        defer_build=True,
        from_attributes=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )

    @classmethod
    def from_object(cls, source: object, **computed: object) -> Self:
        """The record of an object: each field is `computed`, or else the object's attribute of that name."""
        values = {name: computed[name] if name in computed else getattr(source, name) for name in cls.model_fields}
        return cls.model_validate(values)


R = TypeVar("R", bound=Record)
_WINDOW = Annotated[str, BeforeValidator(str)]
"""A time window, as the plan writes it."""


class Forms:
    """Registry of the records that represent classes of the model in one document.

    A part of the plan without a registered record gets one with all its fields.
    """

    def __init__(self) -> None:
        self._forms: dict[type, Any] = {TimeWindow: _WINDOW}

    def of(self, model: type) -> Callable[[type[R]], type[R]]:
        """Decorator that registers a record for a class; the record of a part also gets the part's other fields."""

        def decorate(record: type[R]) -> type[R]:
            self._forms[model] = form = self._filled(record, model) if issubclass(model, Part) else record
            return form

        return decorate

    def with_fields_of(self, part: type[Part]) -> Callable[[type[R]], type[R]]:
        """Decorator that adds the other fields of a part to a record, without registering it."""
        return lambda record: self._filled(record, part, record.__name__)

    def _filled(self, record: type[R], part: type[Part], name: str = "") -> type[R]:
        """The record with the other fields of a part and their descriptions; by default it has the part's name."""
        hints = get_type_hints(part)
        fields: dict[str, Any] = {
            id_: (self._form(hints[id_]), Field(description=field.description))
            for id_, field in part.model_fields.items()
            if id_ not in record.model_fields
        }
        return create_model(
            name or part.__name__,
            __base__=record,
            __doc__=record.__doc__ or part.__doc__,
            __cls_kwargs__={"use_attribute_docstrings": False},  # there is no source text to search for them
            **fields,
        )

    def _form(self, hint: Any) -> Any:
        """The type in the document for a type of the model, such as `tuple[Metric, ...]` or `Quantity | None`."""
        inside = get_args(hint)
        if get_origin(hint) in {Union, UnionType}:
            return reduce(or_, map(self._form, inside))
        if get_origin(hint) is tuple:
            return GenericAlias(tuple, (self._form(inside[0]), ...))
        if isinstance(hint, type) and issubclass(hint, Part) and hint not in self._forms:
            self._forms[hint] = self._filled(Record, hint)
        return self._forms.get(hint, hint)


def schema(name: str, document: type[Record]) -> dict[str, Any]:
    """The JSON Schema of a document, in its serialised form, with `name` in its id."""
    return schema_of(name, document, "serialization")


class FindingRecord(Record):
    """A finding."""

    rule: str = Field(description="The id of the rule.")
    severity: Severity = Field(description="The severity in this plan.")
    kind: FindingKind = Field(
        description="mistake: cannot be read as a plan; contradiction: statements that cannot all be true; "
        "gap: something a plan like this should state; remark: something to look at."
    )
    area: Area = Field(description="The topic of the rule.")
    message: str = Field(description="What is wrong.")
    hint: str = Field(description="What to do; may be empty.")
    computed: str = Field(description="The value computed from the plan; empty if there is none.")
    subject: str = Field(description="The part it is about: plan, sprint 4, phase 1, option A; empty for a file.")
    field: str = Field(description="The field of that part, such as risk.owner; may be empty.")
    place: Place = Field(description="Where to fix it.")
    related: tuple[Related, ...] = Field(description="The places it was compared with.")
    units: tuple[str, ...] = Field(description="The parts it applies to, if one finding covers most of them.")
    cause: str = Field(description="Findings with the same cause need one fix.", pattern="^[0-9a-f]{12}$")
    fingerprint: str = Field(description="Id that does not change when lines move.", pattern="^[0-9a-f]{12}$")

    @classmethod
    def of_finding(cls, finding: Finding) -> Self:
        """The record of a finding."""
        rule, place = finding.rule, finding.place
        return cls.from_object(
            finding,
            rule=rule.id,
            subject=str(finding.subject or ""),
            severity=rule.severity,
            kind=rule.kind,
            area=rule.area,
            units=tuple(map(str, finding.units)),
            cause=finding.cause or finding.fingerprint,
            path=place.path,
            line=place.line,
            column=place.column,
        )


class FlatFinding(FindingRecord):
    """A finding as a table row: its place in columns, and without nested values."""

    path: str = Field(description="The file, from the repository's root.")
    line: int = Field(description="The line, from 1.")
    column: int = Field(description="The column, from 1.")
    area: Area = Field(exclude=True)
    computed: str = Field(exclude=True)
    place: Place = Field(exclude=True)
    related: tuple[Related, ...] = Field(exclude=True)
