"""Every host builds the same site from the same files.

MkDocs and Zensical: articles are compared except for white space; the theme around them may differ. MkDocs and
ProperDocs: every file is compared byte for byte.
"""

import json
import posixpath
import re
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.errors import BuildError, UsageError
from masterplan.publish.build import build
from masterplan.publish.finish import theme_scripts
from masterplan.publish.hosts import HOSTS as BUILDERS
from masterplan.publish.pages import MOST_IN_NAVIGATION
from tests.everything import Kind, everything
from tests.sites import (
    HOSTS,
    OURS,
    Host,
    article,
    contents,
    pages,
    repository,
    small_repository,
    words,
)
from tests.visits import Site

Pages = dict[str, LexborHTMLParser]

GENERATOR = re.compile(rb'<meta name="generator" content="mkdocs-[^,]+')
"""The part of a page that names its host."""

NAMES: dict[Host, str] = {"properdocs": "ProperDocs", "zensical": "Zensical"}
"""The hosts that build in a process of their own, with their names for readers."""

PROSE = (
    "It *must* be right, see [the rules](https://example.org/rules):\n\n- `one`\n- two\n\n> quoted\n\nNext paragraph."
)
OF_KIND: dict[Kind, str] = {
    "line": "Words about {at}, number {n}",
    "prose": f"Number {{n}}. {PROSE}",
    "measure": "{n}-{m}%",
    "url": "https://example.org/{n}",
    "path": "docs/number_{n}.md",
}
FIXED_TEXTS = {"plan.unit.one": "Epic", "plan.unit.many": "Epics"}


FULL_EPICS = 4
"""Number of epics of the large plan with every field."""


def large_plan() -> dict[str, str]:
    """The first epics have every field, and there are so many others that the navigation lists phases."""
    numbers = count(1)

    def texts(kind: Kind, at: str) -> str:
        n = next(numbers)
        return FIXED_TEXTS.get(at) or OF_KIND[kind].format(at=at, n=n, m=n + 1)

    others = range(FULL_EPICS + 1, MOST_IN_NAVIGATION + 11)
    few = {str(n): {"id": str(n), "title": f"Epic of few words {n}", "cost": "some", "state": "done"} for n in others}
    bare = {f"sprints/{id_}.yml": json.dumps(epic) for id_, epic in few.items()}
    return everything(texts, FULL_EPICS) | bare


@pytest.fixture(scope="module")
def seed(seed_sites: Callable[[Host], Site]) -> dict[Host, Pages]:
    return {host: pages(seed_sites(host).root / "site") for host in HOSTS}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> dict[Host, Pages]:
    return built(repository(tmp_path_factory.mktemp("large") / "plan", large_plan()))


def built(root: Path) -> dict[Host, Pages]:
    for host in HOSTS:
        build(root, root / host, BUILDERS[host])
    return {host: pages(root / host) for host in HOSTS}


@pytest.fixture(params=["seed", "large"])
def sites(request: pytest.FixtureRequest) -> dict[Host, Pages]:
    built_sites: dict[Host, Pages] = request.getfixturevalue(request.param)
    return built_sites


def test_mkdocs_and_zensical_have_the_same_pages(sites: dict[Host, Pages]) -> None:
    assert sites["mkdocs"].keys() == sites["zensical"].keys()
    assert len(sites["mkdocs"]) > 20


def test_mkdocs_and_zensical_have_the_same_text_on_every_page(sites: dict[Host, Pages]) -> None:
    texts = {host: {name: words(article(page)) for name, page in articles(sites[host])} for host in HOSTS}
    assert [name for name in texts["mkdocs"] if texts["mkdocs"][name] != texts["zensical"][name]] == []
    assert all(texts["mkdocs"].values())


def test_mkdocs_and_zensical_have_the_same_links(sites: dict[Host, Pages]) -> None:
    links = {
        host: {
            name: [target(name, address) for address in addresses(article(page))]
            for name, page in articles(sites[host])
        }
        for host in HOSTS
    }
    assert [name for name in links["mkdocs"] if links["mkdocs"][name] != links["zensical"][name]] == []
    assert sum(map(len, links["mkdocs"].values())) > 500


@pytest.mark.parametrize("host", HOSTS)
def test_no_link_is_dead(sites: dict[Host, Pages], host: Host) -> None:
    assert list(dead_links(sites[host])) == []


def test_properdocs_builds_the_files_of_mkdocs(seed_sites: Callable[[Host], Site], tmp_path: Path) -> None:
    root = seed_sites("mkdocs").root
    build(root, tmp_path / "site", BUILDERS["properdocs"])
    ours, theirs = contents(tmp_path / "site"), contents(root / "site")
    assert ours.keys() == theirs.keys()
    assert b'content="mkdocs-ProperDocs 1.' in ours["index.html"]
    assert [name for name in ours if GENERATOR.sub(b"", ours[name]) != GENERATOR.sub(b"", theirs[name])] == []


