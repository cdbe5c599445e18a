"""A plan in CSV or Excel: rows become parts of the plan, columns become fields, and no row is lost."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from masterplan.cli import app as cli
from masterplan.importing.answers import Answers
from masterplan.importing.draft import Imported
from masterplan.importing.ledger import words
from masterplan.importing.sheets import spreadsheet
from masterplan.importing.sheets.sheet_plan import read_sheets
from masterplan.importing.sheets.spreadsheet import Sheet, SheetLine
from masterplan.load import load
from masterplan.model.plan import Plan

Rows = Sequence[Sequence[object]]

TICKETS = """\
Key;Summary;Issue Type;Sprint;Assignee;Status;Story Points;Blocked by;Customer
AB-1;Build index;Story;Sprint 1;Ada;Done;5;;North
AB-2;"Parse
queries";Bug;Sprint 1;Bob;In Progress;3;AB-1;
AB-3;Rank hits;Task;Sprint 2;Ada, Bob;To do;8;AB-1, AB-2;South
"""


def written(path: Path, content: str | bytes | Mapping[str, Rows], hidden: str = "") -> Path:
    """Write a CSV file with a text, or a workbook with sheets of rows, one of which may be `hidden`."""
    if isinstance(content, Mapping):
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, rows in content.items():
            sheet = book.create_sheet(name)
            sheet.sheet_state = "hidden" if name == hidden else "visible"
            for row in rows:
                sheet.append(list(row))
        book.save(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def imported(tmp_path: Path, content: str | bytes | Mapping[str, Rows], *options: str) -> Plan:
    """The plan imported from a spreadsheet; it has no findings."""
    source = written(tmp_path / ("plan.xlsx" if isinstance(content, Mapping) else "plan.csv"), content)
    root = tmp_path / "root"
    root.mkdir()
    assert cli.run(["import", str(source), "--root", str(root), *options]) == 0
    loaded = load(root)
    assert loaded.findings == ()
    assert loaded.plan is not None
    return loaded.plan


def draft_of(*rows: Sequence[str], name: str = "", answers: Answers | None = None) -> Imported:
    """The draft of one sheet."""
    return read_sheets(
        [Sheet(name, tuple(SheetLine(n, tuple(row)) for n, row in enumerate(rows, 1)))], answers or Answers()
    )


def day(text: str) -> datetime:
    """A day as spreadsheet programs store it."""
    return datetime.fromisoformat(text)


def tasks(plan: Plan) -> dict[str, list[str]]:
    """The titles of the tasks of each sprint."""
    return {id_: [task.title for task in sprint.tasks] for id_, sprint in plan.sprints.items()}


def test_tickets_are_tasks_of_their_sprints(tmp_path: Path) -> None:
    plan = imported(tmp_path, TICKETS)
    assert tasks(plan) == {"1": ["Build index", "Parse queries"], "2": ["Rank hits"]}
    first, second, third = (placed.task for placed in plan.all_tasks)
    assert (first.id, first.state, first.owner, first.points and first.points.text) == ("AB-1", "done", ("ada",), "5")
    assert (second.labels, second.state, [need.task for need in second.depends_on]) == (
        ("Bug",),
        "in progress",
        ["AB-1"],
    )
    assert (third.owner, [need.task for need in third.depends_on]) == (("ada", "bob"), ["AB-1", "AB-2"])
    assert (first.fields, third.fields) == ({"customer": "North"}, {"customer": "South"})
    assert plan.owners == {"ada": "Ada", "bob": "Bob"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiter_and_encoding_are_recognised(tmp_path: Path, delimiter: str, encoding: str) -> None:
    stream = io.StringIO()
    rows = [["Sprint", "Schwerpunkt", "Aufwand"], [], ["1", "Größe, Maß; und\nZahl", "3 Tage"], ["2", "Treffer"]]
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    plan = imported(tmp_path, stream.getvalue().encode(encoding))
    assert [sprint.title for sprint in plan.sprints.values()] == ["Größe, Maß; und Zahl", "Treffer"]
    assert [sprint.effort and sprint.effort.text for sprint in plan.sprints.values()] == ["3 days", None]


def test_a_first_line_can_declare_the_delimiter(tmp_path: Path) -> None:
    plan = imported(tmp_path, "sep=;\r\nSprint;Title\r\n1;Index, hits, more\r\n2;All, of, it\r\n")
    assert [sprint.title for sprint in plan.sprints.values()] == ["Index, hits, more", "All, of, it"]
    assert plan.header.notes == ()


@pytest.mark.parametrize(
    "heads",
    ["Sprint,Title,Owner,Effort,Depends on", "Sprint,Titel,Verantwortlich,Aufwand,Abhängigkeiten",
     "Sprint,Titre,Responsable,Effort,Dépend de", "Sprint,Título,Responsable,Esfuerzo,Depende de",
     "Sprint,Titolo,Responsabile,Impegno,Dipende da", "Sprint,Título,Responsável,Esforço,Depende de",
     "Sprint,Titel,Eigenaar,Inspanning,Hangt af van", "Спринт,Название,Ответственный,Трудозатраты,Зависит от",
     "冲刺,标题,负责人,工作量,依赖", "スプリント,タイトル,担当者,工数,依存",
     "스프린트,제목,담당자,공수,의존", "Vòng lặp,Tiêu đề,Người phụ trách,Công sức,Phụ thuộc vào"],
)  # fmt: skip
def test_columns_are_matched_in_twelve_languages(heads: str) -> None:
    draft = draft_of(heads.split(","), ["1", "Index", "Ada", "2 days"], ["2", "Hits", "Bob", "3 days", "1"]).draft
    assert list(draft.sprints) == ["1", "2"]
    second = draft.sprints["2"]
    assert {name: second.get(name) for name in ("title", "owner", "effort", "depends_on")} == {
        "title": "Hits", "owner": ["bob"], "effort": "3 days", "depends_on": ["1"],
    }  # fmt: skip


def test_a_workbook_has_a_sheet_for_each_kind(tmp_path: Path) -> None:
    plan = imported(
        tmp_path,
        {
            "Sprints": [["The great plan"], [], ["ID", "Title", "Phase", "Start", "End"],
                        ["1", "Index", "Alpha", day("2026-01-05"), date(2026, 1, 16)], [2.0, "Hits", "Beta"]],
            "Tasks": [["Task", "Sprint", "Estimate", "Done"], ["Build", 1, "2 days"], ["Rank", "Hits", 1.5]],
            "Risks": [["Risk", "Likelihood", "Impact", "Mitigation"], ["Late", "High", "Low", "Begin early"]],
            "Milestones": [["Milestone", "Title", "When"], ["M1", "Beta", day("2026-03-01")]],
            "Team": [["Name", "Role", "Skills"], ["Ada", "Lead", "Search; Ranking"]],
        },
    )  # fmt: skip
    assert plan.header.title == "The great plan"
    assert {phase.title: phase.sprints for phase in plan.phases} == {"Alpha": ("1",), "Beta": ("2",)}
    assert str(plan.sprints["1"].when) == "2026-01-05 to 2026-01-16"
    assert tasks(plan) == {"1": ["Build"], "2": ["Rank"]}
    assert [(risk.title, risk.likelihood, risk.mitigation) for risk in plan.risks] == [
        ("Late", "high", ("Begin early",))
    ]
    assert [(gate.id, gate.title, str(gate.when)) for gate in plan.milestones] == [("M1", "Beta", "2026-03-01")]
    assert [(who.name, who.role, who.skills) for who in plan.people] == [("Ada", "Lead", ("Search", "Ranking"))]


def test_a_column_of_kinds_decides_what_a_row_becomes() -> None:
    draft = draft_of(
        ["Type", "ID", "Title", "Parent"], ["Phase", "P1", "Foundation", ""], ["Sprint", "S1", "Index", "P1"],
        ["Task", "T1", "Build", "S1"], ["Milestone", "M1", "Beta", ""], ["Risk", "R1", "Late", ""],
    ).draft  # fmt: skip
    assert (draft.phases["P1"]["sprints"], draft.sprints["S1"]["title"]) == (["S1"], "Index")
    assert draft.sprints["S1"]["tasks"] == [{"id": "T1", "title": "Build"}]
    assert draft.milestones == {"M1": {"id": "M1", "title": "Beta"}}
    assert draft.risks == [{"title": "Late", "id": "R1"}]


def test_rows_without_a_parent_belong_to_the_unit_above() -> None:
    draft = draft_of(
        ["Name", "Effort"], ["Sprint 1: Index", "3 days"], ["Task 1: Build", "1 day"], ["Task 2: Test", "2 days"],
        ["Sprint 2: Hits", ""], ["Task 3: Rank", "1 day"],
    ).draft  # fmt: skip
    assert [sprint["title"] for sprint in draft.sprints.values()] == ["Index", "Hits"]
    assert [[task["title"] for task in sprint["tasks"]] for sprint in draft.sprints.values()] == [
        ["Build", "Test"], ["Rank"],
    ]  # fmt: skip


def test_a_name_applies_to_the_empty_cells_below_it() -> None:
    merged = draft_of(["Sprint", "Task"], ["1", "Build"], ["", "Test"], ["2", "Rank"]).draft
    assert [len(sprint["tasks"]) for sprint in merged.sprints.values()] == [2, 1]
    backlog = draft_of(["Task", "Sprint"], ["Build", "1"], ["Test", "1"], ["Some day", ""]).draft
    assert {sprint["title"]: len(sprint["tasks"]) for sprint in backlog.sprints.values()} == {
        "Sprint 1": 2,
        "Backlog": 1,
    }


def test_epics_in_a_file_with_sprints_are_phases() -> None:
    draft = draft_of(
        ["Issue key", "Issue id", "Issue Type", "Summary", "Sprint", "Epic Link"],
        ["P-1", "1001", "Epic", "Search", "", ""], ["P-2", "1002", "Story", "Index", "Team A Sprint 7", "P-1"],
    ).draft  # fmt: skip
    assert draft.phases["P-1"] | {"fields": {}} == {"id": "P-1", "title": "Search", "sprints": ["1"], "fields": {}}
    assert draft.sprints["1"]["title"] == "Team A Sprint 7"
    assert [(task["id"], task["title"]) for task in draft.sprints["1"]["tasks"]] == [("P-2", "Index")]


def test_tasks_and_sprints_can_have_the_same_numbers() -> None:
    rows = [
        ["#", "Feature", "Sprint", "Depends on"],
        ["1", "Login", "1", ""],
        ["2", "Search", "1", "1"],
        ["3", "Rank", "2", "2"],
    ]
    sprints = draft_of(*rows).draft.sprints
    assert {id_: [task["id"] for task in sprint["tasks"]] for id_, sprint in sprints.items()} == {
        "1": ["T1", "T2"], "2": ["T3"],
    }  # fmt: skip
    assert sprints["2"]["tasks"][0]["depends_on"] == ["T2"]
    alone = draft_of(["#", "Feature"], ["1", "Login"], ["2", "Search"]).draft.sprints
    assert [task["id"] for task in alone["S1"]["tasks"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("head", "cell", "values"),
    [
        ("Hours", "8", {"effort": "8 hours"}),
        ("Estimate (days)", "3", {"effort": "3 days"}),
        ("Effort", "3 days", {"effort": "3 days"}),
        ("Week", "2", {"when": "2"}),
        ("Effort", "3", {"fields": {"effort_cell": "3"}}),
    ],
)
def test_a_column_head_can_give_the_unit_of_its_numbers(head: str, cell: str, values: dict[str, object]) -> None:
    draft = draft_of(["Sprint", "Title", head], ["1", "Index", cell], ["2", "Hits", ""]).draft
    assert draft.sprints["1"] == {"id": "1", "title": "Index"} | values


def test_an_option_can_map_columns(tmp_path: Path) -> None:
    source = "Sprint,What,Who\n1,Index,Ada\n2,Hits,Bob\n"
    plan = imported(tmp_path, source, "--map", "Who=owner", "--map", "What=title")
    assert [(sprint.title, sprint.owner) for sprint in plan.sprints.values()] == [
        ("Index", ("ada",)),
        ("Hits", ("bob",)),
    ]
    assert "columns:" in (tmp_path / "root/import.yml").read_text("utf-8")
    assert cli.run(["import", str(tmp_path / "plan.csv"), "--root", str(tmp_path / "root"), "--map", "Who"]) == 2


def test_ignored_rows_are_not_imported() -> None:
    rows = (["Sprint", "Title"], ["1", "Index"], ["2", "Hits"], ["3", "Sums"])
    for answers, name in ((Answers(ignore=("3",)), ""), (Answers(ignore=("Our plan 3",)), "Our plan")):
        whole = draft_of(*rows, name=name, answers=answers)
        assert list(whole.draft.sprints) == ["1", "3"]
        assert [(entry.line, entry.note) for entry in whole.ledger.entries() if entry.fate == "not understood"] == [
            (3, "ignored by import.yml")
        ]


def test_the_report_names_sheet_and_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = {
        "Notes": [["Please read"], ["", ""], ["Nobody knows"]],
        "Sprints": [["ID", "Title"], ["1", "Index"], [], ["2", "Hits"]],
        "Old": [["ID", "Title"], ["9", "Gone"]],
    }
    written(tmp_path / "plan.xlsx", content, hidden="Old")
    assert cli.run(["import", str(tmp_path / "plan.xlsx"), "--root", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "3 rows read into fields, 2 kept as text, 2 not understood: Old 1-2. See import-report.md." in printed
    report = (tmp_path / "import-report.md").read_text("utf-8")
    assert "| plan: notes | Notes 1-3 |" in report
    assert "| sprint 2 | Sprints 4 |" in report
    assert "- Row Old 2: `9 | Gone`: the sheet is hidden" in report
    loaded = load(tmp_path).plan
    assert loaded is not None
    assert [(note.title, note.text) for note in loaded.header.notes] == [("Notes", "- Please read\n- Nobody knows")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 nothing", "is not an Excel workbook; save it as .xlsx or CSV"),
        (b"", "is not an Excel workbook; save it as .xlsx or CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old .xls", "is not an Excel workbook; save it as .xlsx or CSV"),
    ],
)
def test_a_file_that_is_not_a_workbook_is_reported_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, sentence: str
) -> None:
    path = written(tmp_path / "plan.xlsx", content)
    assert cli.run(["import", str(path), "--root", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"masterplan: {path} {sentence}\n"


@pytest.mark.parametrize("member", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("damage", [b"", b"<a", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'])
def test_a_damaged_workbook_is_imported_or_reported_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], member: str, damage: bytes
) -> None:
    whole = written(tmp_path / "whole.xlsx", {"Sprints": [["ID", "Title"], ["1", "Index"]]})
    path = tmp_path / "plan.xlsx"
    with zipfile.ZipFile(whole) as book, zipfile.ZipFile(path, "w") as copy:
        for name in book.namelist():
            copy.writestr(name, damage if name == member else book.read(name))
    code = cli.run(["import", str(path), "--root", str(tmp_path)])
    captured = capsys.readouterr()
    assert (code, captured.err.count("\n")) in {(2, 1), (0, 0)}
    assert "root:" not in (tmp_path / "import-report.md").read_text("utf-8") if code == 0 else True


def test_workbooks_that_are_too_large_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", bytes(spreadsheet.MOST_UNPACKED + 1))
    assert cli.run(["import", str(bomb), "--root", str(tmp_path)]) == 2
    assert "has more than 200,000,000 bytes when unpacked" in capsys.readouterr().err
    book = Workbook()
    assert book.active is not None
    book.active["A1"], book.active["A1048576"] = "Title", "Last"
    book.save(tmp_path / "tall.xlsx")
    assert cli.run(["import", str(tmp_path / "tall.xlsx"), "--root", str(tmp_path)]) == 2
    assert "has more than 200,000 rows or 1,000,000 cells" in capsys.readouterr().err
    monkeypatch.setattr(spreadsheet, "MOST_CELLS", 5)
    sheets = {name: [["a", "b"]] for name in "abc"}
    assert cli.run(["import", str(written(tmp_path / "many.xlsx", sheets)), "--root", str(tmp_path)]) == 2
    assert cli.run(["import", str(written(tmp_path / "wide.csv", "a,b\n1,2\n3,4\n")), "--root", str(tmp_path)]) == 2
    assert not (tmp_path / "plan_data").exists()


def test_a_binary_file_is_refused_as_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "plan.csv", bytes(range(256)) * 50)
    assert cli.run(["import", str(path), "--root", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_text_in_cells_is_data(tmp_path: Path) -> None:
    hostile = "{{ 7*7 }}\n<script>alert(1)</script> \u202e =cmd|' /C calc'!A0 " + "x" * 1_000_000
    stream = io.StringIO()
    csv.writer(stream).writerows([["Sprint", "Title", "Objective", "Extra"], ["1", "=1+1", hostile, "{{ a }}"]])
    plan = imported(tmp_path, stream.getvalue())
    assert (plan.sprints["1"].title, plan.sprints["1"].fields) == ("=1+1", {"extra": "{{ a }}"})
    report = (tmp_path / "root/import-report.md").read_text("utf-8")
    assert len(report) < 5_000
    assert "\n<script>" not in report


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30) | st.sampled_from(
    [
        "",
        "Sprint 1",
        "Task",
        "Phase 2: Go",
        "Owner",
        "Effort",
        "Depends on",
        "Title",
        "ID",
        "Type",
        "done",
        "3 days",
        "1",
    ]
)


@settings(max_examples=150)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=12), st.sampled_from(["", "Tasks", "Sprint 3", "Team"])
)
def test_every_row_is_taken_or_kept(rows: list[list[str]], name: str) -> None:
    whole = draft_of(*rows, name=name)
    entries = list(whole.ledger.entries())
    assert [entry.line for entry in entries] == [n for n, row in enumerate(rows, 1) if any(map(any, map(words, row)))]
    assert {entry.fate for entry in entries} <= {"taken", "kept"}


def test_a_row_of_totals_is_not_a_task_or_sprint() -> None:
    head, boats, total = ["Sprint", "Task", "Hours"], ["Sprint 1", "Boats", "3"], ["", "Total", "3"]
    draft = draft_of(head, boats, total).draft
    assert [task["title"] for task in draft.sprints["1"]["tasks"]] == ["Boats"]
    assert draft.plan["declared"] == [{"claim": "effort", "says": "3", "value": "3 hours", "at": "Total"}]


@pytest.mark.parametrize(
    ("head", "share", "state"),
    [
        ("% Complete", "100%", "done"),
        ("Fortschritt", "45 %", "in progress"),
        ("% Complete", "0", "planned"),
        ("Progress", "0.45", "in progress"),
        ("Progress", "1", "done"),
    ],
)
def test_a_percentage_sets_the_state_of_a_task_without_one(head: str, share: str, state: str) -> None:
    draft = draft_of(["Task", "Sprint", head], ["Boats", "1", share]).draft
    [task] = draft.sprints["1"]["tasks"]
    assert (task["title"], task["state"], [*task["fields"].values()]) == ("Boats", state, [share])


def test_dependencies_are_read_as_other_programs_export_them() -> None:
    head = ["Issue key", "Summary", "Sprint", "Inward issue link (Blocks)", "Outward issue link (Blocks)"]
    first, second = ["HB-1", "Pier", "Sprint 1", "", "HB-2"], ["HB-2", "Boats", "Sprint 1", "", ""]
    third = ["HB-3", "Timetable", "Sprint 1", "HB-2", ""]
    listed = draft_of(head, first, second, third).draft.sprints["1"]["tasks"]
    assert [task.get("depends_on") for task in listed] == [None, ["HB-1"], ["HB-2"]]
    rows = draft_of(["ID", "Task Name", "Predecessors"], ["1", "Pier", ""], ["2", "Boats", "1FS+1 day"]).draft
    assert rows.sprints["2"]["depends_on"] == ["1"]


@pytest.mark.parametrize(("head", "lead"), [("Section/Column", ""), ("Iteration Path", "Harbour\\")])
def test_a_column_of_sprints_places_tasks(head: str, lead: str) -> None:
    rows = [
        [f"{n}", title, f"{lead}Sprint {sprint}"]
        for n, title, sprint in ((7, "Pier", 1), (8, "Boats", 1), (9, "Map", 2))
    ]
    draft = draft_of(["ID", "Name", head], *rows).draft
    assert {id_: [task["title"] for task in sprint["tasks"]] for id_, sprint in draft.sprints.items()} == {
        "1": ["Pier", "Boats"],
        "2": ["Map"],
    }


def test_a_column_called_done_can_be_a_custom_field() -> None:
    draft = draft_of(["Task", "Sprint", "Done"], ["Boats", "1", "perhaps"]).draft
    assert draft.plan["fields"][0]["id"] == "done_cell"


def test_a_short_word_is_the_title_of_a_phase_not_its_id() -> None:
    draft = draft_of(["Phase", "Sprint"], ["Run", "Sprint 1"], ["Build", "Sprint 2"]).draft
    assert [phase["title"] for phase in draft.phases.values()] == ["Run", "Build"]


def test_an_epic_next_to_a_sprint_is_a_field_of_the_task(tmp_path: Path) -> None:
    rows = "Epic;Story;Sprint\nVault;Store keys;Sprint 1\nPortal;Sign in;Sprint 1\nVault;Rotate keys;Sprint 2\n"
    plan = imported(tmp_path, rows)
    assert [sprint.title for sprint in plan.sprints.values()] == ["Sprint 1", "Sprint 2"]
    epics = {placed.task.title: placed.task.fields["epic"] for placed in plan.all_tasks}
    assert epics == {"Store keys": "Vault", "Sign in": "Portal", "Rotate keys": "Vault"}


def test_a_second_sprint_of_a_row_is_kept(tmp_path: Path) -> None:
    rows = "Key;Summary;Sprint;Sprint\nA-1;Store keys;Sprint 1;Sprint 2\nA-2;Sign in;Sprint 2;\n"
    plan = imported(tmp_path, rows)
    assert "Sprint 2" in str(plan.sprints["1"])


@pytest.mark.parametrize(("head", "total"), [("Effort (PD)", "8"), ("Effort", "8 PD"), ("Effort (days)", "8")])
def test_the_total_of_a_sheet_is_a_claim(head: str, total: str) -> None:
    draft = draft_of(
        ["Sprint", "Title", head], ["1", "Vault", "3 PD"], ["2", "Keys", "5 PD"], ["Total", "", total]
    ).draft
    claim = {"claim": "effort", "says": total, "value": "8 days", "at": "Total"}
    assert draft.plan["declared"] == [claim]
    assert "notes" not in draft.plan
