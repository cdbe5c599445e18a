"""The settings of a plan for its audit: severities, waivers, and findings about wrong settings."""

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
    """Facts of a plan with one contradiction and these settings of the audit."""
    return analyse(plan(sprint("1"), declared=COUNT, audit=audit), today)


def rules(facts: Facts) -> list[tuple[str, str]]:
    return [(finding.rule.id, finding.rule.severity) for finding in facts.findings]


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_a_plan_can_set_the_severity_of_a_rule(severity: str) -> None:
    facts = audited(severity={"count-mismatch": severity})
    assert rules(facts) == [("count-mismatch", severity)]
    assert bool(at_least(facts.findings, "error")) == (severity == "error")


def test_a_rule_that_is_off_reports_nothing() -> None:
    assert rules(audited(severity={"count-mismatch": "off"})) == []


def test_a_severity_applies_to_its_rule_only() -> None:
    assert rules(audited(severity={"no-metric": "error"})) == [("count-mismatch", "warning")]


def test_an_unknown_rule_is_a_finding_that_suggests_a_similar_one() -> None:
    facts = audited(severity={"count-mismach": "off"})
    assert rules(facts) == [("count-mismatch", "warning"), ("unknown-rule", "warning")]
    assert facts.findings[1].hint == "did you mean `count-mismatch`?"


def test_a_plan_can_set_the_severity_of_rules_about_settings() -> None:
    facts = audited(severity={"count-mismach": "off", "unknown-rule": "error"})
    assert rules(facts) == [("count-mismatch", "warning"), ("unknown-rule", "error")]


def test_a_waived_finding_is_listed_with_its_waiver() -> None:
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
def test_a_waiver_applies_to_its_rule_and_part_through_its_last_day(change: dict[str, str], left: list[str]) -> None:
    assert [rule for rule, _ in rules(audited(waivers=[WAIVER | change]))] == left


def test_no_waiver_expires_without_a_current_day() -> None:
    assert rules(audited(None, waivers=[WAIVER | {"until": "2000-01-01"}])) == []


def test_a_waiver_of_a_phase_does_not_cover_the_sprint_of_the_same_id() -> None:
    claim = [{"claim": "sprints", "says": "9"}]
    shared_id = plan(
        sprint("1", declared=claim),
        phases=[phase("1", "1", "1", declared=claim)],
        audit={"waivers": [WAIVER | {"at": "phase 1"}]},
    )
    facts = analyse(shared_id, DAY)
    assert [str(finding.subject) for finding in facts.findings] == ["sprint 1"]
    assert [str(finding.subject) for finding, _ in facts.waived] == ["phase 1"]


def test_fingerprints_are_unique_and_do_not_change_when_lines_move() -> None:
    claims = [{"claim": "sprints", "says": says} for says in ("7", "8")]
    first = analyse(plan(sprint("1"), declared=claims)).findings
    moved = analyse(plan(sprint("1"), declared=[{"claim": "fact", "says": "x", "of": "y"}, *claims])).findings
    assert [finding.fingerprint for finding in first] == [finding.fingerprint for finding in moved]
    assert len({finding.fingerprint for finding in first}) == 2
