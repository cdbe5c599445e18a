"""Milestones and gates: their state on a day, what waits for them, and how pages show them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import Facts, analyse
from masterplan.analyse.progress import objections
from masterplan.cli import app as cli
from masterplan.model.plan import Plan
from masterplan.publish.project import Project, open_project
from masterplan.render.diagrams.diamonds import Diamond
from masterplan.render.diagrams.scene import Caption, Text, TextStyle
from masterplan.render.diagrams.weeks import Scale, WeekLane, week_scene
from tests.macro_output import html_of, shown
from tests.plans import entry, loaded, milestone, plan, sprint, write_plan

DAY = date(2026, 3, 2)
CRITERIA: list[dict[str, Any]] = [{"text": "Tested", "done": True}, {"text": "Accepted", "done": True}]


def with_milestone(**fields: Any) -> Plan:
    """A plan with milestone M1: Sprint 1 is done, task T1 of Sprint 2 is done by an entry, and Sprint 3 is planned."""
    entries = [entry("1", "2026-02-02", "done"), entry("2", "2026-02-09", "in progress", tasks=["Write it"])]
    sprints = sprint("1"), sprint("2", tasks=[{"id": "T1", "title": "Write it"}, {"title": "Read it"}]), sprint("3")
    return plan(*sprints, entries=entries, milestones=[milestone("M1", **fields)], start="2026-01-05")


def standing(plan: Plan, today: date | None = DAY) -> Any:
    return analyse(plan, today).milestones["M1"]


@pytest.mark.parametrize(
    ("fields", "state", "day"),
    [
        ({"needs": ["1"]}, "reached", "2026-02-02"),
        ({"needs": ["1", "T1"]}, "reached", "2026-02-09"),
        ({"needs": ["1", "2"]}, "open", "None"),
        ({"needs": ["1"], "criteria": ["Accepted"]}, "open", "None"),
        ({"needs": ["1"], "criteria": CRITERIA}, "reached", "2026-02-02"),
        ({"needs": ["1"], "gate": {}}, "to be decided", "None"),
        ({"needs": ["2"], "gate": {}}, "open", "None"),
        ({"needs": ["1"], "gate": {"outcome": "go", "on": "2026-02-20"}}, "reached", "2026-02-20"),
        ({"needs": ["1"], "gate": {"outcome": "go", "on": "2026-03-20"}}, "to be decided", "None"),
        ({"needs": ["1"], "gate": {"outcome": "no-go", "on": "2026-02-20"}, "when": "1"}, "no-go", "None"),
        ({"needs": ["2"], "reached": "2026-02-10"}, "reached", "2026-02-10"),
        ({"needs": ["2"], "reached": "2026-03-03"}, "open", "None"),
        ({"needs": ["2"], "when": "2026-03-01"}, "overdue", "None"),
        ({"needs": ["2"], "when": "2026-03-02"}, "open", "None"),
        ({"needs": ["2"], "when": "2026-02-20 to 2026-03-01"}, "overdue", "None"),
        ({"needs": ["2"], "when": "week 7"}, "overdue", "None"),
        ({"when": "week 7"}, "overdue", "None"),
        ({}, "open", "None"),
    ],
)
def test_the_state_of_a_milestone_follows_from_needs_criteria_gate_and_window(
    fields: dict[str, Any], state: str, day: str
) -> None:
    judged = standing(with_milestone(**fields))
    assert (judged.state, str(judged.reached_on)) == (state, day)


def test_a_milestone_is_reached_by_statement_or_by_its_needs() -> None:
    assert standing(with_milestone(needs=["2"], reached="2026-02-10")).reason == "stated"
    assert standing(with_milestone(needs=["1"])).reason == "fulfilled"
    assert standing(with_milestone(needs=["2"])).reason is None


def test_without_a_day_future_dates_count_and_no_milestone_is_overdue() -> None:
    assert standing(with_milestone(needs=["2"], reached="2030-01-01"), None).is_reached
    assert standing(with_milestone(needs=["2"], when="week 1"), None).state == "open"


@given(st.data())
def test_no_milestone_is_reached_while_its_needs_criteria_or_gate_are_open(data: st.DataObject) -> None:
    ids = [str(n) for n in range(1, 5)]
    states = data.draw(st.lists(st.sampled_from(["planned", "in progress", "done", "dropped"]), min_size=4, max_size=4))
    days = st.dates(date(2026, 1, 1), date(2026, 6, 30)).map(str)
    gate = data.draw(st.none() | st.fixed_dictionaries({"outcome": st.sampled_from(["open", "go", "no-go"])}))
    criteria = data.draw(st.lists(st.fixed_dictionaries({"text": st.just("C"), "done": st.booleans()}), max_size=2))
    needs = data.draw(st.lists(st.sampled_from(ids), unique=True))
    conditions: dict[str, Any] = {"needs": needs, "criteria": criteria, "gate": gate}
    example = plan(
        *(sprint(id_) for id_ in ids),
        entries=[entry(id_, data.draw(days), state) for id_, state in zip(ids, states, strict=True)],
        milestones=[milestone("M1", when=data.draw(days), **conditions)],
        start="2026-01-05",
    )
    for today in (None, date(2026, 3, 1), date(2026, 7, 1)):
        facts = analyse(example, today)
        milestone_standing = facts.milestones["M1"]
        done = {id_ for id_, standing in facts.standings.items() if standing.state == "done"}
        if milestone_standing.is_reached:
            assert done.issuperset(needs)
            assert all(criterion["done"] for criterion in criteria)
            assert gate is None or gate["outcome"] == "go"
            assert not milestone_standing.is_overdue
            if milestone_standing.reached_on and today:
                assert milestone_standing.reached_on <= today
        if milestone_standing.is_overdue:
            assert today
            assert milestone_standing.due
            assert milestone_standing.due < today


def test_the_forecast_of_a_milestone_is_the_end_of_the_last_sprint_it_needs() -> None:
    sprints = sprint("1", effort="5 days"), sprint("2", effort="5 days", needs=["1"]), sprint("3", effort="9 days")
    gates = [milestone("M1", needs=["1", "2"]), milestone("M2", needs=["1"]), milestone("M3")]
    facts = analyse(plan(*sprints, milestones=gates, start="2026-03-02"), DAY)
    assert facts.schedules.main
    stints = facts.schedules.main[1].stints
    assert facts.forecasts == {"M1": stints["2"].end, "M2": stints["1"].end}


def test_there_is_no_forecast_without_efforts() -> None:
    assert analyse(with_milestone(needs=["2"]), DAY).forecasts == {}


def test_a_sprint_waits_for_the_milestone_before_it() -> None:
    for outcome, ready in (("open", False), ("go", True), ("no-go", False)):
        example = with_milestone(needs=["1"], criteria=["Tested"], before=["3"], gate={"outcome": outcome})
        third = analyse(example, DAY).standings["3"]
        assert (third.ready, third.is_waiting, third.waits_for_milestones) == (
            ready,
            not ready,
            () if ready else ("M1",),
        )
        new = entry("3", str(DAY), "in progress")
        reasons = objections(example, new, DAY, moves=True)
        assert reasons == (() if ready else ("Sprint 3 may start only after M1, which was not reached by 2 Mar 2026",))


def rules(plan: Plan) -> list[str]:
    """The milestone and gate rules that a plan breaks."""
    ids = [finding.rule.id for finding in analyse(plan, DAY).findings]
    return [id_ for id_ in ids if id_.startswith(("milestone", "gate"))]


def test_the_audit_reports_overdue_open_and_empty_milestones_and_passed_gates() -> None:
    assert rules(with_milestone(needs=["1"], when="week 2")) == []
    assert rules(with_milestone(needs=["2"], when="week 2")) == ["milestone-overdue"]
    assert rules(with_milestone(needs=["1"], before=["2"])) == []
    assert rules(with_milestone(needs=["3"], before=["2"], gate={"outcome": "go"})) == []
    assert rules(with_milestone(needs=["3"], before=["2"])) == ["gate-passed"]
    assert rules(with_milestone(needs=["1"], reached="2026-02-10", gate={"outcome": "no-go"})) == ["milestone-open"]
    assert rules(with_milestone()) == ["milestone-empty"]


LONG = "A release of everything that was promised to all customers of the old system, with their data and interfaces"


@given(
    st.lists(st.tuples(st.floats(0, 12), st.sampled_from(["Beta", LONG, f"{LONG} {LONG}", "Donaudampfschiff" * 9]))),
    st.integers(1, 30),
)
def test_titles_of_milestones_are_complete_and_do_not_overlap(points: list[tuple[float, str]], weeks: int) -> None:
    lane = WeekLane("Milestones", diamonds=[Diamond(at, label) for at, label in points])
    scene = week_scene([lane], Scale(weeks), Caption("Chart", "", "c"))
    frames = [box.frame for box in scene.boxes]
    for box, (_, label) in zip(
        scene.boxes, sorted(points, key=lambda point: (min(point[0], weeks), point[1])), strict=False
    ):
        lines = [mark for mark in box.marks if isinstance(mark, Text)]
        assert not any("…" in line.content for line in lines), label
        for line in lines:
            wide = TextStyle.BESIDE.width(line.content)
            left = line.x - (wide if line.anchor == "end" else 0)
            assert box.frame.x - 0.1 <= left
            assert left + wide <= box.frame.x + box.frame.width + 0.1
        assert box.frame.x >= 0
        assert box.frame.x + box.frame.width <= scene.width
        assert box.frame.y + box.frame.height <= scene.height
    shown = sorted(
        "".join(mark.content for mark in box.marks if isinstance(mark, Text)).replace(" ", "") for box in scene.boxes
    )
    assert shown == sorted(label.replace(" ", "") for _, label in points)
    for n, frame in enumerate(frames):
        for other in frames[n + 1 :]:
            apart = frame.x + frame.width <= other.x or other.x + other.width <= frame.x
            assert apart or frame.y + frame.height <= other.y or other.y + other.height <= frame.y


FILES = {
    "plan.yml": "title: T\nstart: 2026-01-05\nfields: [{id: cost, title: Cost centre, of: milestone}]\n",
    "team.yml": "people: [{id: ada, name: Ada}]\n",
    "phases.yml": 'phases: [{id: "1", title: One, when: 1-4, sprints: ["1", "2"]}]\n',
    "sprints/1.yml": 'id: "1"\ntitle: A\neffort: 5 days\n',
    "sprints/2.yml": 'id: "2"\ntitle: B\neffort: 5 days\ntasks: [{id: T1, title: Write it}]\n',
    "progress/a.yml": 'entries: [{sprint: "1", date: 2026-01-09, state: done}]\n',
    "milestones.yml": """\
