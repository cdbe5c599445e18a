"""The audit: where the plan contradicts itself, grouped by area, each finding with the facts it was compared with."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from masterplan.analyse import figures
from masterplan.analyse.parts import called
from masterplan.errors import UsageError
from masterplan.model.declared import Waiver
from masterplan.model.finding import AREAS, SEVERITIES, Area, Finding, Rule, Severity
from masterplan.model.naming import PLAN, Subject
from masterplan.render.blocks import (
    Box,
    Break,
    Chip,
    Code,
    Content,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    Paragraph,
    Row,
    Section,
    Small,
)
from masterplan.render.compose import anchor, items, message, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import sprint_link

AUDIT_PAGE = "audit.md"
"""Where the whole audit stands."""

MOST_FINDINGS = 40
"""Findings of one area that a page shows; of more, the rest is counted."""

SEVERITY_WORDS: Mapping[Severity, str] = {"error": "error", "warning": "contradiction", "info": "remark"}
"""What readers call each severity."""


@macro
def audit(
    context: Context,
    of: Annotated[str | None, "Only this part: plan, sprint 4, phase 1, option A."] = None,
    severity: Annotated[Severity | None, "Only findings as grave as this."] = None,
    area: Annotated[Area | None, "Only this group of rules."] = None,
) -> Content:
    """Where the plan contradicts itself, by what it means, with the facts and the rule behind each, then waivers."""
    findings = [
        finding
        for finding in (context.facts.findings if of is None else context.facts.findings_of(_subject(context, of)))
        if severity in {None, finding.rule.severity} and area in {None, finding.rule.area}
    ]
    sections = tuple(_area(context, name, group) for name, group in _by_area(findings))
    if of is None and severity is None and area is None:
        return (_verdict(findings), sections, _waived(context, context.facts.waived))
    return sections or _verdict(findings)


def _by_area(findings: Iterable[Finding]) -> list[tuple[Area, list[Finding]]]:
    """The findings of each area that has any, in the order of the areas."""
    groups: dict[Area, list[Finding]] = {area: [] for area in AREAS}
    for finding in findings:
        groups[finding.rule.area].append(finding)
    return [(area, group) for area, group in groups.items() if group]


def _verdict(findings: Sequence[Finding]) -> Paragraph:
    if not findings:
        return Paragraph("Nothing in this plan contradicts anything else in it.", "good")
    return Paragraph(f"{_counted(findings)}.")


def _counted(findings: Iterable[Finding]) -> str:
    """`33 contradictions and 8 remarks`."""
    counts = Counter(finding.rule.severity for finding in findings)
    return " and ".join(
        figures.count(counts[severity], SEVERITY_WORDS[severity]) for severity in SEVERITIES if counts[severity]
    )


def _area(context: Context, area: Area, findings: Sequence[Finding]) -> Section:
    gravest_first = sorted(findings, key=lambda finding: SEVERITIES.index(finding.rule.severity))
    rows = [_row(context, finding) for finding in gravest_first[:MOST_FINDINGS]]
    more = len(findings) - len(rows)
    rest = Paragraph((f"{more} more; ", Code("masterplan check"), " lists them all.")) if more else ()
    listed = table(AREAS[area], ["What does not fit", "Where", "How grave", "Rule"], rows)
    return Section(2, AREAS[area], anchor(area), (listed, rest))


def _row(context: Context, finding: Finding) -> Row:
    severity, rule = finding.rule.severity, finding.rule
    return row(
        _what(context, finding),
        _where(context, finding),
        Chip(f"finding-{severity}", SEVERITY_WORDS[severity]),
        _rule(context, rule),
        anchor=f"finding-{finding.fingerprint}",
        facts={"severity": SEVERITY_WORDS[severity], "rule": rule.id},
    )


def _what(context: Context, finding: Finding) -> Flow:
    """The message, the hint, and the places it was compared with, folded away."""
    words = (message(finding.message), Break(), Small(message(_capital(finding.hint))))
    if not finding.related:
        return words
    places = (Hyperlink(context.links.source(related.place), related.says) for related in finding.related)
    compared = f"Compared with {figures.count(len(finding.related), 'place')}"
    return (words, Folded(compared, items(places), "facts-behind"))


def _where(context: Context, finding: Finding) -> Inline:
    subject = finding.subject
    line = Small(Hyperlink(context.links.source(finding.place), f"line {finding.place.line}"))
    if subject and subject.kind == "sprint" and subject.id in context.facts.plan.sprints:
        return (sprint_link(context, subject.id), " ", line)
    return (called(context.facts.plan, subject) if subject else finding.place.path, " ", line)


def _capital(sentence: str) -> str:
    """A sentence with a capital letter at its start."""
    return sentence[:1].upper() + sentence[1:]


def _rule(context: Context, rule: Rule) -> Folded:
    """A rule by its id, with what it means folded beneath."""
    return Folded(Code(rule.id), message(context.facts.plan.worded(rule.says)), "facts-behind")


def _waived(context: Context, waived: Sequence[tuple[Finding, Waiver]]) -> Section:
    rows = [
        row(
            message(finding.message),
            _where(context, finding),
            waiver.reason,
            waiver.by,
            waiver.until,
            _rule(context, finding.rule),
        )
        for finding, waiver in waived[:MOST_FINDINGS]
    ]
    columns = ["What does not fit", "Where", "Accepted because", "By", "Until", "Rule"]
    return Section(2, "Accepted for now", "waived", table("Waived", columns, rows))


def _subject(context: Context, of: str) -> Subject:
    """The part of the plan that a page asks for. Raises UsageError for one that is not there: it would look sound."""
    kind, _, id_ = of.partition(" ")
    match kind:
        case "sprint":
            return Subject(kind, context.sprint(id_).id)
        case "phase":
            return Subject(kind, context.phase(id_).id)
        case "option":
            return Subject(kind, context.option(id_).id)
        case "person":
            return Subject(kind, context.person(id_).id)
        case "plan" if not id_:
            return PLAN
    raise UsageError(f"there is no part {of}; there are plan, and sprint, phase, option and person with an id")


@macro
def audit_summary(
    context: Context, page: Annotated[str, "The page with the whole audit, below docs/."] = AUDIT_PAGE
) -> Content:
    """How many contradictions there are, by what they mean, with links to the whole audit."""
    findings = context.facts.findings
    if not findings:
        return _verdict(findings)
    has_page = page != AUDIT_PAGE or context.pages.get("audit") is not None

    def linked(words: str, place: str = "") -> Inline:
        return Hyperlink(context.links.to(page, place), words) if has_page else words

    areas = ((linked(AREAS[area], anchor(area)), " ", Small(_counted(group))) for area, group in _by_area(findings))
    return Box((Paragraph((linked(_counted(findings)), ":")), items(areas)))
