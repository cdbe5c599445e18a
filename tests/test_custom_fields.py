"""Custom fields: declared in plan.yml, written next to the other fields of a part, checked at their place."""

import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.analyse.changes import changes
from masterplan.cli import app as cli
from masterplan.edit.scaffold import new_sprint
from masterplan.git.textconv import fact_lines
from masterplan.load import Loaded, load
from masterplan.load.source import parse
from masterplan.publish.project import open_project
from masterplan.render.export import Material, export_files
from masterplan.render.views.custom import CustomColumns
from tests.macro_output import html_of
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
    """The base plan with custom fields; `plan`, `sprint`, `phases` and `other` replace one of its files."""
    names = {"sprint": "sprints/1-a.yml", "phases": "phases.yml", "plan": "plan.yml", "other": "sprints/2-b.yml"}
    given = {"plan": FIELDS, "sprint": SPRINT} | files
    return load(write_plan(root, BASE | {names[name]: text for name, text in given.items()}))


def findings(loaded: Loaded) -> list[str]:
    return [f"{finding.place} {finding.rule.id}" for finding in loaded.findings]


def test_custom_fields_are_written_next_to_the_other_fields(tmp_path: Path) -> None:
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
def test_a_wrong_value_is_reported_at_its_place(tmp_path: Path, line: str, column: int, rule: str, hint: str) -> None:
    loaded = read(tmp_path, sprint=f'id: "1"\ntitle: A\n{line}\n')
    assert findings(loaded) == [f"plan_data/sprints/1-a.yml:3:{column} {rule}"]
    assert hint in loaded.findings[0].hint


def test_all_wrong_values_are_reported_in_one_run(tmp_path: Path) -> None:
    sprint = 'id: "1"\ntitle: A\ncost_center: many\nbudget: little\ntasks:\n  - title: T\n    stage: gamma\n'
    assert findings(read(tmp_path, sprint=sprint)) == [
        "plan_data/sprints/1-a.yml:3:14 not-a-quantity",
        "plan_data/sprints/1-a.yml:4:9 not-a-quantity",
        "plan_data/sprints/1-a.yml:7:12 unknown-value",
    ]


def test_a_field_declared_for_another_part_is_reported_with_that_part(tmp_path: Path) -> None:
    [finding] = read(tmp_path, sprint='id: "1"\ntitle: A\ntasks: [{title: T, budget: $5}]\n').findings
    assert (finding.rule.id, finding.place.line) == ("unknown-field", 3)
    assert "declared for sprint only; add task to its `of`" in finding.hint


def test_a_missing_required_field_is_reported_for_each_part(tmp_path: Path) -> None:
    fields = "title: Base\nunit: {one: Story, many: Stories}\nfields:\n"
    fields += "  - {id: cost_center, title: Cost centre, of: sprint, required: true}\n"
    loaded = read(tmp_path, plan=fields, sprint='id: "1"\ntitle: A\ncost_center: 4711\n')
    assert findings(loaded) == [
        "plan_data/sprints/2-b.yml:1:1 missing-field",
        "plan_data/sprints/3-c.yml:1:1 missing-field",
    ]
    assert "every story" in loaded.findings[0].message


def test_custom_fields_cannot_be_grouped_under_fields(tmp_path: Path) -> None:
    loaded = read(tmp_path, sprint='id: "1"\ntitle: A\nvendor: Acme\nfields: {vendor: Other}\n')
    assert findings(loaded) == ["plan_data/sprints/1-a.yml:4:1 unknown-field"]


def test_custom_fields_use_the_decimal_sign_of_the_plan(tmp_path: Path) -> None:
    comma = FIELDS.replace("start:", 'decimal: ","\nstart:')
    assert read(tmp_path / "a", plan=comma, sprint='id: "1"\ntitle: A\nbudget: 1.500,50 €\n').findings == ()
    assert findings(read(tmp_path / "b", sprint='id: "1"\ntitle: A\nbudget: 3,5 days\n')) == [
        "plan_data/sprints/1-a.yml:3:9 ambiguous-amount"
    ]


def test_a_mistake_in_plan_yml_causes_no_findings_about_custom_fields(tmp_path: Path) -> None:
    loaded = read(tmp_path, plan=FIELDS.replace("start: 2026-01-05", "start: soon"))
    assert findings(loaded) == ["plan_data/plan.yml:2:8 not-a-date"]
    loaded = read(tmp_path, plan=FIELDS.replace("of: sprint", "of: sprin", 1))
    assert [finding.rsplit(" ", 1)[1] for finding in findings(loaded)] == ["unknown-value"]


