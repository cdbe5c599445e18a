"""The plan as a whole: names, pages, places, and findings in order."""

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse.figures import monthly_savings
from masterplan.load import load
from masterplan.model.declared import TableRow
from masterplan.model.finding import SEVERITIES, Finding, Rule, Severity, at_least, ordered
from masterplan.model.part import Part, referring, walk
from masterplan.model.place import Place, Step
from masterplan.model.plan import Plan
from masterplan.model.quantity import MARKS, DecimalMark, Notation
from tests.consistent import Spec, built, frozen, specs
from tests.everything import whole
from tests.plans import BASE, loaded, phase, plan, sprint, write_plan
from tests.sites import OURS


@pytest.fixture
def base(tmp_path: Path) -> Plan:
    """The base plan, loaded from a folder."""
    return loaded(write_plan(tmp_path, BASE))


def test_every_file_of_the_folder_is_loaded(base: Plan) -> None:
    assert list(base.sprints) == ["1", "2", "3"]
    assert [part.id for part in base.phases] == ["1", "2"]
    assert [part.id for part in base.options] == ["A"]
    assert [part.name for part in base.people] == ["Ada"]
    assert [part.state for part in base.entries] == ["done"]
    assert base.header.title == "Base"


def test_other_files_in_the_folder_are_ignored(tmp_path: Path, base: Plan) -> None:
    more = {".gitkeep": "", "sprints/.1-a.yml.swp": "[", "sprints/README.md": "[", "notes.md": "[", "plan.yml~": "["}
    assert load(write_plan(tmp_path, more)).plan == base


def test_sprints_are_ordered_by_phase_then_naturally_by_id(tmp_path: Path) -> None:
    joins = {"9": "\nphase: two", "9.5": "\nphase: two", "10": "\nphase: b"}
    ids = ["10", "9.5", "9", "B", "a", "1", "20", "3"]
    files = {f"sprints/{id_}.yml": f"id: '{id_}'\ntitle: T{joins.get(id_, '')}\n" for id_ in ids}
    phases = "phases: [{id: two, title: T, when: 3, sprints: ['20']}, {id: b, title: O, when: 1, sprints: [B, a]}]"
    plan = loaded(write_plan(tmp_path, {"plan.yml": "title: T\n", "phases.yml": phases} | files))
    assert list(plan.sprints) == ["20", "9", "9.5", "B", "a", "10", "1", "3"]


def test_plans_are_equal_wherever_they_were_loaded_from(tmp_path: Path, base: Plan) -> None:
    moved = {name: f"# moved\n{content}" for name, content in BASE.items()}
    other = loaded(write_plan(tmp_path / "other", moved))
    assert other == base
    assert other.places != base.places


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("plan", "title"), "plan.yml:1:8"),
        (("sprints", "2", "depends_on", 0, "sprint"), "sprints/2-b.yml:4:13"),
        (("sprints", "2", "depends_on", 0, "reason"), "sprints/2-b.yml:4:5"),
        (("sprints", "2"), "sprints/2-b.yml:1:1"),
        (("phases", "phases", 1, "when"), "phases.yml:8:11"),
        (("options", "options", 0, "people", 0, "work", 0, "sprints", 2), "options.yml:8:33"),
        (("team", "people", 0, "id"), "team.yml:2:9"),
        (("entries", "0", "date"), "progress/2025.yml:3:11"),
    ],
)
def test_every_value_has_a_place(path: tuple[Step, ...], place: str, base: Plan) -> None:
    assert str(base.places.of(*path)) == f"plan_data/{place}"


@pytest.mark.parametrize(
    ("mark", "savings", "total"),
    [(",", ("€1.000", "€1.500,50-2.000"), "€2.500,50-3.000/month"), (".", ("€1.000", "€2"), "€3/month")],
)
def test_the_decimal_mark_of_plan_yml_applies_to_stated_and_computed_amounts(
    mark: str, savings: tuple[str, str], total: str, tmp_path: Path
) -> None:
    files = {
        f"sprints/{n}.yml": f"id: '{n}'\ntitle: T\nsavings:\n  monthly: {amount}\n" for n, amount in enumerate(savings)
    }
    plan = loaded(write_plan(tmp_path, {"plan.yml": f'title: T\ndecimal: "{mark}"\n'} | files))
    monthly = monthly_savings(plan.sprints.values())
    assert monthly is not None
    assert monthly.text == total


def test_a_plan_in_memory_has_one_place() -> None:
    assert str(plan(sprint("1")).places.of("sprints", "1", "title")) == "plan:1:1"


