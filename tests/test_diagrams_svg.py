"""The SVG of diagrams is well-formed, runs nothing, and has no style of its own."""

from collections.abc import Callable
from io import BytesIO
from xml.parsers import expat

from masterplan.render.diagrams.dependencies import draw_dependencies
from masterplan.render.diagrams.nodes import Node
from masterplan.render.diagrams.scene import Arrow, Caption, Scene
from masterplan.render.diagrams.weeks import Scale, WeekBar, WeekLane, draw_weeks
from masterplan.render.escape import plain
from tests.pictures import CAPTION, PHASES, SEED_LINKS, SEED_NODES, each_scene, svg_of

HOSTILE = (
    "</title><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "&amp;{{x}}`*_\n\n# no",
    "\x00\x1b]0;\u2028",
)


def elements(svg: str) -> list[tuple[str, dict[str, str]]]:
    """The elements of XML, with their attributes; raises if it is not well-formed."""
    started: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: started.append((name, attributes))
    parser.ParseFile(BytesIO(svg.encode()))
    return started


def hostile_svgs() -> list[str]:
    words = HOSTILE * 3
    nodes = [Node(word, word, word, word, at % 3, word, "planned", word) for at, word in enumerate(HOSTILE)]
    links = [Arrow(HOSTILE[0], HOSTILE[1], "hard", HOSTILE[2])]
    bars = [WeekBar(at + 1, at + 2, word, word, word, key=word) for at, word in enumerate(HOSTILE)]
    caption = Caption(HOSTILE[0], HOSTILE[1], HOSTILE[1])
    return [
        draw_dependencies(nodes, links, words[:3], caption),
        draw_weeks([WeekLane(HOSTILE[0], bars)], Scale(4, words[:4]), caption, links),
    ]


def test_hostile_text_stays_text() -> None:
    known = {"svg", "title", "desc", "rect", "path", "line", "g", "a", "text"}
    for svg in hostile_svgs():
        parts = elements(svg)
        hrefs = [attributes["http://www.w3.org/1999/xlink href"] for name, attributes in parts if name.endswith(" a")]

        assert {name.rpartition(" ")[2] for name, _ in parts} <= known
        assert not [key for _, attributes in parts for key in attributes if key.startswith("on") or key == "style"]
        assert sorted(hrefs) == sorted(map(plain, HOSTILE))


@each_scene
def test_the_svg_has_no_empty_lines_and_no_style(make: Callable[[], Scene]) -> None:
    svg = svg_of(make())

    assert not any(not line.strip() for line in svg.splitlines())
    assert not {"fill", "stroke", "style", "href"} & {key for _, attributes in elements(svg) for key in attributes}


def test_ids_are_unique_and_numbers_short() -> None:
    first = draw_dependencies(SEED_NODES, SEED_LINKS, PHASES, CAPTION)
    second = draw_dependencies(SEED_NODES, SEED_LINKS, PHASES, Caption("Other", "Other", "other"))
    ids = [attributes["id"] for svg in (first, second) for _, attributes in elements(svg) if "id" in attributes]

    assert ids == ["needs-title", "needs-desc", "other-title", "other-desc"]
    assert all(
        len(value) < 12 for _, attributes in elements(first) for key, value in attributes.items() if key in {"x", "y"}
    )


def test_a_chart_is_an_image_only_without_links() -> None:
    still = draw_weeks([WeekLane("Dev", [WeekBar(1, 2, "Sprint 1")])], Scale(3), CAPTION)
    linked = draw_weeks([WeekLane("Dev", [WeekBar(1, 2, "Sprint 1", "1/")])], Scale(3), CAPTION)

    assert elements(still)[0][1]["role"] == "img"
    assert elements(linked)[0][1]["role"] == "group"
