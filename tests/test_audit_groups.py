"""Findings in proportion: what has one cause is one group, whatever the order in which findings come."""

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse import Facts, analyse
from masterplan.analyse.audit.groups import by_kind, grouped, kinds_counted
from masterplan.load import load
from masterplan.load.tree import holds
from masterplan.model.finding import KINDS, SEVERITIES, Finding, Rule, digest
from masterplan.model.naming import Subject
from masterplan.model.place import Place

ROOT = Path(__file__).parent.parent


@st.composite
def findings(draw: st.DrawFn) -> list[Finding]:
    """Findings of a few rules, each of one kind and severity, with and without causes."""
    rules = [Rule(f"rule-{kind}", draw(st.sampled_from(SEVERITIES)), "Odd.", "sums", kind) for kind in KINDS]

    def one() -> Finding:
        rule, n = draw(st.sampled_from(rules)), draw(st.integers(1, 4))
        cause = digest(f"{rule.id} {draw(st.integers(1, 2))}") if draw(st.booleans()) else ""
        place = Place(draw(st.sampled_from(["a.yml", "b.yml"])), n)
        return Finding(rule, place, f"odd {n}", "fix it", subject=Subject("sprint", str(n)), cause=cause)

    return list(dict.fromkeys(one() for _ in range(draw(st.integers(0, 12)))))


@given(findings())
def test_every_finding_is_in_exactly_one_group_and_the_counts_add_up(every: list[Finding]) -> None:
    groups = grouped(every)
    assert Counter(finding for group in groups for finding in group.findings) == Counter(every)
    assert sum(map(len, by_kind(groups).values())) == len(groups)
    assert sum(int(part.split()[0]) for part in kinds_counted(groups).split(", ") if part) == len(groups)


@given(findings().flatmap(lambda every: st.tuples(st.just(every), st.permutations(every))))
def test_groups_do_not_depend_on_the_order_of_findings(both: tuple[list[Finding], list[Finding]]) -> None:
    every, shuffled = both
    assert grouped(shuffled) == grouped(every)


@given(findings())
def test_groups_come_by_kind_then_by_severity_then_in_the_order_of_the_files(every: list[Finding]) -> None:
    ranks = [
        (list(KINDS).index(group.rule.kind), SEVERITIES.index(group.rule.severity), group.first.place)
        for group in grouped(every)
    ]
    assert ranks == sorted(ranks)


@cache
def seed() -> Facts:
    plan = load(ROOT).plan
    assert plan is not None
    return analyse(plan, date(2025, 11, 16), holds(ROOT))


def test_a_group_has_one_rule_and_one_fix() -> None:
    for group in grouped(seed().findings):
        assert {(finding.rule, finding.hint) for finding in group.findings} == {(group.rule, group.hint)}


@pytest.mark.parametrize(
    ("rule", "sizes"),
    [
        ("improvement-not-a-figure", [5]),
        ("missing-document", [4]),
        ("total-mismatch", [2]),
        ("sequential-overlap", [2]),
        ("phase-option", [1, 2, 2]),
        ("impact-mismatch", [1, 1, 1]),
    ],
)
def test_findings_of_our_plan_with_one_cause_are_one_group(rule: str, sizes: list[int]) -> None:
    assert sorted(len(group.findings) for group in grouped(seed().findings) if group.rule.id == rule) == sizes
