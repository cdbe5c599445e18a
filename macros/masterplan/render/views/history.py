"""The history: what every commit did to the plan, how the plan moved, and the past of one sprint."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from markupsafe import Markup

from masterplan.analyse.figures import count
from masterplan.model.change import Weight
from masterplan.model.history import Commit, Extent, History, PastChange
from masterplan.model.naming import Subject
from masterplan.render.diagrams.curves import Series, curves
from masterplan.render.diagrams.scene import Caption
from masterplan.render.export import FEED, FOLDER
from masterplan.render.html import NOTHING, anchor, chip, code, collapsed, figure, isolated, link, list_of, quoted, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Numbers, Row, table
from masterplan.render.views.widgets import sprint_link

MOST_SHOWN = 200
"""Commits that are listed, the newest, and as many steps of a chart."""

MOST_OF_A_SPRINT = 30
"""Changes that are listed of one sprint, the newest."""

MOST_AT_ONCE = 6
"""Changes of one commit that are shown unfolded."""

_LOOKS: Mapping[Weight, str] = {"breaking": "finding-error", "notable": "finding-warning", "editorial": "finding-info"}
_NO_HISTORY = Markup("<p>There is no history: no commit that Git knows of here has touched the plan.</p>")


@macro
def changes(context: Context) -> str:
    """Every commit that changed the plan, newest first, as what it changed, with its author, day and hash."""
    history = context.history
    if not history.commits:
        return _NO_HISTORY
    rows = [_row(context, commit) for commit in history.commits[:MOST_SHOWN]]
    feed = link(context.links.to(FOLDER + FEED), "Atom feed")
    notes = Markup(" ").join([Markup("As {} for feed readers.").format(feed), *map(text, _limits(history))])
    return Markup("<p>{}</p>\n\n{}").format(
        notes, table("Commits", ["Commit", Numbers("Day"), "Author", "What changed"], rows)
    )


def _limits(history: History) -> Iterator[str]:
    """What the list lacks, in words."""
    if history.cut or len(history.commits) > MOST_SHOWN:
        yield f"Only the newest {min(len(history.commits), MOST_SHOWN)} commits are shown."
    if history.shallow:
        yield "This site was built from a shallow clone, which does not know the commits before these."


def _row(context: Context, commit: Commit) -> Row:
    title = Markup("{} {}").format(isolated(commit.title or "without a title"), _hash(context, commit))
    facts = {"author": commit.author, "weight": commit.changes[0].weight if commit.changes else ""}
    cells = [title, commit.made.date(), commit.author, _what(context, commit)]
    return Row(cells, anchor(commit.anchor), facts)


def _hash(context: Context, commit: Commit) -> Markup:
    """The beginning of a commit's hash, as a link where it is known where commits are shown."""
    address = context.links.commit(commit.id)
    return link(address, commit.short) if address else code(commit.short)


def _what(context: Context, commit: Commit) -> Markup:
    """What a commit did, or why that cannot be said."""
    extent = commit.state.extent
    if extent is None:
        return Markup("{} {}").format(chip("finding-error", "not readable"), quoted(commit.state.problem))
    if commit.begins:
        unit = context.facts.plan.unit
        size = count(extent.sprints, unit.one.lower(), unit.many.lower())
        return text(f"The first plan that is known here, with {size}.")
    if not commit.changes:
        return text("Only the layout of its files.")
    shown = [_change(context, change) for change in commit.changes]
    first, more = list_of(shown[:MOST_AT_ONCE]), shown[MOST_AT_ONCE:]
    return collapsed(first, f"{len(more)} more", list_of(more)) if more else first


def _change(context: Context, change: PastChange) -> Markup:
    """A change, with the sprint that it speaks of as a link where the plan still has it."""
    id_ = change.subject.id
    if change.subject.kind != "sprint" or id_ not in context.facts.plan.sprints:
        return _said(change)
    rest = change.message.removeprefix(context.facts.plan.name(id_))
    between = ": " if rest == change.message else " " * rest.startswith(" ")
    return Markup("{} {}{}{}").format(_chip(change), sprint_link(context, id_), between, quoted(rest.lstrip()))


