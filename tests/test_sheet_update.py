"""A plan that is exported to a workbook, edited and imported again: its files change only in the edited values."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masterplan.cli import app as cli
from masterplan.errors import UsageError
from masterplan.importing.answers import Answers
from masterplan.importing.sheets.spreadsheet import Sheet, SheetLine, sheets_of
from masterplan.importing.sheets.update import SheetUpdate, update
from masterplan.model.cells import SHEETS, rows_of_sheet
from masterplan.render.export.xlsx import xlsx
from tests.everything import Kind, everything
from tests.plans import loaded, write_plan

PLAN: dict[str, str] = {
    "plan.yml": "# The plan\ntitle: Search   # a title\nfields:\n  - {id: cost, title: Cost, of: [sprint, task]}\n",
    "team.yml": "people:\n  # Ada leads\n  - id: ada\n    name: Ada L.\n"
    "  - {id: bob, name: Bob, skills: [Go, 'C, and C++']}\n",
    "phases.yml": 'phases:\n  - id: "1"\n    title: First\n    when: 1-2 # weeks\n    sprints: ["1", "2"]\n',
    "milestones.yml": "milestones:\n- id: M1\n  title: 'Beta'\n  when: 2026-03-01\n  needs: [\"1\"]\n",
    "risks.yml": "risks:\n  - Late delivery # a plain text\n  - id: R1\n    title: Cost\n    level: high\n",
    "sprints/1-index.yml": (
        '# one\nid: "1"\n# above the title\ntitle: "Index: build"   # beside it\nowner: ada\neffort: 3 days\n'
        "description: |\n  Lines\n  of text.\n\nlabels: [core, slow]\nrisk:\n  level: low   # so far\n"
        "acceptance:\n  - text: It works\n    done: true\n  # a comment\n  - Fast enough\ncost: 5\n"
        "tasks:\n  - Write it   # plain\n  - id: T1\n    title: Test it\n    owner: [ada, bob]\n    # why\n"
        "    depends_on:\n      - task: T2\n        reason: data\n  - {id: T2, title: Ship it, points: 3}\n"
    ),
    "sprints/2-hits.yml": '\ufeffid: "2"\r\ntitle: Hits\r\ndepends_on:\r\n  - sprint: "1"\r\n    reason: the index\r\n',
    "sprints/3-end.yml": '{id: "3", title: The end, risks: [{title: Rain, state: open}]}\n',
}  # fmt: skip
"""A plan in many forms of YAML: comments, quotes, flow and block style, Windows line endings."""

VALUES: Mapping[str, Sequence[str]] = {
    "effort": ["7 days", "2-3 weeks (so)"], "likely": ["2 days"], "capacity": ["40 hours"], "buffer": ["8 hours"],
    "points": ["8", "3-5"], "when": ["2-3", "2026-01-05 to 2026-01-16", "2026-04-01"], "reached": ["2026-02-01"],
    "owner": ["bob", "bob; ada"], "depends_on": ["3", "none"], "needs": ["2", "1; 3"], "before": ["2"],
    "risk": ["high"], "level": ["low"], "likelihood": ["high"], "gate": ["go"], "share": ["50"],
    "absent": ["2026-01-02; 2026-02-01 to 2026-02-03"], "also_in": ["3"], "page": ["END.md"],
    "labels": ["new", "core", "core; slow; new", "slow; core"], "skills": ["Go", "Rust; Go"],
}  # fmt: skip
"""Values for columns that do not accept any text."""

STATES = {"Sprints": ["done", "planned"], "Tasks": ["in progress", "dropped"], "Risks": ["closed"]}
TEXTS = st.sampled_from(
    ["Plain", "true", "12", "2026-01-01", "a: b", "# no comment", "- dash", 'it\'s "quoted"', "{{ 7*7 }}", "[x", "=1+1"]
) | st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of the plan."""
    return write_plan(tmp_path, PLAN)


def exported(root: Path) -> tuple[Sheet, ...]:
    """The sheets of the plan's exported workbook."""
    path = root / "plan.xlsx"
    path.write_bytes(xlsx(loaded(root)))
    return sheets_of(path)


def edited(sheets: Iterable[Sheet], kind: str, row: str | None, **cells: str) -> tuple[Sheet, ...]:
    """The sheets with changed cells in the row with an id or title; with a new row if `row` is None."""
    return tuple(_edited(sheet, row, cells) if sheet.name == kind else sheet for sheet in sheets)


