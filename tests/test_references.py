"""References between the parts of a plan: which are findings, and which are excused by a broken file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.load import load
from masterplan.load.references import MOST_CYCLES, check_references, references
from masterplan.model.finding import Finding
from masterplan.model.plan import Plan
from masterplan.model.sprint import Sprint
from tests.plans import BASE, entry, loaded, option, person, phase, plan, sprint, write_plan


def wrong(plan: Plan) -> list[Finding]:
    return list(check_references(plan, lambda *_: False))


def messages(plan: Plan) -> list[str]:
    return [f"{finding.rule.id}: {finding.message}" for finding in wrong(plan)]


def test_a_sound_plan_has_no_findings() -> None:
    sound = plan(
        sprint("1", owner="ada", phase="A"),
        sprint("2", needs=["1"], declared=[{"claim": "last", "says": "x", "sprints": ["1", "2"]}]),
        people=[person("ada")],
        phases=[phase("A", "1-2", "1", "2", why=[{"sprint": "1", "text": "x"}, {"sprint": "1", "text": "y"}])],
        options=[option("A", {"1": ["1"], "2": ["1", "2"]})],
        entries=[entry("1", "2025-01-01", "done"), entry("1", "2025-01-02", "done")],
    )
    assert wrong(sound) == []


def test_every_field_that_refers_to_an_id_is_checked() -> None:
    lost = plan(
        sprint(
            "1",
            needs=["s2"],
            owner="p1",
            phase="f1",
            risk={"level": "low", "owner": "p2"},
            declared=[{"claim": "last", "says": "x", "sprints": ["s3"]}],
        ),
        phases=[
            phase(
                "A",
                "1",
                "s4",
                why=[{"sprint": "s5", "text": "x"}],
                parallel=[{"sprint": "s6", "alongside": ["s7"], "says": "x"}],
                declared=[{"claim": "last", "says": "x", "sprints": ["s8"]}],
            )
        ],
        options=[
            option(
                "A",
                people=[{"name": "Dev", "person": "p3", "work": [{"when": 1, "sprints": ["s9"], "supports": ["s10"]}]}],
                declared=[{"claim": "last", "says": "x", "sprints": ["s11"]}],
            )
        ],
        entries=[entry("s12", "2025-01-01", "done")],
        declared=[{"claim": "last", "says": "x", "sprints": ["s13"]}],
    )
    named = sorted(finding.message.split("`")[1] for finding in wrong(lost))
    assert named == sorted([*(f"s{n}" for n in range(2, 14)), "p1", "p2", "p3", "f1"])


def test_references_have_a_path_and_a_list() -> None:
    refs = list(references(sprint("4", needs=["1"], benefits=["2"], owner="ada"), ("sprints", "4")))
    assert [(ref.path[2:], ref.kind, ref.id, ref.group[2:]) for ref in refs] == [
        (("owner", 0), "owner", "ada", ("owner",)),
        (("depends_on", 0, "sprint"), "sprint", "1", ("depends_on",)),
        (("depends_on", 1, "sprint"), "sprint", "2", ("depends_on",)),
    ]


def test_an_unknown_id_is_reported_in_the_words_of_the_plan() -> None:
    lost = plan(sprint("1", needs=["batching"]), sprint("Batching"), unit={"one": "Epic", "many": "Epics"})
    [finding] = wrong(lost)
    assert (finding.message, finding.hint) == ("there is no epic `batching`", "did you mean `Batching`?")


def test_an_unknown_id_has_a_hint_where_to_add_it() -> None:
    [finding] = wrong(plan(sprint("1", owner="ada")))
    assert finding.hint == "add it to plan_data/team.yml"


def test_a_repeated_id_is_a_finding_only_within_one_list() -> None:
    twice = plan(
        sprint("1"),
        sprint("2", needs=["1"], benefits=["1"]),
        phases=[phase("A", "1", "1"), phase("B", "2", "1", "2", "2")],
    )
    assert messages(twice) == [
        "duplicate-reference: `1` appears twice, first in line 1",
        "duplicate-reference: `2` appears twice, first in line 1",
    ]


def test_ids_of_other_parts_may_be_the_same() -> None:
    same = plan(sprint("A"), phases=[phase("A", "1")], options=[option("A")], people=[person("A")])
    assert wrong(same) == []


def test_pages_whose_names_differ_only_in_case_are_duplicates() -> None:
    pages = [finding.rule.id for finding in wrong(plan(sprint("1", page="One.md"), sprint("2", page="one.md")))]
    assert pages == ["duplicate-page"]


def test_a_sprint_that_needs_itself_is_a_finding_of_its_own() -> None:
    assert messages(plan(sprint("1", needs=["1"]))) == ["self-dependency: Sprint 1 depends on itself"]


def test_two_cycles_that_share_a_sprint_are_both_reported() -> None:
    two_cycles = plan(sprint("1", needs=["2", "3"]), sprint("2", needs=["1"]), sprint("3", benefits=["1"]))
    assert sorted(messages(two_cycles)) == [
        "dependency-cycle: circular dependency: Sprint 1 needs Sprint 2 needs Sprint 1",
        "dependency-cycle: circular dependency: Sprint 1 needs Sprint 3 needs Sprint 1",
    ]


def test_the_number_of_reported_cycles_is_limited() -> None:
    ids = [str(n) for n in range(40)]
    tangle = plan(*(sprint(id_, needs=[other for other in ids if other != id_]) for id_ in ids))
    assert [finding.rule.id for finding in wrong(tangle)] == ["dependency-cycle"] * MOST_CYCLES


@st.composite
def plans_without_cycles(draw: st.DrawFn) -> list[Sprint]:
    """Sprints in random order, each of which needs only sprints before it in another order."""
    ids = draw(st.permutations([str(n) for n in range(1, draw(st.integers(2, 9)) + 1)]))
    needs = {id_: draw(st.sets(st.sampled_from(ids[:n]))) if n else set() for n, id_ in enumerate(ids)}
    return [sprint(id_, needs=sorted(needs[id_])) for id_ in draw(st.permutations(ids))]


@given(plans_without_cycles())
def test_a_plan_without_cycles_has_no_findings(sprints: list[Sprint]) -> None:
    assert wrong(plan(*sprints)) == []


@given(plans_without_cycles(), st.data())
def test_the_only_cycle_is_reported_exactly(sprints: list[Sprint], data: st.DataObject) -> None:
    """A ring of new sprints that also need a sprint of the plan is the only cycle."""
    length = data.draw(st.integers(2, 5))
    ring = [f"R{n}" for n in range(length)]
    chain = [sprint(id_, needs=[ring[n - 1], sprints[0].id]) for n, id_ in enumerate(ring)]
    [finding] = wrong(plan(*sprints, *chain))
    cycle = ["R0", *reversed(ring)]
    assert finding.message == "circular dependency: " + " needs ".join(f"Sprint {id_}" for id_ in cycle)
    assert len(finding.related) == length - 1


# Break each file of the base plan: files that refer to it have no findings.
@pytest.mark.parametrize("content", ["", "a: [\n", "a: 1\n", "title: B\n", "id: 'x y'\n", "id: 2\n"])
@pytest.mark.parametrize("name", [name for name in BASE if name != "plan.yml"])
def test_a_broken_file_causes_no_findings_in_other_files(name: str, content: str, tmp_path: Path) -> None:
    findings = load(write_plan(tmp_path, BASE | {name: content})).findings
    assert {finding.place.path for finding in findings} == {f"plan_data/{name}"}


@pytest.mark.parametrize("content", ["", "title: B\n", 'id: "db-1"\n', "id: 7\n"])
def test_an_id_with_a_dash_is_known_from_the_name_of_its_broken_file(content: str, tmp_path: Path) -> None:
    more = {"sprints/db-1-index.yml": content, "sprints/4-d.yml": 'id: "4"\ntitle: D\ndepends_on:\n  - sprint: db-1\n'}
    findings = load(write_plan(tmp_path, BASE | more)).findings
    assert {finding.place.path for finding in findings} == {"plan_data/sprints/db-1-index.yml"}


def test_a_broken_file_excuses_no_other_id(tmp_path: Path) -> None:
    more = {"sprints/4-d.yml": "", "sprints/5-e.yml": 'id: "5"\ntitle: E\ndepends_on:\n  - sprint: "44"\n'}
    findings = load(write_plan(tmp_path, BASE | more)).findings
    assert [finding.rule.id for finding in findings] == ["empty-plan", "unknown-reference"]


def test_a_sprint_joins_a_phase_in_its_own_file(tmp_path: Path) -> None:
    more = {"sprints/4-d.yml": 'id: "4"\ntitle: D\nphase: "1"\n', "sprints/1-a.yml": 'id: "1"\ntitle: A\nphase: "1"\n'}
    joined = loaded(write_plan(tmp_path, BASE | more))
    assert [phase.sprints for phase in joined.phases] == [("1", "2", "4"), ("3",)]


def test_joining_a_phase_hides_no_findings_about_it(tmp_path: Path) -> None:
    twice = BASE["phases.yml"].replace('["1", "2"]', '["1", "2", "1"]')
    more = {"phases.yml": twice, "sprints/4-d.yml": 'id: "4"\ntitle: D\nphase: "1"\n'}
    findings = load(write_plan(tmp_path, BASE | more)).findings
    assert [f"{finding.place} {finding.rule.id}" for finding in findings] == [
        "plan_data/phases.yml:5:25 duplicate-reference"
    ]
