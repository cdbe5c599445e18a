"""The commands that answer questions about a plan and its rules: check, why, rules, explain."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from masterplan.cli.console import out
from masterplan.cli.findings import CheckFormat, print_findings
from masterplan.cli.parameters import App, Output, Root, Today
from masterplan.errors import UsageError
from masterplan.model.finding import Severity

app = App()

FailOnSeverity = Annotated[Severity, typer.Option(help="The lowest severity that gives exit code 1.")]


@app.command()
def check(
    root: Root = Path(),
    fail_on: FailOnSeverity = "error",
    form: Annotated[CheckFormat, typer.Option("--format", help="The format of the output.")] = "text",
    output: Output = None,
    today: Today = None,
) -> None:
    """List everything that is wrong with the plan, with file, line and column.

    Errors stop the site from being built; the site shows warnings and infos. A finding is a contradiction (statements
    that cannot all be true), a gap (something the plan should state), or a remark; see `masterplan explain RULE`.
    """
    if print_findings(root, fail_on, form, output, today):
        raise typer.Exit(1)


@app.command()
def why(
    sprint: Annotated[str, typer.Argument(help="The sprint's id.", metavar="ID")],
    root: Root = Path(),
    today: Today = None,
) -> None:
    """Explain the dates of a sprint: what it waits for, its slack, and what would move it."""
    from masterplan.publish.project import open_project
    from masterplan.render.why import why_then

    facts = open_project(root, today).facts
    if sprint not in facts.plan.sprints:
        raise UsageError.unknown(facts.plan.unit.one.lower(), sprint, facts.plan.sprints)
    for sentence in why_then(facts, sprint):
        out.print(sentence)


@app.command()
def rules(
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="The format of the list.")] = "text",
) -> None:
    """List every rule and every kind of change with its id, severity or weight, and meaning."""
    import json

    from masterplan.publish.examples import every_rule, grade

    all_rules = every_rule()
    if form == "json":
        names = {name: name for name in ("id", "severity", "weight", "kind", "area")} | {"says": "description"}
        rows = [{key: getattr(rule, name) for key, name in names.items() if hasattr(rule, name)} for rule in all_rules]
        out.print(json.dumps(rows, indent=2))
        return
    width = max(len(rule.id) for rule in all_rules)
    for rule in all_rules:
        out.print(f"{rule.id:{width}}  {grade(rule):22}  {rule.description}")


@app.command()
def explain(rule: Annotated[str, typer.Argument(help="The rule's id.", metavar="RULE")]) -> None:
    """Explain a rule with a wrong and a right plan, or a kind of change with a plan before and after."""
    from masterplan.load.hints import did_you_mean
    from masterplan.publish.examples import every_rule, grade, shown_plans

    by_id = {row.id: row for row in every_rule()}
    if rule not in by_id:
        raise UsageError(f"there is no rule {rule}; {did_you_mean(rule, by_id) or '`masterplan rules` lists them'}")
    out.print(f"{rule} ({grade(by_id[rule])})\n\n{by_id[rule].description}")
    for title, files in shown_plans(by_id[rule]).items():
        for path, text in files.items():
            out.print(f"\n{title}: plan_data/{path}\n")
            out.print("\n".join(f"    {line}" for line in text.splitlines()))