def _edited(sheet: Sheet, row: str | None, cells: Mapping[str, str]) -> Sheet:
    head, *rows = sheet.rows
    lines = [dict(zip(head.cells, (*line.cells, *[""] * len(head.cells)), strict=False)) for line in rows]
    if row is None:
        lines.append({**cells})
    for line in lines:
        if row is not None and row == (line.get("id") or line.get("title")):
            line.update(cells)
    texts = [SheetLine(n, tuple(line.get(name, "") for name in head.cells)) for n, line in enumerate(lines, 2)]
    return sheet._replace(rows=(head, *texts))


def without(sheets: Iterable[Sheet], name: str, row: str) -> tuple[Sheet, ...]:
    """The sheets without the row with an id."""
    return tuple(
        sheet._replace(rows=tuple(line for line in sheet.rows if line.cells[0] != row)) if sheet.name == name else sheet
        for sheet in sheets
    )


def contents(root: Path) -> dict[str, bytes]:
    """The plan's files by path."""
    folder = root / "plan_data"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.yml"))}


def changed(root: Path, sheets: Sequence[Sheet], *, prune: bool = False) -> tuple[dict[str, list[str]], SheetUpdate]:
    """Import; returns the lines removed from (`-`) and added to (`+`) each file, and the result of the import."""
    before = contents(root)
    result = update(root, sheets, Answers(), prune=prune)
    after = contents(root)
    lines = {}
    for path in {**before, **after}:
        pair = [files.get(path, b"").decode().replace("\r\n", "\n").splitlines() for files in (before, after)]
        diff = list(difflib.unified_diff(pair[0], pair[1], lineterm="", n=0))[2:]
        if before.get(path) != after.get(path):
            lines[path] = [f"{line[0]} {line[1:]}" for line in diff if line[0] in "+-"]
    return lines, result


def test_an_export_imported_again_changes_no_byte(root: Path) -> None:
    lines, done = changed(root, exported(root))
    assert (lines, done.changes, done.written.written) == ({}, (), ())
    assert {entry.fate for entry in done.imported.ledger.entries()} == {"taken"}


def test_an_export_of_the_full_plan_imported_again_changes_no_byte(tmp_path: Path) -> None:
    def text(kind: Kind, place: str) -> str:
        hostile = f"={place} {{{{ 7*7 }}}}; 'x' _x0041_\n@SUM(1) \U0001f600"
        return {"path": "a.md", "url": "https://a.example"}.get(kind, hostile)

    write_plan(tmp_path, everything(text, 4))
    lines, done = changed(tmp_path, exported(tmp_path))
    assert (lines, done.changes) == ({}, ())


