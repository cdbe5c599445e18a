"""What progress entries may name: the metrics and tasks of their sprint, each once."""

import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from masterplan.analyse import analyse
from masterplan.load import load
from masterplan.load.tree import exists_in
from tests.plans import BASE, write_plan

Form = Literal["NFC", "NFD"]

SPRINT = 'id: "1"\ntitle: A\nmetrics: [{name: Load time, before: 2s, after: <1s}]\ntasks: [{title: Write it}]\n'
HEAD = 'entries:\n  - sprint: "1"\n    date: 2025-11-16\n    state: in progress\n'


def found(root: Path, entry: str) -> list[str]:
    """What is wrong with an entry of a sprint that has one metric and one task."""
    loaded = load(write_plan(root, BASE | {"sprints/1-a.yml": SPRINT, "progress/2025.yml": HEAD + entry}))
    return [f"{each.place.line}:{each.place.column} {each.rule.id}" for each in loaded.findings]


def test_an_entry_says_what_was_done_measured_and_saved(tmp_path: Path) -> None:
    said = (
        "    percent: 40\n    tasks: [Write it]\n    measured: [{metric: Load time, value: 0.8s}]\n    saves: $60-70\n"
    )
    assert found(tmp_path, said) == []
    plan = load(tmp_path).plan
    assert plan is not None
    (entry,) = plan.entries
    assert (entry.percent, entry.tasks, entry.saves and entry.saves.text) == (40, ("Write it",), "$60-70")
    assert [(each.metric, each.value.text) for each in entry.measured] == [("Load time", "0.8s")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("    tasks: [Write it, Write it]\n", ["5:23 duplicate-reference"]),
        (
            "    measured: [{metric: Load time, value: 1s}, {metric: Load time, value: 2s}]\n",
            ["5:57 duplicate-reference"],
        ),
        ("    tasks: [Write It]\n", ["5:13 unknown-task"]),
        ("    measured: [{metric: Load, value: 1s}]\n", ["5:25 unknown-reading"]),
        ("    saves: fast\n", ["5:12 not-a-quantity"]),
        ("    percent: 101\n", ["5:14 out-of-range"]),
        ("    tasks: [Read it, Read it]\n", ["5:13 unknown-task", "5:22 unknown-task"]),
    ],
)
def test_a_wrong_name_is_found_at_its_place(said: str, expected: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, said) == expected


def test_letters_and_their_marks_may_be_written_apart(tmp_path: Path) -> None:
    """As macOS and some keyboards do: what looks the same is the same."""
    apart, joined = (unicodedata.normalize(form, "Prüfung") for form in ("NFD", "NFC"))
    sprint = f'id: "1"\ntitle: A\nmetrics: [{{name: {joined}, before: 2s, after: <1s}}]\ntasks: [{{title: {apart}}}]\n'
    entry = f"    tasks: [{joined}]\n    measured: [{{metric: {apart}, value: 1s}}]\n"
    loaded = load(write_plan(tmp_path, BASE | {"sprints/1-a.yml": sprint, "progress/2025.yml": HEAD + entry}))
    assert loaded.findings == ()
    assert loaded.plan is not None
    assert analyse(loaded.plan).standings["1"].percent == 100


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("other", ["NFC", "NFD"])
def test_a_document_is_there_however_its_name_is_spelt(form: Form, other: Form, tmp_path: Path) -> None:
    name = "Prüfung/Übersicht.md"
    file = tmp_path / unicodedata.normalize(form, name)
    file.parent.mkdir()
    file.touch()
    is_there = exists_in(tmp_path)
    assert is_there(unicodedata.normalize(other, name))
    assert not is_there("Prüfung/Ubersicht.md")


def test_an_entry_of_a_sprint_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    entry = 'entries:\n  - sprint: "9"\n    date: 2025-11-16\n    state: done\n    tasks: [Write it]\n'
    loaded = load(write_plan(tmp_path, BASE | {"progress/2025.yml": entry}))
    assert [each.rule.id for each in loaded.findings] == ["unknown-reference"]
