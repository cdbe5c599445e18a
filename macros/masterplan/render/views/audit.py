"""The audit: findings that could change a decision, then all findings by kind and area, and all declared claims."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from masterplan.analyse import figures
from masterplan.analyse.audit.claims import HINT
from masterplan.analyse.audit.groups import (
    FindingGroup,
    by_kind,
    grouped,
    kinds_counted,
    most_important,
)
from masterplan.analyse.audit.judgement import Verdict, as_quantity
from masterplan.analyse.parts import capital, display_name
from masterplan.errors import UsageError
from masterplan.model.declared import Claim, Declared, Waiver
from masterplan.model.finding import AREAS, KINDS, SEVERITIES, Area, Finding, FindingKind, Rule, Severity
from masterplan.model.naming import PLAN, Subject
from masterplan.model.plan import Plan
from masterplan.model.window import day_in_words
from masterplan.render.blocks import (
    Break,
    Chip,
    Code,
    Content,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    Paragraph,
    Quotation,
    Row,
    Section,
    Small,
)
from masterplan.render.compose import firsts_joined, items, joined, message, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import firsts, outcome_chip, page_link, short_date, sprint_link

MOST_GROUPS = 40
"""Groups of one kind and area that a page shows; further groups are only counted."""

MOST_UNFOLDED = 3
"""Findings of a group that are shown unfolded."""

_MOST_NAMED = 4
"""Parts of the plan that the summary of a fold names."""

_MOST_PLACES = 24
"""Values behind a finding that are linked."""

_TITLES: Mapping[FindingKind, str] = {
    "mistake": "Mistakes",
    "contradiction": "Contradictions",
    "gap": "Gaps",
    "remark": "Remarks",
}

_MEANINGS: Mapping[FindingKind, str] = {
    "mistake": f"{KINDS['mistake']}.",
    "contradiction": f"{KINDS['contradiction']}: {HINT}.",
    "gap": f"{KINDS['gap']}.",
    "remark": f"{KINDS['remark']}.",
}
"""The meaning of each kind. Most contradictions have the same fix, which is stated here once."""


@macro
def audit(
    context: Context,
    of: Annotated[str | None, "Only findings about this part: plan, sprint 4, phase 1, option A."] = None,
    severity: Annotated[Severity | None, "Only findings of this severity."] = None,
    area: Annotated[Area | None, "Only findings of rules in this area."] = None,
    kind: Annotated[FindingKind | None, "Only findings of this kind."] = None,
) -> Content:
    """The audit's findings: first those that could change a decision, then all by kind and area."""
    groups = grouped(
        finding
        for finding in (context.facts.findings if of is None else context.facts.findings_of(_subject(context, of)))
        if severity in {None, finding.rule.severity}
        and area in {None, finding.rule.area}
        and kind in {None, finding.rule.kind}
    )
    sections = tuple(_kind(context, name, same_kind) for name, same_kind in by_kind(groups).items())
    if {of, severity, area, kind} == {None}:
        waived = _waived(context, context.facts.waived)
        return (_verdict(groups), _important(context), sections, waived, _claims(context))
    return sections or _verdict(groups)


def _important(context: Context) -> Section:
    """The findings that could change a decision."""
    findings = most_important(context.facts.findings)
    rows = ((message(finding.message), " ", _place(context, finding)) for finding in findings)
    return Section(2, "Check these first", "first", items(rows, ordered=True))


def _claims(context: Context) -> Content:
    """Every claim next to its computed value, folded."""
    if not context.has("claims"):
        return ()
    verdicts = context.facts.verdicts
    differ = sum(verdict.outcome == "differs" for verdict in verdicts)
    counts = f"{differ} {'does' if differ == 1 else 'do'} not match"
    summary = (f"Declared and computed ({len(verdicts):,}) ", Small(counts))
    return Folded(summary, declared(context), "details", anchor="declared")


def _verdict(groups: Sequence[FindingGroup]) -> Paragraph:
    if not groups:
        return Paragraph("The plan has no contradictions.", "good")
    return Paragraph(f"{_counts(groups)}.")


def _counts(groups: Sequence[FindingGroup]) -> str:
    """The number of findings of each kind: `No contradictions, 2 gaps`."""
    contradictions = kinds_counted(groups, "contradiction") or "No contradictions"
    return ", ".join(filter(None, (contradictions, kinds_counted(groups, "gap", "remark"))))


