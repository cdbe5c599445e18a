"""The table of change rules: for each, a pair of plans on which only this rule fires, and a near miss."""

from dataclasses import replace
from typing import Any, NamedTuple

from masterplan.analyse.changes import changes
from masterplan.model.plan import Plan
from masterplan.model.risk import NamedRisk
from masterplan.model.team import People, WorkingTime
from tests.plans import entry, milestone, option, person, phase, plan, sprint


class Row(NamedTuple):
    """A rule, a pair of plans on which it fires, and a plan whose change from `before` is a near miss (`near`).

    `back` lists the rules that fire from `after` to `before`, `instead` those from `before` to `near`.
    """

    rule: str
    back: tuple[str, ...]
    before: Plan
    after: Plan
    near: Plan
    instead: tuple[str, ...]


def one(**fields: Any) -> Plan:
    """A plan of one sprint."""
    return plan(sprint("1", **fields))


def two(**fields: Any) -> Plan:
    """A plan of two sprints; the fields are those of the second."""
    return plan(sprint("1"), sprint("2", **fields))


def needs(id_: str, strength: str, **fields: str) -> dict[str, Any]:
    return {"depends_on": [{"sprint": id_, "strength": strength} | fields]}


def team(*people: Any, **fields: Any) -> Plan:
    return plan(sprint("1", **fields), people=[person(who) if isinstance(who, str) else who for who in people])


def risk(level: str, *mitigation: str, **fields: Any) -> Plan:
    return one(risk={"level": level, "mitigation": mitigation} | fields)


def named(**fields: Any) -> Plan:
    """A plan whose sprint has one named risk, or none."""
    return one(risks=[fields] if fields else [])


def decision(**fields: Any) -> Plan:
    """A plan with a decision in its one sprint."""
    return one(decisions=[{"title": "Which broker"} | fields])


def ask(**fields: Any) -> Plan:
    """A plan with an ask in its one sprint."""
    return one(asks=[{"title": "Access to servers"} | fields])


