"""Each change rule fires alone on its plans, does not fire on a near miss, and has an opposite."""

import re
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from masterplan.analyse.changes import RULES, changes, rules
from masterplan.analyse.changes.comparison import Comparison
from masterplan.load import load
from masterplan.model.change import WEIGHTS, ChangeRule
from masterplan.model.plan import Plan
from masterplan.publish.examples import change_example
from tests.changes.rows import IDS, ROWS, Row, decision, ids, lane, one, own, staffed
from tests.plans import person, plan, sprint, write_plan

ONE_WAY = {
    "scope-added-in-progress": "dropping scope has one rule, whether the sprint has begun or not",
    "risk-lowered": "raising a risk has one rule, with and without mitigation",
    "done-reverted": "finishing a sprint is progress like any other",
}
"""Rules whose opposite has another opposite, and why."""
WITHOUT_VALUES = {
    "no-dependencies-said",
    "no-dependencies-unsaid",
    "sprint-moved",
    "progress-noted",
}
"""Rules with a message, but without values before and after."""


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_only_the_rule_of_a_row_fires(row: Row) -> None:
    assert ids(row.before, row.after) == [row.rule]


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_the_opposite_rule_fires_in_reverse(row: Row) -> None:
    assert ids(row.after, row.before) == sorted(row.back, key=ids(row.after, row.before).index)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_other_rules_fire_on_a_near_miss(row: Row) -> None:
    assert sorted(ids(row.before, row.near)) == sorted(row.instead)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_only_its_rule_fires_on_an_example(rule: str, tmp_path: Path) -> None:
    """A rule without an example fails here: write it in analyse/changes/examples.yml."""
    example = change_example(rule)
    before, after = (load(write_plan(tmp_path / side, getattr(example, side))).plan for side in ("before", "after"))
    assert before
    assert after
    assert ids(before, after) == [rule]
    assert example.shown[0] != example.shown[1]


def test_every_example_belongs_to_a_rule() -> None:
    path = files("masterplan.analyse.changes") / "examples.yml"
    assert {*yaml.safe_load(path.read_text("utf-8"))} == {"base", *(rule.id for rule in RULES)}


def test_every_rule_of_a_module_is_in_the_table() -> None:
    modules = [module for module in vars(rules).values() if isinstance(module, ModuleType)]
    defined = {value for module in modules for value in vars(module).values() if isinstance(value, ChangeRule)}
    assert len(defined) > 50
    assert defined - {*RULES} == set()


def test_every_rule_fires_in_some_row() -> None:
    fired = {row.rule for row in ROWS} | {rule for row in ROWS for rule in row.back}
    assert fired == {rule.id for rule in RULES}


def test_every_rule_has_an_opposite_or_a_reason_why_not() -> None:
    opposites = {(row.rule, row.back[0]) for row in ROWS} | {
        (row.back[0], row.rule) for row in ROWS if not row.back[1:]
    }
    free = {pair for pair in opposites if not set(ONE_WAY) & set(pair)}
    assert {(back, rule) for rule, back in free} == free
    assert set(ONE_WAY) <= {rule.id for rule in RULES}
    assert {rule.id for rule in RULES} == {rule for rule, _ in opposites}


def test_ids_and_descriptions_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert [rule.id for rule in RULES if not re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)] == []
    descriptions = [rule.description for rule in RULES]
    assert [text for text in descriptions if not re.fullmatch(r"[A-Z][^.]{2,60}", text)] == []
    assert [text for text in descriptions if text.startswith(("A ", "An ", "The ", "Some", "Nobody", "What "))] == []
    assert len(set(descriptions)) == len(RULES)
    assert {rule.weight for rule in RULES} == set(WEIGHTS)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_change_has_a_message_of_one_line_and_a_subject(row: Row) -> None:
    for change in (*changes(row.before, row.after), *changes(row.after, row.before)):
        assert change.message.isprintable()
        assert 0 < len(change.message) < 250
        assert "None" not in f"{change.message} {change.before} {change.after}"
        assert re.fullmatch(r"plan|(sprint|phase|option|person|team|role|risk|milestone) \S+", str(change.subject))
        assert change.edits
        assert change.before != change.after or change.rule.id in WITHOUT_VALUES, change


