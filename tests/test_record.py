"""Recording progress: an entry is one new file; an entry against the plan is refused unless it has a reason."""

import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.edit import editing as edit
from masterplan.edit.record import NewEntry, record
from masterplan.errors import UsageError
from masterplan.model.progress import SKELETON
from tests import commits
from tests.commits import begin, git
from tests.plans import BASE, loaded, write_plan
from tests.sites import called, contents

TODAY = date(2025, 12, 31)
DAY = date(2025, 12, 1)
METRICS = 'id: "3"\ntitle: C\nmetrics: [{name: "a = b", before: 2s, after: <1s}]\ntasks: [{title: Write it}]\n'
PLAN = BASE | {"sprints/3-c.yml": METRICS}


def new_entry(sprint: str = "3", state: Any = "in progress", day: date = DAY, **more: Any) -> NewEntry:
    return NewEntry(sprint, state, day, **more)


def refused(root: Path, refused_entry: NewEntry) -> str:
    """The reason for which an entry is refused, after checking that nothing was written."""
    before = contents(root)
    with pytest.raises(UsageError) as error:
        record(root, refused_entry, TODAY, "docs")
    assert contents(root) == before
    return str(error.value)


def test_an_updated_document_is_in_the_repository_or_has_a_reason(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    written = new_entry(updated=("READEM.md",))
    assert "READEM.md is not in the repository" in refused(tmp_path, written)
    record(tmp_path, replace(written, because="It is in the wiki"), TODAY)
    assert loaded(tmp_path).entries[-1].note == "Although READEM.md is not in the repository: It is in the wiki"


def test_an_unknown_sprint_of_many_lists_the_first(tmp_path: Path) -> None:
    write_plan(tmp_path, BASE | {f"sprints/{n}-s.yml": f'id: "{n}"\ntitle: S\n' for n in range(100, 170)})
    assert refused(tmp_path, new_entry("9")).endswith(
        "there is no sprint 9; choose one of 1, 2, 3, 100, 101, 102, 103, 104, 105, 106, 107, 108, …"
    )


def test_an_entry_is_a_new_file_and_no_other_file_changes(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    (tmp_path / "README.md").touch()
    before = contents(tmp_path)
    written = new_entry(
        percent=40,
        tasks=("Write it",),
        measured=("a = b=0.8s",),
        saves="$60",
        updated=("README.md",),
        note="Let's: # go",
        by="Ada",
    )
    (path,) = record(tmp_path, written, TODAY)
    after = contents(tmp_path)
    assert after.pop(path.as_posix()).startswith(b"entries:\n")
    assert after == before
    entry = loaded(tmp_path).entries[-1]
    assert (entry.sprint, entry.date, entry.state, entry.percent) == ("3", DAY, "in progress", 40)
    assert (entry.tasks, entry.note, entry.by, entry.saves and entry.saves.text) == (
        ("Write it",),
        "Let's: # go",
        "Ada",
        "$60",
    )
    assert [(item.metric, item.value.text) for item in entry.measured] == [("a = b", "0.8s")]


def test_the_first_entry_of_a_plan_needs_no_folder(tmp_path: Path) -> None:
    write_plan(tmp_path, {path: text for path, text in PLAN.items() if not path.startswith("progress/")})
    record(tmp_path, new_entry(day=date(2024, 1, 2)), TODAY)
    assert [entry.date for entry in loaded(tmp_path).entries] == [date(2024, 1, 2)]


def test_of_the_entries_of_one_day_the_last_written_counts(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN | {"progress/2025.yml": 'entries:\n- {sprint: "3", date: 2025-12-01, state: planned}\n'})
    for percent in range(10, 60, 10):
        record(tmp_path, new_entry(state=None, percent=percent), TODAY)
    assert [entry.percent for entry in loaded(tmp_path).entries] == [None, 10, 20, 30, 40, 50]


def test_branches_that_record_progress_merge_without_conflict(tmp_path: Path) -> None:
    root = begin(tmp_path, PLAN)
    record(root, new_entry("1", None, note="Before."), TODAY)
    commits.record(root, "Before")
    for branch, percent in (("one", 40), ("other", 50)):
        git(root, "switch", "--quiet", "--create", branch, "main")
        for sprint in ("1", "3"):
            record(root, new_entry(sprint, None, note=branch), TODAY)
        record(root, new_entry("3", None, percent=percent), TODAY)
        commits.record(root, branch)
    git(root, "merge", "--quiet", "--no-edit", "one")
    assert len(loaded(root).entries) == 8


def simultaneous_add() -> Callable[[Path, Path, bytes], None]:
    """A stand-in for `edit.add` that lets two commands wait for each other before they write."""
    meeting = Barrier(2)

    def add(root: Path, path: Path, content: bytes) -> None:
        with suppress(BrokenBarrierError):
            meeting.wait(0.5)
        edit.add(root, path, content)

    return add


def test_two_commands_at_once_write_two_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_plan(tmp_path, PLAN)
    monkeypatch.setattr("masterplan.edit.record.add", simultaneous_add())
    notes = ("one", "other")
    with ThreadPoolExecutor() as threads:
        list(threads.map(lambda note: record(root, new_entry(state=None, note=note), TODAY), notes))
    assert sorted(entry.note or "" for entry in loaded(root).entries) == ["", *notes]
    assert len({path.name[:13] for path in (root / "plan_data/progress").glob("20251201-*")}) == 2


def test_a_command_waits_for_another_only_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit, "PATIENCE", 0)
    root = write_plan(tmp_path, PLAN)
    with edit.editing(root), pytest.raises(BlockingIOError, match="another masterplan command is running"):
        record(root, new_entry(), TODAY)


def test_backup_files_of_editors_stop_no_command(tmp_path: Path) -> None:
    root = write_plan(
        tmp_path, PLAN | {"#plan.yml#": "titel: x\n", "sprints/1-a.yml~": "x", "sprints/.1-a.yml.swp": "x"}
    )
    (root / "plan_data/progress/.#2025.yml").symlink_to("ada@host.1234:1765432100")
    record(root, new_entry(), TODAY)
    assert [entry.sprint for entry in loaded(root).entries] == ["1", "3"]


def test_no_entry_is_written_to_a_folder_without_a_plan(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no plan in .* `masterplan init`"):
        record(tmp_path, new_entry(), TODAY)
    assert list(tmp_path.iterdir()) == []


def test_an_entry_that_would_not_count_is_not_written(tmp_path: Path) -> None:
    later = 'entries:\n  - {sprint: "3", date: 2025-12-01, state: blocked}\n'
    write_plan(tmp_path, PLAN | {"progress/later.yml": later})
    assert "would count instead" in refused(tmp_path, new_entry())


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (new_entry("9"), "there is no sprint 9; choose one of 1, 2, 3"),
        (new_entry("1"), "Sprint 1 is done"),
        (new_entry("1", "done"), "Sprint 1 is done already"),
        (new_entry("1", None, percent=40), "40% is less than the 100% already done"),
        (new_entry(day=date(2026, 1, 1)), "1 Jan 2026 is in the future"),
        (new_entry("2", day=date(2025, 11, 15)), "Sprint 2 needs Sprint 1, which was not done by 15 Nov 2025"),
        (new_entry("1", "blocked", day=date(2025, 11, 15)), "Sprint 1 has a later entry, dated 16 Nov 2025"),
        (new_entry(measured=("Speed=1s",)), "no metric `Speed`; the only choice is a = b"),
        (new_entry(measured=("a = b",)), "no metric `a`; the only choice is a = b"),
        (new_entry(measured=("1s",)), "1s is not a measured value"),
        (new_entry(tasks=("Read it",)), "no task `Read it`"),
        (new_entry(saves="much"), "not a monthly amount of money"),
        (new_entry(note="\x1b[31m"), "U+001B"),
        (new_entry(note=" "), "empty"),
        (new_entry("3", None), "add something to record"),
        (new_entry("3", None, because="why"), "add something to record"),
    ],
)
def test_wrong_or_impossible_entries_are_refused(wrong: NewEntry, reason: str, tmp_path: Path) -> None:
    assert reason in refused(write_plan(tmp_path, PLAN), wrong)