def _kind(context: Context, kind: FindingKind, groups: Sequence[FindingGroup]) -> Section:
    by_area = {area: [group for group in groups if group.rule.area == area] for area in AREAS}
    folded = tuple(_area(context, area, same_area) for area, same_area in by_area.items() if same_area)
    return Section(2, _TITLES[kind], kind, (Paragraph(_MEANINGS[kind]), folded))


def _area(context: Context, area: Area, groups: Sequence[FindingGroup]) -> Folded:
    """The groups of one kind and area, folded under their number and the parts of the plan that they are about."""
    severities = [group.rule.severity for group in groups]
    ranked = sorted(groups, key=lambda group: SEVERITIES.index(group.rule.severity))
    rows = [_row(context, group, alone=len(set(severities)) == 1) for group in ranked[:MOST_GROUPS]]
    more = len(groups) - len(rows)
    rest = Paragraph((f"{more} more; ", Code("masterplan check"), " lists them all.")) if more else ()
    title = context.facts.plan.worded(AREAS[area])
    errors = severities.count("error")
    number = ", ".join(filter(None, (f"{len(groups):,}", figures.count(errors, "error") if errors else "")))
    return Folded(
        (f"{title} ({number}) ", Small(_parts(context, ranked))),
        (table(title, ["Finding", "Where"], rows), rest),
        "details",
    )


def _parts(context: Context, groups: Sequence[FindingGroup]) -> Inline:
    """The names of the first parts of the plan with findings, and the number of other parts."""
    findings = (finding for group in groups for finding in group.findings)
    names = list(dict.fromkeys(_part_name(context.facts.plan, finding) for finding in findings))
    return firsts_joined(names, _MOST_NAMED)


def _row(context: Context, group: FindingGroup, *, alone: bool) -> Row:
    """A row for a group; `alone` if all groups of the table have its severity."""
    rule = group.rule
    chip = Chip(f"finding-{rule.severity}", rule.id if alone else f"{rule.severity}: {rule.id}")
    return row(
        _description(context, group, chip), _where(context, group.findings), anchor=f"finding-{group.first.fingerprint}"
    )


def _description(context: Context, group: FindingGroup, chip: Chip) -> Flow:
    """The finding, its fix, the members of its group, and folded links to the values it was compared with."""
    fix = "" if group.hint == HINT else message(capital(group.hint))
    note = Small((chip, " ", fix))
    places = _compared(context, group.findings)
    if len(group.findings) == 1:
        return (message(group.first.message), Break(), note, places)
    members = items((message(finding.message), " ", _line(context, finding)) for finding in group.findings)
    counted = figures.count(len(group.findings), "finding")
    listed = members if len(group.findings) <= MOST_UNFOLDED else Folded(counted, members, "facts-behind")
    return (message(context.facts.plan.worded(group.rule.description)), Break(), note, listed, places)


def _compared(context: Context, findings: Sequence[Finding]) -> Flow:
    """Links to the values that findings were compared with, or to the sprints that one finding is about."""
    related = tuple(dict.fromkeys(related for finding in findings for related in finding.related))
    if not related:
        return ()
    unit, units = context.facts.plan.unit, findings[0].units
    compared = f"Based on {figures.count(len(related), 'value')}"
    summary = figures.units_counted(len(units), unit) if units else compared
    places = [Hyperlink(context.links.source(other.place), other.says) for other in related]
    return Folded(summary, items(firsts(context, places, _MOST_PLACES)), "facts-behind")


def _where(context: Context, findings: Sequence[Finding]) -> Inline:
    """The parts of the plan, and the line of a single finding."""
    parts = joined(dict.fromkeys(_part(context, finding) for finding in findings))
    return (parts, " ", _line(context, findings[0])) if len(findings) == 1 else parts


def _part(context: Context, finding: Finding) -> Inline:
    subject = finding.subject
    if subject and subject.kind == "sprint" and subject.id in context.facts.plan.sprints:
        return sprint_link(context, subject.id)
    return _part_name(context.facts.plan, finding) if subject else Code(finding.place.path)


