"""Edits as algebra: what leads from one plan to another, back, and to a third; and that they see all that matters."""

import re
from collections.abc import Iterator
from copy import deepcopy
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse.changes import apply, changes, edits, invert, rules
from masterplan.load import load
from masterplan.load.references import check_references
from masterplan.model.change import Edit
from masterplan.model.part import Part, fields_of
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.schema import FILES
from tests.changes.pairs import pairs, shuffle
from tests.consistent import Spec, built, specs
from tests.everything import neighbours, whole
from tests.plans import entry, option, phase, plan, sprint
from tests.sites import OURS


def same(one: Plan, other: Plan) -> bool:
    """Whether two plans hold the same, whatever its order."""
    return edits(one, other) == ()


@given(pairs())
def test_applying_the_edits_between_two_plans_to_the_first_gives_the_second(two: tuple[Plan, Plan]) -> None:
    before, after = two
    assert same(apply(before, edits(before, after)), after)


@given(pairs())
def test_inverted_edits_lead_back(two: tuple[Plan, Plan]) -> None:
    before, after = two
    there = edits(before, after)
    assert same(apply(after, invert(there)), before)
    assert invert(invert(there)) == there
    assert same(apply(after, edits(after, before)), apply(after, invert(there)))


@given(pairs(number=3))
def test_edits_one_after_the_other_lead_as_far_as_those_of_the_whole_way(three: tuple[Plan, ...]) -> None:
    first, second, third = three
    way = (*edits(first, second), *edits(second, third))
    assert same(apply(first, way), apply(first, edits(first, third)))


@given(specs(), specs())
def test_any_plan_can_become_any_other(one: Spec, other: Spec) -> None:
    before, after = built(one), built(other)
    assert same(apply(before, edits(before, after)), after)


@given(pairs())
def test_there_are_no_edits_between_a_plan_and_itself_and_they_are_the_same_every_time(two: tuple[Plan, Plan]) -> None:
    before, after = two
    assert edits(after, after) == ()
    assert edits(before, after) == edits(before, after)


@given(specs(), st.randoms(use_true_random=False))
def test_order_without_meaning_is_no_edit(spec: Spec, random: Random) -> None:
    other = deepcopy(spec)
    shuffle(other, random)
    assert edits(built(spec), built(other)) == ()


def test_layout_and_comments_of_yaml_are_no_edit(tmp_path: Path) -> None:
    """The seed with every file written anew by another program: keys sorted, lists in flow style, new quotes."""
    for path in sorted((OURS / "plan_data").rglob("*.yml")):
        said = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - all values as texts, nothing is made of them
        text = yaml.safe_dump(said, sort_keys=True, default_flow_style=True, allow_unicode=True, width=40)
        for word in ("true", "false"):
            text = text.replace(f"'{word}'", word)
        other = tmp_path / path.relative_to(OURS)
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_text(f"# by another program\n{text}", "utf-8")
    before, after = load(OURS).plan, load(tmp_path).plan
    assert before
    assert after
    assert edits(before, after) == ()


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ({"depends_on": None}, {"depends_on": []}, ("depends_on",)),
        ({"rollback": None}, {"rollback": {}}, ("rollback", "needed")),
        ({"rollback": {"first": None}}, {"rollback": {"first": []}}, ("rollback", "first")),
        ({"rollback": {"steps": ["a", "b"]}}, {"rollback": {"steps": ["b", "a"]}}, ("rollback", "steps")),
        ({"savings": {"monthly": "$5"}}, {"savings": {"monthly": "$ 5"}}, ("savings", "monthly")),
    ],
)
def test_what_looks_alike_but_says_something_else_is_an_edit(
    before: dict[str, Any], after: dict[str, Any], key: tuple[str, ...]
) -> None:
    one, other = plan(sprint("1", **before)), plan(sprint("1", **after))
    found = edits(one, other)
    assert [edit.key for edit in found] == [("sprints", "1", *key)]
    assert same(apply(one, found), other)


def test_the_order_of_the_sprints_in_a_phase_is_an_edit() -> None:
    two = (sprint("1"), sprint("2"))
    one, other = (plan(*two, phases=[phase("1", "1", *ids)]) for ids in ("12", "21"))
    assert [edit.key for edit in edits(one, other)] == [("phases", "1", "sprints")]
    assert apply(one, edits(one, other)).phases == other.phases


