"""A build remembers the inputs of the last one: it skips a site that would be the same, and builds in case of doubt."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masterplan.errors import BuildError
from masterplan.git.commands import MEMORY
from masterplan.publish import hosts, inputs, last_build, mkdocs_host
from masterplan.publish.project import Project
from masterplan.publish.verify import KnownPages
from tests.plans import BASE
from tests.sites import append, called, change, commit, contents, copies, masterplan, small_repository

PLAN = BASE | {
    "plan.yml": f"{BASE['plan.yml']}documentation:\n  after_each_sprint:\n    - path: notes/NOTES.md\n",
}
"""A plan that names a document of its repository."""

CURRENT = "site/ is up to date, built from commit "


@pytest.fixture
def root(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a remembered site; builds in this process copy the files of another site instead."""
    copy = copies(published / "site")
    monkeypatch.setattr(mkdocs_host, "build_with_mkdocs", copy)
    monkeypatch.setattr(hosts, "HOSTS", {"mkdocs": copy, "zensical": copy})
    root = tmp_path / "plan"
    shutil.copytree(published, root, symlinks=True, ignore=shutil.ignore_patterns("site", ".site-builds", MEMORY))
    (root / "plan_data" / "plan.yml").write_text(PLAN["plan.yml"])
    commit(root)
    assert builds(root)
    return root


def builds(root: Path, *arguments: str, **environment: str) -> bool:
    """Whether a build makes the site again, after checking that its output says so."""
    before = (root / "site").resolve()
    done = called(root, "build", *arguments, **environment)
    assert done.returncode == 0, done.stderr
    is_new = (root / "site").resolve() != before
    assert done.stdout.startswith("Built site/ from commit " if is_new else CURRENT), done.stdout
    return is_new


def git(root: Path, *arguments: str) -> None:
    """Run Git in a repository."""
    identity = ("-c", "user.name=tests", "-c", "user.email=tests")
    subprocess.run(("git", "-C", str(root), *identity, *arguments), check=True)


