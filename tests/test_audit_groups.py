"""Findings with one cause form one group, in whatever order the findings come."""

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse import Facts, analyse
from masterplan.analyse.audit import RULES
from masterplan.analyse.audit.groups import DECISIVE, by_kind, grouped, kinds_counted, most_important
from masterplan.load.tree import exists_in
from masterplan.model.finding import KINDS, SEVERITIES, Finding, Rule, digest
from masterplan.model.naming import Subject
from masterplan.model.place import Place
from masterplan.render.records import FindingRecord
from tests.plans import loaded, option, plan, sprint

ROOT = Path(__file__).parent.parent


@st.composite
def findings(draw: st.DrawFn) -> list[Finding]:
    """Findings of a few rules, each of one kind and severity, with and without causes."""
    rules = [Rule(f"rule-{kind}", draw(st.sampled_from(SEVERITIES)), "Odd.", "sums", kind) for kind in KINDS]

    def drawn() -> Finding:
        rule, n = draw(st.sampled_from(rules)), draw(st.integers(1, 4))
        cause = digest(f"{rule.id} {draw(st.integers(1, 2))}") if draw(st.booleans()) else ""
        place = Place(draw(st.sampled_from(["a.yml", "b.yml"])), n)
        return Finding(rule, place, f"odd {n}", "fix it", subject=Subject("sprint", str(n)), cause=cause)

    return list(dict.fromkeys(drawn() for _ in range(draw(st.integers(0, 12)))))


@given(findings())
def test_every_finding_is_in_exactly_one_group(every: list[Finding]) -> None:
    groups = grouped(every)
    assert Counter(finding for group in groups for finding in group.findings) == Counter(every)
    assert sum(map(len, by_kind(groups).values())) == len(groups)
    assert sum(int(part.split()[0]) for part in kinds_counted(groups).split(", ") if part) == len(groups)


@given(findings().flatmap(lambda every: st.tuples(st.just(every), st.permutations(every))))
def test_groups_do_not_depend_on_the_order_of_findings(orders: tuple[list[Finding], list[Finding]]) -> None:
    every, shuffled = orders
    assert grouped(shuffled) == grouped(every)


@given(findings())
def test_groups_are_sorted_by_kind_then_severity_then_place(every: list[Finding]) -> None:
    ranks = [
        (list(KINDS).index(group.rule.kind), SEVERITIES.index(group.rule.severity), group.first.place)
        for group in grouped(every)
    ]
    assert ranks == sorted(ranks)


@cache
def seed() -> Facts:
    plan = loaded(ROOT)
    return analyse(plan, date(2025, 11, 16), exists_in(ROOT))


def test_a_group_has_one_rule_and_one_fix() -> None:
    for group in grouped(seed().findings):
        assert {(finding.rule, finding.hint) for finding in group.findings} == {(group.rule, group.hint)}


@pytest.mark.parametrize(
    ("rule", "sizes"),
    [
        ("improvement-not-a-figure", [5]),
        ("missing-document", [4]),
        ("total-mismatch", [2]),
        ("phase-option", [5]),
        ("impact-mismatch", [1]),
    ],
)
def test_findings_of_our_plan_with_one_cause_are_one_group(rule: str, sizes: list[int]) -> None:
    assert sorted(len(group.findings) for group in grouped(seed().findings) if group.rule.id == rule) == sizes


DAY = date(2026, 3, 2)


def risky(number: int, *, owned: int = 0, calm: int = 0, audit: object = None) -> Facts:
    """A plan of `number` sprints with a high risk, the last `owned` of them with an owner, `calm` low-risk ones."""
    ids = [str(n) for n in range(1, number + calm + 1)]
    level = {id_: "high" if n < number else "low" for n, id_ in enumerate(ids)}
    owner = {id_: {"owner": "ada"} if number - owned <= n < number else {} for n, id_ in enumerate(ids)}
    risks = [{"level": level[id_], "mitigation": ["m"], **owner[id_]} for id_ in ids]
    rollback = {"needed": False}
    sprints = [sprint(id_, risk=risk, rollback=rollback) for id_, risk in zip(ids, risks, strict=True)]
    return analyse(plan(*sprints, audit=audit or {}), DAY)


def waiver(at: str) -> dict[str, str]:
    return {"rule": "risk-without-owner", "at": at, "reason": "r", "by": "Ada", "until": "2026-12-31"}