def test_a_sprint_with_another_id_and_nearly_the_same_content_is_renamed_everywhere() -> None:
    said: dict[str, Any] = {
        "title": "Batching",
        "description": "Many in one",
        "impact": "90% fewer calls",
        "owner": "ada",
    }
    one = plan(
        sprint("4", **said, effort="2 days"),
        sprint("5", needs=["4"]),
        phases=[phase("1", "1", "4", "5")],
        options=[option("A", {"1": ["4"]})],
        entries=[entry("4", "2026-01-05", "in progress")],
    )
    other = plan(
        sprint("4b", **said, effort="3 days"),
        sprint("5", needs=["4b"]),
        phases=[phase("1", "1", "4b", "5")],
        options=[option("A", {"1": ["4b"]})],
        entries=[entry("4b", "2026-01-05", "in progress")],
    )
    assert edits(one, other) == (
        Edit(("sprints", "4", "id"), "4", "4b"),
        Edit(("sprints", "4b", "effort"), Quantity.read("2 days"), Quantity.read("3 days")),
    )
    assert same(apply(one, edits(one, other)), other)
    assert invert(edits(one, other)) == (
        Edit(("sprints", "4b", "effort"), Quantity.read("3 days"), Quantity.read("2 days")),
        Edit(("sprints", "4b", "id"), "4b", "4"),
    )


def test_a_sprint_with_another_id_and_other_content_is_not_renamed() -> None:
    one, other = plan(sprint("4", title="Batching", impact="Fewer calls")), plan(sprint("5", title="Images"))
    assert {edit.key[1] for edit in edits(one, other)} == {"4", "5"}
    assert all(None in (edit.before, edit.after) for edit in edits(one, other))


def test_edits_are_not_made_to_another_plan() -> None:
    there = edits(plan(sprint("1", effort="2 days")), plan(sprint("1", effort="3 days")))
    with pytest.raises(ValueError, match="sprints / 1 / effort"):
        apply(plan(sprint("1", effort="4 days")), there)
    with pytest.raises(ValueError, match="title"):
        apply(plan(sprint("1")), [Edit(("sprints", "1", "title"), "Title 1", None)])


def test_every_field_of_every_part_is_seen_and_can_be_applied() -> None:
    """And nothing is seen that did not change: applying gives the plan that was meant."""
    of = whole()
    found = list(neighbours(of))
    assert len(found) > 120
    assert [path for path, other in found if edits(of, other) == ()] == []
    made = [(path, apply(of, edits(of, other)), other) for path, other in found]
    assert [path for path, one, other in made if not same(one, other)] == []


def test_every_edit_of_every_field_is_in_exactly_one_change() -> None:
    of = whole()
    sound = [other for _, other in neighbours(of) if not list(check_references(other, lambda *_: False))]
    assert len(sound) > 100
    for other in sound:
        told = [edit for change in changes(of, other) for edit in change.edits]
        assert sorted(told, key=repr) == sorted(edits(of, other), key=repr)


def field_names(part: type[Part], known: set[type[Part]]) -> Iterator[str]:
    """The names of the fields of a part and of all that is in it."""
    for field in () if part in known else fields_of(part):
        yield field.name
        if field.inner:
            yield from field_names(field.inner, known | {part})


NAMES = {name for model, *_ in FILES.values() for name in field_names(model, set())}
STORED = re.compile(rf"\b(?:{'|'.join(sorted(NAMES))}): |; (?!saves )|\b(?:True|False|None)\b|[(\[{{]'")
"""What no value for people has: names of fields, pieces of several fields, and values as Python writes them."""
IN_PYTHON = re.compile("|".join(sorted(name for name in NAMES if "_" in name)))
FORMS = {"url": "https://a.example/{n}", "path": "docs/{n}.md", "measure": "{n} ms"}
SETTINGS = {
    "plan.id",
    "plan.decimal",
    "plan.documentation.progress_in",
    "plan.tracker[less]",
    "plan.tracker[other]",
}
BY_LIST = ("plan.next_steps", "plan.rollback.steps", "sprint.rollback.steps", "plan.tables")


def test_a_change_of_any_field_says_so_in_words_and_names_the_part() -> None:
    """And only the settings of the plan have no rule of their own."""
    numbers = count()
    of = whole(lambda kind, _: FORMS.get(kind, "Text {n}").format(n=next(numbers)))
    for path, other in neighbours(of):
        if list(check_references(other, lambda *_: False)):
            continue
        for change in (*changes(of, other), *changes(other, of)):
            assert IN_PYTHON.findall(change.message) == [], path
            assert path.startswith(BY_LIST) or STORED.findall(f"{change.before}\n{change.after}") == [], path
            assert change.rule.id != "changed" or path in SETTINGS, path
            if change.subject.kind in {"sprint", "phase"}:
                words = {of.unit.one, other.unit.one, of.group.one, other.group.one}
                assert any(f"{word} {change.subject.id}" in change.message for word in words), path


@given(pairs())
def test_every_edit_is_in_exactly_one_change(two: tuple[Plan, Plan]) -> None:
    told = [edit for change in changes(*two) for edit in change.edits]
    assert sorted(told, key=repr) == sorted(edits(*two), key=repr)


@given(pairs())
def test_the_order_of_the_rules_about_whole_parts_means_nothing(two: tuple[Plan, Plan]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "PART_RULES", rules.PART_RULES[::-1])
        backwards = changes(*two)
    assert changes(*two) == backwards
