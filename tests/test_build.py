"""`masterplan build` publishes a whole site or none: whatever goes wrong, the old one stays byte for byte."""

import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import NoReturn

import pytest

from masterplan.cli import app as cli
from masterplan.publish import site_folder
from tests.plans import BASE, write_plan
from tests.sites import (
    HOSTS,
    WITHOUT,
    Host,
    article,
    change,
    command,
    contents,
    masterplan,
    pages,
    plain_mkdocs,
    small_repository,
    words,
)

# A page that keeps a build busy until the test ends it.
ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"

# What an author may get wrong on a page: the text, and what the one sentence must hold.
WRONG_PAGES = {
    "unknown macro": ("{{ nope() }}", "docs/next.md:4: UndefinedError: 'nope' is undefined; put {% raw %} before"),
    "unknown name": ("{{ nothing }}", "docs/next.md:4: UndefinedError: 'nothing' is undefined"),
    "wrong parameter": ('{{ sprint_table(colour="red") }}', "docs/next.md: sprint_table: got an unexpected keyword"),
    "missing parameter": ("{{ sprint_page() }}", "docs/next.md: sprint_page: missing a required argument: 'sprint'"),
    "unknown sprint": (
        '{{ sprint_page("99") }}',
        "docs/next.md: sprint_page: there is no sprint 99; there are 1, 2, 3",
    ),
    "unknown phase": ('{{ sprint_table(phase="x") }}', "docs/next.md: sprint_table: there is no phase x"),
    "unknown choice": ('{{ sprint_table(risk="red") }}', "docs/next.md: sprint_table: risk is one of very low, low"),
    "not Jinja": ("{% if %}", "docs/next.md:4: TemplateSyntaxError: Expected an expression"),
    "error in Jinja": ("{{ 1 / 0 }}", "docs/next.md:4: ZeroDivisionError: division by zero"),
    "left over": ("{% raw %}{{ late() }}{% endraw %}", "next/index.html: a macro was not run: {{ late() }}"),
    "broken link": ("[x](nowhere.md)", "next.md"),
    "broken anchor": ("[x](order.md#nowhere)", "next.md"),
    "dead HTML link": ('<a href="nowhere/">x</a>', "next/index.html: no such page: "),
    "dead HTML anchor": ('{{ "<a href=#nowhere>x</a>" }}', "next/index.html: no such anchor: #nowhere"),
    "absolute link": ('<a href="/etc/passwd">x</a>', "next/index.html: no such page: /etc/passwd"),
    "dead image": ('<img src="nowhere.png" alt="">', "next/index.html: no such page: "),
    "script link": ('<a href="javascript:alert(1)">x</a>', "next/index.html: not an address to follow: javascript:"),
    "hidden script link": (
        '<a href="&#1; java&#9;script:alert(1)">x</a>',
        "next/index.html: not an address to follow:",
    ),
    "file link": ('<a href="file:///etc/passwd">x</a>', "next/index.html: not an address to follow: file:"),
    "workflow": (
        "```yaml\nkey: x\nname: ${{ github.sha }}\n```",
        "docs/next.md:6: UndefinedError: 'github' is undefined; put {% raw %} before and {% endraw %} after",
    ),
    "foreign image": ('<img src="https://example.org/x.png">', "next/index.html: asks another host for https://"),
    "foreign script": ('<script src="//example.org/x.js"></script>', "next/index.html: asks another host for //"),
    "inline script": ("<script>alert(1)</script>", "next/index.html: an inline script that is not the theme's"),
}