@pytest.mark.parametrize(
    ("sheet", "row", "cells", "diff"),
    [
        ("Sprints", "1", {"title": "New"}, ['- title: "Index: build"   # beside it', '+ title: "New"   # beside it']),
        ("Sprints", "1", {"effort": "4 days"}, ["- effort: 3 days", "+ effort: 4 days"]),
        ("Sprints", "1", {"effort": ""}, ["- effort: 3 days"]),
        ("Sprints", "1", {"description": "Lines\nof code."}, ["-   of text.", "+   of code."]),
        ("Sprints", "1", {"labels": "core; new"}, ["- labels: [core, slow]", "+ labels: [core, new]"]),
        ("Sprints", "1", {"risk": "high"}, ["-   level: low   # so far", "+   level: high   # so far"]),
        ("Sprints", "1", {"acceptance": "It works; Fast enough; Safe"}, ["+   - Safe"]),
        ("Sprints", "1", {"acceptance": "Fast enough"}, ["-   - text: It works", "-     done: true"]),
        ("Sprints", "1", {"acceptance": "All new"},
         ["-   - text: It works", "-     done: true", "+   - All new", "-   - Fast enough"]),
        ("Sprints", "1", {"owner": "bob"}, ["- owner: ada", "+ owner: bob"]),
        ("Sprints", "1", {"owner": "Ada L.; Bob"}, ["- owner: ada", "+ owner: [ada, bob]"]),
        ("Sprints", "1", {"cost": "6"}, ["- cost: 5", '+ cost: "6"']),
        ("Tasks", "Write it", {"state": "done"},
         ["-   - Write it   # plain", "+   - state: done", "+     title: Write it   # plain"]),
        ("Tasks", "T1", {"depends_on": "T2; 2"}, ['+       - sprint: "2"']),
        ("Tasks", "T2", {"points": "5", "cost": "x"},
         ["-   - {id: T2, title: Ship it, points: 3}", "+   - {id: T2, title: Ship it, cost: x, points: 5}"]),
        ("Milestones", "M1", {"title": "Beta's"}, ["-   title: 'Beta'", "+   title: 'Beta''s'"]),
        ("Risks", "Late delivery", {"level": "low"},
         ["-   - Late delivery # a plain text", "+   - level: low", "+     title: Late delivery # a plain text"]),
        ("Team", "bob", {"skills": "C, and C++; Go"},
         ["-   - {id: bob, name: Bob, skills: [Go, 'C, and C++']}",
          '+   - {id: bob, name: Bob, skills: ["C, and C++", Go]}']),
    ],
)  # fmt: skip
def test_only_the_lines_of_an_edited_value_change(
    root: Path, sheet: str, row: str, cells: dict[str, str], diff: list[str]
) -> None:
    lines, _ = changed(root, edited(exported(root), sheet, row, **cells))
    assert [line.rstrip() for of_file in lines.values() for line in of_file] == diff
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("form", "column", "value", "after"),
    [
        ("objective: Long text\n  going on # so\n", "objective", "Short", "objective: Short # so\n"),
        ("objective: >-\n  Folded\n  text\n", "objective", "Short", "objective: Short\n"),
        ("objective: |2\n    Indented\n\n\n", "objective", "One\nTwo", "objective: |\n  One\n  Two\n\n\n"),
        ('objective: "quoted\n  on lines" # so\n', "objective", "a: b", 'objective: "a: b" # so\n'),
        ("objective: 'it''s'\n", "objective", "it's it", "objective: 'it''s it'\n"),
        ("objective: Plain # so\n", "objective", "One\nTwo", 'objective: "One\\nTwo" # so\n'),
        ("labels:\n  - one # first\n  # between\n  - two\n", "labels", "two", "labels:\n  # between\n  - two\n"),
        ("labels:\n- one\n- two\n", "labels", "one; two; three", "labels:\n- one\n- two\n- three\n"),
        ("labels: [one, two] # so\n", "labels", "two; x: y", 'labels: [two, "x: y"] # so\n'),
        ("labels: []\n", "labels", "one", "labels: [one]\n"),
        ("depends_on: []\n", "depends_on", "", ""),
        ("objective: Plain # so\n", "objective", "", ""),
        ("risk: low # so\n", "risk", "high", "risk: high # so\n"),
        ("priority: 1\n", "priority", "2", 'priority: "2"\n'),
        ("effort: 3 days\n", "effort", "3", ""),
    ],
)
def test_a_value_is_replaced_in_any_yaml_form(tmp_path: Path, form: str, column: str, value: str, after: str) -> None:
    begin, end = 'id: "1"\ntitle: T\n# above\n', "# below\nimpact: x"
    write_plan(tmp_path, {"plan.yml": "title: P\n", "sprints/1.yml": f"{begin}{form}{end}"})
    _, done = changed(tmp_path, edited(exported(tmp_path), "Sprints", "1", **{column: value}))
    expected = f"{begin}{after or form if not done.changes else after}{end}"
    assert (tmp_path / "plan_data/sprints/1.yml").read_text("utf-8") == expected


def test_none_is_written_only_where_it_differs_from_an_empty_cell(root: Path) -> None:
    lines, done = changed(root, edited(exported(root), "Sprints", "1", depends_on="none"))
    assert lines == {"sprints/1-index.yml": ["+ depends_on: []"]}
    lines, done = changed(root, edited(exported(root), "Tasks", "Write it", depends_on="none"))
    assert (lines, done.changes) == ({}, ())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_edit_changes_one_value(root: Path, data: st.DataObject) -> None:
    write_plan(root, PLAN)
    before = {kind.name: rows_of_sheet(loaded(root), kind) for kind in SHEETS}
    kind = data.draw(st.sampled_from([kind for kind in SHEETS if before[kind.name]]))
    row = data.draw(st.sampled_from(before[kind.name]))
    columns = [name for name in row.cells if name not in {"id", "sprint", "phase", "criteria"}]
    column = data.draw(st.sampled_from(columns))
    values = STATES[kind.name] if column == "state" else VALUES.get(column)
    value = data.draw(st.sampled_from(values) if values else TEXTS)
    old = contents(root)
    name = row.cells["id"] or row.cells["title"]
    try:
        lines, done = changed(root, edited(exported(root), kind.name, name, **{column: value}))
    except UsageError:  # such as a dependency of a sprint on itself
        assert contents(root) == old
        return
    if value == row.cells[column] or (column == "title" and not row.cells["id"]):
        return
    if not done.changes:  # such as an impact of a risk that is no level, or "none" for an empty list
        refused = "not understood" in {entry.fate for entry in done.imported.ledger.entries()}
        assert refused or (value == "none" and getattr(row.part, column) == ())
        assert contents(root) == old
        return
    after = {kind.name: rows_of_sheet(loaded(root), kind) for kind in SHEETS}
    differences = {
        (sheet, old_row.path, cell)
        for sheet, rows in before.items()
        for old_row, new_row in zip(rows, after[sheet], strict=True)
        for cell in old_row.cells
        if old_row.cells[cell] != new_row.cells[cell]
    }
    assert differences == {(kind.name, row.path, column)}
    assert len(lines) == 1
    comments = [line for text in old.values() for line in text.decode().splitlines() if line.lstrip().startswith("#")]
    assert set(comments) <= {line for text in contents(root).values() for line in text.decode().splitlines()}


