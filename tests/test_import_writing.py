"""An imported draft becomes readable files that always load, and never replaces manual edits."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from masterplan.errors import UsageError
from masterplan.importing import answers
from masterplan.importing.draft import Draft, Values
from masterplan.importing.fit import Misfit, fit
from masterplan.importing.import_file import ImportFile
from masterplan.importing.writing import Written, write_plan
from masterplan.load.loader import KIND_OF_FILE
from masterplan.load.source import FORBIDDEN, MAX_BYTES, parse
from masterplan.load.writer import yaml_text
from masterplan.model.sprint import Sprint
from tests.plans import loaded
from tests.sites import OURS, contents
from tests.test_source import NASTY

PIECES = [
    "\n",
    "\n\n",
    " ",
    "\t",
    "\r\n",
    "#",
    ": ",
    ":",
    "- ",
    "---",
    "a",
    "1",
    "{{ x }}",
    "<<<<<<< a",
    "```",
    '"',
    "é",
]
TEXTS = st.text(max_size=30) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
WRITABLE = TEXTS.filter(lambda text: not FORBIDDEN.search(text)).map(lambda text: unicodedata.normalize("NFC", text))
VALUES: st.SearchStrategy[Any] = st.recursive(
    WRITABLE | st.booleans() | st.integers(-(10**17), 10**17),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WRITABLE, inner, max_size=4),
    max_leaves=12,
)


def as_read(value: Any) -> Any:
    """Values as returned by `parse`."""
    match value:
        case list():
            return tuple(map(as_read, value))
        case dict():
            return {key: as_read(item) for key, item in value.items()}
    return value


@settings(deadline=None)
@given(st.dictionaries(WRITABLE, VALUES, min_size=1, max_size=4))
@example({"a": "word " * 30_000, "b": ["x\n\n  y\n\n", "  \n", "\n", "a\n\tb \n"]})
def test_written_values_are_read_back_unchanged(values: dict[str, Any]) -> None:
    source = parse(yaml_text(values).encode(), "x.yml")
    assert source.findings == ()
    assert source.data == as_read(values)


@pytest.mark.parametrize("text", NASTY)
def test_difficult_texts_are_read_back_unchanged(text: str) -> None:
    values = {"a": text, "b": [text], "c": {text: text}, "d": [{"e": text, "f": f"{text}\n{text}"}]}
    source = parse(yaml_text(values).encode(), "x.yml")
    assert (source.findings, source.data) == ((), as_read(values))


@pytest.mark.parametrize("name", ["options.yml", "phases.yml", *(f"sprints/{n}" for n in range(1, 6))])
def test_files_are_written_as_a_person_would(name: str) -> None:
    """The files of our own plan are written byte for byte as they are."""
    path = next((OURS / "plan_data").glob(f"{name}*"))
    values = parse(path.read_bytes(), "x.yml").data
    assert values is not None
    _, _, written = path.read_text("utf-8").partition("\n")
    assert yaml_text(values, KIND_OF_FILE.get(name, Sprint)) == written


def test_texts_are_quoted_only_where_yaml_would_misread_them() -> None:
    task = {"title": "no", "effort": "3", "description": "Two\n\n- lines\n", "labels": ["2026-01-05", "v1.2"]}
    sprint = {"tasks": [task], "when": "3", "title": "Ends: here", "id": "1e3", "owner": ["ann", "7"], "points": "2.50"}
    assert yaml_text(sprint, Sprint) == (
        'id: "1e3"\ntitle: "Ends: here"\nwhen: 3\nowner: [ann, "7"]\npoints: 2.50\ntasks:\n  - title: "no"\n'
        "    description: |\n      Two\n\n      - lines\n"
        '    effort: 3\n    labels:\n      - "2026-01-05"\n      - v1.2\n'
    )


def draft(**sprints: Values) -> Draft:
    """A draft of sprints with titles; the argument `s1` has the fields of Sprint 1."""
    named = {id_[1:]: {"title": f"Title {id_[1:]}"} | values for id_, values in sprints.items()}
    return Draft(plan={"title": "Plan of ours"}, sprints=named)


def misfits(of: Draft) -> list[tuple[tuple[str | int, ...], object]]:
    """Paths and values of a draft that are not valid."""
    return [(misfit.path, misfit.value) for misfit in fit(of, {}).misfits]


WRONG: dict[str, tuple[Values, tuple[str | int, ...], object]] = {
    "too long": ({"title": "x" * 1001}, (), {"id": "1", "title": "x" * 1001}),
    "a control character": ({"impact": "a\x07b"}, ("impact",), "a\x07b"),
    "an unusual line break": ({"description": "a\u2028b"}, ("description",), "a\u2028b"),
    "no duration": ({"effort": "lots"}, ("effort",), "lots"),
    "reversed weeks": ({"when": "5-2"}, ("when",), "5-2"),
    "no day": ({"when": "2026-02-30"}, ("when",), "2026-02-30"),
    "an unknown sprint": ({"depends_on": [{"sprint": "9"}, {"sprint": "2"}]}, ("depends_on", 0), {"sprint": "9"}),
    "the only item": ({"depends_on": ["9"]}, ("depends_on",), ["9"]),
    "an unknown owner": ({"owner": "zed"}, ("owner",), "zed"),
    "an unknown field": ({"efort": "2 days"}, ("efort",), "2 days"),
    "a list for a text": ({"impact": ["a"]}, ("impact",), ["a"]),
    "an unknown level": ({"risk": {"level": "wild", "owner": []}}, ("risk",), {"level": "wild", "owner": []}),
    "a task without title": ({"tasks": ["a", {"points": "2"}]}, ("tasks", 1), {"points": "2"}),
    "a used id": ({"tasks": [{"id": "2", "title": "a"}]}, ("tasks", 0, "id"), "2"),
    "itself": (
        {"depends_on": [{"sprint": "1", "reason": "x"}, "2"]},
        ("depends_on", 0),
        {"sprint": "1", "reason": "x"},
    ),
    "twice": ({"depends_on": ["2", "2"]}, ("depends_on", 1), "2"),
    "too deep": ({"description": "> " * 20 + "x"}, ("description",), "> " * 20 + "x"),
    "no value of YAML": ({"points": 0.5}, ("points",), 0.5),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_invalid_value_is_left_out_and_reported(name: str) -> None:
    values, path, value = WRONG[name]
    assert misfits(draft(s1=values, s2={})) == [(("sprints", "1", *path), value)]


def test_a_circle_loses_one_dependency() -> None:
    changed = draft(s1={"depends_on": ["3", "4"]}, s2={"depends_on": ["1"]}, s3={"depends_on": ["2"]}, s4={})
    assert misfits(changed) == [(("sprints", "1", "depends_on", 0), "3")]


def test_invalid_values_of_all_files_are_left_out() -> None:
    changed = draft(s1={})
    changed.plan |= {"start": "2026-13-01", "glossary": [{"term": "A"}, {"term": "B", "means": "C"}]}
    changed.phases = {
        "1": {"id": "1", "title": "P", "sprints": ["1", "9"]},
        "2": {"id": "2", "title": "Q", "sprints": []},
    }
    changed.milestones = {"M 1": {"id": "M 1", "title": "M"}}
    changed.owners = {"ann": "Ann", "ANN": "Anna"}
    assert misfits(changed) == [
        (("plan", "start"), "2026-13-01"),
        (("plan", "glossary", 0), {"term": "A"}),
        (("milestones",), {"milestones": [{"id": "M 1", "title": "M"}]}),
        (("phases", "phases", 0, "sprints", 1), "9"),
        (("team", "people", 1), {"id": "ANN", "name": "Anna"}),
    ]


def test_custom_fields_are_written_next_to_the_others() -> None:
    changed = draft(
        s1={"fields": {"day": "Day 1", "title": "Taken"}, "tasks": [{"title": "T", "fields": {"day": "2"}}]}
    )
    changed.plan["fields"] = [{"id": "day", "title": "Day", "of": ["sprint", "task"]}]
    fitted = fit(changed, {})
    assert [(misfit.path, misfit.value) for misfit in fitted.misfits] == [
        (("sprints", "1", "fields"), {"title": "Taken"})
    ]
    assert fitted.files["plan_data/sprints/1-title-1.yml"] == (
        'id: "1"\ntitle: Title 1\ntasks:\n  - title: T\n    day: "2"\nday: Day 1\n'
    )


def test_the_reason_is_the_message_of_the_loader() -> None:
    assert fit(draft(s1={"when": "5-2"}), {}).misfits == (
        Misfit(("sprints", "1", "when"), "5-2", "the text `5-2` runs backwards"),
    )


def test_parts_beyond_the_size_of_a_file_are_left_out() -> None:
    tasks = [{"title": f"Task {n}", "description": "word " * 3_000} for n in range(80)]
    fitted = fit(draft(s1={"tasks": tasks}), {})
    assert len(fitted.files["plan_data/sprints/1-title-1.yml"].encode()) <= MAX_BYTES
    assert 1 <= len(fitted.misfits) < 40


def test_two_sprints_never_share_a_file() -> None:
    changed = Draft(sprints={"4": {"title": "5 x"}, "4-5": {"title": "X"}, "con.": {"title": "Y"}})
    sprints = ["plan_data/sprints/4-5-x.yml", "plan_data/sprints/4-5-x-2.yml"]
    assert list(fit(changed, {}).files) == ["plan_data/plan.yml", *sprints]


ANYTHING = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.sampled_from(["1", "2", "3-5 days", "high", "2-1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*Sprint.model_fields, "x"]), inner),
    max_leaves=15,
)
PARTS = st.dictionaries(st.sampled_from(["1", "2", "a", "A", "no", "x y", "con"]), st.dictionaries(
    st.sampled_from([*Sprint.model_fields]), ANYTHING, max_size=6
), max_size=4)  # fmt: skip


@settings(deadline=None, max_examples=25)
@given(st.dictionaries(st.sampled_from(["title", "summary", "start", "notes", "x"]), ANYTHING), PARTS, PARTS)
def test_any_draft_becomes_a_plan(plan: Values, sprints: dict[str, Values], phases: dict[str, Values]) -> None:
    changed = Draft(plan=plan, sprints=sprints, phases={id_: {"id": id_} | phase for id_, phase in phases.items()})
    fitted = fit(changed, {})
    assert fit(changed, {}) == fitted
    assert fitted.files["plan_data/plan.yml"].startswith("title: ")


def imported(root: Path, of: Draft, *, overwrite: bool = False, dry: bool = False) -> Written:
    """Write a draft as an import does."""
    return write_plan(root, of, ImportFile.read(root), overwrite=overwrite, dry=dry)


def refused(root: Path, of: Draft, *, overwrite: bool = False) -> str:
    """The message of a refused import, which writes nothing."""
    before = contents(root)
    with pytest.raises(UsageError) as refusal:
        imported(root, of, overwrite=overwrite)
    assert contents(root) == before
    return str(refusal.value)


FIRST, SECOND = "plan_data/sprints/1-title-1.yml", "plan_data/sprints/2-title-2.yml"


def test_an_import_writes_files_and_lists_them_in_import_yml(tmp_path: Path) -> None:
    written = imported(tmp_path, draft(s1={}, s2={"depends_on": ["1"]}))
    assert written.written == ("plan_data/plan.yml", FIRST, SECOND)
    assert [*contents(tmp_path)].count("import.yml") == 1
    assert ImportFile.read(tmp_path).files.keys() == {*written.written}
    assert loaded(tmp_path) == written.plan


def test_the_same_draft_again_changes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, draft(s1={}))
    before = contents(tmp_path)
    again = imported(tmp_path, draft(s1={}))
    assert (again.written, again.removed, again.skipped) == ((), (), {})
    assert contents(tmp_path) == before


def test_unedited_files_are_replaced_or_removed(tmp_path: Path) -> None:
    imported(tmp_path, draft(s1={}, s2={}))
    again = imported(tmp_path, draft(s1={"title": "Other"}))
    assert (again.written, again.removed) == ((FIRST,), (SECOND,))
    assert loaded(tmp_path).sprints["1"].title == "Other"
    assert not (tmp_path / SECOND).exists()


def test_line_ends_changed_by_git_are_not_an_edit(tmp_path: Path) -> None:
    imported(tmp_path, draft(s1={}))
    (tmp_path / FIRST).write_bytes((tmp_path / FIRST).read_bytes().replace(b"\n", b"\r\n"))
    assert imported(tmp_path, draft(s1={"title": "Other"})).skipped == {}


def test_an_edited_file_is_replaced_only_with_overwrite(tmp_path: Path) -> None:
    imported(tmp_path, draft(s1={}, s2={}))
    (tmp_path / FIRST).write_text('id: "1"\ntitle: By hand\n', "utf-8")
    for _ in range(2):
        again = imported(tmp_path, draft(s1={"title": "Other"}, s2={"title": "Other"}))
        assert again.skipped == {FIRST: "edited since the import"}
        assert [sprint.title for sprint in loaded(tmp_path).sprints.values()] == ["By hand", "Other"]
    assert imported(tmp_path, draft(s1={"title": "Other"}), overwrite=True).skipped == {}
    assert [sprint.title for sprint in loaded(tmp_path).sprints.values()] == ["Other"]


def test_a_deleted_file_is_written_again_only_with_overwrite(tmp_path: Path) -> None:
    imported(tmp_path, draft(s1={}, s2={}))
    (tmp_path / SECOND).unlink()
    assert imported(tmp_path, draft(s1={}, s2={})).skipped == {SECOND: "deleted since the import"}
    assert imported(tmp_path, draft(s1={}, s2={}), overwrite=True).written == (SECOND,)


def test_an_edited_file_of_a_removed_sprint_stays(tmp_path: Path) -> None:
    imported(tmp_path, draft(s1={}, s2={}))
    (tmp_path / SECOND).write_text('id: "2"\ntitle: By hand\n', "utf-8")
    assert imported(tmp_path, draft(s1={})).skipped == {SECOND: "edited since the import"}
    assert [*loaded(tmp_path).sprints] == ["1", "2"]


def test_an_edit_that_makes_the_plan_wrong_is_reported(tmp_path: Path) -> None:
    imported(tmp_path, draft(s1={}, s2={}))
    (tmp_path / FIRST).write_text('id: "1"\ntitle: By hand\ndepends_on: ["2"]\n', "utf-8")
    sentence = refused(tmp_path, draft(s1={}, s3={}))
    assert f"{FIRST} (edited since the import)" in sentence
    assert "there is no sprint `2`" in sentence


def test_an_import_that_removes_a_sprint_with_progress_is_refused(tmp_path: Path) -> None:
    imported(tmp_path, draft(s1={}, s2={}))
    (tmp_path / "plan_data/progress").mkdir()
    entry = 'entries:\n  - sprint: "2"\n    date: 2026-01-05\n    state: done\n'
    (tmp_path / "plan_data/progress/2026.yml").write_text(entry, "utf-8")
    assert "plan_data/progress/2026.yml:2" in refused(tmp_path, draft(s1={}))


def test_a_plan_not_written_by_an_import_is_replaced_only_with_overwrite(tmp_path: Path) -> None:
    (tmp_path / "plan_data").mkdir()
    (tmp_path / "plan_data/plan.yml").write_text("title: By hand\n", "utf-8")
    assert "no import wrote; import into a new folder with `masterplan init FOLDER --from FILE`" in refused(
        tmp_path, draft(s1={})
    )
    assert imported(tmp_path, draft(s1={}), overwrite=True).written == ("plan_data/plan.yml", FIRST)


def test_a_new_file_of_the_team_stays(tmp_path: Path) -> None:
    imported(tmp_path, draft(s1={}))
    (tmp_path / "plan_data/team.yml").write_text("people: [{id: bob, name: Bob}]\n", "utf-8")
    changed = draft(s1={})
    changed.owners = {"ann": "Ann"}
    assert imported(tmp_path, changed).skipped == {"plan_data/team.yml": "not written by an import"}


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    assert imported(tmp_path, draft(s1={}), dry=True).written == ("plan_data/plan.yml", FIRST)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", ["plan_data", "plan_data/sprints", FIRST, "import.yml"])
def test_nothing_is_written_through_a_link(tmp_path: Path, at: str) -> None:
    root, outside = tmp_path / "plan", tmp_path / "outside"
    (root / at).parent.mkdir(parents=True)
    outside.mkdir()
    target = outside / "x" if "." in at else outside
    (root / at).symlink_to(target)
    with pytest.raises(UsageError, match="is a symbolic link"):
        imported(root, draft(s1={}), overwrite=True)
    assert list(outside.iterdir()) == []
    assert not (root / "plan_data/plan.yml").exists()


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FIRST).mkdir(parents=True)
    assert f"{FIRST} is a folder" in refused(tmp_path, draft(s1={}), overwrite=True)


def test_a_file_refers_to_its_schema_if_the_repository_has_it(tmp_path: Path) -> None:
    (tmp_path / "docs/schema").mkdir(parents=True)
    for name in ("plan", "sprint"):
        (tmp_path / f"docs/schema/{name}.schema.json").write_text("{}", "utf-8")
    imported(tmp_path, draft(s1={}))
    lines = [(tmp_path / path).read_text("utf-8").split("\n")[0] for path in ("plan_data/plan.yml", FIRST)]
    assert lines == [
        "# yaml-language-server: $schema=../docs/schema/plan.schema.json",
        "# yaml-language-server: $schema=../../docs/schema/sprint.schema.json",
    ]


def test_import_yml_keeps_the_lines_of_the_team(tmp_path: Path) -> None:
    ours = "# Ours\nunits: epic  # as in the tracker\n\n# Words\nstates:\n  Parked: deferred\n# The end\n"
    (tmp_path / "import.yml").write_text(ours, "utf-8")
    imported(tmp_path, draft(s1={}))
    imported(tmp_path, draft(s1={}, s2={}))
    text = (tmp_path / "import.yml").read_text("utf-8")
    assert text.startswith(f"{ours}files:\n  plan_data/plan.yml: ")
    assert ImportFile.read(tmp_path).answers == answers.Answers(units="epic", states={"Parked": "deferred"})


def test_answers_of_a_command_are_written_to_import_yml(tmp_path: Path) -> None:
    (tmp_path / "import.yml").write_text("# Ours\nstates: {Parked: deferred}\nyear: 2025\n# Later\n", "utf-8")
    memory = ImportFile.read(tmp_path).with_answers(answers.parse_options(["states={Shelved: dropped}", "year=2026"]))
    write_plan(tmp_path, draft(s1={}), memory, overwrite=False, dry=False)
    read = ImportFile.read(tmp_path).answers
    assert (read.year, read.states) == (2026, {"Parked": "deferred", "Shelved": "dropped"})
    assert (tmp_path / "import.yml").read_text("utf-8").startswith("# Ours\n# Later\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("dats: dmy\n", "import.yml:1:1: there is no field `dats`; did you mean `dates`?"),
        ("a: [\n", "import.yml:2:1: not YAML"),
        ("states: {Parked: gone}\n", "import.yml:1:18: the text `gone` is not allowed here"),
        ("ignore: 40-12\n", "write lines like 12 or 12-40"),
        ("files: {../../x: a}\n", "is not a file that an import writes"),
        ("files: {plan_data/sprints/../../x.yml: a}\n", "is not a file that an import writes"),
        ("files: {plan_data/plan.yml: a}\n", "is not a SHA-256 digest"),
    ],
)
def test_a_wrong_import_yml_is_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "import.yml").write_text(text, "utf-8")
    with pytest.raises(UsageError) as refusal:
        ImportFile.read(tmp_path)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("text", ["", "# Only a comment\n", "{units: epic}\n"])
def test_an_empty_import_yml_is_extended_and_one_in_flow_style_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "import.yml").write_text(text, "utf-8")
    if text.startswith("{"):
        assert "write it as `key: value` lines" in refused(tmp_path, draft(s1={}))
    else:
        imported(tmp_path, draft(s1={}))
        assert (tmp_path / "import.yml").read_text("utf-8").startswith(f"{text}files:\n")


def test_a_plan_of_too_many_files_is_refused(tmp_path: Path) -> None:
    changed = draft(**{f"s{n}": {} for n in range(10_000)})
    assert "a plan of 10,001 files is too large; import the document in parts" in refused(tmp_path, changed)


def test_answers_are_read_as_in_import_yml() -> None:
    given = answers.parse_options(
        ["dates=dmy", "ignore=[12-40, Our tasks 77]", "columns={Who: owner}", "units=User Story"]
    )
    assert answers.Answers.model_validate(given) == answers.Answers(
        dates="dmy", ignore=("12-40", "Our tasks 77"), columns={"Who": "owner"}, units="User Story"
    )
    spans = [(sheet, span.first, span.last) for sheet, span in answers.Answers.model_validate(given).ignored]
    assert spans == [("", 12, 40), ("Our tasks", 77, 77)]


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("dats=dmy", "there is no field `dats`; did you mean `dates`?"),
        ("zzz=1", "choose one of title, units, groups"),
        ("dates", "write key=value, such as dates=dmy"),
        ("dates=", "write key=value, such as dates=dmy"),
        ("dates=ddd", "choose one of dmy, mdy, ymd"),
        ("year=soon", "expected a whole number, not the text `soon`"),
        ("states={", "not YAML"),
    ],
)
def test_a_wrong_answer_is_refused_in_one_sentence(option: str, sentence: str) -> None:
    with pytest.raises(UsageError) as refusal:
        answers.parse_options([option])
    assert str(refusal.value).startswith(f"--answer {option}: ")
    assert sentence in str(refusal.value)