def test_a_person_in_a_custom_field_is_shown_by_name() -> None:
    people = [person("ada", name="Ada Lovelace"), person("ben", name="Ben")]
    field = {"id": "signs", "title": "Signs", "of": "sprint", "kind": "person"}
    before, after = (plan(sprint("1", fields={"signs": id_}), fields=[field], people=people) for id_ in ("ada", "ben"))
    [change] = changes(before, after)
    assert change.message == "Sprint 1: Signs is Ben, not Ada Lovelace"


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (own(budget="5 days"), own(budget="2 weeks"), "own-field-raised"),
        (own(budget="2 weeks"), own(budget="40 hours"), "own-field-lowered"),
        (own(budget="5 days"), own(budget="€5"), "own-field-changed"),
        (one(effort="2 weeks"), one(effort="12 days"), "effort-raised"),
        (one(effort="1 week"), one(effort="5 days"), "wording"),
    ],
)
def test_durations_are_compared_across_units(before: Plan, after: Plan, rule: str) -> None:
    assert ids(before, after) == [rule]


def test_messages_about_custom_fields_use_the_words_of_the_plan() -> None:
    def epics(*of: str, **fields: Any) -> Plan:
        field = {"id": "stage", "title": "Stage", "of": of, "kind": "choice"} | fields
        return plan(sprint("1"), unit={"one": "Epic", "many": "Epics"}, fields=[field] if of else [])

    [change] = changes(epics(), epics("sprint", "task"))
    assert change.message == "epics and tasks have a new field `Stage`"
    [change] = changes(epics("sprint", choices=["alpha", "beta"]), epics("sprint", choices=["alpha", "gamma"]))
    assert change.message == "the field Stage no longer offers beta, and now offers gamma"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            staffed(people=[lane("Dev 1")]),
            staffed(people=[lane("Dev 1") | {"person": "ada"}]),
            "Dev 1 (Option A): person ada",
        ),
        (
            staffed(people=[lane("Dev 1") | {"person": "ada"}]),
            staffed(people=[lane("Dev 1")]),
            "Dev 1 (Option A): person unassigned, was ada",
        ),
        (
            one(rollback={"steps": ["Undo it"]}),
            one(rollback={"steps": ["Undo it"], "needed": False}),
            "Sprint 1: rollback not needed",
        ),
        (one(), one(rollback={"needed": False}), "Sprint 1 now states that it needs no rollback"),
        (
            one(rollback={"steps": ["Undo it"], "trigger": "Errors"}),
            one(rollback={"steps": ["Undo it"]}),
            "Sprint 1: the rollback trigger is not stated, was Errors",
        ),
        (decision(when="1-2"), decision(when="2"), "Sprint 1: the decision `Which broker` is still due in week 2"),
        (
            one(when="2026-03-02 to 2026-03-13"),
            one(when="2026-03-09 to 2026-03-20"),
            "Sprint 1 runs from 9 Mar to 20 Mar 2026, not from 2 Mar to 13 Mar 2026",
        ),
        (one(when="2026-03-02"), one(when="5+"), "Sprint 1 runs from week 5 onwards, not on 2 Mar 2026"),
        (one(when="day 3-5"), one(when="week 2"), "Sprint 1 moves from days 3-5 to week 2"),
        (decision(blocks=["1"]), decision(), "Sprint 1: the decision `Which broker` no longer blocks Sprint 1"),
        (one(state="done"), one(state="dropped"), "Sprint 1 is dropped"),
        (one(state="done"), one(state="planned"), "Sprint 1 is planned again"),
        (one(owner=["ada", "ben"]), one(), "Sprint 1: no longer owned by ada and ben"),
        (one(owner=["ada"]), one(owner=["ada", "ben"]), "Sprint 1: now also owned by ben, with ada"),
    ],
)
def test_special_cases_have_messages_of_their_own(before: Plan, after: Plan, message: str) -> None:
    [change] = changes(before, after)
    assert change.message == message


def test_no_edit_is_claimed_by_two_rules() -> None:
    """In any order of rules, a claim to an edit that another change already has is refused."""
    comparison = Comparison.of(one(title="Batching"), one(title="Images"))
    [draft] = rules.drafts(comparison)
    with pytest.raises(ValueError, match="wording claims an edit of another change: sprints / 1 / title"):
        rules.unclaimed(comparison.trace.edits, [draft, draft])


def test_no_field_has_two_rules() -> None:
    modules = (
        rules.timing, rules.people, rules.work, rules.tasks, rules.groups, rules.sizes, rules.scope, rules.risks,
        rules.custom, rules.texts,
    )  # fmt: skip
    assert sum(len(module.FIELD_RULES) for module in modules) == len(rules.FIELD_RULES)
