"""A review as JSON: versioned, described by a schema that is generated from the models below, without a time.

Causes are told as positions in the list of changes, from 0, so that nothing is written twice.
"""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from masterplan.analyse.changes.flatten import plain
from masterplan.analyse.review import Base, Review
from masterplan.model.change import Change, Consequence, Difference, Direction, Edit, Question, Weight
from masterplan.model.finding import Finding
from masterplan.model.schema import schema_of
from masterplan.render.reports.document import FindingRecord, PlaceRecord, Record, finding_record, place_record

VERSION: Literal["masterplan/difference/v1"] = "masterplan/difference/v1"
"""Names this form; a change that could break a reader gets a new number."""


class EditRecord(Record):
    """A piece of data that differs."""

    key: list[str] = Field(description="Where in the plan, by ids and names.")
    before: Any = Field(description="Its value in the older plan; null where there is none.")
    after: Any = Field(description="Its value in the newer plan; null where there is none.")


class ChangeRecord(Record):
    """What one or several edits mean."""

    rule: str = Field(description="The id of the kind of change.")
    weight: Weight = Field(description="breaking: others must act; notable: others should know; editorial: only words.")
    subject: str = Field(description="The part it speaks of: plan, sprint 4, phase 1, option A.")
    field: str = Field(description="The field of that part; may be empty.")
    message: str = Field(description="What has changed.")
    before: str = Field(description="The value before, for people; empty where there was none.")
    after: str = Field(description="The value after, for people; empty where there is none.")
    place: PlaceRecord = Field(description="Where it is written.")
    gone: bool = Field(description="Whether the place is in the older plan, as the newer no longer has it.")
    edits: list[EditRecord] = Field(description="The pieces of data it is made of.")


class ConsequenceRecord(Record):
    """A computed fact that moved."""

    fact: str = Field(description="What it is, such as end-of-option.")
    subject: str = Field(description="The part it speaks of.")
    label: str = Field(description="Its name for people.")
    before: str = Field(description="What it was.")
    after: str = Field(description="What it is.")
    direction: Direction = Field(description="Whether the team is better off.")
    causes: list[int] = Field(description="The changes that move it; empty where that was too much to find out.")


class MovedFinding(Record):
    """A finding that one of the plans has and the other has not."""

    finding: FindingRecord = Field(description="The finding.")
    causes: list[int] = Field(description="The changes that it comes or goes with; empty where they are not known.")


class QuestionRecord(Record):
    """Who should look, and the one thing to ask them."""

    who: str = Field(description="A name; may be empty.")
    sprint: str = Field(description="The id of the sprint it is about.")
    text: str = Field(description="The question.")


class DifferenceDocument(Record):
    """What `masterplan diff --format json` prints."""

    form: Literal["masterplan/difference/v1"] = Field(alias="schema", description="Names this form and its version.")
    base: str = Field(description="What people call the older plan.")
    head: str = Field(description="What people call the newer plan.")
    older: Base = Field(
        default="plan",
        description="What the older side has: a plan; none, so that all of the newer is new; or an unreadable one, so "
        "that nothing was compared.",
    )
    weight: Weight | None = Field(description="The gravest weight of all changes; null where the plans are the same.")
    counts: dict[Weight, int] = Field(description="How many changes of each weight there are.")
    changes: list[ChangeRecord] = Field(description="The changes.")
    consequences: list[ConsequenceRecord] = Field(description="The computed facts that moved.")
    explained: bool = Field(description="Whether causes were looked for; of too many changes they are not.")
    questions: list[QuestionRecord] = Field(description="Who should look.")
    appeared: list[MovedFinding] = Field(description="Findings of the newer plan that the older has not.")
    disappeared: list[MovedFinding] = Field(description="Findings of the older plan that the newer has not.")


def dumps(review: Review) -> str:
    """The document as text."""
    return _document(review).model_dump_json(indent=2, by_alias=True)


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    return schema_of("difference", DifferenceDocument)


def _document(review: Review) -> DifferenceDocument:
    found = review.difference
    weights = [change.rule.weight for change in found.changes]
    return DifferenceDocument(
        schema=VERSION,
        base=review.base,
        head=review.head,
        older=review.older,
        weight=found.weight,
        counts={
            "breaking": weights.count("breaking"),
            "notable": weights.count("notable"),
            "editorial": weights.count("editorial"),
        },
        changes=[_change(each) for each in found.changes],
        consequences=[_consequence(each, found) for each in found.consequences],
        explained=found.explained,
        questions=[_question(each) for each in found.questions],
        appeared=[_moved(each, found) for each in found.appeared],
        disappeared=[_moved(each, found) for each in found.disappeared],
    )


def _change(change: Change) -> ChangeRecord:
    return ChangeRecord(
        rule=change.rule.id,
        weight=change.rule.weight,
        subject=str(change.subject),
        field=change.field,
        message=change.message,
        before=change.before,
        after=change.after,
        place=place_record(change.place),
        gone=change.gone,
        edits=[_edit(each) for each in change.edits],
    )


def _edit(edit: Edit) -> EditRecord:
    return EditRecord(key=list(edit.key), before=plain(edit.before), after=plain(edit.after))


def _positions(causes: Sequence[Change], found: Difference) -> list[int]:
    """Where changes are in the list of all of them."""
    wanted = {id(cause) for cause in causes}
    return [n for n, change in enumerate(found.changes) if id(change) in wanted]


def _moved(finding: Finding, found: Difference) -> MovedFinding:
    causes = found.made_by.get(finding.fingerprint, ())
    return MovedFinding(finding=finding_record(finding), causes=_positions(causes, found))


def _consequence(moved: Consequence, found: Difference) -> ConsequenceRecord:
    return ConsequenceRecord(
        fact=moved.fact,
        subject=str(moved.subject),
        label=moved.label,
        before=moved.before,
        after=moved.after,
        direction=moved.direction,
        causes=_positions(moved.causes, found),
    )


def _question(question: Question) -> QuestionRecord:
    return QuestionRecord(who=question.who, sprint=question.sprint, text=question.text)
