"""The table of the audit's rules, from both ends: each fires on its wrong plan at the marked line, and on nothing else.

The plans are those that the guide shows. Wording is not tested here, only that there is some.
"""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from masterplan.analyse import Facts, analyse
from masterplan.analyse.audit import CHECKS, RULES
from masterplan.load import load
from masterplan.load.rules import RULES as LOAD_RULES
from masterplan.model.finding import AREAS, SEVERITIES
from masterplan.model.place import Place
from masterplan.publish.examples import MARK, Example, example
from tests.plans import BASE, write_plan

IDS = [rule.id for rule in RULES]


def of(rule: str) -> Example:
    found = example(rule)
    assert found, f"write analyse/audit/examples/{rule}.yml"
    return found


def facts(root: Path, plan: dict[str, str], told: Example) -> Facts:
    loaded = load(write_plan(root, plan))
    assert loaded.findings == ()
    assert loaded.plan is not None
    return analyse(loaded.plan, told.today, told.files.__contains__)


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_fires_on_its_wrong_plan_at_the_line_and_nothing_else_does(rule: str, tmp_path: Path) -> None:
    told = of(rule)
    [line] = [
        (f"plan_data/{path}", n)
        for path, text in told.wrong.items()
        for n, line in enumerate(text.splitlines(), 1)
        if line.endswith(MARK)
    ]
    found = facts(tmp_path, dict(told.wrong_plan), told).findings
    assert [(each.rule.id, (each.place.path, each.place.line)) for each in found] == [(rule, line)]


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_is_silent_on_the_right_plan_and_so_are_all_others(rule: str, tmp_path: Path) -> None:
    told = of(rule)
    assert [each.message for each in facts(tmp_path, dict(told.right_plan), told).findings] == []


@pytest.mark.parametrize("rule", IDS)
def test_a_finding_says_what_is_wrong_what_to_do_and_where_it_looked(rule: str, tmp_path: Path) -> None:
    told = of(rule)
    [finding] = facts(tmp_path, dict(told.wrong_plan), told).findings
    for said in (finding.message, finding.hint, *(each.says for each in finding.related)):
        assert said
        assert said.isprintable()
        assert len(said) < 250
    assert finding.message[0] == "`" or not finding.message[0].islower()
    assert re.fullmatch(r"plan|(sprint|phase|option|milestone|risk) \S+", str(finding.subject))
    assert re.fullmatch(r"[0-9a-f]{12}", finding.fingerprint)
    assert all(each.place != Place("plan") for each in finding.related)


def test_a_sprint_that_joins_a_second_phase_by_its_own_file_is_found_there(tmp_path: Path) -> None:
    loaded = load(write_plan(tmp_path, BASE | {"sprints/1-a.yml": 'id: "1"\ntitle: A\nowner: ada\nphase: "2"\n'})).plan
    assert loaded is not None
    [finding] = analyse(loaded).findings
    assert (finding.rule.id, finding.place.path, finding.place.line) == ("two-phases", "plan_data/sprints/1-a.yml", 4)


def test_ids_are_unique_and_kebab_case() -> None:
    every = [rule.id for rule in (*LOAD_RULES, *RULES)]
    assert len(set(every)) == len(every)
    assert [id_ for id_ in every if not re.fullmatch(r"[a-z]+(-[a-z]+)*(-8)?", id_)] == []


def test_every_rule_says_in_one_sentence_what_is_wrong_and_belongs_somewhere() -> None:
    assert [rule.id for rule in RULES if not re.fullmatch(r"[A-Z][^.]+\.", rule.says)] == []
    assert {rule.area for rule in RULES} | {"files"} == set(AREAS)
    assert {rule.severity for rule in RULES} <= set(SEVERITIES)


def test_no_rule_of_the_audit_is_an_error_by_default() -> None:
    assert [rule.id for rule in RULES if rule.severity == "error"] == []


def test_every_example_belongs_to_a_rule() -> None:
    folder = files("masterplan.analyse.audit") / "examples"
    assert sorted(path.name.removesuffix(".yml") for path in folder.iterdir()) == sorted(IDS)


def test_every_row_has_a_rule_of_its_own() -> None:
    assert len({check.rule.id for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("contradiction", "total-mismatch phase-option sequential-overlap rollback-breaks not-ready needs-dropped"),
        ("gap", "risk-without-owner missing-document missing-tests no-metric done-unmeasured not-in-option stale"),
        ("remark", "target-missed savings-missed loose-range redundant-dependency soft-early phase-overlap"),
    ],
)
def test_a_rule_says_whether_it_finds_a_contradiction_a_gap_or_a_remark(kind: str, ids: str) -> None:
    by_id = {rule.id: rule.kind for rule in RULES}
    assert {by_id[id_] for id_ in ids.split()} == {kind}


def test_the_audit_finds_contradictions_gaps_and_remarks_and_reading_finds_mistakes() -> None:
    assert {rule.kind for rule in RULES} == {"contradiction", "gap", "remark"}
    assert {rule.kind for rule in LOAD_RULES} == {"mistake"}