@pytest.mark.parametrize(("host", "name"), NAMES.items())
def test_a_host_that_is_not_installed_is_reported_with_a_command(
    host: Host, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small_repository(tmp_path / "plan")
    monkeypatch.setitem(sys.modules, host, None)
    with pytest.raises(UsageError, match=re.escape(f"{name} is not installed; run `pip install 'masterplan[{host}]'`")):
        build(root, root / "site", BUILDERS[host])


@pytest.mark.parametrize("host", NAMES)
@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        ("kill -9 $$", "{name} was stopped by signal 9 before the site was complete"),
        ("exit 3", "{name} built no site and gave no reason; its exit code was 3"),
        ("echo 'docs/index.md: no such macro' >&2; exit 1", "docs/index.md: no such macro"),
    ],
)
def test_a_host_that_fails_is_reported_with_the_reason_only(
    host: Host, ends: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small_repository(tmp_path / "plan")
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\necho Build started\n{ends}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(BuildError, match=f"^{re.escape(reason.format(name=NAMES[host]))}$"):
        build(root, root / "site", BUILDERS[host])


def test_the_guide_lists_the_tested_versions() -> None:
    guide = (OURS / "docs" / "guide" / "publish.md").read_text("utf-8")
    packages = {"MkDocs": "mkdocs", "Material": "mkdocs-material", "ProperDocs": "properdocs", "Zensical": "zensical"}
    assert [name for name, package in packages.items() if f"{name} {version(package)}" not in guide] == []


def test_scripts_of_zensicals_theme_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zensical.config.get_builtin_theme_dir", lambda: str(tmp_path))
    (tmp_path / "partials" / "javascripts").mkdir(parents=True)
    (tmp_path / "partials" / "javascripts" / "base.html").write_text("<script>start()</script>")
    assert theme_scripts("zensical").fullmatch("start()")


def dead_links(site: Pages) -> Iterator[str]:
    """Links to missing pages and anchors; links to other files are not checked."""
    anchors = {name: {node.attributes["id"] for node in page.css("[id]")} for name, page in site.items()}
    for name, page in articles(site):
        for address in addresses(page.root or article(page)):
            place = target(name, address)
            file, _, anchor = place.partition("#")
            if file.endswith(".html") and (file not in site or (anchor and anchor not in anchors[file])):
                yield f"{name}: {address}"


def articles(site: Pages) -> Iterator[tuple[str, LexborHTMLParser]]:
    return ((name, page) for name, page in site.items() if name != "404.html")


def addresses(node: LexborNode) -> list[str]:
    pairs = ([link.attributes.get("href"), link.attributes.get("xlink:href")] for link in node.css("a"))
    return [address for pair in pairs for address in pair if address]


def target(page: str, address: str) -> str:
    """The target of a link: a file of the site with its anchor, or an external address."""
    parts = urlsplit(address)
    if parts.scheme:
        return address
    path = posixpath.normpath(
        posixpath.join("/", posixpath.dirname(page), unquote(parts.path) or posixpath.basename(page))
    )
    of_folder = parts.path.endswith("/") or not posixpath.splitext(path)[1]
    file = posixpath.join(path, "index.html") if of_folder else path
    return file.lstrip("/") + (f"#{unquote(parts.fragment)}" if parts.fragment else "")


@pytest.mark.parametrize("host", HOSTS)
def test_links_in_diagrams_are_not_rewritten_by_any_host(sites: dict[Host, Pages], host: Host) -> None:
    links = [link for _, page in articles(sites[host]) for link in page.css("article svg a")]
    assert len(links) > 10
    assert [link.html for link in links if "href" in link.attributes or "xlink:href" not in link.attributes] == []


@pytest.mark.parametrize("host", HOSTS)
def test_a_large_plan_keeps_its_sprints_out_of_the_navigation(large: dict[Host, Pages], host: Host) -> None:
    navigation = addresses(large[host]["sprints/index.html"].css("nav.md-nav--primary")[0])
    places = {target("sprints/index.html", address) for address in navigation}
    assert {f"sprints/phase-f{n}/index.html" for n in range(1, 6)} <= places
    assert not any("/SPRINT_" in place for place in places)
    in_table = {
        target("sprints/index.html", address) for address in addresses(article(large[host]["sprints/index.html"]))
    }
    assert {name for name in large[host] if "/SPRINT_" in name} <= in_table


def test_sites_without_directory_urls_have_no_dead_links(tmp_path: Path) -> None:
    root = small_repository(tmp_path / "plan")
    settings = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(settings.replace("use_directory_urls: true", "use_directory_urls: false"))
    site = built(root)
    assert "sprints/SPRINT_1.html" in site["mkdocs"]
    assert site["mkdocs"].keys() == site["zensical"].keys()
    assert [dead for host in HOSTS for dead in dead_links(site[host])] == []


def test_every_host_uses_overrides_of_the_theme(tmp_path: Path) -> None:
    root = small_repository(tmp_path / "plan")
    (root / "overrides").mkdir()
    (root / "overrides" / "main.html").write_text(
        '{% extends "base.html" %}{% block announce %}Freeze on Friday{% endblock %}'
    )
    settings = (root / "mkdocs.yml").read_text()
    (root / "mkdocs.yml").write_text(settings.replace("theme:\n", "theme:\n  custom_dir: overrides\n"))
    for site in built(root).values():
        assert "Freeze on Friday" in words(site["next/index.html"].css("body")[0])
