"""Pieces shared by several views: how sprints, states, risks, times and outcomes look everywhere."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

from masterplan.analyse import Facts
from masterplan.analyse.audit.judgement import Verdict
from masterplan.analyse.figures import count, units_counted
from masterplan.analyse.milestones import MilestoneStanding, MilestoneState
from masterplan.analyse.progress import Standing
from masterplan.analyse.tasks import TaskStanding
from masterplan.model.option import Lane, Option
from masterplan.model.plan import Phase, Plan
from masterplan.model.quantity import Quantity
from masterplan.model.risk import LEVELS
from masterplan.model.task import Link
from masterplan.model.window import TimeWindow, day_in_words
from masterplan.render.blocks import (
    NOTHING,
    Abbreviation,
    Chip,
    Code,
    Columns,
    Content,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    ItemList,
    Paragraph,
    ShortDate,
    Small,
    Table,
)
from masterplan.render.compose import anchor, items, joined, named
from masterplan.render.diagrams.curves import ShownWeeks
from masterplan.render.diagrams.nodes import Look
from masterplan.render.diagrams.weeks import Moment
from masterplan.render.links import ALL_SPRINTS, owner_path, phase_path
from masterplan.render.macro import Context

OUTCOMES = {
    "agrees": "agrees",
    "within": "agrees in part",
    "differs": "does not match",
    "unchecked": "not checked",
}
"""The words for each outcome of comparing a claim with the plan."""

MIXED = "no total: several currencies"
"""Shown instead of a sum of amounts in several currencies."""

_BETWEEN_IDS = re.compile(r"([\s;,]+)")

_Item = TypeVar("_Item")

MOST_ROWS = 150
"""Sprints in a table on a page about something else."""
MOST_IN_TABLE = 1_000
"""Rows of a table about every sprint: more would slow the browser down, and nobody reads them."""
MOST_LISTED = 12
"""Sprints that a line names; it counts the others."""
MOST_IN_COLUMN = 6
"""Sprints in a list beside other lists, and in a cell of a table; it counts the others."""

STATES: Mapping[str, Look] = {
    "planned": "planned",
    "ready": "ready",
    "next": "planned",
    "waiting": "planned",
    "in progress": "active",
    "blocked": "blocked",
    "done": "done",
    "dropped": "dropped",
    "deferred": "dropped",
}
"""The look of a sprint in diagrams, by the word for its state."""


MILESTONES: Mapping[MilestoneState, tuple[str, Look]] = {
    "reached": ("done", "done"),
    "no-go": ("blocked", "blocked"),
    "overdue": ("blocked", "blocked"),
    "to be decided": ("ready", "ready"),
    "open": ("waiting", "planned"),
}
"""The look of a milestone's chip, and its look in charts, by state."""


def grade_of_five(plan: Plan, level: str) -> int:
    """A level of the plan's risk scale as a colour from 1, the lowest, to 5, the highest."""
    return 1 + round(4 * plan.grade(level) / (len(plan.scale) - 1))


def sprint_link(context: Context, id_: str, *, titled: bool = False) -> Inline:
    """A sprint's name as a link to its page, with its title if `titled`."""
    plan = context.facts.plan
    label = named(plan.name(id_), plan.sprints[id_].title) if titled else plan.name(id_)
    return Hyperlink(context.links.sprint(id_), label)


def sprint_links(context: Context, ids: Iterable[str], *, titled: bool = False, most: int | None = None) -> Inline:
    """Several sprints in one line; `most` limits how many are named."""
    links = [sprint_link(context, id_, titled=titled) for id_ in ids]
    return joined(firsts(context, links, most or len(links)))


def milestone_link(context: Context, id_: str, *, titled: bool = False) -> Inline:
    """A milestone's id as a link to its description, with its title if `titled`."""
    title = context.facts.milestones[id_].milestone.title
    label = named(id_, title) if titled else id_
    return page_link(context, "roadmap", label, anchor("milestone", id_))


def page_link(context: Context, id_: str, label: Inline, at: str = "") -> Inline:
    """A link to a default page by id, or to an anchor on it; only the label if the site does not have the page."""
    page = context.pages.get(id_)
    return Hyperlink(context.links.to(page[0], at), label) if page else label


def stated_links(links: Iterable[Link]) -> Iterator[Hyperlink]:
    """The links that a part of the plan states."""
    return (Hyperlink(link.url, link.title) for link in links)


def phase_title(plan: Plan, phase: Phase) -> Inline:
    """The name of a phase with its title."""
    return named(plan.group_name(phase.id), phase.title)


def option_title(option: Option) -> Inline:
    """The name of an option with its title."""
    return named(option.name, option.title)


def milestone_chip(standing: MilestoneStanding) -> Chip:
    """The state of a milestone, as a chip."""
    return Chip(MILESTONES[standing.state][0], standing.state)


