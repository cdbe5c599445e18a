"""A plan in another site: sites with realistic settings are built with and without it, and only its pages differ."""

import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.cli import app as cli
from masterplan.publish import pages
from masterplan.publish.project import open_project
from masterplan.publish.verify import verify
from tests.plans import BASE, write_plan
from tests.sites import OURS, called, change, commit, contents, plain_mkdocs

GUESTS = OURS / "tests" / "guests"
SITES = sorted(path.stem for path in GUESTS.glob("*.yml"))

NAVIGATION = "nav, .md-tabs, .md-header__topic, .navbar, .wy-menu, .toctree-l1, .rst-versions, .modal"
"""Elements in which the themes show the navigation."""


@pytest.fixture(autouse=True)
def _same_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763640000")  # two themes write the time into pages


def host(root: Path, name: str) -> Path:
    """A repository with one of the sites, without a plan."""
    shutil.copytree(GUESTS / "docs", root / "docs")
    shutil.copytree(GUESTS / "overrides", root / "overrides")
    shutil.copy(GUESTS / f"{name}.yml", root / "mkdocs.yml")
    return root


def guest(root: Path, name: str, **options: object) -> Path:
    """The same with a plan, and with our plugin next to its own."""
    write_plan(host(root, name), BASE)
    add_plugin(root, {"masterplan": {"folder": "plan", **options}})
    return root


def add_plugin(root: Path, plugin: dict[str, object]) -> None:
    """Add a plugin to the settings of a site as its owner would; the rest of the text is unchanged."""
    text = (root / "mkdocs.yml").read_text("utf-8")
    if "\nplugins:" not in text:
        text += "plugins: [search]\n"
    line = yaml.safe_dump(plugin, default_flow_style=True, width=1000).strip()
    added = (("plugins: [", f"{line}, "), ("plugins:\n  - ", f"{line}\n  - "), ("plugins:\n  ", f"{line[1:-1]}\n  "))
    begin, more = next((begin, more) for begin, more in added if f"\n{begin}" in text)
    (root / "mkdocs.yml").write_text(text.replace(f"\n{begin}", f"\n{begin}{more}"), "utf-8")


def built(root: Path) -> Path:
    """The folder of the site, built as by `mkdocs build`."""
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(root / "built"))
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build(config)
    finally:
        config.plugins.on_shutdown()
    return root / "built"


def without_navigation(html: bytes) -> str:
    page = LexborHTMLParser(html)
    for node in page.css(NAVIGATION):
        node.decompose()
    return page.html or ""


def text(page: bytes) -> str:
    return " ".join((LexborHTMLParser(page).body or pytest.fail("no body")).text(separator=" ").split())


def addresses(root: Path) -> set[str]:
    """The files that a host writes for the pages of the plan."""
    paths = [page.path.removesuffix(".md") for page in pages.pages(open_project(root))]
    if "use_directory_urls: false" in (root / "mkdocs.yml").read_text("utf-8"):
        return {f"{path}.html" for path in paths}
    return {f"{path}.html" if path.endswith("index") else f"{path}/index.html" for path in paths}


@pytest.mark.parametrize("name", SITES)
def test_a_site_is_unchanged_and_has_all_pages_of_the_plan(name: str, tmp_path: Path) -> None:
    alone, with_us = host(tmp_path / "alone", name), guest(tmp_path / "guest", name, title="Our plan")
    for root in (alone, with_us):
        commit(root)
    before, after = contents(built(alone)), contents(built(with_us))
    for path, content in before.items():
        if path.endswith(".html"):
            assert without_navigation(after[path]) == without_navigation(content), path
        elif not path.startswith(("search/", "sitemap")):
            assert after[path] == content, path
    ours = {path: content for path, content in after.items() if path not in before}
    assert all(path.startswith(("plan/", "fr/plan/")) for path in ours)
    former = {path for path in ours if b'http-equiv="refresh"' in ours[path]}
    assert {path for path in ours if path.endswith(".html") and path.startswith("plan/")} - former == addresses(with_us)
    assert "Our plan" in text(after["index.html"])
    assert verify(with_us / "built", (), folder="plan/") == ()
    for path in addresses(with_us):
        assert len(LexborHTMLParser(ours[path]).css("link[href$='assets/masterplan.css']")) == 1
        assert "{:" not in text(ours[path])
        assert b"Content-Security-Policy" not in ours[path]
    assert "Sprint 1: A" in text(ours[f"plan/start{'.html' if name == 'strict-checks' else '/index.html'}"])
    # Each language has the plan in its own theme.
    for language, folder in {"en": "", "fr": "fr/"}.items() if name == "languages" else ():
        page = LexborHTMLParser(ours[f"{folder}plan/start/index.html"])
        assert page.css("html")[0].attributes["lang"] == language
        assert verify(with_us / "built", (), folder=f"{folder}plan/") == ()


def last_entry(page: LexborHTMLParser) -> LexborNode:
    return page.css("nav.md-nav--primary > ul > li")[-1]