def test_new_rows_are_added_in_the_right_files(root: Path) -> None:
    sheets = edited(exported(root), "Sprints", None, id="4", title="More", phase="1", owner="Cy", depends_on="3")
    sheets = edited(sheets, "Tasks", None, id="T9", title="Plan it", sprint="4", owner="ada", depends_on="T1")
    sheets = edited(sheets, "Tasks", None, id="", title="Check it", sprint="2", effort="1 day")
    sheets = edited(sheets, "Team", None, id="cy", name="Cy")
    sheets = edited(sheets, "Risks", None, title="Snow", sprint="3", level="low")
    lines, done = changed(root, sheets)
    plan = loaded(root)
    assert (plan.phases[0].sprints, plan.sprints["4"].owner) == (("1", "2", "4"), ("cy",))
    assert [task.title for task in plan.sprints["4"].tasks] == ["Plan it"]
    assert [task.title for task in plan.sprints["2"].tasks] == ["Check it"]
    assert [risk.title for risk in plan.sprints["3"].risks] == ["Rain", "Snow"]
    assert {line[0] for line in lines["team.yml"]} == {"+"}
    assert "Sprint 4: added." in done.changes


def test_a_level_is_read_in_any_case(root: Path) -> None:
    sheets = edited(edited(exported(root), "Sprints", "1", risk="HIGH"), "Sprints", "2", risk="Medium risk")
    changed(root, sheets)
    levels = {id_: sprint.risk.level for id_, sprint in loaded(root).sprints.items() if sprint.risk}
    assert levels == {"1": "high", "2": "medium"}


def test_unknown_owners_are_added_to_the_team(root: Path) -> None:
    sheets = edited(exported(root), "Sprints", "2", owner="@zoe, Bob")
    sheets = edited(sheets, "Tasks", "T1", owner="Zoe; Yves Klein")
    sheets = edited(sheets, "Sprints", "3", owner="whoever has time")
    lines, done = changed(root, sheets)
    plan = loaded(root)
    assert lines["team.yml"] == ["+   - id: zoe", "+     name: zoe", "+   - id: yves-klein", "+     name: Yves Klein"]
    assert (plan.sprints["2"].owner, plan.sprints["1"].tasks[1].owner) == (("zoe", "bob"), ("zoe", "yves-klein"))
    assert done.changes == (
        "Person zoe: added.", "Person yves-klein: added.", "Sprint 2: owner changed.", "Task T1: owner changed.",
    )  # fmt: skip
    lost = [entry.note for entry in done.imported.ledger.entries() if entry.fate == "not understood"]
    assert lost == ["nobody in team.yml is called 'whoever has time'"]


def test_a_task_without_an_id_can_change_its_title(root: Path) -> None:
    lines, done = changed(root, edited(exported(root), "Tasks", "Write it", title="Write them", state="done"))
    assert [line.strip() for line in lines["sprints/1-index.yml"]] == [
        "-   - Write it   # plain",
        "+   - state: done",
        "+     title: Write them   # plain",
    ]
    assert done.changes == (
        "Task Write them was Write it: no other task of Sprint 1 was added or removed.",
        "Task Write them: title, state changed.",
    )


