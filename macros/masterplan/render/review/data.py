"""A review as JSON, without timestamps. The document is versioned; its schema is generated from the records below.

Causes are zero-based positions in the list of changes, so that no change is written twice.
"""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from masterplan.analyse.changes import Base, Review
from masterplan.analyse.changes.flatten import as_plain
from masterplan.model.change import WEIGHTS, Change, ChangedFinding, Difference, Direction, Question, Weight
from masterplan.model.finding import Finding
from masterplan.model.place import Place
from masterplan.render import records
from masterplan.render.records import FindingRecord, Record
from masterplan.render.review.headline import headline_of

_VERSION: Literal["masterplan/difference/v1"] = "masterplan/difference/v1"
"""Name of this format; an incompatible change gets a new version."""


class EditRecord(Record):
    """A value that differs between the plans."""

    key: tuple[str, ...] = Field(description="Path of the value in the plan, by ids and names.")
    before: Any = Field(description="The value in the older plan; null if there is none.")
    after: Any = Field(description="The value in the newer plan; null if there is none.")


class ChangeRecord(Record):
    """The meaning of one or several edits."""

    rule: str = Field(description="The id of the kind of change.")
    weight: Weight = Field(
        description="breaking: others must act; notable: others should know; editorial: wording only."
    )
    subject: str = Field(description="The part of the plan that changes: plan, sprint 4, phase 1, option A.")
    field: str = Field(description="The field of that part; may be empty.")
    message: str = Field(description="What has changed.")
    before: str = Field(description="The value before, for people; empty if there was none.")
    after: str = Field(description="The value after, for people; empty if there is none.")
    place: Place = Field(description="Location of the change in the plan's files.")
    gone: bool = Field(description="Whether the location is in the older plan, as the newer one no longer has it.")
    edits: tuple[EditRecord, ...] = Field(description="The values that differ.")


class ConsequenceRecord(Record):
    """A computed fact that differs between the plans."""

    fact: str = Field(description="The id of the fact, such as end-of-option.")
    subject: str = Field(description="The part of the plan that the fact is about.")
    label: str = Field(description="The name of the fact, for people.")
    before: str = Field(description="The value for the older plan.")
    after: str = Field(description="The value for the newer plan.")
    direction: Direction = Field(description="Whether the team is better or worse off.")
    figure: str = Field(description="The signed difference, such as -20%; empty if there is none to compute.")
    causes: tuple[int, ...] = Field(
        description="The changes that cause it; empty if there are too many changes to find out."
    )


class MovedFinding(Record):
    """A finding of only one of the plans."""

    finding: FindingRecord = Field(description="The finding.")
    causes: tuple[int, ...] = Field(description="The changes that add or resolve it; empty if they are not known.")


class ChangedFindingRecord(Record):
    """A finding of both plans whose figures differ."""

    before: FindingRecord = Field(description="The finding of the older plan.")
    after: FindingRecord = Field(description="The finding of the newer plan.")
    causes: tuple[int, ...] = Field(description="The changes that change it; empty if they are not known.")


class DifferenceRecord(Record):
    """The output of `masterplan diff --format json`."""

    form: Literal["masterplan/difference/v1"] = Field(
        _VERSION, alias="schema", description="The name and version of this format."
    )
    base: str = Field(description="The name of the older plan, such as a branch.")
    head: str = Field(description="The name of the newer plan, such as a branch.")
    older: Base = Field(
        description="plan: the base has a plan; none: it has none, so everything is new; unreadable: its plan "
        "cannot be read, so nothing was compared."
    )
    headline: str = Field(description="What the change does, in a few sentences: edits, money, end, risk.")
    weight: Weight | None = Field(description="The gravest weight of all changes; null if the plans are equal.")
    counts: dict[Weight, int] = Field(description="The number of changes of each weight.")
    changes: tuple[ChangeRecord, ...] = Field(description="The changes.")
    consequences: tuple[ConsequenceRecord, ...] = Field(description="The computed facts that differ.")
    explained: bool = Field(description="Whether causes were computed; they are not if there are too many changes.")
    questions: tuple[Question, ...] = Field(description="Who should look.")
    appeared: tuple[MovedFinding, ...] = Field(description="New findings: only the newer plan has them.")
    disappeared: tuple[MovedFinding, ...] = Field(description="Resolved findings: only the older plan has them.")
    changed: tuple[ChangedFindingRecord, ...] = Field(description="Findings of both plans whose figures differ.")
    waived: tuple[MovedFinding, ...] = Field(description="Findings of the older plan that the newer one waives.")


def dumps(review: Review) -> str:
    """The review as JSON text."""
    difference = review.difference
    weights = [change.rule.weight for change in difference.changes]
    document = DifferenceRecord(
        base=review.base,
        head=review.head,
        older=review.older,
        headline=headline_of(review),
        weight=difference.weight,
        counts={weight: weights.count(weight) for weight in WEIGHTS},
        changes=tuple(map(_change, difference.changes)),
        consequences=tuple(
            ConsequenceRecord.from_object(
                consequence,
                subject=str(consequence.subject),
                before=consequence.exact[0] or consequence.before,
                after=consequence.exact[1] or consequence.after,
                causes=_positions(consequence.causes, difference),
            )
            for consequence in difference.consequences
        ),
        explained=difference.explained,
        questions=difference.questions,
        appeared=tuple(_moved(finding, difference) for finding in difference.appeared),
        disappeared=tuple(_moved(finding, difference) for finding in difference.disappeared),
        changed=tuple(_changed(pair, difference) for pair in difference.changed),
        waived=tuple(_moved(finding, difference) for finding in difference.waived),
    )
    return document.model_dump_json(indent=2)


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    return records.schema("difference", DifferenceRecord)


def _change(change: Change) -> ChangeRecord:
    edits = tuple(
        EditRecord.from_object(edit, before=as_plain(edit.before), after=as_plain(edit.after)) for edit in change.edits
    )
    return ChangeRecord.from_object(
        change, rule=change.rule.id, weight=change.rule.weight, subject=str(change.subject), edits=edits
    )


def _moved(finding: Finding, difference: Difference) -> MovedFinding:
    causes = difference.made_by.get(finding.fingerprint, ())
    return MovedFinding(finding=FindingRecord.of_finding(finding), causes=_positions(causes, difference))


def _changed(pair: ChangedFinding, difference: Difference) -> ChangedFindingRecord:
    causes = difference.made_by.get(pair.after.fingerprint, ())
    return ChangedFindingRecord(
        before=FindingRecord.of_finding(pair.before),
        after=FindingRecord.of_finding(pair.after),
        causes=_positions(causes, difference),
    )


def _positions(causes: Sequence[Change], difference: Difference) -> tuple[int, ...]:
    """The positions of the causes in the list of all changes."""
    ids = {id(cause) for cause in causes}
    return tuple(n for n, change in enumerate(difference.changes) if id(change) in ids)
