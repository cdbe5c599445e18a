"""The audit reports wrong plans, and none of the false findings that real plans have brought up."""

from typing import Any

import pytest

from masterplan.analyse import analyse
from masterplan.model.plan import Plan
from masterplan.model.team import WorkingTime
from tests.plans import entry, option, phase, plan, sprint

METRIC = {"name": "Upload time", "before": "10 s", "after": "2 s"}


def table(*cells: str, total: str) -> Plan:
    """A plan with a table of one column and the total declared below it."""
    rows = [{"name": f"Row {n}", "cells": [cell]} for n, cell in enumerate(cells)]
    return plan(tables=[{"title": "Table", "columns": ["Column"], "rows": rows, "total": [total]}])


def facts(of: str, *says: str) -> list[Any]:
    return [{"claim": "fact", "of": of, "says": words} for words in says]


def beside(unit: str, *others: str) -> dict[str, object]:
    """A claim that a sprint or task can run alongside others."""
    return {"sprint": unit, "alongside": others, "says": "side by side"}


def mentions(text: str, *ids: str) -> Plan:
    """A plan with one next step of this text, and with sprints of these ids."""
    return plan(*(sprint(id_) for id_ in ids or ("1", "2", "3")), next_steps=[{"title": text}])


RIGHT: list[tuple[str, Plan]] = [
    ("only the sum has a unit", table("1", "1", "0.5", total="2.5 FTE")),
    ("only some cells have a unit", table("1 FTE", "1", "0.5", total="2.5 FTE")),
    ("a cell is not known yet", table("$40", "TBD", total="$100")),
    ("a sum of hours is rounded", table("4.2 h", "3.3 h", "2.6 h", total="10 h")),
    ("shares are rounded", table("33%", "33%", "33%", total="100%")),
    ("a column of shares ends in their average", table("80%", "90%", total="85%")),
    ("a column of rates ends in their average", table("11 points/week", "13 points/week", total="12 points/week")),
    ("a sum is called an average", table("11 points", "13 points", total="12 points avg")),
    ("cells are rough", table("~4h", "~3h", total="7.5h")),
    (
        "two sprints state the same fact of themselves",
        plan(sprint("1", declared=facts("Team", "2 people")), sprint("2", declared=facts("Team", "3 people"))),
    ),
    ("two amounts count different things", plan(declared=facts("Size", "40 hours", "13 points"))),
    (
        "two improvements nobody measures are about two things",
        plan(sprint("1", declared=[{"claim": "improvement", "says": says} for says in ("50%", "90%")])),
    ),
    ("an impact is about something else", plan(sprint("1", impact="80% test coverage", metrics=[METRIC]))),
    (
        "an edge that follows from others has a reason of its own",
        plan(
            sprint("1"),
            sprint("2", needs=["1"]),
            sprint(
                "3", depends_on=[{"sprint": "1", "reason": "reads its tables"}, {"sprint": "2", "reason": "calls it"}]
            ),
        ),
    ),
    (
        "nobody states reasons, and the author lists everything",
        plan(sprint("1"), sprint("2", needs=["1"]), sprint("3", needs=["1", "2"])),
    ),
    ("one bound is stated twice", plan(declared=facts("Coverage", ">70% (all)", ">70% (lines)"))),
    ("a change is rounded", plan(sprint("1", metrics=[METRIC | {"after": "3.4 s", "improvement": "65%"}]))),
    (
        "what is done needs no phase",
        plan(
            sprint("1"),
            sprint("2"),
            phases=[phase("A", "1", "2")],
            entries=[entry("1", "2026-01-05", "done")],
        ),
    ),
    ("phases overlap by design", plan(phases=[phase("A", "1-3"), phase("B", "2-5"), phase("C", "4-6")])),
    (
        "an option plans what is left",
        plan(
            sprint("1"),
            sprint("2"),
            options=[option("A", {"1": ["2"]})],
            entries=[entry("1", "2026-01-05", "done")],
        ),
    ),
    (
        "two people are twice as fast as one",
        plan(sprint("1"), options=[option("A", {"1-4": ["1"]}), option("B", {"1-2": ["1"]}, {"1-2": ["1"]})]),
    ),
    (
        "a range of people leaves the option its choice",
        plan(options=[option("A", {"1": []}, declared=[{"claim": "people", "says": "1-2 developers"}])]),
    ),
    ("a sentence is about future work", mentions("The mobile app follows in a future Sprint 7.")),
    ("a sentence is about what was deferred", mentions("Deferred to Sprint 9")),
    ("a plan begins in the middle", mentions("Builds on Sprint 19", "20", "21")),
    ("a sprint stands for several", mentions("Sprints 5-7 follow, Sprint 6 last", "4", "5-7")),
    ("a part of a sprint has a number", mentions("Start with Sprint 2.1")),
    ("a number counts tasks", mentions("Sprint 1, 12 tasks")),
    ("a number counts points", mentions("Sprint 1 - 8 points")),
    ("a number is a day", mentions("Sprint 1, 12 May")),
    ("a number is a year", mentions("Sprint 2/2026")),
    ("a word has a dotless i", mentions("Spr\N{LATIN SMALL LETTER DOTLESS I}nt 7 and Sprint 1")),
    (
        "a piece of work has options and steps of its own",
        plan(
            sprint("1", description="Option C: a static picture", tasks=[{"title": "Phase 3: clean up"}]),
            sprint("2"),
            phases=[phase("1", "1", "1"), phase("2", "2", "2")],
            options=[option("A", {"1": ["1"], "2": ["2"]})],
        ),
    ),
    (
        "a task is done in time for one of a sprint that shares a week with its own",
        plan(
            sprint("1", when="1-3", tasks=[{"id": "T1", "title": "Measure"}]),
            sprint("2", when="3-4", tasks=[{"title": "Build", "depends_on": ["T1"]}]),
            entries=[entry("1", "2026-01-05", "in progress"), entry("2", "2026-01-12", "in progress")],
        ),
    ),
    (
        "an option that was not chosen needs more time than the phases have",
        plan(
            sprint("1"),
            phases=[phase("A", "1-2", "1")],
            options=[option("A", {"1-2": ["1"]}), option("B", {"2-3": ["1"]})],
            chosen="A",
        ),
    ),
    (
        "an option that was not chosen leaves out a sprint, is in the wrong order and claims another length",
        plan(
            sprint("1"),
            sprint("2", needs=["1"]),
            sprint("3"),
            options=[
                option("A", {"1-2": ["1"], "3-4": ["2"], "5": ["3"]}),
                option(
                    "B",
                    {"1": ["2"], "2": ["1"]},
                    declared=[{"claim": "duration", "says": "5 weeks"}, {"claim": "people", "says": "3"}],
                ),
            ],
            chosen="A",
        ),
    ),
    (
        "the plan is as long and has as many people as the chosen option",
        plan(
            sprint("1"),
            options=[option("A", {"1-2": ["1"]}), option("B", {"1": ["1"]}, {"1": ["1"]})],
            chosen="A",
            declared=[{"claim": "duration", "says": "2 weeks"}, {"claim": "people", "says": "1 developer"}],
        ),
    ),
    (
        "what is deferred falls with nothing",
        plan(
            sprint("1", rollback={"steps": ["Switch it off"], "first": []}),
            sprint("2", needs=["1"], state="deferred", rollback={"steps": ["Hide it"]}),
        ),
    ),
    (
        "weeks are those of the calendar, with holidays and up to a Friday",
        plan(
            phases=[phase("A", "2026-02-16 to 2026-06-12", declared=[{"claim": "duration", "says": "17 weeks"}])],
            calendar=WorkingTime.model_validate({"holidays": ("2026-03-28 to 2026-04-06",)}),
        ),
    ),
    (
        "a total counts what the tasks say, though a sprint says another",
        plan(
            sprint("1", tasks=[{"title": "Measure", "effort": "2 days"}, {"title": "Build", "effort": "4 days"}]),
            phases=[phase("A", "1", "1", effort="6 days")],
            declared=[{"claim": "effort", "says": "6 days"}],
        ),
    ),
    (
        "points are counted by claims and by facts, by tasks and by sprints",
        plan(
            sprint("1", effort="4 days", tasks=[{"title": "Measure", "points": 2}, {"title": "Build", "points": 3}]),
            sprint("2", effort="2 days", points=8, declared=facts("Points", "8 SP")),
            sprint("3", points=5, state="deferred"),
            declared=[{"claim": "effort", "says": "13 story points"}, *facts("Story points", "13")],
        ),
    ),
    (
        "tasks run alongside others as claimed",
        plan(
            sprint("1", tasks=[{"id": "T1", "title": "Measure"}, {"id": "T2", "title": "Build"}]),
            sprint("2", tasks=[{"id": "T3", "title": "Test", "depends_on": ["T1"]}]),
            phases=[phase("A", "1-2", "1", "2", parallel=[beside("T2", "T3", "2")])],
        ),
    ),
    (
        "a claim is about the metric that it names",
        plan(sprint("1", metrics=[METRIC], declared=[{"claim": "improvement", "says": "80%", "of": "Upload time"}])),
    ),
]

