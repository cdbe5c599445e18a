"""Progress: where each sprint stands, and the entries that say so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated

from masterplan.analyse.figures import count
from masterplan.analyse.progress import Standing
from masterplan.analyse.status import Basis
from masterplan.analyse.status import burn_up as burn_up_of
from masterplan.model.progress import Entry
from masterplan.model.sprint import Document
from masterplan.render.blocks import (
    NOTHING,
    Bar,
    Box,
    Chip,
    Code,
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
from masterplan.render.compose import items, joined, row, table
from masterplan.render.diagrams.curves import Series, curves
from masterplan.render.diagrams.scene import Caption
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.views.widgets import document, sprint_link, sprint_links, standing_chip, standing_word

BASES: Mapping[Basis, str] = {
    "effort": "weighted by effort",
    "some": "weighted by effort; where {units} state none, it is derived from the plan's weeks",
    "equal": "all {units} counted alike, as nothing is known of their effort",
}
"""What percentages are weighted by, in words."""


@macro
def progress_summary(context: Context) -> Content:
    """How many sprints are done, in progress, ready and waiting, and the share that is done, weighted by effort."""
    standings = list(context.facts.standings.values())
    status, unit = context.facts.status, context.facts.plan.unit
    units = unit.many.lower()
    if not standings:
        return Paragraph(f"There are no {units} yet.")
    done = sum(standing.state == "done" for standing in standings)
    percent = status.percent or 0
    basis = Small(f"({BASES[status.basis].format(units=units)})")
    today: Inline = (" ", Small(f"as of {context.facts.today}")) if context.facts.today else ()
    share = (
        Strong(f"{done} of {count(len(context.facts.kept), unit.one.lower(), units)} done"),
        f", {percent} % of the work ",
        basis,
        today,
        ".",
    )
    return Box((Bar(percent), Paragraph((share, *_counts(standings)))), "progress")


def _counts(standings: Sequence[Standing]) -> Iterator[Inline]:
    """How many sprints stand where, as chips."""
    words = Counter(standing_word(standing) for standing in standings)
    for word in ("done", "in progress", "blocked", "ready", "waiting", "dropped"):
        if words[word]:
            yield (" ", Chip(word.replace(" ", "-"), f"{words[word]} {word}"))


@macro
def progress_table(context: Context) -> Content:
    """Every sprint with its state, how much is done, what it waits for and the day of its last entry."""
    rows = []
    for id_, standing in context.facts.standings.items():
        last = standing.entries[-1].date if standing.entries else None
        waits = sprint_links(context, standing.waits_for if standing.state != "done" else ())
        link = sprint_link(context, id_, titled=True)
        rows.append(row(link, standing_chip(standing), f"{standing.percent} %", waits, last))
    columns = [context.facts.plan.unit.one, "State", Numbers("Done"), "Waits for", "Last entry"]
    return table("Progress", columns, rows)


@macro
def burn_up(context: Context) -> Content:
    """How many sprints are done by the end of each week: as the phases plan it, and as the entries say."""
    facts = context.facts
    burn = burn_up_of(facts.plan, facts.standings, facts.today)
    if burn is None:
        return ()
    units = facts.plan.unit.many.lower()
    series = [Series(f"planned: {burn.planned[-1]}", f"{burn.planned[-1]} {units} planned", burn.planned, steps=True)]
    if burn.done:
        series.append(Series(f"done: {burn.done[-1]}", f"{burn.done[-1]} {units} done", burn.done, steps=True))
    desc = "Without a start date the weeks of the plan are known, but not where today is."
    caption = Caption(
        f"{facts.plan.unit.many} done by week", desc if facts.plan.header.start is None else "", "burn-up"
    )
    rows = [
        row(f"Week {n}", planned, burn.done[n - 1] if n <= len(burn.done) else None)
        for n, planned in enumerate(burn.planned, 1)
    ]
    chart = Figure(curves(series, "", caption, burn.today), caption.title)
    columns = ["By the end of", Numbers("Planned"), Numbers("Done")]
    return (chart, Folded("The same as a table", table("Burn-up", columns, rows), "more"))


@macro
def progress_log(context: Context, sprint: Annotated[str | None, "Only this sprint's entries."] = None) -> Content:
    """The dated entries, newest first."""
    chosen = [context.sprint(sprint).id] if sprint is not None else list(context.facts.plan.sprints)
    entries = [entry for id_ in chosen for entry in context.facts.standings[id_].entries]
    entries.sort(key=lambda entry: entry.date, reverse=True)
    columns = ["Day", context.facts.plan.unit.one, "State", "By", "Found", "Note"]
    return table("Entries", columns, [_entry(context, entry) for entry in entries])


def _entry(context: Context, entry: Entry) -> Row:
    state = entry.state if entry.percent is None else f"{entry.state}, {entry.percent} %"
    note = prose(entry.note) if entry.note else None
    return row(entry.date, sprint_link(context, entry.sprint), state, entry.by, joined(_results(entry), "; "), note)


def _results(entry: Entry) -> Iterator[str]:
    """What an entry says was measured, saved, done and updated."""
    yield from (f"{reading.metric}: {reading.value.text}" for reading in entry.measured)
    if entry.saves:
        yield f"saves {entry.saves.text} a month"
    if entry.tasks:
        yield f"done: {', '.join(entry.tasks)}"
    if entry.updated:
        yield f"updated: {', '.join(entry.updated)}"


@macro
def documents(context: Context) -> Content:
    """The documents to update after every sprint, and those that single sprints add."""
    plan = context.facts.plan
    always = plan.header.documentation.after_each_sprint
    rows = [
        row(sprint_link(context, id_, titled=True), _documents(sprint.documentation))
        for id_, sprint in plan.sprints.items()
        if sprint.documentation
    ]
    single = table(f"Documents of single {plan.unit.many.lower()}", [plan.unit.one, "Documents"], rows)
    return (_documents(always), single)


def _documents(documents: Iterable[Document]) -> Flow:
    return items(document(paper.path, paper.note) for paper in documents)


@macro
def progress_place(context: Context) -> Content:
    """Where progress is tracked, for use inside a sentence."""
    place = context.facts.plan.header.documentation.progress_in
    return Code(place) if place else NOTHING


@macro
def reading(context: Context) -> Content:
    """The plan's own list of things to read."""
    return items(Hyperlink(link.url, link.title) for link in context.facts.plan.header.links)
