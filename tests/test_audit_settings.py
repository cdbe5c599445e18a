"""What a plan sets for its own audit: severities, waivers, and what is wrong with them."""

from datetime import date

import pytest

from masterplan.analyse import Facts, analyse
from masterplan.model.finding import at_least
from tests.plans import phase, plan, sprint

DAY = date(2026, 3, 2)
COUNT = [{"claim": "sprints", "says": "9 sprints"}]
WAIVER = {
    "rule": "count-mismatch",
    "at": "plan",
    "reason": "the rest is being written",
    "by": "Ada",
    "until": "2026-03-02",
}


def audited(today: date | None = DAY, **audit: object) -> Facts:
    """A plan with one contradiction and these settings."""
    return analyse(plan(sprint("1"), declared=COUNT, audit=audit), today)


def rules(facts: Facts) -> list[tuple[str, str]]:
    return [(each.rule.id, each.rule.severity) for each in facts.findings]


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_a_rule_is_as_grave_as_the_plan_wants(severity: str) -> None:
    facts = audited(severity={"count-mismatch": severity})
    assert rules(facts) == [("count-mismatch", severity)]
    assert bool(at_least(facts.findings, "error")) == (severity == "error")


def test_a_rule_that_is_off_finds_nothing() -> None:
    assert rules(audited(severity={"count-mismatch": "off"})) == []


def test_the_severity_of_a_rule_leaves_the_others_alone() -> None:
    assert rules(audited(severity={"no-metric": "error"})) == [("count-mismatch", "warning")]


def test_an_unknown_rule_is_a_finding_with_the_one_that_was_meant() -> None:
    facts = audited(severity={"count-mismach": "off"})
    assert rules(facts) == [("count-mismatch", "warning"), ("unknown-rule", "warning")]
    assert facts.findings[1].hint == "did you mean count-mismatch?"


def test_rules_about_settings_take_a_severity_too() -> None:
    facts = audited(severity={"count-mismach": "off", "unknown-rule": "error"})
    assert rules(facts) == [("count-mismatch", "warning"), ("unknown-rule", "error")]


def test_a_waiver_takes_a_finding_away_and_keeps_it_for_show() -> None:
    facts = audited(waivers=[WAIVER])
    assert rules(facts) == []
    [(finding, waiver)] = facts.waived
    assert (finding.rule.id, waiver.by, waiver.until) == ("count-mismatch", "Ada", DAY)


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({}, []),
        ({"field": "declared.says"}, []),
        ({"at": "sprint 1"}, ["count-mismatch", "waiver-unused"]),
        ({"field": "title"}, ["count-mismatch", "waiver-unused"]),
        ({"rule": "no-metric"}, ["count-mismatch", "waiver-unused"]),
        ({"rule": "no-such-rule"}, ["count-mismatch", "unknown-rule"]),
        ({"until": "2026-03-01"}, ["count-mismatch", "waiver-expired"]),
    ],
)
def test_a_waiver_covers_what_it_names_until_its_last_day(change: dict[str, str], left: list[str]) -> None:
    assert [rule for rule, _ in rules(audited(waivers=[WAIVER | change]))] == left


def test_without_a_day_no_waiver_runs_out() -> None:
    assert rules(audited(None, waivers=[WAIVER | {"until": "2000-01-01"}])) == []


def test_a_waiver_names_one_part_even_where_ids_are_shared() -> None:
    claim = [{"claim": "sprints", "says": "9"}]
    both = plan(
        sprint("1", declared=claim),
        phases=[phase("1", "1", "1", declared=claim)],
        audit={"waivers": [WAIVER | {"at": "phase 1"}]},
    )
    facts = analyse(both, DAY)
    assert [str(each.subject) for each in facts.findings] == ["sprint 1"]
    assert [str(finding.subject) for finding, _ in facts.waived] == ["phase 1"]


def test_a_fingerprint_stays_while_lines_move_and_differs_between_findings() -> None:
    claims = [{"claim": "sprints", "says": says} for says in ("7", "8")]
    first = analyse(plan(sprint("1"), declared=claims)).findings
    moved = analyse(plan(sprint("1"), declared=[{"claim": "fact", "says": "x", "of": "y"}, *claims])).findings
    assert [each.fingerprint for each in first] == [each.fingerprint for each in moved]
    assert len({each.fingerprint for each in first}) == 2