WRONG: list[tuple[str, Plan]] = [
    ("table-sum", table("1", "1", "0.5", total="1.5 FTE")),
    ("table-sum", table("$40", "-", total="$100")),
    ("table-sum", table("4.2 h", "3.3 h", total="9 h")),
    ("table-sum", table("30%", "30%", total="100%")),
    ("table-sum", table("~4h", "~3h", total="9h")),
    ("two-values", plan(sprint("1", declared=facts("Team", "2 people", "3 people")))),
    ("two-values", plan(sprint("1", declared=facts("Go live", "Week 6")), declared=facts("Go live", "Week 7"))),
    ("two-values", plan(declared=facts("Size", "40 hours", "2 weeks"))),
    (
        "parallel-excluded",
        plan(
            sprint("1", tasks=[{"id": "T1", "title": "Measure"}, {"id": "T2", "title": "Build", "depends_on": ["T1"]}]),
            sprint("2", tasks=[{"id": "T3", "title": "Test", "depends_on": ["T2"]}]),
            phases=[phase("A", "1-2", "1", "2", parallel=[beside("T1", "T3")])],
        ),
    ),
    (
        "parallel-excluded",
        plan(
            sprint("1", when="1-2", tasks=[{"id": "T1", "title": "Measure", "when": "1"}]),
            sprint("2", when="2", tasks=[{"id": "T2", "title": "Build"}]),
            phases=[phase("A", "1-2", "1", "2", parallel=[beside("T1", "T2")])],
        ),
    ),
    ("impact-mismatch", plan(sprint("1", impact="50% less upload time", metrics=[METRIC]))),
    (
        "impact-unmeasured",
        plan(sprint("1", metrics=[METRIC], declared=[{"claim": "improvement", "says": "50%", "of": "Memory"}])),
    ),
    ("total-mismatch", plan(sprint("1", points=8), declared=[{"claim": "effort", "says": "13 points"}])),
    ("total-mismatch", plan(sprint("1", points=8), declared=facts("Total points", "13"))),
    ("figure-mismatch", plan(sprint("1", points=8, declared=facts("Points", "13")))),
    ("unknown-mention", mentions("Begin with Sprint 7. The future is open.")),
    ("unknown-mention", mentions("Sprints 1, 2 and 7 run first")),
    ("unknown-mention", mentions("Sprints 1-7 in order")),
    ("unknown-mention", plan(options=[option("A", {"1": []})], next_steps=[{"title": "Choose Option C"}])),
    ("unknown-mention", plan(sprint("1", impact="ready for Phase 3"), phases=[phase("1", "1", "1"), phase("2", "2")])),
    (
        "timeline-mismatch",
        plan(phases=[phase("A", "2026-02-16 to 2026-06-12", declared=[{"claim": "duration", "says": "12 weeks"}])]),
    ),
    (
        "timeline-mismatch",
        plan(
            sprint("1", effort="5 days"),
            options=[option("A", {"1-2": ["1"]}), option("B", {"1": ["1"]})],
            chosen="A",
            declared=[{"claim": "duration", "says": "1 week"}],
        ),
    ),
    (
        "count-mismatch",
        plan(
            sprint("1"),
            options=[option("A", {"1-2": ["1"]}), option("B", {"1-2": ["1"]}, {"1-2": ["1"]})],
            chosen="B",
            declared=[{"claim": "people", "says": "1 developer"}],
        ),
    ),
    (
        "total-mismatch",
        plan(
            sprint("1", tasks=[{"title": "Build", "effort": "4 days"}]),
            declared=[{"claim": "effort", "says": "6 days"}],
        ),
    ),
    (
        "window-order",
        plan(
            sprint("1", when="3-4", tasks=[{"id": "T1", "title": "Measure"}]),
            sprint("2", when="1-2", tasks=[{"title": "Build", "depends_on": ["T1"]}]),
        ),
    ),
]