def of_plan(**fields: Any) -> Plan:
    """A plan with a risk of the whole plan, and with its own levels."""
    base = plan(sprint("1"), risk_levels=["low", "grave"])
    return replace(
        base,
        risks=(
            NamedRisk.model_validate(
                {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
            ),
        ),
    )


def beta(**fields: Any) -> Plan:
    """A plan of two sprints with a milestone."""
    return plan(sprint("1"), sprint("2"), milestones=[milestone("M1", title="Beta", **fields)])


def status(state: str, **fields: Any) -> Plan:
    """A plan whose sprint has one progress entry."""
    entries = [entry("1", "2026-01-05", state, **fields)]
    return plan(sprint("1", metrics=[{"name": "Time", "before": "9 s", "after": "1 s"}]), entries=entries)


def begun(**fields: Any) -> Plan:
    return plan(sprint("1", **fields), entries=[entry("1", "2026-01-05", "in progress")])


def phases(*of: Any, **fields: Any) -> Plan:
    return plan(sprint("1", **fields), sprint("2"), phases=of)


def staffed(*lanes: dict[str, list[str]], **fields: Any) -> Plan:
    return plan(sprint("1"), sprint("2"), options=[option("A", *lanes, **fields)])


def chosen(id_: str | None) -> Plan:
    """A plan of two options, with one chosen or none."""
    base = plan(sprint("1"), sprint("2"), options=[option("A"), option("B")])
    return replace(base, chosen=id_)


def group(kind: str, name: str = "", *people: str) -> Plan:
    """A plan with a team or a role; without a name, with neither."""
    groups = (People(id="g", name=name, people=people),) if name else ()
    return replace(team("ada"), teams=groups) if kind == "teams" else replace(team("ada"), roles=groups)


def lane(name: str, weeks: str = "1") -> dict[str, Any]:
    return {"name": name, "work": [{"when": weeks, "sprints": ["1"]}]}


def metric(after: str, before: str = "9 s", **fields: str) -> Plan:
    return one(metrics=[{"name": "Time", "before": before, "after": after} | fields])


def tasks(*titles: str, done: bool = False) -> dict[str, Any]:
    return {"tasks": [{"title": title, "done": done} for title in titles]}


def job(**fields: Any) -> dict[str, Any]:
    return {"id": "T1", "title": "Cut the queue"} | fields


def documents(*paths: str, **fields: str) -> Plan:
    return one(documentation=[{"path": path} | fields for path in paths])


def claims(*words: str, claim: str = "fact") -> Plan:
    return plan(declared=[{"claim": claim, "says": text} for text in words])


def waived(**fields: str) -> dict[str, Any]:
    return {"rule": "no-phase", "at": "plan", "reason": "Later", "by": "Ada", "until": "2026-05-01"} | fields


OWN = [
    {"id": "budget", "title": "Budget", "of": "sprint", "kind": "amount"},
    {"id": "audit", "title": "Audit on", "of": "sprint", "kind": "date"},
    {"id": "stage", "title": "Stage", "of": ["sprint", "task"], "kind": "choice", "choices": ["alpha", "beta"]},
    {"id": "remark", "title": "Remark", "of": "sprint", "kind": "markdown"},
]


def own(**values: str) -> Plan:
    """A plan of one sprint with custom fields."""
    return plan(sprint("1", fields=values), fields=OWN)


def defined(**fields: Any) -> Plan:
    """A plan of one sprint with a custom field that no part has a value for."""
    return plan(sprint("1"), fields=[{"id": "stage", "title": "Stage", "of": "sprint", "kind": "choice"} | fields])


def audited(*waivers: dict[str, Any], no_phase: str = "") -> Plan:
    return plan(audit={"waivers": waivers, "severity": {"no-phase": no_phase} if no_phase else {}})


CONTENT = {"title": "Batching", "impact": "Fewer calls", "description": "Many in one"}
FIRST, SECOND = phase("1", "1"), phase("2", "2")
BESIDE = {"sprint": "1", "alongside": ["2"], "says": "side by side"}
BUDGET = {"title": "Budget", "columns": ["2026"], "rows": [{"name": "Cloud", "cells": ["$5"]}], "total": ["$5"]}
OPTION_B = option("B", {"1": ["1"]})
LINK = {"title": "More", "url": "https://a.example"}
TWO_TESTS = [{"kind": "Unit tests"}, {"kind": "Load tests", "text": "With 100 users at once"}]

ROWS = [
    Row("sprint-added", ("sprint-removed",), plan(sprint("1", **CONTENT)), plan(sprint("1", **CONTENT), sprint("2")),
        plan(sprint("1b", **CONTENT)), ("sprint-renamed",)),
    Row("sprint-renamed", ("sprint-renamed",), plan(sprint("1", **CONTENT)), plan(sprint("9", **CONTENT)),
        plan(sprint("9", title="Caching")), ("sprint-removed", "sprint-added")),
    Row("sprint-split", ("sprint-merged",), one(**tasks("a", "b", "c", "d")),
        plan(sprint("1", **tasks("a", "b")), sprint("2", **tasks("c", "d"))),
        plan(sprint("1", **tasks("a", "b", "c", "d")), sprint("2", **tasks("c", "d"))), ("sprint-added",)),
    Row("sprint-split", ("sprint-merged",), one(**tasks("a", "b", "c", "d")),
        plan(sprint("1a", **tasks("a", "b")), sprint("1b", **tasks("c", "d"))),
        plan(sprint("1a", **tasks("a", "b"))), ("sprint-removed", "sprint-added")),
    Row("sprint-later", ("sprint-earlier",), phases(phase("1", "1", "1"), SECOND), phases(FIRST, phase("2", "2", "1")),
        phases(phase("1", "1", "1"), phase("2", "3")), ("finish-later",)),
    Row("sprint-moved", ("sprint-moved",), phases(phase("1", "1", "1"), phase("2", "1")),
        phases(FIRST, phase("2", "1", "1")), phases(phase("1", "1", "1"), phase("2", "1", "1")), ("sprint-moved",)),
    Row("sprint-placed", ("sprint-unplaced",), phases(FIRST), phases(phase("1", "1", "1"), phase="1"),
        phases(FIRST, phase="1"), ("wording",)),
    Row("order-changed", ("order-changed",), phases(phase("1", "1", "1", "2")), phases(phase("1", "1", "2", "1")),
        phases(phase("1", "1", "1")), ("sprint-unplaced",)),
    Row("order-changed", ("order-changed",), phases(FIRST, SECOND), phases(SECOND, FIRST), phases(FIRST),
        ("phase-removed",)),
    Row("phase-added", ("phase-removed",), phases(FIRST), phases(FIRST, SECOND),
        phases(phase("1", "1", title="Other")), ("wording",)),
    Row("phase-later", ("phase-earlier",), phases(phase("1", "1-2"), phase("2", "3-5")),
        phases(phase("1", "1-3"), phase("2", "3-5")), phases(phase("1", "weeks 1 - 2"), phase("2", "3-5")), ()),
    Row("phase-later", ("phase-earlier",), phases(phase("1", "1-2")), phases(phase("1", "2")),
        phases(phase("1", "1-2", why=[{"text": "Because"}])), ("wording",)),
    Row("finish-later", ("finish-earlier",), phases(phase("1", "1"), phase("2", "2")),
        phases(phase("1", "1"), phase("2", "3")), phases(phase("1", "2"), phase("2", "2")), ("phase-later",)),
    Row("sprint-when-later", ("sprint-when-earlier",), one(when="2021-03-13 to 2021-04-06"),
        one(when="2021-03-13 to 2021-04-09"), one(when="2021-03-13 to 2021-04-06", title="Other"), ("wording",)),
    Row("sprint-when-later", ("sprint-when-earlier",), plan(sprint("1", when="day 3-5"), start="2026-01-05"),
        plan(sprint("1", when="week 2"), start="2026-01-05"), plan(sprint("1", when="day 3 - 5"), start="2026-01-05"),
        ()),
    Row("sprint-when-set", ("sprint-when-unset",), one(), one(when="3"), one(title="Other"), ("wording",)),
    Row("option-added", ("option-removed",), staffed({"1": ["1"]}),
        plan(sprint("1"), sprint("2"), options=[option("A", {"1": ["1"]}), OPTION_B]),
        staffed({"1": ["1"]}, title="Alone"), ("wording",)),
    Row("mode-changed", ("mode-changed",), staffed(mode="parallel"), staffed(mode="sequential"),
        staffed(mode="parallel", title="Alone"), ("wording",)),
    Row("lane-added", ("lane-removed",), staffed({"1": ["1"]}), staffed({"1": ["1"]}, {"1": ["2"]}),
        staffed({"1": ["1"], "2": ["2"]}), ("work-added",)),
    Row("lane-handed-over", ("lane-handed-over",), staffed(people=[lane("Dev 1")]), staffed(people=[lane("Ada")]),
        staffed(people=[lane("Ada", "2")]), ("lane-added", "lane-removed")),
    Row("work-added", ("work-dropped",), staffed({"1": ["1"]}), staffed({"1": ["1"], "2": ["2"]}),
        staffed({"1-2": ["1"]}), ("finish-later",)),
    Row("work-added", ("work-dropped",), staffed({"1": ["1"]}), staffed({"1": ["1", "2"]}), staffed({"1": ["2"]}),
        ("work-changed",)),
    Row("work-changed", ("work-changed",), staffed({"1": ["1"]}), staffed({"1": ["2"]}), staffed({"1": ["1", "2"]}),
        ("work-added",)),
    Row("work-later", ("work-earlier",), staffed({"1": ["1"], "3": ["2"]}), staffed({"2": ["1"], "3": ["2"]}),
        staffed({"3": ["2"], "1": ["1"]}), ()),
    Row("finish-later", ("finish-earlier",), staffed({"1": ["1"], "2": ["2"]}), staffed({"1": ["1"], "3": ["2"]}),
        staffed({"1-2": ["1"], "2": ["2"]}), ("work-later",)),
    Row("option-chosen", ("option-unchosen",), chosen(None), chosen("A"),
        plan(sprint("1"), sprint("2"), options=[option("A", mode="parallel"), option("B")]), ("mode-changed",)),
    Row("other-option-chosen", ("other-option-chosen",), chosen("A"), chosen("B"), chosen(None), ("option-unchosen",)),
    Row("effort-basis-changed", ("effort-basis-changed",), plan(), plan(assume="5 days"), plan(point="4 hours"),
        ("effort-basis-changed",)),
    Row("sprint-when-set", ("sprint-when-unset",), phases(phase("1", "1", when=None)), phases(phase("1", "1")),
        phases(phase("1", "1", when=None, title="Other")), ("wording",)),
    Row("start-later", ("start-earlier",), plan(start="2026-01-05"), plan(start="2026-01-12"), plan(),
        ("start-unset",)),
    Row("start-set", ("start-unset",), plan(), plan(start="2026-01-12"), plan(updated="2026-01-12"), ("wording",)),
    Row("scope-added", ("scope-dropped",), one(**tasks("Cut the queue")), one(**tasks("Cut the queue", "Drain it")),
        one(**tasks("Cut the queues")), ("wording",)),
    Row("scope-added", ("scope-dropped",), one(), metric("1 s"), one(tests=[{"kind": "Unit"}]), ("test-added",)),
    Row("scope-added-in-progress", ("scope-dropped",), begun(**tasks("Cut")), begun(**tasks("Cut", "Drain")),
        begun(**tasks("Cut", done=True)), ("task-done",)),
    Row("scope-added-in-progress", ("test-dropped",), begun(), begun(tests=TWO_TESTS[:1]),
        begun(links=[LINK]), ("links-changed",)),
    Row("test-added", ("test-dropped",), one(tests=TWO_TESTS[:1]), one(tests=TWO_TESTS), one(tests=TWO_TESTS[:1] * 1),
        ()),
    Row("test-dropped", ("test-added",), one(tests=TWO_TESTS), one(tests=TWO_TESTS[:1]),
        one(tests=[TWO_TESTS[0], TWO_TESTS[1] | {"text": "With 100 users at a time"}]), ("wording",)),
    Row("test-dropped", ("test-added",), plan(testing={"per_sprint": {"items": ["Unit tests", "Load tests"]}}),
        plan(testing={"per_sprint": {"items": ["Unit tests"]}}),
        plan(testing={"per_sprint": {"items": ["Unit tests", "Load test"]}}), ("wording",)),
    Row("documentation-added", ("documentation-dropped",), documents("a.md"), documents("a.md", "b.md"),
        documents("a.md", note="if needed"), ("wording",)),
    Row("documentation-added", ("documentation-dropped",), plan(),
        plan(documentation={"after_each_sprint": [{"path": "a.md"}]}),
        plan(documentation={"progress_in": "docs/[N].md"}), ("changed",)),
    Row("task-done", ("task-reopened",), one(**tasks("Cut")), one(**tasks("Cut", done=True)),
        one(**tasks("Cut", "Drain")), ("scope-added",)),
    Row("task-moved", ("task-moved",), plan(sprint("1", tasks=[job()]), sprint("2")),
        plan(sprint("1"), sprint("2", tasks=[job()])), plan(sprint("1"), sprint("2", tasks=[job(id="T2")])),
        ("scope-added", "scope-dropped")),
    Row("task-state-changed", ("task-state-changed",), one(tasks=[job()]), one(tasks=[job(state="in progress")]),
        one(tasks=[job(state="done")]), ("task-done",)),
    Row("scope-dropped", ("scope-added",), one(tasks=[job()]), one(tasks=[job(state="deferred")]),
        one(tasks=[job(title="Cut all the queues")]), ("wording",)),
    Row("task-regrouped", ("task-regrouped",), one(tasks=[job()]), one(tasks=[job(group="Locks")]),
        one(tasks=[job(labels=["api"])]), ("labels-changed",)),
    Row("task-runs-on-changed", ("task-runs-on-changed",), two(tasks=[job()]), two(tasks=[job(also_in="1")]),
        two(tasks=[job(description="Also in the first")]), ("wording",)),
    Row("sprint-when-later", ("sprint-when-earlier",), one(tasks=[job(when="week 2")]), one(tasks=[job(when="week 3")]),
        one(tasks=[job()]), ("sprint-when-unset",)),
    Row("links-changed", ("links-changed",), one(tasks=[job()]), one(tasks=[job(links=[LINK])]),
        one(tasks=[job(labels=["api"])]), ("labels-changed",)),
    Row("priority-changed", ("priority-changed",), one(tasks=[job(priority="P1")]), one(tasks=[job(priority="P2")]),
        one(tasks=[job(priority="P1", also_in="2")]),
        ("task-runs-on-changed",)),
    Row("priority-changed", ("priority-changed",), one(priority="P1"), one(), one(priority="P1", short="Cut"),
        ("wording",)),
    Row("owner-changed", ("owner-changed",), team("ada", "bob", tasks=[job(owner="ada")]),
        team("ada", "bob", tasks=[job(owner="bob")]), team("ada", "bob", tasks=[job()]), ("owner-removed",)),
    Row("effort-raised", ("effort-lowered",), one(tasks=[job(effort="2 days")]), one(tasks=[job(effort="3 days")]),
        one(tasks=[job(effort="16 hours")]), ("wording",)),
    Row("points-changed", ("points-changed",), one(tasks=[job()]), one(tasks=[job(points=5)]),
        one(tasks=[job(tests=["Load tests"])]), ("test-added",)),
    Row("dependency-added", ("dependency-dropped",), one(tasks=[job(), job(id="T2")]),
        one(tasks=[job(), job(id="T2", depends_on=["T1"])]),
        one(tasks=[job(), job(id="T2", depends_on=[{"task": "T1", "strength": "soft"}])]), ("soft-dependency-added",)),
    Row("criterion-met", ("criterion-unmet",), one(tasks=[job(acceptance=["Nothing is lost"])]),
        one(tasks=[job(acceptance=[{"text": "Nothing is lost", "done": True}])]),
        one(tasks=[job(acceptance=["Nothing gets lost"])]), ("wording",)),
    Row("task-group-added", ("task-group-dropped",), one(), one(groups=[{"title": "Locks"}]),
        one(tasks=[job(group="Locks")]), ("scope-added",)),
    Row("task-count-changed", ("task-count-changed",), one(groups=[{"title": "Locks", "tasks": 4}]),
        one(groups=[{"title": "Locks", "tasks": 5}]), one(groups=[{"title": "Speed", "tasks": 4}]),
        ("task-group-added", "task-group-dropped")),
    Row("effort-raised", ("effort-lowered",), one(groups=[{"title": "Locks", "effort": "2 days"}]),
        one(groups=[{"title": "Locks", "effort": "3 days"}]),
        one(groups=[{"title": "Locks", "effort": "2 days", "points": 5}]), ("points-changed",)),
    Row("wording", ("wording",), one(groups=[{"title": "Locks", "description": "All of the queue"}]),
        one(groups=[{"title": "Locks", "description": "All of it"}]), one(groups=[{"title": "Speed"}]),
        ("task-group-added", "task-group-dropped")),
    Row("next-steps-changed", ("next-steps-changed",), plan(), plan(next_steps=[{"title": "Begin"}]),
        plan(glossary=[{"term": "SSE", "means": "Events"}]), ("wording",)),
    Row("dependency-added", ("dependency-dropped",), two(), two(needs=["1"]), two(benefits=["1"]),
        ("soft-dependency-added",)),
    Row("dependency-added", ("dependency-dropped",), two(depends_on=[]), two(needs=["1"]), two(),
        ("no-dependencies-unsaid",)),
    Row("soft-dependency-added", ("soft-dependency-dropped",), two(), two(benefits=["1"]), two(needs=["1"]),
        ("dependency-added",)),
    Row("dependency-hardened", ("dependency-softened",), two(**needs("1", "soft")), two(**needs("1", "hard")),
        two(**needs("1", "soft", reason="its logs")), ("wording",)),
    Row("no-dependencies-said", ("no-dependencies-unsaid",), two(), two(depends_on=[]), two(needs=["1"]),
        ("dependency-added",)),
    Row("objective-changed", ("objective-changed",), plan(objective="Pages open in a second."),
        plan(objective="The shop works without a network."), plan(objective="Pages open within a second."),
        ("wording",)),
    Row("deliverable-added", ("deliverable-dropped",), one(deliverables=["A cache"]),
        one(deliverables=["A cache", "A dashboard"]), one(deliverables=["A caches"]), ("wording",)),
    Row("criterion-added", ("criterion-dropped",), phases(phase("1", "1")),
        phases(phase("1", "1", acceptance=[{"text": "Fast"}])), phases(phase("1", "1", assumptions=["Fast"])),
        ("assumption-added",)),
    Row("criterion-met", ("criterion-unmet",), one(acceptance=[{"text": "Opens in a second"}]),
        one(acceptance=[{"text": "Opens in a second", "done": True}]),
        one(acceptance=[{"text": "Opens within a second", "done": True}]), ("criterion-met", "wording")),
    Row("assumption-added", ("assumption-dropped",), plan(), plan(assumptions=["Prices change once a day"]),
        plan(deliverables=["Prices change once a day"]), ("deliverable-added",)),
    Row("decision-added", ("decision-dropped",), one(), decision(), decision(state="taken", outcome="IBKR"),
        ("decision-added",)),
    Row("decision-taken", ("decision-reopened",), decision(), decision(state="taken", outcome="IBKR"),
        decision(note="By price"), ("wording",)),
    Row("decision-outcome-changed", ("decision-outcome-changed",), decision(outcome="IBKR"), decision(outcome="Alpaca"),
        decision(title="Which brokers", outcome="Alpaca"), ("decision-outcome-changed", "wording")),
    Row("decision-blocks-more", ("decision-blocks-less",), decision(), decision(blocks=["1"]),
        decision(owner=["ada"]), ("owner-added",)),
    Row("note-added", ("note-removed",), one(), one(notes=["The team meets at nine."]),
        one(description="The team meets at nine."), ("wording",)),
    Row("wording", ("wording",), one(notes=[{"title": "Daily", "text": "At nine"}]),
        one(notes=[{"title": "Daily", "text": "Never"}]), one(notes=[{"title": "Often", "text": "At nine"}]),
        ("note-added", "note-removed")),
    Row("milestone-added", ("milestone-dropped",), plan(sprint("1"), sprint("2")), beta(),
        plan(sprint("1"), sprint("2"), people=[person("ada")]), ("person-added",)),
    Row("milestone-reached", ("milestone-reopened",), beta(), beta(reached="2026-02-02"), beta(when="2026-02-02"),
        ("due-stated",)),
    Row("milestone-needs-more", ("milestone-needs-less",), beta(needs=["1"]), beta(needs=["1", "2"]),
        beta(needs=["1"], before=["2"]), ("milestone-before-more",)),
    Row("milestone-before-more", ("milestone-before-less",), beta(), beta(before=["2"]), beta(needs=["2"]),
        ("milestone-needs-more",)),
    Row("milestone-reached-redated", ("milestone-reached-redated",), beta(reached="2026-02-02"),
        beta(reached="2026-02-03"), beta(), ("milestone-reopened",)),
    Row("gate-reassigned", ("gate-reassigned",), beta(gate={"by": ["ada"]}), beta(gate={"by": ["ben"]}),
        beta(gate={"by": ["ada"], "on": "2026-02-02"}), ("gate-redated",)),
    Row("gate-redated", ("gate-redated",), beta(gate={}), beta(gate={"on": "2026-02-02"}), beta(gate={"note": "Soon"}),
        ("wording",)),
    Row("gate-added", ("gate-dropped",), beta(), beta(gate={}), beta(gate={"outcome": "go"}), ("gate-go",)),
    Row("gate-go", ("gate-reopened",), beta(gate={}), beta(gate={"outcome": "go", "on": "2026-02-02"}),
        beta(gate={"note": "Soon"}), ("wording",)),
    Row("gate-no-go", ("gate-reopened",), beta(gate={}), beta(gate={"outcome": "no-go"}), beta(gate={"by": ["ada"]}),
        ("gate-reassigned",)),
    Row("criterion-met", ("criterion-unmet",), beta(criteria=["Ten users"]),
        beta(criteria=[{"text": "Ten users", "done": True}]), beta(criteria=["Twenty guests in a test"]),
        ("criterion-added", "criterion-dropped")),
    Row("due-later", ("due-earlier",), beta(when="week 2"), beta(when="week 3"), beta(when="week 1"),
        ("due-earlier",)),
    Row("owner-added", ("owner-removed",), beta(), beta(owner=["ada"]), beta(labels=["ada"]), ("labels-changed",)),
    Row("due-later", ("due-earlier",), decision(when="1-2"), decision(when="1-3"), decision(when="2"), ("wording",)),
    Row("due-stated", ("due-unstated",), ask(), ask(when="week 2"), ask(note="By week 2"), ("wording",)),
    Row("ask-added", ("ask-withdrawn",), one(), ask(by="Operations"), ask(done=True), ("ask-added",)),
    Row("ask-came", ("ask-reopened",), ask(), ask(done=True), ask(title="An access to servers", done=True),
        ("ask-came", "wording")),
    Row("ask-redirected", ("ask-redirected",), ask(by="Operations"), ask(by="Supplier"), ask(), ("ask-redirected",)),
    Row("risk-stated", ("risk-unstated",), one(), risk("low"), one(declared=[{"claim": "lowest-risk", "says": "Easy"}]),
        ("declared-added",)),
    Row("risk-raised", ("risk-lowered-without-mitigation",), risk("medium"), risk("high"),
        risk("medium", description="It may fail"), ("wording",)),
    Row("risk-raised", ("risk-lowered-without-mitigation",), risk("low", likelihood="low"),
        risk("low", likelihood="high"), risk("low"), ("risk-assessed",)),
    Row("risk-lowered", ("risk-raised", "mitigation-removed"), risk("high", "Feature flag"),
        risk("low", "Feature flag", "Slow rollout"), risk("low", "Feature flags"),
        ("risk-lowered-without-mitigation", "wording")),
    Row("risk-assessed", ("risk-assessed",), risk("low"), risk("low", likelihood="high"), risk("high"),
        ("risk-raised",)),
    Row("mitigation-added", ("mitigation-removed",), risk("low", "Feature flag"),
        risk("low", "Feature flag", "Slow rollout"), risk("low", "Feature flags"), ("wording",)),
    Row("risk-added", ("risk-removed",), named(), named(title="Late"), named(title="Late", level="high"),
        ("risk-added",)),
    Row("risk-closed", ("risk-reopened",), named(title="Late"), named(title="Late", state="mitigated"),
        named(title="Lately"), ("wording",)),
    Row("risk-occurred", ("risk-reopened",), named(title="Late"), named(title="Late", state="occurred"),
        named(title="Late", description="By weeks"), ("wording",)),
    Row("risk-raised", ("risk-lowered-without-mitigation",), named(title="Late", level="low"),
        named(title="Late", level="high"), named(title="Late"), ("risk-assessed",)),
    Row("risk-raised", ("risk-lowered-without-mitigation",), of_plan(title="Late", level="low"),
        of_plan(title="Late", level="grave"), of_plan(title="Later", level="grave"), ("risk-raised", "wording")),
    Row("contingency-added", ("contingency-removed",), of_plan(title="Late"),
        of_plan(title="Late", contingency=["Ask for help"]), of_plan(title="Late", mitigation=["Ask for help"]),
        ("mitigation-added",)),
    Row("risk-trigger-changed", ("risk-trigger-changed",), named(title="Late", trigger="A missed day"),
        named(title="Late", trigger="A missed week"), named(title="Late"), ("risk-trigger-changed",)),
    Row("mitigation-relies-changed", ("mitigation-relies-changed",), risk("low"), risk("low", relies_on=("1",)),
        risk("low", description="It may fail"), ("wording",)),
    Row("risk-levels-changed", ("risk-levels-changed",), plan(), plan(risk_levels=["low", "grave"]),
        plan(summary="low to grave"), ("wording",)),
    Row("owner-added", ("owner-removed",), team("ada"), team("ada", owner="ada"), team("ada", "bob"),
        ("person-added",)),
    Row("owner-changed", ("owner-changed",), team("ada", "bob", owner="ada"), team("ada", "bob", owner="bob"),
        team("ada", "bob"), ("owner-removed",)),
    Row("owner-changed", ("owner-changed",), team("ada", "bob", risk={"level": "low", "owner": "ada"}),
        team("ada", "bob", risk={"level": "low", "owner": "bob"}), team("ada", "bob", risk={"level": "low"}),
        ("owner-removed",)),
    Row("rollback-added", ("rollback-removed",), one(), one(rollback={"steps": ["Undo it"]}), one(rollback={}),
        ("rollback-changed",)),
    Row("rollback-removed", ("rollback-added",), one(rollback={"steps": ["Undo it"]}),
        one(rollback={"trigger": "Errors"}),
        one(rollback={"steps": ["Undo all of it"], "needed": False}), ("rollback-changed",)),
    Row("rollback-changed", ("rollback-changed",), one(rollback={"steps": ["Stop the queue", "Undo it"]}),
        one(rollback={"steps": ["Undo it", "Stop the queue"]}),
        one(rollback={"steps": ["Stop the queues", "Undo it"]}), ("wording",)),
    Row("savings-lowered", ("savings-raised",), one(savings={"monthly": "$50-100"}), one(savings={"monthly": "$50-90"}),
        one(savings={"monthly": "$50 - 100 (about)"}), ("wording",)),
    Row("savings-lowered", ("savings-raised",), one(savings={"monthly": "$50"}), one(),
        one(savings={"monthly": "$50/month"}), ("wording",)),
    Row("savings-changed", ("savings-changed",), one(savings={"monthly": "$50-100"}),
        one(savings={"monthly": "€50-100"}),
        one(savings={"monthly": "$60-100"}), ("savings-raised",)),
    Row("effort-raised", ("effort-lowered",), one(effort="2 days"), one(effort="3 days"), one(effort="16 hours"),
        ("wording",)),
    Row("effort-raised", ("effort-lowered",), one(effort="2-9 days", likely="3 days"),
        one(effort="2-9 days", likely="4 days"), one(effort="2-9 days"), ("effort-unstated",)),
    Row("effort-stated", ("effort-unstated",), one(), one(effort="3 days"), one(title="3 days"), ("wording",)),
    Row("effort-changed", ("effort-changed",), one(effort="2-4 days"), one(effort="1-5 days"), one(effort="2-5 days"),
        ("effort-raised",)),
    Row("points-raised", ("points-lowered",), one(points="5"), one(points="8"), one(points="8", effort="8 days"),
        ("points-raised", "effort-stated")),
    Row("points-changed", ("points-changed",), one(), one(points="8"), one(priority="8"), ("priority-changed",)),
    Row("points-raised", ("points-lowered",), phases(phase("1", "1", points="5")), phases(phase("1", "1", points="6")),
        phases(phase("1", "1", points="4-6")), ("points-changed",)),
    Row("capacity-raised", ("capacity-lowered",), one(capacity="40 hours"), one(capacity="48 hours"),
        one(capacity="5 days"), ("wording",)),
    Row("capacity-changed", ("capacity-changed",), staffed(people=[lane("Ada")]),
        staffed(people=[lane("Ada") | {"capacity": "5 days"}]), staffed(people=[lane("Ada") | {"buffer": "1 day"}]),
        ("buffer-changed",)),
    Row("buffer-changed", ("buffer-changed",), one(buffer="8 hours"), one(buffer="4 hours"), one(buffer="1 day"),
        ("wording",)),
    Row("effort-raised", ("effort-lowered",), phases(phase("1", "1", effort="5 days")),
        phases(phase("1", "1", effort="6 days")), phases(phase("1", "1")), ("effort-unstated",)),
    Row("target-weakened", ("target-strengthened",), metric("1 s"), metric("2 s"), metric("1.0 s"), ("wording",)),
    Row("target-changed", ("target-changed",), metric("1 s"), metric("fast"), metric("1 s", "8 s"),
        ("baseline-changed",)),
    Row("target-changed", ("target-changed",), metric("1 s"), metric("1 s", better="lower"),
        metric("1 s", improvement="90%"), ("declared-changed",)),
    Row("baseline-changed", ("baseline-changed",), metric("1 s"), metric("1 s", "8 s"), metric("1 s", "9 sec"),
        ("wording",)),
    Row("person-added", ("person-removed",), team("ada"), team("ada", "bob"), team(person("ada", role="Lead")),
        ("wording",)),
    Row("person-changed", ("person-changed",), team("ada"), team(person("ada", share=50)),
        team(person("ada", name="Ada L.")), ("wording",)),
    Row("person-changed", ("person-changed",), team("ada"), team(person("ada", skills=["SQL"])),
        team("ada", skills=["SQL"]), ("skills-changed",)),
    Row("team-added", ("team-removed",), group("teams"), group("teams", "Design"), group("roles", "Design"),
        ("team-added",)),
    Row("team-added", ("team-removed",), group("roles"), group("roles", "Reviewer"), group("roles"), ()),
    Row("member-joined", ("member-left",), group("roles", "Reviewer"), group("roles", "Reviewer", "ada"),
        group("roles", "Reviewers"), ("wording",)),
    Row("absence-added", ("absence-removed",), team("ada"), team(person("ada", absent=["2026-01-05"])),
        plan(sprint("1"), people=[person("ada")], calendar=WorkingTime(hours=6)), ("calendar-changed",)),
    Row("skills-changed", ("skills-changed",), team("ada"), team("ada", skills=["SQL"]),
        team("ada", impact="SQL is faster"), ("declared-changed",)),
    Row("calendar-changed", ("calendar-changed",), plan(), plan(calendar=WorkingTime(hours=6)),
        plan(calendar=WorkingTime(weekdays=("Tuesday", "Monday", "Friday", "Thursday", "Wednesday"))), ()),
    Row("done-reverted", ("status-advanced",), status("done"), status("in progress"), status("done", note="At last"),
        ("progress-noted",)),
    Row("status-advanced", ("status-reverted",), status("planned"), status("in progress"), status("planned", by="Ada"),
        ("progress-noted",)),
    Row("status-advanced", ("status-reverted",), status("in progress", percent=10), status("in progress", percent=20),
        status("in progress", percent=10, note="On *time*"), ("progress-noted",)),
    Row("measurement-changed", ("measurement-changed",), status("done"),
        status("done", measured=[{"metric": "Time", "value": "2 s"}]), status("done", by="Ada"), ("progress-noted",)),
    Row("measurement-changed", ("measurement-changed",), status("done", saves="$50"), status("done", saves="$60"),
        status("done", saves="$50", updated=["docs/a.md"]), ("progress-noted",)),
    Row("progress-noted", ("progress-noted",), status("done"), status("done", note="At last"), status("dropped"),
        ("done-reverted",)),
    Row("declared-added", ("declared-removed",), claims("one"), claims("one", "two"), claims("two"),
        ("declared-changed",)),
    Row("declared-changed", ("declared-changed",), claims("one"), claims("two"), claims(), ("declared-removed",)),
    Row("declared-changed", ("declared-changed",), phases(phase("1", "1", parallel=[BESIDE])),
        phases(phase("1", "1", parallel=[BESIDE | {"alongside": ["2", "3"]}])),
        phases(phase("1", "1", parallel=[BESIDE], why=[{"text": "Because"}])), ("wording",)),
    Row("declared-changed", ("declared-changed",), plan(tables=[BUDGET]), plan(tables=[BUDGET | {"total": ["$4"]}]),
        plan(), ("declared-changed",)),
    Row("declared-changed", ("declared-changed",), one(impact="90% less"), one(impact="50% less"),
        one(impact="90% less", short="Less"), ("wording",)),
    Row("timeline-longer", ("timeline-shorter",), claims("5-6 weeks", claim="duration"),
        claims("5-7 weeks", claim="duration"), claims("some weeks", claim="duration"), ("declared-changed",)),
    Row("waiver-added", ("waiver-removed",), audited(), audited(waived()), audited(no_phase="off"),
        ("severity-changed",)),
    Row("waiver-changed", ("waiver-changed",), audited(waived()), audited(waived(until="2026-06-01")),
        audited(waived(at="sprint 1")), ("waiver-added", "waiver-removed")),
    Row("own-field-raised", ("own-field-lowered",), own(budget="$500"), own(budget="$800"), own(budget="€800"),
        ("own-field-changed",)),
    Row("own-field-later", ("own-field-earlier",), own(audit="2026-02-03"), own(audit="2026-02-10"), own(),
        ("own-field-changed",)),
    Row("own-field-changed", ("own-field-changed",), own(stage="alpha"), own(stage="beta"), own(stage="alpha"), ()),
    Row("own-field-added", ("own-field-dropped",), one(), defined(), one(short="A field"),
        ("wording",)),
    Row("own-field-required", ("own-field-optional",), defined(), defined(required=True), defined(title="A stage"),
        ("wording",)),
    Row("own-field-choices-changed", ("own-field-choices-dropped",), defined(choices=["a", "b"]),
        defined(choices=["a", "b", "c"]), defined(choices=["a", "c"]), ("own-field-choices-dropped",)),
    Row("own-field-choices-changed", ("own-field-choices-changed",), defined(choices=["a", "b"]),
        defined(choices=["b", "a"]), defined(choices=["a", "b"], title="The stage"), ("wording",)),
    Row("own-field-kind-changed", ("own-field-kind-changed",), defined(choices=["a", "b"]), defined(kind="text"),
        defined(choices=["a", "b"], required=True), ("own-field-required",)),
    Row("own-field-parts-changed", ("own-field-parts-changed",), defined(of="sprint"), defined(of=["sprint", "task"]),
        defined(of="sprint", kind="date"), ("own-field-kind-changed",)),
    Row("wording", ("wording",), own(remark="Ask the vendor first, then us."),
        own(remark="Ask the vendor first, and then us."),
        own(remark="Never ask."), ("own-field-changed",)),
    Row("severity-changed", ("severity-changed",), audited(), audited(no_phase="error"), audited(waived()),
        ("waiver-added",)),
    Row("priority-changed", ("priority-changed",), one(), one(priority="must"), one(labels=["must"]),
        ("labels-changed",)),
    Row("labels-changed", ("labels-changed",), phases(phase("1", "1")), phases(phase("1", "1", labels=["fast"])),
        phases(phase("1", "1", description="Fast")), ("wording",)),
    Row("links-changed", ("links-changed",), plan(), plan(links=[LINK]), plan(summary="Read it"), ("wording",)),
    Row("status-advanced", ("status-reverted",), one(state="planned"), one(state="in progress"), one(),
        ("progress-noted",)),
    Row("page-moved", ("page-moved",), one(), one(page="other.md"), one(page="SPRINT_1.md"), ("wording",)),
    Row("wording", ("wording",), one(title="Batching"), one(title="Request batching"),
        one(title="Batching", page="b.md"), ("page-moved",)),
    Row("changed", ("changed",), plan(), plan(documentation={"progress_in": "docs/[N].md"}),
        plan(documentation={"after_each_sprint": [{"path": "docs/a.md"}]}), ("documentation-added",)),
]  # fmt: skip
IDS = [f"{row.rule}-{n}" for n, row in enumerate(ROWS)]


def ids(before: Plan, after: Plan) -> list[str]:
    return [change.rule.id for change in changes(before, after)]
