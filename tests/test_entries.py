"""Progress entries may name the metrics and tasks of their sprint, each once."""

import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from masterplan.analyse import analyse
from masterplan.load import load
from masterplan.load.tree import exists_in
from tests.plans import BASE, loaded, write_plan

Form = Literal["NFC", "NFD"]

SPRINT = 'id: "1"\ntitle: A\nmetrics: [{name: Load time, before: 2s, after: <1s}]\ntasks: [{title: Write it}]\n'
HEAD = 'entries:\n  - sprint: "1"\n    date: 2025-11-16\n    state: in progress\n'


def findings_of(root: Path, entry: str) -> list[str]:
    """Places and rules of the findings of an entry for a sprint with one metric and one task."""
    loaded = load(write_plan(root, BASE | {"sprints/1-a.yml": SPRINT, "progress/2025.yml": HEAD + entry}))
    return [f"{finding.place.line}:{finding.place.column} {finding.rule.id}" for finding in loaded.findings]


def test_an_entry_has_tasks_measurements_and_savings(tmp_path: Path) -> None:
    fields = (
        "    percent: 40\n    tasks: [Write it]\n    measured: [{metric: Load time, value: 0.8s}]\n    saves: $60-70\n"
    )
    assert findings_of(tmp_path, fields) == []
    plan = loaded(tmp_path)
    (entry,) = plan.entries
    assert (entry.percent, entry.tasks, entry.saves and entry.saves.text) == (40, ("Write it",), "$60-70")
    assert [(reading.metric, reading.value.text) for reading in entry.measured] == [("Load time", "0.8s")]


@pytest.mark.parametrize(
    ("fields", "expected"),
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
def test_a_wrong_value_of_an_entry_is_reported_at_its_place(fields: str, expected: list[str], tmp_path: Path) -> None:
    assert findings_of(tmp_path, fields) == expected


def test_names_match_in_any_unicode_normalization(tmp_path: Path) -> None:
    """On macOS and with some keyboards, letters and their marks are separate characters."""
    apart, joined = (unicodedata.normalize(form, "Prüfung") for form in ("NFD", "NFC"))
    sprint = f'id: "1"\ntitle: A\nmetrics: [{{name: {joined}, before: 2s, after: <1s}}]\ntasks: [{{title: {apart}}}]\n'
    entry = f"    tasks: [{joined}]\n    measured: [{{metric: {apart}, value: 1s}}]\n"
    loaded = load(write_plan(tmp_path, BASE | {"sprints/1-a.yml": sprint, "progress/2025.yml": HEAD + entry}))
    assert loaded.findings == ()
    assert loaded.plan is not None
    assert analyse(loaded.plan).standings["1"].percent == 100


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("other", ["NFC", "NFD"])
def test_a_document_exists_in_any_unicode_normalization(form: Form, other: Form, tmp_path: Path) -> None:
    name = "Prüfung/Übersicht.md"
    file = tmp_path / unicodedata.normalize(form, name)
    file.parent.mkdir()
    file.touch()
    is_there = exists_in(tmp_path)
    assert is_there(unicodedata.normalize(other, name))
    assert not is_there("Prüfung/Ubersicht.md")


def test_an_entry_of_an_unknown_sprint_is_one_finding(tmp_path: Path) -> None:
    entry = 'entries:\n  - sprint: "9"\n    date: 2025-11-16\n    state: done\n    tasks: [Write it]\n'
    loaded = load(write_plan(tmp_path, BASE | {"progress/2025.yml": entry}))
    assert [finding.rule.id for finding in loaded.findings] == ["unknown-reference"]
