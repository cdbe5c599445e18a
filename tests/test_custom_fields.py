"""Fields of the team's own: declared in plan.yml, written beside the other fields of a part, checked at their place."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from masterplan.cli import app as cli
from masterplan.git.textconv import fact_lines
from masterplan.load import Loaded, load
from masterplan.load.source import parse
from tests.plans import BASE, write_plan
from tests.test_fields import as_json

FIELDS = """\
title: Base
start: 2026-01-05
fields:
  - {id: cost_center, title: Cost centre, of: [sprint, risk], kind: number}
  - {id: budget, title: Budget, of: sprint, kind: amount}
  - {id: stage, title: Stage, of: [sprint, task, phase], kind: choice, choices: [alpha, beta, final]}
  - {id: audit_on, title: Audit on, of: [sprint, milestone], kind: date}
  - {id: ticket, title: Ticket, of: [sprint, task], kind: link}
  - {id: reviewer, title: Reviewer, of: [sprint, task], kind: person}
  - {id: remark, title: Remark, of: sprint, kind: markdown}
  - {id: vendor, title: Vendor, of: sprint}
"""
SPRINT = """\
id: "1"
title: A
cost_center: 4711
budget: $50-100
stage: beta
audit_on: 2026-02-03
ticket: https://tickets.example/7
reviewer: ada
remark: Ask *first*.
vendor: Acme & Sons
tasks:
  - {title: One, stage: alpha, reviewer: ada}
risks:
  - {title: Late, cost_center: 12}
