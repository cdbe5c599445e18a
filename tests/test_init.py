"""`masterplan init`: the files it writes, the files it leaves unchanged, and the questions it asks."""

import os
import pty
import subprocess
from datetime import date
from pathlib import Path

import pytest
import yaml

from masterplan.analyse import analyse
from masterplan.errors import UsageError
from masterplan.load import load
from masterplan.load.tree import exists_in
from masterplan.publish.init import Answers, init
from tests.plans import loaded
from tests.sites import article, called, change, command, masterplan, pages, words

NEXT = "\nNext:\n  masterplan serve\n  masterplan new sprint"
END = "\x04"
"""Ctrl-D at a terminal."""

START = ["plan_data/plan.yml", "mkdocs.yml", ".gitignore", ".github/workflows/plan.yml"]


def files(root: Path) -> dict[str, bytes]:
    """Every file by its path, except those of Git."""
    paths = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts[:1])
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def git(root: Path, *arguments: str) -> None:
    subprocess.run(("git", "-C", root, *arguments), check=True, capture_output=True)


def test_an_empty_folder_gets_a_plan_settings_and_a_workflow(tmp_path: Path) -> None:
    done = called(tmp_path, "init", "--yes", "--title", "Depots: a plan", "--first", "One", "--first", "日本語")
    assert done.returncode == 0, done.stderr
    assert set(files(tmp_path)) == {*START, "plan_data/sprints/1-one.yml", "plan_data/sprints/2-sprint.yml"}
    plan = loaded(tmp_path)
    assert plan.header.title == "Depots: a plan"
    assert [sprint.title for sprint in plan.sprints.values()] == ["One", "日本語"]
    assert NEXT in done.stdout
    assert not (tmp_path / ".git").exists()


def test_units_groups_and_start_are_options(tmp_path: Path) -> None:
    options = ("--unit", "Epic", "--units", "Epics", "--group", "Release", "--start", "2026-01-05", "--git")
    assert called(tmp_path, "init", "new/plan", *options).returncode == 0
    plan = loaded(tmp_path / "new/plan")
    assert (plan.unit.one, plan.unit.many, plan.header.start) == ("Epic", "Epics", date(2026, 1, 5))
    assert (plan.group.one, plan.group.many) == ("Release", "Releases")
    assert plan.header.title == "plan"
    assert (tmp_path / "new/plan/.git").is_dir()


@pytest.mark.parametrize("options", [(), ("--demo",)])
def test_a_comment_shows_how_to_set_the_time_zone(options: tuple[str, ...], tmp_path: Path) -> None:
    called(tmp_path, "init", "--yes", *options)
    change(tmp_path / "plan_data/plan.yml", "# timezone: ", "timezone: ")
    plan = loaded(tmp_path)
    assert plan.header.timezone == "Europe/Berlin"


def test_a_second_run_adds_only_missing_files(tmp_path: Path) -> None:
    called(tmp_path, "init", "--title", "First")
    (tmp_path / "mkdocs.yml").unlink()
    (tmp_path / ".gitignore").write_bytes(b"*.log")
    before = files(tmp_path)
    done = called(tmp_path, "init", "--title", "Second")
    after = files(tmp_path)
    assert "Wrote mkdocs.yml" in done.stdout
    assert "Left plan_data/plan.yml unchanged" in done.stdout
    assert after.pop("mkdocs.yml").startswith(b'site_name: "Second"\n')
    assert after == before | {".gitignore": b"*.log\n/site\n"}
    assert "Wrote" not in called(tmp_path, "init").stdout


@pytest.mark.parametrize(
    ("options", "title"), [((), "Live arrival times"), (("--title", "Depots: {a}"), "Depots: {a}")]
)
def test_the_site_of_the_demo_has_the_title_of_its_plan(options: tuple[str, ...], title: str, tmp_path: Path) -> None:
    for _ in range(2):
        assert called(tmp_path, "init", "--demo", *options).returncode == 0
        settings, plan = tmp_path / "mkdocs.yml", load(tmp_path).plan
        assert plan is not None
        assert plan.header.title == title
        assert settings.read_text("utf-8").startswith(f'site_name: "{title}"\n')
        settings.unlink()


def test_a_site_for_an_existing_plan_has_its_title(tmp_path: Path) -> None:
    called(tmp_path, "init", "--title", "First", "--publish", "none")
    (tmp_path / "mkdocs.yml").unlink()
    called(tmp_path, "init")
    assert (tmp_path / "mkdocs.yml").read_text("utf-8").startswith('site_name: "First"\n')


