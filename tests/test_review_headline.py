"""The headline of a review: the edits first, the gravest before others, then money, end and risk, in 240 characters."""

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
LESS = fact("monthly-savings", "$750-1,500/month", "$600-1,200/month", "worse", "-20 %")
SOONER = fact("earliest-end", "20 days", "17.5 days", "better", "-2.5 days")


def test_the_edits_come_first_then_money_and_end() -> None:
    assert headline_of(review(SAVES, CLAIM, DROPPED, MOVED, WORDS, consequences=[SOONER, LESS])) == (
        "Sprint 3 moves to Phase 1 and Sprint 5 no longer waits for Sprint 2. Savings fall 20 % ($750-1,500 to"
        " $600-1,200 a month). The plan can end 2.5 days sooner."
    )


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (review(), "No change to the plan."),
        (review(WORDS), "1 wording change. No effect on dates, savings or risks."),
        (review(CLAIM, WORDS), "Phase 2: claim removed. No effect on dates, savings or risks."),
        (review(SAVES, consequences=[LESS]), f"{SAVES.message}. Savings fall 20 % ($750-1,500 to $600-1,200 a month)."),
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
def test_a_headline_says_what_matters_and_nothing_else(found: Review, text: str) -> None:
    assert headline_of(found) == text


def reviewed(before: Plan, after: Plan) -> Review:
    one, other = analyse(before), analyse(after)
    return Review(one, other, compare(one, other), "main", "work")


def test_a_sprint_that_is_done_is_told_with_its_day_its_target_and_its_savings() -> None:
    metric = {"name": "Upload", "before": "5 s", "after": "<1 s"}
    sprints = sprint("1"), sprint("2", metrics=[metric], savings={"monthly": "$150-300"})
    said: dict[str, Any] = {"start": "2026-01-05", "phases": [phase("1", "1", "1", "2")]}
    begun = entry("2", "2026-01-06", "in progress", percent=45)
    done = entry("2", "2026-01-20", "done", saves="$160", measured=[{"metric": "Upload", "value": "0.8 s"}])
    found = reviewed(plan(*sprints, entries=[begun], **said), plan(*sprints, entries=[begun, done], **said))
    assert headline_of(found) == (
        "Sprint 2 is done, 9 days late. Target reached (0.8 s). Saves $160 a month ($150-300 planned)."
        " No effect on dates, savings or risks. 1 of 2 sprints done."
    )


def test_a_new_sprint_is_named_and_that_the_savings_stay() -> None:
    whole = sprint("1", savings={"monthly": "$300-600"})
    half, rest = (
        sprint("1", savings={"monthly": "$150-300"}),
        sprint("2", title="Rest", savings={"monthly": "$150-300"}),
    )
    assert headline_of(reviewed(plan(whole), plan(half, rest))) == (
        "Sprint 2 (Rest) is new. Savings stay at $300-600 a month."
    )


def test_the_option_is_named_where_there_are_several_and_none_is_chosen() -> None:
    for chosen, who in ((None, "Option A"), ("A", "The plan")):
        options = [[option("A", {weeks: ["1"]}), option("B", {"1": ["1"]})] for weeks in ("1-2", "1-4")]
        found = reviewed(*(plan(sprint("1", effort="1 day"), options=each, chosen=chosen) for each in options))
        assert f". {who} ends 2 weeks later." in headline_of(found)


def test_the_ranks_are_of_rules_and_facts_that_exist_each_once() -> None:
    ranked = [rule for rules in EDITS for rule in rules] + sorted(REMARKS)
    assert len(set(ranked)) == len(ranked)
    assert set(ranked) <= set(BY_ID)
    assert set(FACTS) <= {*FACT_KINDS, "health"}


