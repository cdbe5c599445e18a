"""Rules about options and people: work that does not fit its window or the team, or contradicts the option's mode."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from masterplan.analyse import figures
from masterplan.analyse.audit.rule import AreaRows, AuditInput, Fault, RunCheck, at_shift, starts_too_early
from masterplan.analyse.graph import Edge
from masterplan.analyse.parts import Compared, are, listed
from masterplan.analyse.schedule.days import Days
from masterplan.analyse.staffing import Shift, Staffing
from masterplan.model.sprint import Sprint
from masterplan.model.task import NEED_VERBS, Strength
from masterplan.model.team import Person
from masterplan.model.timeline import Period, Timeline, earliest
from masterplan.model.window import MOST_WEEKS, TimeWindow


def _starts_early(strength: Strength) -> Callable[[AuditInput], Iterator[Fault]]:
    """A rule that finds sprints scheduled before a dependency of this strength has ended."""

    def run(inputs: AuditInput) -> Iterator[Fault]:
        for staffing in inputs.staffing:
            for edge in inputs.edges:
                if edge.strength == strength and edge.sprint in staffing.spans and edge.needs in staffing.spans:
                    yield from _started(inputs, staffing, edge)

    return run


def _started(inputs: AuditInput, staffing: Staffing, edge: Edge) -> Iterator[Fault]:
    span, needed_span = staffing.spans[edge.sprint], staffing.spans[edge.needs]
    shift, needed_shift = staffing.shifts_by_sprint[edge.sprint][0], staffing.shifts_by_sprint[edge.needs][-1]
    if shift is needed_shift or not starts_too_early(edge, span, needed_span):
        return
    message = (
        f"{staffing.name}: {inputs.name(edge.sprint)} starts {span.begins}, but {inputs.name(edge.needs)}, "
        f"which it {NEED_VERBS[edge.strength]}, ends {needed_span.ends}"
    )
    free = needed_span.next
    hint = f"start it {free.begins} or later" if free else f"state when {inputs.name(edge.needs)} ends"
    places = (at_shift(needed_shift), inputs.at_edge(edge))
    yield Fault((*shift.path, "when"), message, hint, free.named if free else "", places)


def _left_out(inputs: AuditInput) -> Iterator[Fault]:
    """Open sprints that an option leaves out; an option without any sprints is only a sketch."""
    open_sprints = [sprint.id for sprint in inputs.sprints if inputs.standings[sprint.id].is_open]
    for staffing in inputs.staffing:
        missing = [id_ for id_ in open_sprints if id_ not in staffing.shifts_by_sprint]
        if missing and staffing.shifts_by_sprint:
            message = f"{staffing.name} leaves out {inputs.names(missing)}"
            places = tuple(Compared(("sprints", id_), inputs.name(id_)) for id_ in missing)
            yield Fault(staffing.path, message, "assign the work to somebody", "", places)


def _done_twice(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints that an option schedules a second time: later for another person, or after a pause."""
    for staffing in inputs.staffing:
        for id_, shifts in staffing.shifts_by_sprint.items():
            for before, after in pairwise(sorted(shifts, key=lambda shift: (shift.period.opens, shift.lane))):
                pause = inputs.plan.timeline.pause(before.period, after.period)
                if pause > 0 or (pause == 0 and after.lane != before.lane):
                    message = (
                        f"{staffing.name}: {inputs.name(id_)} is scheduled in {before.period.named} for {before.who} "
                        f"and again in {after.period.named} for {after.who}"
                    )
                    yield Fault((*after.path, "sprints"), message, "keep one of them", "", (at_shift(before),))


