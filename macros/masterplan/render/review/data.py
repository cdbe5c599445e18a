"""A review as JSON: versioned, described by a schema that is generated from the records below, without a time.

Causes are positions in the list of changes, from 0, so that nothing is written twice.
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
"""Names this form; a change that could break a reader gets a new number."""


class EditRecord(Record):
    """A piece of data that differs."""

    key: tuple[str, ...] = Field(description="Where in the plan, by ids and names.")
    before: Any = Field(description="Its value in the older plan; null where there is none.")
    after: Any = Field(description="Its value in the newer plan; null where there is none.")


class ChangeRecord(Record):
    """What one or several edits mean."""

    rule: str = Field(description="The id of the kind of change.")
    weight: Weight = Field(description="breaking: others must act; notable: others should know; editorial: only words.")
    subject: str = Field(description="The part it is about: plan, sprint 4, phase 1, option A.")
    field: str = Field(description="The field of that part; may be empty.")
    message: str = Field(description="What has changed.")
    before: str = Field(description="The value before, for people; empty where there was none.")
    after: str = Field(description="The value after, for people; empty where there is none.")
    place: Place = Field(description="Where it is written.")
    gone: bool = Field(description="Whether the place is in the older plan, as the newer no longer has it.")
    edits: tuple[EditRecord, ...] = Field(description="The pieces of data it is made of.")


class ConsequenceRecord(Record):
    """A computed fact that moved."""

    fact: str = Field(description="What it is, such as end-of-option.")
    subject: str = Field(description="The part it is about.")
    label: str = Field(description="Its name for people.")
    before: str = Field(description="What it was.")
    after: str = Field(description="What it is.")
    direction: Direction = Field(description="Whether the team is better off.")
    figure: str = Field(description="By how much it moved, with its sign: -20 %; empty where it cannot be counted.")
    causes: tuple[int, ...] = Field(description="The changes that move it; empty where that was too much to find out.")


class MovedFinding(Record):
    """A finding that one of the plans has and the other has not."""

    finding: FindingRecord = Field(description="The finding.")
    causes: tuple[int, ...] = Field(
        description="The changes that it comes or goes with; empty where they are not known."
    )


class ChangedFindingRecord(Record):
    """A finding that both plans have, with another figure."""

    before: FindingRecord = Field(description="The finding of the older plan.")
    after: FindingRecord = Field(description="The finding of the newer plan.")
    causes: tuple[int, ...] = Field(description="The changes that it changes with; empty where they are not known.")


class DifferenceRecord(Record):
    """What `masterplan diff --format json` prints."""

    form: Literal["masterplan/difference/v1"] = Field(
        _VERSION, alias="schema", description="Names this form and its version."
    )
    base: str = Field(description="What people call the older plan.")
    head: str = Field(description="What people call the newer plan.")
    older: Base = Field(
        description="What the older side has: a plan; none, so that all of the newer is new; or an unreadable one, so "
        "that nothing was compared."
    )
    headline: str = Field(description="What the change does, in a few sentences: edits, money, end, risk.")
    weight: Weight | None = Field(description="The gravest weight of all changes; null where the plans are the same.")
    counts: dict[Weight, int] = Field(description="How many changes of each weight there are.")
    changes: tuple[ChangeRecord, ...] = Field(description="The changes.")
    consequences: tuple[ConsequenceRecord, ...] = Field(description="The computed facts that moved.")
    explained: bool = Field(description="Whether causes were looked for; of too many changes they are not.")
    questions: tuple[Question, ...] = Field(description="Who should look.")
    appeared: tuple[MovedFinding, ...] = Field(description="Findings of the newer plan that the older has not.")
    disappeared: tuple[MovedFinding, ...] = Field(description="Findings of the older plan that the newer has not.")
    changed: tuple[ChangedFindingRecord, ...] = Field(description="Findings of both plans, with another figure.")
    waived: tuple[MovedFinding, ...] = Field(description="Findings of the older plan that the newer waives.")


def dumps(review: Review) -> str:
    """The document as text."""
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
            ConsequenceRecord.made_from(
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
        EditRecord.made_from(edit, before=as_plain(edit.before), after=as_plain(edit.after)) for edit in change.edits
    )
    return ChangeRecord.made_from(
        change, rule=change.rule.id, weight=change.rule.weight, subject=str(change.subject), edits=edits
    )


def _moved(finding: Finding, difference: Difference) -> MovedFinding:
    causes = difference.made_by.get(finding.fingerprint, ())
    return MovedFinding(finding=FindingRecord.made(finding), causes=_positions(causes, difference))


def _changed(pair: ChangedFinding, difference: Difference) -> ChangedFindingRecord:
    causes = difference.made_by.get(pair.after.fingerprint, ())
    return ChangedFindingRecord(
        before=FindingRecord.made(pair.before),
        after=FindingRecord.made(pair.after),
        causes=_positions(causes, difference),
    )


def _positions(causes: Sequence[Change], difference: Difference) -> tuple[int, ...]:
    """Where changes are in the list of all of them."""
    wanted = {id(cause) for cause in causes}
    return tuple(n for n, change in enumerate(difference.changes) if id(change) in wanted)
