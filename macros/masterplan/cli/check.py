"""The commands that answer questions about a plan and its rules: check, why, rules, explain."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from masterplan import __version__
from masterplan.cli.console import emit, out, without_garbage_collection
from masterplan.cli.parameters import Output, Root, Today
from masterplan.errors import UsageError
from masterplan.model.finding import Severity, at_least, ordered

if TYPE_CHECKING:
    from masterplan.render.reports import Report

app = typer.Typer()

CheckFormat = Literal["text", "full", "json", "github", "sarif", "junit", "gitlab"]

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The environment variable with the path of the file that GitHub shows as the summary of a step."""

FailOnSeverity = Annotated[Severity, typer.Option(help="The lowest severity that gives exit code 1.")]


@app.command()
@without_garbage_collection()
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
    from masterplan.render.reports import FORMATS, summary

    report = _report(root, today, _texts(root) if form == "full" else {})
    report = report if FORMATS[form].is_for_people else _for_programs(report, root)
    emit(FORMATS[form].write(report), output, summary(report.findings) if output else "")
    if form == "github" and os.environ.get(STEP_SUMMARY):
        from masterplan.render.reports.ci import step_summary

        with Path(os.environ[STEP_SUMMARY]).open("a", encoding="utf-8") as step:
            step.write(step_summary(report))
    if at_least(report.findings, fail_on):
        raise typer.Exit(1)


def _report(root: Path, today: date | None, texts: Mapping[str, str]) -> "Report":
    from masterplan.analyse.audit import audit, audit_input
    from masterplan.load import load
    from masterplan.load.tree import exists_in
    from masterplan.publish.mkdocs_yml import settings_findings
    from masterplan.render.reports import Report
    from masterplan.today import today_of

    loaded = load(root)
    plan = loaded.plan
    result = audit(audit_input(plan, today_of(plan, today), exists_in(root))) if plan else None
    findings = ordered((*(result.findings if result else loaded.findings), *settings_findings(root)))
    return Report(findings, result.waived if result else (), (), __version__, texts)


def _for_programs(report: "Report", root: Path) -> "Report":
    """The report for programs: with paths from the top of the repository, and with all rules."""
    from masterplan.git.commands import prefix_of
    from masterplan.publish.examples import FINDING_RULES

    prefix = prefix_of(root)
    findings = [finding.below(prefix) for finding in report.findings]
    waived = [(finding.below(prefix), waiver) for finding, waiver in report.waived]
    return replace(report, findings=findings, waived=waived, rules=FINDING_RULES)


def _texts(root: Path) -> dict[str, str]:
    """The texts of the plan's files by path; bytes that are not UTF-8 are replaced."""
    from masterplan.load.loader import PLAN_FOLDER

    files = sorted(path for path in (root / PLAN_FOLDER).rglob("*.yml") if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): path.read_text("utf-8-sig", "replace") for path in files}


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
        raise UsageError(f"there is no {facts.plan.unit.one.lower()} {sprint}")
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
        names = ("id", "severity", "weight", "kind", "area", "says")
        rows = [{name: getattr(rule, name) for name in names if hasattr(rule, name)} for rule in all_rules]
        out.print(json.dumps(rows, indent=2))
        return
    width = max(len(rule.id) for rule in all_rules)
    for rule in all_rules:
        out.print(f"{rule.id:{width}}  {grade(rule):22}  {rule.says}")


@app.command()
def explain(rule: Annotated[str, typer.Argument(help="The rule's id.", metavar="RULE")]) -> None:
    """Explain a rule with a wrong and a right plan, or a kind of change with a plan before and after."""
    from masterplan.load.hints import did_you_mean
    from masterplan.publish.examples import every_rule, grade, shown_plans

    by_id = {row.id: row for row in every_rule()}
    if rule not in by_id:
        raise UsageError(f"there is no rule {rule}; {did_you_mean(rule, by_id)}".rstrip("; "))
    out.print(f"{rule} ({grade(by_id[rule])})\n\n{by_id[rule].says}")
    for title, files in shown_plans(by_id[rule]).items():
        for path, text in files.items():
            out.print(f"\n{title}: plan_data/{path}\n")
            out.print("\n".join(f"    {line}" for line in text.splitlines()))