def test_with_several_new_tasks_a_missing_task_is_not_renamed(root: Path) -> None:
    sheets = edited(exported(root), "Tasks", "Write it", title="Write them")
    _, done = changed(root, edited(sheets, "Tasks", None, title="Read them", sprint="1"))
    assert [task.title for task in loaded(root).sprints["1"].tasks] == [
        "Write it", "Test it", "Ship it", "Write them", "Read them",
    ]  # fmt: skip
    assert "Task Write it is not in the sheet and stays; --prune removes it." in done.changes


def test_ignored_rows_change_nothing(root: Path) -> None:
    sheets = edited(exported(root), "Sprints", "1", title="New")
    sheets = edited(sheets, "Tasks", "T1", title="New")
    before = contents(root)
    done = update(root, sheets, Answers(ignore=("Sprints 2", "Tasks 3")))
    assert contents(root) == before
    assert [(entry.fate, entry.note) for entry in done.imported.ledger.entries() if entry.fate != "taken"] == [
        ("not understood", "ignored by import.yml"),
        ("not understood", "ignored by import.yml"),
    ]
    with pytest.raises(UsageError, match="ignore: 2-3 could be rows of several sheets; name theirs, as in Sprints 2-3"):
        update(root, sheets, Answers(ignore=("2-3",)))


def test_a_task_moves_to_the_sprint_in_its_row(root: Path) -> None:
    lines, done = changed(root, edited(exported(root), "Tasks", "T2", sprint="2", points="5"))
    plan = loaded(root)
    assert [task.id for task in plan.sprints["1"].tasks] == [None, "T1"]
    assert [(task.id, task.points and task.points.text) for task in plan.sprints["2"].tasks] == [("T2", "5")]
    assert done.changes == ("Task T2: moved to sprint 2.", "Task T2: points changed.")
    assert lines["sprints/1-index.yml"] == ["-   - {id: T2, title: Ship it, points: 3}"]


def test_a_task_that_moves_keeps_its_comments(root: Path) -> None:
    lines, _ = changed(root, edited(exported(root), "Tasks", "T1", sprint="3"))
    assert loaded(root).sprints["3"].tasks[0].id == "T1"
    write_plan(root, PLAN | {"sprints/3-end.yml": 'id: "3"\ntitle: The end\n'})
    changed(root, edited(exported(root), "Tasks", "T1", sprint="3"))
    assert (root / "plan_data/sprints/3-end.yml").read_text("utf-8") == (
        'id: "3"\ntitle: The end\ntasks:\n  - id: T1\n    title: Test it\n    owner: [ada, bob]\n    # why\n'
        "    depends_on:\n      - task: T2\n        reason: data\n"
    )
    lines, _ = changed(root, edited(exported(root), "Tasks", "T2", sprint="3"))
    assert lines["sprints/3-end.yml"] == ["+   - {id: T2, title: Ship it, points: 3}"]


def test_a_sprint_moves_to_the_phase_in_its_row(root: Path) -> None:
    lines, _ = changed(root, edited(exported(root), "Sprints", "3", phase="1"))
    assert [line for line in lines["phases.yml"] if line[0] == "+"] == ['+     sprints: ["1", "2", "3"]']
    lines, _ = changed(root, edited(exported(root), "Sprints", "3", phase=""))
    assert [line for line in lines["phases.yml"] if line[0] == "+"] == ['+     sprints: ["1", "2"]']


def test_parts_without_a_row_stay_unless_pruned(root: Path) -> None:
    sheets = without(without(exported(root), "Tasks", "T1"), "Sprints", "3")
    lines, done = changed(root, sheets)
    assert lines == {}
    assert done.changes == (
        "Sprint 3 is not in the sheet and stays; --prune removes it.",
        "Task T1 is not in the sheet and stays; --prune removes it.",
    )
    lines, done = changed(root, without(sheets, "Risks", "R1"), prune=True)
    plan = loaded(root)
    assert ([*plan.sprints], [risk.title for risk in plan.risks]) == (["1", "2"], ["Late delivery"])
    assert [task.title for task in plan.sprints["1"].tasks] == ["Write it", "Ship it"]
    assert not (root / "plan_data/sprints/3-end.yml").exists()


