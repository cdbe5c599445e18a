"""What progress entries may name: the metrics and tasks of their sprint, each once."""

from pathlib import Path

import pytest

from masterplan.load import load
from tests.plans import BASE, write_plan

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


def test_an_entry_of_a_sprint_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    entry = 'entries:\n  - sprint: "9"\n    date: 2025-11-16\n    state: done\n    tasks: [Write it]\n'
    loaded = load(write_plan(tmp_path, BASE | {"progress/2025.yml": entry}))
    assert [each.rule.id for each in loaded.findings] == ["unknown-reference"]
