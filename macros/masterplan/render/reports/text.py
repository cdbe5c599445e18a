"""Findings for people at a terminal: one line each, or each with the line of the plan it points at.

The text includes styles; the caller decides whether to show them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from masterplan.analyse.audit.groups import FindingGroup, by_kind, grouped, kinds_counted, severities_counted
from masterplan.model.declared import Waiver
from masterplan.model.finding import KINDS, Finding, FindingKind, Rule, Severity
from masterplan.render.styled import StyledText, printable

_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}
_COMMENT = " #"

_LONGEST_LINE = 200
"""Characters of a line of the plan that a finding shows."""


class Report(NamedTuple):
    """The result of a check: the findings in the order of the files, waived findings, and the rules to show.

    `version` is that of masterplan. `texts` has the plan's readable files by path, for formats that show lines.
    """

    findings: Sequence[Finding]
    waived: Sequence[tuple[Finding, Waiver]]
    rules: Sequence[Rule]
    version: str
    texts: Mapping[str, str] = {}


def concise(report: Report) -> StyledText:
    """By kind: a line `path:line:column: severity rule message` per finding, one hint per group, and a summary."""
    sections = [_concise(kind, groups) for kind, groups in by_kind(grouped(report.findings)).items()]
    return _joined(sections, report)


def _concise(kind: FindingKind, groups: Iterable[FindingGroup]) -> StyledText:
    return StyledText.joined("\n", [*_title(kind), *(line for group in groups for line in _group(group))])


def _joined(sections: Iterable[StyledText], report: Report) -> StyledText:
    """The kinds of findings separated by blank lines, with the summary at the end."""
    return StyledText.joined("\n\n", [*sections, StyledText.of(_summary(report))])


def _title(kind: FindingKind) -> Iterator[StyledText]:
    """The meaning of a kind of finding. Mistakes have no title, because an unreadable plan has no other findings."""
    if kind != "mistake":
        yield StyledText.of((f"{kind.capitalize()}s: {KINDS[kind][:1].lower()}{KINDS[kind][1:]}", "bold"))


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """The lines of all findings without styles, for hosts that log them."""
    return [str(line) for group in grouped(findings) for line in _group(group)]


def _group(group: FindingGroup) -> Iterator[StyledText]:
    rule = group.rule
    for finding in group.findings:
        place = (f"{finding.place}: ", "bold")
        yield StyledText.of(place, (rule.severity, _STYLES[rule.severity]), f" {rule.id} {printable(finding.message)}")
    if group.hint:
        yield StyledText.of((f"    hint: {printable(group.hint)}", "dim"))


def full(report: Report) -> StyledText:
    """By kind: each finding with the line it points at and the values it was compared with, and one hint per group."""
    return _joined(
        (
            block
            for kind, groups in by_kind(grouped(report.findings)).items()
            for block in (*_title(kind), *(_full_group(report, group) for group in groups))
        ),
        report,
    )


def _full_group(report: Report, group: FindingGroup) -> StyledText:
    hint = [StyledText.of(("   = hint: ", "bold"), printable(group.hint))] if group.hint else []
    return StyledText.joined("\n", [*(_full(report, finding) for finding in group.findings), *hint])


def _full(report: Report, finding: Finding) -> StyledText:
    rule = finding.rule
    head = StyledText.of((f"{rule.severity}[{rule.id}]", _STYLES[rule.severity]), f" {printable(finding.message)}")
    lines = [head, StyledText.of((f"  --> {finding.place}", "bold")), *_source(report, finding)]
    lines += [StyledText.of((f"   = {other.place}: {printable(other.says)}", "dim")) for other in finding.related]
    return StyledText.joined("\n", lines)


def _source(report: Report, finding: Finding) -> Iterator[StyledText]:
    """The line of the plan, with carets under the value; empty for a file that could not be read."""
    lines = report.texts.get(finding.place.path, "").splitlines()
    if finding.place.line > len(lines):
        return
    line, column = _window(lines[finding.place.line - 1], finding.place.column - 1)
    value = line[column:].rstrip()
    value = value[: value.index(_COMMENT)].rstrip() if _COMMENT in value else value
    number = str(finding.place.line)
    gutter = " " * len(number)
    marks = " " * _width(line[:column]) + "^" * max(1, _width(value))
    yield StyledText.of((f" {gutter} |", "dim"))
    yield StyledText.of((f" {number} | ", "dim"), printable(line))
    yield StyledText.of((f" {gutter} | ", "dim"), (marks, _STYLES[finding.rule.severity]))


def _width(text: str) -> int:
    """The columns that a text occupies on a terminal."""
    from rich.cells import cell_len  # noqa: PLC0415 - only this format needs it

    return cell_len(printable(text))


def _window(line: str, column: int) -> tuple[str, int]:
    """The part of a line around a column that fits a terminal, and the column in it; … replaces the rest."""
    start = column - _LONGEST_LINE // 2 if column > _LONGEST_LINE // 2 and len(line) > _LONGEST_LINE else 0
    end = start + _LONGEST_LINE
    before, after = "…" if start else "", "…" if end < len(line) else ""
    return before + line[start:end] + after, column - start + len(before)


def _summary(report: Report) -> str:
    waived = f"; {len(report.waived)} waived" if report.waived else ""
    return summary(report.findings) + waived


def summary(findings: Sequence[Finding]) -> str:
    """The groups of findings by kind, and the findings by severity: `1 contradiction (2 warnings)`."""
    kinds = kinds_counted(grouped(findings), "contradiction", "gap", "remark")
    severities = severities_counted(finding.rule.severity for finding in findings)
    return f"{kinds} ({severities})" if kinds else severities or "The plan is sound."