def _part_name(plan: Plan, finding: Finding) -> str:
    return display_name(plan, finding.subject) if finding.subject else finding.place.path


def _place(context: Context, finding: Finding) -> Small:
    """The file and line of a finding."""
    name = finding.place.path.rpartition("/")[2]
    return Small(Hyperlink(context.links.source(finding.place), f"{name}, line\N{NO-BREAK SPACE}{finding.place.line}"))


def _line(context: Context, finding: Finding) -> Small:
    return Small(Hyperlink(context.links.source(finding.place), f"line\N{NO-BREAK SPACE}{finding.place.line}"))


def _rule(context: Context, rule: Rule) -> Folded:
    """A rule's id, with its meaning folded below."""
    return Folded(Code(rule.id), message(context.facts.plan.worded(rule.description)), "facts-behind")


def _waived(context: Context, waived: Sequence[tuple[Finding, Waiver]]) -> Section:
    rows = [
        row(
            message(finding.message),
            _where(context, [finding]),
            waiver.reason,
            context.facts.plan.person(waiver.by),
            short_date(context, waiver.until),
            _rule(context, finding.rule),
        )
        for finding, waiver in waived[:MOST_GROUPS]
    ]
    columns = ["Finding", "Where", "Reason", "Waived by", "Until", "Rule"]
    return Section(2, "Waived findings", "waived", table("Waived findings", columns, rows))


def _subject(context: Context, part: str) -> Subject:
    """The part of the plan that a page names. Raises UsageError for an unknown part, which would look sound."""
    kind, _, id_ = part.partition(" ")
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
    raise UsageError(f"there is no part {part}; choose one of plan, sprint ID, phase ID, option ID, person ID")


@macro
def audit_summary(context: Context) -> Content:
    """The findings that could change a decision, at most three, and the number of findings of each kind."""
    groups = grouped(context.facts.findings)
    if not groups:
        return _verdict(groups)
    decisive = items((message(finding.message), ".") for finding in most_important(context.facts.findings))
    return (decisive, Paragraph((_counts(groups), " in ", page_link(context, "audit", "the audit"), ".")))


@macro
def declared(
    context: Context,
    show: Annotated[Literal["all", "differs"], "All claims, or only those that do not match."] = "all",
    sprint: Annotated[str | None, "Only claims about this sprint."] = None,
    claim: Annotated[Claim | None, "Only claims of this kind."] = None,
) -> Content:
    """What the authors wrote, word for word, next to the value computed from the plan's data."""
    facts = context.facts
    verdicts = facts.verdicts if sprint is None else facts.verdicts_of(context.sprint(sprint).id)
    verdicts = tuple(verdict for verdict in verdicts if claim in {None, verdict.declared.claim})
    if show == "differs" and verdicts:
        verdicts = tuple(verdict for verdict in verdicts if verdict.outcome == "differs")
        if not verdicts:
            return Paragraph("All claims agree with the plan.", "good")
    headings = ["Declared", "About", "Computed", "Outcome"]
    rows = [_claim(context, verdict) for verdict in verdicts]
    if sprint is not None:
        headings.remove("About")
        rows = [row(verdict.cells[0], *verdict.cells[2:]) for verdict in rows]
    return table("Declared and computed", headings, rows)


def _claim(context: Context, verdict: Verdict) -> Row:
    where = Hyperlink(context.links.source(verdict.place), verdict.declared.at or "in the plan")
    words = (
        Quotation(verdict.declared.says),
        " ",
        Small(joined([where, *_read_as(context.facts.plan, verdict.declared)])),
    )
    subject = sprint_link(context, verdict.sprint) if verdict.sprint else verdict.name
    return row(words, subject, verdict.computed, outcome_chip(verdict))


def _read_as(plan: Plan, claim: Declared) -> list[str]:
    """How a claim was interpreted, if its words alone do not show that."""
    stated, value = as_quantity(claim.says, plan.header.decimal), ""
    if claim.value and not (stated.is_number and stated.equals(claim.value)):
        value = claim.value.text
    day = day_in_words(claim.day, None) if claim.day and str(claim.day) not in claim.says else ""
    read = [f"read as {figure}" for figure in (value, day) if figure and figure not in claim.says]
    return read if claim.of is None or claim.of in claim.says else [*read, f"about {claim.of}"]
