"""The report of an import counts every line of the document once, and shows no line as Markdown."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from masterplan.importing.draft import Draft, Imported, Question
from masterplan.importing.fit import Misfit
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.report import Import, import_summary, report
from masterplan.importing.writing import Written
from tests.plans import phase, plan, sprint

TEXT = """\
# Our plan

## Sprint 1: Search
Effort: 3 days

## Sprint 2: Index
Effort: many
Needs sprint 1.

Some thoughts.
More of them.

| a | b |
Odd.
"""


def done(**more: object) -> Import:
    """An import of `TEXT` in which some lines are taken, some kept, and others not understood."""
    ledger = Ledger(TEXT.splitlines())
    ledger.take(Span(1, 1), "Our plan", "plan: title")
    for first, part in ((3, "sprint 1"), (6, "sprint 2")):
        ledger.take(Span(first, first), TEXT.splitlines()[first - 1], f"{part}: title")
        ledger.take(Span(first + 1, first + 1), TEXT.splitlines()[first], f"{part}: effort")
    ledger.take(Span(8, 8), "Needs sprint 1", "sprint 2: depends_on")
    ledger.keep(Span(10, 11), "sprint 2: notes")
    ledger.refuse(Span(13, 13), "a table without rows")
    draft = Draft(questions=[Question(4, "3 days", ("working days", "calendar days"), "units: epic")])
    plan_ = plan(sprint("1"), sprint("2", needs=["1"], tasks=[{"title": "T"}]), phases=[phase("1", "1-2", "1", "2")])
    written = Written(plan_, (), (), {}, (Misfit(("sprints", "2", "effort"), "many", "the text `many` is no length"),))
    return Import("PLAN.md", Imported(draft, ledger), written, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "readings", "is_decided", "shown"),
    [
        ("5 days", ("working days", "calendar days"), True, "`5 days` was read as `working days`; it could also be"),
        ("The dates have no year.", ("2026",), True, "The dates have no year. Chosen: `2026`."),
        ("5/10/2026", ("2026-05-10", "2026-10-05"), False, "`5/10/2026` can be `2026-05-10` or `2026-10-05`, so no"),
    ],
)
def test_a_question_quotes_the_document_or_is_a_sentence(
    text: str, readings: tuple[str, ...], shown: str, *, is_decided: bool
) -> None:
    draft = Draft(questions=[Question(4, text, readings, "year", is_decided)])
    imported = done()
    assert f"- Line 4: {shown}" in report(replace(imported, imported=imported.imported._replace(draft=draft)))


def test_the_report_lists_questions_losses_and_kept_and_taken_lines() -> None:
    assert report(done(replaced=(9, 11))) == (
        "# Import report\n\n`PLAN.md` became 2 sprints in 1 phase, 1 task, 1 dependency.\n\n"
        "| Outcome | Lines |\n| --- | ---: |\n"
        "| Read into fields | 5 |\n| Kept as text | 2 |\n| Not understood | 3 |\n"
        "| All lines with words | 10 |\n\n"
        "## Questions\n\nAnswer them on the command line, or in import.yml, and import again.\n\n"
        "- Line 4: `3 days` was read as `working days`; it could also be `calendar days`.\n"
        "  To change that: `masterplan import PLAN.md --answer units=epic`, or `units: epic` in import.yml.\n\n"
        "## Not understood\n\n- Line 7: `Effort: many`: the text \\`many\\` is no length\n"
        "- Line 13: `| a | b |`: a table without rows\n- Line 14: `Odd.`: no matching field\n\n"
        "## Replaced characters\n\n"
        "U+FFFD replaces each character of these lines that a plan cannot contain: 9, 11.\n\n"
        "## Invalid values\n\n- sprint 2, effort: `many`: the text \\`many\\` is no length\n\n"
        "## Kept as text\n\n| Where | Lines |\n| --- | --- |\n| sprint 2: notes | 10-11 |\n\n"
        "## Read into fields\n\n| Part of the plan | Lines |\n| --- | --- |\n"
        "| plan | 1 |\n| sprint 1 | 3-4 |\n| sprint 2 | 6, 8 |\n"
    )


def test_a_question_about_dates_has_an_example_of_an_answer() -> None:
    finished = done()
    finished.imported.draft.questions[:] = [
        Question(4, "5/10/2026", ("2026-10-05", "2026-05-10"), "dates", is_decided=False)
    ]
    assert "`dates` in import.yml, or an option such as `--answer dates=dmy`." in report(finished)


def test_a_command_that_answers_a_question_can_be_pasted_into_a_shell() -> None:
    finished = done()
    finished.imported.draft.questions[:] = [Question(4, "Parked", ("deferred",), "states: {Parked: planned}")]
    assert "masterplan import PLAN.md --answer 'states={Parked: planned}'" in report(finished)


def test_the_summary_counts_lines_and_lists_those_to_check() -> None:
    assert list(import_summary(done())) == [
        "Imported 2 sprints in 1 phase, 1 task, 1 dependency.",
        "5 lines read into fields, 2 kept as text, 3 not understood: 7, 13-14. See import-report.md.",
        "Left out 1 invalid value, listed in import-report.md.",
        "1 question in import-report.md, about line 4.",
    ]


def test_the_summary_lists_skipped_and_removed_files() -> None:
    written = done().written._replace(
        skipped={"plan_data/a.yml": "edited since the import", "plan_data/b.yml": "deleted since the import"},
        removed=("plan_data/c.yml",),
    )
    assert list(import_summary(Import("PLAN.md", done().imported, written, dry=True)))[-4:] == [
        "Left plan_data/a.yml unchanged: edited since the import. --overwrite replaces it.",
        "Left plan_data/b.yml out: deleted since the import. --overwrite writes it again.",
        "Would remove plan_data/c.yml: the document no longer has it.",
        "Without --dry-run, import-report.md accounts for every line.",
    ]


def test_the_summary_of_a_dry_run_refers_to_no_report_that_exists() -> None:
    assert list(import_summary(replace(done(), dry=True))) == [
        "Would import 2 sprints in 1 phase, 1 task, 1 dependency.",
        "5 lines read into fields, 2 kept as text, 3 not understood: 7, 13-14.",
        "Left out 1 invalid value.",
        "1 question, about line 4.",
        "Without --dry-run, import-report.md accounts for every line.",
    ]


LOST: dict[str, tuple[tuple[str | int, ...], object, list[int]]] = {
    "a field": (("sprints", "2", "depends_on"), ["1"], [3]),
    "an item of a list": (("sprints", "1", "depends_on", 1), {"sprint": "9", "strength": "hard"}, [2]),
    "all kept notes": (("plan", "notes"), [{"text": "Odd"}], [6]),
    "a kept note": (("plan", "notes", 0), {"title": "X", "text": "\nOdd\n"}, [6]),
    "a task by its id": (("sprints", "1", "tasks", 0, "effort"), "lots", [4]),
    "a task without an id": (("sprints", "1", "tasks", 1, "effort"), "many", [5]),
    "a whole phase": (("phases", "phases", 0), {"id": "A"}, [7]),
    "a value of no line": (("team", "people", 0), {"id": "x"}, []),
}


@pytest.mark.parametrize("name", LOST)
def test_a_line_with_an_invalid_value_counts_as_not_understood(name: str) -> None:
    path, value, lines = LOST[name]
    texts = ["needs 1", "needs 9", "needs 1", "T-1 lots", "many", "Odd", "Phase A"]
    fields = ["sprint 1: depends_on"] * 2 + [
        "sprint 2: depends_on",
        "task T-1: effort",
        "task: effort",
        "",
        "phase A: title",
    ]
    ledger = Ledger(texts)
    for n, (text, into) in enumerate(zip(texts, fields, strict=True), 1):
        if into:
            ledger.take(Span(n, n), text, into)
        else:
            ledger.keep(Span(n, n), "plan: notes")
    draft = Draft(sprints={"1": {"tasks": [{"id": "T-1", "title": "a"}, "b"]}, "2": {}}, phases={"A": {"id": "A"}})
    written = Written(plan(), (), (), {}, (Misfit(path, value, "does not fit"),))
    imported = Import("P", Imported(draft, ledger), written)
    assert [entry.line for entry in imported.entries if entry.fate == "not understood"] == lines


def test_a_summary_lists_only_the_first_lost_lines() -> None:
    ledger = Ledger([word for n in range(100) for word in (f"lost{n}", f"kept{n}")])
    for n in range(2, 201, 2):
        ledger.keep(Span(n, n), "plan: notes")
    empty = Written(plan(), (), (), {}, ())
    sentence = list(import_summary(Import("PLAN.md", Imported(Draft(), ledger), empty)))[-1]
    lines = ", ".join(str(n) for n in range(1, 40, 2))
    assert sentence.endswith(f"not understood: {lines} and 80 more. See import-report.md.")


def test_the_summary_uses_the_words_of_the_plan() -> None:
    ours = plan(sprint("1"), phases=[phase("1", "1")], unit={"one": "Epic"}, group={"one": "Release"})
    first, *_ = import_summary(Import("P", done().imported, done().written._replace(plan=ours)))
    assert first == "Imported 1 epic in 1 release, 0 tasks, 0 dependencies."


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), max_size=8), st.data())
def test_every_line_is_counted_once_and_shown_as_text(lines: list[str], data: st.DataObject) -> None:
    """A report has only text and code: no links, pictures or HTML from the document."""
    ledger = Ledger(lines)
    for n, line in enumerate(lines, 1):
        match data.draw(st.sampled_from(["take", "keep", "refuse", "nothing"])):
            case "take":
                ledger.take(Span(n, n), line, f"sprint {line[:5]}: title")
            case "keep":
                ledger.keep(Span(n, n), f"sprint {line[:5]}: notes")
            case "refuse":
                ledger.refuse(Span(n, n), line)
    path: tuple[str | int, ...] = ("sprints", lines[0] if lines else "1", "title")
    written = Written(plan(), (), (), {}, tuple(Misfit(path, line, line) for line in lines))
    imported = Import(
        "x`.md", Imported(Draft(questions=[Question(1, line, (line,), line) for line in lines]), ledger), written
    )
    assert sum(len(imported.of_fate(fate)) for fate in ("taken", "kept", "not understood")) == len(imported.entries)
    tokens = MarkdownIt("commonmark").enable("table").parse(report(imported))
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "code_inline", "softbreak", "text_special"}
    titles = [after.content for before, after in pairwise(tokens) if before.type == "heading_open"]
    assert titles == [title for title in TITLES if title in titles]


TITLES = [
    "Import report", "Questions", "Not understood", "Replaced characters", "Invalid values",
    "Kept as text", "Read into fields",
]  # fmt: skip