def _sequential(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints that overlap in a sequential option; sprints in one shift follow each other."""
    for staffing in inputs.staffing:
        if staffing.option.mode != "sequential":
            continue
        for latest, shift in _overlapping(staffing):
            both = dict.fromkeys((*latest.sprints, *shift.sprints))
            yield _overlap(inputs, staffing, shift, both, (at_shift(latest),))


def _overlapping(staffing: Staffing) -> Iterator[tuple[Shift, Shift]]:
    """Overlapping shifts of different sprints, each preceded by the earlier shift that ends last."""
    latest: Shift | None = None
    for shift in sorted((s for s in staffing.shifts if s.sprints), key=lambda s: earliest(s.period)):
        if latest and shift.period.overlaps(latest.period) and set(shift.sprints) != set(latest.sprints):
            yield latest, shift
        latest = shift if latest is None or shift.period.closes > latest.period.closes else latest


def _overlap(
    inputs: AuditInput, staffing: Staffing, shift: Shift, sprints: Iterable[str], places: tuple[Compared, ...]
) -> Fault:
    message = f"{staffing.name} is sequential, but runs {inputs.names(sprints)} in parallel in {shift.period.named}"
    mode = Compared((*staffing.path, "mode"), "sequential")
    return Fault((*shift.path, "sprints"), message, "give each its own window", "", (*places, mode))


def _not_parallel(inputs: AuditInput) -> Iterator[Fault]:
    """Options with `mode: parallel` that never run two sprints at the same time."""
    for staffing in inputs.staffing:
        if staffing.option.mode != "parallel" or len(staffing.shifts_by_sprint) < 2 or _runs_parallel(staffing):  # noqa: PLR2004
            continue
        message = f"{staffing.name} is parallel, but never runs two {inputs.plan.unit.many.lower()} in the same week"
        yield Fault((*staffing.path, "mode"), message, "set `mode: sequential`, or run two at the same time")


def _runs_parallel(staffing: Staffing) -> bool:
    """Whether any two sprints overlap; sprints in one shift do."""
    return any(len(shift.sprints) > 1 for shift in staffing.shifts) or any(_overlapping(staffing))


def _double_booked(inputs: AuditInput) -> Iterator[Fault]:
    """People with two pieces of work at the same time."""
    for staffing in inputs.staffing:
        lanes: dict[object, list[Shift]] = defaultdict(list)
        for shift in staffing.shifts:
            person = staffing.option.people[shift.lane].person
            lanes[person or shift.lane].append(shift)
        for shifts in lanes.values():
            yield from _booked(staffing, sorted(shifts, key=lambda s: earliest(s.period)))


def _booked(staffing: Staffing, shifts: list[Shift]) -> Iterator[Fault]:
    is_sequential = staffing.option.mode == "sequential"
    for before, after in pairwise(shifts):
        is_reported = is_sequential and before.sprints and after.sprints and before.sprints != after.sprints
        if after.period.overlaps(before.period) and not is_reported:
            message = (
                f"{staffing.name}: {after.who} is booked twice: in {before.period.named} and in {after.period.named}"
            )
            hint = "give each piece of work its own window"
            yield Fault((*after.path, "when"), message, hint, "", (at_shift(before),))


def _support_early(inputs: AuditInput) -> Iterator[Fault]:
    """Support or tests scheduled before the sprint starts."""
    for staffing in inputs.staffing:
        for shift in staffing.shifts:
            for n, id_ in enumerate(shift.supports):
                span = staffing.spans.get(id_)
                if span and shift.period.opens < span.opens:
                    message = (
                        f"{staffing.name}: {shift.who} supports {inputs.name(id_)} from {shift.period.window.start}, "
                        f"but it starts {span.begins}"
                    )
                    path = (*shift.path, "supports", n)
                    hint = f"support it from {span.window.start} onwards"
                    yield Fault(path, message, hint, span.window.start, (at_shift(staffing.shifts_by_sprint[id_][0]),))


def _effort(*, too_much: bool) -> RunCheck:
    """A rule that finds work that is too much for its window, or fills less than a fifth of it."""

    def run(inputs: AuditInput) -> Iterator[Fault]:
        for staffing in inputs.staffing:
            checked: set[str] = set()
            for shift in staffing.shifts:
                sprints = _sized_sprints(inputs, staffing, shift)
                if sprints and not checked & set(sprints):
                    checked |= set(sprints)
                    yield from _misfits(inputs, staffing, shift, sprints, too_much=too_much)

    return run


def _sized_sprints(inputs: AuditInput, staffing: Staffing, shift: Shift) -> tuple[str, ...]:
    """The sprints of a shift, if all state an effort and share the time of their shifts with no other sprint.

    Empty if one is dropped, or if a capacity or buffer is stated: then not all of the window is available.
    """
    sprints = [inputs.plan.sprints[id_] for id_ in shift.sprints]
    if not sprints or any(sprint.effort is None or inputs.standings[sprint.id].is_dropped for sprint in sprints):
        return ()
    lane = staffing.option.people[shift.lane]
    if lane.capacity or lane.buffer or any(sprint.capacity or sprint.buffer for sprint in sprints):
        return ()
    shifts = [other for id_ in shift.sprints for other in staffing.shifts_by_sprint[id_]]
    return shift.sprints if all(other.sprints == shift.sprints for other in shifts) else ()


def _misfits(
    inputs: AuditInput, staffing: Staffing, shift: Shift, sprints: tuple[str, ...], *, too_much: bool
) -> Iterator[Fault]:
    efforts = [(id_, effort) for id_ in sprints if (effort := inputs.plan.sprints[id_].effort)]
    calendar = inputs.plan.calendar
    lengths = [part.period.work for part in staffing.shifts_by_sprint[sprints[0]]]
    available = sum(length for length in lengths if length is not None)
    least, most = (sum(ends) for ends in zip(*(calendar.days(effort) for _, effort in efforts), strict=True))
    if None in lengths or not (least > available if too_much else least <= available and most * 5 < available):
        return
    needed = listed(effort.text for _, effort in efforts)
    take, them = ("takes", "it") if len(sprints) == 1 else ("take", "them")
    message = (
        f"{staffing.name}: {inputs.names(sprints)} {take} {needed}, "
        f"but {shift.who} has {'only ' if too_much else 'all of '}{shift.period.named} for {them}"
    )
    places = tuple(
        Compared(("sprints", id_, "effort"), f"{inputs.name(id_)}: {effort.text}") for id_, effort in efforts
    )
    hint = "extend the window, or reduce the work" if too_much else "add other work to the window, or shorten it"
    yield Fault((*shift.path, "when"), message, hint, needed, places)


def _lengths(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints with windows of very different length, although each option gives one person nothing else to do."""
    for id_, sprint in inputs.plan.sprints.items():
        windows = [
            (staffing, shifts[0], shifts[0].period.work)
            for staffing in inputs.staffing
            if len(shifts := staffing.shifts_by_sprint.get(id_, ())) == 1 and shifts[0].sprints == (id_,)
        ]
        closed = [(staffing, shift, work) for staffing, shift, work in windows if work]
        if sprint.effort or len(closed) < 2:  # noqa: PLR2004
            continue
        shortest, longest = (pick(closed, key=lambda window: window[2]) for pick in (min, max))
        if longest[2] * 2 >= shortest[2] * 3:
            lengths = [f"{figures.length_in_words(shift.period)} in {staffing.name}" for staffing, shift, _ in closed]
            phase = inputs.plan.phase_of.get(id_)
            if phase and phase.when and phase.sprints == (id_,):
                length = figures.length_in_words(inputs.plan.period(phase.when))
                lengths.append(f"{length} in {inputs.phase_name(phase)}")
            message = f"{inputs.name(id_)} takes {listed(lengths)}"
            hint = "state its effort, or note why the options differ"
            places = tuple(at_shift(shift) for _, shift, _ in closed if shift is not shortest[1])
            yield Fault((*shortest[1].path, "when"), message, hint, "", places)


_EACH = re.compile(r"\b(?:all|any|each|every|other|others|rest)\b", re.IGNORECASE)
"""Words of a claim about all other sprints that does not name them."""


def _needed_late(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints that are claimed to be needed by all others, but start after some of these have ended."""
    for verdict in inputs.verdicts:
        id_, declared = verdict.sprint, verdict.declared
        if declared.claim != "needed-by" or id_ is None or declared.sprints or not _EACH.search(declared.says):
            continue
        exempt = {id_, *inputs.graph.before(id_), *inputs.graph.after(id_)}
        for staffing in inputs.staffing:
            own_span = staffing.spans.get(id_)
            early = [other for other, span in staffing.spans.items() if own_span and span.is_over_by(own_span)]
            reported = [other for other in inputs.plan.ids if other in early and other not in exempt]
            if own_span and reported:
                message = (
                    f"{staffing.name} schedules {inputs.names(reported)} before {inputs.name(id_)}, "
                    f"which states `{declared.says}`"
                )
                places = tuple(at_shift(staffing.shifts_by_sprint[other][0]) for other in reported)
                hint = f"start {inputs.name(id_)} earlier, or list the sprints that need it"
                yield Fault(verdict.path, message, inputs.plan.worded(hint), "", places)


def _open_sprints(inputs: AuditInput) -> Iterator[tuple[Sprint, Sequence[Person]]]:
    """Open sprints, each with the people on the team who have the skills for it."""
    for sprint in inputs.sprints if inputs.plan.people else ():
        if inputs.standings[sprint.id].is_open:
            yield sprint, [person for person in inputs.plan.people if person.has_skills(sprint.skills)]


def _unskilled(inputs: AuditInput) -> Iterator[Fault]:
    for sprint, able in _open_sprints(inputs):
        if not able:
            present = {skill for person in inputs.plan.people for skill in person.skills}
            missing = [skill for skill in sprint.skills if skill not in present]
            reason = (
                f"{listed(missing)} {are(missing)} missing" if missing else f"nobody has all of {listed(sprint.skills)}"
            )
            message = f"Nobody on the team has the skills for {inputs.name(sprint.id)}: {reason}"
            people = tuple(Compared(("team", "people", n), person.name) for n, person in enumerate(inputs.plan.people))
            hint = "add the skill to a person in team.yml, or add a person who has it"
            yield Fault(("sprints", sprint.id, "skills"), message, hint, "", people, key=True)


def _all_away(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints whose whole window falls into the absences of everybody who could do them; needs the plan's start."""
    days = Days(inputs.plan)
    timeline = inputs.plan.timeline
    whole_plan, longest = (
        timeline.hull(figures.windows(inputs.plan)),
        timeline.period(TimeWindow("week", 1, MOST_WEEKS)),
    )
    for sprint, able in _open_sprints(inputs) if inputs.plan.start else ():
        planned = inputs.plan.period_of(sprint.id) or whole_plan
        if able and all(days.is_away(person, *_working_days(timeline, planned or longest)) for person in able):
            away = f"{listed(person.name for person in able)} {are(able)} away"
            where = f" in {planned.named}: {away}" if planned else f": {away} all the time"
            message = f"Nobody can do {inputs.name(sprint.id)}{where}"
            hint = "move the work, or find somebody else for it"
            places = [(n, person) for n, person in enumerate(inputs.plan.people) if person in able]
            compared = tuple(Compared(("team", "people", n), f"{person.name} is away") for n, person in places)
            yield Fault(("sprints", sprint.id), message, hint, "", compared)


def _working_days(timeline: Timeline, period: Period) -> tuple[int, int]:
    """First working day of a period and the one after its last; an open period ends with the longest possible plan."""
    end = max(7 * MOST_WEEKS, period.begin + 1) if period.end is None else period.end
    return timeline.working(period.begin), timeline.working(end)


_row = AreaRows("order")

CHECKS = (
    _row(
        "starts-early",
        "contradiction",
        "warning",
        "An option starts a sprint before a sprint it needs has ended.",
        _starts_early("hard"),
    ),
    _row(
        "soft-early",
        "remark",
        "info",
        "An option starts a sprint before a sprint it benefits from has ended.",
        _starts_early("soft"),
    ),
    _row("not-in-option", "gap", "warning", "An option leaves out a sprint.", _left_out),
    _row("twice-in-option", "remark", "info", "An option schedules a sprint twice.", _done_twice),
    _row(
        "length-differs",
        "contradiction",
        "warning",
        "The options give a sprint very different durations.",
        _lengths,
    ),
    _row(
        "needed-late",
        "remark",
        "info",
        "A sprint that all others are stated to need is scheduled after some of them.",
        _needed_late,
    ),
    _row(
        "sequential-overlap",
        "contradiction",
        "warning",
        "A sequential option runs two sprints at the same time.",
        _sequential,
    ).grouped_by("part"),
    _row(
        "not-parallel",
        "contradiction",
        "warning",
        "A parallel option never runs two sprints at the same time.",
        _not_parallel,
    ),
    _row(
        "double-booked",
        "contradiction",
        "warning",
        "A person is booked twice at the same time.",
        _double_booked,
    ),
    _row(
        "support-early", "contradiction", "warning", "A sprint is supported or tested before it starts.", _support_early
    ),
    _row(
        "effort-window",
        "contradiction",
        "warning",
        "A sprint takes more time than an option gives it.",
        _effort(too_much=True),
    ),
    _row(
        "idle-window",
        "remark",
        "info",
        "A sprint fills less than a fifth of the time an option gives it.",
        _effort(too_much=False),
    ),
    _row("nobody-can", "gap", "warning", "Nobody on the team has the skills for a sprint.", _unskilled).merged(
        lambda inputs: (sprint.id for sprint, _ in _open_sprints(inputs)),
        "open sprints need skills that nobody on the team has",
    ),
    _row(
        "nobody-there",
        "contradiction",
        "warning",
        "Everybody who could do a sprint is away for all of its planned time.",
        _all_away,
    ),
)
