"""The reasons for a sprint's dates, in sentences."""

import sys
from pathlib import Path
from types import FrameType

import pytest

from masterplan.analyse import analyse
from masterplan.cli.app import run
from masterplan.model.plan import Plan
from masterplan.render.why import why_then
from tests.plans import option, person, phase, plan, sprint

ROOT = Path(__file__).parents[1]


def reasons(plan: Plan, id_: str) -> str:
    return "\n".join(why_then(analyse(plan), id_))


def test_a_sprint_waits_for_a_chain_of_dependencies() -> None:
    example = plan(
        sprint("1", effort="2 days"),
        sprint("2", effort="1 day"),
        sprint("3", effort="2 days", needs=["1", "2"]),
        options=[option("A", {"1": []}, {"1": []})],
    )
    text = reasons(example, "3")
    assert "Starts when Sprint 1 is done.\nSprint 1 starts on day 1." in text
    assert "No slack: any delay delays the end of the plan." in text
    assert "Could start up to 1 day earlier if Sprint 1 ends sooner; then it waits for Sprint 2." in text
    assert "1 day of slack" in reasons(example, "2")
    assert "earlier" not in reasons(example, "1")


def test_a_sprint_waits_for_a_busy_person() -> None:
    example = plan(sprint("1", effort="2 days"), sprint("2", effort="1 day"), options=[option("A", {"1": []})])
    text = reasons(example, "2")
    assert "Starts when Dev 1 has finished Sprint 1." in text
    assert "Could start up to 2 days earlier if Sprint 1 ends sooner or somebody else is free." in text


def test_a_phase_later_than_necessary_is_named() -> None:
    example = plan(sprint("1", effort="2 days"), phases=[phase("9", "3-4", "1")])
    assert "Planned later than necessary: weeks 3-4 in phase 9, while its dependencies allow week 1." in reasons(
        example, "1"
    )
    assert "phase" not in reasons(plan(sprint("1", effort="2 days"), phases=[phase("9", "1-4", "1")]), "1")


def test_a_sprint_waits_for_an_absent_person() -> None:
    ada = person("ada", absent=["2026-01-05 to 2026-01-06"])
    text = reasons(plan(sprint("1", effort="2 days"), people=[ada], start="2026-01-05"), "1")
    assert "Best case with one person: Ada, week 1, 7 Jan 2026 to 8 Jan 2026 (2 days)." in text
    assert "Starts when Ada is back." in text


def test_a_long_chain_is_shortened() -> None:
    example = plan(*(sprint(str(n), effort="1 day", needs=[str(n - 1)] if n else []) for n in range(20)))
    sentences = why_then(analyse(example), "19")
    assert "15 more steps like these." in sentences
    assert "Sprint 0 starts on day 1." in sentences


def calls_for_the_last_of(sprints: int) -> int:
    """The number of function calls for the reasons of the last sprint of a chain, without one-time work."""
    facts = analyse(plan(*(sprint(str(n), effort="1 day", needs=[str(n - 1)] if n else []) for n in range(sprints))))
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event == "call"

    why_then(facts, "9")  # the work that all sprints share
    sys.setprofile(count)
    try:
        why_then(facts, str(sprints - 1))
    finally:
        sys.setprofile(None)
    return calls


def test_the_cost_of_reasons_does_not_grow_with_the_length_of_the_chain() -> None:
    assert calls_for_the_last_of(200) < 1.2 * calls_for_the_last_of(20)


def test_the_command_prints_the_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "5", "--root", str(ROOT)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Best case with 2 people (option B): Dev 2, weeks 2-5 (15 days, estimated).")
    assert "Planned later than necessary: weeks 6-8 in phase 3, while its dependencies allow week 2." in printed


def test_an_unknown_sprint_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "77", "--root", str(ROOT)]) == 2
    assert "there is no sprint 77" in capsys.readouterr().err
