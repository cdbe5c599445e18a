"""Exports follow the standards of their formats, and plan text in them runs nothing."""

import io
import json
import re
from collections import defaultdict
from csv import reader
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import Facts, analyse
from masterplan.analyse.audit.groups import grouped, kinds_counted
from masterplan.cli import app as cli
from masterplan.load import load
from masterplan.model.plan import Plan
from masterplan.publish.project import open_project
from masterplan.render.export import EXPORTS, Material, export_files, paths
from masterplan.render.export.badges import BADGES
from masterplan.render.export.data import json_text, schema, whole
from masterplan.render.export.tables import FORMULA, OWN_LINES, TABLES, csv, safe
from masterplan.render.views import site as views
from masterplan.render.write import html
from tests.everything import Kind, everything
from tests.plans import BASE, entry, phase, plan, sprint, write_plan
from tests.sites import HOSTS, OURS, Host, article, called, contents, pages, repository

DAY = date(2025, 11, 20)
DATED = "title: {}\nstart: 2025-11-10\n"
SCHEMA = Draft7Validator(schema(), format_checker=Draft7Validator.FORMAT_CHECKER)
HOSTILE = "=cmd|' /C calc'!A0, \"quoted\"; 日本語\\n \U0001f600"


def seed() -> Facts:
    loaded = load(OURS).plan
    assert loaded is not None
    return analyse(loaded, DAY)


def hostile(kind: Kind, place: str) -> str:
    """A hostile text for any field; fields for paths and addresses get a valid one."""
    assert place
    return {"path": "a.md", "url": "https://a.example"}.get(kind, HOSTILE)


def full(root: Path) -> Facts:
    """A plan in which every field is set, with hostile texts."""
    loaded = load(write_plan(root, everything(hostile, 4)))
    assert loaded.findings == ()
    assert loaded.plan is not None
    return analyse(loaded.plan, date(2026, 2, 1))


def small(**header: object) -> Plan:
    return plan(
        sprint("1", impact="=1+1", metrics=[{"name": "M", "before": "Baseline", "after": "-20-30%"}]),
        sprint("2", needs=["1"]),
        phases=[phase("1", "1-2", "1"), phase("2", "3", "2")],
        entries=[entry("1", "2025-11-14", "done", measured=[{"metric": "M", "value": "-25%"}], saves="$60")],
        **header,  # type: ignore[arg-type]
    )


def csv_tables(facts: Facts) -> dict[str, str]:
    return {name: csv(table, whole(facts)) for name, table in TABLES.items()}


def rows(table: str) -> list[list[str]]:
    return list(reader(io.StringIO(table, newline="")))


# JSON


def test_the_json_of_any_plan_follows_its_schema(tmp_path: Path) -> None:
    for facts in (seed(), full(tmp_path), analyse(small()), analyse(plan())):
        SCHEMA.validate(json.loads(json_text(whole(facts))))


def test_the_schema_refuses_unknown_and_missing_keys() -> None:
    Draft7Validator.check_schema(schema())
    data = json.loads(json_text(whole(seed())))
    assert list(SCHEMA.iter_errors(data | {"more": 1}))
    assert list(SCHEMA.iter_errors(data | {"schema": "masterplan/v2"}))
    assert list(SCHEMA.iter_errors({key: value for key, value in data.items() if key != "sprints"}))


def test_the_json_has_declared_and_computed_values() -> None:
    data = json.loads(json_text(whole(analyse(small(start="2025-11-10"), DAY))))
    assert (data["schema"], data["today"], data["percent"], data["weighted_by"]) == (
        "masterplan/v1",
        "2025-11-20",
        50,
        "equal",
    )
    first, second = data["sprints"]
    assert (first["state"], first["done"], first["needed_by"], first["saves"]["low"]) == (
        "done",
        "2025-11-14",
        ["2"],
        60.0,
    )
    assert not second["ready"]
    assert second["depends_on"] == [{"sprint": "1", "strength": "hard", "reason": None, "task": None}]
    assert first["metrics"][0]["outcome"] == "reached"
    assert data["phases"][1]["weeks"] == {"first": 3, "last": 3, "starts": "2025-11-24", "ends": "2025-11-30"}
    assert first["depends_on"] is None


