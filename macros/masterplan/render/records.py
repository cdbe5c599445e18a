"""Records for other programs: closed and versioned; both the JSON and its schema are made from them.

A record of a part of the plan has the part's own fields, each in a form that programs read, so a new field of the model
is exported by itself. Dataclasses of the model are used in records as they are.
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
    """An object of a document: closed to unknown fields, never changed, made of what has attributes of its names."""

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
    def made_from(cls, source: object, **computed: object) -> Self:
        """The record of an object that has attributes of its names, with those that are computed in their place."""
        values = {name: computed[name] if name in computed else getattr(source, name) for name in cls.model_fields}
        return cls.model_validate(values)


R = TypeVar("R", bound=Record)
_WINDOW = Annotated[str, BeforeValidator(str)]
"""A window of time stands in a document as it is written."""


class Forms:
    """The types of one document: which record stands in it for which class of the model.

    A part of a plan that is given no record gets one of its own fields.
    """

    def __init__(self) -> None:
        self._forms: dict[type, Any] = {TimeWindow: _WINDOW}

    def of(self, model: type) -> Callable[[type[R]], type[R]]:
        """Make a record the form of a class; that of a part gets all fields of it that it does not declare itself."""

        def decorate(record: type[R]) -> type[R]:
            self._forms[model] = form = self._filled(record, model) if issubclass(model, Part) else record
            return form

        return decorate

    def with_fields_of(self, part: type[Part]) -> Callable[[type[R]], type[R]]:
        """Give a record all fields of a part that it does not declare itself, for the places that name the record."""
        return lambda record: self._filled(record, part, record.__name__)

    def _filled(self, record: type[R], part: type[Part], called: str = "") -> type[R]:
        """The record with the fields of a part, described as the part describes them; it is called like the part."""
        hints = get_type_hints(part)
        fields: dict[str, Any] = {
            name: (self._form(hints[name]), Field(description=field.description))
            for name, field in part.model_fields.items()
            if name not in record.model_fields
        }
        return create_model(
            called or part.__name__,
            __base__=record,
            __doc__=record.__doc__ or part.__doc__,
            __cls_kwargs__={"use_attribute_docstrings": False},  # there is no source text to search for them
            **fields,
        )

    def _form(self, hint: Any) -> Any:
        """What stands in the document for a type of the model: `tuple[Metric, ...]`, `Quantity | None`."""
        inside = get_args(hint)
        if get_origin(hint) in {Union, UnionType}:
            return reduce(or_, map(self._form, inside))
        if get_origin(hint) is tuple:
            return GenericAlias(tuple, (self._form(inside[0]), ...))
        if isinstance(hint, type) and issubclass(hint, Part) and hint not in self._forms:
            self._forms[hint] = self._filled(Record, hint)
        return self._forms.get(hint, hint)


def schema(name: str, document: type[Record]) -> dict[str, Any]:
    """The JSON Schema of a document as it is written, under a name of ours."""
    return schema_of(name, document, "serialization")


class FindingRecord(Record):
    """One finding."""

    rule: str = Field(description="The rule's id.")
    severity: Severity = Field(description="Its severity in this plan.")
    kind: FindingKind = Field(
        description="mistake: cannot be read as a plan; contradiction: statements that cannot all be true; "
        "gap: something a plan like this should state; remark: something to look at."
    )
    area: Area = Field(description="What the rule is about.")
    message: str = Field(description="What is wrong.")
    hint: str = Field(description="What to do; may be empty.")
    computed: str = Field(description="What the plan itself says, where that is a value; else empty.")
    subject: str = Field(description="The part it is about: plan, sprint 4, phase 1, option A; empty for a file.")
    field: str = Field(description="The field of that part, such as risk.owner; may be empty.")
    place: Place = Field(description="Where to fix it.")
    related: tuple[Related, ...] = Field(description="What it was compared with.")
    units: tuple[str, ...] = Field(description="The parts it is true of, where one finding stands for most of them.")
    cause: str = Field(description="Findings with the same cause are removed by one fix.", pattern="^[0-9a-f]{12}$")
    fingerprint: str = Field(description="Stays the same while lines move.", pattern="^[0-9a-f]{12}$")

    @classmethod
    def made(cls, finding: Finding) -> Self:
        """The record of a finding, in this form or the flat one."""
        rule, place = finding.rule, finding.place
        return cls.made_from(
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
    """One finding as a line of a table: its place beside the rest, and without what has no single value."""

    path: str = Field(description="The file, from the repository's root.")
    line: int = Field(description="The line, from 1.")
    column: int = Field(description="The column, from 1.")
    area: Area = Field(exclude=True)
    computed: str = Field(exclude=True)
    place: Place = Field(exclude=True)
    related: tuple[Related, ...] = Field(exclude=True)
