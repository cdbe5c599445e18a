"""Edits lead from one plan to another, back, and to a third, and include every difference that has a meaning."""

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


def same(plan: Plan, other: Plan) -> bool:
    """Whether two plans have the same content, in any order."""
    return edits(plan, other) == ()


@given(pairs())
def test_edits_turn_the_first_plan_into_the_second(plans: tuple[Plan, Plan]) -> None:
    before, after = plans
    assert same(apply(before, edits(before, after)), after)


@given(pairs())
def test_inverted_edits_restore_the_first_plan(plans: tuple[Plan, Plan]) -> None:
    before, after = plans
    differences = edits(before, after)
    assert same(apply(after, invert(differences)), before)
    assert invert(invert(differences)) == differences
    assert same(apply(after, edits(after, before)), apply(after, invert(differences)))


@given(pairs(number=3))
def test_edits_in_two_steps_lead_to_the_same_plan_as_in_one(plans: tuple[Plan, ...]) -> None:
    first, second, third = plans
    both_steps = (*edits(first, second), *edits(second, third))
    assert same(apply(first, both_steps), apply(first, edits(first, third)))


@given(specs(), specs())
def test_edits_turn_any_plan_into_any_other(first: Spec, second: Spec) -> None:
    before, after = built(first), built(second)
    assert same(apply(before, edits(before, after)), after)


@given(pairs())
def test_a_plan_has_no_edits_to_itself_and_edits_are_deterministic(plans: tuple[Plan, Plan]) -> None:
    before, after = plans
    assert edits(after, after) == ()
    assert edits(before, after) == edits(before, after)


@given(specs(), st.randoms(use_true_random=False))
def test_shuffling_lists_whose_order_means_nothing_is_no_edit(spec: Spec, random: Random) -> None:
    shuffled = deepcopy(spec)
    shuffle(shuffled, random)
    assert edits(built(spec), built(shuffled)) == ()


def test_layout_and_comments_of_yaml_are_no_edit(tmp_path: Path) -> None:
    """Our plan with every file rewritten by another program: keys sorted, lists in flow style, new quotes."""
    for path in sorted((OURS / "plan_data").rglob("*.yml")):
        data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - reads all values as texts, and creates no objects
        text = yaml.safe_dump(data, sort_keys=True, default_flow_style=True, allow_unicode=True, width=40)
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
def test_similar_values_with_different_meanings_are_edits(
    before: dict[str, Any], after: dict[str, Any], key: tuple[str, ...]
) -> None:
    older, newer = plan(sprint("1", **before)), plan(sprint("1", **after))
    differences = edits(older, newer)
    assert [edit.key for edit in differences] == [("sprints", "1", *key)]
    assert same(apply(older, differences), newer)


def test_the_order_of_the_sprints_in_a_phase_is_an_edit() -> None:
    sprints = (sprint("1"), sprint("2"))
    before, after = (plan(*sprints, phases=[phase("1", "1", *ids)]) for ids in ("12", "21"))
    assert [edit.key for edit in edits(before, after)] == [("phases", "1", "sprints")]
    assert apply(before, edits(before, after)).phases == after.phases


def test_a_sprint_with_another_id_and_similar_content_is_renamed() -> None:
    fields: dict[str, Any] = {
        "title": "Batching",
        "description": "Many in one",
        "impact": "90% fewer calls",
        "owner": "ada",
    }
    before = plan(
        sprint("4", **fields, effort="2 days"),
        sprint("5", needs=["4"]),
        phases=[phase("1", "1", "4", "5")],
        options=[option("A", {"1": ["4"]})],
        entries=[entry("4", "2026-01-05", "in progress")],
    )
    after = plan(
        sprint("4b", **fields, effort="3 days"),
        sprint("5", needs=["4b"]),
        phases=[phase("1", "1", "4b", "5")],
        options=[option("A", {"1": ["4b"]})],
        entries=[entry("4b", "2026-01-05", "in progress")],
    )
    assert edits(before, after) == (
        Edit(("sprints", "4", "id"), "4", "4b"),
        Edit(("sprints", "4b", "effort"), Quantity.read("2 days"), Quantity.read("3 days")),
    )
    assert same(apply(before, edits(before, after)), after)
    assert invert(edits(before, after)) == (
        Edit(("sprints", "4b", "effort"), Quantity.read("3 days"), Quantity.read("2 days")),
        Edit(("sprints", "4b", "id"), "4b", "4"),
    )