@macro
def sprint_history(context: Context, sprint: Annotated[str, "The sprint's id."]) -> str:
    """What commits have changed of one sprint, newest first."""
    found = of_sprint(context, context.sprint(sprint).id)
    if not found:
        return Markup("<p>No commit that is known here has changed it.</p>")
    rows = [
        Row([_said(change), commit.made.date(), commit.author, _hash(context, commit)])
        for commit, change in found[:MOST_OF_A_SPRINT]
    ]
    left = len(found) - len(rows)
    foot = [Row([f"{left} older ones are not shown", *[NOTHING] * 3])] if left else []
    return table("History", ["What changed", Numbers("Day"), "Author", Numbers("Commit")], rows, foot=foot)


def of_sprint(context: Context, sprint: str) -> Sequence[tuple[Commit, PastChange]]:
    """The changes of one sprint, under whatever ids it had, newest first, each with its commit."""
    found = []
    for commit in context.history.commits:
        about = [change for change in commit.changes if change.subject == Subject("sprint", sprint)]
        found += [(commit, change) for change in about]
        sprint = next((change.was for change in about if change.was), sprint)
    return found


def _said(change: PastChange) -> Markup:
    return Markup("{} {}").format(_chip(change), quoted(change.message))


def _chip(change: PastChange) -> Markup:
    return chip(_LOOKS[change.weight], change.weight)


@macro
def changes_chart(context: Context) -> str:
    """How the planned end, the savings and the number of sprints moved from commit to commit, as curves."""
    known = [(commit, commit.state.extent) for commit in reversed(context.history.commits) if commit.state.extent]
    steps = known[-MOST_SHOWN - 1 :]
    if not context.history.commits:
        return _NO_HISTORY
    if len(steps) < 2:  # noqa: PLR2004 - a curve has two ends
        return Markup("<p>The plan has not been changed yet since its first commit.</p>")
    extents = [extent for _, extent in steps]
    units = context.facts.plan.unit.many
    charts = [
        _chart("Planned end, in weeks", "finish", [float(each.last_week) for each in extents]),
        *_savings(extents),
        _chart(f"{units} in the plan", "scope", [float(each.sprints) for each in extents]),
    ]
    rows = [
        Row([n or "First", commit.made.date(), extent.last_week or NOTHING, extent.savings or NOTHING, extent.sprints])
        for n, (commit, extent) in enumerate(steps)
    ]
    columns = [Numbers("Commit"), "Day", Numbers("Planned end, week"), Numbers("Saves a month"), Numbers(units)]
    facts = table("How the plan moved", columns, rows[::-1])
    return collapsed(Markup("\n").join(charts), "The same as a table", facts)


def _chart(title: str, name: str, values: Sequence[float]) -> Markup:
    said = f"{title}: {values[0]:,.0f} at first, {values[-1]:,.0f} now"
    return _curve(title, name, Series(f"{values[-1]:,.0f}", said, values[1:], steps=True, since=(0.0, values[0])), "")


def _savings(extents: Sequence[Extent]) -> Iterator[Markup]:
    """The chart of savings, where those that are stated are in one unit."""
    units = {extent.unit for extent in extents if extent.savings}
    if len(units) == 1:
        first, *rest = extents
        said = f"Savings a month: {first.savings or 'none'} at first, {rest[-1].savings or 'none'} now"
        low, high = [each.low for each in rest], [each.high for each in rest]
        series = Series(rest[-1].savings or "none", said, high, low, steps=True, since=(first.low, first.high))
        yield _curve("Savings a month", "savings", series, units.pop())


def _curve(title: str, name: str, series: Series, unit: str) -> Markup:
    desc = "A step for each commit that changed the plan; the table has the same figures."
    chart = curves([series], unit, Caption(title, desc, f"history-{name}"), step="")
    return Markup('<p class="mp-column__title">{}</p>\n{}').format(text(title), figure(chart, title))
