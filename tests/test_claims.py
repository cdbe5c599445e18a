"""Every kind of claim, compared with small plans: it agrees, differs, or is unchecked if the plan states nothing."""

from typing import Any, get_args

import pytest

from masterplan.analyse import analyse
from masterplan.analyse.audit.judgement import Outcome, Verdict
from masterplan.model.declared import Claim
from masterplan.model.finding import ordered
from masterplan.model.plan import Plan
from masterplan.model.sprint import Sprint
from tests.plans import entry, option, person, phase, plan, sprint

SAVES = {"monthly": "$50-100"}
METRIC = {"name": "Time", "before": "5-10s", "after": "1s"}
RISE = {"name": "Rate", "before": "1", "after": "3"}
FASTER = {"name": "Time", "before": "5-10 min", "after": "2-3 min"}
THIRD = {"name": "Time", "before": "3 s", "after": "1 s"}
SPAN = "40-80%, 60-70% like for like"
BACK = {"steps": ["Undo it"]}


def windowed(*windows: str) -> list[Sprint]:
    """Sprints 1, 2, ... with windows of their own."""
    return [sprint(str(n), when=when) for n, when in enumerate(windows, 1)]


def claimed(claim: str, says: str = "as stated", *sprints: str, **fields: object) -> list[object]:
    """A list with one claim, as under `declared:` in a file."""
    return [{"claim": claim, "says": says, "sprints": sprints} | fields]


def dated(*sprints: Sprint, **fields: Any) -> Plan:
    """A plan that starts on a Monday."""
    return plan(*sprints, start="2026-01-05", **fields)


def risky(id_: str, level: str, *kinds: str) -> Sprint:
    return sprint(id_, risk={"level": level}, declared=[claim for kind in kinds for claim in claimed(kind)])


