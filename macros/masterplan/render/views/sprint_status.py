"""The status of one sprint as a banner, and its dates in one line."""

from collections.abc import Iterator
from typing import Literal

from masterplan.analyse.figures import count, how_late, saves_in_words, target_outcome, window_in_words
from masterplan.analyse.progress import Standing
from masterplan.analyse.status import days_late
from masterplan.model.sprint import Sprint
from masterplan.model.timeline import Period
from masterplan.render.blocks import NOTHING, Banner, Flow, Inline, Paragraph, Small, Strong
from masterplan.render.compose import firsts_joined, joined
from masterplan.render.macro import Context
from masterplan.render.prose import prose
from masterplan.render.views.progress import report_link
from masterplan.render.views.widgets import (
    milestone_link,
    owner_link,
    phase_title,
    short_date,
    sprint_link,
    standing_word,
    stated_links,
    unit_link,
    window_dates,
)
from masterplan.render.why import best_case

_MOST_AWAITED = 3
"""Sprints and milestones that the banner of a waiting sprint names; the page lists them all below."""


def status_banner(context: Context, sprint: Sprint) -> Banner:
    """The state of a sprint, its delay, its last entry, and what it waits for."""
    facts = context.facts
    standing = facts.standings[sprint.id]
    late = days_late(facts.plan, standing, facts.today)
    title = (_title(context, standing), f", {how_late(late)}" if late is not None else "")
    return Banner(_look(standing, late), title, _body(context, sprint))


def _look(standing: Standing, late: int | None) -> Literal["ok", "warn", "bad", "calm"]:
    if standing.state == "done":
        return "ok"
    if standing.state == "blocked":
        return "bad"
    return "warn" if late else "calm"


def _title(context: Context, standing: Standing) -> Inline:
    word = standing_word(standing)
    match word:
        case "in progress":
            return f"In progress, {standing.percent}% done" if standing.percent else "In progress"
        case "waiting":
            return ("Waiting for ", _awaited(context, standing))
        case "ready":
            return "Ready to start"
        case "next":
            planned = context.facts.plan.planned(standing.sprint)
            return ("Can start ", _begins(context, planned)) if planned else "Planned"
        case "planned":
            return "Planned"
        case _:
            since = {"done": "on", "dropped": "on", "deferred": "on"}.get(word, "since")
            day = short_date(context, standing.since)
            return (f"{word.capitalize()} {since} ", day) if standing.since else word.capitalize()


def _begins(context: Context, period: Period) -> Inline:
    is_dated = period.window.unit == "date"
    return ("on ", short_date(context, period.first)) if is_dated else period.window.begins


def _awaited(context: Context, standing: Standing) -> Inline:
    """The first of the sprints and milestones that a sprint waits for, and the number of others."""
    links = [sprint_link(context, id_) for id_ in standing.waits_for]
    links += [milestone_link(context, id_) for id_ in standing.waits_for_milestones]
    return firsts_joined(links, _MOST_AWAITED)


def _body(context: Context, sprint: Sprint) -> Flow:
    """The dates of the sprint, its last entry, what blocks it, and its results."""
    standing = context.facts.standings[sprint.id]
    note = next((entry.note for entry in standing.entries[-1:] if entry.note), None)
    results = joined(_results(context, sprint)) if standing.state == "done" else NOTHING
    remarks = tuple(_remarks(context, sprint))
    time = when(context, sprint)
    return (
        Paragraph((Strong("When: "), time)) if time != NOTHING else (),
        prose(note) if note else (),
        Paragraph(results) if results != NOTHING else (),
        Paragraph(Small(joined(remarks, " \u00b7 "))) if remarks else (),
    )


def _results(context: Context, sprint: Sprint) -> Iterator[Inline]:
    """What a finished sprint reached and saves, next to the planned values, and its completion report."""
    standing = context.facts.standings[sprint.id]
    measured = [
        (metric, standing.measured[metric.name]) for metric in sprint.metrics if metric.name in standing.measured
    ]
    outcomes = [target_outcome(metric, value) for metric, value in measured]
    if len(measured) > 1 and all(outcomes):
        yield f"{outcomes.count('reached')} of {len(outcomes)} targets reached"
    else:
        for (metric, value), outcome in zip(measured, outcomes, strict=True):
            yield f"{metric.name} {value.text} (target {metric.after.text}{f' {outcome}' if outcome else ''})"
    if standing.saves:
        yield saves_in_words(standing.saves, sprint)
    if standing.done_on:
        yield report_link(context, sprint.id)


def _remarks(context: Context, sprint: Sprint) -> Iterator[Inline]:
    """What a started sprint still waits for, the links of a blocked one, and the author and day of the last entry."""
    facts, standing = context.facts, context.facts.standings[sprint.id]
    if standing.has_begun and standing.waits_for and standing.is_open:
        yield ("Waits for ", joined(unit_link(context, id_) for id_ in standing.waits_for))
    if standing.state == "blocked":
        yield from stated_links(sprint.links)
    if standing.entries and standing.is_open:
        last = standing.entries[-1]
        by = (owner_link(context, last.by), ", ") if last.by else ()
        days = (facts.today - last.date).days if facts.today and standing.is_stale(facts.today) else 0
        ago = f", {count(days, 'day')} ago" if days else ""
        yield ("Last update: ", by, short_date(context, last.date), ago)
    if sprint.state is not None and sprint.state != standing.state:
        yield f"State in its file: {sprint.state}"


def when(context: Context, sprint: Sprint) -> Inline:
    """When a sprint was done or will be done; a dash for a dropped sprint."""
    facts = context.facts
    standing, planned = facts.standings[sprint.id], facts.plan.planned(sprint.id)
    if standing.is_dropped:
        return NOTHING
    if standing.state == "done" and standing.since:
        begun = standing.started_on
        since = (short_date(context, begun), " to ") if begun and begun < standing.since else ()
        was_planned = (" ", Small(f"planned for {window_in_words(planned.window, facts.today)}")) if planned else ()
        return (since, short_date(context, standing.since), was_planned)
    if planned is None:
        return best_case(facts, sprint.id) or NOTHING
    phase = facts.plan.phase_of.get(sprint.id)
    group = (", ", phase_title(facts.plan, phase)) if phase else ()
    return (window_dates(context, planned.window), group, _forecast(context, standing))


def _forecast(context: Context, standing: Standing) -> Inline:
    """When a started sprint is expected to end, if that is later than planned."""
    schedules, planned = context.facts.schedules, context.facts.plan.planned(standing.sprint)
    stint = schedules.main[1].stints.get(standing.sprint) if schedules.main and schedules.has_begun else None
    end = schedules.days.ends_on(stint.end) if stint else None
    late = end and planned and planned.last and end > planned.last
    return (", expected to end on ", short_date(context, end)) if late else ()
