"""The week chart: done, late and blocked sprints look different, and a large plan has a small chart."""

from datetime import date
from itertools import pairwise
from pathlib import Path

from selectolax.lexbor import LexborNode

from benchmarks import generate
from masterplan.publish.project import open_project
from masterplan.render.diagrams.scene import Arrow, Point, Rect, Text
from masterplan.render.diagrams.weeks import Moment, Scale, WeekBar, WeekLane, week_scene
from tests.macro_output import output
from tests.pictures import CAPTION
from tests.plans import write_plan
from tests.sites import OURS, words

HALF_DONE: dict[str, str | bytes] = {
    "plan.yml": "title: T\nstart: 2026-10-12\n",
    "phases.yml": """
phases:
  - {id: "1", title: Foundation, when: 1-2, sprints: ["1"]}
  - {id: "2", title: Performance, when: 3-5, sprints: ["2", "3"]}
  - {id: "3", title: Heavy, when: 6-8, sprints: ["4"]}
""",
    "sprints/1.yml": "{id: '1', title: Database}",
    "sprints/2.yml": "{id: '2', title: Consolidation}",
    "sprints/3.yml": "{id: '3', title: Batching, depends_on: ['1']}",
    "sprints/4.yml": "{id: '4', title: Images}",
    "progress/log.yml": """
entries:
  - {sprint: "1", date: 2026-10-23, state: done}
  - {sprint: "2", date: 2026-11-05, state: blocked, note: waits}
  - {sprint: "3", date: 2026-11-20, state: in progress, percent: 45}
""",
}

NO_PHASES: dict[str, str | bytes] = {
    "plan.yml": "title: T\n",
    "sprints/1.yml": "{id: '1', title: Foundation, when: 1-2}",
}


def chart(root: Path, day: date) -> LexborNode:
    return output(open_project(root, day), "week_chart")


def test_done_late_and_blocked_bars_have_labels_and_looks(tmp_path: Path) -> None:
    page = chart(write_plan(tmp_path, HALF_DONE), date(2026, 11, 24))
    bars = {words(bar).split(":")[0]: bar for bar in page.css("a.mp-box")}

    assert page.css("svg > title")[0].text() == "1 of 4 sprints done, 2 late"
    assert "Sprint 2 · blocked, 9 days late" in words(bars["Sprint 2"])
    assert "Sprint 3 · 45%, 9 days late" in words(bars["Sprint 3"])
    assert [len(bars[f"Sprint {n}"].css(".mp-late")) for n in range(1, 5)] == [0, 1, 1, 0]
    assert [bool(bars[f"Sprint {n}"].css(".mp-bar.mp-done")) for n in range(1, 5)] == [True, False, False, False]
    assert bars["Sprint 2"].css(".mp-bar.mp-blocked")


def test_labels_beside_bars_are_above_all_arrows(tmp_path: Path) -> None:
    late = HALF_DONE | {"sprints/2.yml": "{id: '2', title: A very long title of a sprint}"}
    marks = chart(write_plan(tmp_path, late), date(2026, 11, 24)).css("svg line.mp-hard, svg text.mp-beside")
    looks = ["mp-beside" in (mark.attributes["class"] or "") for mark in marks]
    assert looks == sorted(looks)
    assert 0 < sum(looks) < len(looks)


def test_today_and_the_dates_of_weeks_are_at_the_top(tmp_path: Path) -> None:
    texts = chart(write_plan(tmp_path, HALF_DONE), date(2026, 11, 24)).css("svg > text")
    tops = {text.text(): float(text.attributes["y"] or 0) for text in texts}

    assert tops["Today, 24 Nov"] < tops["12 Oct"] < 40
    assert {tops[week] for week in ("19 Oct", "16 Nov", "30 Nov")} == {tops["12 Oct"]}


def test_on_narrow_screens_the_sprints_are_a_list(tmp_path: Path) -> None:
    lines = [words(line) for line in chart(write_plan(tmp_path, HALF_DONE), date(2026, 11, 24)).css(".mp-narrow li")]

    assert [line.split(" ", 2)[1].rstrip(":") for line in lines] == ["1", "2", "3", "4"]
    assert lines[1] == "Sprint 2: Consolidation blocked , 9 days late"


