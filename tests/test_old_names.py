"""Fields under their former names: they are loaded as before, and `masterplan upgrade` renames them."""

from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from masterplan.load import load
from masterplan.model.schema import schemas
from tests.plans import BASE, write_plan
from tests.sites import called

PHASES = """\
# When what is done.
phases:
  - id: "1"
    title: First
    weeks: 1-2 # agreed with the weeks: of the other team
    sprints: ["1", "2"]
  - {id: "2", title: "weeks: 3", weeks: 3, sprints: ["3"]}
"""
OPTIONS = 'options: [{id: A, title: One, people: [{name: Dev, work: [{"weeks": 1-3, sprints: ["1", "2", "3"]}]}]}]\n'
OLD = BASE | {"phases.yml": PHASES, "options.yml": OPTIONS}
NEW = OLD | {
    "phases.yml": PHASES.replace("    weeks: 1-2", "    when: 1-2").replace(", weeks: 3,", ", when: 3,"),
    "options.yml": OPTIONS.replace('"weeks"', '"when"'),
}


def data(root: Path) -> dict[str, str]:
    return {file.name: file.read_bytes().decode() for file in (root / "plan_data").glob("*.yml")}


def test_an_old_name_is_loaded_as_the_current_name(tmp_path: Path) -> None:
    old, new = (load(write_plan(tmp_path / name, files)) for name, files in (("old", OLD), ("new", NEW)))
    assert old.findings == ()
    assert old.plan == new.plan
    assert old.plan is not None
    assert str(old.plan.places.of("phases", "phases", 0, "when")) == "plan_data/phases.yml:5:12"
    assert str(old.plan.places.of("phases", "phases", 0, "when", key=True)) == "plan_data/phases.yml:5:5"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("weeks: 1-2", "weeks: soon", "5:12 not-a-window the text `soon` is not a time window"),
        ("weeks: 1-2", "weeks: [1]", "5:12 wrong-type a list is not a time window"),
        ("weeks: 1-2", "weeks: 1-2\n    when: 3-4", "5:5 unknown-field there is no field `weeks`"),
    ],
)
def test_findings_about_an_old_name_have_its_place(old: str, new: str, finding: str, tmp_path: Path) -> None:
    files = OLD | {"phases.yml": PHASES.replace(old, new)}
    texts = [
        f"{f.place.line}:{f.place.column} {f.rule.id} {f.message}" for f in load(write_plan(tmp_path, files)).findings
    ]
    assert texts == [finding]


@pytest.mark.parametrize(
    ("fields", "fits"),
    [({"when": "1"}, True), ({"weeks": "1"}, True), ({}, True), ({"when": "1", "weeks": "1"}, False)],
)
def test_editors_accept_either_name_but_not_both(fields: dict[str, str], fits: bool) -> None:  # noqa: FBT001
    phase = {"id": "1", "title": "T"} | fields
    schema = schemas()["phases"]
    assert Draft7Validator(schema).is_valid({"phases": [phase]}) == fits
    assert schema["definitions"]["Phase"]["properties"]["weeks"]["deprecated"] is True


def test_upgrade_renames_fields_and_nothing_else(tmp_path: Path) -> None:
    write_plan(tmp_path, OLD)
    before = data(tmp_path)
    preview = called(tmp_path, "upgrade", "--dry-run")
    assert data(tmp_path) == before
    assert "-    weeks: 1-2 # agreed with the weeks: of the other team" in preview.stdout
    assert "+    when: 1-2 # agreed with the weeks: of the other team" in preview.stdout
    assert preview.stdout.endswith("3 fields in 2 files would be renamed.\n")
    done = called(tmp_path, "upgrade")
    assert done.stdout == "Renamed 3 fields in 2 files. Review the difference, then commit.\n"
    assert data(tmp_path) == before | {name: NEW[name] for name in ("phases.yml", "options.yml")}
    again = called(tmp_path, "upgrade")
    assert (again.returncode, again.stdout) == (0, "Nothing to do: every field has its current name.\n")


def test_upgrade_keeps_line_endings_and_the_byte_order_mark(tmp_path: Path) -> None:
    text = "\ufeff" + PHASES.removeprefix("# When what is done.\n").replace("\n", "\r\n")
    write_plan(tmp_path, OLD)
    (tmp_path / "plan_data" / "phases.yml").write_bytes(text.encode())
    assert called(tmp_path, "upgrade").returncode == 0
    after = text.replace("    weeks: 1-2", "    when: 1-2").replace(", weeks: 3,", ", when: 3,")
    assert (tmp_path / "plan_data" / "phases.yml").read_bytes() == after.encode()


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (OPTIONS.replace('"weeks"', '"w\\u0065eks"'), "options.yml:1:60: rename this field to `when` by hand"),
        (OPTIONS.replace("1-3", "soon"), "the plan has errors"),
    ],
)
def test_upgrade_writes_nothing_unless_it_can_rename_all(file: str, message: str, tmp_path: Path) -> None:
    write_plan(tmp_path, OLD | {"options.yml": file})
    before = data(tmp_path)
    done = called(tmp_path, "upgrade")
    assert (done.returncode, data(tmp_path)) == (2, before)
    assert message in done.stderr