milestones:
  - id: M1
    title: Beta
    description: For *friends*.
    when: 2026-01-23
    owner: ada
    needs: ["1", T1]
    before: ["2"]
    criteria: [Ten users, {text: A manual, done: true}]
    gate: {outcome: open, by: ada, note: See the minutes.}
    labels: [external]
    links: [{title: Minutes, url: "https://example.org/"}]
    cost: "4711"
  - {id: M2, title: Done, when: week 1, needs: ["1"]}
""",
}


def open_plan(root: Path, files: dict[str, str], today: str = "2026-01-20") -> Project:
    return open_project(write_plan(root, files), date.fromisoformat(today))


def test_the_table_has_due_dates_forecasts_needs_and_decisions(tmp_path: Path) -> None:
    table = shown(open_plan(tmp_path, FILES), "milestone_table")
    assert "M1: Beta open 23 Jan forecast 26 Jan" in table
    assert "☑ Sprint 1 , ☐ T1 , 1 of 2 criteria met open, to be decided by Ada Sprint 2" in table
    assert "M2: Done reached on 9 Jan 11 Jan" in table


def test_the_list_has_every_field_of_a_milestone(tmp_path: Path) -> None:
    milestones = shown(open_plan(tmp_path, FILES), "milestone_list")
    for text in (
        "For friends .",
        "See the minutes.",
        "☐ Ten users",
        "☐ T1 Write it",
        "☑ A manual",
        "external",
        "Minutes",
        "4711",
    ):
        assert text in milestones
    assert "Cost centre" in milestones
    assert "reached on 9 Jan because everything it needs is done" in milestones


def test_the_fields_of_a_milestone_are_folded_below_the_table(tmp_path: Path) -> None:
    page = LexborHTMLParser(html_of("milestone_list", open_plan(tmp_path, FILES).context("roadmap.md")))
    assert [" ".join(summary.text().split()) for summary in page.css("summary")] == ["M1: Beta", "M2: Done"]
    assert page.css("details > #milestone-M1")


def test_the_plan_to_print_includes_milestones(tmp_path: Path) -> None:
    printed = shown(open_plan(tmp_path, FILES), "whole_plan")
    assert [text for text in ("For friends .", "☐ Ten users", "See the minutes.") if text not in printed] == []


def test_sprint_pages_name_the_milestones_that_need_the_sprint_or_that_it_waits_for(tmp_path: Path) -> None:
    project = open_plan(tmp_path, FILES)
    assert "Needed for milestone M1: Beta , 23 Jan open" in shown(project, "sprint_page", "1")
    assert "T1 needed for milestone M1: Beta , 23 Jan open" in shown(project, "sprint_page", "2")
    assert "May start only after milestone M1: Beta , 23 Jan open" in shown(project, "sprint_page", "2")
    assert "Waiting Sprint 2: B for M1" in shown(project, "what_now")


def test_a_task_waits_for_the_milestone_of_its_sprint(tmp_path: Path) -> None:
    assert "Waiting T1 Write it for M1" in shown(open_plan(tmp_path, FILES), "task_summary")


def test_milestones_due_soon_are_in_the_next_two_weeks(tmp_path: Path) -> None:
    assert "Milestone M1: Beta is due — 23 Jan open" in shown(open_plan(tmp_path, FILES), "next_weeks")
    late = open_plan(tmp_path, FILES, "2026-01-24")
    assert "M1: Beta Was due on 23 Jan ." in shown(late, "needs_attention")
    assert "Milestone" not in shown(late, "next_weeks")


def test_overdue_milestones_decisions_and_asks_need_attention(tmp_path: Path) -> None:
    decisions = "decisions: [{title: Which broker, when: 2026-01-12}]\nasks: [{title: Access, when: 2026-01-13}]\n"
    project = open_plan(tmp_path, FILES | {"plan.yml": FILES["plan.yml"] + decisions}, "2026-01-26")
    attention = shown(project, "needs_attention")
    assert "M1: Beta Was due on 23 Jan ." in attention
    assert "Which broker was due on 12 Jan 2026, but has not been decided" in attention.replace("“", "").replace(
        "”", ""
    )
    assert "was due on 13 Jan 2026, but has not arrived" in attention
    assert shown(open_plan(tmp_path / "before", FILES), "needs_attention") == ""


def test_a_chart_has_a_diamond_for_each_milestone_with_a_window(tmp_path: Path) -> None:
    chart = shown(open_plan(tmp_path, FILES), "week_chart")
    assert "Milestone M1: Beta, 23 Jan" in chart
    assert "Milestone M2: Done, reached, week 1" in chart
    undated = FILES | {"plan.yml": "title: T\nfields: [{id: cost, title: C, of: milestone}]\n"}
    undated["milestones.yml"] = FILES["milestones.yml"].replace("2026-01-23", "week 3")
    chart = shown(open_plan(tmp_path / "undated", undated), "week_chart")
    assert "Milestone M1: Beta, week 3" in chart


def test_pages_of_a_plan_without_milestones_do_not_mention_them(tmp_path: Path) -> None:
    project = open_plan(tmp_path, {path: text for path, text in FILES.items() if path != "milestones.yml"})
    assert (shown(project, "milestone_table"), shown(project, "milestone_list")) == ("", "")
    assert "ilestone" not in shown(project, "week_chart") + shown(project, "sprint_page", "1") + shown(
        project, "next_weeks"
    )


def test_milestones_are_due_on_the_last_day_of_their_window() -> None:
    windows = [str(DAY + timedelta(days=n)) for n in (0, 3, 8)]
    example = plan(sprint("1"), milestones=[milestone(f"M{n}", when=when) for n, when in enumerate(windows)])
    facts: Facts = analyse(example, DAY)
    assert [str(standing.due) for standing in facts.milestones.values()] == windows


FORMS = """\
# Our milestones.
milestones:
  # The first.
  - id: "M1"
    # Its name:
    title: Beta  # for friends
    needs: ["1"]
  - {id: M2, title: Done, needs: ["1"]}
  - title: Go-live
    id: G1
    gate: open
  - id: G2
    title: Gate
    gate:
      # Who decides:
      by: [ada]
      outcome: open  # for now
  - id: G3
    title: Late
    needs: ["2"]
    gate: {note: "Soon, we hope"}
  - {id: M3, title: Trial, criteria: [Ten users]}
