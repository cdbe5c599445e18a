"""Progress: the entries, burn-up, documents, and a completion report for every finished sprint."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from math import ceil
from typing import Annotated

from masterplan.analyse import Facts
from masterplan.analyse.figures import count, how_late, to_whole, units_counted
from masterplan.analyse.parts import UNASSIGNED, capital
from masterplan.analyse.progress import Standing, tally, tasks_done
from masterplan.analyse.status import BurnUp, days_late
from masterplan.analyse.status import burn_up as burn_up_of
from masterplan.model.plan import Plan
from masterplan.model.progress import Entry, report_page
from masterplan.model.sprint import Document, Sprint
from masterplan.model.task import OUT
from masterplan.model.window import day_in_words
from masterplan.render.blocks import (
    NOTHING,
    Box,
    Break,
    Chip,
    Code,
    Content,
    Definitions,
    Figure,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    ItemList,
    Numbers,
    Paragraph,
    Row,
    Section,
    Short,
    Strong,
)
from masterplan.render.compose import TICKS, items, joined, named, row, table
from masterplan.render.diagrams.curves import Curve, curves
from masterplan.render.diagrams.scene import Caption
from masterplan.render.health import end_in_words, share_done
from masterplan.render.macro import Context, macro, page_macro
from masterplan.render.prose import prose
from masterplan.render.views import safety
from masterplan.render.views.status import measured_rows
from masterplan.render.views.widgets import (
    document_path,
    first_rows,
    full_date,
    owner_link,
    owner_links,
    quantity,
    short_date,
    sprint_link,
    standing_word,
    task_link,
    week_span,
    window_dates,
)


@macro
def progress_summary(context: Context) -> Content:
    """How many sprints are done, in progress, ready and waiting, the share of work done, and the end of the plan."""
    facts, unit = context.facts, context.facts.plan.unit
    standings = list(facts.standings.values())
    if not standings:
        return Paragraph(f"There are no {unit.many.lower()} yet.")
    done, number = tally(facts.standings, facts.plan.ids)
    today: Inline = (" as of ", full_date(facts.today)) if facts.today else ()
    share = (Strong(f"{done} of {units_counted(number, unit)} done"), ", ", share_done(facts), today, ".")
    return Paragraph((share, *_ends(facts), Break(), *state_counts(standings)))


def _ends(facts: Facts) -> Iterator[Inline]:
    """The forecast end of the plan, and the planned end."""
    planned, forecast = (end_in_words(facts, end) for end in (facts.health.planned_end, facts.health.forecast_end))
    word = "Ended" if facts.health.verdict == "done" else "Forecast end"
    words = [f"{word}: {forecast}" if forecast else "", f"planned: {planned}" if planned else ""]
    ends = ", ".join(filter(None, words))
    yield f" {capital(ends)}." if ends else ""


def state_counts(standings: Sequence[Standing]) -> Iterator[Inline]:
    """The number of sprints in each state, as chips."""
    words = Counter(standing_word(standing) for standing in standings)
    for word in ("done", "in progress", "blocked", "ready", "next", "waiting", *OUT):
        if words[word]:
            yield (" ", Chip(word.replace(" ", "-"), f"{words[word]} {word}"))


@macro
def burn_up(context: Context) -> Content:
    """The number of sprints planned, done and forecast to be done, over the weeks of the plan."""
    facts = context.facts
    burn = burn_up_of(facts.plan, facts.standings, facts.today)
    if burn is None:
        return ()
    lines = _burn_lines(facts, burn)
    weeks = max(len(burn.planned), ceil(max(weeks for line in lines for weeks, _ in line.points)))
    desc = "Dashed: planned. Solid: done. Dotted: forecast."
    caption = Caption(f"{facts.plan.unit.many} done over time", desc, "burn-up")
    rows = [
        row(f"Week {n}", planned, burn.done[n - 1] if n <= len(burn.done) else None)
        for n, planned in enumerate(burn.planned, 1)
    ]
    chart = partial(curves, lines, "", caption, week_span(facts, weeks))
    columns = ["By the end of", Numbers("Planned"), Numbers("Done")]
    return (
        Figure(chart, caption.title, point=_burn_point(facts, burn)),
        Folded("Data table", table("Burn-up", columns, rows), "more"),
    )


def _burn_lines(facts: Facts, burn: BurnUp) -> list[Curve]:
    """The planned curve until all is planned to be done, the done curve until today, and the forecast from there."""
    total, unit = burn.planned[-1], facts.plan.unit
    planned = [(0.0, 0.0), *((float(n), float(number)) for n, number in enumerate(burn.planned, 1))]
    planned = planned[: 1 + next(n for n, (_, number) in enumerate(planned) if number == total)]
    lines = [Curve(f"{total:,} planned", f"{units_counted(total, unit)} planned", planned, look="plan", steps=True)]
    if burn.done and burn.today is not None:
        now, number = burn.today, burn.done[-1]
        past = [(float(n), float(count)) for n, count in enumerate(burn.done, 1) if n < now]
        done = [(0.0, 0.0), *past, (now, float(number))]
        lines.append(Curve(f"{number:,} done", f"{units_counted(number, unit)} done", done, look="actual", steps=True))
        ends = facts.schedules.forecast if facts.schedules.has_begun else None
        if ends and facts.plan.start and facts.today and ends > facts.today and number < total:
            by, day = (ends - facts.plan.start).days / 7, day_in_words(ends, facts.today)
            ahead = [(now, float(number)), (by, float(total))]
            lines.append(Curve(day, f"all done on {day} (forecast)", ahead, look="forecast"))
    return lines


def _burn_point(facts: Facts, burn: BurnUp) -> str:
    """Progress compared with the plan."""
    total, unit = burn.planned[-1], facts.plan.unit
    if burn.today is None:
        weeks = next(n for n, number in enumerate(burn.planned, 1) if number == total)
        return f"{units_counted(total, unit)} planned in {count(weeks, 'week')}"
    due, done = ([0, *burn.planned][min(int(burn.today), len(burn.planned))], burn.done[-1] if burn.done else 0)
    comparison = (
        f"{due - done} behind plan" if due > done else f"{done - due} ahead of plan" if done > due else "as planned"
    )
    number = tally(facts.standings, facts.plan.ids)[1]
    return f"{done} of {units_counted(number, unit)} done, {comparison}"


@macro
def progress_log(context: Context, sprint: Annotated[str | None, "Only this sprint's entries."] = None) -> Content:
    """The dated entries, newest first."""
    chosen = [context.sprint(sprint).id] if sprint is not None else list(context.facts.plan.sprints)
    entries = [entry for id_ in chosen for entry in context.facts.standings[id_].entries]
    entries.sort(key=lambda entry: entry.date, reverse=True)
    columns = [Short("Day"), Short(context.facts.plan.unit.one), Short("State"), "By", "Results", "Note"]
    rows = [_entry(context, entry, alone=sprint is not None) for entry in entries]
    return first_rows(context, table("Entries", columns, rows))


def _entry(context: Context, entry: Entry, *, alone: bool) -> Row:
    state = entry.state if entry.percent is None else f"{entry.state}, {entry.percent}%"
    note = prose(entry.note) if entry.note else None
    by = owner_link(context, entry.by) if entry.by else None
    link = None if alone else sprint_link(context, entry.sprint)
    results = joined(_results(context, entry), "; ")
    return row(short_date(context, entry.date), link, state, by, results, note)


def _results(context: Context, entry: Entry) -> Iterator[Inline]:
    """What an entry reports as measured, saved, done and updated."""
    yield from (f"{reading.metric}: {reading.value.text}" for reading in entry.measured)
    if entry.saves:
        yield f"saves {entry.saves.bare} a month"
    if entry.tasks:
        tasks = context.facts.plan.tasks
        yield ("done: ", joined(task_link(context, name) if name in tasks else name for name in entry.tasks))
    if entry.updated:
        yield f"updated: {', '.join(entry.updated)}"


@macro
def documents(context: Context) -> Content:
    """The documents to update after every sprint, and the documents of single sprints."""
    plan = context.facts.plan
    after_each = plan.header.documentation.after_each_sprint
    rows = [
        row(sprint_link(context, id_, titled=True), _documents(sprint.documentation))
        for id_, sprint in plan.sprints.items()
        if sprint.documentation
    ]
    of_sprints = table(f"Documents of single {plan.unit.many.lower()}", [plan.unit.one, "Documents"], rows)
    return (_documents(after_each), first_rows(context, of_sprints))


def _documents(documents: Iterable[Document]) -> Flow:
    return items(document_path(document.path, document.note) for document in documents)


@macro
def progress_place(context: Context) -> Content:
    """The file in which progress is tracked, for use inside a sentence."""
    place = context.facts.plan.header.documentation.progress_in
    return Code(place) if place else NOTHING


def report_path(plan: Plan, standing: Standing) -> str | None:
    """The path of a sprint's completion report below docs/; None until the sprint is done."""
    done_on = standing.done_on
    return report_page(plan.header.documentation.progress_in, standing.sprint, done_on) if done_on else None


