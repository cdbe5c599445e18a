"""Progress: where each sprint stands, and the entries that say so."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from markupsafe import Markup

from masterplan.analyse.figures import count
from masterplan.analyse.status import Basis
from masterplan.analyse.status import burn_up as burn_up_of
from masterplan.model.progress import Entry
from masterplan.render.diagrams.curves import Series, curves
from masterplan.render.diagrams.scene import Caption
from masterplan.render.html import NOTHING, code, collapsed, figure, joined, link, list_of, render, text
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.table import Numbers, Row, table
from masterplan.render.views.widgets import document, sprint_link, sprint_links, standing_chip

BASES: Mapping[Basis, str] = {
    "effort": "weighted by effort",
    "some": "weighted by effort; where {units} state none, it is derived from the plan's weeks",
    "equal": "all {units} counted alike, as nothing is known of their effort",
}
"""What percentages are weighted by, in words."""


@macro
def progress_summary(context: Context) -> str:
    """How many sprints are done, in progress, ready and waiting, and the share that is done, weighted by effort."""
    standings = list(context.facts.standings.values())
    status, unit = context.facts.status, context.facts.plan.unit
    if not standings:
        return Markup("<p>There are no {} yet.</p>").format(text(unit.many.lower()))
    counts = [
        ("done", sum(s.state == "done" for s in standings)),
        ("in progress", sum(s.state == "in progress" for s in standings)),
        ("blocked", sum(s.state == "blocked" for s in standings)),
        ("ready", sum(s.ready for s in standings)),
        ("waiting", sum(s.state == "planned" and not s.ready for s in standings)),
        ("dropped", sum(s.state == "dropped" for s in standings)),
    ]
    shown = [(word, word.replace(" ", "-"), number) for word, number in counts if number]
    units = unit.many.lower()
    return render(
        "progress.html.jinja",
        done=counts[0][1],
        percent=status.percent or 0,
        basis=BASES[status.basis].format(units=units),
        counts=shown,
        total=count(len(context.facts.kept), unit.one.lower(), units),
        today=context.facts.today,
    )


@macro
def progress_table(context: Context) -> str:
    """Every sprint with its state, how much is done, what it waits for and the day of its last entry."""
    rows = []
    for id_, standing in context.facts.standings.items():
        last = standing.entries[-1].date if standing.entries else NOTHING
        waits = sprint_links(context, standing.waits_for if standing.state != "done" else ())
        rows.append(
            Row([sprint_link(context, id_, titled=True), standing_chip(standing), f"{standing.percent} %", waits, last])
        )
    return table("Progress", [context.facts.plan.unit.one, "State", Numbers("Done"), "Waits for", "Last entry"], rows)


@macro
def burn_up(context: Context) -> str:
    """How many sprints are done by the end of each week: as the phases plan it, and as the entries say."""
    facts = context.facts
    found = burn_up_of(facts.plan, facts.standings, facts.today)
    if found is None:
        return Markup("")
    units = facts.plan.unit.many.lower()
    series = [
        Series(f"planned: {found.planned[-1]}", f"{found.planned[-1]} {units} planned", found.planned, steps=True)
    ]
    if found.done:
        series.append(Series(f"done: {found.done[-1]}", f"{found.done[-1]} {units} done", found.done, steps=True))
    desc = "Without a start date the weeks of the plan are known, but not where today is."
    caption = Caption(
        f"{facts.plan.unit.many} done by week", desc if facts.plan.header.start is None else "", "burn-up"
    )
    rows = [
        Row([f"Week {n}", planned, found.done[n - 1] if n <= len(found.done) else NOTHING])
        for n, planned in enumerate(found.planned, 1)
    ]
    chart = figure(curves(series, "", caption, found.today), caption.title)
    return collapsed(
        chart, "The same as a table", table("Burn-up", ["By the end of", Numbers("Planned"), Numbers("Done")], rows)
    )


@macro
def progress_log(context: Context, sprint: Annotated[str | None, "Only this sprint's entries."] = None) -> str:
    """The dated entries, newest first."""
    chosen = [context.sprint(sprint).id] if sprint is not None else list(context.facts.plan.sprints)
    entries = [entry for id_ in chosen for entry in context.facts.standings[id_].entries]
    entries.sort(key=lambda entry: entry.date, reverse=True)
    return table(
        "Entries",
        ["Day", context.facts.plan.unit.one, "State", "By", "Found", "Note"],
        [_entry(context, each) for each in entries],
    )


def _entry(context: Context, entry: Entry) -> Row:
    state = entry.state if entry.percent is None else f"{entry.state}, {entry.percent} %"
    note = prose(entry.note) if entry.note else NOTHING
    return Row(
        [entry.date, sprint_link(context, entry.sprint), state, entry.by or NOTHING, joined(_found(entry), "; "), note]
    )


def _found(entry: Entry) -> Iterator[str]:
    """What an entry says was measured, saved, done and updated."""
    yield from (f"{each.metric}: {each.value.text}" for each in entry.measured)
    if entry.saves:
        yield f"saves {entry.saves.text} a month"
    if entry.tasks:
        yield f"done: {', '.join(entry.tasks)}"
    if entry.updated:
        yield f"updated: {', '.join(entry.updated)}"


@macro
def documents(context: Context) -> str:
    """The documents to update after every sprint, and those that single sprints add."""
    plan = context.facts.plan
    always = [document(each.path, each.note) for each in plan.header.documentation.after_each_sprint]
    rows = [
        Row(
            [
                sprint_link(context, id_, titled=True),
                list_of(document(each.path, each.note) for each in sprint.documentation),
            ]
        )
        for id_, sprint in plan.sprints.items()
        if sprint.documentation
    ]
    extra = table(f"Documents of single {plan.unit.many.lower()}", [plan.unit.one, "Documents"], rows) if rows else ""
    shown = list_of(always) if always else ""
    return Markup("<div>{}\n{}</div>").format(shown, extra) if shown or extra else Markup("")


@macro
def progress_place(context: Context) -> str:
    """Where progress is tracked, for use inside a sentence."""
    place = context.facts.plan.header.documentation.progress_in
    return code(place) if place else NOTHING


@macro
def reading(context: Context) -> str:
    """The plan's own list of things to read."""
    links = context.facts.plan.header.links
    return list_of(link(each.url, each.title) for each in links) if links else Markup("")