@pytest.mark.parametrize(("why", "of"), RIGHT, ids=[why for why, _ in RIGHT])
def test_a_right_plan_has_no_findings(why: str, of: Plan) -> None:
    assert [finding.message for finding in analyse(of).findings] == [], why


@pytest.mark.parametrize(("rule", "of"), WRONG)
def test_a_wrong_plan_has_its_finding_and_no_other(rule: str, of: Plan) -> None:
    assert [finding.rule.id for finding in analyse(of).findings] == [rule]


def documents(*states: str, task: str = "Write docs/api.md") -> Plan:
    """A plan with a document to update after every sprint and one after its only sprint, which had these states."""
    paper = {"path": "docs/api.md"}
    return plan(
        sprint("1", tasks=[{"title": task}], documentation=[{"path": "docs/own.md"}]),
        documentation={"after_each_sprint": [paper]},
        entries=[entry("1", f"2026-01-0{day}", state) for day, state in enumerate(states, 1)],
    )


def missing(of: Plan) -> list[str]:
    findings = analyse(of, None, lambda _: False).findings
    return [finding.message.split()[0].strip("`") for finding in findings if finding.rule.id == "missing-document"]


def test_a_document_that_a_task_will_write_is_not_missing() -> None:
    assert missing(documents()) == []
    assert missing(documents(task="Write the code")) == ["docs/api.md"]


