"""Consequences of a difference: facts with their causes, new and resolved findings, and questions to people."""

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


def consequence_of(difference: Difference, fact: str, subject: str = "plan") -> Consequence:
    [consequence] = [item for item in difference.consequences if (item.fact, str(item.subject)) == (fact, subject)]
    return consequence


def facts(difference: Difference) -> set[str]:
    return {consequence.fact for consequence in difference.consequences}


def ids(causes: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(cause.rule.id, str(cause.subject)) for cause in causes]


def test_a_fact_has_only_the_change_that_moved_it_as_cause() -> None:
    before = plan(LEFT, sprint("2", effort="3 days", savings={"monthly": "$50"}), LAST)
    after = plan(sprint("1", effort="7 days"), sprint("2", effort="3 days", savings={"monthly": "$40"}), LAST)
    difference = between(before, after)
    end, savings = consequence_of(difference, "earliest-end"), consequence_of(difference, "monthly-savings")
    assert (end.before, end.after, end.direction) == ("7 days", "9 days", "worse")
    assert ids(end.causes) == [("effort-raised", "sprint 1")]
    assert (savings.before, savings.after, savings.direction) == ("$50/month", "$40/month", "worse")
    assert ids(savings.causes) == [("savings-lowered", "sprint 2")]
    assert consequence_of(difference, "slack", "sprint 2").after == "4 days"
    assert difference.folded == ()


def test_two_changes_that_only_together_move_a_fact_are_both_causes() -> None:
    """Both paths to the last sprint are equally long, so shortening only one does not help."""
    difference = between(
        plan(LEFT, RIGHT, LAST), plan(sprint("1", effort="3 days"), sprint("2", effort="3 days"), LAST)
    )
    end = consequence_of(difference, "earliest-end")
    assert (end.before, end.after, end.direction) == ("7 days", "5 days", "better")
    assert ids(end.causes) == [("effort-lowered", "sprint 1"), ("effort-lowered", "sprint 2")]


def test_two_changes_with_the_same_effect_are_both_causes() -> None:
    """Either delays the end by as much as both do, so undoing only one does not help."""
    difference = between(
        plan(LEFT, RIGHT, LAST), plan(sprint("1", effort="9 days"), sprint("2", effort="9 days"), LAST)
    )
    assert ids(consequence_of(difference, "earliest-end").causes) == [
        ("effort-raised", "sprint 1"),
        ("effort-raised", "sprint 2"),
    ]


def test_a_change_of_wording_without_consequences_is_folded() -> None:
    difference = between(plan(LEFT, RIGHT), plan(sprint("1", effort="5 days", title="Left"), RIGHT))
    assert difference.consequences == ()
    assert [change.rule.id for change in difference.folded] == ["wording"]


def test_a_dependency_that_would_close_a_circle_on_its_own_is_a_cause() -> None:
    """Two sprints change places. The new dependency cannot be added before the old one is gone, only undone."""
    before = plan(sprint("1", effort="5 days"), sprint("2", effort="1 day", needs=["1"]), LAST)
    after = plan(sprint("1", effort="5 days", needs=["2"]), sprint("2", effort="1 day"), LAST)
    rollback = consequence_of(between(before, after), "rollback", "sprint 2")
    assert (rollback.before, rollback.after) == ("Sprint 3", "Sprint 3 and Sprint 1")
    assert ("dependency-added", "sprint 1") in ids(rollback.causes)


