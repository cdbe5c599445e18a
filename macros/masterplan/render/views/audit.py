"""The audit: where the plan contradicts itself, grouped by what it means to a reader, each with its facts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from markupsafe import Markup

from masterplan.analyse import Facts, figures
from masterplan.analyse.parts import called
from masterplan.errors import UsageError
from masterplan.model.declared import Claim, Waiver
from masterplan.model.finding import AREAS, SEVERITIES, Area, Finding, Rule, Severity
from masterplan.model.naming import PLAN, Subject
from masterplan.render.html import anchor, chip, code, joined, link, list_of, quoted, small, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Row, table
from masterplan.render.views.widgets import sprint_link

AUDIT_PAGE = "audit.md"
"""Where the whole audit stands."""

MOST_SHOWN = 40
"""Findings of one area that a page shows; of more, the rest is counted."""

WORDS: Mapping[Severity, str] = {"error": "error", "warning": "contradiction", "info": "remark"}
"""What readers call each severity."""


_DISPUTED = Markup(
    '<span class="mp-disputed"><span class="mp-mark" aria-hidden="true">&#8800;</span> declared: <q>{}</q></span>'
)


@macro
def audit(
    context: Context,
    of: Annotated[str | None, "Only this part: plan, sprint 4, phase 1, option A."] = None,
    severity: Annotated[Severity | None, "Only findings as grave as this."] = None,
    area: Annotated[Area | None, "Only this group of rules."] = None,
) -> str:
    """Where the plan contradicts itself, by what it means, with the facts and the rule behind each, then waivers."""
    found = [
        each
        for each in (context.facts.findings if of is None else context.facts.findings_of(_subject(context, of)))
        if severity in {None, each.rule.severity} and area in {None, each.rule.area}
    ]
    groups = [(name, [each for each in found if each.rule.area == name]) for name in AREAS]
    shown = [_group(context, name, group) for name, group in groups if group]
    if of is None and severity is None and area is None:
        shown = [_verdict(found), *shown, *_waived(context, context.facts.waived)]
    return Markup("\n\n").join(shown or [_verdict(found)])


def _verdict(found: Sequence[Finding]) -> Markup:
    if not found:
        return Markup('<p class="mp-good">Nothing in this plan contradicts anything else in it.</p>')
    return Markup("<p>{}.</p>").format(_counted(found))


def _counted(found: Iterable[Finding]) -> str:
    """`33 contradictions and 8 remarks`."""
    counts = Counter(each.rule.severity for each in found)
    said = [figures.count(counts[each], WORDS[each]) for each in SEVERITIES if counts[each]]
    return " and ".join(said)


def _group(context: Context, area: Area, found: Sequence[Finding]) -> Markup:
    grave = sorted(found, key=lambda each: SEVERITIES.index(each.rule.severity))
    rows = [_row(context, each) for each in grave[:MOST_SHOWN]]
    shown = table(AREAS[area], ["What does not fit", "Where", "How grave", "Rule"], rows)
    more = len(found) - len(rows)
    rest = Markup("\n\n<p>{} more; <code>masterplan check</code> lists them all.</p>").format(more) if more else ""
    return Markup("## {} {{: #{} }}\n\n{}{}").format(AREAS[area], anchor(area), shown, rest)


def _row(context: Context, finding: Finding) -> Row:
    severity, rule = finding.rule.severity, finding.rule
    cells = [_what(context, finding), _where(context, finding), _severity(severity), _rule(context, rule)]
    return Row(cells, f"finding-{finding.fingerprint}", {"severity": WORDS[severity], "rule": rule.id})


def _what(context: Context, finding: Finding) -> Markup:
    """The message, the hint, and the places it was compared with, folded away."""
    said = Markup("{}<br>{}").format(quoted(finding.message), small(quoted(_upper(finding.hint))))
    if not finding.related:
        return said
    places = list_of(link(context.links.source(each.place), each.says) for each in finding.related)
    compared = figures.count(len(finding.related), "place")
    return Markup('{}<details class="mp-facts-behind"><summary>Compared with {}</summary>{}</details>').format(
        said, compared, places
    )


def _where(context: Context, finding: Finding) -> Markup:
    subject = finding.subject
    line = link(context.links.source(finding.place), f"line {finding.place.line}")
    if subject and subject.kind == "sprint" and subject.id in context.facts.plan.sprints:
        return Markup("{} {}").format(sprint_link(context, subject.id), small(line))
    where = called(context.facts.plan, subject) if subject else finding.place.path
    return Markup("{} {}").format(text(where), small(line))


def _upper(sentence: str) -> str:
    """A sentence with a capital letter at its start."""
    return sentence[:1].upper() + sentence[1:]


def _severity(severity: Severity) -> Markup:
    return chip(f"finding-{severity}", WORDS[severity])


def _rule(context: Context, rule: Rule) -> Markup:
    """A rule by its id, with what it means folded beneath."""
    return Markup('<details class="mp-facts-behind"><summary>{}</summary>{}</details>').format(
        code(rule.id), quoted(context.facts.plan.worded(rule.says))
    )


def _waived(context: Context, waived: Sequence[tuple[Finding, Waiver]]) -> list[Markup]:
    if not waived:
        return []
    rows = [
        Row(
            [
                quoted(found.message),
                _where(context, found),
                waiver.reason,
                waiver.by,
                waiver.until,
                _rule(context, found.rule),
            ]
        )
        for found, waiver in waived[:MOST_SHOWN]
    ]
    shown = table("Waived", ["What does not fit", "Where", "Accepted because", "By", "Until", "Rule"], rows)
    return [Markup("## Accepted for now {{: #waived }}\n\n{}").format(shown)]


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
) -> str:
    """How many contradictions there are, by what they mean, with links to the whole audit."""
    facts = context.facts
    if not facts.findings:
        return _verdict(facts.findings)
    groups = [(area, [each for each in facts.findings if each.rule.area == area]) for area in AREAS]
    is_there = page != AUDIT_PAGE or context.pages.get("audit") is not None
    shown = list_of(
        Markup("{} {}").format(
            link(context.links.to(page, anchor(area)), AREAS[area]) if is_there else text(AREAS[area]),
            small(_counted(group)),
        )
        for area, group in groups
        if group
    )
    said = link(context.links.to(page), _counted(facts.findings)) if is_there else text(_counted(facts.findings))
    return Markup("<div><p>{}:</p>{}</div>").format(said, shown)


@macro
def disputed(
    context: Context,
    claim: Annotated[Claim, "The kind of claim."],
    sprint: Annotated[str | None, "The sprint it is about; else the plan."] = None,
) -> str:
    """A mark beside a figure: what was declared instead, where that does not match; nothing where all agrees."""
    said = declared_otherwise(context.facts, claim, context.sprint(sprint).id if sprint is not None else None)
    return joined((_DISPUTED.format(text(each)) for each in said), " ") if said else Markup("")


def declared_otherwise(facts: Facts, claim: Claim, sprint: str | None = None) -> tuple[str, ...]:
    """What the authors declared of a sprint, or of the whole plan, where it does not match."""
    about = facts.verdicts_of(sprint) if sprint is not None else facts.verdicts
    return tuple(
        each.declared.says
        for each in about
        if each.declared.claim == claim and each.outcome == "differs" and (sprint is not None or each.subject == PLAN)
    )
