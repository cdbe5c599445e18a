"""What the authors wrote down beside the plan (claims, tables, waivers), texts, and whatever no other rule claims."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from masterplan.analyse import parts
from masterplan.analyse.audit.judgement import stated_amount
from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    both,
    differing,
    instead,
    shown,
    subject_of,
)
from masterplan.analyse.changes.rules.rewording import WORDING, is_same_amount, reworded_text
from masterplan.model.change import ChangeRule, Edit, Key
from masterplan.model.declared import Declared, Table
from masterplan.model.header import Term
from masterplan.model.plan import Parallel, Reason
from masterplan.model.quantity import Quantity
from masterplan.model.task import Link

CLAIM_ADDED = ChangeRule("declared-added", "notable", "Claim added")
CLAIM_REMOVED = ChangeRule("declared-removed", "notable", "Claim removed")
CLAIM_CHANGED = ChangeRule("declared-changed", "notable", "Claim changed")
LONGER = ChangeRule("timeline-longer", "breaking", "Claimed duration longer")
SHORTER = ChangeRule("timeline-shorter", "notable", "Claimed duration shorter")
WAIVER_ADDED = ChangeRule("waiver-added", "notable", "Audit finding waived")
WAIVER_REMOVED = ChangeRule("waiver-removed", "notable", "Audit finding no longer waived")
WAIVER_CHANGED = ChangeRule("waiver-changed", "notable", "Reason or last day of a waiver changed")
SEVERITY = ChangeRule("severity-changed", "notable", "Severity of an audit rule changed")
PAGE = ChangeRule("page-moved", "notable", "Page of a sprint renamed, links to it break")
LABELS = ChangeRule("labels-changed", "editorial", "Labels changed")
LINKS = ChangeRule("links-changed", "editorial", "Links changed")
OTHER = ChangeRule("changed", "notable", "Setting changed")

RULES = (
    CLAIM_ADDED, CLAIM_REMOVED, CLAIM_CHANGED, LONGER, SHORTER, WAIVER_ADDED, WAIVER_REMOVED, WAIVER_CHANGED, SEVERITY,
    PAGE, LABELS, LINKS, OTHER,
)  # fmt: skip

_TEXTS = {
    "plan": {"title", "summary", "unit", "group", "updated", "timezone"},
    "sprints": {"title", "short", "description", "phase"},
    "phases": {"title", "description"},
    "options": {"title"},
    "people": {"name", "role"},
    "teams": {"name", "description"},
    "roles": {"name", "description"},
    "entries": {"note", "by"},
}
"""Fields, by kind of part, on which no computed fact and no duty rests."""

_QUIET = {"reason", "description", "note", "text", "says", "detail", "steps"}
"""Fields of items and of risks that explain."""

_NAMES = {
    "decimal": "decimal mark",
    "documentation.progress_in": "place of progress reports",
    "group.many": "name of several groups",
    "group.one": "name of a group",
    "id": "name that calendars know the plan by",
    "short": "short name",
    "testing.end_to_end.says": "sentence on the tests at the end",
    "testing.per_sprint.says": "sentence on the tests of every sprint",
    "timezone": "time zone",
    "unit.many": "name of several pieces of work",
    "unit.one": "name of a piece of work",
    "updated": "day of the last update",
}
"""What people call a field, where that is not its own name."""


def _declared(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The figures and claims of a part."""
    who = comparison.called(subject_of(field.part))
    for item in comparison.items(field, Declared):
        claim = item.part
        if not item.before:
            message = f"{who}: new claim `{claim.says}` ({claim.claim})"
            yield item.came(CLAIM_ADDED, message, claim.says, "says")
        elif not item.after:
            message = f"{who}: claim removed: `{claim.says}` ({claim.claim})"
            yield item.went(CLAIM_REMOVED, message, claim.says, "says")
        else:
            yield _claim_changed(comparison, item, item.before, item.after, who)


