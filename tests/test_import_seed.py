"""Our plan, imported from its original Markdown, equals `plan_data/` except for manual changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from masterplan.importing.answers import Answers
from masterplan.importing.markdown import read
from masterplan.load.source import parse
from masterplan.model.header import Header
from masterplan.model.option import Options
from masterplan.model.plan import Phases
from masterplan.model.sprint import Sprint

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "tests" / "data" / "SPRINT_MASTER_PLAN.md").read_text("utf-8")
IMPORTED = read(TEXT, Answers())
SPRINTS = ("1", "2", "3", "4", "5", "6")

BY_HAND = {"plan.yml": {"glossary": "the document explains no terms"}}
"""Fields that the text does not contain, and why."""

CLAIMS_BY_HAND = {
    "duration 5-10 weeks": "the length of the work is part of a step, `Set timeline`",
    "people": "the number of people is a word in the title of an option",
    "improvement": "the impact of a sprint is kept as its impact",
    "annual-savings -": "a dash is no amount",
    "needs": "the sentence is kept as a reason and as a dependency",
    "needs-nothing": "an empty list of dependencies states it",
    "effort": "the effort is kept as the sprint's effort",
    "needed-by": "only people can conclude it from the reason",
    "independent Independent, can start early": "the same",
    "early": "the same",
    "largest": "the same",
    "highest-risk": "the same",
    "soft-dependency": "the same",
    "quick-win": "the same",
    "includes": "the same",
    "last": "the same",
}
"""Claims of `plan_data/` that are not imported, by their kind or by kind and words, and why."""


def written(path: str) -> Any:
    return parse((ROOT / "plan_data" / path).read_bytes(), path).data


def sprint_file(id_: str) -> str:
    return next(f"sprints/{path.name}" for path in (ROOT / "plan_data" / "sprints").glob(f"{id_}-*.yml"))


def same(kind: type[BaseModel], values: Any) -> Any:
    """Values as validated by the model, without claims."""
    return without_claims(kind.model_validate(values, strict=False).model_dump())


def without_claims(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_claims(item) for name, item in value.items() if name != "declared"}
    return [without_claims(item) for item in value] if isinstance(value, list | tuple) else value


def claims(value: Any) -> Iterator[str]:
    """Every claim in some values, as its kind and words."""
    if isinstance(value, dict):
        yield from (f"{claim['claim']} {claim['says']}" for claim in value.get("declared", ()))
        for item in value.values():
            yield from claims(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from claims(item)


@pytest.mark.parametrize(
    ("path", "kind", "imported"),
    [
        ("plan.yml", Header, IMPORTED.draft.plan),
        ("phases.yml", Phases, {"phases": list(IMPORTED.draft.phases.values())}),
        ("options.yml", Options, {"options": list(IMPORTED.draft.options.values())}),
        *((sprint_file(id_), Sprint, IMPORTED.draft.sprints[id_]) for id_ in SPRINTS),
    ],
)
def test_every_imported_field_equals_that_of_our_plan(path: str, kind: type[BaseModel], imported: Any) -> None:
    ours, theirs = same(kind, imported), same(kind, written(path))
    assert {name for name in theirs if ours[name] != theirs[name]} == set(BY_HAND.get(path, {}))


def test_no_other_parts_or_questions_are_imported() -> None:
    draft = IMPORTED.draft
    assert tuple(draft.sprints) == SPRINTS
    assert [*draft.milestones, *draft.risks, *draft.owners, *draft.questions] == []


def test_every_imported_claim_is_in_our_plan_and_missing_ones_have_a_reason() -> None:
    draft = IMPORTED.draft
    paths = ["plan.yml", "phases.yml", "options.yml", *map(sprint_file, SPRINTS)]
    theirs = list(claims(list(map(written, paths))))
    ours = list(claims([draft.plan, *draft.phases.values(), *draft.options.values(), *draft.sprints.values()]))
    left_out = {claim for claim in theirs if claim not in ours}
    reasons = {claim: {claim, claim.partition(" ")[0]} & CLAIMS_BY_HAND.keys() for claim in left_out}
    assert [claim for claim in ours if claim not in theirs] == []
    assert [claim for claim, reason in reasons.items() if not reason] == []
    assert CLAIMS_BY_HAND.keys() == set().union(*reasons.values())


def test_every_line_is_taken() -> None:
    assert [entry for entry in IMPORTED.ledger.entries() if entry.fate != "taken"] == []