def test_a_percentage_falls_only_with_a_reason(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    record(tmp_path, new_entry(state=None, percent=40), TODAY)
    assert "30% is less than the 40%" in refused(tmp_path, new_entry(state=None, percent=30))
    record(tmp_path, new_entry(state=None, percent=30, because="Counted twice."), TODAY)
    assert loaded(tmp_path).entries[-1].note == "Although 30% is less than the 40% already done: Counted twice."


@pytest.mark.parametrize("note", [None, "We go."])
def test_a_reason_overrides_a_refusal_and_becomes_part_of_the_note(note: str | None, tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    overriding = new_entry("2", day=date(2025, 11, 15), note=note, because="The index is in already.")
    record(tmp_path, overriding, TODAY)
    entry = loaded(tmp_path).entries[-1]
    assert entry.note is not None
    assert entry.note.startswith(note or "Although Sprint 2 needs Sprint 1")
    assert entry.note.endswith("The index is in already.")


def test_a_sprint_started_against_the_plan_may_continue(tmp_path: Path) -> None:
    write_plan(
        tmp_path, PLAN | {"progress/2025.yml": 'entries:\n- {sprint: "2", date: 2025-11-30, state: in progress}\n'}
    )
    record(tmp_path, new_entry("2", None, percent=40), TODAY)
    assert "needs Sprint 1" in refused(tmp_path, new_entry("2", "done"))


def test_an_entry_without_state_leaves_a_sprint_done(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    record(tmp_path, new_entry("1", None, saves="$60"), TODAY)
    assert loaded(tmp_path).entries[-1].state == "done"


def test_complete_writes_the_skeleton_of_a_report_once(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN | {"plan.yml": "title: T\ndocumentation:\n  progress_in: done/[N]-[date].md\n"})
    (tmp_path / "docs").mkdir()
    body = Path("docs/done/3-2025-12-01.md")
    assert record(tmp_path, new_entry(state="done"), TODAY, "docs")[1:] == (body,)
    assert (tmp_path / body).read_text("utf-8") == SKELETON
    (tmp_path / body).write_text("Mine.", "utf-8")
    record(tmp_path, new_entry(state="done", because="again"), TODAY, "docs")
    assert (tmp_path / body).read_text("utf-8") == "Mine."


def test_no_entry_is_left_if_its_report_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    (write_plan(tmp_path, PLAN) / "docs").mkdir()
    before = contents(tmp_path / "plan_data")
    monkeypatch.setattr("masterplan.edit.record.write_atomically", refuse)
    with pytest.raises(PermissionError):
        record(tmp_path, new_entry(state="done"), TODAY, "docs")
    assert contents(tmp_path / "plan_data") == before


def test_a_report_is_written_to_the_docs_dir_of_the_site(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    (tmp_path / "handbook").mkdir()
    (tmp_path / "docs").mkdir()
    hostile = '!!python/object/apply:os.mkdir ["ran"]'
    (tmp_path / "mkdocs.yml").write_text(f"docs_dir: handbook\nextra: {{made: {hostile}}}\n", "utf-8")
    done = called(tmp_path, "complete", "3", "--because", "a test")
    assert done.returncode == 0, done.stderr
    (report,) = (path for path in (tmp_path / "handbook").rglob("*") if path.is_file())
    assert report.read_text("utf-8") == SKELETON
    assert list((tmp_path / "docs").iterdir()) == []
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("link", ["docs", "docs/done", "docs/done/3-2025-12-01.md"])
def test_no_report_is_written_through_a_link(tmp_path: Path, link: str) -> None:
    root, outside = tmp_path / "plan", tmp_path / "outside"
    write_plan(root, PLAN | {"plan.yml": "title: T\ndocumentation:\n  progress_in: done/[N]-[date].md\n"})
    outside.mkdir()
    (root / link).parent.mkdir(parents=True, exist_ok=True)
    (root / link).symlink_to(outside / "new.md" if link.endswith(".md") else outside)
    assert "is a symbolic link" in refused(root, new_entry(state="done"))
    assert list(outside.iterdir()) == []


def test_a_wrong_plan_gets_no_entry(tmp_path: Path) -> None:
    assert "errors" in refused(write_plan(tmp_path, PLAN | {"team.yml": "people: 1\n"}), new_entry())


texts = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Cn")), min_size=1, max_size=40)


@given(note=texts, by=texts)
def test_any_text_is_loaded_as_it_was_recorded(note: str, by: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_plan(tmp_path_factory.mktemp("plan"), PLAN)
    if note.strip() and by.strip():
        record(root, new_entry(note=note, by=by), TODAY)
        entry = loaded(root).entries[-1]
        assert (entry.note, entry.by) == (note, by)


def test_the_commands_write_entries_and_report_the_file(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    (tmp_path / "docs").mkdir()
    start = called(tmp_path, "start", "3", "--day", "2025-12-01", "--by", "Ada", TODAY="2025-12-31")
    (path,) = (tmp_path / "plan_data/progress").glob("20251201-3-01-*.yml")
    assert (start.returncode, start.stdout) == (
        0,
        f"Wrote {path.relative_to(tmp_path).as_posix()}. Review it, then commit.\n",
    )
    steps = [
        ("block", "3", "--note", "No server.", "--day", "2025-12-02"),
        ("progress", "3", "--percent", "40", "--day", "2025-12-03"),
        ("complete", "3", "--measured", "a = b=0.8s", "--saves", "$60", "--day", "2025-12-04"),
    ]
    assert [called(tmp_path, *step, TODAY="2025-12-31").returncode for step in steps] == [0, 0, 0]
    assert [entry.state for entry in loaded(tmp_path).entries] == [
        "done",
        "in progress",
        "blocked",
        "in progress",
        "done",
    ]
    assert (tmp_path / "docs/tasks_progress/sprint_3_completion_2025-12-04.md").is_file()
    again = called(tmp_path, "complete", "3", "--day", "2025-12-05", TODAY="2025-12-31")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.startswith("masterplan: refused: Sprint 3 is done already")