def _claim_changed(
    comparison: Comparison, item: ItemEdits[Declared], before: Declared, after: Declared, who: str
) -> ChangeDraft:
    """A claim that goes on with another figure or other words."""
    edit = next(iter(item.edits_of("value", "says", "day")), item.edits[0])
    texts = (shown(edit.before), shown(edit.after))
    if edit in item.edits_of("sprints"):
        old, new = (parts.names(comparison.after, claim.sprints) for claim in (before, after))
        message = f"{who}: claim `{after.claim}` is now about {instead(old, new, 'nothing')}"
        return ChangeDraft(CLAIM_CHANGED, item.edits, message, old, new, edit.key)
    one = stated_amount(before, comparison.before.header.decimal)
    other = stated_amount(after, comparison.after.header.decimal)
    way = comparison.way(one, other) if after.claim == "duration" and other.is_duration else 0
    rule = LONGER if way > 0 else SHORTER if way < 0 else CLAIM_CHANGED
    message = f"{who}: claim `{after.claim}` is {instead(*texts)}"
    return ChangeDraft(rule, item.edits, message, *texts, edit.key)


def _impact(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What a sprint is claimed to bring."""
    before, after = both(field.edits)
    name = comparison.name(field.id)
    message = f"{name}: claimed impact {instead(before, after)}"
    yield ChangeDraft(CLAIM_CHANGED, field.edits, message, before, after)


def _parallel(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What is claimed to run in parallel."""
    who = comparison.called(subject_of(field.part))
    for item in comparison.items(field, Parallel):
        old, new = (comparison.units(claim.alongside if claim else ()) for claim in (item.before, item.after))
        sprint, did = comparison.units([item.part.sprint]), "now says" if new else "no longer says"
        message = f"{who} {did} that {sprint} can run alongside {new or old}"
        yield ChangeDraft(CLAIM_CHANGED, item.edits, message, old, new)


def _tables(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Tables of figures."""
    for item in comparison.items(field, Table):
        title = item.part.title
        if item.before and item.after:
            message, texts = f"the table {title} has other figures", _figures(item.before, item.after)
        else:
            message = f"the table {title} is {'new' if item.after else 'removed'}"
            texts = ("", title) if item.after else (title, "")
        yield ChangeDraft(CLAIM_CHANGED, item.edits, message, *texts)


def _figures(before: Table, after: Table) -> tuple[str, str]:
    """What differs in a table on both sides: its columns, else its rows, its total, or whether it sums up rows."""
    one, other = ({row.name: row.cells for row in table.rows} for table in (before, after))
    rows = [name for name in dict.fromkeys((*one, *other)) if one.get(name) != other.get(name)]
    if before.columns != after.columns:
        return parts.listed(before.columns), parts.listed(after.columns)
    if rows:
        return _rows(one, rows), _rows(other, rows)
    if before.total != after.total:
        return shown(before.total), shown(after.total)
    return shown(before.sums_rows), shown(after.sums_rows)


def _rows(cells: Mapping[str, tuple[Quantity, ...]], names: Iterable[str]) -> str:
    texts = (" ".join([name, *(cell.text for cell in cells[name])]) for name in names if name in cells)
    return ", ".join(texts)


def _audit(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The settings of the audit: waivers and severities."""
    before, after = (plan.header.audit.waivers for plan in (comparison.before, comparison.after))
    for item in differing((*field.key, "waivers"), field.edits, before, after):
        waiver = item.part
        who = "the plan" if waiver.at == "plan" else parts.capital(parts.within(comparison.after, waiver.at))
        what = f"{who}: the finding `{waiver.rule}`"
        if not item.before:
            message = f"{what} is waived: {waiver.reason}"
            yield item.came(WAIVER_ADDED, message, what, "rule")
        elif not item.after:
            yield item.went(WAIVER_REMOVED, f"{what} is no longer waived", what, "rule")
        else:
            texts = shown(item.edits[0].before), shown(item.edits[0].after)
            yield ChangeDraft(WAIVER_CHANGED, item.edits, f"{what} is waived in other words", *texts)
    for edit in field.under("severity"):
        texts = (shown(edit.before) or "as the rule says", shown(edit.after) or "as the rule says")
        yield ChangeDraft(SEVERITY, (edit,), f"`{edit.name}`: severity {texts[1]}, not {texts[0]}", *texts)


def _page(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The file name of a sprint's page."""
    before, after = (plan.page(field.id) for plan in (comparison.before, comparison.after))
    rule = WORDING if before == after else PAGE
    yield ChangeDraft(rule, field.edits, f"{comparison.name(field.id)}: its page is {after}", before, after)


def _labels(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The words to find a part by."""
    return labelled(field.edits, comparison.called(subject_of(field.part)))


def labelled(edits: Iterable[Edit], who: str) -> Iterator[ChangeDraft]:
    """Labels that came and went; `who` has them."""
    for edit in edits:
        did = "is" if edit.after else "is no longer"
        yield ChangeDraft(LABELS, (edit,), f"{who} {did} labelled {edit.name}", shown(edit.before), shown(edit.after))


def _links(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Things to read."""
    return linked(comparison.items(field, Link), comparison.called(subject_of(field.part)))


def linked(items: Iterable[ItemEdits[Link]], who: str) -> Iterator[ChangeDraft]:
    """Links that came, went, or have another title; `who` has them."""
    for item in items:
        title, url = item.part.title, item.part.url
        if item.before and item.after:
            yield from reworded_text(item.edits, f"{who}: the link to {url}")
        else:
            does, texts = ("links", ("", url)) if item.after else ("no longer links", (url, ""))
            yield ChangeDraft(LINKS, item.edits, f"{who} {does} to {title}", *texts, item.at("title"))


def _glossary(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Words that newcomers may not know."""
    for item in comparison.items(field, Term):
        texts = item.before.means if item.before else "", item.after.means if item.after else ""
        does = "explains" if not texts[0] else "no longer explains" if not texts[1] else "rewords"
        yield ChangeDraft(WORDING, item.edits, f"the glossary {does} {item.part.term}", *texts, item.at("means"))


def _why(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Reasons for the order of a phase."""
    who = comparison.called(subject_of(field.part))
    for item in comparison.items(field, Reason):
        text = item.part.text
        did, texts = ("added", ("", text)) if item.after else ("removed", (text, ""))
        message = f"{who}: reason for its order {did}: {text}"
        yield ChangeDraft(WORDING, item.edits, message, *texts, item.at("text"))


def rest(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The edits of a field that no other rule claims, item by item: wording where only words can have changed."""
    of_item: dict[tuple[Key, bool], list[Edit]] = defaultdict(list)
    for edit in field.edits:
        item = edit.key[:-1] if len(edit.key) > len(field.key) else edit.key
        of_item[item, _only_words(field, edit)].append(edit)
    for (_, is_wording), edits in of_item.items():
        path = comparison.field(edits[0].key)
        name = _NAMES.get(path) or comparison.after.worded(path.replace(".", " ").replace("_", " "))
        what, texts = f"{comparison.called(subject_of(field.part))}: the {name}", both(edits)
        if is_wording:
            yield from reworded_text(edits, what)
        else:
            message = f"{what} is {instead(*texts)}"
            yield ChangeDraft(OTHER, tuple(edits), message, *texts)


def _only_words(field: FieldEdits, edit: Edit) -> bool:
    if field.field in _TEXTS.get(field.part[0], ()) or edit.name in _QUIET:
        return True
    match edit.before, edit.after:
        case Quantity() as one, Quantity() as other:
            return is_same_amount(one, other)
        case _:
            return False


OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "page"): _page,
    **{(kind, "labels"): _labels for kind in ("sprints", "phases", "milestones")},
    **{(kind, "links"): _links for kind in ("plan", "sprints", "phases", "milestones")},
    ("plan", "glossary"): _glossary,
    ("phases", "why"): _why,
    ("sprints", "impact"): _impact,
    ("sprints", "declared"): _declared,
    ("phases", "parallel"): _parallel,
    ("phases", "declared"): _declared,
    ("options", "declared"): _declared,
    ("plan", "declared"): _declared,
    ("plan", "tables"): _tables,
    ("plan", "audit"): _audit,
}
"""The rule of each field, by kind of part and field."""