def waits(context: Context, standing: Standing | TaskStanding, but: Collection[str] = ()) -> Inline:
    """The sprints, tasks and milestones that a sprint or task waits for, except the ids in `but`."""
    links = [unit_link(context, id_) for id_ in standing.waits_for if id_ not in but]
    return joined([*links, *(milestone_link(context, id_) for id_ in standing.waits_for_milestones)])


def firsts(context: Context, contents: Sequence[_Item], most: int) -> Sequence[_Item | Hyperlink]:
    """The first of many sprints, then the number of others as a link to the page of all sprints."""
    if len(contents) <= most:
        return contents
    return [*contents[:most], Hyperlink(context.links.to(ALL_SPRINTS), f"and {len(contents) - most:,} more")]


def task_link(context: Context, id_: str, *, titled: bool = False) -> Inline:
    """A task's id as a link to its place on its sprint's page, with its title if `titled`."""
    placed = context.facts.plan.tasks[id_]
    href = context.links.sprint(placed.sprint, task_anchor(id_))
    return Hyperlink(href, placed.task.name if titled else id_, "" if titled else placed.task.title)


def task_anchor(id_: str) -> str:
    """The anchor of a task on its sprint's page."""
    return anchor("task", id_)


def unit_links(context: Context, ids: Iterable[str]) -> Inline:
    """Several sprints and tasks in one line."""
    return joined(unit_link(context, id_) for id_ in ids)


def unit_link(context: Context, id_: str, *, titled: bool = False) -> Inline:
    """A sprint or task by id, with its title if `titled`."""
    link = task_link if id_ in context.facts.plan.tasks else sprint_link
    return link(context, id_, titled=titled)


def standing_link(context: Context, standing: Standing | TaskStanding) -> Inline:
    """A sprint or task with its title. A task without an id has no anchor, so its sprint is linked instead."""
    if isinstance(standing, Standing):
        return sprint_link(context, standing.sprint, titled=True)
    task = standing.task
    if task.id:
        return task_link(context, task.id, titled=True)
    return (sprint_link(context, standing.placed.sprint), ": ", task.title)


def owner_link(context: Context, id_: str) -> Inline:
    """The name of a person, team or role, as a link to their page if the site has such pages."""
    name = context.facts.plan.person(id_)
    has_page = id_ in context.facts.plan.owners and context.has_people
    return Hyperlink(context.links.to(owner_path(id_)), name) if has_page else name


def owner_links(context: Context, ids: Iterable[str]) -> Inline:
    """Several people, teams and roles in one line; a dash without any."""
    links = [owner_link(context, id_) for id_ in ids]
    return (joined(links[:-1]), " and ", links[-1]) if links[1:] else joined(links)


def owner_fact(plan: Plan, ids: Iterable[str]) -> str:
    """The owners of a part, as a value that tables filter by."""
    return "; ".join(plan.labels.get(id_, id_) for id_ in ids)


def with_links(context: Context, words: str) -> Inline:
    """A sentence of the analysis, with links on the task ids in it."""
    tasks = context.facts.plan.tasks
    return tuple(task_link(context, word) if word in tasks else word for word in _BETWEEN_IDS.split(words))


def sprint_columns(context: Context, groups: Iterable[tuple[str, Sequence[Flow]]]) -> Columns:
    """Lists of sprints side by side, each under its title; empty lists are left out."""
    return Columns(
        tuple((title, items(firsts(context, contents, MOST_IN_COLUMN))) for title, contents in groups if contents)
    )


def by_choice(context: Context, view: Callable[[Sequence[Option]], Content]) -> Content:
    """A view of all options; or, once one is chosen, of that option, with the others in a folded comparison."""
    plan = context.facts.plan
    if plan.option is None:
        return view(plan.options)
    others = [option for option in plan.options if option.id != plan.chosen]
    comparison = Folded("Options not chosen", view(others), "more") if others else ()
    return (view([plan.option]), comparison)


def first_rows(context: Context, whole: Table) -> Flow:
    """A table about every sprint, cut if it is very long, with the number of further rows and where to find them."""
    rest = len(whole.rows) - MOST_IN_TABLE
    return (replace(whole, rows=whole.rows[:MOST_IN_TABLE]), more_rows(context, rest)) if rest > 0 else whole


def more_rows(context: Context, rest: int) -> Paragraph:
    """The number of rows that a table leaves out, and where to find them."""
    where = f"on the pages of the {context.facts.plan.unit.many.lower()}"
    return Paragraph(Small(f"{count(rest, 'more row')} {where}."))


def by_phase(context: Context) -> ItemList:
    """Links to the page of all sprints and to the pages of the phases."""
    plan = context.facts.plan
    all_sprints = Hyperlink(context.links.to(ALL_SPRINTS), f"All {units_counted(len(plan.sprints), plan.unit)}")
    phases = (Hyperlink(context.links.to(phase_path(phase.id)), phase_title(plan, phase)) for phase in plan.phases)
    return items([all_sprints, *phases])