@pytest.mark.parametrize("fields", [{"title": "Request Batching"}, {"title": "日本語"}])
@pytest.mark.parametrize("unit", ["Sprint", "Work item", "項目"])
def test_the_address_of_a_sprint_page_depends_only_on_its_id(fields: dict[str, str], unit: str) -> None:
    assert plan(sprint("4", **fields), unit={"one": unit, "many": "Many"}).page("4") == "SPRINT_4.md"
    assert plan(sprint("4", page="own.md", **fields)).page("4") == "own.md"


def test_a_sprint_is_named_with_the_plans_own_word() -> None:
    assert plan(sprint("4"), unit={"one": "Epic", "many": "Epics"}).name("4") == "Epic 4"


def test_a_sprint_in_two_phases_belongs_to_the_first() -> None:
    example = plan(sprint("1"), sprint("2"), phases=[phase("A", "1", "1"), phase("B", "2", "1", "2")])
    assert {id_: phase.id for id_, phase in example.phase_of.items()} == {"1": "A", "2": "B"}


def finding(path: str, line: int, column: int, rule: str, severity: Severity = "error") -> Finding:
    return Finding(Rule(rule, severity, "Says."), Place(path, line, column), "message")


def test_findings_are_sorted_by_place_and_rule_without_duplicates() -> None:
    expected = [
        finding("a.yml", 2, 9, "z"),
        finding("a.yml", 10, 1, "b"),
        finding("a.yml", 10, 2, "a"),
        finding("a.yml", 10, 2, "b"),
        finding("b.yml", 1, 1, "a"),
    ]
    assert all(ordered([*findings, *findings]) == tuple(expected) for findings in permutations(expected))


def test_a_threshold_keeps_findings_of_higher_severity() -> None:
    findings = [finding("a.yml", 1, 1, severity, severity) for severity in SEVERITIES]
    assert [len(at_least(findings, severity)) for severity in SEVERITIES] == [1, 2, 3]


def parts_of(plan: Plan) -> list[Part]:
    return [*(part for _, part in plan.parts()), plan.calendar]


def assert_survives_dumping(part: Part, mark: DecimalMark | None = None) -> None:
    kind, context = type(part), Notation(mark).context
    assert kind.model_validate(part.model_dump(), context=context) == part
    assert kind.model_validate(frozen(part.model_dump(mode="json")), context=context) == part


@given(specs())
def test_every_part_of_a_plan_survives_dumping_and_loading(spec: Spec) -> None:
    for part in parts_of(built(spec)):
        assert_survives_dumping(part)


def test_every_field_of_every_part_survives_dumping_and_loading() -> None:
    seed = loaded(OURS)
    for part in (*parts_of(whole()), *parts_of(seed)):
        assert_survives_dumping(part)


AMOUNTS = st.builds(
    lambda *pieces: "".join(pieces),
    *map(st.sampled_from, (["", "<", "~", "up to "], ["", "$", "CHF "])),
    st.from_regex(r"[0-9]{1,4}([.,][0-9]{1,3})?", fullmatch=True),
    *map(st.sampled_from, (["", "-9999", "%", "+"], ["", " days", " h/week", " (about)"])),
)


@given(AMOUNTS | st.text(max_size=12), st.sampled_from([None, *MARKS]))
def test_an_amount_survives_dumping_and_loading_with_the_same_decimal_mark(text: str, mark: DecimalMark | None) -> None:
    try:
        part = TableRow.model_validate({"name": "Costs", "cells": (text,)}, context=Notation(mark).context)
    except ValueError:
        return
    assert part.model_dump() == {"name": "Costs", "cells": (text,)}
    assert_survives_dumping(part, mark)


def test_walk_yields_every_value_with_its_path_and_the_kind_it_refers_to() -> None:
    part = sprint("4", needs=["1"], effort="2 days", risk={"level": "high", "owner": "ada", "mitigation": ["Test"]})
    assert [(value.path, value.field.refers, value.text) for value in walk(part, ("sprints", "4"))] == [
        (("sprints", "4", "id"), "", "4"),
        (("sprints", "4", "title"), "", "Title 4"),
        (("sprints", "4", "effort"), "", "2 days"),
        (("sprints", "4", "depends_on", 0, "sprint"), "sprint", "1"),
        (("sprints", "4", "depends_on", 0, "strength"), "", "hard"),
        (("sprints", "4", "risk", "level"), "", "high"),
        (("sprints", "4", "risk", "owner", 0), "owner", "ada"),
        (("sprints", "4", "risk", "mitigation", 0), "", "Test"),
    ]
    assert [value.text for value in walk(part, fields=referring)] == ["1", "ada"]