def test_a_sprint_with_another_id_and_other_content_is_not_renamed() -> None:
    before, after = plan(sprint("4", title="Batching", impact="Fewer calls")), plan(sprint("5", title="Images"))
    assert {edit.key[1] for edit in edits(before, after)} == {"4", "5"}
    assert all(None in (edit.before, edit.after) for edit in edits(before, after))


def test_edits_cannot_be_applied_to_a_different_plan() -> None:
    differences = edits(plan(sprint("1", effort="2 days")), plan(sprint("1", effort="3 days")))
    with pytest.raises(ValueError, match="sprints / 1 / effort"):
        apply(plan(sprint("1", effort="4 days")), differences)
    with pytest.raises(ValueError, match="title"):
        apply(plan(sprint("1")), [Edit(("sprints", "1", "title"), "Title 1", None)])


def test_edits_of_every_field_of_every_part_can_be_applied() -> None:
    """Applying them gives exactly the changed plan, so they include nothing else."""
    base = whole()
    copies = list(neighbours(base))
    assert len(copies) > 120
    assert [path for path, copy in copies if edits(base, copy) == ()] == []
    applied = [(path, apply(base, edits(base, copy)), copy) for path, copy in copies]
    assert [path for path, result, copy in applied if not same(result, copy)] == []


def test_every_edit_of_every_field_is_in_exactly_one_change() -> None:
    base = whole()
    sound = [other for _, other in neighbours(base) if not list(check_references(other, lambda *_: False))]
    assert len(sound) > 100
    for other in sound:
        claimed = [edit for change in changes(base, other) for edit in change.edits]
        assert sorted(claimed, key=repr) == sorted(edits(base, other), key=repr)


def field_names(part: type[Part], known: set[type[Part]]) -> Iterator[str]:
    """The names of all fields of a part and of its inner parts."""
    for field in () if part in known else fields_of(part):
        yield field.name
        if field.inner:
            yield from field_names(field.inner, known | {part})


NAMES = {name for model, *_ in FILES.values() for name in field_names(model, set())}
STORED = re.compile(rf"\b(?:{'|'.join(sorted(NAMES))}): |; (?!saves )|\b(?:True|False|None)\b|[(\[{{]'")
"""Texts that no value for readers may contain: names of fields, lists of several fields, and Python's own notation."""
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


def test_a_change_of_any_field_has_a_message_in_words_that_names_the_part() -> None:
    """Only the settings of the plan have no rule of their own."""
    numbers = count()
    base = whole(lambda kind, _: FORMS.get(kind, "Text {n}").format(n=next(numbers)))
    for path, other in neighbours(base):
        if list(check_references(other, lambda *_: False)):
            continue
        for change in (*changes(base, other), *changes(other, base)):
            assert IN_PYTHON.findall(change.message) == [], path
            assert path.startswith(BY_LIST) or STORED.findall(f"{change.before}\n{change.after}") == [], path
            assert change.rule.id != "changed" or path in SETTINGS, path
            if change.subject.kind in {"sprint", "phase"}:
                words = {base.unit.one, other.unit.one, base.group.one, other.group.one}
                assert any(f"{word} {change.subject.id}" in change.message for word in words), path


@given(pairs())
def test_every_edit_is_in_exactly_one_change(plans: tuple[Plan, Plan]) -> None:
    claimed = [edit for change in changes(*plans) for edit in change.edits]
    assert sorted(claimed, key=repr) == sorted(edits(*plans), key=repr)


@given(pairs())
def test_the_order_of_rules_about_whole_parts_does_not_matter(plans: tuple[Plan, Plan]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "PART_RULES", rules.PART_RULES[::-1])
        backwards = changes(*plans)
    assert changes(*plans) == backwards
