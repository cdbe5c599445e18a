"""Diagrams and charts: layout, scenes and labels follow their rules for any plan."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masterplan.render import diagrams
from masterplan.render.diagrams.curves import Curve, ShownWeeks, curve_scene
from masterplan.render.diagrams.dependencies import dependency_scene
from masterplan.render.diagrams.layout import Frame, Layout, LayoutItem, Orientation, layout
from masterplan.render.diagrams.nodes import Node
from masterplan.render.diagrams.placement import tracks
from masterplan.render.diagrams.scene import Arrow, PictureWidth, Point, Polyline, Rect, Scene, Text, TextStyle
from masterplan.render.diagrams.weeks import WIDE, Moment, Scale, WeekBar, WeekLane, week_scene
from tests.pictures import (
    CAPTION,
    ODD_TITLES,
    PHASES,
    SEED_NODES,
    each_scene,
    seed_scene,
    sixty_scene,
    svg_of_sixty,
)

DIRECTIONS: tuple[Orientation, ...] = ("LR", "TB")
MOST_CROSSINGS = 58
MOST_CORNERS = 220


# Layout


def drawn(bands: Sequence[int], edges: Iterable[tuple[int, int]], frame: Frame) -> tuple[dict[str, Rect], Layout]:
    items = [LayoutItem(str(at), 100.0 + at % 3 * 20, 60.0, band) for at, band in enumerate(bands)]
    result = layout(items, [(str(a), str(b)) for a, b in edges], frame)
    return {item.key: Rect(*result.corners[item.key], item.width, item.height, "") for item in items}, result


def touch(first: Rect, second: Rect, margin: float = 0.0) -> bool:
    return (
        first.x < second.x + second.width + margin
        and second.x < first.x + first.width + margin
        and first.y < second.y + second.height + margin
        and second.y < first.y + first.height + margin
    )


def stretches(points: Sequence[Point]) -> list[Rect]:
    return [Rect(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1]), "") for a, b in pairwise(points)]


def on_edge(point: Point, box: Rect) -> bool:
    across, along = point[0] - box.x, point[1] - box.y
    inside = -0.01 <= across <= box.width + 0.01 and -0.01 <= along <= box.height + 0.01
    return inside and min(abs(across), abs(across - box.width), abs(along), abs(along - box.height)) < 0.01


def crossings(routes: Iterable[Sequence[Point]]) -> int:
    runs = [(at, run) for at, route in enumerate(routes) for run in stretches(route)]
    pairs = ((a, b) for (i, a), (j, b) in combinations(runs, 2) if i != j and bool(a.width) != bool(b.width))
    return sum(touch(a, b) for a, b in pairs)


def overlaps_along(routes: Iterable[Sequence[Point]]) -> int:
    runs = [(at, run) for at, route in enumerate(routes) for run in stretches(route)]
    pairs = ((a, b) for (i, a), (j, b) in combinations(runs, 2) if i != j and bool(a.width) == bool(b.width))
    return sum(touch(a, b, 1) for a, b in pairs)


def assert_rules(boxes: dict[str, Rect], result: Layout, direction: Orientation) -> None:
    assert not [(a, b) for (a, box_a), (b, box_b) in combinations(boxes.items(), 2) if touch(box_a, box_b, 20)]
    for (source, target), points in result.routes.items():
        assert on_edge(points[0], boxes[source])
        assert on_edge(points[-1], boxes[target])
        assert all(not run.width or not run.height for run in stretches(points))
        foreign = [box for key, box in boxes.items() if key not in {source, target}]
        assert not any(touch(run, box) for run in stretches(points) for box in foreign)
    along = 0 if direction == "LR" else 1
    bands = [result.bands[band] for band in sorted(result.bands)]
    assert all(before[1][along] < after[0][along] for before, after in pairwise(bands))
    assert all(box.x + box.width <= result.width and box.y + box.height <= result.height for box in boxes.values())


bands_of = st.lists(st.integers(0, 3), min_size=1, max_size=16)
edges_of = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=24)


@given(bands_of, edges_of, st.sampled_from(DIRECTIONS), st.integers(2, 8), st.randoms())
def test_any_graph_is_laid_out_by_the_rules_in_any_order(
    bands: list[int], pairs: list[tuple[int, int]], direction: Orientation, limit: int, shuffled: Any
) -> None:
    edges = [(a % len(bands), b % len(bands)) for a, b in pairs]
    frame = Frame(direction, limit)

    boxes, result = drawn(bands, edges, frame)

    assert_rules(boxes, result, direction)
    assert set(result.routes) == {(str(a), str(b)) for a, b in edges if a != b}
    items = [LayoutItem(key, box.width, box.height, bands[int(key)]) for key, box in boxes.items()]
    shuffled.shuffle(items)
    shuffled.shuffle(edges)
    assert layout(items, [(str(a), str(b)) for a, b in edges], frame) == result


@pytest.mark.parametrize(
    ("bands", "edges"),
    [
        ([0] + [1] * 500, [(0, at) for at in range(1, 501)]),
        ([0] * 500 + [1], [(at, 500) for at in range(500)]),
        ([0] * 2000, [(at, at + 1) for at in range(1999)]),
        ([0] * 2000, []),
        (
            [at // 10 for at in range(60)],
            [(a, b) for b in range(60) for a in range(b) if (3 * a + 5 * b) % 3 == 0][:600],
        ),
        ([0, 0, 0], [(0, 1), (1, 2), (2, 0), (1, 1), (0, 1)]),
        ([], []),
    ],
    ids=["hub", "fan in", "chain", "isolated", "dense", "cycle", "nothing"],
)
def test_difficult_graphs_are_laid_out(bands: list[int], edges: list[tuple[int, int]]) -> None:
    boxes, result = drawn(bands, edges, Frame("TB", 30))

    assert len(boxes) == len(bands)
    assert len(result.routes) == len({pair for pair in edges if pair[0] != pair[1]})
    assert len(set(result.corners.values())) == len(bands)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_lines_that_swap_places_do_not_overlap(direction: Orientation) -> None:
    _, result = drawn([0, 0, 1, 1], [(0, 2), (0, 3), (1, 2), (1, 3)], Frame(direction))

    assert crossings(result.routes.values()) == 1
    assert overlaps_along(result.routes.values()) == 0


def test_a_line_leaves_its_place_before_another_takes_it() -> None:
    to_the_place, from_the_place = [0.0, 50.0], [50.0, 10.0]

    assert tracks([to_the_place, from_the_place]) == [1, 0]
    assert tracks([from_the_place, to_the_place]) == [0, 1]


def test_a_line_against_the_order_runs_backwards() -> None:
    boxes, result = drawn([0, 1], [(1, 0)], Frame("LR"))

    assert boxes["0"].x < boxes["1"].x
    assert on_edge(result.routes["1", "0"][0], boxes["1"])


def test_phases_of_our_plan_follow_each_other_with_straight_lines() -> None:
    scene = seed_scene()
    spots = {box.name.split(":")[0]: box.frame for box in scene.boxes}

    assert spots["Sprint 1"].x == spots["Sprint 2"].x == spots["Sprint 6"].x
    assert spots["Sprint 1"].x < spots["Sprint 3"].x == spots["Sprint 4"].x < spots["Sprint 5"].x
    assert [len(edge.line.points) for edge in scene.edges] == [2, 2]
    assert scene.width < 700


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_sixty_sprints_stay_readable(direction: Orientation) -> None:
    routes = [edge.line.points for edge in sixty_scene(direction).edges]

    assert crossings(routes) <= MOST_CROSSINGS
    assert sum(len(route) - 2 for route in routes) <= MOST_CORNERS
    assert overlaps_along(routes) == 0


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    root = Path(diagrams.__file__).parents[4]
    code = "from tests.pictures import *; print(svg_of_sixty())"
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root / "macros"), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]

    assert outputs == [svg_of_sixty()] * 2


# Scenes


def area(text: Text) -> Rect:
    """The area of a line of text, by our own measure."""
    wide = text.style.width(text.content)
    left = {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
    return Rect(text.x - left, text.y - 0.8 * text.style.size, wide, text.style.size, "")


def all_texts(scene: Scene) -> list[Text]:
    marks = [*scene.backdrop, *scene.front]
    marks += [mark for box in scene.boxes for mark in box.marks]
    marks += [text for edge in scene.edges for text in edge.label]
    return [mark for mark in marks if isinstance(mark, Text)]


WIDTHS: Mapping[PictureWidth, float] = {"slim": 1.0, "wide": WIDE}


def at_width(scene: Scene, shown: PictureWidth) -> Scene:
    """A scene as shown at this width. A fluid scene becomes wider, but its text does not."""
    if not scene.fluid:
        return scene

    def moved(mark: Any) -> Any:
        if isinstance(mark, Text):
            return replace(mark, x=mark.x * WIDTHS[shown])
        return (
            replace(mark, x=mark.x * WIDTHS[shown], width=mark.width * WIDTHS[shown])
            if isinstance(mark, Rect)
            else mark
        )

    def kept(marks: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(moved(mark) for mark in marks if getattr(mark, "only_at", "") in {"", shown})

    boxes = tuple(replace(box, frame=moved(box.frame), marks=kept(box.marks)) for box in scene.boxes)
    return replace(scene, width=scene.width * WIDTHS[shown], backdrop=kept(scene.backdrop), boxes=boxes)


def within(inner: Rect, outer: Rect) -> bool:
    return (
        outer.x <= inner.x
        and inner.x + inner.width <= outer.x + outer.width
        and outer.y <= inner.y
        and inner.y + inner.height <= outer.y + outer.height
    )


@each_scene
@pytest.mark.parametrize("shown", WIDTHS)
def test_texts_overlap_neither_each_other_nor_box_edges(make: Callable[[], Scene], shown: PictureWidth) -> None:
    scene = at_width(make(), shown)
    areas = [area(text) for text in all_texts(scene)]

    assert areas
    assert not [(a, b) for a, b in combinations(areas, 2) if touch(a, b)]
    assert all(within(text, box.frame) or not touch(text, box.frame) for text in areas for box in scene.boxes)
    assert all(within(text, Rect(0, 0, scene.width, scene.height, "")) for text in areas)


def test_only_small_diagrams_have_reasons_next_to_lines() -> None:
    labels = [" ".join(text.content for text in edge.label) for edge in seed_scene().edges]

    assert labels == ["needs prepared statements", "needs error logging"]
    assert not any(edge.label for edge in sixty_scene().edges)


def test_a_reason_that_does_not_fit_is_still_in_the_accessible_name() -> None:
    reason = "needs " + "a great many words that could never fit next to a line " * 4
    scene = dependency_scene(SEED_NODES, [Arrow("1", "4", "soft", reason)], PHASES, CAPTION)

    assert not scene.edges[0].label
    assert scene.edges[0].name == f"Sprint 4 benefits from Sprint 1: {reason} (soft)"


def test_accessible_names_describe_boxes_and_lines() -> None:
    scene = seed_scene()
    node = Node("7", "Sprint 7", "Last", None, 0, "Blocked", "blocked", "High risk", 4, critical=True)

    assert scene.edges[1].name == "Sprint 5 needs Sprint 2: needs error logging (hard, on the critical path)"
    assert scene.boxes[0].name == "Sprint 1: Database Optimization, Planned, Low risk"
    assert node.phrase() == "Sprint 7: Last, Blocked, High risk, on the critical path"


def test_boxes_are_in_the_order_of_phases_then_of_the_plan() -> None:
    names = [box.name.split(":")[0] for box in dependency_scene(SEED_NODES[::-1], (), PHASES, CAPTION).boxes]

    assert names == ["Sprint 6", "Sprint 2", "Sprint 1", "Sprint 4", "Sprint 3", "Sprint 5"]


def test_a_stub_and_phases_without_names_are_drawn() -> None:
    stub = Node("more", "", "+12 more", "table/", 1, stub=True)
    scene = dependency_scene([SEED_NODES[0], stub], [Arrow("1", "more")], (), CAPTION)

    assert scene.boxes[1].name == "+12 more"
    assert scene.boxes[1].frame.height < scene.boxes[0].frame.height
    assert not scene.backdrop


def test_an_empty_diagram_has_a_text() -> None:
    for scene in (dependency_scene((), (), PHASES, CAPTION), week_scene((), Scale(3), CAPTION)):
        assert [text.content for text in all_texts(scene)] == ["Nothing to show yet"]


# Weeks


def test_bars_share_a_scale_and_are_stacked_where_they_overlap() -> None:
    bars = [WeekBar(1, 2, "Sprint 1"), WeekBar(1, 2, "Sprint 2"), WeekBar(3, 4, "Sprint 4")]
    first = week_scene([WeekLane("Dev 1", bars)], Scale(10), CAPTION)
    second = week_scene([WeekLane("A much longer name for a lane", bars[2:])], Scale(10), CAPTION)
    spots = {box.name: box.frame for box in first.boxes}
    sprint_1, sprint_2, sprint_4 = spots["Sprint 1"], spots["Sprint 2"], spots["Sprint 4"]

    assert sprint_1.x == sprint_2.x
    assert sprint_1.y != sprint_2.y
    assert sprint_4.y == sprint_1.y
    assert sprint_1.x + sprint_1.width < sprint_4.x
    assert (second.boxes[0].frame.x, second.boxes[0].frame.width) == (sprint_4.x, sprint_4.width)


@given(
    st.lists(
        st.tuples(st.floats(-1, 14), st.floats(-2, 6), st.sampled_from(["", "Sprint 4", *ODD_TITLES])), max_size=12
    ),
    st.integers(1, 60),
    st.sampled_from(sorted(WIDTHS)),
)
@settings(max_examples=80)
def test_bars_and_their_labels_never_overlap_or_leave_the_chart(
    windows: list[tuple[float, float, str]], weeks: int, shown: PictureWidth
) -> None:
    bars = [WeekBar(start, start + length, label, brief="Sprint 4") for start, length, label in windows]
    scene = at_width(week_scene([WeekLane("Lane", bars)], Scale(weeks), CAPTION), shown)
    words = [area(mark) for box in scene.boxes for mark in box.marks if isinstance(mark, Text)]
    frames = [box.frame for box in scene.boxes]

    assert not [pair for pair in combinations(frames, 2) if touch(*pair)]
    assert not [pair for pair in combinations(words, 2) if touch(*pair)]
    assert all(within(word, frame) or not touch(word, frame) for word in words for frame in frames)
    assert all(within(area_, Rect(0, 0, scene.width, scene.height, "")) for area_ in words + frames)


def test_columns_have_as_many_headings_as_fit() -> None:
    dates = [f"2026-01-{at:02}" for at in range(1, 31)]
    lane = WeekLane("Dev", [WeekBar(1, 30, "All month")])

    def headings(labels: Sequence[str], weeks: int) -> list[str]:
        scene = week_scene([lane], Scale(weeks, labels), CAPTION)
        return [text.content for text in all_texts(scene) if text.style is TextStyle.NOTE]

    assert headings((), 3) == ["Week 1", "Week 2", "Week 3"]
    assert headings(dates, 4) == dates[:4]
    assert set(headings(dates, 30)) < set(dates)


def test_a_chart_draws_today_progress_and_dependencies() -> None:
    bars = [WeekBar(1, 2, "Sprint 1", key="1", done=0.5, state="active"), WeekBar(3, 4, "Sprint 4", key="4")]
    links = [Arrow("1", "4", "hard", "needs prepared statements")]

    scene = week_scene([WeekLane("Dev", bars)], Scale(4, moments=[Moment(1.0, "Today")]), CAPTION, links)

    share = next(mark for mark in scene.boxes[0].marks if isinstance(mark, Rect))
    assert share.width == scene.boxes[0].frame.width / 2
    assert "Today" in [text.content for text in all_texts(scene)]
    assert scene.edges[0].name == "Sprint 4 needs Sprint 1: needs prepared statements (hard)"
    assert on_edge(scene.edges[0].line.points[0], scene.boxes[0].frame)
    assert on_edge(scene.edges[0].line.points[-1], scene.boxes[1].frame)
    gone = week_scene([WeekLane("Dev", bars)], Scale(4), CAPTION)
    assert "Today" not in [text.content for text in all_texts(gone)]


@pytest.mark.parametrize("ends", [(5.5, 4.7), (4.7, 5.5), (5.0, 4.9, 4.8)])
def test_labels_of_curves_are_above_all_lines_in_the_order_of_their_ends(ends: Sequence[float]) -> None:
    rising = [Curve(f"{end}: $2,331-4,662", "", [(0, 0.0), (5, 0.5), (20, end)], [0.0, 0.2, end / 2]) for end in ends]
    scene = curve_scene(rising, "$", CAPTION, ShownWeeks(20, []))
    names = {mark.content: mark.y for mark in scene.front if isinstance(mark, Text)}
    summit = min(y for edge in scene.edges for _, y in edge.line.points)
    assert max(names.values()) < summit
    assert sorted(names, key=names.__getitem__) == sorted(names, reverse=True)


@pytest.mark.parametrize(("end", "side"), [(10.0, "before"), (10.2, "after")])
def test_labels_of_curves_do_not_cross_today(end: float, side: str) -> None:
    span = ShownWeeks(20, [], Moment(10.0, "Today"))
    scene = curve_scene([Curve("9 done", "", [(0, 0.0), (end, 5.0)])], "", CAPTION, span)
    [label] = [mark for mark in scene.front if isinstance(mark, Text) and mark.content == "9 done"]
    [(today, _), _] = next(mark.points for mark in scene.front if isinstance(mark, Polyline))
    assert (label.anchor, label.x < today) == (("end", True) if side == "before" else ("start", False))
