"""`masterplan import`: a document becomes a plan and a report; any error is one sentence."""

from datetime import date
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from masterplan.cli import app as cli
from masterplan.importing.input_file import LARGEST, InputText, read_input_text
from tests.plans import loaded

DOCUMENT = """\
# Search for all

## Sprint 1: Index
**Effort:** 3 days

- [ ] Build the index
- [x] Write the query parser

## Sprint 2: Results
**Depends on:** Sprint 1

Some thoughts that fit nowhere.
"""


def document(root: Path, text: str | bytes = DOCUMENT, name: str = "PLAN.md") -> Path:
    """Write a document next to the folder of a plan, `root`."""
    path = root.parent / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder for a plan."""
    folder = tmp_path / "plan"
    folder.mkdir()
    return folder


def done(*arguments: str | Path) -> int:
    """The exit code of a command."""
    return cli.run([str(argument) for argument in arguments])


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """The sentence on standard error of a command that could not run."""
    capsys.readouterr()
    assert done(*arguments) == 2
    output = capsys.readouterr()
    assert (output.out, output.err.count("\n")) == ("", 1)
    return output.err


def test_a_document_becomes_a_plan_a_report_and_a_summary(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert done("import", document(root), "--root", root) == 0
    plan = loaded(root)
    assert plan.header.title == "Search for all"
    assert {id_: sprint.title for id_, sprint in plan.sprints.items()} == {"1": "Index", "2": "Results"}
    assert [placed.task.title for placed in plan.all_tasks] == ["Build the index", "Write the query parser"]
    assert [need.sprint for need in plan.sprints["2"].depends_on or ()] == ["1"]
    assert (root / "import-report.md").read_text("utf-8").startswith("# Import report\n")
    size, outcome, *_ = capsys.readouterr().out.splitlines()
    assert size == "Imported 2 sprints, 2 tasks, 1 dependency."
    assert outcome.endswith("not understood. See import-report.md.")
    assert done("check", "--root", root) == 0


def test_a_second_import_leaves_edited_files_unchanged(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = document(root)
    done("import", path, "--root", root)
    edited = root / "plan_data/sprints/1-index.yml"
    edited.write_text('id: "1"\ntitle: By hand\n', "utf-8")
    done("import", document(root, DOCUMENT.replace("Results", "Hits")), "--root", root)
    assert [sprint.title for sprint in loaded(root).sprints.values()] == ["By hand", "Hits"]
    sentence = "Left plan_data/sprints/1-index.yml unchanged: edited since the import. --overwrite replaces it."
    assert sentence in capsys.readouterr().out.splitlines()


def test_a_dry_run_prints_what_it_would_do_and_writes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert done("import", document(root), "--root", root, "--dry-run") == 0
    assert capsys.readouterr().out.startswith("Would import 2 sprints")
    assert list(root.iterdir()) == []


def test_the_same_document_gives_the_same_bytes(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for folder in (root, other):
        done("import", document(root), "--root", folder)
    names = sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())
    assert [(root / name).read_bytes() for name in names] == [(other / name).read_bytes() for name in names]


def test_an_empty_document_becomes_an_empty_plan_with_its_name(root: Path) -> None:
    assert done("import", document(root, "", "Road map.txt"), "--root", root) == 0
    assert (loaded(root).header.title, loaded(root).ids) == ("Road map", ())


def test_an_answer_is_checked_before_anything_is_read(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = refused(capsys, "import", document(root), "--root", root, "--answer", "dats=dmy")
    assert sentence == "masterplan: --answer dats=dmy: there is no field `dats`; did you mean `dates`?\n"
    assert list(root.iterdir()) == []


def test_a_document_may_be_a_link(root: Path) -> None:
    link = root.parent / "link.md"
    link.symlink_to(document(root))
    assert done("import", link, "--root", root) == 0


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (None, "PLAN.md", "there is no file"),
        (b"x", "plan.docx", "cannot be imported"),
        (b"x", "PLAN", "choose one of .md, .markdown, .txt"),
        (b"a\n\xe4\n", "PLAN.md", "is not UTF-8, first in line 2"),
        (b"PK\0\0", "PLAN.md", "is not a text"),
        (b"x" * (LARGEST + 1), "PLAN.md", "has more than 20,000,000 bytes"),
    ],
)
def test_an_unreadable_document_is_reported_in_one_sentence(
    root: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, name: str, sentence: str
) -> None:
    path = root.parent / name if content is None else document(root, content, name)
    assert sentence in refused(capsys, "import", path, "--root", root)
    assert list(root.iterdir()) == []


def test_a_folder_cannot_be_imported(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root.parent / "docs.md").mkdir()
    assert "is a folder" in refused(capsys, "import", root.parent / "docs.md", "--root", root)


@pytest.mark.parametrize(
    ("content", "text", "replaced"),
    [
        (b"\xef\xbb\xbfa\r\nb\rc", "a\nb\nc", ()),
        ("a\nä".encode("utf-16"), "a\nä", ()),
        ("a\n\u202eb\x07\nc\u2028d".encode(), "a\n\ufffdb\ufffd\nc d", (2,)),
    ],
)
def test_byte_order_marks_line_ends_and_control_characters_are_cleaned(
    tmp_path: Path, content: bytes, text: str, replaced: tuple[int, ...]
) -> None:
    (tmp_path / "x.md").write_bytes(content)
    assert read_input_text(tmp_path / "x.md") == InputText(text, replaced)


def test_init_can_import_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "new"
    assert done("init", root, "--from", document(root), "--yes") == 0
    assert loaded(root).header.title == "Search for all"
    assert "site_name: Search for all" in (root / "mkdocs.yml").read_text("utf-8").replace('"', "")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Imported 2 sprints, 2 tasks, 1 dependency."
    assert not [line for line in lines if line.startswith("Left plan_data")]
    assert lines[-1].startswith("  masterplan check --root ")


def test_a_title_and_a_start_for_init_are_those_of_an_imported_plan(tmp_path: Path) -> None:
    root = tmp_path / "new"
    options = ("--title", "Search: 2", "--start", "2026-01-05", "--yes")
    assert done("init", root, "--from", document(root), *options) == 0
    assert done("import", document(root), "--root", root) == 0
    assert loaded(root).header.title == "Search: 2"
    assert loaded(root).header.start == date(2026, 1, 5)
    assert 'site_name: "Search: 2"' in (root / "mkdocs.yml").read_text("utf-8")


@pytest.mark.parametrize("options", [("--demo",), ("--unit", "Epic"), ("--first", "Index")])
def test_init_refuses_options_that_do_not_apply_to_a_document(
    options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = refused(capsys, "init", tmp_path / "new", "--from", document(tmp_path / "new"), *options, "--yes")
    assert sentence == f"masterplan: with --from, the plan is that of PLAN.md; leave out {options[0]}\n"
    assert not (tmp_path / "new").exists()


ISSUES = b"""[
{"number": 12, "title": "Fix {{ x }}", "url": "https://git.example.org/acme/rocket/issues/12", "locked": true}
]
[{"number": 13, "title": "Search", "state": "CLOSED", "labels": [{"name": "\\u202ebug"}],
"projectItems": [{"title": "Board", "status": {"name": "Triage"}}]}]"""


def test_issues_become_a_plan_and_a_report_of_their_values(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = document(root, ISSUES, "issues.json")
    assert done("import", "github", path, "--root", root) == 0
    assert loaded(root).header.title == "rocket"
    assert [placed.task.title for placed in loaded(root).all_tasks] == ["Fix {{ x }}", "Search"]
    assert capsys.readouterr().out.splitlines() == [
        "Imported 1 sprint, 2 tasks, 0 dependencies.",
        "8 values read into fields, 0 kept as text, 2 not understood. See import-report.md.",
        "1 question in import-report.md, about value issues[1].projectItems[0].status.",
    ]
    report = (root / "import-report.md").read_text("utf-8")
    assert r"- Value issues\[\].locked: `in 1 issue`: no matching field" in report
    assert r"- Value issues\[1\].projectItems\[0\].status: `Triage` was read as `planned`" in report
    assert f"masterplan import github {path.as_posix()} --answer 'states={{Triage: planned}}'" in report
    assert r"that a plan cannot contain: issues\[1\].labels\[0\]." in report


def test_an_ambiguous_date_is_reported_as_not_taken(root: Path) -> None:
    path = document(root, "# Plan\n\n## Sprint 1: Base\n\nStart: 5/10/2026\n")
    assert done("import", path, "--root", root) == 0
    assert loaded(root).sprints["1"].description == "Start: 5/10/2026"
    report = (root / "import-report.md").read_text("utf-8")
    assert "- Line 5: `5/10/2026` can be `2026-10-05` or `2026-05-10`, so no date was taken from it.\n" in report


def test_issues_are_read_from_the_standard_input(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(ISSUES.replace(b"https://git.example.org/", b""))))
    assert done("import", "github", "-", "--root", root) == 0
    assert (loaded(root).header.title, len(loaded(root).all_tasks)) == ("Issues", 2)


def test_a_second_import_of_issues_leaves_edited_files_unchanged(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = document(root, ISSUES, "issues.json")
    done("import", "github", path, "--root", root)
    before = {file: file.read_bytes() for file in root.rglob("*.yml")}
    done("import", "github", path, "--root", root)
    assert {file: file.read_bytes() for file in root.rglob("*.yml")} == before
    edited = root / "plan_data/plan.yml"
    edited.write_text("title: By hand\n", "utf-8")
    done("import", "github", path, "--root", root)
    assert loaded(root).header.title == "By hand"
    assert "Left plan_data/plan.yml unchanged" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("github",), "name the file of issues: masterplan import github issues.json"),
        (("github", "gone.json"), "there is no file gone.json"),
        (("PLAN.md", "x.json"), "import takes one file, or github and a file of issues; PLAN.md x.json is neither"),
    ],
)
def test_wrong_usage_for_issues_is_reported_in_one_sentence(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert refused(capsys, "import", *arguments, "--root", root) == f"masterplan: {sentence}\n"


def test_another_document_replaces_the_plan_only_with_overwrite(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert done("import", document(root), "--root", root) == 0
    before = {path: path.read_bytes() for path in root.rglob("*.yml")}
    other = document(root, "# Other\n\n## Sprint 9: Else\n", "OTHER.md")
    sentence = refused(capsys, "import", other, "--root", root)
    assert "imported from PLAN.md, not from OTHER.md" in sentence
    assert {path: path.read_bytes() for path in root.rglob("*.yml")} == before
    assert done("import", other, "--root", root, "--overwrite") == 0
    assert list(loaded(root).sprints) == ["9"]


@pytest.mark.parametrize(("name", "title"), [("PLAN.md", "Search for all"), ("plan.csv", "Depots")])
def test_a_document_can_be_imported_into_a_new_plan(
    name: str, title: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "new"
    text = DOCUMENT if name == "PLAN.md" else "Sprint,Title,Begin,End\n1,Index,2026-01-05,2026-01-16\n"
    assert done("init", root, "--title", "Depots", "--start", "2026-01-05", "--yes") == 0
    for _ in range(2):
        assert done("import", document(root, text, name), "--root", root) == 0
        assert loaded(root).header.title == title
        assert loaded(root).header.start == date(2026, 1, 5)
    assert "0 not understood" in capsys.readouterr().out
    assert loaded(root).sprints["1"].title == "Index"


def test_a_document_is_not_imported_into_a_plan_with_more_than_a_title(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "new"
    assert done("init", root, "--unit", "Epic", "--yes") == 0
    assert "no import wrote" in refused(capsys, "import", document(root), "--root", root)