# Plans with one claim, its computed value, and the outcome.
CASES: list[tuple[Plan, str, Outcome]] = [
    # sprints: how many there are
    (plan(sprint("1"), sprint("2"), declared=claimed("sprints", "2")), "2", "agrees"),
    (plan(sprint("1"), declared=claimed("sprints", "Total: 1", value=1)), "1", "agrees"),
    (plan(sprint("1"), sprint("2"), declared=claimed("sprints", "2 epics")), "2 epics", "agrees"),
    (plan(sprint("1"), declared=claimed("sprints", "2")), "1", "differs"),
    (plan(sprint("1"), declared=claimed("sprints", "one")), "1", "unchecked"),
    (plan(sprint("1"), sprint("2"), phases=[phase("A", "1", "2", declared=claimed("sprints", "1"))]), "1", "agrees"),
    # monthly-savings and annual-savings: of the plan, a phase, a sprint
    (
        plan(sprint("1", savings=SAVES), sprint("2", savings=SAVES), declared=claimed("monthly-savings", "$100-200")),
        "$100-200/month",
        "agrees",
    ),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "$50-100/month")), "$50-100/month", "agrees"),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "$75")), "$50-100/month", "agrees"),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "$60")), "$50-100/month", "differs"),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "$10-200")), "$50-100/month", "within"),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "$75-150")), "$50-100/month", "differs"),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "€50-100")), "$50-100/month", "differs"),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "$50-100/year")), "$50-100/month", "differs"),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "$75/year")), "$50-100/month", "differs"),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "a lot")), "$50-100/month", "unchecked"),
    (plan(sprint("1", savings=SAVES), declared=claimed("monthly-savings", "$100-50")), "$50-100/month", "unchecked"),
    (plan(sprint("1"), declared=claimed("monthly-savings", "$50")), "", "unchecked"),
    (plan(sprint("1", savings=SAVES), declared=claimed("annual-savings", "$600-1,200")), "$600-1,200/year", "agrees"),
    (plan(sprint("1", savings=SAVES), declared=claimed("annual-savings", "$600-1,000")), "$600-1,200/year", "differs"),
    (plan(sprint("1", savings=SAVES), declared=claimed("annual-savings", "$50-100")), "$600-1,200/year", "differs"),
    (
        plan(sprint("1"), sprint("2", savings=SAVES, declared=claimed("annual-savings", "$600-1,200"))),
        "$600-1,200/year",
        "agrees",
    ),
    (plan(sprint("1", savings=SAVES), sprint("2", declared=claimed("annual-savings", "$600"))), "", "unchecked"),
    (
        plan(
            sprint("1", savings=SAVES),
            sprint("2", savings=SAVES),
            phases=[phase("A", "1", "2", declared=claimed("monthly-savings", "$50-100"))],
        ),
        "$50-100/month",
        "agrees",
    ),
    (
        plan(
            sprint("1", savings=SAVES), sprint("2", savings=SAVES), declared=claimed("monthly-savings", "$50-100", "2")
        ),
        "$50-100/month",
        "agrees",
    ),
    # duration: of an option, a phase, the plan
    (plan(options=[option("A", {"1-2": [], "3-6": []}, declared=claimed("duration", "6 weeks"))]), "6 weeks", "agrees"),
    (
        plan(options=[option("A", {"3-6": []}, {"5-8": []}, declared=claimed("duration", "6 weeks"))]),
        "6 weeks",
        "agrees",
    ),
    (plan(options=[option("A", {"1-6": []}, declared=claimed("duration", "5-6 weeks"))]), "6 weeks", "within"),
    (plan(options=[option("A", {"1-6": []}, declared=claimed("duration", "8-10 weeks"))]), "6 weeks", "differs"),
    (plan(options=[option("A", {"1-6": []}, declared=claimed("duration", "6"))]), "6 weeks", "agrees"),
    (plan(options=[option("A", {"1-6": []}, declared=claimed("duration", "30 days"))]), "6 weeks", "agrees"),
    (plan(options=[option("A", {"1-8": []}, declared=claimed("duration", "2 months"))]), "8 weeks", "agrees"),
    (plan(options=[option("A", {"1-9": []}, declared=claimed("duration", "60 days"))]), "9 weeks", "agrees"),
    (plan(options=[option("A", {"1-6": []}, declared=claimed("duration", "2 months"))]), "6 weeks", "differs"),
    (plan(options=[option("A", {"1-6": []}, declared=claimed("duration", "up to 7 weeks"))]), "6 weeks", "agrees"),
    (plan(options=[option("A", {"1-6": []}, declared=claimed("duration", "<6 weeks"))]), "6 weeks", "differs"),
    (plan(options=[option("A", {"1-6": []}, declared=claimed("duration", "some weeks"))]), "6 weeks", "unchecked"),
    (plan(options=[option("A", declared=claimed("duration", "6 weeks"))]), "", "unchecked"),
    (
        plan(phases=[phase("A", "2026-03-02 to 2026-03-15", declared=claimed("duration", "14 days"))]),
        "14 days",
        "agrees",
    ),
    (
        plan(phases=[phase("A", "2026-03-02 to 2026-03-15", declared=claimed("duration", "10 days"))]),
        "10 days",
        "agrees",
    ),
    (
        plan(phases=[phase("A", "2026-03-02 to 2026-03-15", declared=claimed("duration", "12 days"))]),
        "10 days",
        "differs",
    ),
    (
        plan(phases=[phase("A", "1-2"), phase("B", "9+")], declared=claimed("duration", "7 weeks")),
        "8 weeks or more",
        "differs",
    ),
    (
        plan(phases=[phase("A", "1-2"), phase("B", "9+")], declared=claimed("duration", "9 weeks")),
        "8 weeks or more",
        "unchecked",
    ),
    # how long each sprint lasts
    (
        plan(*windowed("1-2", "3-4"), declared=claimed("sprint-duration", "2 weeks")),
        "Sprint 1 takes 2 weeks and Sprint 2 takes 2 weeks",
        "agrees",
    ),
    (
        plan(*windowed("1-2", "3-5"), declared=claimed("sprint-duration", "2 weeks")),
        "Sprint 2 takes 3 weeks",
        "differs",
    ),
    (plan(*windowed("1-2", "3+"), declared=claimed("sprint-duration", "2 weeks")), "Sprint 1 takes 2 weeks", "agrees"),
    (
        plan(*windowed("2026-03-02 to 2026-03-13"), declared=claimed("sprint-duration", "2 weeks")),
        "Sprint 1 takes 2 weeks",
        "agrees",
    ),
    (
        plan(*windowed("1-2", "3-5"), declared=claimed("sprint-duration", "2 weeks", "1")),
        "Sprint 1 takes 2 weeks",
        "agrees",
    ),
    (plan(sprint("1"), declared=claimed("sprint-duration", "2 weeks")), "", "unchecked"),
    (plan(phases=[phase("A", "3-5", declared=claimed("duration", "3 weeks"))]), "3 weeks", "agrees"),
    (plan(phases=[phase("A", "3-5", declared=claimed("duration", "5 weeks"))]), "3 weeks", "differs"),
    (
        plan(options=[option("A", {"1-6": []}), option("B", {"1-4": []})], declared=claimed("duration", "4-6 weeks")),
        "4-6 weeks",
        "agrees",
    ),
    (
        plan(options=[option("A", {"1-6": []})], phases=[phase("A", "1-8")], declared=claimed("duration", "8 weeks")),
        "8 weeks",
        "agrees",
    ),
    (
        plan(options=[option("A", {"1-6": []})], phases=[phase("A", "1-8")], declared=claimed("duration", "7 weeks")),
        "6 weeks",
        "differs",
    ),
    (plan(phases=[phase("A", "1-2"), phase("B", "3-8")], declared=claimed("duration", "8 weeks")), "8 weeks", "agrees"),
    (plan(declared=claimed("duration", "8 weeks")), "", "unchecked"),
    (plan(sprint("1", when="1-3", declared=claimed("duration", "2 weeks"))), "3 weeks", "differs"),
    (
        plan(sprint("1", when="1-2", declared=claimed("duration", "2-week sprint", value="2 weeks"))),
        "2 weeks",
        "agrees",
    ),
    (
        plan(
            sprint("1", when="1-2"),
            sprint("2", when="3-4"),
            sprint("3", when="5-9"),
            declared=claimed("duration", "4 weeks", "1", "2"),
        ),
        "4 weeks",
        "agrees",
    ),
    (plan(sprint("1", when="1-2"), sprint("2"), declared=claimed("duration", "9 weeks", "1", "2")), "", "unchecked"),
    (plan(sprint("1", declared=claimed("duration", "1 week")), phases=[phase("A", "1-2", "1")]), "", "unchecked"),
    # improvement: what the sprint's one metric says
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "80-90%"))), "80-90%", "agrees"),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "85%"))), "80-90%", "agrees"),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "70-95%"))), "80-90%", "within"),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "up to 90%"))), "80-90%", "agrees"),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "~84%"))), "80-90%", "agrees"),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "+85%"))), "80-90%", "differs"),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "-80-90%"))), "80-90%", "agrees"),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "5-10x"))), "80-90%", "agrees"),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "8 s"))), "80-90%", "unchecked"),
    (plan(sprint("1", metrics=[RISE], declared=claimed("improvement", "3x"))), "-200%", "agrees"),
    (plan(sprint("1", metrics=[RISE], declared=claimed("improvement", "200%"))), "-200%", "agrees"),
    (plan(sprint("1", metrics=[RISE], declared=claimed("improvement", "-200%"))), "-200%", "differs"),
    (plan(sprint("1", metrics=[FASTER], declared=claimed("improvement", "60-70%"))), SPAN, "agrees"),
    (plan(sprint("1", metrics=[FASTER], declared=claimed("improvement", "60%"))), SPAN, "agrees"),
    (plan(sprint("1", metrics=[FASTER], declared=claimed("improvement", "50%"))), SPAN, "differs"),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "95%"))), "80-90%", "differs"),
    (plan(sprint("1", metrics=[THIRD], declared=claimed("improvement", "66%"))), "67%", "agrees"),
    (plan(sprint("1", metrics=[FASTER], declared=claimed("improvement", "3x"))), SPAN, "agrees"),
    (plan(sprint("1", metrics=[FASTER], declared=claimed("improvement", "8x"))), SPAN, "differs"),
    (plan(sprint("1", metrics=[THIRD], declared=claimed("improvement", "65%"))), "67%", "differs"),
    (
        plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "90% fewer calls", value="90%"))),
        "80-90%",
        "differs",
    ),
    (plan(sprint("1", metrics=[METRIC], declared=claimed("improvement", "much faster"))), "80-90%", "unchecked"),
    (plan(sprint("1", metrics=[RISE, METRIC], declared=claimed("improvement", "80-90%"))), "80-90%", "agrees"),
    (
        plan(sprint("1", metrics=[RISE, METRIC], declared=claimed("improvement", "80-90%", of="rate"))),
        "-200%",
        "differs",
    ),
    (
        plan(sprint("1", metrics=[RISE, METRIC], declared=claimed("improvement", "50%"))),
        "-200% for Rate and 80-90% for Time",
        "differs",
    ),
    (plan(sprint("1", declared=claimed("improvement", "90%"))), "", "unchecked"),
    (plan(declared=claimed("improvement", "90%")), "", "unchecked"),
    # effort
    (plan(sprint("1", effort="2 hours", declared=claimed("effort", "2-hour"))), "2 hours", "agrees"),
    (plan(sprint("1", effort="3-5 days", declared=claimed("effort", "4 days"))), "3-5 days", "agrees"),
    (plan(sprint("1", effort="3-5 days", declared=claimed("effort", "2-6 days"))), "3-5 days", "within"),
    (plan(sprint("1", effort="3-5 days", declared=claimed("effort", "6 days"))), "3-5 days", "differs"),
    (plan(sprint("1", effort="3-5 days", declared=claimed("effort", "1 week"))), "3-5 days", "differs"),
    (plan(sprint("1", effort="3-5 days", declared=claimed("effort", "24-40 hours"))), "3-5 days", "agrees"),
    (
        plan(sprint("1", effort="2 days"), sprint("2", effort="1-3 days"), declared=claimed("effort", "3-5 days")),
        "3-5 days",
        "agrees",
    ),
    (plan(sprint("1", declared=claimed("effort", "2 hours"))), "", "unchecked"),
    (plan(sprint("1", effort="2 hours"), sprint("2"), declared=claimed("effort", "2 hours")), "", "unchecked"),
    # independent: no hard dependency among these sprints, or on one of them
    (
        plan(sprint("1"), sprint("2", benefits=["1"]), declared=claimed("independent")),
        "there is no hard dependency",
        "agrees",
    ),
    (
        plan(sprint("1"), sprint("2", needs=["1"]), declared=claimed("independent")),
        "Sprint 2 needs Sprint 1",
        "differs",
    ),
    (
        plan(sprint("1"), sprint("2", needs=["1"]), sprint("3", needs=["1"]), declared=claimed("independent")),
        "Sprint 2 needs Sprint 1 and Sprint 3 needs Sprint 1",
        "differs",
    ),
    (
        plan(sprint("1", declared=claimed("independent")), sprint("2"), sprint("3", needs=["2"])),
        "there is no hard dependency",
        "agrees",
    ),
    (
        plan(sprint("1", declared=claimed("independent")), sprint("2", needs=["1"])),
        "Sprint 2 needs Sprint 1",
        "differs",
    ),
    (
        plan(sprint("1"), sprint("2", needs=["1"]), sprint("3"), declared=claimed("independent", "x", "3")),
        "there is no hard dependency",
        "agrees",
    ),
    # needed-by: the sprints it names, or any
    (plan(sprint("1", declared=claimed("needed-by")), sprint("2", benefits=["1"])), "Sprint 2 needs it", "agrees"),
    (
        plan(sprint("1", declared=claimed("needed-by", "x", "3")), sprint("2", needs=["1"]), sprint("3", needs=["2"])),
        "Sprint 2 and Sprint 3 need it",
        "agrees",
    ),
    (
        plan(sprint("1", declared=claimed("needed-by", "x", "2", "3")), sprint("2", needs=["1"]), sprint("3")),
        "only Sprint 2 needs it, not Sprint 3",
        "differs",
    ),
    (
        plan(sprint("1", declared=claimed("needed-by", value="2+")), sprint("2", needs=["1"]), sprint("3")),
        "only Sprint 2 needs it",
        "differs",
    ),
    (
        plan(
            sprint("1", declared=claimed("needed-by", value="2+")), sprint("2", needs=["1"]), sprint("3", needs=["1"])
        ),
        "Sprint 2 and Sprint 3 need it",
        "agrees",
    ),
    (plan(sprint("1", declared=claimed("needed-by"))), "nothing needs it", "differs"),
    (plan(sprint("1", declared=claimed("needed-by", "Unblocks: None"))), "nothing needs it", "agrees"),
    (plan(sprint("1", declared=claimed("needed-by", "Gibt nichts frei", value=0))), "nothing needs it", "agrees"),
    (
        plan(sprint("1", declared=claimed("needed-by", "Unblocks: None")), sprint("2", benefits=["1"])),
        "nothing needs it",
        "agrees",
    ),
    (
        plan(sprint("1", declared=claimed("needed-by", "Unblocks: None")), sprint("2", needs=["1"])),
        "Sprint 2 needs it",
        "differs",
    ),
    (plan(sprint("1"), declared=claimed("needed-by")), "", "unchecked"),
    # needs-nothing: stated by an empty list; missing dependencies are unchecked
    (plan(sprint("1", depends_on=[], declared=claimed("needs-nothing"))), "it needs nothing", "agrees"),
    (plan(sprint("1"), sprint("2", needs=["1"], declared=claimed("needs-nothing"))), "it needs Sprint 1", "differs"),
    (plan(sprint("1"), sprint("2", benefits=["1"], declared=claimed("needs-nothing"))), "it needs nothing", "agrees"),
    (plan(sprint("1", declared=claimed("needs-nothing"))), "its dependencies are not stated", "unchecked"),
    (
        plan(sprint("1", depends_on=[]), sprint("2", needs=["1"]), declared=claimed("needs-nothing", "x", "1")),
        "it needs nothing",
        "agrees",
    ),
    (
        plan(sprint("1", depends_on=[]), sprint("2", needs=["1"]), declared=claimed("needs-nothing")),
        "it needs Sprint 1",
        "differs",
    ),
    # soft-dependency
    (
        plan(sprint("1"), sprint("2", benefits=["1"], declared=claimed("soft-dependency", "x", "1"))),
        "its dependency on Sprint 1 is soft",
        "agrees",
    ),
    (
        plan(sprint("1"), sprint("2", needs=["1"], declared=claimed("soft-dependency", "x", "1"))),
        "its dependency on Sprint 1 is hard",
        "differs",
    ),
    (
        plan(sprint("1"), sprint("2", declared=claimed("soft-dependency", "x", "1"))),
        "it has no such dependency",
        "differs",
    ),
    (
        plan(sprint("1"), sprint("2", benefits=["1"], declared=claimed("soft-dependency"))),
        "its dependency on Sprint 1 is soft",
        "agrees",
    ),
    (plan(sprint("1"), sprint("2", benefits=["1"]), declared=claimed("soft-dependency", "x", "1")), "", "unchecked"),
    # last
    (
        plan(sprint("1"), phases=[phase("A", "1"), phase("B", "2", "1", declared=claimed("last"))]),
        "Sprint 1 ends last",
        "agrees",
    ),
    (
        plan(
            sprint("1"),
            sprint("2"),
            phases=[phase("A", "1", "1"), phase("B", "2", "2", declared=claimed("last", "x", "1"))],
        ),
        "Sprint 2 ends last",
        "differs",
    ),
    (
        plan(sprint("1", declared=claimed("last")), sprint("2"), phases=[phase("A", "1-2", "1"), phase("B", "2", "2")]),
        "Sprint 1 and Sprint 2 end last",
        "agrees",
    ),
    (
        plan(sprint("1", declared=claimed("last")), sprint("2"), phases=[phase("A", "1-2", "1"), phase("B", "3", "2")]),
        "Sprint 2 ends last",
        "differs",
    ),
    (plan(sprint("1", declared=claimed("last")), sprint("2"), phases=[phase("A", "1-2", "2")]), "", "unchecked"),
    # ready
    (
        plan(next_steps=[{"title": "Review it", "done": True}], declared=claimed("ready")),
        "0 of 1 next step are open",
        "agrees",
    ),
    (
        plan(next_steps=[{"title": "Assign owners"}, {"title": "Review", "done": True}], declared=claimed("ready")),
        "1 of 2 next steps is open",
        "differs",
    ),
    (plan(next_steps=[{"title": "Set up the first branch"}], declared=claimed("ready")), "", "unchecked"),
    (plan(next_steps=[{"title": "Assign owners"}], declared=claimed("ready", "Ready for review")), "", "unchecked"),
    (plan(declared=claimed("ready")), "", "unchecked"),
    (plan(sprint("1", declared=claimed("ready"))), "it waits for nothing", "agrees"),
    (plan(sprint("1"), sprint("2", needs=["1"], declared=claimed("ready"))), "it waits for Sprint 1", "differs"),
    (
        plan(
            sprint("1"),
            sprint("2", needs=["1"], declared=claimed("ready")),
            entries=[entry("1", "2026-01-05", "done")],
        ),
        "it waits for nothing",
        "agrees",
    ),
    (
        plan(sprint("1", declared=claimed("ready")), sprint("2"), entries=[entry("1", "2026-01-05", "in progress")]),
        "",
        "unchecked",
    ),
    (
        plan(
            sprint("1"),
            next_steps=[{"title": "Go"}],
            declared=claimed("ready"),
            entries=[entry("1", "2026-01-05", "done")],
        ),
        "",
        "unchecked",
    ),
    # phases and people
    (plan(phases=[phase("A", "1"), phase("B", "2")], declared=claimed("phases", "2 phases")), "2 phases", "agrees"),
    (plan(phases=[phase("A", "1")], declared=claimed("phases", "2")), "1", "differs"),
    (plan(declared=claimed("phases", "2")), "", "unchecked"),
    (plan(options=[option("A", {"1": []}, {"1": []}, declared=claimed("people", "Two", value=2))]), "2", "agrees"),
    (plan(options=[option("A", {"1": []}, declared=claimed("people", "2 developers"))]), "1 developers", "differs"),
    (plan(people=[person("ada")], declared=claimed("people", "1")), "1", "agrees"),
    (plan(declared=claimed("people", "1")), "", "unchecked"),
    # starts and ends: the first and the last day, or a day with no working days in between
    (dated(phases=[phase("A", "2", declared=claimed("starts", day="2026-01-12"))]), "12 Jan 2026", "agrees"),
    (dated(phases=[phase("A", "2", declared=claimed("starts", day="2026-01-10"))]), "12 Jan 2026", "agrees"),
    (dated(phases=[phase("A", "2", declared=claimed("starts", day="2026-01-14"))]), "12 Jan 2026", "differs"),
    (dated(phases=[phase("A", "2-3", declared=claimed("ends", day="2026-01-25"))]), "25 Jan 2026", "agrees"),
    (dated(phases=[phase("A", "2-3", declared=claimed("ends", day="2026-01-23"))]), "25 Jan 2026", "agrees"),
    (dated(phases=[phase("A", "2-3", declared=claimed("ends", day="2026-01-22"))]), "25 Jan 2026", "differs"),
    (dated(phases=[phase("A", "2-3", declared=claimed("ends", day="2026-01-26"))]), "25 Jan 2026", "differs"),
    (
        dated(sprint("1", declared=claimed("ends", day="2026-01-16")), options=[option("A", {"1": [], "2": ["1"]})]),
        "18 Jan 2026",
        "agrees",
    ),
    (
        dated(options=[option("A", {"1-2": []}), option("B", {"1": []})], declared=claimed("ends", day="2026-01-09")),
        "18 Jan 2026 and 11 Jan 2026",
        "agrees",
    ),
    (dated(options=[option("A", {"1": []}, declared=claimed("ends", day="2026-01-16"))]), "11 Jan 2026", "differs"),
    (
        plan(phases=[phase("A", "2021-03-13 to 2021-04-06", declared=claimed("ends", day="2021-04-06"))]),
        "6 Apr 2021",
        "agrees",
    ),
    (dated(phases=[phase("A", "day 3-5", declared=claimed("ends", day="2026-01-09"))]), "9 Jan 2026", "agrees"),
    (dated(sprint("1", when="day 3", declared=claimed("starts", day="2026-01-08"))), "7 Jan 2026", "differs"),
    (dated(phases=[phase("A", "2+", declared=claimed("ends", day="2026-01-09"))]), "", "unchecked"),
    (plan(phases=[phase("A", "2", declared=claimed("starts", day="2026-01-14"))]), "", "unchecked"),
    (
        dated(phases=[phase("A", "2-3", declared=claimed("ends", "done by the 30th", day="2026-01-30"))]),
        "25 Jan 2026",
        "agrees",
    ),
    (
        dated(phases=[phase("A", "2-3", declared=claimed("ends", "done by the 16th", day="2026-01-16"))]),
        "25 Jan 2026",
        "differs",
    ),
    (dated(phases=[phase("A", "2", declared=claimed("ends"))]), "", "unchecked"),
    # needs: directly or through others
    (plan(sprint("1"), sprint("2", needs=["1"], declared=claimed("needs", "x", "1"))), "it needs Sprint 1", "agrees"),
    (
        plan(sprint("1"), sprint("2", needs=["1"]), sprint("3", benefits=["2"], declared=claimed("needs", "x", "1"))),
        "it needs Sprint 2",
        "agrees",
    ),
    (plan(sprint("1"), sprint("2", declared=claimed("needs", "x", "1"))), "it needs nothing", "differs"),
    (plan(sprint("1", declared=claimed("needs"))), "", "unchecked"),
    # rolls-back-alone: a sprint without rollback breaks nothing
    (
        plan(sprint("1", rollback=BACK, declared=claimed("rolls-back-alone")), sprint("2", benefits=["1"])),
        "nothing depends on it",
        "agrees",
    ),
    (
        plan(sprint("1", rollback=BACK, declared=claimed("rolls-back-alone")), sprint("2", needs=["1"])),
        "undoing Sprint 1 breaks Sprint 2",
        "differs",
    ),
    (
        plan(sprint("1", rollback={"needed": False}, declared=claimed("rolls-back-alone")), sprint("2", needs=["1"])),
        "nothing depends on it",
        "agrees",
    ),
    (plan(sprint("1", declared=claimed("rolls-back-alone"))), "", "unchecked"),
    # includes: exactly these
    (
        plan(sprint("1"), sprint("2"), phases=[phase("A", "1", "1", "2", declared=claimed("includes", "x", "2", "1"))]),
        "it has Sprint 1 and Sprint 2",
        "agrees",
    ),
    (
        plan(sprint("1"), sprint("2"), phases=[phase("A", "1", "1", declared=claimed("includes", "x", "2", "1"))]),
        "it has Sprint 1",
        "differs",
    ),
    (
        plan(sprint("1"), options=[option("A", {"1": ["1"]}, declared=claimed("includes", "x", "1"))]),
        "it has Sprint 1",
        "agrees",
    ),
    (plan(sprint("1"), declared=claimed("includes", "x", "1")), "", "unchecked"),
    # early: in the first week of all, by its phase or else by the first option that does it
    (
        plan(sprint("1", declared=claimed("early")), phases=[phase("A", "1-2", "1"), phase("B", "3")]),
        "Sprint 1 starts in week 1",
        "agrees",
    ),
    (
        plan(sprint("1", declared=claimed("early")), phases=[phase("A", "1-2"), phase("B", "3", "1")]),
        "Sprint 1 starts in week 3",
        "differs",
    ),
    (
        plan(sprint("1", declared=claimed("early")), options=[option("A", {"2": ["1"]}), option("B", {"1": ["1"]})]),
        "Sprint 1 starts in week 1",
        "agrees",
    ),
    (plan(sprint("1", declared=claimed("early"))), "", "unchecked"),
    # superlatives
    (plan(risky("1", "high", "highest-risk"), risky("2", "low")), "Sprint 1 has high risk", "agrees"),
    (plan(risky("1", "high", "highest-risk"), risky("2", "high")), "Sprint 1 and Sprint 2 have high risk", "agrees"),
    (plan(risky("1", "low", "highest-risk"), risky("2", "high")), "Sprint 2 has high risk", "differs"),
    (plan(sprint("1", declared=claimed("highest-risk"))), "", "unchecked"),
    (plan(risky("1", "low", "lowest-risk"), risky("2", "high")), "Sprint 1 has low risk", "agrees"),
    (plan(risky("1", "high", "lowest-risk"), risky("2", "low")), "Sprint 2 has low risk", "differs"),
    (plan(sprint("1", declared=claimed("lowest-risk"))), "", "unchecked"),
    (plan(sprint("1", effort="2-5 days", declared=claimed("quick-win"))), "Sprint 1 takes 2-5 days", "agrees"),
    (plan(sprint("1", effort="2 weeks", declared=claimed("quick-win"))), "Sprint 1 takes 2 weeks", "differs"),
    (plan(sprint("1", declared=claimed("quick-win"))), "", "unchecked"),
    (
        plan(sprint("1", effort="2 weeks", declared=claimed("largest")), sprint("2", effort="3 days")),
        "no other is larger",
        "agrees",
    ),
    (
        plan(sprint("1", effort="2 days", declared=claimed("largest")), sprint("2", effort="1 week")),
        "Sprint 2 is larger",
        "differs",
    ),
    (
        plan(
            sprint("1", declared=claimed("largest")), sprint("2"), options=[option("A", {"1-3": ["1"], "4-6": ["2"]})]
        ),
        "no other is larger",
        "agrees",
    ),
    (
        plan(sprint("1", declared=claimed("largest")), sprint("2"), options=[option("A", {"1": ["1"], "2-6": ["2"]})]),
        "Sprint 2 is larger",
        "differs",
    ),
    (plan(sprint("1", declared=claimed("largest"))), "", "unchecked"),
    (plan(sprint("1", effort="2 days"), phases=[phase("A", "1-2", declared=claimed("largest"))]), "", "unchecked"),
]