def about(facts: Facts) -> list[tuple[str, str]]:
    return [(str(finding.subject), finding.message) for finding in facts.findings]


def test_a_gap_of_most_sprints_is_one_finding_that_counts_and_lists_them() -> None:
    facts = risky(12, owned=2, calm=5)
    [finding] = facts.findings
    assert about(facts) == [("plan", "10 of 12 sprints with a high risk have no owner")]
    assert [place.says for place in finding.related] == [f"Sprint {n}" for n in range(1, 11)]
    assert facts.findings_of(Subject("sprint", "3")) == (finding,)
    assert FindingRecord.of_finding(finding).units == tuple(f"sprint {n}" for n in range(1, 11))
    assert facts.findings_of(Subject("sprint", "12")) == ()


@pytest.mark.parametrize(("number", "owned", "findings"), [(2, 0, 2), (3, 0, 1), (6, 3, 3), (7, 3, 1), (10, 8, 2)])
def test_most_sprints_means_at_least_three_and_more_than_half(number: int, owned: int, findings: int) -> None:
    assert len(risky(number, owned=owned).findings) == findings


@given(st.integers(3, 9), st.integers(3, 9))
def test_the_fingerprint_of_a_shared_gap_does_not_change_with_the_count(count: int, other_count: int) -> None:
    [first], [second] = risky(count).findings, risky(other_count).findings
    assert first.fingerprint == second.fingerprint
    assert (first.message == second.message) == (count == other_count)


def test_a_waiver_for_one_sprint_removes_it_from_the_count() -> None:
    facts = risky(5, audit={"waivers": [waiver("sprint 4")]})
    assert about(facts) == [("plan", "4 of 5 sprints with a high risk have no owner; 1 more is waived")]
    assert [str(finding.subject) for finding, _ in facts.waived] == ["sprint 4"]
    assert facts.findings_of(Subject("sprint", "4")) == ()


def test_a_gap_of_few_unwaived_sprints_is_one_finding_per_sprint() -> None:
    facts = risky(5, audit={"waivers": [waiver("sprint 4"), waiver("sprint 5"), waiver("sprint 1")]})
    assert [subject for subject, _ in about(facts)] == ["sprint 2", "sprint 3"]


def test_a_gap_of_most_sprints_can_be_waived_for_the_whole_plan() -> None:
    facts = risky(5, audit={"waivers": [waiver("plan")]})
    assert about(facts) == []
    assert [finding.message for finding, _ in facts.waived] == ["5 of 5 sprints with a high risk have no owner"]


def test_a_gap_of_most_sprints_has_the_severity_that_the_plan_sets() -> None:
    facts = risky(5, audit={"severity": {"risk-without-owner": "error"}})
    assert [finding.rule.severity for finding in facts.findings] == ["error"]


def test_overlaps_of_a_sequential_option_are_one_group() -> None:
    lanes = ({"1-2": ["1"], "3-4": ["3"]}, {"1-2": ["2"], "3-4": ["4"]})
    facts = analyse(plan(*map(sprint, "1234"), options=[option("A", *lanes, mode="sequential")]), DAY)
    [group] = [group for group in grouped(facts.findings) if group.rule.id == "sequential-overlap"]
    assert len(group.findings) > 1


def test_the_most_important_findings_are_about_money_rollback_and_time() -> None:
    important = most_important(seed().findings)
    assert [finding.rule.id for finding in important] == ["total-mismatch", "not-independent", "phase-length"]


@given(findings().flatmap(lambda every: st.tuples(st.just(every), st.permutations(every))), st.integers(0, 5))
def test_the_most_important_findings_do_not_depend_on_order(
    orders: tuple[list[Finding], list[Finding]], n: int
) -> None:
    every, shuffled = orders
    important = most_important(every, n)
    assert important == most_important(shuffled, n)
    assert len(important) <= n
    assert set(important) <= set(every)


def test_a_rule_that_the_plan_makes_an_error_is_most_important() -> None:
    facts = risky(5, audit={"severity": {"risk-without-owner": "error"}})
    assert [finding.rule.id for finding in most_important(facts.findings)] == ["risk-without-owner"]
    assert most_important(risky(5).findings) == ()


def test_rules_that_change_a_decision_exist() -> None:
    assert {id_ for rules in DECISIVE for id_ in rules} <= {rule.id for rule in RULES}
