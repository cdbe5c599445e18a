"""`masterplan build` publishes a whole site, or reports what is wrong with the plan or site and keeps the old site."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from masterplan.cli import app as cli
from masterplan.errors import MasterplanError
from masterplan.load.loader import Loaded, PartLoader, load
from masterplan.publish.calls import bound_macros, calls, run_page, strict
from masterplan.publish.finish import finish_site
from masterplan.publish.mkdocs_host import build_with_mkdocs
from masterplan.publish.page_memory import PageRecord
from masterplan.publish.plugin import MasterplanPlugin
from masterplan.publish.project import open_project
from masterplan.publish.verify import page_digest, page_facts, verify
from tests.plans import BASE, write_plan
from tests.sites import (
    HOSTS,
    WITHOUT,
    Host,
    append,
    article,
    change,
    contents,
    page_names,
    pages,
    plain_mkdocs,
    refused,
    small_repository,
    words,
)

# Wrong calls of macros and wrong Jinja: the text of the page, and a part of the message.
WRONG_CALLS = {
    "unknown macro": ("{{ nope() }}", "docs/next.md:4: UndefinedError: 'nope' is undefined; put {% raw %} before"),
    "unknown name": ("{{ nothing }}", "docs/next.md:4: UndefinedError: 'nothing' is undefined"),
    "wrong parameter": ('{{ sprint_table(colour="red") }}', "docs/next.md: sprint_table: got an unexpected keyword"),
    "missing parameter": ("{{ sprint_page() }}", "docs/next.md: sprint_page: missing a required argument: 'sprint'"),
    "unknown sprint": (
        '{{ sprint_page("99") }}',
        "docs/next.md: sprint_page: there is no sprint 99; choose one of 1, 2, 3",
    ),
    "unknown phase": ('{{ sprint_table(phase="x") }}', "docs/next.md: sprint_table: there is no phase x"),
    "unknown choice": ('{{ sprint_table(risk="red") }}', "docs/next.md: sprint_table: risk is one of very low, low"),
    "not Jinja": ("{% if %}", "docs/next.md:4: TemplateSyntaxError: Expected an expression"),
    "error in Jinja": ("{{ 1 / 0 }}", "docs/next.md:4: ZeroDivisionError: division by zero"),
    "workflow": (
        "```yaml\nkey: x\nname: ${{ github.sha }}\n```",
        "docs/next.md:6: UndefinedError: 'github' is undefined; put {% raw %} before and {% endraw %} after",
    ),
}

# Faults of a finished page: the HTML, and a part of the message.
FAULTS = {
    "left over": ("{{ late() }}", "a macro was not run: {{ late() }}"),
    "dead link": ('<a href="nowhere/">x</a>', "no such page: nowhere/"),
    "dead anchor": ("<a href=#nowhere>x</a>", "no such anchor: #nowhere"),
    "absolute link": ('<a href="/etc/passwd">x</a>', "no such page: /etc/passwd"),
    "dead image": ('<img src="nowhere.png" alt="">', "no such page: nowhere.png"),
    "script link": ('<a href="javascript:alert(1)">x</a>', "not a valid address: javascript:"),
    "hidden script link": ('<a href="&#1; java&#9;script:alert(1)">x</a>', "not a valid address:"),
    "file link": ('<a href="file:///etc/passwd">x</a>', "not a valid address: file:"),
    "foreign image": ('<img src="https://example.org/x.png">', "asks another host for https://"),
    "foreign script": ('<script src="//example.org/x.js"></script>', "asks another host for //"),
}

BROKEN = "broken links, which Zensical does not name"
# Pages that the hosts judge themselves: the text, and parts of the message.
OF_HOSTS = {
    **{
        name: (WRONG_CALLS[name][0], [WRONG_CALLS[name][1]])
        for name in ("unknown macro", "wrong parameter", "not Jinja")
    },
    "broken links": ("[x](nowhere.md) [x](roadmap.md#nowhere)", ["next.md", "nowhere.md", "#nowhere"]),
    BROKEN: ("[x](nowhere.md) [x](roadmap.md#nowhere)", ["next.md"]),
    "inline script": ("<script>alert(1)</script>", ["next/index.html: an inline script does not come from the theme"]),
    "faults": (
        (
            '{% raw %}{{ late() }}{% endraw %} <a href="nowhere/">x</a> <a href="javascript:alert(1)">x</a> '
            '{{ "<a href=#nowhere>x</a>" }} <img src="https://example.org/x.png">'
        ),
        [
            "next/index.html: a macro was not run: {{ late() }}",
            "next/index.html: no such page: ",
            "next/index.html: not a valid address: javascript:",
            "next/index.html: no such anchor: #nowhere",
            "next/index.html: asks another host for https://",
        ],
    ),
}
BY_HOST: dict[Host, tuple[str, ...]] = {
    "mkdocs": ("unknown macro", "wrong parameter", "not Jinja", "broken links", "inline script", "faults"),
    "properdocs": ("unknown macro", "wrong parameter", "broken links", "inline script"),
    "zensical": ("unknown macro", "wrong parameter", "not Jinja", BROKEN, "faults"),
}
WRONG = [(host, what) for host, names in BY_HOST.items() for what in names]


@pytest.mark.parametrize(("host", "what"), WRONG)
@pytest.mark.usefixtures("site")
def test_a_wrong_page_is_reported_and_not_published(
    root: Path, host: Host, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, says = OF_HOSTS[what]
    append(root / "docs" / "next.md", text)
    message = refused(root, capsys, "--host", host)
    assert [part for part in says if part not in message] == []
    assert [path for path in (root / ".site-builds").glob("build-*") if path != (root / "site").resolve().parent] == []


@pytest.mark.parametrize(("text", "says"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_a_wrong_macro_call_is_reported_with_page_and_line(root: Path, text: str, says: str) -> None:
    append(root / "docs" / "next.md", text)
    project = open_project(root)
    settings = {"extra": {}, "use_directory_urls": True}
    names = calls(bound_macros(project, lambda: ("next.md", "next.md"), "address", settings))
    markdown = (root / "docs" / "next.md").read_text()
    with pytest.raises(MasterplanError) as raised:
        run_page(project, "next.md", markdown, names, strict(None, root / "docs"))
    assert says in str(raised.value)


@pytest.mark.parametrize(("html", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_finished_page_is_reported(tmp_path: Path, html: str, says: str) -> None:
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "index.html").write_text(f"<article><h1>Next</h1>{html}</article>")
    (problem,) = verify(tmp_path, ())
    assert problem.startswith(f"next/index.html: {says}")


def test_a_listing_shows_the_text_that_was_loaded(tmp_path: Path) -> None:
    root = write_plan(tmp_path, {"plan.yml": "title: Before\n"})

    def load_before_an_edit(root: Path, make: PartLoader) -> Loaded:
        loaded = load(root, make)
        (root / "plan_data/plan.yml").write_text("title: After\n", "utf-8")
        return loaded

    project = open_project(root, read=load_before_an_edit)
    assert project.facts.plan.header.title == "Before"
    assert project.texts["plan_data/plan.yml"] == "title: Before\n"


def test_known_facts_of_a_page_apply_only_to_the_same_bytes(tmp_path: Path) -> None:
    good, bad = (f'<article><h1>Next</h1><a href="{to}">x</a></article>'.encode() for to in ("", "nowhere/"))
    (tmp_path / "index.html").write_bytes(bad)
    assert verify(tmp_path, (), known={page_digest(good): page_facts(good)}) == ("index.html: no such page: nowhere/",)
    assert verify(tmp_path, (), known={page_digest(bad): page_facts(good)}) == ()


def test_pages_share_equal_addresses_in_memory() -> None:
    first, second = (page_facts(b'<p id="a"></p><a href="../audit/">' + more) for more in (b"", b'<p id="b"></p>'))
    record = PageRecord.of_line(PageRecord("b/index.html", facts=second).as_line())

    assert record.facts is not None
    assert record.facts == second != first
    assert first.addresses[0] is second.addresses[0] is record.facts.addresses[0]


def test_a_build_keeps_the_facts_of_written_pages_for_verification(tmp_path: Path) -> None:
    known = build_with_mkdocs(open_project(small_repository(tmp_path / "plan")), tmp_path / "site")
    written = {name: (tmp_path / "site" / name).read_bytes() for name in page_names(tmp_path / "site")}
    assert [name for name, html in written.items() if page_digest(html) not in known] == ["404.html"]
    assert [
        name for name, html in written.items() if known.get(page_digest(html), page_facts(html)) != page_facts(html)
    ] == []


HOOK = """
def on_env(env, config, files):
    for file in files.documentation_pages():
        file.page.content += "<p>Added between</p>"