def test_an_invalid_cell_is_reported_and_the_others_are_written(root: Path) -> None:
    sheets = edited(exported(root), "Sprints", "1", effort="a lot", title="New", owner="Nobody", state="Erledigt")
    sheets = tuple(
        sheet._replace(
            rows=tuple(line._replace(cells=(*[*line.cells, *[""] * 20][:20], "what")) for line in sheet.rows)
        )
        if sheet.name == "Risks"
        else sheet
        for sheet in sheets
    )
    _, done = changed(root, sheets)
    assert done.changes == ("Sprint 1: title, state changed.",)
    assert loaded(root).sprints["1"].state == "done"
    lost = [entry.note for entry in done.imported.ledger.entries() if entry.fate == "not understood"]
    assert lost[0] == "nobody in team.yml is called 'Nobody'; effort cannot be 'a lot'"
    assert len(lost) == 1 + 3


def test_an_invalid_row_is_reported_and_the_others_are_written(root: Path) -> None:
    sheets = edited(exported(root), "Sprints", None, id="a b", title="Wrong")
    sheets = edited(sheets, "Sprints", None, id="1", title="Again")
    sheets = edited(sheets, "Phases", None, title="No id")
    sheets = edited(sheets, "Tasks", None, id="T9", title="Lost", sprint="99")
    sheets = edited(sheets, "Risks", None, id="R9", title="Snow")
    _, done = changed(root, sheets)
    assert done.changes == ("Risk R9: added.",)
    assert [entry.note for entry in done.imported.ledger.entries() if entry.fate == "not understood"] == [
        "'a b' is not a valid id: use at most 32 letters, digits and . _ -",
        "another row is about Sprint 1",
        "there is no sprint 99 for it",
        "a new phase needs an id",
    ]


def test_an_import_that_would_make_the_plan_invalid_writes_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(root)
    path = root / "plan.csv"
    path.write_text("id,title,depends_on\n1,Index,99\n", "utf-8")
    assert cli.run(["import", str(path), "--root", str(root)]) == 2
    assert "nothing was written, because the plan would be invalid with these cells" in capsys.readouterr().err
    assert contents(root) == before


def test_a_sheet_from_elsewhere_updates_the_plan_by_id(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root / "plan.csv"
    path.write_text(
        "Sprint;Titel;Aufwand;Status;Wer\n1;Index: build;4 Tage;Erledigt;Ada L.\nSprint 2;Treffer;;;\n", "utf-8"
    )
    assert cli.run(["import", str(path), "--root", str(root), "--map", "Wer=owner", "--dry-run"]) == 0
    assert loaded(root).sprints["1"].state is None
    assert cli.run(["import", str(path), "--root", str(root), "--map", "Wer=owner"]) == 0
    output = capsys.readouterr().out
    plan = loaded(root)
    assert (plan.sprints["1"].state, plan.sprints["2"].title) == ("done", "Treffer")
    assert str(rows_of_sheet(plan, SHEETS[0])[0].cells["effort"]) == "4 days"
    assert "Sprint 3 is not in the sheet and stays; --prune removes it.\n" in output
    report = (root / "import-report.md").read_text("utf-8")
    assert "## Changes\n\n- Sprint 1: effort, state changed.\n" in report
    assert "columns:" in (root / "import.yml").read_text("utf-8")


def test_a_changed_document_replaces_the_plan_but_its_own_export_updates_it(tmp_path: Path) -> None:
    (tmp_path / "PLAN.csv").write_text("Sprint,Title,Extra\n1,Index,a\n2,Hits,b\n", "utf-8")
    assert cli.run(["import", str(tmp_path / "PLAN.csv"), "--root", str(tmp_path)]) == 0
    (tmp_path / "PLAN.csv").write_text("Sprint,Title,Extra\n1,Indexes,a\n3,More,c\n", "utf-8")
    assert cli.run(["import", str(tmp_path / "PLAN.csv"), "--root", str(tmp_path)]) == 0
    assert [sprint.title for sprint in loaded(tmp_path).sprints.values()] == ["Indexes", "More"]
    lines, done = changed(tmp_path, exported(tmp_path))
    assert (lines, done.changes) == ({}, ())


def test_an_export_imported_into_an_empty_folder_has_the_same_sheets(root: Path, tmp_path: Path) -> None:
    before = {kind.name: rows_of_sheet(loaded(root), kind) for kind in SHEETS}
    exported(root)
    other = tmp_path / "other"
    other.mkdir()
    assert cli.run(["import", str(root / "plan.xlsx"), "--root", str(other)]) == 0
    after = {kind.name: rows_of_sheet(loaded(other), kind) for kind in SHEETS}
    assert {name: [{k: v for k, v in row.cells.items() if v} for row in rows] for name, rows in after.items()} == {
        name: [{k: v for k, v in row.cells.items() if v} for row in rows] for name, rows in before.items()
    }
