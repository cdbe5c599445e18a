"""The commands that say what is wrong with a plan, and what can be: check, rules, explain."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from masterplan import __version__
from masterplan.analyse.audit import RULES as AUDIT_RULES
from masterplan.analyse.facts import analyse, day
from masterplan.cli.console import Root, Today, out
from masterplan.errors import UsageError
from masterplan.files import write_output
from masterplan.git.commands import prefix_of
from masterplan.load import load
from masterplan.load.build import FOLDER
from masterplan.load.hints import did_you_mean
from masterplan.load.repository import holds
from masterplan.load.rules import RULES as LOAD_RULES
from masterplan.model.finding import Rule, Severity, at_least, ordered
from masterplan.publish.examples import example
from masterplan.publish.requirements import RULE as SETTING
from masterplan.publish.requirements import settings_findings
from masterplan.render.reports import FORMATS, Format, Report, document, github, summary
from masterplan.today import today_of

app = typer.Typer()

RULES: tuple[Rule, ...] = (*LOAD_RULES, *AUDIT_RULES, SETTING)
"""Every kind of finding."""

FOR_PEOPLE: tuple[Format, ...] = ("text", "full")
"""Formats whose paths begin at the folder of the plan; those for machines begin where the repository does."""

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Names the file that GitHub shows as the summary of a step."""

FailOn = Annotated[Severity, typer.Option(help="The least severity that makes the exit code 1.")]


@app.command()
def check(
    root: Root = Path(),
    fail_on: FailOn = "error",
    form: Annotated[Format, typer.Option("--format", help="How to say it.")] = "text",
    output: Annotated[Path | None, typer.Option(help="Write it to this file and print only a summary.")] = None,
    today: Today = None,
) -> None:
    """Say everything that is wrong with the plan, each with its file, line and column.

    Errors stop the site from being built; warnings are contradictions, and info what a reviewer would remark: the site
    shows both. `masterplan explain RULE` says more of a rule.
    """
    prefix = "" if form in FOR_PEOPLE else prefix_of(root)
    report = _report(root, today, _texts(root) if form == "full" else {}, prefix)
    said = FORMATS[form](report)
    if output is None:
        out.print(said)
    else:
        write_output(output, f"{said.plain}\n".encode())
        out.print(f"{output}: {summary(report.findings)}")
    if form == "github" and os.environ.get(STEP_SUMMARY):
        with Path(os.environ[STEP_SUMMARY]).open("a", encoding="utf-8") as step:
            step.write(github.step_summary(report))
    if at_least(report.findings, fail_on):
        raise typer.Exit(1)


def _report(root: Path, today: str | None, texts: Mapping[str, str], prefix: str) -> Report:
    option = day(today or "")
    loaded, of_site = load(root), settings_findings(root)
    facts = analyse(loaded.plan, today_of(loaded.plan, option), holds(root)) if loaded.plan else None
    findings = ordered((*(facts.findings if facts else loaded.findings), *of_site))
    waived = [(finding.below(prefix), waiver) for finding, waiver in (facts.waived if facts else ())]
    return Report([finding.below(prefix) for finding in findings], waived, RULES, __version__, texts)


def _texts(root: Path) -> dict[str, str]:
    """The files of a plan by their path, as far as they can be read."""
    files = sorted(path for path in (root / FOLDER).rglob("*.yml") if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): path.read_text("utf-8-sig", "replace") for path in files}


@app.command()
def rules(
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="How to list them.")] = "text",
) -> None:
    """List every kind of finding: its id, how grave it is, and what is wrong."""
    if form == "json":
        out.print(json.dumps(document.rules(RULES), indent=2))
        return
    width = max(len(rule.id) for rule in RULES)
    for rule in RULES:
        out.print(f"{rule.id:{width}}  {rule.severity:7}  {rule.says}")


@app.command()
def explain(rule: Annotated[str, typer.Argument(help="The rule's id.", metavar="RULE")]) -> None:
    """Say what a rule means, with a wrong and a right plan."""
    found = next((each for each in RULES if each.id == rule), None)
    if found is None:
        raise UsageError(f"there is no rule {rule}; {did_you_mean(rule, [each.id for each in RULES])}".rstrip("; "))
    out.print(f"{found.id} ({found.severity})\n\n{found.says}")
    told = example(rule)
    for title, files in zip(("Wrong", "Right"), told.shown if told else (), strict=False):
        for path, text in files.items():
            out.print(f"\n{title}: plan_data/{path}\n")
            out.print("\n".join(f"    {line}" for line in text.splitlines()))
