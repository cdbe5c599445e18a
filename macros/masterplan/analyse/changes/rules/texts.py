"""Claims, tables, waivers, labels, links and texts, and a fallback for all edits that no other rule claims."""

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
    value_text,
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
"""Fields, by kind of part, whose changes have no effect on computed facts or on anybody's work."""

_EXPLANATIONS = {"reason", "description", "note", "text", "says", "detail", "steps"}
"""Explanatory fields of list items and risks."""

_NAMES = {
    "decimal": "decimal mark",
    "documentation.progress_in": "location of progress reports",
    "group.many": "plural name of a group of sprints",
    "group.one": "name of a group of sprints",
    "id": "id in calendars and feeds",
    "metrics.after": "target of a metric",
    "metrics.before": "baseline of a metric",
    "savings.monthly": "amount of monthly savings",
    "short": "short name",
    "testing.end_to_end.says": "text on the tests at the end",
    "testing.per_sprint.says": "text on the tests of every sprint",
    "timezone": "time zone",
    "unit.many": "plural name of a sprint",
    "unit.one": "name of a sprint",
    "updated": "date of the last update",
}
"""Names of fields for people, if they differ from the YAML keys."""


def _declared(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The claims of a part."""
    name = comparison.display_name(field.part)
    for item in comparison.items(field, Declared):
        claim = item.part
        if not item.before:
            message = f"{name}: claim added: `{claim.says}` ({claim.claim})"
            yield item.added(CLAIM_ADDED, message, claim.says, "says")
        elif not item.after:
            message = f"{name}: claim removed: `{claim.says}` ({claim.claim})"
            yield item.removed(CLAIM_REMOVED, message, claim.says, "says")
        else:
            yield _claim_changed(comparison, item, item.before, item.after, name)


def _claim_changed(
    comparison: Comparison, item: ItemEdits[Declared], before: Declared, after: Declared, name: str
) -> ChangeDraft:
    """A claim with a changed figure, wording or subject."""
    edit = next(iter(item.edits_of("value", "says", "day")), item.edits[0])
    texts = (value_text(edit.before), value_text(edit.after))
    if edit in item.edits_of("sprints"):
        old, new = (parts.names(comparison.after, claim.sprints) for claim in (before, after))
        predicate = f"is about {instead(old, new)}" if new else f"is no longer about {old}"
        return ChangeDraft(CLAIM_CHANGED, item.edits, f"{name}: claim `{after.claim}` {predicate}", old, new, edit.key)
    old_amount = stated_amount(before, comparison.before.header.decimal)
    new_amount = stated_amount(after, comparison.after.header.decimal)
    is_duration = after.claim == "duration" and new_amount.is_duration
    sign = comparison.compare_amounts(old_amount, new_amount) if is_duration else 0
    rule = LONGER if sign > 0 else SHORTER if sign < 0 else CLAIM_CHANGED
    message = f"{name}: claim `{after.claim}` is {instead(*texts)}"
    return ChangeDraft(rule, item.edits, message, *texts, edit.key)


def _impact(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The claimed impact of a sprint."""
    before, after = both(field.edits)
    name = comparison.name(field.id)
    message = f"{name}: claimed impact {instead(before, after)}"
    yield ChangeDraft(CLAIM_CHANGED, field.edits, message, before, after)


def _parallel(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Claims that sprints or tasks can run in parallel."""
    name = comparison.display_name(field.part)
    for item in comparison.items(field, Parallel):
        old, new = (comparison.units(claim.alongside if claim else ()) for claim in (item.before, item.after))
        unit, verb = comparison.units([item.part.sprint]), "now claims" if new else "no longer claims"
        message = f"{name} {verb} that {unit} can run alongside {new or old}"
        yield ChangeDraft(CLAIM_CHANGED, item.edits, message, old, new)


def _tables(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Tables of figures."""
    for item in comparison.items(field, Table):
        title = item.part.title
        if item.before and item.after:
            message, texts = f"the table {title} changed", _figures(item.before, item.after)
        else:
            message = f"the table {title} is {'new' if item.after else 'removed'}"
            texts = ("", title) if item.after else (title, "")
        yield ChangeDraft(CLAIM_CHANGED, item.edits, message, *texts)


def _figures(before: Table, after: Table) -> tuple[str, str]:
    """The differing part of a table, before and after: its columns, else its rows, its total, or its `sums_rows`."""
    old, new = ({row.name: row.cells for row in table.rows} for table in (before, after))
    rows = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
    if before.columns != after.columns:
        return parts.listed(before.columns), parts.listed(after.columns)
    if rows:
        return _rows(old, rows), _rows(new, rows)
    if before.total != after.total:
        return value_text(before.total), value_text(after.total)
    return value_text(before.sums_rows), value_text(after.sums_rows)


def _rows(cells: Mapping[str, tuple[Quantity, ...]], names: Iterable[str]) -> str:
    texts = (" ".join([name, *(cell.text for cell in cells[name])]) for name in names if name in cells)
    return ", ".join(texts)


def _audit(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The settings of the audit: waivers and severities."""
    before, after = (plan.header.audit.waivers for plan in (comparison.before, comparison.after))
    for item in differing((*field.key, "waivers"), field.edits, before, after):
        waiver = item.part
        name = "the plan" if waiver.at == "plan" else parts.capital(parts.in_plan_words(comparison.after, waiver.at))
        label = f"{name}: the finding `{waiver.rule}`"
        if not item.before:
            message = f"{label} is waived: {waiver.reason}"
            yield item.added(WAIVER_ADDED, message, label, "rule")
        elif not item.after:
            yield item.removed(WAIVER_REMOVED, f"{label} is no longer waived", label, "rule")
        else:
            texts = value_text(item.edits[0].before), value_text(item.edits[0].after)
            message = f"{name}: the waiver of `{waiver.rule}` changed"
            yield ChangeDraft(WAIVER_CHANGED, item.edits, message, *texts)
    for edit in field.under("severity"):
        texts = (value_text(edit.before) or "default", value_text(edit.after) or "default")
        yield ChangeDraft(SEVERITY, (edit,), f"`{edit.name}`: severity {texts[1]}, not {texts[0]}", *texts)


def _page(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The file name of a sprint's page."""
    before, after = (plan.page(field.id) for plan in (comparison.before, comparison.after))
    rule = WORDING if before == after else PAGE
    yield ChangeDraft(rule, field.edits, f"{comparison.name(field.id)}: its page is now {after}", before, after)


def _labels(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Labels of a part."""
    return labelled(field.edits, comparison.display_name(field.part))


def labelled(edits: Iterable[Edit], name: str) -> Iterator[ChangeDraft]:
    """Labels added to and removed from the part called `name`."""
    for edit in edits:
        verb = "is now" if edit.after else "is no longer"
        yield ChangeDraft(
            LABELS, (edit,), f"{name} {verb} labelled {edit.name}", value_text(edit.before), value_text(edit.after)
        )


def _links(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Links of a part."""
    return linked(comparison.items(field, Link), comparison.display_name(field.part))


def linked(items: Iterable[ItemEdits[Link]], name: str) -> Iterator[ChangeDraft]:
    """Links of the part called `name` that were added, removed or retitled."""
    for item in items:
        title, url = item.part.title, item.part.url
        if item.before and item.after:
            yield from reworded_text(item.edits, f"{name}: the link to {url}")
        else:
            verb, texts = ("now links", ("", url)) if item.after else ("no longer links", (url, ""))
            yield ChangeDraft(LINKS, item.edits, f"{name} {verb} to {title}", *texts, item.key_of("title"))


def _glossary(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Terms of the glossary."""
    for item in comparison.items(field, Term):
        texts = item.before.means if item.before else "", item.after.means if item.after else ""
        verb = "now explains" if not texts[0] else "no longer explains" if not texts[1] else "rewords"
        yield ChangeDraft(WORDING, item.edits, f"the glossary {verb} {item.part.term}", *texts, item.key_of("means"))


def _why(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Reasons for the order of a phase."""
    name = comparison.display_name(field.part)
    for item in comparison.items(field, Reason):
        text = item.part.text
        state, texts = ("added", ("", text)) if item.after else ("removed", (text, ""))
        message = f"{name}: reason for its order {state}: {text}"
        yield ChangeDraft(WORDING, item.edits, message, *texts, item.key_of("text"))


def rest(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The edits of a field that no other rule claims, one change per item, a rewording if only words can differ."""
    of_item: dict[tuple[Key, bool], list[Edit]] = defaultdict(list)
    for edit in field.edits:
        item = edit.key[:-1] if len(edit.key) > len(field.key) else edit.key
        of_item[item, _only_words(field, edit)].append(edit)
    for (_, is_wording), edits in of_item.items():
        path = comparison.field(edits[0].key)
        name = _NAMES.get(path) or comparison.after.worded(path.replace(".", " ").replace("_", " "))
        label, texts = f"{comparison.display_name(field.part)}: the {name}", both(edits)
        if is_wording:
            yield from reworded_text(edits, label)
        else:
            message = f"{label} is {instead(*texts)}"
            yield ChangeDraft(OTHER, tuple(edits), message, *texts)


def _only_words(field: FieldEdits, edit: Edit) -> bool:
    if field.field in _TEXTS.get(field.part[0], ()) or edit.name in _EXPLANATIONS:
        return True
    match edit.before, edit.after:
        case Quantity() as before, Quantity() as after:
            return is_same_amount(before, after)
        case _:
            return False


FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {
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
"""The function for each field, by kind of part and field."""