def test_json_is_sorted_and_deterministic() -> None:
    text = json_text(whole(seed()))
    assert text == json.dumps(json.loads(text), separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"
    assert text == json_text(whole(seed()))


# CSV


SCOPE = {"acceptance", "asks", "decisions", "notes"}
NOT_IN_TABLES = {
    "sprints": SCOPE | {"links", "declared", "documentation", "groups"},
    "sprints/tasks": {"acceptance", "depends_on", "tests", "links"},
    "sprints/metrics": {"after"},
    "phases": SCOPE | {"links", "why", "parallel", "declared"},
    "milestones": {"criteria", "links"},
    "options": {"mode", "people", "declared"},
}
"""Fields that tables leave out: lists of parts, and fields with another name."""


def fields_of(path: str) -> set[str]:
    """The fields of the items at a path of the JSON, such as `sprints/metrics`, according to the schema."""
    definitions, fields = schema()["definitions"], schema()["properties"]
    for step in path.split("/"):
        fields = definitions[re.findall('"#/definitions/(\\w+)"', json.dumps(fields[step]))[0]]["properties"]
    return set(fields)


def test_tables_have_every_field_of_the_json() -> None:
    columns: dict[str, set[str]] = defaultdict(set)
    for table in TABLES.values():
        above, _, name = table.lines.rpartition("/")
        columns[above].add(name)
        for column in table.columns:
            columns[above if column.path.startswith("../") else table.lines].add(re.findall(r"\w+", column.path)[0])
        columns[table.lines] |= {"fields"} if table.lines in OWN_LINES else set()
    del columns[""]
    left_out = {path: fields_of(path) - names for path, names in columns.items()}
    assert {path: names for path, names in left_out.items() if names} == NOT_IN_TABLES
    assert {path: names - fields_of(path) for path, names in columns.items() if names - fields_of(path)} == {}


def test_all_lines_of_a_table_are_as_long_as_its_header(tmp_path: Path) -> None:
    for facts in (seed(), full(tmp_path)):
        for name, table in csv_tables(facts).items():
            header, *lines = rows(table)
            own = [field.id for field in facts.plan.header.fields if OWN_LINES.get(TABLES[name].lines) in field.of]
            assert header == [*(column.heading for column in TABLES[name].columns), *own]
            assert {len(line) for line in lines} <= {len(header)}
            assert table.endswith("\r\n")


def test_a_full_plan_has_lines_in_every_table(tmp_path: Path) -> None:
    tables = csv_tables(full(tmp_path))
    assert [name for name, table in tables.items() if name != "findings" and len(rows(table)) < 2] == []


def test_no_cell_of_a_hostile_plan_is_a_formula(tmp_path: Path) -> None:
    cells = [cell for table in csv_tables(full(tmp_path)).values() for line in rows(table) for cell in line]
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []
    assert f"'{HOSTILE}" in cells


@given(st.text())
def test_a_cell_keeps_its_text_and_never_begins_as_a_formula(text: str) -> None:
    assert safe(text).removeprefix("'") == text.removeprefix("'")
    assert not safe(text).startswith(FORMULA)


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_sign_begins_a_cell_as_a_formula(sign: str) -> None:
    assert safe(f"{sign}1") == f"'{sign}1"


def test_tables_have_the_values_of_the_plan() -> None:
    tables = {name: rows(table) for name, table in csv_tables(analyse(small(start="2025-11-10"), DAY)).items()}
    assert tables["dependencies"][1:] == [["2", "1", "hard", "", ""]]
    assert tables["metrics"][1:] == [["1", "M", "Baseline", "'-20-30%", "'-25%", "reached", "", ""]]
    assert tables["phases"][2][:8] == ["2", "Phase 2", "3", "3", "2025-11-24", "2025-11-30", "2", "0"]
    assert tables["sprints"][1][:3] == ["1", "Title 1", "'=1+1"]


# Badges


@pytest.mark.parametrize(
    ("of", "name", "message", "colour"),
    [
        (plan(), "health", "not started", "grey"),
        (plan(sprint("1"), entries=[entry("1", "2025-11-14", "blocked")]), "health", "at risk", "orange"),
        (plan(sprint("1"), entries=[entry("1", "2025-11-14", "done")]), "health", "done", "green"),
        (plan(sprint("1", when="1"), start="2025-01-06"), "health", "off track", "red"),
        (plan(), "progress", "0%", "blue"),
        (small(), "progress", "50%", "blue"),
        (plan(sprint("1"), entries=[entry("1", "2025-11-14", "done")]), "progress", "100%", "green"),
        (plan(sprint("1", savings={"monthly": "$50-100"})), "savings", "$50-100/month", "blue"),
        (plan(sprint("1")), "savings", "not stated", "grey"),
        (
            plan(sprint("1", savings={"monthly": "$50"}), sprint("2", savings={"monthly": "€5"})),
            "savings",
            "several currencies",
            "grey",
        ),
    ],
)
def test_a_badge_shows_the_state_of_the_plan(of: Plan, name: str, message: str, colour: str) -> None:
    badge = BADGES[name](analyse(of, DAY))
    assert json.loads(badge.endpoint()) == {
        "schemaVersion": 1, "label": badge.label, "message": message, "color": colour,
    }  # fmt: skip
    picture = LexborHTMLParser(badge.svg())
    assert picture.css("svg")[0].attributes["aria-label"] == f"{badge.label}: {message}"
    assert [node.text() for node in picture.css("text")] == [badge.label, message]
    assert "http" not in badge.svg().replace("http://www.w3.org/2000/svg", "")


def test_a_badge_counts_the_contradictions() -> None:
    assert BADGES["findings"](analyse(plan())).message == "sound"
    gap = analyse(plan(sprint("1", risk={"level": "high"})))
    assert BADGES["findings"](gap).message == "no contradictions"
    assert BADGES["findings"](seed()).message == kinds_counted(grouped(seed().findings), "contradiction")


# All together


def test_a_table_for_excel_begins_with_a_byte_order_mark(tmp_path: Path) -> None:
    root = write_plan(tmp_path / "plan", BASE)
    for option in ((), ("--bom",)):
        done = called(root, "export", "csv", *option, "--output", str(tmp_path / "out"))
        assert done.returncode == 0, done.stderr
        for path in (tmp_path / "out").iterdir():
            assert path.read_bytes().startswith(b"\xef\xbb\xbf") is bool(option)
            assert path.read_text("utf-8-sig").count("\ufeff") == 0


def test_the_list_of_exports_has_every_exported_file(tmp_path: Path) -> None:
    for material in (Material(seed()), Material(full(tmp_path))):
        assert [path for export in EXPORTS for path in paths(export, material)] == list(export_files(material))


def test_every_export_has_a_command_that_writes_the_files_of_the_site(tmp_path: Path) -> None:
    root = repository(tmp_path / "plan", BASE | {"plan.yml": DATED.format("T")})
    project = open_project(root, DAY)
    outputs = {export.name: tmp_path / (export.folder or paths(export, project)[0]) for export in EXPORTS}
    for name, output in (outputs | {"all": tmp_path / "all"}).items():
        assert cli.run(["export", name, "--root", str(root), "--today", str(DAY), "--output", str(output)]) == 0
    for path, text_ in export_files(project).items():
        assert (tmp_path / path).read_bytes() == (tmp_path / "all" / path).read_bytes() == text_.encode()
    page = LexborHTMLParser(html.document(views.exports(project.context("guide/export.md"))))
    commands = [code.text() for code in page.css("tbody td:last-child code")]
    assert commands == [f"masterplan export {export.name}" for export in EXPORTS]


def test_the_published_schema_is_up_to_date(tmp_path: Path) -> None:
    assert cli.run(["schema", str(tmp_path)]) == 0
    assert json.loads((tmp_path / "export.schema.json").read_text("utf-8")) == schema()


@pytest.mark.parametrize("host", HOSTS)
def test_the_site_includes_and_links_every_export(host: Host, tmp_path: Path) -> None:
    root = repository(tmp_path / "plan", BASE | {"plan.yml": "title: T\nstart: 2025-11-10\n"})
    done = called(root, "build", "--host", host, "--today", DAY.isoformat())
    assert done.returncode == 0, done.stderr
    exported = {path: content for path, content in contents(root / "site").items() if path.startswith("exports/")}
    page = article(pages(root / "site")["guide/export/index.html"])
    linked = [a.attributes.get("href") for a in page.css("a")]
    assert set(exported) == {(link or "").removeprefix("../../") for link in linked if "exports/" in (link or "")}
    assert "exports/plan.ics" in exported
    pictures = {(image.attributes.get("src") or ""): image.attributes.get("alt") for image in page.css("img")}
    assert {path.removeprefix("../../") for path in pictures} == {path for path in exported if path.endswith(".svg")}
    assert (pictures["../../exports/badges/progress.svg"] or "").startswith("progress: ")
    assert exported["exports/plan.json"] == masterplan_bytes(root, "json")
    assert exported["exports/csv/sprints.csv"] == masterplan_bytes(root, "csv", "sprints")


def masterplan_bytes(root: Path, *arguments: str) -> bytes:
    """The file that the export command writes for the same day."""
    output = root / "out" / arguments[0]
    done = called(root, "export", *arguments, "--today", DAY.isoformat(), "--output", str(output))
    assert done.returncode == 0, done.stderr
    return output.read_bytes() if output.is_file() else (output / f"{arguments[-1]}.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("csv",), 2, "choose one of sprints, "),
        (("csv", "nope"), 2, "there is no nope; choose one of sprints, "),
        (("badges", "nope"), 2, "choose one of health, progress, savings, findings"),
        (("ics",), 2, "nothing in the plan has a date; set `start:` in plan.yml, and `when:` for sprints or phases\n"),
        (("mermaid", "--focus", "9"), 2, "there is no sprint 9; choose one of 1, 2, 3\n"),
        (("mermaid", "--phase", "9"), 2, "there is no phase 9; choose one of 1, 2\n"),
        (("xlsx", "a.xlsx", "--output", "b.xlsx"), 2, "choose either a.xlsx or --output b.xlsx\n"),
        (("people",), 2, "no person, team or role is responsible for anything that has a date or a history"),
        (("people", "ada", "--output", "people"), 2, "masterplan: no person, team or role is responsible"),
        (("csv", "risks"), 0, "sprint,level"),
        (("badges", "progress"), 0, "<svg"),
        (("json",), 0, "{"),
    ],
)
def test_the_commands_print_one_file_or_list_the_choices(
    arguments: tuple[str, ...], code: int, says: str, tmp_path: Path
) -> None:
    done = called(write_plan(tmp_path, BASE), "export", *arguments)
    assert done.returncode == code
    assert says in (done.stderr if code else done.stdout)


def test_a_person_without_dates_has_a_feed_but_no_calendar(tmp_path: Path) -> None:
    team = {"team.yml": "people: [{id: ada, name: Ada}]\n"}
    root = repository(tmp_path, BASE | team | {"sprints/1-a.yml": 'id: "1"\ntitle: A\nowner: ada\n'})
    done = called(root, "export", "people", "ada")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no work of ada has a date, so there is no calendar; --output names a folder for ada.xml" in done.stderr
    assert called(root, "export", "people", "ada", "--output", "out").stdout == "Wrote 1 file to out/.\n"


@pytest.mark.parametrize(("arguments", "number"), [(("csv",), 16), (("badges",), 8), (("badges", "progress"), 2)])
def test_the_commands_write_all_files_of_a_format(arguments: tuple[str, ...], number: int, tmp_path: Path) -> None:
    write_plan(tmp_path, BASE)
    done = called(tmp_path, "export", *arguments, "--output", "deep/out")
    assert done.stdout == f"Wrote {number} files to deep/out/.\n"
    assert len(list((tmp_path / "deep/out").iterdir())) == number