def test_line_ends_of_a_gitignore_are_kept(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"*.log\r\n")
    called(tmp_path, "init")
    assert (tmp_path / ".gitignore").read_bytes() == b"*.log\r\n/site\r\n"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--title", "a\u202eb"), "U+202E"),
        (("--unit", " "), "is empty"),
        (("--start", "soon"), "--start must be a date such as 2025-11-16, not soon"),
        (("--first", "x" * 1001), "1,000"),
    ],
)
def test_invalid_values_are_refused_before_anything_is_written(
    options: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    done = called(tmp_path, "init", "new", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (root / "plan_data").symlink_to(outside)
    done = called(root, "init")
    assert done.returncode == 2
    assert "is a symbolic link" in done.stderr
    assert (list(outside.iterdir()), [path.name for path in root.iterdir()]) == ([], ["plan_data"])


@pytest.mark.parametrize("name", ["mkdocs.yml", "mkdocs.yaml"])
def test_an_existing_site_keeps_its_settings_and_gets_lines_to_add(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("site_name: Handbook\n", "utf-8")
    done = called(tmp_path, "init", "--title", "T")
    assert files(tmp_path)[name] == b"site_name: Handbook\n"
    assert set(files(tmp_path)) == {name, ".gitignore", "plan_data/plan.yml"}
    shown = yaml.safe_load(done.stdout.partition("to mkdocs.yml:\n\n")[2].partition("\nNext:")[0])
    assert {"masterplan": {"folder": "plan"}} in shown["plugins"]
    assert ("Rename mkdocs.yaml to mkdocs.yml" in done.stdout) == (name == "mkdocs.yaml")


def test_the_workflow_is_at_the_root_and_has_the_folder_of_the_plan(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--initial-branch=trunk")
    called(tmp_path, "init", "teams/search", "--uses", "us/plans/.github/workflows/site.yml@v2")
    workflow = yaml.safe_load((tmp_path / ".github/workflows/plan-teams-search.yml").read_text("utf-8"))
    assert workflow[True]["push"] == {"branches": ["trunk"]}
    assert workflow["jobs"]["plan"]["uses"] == "us/plans/.github/workflows/site.yml@v2"
    assert workflow["jobs"]["plan"]["with"] == {"root": "teams/search"}
    assert not (tmp_path / "teams/search/.github").exists()


def test_a_repository_on_gitlab_gets_a_pipeline(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", "https://gitlab.example.org/team/plan.git")
    called(tmp_path, "init")
    pipeline = yaml.safe_load((tmp_path / ".gitlab-ci.yml").read_text("utf-8"))
    assert [list(include) for include in pipeline["include"]] == [["component"]]
    assert not (tmp_path / ".github").exists()


def test_a_repository_on_another_service_gets_advice_in_place_of_a_workflow(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "remote", "add", "origin", "https://git.example.org/team/plan.git")
    advice = called(tmp_path, "init").stdout
    assert not (tmp_path / ".github").exists()
    assert "run `masterplan init --publish gitlab`" in advice
    assert "No workflow" not in called(tmp_path, "init", "--publish", "none").stdout
    assert ".github/workflows/plan.yml" in called(tmp_path, "init", "--publish", "github").stdout


def test_no_workflow_is_written_with_publish_none(tmp_path: Path) -> None:
    called(tmp_path, "init", "--publish", "none")
    assert set(files(tmp_path)) == {"plan_data/plan.yml", "mkdocs.yml", ".gitignore"}


def test_the_demo_plan_has_two_findings_on_any_day(tmp_path: Path) -> None:
    for day in range(25, 32):
        today, root = date(2027, 12, day), tmp_path / str(day)
        init(root, Answers("Arrival times", demo=True), today)
        loaded = load(root)
        assert loaded.plan is not None, loaded.findings
        findings = analyse(loaded.plan, today, exists_in(root)).findings
        assert [finding.rule.id for finding in findings] == ["total-mismatch", "missing-document"]


def test_the_demo_plan_uses_every_file_and_most_fields_of_a_plan(tmp_path: Path) -> None:
    init(tmp_path, Answers("Arrival times", demo=True), date(2026, 1, 7))
    plan = loaded(tmp_path)
    assert all((plan.sprints, plan.phases, plan.options, plan.people, plan.entries))
    header, sprints = plan.header, plan.sprints.values()
    assert all((header.summary, header.testing.per_sprint, header.glossary, header.tables, header.next_steps))
    for field in ("savings", "metrics", "risk", "rollback", "tests", "tasks", "owner", "effort"):
        assert all(getattr(sprint, field) for sprint in sprints), field


def test_the_demo_plan_is_not_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "plan_data").mkdir()
    with pytest.raises(UsageError, match="already exists"):
        init(tmp_path, Answers("Arrival times", demo=True), date(2026, 1, 7))


def test_an_empty_plan_makes_a_site_and_a_new_sprint_is_on_its_pages(
    tmp_path: Path,
) -> None:
    assert called(tmp_path, "init", "--yes", "--title", "X").returncode == 0
    built = called(tmp_path, "build")
    assert built.returncode == 0, built.stderr
    empty = pages(tmp_path / "site")
    assert all(len(words(article(page))) > len("X ¶ ") for page in empty.values())
    assert "This plan has no sprints yet." in words(article(empty["index.html"]))
    called(tmp_path, "new", "sprint", "Parcel lockers")
    assert called(tmp_path, "build").returncode == 0
    site = pages(tmp_path / "site")
    lists = {"index.html", "start/index.html", "sprints/index.html", "print/index.html"}
    assert lists <= {name for name, page in site.items() if "Parcel lockers" in words(article(page))}
    assert "sprints/SPRINT_1/index.html" in site.keys() - empty.keys()
    assert words(site["sprints/index.html"].css("title")[0]) == "All sprints - X"


def test_a_site_with_the_printed_lines_includes_the_plan(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: Handbook\ntheme: {name: material, font: false}\n", "utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# Our handbook\n", "utf-8")
    (tmp_path / "docs/habits.md").write_text("# Our habits\n", "utf-8")
    advice = called(tmp_path, "init", "--title", "T", "--first", "Parcel lockers").stdout
    lines = advice.partition("to mkdocs.yml:\n\n")[2].partition("\n\nNext:")[0]
    with (tmp_path / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write(lines)
    built = called(tmp_path, "build")
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "site/habits/index.html").is_file()
    assert "Our handbook" in words(article(pages(tmp_path / "site")["index.html"]))
    assert (tmp_path / "site/plan/sprints/SPRINT_1/index.html").is_file()
    again = called(tmp_path, "init").stdout
    assert "Wrote" not in again
    assert "merge these lines" not in again
    assert not (tmp_path / ".github").exists()


# In a terminal


def at_terminal(root: Path, *arguments: str, answers: list[str], code: int = 0, path: str | None = None) -> str:
    """Run `masterplan init` in a terminal and type a line for each question; returns all output.

    `path` replaces the PATH.
    """
    own, theirs = pty.openpty()
    environment = os.environ | ({"PATH": path} if path is not None else {})
    process = subprocess.Popen(
        command("init", *arguments), cwd=root, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    os.write(own, "".join(answer if answer == END else f"{answer}\n" for answer in answers).encode())
    shown = b""
    while chunk := _read(own):
        shown += chunk
    os.close(own)
    assert process.wait() == code, shown
    return shown.decode()


def _read(terminal: int) -> bytes:
    """The next output; empty once the program has ended, which Linux reports as an error."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


def test_a_terminal_is_asked_for_missing_options(tmp_path: Path) -> None:
    shown = at_terminal(
        tmp_path,
        "--title",
        "Depots",
        answers=["Epic", "", "Stufe", "Stufen", "2026-01-05", "Sort parcels", "Load vans", "", "y"],
    )
    plan = loaded(tmp_path)
    assert (plan.header.title, plan.unit.many, plan.header.start) == ("Depots", "Epics", date(2026, 1, 5))
    assert (plan.group.one, plan.group.many) == ("Stufe", "Stufen")
    assert [sprint.title for sprint in plan.sprints.values()] == ["Sort parcels", "Load vans"]
    assert (tmp_path / ".git").is_dir()
    assert "Title of the plan" not in shown
    assert "Title" not in at_terminal(tmp_path, answers=[])


def test_a_terminal_is_asked_again_for_a_start_that_is_no_day(tmp_path: Path) -> None:
    shown = at_terminal(tmp_path, answers=["", "", "", "tomorrow", "2026-01-05", "", "n"])
    assert shown.count("First day of week 1") == 2
    assert "tomorrow is not a date such as 2025-11-16" in shown
    plan = load(tmp_path).plan
    assert plan is not None
    assert plan.header.start == date(2026, 1, 5)


def test_a_plural_is_asked_only_for_another_word(tmp_path: Path) -> None:
    shown = at_terminal(tmp_path, answers=["", "Story", "Stories", "", "", "", "n"])
    assert "The plural of Story [Storys]" in shown
    assert "The plural of Phase" not in shown
    plan = load(tmp_path).plan
    assert plan is not None
    assert (plan.unit.many, plan.group.many) == ("Stories", "Phases")


@pytest.mark.parametrize("answers", [[END], ["Depots", END]])
def test_the_end_of_input_at_a_question_writes_nothing(answers: list[str], tmp_path: Path) -> None:
    shown = at_terminal(tmp_path, answers=answers, code=2)
    assert shown.endswith("masterplan: interrupted\r\n")
    assert list(tmp_path.iterdir()) == []


def test_a_repository_is_not_offered_without_git(tmp_path: Path) -> None:
    shown = at_terminal(tmp_path, answers=["Depots", "", "", "", ""], path="")
    assert "Git repository" not in shown
    assert loaded(tmp_path).header.title == "Depots"


def test_nothing_is_asked_with_yes_or_in_a_pipe(tmp_path: Path) -> None:
    assert "?" not in at_terminal(tmp_path, "--yes", answers=[])
    assert "?" not in masterplan(tmp_path, "init", "piped").stdout
