"""Order and rollback in the graph of dependencies, compared with slow but obvious algorithms."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse.graph import BOTH, HARD, Graph, rollback_impact
from masterplan.model.naming import natural, slug
from masterplan.model.plan import Plan
from masterplan.model.task import Strength
from tests.plans import plan, sprint

# For each sprint, the sprints it needs, with the strength of each dependency.
Needs = dict[str, dict[str, Strength]]


@st.composite
def needs(draw: st.DrawFn, most: int = 8) -> Needs:
    """Dependencies without a circle: each sprint needs only sprints before it in some permutation."""
    ids = draw(st.permutations([str(n) for n in range(1, draw(st.integers(1, most)) + 1)]))
    strengths = st.sampled_from(BOTH)
    return {
        id_: draw(st.dictionaries(st.sampled_from(ids[:n]), strengths, max_size=3)) if n else {}
        for n, id_ in enumerate(ids)
    }


def plan_of(of: Needs) -> Plan:
    return plan(
        *(
            sprint(
                id_,
                needs=[other for other, strength in needed.items() if strength == "hard"],
                benefits=[other for other, strength in needed.items() if strength == "soft"],
            )
            for id_, needed in of.items()
        )
    )


def graph(of: Needs) -> Graph:
    return Graph.of(plan_of(of))


def needed_by_steps(of: Needs, start: str, strengths: tuple[Strength, ...] = BOTH) -> set[str]:
    """Everything that `start` needs directly or indirectly, collected step by step."""
    needed: set[str] = set()
    step = {start}
    while step:
        step = {id_ for current in step for id_, strength in of[current].items() if strength in strengths} - needed
        needed |= step
    return needed


@given(needs())
def test_edges_are_all_dependencies_from_both_ends(of: Needs) -> None:
    built = graph(of)
    expected = {(id_, needed, strength) for id_, all_ in of.items() for needed, strength in all_.items()}
    assert {(edge.sprint, edge.needs, edge.strength) for edge in built.edges} == expected
    assert {edge for edges in built.needed_by.values() for edge in edges} == set(built.edges)
    assert list(built.needs) == list(built.needed_by) == sorted(of, key=natural)


def test_an_edge_has_its_reason_and_position() -> None:
    reasons = [{"sprint": "1"}, {"sprint": "2", "strength": "soft", "reason": "logging"}]
    edges = Graph.of(plan(sprint("1"), sprint("2"), sprint("3", depends_on=reasons))).needs["3"]
    assert [(edge.needs, edge.strength, edge.reason, edge.path[3]) for edge in edges] == [
        ("1", "hard", "", 0),
        ("2", "soft", "logging", 1),
    ]


@given(needs())
def test_each_sprint_is_in_the_wave_after_its_last_prerequisite(of: Needs) -> None:
    built = graph(of)
    wave = {id_: n for n, ids in enumerate(built.waves) for id_ in ids}
    assert sorted(built.order) == sorted(wave) == sorted(of)
    assert {id_: built.order[n] for id_, n in built.position.items()} == {id_: id_ for id_ in of}
    for id_, needed in of.items():
        assert wave[id_] == max((wave[other] + 1 for other in needed), default=0)
    assert all(list(ids) == sorted(ids, key=natural) for ids in built.waves)


@given(needs(), st.sampled_from([BOTH, HARD]))
def test_before_and_after_include_indirect_dependencies_in_order(of: Needs, strengths: tuple[Strength, ...]) -> None:
    built = graph(of)
    for id_ in of:
        before, after = built.before(id_, strengths), built.after(id_, strengths)
        assert set(before) == needed_by_steps(of, id_, strengths)
        assert set(after) == {other for other in of if id_ in needed_by_steps(of, other, strengths)}
        for chosen in (before, after):
            assert list(chosen) == sorted(set(chosen), key=built.order.index)


@given(needs())
def test_rollback_undoes_all_dependants_and_nothing_else(of: Needs) -> None:
    built = graph(of)
    for id_ in of:
        impact = rollback_impact(built, id_)
        gone, kept = set(impact.undone), of.keys() - {*impact.undone, *impact.weakened}
        assert len(kept) == impact.kept == len(of) - len(impact.undone) - len(impact.weakened)
        assert impact.undone[-1] == id_
        assert all(other == id_ or id_ in needed_by_steps(of, other, ("hard",)) for other in gone)
        for other in kept.union(impact.weakened):
            assert not any(strength == "hard" and needed in gone for needed, strength in of[other].items())
        assert set(impact.weakened) == {other for other in of if other not in gone and of[other].keys() & gone}
        for n, other in enumerate(impact.undone):
            assert not any(later in of[other] for later in impact.undone[:n])


@given(needs(most=4))
def test_waves_do_not_depend_on_the_order_of_files(of: Needs) -> None:
    expected = graph(of).waves
    assert all(graph({id_: of[id_] for id_ in ids}).waves == expected for ids in permutations(of))


def test_rollback_lists_undone_and_weakened_sprints() -> None:
    of: Needs = {"1": {}, "2": {}, "4": {"1": "hard"}, "5": {"2": "hard", "4": "soft"}, "6": {"5": "hard"}}
    impact = rollback_impact(graph(of), "1")
    assert (impact.undone, impact.weakened, impact.kept) == (("4", "1"), ("5",), 2)
    assert rollback_impact(graph(of), "2").undone == ("6", "5", "2")


def test_a_chain_deeper_than_the_stack_has_no_limit() -> None:
    chain = {str(n): {str(n - 1): "hard"} if n else {} for n in range(2_000)}
    built = Graph.of(plan(*(sprint(id_, needs=needed) for id_, needed in chain.items())))
    assert len(built.waves) == len(rollback_impact(built, "0").undone) == 2_000


@pytest.mark.parametrize(
    "ids",
    [
        ["2", "10", "A"],
        ["18", "18.5", "19"],
        ["1", "1a", "2"],
        ["v1.9", "v1.10"],
        ["9", "10", "B", "a"],
        ["01", "1", "2"],
    ],
)
def test_ids_are_sorted_as_people_expect(ids: list[str]) -> None:
    assert all(sorted(mixed, key=natural) == ids for mixed in permutations(ids))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Request Batching", "request-batching"),
        ("Error Handling & Logging", "error-handling-logging"),
        ("  Größer, é🚀!  ", "grosser-e"),
        ("日本語", ""),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_slug_has_only_lowercase_letters_digits_and_hyphens(text: str, words: str) -> None:
    assert slug(text) == words
