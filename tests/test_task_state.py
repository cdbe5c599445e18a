"""Recording a task's state changes one value in the file of its sprint, and nothing else."""

import errno
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from masterplan.edit.record import NewEntry, record
from masterplan.errors import UsageError
from tests.plans import BASE, loaded, write_plan

TODAY = date(2025, 12, 1)
FILE = """\
id: "3"
title: C
tasks:
  - id: T-1 # the first one
    title: Check inputs   # and nothing more

  # Ada knows more about this one.
  - title: Limit uploads
    id: 'T-2'
    state: planned # since May
    depends_on: [T-1]
  - {id: T-3, title: "Turn keys, twice", done: false} # between braces
  - { title: Oil them, id: "T-4" }
  - title: Last
    id: T-5"""


def written(tmp_path: Path, id_: str, state: Any, text: str = FILE, **more: Any) -> str:
    """The file of the sprint after the command."""
    root = tmp_path
    if not (root / "plan_data").exists():
        write_plan(root, BASE | {"sprints/3-c.yml": text})
    record(root, NewEntry(id_, state, **more), TODAY)
    return (root / "plan_data" / "sprints" / "3-c.yml").read_bytes().decode()


@pytest.mark.parametrize(
    ("id_", "before", "after"),
    [
        ("T-1", "# and nothing more\n", "# and nothing more\n    state: in progress\n"),
        ("T-3", "done: false}", "state: in progress}"),
        ("T-4", 'Oil them, id: "T-4" }', 'Oil them, state: in progress, id: "T-4" }'),
        ("T-5", "- title: Last\n", "- title: Last\n    state: in progress\n"),
    ],
)
def test_the_state_is_written_and_nothing_else_changes(id_: str, before: str, after: str, tmp_path: Path) -> None:
    assert written(tmp_path, id_, "in progress") == FILE.replace(before, after)
    assert loaded(tmp_path).tasks[id_].task.state == "in progress"
    assert list((tmp_path / "plan_data" / "progress").iterdir()) == [tmp_path / "plan_data" / "progress" / "2025.yml"]


def test_an_existing_state_is_replaced_and_its_comment_stays(tmp_path: Path) -> None:
    written(tmp_path, "T-1", "done")
    assert "    state: blocked # since May\n" in written(tmp_path, "T-2", "blocked", note="No server")
    entry = loaded(tmp_path).entries[-1]
    assert (entry.sprint, entry.state, entry.note) == ("3", "in progress", "T-2: No server")


def test_windows_line_endings_are_kept(tmp_path: Path) -> None:
    text = "\ufeff" + FILE.replace("\n", "\r\n")
    after = text.replace("nothing more\r\n", "nothing more\r\n    state: done\r\n")
    assert written(tmp_path, "T-1", "done", text) == after


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (
            NewEntry("T-2", "in progress"),
            "refused: T-2 needs T-1, which is not done; to record it anyway, add the reason with --because",
        ),
        (NewEntry("T-2", "planned"), "refused: T-2 is planned already"),
        (NewEntry("T-9", "done"), "there is no sprint T-9; did you mean `T-5`"),
        (NewEntry("T-1", "done", percent=50), "T-1 is a task; --percent"),
        (NewEntry("T-1", None), "add a --note about T-1"),
        (NewEntry("T-1", "in progress", by="Ada"), "add a --note about T-1"),
    ],
)
def test_impossible_states_are_refused_and_nothing_is_written(entry: NewEntry, reason: str, tmp_path: Path) -> None:
    write_plan(tmp_path, BASE | {"sprints/3-c.yml": FILE})
    before = loaded(tmp_path)
    with pytest.raises(UsageError) as error:
        record(tmp_path, entry, TODAY)
    assert str(error.value).startswith(reason)
    assert loaded(tmp_path) == before


def test_no_entry_is_left_if_the_state_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("masterplan.edit.editing.write_atomically", refuse)
    with pytest.raises(PermissionError):
        written(tmp_path, "T-1", "blocked", note="No server")
    assert [path.name for path in (tmp_path / "plan_data" / "progress").iterdir()] == ["2025.yml"]


def test_a_reason_is_written_to_an_entry_of_the_sprint(tmp_path: Path) -> None:
    written(tmp_path, "T-2", "done", because="Both at once", by="Ada")
    entry = loaded(tmp_path).entries[-1]
    assert (entry.tasks, entry.by, entry.note) == (
        ("T-2",),
        "Ada",
        "Although T-2 needs T-1, which is not done: Both at once",
    )
    assert loaded(tmp_path).tasks["T-2"].task.state == "done"


def test_a_file_in_an_unsupported_form_is_refused_with_its_place(tmp_path: Path) -> None:
    text = 'id: "3"\ntitle: C\ntasks:\n  - ? id\n    : T-1\n    ? title\n    : x\n'
    with pytest.raises(UsageError, match=r"plan_data/sprints/3-c.yml:4:5: write `state: done` by hand"):
        written(tmp_path, "T-1", "done", text)
