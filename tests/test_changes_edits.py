"""Edits as algebra: what leads from one plan to another, back, and to a third; and that they see all that matters."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse.changes import apply, changes, edits, invert
from masterplan.load import load
from masterplan.load.references import check
from masterplan.model.calendar import DateSpan, Weeks
from masterplan.model.change import Edit
from masterplan.model.part import Part
from masterplan.model.plan import Option, Phase, Plan, Sprint
from masterplan.model.progress import Entry
from masterplan.model.quantity import Quantity
from masterplan.model.team import Person
from tests.changes.pairs import pairs, shuffled
from tests.consistent import Spec, built, specs
from tests.everything import whole
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
    shuffled(other, random)
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
        Edit(("sprints", "4b", "effort"), "2 days", "3 days"),
    )
    assert same(apply(one, edits(one, other)), other)
    assert invert(edits(one, other)) == (
        Edit(("sprints", "4b", "effort"), "3 days", "2 days"),
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


def otherwise(value: Any, hint: Any) -> Iterator[tuple[str, Any]]:
    """Ways to change one thing in a value, at least one for each field, with the path to it."""
    match value:
        case Part():
            for name, inside in get_type_hints(type(value)).items():
                if name in type(value).model_fields and (type(value), name) != (Sprint, "id"):
                    for path, other in otherwise(getattr(value, name), inside):
                        yield f".{name}{path}", value.model_copy(update={name: other})
        case tuple():
            if value[0] not in value[1:]:
                yield "[less]", value[1:]
            for path, other in otherwise(value[0], get_args(_plain(hint))[0]):
                yield f"[0]{path}", (other, *value[1:])
        case Mapping():
            yield "[less]", {}
            yield "[other]", dict.fromkeys(value, "info")
        case _:
            yield "", _another(value, _plain(hint))


def _plain(hint: Any) -> Any:
    inside = [each for each in get_args(hint) if each is not NoneType]
    return inside[0] if NoneType in get_args(hint) else hint


ANOTHER: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (bool, lambda value: not value),
    (int, lambda value: value + 1),
    (str, lambda value: "UTC" if value == "Europe/Berlin" else f"{value}0"),
    (date, lambda value: value + timedelta(days=1)),
    (Weeks, lambda value: Weeks(value.first, value.last + 1)),
    (DateSpan, lambda value: DateSpan(value.first, value.last + timedelta(days=1))),
    (Quantity, lambda value: Quantity.read("$7" if value.is_money else "7 days")),
    (NoneType, lambda _: "PAGE.md"),  # the only field that the whole plan leaves out
)


def _another(value: Any, hint: Any) -> Any:
    """Another value of the same kind."""
    if get_origin(hint) is Literal:
        return next(each for each in get_args(hint) if each != value)
    return next(change(value) for kind, change in ANOTHER if isinstance(value, kind))


def neighbours(of: Plan) -> Iterator[tuple[str, Plan]]:
    """The plan with one thing changed, for every field in it."""
    id_, last = list(of.sprints.items())[-1]
    for path, header in otherwise(of.header, None):
        yield f"header{path}", replace(of, header=header)
    for path, calendar in otherwise(of.calendar, None):
        yield f"calendar{path}", replace(of, calendar=calendar)
    for path, sprint_ in otherwise(last, None):
        yield f"sprint{path}", replace(of, sprints={**of.sprints, id_: sprint_})
    for path, phases in otherwise(of.phases, tuple[Phase, ...]):
        yield f"phases{path}", replace(of, phases=phases)
    for path, options in otherwise(of.options, tuple[Option, ...]):
        yield f"options{path}", replace(of, options=options)
    for path, people in otherwise(of.people, tuple[Person, ...]):
        yield f"people{path}", replace(of, people=people)
    for path, entries in otherwise(of.entries, tuple[Entry, ...]):
        yield f"entries{path}", replace(of, entries=entries)


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
    sound = [other for _, other in neighbours(of) if not list(check(other, lambda *_: False))]
    assert len(sound) > 100
    for other in sound:
        told = [edit for change in changes(of, other) for edit in change.edits]
        assert sorted(told, key=repr) == sorted(edits(of, other), key=repr)


@given(pairs())
def test_every_edit_is_in_exactly_one_change(two: tuple[Plan, Plan]) -> None:
    told = [edit for change in changes(*two) for edit in change.edits]
    assert sorted(told, key=repr) == sorted(edits(*two), key=repr)