def test_the_plan_is_last_in_the_navigation_unless_that_lists_its_folder(tmp_path: Path) -> None:
    root = guest(tmp_path, "fonts-and-scripts")
    assert "Plan" in last_entry(LexborHTMLParser((built(root) / "index.html").read_bytes())).text()
    change(root / "mkdocs.yml", "  - Setup: guide/setup.md\n", "  - Roadmap: plan/\n  - Setup: guide/setup.md\n")
    page = LexborHTMLParser((built(root) / "index.html").read_bytes())
    assert "Reference" in last_entry(page).text()
    titles = [" ".join(label.text().split()) for label in page.css("nav.md-nav--primary > ul > li .md-ellipsis")]
    assert titles.index("Roadmap") < titles.index("Sprint 1: A") < titles.index("Setup")


def test_pages_of_the_site_with_our_macros_get_our_styles(tmp_path: Path) -> None:
    root = guest(tmp_path, "blog")
    add_plugin(root, {"macros": {"modules": ["masterplan.macros"]}})
    for path in ("guide/setup.md", "blog/posts/first.md"):
        with (root / "docs" / path).open("a", encoding="utf-8") as file:
            file.write("\n{{ sprint_table() }}\n\n{{ dependency_diagram() }}\n")
    site = built(root)
    styled = {path for path, content in contents(site).items() if b"masterplan.css" in content}
    outside = {path for path in styled if path.endswith(".html") and not path.startswith("plan/")}
    assert outside == {"guide/setup/index.html", "blog/2025/03/01/a-second-pier/index.html"}
    for path in outside:
        page = LexborHTMLParser((site / path).read_bytes())
        to_sprint = [
            href for link in page.css("article a") if "SPRINT_1" in (href := link.attributes.get("href") or "")
        ]
        assert to_sprint
        assert all((site / path).parent.joinpath(href, "index.html").is_file() for href in to_sprint)


def test_macros_of_the_site_itself_keep_their_names(tmp_path: Path) -> None:
    root = guest(tmp_path, "almost-nothing")
    (root / "main.py").write_text("def define_env(env):\n    env.macro(lambda: 'the ferry plan', 'plan')\n", "utf-8")
    add_plugin(root, {"macros": {"modules": ["masterplan.macros"]}})
    (root / "docs" / "reference.md").write_text("# R\n\n{{ plan() }}, {{ sprint_table() }}\n", "utf-8")
    site = built(root)
    assert "the ferry plan" in text((site / "reference" / "index.html").read_bytes())
    assert "Sprint 1: A" in text((site / "plan" / "start" / "index.html").read_bytes())


MISTAKES = {
    "reference.md": ("{{ sprint_page(99) }}", "docs/reference.md: sprint_page: there is no sprint 99"),
    "plan/next.md": ("{{ nope() }}", "docs/plan/next.md:3: UndefinedError: 'nope' is undefined"),
    "plan/index.md": ("{{ sprint_page(99) }}", "docs/plan/index.md: sprint_page: there is no sprint 99"),
}


