"""What follows from a difference: facts and their causes, findings that come and go, and who is asked what."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from masterplan.analyse import analyse
from masterplan.analyse.changes import RULES, compare
from masterplan.analyse.changes.questions import ASKS, SPREADS
from masterplan.load import load
from masterplan.model.change import Change, Consequence, Difference
from masterplan.model.finding import KINDS
from masterplan.model.plan import Plan
from tests.changes.pairs import pairs
from tests.plans import BASE, entry, milestone, option, person, phase, plan, sprint, write_plan
from tests.sites import change

LEFT = sprint("1", effort="5 days")
RIGHT = sprint("2", effort="5 days")
LAST = sprint("3", effort="2 days", needs=["1", "2"])


def between(before: Plan, after: Plan) -> Difference:
    return compare(analyse(before), analyse(after))


def of(found: Difference, fact: str, subject: str = "plan") -> Consequence:
    [it] = [each for each in found.consequences if (each.fact, str(each.subject)) == (fact, subject)]
    return it


def facts(found: Difference) -> set[str]:
    return {each.fact for each in found.consequences}


def ids(causes: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(each.rule.id, str(each.subject)) for each in causes]


def test_each_fact_has_the_change_that_moved_it_and_no_other() -> None:
    before = plan(LEFT, sprint("2", effort="3 days", savings={"monthly": "$50"}), LAST)
    after = plan(sprint("1", effort="7 days"), sprint("2", effort="3 days", savings={"monthly": "$40"}), LAST)
    found = between(before, after)
    end, savings = of(found, "earliest-end"), of(found, "monthly-savings")
    assert (end.before, end.after, end.direction) == ("7 days", "9 days", "worse")
    assert ids(end.causes) == [("effort-raised", "sprint 1")]
    assert (savings.before, savings.after, savings.direction) == ("$50/month", "$40/month", "worse")
    assert ids(savings.causes) == [("savings-lowered", "sprint 2")]
    assert of(found, "slack", "sprint 2").after == "4 days"
    assert found.folded == ()


def test_what_only_two_changes_together_move_has_both_as_causes() -> None:
    """Both ways to the last sprint are equally long: shortening one alone brings nothing."""
    found = between(plan(LEFT, RIGHT, LAST), plan(sprint("1", effort="3 days"), sprint("2", effort="3 days"), LAST))
    end = of(found, "earliest-end")
    assert (end.before, end.after, end.direction) == ("7 days", "5 days", "better")
    assert ids(end.causes) == [("effort-lowered", "sprint 1"), ("effort-lowered", "sprint 2")]


def test_what_one_change_hides_of_another_is_told_of_both() -> None:
    """Either alone delays the end by as much as both: each is a cause, though it could be taken back for nothing."""
    found = between(plan(LEFT, RIGHT, LAST), plan(sprint("1", effort="9 days"), sprint("2", effort="9 days"), LAST))
    assert ids(of(found, "earliest-end").causes) == [("effort-raised", "sprint 1"), ("effort-raised", "sprint 2")]


def test_a_change_that_nothing_follows_from_and_that_is_only_words_is_folded() -> None:
    found = between(plan(LEFT, RIGHT), plan(sprint("1", effort="5 days", title="Left"), RIGHT))
    assert found.consequences == ()
    assert [each.rule.id for each in found.folded] == ["wording"]


def test_a_dependency_that_closes_a_circle_alone_is_still_a_cause() -> None:
    """Two sprints change places. The new dependency cannot be made before the old one is gone, only be taken back."""
    before = plan(sprint("1", effort="5 days"), sprint("2", effort="1 day", needs=["1"]), LAST)
    after = plan(sprint("1", effort="5 days", needs=["2"]), sprint("2", effort="1 day"), LAST)
    rollback = of(between(before, after), "rollback", "sprint 2")
    assert (rollback.before, rollback.after) == ("Sprint 3", "Sprint 3 and Sprint 1")
    assert ("dependency-added", "sprint 1") in ids(rollback.causes)


def test_a_sprint_that_is_removed_alone_takes_all_that_names_it_along() -> None:
    """Made alone, the removal leaves claims, work and entries of the sprint behind, which the audit cannot read."""
    aside = {"sprint": "2", "alongside": ["1"], "says": "side by side"}
    said: dict[str, Any] = {
        "declared": [{"claim": "needs", "says": "both", "sprints": ["1", "2"]}],
        "rollback": {"first": ["2"]},
    }
    before = plan(
        sprint("1", effort="2 days", **said),
        sprint("2", effort="9 days", savings={"monthly": "$5"}),
        phases=[phase("1", "1-2", "1", "2", parallel=[aside], why=[{"sprint": "2", "text": "First"}])],
        options=[option("A", {"1-2": ["2"], "3": ["1", "2"]})],
        entries=[entry("2", "2026-01-05", "in progress")],
    )
    after = plan(
        sprint("1", effort="2 days"),
        phases=[phase("1", "1-2", "1")],
        options=[option("A", {"3": ["1"]})],
    )
    found = between(before, after)
    assert ("sprint-removed", "sprint 2") in ids(of(found, "earliest-end").causes)
    assert of(found, "monthly-savings").after == ""


@pytest.mark.parametrize(
    ("change_", "moved"),
    [
        ({"start": "2026-02-02"}, {"earliest-end", "end-of-phases", "end-of-option", "computed-end-of-option"}),
        ({"phases": [phase("1", "1-3", "1", "2")]}, {"end-of-phases"}),
        ({"options": [option("A", {"1-2": ["1"], "4": ["2"]})]}, {"end-of-option"}),
        (
            {"entries": [entry("1", "2026-01-05", "done")]},
            {"health", "ready", "computed-end-of-option", "critical-path", "sprints-done"},
        ),
        ({"people": [person("ada", name="Ada L.")]}, set()),
    ],
)
def test_each_part_of_a_plan_moves_its_facts(change_: dict[str, Any], moved: set[str]) -> None:
    said: dict[str, Any] = {
        "start": "2026-01-05",
        "phases": [phase("1", "1-2", "1", "2")],
        "options": [option("A", {"1-2": ["1"], "3": ["2"]})],
        "people": [person("ada")],
    }
    sprints = (LEFT, RIGHT)
    found = between(plan(*sprints, **said), plan(*sprints, **(said | change_)))
    assert facts(found) == moved
    assert all(len(each.causes) == 1 for each in found.consequences)


def test_an_end_is_compared_by_its_day_where_there_is_one() -> None:
    """The plan takes shorter, but starts so much later that it ends later."""
    before = plan(sprint("1", effort="5 days"), start="2026-01-05")
    later = plan(sprint("1", effort="3 days"), start="2026-02-02")
    assert of(between(before, later), "earliest-end").direction == "worse"
    assert of(between(before, plan(sprint("1", effort="3 days"))), "earliest-end").direction == "neither"


def test_the_work_for_a_milestone_moves_and_its_day_passes() -> None:
    day = date(2026, 1, 14)
    gates = [milestone("M1", needs=["1"], when="2026-01-16")], [milestone("M1", needs=["1"], when="2026-01-13")]
    longer = sprint("1", effort="7 days")
    before, after, moved = (
        plan(first, RIGHT, LAST, milestones=of_plan, start="2026-01-05")
        for first, of_plan in ((LEFT, gates[0]), (longer, gates[0]), (LEFT, gates[1]))
    )
    end = of(compare(analyse(before, day), analyse(after, day)), "milestone-end", "milestone M1")
    assert (end.before, end.after, end.direction) == (
        "20 Jan",
        "22 Jan",
        "worse",
    )
    assert ids(end.causes) == [("effort-raised", "sprint 1")]
    overdue = of(compare(analyse(before, day), analyse(moved, day)), "overdue-milestones")
    assert (overdue.before, overdue.after, overdue.direction) == ("none", "M1", "worse")
    assert ids(overdue.causes) == [("due-earlier", "milestone M1")]


def test_savings_in_another_currency_are_neither_better_nor_worse() -> None:
    found = between(*(plan(sprint("1", savings={"monthly": each})) for each in ("$50", "€60")))
    assert of(found, "monthly-savings").direction == "neither"


def test_what_tasks_add_up_to_follows_from_them() -> None:
    """Efforts, points, tasks done and dependencies of sprints, each with the change that moved it."""

    def of_tasks(**fields: Any) -> Plan:
        first = {"id": "T1", "title": "Name requests", "effort": "2 days", "points": "3"}
        second = {"id": "T2", "title": "Count them", "effort": "1 day", "points": "2"} | fields
        return plan(sprint("1", tasks=[first]), sprint("2", tasks=[second]))

    found = between(of_tasks(), of_tasks(effort="4 days", points="5", state="done", depends_on=[{"task": "T1"}]))
    effort, points = of(found, "effort", "sprint 2"), of(found, "points")
    assert (effort.before, effort.after) == ("1 day, the sum of its tasks", "4 days, the sum of its tasks")
    assert (effort.direction, ids(effort.causes)) == ("worse", [("effort-raised", "sprint 2")])
    assert (points.before, points.after, points.direction) == ("5", "8", "neither")
    done, needs = of(found, "tasks-done"), of(found, "needs", "sprint 2")
    assert (done.before, done.after, done.direction) == ("0 of 2", "1 of 2", "better")
    assert ids(done.causes) == [("task-done", "sprint 2")]
    assert (needs.before, needs.after) == ("none", "Sprint 1")
    assert ids(needs.causes) == [("dependency-added", "sprint 2")]


def test_open_high_risks_of_the_list_are_counted_by_name() -> None:
    risks = [{"id": "R-1", "title": "Late", "level": "high"}, {"id": "R-2", "title": "Dear", "level": "high"}]
    closed = [risks[0] | {"state": "occurred"}, risks[1] | {"state": "closed"}]
    moved = of(between(plan(sprint("1", risks=risks)), plan(sprint("1", risks=closed))), "named-risks")
    assert (moved.before, moved.after, moved.direction) == ("R-1 Late and R-2 Dear", "R-1 Late", "better")
    assert ids(moved.causes) == [("risk-closed", "sprint 1")]


def test_a_plan_that_has_begun_without_options_has_a_forecast() -> None:
    begun = [entry("1", "2026-01-05", "in progress")]
    before, after = (
        plan(sprint("1", effort=effort), sprint("2", effort="5 days"), start="2026-01-05", entries=begun)
        for effort in ("5 days", "8 days")
    )
    forecast = of(between(before, after), "forecast-end")
    assert (forecast.before, forecast.after) == ("16 Jan", "21 Jan")
    assert forecast.exact == ("2026-01-16 (10 days)", "2026-01-21 (13 days)")
    assert ids(forecast.causes) == [("effort-raised", "sprint 1")]


def test_many_facts_of_a_kind_are_told_as_one() -> None:
    """Thirty sprints beside a longer one get slack; as the plan ends later by as much, nobody is better off."""
    others = [sprint(str(n), effort="2 days") for n in range(2, 32)]
    found = between(plan(sprint("1", effort="3 days"), *others), plan(sprint("1", effort="9 days"), *others))
    slack = of(found, "slack")
    assert slack.after == "30 changed: 0 for the worse, 0 for the better"
    assert ids(slack.causes) == [("effort-raised", "sprint 1")]
    assert slack.direction == "neither"


def test_findings_come_and_go_with_the_changes_that_make_them() -> None:
    before = plan(sprint("1", risk={"level": "low"}), sprint("2", risk={"level": "high", "mitigation": ["Care"]}))
    after = plan(sprint("1", risk={"level": "high"}), sprint("2", risk={"level": "low", "mitigation": ["Care"]}))
    found = between(before, after)
    appeared = {(each.rule.id, str(each.subject)): found.made_by[each.fingerprint] for each in found.appeared}
    gone = {(each.rule.id, str(each.subject)): found.made_by[each.fingerprint] for each in found.disappeared}
    assert ids(appeared["risk-without-mitigation", "sprint 1"]) == [("risk-raised", "sprint 1")]
    assert ids(gone["risk-without-owner", "sprint 2"]) == [("risk-lowered-without-mitigation", "sprint 2")]


def test_a_finding_that_is_waived_is_not_resolved() -> None:
    risky = sprint("1", risk={"level": "high"})
    waiver = {
        "rule": "risk-without-mitigation",
        "at": "sprint 1",
        "reason": "Later",
        "by": "Ada",
        "until": "2026-05-01",
    }
    difference = between(plan(risky), plan(risky, audit={"waivers": [waiver]}))
    [finding] = difference.waived
    assert (finding.rule.id, str(finding.subject)) == ("risk-without-mitigation", "sprint 1")
    assert ids(difference.made_by[finding.fingerprint]) == [("waiver-added", "plan")]
    assert (difference.appeared, difference.disappeared) == ((), ())


def test_a_finding_with_another_figure_changes_and_neither_comes_nor_goes() -> None:
    claim = [{"claim": "sprints", "says": "9 sprints", "value": 9}, {"claim": "phases", "says": "7 phases", "value": 7}]
    phases = [phase("1", "1-2", "1", "2")]
    before = plan(*map(sprint, "12"), phases=phases, declared=claim)
    found = between(before, plan(*map(sprint, "123"), phases=phases, declared=claim))
    [pair] = found.changed
    assert (pair.before.rule.id, pair.after.rule.id) == ("count-mismatch", "count-mismatch")
    assert "but it has 2" in pair.before.message
    assert "but it has 3" in pair.after.message
    assert ids(found.made_by[pair.after.fingerprint]) == [("sprint-added", "sprint 3")]
    assert "count-mismatch" not in {each.rule.id for each in (*found.appeared, *found.disappeared)}


def test_what_is_true_of_one_more_of_most_sprints_is_the_same_finding_changed() -> None:
    risk = {"level": "high", "mitigation": ["Care"]}
    sprints = [sprint(id_, risk=risk, rollback={"needed": False}) for id_ in "1234"]
    found = between(plan(*sprints[:3]), plan(*sprints))
    [pair] = found.changed
    assert (pair.before.message, pair.after.message) == (
        "3 of 3 sprints with a high risk have no owner",
        "4 of 4 sprints with a high risk have no owner",
    )
    assert ids(found.made_by[pair.after.fingerprint]) == [("sprint-added", "sprint 4")]


def test_findings_about_other_sprints_are_no_change_of_one_another() -> None:
    """Names of sprints are no figures."""
    claims = [[{"claim": "fact", "says": f"as good as Sprint {n}", "of": "it"}] for n in (98, 99)]
    found = between(*(plan(sprint("1", declared=claim)) for claim in claims))
    assert found.changed == ()
    assert [each.rule.id for each in (*found.appeared, *found.disappeared)] == ["unknown-mention"] * 2


def test_contradictions_appear_before_gaps_and_remarks() -> None:
    after = plan(
        sprint("1", risk={"level": "high"}),
        sprint("2", needs=["1"]),
        sprint("3", needs=["1", "2"]),
        declared=[{"claim": "sprints", "says": "9 sprints", "value": 9}],
    )
    kinds = [each.rule.kind for each in between(plan(sprint("1")), after).appeared]
    assert kinds == sorted(kinds, key=list(KINDS).index)
    assert len(set(kinds)) > 1


def test_a_finding_of_a_renamed_sprint_neither_comes_nor_goes() -> None:
    said = {"title": "Batching", "description": "Many in one", "impact": "Fewer calls", "risk": {"level": "high"}}
    found = between(plan(sprint("4", **said), RIGHT), plan(sprint("4.5", **said), RIGHT))
    assert [each.rule.id for each in found.changes] == ["sprint-renamed"]
    assert (found.appeared, found.disappeared, found.consequences) == ((), (), ())


def test_the_same_plan_on_another_day_is_the_same_plan() -> None:
    of_ = plan(LEFT, entries=[entry("1", "2026-01-05", "done")])
    assert compare(analyse(of_, date(2026, 1, 1)), analyse(of_, date(2026, 3, 1))) == Difference((), (), (), (), ())


def test_places_lead_to_the_newer_plan_and_what_is_gone_to_the_older(tmp_path: Path) -> None:
    plans = [load(write_plan(tmp_path / name, BASE)) for name in ("before", "after")]
    data = tmp_path / "after" / "plan_data"
    change(data / "sprints/2-b.yml", 'depends_on:\n  - sprint: "1"\n', "effort: 2 days\n")
    change(data / "phases.yml", "when: 3", "when: 3-4")
    before, after = plans[0].plan, load(tmp_path / "after").plan
    assert before
    assert after
    found = {each.rule.id: (str(each.place), each.gone) for each in between(before, after).changes}
    assert found == {
        "finish-later": ("plan_data/phases.yml:8:11", False),
        "dependency-dropped": ("plan_data/sprints/2-b.yml:4:13", True),
        "effort-stated": ("plan_data/sprints/2-b.yml:3:9", False),
    }


def asked(found: Difference) -> list[tuple[str, str]]:
    return [(each.who, each.text) for each in found.questions]


def test_owners_of_affected_sprints_are_asked_about_them() -> None:
    people = [person(each) for each in ("ada", "bob", "cay")]
    sprints = [
        sprint("1", effort="5 days", owner="ada"),
        sprint("2", effort="5 days", needs=["1"], risk={"level": "low", "owner": "bob"}),
        sprint("3", effort="5 days", needs=["2"], owner="cay"),
        sprint("4", effort="5 days", owner="ada"),
    ]
    longer = [sprint("1", effort="8 days", owner="ada"), *sprints[1:]]
    found = between(plan(*sprints, people=people), plan(*longer, people=people))
    assert asked(found) == [
        ("Ada", "Sprint 1: Who does the additional work, and when?"),
        ("Bob", "Sprint 2: Does it still fit? It needs Sprint 1."),
    ]


def test_who_has_no_owner_is_asked_through_whoever_does_it_and_else_nobody() -> None:
    options = [option("A", {"1": ["1"]})]
    before, after = (plan(sprint("1", effort=e), sprint("2", effort=e), options=options) for e in ("2 days", "3 days"))
    assert asked(between(before, after)) == [
        ("Dev 1", "Sprint 1: Who does the additional work, and when?"),
        ("", "Sprint 2: Who does the additional work, and when?"),
    ]


def test_both_ends_of_a_dropped_dependency_are_asked_and_who_relies_on_savings() -> None:
    """Those who lose something, and the owner of what was needed; with a chosen option its people."""
    bea = {"name": "Bea", "work": [{"when": "1", "sprints": ["1", "2"]}]}
    options = [option("A", {"1": ["1", "2"]}), option("B", people=[bea])]
    saves = {"savings": {"monthly": "$300-600"}}, {"savings": {"monthly": "$150-300"}}
    sprints = (sprint("1"), sprint("2", needs=["1"], **saves[0])), (sprint("1"), sprint("2", **saves[1]))
    before, after = (plan(*each, options=options, chosen="B") for each in sprints)
    assert asked(between(before, after)) == [
        ("Bea", "Sprint 2: Who relies on the $150-300 a month this drops?"),
        ("Bea", "Sprint 1: Sprint 2 no longer waits for it. Is that right?"),
    ]
    before, after = (plan(*each, options=options) for each in sprints)
    assert {who for who, _ in asked(between(before, after))} == {"Dev 1 or Bea"}


def test_a_finding_with_another_figure_or_other_names_is_the_same_finding() -> None:
    """It quotes the same words, or is about the same units: it neither appears nor goes away."""
    claim: dict[str, Any] = {"declared": [{"claim": "independent", "says": "Each is independent"}]}
    first, third = sprint("1"), sprint("3")
    before = plan(first, sprint("2", needs=["1"]), third, **claim)
    after = plan(first, sprint("2"), sprint("3", needs=["1"]), **claim)
    found = between(before, after)
    assert [each.rule.id for each in (*found.appeared, *found.disappeared)] == []
    [pair] = [pair for pair in found.changed if pair.after.rule.id == "not-independent"]
    assert ("Sprint 2 needs Sprint 1" in pair.before.message, "Sprint 3 needs Sprint 1" in pair.after.message) == (
        True,
        True,
    )


def test_a_finding_that_names_one_unit_more_or_comes_from_a_graver_rule_is_the_same_finding() -> None:
    bare, soft = sprint("1", rollback={"needed": False}), sprint("2", needs=["1"])
    found = between(plan(bare, soft, sprint("3")), plan(bare, soft, sprint("3", needs=["1"])))
    [pair] = found.changed
    assert (pair.before.message, pair.after.message) == (
        "Sprint 1 needs no rollback, but Sprint 2 depends on it",
        "Sprint 1 needs no rollback, but Sprint 2 and Sprint 3 depend on it",
    )
    claim = [{"claim": "duration", "says": "5-6 weeks"}]
    options = [[option("A", {weeks: ["1"]}, declared=claim)] for weeks in ("1-6", "1-7")]
    found = between(*(plan(sprint("1"), options=each) for each in options))
    [pair] = found.changed
    assert (pair.before.rule.id, pair.after.rule.id) == ("loose-range", "timeline-mismatch")
    assert found.appeared == found.disappeared == ()


def test_slack_that_only_a_shorter_plan_takes_makes_nobody_worse_off() -> None:
    """Sprint 2 is as early and as long as before; it is the end that comes closer."""
    long, short = sprint("1", effort="9 days"), sprint("1", effort="6 days")
    slack = of(between(plan(long, RIGHT), plan(short, RIGHT)), "slack", "sprint 2")
    assert (slack.before, slack.after, slack.direction, slack.figure) == ("4 days", "1 day", "neither", "-3 days")
    longer = sprint("2", effort="7 days")
    slack = of(between(plan(long, RIGHT), plan(long, longer)), "slack", "sprint 2")
    assert (slack.after, slack.direction, slack.figure) == ("2 days", "worse", "-2 days")


def test_how_far_a_figure_moves_has_a_sign_and_a_unit() -> None:
    before = plan(sprint("1", effort="5 days", savings={"monthly": "$50"}), phases=[phase("1", "1-2", "1")])
    after = plan(sprint("1", effort="4.5 days", savings={"monthly": "$40"}), phases=[phase("1", "1-4", "1")])
    found = between(before, after)
    moved = {each.fact: each.figure for each in found.consequences if each.subject.kind == "plan"}
    assert moved["monthly-savings"] == "-20 %"
    assert moved["earliest-end"] == "-½ day"
    days = of(between(*(plan(sprint("1", effort=effort)) for effort in ("22.7 days", "24.8 days"))), "earliest-end")
    assert (days.before, days.after, days.figure) == ("about 22½ days", "about 25 days", "+2½ days")
    assert moved["end-of-phases"] == "+2 weeks"


def test_only_the_chosen_option_has_ends() -> None:
    options = [option("A", {"1": ["1"]}), option("B", {"1-2": ["1"]})]
    later = [option("A", {"3": ["1"]}), option("B", {"1-2": ["1"]})]
    for chosen, moved in ((None, True), ("A", True), ("B", False)):
        found = between(*(plan(LEFT, options=each, chosen=chosen) for each in (options, later)))
        assert ("end-of-option" in facts(found)) is moved


def test_every_rule_that_is_asked_about_exists() -> None:
    assert set(ASKS) | SPREADS <= {rule.id for rule in RULES}


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(pairs(most=3))
def test_of_any_two_plans_everything_told_is_a_difference_and_causes_are_among_the_changes(
    two: tuple[Plan, Plan],
) -> None:
    found = between(*two)
    known = {id(each) for each in found.changes}
    for each in found.consequences:
        assert each.before != each.after or each.fact in {"critical-path", "rollback"}
        assert {id(cause) for cause in each.causes} <= known
    assert {id(cause) for causes in found.made_by.values() for cause in causes} <= known
    prints = [each.fingerprint for each in (*found.appeared, *found.disappeared)]
    prints += {print_ for pair in found.changed for print_ in (pair.before.fingerprint, pair.after.fingerprint)}
    assert len(set(prints)) == len(prints)
    assert len({(each.who, each.sprint) for each in found.questions}) == len(found.questions)
    assert all(each.text.endswith("?") or "?" in each.text for each in found.questions)
    assert between(*two) == found
