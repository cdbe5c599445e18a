"""`masterplan export xlsx`: a workbook with the parts of the plan, without formulas, and deterministic."""

import time
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from masterplan.cli import app as cli
from masterplan.load import load
from masterplan.model.cells import SHEETS, columns_of_sheet, rows_of_sheet
from masterplan.model.plan import Plan
from masterplan.render.export.xlsx import xlsx
from tests.everything import Kind, everything
from tests.plans import milestone, person, phase, plan, sprint, write_plan

HOSTILE = "=cmd|' /C calc'!A0; {{ 7*7 }} _x0041_\n@SUM(1) \U0001f600"


def full(root: Path) -> Plan:
    """A plan in which every field is set, with hostile texts."""

    def hostile(kind: Kind, place: str) -> str:
        return {"path": "a.md", "url": "https://a.example"}.get(kind, HOSTILE) if place else ""

    loaded = load(write_plan(root, everything(hostile, 4)))
    assert loaded.plan is not None
    return loaded.plan


def exported(of: Plan, path: Path) -> dict[str, list[tuple[object, ...]]]:
    """The values of the cells of each sheet of the workbook of a plan."""
    path.write_bytes(xlsx(of))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(path).worksheets}


def test_each_part_is_a_row_and_each_field_a_column(tmp_path: Path) -> None:
    parts = plan(
        sprint("1", title="Index", effort="3 days", tasks=[{"id": "T-1", "title": "Build", "points": "5"}]),
        sprint("2", needs=["1"], labels=["core", "slow"], risk={"level": "high"}, risks=[{"title": "Late"}]),
        phases=[phase("A", "1-2", "1", "2")],
        people=[person("ada", skills=["Search"])],
        milestones=[milestone("M1", when="2026-03-01", reached="2026-03-02")],
    )
    sheets = exported(parts, tmp_path / "plan.xlsx")
    assert list(sheets) == ["Sprints", "Tasks", "Phases", "Milestones", "Risks", "Team"]
    sprints = [dict(zip(sheets["Sprints"][0], row, strict=True)) for row in sheets["Sprints"][1:]]
    assert [(row["id"], row["title"], row["phase"]) for row in sprints] == [("1", "Index", "A"), ("2", "Title 2", "A")]
    assert (sprints[0]["effort"], sprints[0]["labels"], sprints[0]["depends_on"]) == ("3 days", None, None)
    assert (sprints[1]["labels"], sprints[1]["depends_on"], sprints[1]["risk"]) == ("core; slow", "1", "high")
    task = dict(zip(*sheets["Tasks"], strict=True))
    assert (task["id"], task["title"], task["sprint"], task["points"]) == ("T-1", "Build", "1", 5)
    gate = dict(zip(*sheets["Milestones"], strict=True))
    assert (str(gate["when"])[:10], str(gate["reached"])[:10]) == ("2026-03-01", "2026-03-02")
    assert dict(zip(*sheets["Risks"], strict=True))["sprint"] == "2"
    assert dict(zip(*sheets["Team"], strict=True))["skills"] == "Search"
    assert {rows[0][0] for rows in sheets.values()} == {"id"}


def test_no_cell_is_a_formula_and_every_text_is_whole(tmp_path: Path) -> None:
    of = full(tmp_path)
    (tmp_path / "plan.xlsx").write_bytes(xlsx(of))
    for sheet, kind in zip(load_workbook(tmp_path / "plan.xlsx").worksheets, SHEETS, strict=True):
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        assert all(cell.quotePrefix == str(cell.value).startswith("=") for cell in cells)
        assert (sheet.freeze_panes, [cell.value for cell in sheet[1]]) == ("C2", list(columns_of_sheet(of, kind)))
        texts = [
            [unescape(str(cell.value or "").removesuffix(" 00:00:00")) for cell in row]
            for row in sheet.iter_rows(min_row=2)
        ]
        assert texts == [list(row.cells.values()) for row in rows_of_sheet(of, kind)]


def test_empty_columns_of_texts_are_formatted_as_text(tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(xlsx(full(tmp_path)))
    sheet = load_workbook(tmp_path / "plan.xlsx")["Milestones"]
    letters = {str(cell.value): cell.coordinate.removesuffix("1") for cell in sheet[1]}
    formats = {name: sheet.column_dimensions[letter].number_format for name, letter in letters.items()}
    assert (formats["id"], formats["when"], formats["reached"]) == ("@", "@", "General")


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = xlsx(full(tmp_path))
    monkeypatch.setattr(time, "time", lambda: 2e9)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2e9))
    path = tmp_path / "plan.xlsx"
    path.write_bytes(xlsx(full(tmp_path)))
    assert path.read_bytes() == first
    with ZipFile(path) as book:
        assert {info.date_time for info in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z</dcterms:modified>" in book.read("docProps/core.xml")


def test_the_command_writes_the_given_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    full(tmp_path)
    target = tmp_path / "out.xlsx"
    assert cli.run(["export", "xlsx", str(target), "--root", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"Wrote {target}.\n"
    assert load_workbook(target).sheetnames == [kind.name for kind in SHEETS]
