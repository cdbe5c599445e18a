"""Recording progress: entries are appended with nothing lost, and what the plan forbids is refused unless told why."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.errors import UsageError
from masterplan.load import load
from masterplan.model.plan import Plan
from masterplan.record import SKELETON, Told, record
from tests.plans import BASE, write_plan
from tests.sites import masterplan

TODAY = date(2025, 12, 31)
DAY = date(2025, 12, 1)
FILE = "plan_data/progress/2025.yml"
METRICS = 'id: "3"\ntitle: C\nmetrics: [{name: "a = b", before: 2s, after: <1s}]\ntasks: [{title: Write it}]\n'
PLAN = BASE | {"sprints/3-c.yml": METRICS}


def loaded(root: Path) -> Plan:
    found = load(root)
    assert found.findings == ()
    assert found.plan is not None
    return found.plan


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def told(sprint: str = "3", state: Any = "in progress", day: date = DAY, **more: Any) -> Told:
    return Told(sprint, state, day, **more)


def refused(root: Path, said: Told) -> str:
    """Why it is refused; nothing is written then."""
    before = contents(root)
    with pytest.raises(UsageError) as error:
        record(root, said, TODAY)
    assert contents(root) == before
    return str(error.value)


def test_an_entry_is_appended_and_all_else_stays_as_it_was(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    before = (tmp_path / FILE).read_text("utf-8")
    said = told(
        percent=40,
        tasks=("Write it",),
        measured=("a = b=0.8s",),
        saves="$60",
        updated=("README.md",),
        note="Let's: # go",
        by="Ada",
    )
    assert record(tmp_path, said, TODAY) == (Path(FILE),)
    assert (tmp_path / FILE).read_text("utf-8").startswith(before)
    entry = loaded(tmp_path).entries[-1]
    assert (entry.sprint, entry.date, entry.state, entry.percent) == ("3", DAY, "in progress", 40)
    assert (entry.tasks, entry.note, entry.by, entry.saves and entry.saves.text) == (
        ("Write it",),
        "Let's: # go",
        "Ada",
        "$60",
    )
    assert [(each.metric, each.value.text) for each in entry.measured] == [("a = b", "0.8s")]


def test_the_first_entry_of_a_year_makes_its_file(tmp_path: Path) -> None:
    write_plan(tmp_path, {path: text for path, text in PLAN.items() if not path.startswith("progress/")})
    assert record(tmp_path, told(day=date(2024, 1, 2)), TODAY) == (Path("plan_data/progress/2024.yml"),)
    text = (tmp_path / "plan_data/progress/2024.yml").read_text("utf-8")
    assert text.splitlines()[0].startswith("# yaml-language-server: $schema=../../docs/schema/progress.schema.json")
    assert [each.date for each in loaded(tmp_path).entries] == [date(2024, 1, 2)]


ENTRY = '- sprint: "1"\n  date: 2025-11-16\n  state: done'
LAYOUTS = {
    "dash inside": "# so\nentries:\n  - sprint: '1' # why\n    date: 2025-11-16\n\n    # so\n    state: done\n# end\n",
    "dash at the margin": f"entries:\n{ENTRY}\n",
    "no last line break": f"entries:\n{ENTRY}",
    "windows": f"entries:\n{ENTRY}\n".replace("\n", "\r\n"),
    "byte order mark": f"\ufeffentries:\n{ENTRY}\n",
    "flow": 'entries: [{sprint: "1", date: 2025-11-16, state: done}]\n',
    "nothing yet": "entries: []\n",
    "folded note": f"entries:\n{ENTRY}\n  note: >\n    one\n    two\n\n    three\n",
    "four blanks": 'entries:\n    -   sprint: "1"\n        date: 2025-11-16\n        state: done\n',
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_comments_and_layout_are_kept(layout: str, tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN | {"progress/2025.yml": LAYOUTS[layout]})
    before = loaded(tmp_path).entries
    assert record(tmp_path, told(), TODAY) == (Path(FILE),)
    assert loaded(tmp_path).entries[:-1] == before
    kept = LAYOUTS[layout].encode().rstrip(b"[] \r\n")
    assert (tmp_path / FILE).read_bytes().startswith(kept)


@pytest.mark.parametrize(
    "odd",
    [
        'entries:\n   - sprint:   "1"\n     date:  2025-11-16\n     state: done\n',
        'entries:\n  - sprint: "1"\n    date: 2025-11-16\n    state: done\n    note: one\n      two\n',
        'entries: [\n  {sprint: "1", date: 2025-11-16, state: done}\n]\n',
    ],
)
def test_beside_a_file_that_cannot_be_kept_a_second_one_is_begun(odd: str, tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN | {"progress/2025.yml": odd})
    for said in (told(), told(state=None, note="n")):
        assert record(tmp_path, said, TODAY) == (Path("plan_data/progress/2025_2.yml"),)
    assert (tmp_path / FILE).read_text("utf-8") == odd
    assert [each.state for each in loaded(tmp_path).entries] == ["done", "in progress", "in progress"]


def test_an_entry_that_would_not_count_is_not_written(tmp_path: Path) -> None:
    later = 'entries:\n  - {sprint: "3", date: 2025-12-01, state: blocked}\n'
    write_plan(tmp_path, PLAN | {"progress/later.yml": later})
    assert "would count instead" in refused(tmp_path, told())


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (told("9"), "there is no sprint 9; known here: 1, 2, 3"),
        (told("1"), "Sprint 1 is done"),
        (told("1", "done"), "Sprint 1 is done already"),
        (told("1", None, percent=40), "40 % is less than the 100 % that were done"),
        (told(day=date(2026, 1, 1)), "2026-01-01 is in the future"),
        (told("2", day=date(2025, 11, 15)), "Sprint 2 needs Sprint 1, not done by 2025-11-15"),
        (told("1", "blocked", day=date(2025, 11, 15)), "Sprint 1 has a later entry, of 2025-11-16"),
        (told(measured=("Speed=1s",)), "no metric `Speed`; known here: a = b"),
        (told(measured=("a = b",)), "no metric `a`; known here: a = b"),
        (told(measured=("1s",)), "1s is not a measured value"),
        (told(tasks=("Read it",)), "no task `Read it`"),
        (told(saves="much"), "not an amount of money"),
        (told(note="\x1b[31m"), "U+001B"),
        (told(note=" "), "empty"),
        (told("3", None), "say what is new"),
        (told("3", None, because="why"), "say what is new"),
    ],
)
def test_what_is_wrong_or_forbidden_is_refused(said: Told, why: str, tmp_path: Path) -> None:
    assert why in refused(write_plan(tmp_path, PLAN), said)


def test_a_percentage_never_falls_without_a_reason(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    record(tmp_path, told(state=None, percent=40), TODAY)
    assert "30 % is less than the 40 %" in refused(tmp_path, told(state=None, percent=30))
    record(tmp_path, told(state=None, percent=30, because="Counted twice."), TODAY)
    assert loaded(tmp_path).entries[-1].note == "Although 30 % is less than the 40 % that were done: Counted twice."


@pytest.mark.parametrize("note", [None, "We go."])
def test_a_reason_overrides_and_is_written_down(note: str | None, tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    said = told("2", day=date(2025, 11, 15), note=note, because="The index is in already.")
    record(tmp_path, said, TODAY)
    entry = loaded(tmp_path).entries[-1]
    assert entry.note is not None
    assert entry.note.startswith(note or "Although Sprint 2 needs Sprint 1")
    assert entry.note.endswith("The index is in already.")


def test_what_was_started_against_the_plan_may_go_on(tmp_path: Path) -> None:
    write_plan(
        tmp_path, PLAN | {"progress/2025.yml": 'entries:\n- {sprint: "2", date: 2025-11-30, state: in progress}\n'}
    )
    record(tmp_path, told("2", None, percent=40), TODAY)
    assert "needs Sprint 1" in refused(tmp_path, told("2", "done"))


def test_what_is_measured_later_leaves_a_sprint_done(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    assert record(tmp_path, told("1", None, saves="$60"), TODAY) == (Path(FILE),)
    assert loaded(tmp_path).entries[-1].state == "done"


def test_a_completed_sprint_gets_the_skeleton_of_its_report_once(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN | {"plan.yml": "title: T\ndocumentation:\n  progress_in: done/[N]-[date].md\n"})
    (tmp_path / "docs").mkdir()
    body = Path("docs/done/3-2025-12-01.md")
    assert record(tmp_path, told(state="done"), TODAY) == (Path(FILE), body)
    assert (tmp_path / body).read_text("utf-8") == SKELETON
    (tmp_path / body).write_text("Mine.", "utf-8")
    record(tmp_path, told(state="done", because="again"), TODAY)
    assert (tmp_path / body).read_text("utf-8") == "Mine."


def test_a_report_goes_where_the_pages_are(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    (tmp_path / "handbook").mkdir()
    (tmp_path / "docs").mkdir()
    hostile = '!!python/object/apply:os.mkdir ["ran"]'
    (tmp_path / "mkdocs.yml").write_text(f"docs_dir: handbook\nextra: {hostile}\n", "utf-8")
    done = masterplan(tmp_path, "complete", "3", "--because", "a test")
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
    assert "is a symbolic link" in refused(root, told(state="done"))
    assert list(outside.iterdir()) == []


def test_a_wrong_plan_gets_no_entry(tmp_path: Path) -> None:
    assert "errors" in refused(write_plan(tmp_path, PLAN | {"team.yml": "people: 1\n"}), told())


def test_permissions_stay_and_no_scrap_is_left(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    (tmp_path / FILE).chmod(0o640)
    record(tmp_path, told(), TODAY)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o640
    assert [path.name for path in (tmp_path / "plan_data/progress").iterdir()] == ["2025.yml"]


texts = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Cn")), min_size=1, max_size=40)


@given(note=texts, by=texts)
def test_any_text_comes_back_as_it_was_told(note: str, by: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = write_plan(tmp_path_factory.mktemp("plan"), PLAN)
    if note.strip() and by.strip():
        record(root, told(note=note, by=by), TODAY)
        entry = loaded(root).entries[-1]
        assert (entry.note, entry.by) == (note, by)


def test_the_commands_write_what_they_say(tmp_path: Path) -> None:
    write_plan(tmp_path, PLAN)
    (tmp_path / "docs").mkdir()
    start = masterplan(tmp_path, "start", "3", "--day", "2025-12-01", "--by", "Ada", TODAY="2025-12-31")
    assert (start.returncode, start.stdout) == (0, f"Wrote {FILE}. Look at it, then commit.\n")
    steps = [
        ("block", "3", "--note", "No server.", "--day", "2025-12-02"),
        ("progress", "3", "--percent", "40", "--day", "2025-12-03"),
        ("complete", "3", "--measured", "a = b=0.8s", "--saves", "$60", "--day", "2025-12-04"),
    ]
    assert [masterplan(tmp_path, *step, TODAY="2025-12-31").returncode for step in steps] == [0, 0, 0]
    assert [each.state for each in loaded(tmp_path).entries] == [
        "done",
        "in progress",
        "blocked",
        "in progress",
        "done",
    ]
    assert (tmp_path / "docs/tasks_progress/sprint_3_completion_2025-12-04.md").is_file()
    again = masterplan(tmp_path, "complete", "3", "--day", "2025-12-05", TODAY="2025-12-31")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.startswith("masterplan: refused: Sprint 3 is done already")