def test_on_narrow_screens_the_work_of_an_option_is_a_list() -> None:
    page = output(open_project(OURS, date(2026, 11, 24)), "option", "B")
    lanes = [words(title) for title in page.css(".mp-narrow .mp-column__title")]
    assert lanes == ["Dev 1", "Dev 2"]
    lines = [words(line) for line in page.css(".mp-narrow li")]
    assert lines[0] == "Sprint 1: Database Optimization , Sprint 2: Error Handling & Logging weeks 1-2"
    assert lines[-1] == "Support Sprint 5 testing: Sprint 5 weeks 4-6"


def test_a_large_plan_has_a_bar_for_each_phase_and_few_lanes(tmp_path: Path) -> None:
    generate.write_plan(tmp_path, 200)
    page = chart(tmp_path, date(2026, 6, 1))
    bars = [words(bar) for bar in page.css(".mp-box")]
    lanes = page.css("rect.mp-band")

    assert len(lanes) <= 12
    assert sum(" done" in bar for bar in bars) <= 12
    assert not page.css(".mp-edge")
    assert page.css(".mp-late")


def test_the_folded_phases_of_a_large_plan_state_how_much_is_done(tmp_path: Path) -> None:
    generate.write_plan(tmp_path, 60)
    summaries = output(open_project(tmp_path, generate.TODAY), "phase_list").css("summary")
    assert words(summaries[0]).endswith(", 8 of 8 done")
    assert words(summaries[1]).endswith(", 1 of 8 done")


def crosses(points: tuple[Point, ...], bar: Rect) -> bool:
    """Whether a line crosses a bar."""
    return any(
        min(a[0], b[0]) < bar.x + bar.width - 0.1
        and bar.x + 0.1 < max(a[0], b[0], min(a[0], b[0]) + 0.05)
        and min(a[1], b[1]) < bar.y + bar.height
        and bar.y < max(a[1], b[1])
        for a, b in pairwise(points)
    )


def test_arrows_do_not_cross_bars() -> None:
    lanes = [
        WeekLane("One", [WeekBar(1, 2, f"Sprint {n}", key=n) for n in "126"]),
        WeekLane("Two", [WeekBar(3, 5, "Sprint 3", key="3"), WeekBar(3, 5, "Sprint 4", key="4")]),
        WeekLane("Three", [WeekBar(6, 8, "Sprint 5", key="5")]),
    ]
    scene = week_scene(lanes, Scale(8), CAPTION, [Arrow("1", "4"), Arrow("2", "5"), Arrow("3", "5")])

    assert len(scene.edges) == 3
    assert not [edge.name for edge in scene.edges for box in scene.boxes if crosses(edge.line.points, box.frame)]


def test_a_chart_whose_arrows_would_cross_labels_has_no_arrows() -> None:
    lanes = [WeekLane(f"Sprint {n}", [WeekBar(n, n, "A long title of a sprint", key=str(n))]) for n in range(1, 5)]
    arrows = [Arrow("1", "4"), Arrow("3", "4")]

    assert not week_scene(lanes, Scale(10), CAPTION, arrows).edges
    assert len(week_scene(lanes, Scale(10), CAPTION, arrows[1:]).edges) == 1


def test_a_sprint_without_a_phase_is_named_once_in_its_lane(tmp_path: Path) -> None:
    page = chart(write_plan(tmp_path, NO_PHASES), date(2026, 11, 24))

    assert [words(text) for text in page.css("svg > text.mp-heading")] == ["Sprint 1"]
    assert {words(text) for text in page.css("a.mp-box text")} == {"Foundation"}


def test_labels_of_today_and_of_a_forecast_soon_after_do_not_overlap() -> None:
    near = [Moment(5.0, "Today, 5 Apr"), Moment(5.2, "Forecast end, 8 Apr", "forecast")]
    scene = week_scene([WeekLane("One", [WeekBar(1, 8, "Sprint 1")])], Scale(8, moments=near), CAPTION)

    labels = {text.content: text.anchor for text in scene.backdrop if isinstance(text, Text)}
    assert (labels["Today, 5 Apr"], labels["Forecast end, 8 Apr"]) == ("end", "start")