@pytest.mark.parametrize(("page", "mistake"), MISTAKES.items())
def test_a_failing_macro_stops_the_build_even_if_the_site_ignores_errors(
    page: str, mistake: tuple[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = guest(tmp_path, "fonts-and-scripts")
    add_plugin(root, {"macros": {"modules": ["masterplan.macros"], "on_error_fail": False, "on_undefined": "keep"}})
    (root / "docs" / "plan").mkdir()
    (root / "docs" / page).write_text(f"# A page\n\n{mistake[0]}\n", "utf-8")
    with pytest.raises(Abort):
        built(root)
    assert mistake[1] in caplog.text


def test_mkdocs_serve_watches_the_plan(tmp_path: Path) -> None:
    config = load_config(str(guest(tmp_path, "fonts-and-scripts") / "mkdocs.yml"))
    config.plugins.on_config(config)
    watched: list[str] = []
    config.plugins.on_serve(cast("Any", SimpleNamespace(watch=watched.append)), config=config, builder=lambda: None)
    assert str(tmp_path / "plan_data") in watched


def test_a_content_security_policy_is_optional(tmp_path: Path) -> None:
    site = contents(built(guest(tmp_path, "fonts-and-scripts", security_policy=True)))
    hardened = {path for path, content in site.items() if b"Content-Security-Policy" in content}
    assert hardened == addresses(tmp_path)


def test_all_wrong_settings_are_reported_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = guest(tmp_path, "read-the-docs", folder="../plan", title="", without=["nope"], security_policy=True)
    assert cli.run(["build", "--root", str(root)]) == 2
    message = capsys.readouterr().err
    assert "folder: must be the name of a folder" in message
    assert "without: nope cannot be left out" in message
    assert "security_policy: works with Material only" in message


def append(root: Path, page: str, line: str) -> None:
    path = root / "docs" / page
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")


def test_masterplan_build_ignores_faults_of_the_site(tmp_path: Path) -> None:
    """A dead link, a link to the source of the plan, and a symbolic link."""
    root = guest(tmp_path, "fonts-and-scripts")
    append(root, "reference.md", '<a href="gone/">x</a> <a href="../plan/source/">x</a>')
    (root / "docs" / "copy.md").symlink_to("reference.md")
    assert cli.run(["check", "--root", str(tmp_path)]) == 0
    assert cli.run(["build", "--root", str(tmp_path), "--site", str(tmp_path / "site")]) == 0
    assert "Sprint 1: A" in text((tmp_path / "site" / "plan" / "start" / "index.html").read_bytes())


FAULTS = (
    ("plan/notes.md", '<a href="../gone/">x</a>', "plan/notes/index.html: no such page: ../gone/"),
    ("plan/notes.md", '<img src="https://images.example.org/x.png">', "asks another host for https://images"),
    ("reference.md", '<a href="../plan/gone/">x</a>', "reference/index.html: no such page: ../plan/gone/"),
)


def test_masterplan_build_refuses_faults_of_the_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = guest(tmp_path, "fonts-and-scripts")
    for page, line, _ in FAULTS:
        append(root, page, line)
    assert cli.run(["build", "--root", str(root)]) == 2
    message = capsys.readouterr().err
    assert [fault for _, _, fault in FAULTS if fault not in message] == []


def test_zensical_shows_the_plan_below_the_folder(tmp_path: Path) -> None:
    root = guest(tmp_path, "strict-checks")
    assert cli.run(["build", "--root", str(root), "--host", "zensical", "--site", str(root / "site")]) == 0
    site = contents(root / "site")
    assert addresses(root) <= site.keys()
    assert b"Content-Security-Policy" not in b"".join(site[path] for path in site if path.endswith(".html"))


def test_the_lines_printed_by_init_add_the_plan_to_a_site(tmp_path: Path) -> None:
    root = host(tmp_path, "fonts-and-scripts")
    shown = called(root, "init", "--yes", "--title", "Boats").stdout
    lines = yaml.safe_load(shown.partition("to mkdocs.yml:\n\n")[2].partition("\n\n")[0])
    assert set(lines) == {"plugins"}
    for plugin in lines["plugins"][1:]:
        add_plugin(root, plugin)
    assert called(root, "new", "sprint", "A third pier").returncode == 0
    append(root, "reference.md", "{{ sprint_table() }}")
    assert plain_mkdocs(root).returncode == 0
    for path in ("plan/start/index.html", "reference/index.html"):
        assert "A third pier" in text((root / "plain" / path).read_bytes())


def test_every_variable_of_the_theme_has_a_value_in_other_themes() -> None:
    styles = b"".join(pages.assets("readthedocs")[path] for path in pages.STYLES).decode()
    given = set(
        re.findall(r"(--md-[\w-]+):", styles.partition("body:not([data-md-color-scheme])")[2].partition("}")[0])
    )
    assert set(re.findall(r"var\((--md-[\w-]+)\)", styles)) == given


def test_sizes_equal_those_of_material_in_every_theme() -> None:
    sizes = [re.findall(rb"([\d.]+)rem", pages.assets(theme)[pages.STYLES[0]]) for theme in ("material", "mkdocs")]
    assert len(sizes[0]) > 20
    assert all(float(b) == pytest.approx(1.25 * float(a)) for a, b in zip(*sizes, strict=True))


def test_other_themes_keep_the_style_of_their_plain_text() -> None:
    for path in pages.STYLES:
        material, other = (pages.assets(theme)[path].decode() for theme in ("material", "mkdocs"))
        assert re.findall(r"\.md-typeset [^,{}]*\.mp-", material)
        assert not re.findall(r"\.md-typeset [^,{}]*\.mp-", other)
        assert not re.findall(r"^:root :?[a-z]+(?![^,{}]*\.mp-)", other, re.MULTILINE)
    views = pages.assets("mkdocs")[pages.STYLES[0]].decode()
    assert re.search(r"\.mp-glance ul \{[^}]*padding-left: 0", views), "other themes indent lists by their padding"


def test_two_builds_in_one_process_are_independent(tmp_path: Path) -> None:
    first, second = guest(tmp_path / "first", "almost-nothing"), guest(tmp_path / "second", "almost-nothing")
    change(second / "plan_data" / "plan.yml", "title: Base", "title: Another")
    assert cli.run(["build", "--root", str(first)]) == 0
    assert "Another" in text((built(second) / "plan" / "index.html").read_bytes())


def test_new_pages_and_reports_are_in_the_folder_of_the_plan(tmp_path: Path) -> None:
    root = guest(tmp_path / "site", SITES[0])
    before = {*(root / "docs").rglob("*.md")}
    assert cli.run(["new", "page", "risks", "--root", str(root)]) == 0
    assert cli.run(["complete", "2", "--root", str(root)]) == 0
    copy, *reports = sorted({*(root / "docs").rglob("*.md")} - before)
    assert copy == root / "docs" / "plan" / "risks.md"
    assert [path.parent.parent for path in reports] == [root / "docs" / "plan"]