# Those that Zensical itself has a say in; the rest is seen by the same eyes after either host.
BY_ZENSICAL = (
    "workflow",
    "unknown macro",
    "wrong parameter",
    "not Jinja",
    "left over",
    "broken link",
    "broken anchor",
    "dead image",
)
# Those that ProperDocs says in a process of its own: an error of a macro, of ours, of Jinja, and a warning.
BY_PROPERDOCS = ("unknown macro", "wrong parameter", "not Jinja", "broken link", "inline script")
BY_HOST: dict[Host, Iterable[str]] = {"mkdocs": WRONG_PAGES, "properdocs": BY_PROPERDOCS, "zensical": BY_ZENSICAL}
WRONG = [(host, what) for host, pages_ in BY_HOST.items() for what in pages_]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a built site; tests work on copies."""
    root = small_repository(tmp_path_factory.mktemp("published") / "plan")
    assert cli.run(["build", "--root", str(root)]) == 0
    return root


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    return shutil.copytree(published, tmp_path / "plan", symlinks=True)


@pytest.fixture
def site(root: Path) -> Iterator[Path]:
    """The site, which the test must leave as it was."""
    before, target = contents(root / "site"), (root / "site").readlink()
    yield root / "site"
    assert (root / "site").readlink() == target
    assert contents(root / "site") == before


def refused(root: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Build, which must fail; returns the one sentence that says why."""
    capsys.readouterr()
    assert cli.run(["build", "--root", str(root), *more]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("masterplan: ")
    assert said.err.count("\n") == 1
    return said.err


def append(path: Path, text: str) -> None:
    path.write_text(f"{path.read_text()}\n\n{text}\n")


def no_folders_but(root: Path, *kept: Path) -> bool:
    """Whether the builds of these sites are there and no others."""
    builds = {path for path in (root / ".site-builds").iterdir() if path.is_dir()}
    return builds == {path.resolve().parent for path in kept}


@pytest.mark.parametrize(("host", "what"), WRONG)
@pytest.mark.usefixtures("site")
def test_a_wrong_page_is_named_and_not_published(
    root: Path, host: Host, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, says = WRONG_PAGES[what]
    append(root / "docs" / "next.md", text)
    assert says in refused(root, capsys, "--host", host)
    assert no_folders_but(root, root / "site")


@pytest.mark.usefixtures("site")
def test_a_wrong_plan_is_told_whole_and_not_published(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append(root / "plan_data" / "plan.yml", "titel: Twice\nstart: soon")
    append(root / "plan_data" / "sprints" / "1-a.yml", "risk:\n  level: lowest")
    assert cli.run(["build", "--root", str(root)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    for finding in ("unknown-field", "not-a-date", "unknown-value", "3 errors"):
        assert finding in said.err


SETTINGS = {
    "no settings": (None, "there is no mkdocs.yml in "),
    "not YAML": (("nav:", "nav: ["), "mkdocs.yml: "),
    "unknown setting": (("extra:\n", "extra:\n  masterplan:\n    tody: x\n"), "has no setting tody; there are "),
    "a day": (("extra:\n", "extra:\n  masterplan:\n    today: '2025-11-16'\n"), "has no setting today; there are "),
    "lenient macros": (("on_error_fail: true", "on_error_fail: false"), "needs on_error_fail: true"),
    "lenient names": (("on_undefined: strict", "on_undefined: keep"), "on_undefined: strict"),
    "scripts that are no list": (("theme:", "extra_javascript: 5\ntheme:"), "extra_javascript: must be a list"),
    "plugins that are no list": (("plugins:\n", "plugins: 5\nextra_css:\n"), "plugins: must be a list"),
    "extensions that are no list": (
        ("markdown_extensions:\n", "markdown_extensions: 5\nextra_css:\n"),
        "markdown_extensions: must be a list",
    ),
    "a copyright that is no text": (("theme:", "copyright: [1]\ntheme:"), "copyright: must be a text"),
    "ours that are a number": (("extra:\n", "extra:\n  masterplan: 5\n  x:\n"), "extra: masterplan: must be a group"),
    "itself": (("theme:", "INHERIT: mkdocs.yml\ntheme:"), "INHERIT leads back to the same file"),
    "a bell for the terminal": (("extra:\n", 'extra:\n  masterplan:\n    "\\ax": 1\n'), "no setting \ufffdx;"),
    "page not there": (("order.md", "odrer.md"), "odrer.md"),
    "page left out": (("theme:", "exclude_docs: sprints/SPRINT_1*\ntheme:"), "SPRINT_1"),
}


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("edit", "says"), SETTINGS.values(), ids=SETTINGS)
@pytest.mark.usefixtures("site")
def test_wrong_settings_are_told(
    root: Path, host: Host, edit: tuple[str, str] | None, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if edit:
        change(root / "mkdocs.yml", *edit)
    else:
        (root / "mkdocs.yml").unlink()
    assert says in refused(root, capsys, "--host", host)


OTHER_KINDS = ["- a", "text", "5", "extra: [1]", "nav: 5", "watch: [5]", "INHERIT: 5", "site_name: [a]"]


@pytest.mark.parametrize("text", OTHER_KINDS)
def test_settings_of_another_kind_are_one_sentence(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan(tmp_path, BASE)
    (tmp_path / "mkdocs.yml").write_text(f"{text}\n")
    assert "mkdocs.yml: " in refused(tmp_path, capsys)


def test_no_name_of_a_file_is_obeyed_by_the_terminal(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "docs" / "\x1b[31mred\x07\u202e.md").symlink_to("next.md")
    assert "docs/\ufffd[31mred\ufffd\ufffd.md is a symbolic link" in refused(root, capsys)


@pytest.mark.usefixtures("site")
def test_mkdocs_without_the_plugin_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(root / "mkdocs.yml", f"  - masterplan:\n      without: {WITHOUT}\n", "")
    assert "plugins: lacks masterplan" in refused(root, capsys)


@pytest.mark.usefixtures("site")
def test_no_plan_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(root / "plan_data")
    assert cli.run(["build", "--root", str(root)]) == 1
    assert "missing-file there is no plan" in capsys.readouterr().err


@pytest.fixture
def handbook(root: Path) -> Path:
    """The folder of pages, under another name and inside another folder."""
    (root / "team").mkdir()
    change(root / "mkdocs.yml", "strict: true\n", "strict: true\ndocs_dir: team/handbook\n")
    return (root / "docs").rename(root / "team" / "handbook")


@pytest.mark.parametrize("host", HOSTS)
def test_pages_may_be_in_another_folder(root: Path, host: Host, handbook: Path) -> None:
    (handbook / "sprints" / "SPRINT_1.md").write_text("Written by the team.\n")
    assert cli.run(["build", "--root", str(root), "--host", host]) == 0
    assert "Written by the team." in words(article(pages(root / "site")["sprints/SPRINT_1/index.html"]))


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.usefixtures("site")
def test_a_link_in_another_folder_of_pages_is_refused(
    root: Path, host: Host, handbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (handbook / "x.md").symlink_to("/etc/hostname")
    assert "team/handbook/x.md is a symbolic link" in refused(root, capsys, "--host", host)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.usefixtures("site")
def test_a_mistake_in_another_folder_of_pages_is_named_with_it(
    root: Path, host: Host, handbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    append(handbook / "next.md", "{{ nope() }}")
    assert "masterplan: team/handbook/next.md:4: UndefinedError" in refused(root, capsys, "--host", host)


def link_docs(root: Path) -> str:
    (root / "docs").rename(root.parent / "elsewhere")
    (root / "docs").symlink_to(root.parent / "elsewhere")
    return "docs is a symbolic link"


def link_outer_folder(root: Path) -> str:
    (root / "docs").rename(root.parent / "handbook")
    (root / "team").symlink_to(root.parent)
    change(root / "mkdocs.yml", "strict: true\n", "strict: true\ndocs_dir: team/handbook\n")
    return "team is a symbolic link"


def docs_outside(root: Path) -> str:
    (root / "docs").rename(root.parent / "handbook")
    change(root / "mkdocs.yml", "strict: true\n", "strict: true\ndocs_dir: ../handbook\n")
    return "handbook is outside "


def hidden_link(root: Path) -> str:
    (root / "docs" / ".more").symlink_to("..")
    return "docs/.more is a symbolic link"


def pipe(root: Path) -> str:
    os.mkfifo(root / "docs" / "pipe.md")
    return "docs/pipe.md is neither a file nor a folder"


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("attack", [link_docs, link_outer_folder, docs_outside, pipe, hidden_link])
@pytest.mark.usefixtures("site")
def test_pages_are_files_of_the_repository(
    root: Path, host: Host, attack: Callable[[Path], str], capsys: pytest.CaptureFixture[str]
) -> None:
    says = attack(root)
    assert says in refused(root, capsys, "--host", host)


@pytest.mark.parametrize("host", HOSTS)
def test_what_editors_leave_among_the_pages_is_not_published(root: Path, host: Host) -> None:
    docs = root / "docs"
    (docs / ".#next.md").symlink_to("ada@machine.1234:1")
    (docs / "sprints" / ".#index.md").symlink_to("/etc/hostname")
    os.mkfifo(docs / ".pipe")
    (docs / "old~").mkdir()
    for name in ("#next.md#", "next.md~", "old~/page.md", ".next.md.swp"):
        (docs / name).write_text("{{ nope() }} scratch")
    assert cli.run(["build", "--root", str(root), "--host", host]) == 0
    assert not any("#" in name or "~" in name or b"scratch" in text for name, text in contents(root / "site").items())


@pytest.mark.parametrize("target", ["/etc/hostname", "/etc", "nowhere"])
@pytest.mark.parametrize("link", ["docs/x.md", "docs/sprints/x", "plan_data/more", "plan_data/sprints/7-x.yml"])
@pytest.mark.usefixtures("site")
def test_a_symbolic_link_is_not_followed(
    root: Path, link: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / link).symlink_to(target)
    assert cli.run(["build", "--root", str(root)]) in {1, 2}
    assert link in capsys.readouterr().err


def test_hidden_files_of_the_plan_are_not_published(root: Path) -> None:
    (root / "secret").write_text("hunter2")
    (root / "plan_data" / ".secret.yml").symlink_to(root / "secret")
    (root / "plan_data" / ".git").mkdir()
    (root / "plan_data" / ".git" / "config.yml").write_text("hunter2")
    assert cli.run(["build", "--root", str(root)]) == 0
    assert not any(b"hunter2" in content for content in contents(root / "site").values())


@pytest.mark.parametrize(
    "place", ["docs/site", "plan_data/site", ".git/site", ".", "..", "/", "docs", "mkdocs.yml", "mkdocs.yml/site"]
)
@pytest.mark.usefixtures("site")
def test_a_place_that_holds_something_else_is_refused(
    root: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(root / "docs") | contents(root / "plan_data")
    assert "this is a bug" not in refused(root, capsys, "--site", str(root / place))
    assert contents(root / "docs") | contents(root / "plan_data") == before
    assert (root / "mkdocs.yml").is_file()


def precious(folder: Path) -> dict[str, bytes]:
    """A folder with content that no build may touch."""
    (folder / ".git").mkdir(parents=True)
    for name in ("index.html", "404.html", "sitemap.xml", "CNAME", ".git/config"):
        (folder / name).write_text("mine")
    return contents(folder)


def test_a_folder_that_no_build_wrote_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = root.parent / "pages"
    before = precious(other)
    for _ in range(2):
        assert "has content that no build wrote" in refused(root, capsys, "--site", str(other))
    assert contents(other) == before


def test_a_link_that_no_build_made_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, link = root.parent / "pages", root.parent / "link"
    before = precious(other)
    link.symlink_to(other)
    assert "is a symbolic link that no build made" in refused(root, capsys, "--site", str(link))
    assert (link.readlink(), contents(other)) == (other, before)


@pytest.mark.parametrize("name", ["CNAME", ".git/config", "index.html"])
def test_what_people_put_into_a_site_is_never_removed(
    root: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "site" / ".git").mkdir()
    (root / "site" / name).write_text("mine")
    before = contents(root / "site")
    assert "has content that no build wrote" in refused(root, capsys)
    old = (root / "site").resolve()
    (root / "site").unlink()
    for _ in range(2):
        assert cli.run(["build", "--root", str(root)]) == 0
    assert contents(old) == before


def test_what_comes_to_the_place_of_a_site_during_its_build_stays(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other, lead = root.parent / "later", site_folder.swap

    def late(fresh: Path, site: Path) -> None:
        precious(other)
        lead(fresh, site)

    monkeypatch.setattr(site_folder, "swap", late)
    assert "has content that no build wrote" in refused(root, capsys, "--site", str(other))
    assert (other / "CNAME").read_text() == "mine"


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_a_site_is_built_on_every_day_that_can_be_today(root: Path, day: str) -> None:
    shutil.rmtree(root / ".git", ignore_errors=True)
    assert cli.run(["build", "--root", str(root), "--today", day]) == 0


def test_an_empty_folder_becomes_the_site(root: Path) -> None:
    empty = root.parent / "empty"
    empty.mkdir()
    assert cli.run(["build", "--root", str(root), "--site", str(empty)]) == 0
    assert (empty / "index.html").is_file()


def test_a_dangling_link_is_replaced_or_stays(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site, target = root / "site", (root / "site").readlink()
    shutil.rmtree(root / ".site-builds")
    append(root / "docs" / "next.md", "{{ nope() }}")
    refused(root, capsys)
    assert site.readlink() == target
    change(root / "docs" / "next.md", "{{ nope() }}", "")
    assert cli.run(["build", "--root", str(root)]) == 0
    assert (site / "index.html").is_file()


@pytest.mark.parametrize("target", [".", "../elsewhere"])
def test_a_linked_workshop_is_refused_and_nothing_is_swept(
    root: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    precious(root.parent / "elsewhere" / "folder")
    shutil.rmtree(root / ".site-builds")
    (root / ".site-builds").symlink_to(target)
    before = contents(root), contents(root.parent / "elsewhere")
    assert ".site-builds is a symbolic link" in refused(root, capsys)
    assert (contents(root), contents(root.parent / "elsewhere")) == before


@pytest.mark.parametrize("name", ["lock", ".gitignore"])
@pytest.mark.usefixtures("site")
def test_a_linked_file_of_the_workshop_is_refused(root: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    other = root.parent / "other"
    other.write_text("mine")
    (root / ".site-builds" / name).unlink()
    (root / ".site-builds" / name).symlink_to(other)
    assert f"{name} is a symbolic link" in refused(root, capsys)
    assert other.read_text() == "mine"


def test_only_what_a_build_made_is_swept(root: Path) -> None:
    workshop, elsewhere = root / ".site-builds", root.parent / "elsewhere"
    before = precious(workshop / "build-mine")
    shutil.copytree(next(workshop.glob("build-*/made-by-masterplan")).parent, elsewhere)
    (workshop / "build-linked").symlink_to(elsewhere)
    kept = contents(elsewhere)
    for _ in range(2):
        assert cli.run(["build", "--root", str(root)]) == 0
    assert (contents(workshop / "build-mine"), contents(elsewhere)) == (before, kept)


def refuse_link(*_: object, **__: object) -> NoReturn:
    raise OSError(1314, "A required privilege is not held by the client")


def test_without_links_the_site_is_a_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built = contents(root / "site")
    monkeypatch.setattr(Path, "symlink_to", refuse_link)
    for _ in range(3):
        assert cli.run(["build", "--root", str(root)]) == 0
        assert not (root / "site").is_symlink()
        assert contents(root / "site") == built
    (root / "site" / "CNAME").write_text("mine")
    assert "has content that no build wrote" in refused(root, capsys)
    assert contents(root / "site") == {**built, "CNAME": b"mine"}
    (root / "site" / "CNAME").unlink()
    monkeypatch.undo()
    assert cli.run(["build", "--root", str(root)]) == 0
    assert (root / "site").is_symlink()


@pytest.mark.parametrize("folder", [False, True])
def test_a_site_that_cannot_be_moved_stays(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, folder: bool
) -> None:
    monkeypatch.setattr(Path, "symlink_to", refuse_link)
    if folder:
        assert cli.run(["build", "--root", str(root)]) == 0
    before, rename = contents(root / "site"), Path.rename

    def refuse_fresh(self: Path, target: Path) -> Path:
        return refuse_link() if self.name == "site" and target.name == "site" else rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_fresh)
    assert "required privilege" in refused(root, capsys)
    assert contents(root / "site") == before


def test_a_web_server_may_read_the_site_whatever_the_umask(root: Path) -> None:
    shutil.rmtree(root / ".site-builds")
    done = subprocess.run(command("build"), cwd=root, umask=0o077, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = (root / "site").resolve()
    for path in (site.parent.parent, site.parent, site, *site.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


def test_a_site_may_stand_anywhere_and_no_build_touches_another_site(root: Path) -> None:
    elsewhere = root.parent / "deep" / "down" / "site"
    assert cli.run(["build", "--root", str(root), "--site", str(elsewhere)]) == 0
    before = contents(elsewhere), contents(root / "site")
    for _ in range(2):
        assert cli.run(["build", "--root", str(root), "--site", str(root / "third")]) == 0
    assert (contents(elsewhere), contents(root / "site")) == before


def test_builds_are_not_offered_to_git(root: Path) -> None:
    (root / ".gitignore").write_text("/site\n")
    told = subprocess.run(
        ("git", "-C", root, "status", "--porcelain"), capture_output=True, text=True, check=True
    ).stdout
    assert "-builds" not in told


@pytest.fixture
def busy(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A build in its middle, for as long as the test wants."""
    append(root / "docs" / "next.md", ENDLESS)
    before = set((root / ".site-builds").iterdir())
    with subprocess.Popen(
        command("build"), cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        wait_for(lambda: set((root / ".site-builds").iterdir()) - before, running)
        yield running
        running.kill()
    change(root / "docs" / "next.md", ENDLESS, "")


def wait_for(happened: Callable[[], object], running: subprocess.Popen[str]) -> None:
    while not happened():
        assert running.poll() is None, running.communicate()
        time.sleep(0.01)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("site")
def test_a_killed_build_leaves_the_old_site(root: Path, busy: subprocess.Popen[str], how: signal.Signals) -> None:
    busy.send_signal(how)
    said, why = busy.communicate()
    assert said == ""
    assert "Traceback" not in why
    if how == signal.SIGINT:
        assert (busy.returncode, why) == (2, "masterplan: interrupted\n")
        assert no_folders_but(root, root / "site")
    else:
        assert busy.returncode == -how
        assert not no_folders_but(root, root / "site")


def test_the_next_build_sweeps_what_a_killed_one_left(root: Path, busy: subprocess.Popen[str]) -> None:
    busy.kill()
    busy.communicate()
    old = (root / "site").resolve()
    change(root / "docs" / "next.md", ENDLESS, "")
    assert cli.run(["build", "--root", str(root)]) == 0
    assert no_folders_but(root, old, root / "site")
    append(root / "docs" / "next.md", ENDLESS)


@pytest.mark.usefixtures("site", "busy")
def test_a_second_build_at_the_same_time_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "another build of " in refused(root, capsys)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.usefixtures("site")
def test_a_full_disk_leaves_the_old_site(root: Path, host: Host) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        command("build", "--host", host),
        cwd=root,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=small_files,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("masterplan: ")
    assert done.stderr.count("\n") == 1


def test_readers_never_miss_a_file(root: Path) -> None:
    names = [name for name in contents(root / "site") if name.endswith(".html")]
    misses, reads, over = [], 0, Event()

    def read() -> None:
        nonlocal reads
        while not over.is_set():
            for name in names:
                try:
                    (root / "site" / name).read_bytes()
                except OSError as error:
                    misses.append(error)
                reads += 1

    reader = Thread(target=read)
    reader.start()
    built = [cli.run(["build", "--root", str(root)]) for _ in range(2)]
    over.set()
    reader.join()
    assert built == [0, 0]
    assert misses == []
    assert reads > len(names)


def test_plain_mkdocs_makes_the_same_site(root: Path) -> None:
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


# Whole pages that cannot be read, and what the one sentence says of each.
BROKEN_PAGES = {
    "latin-1": (b"# Caf\xe9\n", ": byte 6 is not UTF-8"),
    "not YAML": (b"---\nicon: x\ntitle: a: b\n---\nText\n", ":3: the front matter is not YAML: mapping values"),
    "a list": (b"---\n- a\n---\nText\n", ":1: the front matter is not `key: value` lines"),
    "not closed": (b"---\ntitle: x\n\nText\n", ":1: the front matter has no end"),
    "a line of a generated page": (b"---\ntitle: x\n---\n\nText\n\n{{ nope }}\n", ":7: UndefinedError"),
}


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("page", ["docs/order.md", "docs/sprints/SPRINT_1.md"])
@pytest.mark.parametrize(("text", "says"), BROKEN_PAGES.values(), ids=BROKEN_PAGES)
@pytest.mark.usefixtures("site")
def test_a_page_that_cannot_be_read_is_named_with_its_line(  # noqa: PLR0913, PLR0917 - what is tried, and where
    root: Path, host: Host, page: str, text: bytes, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / page).write_bytes(text)
    assert f"{page}{says}" in refused(root, capsys, "--host", host)


@pytest.mark.parametrize("host", HOSTS)
def test_text_of_a_sprint_under_an_old_name_is_told_with_its_cause(
    root: Path, host: Host, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "docs" / "sprints" / "SPRINT_1_old_title.md").write_text("Our notes\n")
    says = "docs/sprints/SPRINT_1_old_title.md: the page of Sprint 1 is SPRINT_1.md; rename the file, or write "
    assert f"{says}`page: SPRINT_1_old_title.md` in plan_data/sprints/1-a.yml" in refused(root, capsys, "--host", host)
    change(root / "plan_data/sprints/1-a.yml", "title: A", "title: B\npage: SPRINT_1_old_title.md")
    assert cli.run(["build", "--root", str(root), "--host", host]) == 0
    assert "Our notes" in words(article(pages(root / "site")["sprints/SPRINT_1_old_title/index.html"]))


@pytest.mark.parametrize("host", HOSTS)
def test_the_page_for_what_is_not_found_knows_the_folder_of_the_site(root: Path, host: Host) -> None:
    done = masterplan(root, "build", "--host", host, SITE_URL="https://plan.example.org/team/plan/")
    assert done.returncode == 0, done.stderr
    links = [link.attributes["href"] or "" for link in pages(root / "site")["404.html"].css("[href]")]
    assert [link for link in links if not link.startswith(("/team/plan/", "#"))] == []
    assert len(links) > 5


def test_a_dead_link_on_the_page_for_what_is_not_found_is_seen(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "overrides").mkdir()
    (root / "overrides" / "404.html").write_text(
        '{% extends "main.html" %}{% block content %}<h1>No</h1><a href="/nowhere/">x</a>{% endblock %}'
    )
    change(root / "mkdocs.yml", "theme:\n", "theme:\n  custom_dir: overrides\n")
    assert "404.html: no such page: /nowhere/" in refused(root, capsys)


def test_addresses_that_other_programs_follow_may_stand_on_a_page(root: Path) -> None:
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


def test_a_team_writes_more_on_a_sprint_page(root: Path) -> None:
    body = "---\ndescription: Of indexes\n---\n\n## Our notes\n\nSee [the order](../order.md).\n"
    (root / "docs" / "sprints" / "SPRINT_1.md").write_text(body)
    for host in HOSTS:
        assert cli.run(["build", "--root", str(root), "--host", host]) == 0
        page = pages(root / "site")["sprints/SPRINT_1/index.html"]
        headings = [node.text().rstrip("¶") for node in page.css("article h1, article h2")]
        assert headings[0] == "Sprint 1: A"
        assert headings[-1] == "Our notes"
        (described,) = page.css('meta[name="description"]')
        assert described.attributes["content"] == "Of indexes"


@pytest.mark.parametrize("host", HOSTS)
def test_a_site_shows_the_day_that_the_option_or_the_environment_names(root: Path, host: Host) -> None:
    append(root / "docs" / "next.md", "{{ progress_summary() }}")

    def summary(*options: str, **environment: str) -> str:
        assert masterplan(root, "build", "--host", host, *options, **environment).returncode == 0
        return words(article(pages(root / "site")["next/index.html"]))

    assert "2025-12-01" in summary(TODAY="2025-12-01")
    assert "2025-12-24" in summary("--today", "2025-12-24", TODAY="2025-12-01")
    assert "2025-12-17" in summary(TODAY="", SOURCE_DATE_EPOCH="1766000000")
