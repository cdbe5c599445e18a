"""Diagrams in a browser: no text overlaps, all text is readable, and every box can be reached and has a name."""

import re
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from masterplan.render import diagrams
from masterplan.render.diagrams.scene import Scene, TextStyle
from masterplan.render.diagrams.weeks import Scale, WeekBar, WeekLane, week_scene
from tests.pictures import CAPTION, SEED_NODES, STATES, each_scene, odd_weeks, seed_scene, sixty_scene, svg_of

STYLE_SHEET = (Path(diagrams.__file__).parents[1] / "assets" / "diagrams.css").read_text()
THEME = "".join(
    sheet.read_text() for sheet in sorted(Path(str(files("material"))).glob("templates/assets/stylesheets/*.min.css"))
)


def test_the_style_sheet_uses_only_known_variables() -> None:
    used = set(re.findall(r"var\((--[a-z-]+)", STYLE_SHEET))
    own = set(re.findall(r"(--mp-[a-z-]+):", STYLE_SHEET))

    assert {name for name in used if name.startswith("--mp-")} <= own
    assert all(name.startswith("--md-") and f"{name}:" in THEME for name in used - own)


def show(page: Page, scenes: Iterable[Scene], scheme: str = "default") -> None:
    figures = "".join(f'<figure class="mp-figure">{svg_of(scene)}</figure>' for scene in scenes)
    page.set_content(
        f"<!doctype html><html lang=en><title>x</title><meta name=viewport content='width=device-width'>"
        f"<style>{THEME}{STYLE_SHEET}</style><body data-md-color-scheme={scheme} data-md-color-primary=indigo>"
        f"<main class='md-content md-typeset'>{figures}</main>"
    )


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    yield context.new_page()
    context.close()


OVERLAPS = """() => {
  const box = e => { const b = e.getBBox(); return {l: b.x, t: b.y, r: b.x + b.width, b: b.y + b.height, e} };
  const touch = (p, q) => p.l < q.r - .5 && q.l < p.r - .5 && p.t < q.b - .5 && q.t < p.b - .5;
  const within = (p, q) => p.l >= q.l && p.r <= q.r && p.t >= q.t && p.b <= q.b;
  const overlaps = [];
  for (const svg of document.querySelectorAll('svg')) {
    const visible = e => getComputedStyle(e).display !== 'none';
    const texts = [...svg.querySelectorAll('text')].filter(visible).map(box).filter(t => t.r > t.l);
    const nodes = [...svg.querySelectorAll('.mp-node')].map(box);
    texts.forEach((text, at) => texts.slice(at + 1).forEach(other => {
      if (touch(text, other)) overlaps.push([text.e.textContent, other.e.textContent]);
    }));
    for (const text of texts) for (const node of nodes)
      if (touch(text, node) && !within(text, node)) overlaps.push([text.e.textContent, 'edge']);
  }
  return [document.querySelectorAll('text').length, overlaps];
}"""


@each_scene
def test_no_text_overlaps_text_or_the_edge_of_a_box(page: Page, make: Callable[[], Scene]) -> None:
    show(page, [make()])

    count, overlaps = page.evaluate(OVERLAPS)

    assert count
    assert overlaps == []


FONTS = """() => [...document.querySelectorAll('text')].map(e => {
  const style = getComputedStyle(e);
  return [e.classList[0], parseFloat(style.fontSize), parseInt(style.fontWeight) >= 600];
})"""


def test_text_has_the_size_and_weight_that_are_measured(page: Page) -> None:
    show(page, [seed_scene(), odd_weeks()])
    styles = {style.css: (style.size, style.bold) for style in TextStyle}

    shown = {css: (size, bold) for css, size, bold in page.evaluate(FONTS)}

    assert shown == styles


CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const over = (paper, ink, opacity) => {
    canvas.globalAlpha = 1; canvas.fillStyle = paper; canvas.fillRect(0, 0, 1, 1);
    canvas.globalAlpha = opacity; canvas.fillStyle = ink; canvas.fillRect(0, 0, 1, 1);
    return `rgb(${[...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)})`;
  };
  const light = colour => {
    const [r, g, b] = colour.match(/\\d+/g).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const body = getComputedStyle(document.body).backgroundColor;
  return [...document.querySelectorAll('text')].map(text => {
    const at = text.getBBox(), x = at.x + at.width / 2, y = at.y + at.height / 2;
    let paper = over('white', body, 1);
    for (const rect of text.ownerSVGElement.querySelectorAll('rect')) {
      const b = rect.getBBox(), style = getComputedStyle(rect);
      if (b.x <= x && x <= b.x + b.width && b.y <= y && y <= b.y + b.height)
        paper = over(paper, style.fill, +style.fillOpacity);
    }
    const [dark, bright] = [light(paper), light(over(paper, getComputedStyle(text).fill, 1))].sort((a, b) => a - b);
    return (bright + .05) / (dark + .05);
  });
}"""


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_text_has_enough_contrast(page: Page, scheme: str) -> None:
    bars = [WeekBar(at + 1, at + 4, state, state=state, done=0.9) for at, state in enumerate(STATES)]
    show(page, [sixty_scene(), week_scene([WeekLane("Lane", bars)], Scale(10), CAPTION)], scheme)

    contrasts = page.evaluate(CONTRASTS)

    assert len(contrasts) > 200
    assert min(contrasts) >= 4.5


def test_the_dark_scheme_is_not_printed(page: Page) -> None:
    show(page, [seed_scene()], "slate")
    fill = "() => getComputedStyle(document.querySelector('.mp-band')).fill"
    dark = page.evaluate(fill)
    page.emulate_media(media="print")

    assert page.evaluate(fill) != dark


def test_the_accessibility_tree_names_every_box_and_edge(page: Page) -> None:
    scene = seed_scene()
    show(page, [scene])

    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    named = {(node["role"]["value"], node["name"]["value"]) for node in tree if node.get("name", {}).get("value")}

    assert {("link", box.name) for box in scene.boxes} <= named
    assert {("image", edge.name) for edge in scene.edges} <= named
    assert any(name == f"{CAPTION.title} {CAPTION.desc}" for _, name in named)


def test_the_keyboard_reaches_every_box_in_order_with_a_visible_focus(page: Page) -> None:
    show(page, [seed_scene()])
    focused = "() => document.activeElement.getAttribute('xlink:href')"
    ring = "() => getComputedStyle(document.activeElement.querySelector('.mp-node')).strokeWidth"
    reached = []
    for _ in SEED_NODES:
        page.keyboard.press("Tab")
        reached.append((page.evaluate(focused), page.evaluate(ring)))

    assert reached == [(f"../sprints/{id_}/", "3.5px") for id_ in "126345"]


def test_a_wide_diagram_scrolls_in_its_figure(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    show(page, [sixty_scene()])

    wide, figure = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.querySelector('figure').scrollWidth]"
    )

    assert wide <= 390 < figure
    assert page.evaluate("() => document.querySelector('svg').getBoundingClientRect().width") > 1000