def test_a_plan_that_goes_off_track_says_so_after_the_edits() -> None:
    """What is planned ends three weeks earlier than the work can."""
    begun = [entry("1", "2026-01-05", "in progress")]
    before, after = (
        plan(sprint("1", effort=effort), phases=[phase("1", "1-2", "1")], entries=begun, start="2026-01-05")
        for effort in ("8 days", "30 days")
    )
    day = date(2026, 1, 6)
    one, other = analyse(before, day), analyse(after, day)
    found = Review(one, other, compare(one, other), "main", "work")
    assert (one.health.verdict, other.health.verdict) == ("on track", "off track")
    assert headline_of(found).startswith(
        "Sprint 1: effort 30 days, not 8 days. The plan goes from on track to off track: "
        "it can end 32 days later, 29 days after its planned end."
    )


def test_a_plan_whose_due_sprints_are_mostly_open_goes_off_track_for_that_reason() -> None:
    sprints = [sprint(str(n), when=f"day {n}", effort="1 day") for n in range(1, 7)]
    rest = [sprint("7", when="week 9", effort="1 day"), sprint("8", when="week 9", effort="1 day")]
    done = [entry(str(n), "2026-01-12", "done") for n in (1, 2, 3)]
    plans = [plan(*sprints, *rest, entries=entries, start="2026-01-05") for entries in (done, done[:2])]
    one, other = (analyse(each, date(2026, 1, 26)) for each in plans)
    headline = headline_of(Review(one, other, compare(one, other), "main", "work"))
    reason = "Only 2 of the 6 sprints that were due are done."
    assert f"The plan goes from at risk to off track: {reason[0].lower()}{reason[1:]}" in headline


def test_work_on_a_new_sprint_is_not_named_beside_it() -> None:
    options = [[option("A", {"1": ["1"]})], [option("A", {"1": ["1"], "2": ["2"]})]]
    before, after = plan(sprint("1"), options=options[0]), plan(sprint("1"), sprint("2"), options=options[1])
    assert headline_of(reviewed(before, after)).startswith("Sprint 2 (Title 2) is new. ")


def test_dates_that_a_plan_gets_are_an_effect_and_those_that_move_are_no_effect_on_the_end() -> None:
    options = [option("A", {"1-2": ["1"]})]
    sprints = sprint("1", effort="5 days"), sprint("2", effort="1 day")
    one, other = plan(*sprints, options=options), plan(*sprints, options=options, start="2026-01-05")
    assert headline_of(reviewed(one, other)) == "The plan starts on 5 Jan 2026. The plan ends in week 2, on 18 Jan."
    moved = [
        [phase("1", "1", "1"), phase("2", "2", *to), phase("3", "3", "9", *rest)] for to, rest in (("2", ""), ("", "2"))
    ]
    before, after = (plan(*sprints, sprint("9"), phases=phases) for phases in moved)
    assert headline_of(reviewed(before, after)) == (
        "Sprint 2 moves to Phase 3. No effect on the plan's end, savings or risks."
    )


def test_a_plan_that_gets_at_risk_says_why() -> None:
    begun = plan(sprint("1"), entries=[entry("1", "2026-01-05", "in progress")])
    stuck = plan(sprint("1"), entries=[entry("1", "2026-01-05", "blocked")])
    one, other = (analyse(found, date(2026, 1, 6)) for found in (begun, stuck))
    headline = headline_of(Review(one, other, compare(one, other), "main", "work"))
    assert headline.endswith("The plan goes from on track to at risk: Sprint 1 is blocked.")


@given(
    st.lists(st.tuples(st.sampled_from(sorted(BY_ID)), st.text(max_size=400)), max_size=8),
    st.lists(st.tuples(st.sampled_from(sorted(FACT_KINDS)), st.text(max_size=300)), max_size=8),
)
def test_a_headline_is_never_longer_and_never_empty(edits: list[tuple[str, str]], facts: list[tuple[str, str]]) -> None:
    changes = tuple(edit(rule, message or "x") for rule, message in edits)
    moved = tuple(fact(kind, "before", text) for kind, text in facts)
    found = replace(review(), difference=Difference(changes, moved, (), (), ()))
    assert 0 < len(headline_of(found)) <= LONGEST_HEADLINE
