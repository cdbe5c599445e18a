"""`plan.ics`, and one for each owner: sprints, tasks and milestones as all-day events of RFC 5545, with a start.

An event ends on the day after its last, as the standard wants. Its DTSTAMP is the day that the export is made for, so
that the same plan gives the same bytes. It also tells revisions apart (RFC 5546, 2.1.5); a SEQUENCE would have to be
counted through the plan's history.
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
"""Octets that a line may have, without its end."""

_SPECIAL = re.compile(r"[\\;,]")


class _Event(NamedTuple):
    """What stands in the calendar: a sprint, a task with a window of its own, or a milestone."""

    uid: str
    period: Period
    summary: str
    about: Iterable[str | None]
    state: State
    category: str = ""
    page: str = ""


def is_dated(facts: Facts, owner: str | None = None) -> bool:
    """Whether there are events, of somebody or of anybody: the plan has a start, and something in it a window."""
    return facts.plan.start is not None and any(_events(facts, owner))


def _unknown(_: str) -> str:
    return ""


def calendar(facts: Facts, identity: str, owner: str | None = None, address: Callable[[str], str] = _unknown) -> str:
    """The calendar of the plan, or of a person, a team or a role by id; empty while there are no events.

    `identity` tells its events from those of other plans, `address` gives that of a page by its path, or nothing.
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


def _events(facts: Facts, owner: str | None = None) -> Iterator[_Event]:
    """The sprints, each with those of its tasks that have an id and a window of their own; then the milestones.

    Of an owner only what is theirs, the most urgent first.
    """
    units, milestones = _all(facts) if owner is None else _of_owner(facts.workloads[owner])
    for standing in units:
        if isinstance(standing, TaskStanding):
            yield from [_of_task(facts, standing)] if standing.task.id and standing.task.when else []
        elif period := facts.plan.planned(standing.sprint):
            yield _of_sprint(facts, standing.sprint, period)
    yield from (_of_milestone(facts, standing, standing.due) for standing in milestones if standing.due)


def _all(facts: Facts) -> tuple[Iterable[Standing | TaskStanding], Iterable[MilestoneStanding]]:
    units: list[Standing | TaskStanding] = []
    for id_, standing in facts.standings.items():
        units += [standing, *facts.tasks.by_sprint.get(id_, ())]
    return units, facts.milestones.values()


def _of_owner(load: Workload) -> tuple[Iterable[Standing | TaskStanding], Iterable[MilestoneStanding]]:
    return [assignment.standing for assignment in load.assignments], load.milestones


def _of_sprint(facts: Facts, id_: str, period: Period) -> _Event:
    plan, standing = facts.plan, facts.standings[id_]
    phase = plan.phase_of.get(id_)
    about = [plan.sprints[id_].impact, f"State: {standing.state}, {standing.percent} %"]
    about.append(f"Waits for: {', '.join(map(plan.name, standing.waits_for))}" if standing.waits_for else None)
    category = f"{plan.group_name(phase.id)}: {phase.title}" if phase else ""
    summary = f"{plan.name(id_)}: {plan.sprints[id_].title}"
    return _Event(f"sprint-{id_}", period, summary, about, standing.state, category, SPRINTS + plan.page(id_))


def _of_task(facts: Facts, one: TaskStanding) -> _Event:
    plan, sprint = facts.plan, one.placed.sprint
    waits = ", ".join(map(plan.unit_name, one.waits_for))
    about = [f"State: {one.state}", f"Waits for: {waits}" if waits else None]
    category = f"{plan.name(sprint)}: {plan.sprints[sprint].title}"
    assert one.task.when  # noqa: S101 - only tasks with a window have events
    period, page = plan.period(one.task.when), SPRINTS + plan.page(sprint)
    return _Event(f"task-{one.task.id}", period, one.task.name, about, one.state, category, page)


def _of_milestone(facts: Facts, standing: MilestoneStanding, due: date) -> _Event:
    """A milestone on its last day; what is decided at a gate stands in its summary."""
    plan, milestone = facts.plan, standing.milestone
    decided = f" ({standing.decision})" if standing.decision in {"go", "no-go"} else ""
    summary = f"{'Gate' if milestone.gate else 'Milestone'} {milestone.id}: {milestone.title}{decided}"
    waits = [*map(plan.unit_name, standing.open_units), *(criterion.text for criterion in standing.open_criteria)]
    deciding = owner_names(plan, milestone.gate.by) if milestone.gate else ""
    about = (
        f"State: {standing.state}",
        f"Waits for: {', '.join(waits)}" if waits else None,
        f"Decided by: {deciding}" if deciding else None,
    )
    period = plan.period(TimeWindow.of_dates(due, due))
    return _Event(f"milestone-{milestone.id}", period, summary, about, "planned", "Milestones")


def _lines(event: _Event, identity: str, stamp: date, address: Callable[[str], str]) -> Iterator[str]:
    """An event of all days from its first to its last, both included; of one without an end, its first."""
    first, last = event.period.first, event.period.last or event.period.first
    if first is None or last is None:
        return
    yield from ("BEGIN:VEVENT", f"UID:{event.uid}@{identity}.masterplan")
    yield f"DTSTAMP:{stamp:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield "DESCRIPTION:" + "\\n".join(_text(line) for line in event.about if line)
    if link := address(event.page) if event.page else "":
        yield f"URL:{link}"
    if event.category:
        yield f"CATEGORIES:{_text(event.category)}"
    yield f"STATUS:{'CANCELLED' if event.state == 'dropped' else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """Plan text as a value: on one line, with the signs that would end it escaped."""
    return _SPECIAL.sub(r"\\\g<0>", plain(value))


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets, no character cut, each but the first after a blank."""
    piece, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LONGEST_LINE:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + character, octets + size
    yield piece