def only(of: Plan) -> Verdict:
    [verdict] = analyse(of).verdicts
    return verdict


@pytest.mark.parametrize(("of", "computed", "outcome"), CASES)
def test_a_claim_is_compared_with_the_plan(of: Plan, computed: str, outcome: Outcome) -> None:
    verdict = only(of)
    assert (verdict.computed, verdict.outcome) == (computed, outcome)


@pytest.mark.parametrize("claim", sorted({*get_args(Claim)} - {"fact"}))
def test_every_kind_of_claim_has_a_case_for_each_outcome(claim: str) -> None:
    outcomes = {outcome for of, _, outcome in CASES if only(of).declared.claim == claim}
    assert outcomes >= {"agrees", "differs"}
    assert "unchecked" in outcomes or claim == "independent"


@pytest.mark.parametrize("claim", get_args(Claim))
def test_a_phase_without_sprints_can_state_any_claim(claim: Claim) -> None:
    sized = sprint("1", effort="2 days", points="3", risk={"level": "high"}, savings=SAVES, when="3")
    verdict = only(plan(sized, phases=[phase("A", "1-2", declared=claimed(claim))]))
    assert verdict.declared.claim == claim


def test_verdicts_are_in_the_order_of_the_plan_and_name_their_part() -> None:
    claim = claimed("sprints", "9")
    every = plan(
        sprint("2", declared=claim),
        sprint("10", declared=claim),
        phases=[phase("1", "1", declared=claim)],
        options=[option("A", declared=claim)],
        unit={"one": "Epic", "many": "Epics"},
        declared=claim,
    )
    assert [verdict.name for verdict in analyse(every).verdicts] == [
        "Plan",
        "Epic 2",
        "Epic 10",
        "Phase 1",
        "Option A",
    ]


def test_only_a_claim_that_differs_is_a_finding() -> None:
    claims = [{"claim": "sprints", "says": says} for says in ("1", "7", "one")]
    facts = analyse(plan(sprint("1"), declared=claims))
    assert [(finding.rule.id, finding.rule.severity, finding.message) for finding in facts.findings] == [
        ("count-mismatch", "warning", "The plan states `7`, but it has 1")
    ]
    assert facts.findings == ordered(facts.findings)


def test_a_verdict_lists_the_first_of_many_sprints() -> None:
    crowd = [sprint(str(n), needs=["1"]) for n in range(2, 100)]
    verdict = only(plan(sprint("1", declared=claimed("needed-by")), *crowd))
    assert verdict.computed.endswith("Sprint 12, Sprint 13 and 86 more need it")