"""


def test_pages_of_one_macro_are_written_early_and_no_page_stays_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[File] = []
    apart = [
        "sprints/SPRINT_1.md",
        "sprints/SPRINT_2.md",
        "sprints/SPRINT_3.md",
        "tasks_progress/sprint_1_completion_2025-11-16.md",
    ]
    in_full: dict[str, list[str]] = {}
    real_on_env, real_finish, site = MasterplanPlugin.on_env, finish_site, tmp_path / "site"

    def on_env(plugin: MasterplanPlugin, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        built.extend(files.documentation_pages())
        in_full["before"] = [file.src_uri for file in built if file.page and file.page.content]
        env = real_on_env(plugin, env, config=config, files=files)
        in_full["on disk"] = [file.src_uri for file in built if (site / file.dest_uri).is_file()]
        return env

    def finish(*arguments: Any) -> None:
        in_full["written"] = [file.src_uri for file in built if file.page and file.page.content]
        real_finish(*arguments)

    monkeypatch.setattr(MasterplanPlugin, "on_env", on_env)
    monkeypatch.setattr("masterplan.publish.plugin.finish_site", finish)
    build_with_mkdocs(open_project(small_repository(tmp_path / "plan")), site)
    assert built
    assert in_full == {"before": [], "on disk": apart, "written": []}


def test_a_hook_of_the_team_can_change_all_pages(tmp_path: Path) -> None:
    root = small_repository(tmp_path / "plan")
    (root / "hook.py").write_text(HOOK)
    append(root / "mkdocs.yml", "hooks: [hook.py]")
    build_with_mkdocs(open_project(root), tmp_path / "site")
    written = [(tmp_path / "site" / name).read_text("utf-8") for name in page_names(tmp_path / "site")]
    assert sum("<p>Added between" in html for html in written) == len(written) - 1  # all but 404.html


@pytest.mark.usefixtures("site")
def test_all_mistakes_of_a_wrong_plan_are_reported(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append(root / "plan_data" / "plan.yml", "titel: Twice\nstart: soon")
    append(root / "plan_data" / "sprints" / "1-a.yml", "risk:\n  level: lowest")
    assert cli.run(["build", "--root", str(root)]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    for finding in ("unknown-field", "not-a-date", "unknown-value", "3 errors"):
        assert finding in output.err


SETTINGS = {
    "no settings": (None, "there is no mkdocs.yml in "),
    "not YAML": (("nav:", "nav: ["), "mkdocs.yml: "),
    "unknown setting": (("extra:\n", "extra:\n  masterplan:\n    tody: x\n"), "has no setting tody; choose from "),
    "a day": (("extra:\n", "extra:\n  masterplan:\n    today: '2025-11-16'\n"), "has no setting today; choose from "),
    "lenient macros": (("on_error_fail: true", "on_error_fail: false"), "needs on_error_fail: true"),
    "lenient names": (("on_undefined: strict", "on_undefined: keep"), "on_undefined: strict"),
    "scripts that are no list": (("theme:", "extra_javascript: 5\ntheme:"), "extra_javascript: must be a list"),
    "plugins that are no list": (("plugins:\n", "plugins: 5\nextra_css:\n"), "plugins: must be a list"),
    "extensions that are no list": (
        ("markdown_extensions:\n", "markdown_extensions: 5\nextra_css:\n"),
        "markdown_extensions: must be a list",
    ),
    "a copyright that is no text": (("theme:", "copyright: [1]\ntheme:"), "copyright: must be text"),
    "number for settings": (
        ("extra:\n", "extra:\n  masterplan: 5\n  x:\n"),
        "extra: masterplan: must be a group",
    ),
    "inherits from itself": (("theme:", "INHERIT: mkdocs.yml\ntheme:"), "INHERIT leads back to the same file"),
    "a control character": (("extra:\n", 'extra:\n  masterplan:\n    "\\ax": 1\n'), "no setting \ufffdx;"),
    "page not there": (("roadmap.md", "raodmap.md"), "raodmap.md"),
    "page left out": (("theme:", "exclude_docs: sprints/SPRINT_1*\ntheme:"), "SPRINT_1"),
}
JUDGED_BY_HOSTS = ("unknown setting", "number for settings", "page not there", "page left out")


@pytest.mark.parametrize(
    ("host", "what"),
    [*(("mkdocs", what) for what in SETTINGS), *(("zensical", what) for what in JUDGED_BY_HOSTS)],
)
@pytest.mark.usefixtures("site")
def test_wrong_settings_are_reported(root: Path, host: Host, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    edit, says = SETTINGS[what]
    if edit:
        change(root / "mkdocs.yml", *edit)
    else:
        (root / "mkdocs.yml").unlink()
    assert says in refused(root, capsys, "--host", host)


OTHER_KINDS = ["- a", "text", "5", "extra: [1]", "nav: 5", "watch: [5]", "INHERIT: 5", "site_name: [a]"]


@pytest.mark.parametrize("text", OTHER_KINDS)
def test_settings_of_a_wrong_type_are_reported(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_plan(tmp_path, BASE)
    (tmp_path / "mkdocs.yml").write_text(f"{text}\n")
    assert "mkdocs.yml: " in refused(tmp_path, capsys)


def test_control_characters_of_file_names_are_replaced(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "docs" / "\x1b[31mred\x07\u202e.md").symlink_to("next.md")
    assert "docs/\ufffd[31mred\ufffd\ufffd.md is a symbolic link" in refused(root, capsys)


@pytest.mark.usefixtures("site")
def test_settings_without_the_plugin_are_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(root / "mkdocs.yml", f"  - masterplan:\n      without: {WITHOUT}\n", "")
    change(root / "mkdocs.yml", "font: false", "font: true")
    advice = "add `- masterplan`, or, if the plan is only a part of the site, the lines that `masterplan init` shows"
    assert f"plugins: lacks masterplan, which adds the plan's pages; {advice}" in refused(root, capsys)


@pytest.mark.usefixtures("site")
def test_a_missing_plan_is_reported(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(root / "plan_data")
    assert cli.run(["build", "--root", str(root)]) == 1
    assert "missing-file there is no plan" in capsys.readouterr().err


def test_plain_mkdocs_builds_the_same_site(root: Path) -> None:
    done = plain_mkdocs(root)
    assert done.returncode == 0, done.stderr
    assert contents(root / "plain") == contents(root / "site")


def test_plain_mkdocs_refuses_a_wrong_plan(root: Path) -> None:
    (root / "plain").mkdir()
    (root / "plain" / "index.html").write_text("old")
    append(root / "plan_data" / "plan.yml", "titel: Twice\nstart: soon")
    done = plain_mkdocs(root)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for finding in ("unknown-field", "not-a-date"):
        assert finding in done.stderr
    assert contents(root / "plain") == {"index.html": b"old"}


@pytest.mark.parametrize("host", HOSTS)
def test_links_on_the_404_page_begin_with_the_folder_of_the_site(
    root: Path, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", "https://plan.example.org/team/plan/")
    assert cli.run(["build", "--root", str(root), "--host", host]) == 0
    page = pages(root / "site")["404.html"]
    links = [link.attributes["href"] or "" for link in page.css("[href]")]
    assert [link for link in links if not link.startswith(("/team/plan/", "#"))] == []
    assert "Search for its title" in words(article(page))
    targets = [link.attributes["href"] for link in article(page).css("a[href]")]
    assert targets == ["/team/plan/", "/team/plan/roadmap/", "/team/plan/sprints/"]


def test_a_dead_link_on_the_404_page_is_reported(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "overrides").mkdir()
    (root / "overrides" / "404.html").write_text(
        '{% extends "main.html" %}{% block content %}<h1>No</h1><a href="/nowhere/">x</a>{% endblock %}'
    )
    change(root / "mkdocs.yml", "theme:\n", "theme:\n  custom_dir: overrides\n")
    assert "404.html: no such page: /nowhere/" in refused(root, capsys)


def test_pages_can_link_to_addresses_of_other_programs(root: Path) -> None:
    addresses = (
        "tel:+491",
        "webcal://example.org/x.ics",
        "msteams:/l/chat/0/0",
        "vscode://file/x",
        "mailto:a@b.example",
    )
    append(root / "docs" / "next.md", " ".join(f"[x]({address})" for address in addresses))
    for host in HOSTS:
        assert cli.run(["build", "--root", str(root), "--host", host]) == 0
        links = {link.attributes.get("href") for link in pages(root / "site")["next/index.html"].css("article a")}
        assert links >= {*addresses[:-1]}


@pytest.mark.parametrize("host", HOSTS)
def test_the_current_day_comes_from_the_option_or_the_environment(
    root: Path, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(root / "docs" / "next.md", "{{ progress_summary() }}")

    def summary(*options: str) -> str:
        assert cli.run(["build", "--root", str(root), "--host", host, *options]) == 0
        return words(article(pages(root / "site")["next/index.html"]))

    monkeypatch.setenv("TODAY", "2025-12-01")
    assert "as of 24 Dec" in summary("--today", "2025-12-24")
    if host == "mkdocs":
        assert "as of 1 Dec" in summary()
        monkeypatch.delenv("TODAY")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1766000000")
        assert "as of 17 Dec" in summary()


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_a_site_can_be_built_for_every_allowed_day(root: Path, day: str) -> None:
    shutil.rmtree(root / ".git", ignore_errors=True)
    assert cli.run(["build", "--root", str(root), "--today", day]) == 0
