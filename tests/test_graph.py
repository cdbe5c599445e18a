"""Orders and consequences in the graph of dependencies, held against slow and obvious ways to find them."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse.graph import BOTH, HARD, Graph, rollback_impact
from masterplan.model.naming import natural, slug
from masterplan.model.plan import Plan
from masterplan.model.task import Strength
from tests.plans import plan, sprint

# What needs what: id to id to strength.
Needs = dict[str, dict[str, Strength]]


@st.composite
def needs(draw: st.DrawFn, most: int = 8) -> Needs:
    """Dependencies without a circle: each sprint needs only earlier ones of some permutation."""
    ids = draw(st.permutations([str(n) for n in range(1, draw(st.integers(1, most)) + 1)]))
    strengths = st.sampled_from(BOTH)
    return {
        id_: draw(st.dictionaries(st.sampled_from(ids[:n]), strengths, max_size=3)) if n else {}
        for n, id_ in enumerate(ids)
    }


def made(of: Needs) -> Plan:
    return plan(
        *(
            sprint(
                id_,
                needs=[each for each, strength in needed.items() if strength == "hard"],
                benefits=[each for each, strength in needed.items() if strength == "soft"],
            )
            for id_, needed in of.items()
        )
    )


def graph(of: Needs) -> Graph:
    return Graph.of(made(of))


def reached(of: Needs, start: str, strengths: tuple[Strength, ...] = BOTH) -> set[str]:
    """Everything that `start` needs, step by step, until a step brings nothing new."""
    found: set[str] = set()
    step = {start}
    while step:
        step = {id_ for each in step for id_, strength in of[each].items() if strength in strengths} - found
        found |= step
    return found


@given(needs())
def test_edges_are_all_dependencies_from_both_ends(of: Needs) -> None:
    found = graph(of)
    said = {(id_, needed, strength) for id_, all_ in of.items() for needed, strength in all_.items()}
    assert {(edge.sprint, edge.needs, edge.strength) for edge in found.edges} == said
    assert {edge for edges in found.needed_by.values() for edge in edges} == set(found.edges)
    assert list(found.needs) == list(found.needed_by) == sorted(of, key=natural)


def test_an_edge_knows_its_reason_and_where_it_stands_in_the_list() -> None:
    reasons = [{"sprint": "1"}, {"sprint": "2", "strength": "soft", "reason": "logging"}]
    edges = Graph.of(plan(sprint("1"), sprint("2"), sprint("3", depends_on=reasons))).needs["3"]
    assert [(edge.needs, edge.strength, edge.reason, edge.path[3]) for edge in edges] == [
        ("1", "hard", "", 0),
        ("2", "soft", "logging", 1),
    ]


@given(needs())
def test_each_sprint_comes_after_what_it_needs_and_in_the_earliest_wave(of: Needs) -> None:
    found = graph(of)
    wave = {id_: n for n, ids in enumerate(found.waves) for id_ in ids}
    assert sorted(found.order) == sorted(wave) == sorted(of)
    assert {id_: found.order[n] for id_, n in found.position.items()} == {id_: id_ for id_ in of}
    for id_, needed in of.items():
        assert wave[id_] == max((wave[each] + 1 for each in needed), default=0)
    assert all(list(ids) == sorted(ids, key=natural) for ids in found.waves)


@given(needs(), st.sampled_from([BOTH, HARD]))
def test_before_and_after_are_what_one_reaches_step_by_step(of: Needs, strengths: tuple[Strength, ...]) -> None:
    found = graph(of)
    for id_ in of:
        before, after = found.before(id_, strengths), found.after(id_, strengths)
        assert set(before) == reached(of, id_, strengths)
        assert set(after) == {each for each in of if id_ in reached(of, each, strengths)}
        for chosen in (before, after):
            assert list(chosen) == sorted(set(chosen), key=found.order.index)


@given(needs())
def test_undoing_takes_all_that_cannot_stay_and_no_more(of: Needs) -> None:
    found = graph(of)
    for id_ in of:
        what = rollback_impact(found, id_)
        gone, kept = set(what.undone), of.keys() - {*what.undone, *what.weakened}
        assert len(kept) == what.kept == len(of) - len(what.undone) - len(what.weakened)
        assert what.undone[-1] == id_
        assert all(each == id_ or id_ in reached(of, each, ("hard",)) for each in gone)
        for each in kept.union(what.weakened):
            assert not any(strength == "hard" and needed in gone for needed, strength in of[each].items())
        assert set(what.weakened) == {each for each in of if each not in gone and of[each].keys() & gone}
        for n, each in enumerate(what.undone):
            assert not any(later in of[each] for later in what.undone[:n])


@given(needs(most=4))
def test_the_waves_do_not_depend_on_the_order_of_the_files(of: Needs) -> None:
    expected = graph(of).waves
    assert all(graph({id_: of[id_] for id_ in ids}).waves == expected for ids in permutations(of))


def test_undoing_the_seeds_way() -> None:
    of: Needs = {"1": {}, "2": {}, "4": {"1": "hard"}, "5": {"2": "hard", "4": "soft"}, "6": {"5": "hard"}}
    what = rollback_impact(graph(of), "1")
    assert (what.undone, what.weakened, what.kept) == (("4", "1"), ("5",), 2)
    assert rollback_impact(graph(of), "2").undone == ("6", "5", "2")


def test_a_chain_deeper_than_the_stack_is_followed_to_its_end() -> None:
    chain = {str(n): {str(n - 1): "hard"} if n else {} for n in range(2_000)}
    found = Graph.of(plan(*(sprint(id_, needs=needed) for id_, needed in chain.items())))
    assert len(found.waves) == len(rollback_impact(found, "0").undone) == 2_000


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
def test_ids_run_as_people_expect(ids: list[str]) -> None:
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
def test_slugs(text: str, words: str) -> None:
    assert slug(text) == words