"""
VALUES = {
    "cost_center": "4711", "budget": "$50-100", "stage": "beta", "audit_on": "2026-02-03",
    "ticket": "https://tickets.example/7", "reviewer": "ada", "remark": "Ask *first*.", "vendor": "Acme & Sons",
}  # fmt: skip


def read(root: Path, **files: str) -> Loaded:
    """The base plan with the fields, its first sprint and its other files as given: `sprint`, `phases`, `plan`."""
    names = {"sprint": "sprints/1-a.yml", "phases": "phases.yml", "plan": "plan.yml", "other": "sprints/2-b.yml"}
    given = {"plan": FIELDS, "sprint": SPRINT} | files
    return load(write_plan(root, BASE | {names[name]: text for name, text in given.items()}))


def findings(loaded: Loaded) -> list[str]:
    return [f"{each.place} {each.rule.id}" for each in loaded.findings]


def test_fields_stand_beside_the_other_fields_of_their_part(tmp_path: Path) -> None:
    plan = read(tmp_path).plan
    assert plan is not None
    sprint = plan.sprints["1"]
    assert sprint.fields == VALUES
    assert sprint.tasks[0].fields == {"stage": "alpha", "reviewer": "ada"}
    assert sprint.risks[0].fields == {"cost_center": "12"}
    assert str(plan.places.of("sprints", "1", "fields", "budget")) == "plan_data/sprints/1-a.yml:4:9"
    assert str(plan.places.of("sprints", "1", "fields", "budget", key=True)) == "plan_data/sprints/1-a.yml:4:1"


@pytest.mark.parametrize(
    ("line", "column", "rule", "hint"),
    [
        ("cost_center: $5", 14, "not-a-quantity", "without a unit"),
        ("cost_center: many", 14, "not-a-quantity", "without a unit"),
        ("budget: a lot", 9, "not-a-quantity", "$50-100"),
        ("stage: betta", 8, "unknown-value", "did you mean `beta`?"),
        ("audit_on: 3 February", 11, "not-a-date", "year, month, day"),
        ("ticket: javascript:alert(1)", 9, "unsafe-link", "https"),
        ("reviewer: bob", 11, "unknown-reference", "ada"),
        ("cost_centre: 4711", 1, "unknown-field", "did you mean `cost_center`?"),
        ("vendor: [a, b]", 9, "wrong-type", "text"),
    ],
)
def test_a_value_that_does_not_fit_is_found_at_its_place(
    tmp_path: Path, line: str, column: int, rule: str, hint: str
) -> None:
    loaded = read(tmp_path, sprint=f'id: "1"\ntitle: A\n{line}\n')
    assert findings(loaded) == [f"plan_data/sprints/1-a.yml:3:{column} {rule}"]
    assert hint in loaded.findings[0].hint


def test_all_values_are_checked_in_one_run(tmp_path: Path) -> None:
    sprint = 'id: "1"\ntitle: A\ncost_center: many\nbudget: little\ntasks:\n  - title: T\n    stage: gamma\n'
    assert findings(read(tmp_path, sprint=sprint)) == [
        "plan_data/sprints/1-a.yml:3:14 not-a-quantity",
        "plan_data/sprints/1-a.yml:4:9 not-a-quantity",
        "plan_data/sprints/1-a.yml:7:12 unknown-value",
    ]


def test_a_field_of_another_kind_of_part_names_that_kind(tmp_path: Path) -> None:
    [finding] = read(tmp_path, sprint='id: "1"\ntitle: A\ntasks: [{title: T, budget: $5}]\n').findings
    assert (finding.rule.id, finding.place.line) == ("unknown-field", 3)
    assert "declared for sprint only; add task to its `of`" in finding.hint


def test_a_required_field_is_missed_everywhere_it_is_missing(tmp_path: Path) -> None:
    fields = "title: Base\nunit: {one: Story, many: Stories}\nfields:\n"
    fields += "  - {id: cost_center, title: Cost centre, of: sprint, required: true}\n"
    loaded = read(tmp_path, plan=fields, sprint='id: "1"\ntitle: A\ncost_center: 4711\n')
    assert findings(loaded) == [
        "plan_data/sprints/2-b.yml:1:1 missing-field",
        "plan_data/sprints/3-c.yml:1:1 missing-field",
    ]
    assert "every story" in loaded.findings[0].message


def test_fields_do_not_stand_apart(tmp_path: Path) -> None:
    loaded = read(tmp_path, sprint='id: "1"\ntitle: A\nvendor: Acme\nfields: {vendor: Other}\n')
    assert findings(loaded) == ["plan_data/sprints/1-a.yml:4:1 unknown-field"]


def test_decimals_follow_the_plan(tmp_path: Path) -> None:
    comma = FIELDS.replace("start:", 'decimal: ","\nstart:')
    assert read(tmp_path / "a", plan=comma, sprint='id: "1"\ntitle: A\nbudget: 1.500,50 €\n').findings == ()
    assert findings(read(tmp_path / "b", sprint='id: "1"\ntitle: A\nbudget: 3,5 days\n')) == [
        "plan_data/sprints/1-a.yml:3:9 ambiguous-amount"
    ]


def test_a_plan_that_cannot_be_read_raises_no_alarm_about_its_fields(tmp_path: Path) -> None:
    loaded = read(tmp_path, plan=FIELDS.replace("start: 2026-01-05", "start: soon"))
    assert findings(loaded) == ["plan_data/plan.yml:2:8 not-a-date"]


def schema_findings(root: Path, plan: str, sprint: str) -> list[str]:
    """What an editor says of the sprint's file, by the schemas that `masterplan schema` writes for the plan."""
    write_plan(root, BASE | {"plan.yml": plan, "sprints/1-a.yml": sprint})
    assert cli.run(["schema", "--root", str(root)]) == 0
    schema = json.loads((root / "docs/schema/sprint.schema.json").read_text("utf-8"))
    errors = Draft7Validator(schema).iter_errors(as_json(parse(sprint.encode(), "").data))
    return sorted(error.message for error in errors)


def test_an_editor_knows_the_fields_and_levels_of_the_plan(tmp_path: Path) -> None:
    plan = FIELDS.replace("of: sprint}", "of: sprint, required: true}") + "risk_levels: [1, 2, 3, grave]\n"
    assert schema_findings(tmp_path, plan, SPRINT + "risk: {level: 3, impact: grave}\n") == []
    [vendor, level] = schema_findings(tmp_path, plan, 'id: "1"\ntitle: A\nrisk: {level: high}\n')
    assert "{'level': 'high'} is not valid" in level
    assert vendor == "'vendor' is a required property"
    wrong = SPRINT.replace("stage: beta", "stage: gamma").replace("2026-02-03", "soon").replace("budget", "budgte")
    said = " ".join(schema_findings(tmp_path, plan, wrong))
    assert all(word in said for word in ("budgte", "gamma", "soon"))


def test_schemas_of_a_wrong_plan_are_not_written(tmp_path: Path) -> None:
    write_plan(tmp_path, BASE | {"plan.yml": "title: Base\nstart: soon\n"})
    assert cli.run(["schema", "--root", str(tmp_path)]) == 1
    assert not (tmp_path / "docs").exists()


def test_git_shows_the_fields_of_a_file_by_itself() -> None:
    lines = fact_lines(SPRINT.encode()).decode().splitlines()
    assert "sprints / 1 / fields / cost_center: 4711" in lines
    assert "sprints / 1 / tasks / One / fields / stage: alpha" in lines