def schema_findings(root: Path, plan: str, sprint: str) -> list[str]:
    """Errors in the file of a sprint, according to the schema that `masterplan schema` writes for the plan."""
    write_plan(root, BASE | {"plan.yml": plan, "sprints/1-a.yml": sprint})
    assert cli.run(["schema", "--root", str(root)]) == 0
    schema = json.loads((root / "docs/schema/sprint.schema.json").read_text("utf-8"))
    errors = Draft7Validator(schema).iter_errors(as_json(parse(sprint.encode(), "").data))
    return sorted(error.message for error in errors)


def test_schemas_include_the_custom_fields_and_levels_of_the_plan(tmp_path: Path) -> None:
    plan = FIELDS.replace("of: sprint}", "of: sprint, required: true}") + "risk_levels: [1, 2, 3, grave]\n"
    assert schema_findings(tmp_path, plan, SPRINT + "risk: {level: 3, impact: grave}\n") == []
    [vendor, level] = schema_findings(tmp_path, plan, 'id: "1"\ntitle: A\nrisk: {level: high}\n')
    assert "{'level': 'high'} is not valid" in level
    assert vendor == "'vendor' is a required property"
    wrong = SPRINT.replace("stage: beta", "stage: gamma").replace("2026-02-03", "soon").replace("budget", "budgte")
    errors = " ".join(schema_findings(tmp_path, plan, wrong))
    assert all(word in errors for word in ("budgte", "gamma", "soon"))


def test_schemas_of_a_wrong_plan_are_not_written(tmp_path: Path) -> None:
    write_plan(tmp_path, BASE | {"plan.yml": "title: Base\nstart: soon\n"})
    assert cli.run(["schema", "--root", str(tmp_path)]) == 1
    assert not (tmp_path / "docs").exists()


def test_git_diff_includes_custom_fields() -> None:
    lines = fact_lines(SPRINT.encode()).decode().splitlines()
    assert "sprints / 1 / fields / cost_center: 4711" in lines
    assert "sprints / 1 / tasks / One / fields / stage: alpha" in lines


PARTS = """\
phases:
  - {id: "1", title: First, when: 1-2, sprints: ["1", "2"], stage: final}
  - {id: "2", title: Second, when: 3, sprints: ["3"]}
"""