def report_link(context: Context, sprint: str, label: str = "completion report") -> Inline:
    """A link to a sprint's completion report; a dash until there is one."""
    path = report_path(context.facts.plan, context.facts.standings[sprint])
    return Hyperlink(context.links.to(path), label) if path else NOTHING


@macro
def completion_reports(context: Context) -> Content:
    """The finished sprints, each with a link to its completion report, newest first; empty before the first."""
    facts = context.facts
    done = [(standing.done_on, id_) for id_, standing in facts.standings.items() if standing.done_on]
    done.sort(key=lambda pair: (pair[0], facts.plan.positions[pair[1]]), reverse=True)
    rows = [
        row(sprint_link(context, id_, titled=True), short_date(context, day), report_link(context, id_))
        for day, id_ in done
    ]
    return first_rows(context, table("Completed", [facts.plan.unit.one, Short("Done on"), "Report"], rows))


@macro
def progress_details(context: Context) -> Content:
    """Completion reports, documents, tests and entries, each folded; empty without any of them."""
    plan = context.facts.plan
    reports = sum(standing.done_on is not None for standing in context.facts.standings.values())
    parts: tuple[tuple[bool, str, str, Content], ...] = (
        (context.has("done"), "completed", f"Completion reports ({reports:,})", completion_reports(context)),
        (True, "documentation", "Documents", _documentation(context)),
        (context.has("tests"), "testing", "Tests", safety.tests(context)),
        (
            context.has("progress"),
            "entries",
            f"Progress log ({count(len(plan.entries), 'entry', 'entries')})",
            progress_log(context),
        ),
    )
    folded = (Folded(title, body, "more", anchor=at) for is_there, at, title, body in parts if is_there)
    return Box(tuple(folded), "folds")


