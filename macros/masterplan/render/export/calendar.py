"""`plan.ics`, and a calendar for each owner: sprints, tasks and milestones as all-day events (RFC 5545).

The plan must have a start. DTEND is the day after the last one, as the standard requires. DTSTAMP is the day of the
export, so that the same plan gives the same bytes; it also orders revisions (RFC 5546, 2.1.5). A SEQUENCE would have to
be counted through the plan's history.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from masterplan.analyse import Facts
from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.parts import owner_names
from masterplan.analyse.progress import Standing
from masterplan.analyse.tasks import TaskStanding
from masterplan.analyse.workload import Workload
from masterplan.model.task import State
from masterplan.model.timeline import Period
from masterplan.model.window import TimeWindow
from masterplan.render.escape import plain
from masterplan.render.links import SPRINTS

LONGEST_LINE = 75
"""Maximum octets of a line, without its line break."""

_SPECIAL = re.compile(r"[\\;,]")


class _Event(NamedTuple):
    """An event: a sprint, a task with its own window, or a milestone."""

    uid: str
    period: Period
    summary: str
    details: Iterable[str | None]
    state: State
    category: str = ""
    page: str = ""


def is_dated(facts: Facts, owner: str | None = None) -> bool:
    """Whether the calendar of the plan or of an owner has events: it needs a start, and at least one dated part."""
    return facts.plan.start is not None and any(_events(facts, owner))


def _unknown(_: str) -> str:
    return ""


def calendar(facts: Facts, identity: str, owner: str | None = None, address: Callable[[str], str] = _unknown) -> str:
    """The calendar of the plan or of an owner (the id of a person, a team or a role); empty without events.

    `identity` keeps the UIDs of its events apart from those of other plans. `address` returns the absolute address of a
    page by its path, or an empty string.
    """
    plan = facts.plan
    if plan.start is None or not is_dated(facts, owner):
        return ""
    name = f"{plan.header.title}: {plan.person(owner)}" if owner else plan.header.title
    stamp = facts.today or plan.header.updated or plan.start
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//masterplan//masterplan v1//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_text(name)}"]
    for event in _events(facts, owner):
        lines += _lines(event, identity, stamp, address)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _events(facts: Facts, owner: str | None) -> Iterator[_Event]:
    """The sprints, each followed by its tasks that have an id and a window; then the milestones.

    For an owner, only their own, the most urgent first.
    """
    units, milestones = _of_plan(facts) if owner is None else _of_owner(facts.workloads[owner])
    for standing in units:
        if isinstance(standing, TaskStanding):
            yield from [_task_event(facts, standing)] if standing.task.id and standing.task.when else []
        elif period := facts.plan.planned(standing.sprint):
            yield _sprint_event(facts, standing.sprint, period)
    yield from (_milestone_event(facts, standing, standing.due) for standing in milestones if standing.due)


def _of_plan(facts: Facts) -> tuple[Iterable[Standing | TaskStanding], Iterable[MilestoneStanding]]:
    units: list[Standing | TaskStanding] = []
    for id_, standing in facts.standings.items():
        units += [standing, *facts.tasks.by_sprint.get(id_, ())]
    return units, facts.milestones.values()


def _of_owner(load: Workload) -> tuple[Iterable[Standing | TaskStanding], Iterable[MilestoneStanding]]:
    return [assignment.standing for assignment in load.assignments], load.milestones


def _sprint_event(facts: Facts, id_: str, period: Period) -> _Event:
    plan, standing = facts.plan, facts.standings[id_]
    phase = plan.phase_of.get(id_)
    details = [plan.sprints[id_].impact, f"State: {standing.state}, {standing.percent}%"]
    details.append(f"Waits for: {', '.join(map(plan.name, standing.waits_for))}" if standing.waits_for else None)
    category = plan.phase_heading(phase) if phase else ""
    page = SPRINTS + plan.page(id_)
    return _Event(f"sprint-{id_}", period, plan.heading(id_), details, standing.state, category, page)


def _task_event(facts: Facts, standing: TaskStanding) -> _Event:
    plan, task, sprint = facts.plan, standing.task, standing.placed.sprint
    waits = ", ".join(map(plan.unit_name, standing.waits_for))
    details = [f"State: {standing.state}", f"Waits for: {waits}" if waits else None]
    category = plan.heading(sprint)
    assert task.when  # noqa: S101 - only tasks with a window have events
    period, page = plan.period(task.when), SPRINTS + plan.page(sprint)
    return _Event(f"task-{task.id}", period, task.name, details, standing.state, category, page)


def _milestone_event(facts: Facts, standing: MilestoneStanding, due: date) -> _Event:
    """A milestone on its last day; the summary of a gate includes its decision."""
    plan, milestone = facts.plan, standing.milestone
    decided = f" ({standing.decision})" if standing.decision in {"go", "no-go"} else ""
    summary = f"{'Gate' if milestone.gate else 'Milestone'} {milestone.id}: {milestone.title}{decided}"
    waits = [*map(plan.unit_name, standing.open_units), *(criterion.text for criterion in standing.open_criteria)]
    deciding = owner_names(plan, milestone.gate.by) if milestone.gate else ""
    details = (
        f"State: {standing.state}",
        f"Waits for: {', '.join(waits)}" if waits else None,
        f"Decided by: {deciding}" if deciding else None,
    )
    period = plan.period(TimeWindow.of_dates(due, due))
    return _Event(f"milestone-{milestone.id}", period, summary, details, "planned", "Milestones")


def _lines(event: _Event, identity: str, stamp: date, address: Callable[[str], str]) -> Iterator[str]:
    """The lines of an event; one without an end lasts a day."""
    first, last = event.period.first, event.period.last or event.period.first
    if first is None or last is None:
        return
    yield from ("BEGIN:VEVENT", f"UID:{event.uid}@{identity}.masterplan")
    yield f"DTSTAMP:{stamp:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield "DESCRIPTION:" + "\\n".join(_text(line) for line in event.details if line)
    if link := address(event.page) if event.page else "":
        yield f"URL:{link}"
    if event.category:
        yield f"CATEGORIES:{_text(event.category)}"
    yield f"STATUS:{'CANCELLED' if event.state == 'dropped' else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """Plan text as a value: on one line, with delimiters escaped."""
    return _SPECIAL.sub(r"\\\g<0>", plain(value))


def _folded(line: str) -> Iterator[str]:
    """A line folded into pieces of at most 75 octets between characters; a blank begins each piece but the first."""
    piece, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LONGEST_LINE:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + character, octets + size
    yield piece