def first(page: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    node = page.css_first(selector)
    assert node
    return node


def shown(root: Path, macro: str, *arguments: str, **files: str) -> LexborHTMLParser:
    """The output of a macro for the plan."""
    assert read(root, phases=PARTS, **files).findings == ()
    context = open_project(root, date(2026, 1, 20)).context("index.md")
    return LexborHTMLParser(html_of(macro, context, *arguments))


def test_a_page_shows_each_value_by_its_kind(tmp_path: Path) -> None:
    page = shown(tmp_path, "sprint_page", "1")
    facts = {name.text(): value for name, value in zip(page.css(".mp-facts dt"), page.css(".mp-facts dd"), strict=True)}
    assert {title: facts[title].text(strip=True) for title in ("Cost centre", "Budget", "Audit on", "Vendor")} == {
        "Cost centre": "4711", "Budget": "$50-100", "Audit on": "3 Feb 2026", "Vendor": "Acme & Sons",
    }  # fmt: skip
    assert facts["Reviewer"].text() == "Ada"
    assert [chip.text() for chip in facts["Stage"].css(".mp-chip")] == ["beta"]
    assert [(link.attributes["href"], link.text()) for link in facts["Ticket"].css("a")] == [
        ("https://tickets.example/7", "tickets.example/7")
    ]
    assert [word.text() for word in facts["Remark"].css("em")] == ["first"]
    phase = first(shown(tmp_path, "phase_page", "1"), ".mp-facts")
    assert phase.text().split() == ["Stage", "final"]


def test_a_table_has_columns_and_filters_for_custom_fields(tmp_path: Path) -> None:
    rows = 'id: "2"\ntitle: B\nstage: alpha\nreviewer: ada\n'
    table = first(shown(tmp_path, "sprint_table", other=rows), "table")
    headings = [heading.text() for heading in table.css("th")]
    assert headings[-5:] == ["State", "Cost centre", "Budget", "Stage", "Audit on"]
    assert [heading.text() for heading in table.css("th.mp-number")] == ["Cost centre", "Budget", "Audit on"]
    assert (table.attributes["data-filters"] or "").split("\n") == ["phase", "risk", "state", "owner", "stage"]
    assert [row.attributes["data-fact4"] for row in table.css("tbody tr")] == ["beta", "alpha", ""]
    assert (table.attributes["data-ranks"] or "").split("\n")[-3:] == ["alpha", "beta", "final"]


def test_a_table_without_values_has_no_columns_for_custom_fields(tmp_path: Path) -> None:
    table = first(shown(tmp_path, "sprint_table", sprint='id: "1"\ntitle: A\n'), "table")
    assert not {"Cost centre", "Stage"} & {heading.text() for heading in table.css("th")}


def test_the_risk_register_shows_fields_with_and_without_a_column(tmp_path: Path) -> None:
    plan = FIELDS + "  - {id: note, title: Note, of: risk, kind: markdown}\n"
    sprint = 'id: "1"\ntitle: A\nrisks: [{title: Late, cost_center: 12, note: "Ask *us*."}]\n'
    table = first(shown(tmp_path, "risk_register", plan=plan, sprint=sprint), "table")
    assert "Cost centre" in [heading.text() for heading in table.css("th")]
    assert [word.text() for word in table.css("td em")] == ["us"]


def test_the_guide_lists_the_custom_fields_of_the_plan(tmp_path: Path) -> None:
    rows = [[cell.text() for cell in row.css("td")] for row in shown(tmp_path, "own_fields").css("tbody tr")]
    assert rows[0] == ["Cost centre", "cost_center", "Sprint, Risk", "number"]
    assert rows[2] == ["Stage", "stage", "Sprint, Task, Phase", "alpha, beta, final"]


def test_exports_have_numbers_in_custom_fields_as_numbers(tmp_path: Path) -> None:
    read(tmp_path, phases=PARTS)
    exported = export_files(Material(open_project(tmp_path, date(2026, 1, 20)).facts, "x"))
    data = json.loads(exported["plan.json"])
    fields = data["sprints"][0]["fields"]
    assert {id_: value["text"] for id_, value in fields.items()} == VALUES
    assert (fields["budget"]["low"], fields["budget"]["high"], fields["budget"]["unit"]) == (50, 100, "$")
    assert fields["cost_center"]["low"] == 4711
    assert (fields["audit_on"]["kind"], fields["audit_on"]["low"]) == ("date", None)
    assert data["phases"][0]["fields"]["stage"]["text"] == "final"
    assert data["sprints"][0]["tasks"][0]["fields"]["stage"]["text"] == "alpha"
    heading, first = exported["csv/sprints.csv"].splitlines()[:2]
    assert heading.split(",")[-8:] == list(VALUES)
    assert first.endswith("4711,$50-100,beta,2026-02-03,https://tickets.example/7,ada,Ask *first*.,Acme & Sons")


def test_a_change_of_a_custom_field_names_its_title(tmp_path: Path) -> None:
    before = read(tmp_path / "before").plan
    other = (
        SPRINT.replace("$50-100", "$80-100").replace("2026-02-03", "2026-02-10").replace("stage: alpha", "stage: beta")
    )
    after = read(tmp_path / "after", sprint=other).plan
    assert before is not None
    assert after is not None
    assert {(change.rule.id, change.message) for change in changes(before, after)} == {
        ("own-field-raised", "Sprint 1: Budget is raised: $80-100, not $50-100"),
        ("own-field-later", "Sprint 1: Audit on is later: 2026-02-10, not 2026-02-03"),
        ("own-field-changed", "Sprint 1, task One: Stage is beta, not alpha"),
    }


def test_every_custom_field_has_a_column_or_is_listed_apart(tmp_path: Path) -> None:
    plan = read(tmp_path).plan
    assert plan is not None
    own = CustomColumns.of(plan, "sprint", [plan.sprints["1"].fields])
    titles = [*own.headings, *(title for title, _ in own.rest(VALUES).pairs)]
    assert titles == [definition.title for definition in plan.header.fields]
    assert len(own.cells(VALUES)) == len(own.headings) == 4


def test_a_new_sprint_lists_the_custom_fields_in_comments(tmp_path: Path) -> None:
    write_plan(tmp_path, BASE | {"plan.yml": FIELDS.replace("of: sprint, kind: markdown", "of: task, kind: markdown")})
    text = new_sprint(tmp_path, "More", None, None, ()).relative_to(".").as_posix()
    lines = (tmp_path / text).read_text("utf-8").splitlines()
    assert "# stage: alpha or beta or final  # Stage" in lines
    assert not any("remark" in line for line in lines)