def head(root: Path) -> str:
    """The commit that is checked out."""
    done = subprocess.run(("git", "-C", str(root), "rev-parse", "HEAD"), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def memory(root: Path) -> Path:
    """The file with the memory of builds; there is only one."""
    (path,) = (root / ".git" / MEMORY).glob("build-*.json")
    return path


def test_an_unchanged_site_is_not_built_again(root: Path) -> None:
    first = called(root, "build").stdout
    assert first.startswith(CURRENT)
    assert "; its audit shows 1 gap" in first, "the audit counts what it counted when the site was built"
    (root / ".git" / MEMORY).joinpath(memory(root).name).unlink()
    built = called(root, "build").stdout
    assert built.removeprefix("Built site/ from ") == first.removeprefix("site/ is up to date, built from ")


def test_a_skipped_build_does_not_import_the_site_generator(root: Path) -> None:
    assert masterplan(root, "build").returncode == 0
    program = "import sys; from masterplan.cli.app import run; print(run(['build']), *sys.modules)"
    done = subprocess.run((sys.executable, "-c", program), cwd=root, capture_output=True, text=True, check=True)
    line, loaded = done.stdout.splitlines()
    assert line.startswith(CURRENT)
    heavy = {"mkdocs", "jinja2", "markdown", "yaml", "masterplan.analyse", "masterplan.load.loader"}
    assert heavy.intersection(loaded.split()) == set()


def move(old: Path, new: Path) -> None:
    """Rename a file."""
    old.rename(new)


def write(path: Path, text: str = "") -> None:
    """Write a file, and the folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


Edit = Callable[[Path], object]

EDITS: Mapping[str, Edit] = {
    "value": lambda root: change(root / "plan_data/sprints/1-a.yml", "title: A", "title: Nests"),
    "comment": lambda root: append(root / "plan_data/plan.yml", "# nothing"),
    "added file": lambda root: write(root / "plan_data/progress/2026.yml", "entries: []\n"),
    "removed file": lambda root: (root / "plan_data/options.yml").unlink(),
    "renamed file": lambda root: move(root / "plan_data/sprints/1-a.yml", root / "plan_data/sprints/1-b.yml"),
    "page": lambda root: append(root / "docs/next.md", "More."),
    "picture": lambda root: write(root / "docs/picture.svg", "<svg/>"),
    "empty folder": lambda root: (root / "docs/empty").mkdir(),
    "setting": lambda root: append(root / "mkdocs.yml", "site_author: Ada"),
    "document": lambda root: write(root / "notes/NOTES.md"),
    "commit": lambda root: git(root, "commit", "--quiet", "--allow-empty", "-m", "Again"),
    "history": lambda root: write(root / ".git/info/grafts", f"{head(root)}\n"),
    "names of authors": lambda root: write(root / ".mailmap", "Ada <ada@example.com> <tests>\n"),
    "settings of Git": lambda root: git(root, "config", "log.mailmap", "false"),
    "shallow clone": lambda root: write(root / ".git/shallow", "0" * 40),
}
"""Edits that a page may show."""


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_that_a_page_may_show_is_built(root: Path, edit: Edit) -> None:
    edit(root)
    assert builds(root)
    assert not builds(root), "remembered again"


def test_a_missing_watched_folder_is_built(root: Path) -> None:
    (root / "code").mkdir()
    append(root / "mkdocs.yml", "watch: [code]")
    assert builds(root)
    assert not builds(root)
    (root / "code").rmdir()
    assert builds(root), "MkDocs wants folders to be there that it watches"


@pytest.mark.parametrize("name", ["SITE_URL", "SOURCE_URL", "COMMIT_URL", "EDIT_URL", "SOURCE_DATE_EPOCH"])
def test_a_changed_environment_variable_is_built(root: Path, name: str) -> None:
    value = "1763640000" if name == "SOURCE_DATE_EPOCH" else "https://example.org"
    assert builds(root, **{name: value})
    assert not builds(root, **{name: value})
    assert builds(root, **{name: ""})


def test_another_day_is_built(root: Path) -> None:
    assert builds(root, "--today", "2025-11-21")
    assert not builds(root, TODAY="2025-11-21")
    assert builds(root)


def test_the_day_follows_the_time_zone_of_the_plan(root: Path) -> None:
    append(root / "plan_data/plan.yml", "timezone: Pacific/Auckland")
    assert builds(root, TODAY="", SOURCE_DATE_EPOCH="1763640000")
    assert not builds(root, TODAY="", SOURCE_DATE_EPOCH="1763640000")
    assert not builds(root, TODAY="2025-11-21", SOURCE_DATE_EPOCH="1763640000")


def test_a_restored_value_is_built_but_a_new_timestamp_is_not(root: Path) -> None:
    sprint = root / "plan_data/sprints/1-a.yml"
    change(sprint, "title: A", "title: Nests")
    assert builds(root)
    change(sprint, "title: Nests", "title: A")
    assert builds(root)
    os.utime(sprint, (0, 0))
    assert not builds(root), "modification times do not matter"


def settings_with(old: str, new: str) -> Edit:
    """An edit of the settings."""
    return lambda root: change(root / "mkdocs.yml", old, new)


def appended(path: str, text: str) -> Edit:
    """An edit that adds a paragraph."""
    return lambda root: append(root / path, text)


def page_with(text: str) -> Edit:
    """An edit of a page."""
    return appended("docs/next.md", text)


def written(path: str, text: str = "") -> Edit:
    """An edit that adds a file."""
    return lambda root: write(root / path, text)


def together(*edits: Edit) -> Edit:
    """Several edits as one."""
    return lambda root: [edit(root) for edit in edits]


def lock_file(root: Path) -> None:
    """Add a lock file among the pages: a broken link, as some editors make for an open file."""
    (root / "docs/.#next.md").symlink_to("nobody@nowhere")


UNKNOWN: Mapping[str, Edit] = {
    "time": page_with("{{ now() }}"),
    "another page": page_with('{% include "roadmap.md" %}'),
    "what the macros plugin knows": page_with("{{ git.date }}"),
    "inside a macro": page_with("{{ what_now.__globals__ }}"),
    "chance": page_with('{{ ["a", "b"] | random }}'),
    "macros": written("main.py", "def define_env(env): ..."),
    "hooks": together(appended("mkdocs.yml", "hooks: [hook.py]"), written("hook.py")),
    "templates": together(
        settings_with("  name: material", "  name: material\n  custom_dir: theme"),
        written("theme/main.html", '{% extends "base.html" %}'),
    ),
    "plugin": settings_with("  - masterplan:", "  - offline\n  - masterplan:"),
    "setting of a plugin": settings_with(
        "modules: [masterplan.macros]", "modules: [masterplan.macros]\n      include_dir: docs"
    ),
    "extension": settings_with("  - attr_list", "  - attr_list\n  - pymdownx.snippets"),
    "value in Python": settings_with(
        "      permalink: true", "      slugify: !!python/name:markdown.extensions.toc.slugify"
    ),
    "other settings": together(written("base.yml", "site_author: Ada"), appended("mkdocs.yml", "INHERIT: base.yml")),
    "names of authors": lambda root: git(root, "config", "mailmap.file", "/elsewhere"),
    "commits elsewhere": lambda root: git(root, "config", "remote.origin.promisor", "true"),
    "link": lock_file,
}
"""Edits that make a site depend on unknown inputs."""


@pytest.mark.parametrize("edit", UNKNOWN.values(), ids=UNKNOWN)
def test_a_site_with_unknown_inputs_is_always_built(root: Path, edit: Edit) -> None:
    edit(root)
    assert builds(root)
    assert builds(root)


@pytest.mark.parametrize("host", ["zensical"])
def test_another_host_remembers_nothing(root: Path, host: str) -> None:
    assert builds(root, "--host", host)
    assert builds(root, "--host", host)


def test_another_version_remembers_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "program", lambda: "another")
    assert builds(root)
    assert not builds(root)
    monkeypatch.setattr(inputs, "program", lambda: "")
    assert builds(root)
    assert builds(root)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"place": 1}', b"\xff", b"[" * 100_000, b'{"reach": {"paths": 1}}']
)
def test_broken_or_missing_memory_is_replaced(root: Path, content: bytes) -> None:
    memory(root).write_bytes(content)
    assert builds(root)
    assert not builds(root)
    shutil.rmtree(root / ".git" / MEMORY)
    assert builds(root)
    assert not builds(root)


def test_without_writable_memory_the_site_is_always_built(root: Path) -> None:
    """A file is in the place of the folder."""
    shutil.rmtree(root / ".git" / MEMORY)
    write(root / ".git" / MEMORY, "in the way")
    assert builds(root)
    assert builds(root)


def test_memory_of_a_deleted_site_is_deleted(root: Path) -> None:
    other = root.parent / "other" / "site"
    assert called(root, "build", "--site", str(other)).returncode == 0
    assert len(list((root / ".git" / MEMORY).glob("build-*.json"))) == 2
    shutil.rmtree(other.parent)
    append(root / "docs/next.md", "More.")
    assert builds(root)
    assert memory(root)


def test_an_edit_during_a_build_is_built_by_the_next(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even an edit that is undone during the build."""
    copy, page = mkdocs_host.build_with_mkdocs, root / "docs/next.md"

    def edit_meanwhile(project: Project, site: Path) -> KnownPages:
        text = page.read_text()
        page.write_text("# Other\n")
        page.write_text(text)
        return copy(project, site)

    monkeypatch.setattr(mkdocs_host, "build_with_mkdocs", edit_meanwhile)
    monkeypatch.setattr(hosts, "HOSTS", {"mkdocs": edit_meanwhile})
    append(page, "More.")
    assert builds(root)
    assert builds(root)


def test_a_site_is_remembered_before_another_build_can_replace_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep, errors = last_build.keep, list[str]()

    def build_meanwhile(*arguments: Any) -> None:
        errors.append(called(root, "build", TODAY="2025-11-21").stderr)
        keep(*arguments)

    monkeypatch.setattr(last_build, "keep", build_meanwhile)
    append(root / "docs/next.md", "More.")
    assert builds(root)
    assert "another build of " in errors[0]
    assert not builds(root)


def test_an_interrupt_after_the_new_site_is_in_place_leaves_the_site(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    append(root / "docs/next.md", "More.")
    with monkeypatch.context() as patch:
        patch.setattr(last_build, "keep", interrupt)
        assert called(root, "build").stderr == "masterplan: interrupted\n"
    assert (root / "site/index.html").is_file()
    assert builds(root)


def test_a_failed_build_keeps_the_memory(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = root / "docs/next.md"
    text = page.read_text()
    append(page, "{{ what }}")
    with monkeypatch.context() as patch:
        patch.setattr(hosts, "HOSTS", {"mkdocs": lambda *_: (_ for _ in ()).throw(BuildError("broken"))})
        assert called(root, "build").returncode == 2
    page.write_text(text)
    assert not builds(root)


def edit_site(root: Path) -> None:
    """Change a page of the site."""
    append(root / "site/index.html", "mine")


def replace_by_link(root: Path) -> None:
    """Replace a page of the site with a link."""
    move(root / "site/index.html", root / "index.html")
    (root / "site/index.html").symlink_to(root / "index.html")


TAMPERED: Mapping[str, Edit] = {
    "edited": edit_site,
    "added": lambda root: write(root / "site/mine.txt"),
    "removed": lambda root: (root / "site/index.html").unlink(),
    "link in the place of a file": replace_by_link,
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_a_site_with_foreign_content_is_refused(root: Path, tamper: Edit) -> None:
    tamper(root)
    done = called(root, "build")
    assert (done.returncode, done.stdout) == (2, "")
    assert "has content that no build wrote" in done.stderr


def test_a_missing_or_unreadable_site_is_built(root: Path) -> None:
    (root / "site").unlink()
    shutil.rmtree(root / ".site-builds")
    assert called(root, "build").stdout.startswith("Built site/ from commit ")
    (root / "site/index.html").chmod(0o600)
    assert builds(root), "not everybody could read it"
    (root / ".site-builds").chmod(0o700)
    assert builds(root), "not everybody could enter it"
    (root / "site").resolve().parent.chmod(0o700)
    assert builds(root), "not everybody could enter it"


def test_no_branch_can_bring_a_site(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger commits a site with all files of a build and its memory."""
    copy = mkdocs_host.build_with_mkdocs

    def gift(project: Project, site: Path) -> KnownPages:
        known = copy(project, site)
        append(site / "index.html", "<p>A gift</p>")
        return known

    with monkeypatch.context() as patch:
        patch.setattr(hosts, "HOSTS", {"mkdocs": gift})
        git(root, "commit", "--quiet", "--allow-empty", "-m", "Before")
        assert builds(root)
    shutil.copytree(root / ".git" / MEMORY, root / MEMORY)
    git(root, "add", "--force", "--all")
    git(root, "commit", "--quiet", "-m", "A gift")
    clone = tmp_path / "clone"
    git(root, "clone", "--quiet", str(root), str(clone))
    assert "A gift" in (clone / "site/index.html").read_text()
    assert builds(clone)
    assert "A gift" not in (clone / "site/index.html").read_text()


# The tests below build with MkDocs, in place and in a clean copy, and compare.


def clean(root: Path, folder: Path) -> Path:
    """Copy a repository without the files of builds."""
    ignored = shutil.ignore_patterns("site", ".site-builds", MEMORY)
    return shutil.copytree(root, folder, symlinks=True, ignore=ignored)


def write_or_delete(path: Path, n: int, text: str) -> None:
    """Write a file, or delete it for 0."""
    write(path, text) if n else path.unlink(missing_ok=True)


def rename_sprint(root: Path, n: int) -> None:
    """Rename the file of a sprint."""
    (old,) = (root / "plan_data/sprints").glob("2-*.yml")
    move(old, old.with_name(f"2-{n}.yml"))


def change_setting(root: Path, n: int) -> None:
    """Change a setting."""
    text = (root / "mkdocs.yml").read_text().partition("site_author:")[0]
    write(root / "mkdocs.yml", f"{text}site_author: Ada{n}\n")


def commit_all(root: Path, n: int) -> None:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "-m", f"Commit {n}")


NUMBERED: Mapping[str, Callable[[Path, int], object]] = {
    "value": lambda root, n: write(root / "plan_data/sprints/1-a.yml", f'id: "1"\ntitle: A{n}\nowner: ada\n'),
    "detail": lambda root, n: write(root / "plan_data/sprints/3-c.yml", f'id: "3"\ntitle: C\nobjective: Hatch {n}\n'),
    "sprint": lambda root, n: write_or_delete(root / "plan_data/sprints/4-d.yml", n, f'id: "4"\ntitle: D{n}\n'),
    "rename": rename_sprint,
    "setting": change_setting,
    "page": lambda root, n: write(root / "docs/next.md", f"# Next\n\nText {n}.{' {{ plan_title() }}' if n else ''}\n"),
    "file": lambda root, n: write_or_delete(root / "docs/picture.svg", n, f"<svg>{n}</svg>"),
    "document": lambda root, n: write_or_delete(root / "notes/NOTES.md", n, "Notes"),
    "commit": commit_all,
}
"""Edits by kind; an edit with another number may undo it."""

VARIABLES: Mapping[str, Callable[[int], str]] = {
    "TODAY": lambda n: f"2025-11-2{n}",
    "SITE_URL": lambda n: f"https://example.org/{n}" if n else "",
    "SOURCE_URL": lambda n: "https://example.org/blob/COMMIT" if n else "",
}

EDIT = st.tuples(st.sampled_from([*NUMBERED, *VARIABLES]), st.integers(0, 2))


@given(rounds=st.lists(st.lists(EDIT, max_size=3), min_size=2, max_size=4))
@settings(max_examples=6, deadline=None)
def test_a_build_in_place_equals_a_clean_build_after_any_edits(rounds: list[list[tuple[str, int]]]) -> None:
    with TemporaryDirectory(prefix="masterplan-remembered-") as folder:
        here, environment = Path(folder, "here"), dict[str, str]()
        here.mkdir()
        small_repository(here, PLAN)
        for number, edits in enumerate(rounds):
            for kind, n in edits:
                if kind in VARIABLES:
                    environment[kind] = VARIABLES[kind](n)
                else:
                    NUMBERED[kind](here, n)
            environment["SOURCE_URL"] = environment.get("SOURCE_URL", "").replace("COMMIT", head(here))
            clean_copy = clean(here, Path(folder, f"clean-{number}"))
            in_place, fresh = (called(root, "build", **environment) for root in (here, clean_copy))
            assert (in_place.returncode, fresh.returncode) == (0, 0), in_place.stderr + fresh.stderr
            assert contents(here / "site") == contents(clean_copy / "site")
            assert in_place.stdout.partition("commit ")[2] == fresh.stdout.partition("commit ")[2]
            assert edits or not number or in_place.stdout.startswith(CURRENT)