def test_the_documents_of_a_sprint_may_be_missing_until_it_is_done() -> None:
    assert missing(documents("in progress")) == []
    assert missing(documents("in progress", "done")) == ["docs/api.md", "docs/own.md"]


@pytest.mark.parametrize(
    ("risk", "rules"),
    [
        ({"title": "Slow", "level": "high", "mitigation": ["Measure"]}, ["risk-without-owner"]),
        ({"title": "Slow", "level": "high", "owner": ["ada"]}, ["risk-without-mitigation"]),
        ({"title": "Slow", "level": "low", "likelihood": "medium", "impact": "medium"}, ["risk-level"]),
        ({"title": "Slow", "level": "medium"}, []),
        (
            {
                "title": "Slow",
                "level": "very high",
                "likelihood": "high",
                "impact": "high",
                "owner": ["ada"],
                "mitigation": ["Test"],
            },
            [],
        ),
    ],
)
def test_every_risk_in_the_list_of_a_sprint_is_checked(risk: dict[str, Any], rules: list[str]) -> None:
    assert [finding.rule.id for finding in analyse(plan(sprint("1", risks=[risk]))).findings] == rules


def test_a_need_for_a_deferred_sprint_is_reported() -> None:
    [finding] = analyse(plan(sprint("1", state="deferred"), sprint("2", needs=["1"]))).findings
    assert (finding.rule.id, finding.computed) == ("needs-dropped", "deferred")
