"""Default pages: any repository gets a page once its plan has a fact for it; a page of the team replaces it."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, StrictUndefined
from selectolax.lexbor import LexborHTMLParser

from masterplan.cli import app as cli
from masterplan.publish.default_pages import PAGES
from masterplan.publish.pages import pages as made_pages
from masterplan.publish.project import Project, open_project
from masterplan.publish.reference import MACROS
from tests.macro_output import html_of
from tests.plans import BASE, write_plan
from tests.sites import HOSTS, OURS, Host, article, pages, words

TITLE = {"plan.yml": "title: Only a title\n"}
SPRINT = {"sprints/1-a.yml": 'id: "1"\ntitle: Alone\n'}
ALONE = SPRINT["sprints/1-a.yml"]
FACTS: dict[str, dict[str, str]] = {
    "nothing": {},
    "a summary": {"plan.yml": "title: T\nsummary: What for.\n"},
    "a link": {"plan.yml": "title: T\nlinks: [{title: Read, url: https://example.org/}]\n"},
    "a start": SPRINT | {"plan.yml": "title: T\nstart: 2026-01-05\n"},
    "a sprint": SPRINT,
    "an owner": {"team.yml": "people: [{id: ada, name: Ada}]\n", "sprints/1-a.yml": ALONE + "owner: ada\n"},
    "an effort": {"sprints/1-a.yml": ALONE + "effort: 3 days\n"},
    "savings": {"sprints/1-a.yml": ALONE + "savings: {monthly: $50}\n"},
    "a metric": {"sprints/1-a.yml": ALONE + "metrics: [{name: Load, before: fine, after: better}]\n"},
    "a risk": {"sprints/1-a.yml": ALONE + "risk: {level: low}\n"},
    "a rollback": {"sprints/1-a.yml": ALONE + "rollback: {steps: [Turn it off]}\n"},
    "a test": {"sprints/1-a.yml": ALONE + "tests: [{kind: Unit tests}]\n"},
    "no dependencies": {"sprints/1-a.yml": ALONE + "depends_on: []\n"},
    "a dependency": SPRINT | {"sprints/2-b.yml": 'id: "2"\ntitle: B\ndepends_on: [{sprint: "1"}]\n'},
    "a phase": SPRINT | {"phases.yml": 'phases: [{id: "1", title: P, when: 1-2, sprints: ["1"]}]\n'},
    "an empty phase": {"phases.yml": 'phases: [{id: "1", title: P, when: 1-2}]\n'},
    "an option": SPRINT | {
        "options.yml": 'options: [{id: A, title: O, people: [{name: D, work: [{when: 1, sprints: ["1"]}]}]}]\n',
    },
    "an option without people": {"options.yml": "options: [{id: A, title: O}]\n"},
    "an entry": SPRINT | {"progress/all.yml": 'entries: [{sprint: "1", date: 2025-11-16, state: in progress}]\n'},
    "an end": SPRINT | {"progress/all.yml": 'entries: [{sprint: "1", date: 2025-11-16, state: done}]\n'},
    "a next step": {"plan.yml": "title: T\nnext_steps: [{title: Begin}]\n"},
    "a document": {"plan.yml": "title: T\ndocumentation: {after_each_sprint: [{path: README.md}]}\n"},
    "an end-to-end test": {"plan.yml": "title: T\ntesting: {end_to_end: {items: [Load test]}}\n"},
    "a claim": {"plan.yml": "title: T\ndeclared: [{claim: sprints, says: one, value: 1}]\n"} | SPRINT,
    "much": BASE,
}  # fmt: skip
"""Plans with one fact besides a title, and one with many."""

SETTINGS: dict[str, Any] = {
    "site_name": "Any team",
    "strict": True,
    "theme": {"name": "material", "font": False},
    "plugins": [
        "search",
        "masterplan",
        {"macros": {"modules": ["masterplan.macros"], "on_error_fail": True, "on_undefined": "strict"}},
    ],
    "markdown_extensions": ["attr_list", "def_list"],
    "extra": {"generator": False},
}


def team(root: Path, files: Mapping[str, str] = TITLE, **settings: object) -> Path:
    """A repository with a plan and the fewest settings."""
    write_plan(root, {**TITLE, **files})
    (root / "mkdocs.yml").write_text(yaml.safe_dump(SETTINGS | settings), "utf-8")
    return root


def without(*names: str) -> list[Any]:
    """The plugins of a site without these pages or parts."""
    return [
        {"masterplan": {"without": list(names)}} if plugin == "masterplan" else plugin for plugin in SETTINGS["plugins"]
    ]


def built(root: Path, host: Host = "mkdocs") -> dict[str, LexborHTMLParser]:
    assert cli.run(["build", "--root", str(root), "--host", host]) == 0
    return pages(root / "site")


def text_of(project: Project, path: str, markdown: str) -> str:
    """The Markdown of a page after its macros have run as in a host."""
    environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)  # noqa: S701 - Markdown
    context = project.context(path)
    macros = {name: partial(html_of, name, context) for name in MACROS}
    return environment.from_string(markdown).render(macros)


def empty_sections(markdown: str) -> Iterator[str]:
    """Headings with nothing but a heading of the same or a higher level below them."""
    blocks = [block.strip() for block in markdown.split("\n\n") if block.strip()]
    levels = [len(block) - len(block.lstrip("#")) if block.startswith("#") else 0 for block in blocks]
    for n, (block, level) in enumerate(zip(blocks, levels, strict=True)):
        below = levels[n + 1] if n + 1 < len(blocks) else 1
        if level and 0 < below <= level:
            yield block


def empty_columns(markdown: str) -> Iterator[str]:
    """Headings of columns without a value, and the text of tables without a row."""
    for table in LexborHTMLParser(markdown).css("table.mp-table"):
        rows = [[words(cell) for cell in row.css("td")] for row in table.css("tbody tr, tfoot tr")]
        if not rows:
            yield words(table)
        for n, heading in list(enumerate(words(cell) for cell in table.css("thead th, thead td")))[1:]:
            if all(row[n] in {"", "—", "not stated"} for row in rows):
                yield heading


@pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS)
def test_no_page_no_section_and_no_column_is_empty(facts: Mapping[str, str], tmp_path: Path) -> None:
    project = open_project(write_plan(tmp_path, {**TITLE, **facts}))
    for page in made_pages(project):
        text = text_of(project, page.path, page.text)
        assert list(empty_sections(text)) == [], page.path
        assert list(empty_columns(text)) == [], page.path
        assert "Nothing to show yet" not in text
        assert "<ul></ul>" not in text


def test_a_default_page_exists_once_there_is_a_fact_for_it(tmp_path: Path) -> None:
    always = {"overview", "audit", "guide", "guide-edit", "guide-review"}
    sprint = always | {"start", "sprints", "print"}
    more = {
        "nothing": always,
        "a sprint": sprint,
        "savings": sprint | {"value"},
        "a risk": sprint | {"risks"},
        "a rollback": sprint | {"risks"},
        "a test": sprint | {"progress"},
        "no dependencies": sprint | {"roadmap"},
        "an effort": sprint | {"people"},
        "a next step": always | {"progress"},
    }
    for name, expected in more.items():
        project = open_project(write_plan(tmp_path / name, TITLE | FACTS[name]))
        assert set(project.default_pages) == expected, name


@pytest.mark.parametrize("host", HOSTS)
def test_a_plan_alone_makes_a_site_and_a_new_sprint_is_on_its_pages(host: Host, tmp_path: Path) -> None:
    root = team(tmp_path / "Über uns")
    first = built(root, host)
    folders = ("", "audit/", "guide/", "guide/edit/", "guide/review/", "source/")
    assert set(first) == {"404.html", *(f"{folder}index.html" for folder in folders)}
    assert all(words(article(page)) for page in first.values())
    assert "masterplan new sprint" in words(article(first["index.html"]))
    assert not (root / "docs").exists()
    assert cli.run(["new", "sprint", "Request tracing", "--root", str(root)]) == 0
    rebuilt = built(root, host)
    for name in ("index.html", "start/index.html", "sprints/index.html", "print/index.html"):
        assert "Sprint 1: Request tracing" in words(article(rebuilt[name])), name
    assert "Request tracing" in words(rebuilt["sprints/SPRINT_1/index.html"].css("h1")[0])
    assert "risks/index.html" not in rebuilt


def test_the_navigation_has_default_pages_in_order_and_pages_of_the_team(tmp_path: Path) -> None:
    root = team(tmp_path, BASE)
    (root / "docs" / "notes").mkdir(parents=True)
    (root / "docs" / "notes" / "first.md").write_text("# A first note\n", "utf-8")
    shown = words(built(root)["source/index.html"].css("nav.md-nav--primary")[0])
    titles = ["Plan", "Overview", "Roadmap", "All sprints", "Sprint 1: A", "People", "A first note",
              "Status", "Progress", "Audit", "Help", "Start here", "Edit the plan", "The plan's source"]  # fmt: skip
    places = [shown.find(title) for title in titles]
    assert -1 not in places
    assert places == sorted(places)
    assert "Risks" not in shown


def test_our_navigation_lists_each_page_once() -> None:
    named = re.findall(r"- (?:.+: )?(\S+\.md)$", (OURS / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)
    assert len(named) > len(PAGES)
    assert sorted(named) == sorted(set(named))


def test_a_navigation_of_the_team_can_list_pages_that_do_not_exist_yet(tmp_path: Path) -> None:
    root = team(tmp_path, SPRINT, nav=[{"Home": "index.md"}, {"Danger": ["risks.md"]}, {"Undo": "rollback.md"}])
    page = built(root)["index.html"]
    assert "Home" in words(page.css("nav.md-nav--primary")[0])
    assert not {"Danger", "Undo"} & set(words(page.css("nav.md-nav--primary")[0]).split())
    write_plan(root, {"sprints/1-a.yml": ALONE + "risk: {level: low}\n"})
    assert "Danger" in words(built(root)["index.html"].css("nav.md-nav--primary")[0])


@pytest.mark.parametrize("host", HOSTS)
def test_a_page_of_the_team_replaces_a_default_page(
    host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = team(tmp_path, SPRINT)
    copy = ["new", "page", "overview", "--root", str(root)]
    assert cli.run(copy) == 0
    written = root / "docs" / "index.md"
    assert written.read_bytes() == (OURS / "docs" / "index.md").read_bytes()
    written.write_text("# Ours alone\n\n{{ plan('title') }}\n", "utf-8")
    assert cli.run(copy) == 2
    assert "docs/index.md already exists" in capsys.readouterr().err
    assert words(article(built(root, host)["index.html"])).startswith("Ours alone")


def test_an_unknown_default_page_cannot_be_copied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["new", "page", "overveiw", "--root", str(team(tmp_path))]) == 2
    assert "there is no default page overveiw; choose one of overview, roadmap" in capsys.readouterr().err
    assert not (tmp_path / "docs").exists()


@pytest.mark.parametrize("host", HOSTS)
def test_pages_and_parts_can_be_left_out(host: Host, tmp_path: Path) -> None:
    saving = {"sprints/1-a.yml": ALONE + "savings: {monthly: $50}\nrisk: {level: low}\n"}
    site = built(team(tmp_path, saving, plugins=without("savings", "print", "risks")), host)
    assert not {"value/index.html", "print/index.html", "risks/index.html"} & set(site)
    for name, page in site.items():
        if name != "404.html":
            assert "Saves" not in words(article(page)), name
            assert "Print" not in words(page.css("body")[0]), name


def test_only_optional_pages_and_parts_can_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("overview", "sprints", "nope"):
        root = team(tmp_path / name, plugins=without(name))
        assert cli.run(["build", "--root", str(root)]) == 2
        assert f"without: {name} cannot be left out; choose from audit, " in capsys.readouterr().err


def test_all_missing_settings_are_reported_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = team(tmp_path, theme="readthedocs", markdown_extensions=[], plugins=["masterplan"])
    required = ("name: material", "font: false", "- macros", "- attr_list", "- def_list")
    assert cli.run(["build", "--root", str(root)]) == 2
    message = capsys.readouterr().err
    assert all(setting in message for setting in required)
    assert "if the plan is only a part of the site, set `folder: plan`" in message
    assert cli.run(["check", "--root", str(root), "--format", "json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["rule"] for finding in findings} == {"site-setting"}
    assert all(any(setting in finding["message"] for finding in findings) for setting in required)
    lines = (root / "mkdocs.yml").read_text("utf-8").splitlines()
    keys = {lines[finding["place"]["line"] - 1].partition(":")[0] for finding in findings}
    assert keys == {"theme", "plugins", "markdown_extensions"}


def test_settings_of_a_site_without_the_plan_are_not_checked(tmp_path: Path) -> None:
    root = team(tmp_path, theme="readthedocs", plugins=["search"])
    assert cli.run(["check", "--root", str(root)]) == 0


def test_the_table_of_default_pages_lists_the_pages_of_the_package() -> None:
    docs = OURS / "docs"
    carried = {path.name for path in docs.glob("*.md")} | {"sprints/index.md", "people/index.md"}
    carried |= {f"guide/{name}.md" for name in ("index", "edit", "review")}
    assert {page.path for page in PAGES} == carried


NOT_CALLED_IN_DOCS = {
    "on generated pages": {"sprint_page", "completion_report", "phase_page", "person_page", "plan_source"},
    "parts of the People page": {
        "best_schedules",
        "odds_table",
        "option_list",
        "options_table",
        "people_chart",
        "schedule_notes",
        "schedule_table",
        "staffing_table",
        "value_table",
    },
    "parts of the Progress page": {
        "completion_reports",
        "progress_log",
        "progress_place",
        "sprint_tests",
        "tests_end_to_end",
        "tests_per_sprint",
    },
    "parts of the page of a sprint": {"joining", "rollback_runbook", "sprint_history", "why_it_is_then"},
    "a part of the Print page": {"sprint_details"},
    "a part of the Audit page and of the pages of sprints": {"declared"},
    "only on pages of a team": {"figure", "option", "sprint_link_to"},
}
"""Macros that no file in docs/ calls, by where they are called."""


def test_every_macro_is_on_a_page() -> None:
    texts = [path.read_text("utf-8") for path in (OURS / "docs").rglob("*.md")]
    calls = [call for text in texts for call in re.findall(r"\{[{%].*?[%}]\}", text)]
    called = {name for call in calls for name in re.findall(r"\w+", call)}
    assert MACROS.keys() - called == set().union(*NOT_CALLED_IN_DOCS.values())
    guide = (OURS / "docs" / "guide" / "macros.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)\(", guide, re.MULTILINE)) == NOT_CALLED_IN_DOCS["only on pages of a team"]