def test_removing_a_sprint_also_removes_references_to_it() -> None:
    """On its own, the removal would leave claims, work and entries of the sprint, which the audit cannot read."""
    aside = {"sprint": "2", "alongside": ["1"], "says": "side by side"}
    fields: dict[str, Any] = {
        "declared": [{"claim": "needs", "says": "both", "sprints": ["1", "2"]}],
        "rollback": {"first": ["2"]},
    }
    before = plan(
        sprint("1", effort="2 days", **fields),
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
    difference = between(before, after)
    assert ("sprint-removed", "sprint 2") in ids(consequence_of(difference, "earliest-end").causes)
    assert consequence_of(difference, "monthly-savings").after == ""


@pytest.mark.parametrize(
    ("changed", "moved"),
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
def test_each_part_of_a_plan_moves_only_its_facts(changed: dict[str, Any], moved: set[str]) -> None:
    fields: dict[str, Any] = {
        "start": "2026-01-05",
        "phases": [phase("1", "1-2", "1", "2")],
        "options": [option("A", {"1-2": ["1"], "3": ["2"]})],
        "people": [person("ada")],
    }
    sprints = (LEFT, RIGHT)
    difference = between(plan(*sprints, **fields), plan(*sprints, **(fields | changed)))
    assert facts(difference) == moved
    assert all(len(consequence.causes) == 1 for consequence in difference.consequences)


def test_ends_are_compared_by_date_if_there_is_one() -> None:
    """The plan is shorter, but starts so much later that it ends later."""
    before = plan(sprint("1", effort="5 days"), start="2026-01-05")
    later = plan(sprint("1", effort="3 days"), start="2026-02-02")
    assert consequence_of(between(before, later), "earliest-end").direction == "worse"
    assert consequence_of(between(before, plan(sprint("1", effort="3 days"))), "earliest-end").direction == "neither"


def test_the_end_of_a_milestone_moves_and_its_date_passes() -> None:
    day = date(2026, 1, 14)
    gates = [milestone("M1", needs=["1"], when="2026-01-16")], [milestone("M1", needs=["1"], when="2026-01-13")]
    longer = sprint("1", effort="7 days")
    before, after, moved = (
        plan(first, RIGHT, LAST, milestones=of_plan, start="2026-01-05")
        for first, of_plan in ((LEFT, gates[0]), (longer, gates[0]), (LEFT, gates[1]))
    )
    end = consequence_of(compare(analyse(before, day), analyse(after, day)), "milestone-end", "milestone M1")
    assert (end.before, end.after, end.direction) == (
        "20 Jan",
        "22 Jan",
        "worse",
    )
    assert ids(end.causes) == [("effort-raised", "sprint 1")]
    overdue = consequence_of(compare(analyse(before, day), analyse(moved, day)), "overdue-milestones")
    assert (overdue.before, overdue.after, overdue.direction) == ("none", "M1", "worse")
    assert ids(overdue.causes) == [("due-earlier", "milestone M1")]


def test_savings_in_another_currency_are_neither_better_nor_worse() -> None:
    difference = between(*(plan(sprint("1", savings={"monthly": savings})) for savings in ("$50", "€60")))
    assert consequence_of(difference, "monthly-savings").direction == "neither"


def test_sums_over_tasks_move_with_the_tasks() -> None:
    """Efforts, points, finished tasks and dependencies of sprints, with the change that moved them."""

    def of_tasks(**fields: Any) -> Plan:
        first = {"id": "T1", "title": "Name requests", "effort": "2 days", "points": "3"}
        second = {"id": "T2", "title": "Count them", "effort": "1 day", "points": "2"} | fields
        return plan(sprint("1", tasks=[first]), sprint("2", tasks=[second]))

    difference = between(of_tasks(), of_tasks(effort="4 days", points="5", state="done", depends_on=[{"task": "T1"}]))
    effort, points = consequence_of(difference, "effort", "sprint 2"), consequence_of(difference, "points")
    assert (effort.before, effort.after) == ("1 day, the sum of its tasks", "4 days, the sum of its tasks")
    assert (effort.direction, ids(effort.causes)) == ("worse", [("effort-raised", "sprint 2")])
    assert (points.before, points.after, points.direction) == ("5", "8", "neither")
    done, needs = consequence_of(difference, "tasks-done"), consequence_of(difference, "needs", "sprint 2")
    assert (done.before, done.after, done.direction) == ("0 of 2", "1 of 2", "better")
    assert ids(done.causes) == [("task-done", "sprint 2")]
    assert (needs.before, needs.after) == ("none", "Sprint 1")
    assert ids(needs.causes) == [("dependency-added", "sprint 2")]


def test_open_high_risks_of_a_sprint_are_listed_by_name() -> None:
    risks = [{"id": "R-1", "title": "Late", "level": "high"}, {"id": "R-2", "title": "Dear", "level": "high"}]
    closed = [risks[0] | {"state": "occurred"}, risks[1] | {"state": "closed"}]
    moved = consequence_of(between(plan(sprint("1", risks=risks)), plan(sprint("1", risks=closed))), "named-risks")
    assert (moved.before, moved.after, moved.direction) == ("R-1 Late and R-2 Dear", "R-1 Late", "better")
    assert ids(moved.causes) == [("risk-closed", "sprint 1")]


def test_a_plan_in_progress_without_options_has_a_forecast() -> None:
    begun = [entry("1", "2026-01-05", "in progress")]
    before, after = (
        plan(sprint("1", effort=effort), sprint("2", effort="5 days"), start="2026-01-05", entries=begun)
        for effort in ("5 days", "8 days")
    )
    forecast = consequence_of(between(before, after), "forecast-end")
    assert (forecast.before, forecast.after) == ("16 Jan", "21 Jan")
    assert forecast.exact == ("2026-01-16 (10 days)", "2026-01-21 (13 days)")
    assert ids(forecast.causes) == [("effort-raised", "sprint 1")]


def test_many_consequences_of_a_kind_are_summed_up_in_one() -> None:
    """Thirty sprints alongside a longer one get slack, but the plan ends later by as much, so nothing is better."""
    others = [sprint(str(n), effort="2 days") for n in range(2, 32)]
    difference = between(plan(sprint("1", effort="3 days"), *others), plan(sprint("1", effort="9 days"), *others))
    slack = consequence_of(difference, "slack")
    assert slack.after == "30 changed: 0 for the worse, 0 for the better"
    assert ids(slack.causes) == [("effort-raised", "sprint 1")]
    assert slack.direction == "neither"


def test_new_and_resolved_findings_have_causes() -> None:
    before = plan(sprint("1", risk={"level": "low"}), sprint("2", risk={"level": "high", "mitigation": ["Care"]}))
    after = plan(sprint("1", risk={"level": "high"}), sprint("2", risk={"level": "low", "mitigation": ["Care"]}))
    difference = between(before, after)
    appeared = {
        (finding.rule.id, str(finding.subject)): difference.made_by[finding.fingerprint]
        for finding in difference.appeared
    }
    gone = {
        (finding.rule.id, str(finding.subject)): difference.made_by[finding.fingerprint]
        for finding in difference.disappeared
    }
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


def test_a_finding_with_another_figure_is_changed_not_new() -> None:
    claim = [{"claim": "sprints", "says": "9 sprints", "value": 9}, {"claim": "phases", "says": "7 phases", "value": 7}]
    phases = [phase("1", "1-2", "1", "2")]
    before = plan(*map(sprint, "12"), phases=phases, declared=claim)
    difference = between(before, plan(*map(sprint, "123"), phases=phases, declared=claim))
    [pair] = difference.changed
    assert (pair.before.rule.id, pair.after.rule.id) == ("count-mismatch", "count-mismatch")
    assert "but it has 2" in pair.before.message
    assert "but it has 3" in pair.after.message
    assert ids(difference.made_by[pair.after.fingerprint]) == [("sprint-added", "sprint 3")]
    assert "count-mismatch" not in {finding.rule.id for finding in (*difference.appeared, *difference.disappeared)}


def test_a_gap_of_most_sprints_that_counts_one_more_is_changed_not_new() -> None:
    risk = {"level": "high", "mitigation": ["Care"]}
    sprints = [sprint(id_, risk=risk, rollback={"needed": False}) for id_ in "1234"]
    difference = between(plan(*sprints[:3]), plan(*sprints))
    [pair] = difference.changed
    assert (pair.before.message, pair.after.message) == (
        "3 of 3 sprints with a high risk have no owner",
        "4 of 4 sprints with a high risk have no owner",
    )
    assert ids(difference.made_by[pair.after.fingerprint]) == [("sprint-added", "sprint 4")]


def test_findings_about_different_sprints_are_different_findings() -> None:
    """Names of sprints do not count as figures."""
    claims = [[{"claim": "fact", "says": f"as good as Sprint {n}", "of": "it"}] for n in (98, 99)]
    difference = between(*(plan(sprint("1", declared=claim)) for claim in claims))
    assert difference.changed == ()
    assert [finding.rule.id for finding in (*difference.appeared, *difference.disappeared)] == ["unknown-mention"] * 2


def test_contradictions_appear_before_gaps_and_remarks() -> None:
    after = plan(
        sprint("1", risk={"level": "high"}),
        sprint("2", needs=["1"]),
        sprint("3", needs=["1", "2"]),
        declared=[{"claim": "sprints", "says": "9 sprints", "value": 9}],
    )
    kinds = [finding.rule.kind for finding in between(plan(sprint("1")), after).appeared]
    assert kinds == sorted(kinds, key=list(KINDS).index)
    assert len(set(kinds)) > 1


def test_a_finding_of_a_renamed_sprint_is_not_new() -> None:
    fields = {"title": "Batching", "description": "Many in one", "impact": "Fewer calls", "risk": {"level": "high"}}
    difference = between(plan(sprint("4", **fields), RIGHT), plan(sprint("4.5", **fields), RIGHT))
    assert [change.rule.id for change in difference.changes] == ["sprint-renamed"]
    assert (difference.appeared, difference.disappeared, difference.consequences) == ((), (), ())


def counted(id_: str, says: str) -> Plan:
    """A plan with a sprint and a wrong claim in the words of its authors."""
    fields = {"title": "Batching", "description": "Many in one", "impact": "Fewer calls", "risk": {"level": "high"}}
    return plan(sprint(id_, **fields), RIGHT, declared=[{"claim": "sprints", "says": says, "value": 9}])


@pytest.mark.parametrize("says", ["Sprint 4 and eight more", "Sprint 4.5 and eight more"])
def test_words_of_the_authors_keep_the_old_id_of_a_renamed_sprint_until_they_change_it(says: str) -> None:
    difference = between(counted("4", "Sprint 4 and eight more"), counted("4.5", says))
    findings = (*difference.appeared, *difference.disappeared, *(pair.before for pair in difference.changed))
    assert "count-mismatch" not in {finding.rule.id for finding in findings}


def test_the_same_plan_on_another_day_has_no_changes() -> None:
    of_ = plan(LEFT, entries=[entry("1", "2026-01-05", "done")])
    assert compare(analyse(of_, date(2026, 1, 1)), analyse(of_, date(2026, 3, 1))) == Difference((), (), (), (), ())


def test_changes_have_places_in_the_newer_plan_and_removals_in_the_older(tmp_path: Path) -> None:
    plans = [load(write_plan(tmp_path / name, BASE)) for name in ("before", "after")]
    data = tmp_path / "after" / "plan_data"
    change(data / "sprints/2-b.yml", 'depends_on:\n  - sprint: "1"\n', "effort: 2 days\n")
    change(data / "phases.yml", "when: 3", "when: 3-4")
    before, after = plans[0].plan, load(tmp_path / "after").plan
    assert before
    assert after
    places = {change_.rule.id: (str(change_.place), change_.gone) for change_ in between(before, after).changes}
    assert places == {
        "finish-later": ("plan_data/phases.yml:8:11", False),
        "dependency-dropped": ("plan_data/sprints/2-b.yml:4:13", True),
        "effort-stated": ("plan_data/sprints/2-b.yml:3:9", False),
    }


@pytest.mark.parametrize(("states", "line"), [(("blocked", "done", "done"), 5), (("blocked", "in progress"), 5)])
def test_a_new_state_has_the_place_of_the_entry_that_brings_it(
    states: tuple[str, ...], line: int, tmp_path: Path
) -> None:
    lines = [f'  - {{sprint: "1", date: 2026-01-0{n}, state: {state}}}\n' for n, state in enumerate(states, 6)]
    old = '  - {sprint: "1", date: 2026-01-05, state: in progress}\n'
    plans = [
        load(write_plan(tmp_path / str(n), BASE | {"progress/a.yml": f"# Week 2\nentries:\n{old}{''.join(new)}"})).plan
        for n, new in enumerate(([], lines))
    ]
    assert plans[0]
    assert plans[1]
    (change_,) = between(plans[0], plans[1]).changes
    assert str(change_.place).startswith(f"plan_data/progress/a.yml:{line}:")


def asked(difference: Difference) -> list[tuple[str, str]]:
    return [(question.who, question.text) for question in difference.questions]


def test_owners_of_affected_sprints_are_asked_about_them() -> None:
    people = [person(id_) for id_ in ("ada", "bob", "cay")]
    sprints = [
        sprint("1", effort="5 days", owner="ada"),
        sprint("2", effort="5 days", needs=["1"], risk={"level": "low", "owner": "bob"}),
        sprint("3", effort="5 days", needs=["2"], owner="cay"),
        sprint("4", effort="5 days", owner="ada"),
    ]
    longer = [sprint("1", effort="8 days", owner="ada"), *sprints[1:]]
    difference = between(plan(*sprints, people=people), plan(*longer, people=people))
    assert asked(difference) == [
        ("Ada", "Sprint 1: Who does the additional work, and when?"),
        ("Bob", "Sprint 2: Does it still fit? It needs Sprint 1."),
    ]


def test_without_an_owner_the_question_goes_to_whoever_does_the_work() -> None:
    options = [option("A", {"1": ["1"]})]
    before, after = (plan(sprint("1", effort=e), sprint("2", effort=e), options=options) for e in ("2 days", "3 days"))
    assert asked(between(before, after)) == [
        ("Dev 1", "Sprint 1: Who does the additional work, and when?"),
        ("", "Sprint 2: Who does the additional work, and when?"),
    ]


def test_owners_at_both_ends_of_a_dropped_dependency_are_asked() -> None:
    """Also whoever relies on dropped savings. With a chosen option, its people are asked."""
    bea = {"name": "Bea", "work": [{"when": "1", "sprints": ["1", "2"]}]}
    options = [option("A", {"1": ["1", "2"]}), option("B", people=[bea])]
    saves = {"savings": {"monthly": "$300-600"}}, {"savings": {"monthly": "$150-300"}}
    sprints = (sprint("1"), sprint("2", needs=["1"], **saves[0])), (sprint("1"), sprint("2", **saves[1]))
    before, after = (plan(*parts, options=options, chosen="B") for parts in sprints)
    assert asked(between(before, after)) == [
        ("Bea", "Sprint 2: Who relies on the $150-300 a month this drops?"),
        ("Bea", "Sprint 1: Sprint 2 no longer waits for it. Is that right?"),
    ]
    before, after = (plan(*parts, options=options) for parts in sprints)
    assert {who for who, _ in asked(between(before, after))} == {"Dev 1 or Bea"}


def test_a_finding_that_quotes_the_same_words_is_changed_not_new() -> None:
    """Even if it names other sprints."""
    claim: dict[str, Any] = {"declared": [{"claim": "independent", "says": "Each is independent"}]}
    first, third = sprint("1"), sprint("3")
    before = plan(first, sprint("2", needs=["1"]), third, **claim)
    after = plan(first, sprint("2"), sprint("3", needs=["1"]), **claim)
    difference = between(before, after)
    assert [finding.rule.id for finding in (*difference.appeared, *difference.disappeared)] == []
    [pair] = [pair for pair in difference.changed if pair.after.rule.id == "not-independent"]
    assert ("Sprint 2 needs Sprint 1" in pair.before.message, "Sprint 3 needs Sprint 1" in pair.after.message) == (
        True,
        True,
    )


def test_a_finding_with_more_sprints_or_another_rule_is_changed_not_new() -> None:
    bare, soft = sprint("1", rollback={"needed": False}), sprint("2", needs=["1"])
    difference = between(plan(bare, soft, sprint("3")), plan(bare, soft, sprint("3", needs=["1"])))
    [pair] = difference.changed
    assert (pair.before.message, pair.after.message) == (
        "Sprint 1 needs no rollback, but Sprint 2 depends on it",
        "Sprint 1 needs no rollback, but Sprint 2 and Sprint 3 depend on it",
    )
    claim = [{"claim": "duration", "says": "5-6 weeks"}]
    options = [[option("A", {weeks: ["1"]}, declared=claim)] for weeks in ("1-6", "1-7")]
    difference = between(*(plan(sprint("1"), options=staffing) for staffing in options))
    [pair] = difference.changed
    assert (pair.before.rule.id, pair.after.rule.id) == ("loose-range", "timeline-mismatch")
    assert difference.appeared == difference.disappeared == ()


def test_less_slack_because_the_plan_is_shorter_is_not_worse() -> None:
    """Sprint 2 is as early and as long as before; only the end of the plan is earlier."""
    long, short = sprint("1", effort="9 days"), sprint("1", effort="6 days")
    slack = consequence_of(between(plan(long, RIGHT), plan(short, RIGHT)), "slack", "sprint 2")
    assert (slack.before, slack.after, slack.direction, slack.figure) == ("4 days", "1 day", "neither", "-3 days")
    longer = sprint("2", effort="7 days")
    slack = consequence_of(between(plan(long, RIGHT), plan(long, longer)), "slack", "sprint 2")
    assert (slack.after, slack.direction, slack.figure) == ("2 days", "worse", "-2 days")


def test_the_change_of_a_figure_has_a_sign_and_a_unit() -> None:
    before = plan(sprint("1", effort="5 days", savings={"monthly": "$50"}), phases=[phase("1", "1-2", "1")])
    after = plan(sprint("1", effort="4.5 days", savings={"monthly": "$40"}), phases=[phase("1", "1-4", "1")])
    difference = between(before, after)
    figures = {moved.fact: moved.figure for moved in difference.consequences if moved.subject.kind == "plan"}
    assert figures["monthly-savings"] == "-20%"
    assert figures["earliest-end"] == "-½ day"
    days = consequence_of(
        between(*(plan(sprint("1", effort=effort)) for effort in ("22.7 days", "24.8 days"))), "earliest-end"
    )
    assert (days.before, days.after, days.figure) == ("about 22½ days", "about 25 days", "+2½ days")
    assert figures["end-of-phases"] == "+2 weeks"


def test_only_the_end_of_the_chosen_option_is_compared() -> None:
    options = [option("A", {"1": ["1"]}), option("B", {"1-2": ["1"]})]
    later = [option("A", {"3": ["1"]}), option("B", {"1-2": ["1"]})]
    for chosen, moved in ((None, True), ("A", True), ("B", False)):
        difference = between(*(plan(LEFT, options=staffing, chosen=chosen) for staffing in (options, later)))
        assert ("end-of-option" in facts(difference)) is moved


def test_every_rule_with_a_question_exists() -> None:
    assert set(ASKS) | SPREADS <= {rule.id for rule in RULES}


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(pairs(most=3))
def test_consequences_of_any_two_plans_differ_and_their_causes_are_changes(
    plans: tuple[Plan, Plan],
) -> None:
    difference = between(*plans)
    known = {id(change_) for change_ in difference.changes}
    for moved in difference.consequences:
        assert moved.before != moved.after or moved.fact in {"critical-path", "rollback"}
        assert {id(cause) for cause in moved.causes} <= known
    assert {id(cause) for causes in difference.made_by.values() for cause in causes} <= known
    prints = [finding.fingerprint for finding in (*difference.appeared, *difference.disappeared)]
    prints += {print_ for pair in difference.changed for print_ in (pair.before.fingerprint, pair.after.fingerprint)}
    assert len(set(prints)) == len(prints)
    assert len({(question.who, question.sprint) for question in difference.questions}) == len(difference.questions)
    assert all("?" in question.text for question in difference.questions)
    assert between(*plans) == difference