"""
PLAIN = {path: text for path, text in FILES.items() if path != "milestones.yml"}
PLAIN["progress/a.yml"] = 'entries: [{sprint: "1", date: 2025-11-10, state: done}]\n'


def written(root: Path, *arguments: str) -> str:
    """The lines of the milestones file that a command adds or changes."""
    write_plan(root, PLAIN | {"milestones.yml": FORMS})
    assert cli.run(["reach", *arguments, "--root", str(root), "--day", "2025-11-18"]) == 0
    after = (root / "plan_data/milestones.yml").read_text("utf-8").splitlines()
    comments = [line.partition("#")[2] for line in FORMS.splitlines() if "#" in line]
    assert [line.partition("#")[2] for line in after if "#" in line] == comments
    return "\n".join(line for line in after if line not in FORMS.splitlines())


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ("M1", "    reached: 2025-11-18"),
        ("M2", '  - {id: M2, title: Done, reached: 2025-11-18, needs: ["1"]}'),
        (
            "G1 --go --by ada",
            "    reached: 2025-11-18\n    gate: {outcome: go, by: [ada], on: 2025-11-18}",
        ),
        ("G2 --no-go", "      on: 2025-11-18\n      outcome: no-go  # for now"),
        ("G3 --no-go", '    gate: {outcome: no-go, on: 2025-11-18, note: "Soon, we hope"}'),
    ],
)
def test_reach_writes_the_outcome_and_changes_nothing_else_in_the_file(
    arguments: str, lines: str, tmp_path: Path
) -> None:
    assert written(tmp_path, *arguments.split()) == lines
    judged = analyse(loaded(tmp_path), date(2025, 11, 18)).milestones[arguments.split(maxsplit=1)[0]]
    assert (judged.state, judged.reason) == (("no-go", None) if "--no-go" in arguments else ("reached", "stated"))


def test_reach_writes_below_the_title_and_keeps_windows_line_endings(tmp_path: Path) -> None:
    text = "\ufeff" + FORMS.replace('"M1"', "M1.1  # first").replace("id: M2", "id: M2.1").replace("\n", "\r\n")
    write_plan(tmp_path, PLAIN | {"milestones.yml": text})
    for id_ in ("M1.1", "M2.1"):
        assert cli.run(["reach", id_, "--root", str(tmp_path), "--day", "2025-11-18"]) == 0
    reached = "reached: 2025-11-18"
    after = text.replace("friends\r\n", f"friends\r\n    {reached}\r\n").replace("Done,", f"Done, {reached},")
    assert (tmp_path / "plan_data" / "milestones.yml").read_bytes().decode() == after


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("M9", "there is no milestone M9"),
        ("M1 --day 2999-01-01", "1 Jan 2999 is in the future"),
        ("M1 --go", "M1 is not a gate, so there is nothing to decide"),
        ("G1", "G1 is a gate: state the decision with --go or --no-go"),
        ("G1 --go --no-go", "choose either --go or --no-go"),
        ("G1 --go --by bob", "bob"),
        ("G2 --go --by bob", "according to plan_data/milestones.yml, ada decides"),
        ("G3 --go --day 2025-11-18", "G3 waits for Sprint 2"),
        ("M3", "M3 waits for “Ten users”; write `done: true` for each criterion that is met"),
    ],
)
def test_reach_refuses_what_is_impossible_in_one_sentence(
    arguments: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan(tmp_path, PLAIN | {"milestones.yml": FORMS})
    assert cli.run(["reach", *arguments.split(), "--root", str(tmp_path)]) == 2
    assert message in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / "plan_data/milestones.yml").read_text("utf-8") == FORMS
