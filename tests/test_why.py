"""Why a sprint is when it is, in sentences."""

from pathlib import Path

import pytest

from masterplan.analyse import analyse
from masterplan.cli.app import run
from masterplan.model.plan import Plan
from masterplan.render.why import why_then
from tests.plans import option, person, phase, plan, sprint

ROOT = Path(__file__).parents[1]


def said(of: Plan, id_: str) -> str:
    return "\n".join(why_then(analyse(of), id_))


def test_a_dependency_holds_a_sprint_and_the_chain_leads_to_the_start() -> None:
    made = plan(
        sprint("1", effort="2 days"),
        sprint("2", effort="1 day"),
        sprint("3", effort="2 days", needs=["1", "2"]),
        options=[option("A", {"1": []}, {"1": []})],
    )
    text = said(made, "3")
    assert "Sprint 3 starts when Sprint 1 is done, which it needs.\nSprint 1 starts with the plan." in text
    assert "no slack" in text
    assert "earlier if Sprint 1 ended earlier: by 1 day at most, then Sprint 2 holds it." in text
    assert "1 day of slack" in said(made, "2")
    assert "cannot start earlier" in said(made, "1")


def test_a_busy_person_holds_a_sprint() -> None:
    made = plan(sprint("1", effort="2 days"), sprint("2", effort="1 day"), options=[option("A", {"1": []})])
    text = said(made, "2")
    assert "Sprint 2 starts when Dev 1 is done with Sprint 1." in text
    assert "ended earlier or somebody else were free: by 2 days at most, then nothing holds it." in text


def test_a_phase_that_begins_later_than_need_be_is_named() -> None:
    made = plan(sprint("1", effort="2 days"), phases=[phase("9", "3-4", "1")])
    assert "phase 9 has weeks 3-4, while by what it needs it could start in week 1" in said(made, "1")
    assert "phase" not in said(plan(sprint("1", effort="2 days"), phases=[phase("9", "1-4", "1")]), "1")


def test_absence_holds_a_sprint() -> None:
    ada = person("ada", absent=["2026-01-05 to 2026-01-06"])
    text = said(plan(sprint("1", effort="2 days"), people=[ada], start="2026-01-05"), "1")
    assert "Ada does Sprint 1 in week 1, 2026-01-07 to 2026-01-08." in text
    assert "Sprint 1 starts when Ada is back." in text


def test_a_long_chain_is_cut() -> None:
    made = plan(*(sprint(str(n), effort="1 day", needs=[str(n - 1)] if n else []) for n in range(20)))
    sentences = why_then(analyse(made), "19")
    assert "So it goes on for 12 more steps." in sentences
    assert "Sprint 0 starts with the plan." in sentences


def test_the_command_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "5", "--root", str(ROOT)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(
        "In the best schedule found for the people of Option B, Dev 2 does Sprint 5 in weeks 2-5."
    )
    assert "phase 3 has weeks 6-8, while by what it needs it could start in week 2" in printed


def test_a_sprint_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["why", "77", "--root", str(ROOT)]) == 2
    assert "there is no sprint 77" in capsys.readouterr().err
