"""Pages that `masterplan serve` builds first have the same bytes as on the site, and are not reloaded twice."""

from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from threading import Thread
from urllib.request import Request, urlopen

import pytest

from masterplan.errors import BuildError
from masterplan.publish.build import fill, opened
from masterplan.publish.first_pages import FirstPages, Rehearsal
from masterplan.publish.mkdocs_host import build_with_mkdocs
from masterplan.publish.site_server import LAST_GOOD, Address, SiteServer
from tests.sites import DAY, change, contents, repository, small_repository

PAGES = (
    "index.html",
    "roadmap/index.html",
    "people/index.html",
    "risks/index.html",
    "print/index.html",
    "guide/files/index.html",
    "sprints/index.html",
    "sprints/SPRINT_4_request_batching/index.html",
)


def first_pages(folder: Path, shown: tuple[str, ...], edited: tuple[str, ...], ready: list[str]) -> FirstPages:
    return FirstPages(folder / "first", shown, edited, folder / "templates", ready.append)


def test_pages_built_first_equal_those_of_the_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TODAY", DAY)
    root, site = repository(tmp_path / "plan"), tmp_path / "site"
    site.mkdir()
    first = first_pages(tmp_path, PAGES, (), [])
    fill(opened(root), site, partial(build_with_mkdocs, first=first))
    first.wait()
    built = contents(tmp_path / "first")
    assert sorted(built) == sorted(PAGES)
    assert [name for name, content in built.items() if content != (site / name).read_bytes()] == []


def test_the_page_of_an_edited_file_is_built_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TODAY", DAY)
    root, ready = small_repository(tmp_path / "plan"), list[str]()
    change(root / "docs" / "next.md", "# Next", "# After that")
    edited = ("docs/next.md", "plan_data/sprints/2-b.yml", "plan_data/plan.yml", "docs/gone.md")
    rehearsal = Rehearsal(tmp_path / "first", ("nowhere/index.html",), edited, tmp_path / "templates", ready.append)
    with pytest.raises(BuildError):
        build_with_mkdocs(opened(root), tmp_path / "site", rehearsal)
    assert ready == ["next/index.html", "sprints/SPRINT_2/index.html"]
    assert "After that" in (tmp_path / "first" / "next" / "index.html").read_text("utf-8")
    assert not (tmp_path / "site").exists()


@pytest.fixture
def server() -> Iterator[SiteServer]:
    running = SiteServer(Address("127.0.0.1", 0))
    running.poll_response_timeout = 0
    running.listen()
    yield running
    running.shutdown()


def get(server: SiteServer, address: str, referer: str = "") -> str:
    origin = f"http://127.0.0.1:{server.server_port}"
    request = Request(f"{origin}{address}", headers={"Referer": f"{origin}{referer}"} if referer else {})  # noqa: S310 - our own server
    with urlopen(request) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content.decode()


def is_reloaded(server: SiteServer, page: str, address: str) -> bool:
    """Whether the script on a page, as served, would reload it."""
    epoch, digest = page.rpartition("livereload(")[2].partition(")")[0].split(", ")
    return int(get(server, f"/livereload/{epoch}/{digest}", address)) > int(epoch)


def site(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<body>{text}</body>")
    return folder


def test_a_page_is_reloaded_only_when_it_has_changed(server: SiteServer, tmp_path: Path) -> None:
    server.show_site(site(tmp_path / "1", a__index_html="old", index_html="start", x_css="red"))
    old, start = get(server, "/a/"), get(server, "/")
    assert "old" in old
    server.show_ahead("a/index.html", b"<body>new</body>")
    assert is_reloaded(server, old, "/a/")
    new = get(server, "/a/")
    assert "new" in new
    server.show_site(site(tmp_path / "2", a__index_html="new", index_html="start", x_css="red"))
    assert not is_reloaded(server, new, "/a/")
    assert not is_reloaded(server, start, "/")
    server.show_site(site(tmp_path / "3", a__index_html="new", index_html="start", x_css="blue"))
    assert is_reloaded(server, new, "/a/")


def test_errors_replace_every_page_until_they_are_fixed(server: SiteServer, tmp_path: Path) -> None:
    server.show_site(site(tmp_path / "1", a__index_html="sound", x_css="red"))
    good = get(server, "/a/")
    server.show_errors("<h1>wrong</h1>")
    assert is_reloaded(server, good, "/a/")
    wrong = get(server, "/a/")
    assert ("wrong" in wrong, "sound" in wrong) == (True, False)
    assert f'href="{LAST_GOOD}/a/"' in unescape(wrong)
    assert "sound" in get(server, f"{LAST_GOOD}/a/")
    assert "red" in get(server, "/x.css")
    server.show_ahead("a/index.html", b"<body>sound</body>")
    assert is_reloaded(server, wrong, "/a/")
    assert "wrong" not in get(server, "/a/")


def test_the_server_knows_the_pages_that_are_open(server: SiteServer, tmp_path: Path) -> None:
    server.show_site(site(tmp_path / "1", a__index_html="good"))
    server.poll_response_timeout = 60
    page = get(server, "/a/")
    waiting = Thread(target=is_reloaded, args=(server, page, "/a/"))
    waiting.start()
    while server.open_pages != ["a/index.html"]:
        pass
    server.show_ahead("a/index.html", b"<body>new</body>")
    waiting.join()
    assert server.open_pages == []


@pytest.mark.parametrize(
    "address", ["/../secret", "/..%2fsecret", "//etc/passwd", "/link", f"{LAST_GOOD}/../../secret"]
)
def test_nothing_outside_the_site_is_served(server: SiteServer, tmp_path: Path, address: str) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "link").symlink_to(tmp_path / "secret")
    server.show_site(site(tmp_path / "1", a__index_html="good", **{"404_html": "Not there"}))
    with pytest.raises(OSError, match="404"):
        get(server, address)
