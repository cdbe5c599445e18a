"""Each rule of the audit fires on its wrong plan, at the marked line, and never on its right plan.

The plans are those that the guide shows. The wording of findings is not tested, only that there is some.
"""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from masterplan.analyse import Facts, analyse
from masterplan.analyse.audit import RULES
from masterplan.load import load
from masterplan.load.rules import RULES as LOAD_RULES
from masterplan.model.finding import AREAS, SEVERITIES, Finding
from masterplan.model.place import Place
from masterplan.publish.examples import MARK, Example, example
from tests.plans import BASE, write_plan

IDS = [rule.id for rule in RULES]


def example_of(rule: str) -> Example:
    shown = example(rule)
    assert shown, f"write analyse/audit/examples/{rule}.yml"
    return shown


def facts(root: Path, plan: dict[str, str], shown: Example) -> Facts:
    loaded = load(write_plan(root, plan))
    assert loaded.findings == ()
    assert loaded.plan is not None
    return analyse(loaded.plan, shown.today, shown.files.__contains__)


@pytest.mark.parametrize("rule", IDS)
def test_the_wrong_plan_of_a_rule_has_only_its_finding_at_the_marked_line(rule: str, tmp_path: Path) -> None:
    shown = example_of(rule)
    [line] = [
        (f"plan_data/{path}", n)
        for path, text in shown.wrong.items()
        for n, line in enumerate(text.splitlines(), 1)
        if line.endswith(MARK)
    ]
    findings = facts(tmp_path, dict(shown.wrong_plan), shown).findings
    assert [(finding.rule.id, (finding.place.path, finding.place.line)) for finding in findings] == [(rule, line)]
    assert_complete(findings[0])


def assert_complete(finding: Finding) -> None:
    """Every text is one short line, and subject, fingerprint and related places are set."""
    for text in (finding.message, finding.hint, *(related.says for related in finding.related)):
        assert text
        assert text.isprintable()
        assert len(text) < 250
    assert finding.message[0] == "`" or not finding.message[0].islower()
    assert re.fullmatch(r"plan|(sprint|phase|option|milestone|risk) \S+", str(finding.subject))
    assert re.fullmatch(r"[0-9a-f]{12}", finding.fingerprint)
    assert all(related.place != Place("plan") for related in finding.related)


@pytest.mark.parametrize("rule", IDS)
def test_the_right_plan_of_a_rule_has_no_findings(rule: str, tmp_path: Path) -> None:
    shown = example_of(rule)
    assert [finding.message for finding in facts(tmp_path, dict(shown.right_plan), shown).findings] == []


def test_a_second_phase_in_the_file_of_a_sprint_is_reported_there(tmp_path: Path) -> None:
    loaded = load(write_plan(tmp_path, BASE | {"sprints/1-a.yml": 'id: "1"\ntitle: A\nowner: ada\nphase: "2"\n'})).plan
    assert loaded is not None
    [finding] = analyse(loaded).findings
    assert (finding.rule.id, finding.place.path, finding.place.line) == ("two-phases", "plan_data/sprints/1-a.yml", 4)


def test_ids_are_unique_and_kebab_case() -> None:
    every = [rule.id for rule in (*LOAD_RULES, *RULES)]
    assert len(set(every)) == len(every)
    assert [id_ for id_ in every if not re.fullmatch(r"[a-z]+(-[a-z]+)*(-8)?", id_)] == []


def test_every_rule_has_one_sentence_an_area_and_a_severity() -> None:
    assert [rule.id for rule in RULES if not re.fullmatch(r"[A-Z][^.]+\.", rule.description)] == []
    assert {rule.area for rule in RULES} | {"files"} == set(AREAS)
    assert {rule.severity for rule in RULES} <= set(SEVERITIES)


def test_no_rule_of_the_audit_is_an_error_by_default() -> None:
    assert [rule.id for rule in RULES if rule.severity == "error"] == []


def test_every_example_belongs_to_a_rule() -> None:
    folder = files("masterplan.analyse.audit") / "examples"
    assert sorted(path.name.removesuffix(".yml") for path in folder.iterdir()) == sorted(IDS)


@pytest.mark.parametrize(
    ("kind", "ids"),
    [
        ("contradiction", "total-mismatch phase-option sequential-overlap rollback-breaks not-ready needs-dropped"),
        ("gap", "risk-without-owner missing-document missing-tests no-metric done-unmeasured not-in-option stale"),
        ("remark", "target-missed savings-missed loose-range redundant-dependency soft-early phase-overlap"),
    ],
)
def test_a_rule_reports_a_contradiction_a_gap_or_a_remark(kind: str, ids: str) -> None:
    by_id = {rule.id: rule.kind for rule in RULES}
    assert {by_id[id_] for id_ in ids.split()} == {kind}


def test_loading_reports_mistakes_and_the_audit_the_other_kinds() -> None:
    assert {rule.kind for rule in RULES} == {"contradiction", "gap", "remark"}
    assert {rule.kind for rule in LOAD_RULES} == {"mistake"}
