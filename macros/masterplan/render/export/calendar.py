"""`plan.ics`: the sprints as all-day events of RFC 5545 in their windows, once the plan has a start.

An event ends on the day after its last, as the standard wants. Its DTSTAMP is the day that the export is made for, so
that the same plan gives the same bytes. It also tells revisions apart (RFC 5546, 2.1.5); a SEQUENCE would have to be
counted through the plan's history.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from masterplan.analyse import Facts
from masterplan.model.timeline import Period
from masterplan.render.escape import plain

LONGEST_LINE = 75
"""Octets that a line may have, without its end."""

_SPECIAL = re.compile(r"[\\;,]")


def is_dated(facts: Facts) -> bool:
    """Whether there are events: the plan has a start, and a sprint has a window."""
    return facts.plan.start is not None and any(_planned(facts, id_) for id_ in facts.plan.sprints)


def calendar(facts: Facts, identity: str) -> str:
    """The calendar; empty while there are no events. `identity` tells its events from those of other plans."""
    plan = facts.plan
    if plan.start is None or not is_dated(facts):
        return ""
    stamp = facts.today or plan.header.updated or plan.start
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//masterplan//masterplan v1//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_text(plan.header.title)}"]
    for id_ in plan.sprints:
        period = _planned(facts, id_)
        if period and period.first:
            lines += ["BEGIN:VEVENT", f"UID:sprint-{id_}@{identity}.masterplan"]
            lines += _event(facts, id_, period.first, period.last or period.first, stamp)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _planned(facts: Facts, sprint: str) -> Period | None:
    """When a sprint is planned: in its own window, else in the chosen option, else in its phase."""
    plan = facts.plan
    chosen = next((staffing for staffing in facts.staffing if staffing.option.id == plan.chosen), None)
    in_option = chosen.spans.get(sprint) if chosen and plan.sprints[sprint].when is None else None
    return in_option or plan.period_of(sprint)


def _event(facts: Facts, id_: str, first: date, last: date, stamp: date) -> Iterator[str]:
    plan, standing = facts.plan, facts.standings[id_]
    phase = plan.phase_of.get(id_)
    about = [plan.sprints[id_].impact, f"State: {standing.state}, {standing.percent} %"]
    about.append(f"Waits for: {', '.join(map(plan.name, standing.waits_for))}" if standing.waits_for else None)
    yield f"DTSTAMP:{stamp:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(f'{plan.name(id_)}: {plan.sprints[id_].title}')}"
    yield "DESCRIPTION:" + "\\n".join(_text(line) for line in about if line)
    if phase:
        yield f"CATEGORIES:{_text(f'{plan.group_name(phase.id)}: {phase.title}')}"
    yield f"STATUS:{'CANCELLED' if standing.state == 'dropped' else 'CONFIRMED'}"
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
