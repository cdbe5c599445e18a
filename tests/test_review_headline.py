"""The headline of a review: the most important edits, then savings, end and risk, in 240 characters."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse import analyse
from masterplan.analyse.changes import RULES, Review, compare
from masterplan.analyse.changes.fact_values import FACT_KINDS
from masterplan.model.change import Change, Consequence, Difference, Direction
from masterplan.model.naming import PLAN, Subject
from masterplan.model.plan import Plan
from masterplan.render.review.headline import EDITS, FACTS, LONGEST_HEADLINE, REMARKS, headline_of
from tests.plans import entry, option, phase, plan, sprint
from tests.reviews import change, review

BY_ID = {rule.id: rule for rule in RULES}


def edit(rule: str, message: str) -> Change:
    return change(message)._replace(rule=BY_ID[rule])


def fact(kind: str, before: str, after: str, direction: Direction = "worse", figure: str = "") -> Consequence:
    return Consequence(kind, PLAN, kind, before, after, direction, (), figure)


MOVED = edit("sprint-earlier", "Sprint 3 moves to Phase 1")
DROPPED = edit("dependency-dropped", "Sprint 5 no longer waits for Sprint 2")
SAVES = edit("savings-lowered", "Sprint 5 saves $150-300 a month, not $300-600")
CLAIM = edit("declared-removed", "Phase 2: claim removed")
WORDS = edit("wording", "The plan: the title is reworded")
LESS = fact("monthly-savings", "$750-1,500/month", "$600-1,200/month", "worse", "-20%")
SOONER = fact("earliest-end", "20 days", "17.5 days", "better", "-2.5 days")


def test_a_headline_has_edits_then_savings_then_the_end() -> None:
    assert headline_of(review(SAVES, CLAIM, DROPPED, MOVED, WORDS, consequences=[SOONER, LESS])) == (
        "Sprint 3 moves to Phase 1 and Sprint 5 no longer waits for Sprint 2. Savings fall 20% ($750-1,500 to"
        " $600-1,200 a month). The plan can end 2.5 days sooner."
    )


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (review(), "No change to the plan."),
        (review(WORDS), "1 wording change. No effect on dates, savings or risks."),
        (review(CLAIM, WORDS), "Phase 2: claim removed. No effect on dates, savings or risks."),
        (review(SAVES, consequences=[LESS]), f"{SAVES.message}. Savings fall 20% ($750-1,500 to $600-1,200 a month)."),
        (
            review(DROPPED, consequences=[fact("slack", "4 days", "2 days"), fact("ready", "none", "Sprint 1")]),
            "Sprint 5 no longer waits for Sprint 2. slack falls from 4 days to 2 days.",
        ),
        (
            review(DROPPED, consequences=[fact("high-risks", "Sprint 5", "none", "better"), SOONER]),
            "Sprint 5 no longer waits for Sprint 2. The plan can end 2.5 days sooner. No sprint is at high risk now.",
        ),
        (
            review(MOVED, consequences=[SOONER._replace(fact="end-of-option", subject=Subject("option", "A"))]),
            "Sprint 3 moves to Phase 1. The plan ends 2.5 days sooner.",
        ),
        (
            review(*[MOVED] * 3, edit("sprint-removed", "Sprint 9 (Rest) is removed"), SAVES),
            (
                "Sprint 9 (Rest) is removed, Sprint 3 moves to Phase 1, Sprint 3 moves to Phase 1 and 1 more edit."
                " No effect on the plan's end, savings or risks."
            ),
        ),
        (
            review(edit("owner-changed", "Sprint 3: owner Ada, not Ben"), DROPPED),
            f"{DROPPED.message}; Sprint 3: owner Ada, not Ben. No effect on dates, savings or risks.",
        ),
    ],
)
def test_a_headline_has_only_the_most_important_edits_and_effects(result: Review, text: str) -> None:
    assert headline_of(result) == text


def reviewed(before: Plan, after: Plan, day: date | None = None) -> Review:
    old_facts, new_facts = analyse(before, day), analyse(after, day)
    return Review(old_facts, new_facts, compare(old_facts, new_facts), "main", "work")


def test_a_completed_sprint_is_named_with_its_delay_target_and_savings() -> None:
    metric = {"name": "Upload", "before": "5 s", "after": "<1 s"}
    sprints = sprint("1"), sprint("2", metrics=[metric], savings={"monthly": "$150-300"})
    common: dict[str, Any] = {"start": "2026-01-05", "phases": [phase("1", "1", "1", "2")]}
    begun = entry("2", "2026-01-06", "in progress", percent=45)
    done = entry("2", "2026-01-20", "done", saves="$160", measured=[{"metric": "Upload", "value": "0.8 s"}])
    result = reviewed(plan(*sprints, entries=[begun], **common), plan(*sprints, entries=[begun, done], **common))
    assert headline_of(result) == (
        "Sprint 2 is done, 9 days late. Target reached (0.8 s). Saves $160 a month ($150-300 planned)."
        " No effect on dates, savings or risks. 1 of 2 sprints done."
    )


def test_unchanged_savings_are_named_if_a_new_sprint_has_part_of_them() -> None:
    whole = sprint("1", savings={"monthly": "$300-600"})
    half, rest = (
        sprint("1", savings={"monthly": "$150-300"}),
        sprint("2", title="Rest", savings={"monthly": "$150-300"}),
    )
    assert headline_of(reviewed(plan(whole), plan(half, rest))) == (
        "Sprint 2 (Rest) is new. Savings stay at $300-600 a month."
    )


def test_the_option_is_named_if_there_are_several_and_none_is_chosen() -> None:
    for chosen, who in ((None, "Option A"), ("A", "The plan")):
        options = [[option("A", {weeks: ["1"]}), option("B", {"1": ["1"]})] for weeks in ("1-2", "1-4")]
        before, after = (plan(sprint("1", effort="1 day"), options=pair, chosen=chosen) for pair in options)
        assert f". {who} ends 2 weeks later." in headline_of(reviewed(before, after))


def test_every_ranked_rule_and_fact_exists_once() -> None:
    ranked = [rule for rules in EDITS for rule in rules] + sorted(REMARKS)
    assert len(set(ranked)) == len(ranked)
    assert set(ranked) <= set(BY_ID)
    assert set(FACTS) <= {*FACT_KINDS, "health"}


def test_a_plan_that_goes_off_track_is_named_after_the_edits() -> None:
    """The planned end is weeks before the end of the work."""
    begun = [entry("1", "2026-01-05", "in progress")]
    before, after = (
        plan(sprint("1", effort=effort), phases=[phase("1", "1-2", "1")], entries=begun, start="2026-01-05")
        for effort in ("8 days", "30 days")
    )
    result = reviewed(before, after, date(2026, 1, 6))
    assert (result.before.health.verdict, result.after.health.verdict) == ("on track", "off track")
    assert headline_of(result).startswith(
        "Sprint 1: effort 30 days, not 8 days. The plan goes from on track to off track: "
        "it can end 32 days later, 29 days after its planned end."
    )


def test_a_plan_is_not_better_because_its_end_can_no_longer_be_forecast() -> None:
    first, begun = sprint("1", effort="12 days"), [entry("1", "2026-01-05", "in progress")]
    before, after = (
        plan(*sprints, phases=[phase("1", "1-2", "1")], entries=begun, start="2026-01-05")
        for sprints in ([first], [first, sprint("2")])
    )
    result = reviewed(before, after, date(2026, 1, 6))
    [verdict] = [moved for moved in result.difference.consequences if moved.fact == "health"]
    assert (verdict.before, verdict.after, verdict.direction) == ("at risk", "on track (no forecast)", "neither")


def test_mostly_open_due_sprints_are_the_reason_for_off_track() -> None:
    sprints = [sprint(str(n), when=f"day {n}", effort="1 day") for n in range(1, 7)]
    rest = [sprint("7", when="week 9", effort="1 day"), sprint("8", when="week 9", effort="1 day")]
    done = [entry(str(n), "2026-01-12", "done") for n in (1, 2, 3)]
    before, after = (plan(*sprints, *rest, entries=entries, start="2026-01-05") for entries in (done, done[:2]))
    headline = headline_of(reviewed(before, after, date(2026, 1, 26)))
    reason = "Only 2 of the 6 sprints that were due are done."
    assert f"The plan goes from at risk to off track: {reason[0].lower()}{reason[1:]}" in headline


def test_a_new_sprint_is_named_without_its_work_in_options() -> None:
    options = [[option("A", {"1": ["1"]})], [option("A", {"1": ["1"], "2": ["2"]})]]
    before, after = plan(sprint("1"), options=options[0]), plan(sprint("1"), sprint("2"), options=options[1])
    assert headline_of(reviewed(before, after)).startswith("Sprint 2 (Title 2) is new. ")


def test_a_start_gives_the_plan_an_end_and_a_move_between_phases_does_not_change_it() -> None:
    options = [option("A", {"1-2": ["1"]})]
    sprints = sprint("1", effort="5 days"), sprint("2", effort="1 day")
    undated, dated = plan(*sprints, options=options), plan(*sprints, options=options, start="2026-01-05")
    assert headline_of(reviewed(undated, dated)) == "The plan starts on 5 Jan 2026. The plan ends in week 2, on 18 Jan."
    moved = [
        [phase("1", "1", "1"), phase("2", "2", *to), phase("3", "3", "9", *rest)] for to, rest in (("2", ""), ("", "2"))
    ]
    before, after = (plan(*sprints, sprint("9"), phases=phases) for phases in moved)
    assert headline_of(reviewed(before, after)) == (
        "Sprint 2 moves to Phase 3. No effect on the plan's end, savings or risks."
    )


def test_a_plan_that_goes_at_risk_is_named_with_the_reason() -> None:
    begun = plan(sprint("1"), entries=[entry("1", "2026-01-05", "in progress")])
    stuck = plan(sprint("1"), entries=[entry("1", "2026-01-05", "blocked")])
    headline = headline_of(reviewed(begun, stuck, date(2026, 1, 6)))
    assert headline.endswith("The plan goes from on track to at risk: Sprint 1 is blocked.")


@given(
    st.lists(st.tuples(st.sampled_from(sorted(BY_ID)), st.text(max_size=400)), max_size=8),
    st.lists(st.tuples(st.sampled_from(sorted(FACT_KINDS)), st.text(max_size=300)), max_size=8),
)
def test_a_headline_is_never_empty_or_too_long(edits: list[tuple[str, str]], facts: list[tuple[str, str]]) -> None:
    changes = tuple(edit(rule, message or "x") for rule, message in edits)
    consequences = tuple(fact(kind, "before", text) for kind, text in facts)
    result = replace(review(), difference=Difference(changes, consequences, (), (), ()))
    assert 0 < len(headline_of(result)) <= LONGEST_HEADLINE
