"""The history: what every commit changed in the plan, how the plan's figures moved, and the past of one sprint."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Annotated

from masterplan.analyse.changes import RULES
from masterplan.analyse.figures import units_counted
from masterplan.model.history import Commit, Extent, History, PastChange
from masterplan.model.naming import Subject
from masterplan.render.blocks import (
    NOTHING,
    Break,
    Chip,
    Code,
    Columns,
    Content,
    Figure,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    Numbers,
    Paragraph,
    Row,
    Small,
    Strong,
)
from masterplan.render.compose import anchor, capitalised, items, message, row, table
from masterplan.render.diagrams.curves import sparkline
from masterplan.render.diagrams.scene import Caption
from masterplan.render.export import FEED, FOLDER
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import short_date, sprint_link

_MOST_SHOWN = 200
"""Commits that the page lists, the newest first, and steps of a chart."""

MOST_OF_A_SPRINT = 30
"""Changes that the page of a sprint lists, the newest first."""

MOST_AT_ONCE = 6
"""Changes of one commit, or groups of changes, that are shown unfolded."""

_LEAST_ALIKE = 3
"""From this many changes of one kind on, a commit shows them as one line with a folded list."""

_DESCRIPTIONS: Mapping[str, str] = {rule.id: rule.description for rule in RULES}
_NO_HISTORY = Paragraph("No commit has changed the plan yet.")


@macro
def changes(context: Context) -> Content:
    """Every commit that changed the plan, newest first: its changes, author, day and hash."""
    history = context.history
    if not history.commits:
        return _NO_HISTORY
    rows = [_row(context, commit) for commit in history.commits[:_MOST_SHOWN]]
    feed = Hyperlink(context.links.to(FOLDER + FEED), "Atom feed")
    limits = "".join(f" {limit}" for limit in _limits(history))
    columns = ["What changed", "Author", Numbers("Day")]
    return (Paragraph(("Also available as an ", feed, ".", limits)), table("Commits", columns, rows))


def _limits(history: History) -> Iterator[str]:
    """What the list leaves out."""
    if history.cut or len(history.commits) > _MOST_SHOWN:
        yield f"Only the newest {min(len(history.commits), _MOST_SHOWN)} commits are listed."
    if history.shallow:
        yield "Older commits are missing because this site was built from a shallow clone."


def _row(context: Context, commit: Commit) -> Row:
    title = (Strong(commit.title or "Untitled commit"), " ", Small(_hash(context, commit)), Break())
    facts = {"author": commit.author, "weight": commit.changes[0].weight if commit.changes else ""}
    cells = ((title, _summary(context, commit)), commit.author, short_date(context, commit.time.date()))
    return row(*cells, anchor=anchor(commit.anchor), facts=facts)


def _hash(context: Context, commit: Commit) -> Inline:
    """The short hash of a commit, as a link if the address of commits is known."""
    address = context.links.commit(commit.id)
    return Hyperlink(address, commit.short) if address else Code(commit.short)


def _summary(context: Context, commit: Commit) -> Flow:
    """What a commit changed, or why that is unknown."""
    extent = commit.state.extent
    if extent is None:
        return (Chip("finding-error", "unreadable"), " ", message(commit.state.problem))
    if commit.begins:
        unit = context.facts.plan.unit
        return f"Initial plan: {units_counted(extent.sprints, unit)}."
    if not commit.changes:
        return "Only formatting changed."
    lines = [_alike(context, changes) for changes in _by_kind(commit.changes)]
    first, more = items(lines[:MOST_AT_ONCE]), lines[MOST_AT_ONCE:]
    return (first, Folded(f"{len(more)} more", items(more), "more"))


def _by_kind(changes: Sequence[PastChange]) -> list[list[PastChange]]:
    """Changes in their order, grouped by kind if a commit has several of that kind."""
    kinds = Counter(change.rule for change in changes)
    groups: dict[object, list[PastChange]] = {}
    for n, change in enumerate(changes):
        groups.setdefault(change.rule if kinds[change.rule] >= _LEAST_ALIKE else n, []).append(change)
    return list(groups.values())


def _alike(context: Context, changes: Sequence[PastChange]) -> Flow:
    """A single change, or several of one kind as one line that unfolds."""
    if len(changes) < _LEAST_ALIKE:
        return _change(context, changes[0])
    description = context.facts.plan.worded(_DESCRIPTIONS.get(changes[0].rule, changes[0].rule))
    summary = (*_mark(changes[0]), f"{description} ({len(changes)})")
    return Folded(summary, items(_change(context, change, marked=False) for change in changes), "facts-behind")


def _change(context: Context, change: PastChange, *, marked: bool = True) -> Inline:
    """A change, with a link to its sprint if the plan still has it, and a chip if it is breaking."""
    mark, id_ = _mark(change) if marked else (), change.subject.id
    if change.subject.kind != "sprint" or id_ not in context.facts.plan.sprints:
        return (*mark, message(capitalised(change.message)))
    rest = change.message.removeprefix(context.facts.plan.name(id_))
    between = ": " if rest == change.message else " " * rest.startswith(" ")
    return (*mark, sprint_link(context, id_), between, message(rest.lstrip()))


def _mark(change: PastChange) -> tuple[Inline, ...]:
    """A chip for a change that others must act on."""
    return (Chip("finding-error", "breaking"), " ") if change.weight == "breaking" else ()


@macro
def sprint_history(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """The commits that changed one sprint, newest first."""
    past = of_sprint(context, context.sprint(sprint).id)
    if not past:
        return Paragraph("No commit has changed it yet.")
    rows = [
        row(
            (*_mark(change), message(change.message)),
            commit.author,
            short_date(context, commit.time.date()),
            _hash(context, commit),
        )
        for commit, change in past[:MOST_OF_A_SPRINT]
    ]
    older = len(past) - len(rows)
    foot = [row(f"{older} older changes are not listed", *[NOTHING] * 3)] if older else []
    return table("History", ["What changed", "Author", Numbers("Day"), Numbers("Commit")], rows, foot=foot)


def of_sprint(context: Context, sprint: str) -> Sequence[tuple[Commit, PastChange]]:
    """The changes of one sprint under all ids it has had, newest first, each with its commit."""
    past = []
    for commit in context.history.commits:
        changes = [change for change in commit.changes if change.subject == Subject("sprint", sprint)]
        past += [(commit, change) for change in changes]
        sprint = next((change.was for change in changes if change.was), sprint)
    return past


@macro
def changes_chart(context: Context) -> Content:
    """The planned end, the savings and the number of sprints from commit to commit, as curves."""
    readable = [(commit, commit.state.extent) for commit in reversed(context.history.commits) if commit.state.extent]
    steps = readable[-_MOST_SHOWN - 1 :]
    if not context.history.commits:
        return _NO_HISTORY
    if len(steps) < 2:  # noqa: PLR2004 - a curve has two ends
        return Paragraph("Nothing has changed since the first commit.")
    columns = ["Day", *map(Numbers, ("Planned end (week)", "Monthly savings", context.facts.plan.unit.many))]
    columns += map(Numbers, ("Done", "Audit findings"))
    rows = [
        row(
            short_date(context, commit.time.date()),
            *(extent.last_week or None, extent.savings or None, extent.sprints, extent.done, extent.findings),
        )
        for commit, extent in steps
    ]
    days = [short_date(context, commit.time.date()) for commit, _ in (steps[0], steps[-1])]
    facts = table("How the plan changed", columns, rows[::-1])
    return (_sparks(context, [extent for _, extent in steps], days), Folded("Data table", facts, "more"))


def _sparks(context: Context, extents: Sequence[Extent], days: Sequence[Inline]) -> Content:
    """A small curve with its first and last value for each figure that moved; the days and other figures in a line."""
    units = context.facts.plan.unit.many
    figures: list[tuple[str, str, Sequence[float | None], Sequence[str]]] = [
        ("Planned end (week)", "finish", *_counted([extent.last_week for extent in extents])),
        ("Monthly savings", "savings", [_middle(extent) for extent in extents], [extent.savings for extent in extents]),
        (units, "scope", *_counted([extent.sprints for extent in extents])),
        (f"{units} done", "done", *_counted([extent.done for extent in extents])),
        ("Audit findings", "findings", *_counted([extent.findings for extent in extents])),
    ]
    moved = [figure for figure in figures if len(set(figure[2])) > 1 and None not in figure[2]]
    unmoved = [
        f"{title.lower()} {words[-1]}" for title, _, values, words in figures if len(set(values)) == 1 and words[-1]
    ]
    sparks = [(title, _spark(title, name, values, words)) for title, name, values, words in moved]
    when: Inline = ("On ", days[0]) if days[0] == days[1] else ("From ", days[0], " to ", days[1])
    note = Small((when, ".", f" Unchanged: {'; '.join(unmoved)}." if unmoved else ""))
    return (Columns(tuple(sparks)) if sparks else (), Paragraph(note))


def _counted(values: Sequence[int | None]) -> tuple[Sequence[float | None], Sequence[str]]:
    return [None if value is None else float(value) for value in values], [
        "" if value is None else f"{value:,}" for value in values
    ]


def _middle(extent: Extent) -> float:
    return (extent.low + extent.high) / 2


def _spark(title: str, name: str, values: Sequence[float | None], words: Sequence[str]) -> Flow:
    numbers = [value for value in values if value is not None]
    first, last = words[0] or "none", words[-1] or "none"
    caption = Caption(title, f"{first} at first, {last} now; one step per commit.", f"history-{name}")
    chart = Figure(partial(sparkline, numbers, f"{title}: {first} at first, {last} now", caption), title)
    return (chart, Paragraph(Strong(f"{first} \u2192 {last}")))
