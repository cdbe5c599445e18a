"""The frame that the theme puts around a page is the same, whether its templates are rendered for that page or not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from masterplan.publish.frames import Frames
from masterplan.render.write import html
from tests.test_escape import HOSTILE

SETTINGS = """
site_name: Plan
site_url: https://example.org/
theme: material
plugins: []
nav: [A: index.md]
"""

Site = tuple[MkDocsConfig, Files, Navigation, Environment]

titles = st.sampled_from([*HOSTILE, "A title", "<b>A</b> title", "A  title ", ""]) | st.text(max_size=9)


def file(path: str) -> File:
    return File(path, src_dir=None, dest_dir="site", use_directory_urls=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of Material, with a page in its navigation."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "docs").mkdir()
    (folder / "mkdocs.yml").write_text(SETTINGS, encoding="utf-8")
    config = load_config(str(folder / "mkdocs.yml"))
    files = Files([file("index.md")])
    return config, files, get_navigation(files, config), config.theme.get_env()


def page(config: MkDocsConfig, path: str, title: str, sections: int) -> Page:
    shown = Page(title, file(path), config)
    below: list[Any] = [{"level": 2, "id": f"s-{n}", "name": f"S{n}", "children": []} for n in range(sections)]
    shown.toc = get_toc([{"level": 1, "id": f"t-{sections}", "name": title, "children": below}])
    shown.content, shown.active = f"<h1>{title}</h1> {sections}", True
    return shown


def rendered(site: Site, pages: list[Page], templates: Environment | Frames, name: str = "main.html") -> list[str]:
    config, files, nav, _ = site
    return [templates.get_template(name).render(get_context(nav, files, config, shown)) for shown in pages]


@given(st.lists(st.tuples(st.sampled_from(["s/a.md", "s/b.md", "c.md", "index.md"]), titles, st.integers(0, 2))))
def test_pages_in_frames_equal_pages_from_the_templates(site: Site, kinds: list[tuple[str, str, int]]) -> None:
    pages = [page(site[0], path, html.text(title), sections) for path, title, sections in kinds]
    assert rendered(site, pages, Frames(site[3], site[2])) == rendered(site, pages, site[3])


@pytest.mark.parametrize(
    "changed", ["{{ page.title | upper }}", "{{ page.title | urlencode }}", "{{ page.content[:9] }}"]
)
def test_templates_that_change_what_they_show_are_rendered_for_each_page(site: Site, changed: str) -> None:
    env = site[3].overlay()
    env.loader = None
    templates = {"main.html": env.from_string(changed)}
    env.get_template = lambda name, *_: templates[name]  # type: ignore[method-assign]
    pages = [page(site[0], f"s/{n}.md", f"Title {n}", 0) for n in range(3)]
    assert rendered(site, pages, Frames(env, site[2])) == rendered(site, pages, env)


def test_templates_are_rendered_for_the_first_page_of_a_kind_only(site: Site) -> None:
    number = 0

    def count() -> int:
        nonlocal number
        number += 1
        return number

    env = site[3].overlay()
    template = env.from_string("{{ page.title }}{% if count() %}{% endif %}", globals={"count": count})
    env.get_template = lambda *_: template  # type: ignore[method-assign]
    pages = [page(site[0], f"s/{n}.md", f"Title {n}", 0) for n in range(9)]
    assert rendered(site, pages, Frames(env, site[2])) == [f"Title {n}" for n in range(9)]
    assert number == 2