def standing_word(standing: Standing | TaskStanding) -> str:
    """One word for the state of a sprint or task; a planned one is ready, next or waiting.

    A planned task of a finished sprint is none of these.
    """
    if standing.state != "planned":
        return standing.state
    if standing.is_waiting:
        return "waiting"
    return "ready" if standing.ready else "next" if standing.is_next else "planned"


def standing_chip(standing: Standing | TaskStanding) -> Chip:
    """The state of a sprint or task, as a chip; with the percentage done for a sprint in progress."""
    word = standing_word(standing)
    percent = standing.percent if isinstance(standing, Standing) and word == "in progress" else 0
    return Chip(word.replace(" ", "-"), f"{word} {percent}%" if percent else word)


def risk_chip(plan: Plan, level: str | None) -> Inline:
    """A risk level as a chip, in the colour of its place on the plan's scale."""
    if level is None:
        return NOTHING
    return Chip(f"risk-{LEVELS[grade_of_five(plan, level) - 1].replace(' ', '-')}", f"{level} risk")


def short_date(context: Context, day: date | None) -> Inline:
    """A date, with its year unless that is the current one; a dash for None."""
    return ShortDate(day, day_in_words(day, context.facts.today)) if day else NOTHING


def full_date(day: date) -> ShortDate:
    """A date with its year."""
    return ShortDate(day, day_in_words(day, None))


def quantity(value: Quantity | None) -> Inline:
    """A quantity as it was written; a dash for None."""
    return value.text if value else NOTHING


def capacity(time: Quantity | None, buffer: Quantity | None) -> Inline:
    """The available working time, and how much of it is kept free."""
    free = f"{buffer.text} kept free" if buffer else ""
    return joined(filter(None, (time.text if time else "", free)))


def total_text(value: Quantity | None, amounts: Iterable[Quantity | None]) -> Inline:
    """A sum of amounts without its period; a remark if there are amounts, but in several currencies."""
    return value.bare if value else Small(MIXED) if any(amounts) else NOTHING


def window_dates(context: Context, window: TimeWindow | None) -> Inline:
    """A time window, with its dates once the plan has a start."""
    if window is None:
        return NOTHING
    period = context.facts.plan.period(window)
    if period.first is None:
        return window.named
    until = (" to ", short_date(context, period.last)) if period.last and period.last > period.first else ()
    dates = (short_date(context, period.first), until if period.last else " onwards")
    return dates if window.unit == "date" else (f"{window.named} ", Small(("(", dates, ")")))


def phase_dates(context: Context, phase: Phase) -> Inline:
    """The window of a phase, or else the span of its sprints' windows; empty without any."""
    period = context.facts.plan.period_of_phase(phase)
    return window_dates(context, period.window) if period else ()


def lane_person(plan: Plan, lane: Lane) -> str:
    """The person of a lane of an option, or else the lane's name."""
    return plan.person(lane.person) if lane.person else lane.name


def lane_name(plan: Plan, lane: Lane) -> str:
    """The name of a lane of an option, with its person if that name differs."""
    person = lane_person(plan, lane)
    return lane.name if person == lane.name else f"{lane.name} ({person})"


def outcome_chip(verdict: Verdict) -> Chip:
    """The outcome of comparing a claim with the plan, as a chip."""
    return Chip(f"claim-{verdict.outcome}", OUTCOMES[verdict.outcome])


def document_path(path: str, note: str | None) -> Inline:
    """The path of a document, with a note on what to update in it."""
    return (Code(path), f" ({note})") if note else Code(path)


def termed(context: Context, words: str) -> Inline:
    """A text in which the first use of each glossary term has its meaning as a tooltip."""
    meanings = {term.term.lower(): term.means for term in context.facts.plan.header.glossary}
    if not meanings:
        return words
    parts: list[Inline] = []
    for n, part in enumerate(_pattern(tuple(meanings)).split(words)):
        means = (
            meanings.pop(part.lower().removesuffix("s"), None) or meanings.pop(part.lower(), None) if n % 2 else None
        )
        parts.append(Abbreviation(part, means) if means else part)
    return tuple(parts)


@cache
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"(?<!\w)((?:{'|'.join(map(re.escape, longest_first))})s?)(?!\w)", re.IGNORECASE)


def week_span(facts: Facts, weeks: int) -> ShownWeeks:
    """The weeks below a curve, with dates and today once the plan has a start."""
    start, today = facts.plan.start, facts.today
    if start is None:
        return ShownWeeks(weeks, ["", *(f"Week {n}" for n in range(1, weeks + 1))])
    days = [facts.plan.timeline.date(7 * n) for n in range(weeks + 1)]
    labels = [day_in_words(day, today) if day else "" for day in days]
    if today is None or not start <= today <= start + timedelta(weeks=weeks):
        return ShownWeeks(weeks, labels)
    return ShownWeeks(weeks, labels, Moment((today - start).days / 7, f"Today, {day_in_words(today, today)}"))