def _documentation(context: Context) -> Content:
    """The documents to update after sprints, and the place of the completion reports."""
    after_each = Paragraph(f"To update after every {context.facts.plan.unit.one.lower()}:")
    progress_in = context.facts.plan.header.documentation.progress_in
    return (
        (after_each, documents(context)) if context.has("documents") else (),
        Paragraph(("Completion reports are kept in ", Code(progress_in), "."))
        if progress_in and context.has("reports")
        else (),
    )


def _report_heading(context: Context, id_: str) -> Inline:
    sprint = context.sprint(id_)
    return (named(context.facts.plan.name(sprint.id), sprint.title), ", completed")


@page_macro(_report_heading)
def completion_report(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """The completion report of a sprint: the whole page from its heading down, except what the team adds below."""
    facts, finished = context.facts, context.sprint(sprint)
    standing = facts.standings[finished.id]
    columns = ["Metric", Numbers("Before"), Numbers("Target"), Numbers("Measured"), "Outcome"]
    return (
        Definitions(_facts(context, finished, standing)),
        Section(2, "Metrics", "metrics", table("Metrics", columns, measured_rows(standing, finished.metrics))),
        Section(2, "Tasks", "tasks", tasks(context, finished)),
        Section(2, "Documents to update", "documents", _updated(context, finished, standing)),
        Section(2, "Entries", "entries", progress_log(context, finished.id)),
    )


def _facts(context: Context, sprint: Sprint, standing: Standing) -> tuple[tuple[str, Flow], ...]:
    """The facts about a finished sprint as label and value, without empty ones."""
    plan, begun, done_on = context.facts.plan, standing.started_on, standing.done_on
    planned, late = plan.planned(sprint.id), days_late(plan, standing, context.facts.today)
    saved = next((row.so_far for row in context.facts.realised.rows if row.sprint == sprint.id), None)
    values: tuple[tuple[str, Flow], ...] = (
        (plan.unit.one, sprint_link(context, sprint.id, titled=True)),
        ("Started on", short_date(context, begun)),
        ("Done on", (short_date(context, done_on), f", {how_late(late)}" if late is not None else "")),
        ("Duration", count((done_on - begun).days + 1, "calendar day") if begun and done_on else NOTHING),
        ("Planned", window_dates(context, planned.window if planned else None)),
        ("Effort", quantity(sprint.effort)),
        ("Owner", owner_links(context, sprint.owner) if sprint.owner else UNASSIGNED),
        ("Monthly savings, planned", quantity(sprint.savings.monthly if sprint.savings else None)),
        ("Monthly savings, actual", quantity(standing.saves)),
        ("Saved so far", quantity(saved and to_whole(saved))),
    )
    return tuple((label, value) for label, value in values if value != NOTHING)


def tasks(context: Context, sprint: Sprint) -> ItemList:
    """The tasks of a sprint; ticked if its file or an entry marks them done."""
    done = tasks_done(sprint, context.facts.standings[sprint.id].entries)
    return items((TICKS[task.key in done], task.name) for task in sprint.tasks)


def _updated(context: Context, sprint: Sprint, standing: Standing) -> ItemList:
    due = context.facts.plan.documents_after(sprint.id)
    return items(
        (TICKS[document.path in standing.updated], document_path(document.path, document.note)) for document in due
    )
