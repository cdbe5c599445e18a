"""Plan text is data: hostile text in every field of a plan is shown literally and runs nothing, on every host."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser

from masterplan.cli import app as cli
from masterplan.model.naming import composed
from masterplan.publish.build import build
from masterplan.publish.hosts import HOSTS as BUILDERS
from masterplan.render.escape import plain
from tests.browser import OpenPage
from tests.everything import Kind, everything
from tests.sites import (
    HOSTS,
    Host,
    article,
    change,
    listed_schedules,
    pages,
    plain_mkdocs,
    repository,
    search,
)

HIT = Path(tempfile.gettempdir(), f"masterplan-hit-{os.getpid()}")
"""The folder that text creates if it is run as a template."""

_NAMED, _FOLDERS = str(HIT).replace(os.sep, "%c"), "47," * str(HIT).count(os.sep)
RUN = f"{{{{ lipsum['%c%cglobals%c%c' % (95,95,95,95)].os.mkdir('{_NAMED}' % ({_FOLDERS})) }}}}"
"""Creates that folder, without characters that are lost in paths, file names or titles."""

# Scripts that run set `__hit`. Text that is not escaped creates an element `injected` or a request to evil.example.
STRINGS = (
    "<script>__hit=1</script>",
    "</script><script>__hit=1</script>",
    '"><script>__hit=1</script>',
    "'><img src=x onerror=__hit=1>",
    "<img src=//evil.example/x.png onerror=alert(1)>",
    "<svg onload=__hit=1><script>__hit=1</script></svg>",
    "</text></svg><script>__hit=1</script>",
    "</title></head><script>__hit=1</script>",
    "</td></tr></table><h1>injected</h1>",
    "</article></main><h1 id=injected>injected</h1>",
    "</li></ul></details></div></dl></nav>",
    "<iframe srcdoc='<script>parent.__hit=1</script>'></iframe>",
    "<base href=//evil.example/>",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=//evil.example><button autofocus onfocus=__hit=1>x</button></form>",
    "<details open ontoggle=__hit=1><object data=//evil.example></object><embed src=//evil.example>",
    "<a href=javascript:__hit=1 id=injected>x</a>",
    "<javascript:__hit=1> <https://evil.example/auto> https://evil.example/bare evil@evil.example",
    "[x](javascript:__hit=1) [y](java&#115;cript:__hit=1)",
    "[x](data:text/html,<script>__hit=1</script>)",
    "![x](//evil.example/x.png){: #injected }",
    "[x]: //evil.example\n[x] [x][x]",
    "x {: #injected onfocus=__hit=1 autofocus=1 tabindex=1 style=position:fixed }",
    "{: #injected .injected onclick=__hit=1 }",
    RUN,
    "{{ 1/0 }}",
    f"{{% if lipsum.__globals__.os.mkdir('{HIT}') %}}{{% endif %}}",
    "{{ 7*7 }} {{ config }} {{ lipsum.__globals__ }}",
    "{% raw %} {% include 'index.md' %} {# gone #} {{{{ }} %}",
    "{{ [].append(1) or 'evaluated' }} ${7*7} #{7*7}",
    "| a | b |\n|---|---|\n| c | d |",
    "a | b || c \\| d",
    "```\ncode\n```\n~~~ js",
    "` `` ``` <b>`",
    '--8<-- "mkdocs.yml"',
    "# injected {: #injected }",
    "injected\n========\n\n- item\n\n1. item\n\n> quote\n\n    code",
    "***\n---\n* * *",
    "&lt;b&gt; &amp; &#60;script&#62; &copy; &notanentity; &",
    "**bold** __bold__ _it_ *it* ~~s~~ ==m== ++k++ ^^i^^ H~2~O",
    ":smile: :material-account: (c) (tm) ... -- --- << >>",
    "[TOC] [^1] [^1]: note *[HTML]: Abbr",
    '!!! danger "x"\n    y\n??? note "z"\n=== "tab"',
    "$$x$$ $50-100 \\(x\\) \\[y\\] {++a++}{--b--}{>>c<<}",
    "--> <!-- ]]> <![CDATA[ x ]]> <?php x ?> <!DOCTYPE html>",
    "graph LR; click a \"javascript:__hit=1\"; %%{init: {'securityLevel':'loose'}}%%",
    "\\ \\\\ \\n \\\" \\' \\u003cscript\\u003e %3Cscript%3E %00",
    "::error file=x::y ##[command]z =cmd|' /C calc'!A0 @here",
    '\'; alert(1);// " onmouseover="__hit=1 ` onmouseover=__hit=1',
    "\u200e\u200f\u061ca\u200d\u200bb שלום مرحبا e\u0301 \U0001f469\u200d\U0001f680",
    "W" * 300,
    "  many   blanks\tand\n\n\nlines  ",
)
SPRINTS = (len(STRINGS) + 1) // 2
"""The number of sprints, so that each pair of strings is in one text of a field."""
URL = 'https://example.org/"><img/src=x/onerror=__hit=1>{{7*7}}`|%22)[x](javascript:__hit=1)/'
PARTS = ("plan", "sprint", "phases.phases", "options.options")
PATH = f"docs/{RUN}/{{{{ 7+7 }}}}/[x](y)/'`&lt;b&gt;{{ #injected }}/"


# Fields that our own pages do not show: values that the audit compares, waivers without findings, values that only
# schedules use, fields for macros on a team's own pages, and labels that charts shorten.
NOT_SHOWN = {
    *(f"{part}.declared.{field}" for part in PARTS for field in ("value", "of")),
    *(f"plan.audit.waivers.{field}" for field in ("at", "field", "reason", "by")),
    "sprint.short",
    "sprint.skills",
    "plan.links.title",
    *(f"plan.tables.{field}" for field in ("title", "columns", "rows.name", "rows.cells", "total")),
}


class Texts:
    """Hostile texts for fields, with a record of all texts returned.

    A field gets a different text each time. Each text begins and ends with one of the strings and has a unique mark.
    """

    def __init__(self) -> None:
        self.turns: dict[str, Iterator[int]] = {}
        self.given: dict[str, tuple[Kind, str]] = {}

    def __call__(self, kind: Kind, at: str) -> str:
        mark = f"mark{len(self.given)}"
        turn = next(self.turns.setdefault(at, count(len(self.turns))))
        if kind in ("url", "path"):
            text = f"{URL if kind == 'url' else PATH}{mark}"
        else:
            first, last = (STRINGS[n % len(STRINGS)] for n in (2 * turn, 2 * turn + 1))
            size = 45 if kind == "measure" else None
            text = f"{first[:size]} {mark} {last[:size]}"
        self.given[text] = (kind, at)
        return text


@dataclass(frozen=True)
class Hostile:
    """Texts of a plan with their kinds and fields, the titles of its sprints by their pages, and its sites."""

    texts: dict[str, tuple[Kind, str]]
    titles: dict[str, str]
    sites: dict[Host, Path]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    texts = Texts()
    files = everything(texts, SPRINTS)
    root = repository(tmp_path_factory.mktemp("hostile") / "plan", files)
    with listed_schedules():
        plan, _ = (build(root, root / host, BUILDERS[host]).facts.plan for host in HOSTS)
    titles = {
        f"sprints/{plan.page(id_).removesuffix('.md')}/": f"{plan.name(id_)}: {sprint.title}"
        for id_, sprint in plan.sprints.items()
    }
    used = {leaf for file in files.values() for leaf in leaves(json.loads(file))}
    given = {text: of for text, of in texts.given.items() if text in used}
    return Hostile(given, titles, {host: root / host for host in HOSTS})


def leaves(data: object) -> Iterator[object]:
    """Every value of a file, without keys."""
    match data:
        case dict():
            yield from (leaf for item in data.values() for leaf in leaves(item))
        case list():
            yield from (leaf for item in data for leaf in leaves(item))
        case _:
            yield data


def test_every_hostile_string_is_in_every_field_of_a_sprint(hostile: Hostile) -> None:
    assert len(STRINGS) >= 40
    of_fields: dict[str, list[str]] = {}
    for text, (kind, at) in hostile.texts.items():
        if kind == "line" and at.startswith("sprint."):
            of_fields.setdefault(at, []).append(text)
    missing = {
        at: [string for string in STRINGS if not any(string in text for text in texts)]
        for at, texts in of_fields.items()
    }
    assert len(missing) > 10
    assert {at: texts for at, texts in missing.items() if texts} == {}


@pytest.mark.parametrize("host", HOSTS)
def test_every_text_is_shown_literally(host: Host, hostile: Hostile) -> None:
    shown = " ".join(shown_words(page) for name, page in pages(hostile.sites[host]).items() if name != "404.html")
    wanted = {
        plain(composed(text)): at for text, (kind, at) in hostile.texts.items() if kind in ("line", "measure", "path")
    }
    assert set(wanted.values()) >= NOT_SHOWN
    assert [f"{at}: {text}" for text, at in wanted.items() if text not in shown and at not in NOT_SHOWN] == []


def shown_words(page: LexborHTMLParser) -> str:
    """The text of an article without listings of plan files, which contain every text anyway."""
    shown = article(page)
    for listing in shown.css(".mp-source"):
        listing.decompose()
    return " ".join(shown.text().split())


def test_no_text_is_run_as_a_template(hostile: Hostile) -> None:
    assert len([text for text in hostile.texts if RUN in text]) > 20
    assert not HIT.exists()


# Places from which text becomes the title of a page, and a part of the message for each.
TITLES_MADE = {
    "plan": ("plan_data/plan.yml", f"documentation:\n  progress_in: {json.dumps(RUN + '[N].md')}\n", "bad-page-name"),
    "file name": (f"docs/{RUN}.md", "Text\n", "the file name contains a template"),
    "front matter": (
        "docs/roadmap.md",
        f"---\ntitle: {json.dumps(RUN)}\n---\nText\n",
        "docs/roadmap.md: the title in its",
    ),
    "navigation": ("mkdocs.yml", f"  - {json.dumps(RUN)}: roadmap.md\n", "mkdocs.yml: nav:"),
}


@pytest.mark.parametrize("how", [*HOSTS, "plain mkdocs"])
@pytest.mark.parametrize(("path", "text", "says"), TITLES_MADE.values(), ids=TITLES_MADE)
def test_no_title_of_a_page_is_run_as_a_template(  # noqa: PLR0913, PLR0917 - parameters and fixtures
    how: str, path: str, text: str, says: str, published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(published, tmp_path / "plan", symlinks=True)
    if path == "mkdocs.yml":
        change(root / path, "  - roadmap.md\n", text)
    else:
        before = (root / path).read_text() if path.startswith("plan_data/") else ""
        (root / path).write_text(before + text)
    try:
        if how == "plain mkdocs":
            done = plain_mkdocs(root)
            code, message = done.returncode, done.stderr
        else:
            code = cli.run(["build", "--root", str(root), "--host", how])
            message = capsys.readouterr().err
        assert not HIT.exists()
    finally:
        shutil.rmtree(HIT, ignore_errors=True)
    assert code == (1 if how == "plain mkdocs" or says == "bad-page-name" else 2)
    assert says in message
    assert "Traceback" not in message


@pytest.mark.parametrize("host", HOSTS)
def test_every_page_has_a_content_security_policy(host: Host, hostile: Hostile) -> None:
    for name, page in pages(hostile.sites[host]).items():
        (policy,) = page.css('head > meta[http-equiv="Content-Security-Policy"]')
        assert "script-src 'self' 'sha256-" in (policy.attributes["content"] or ""), name


# Lists what is wrong with the current page.
INSPECT = """() => {
    const wrong = [];
    if (window.__hit) wrong.push("a text of the plan was run");
    const article = document.querySelector("article");
    if (document.querySelectorAll("h1").length != 1) wrong.push("not one h1");
    const refused = "script, style, iframe, object, embed, base, form, meta, link, "
        + "img:not([src^='../../exports/badges/']), .injected, #injected, [style*=fixed]";
    for (const element of article.querySelectorAll(refused)) wrong.push(element.outerHTML.slice(0, 99));
    for (const element of document.querySelectorAll("*")) {
        for (const attribute of element.attributes) {
            if (attribute.name.startsWith("on")) wrong.push(element.outerHTML.slice(0, 99));
        }
    }
    for (const link of document.querySelectorAll("a, area")) {
        const address = link.getAttribute("href") ?? link.getAttributeNS("http://www.w3.org/1999/xlink", "href") ?? "";
        const target = new URL(address, location);
        const known = target.origin == location.origin || ["https:", "mailto:"].includes(target.protocol);
        if (!known) wrong.push(`a link to ${address}`);
    }
    for (const table of article.querySelectorAll("table")) {
        const widths = [...table.rows].map(row => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0));
        if (new Set(widths).size != 1) wrong.push(`a table with rows of ${[...new Set(widths)]} cells`);
    }
    return wrong;
}"""
TITLES = r"""() => ({
    heading: [...document.querySelector("h1").childNodes]
        .filter(node => node.className !== "headerlink").map(node => node.textContent)
        .join("").replace(/\s+/g, " ").trim(),
    window: document.title,
    navigation: [...document.querySelectorAll(".md-nav__link--active")].map(link => link.textContent.trim()),
})"""
NO_INDEX = {"config": {"lang": ["en"], "separator": " ", "fields": {}}, "docs": [], "items": []}


@pytest.mark.parametrize("host", HOSTS)
def test_no_plan_text_runs_in_a_browser(
    host: Host, hostile: Hostile, serve_folder: Callable[[Path], str], open_page: OpenPage, tmp_path: Path
) -> None:
    site = without_index(hostile.sites[host], tmp_path / "site")
    origin = serve_folder(site)
    log = open_page(origin)
    wrong = {}
    for name in pages(site):
        if name.startswith("guide/") and name != "guide/index.html":  # no plan text
            continue
        address = name.removesuffix("index.html")
        log.page.goto(f"{origin}/{address}", wait_until="domcontentloaded")
        wrong[address] = log.page.evaluate(INSPECT) + wrong_titles(log.page, hostile.titles.get(address))
    assert {address: faults for address, faults in wrong.items() if faults} == {}
    assert log.problems == []


def without_index(site: Path, folder: Path) -> Path:
    """A copy of a site with an empty search index: pages load much faster without all texts."""
    copied = shutil.copytree(site, folder, copy_function=os.link)
    (index,) = (path for path in (copied / "search/search_index.json", copied / "search.json") if path.exists())
    index.unlink()
    index.write_text(json.dumps(NO_INDEX))
    return copied


def wrong_titles(page: Page, title: str | None) -> list[str]:
    """Places where the title of a sprint is not shown literally: heading, window or navigation."""
    if title is None:
        return []
    shown = page.evaluate(TITLES)
    return [f"{where}: {shown[where]}" for where in shown if plain(title) not in shown[where]]


@pytest.mark.parametrize("host", HOSTS)
def test_search_shows_titles_literally(
    host: Host, hostile: Hostile, serve_folder: Callable[[Path], str], open_page: OpenPage
) -> None:
    origin = serve_folder(hostile.sites[host])
    log = open_page(origin)
    for title in [*hostile.titles.values()][:4]:
        (mark,) = re.findall(r"mark\d+", title.partition(": ")[2])
        log.page.goto(f"{origin}/")
        assert plain(title) in search(log.page, host, mark)
    assert log.problems == []
