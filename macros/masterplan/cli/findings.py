"""The findings of `check`. A check without options starts here, and does without Typer to start fast."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from masterplan import __version__
from masterplan.cli.console import emit, without_garbage_collection
from masterplan.model.finding import Severity, at_least, ordered

if TYPE_CHECKING:
    from masterplan.render.reports import Report

CheckFormat = Literal["text", "full", "json", "github", "sarif", "junit", "gitlab"]

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""The environment variable with the path of the file that GitHub shows as the summary of a step."""


@without_garbage_collection()
def print_findings(
    root: Path,
    fail_on: Severity = "error",
    form: CheckFormat = "text",
    output: Path | None = None,
    today: date | None = None,
) -> bool:
    """Print or write the findings of the plan in `root`; returns whether any is at least as severe as `fail_on`."""
    from masterplan.render.reports import FORMATS, summary

    report = _report(root, today, _texts(root) if form == "full" else {})
    report = report if FORMATS[form].is_for_people else _for_programs(report, root)
    emit(FORMATS[form].write(report), output, summary(report.findings) if output else "")
    if form == "github" and os.environ.get(STEP_SUMMARY):
        from masterplan.render.reports.ci import step_summary

        with Path(os.environ[STEP_SUMMARY]).open("a", encoding="utf-8") as step:
            step.write(step_summary(report))
    return bool(at_least(report.findings, fail_on))


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
    return report._replace(findings=findings, waived=waived, rules=FINDING_RULES)


def _texts(root: Path) -> dict[str, str]:
    """The texts of the plan's files by path; bytes that are not UTF-8 are replaced."""
    from masterplan.load.loader import PLAN_FOLDER

    files = sorted(path for path in (root / PLAN_FOLDER).rglob("*.yml") if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): path.read_text("utf-8-sig", "replace") for path in files}
