"""Order and time: phases, options and dates that contradict each other."""

from collections.abc import Iterator

from masterplan.analyse import figures
from masterplan.analyse.audit.claims import on_claims
from masterplan.analyse.audit.mentions import is_weekday, weekdays
from masterplan.analyse.audit.rule import AreaRows, AuditInput, Fault, all_kept, is_against
from masterplan.analyse.graph import HARD
from masterplan.analyse.parts import Compared, listed
from masterplan.analyse.staffing import Shift
from masterplan.model.part import Path
from masterplan.model.plan import Parallel, Phase
from masterplan.model.team import WEEKDAYS
from masterplan.model.timeline import Period, earliest


def _phase_order(given: AuditInput) -> Iterator[Fault]:
    """Hard dependencies that run against the order of the phases."""
    for edge in given.edges:
        later, earlier = given.plan.phase_of.get(edge.sprint), given.plan.phase_of.get(edge.needs)
        own = given.plan.sprints[edge.sprint].when or given.plan.sprints[edge.needs].when
        if edge.strength == "soft" or own or later is None or earlier is None or later is earlier:
            continue
        mine, other = given.plan.period_of_phase(later), given.plan.period_of_phase(earlier)
        if mine and other and is_against(edge, mine, other):
            message = (
                f"{given.name(edge.sprint)} is in {given.group(later)}, which starts {mine.begins}, "
                f"but needs {given.name(edge.needs)} of {given.group(earlier)}, which ends {other.ends}"
            )
            hint = given.plan.worded("move one of them to another phase, or change the phases' weeks")
            places = (given.at_phase(later), given.at_phase(earlier))
            yield Fault(given.at_edge(edge).path, message, hint, _after(other), places)


def _after(period: Period) -> str:
    """What comes first after a period, in words; nothing where it has no end."""
    return period.next.named if period.next else ""


def _window_order(given: AuditInput) -> Iterator[Fault]:
    """Hard dependencies that run against the windows of the sprints, where one has a window of its own."""
    for edge in given.edges:
        if edge.strength == "soft" or not (given.plan.sprints[edge.sprint].when or given.plan.sprints[edge.needs].when):
            continue
        mine, other = given.plan.period_of(edge.sprint), given.plan.period_of(edge.needs)
        if mine and other and is_against(edge, mine, other):
            message = (
                f"{given.name(edge.sprint)} starts {mine.begins}, but {given.name(edge.needs)}, which it needs, "
                f"ends {other.ends}"
            )
            places = (given.at_edge(edge), given.at_window(edge.needs))
            yield Fault(given.at_window(edge.sprint).path, message, "move one of them", _after(other), places)


def _outside_phase(given: AuditInput) -> Iterator[Fault]:
    """Sprints with a window of their own that is not all in their phase's."""
    for sprint in given.sprints:
        phase = given.plan.phase_of.get(sprint.id)
        if not (sprint.when and phase and phase.when):
            continue
        if not given.plan.period(sprint.when).is_within(given.plan.period(phase.when)):
            message = (
                f"{given.name(sprint.id)} is in {sprint.when.named}, but {given.group(phase)} is in {phase.when.named}"
            )
            hint = given.plan.worded("fix whichever is wrong, or move the sprint to another phase")
            yield Fault(("sprints", sprint.id, "when"), message, hint, str(phase.when), (given.at_phase(phase),))


def _no_phase(given: AuditInput) -> Iterator[Fault]:
    if given.plan.phases:
        for sprint in given.sprints:
            if sprint.id not in given.plan.phase_of and given.standings[sprint.id].is_open:
                message = f"{given.name(sprint.id)} is in no {given.plan.group.one.lower()}"
                yield Fault(("sprints", sprint.id), message, "add `phase:` to it, or list it in phases.yml")


def _two_phases(given: AuditInput) -> Iterator[Fault]:
    for phase in given.plan.phases:
        for n, id_ in enumerate(phase.sprints):
            first = given.plan.phase_of[id_]
            if first is not phase:
                message = f"{given.name(id_)} is both in {given.group(first)} and in {given.group(phase)}"
                joins = given.plan.sprints[id_].phase == phase.id
                path = ("sprints", id_, "phase") if joins else (*given.phase_paths[phase.id], "sprints", n)
                place = given.at_phase(first, "sprints")
                yield Fault(path, message, "keep it in one of them", given.group(first), (place,))


def _phase_option(given: AuditInput) -> Iterator[Fault]:
    """Sprints that an option does outside their own or their phase's window; several in one may each be anywhere."""
    for staffing in given.staffing:
        for id_, shifts in staffing.doing.items():
            planned = given.plan.period_of(id_)
            outside = [shift for shift in shifts if planned and not _fits(planned, shift)]
            if planned and outside:
                place = given.at_window(id_)
                here = f"{staffing.name} schedules {given.name(id_)} in {staffing.spans[id_].named}"
                message = f"{here}, but {_owner(given, id_)} is in {planned.named}"
                hint = given.plan.worded("fix the option or the phase, or waive the finding")
                yield Fault((*outside[0].path, "when"), message, hint, str(planned.window), (place,))


def _fits(planned: Period, shift: Shift) -> bool:
    if len(shift.sprints) > 1:
        return planned.overlaps(shift.period)
    return shift.period.is_within(planned)


def _phase_length(given: AuditInput) -> Iterator[Fault]:
    """Phases that end on a day on which no option ends."""
    end = figures.phases_span(given.plan)
    staffed = [(staffing, staffing.span) for staffing in given.staffing if staffing.doing and staffing.span]
    if end is None or not staffed or any(span.closes == end.closes for _, span in staffed if span):
        return
    last = max(_timed(given), key=lambda one: one[0].closes)[1]
    ends = [Compared(staffing.path, f"{staffing.name} ends {span.ends}") for staffing, span in staffed if span]
    message = f"The {given.plan.group.many.lower()} end {end.ends}, but {listed(place.says for place in ends)}"
    hint = given.plan.worded("let the phases end with one of the options")
    yield Fault(given.at_phase(last).path, message, hint, listed(place.says for place in ends), tuple(ends))


def _parallels(given: AuditInput) -> Iterator[Fault]:
    """Sprints and tasks that may run beside others, by the words, and cannot, by weeks or dependencies."""
    for phase in given.plan.phases:
        for n, claim in enumerate(phase.parallel):
            reasons = list(_excluded(given, claim))
            if reasons:
                message = f"`{claim.says}`, but {'; '.join(dict.fromkeys(place.says for place in reasons))}"
                path = (*given.phase_paths[phase.id], "parallel", n, "says")
                hint = given.plan.worded("move a phase, or remove the claim")
                yield Fault(path, message, hint, "", tuple(dict.fromkeys(reasons)))


def _excluded(given: AuditInput, claim: Parallel) -> Iterator[Compared]:
    """What keeps sprints and tasks from running beside each other."""
    for other in claim.alongside:
        for unit, needed in ((claim.sprint, other), (other, claim.sprint)):
            if needed in _needs(given, unit):
                placed = given.plan.tasks.get(unit)
                path = placed.path if placed else ("sprints", unit)
                yield Compared((*path, "depends_on"), f"{given.unit(unit)} needs {given.unit(needed)}")
        mine, theirs = _placed(given, claim.sprint), _placed(given, other)
        if mine and theirs and not mine[0].overlaps(theirs[0]):
            yield Compared(theirs[2], f"{mine[1]} is in {mine[0].named} and {theirs[1]} in {theirs[0].named}")


def _needs(given: AuditInput, unit: str) -> set[str]:
    """All that a sprint cannot do without, directly or through others; of a task, all tasks."""
    tasks = given.plan.tasks
    if unit not in tasks:
        return set(given.graph.before(unit, HARD)) if unit in given.plan.sprints else set()
    needs, left = set[str](), [unit]
    while left:
        edges = [edge for edge in tasks[left.pop()].task.depends_on if edge.strength == "hard"]
        new = {edge.task for edge in edges if edge.task and edge.task in tasks} - needs
        needs |= new
        left += sorted(new)
    return needs


def _placed(given: AuditInput, unit: str) -> tuple[Period, str, Path] | None:
    """When a sprint or a task is done, what has that window, and where it is written; None where nothing says it."""
    placed = given.plan.tasks.get(unit)
    if placed and placed.task.when:
        return given.plan.period(placed.task.when), unit, (*placed.path, "when")
    sprint = placed.sprint if placed else unit
    period = given.plan.period_of(sprint) if sprint in given.plan.sprints else None
    return (period, _owner(given, sprint), given.at_window(sprint).path) if period else None


def _owner(given: AuditInput, sprint: str) -> str:
    """What has the window in which a sprint is done: itself, or its phase."""
    return given.name(sprint) if given.plan.sprints[sprint].when else given.group(given.plan.phase_of[sprint])


def _phase_overlap(given: AuditInput) -> Iterator[Fault]:
    """Phases that share days where most follow each other; in other plans they are meant to."""
    overlaps = list(_overlaps(given))
    if len(overlaps) * 3 <= max(3, len(given.plan.phases) - 1):
        yield from overlaps


def _timed(given: AuditInput) -> list[tuple[Period, Phase]]:
    """The phases that lie in time, each with when it is done."""
    phases = ((given.plan.period_of_phase(phase), phase) for phase in given.plan.phases)
    return [(period, phase) for period, phase in phases if period]


def _overlaps(given: AuditInput) -> Iterator[Fault]:
    latest: tuple[Period, Phase] | None = None
    for period, phase in sorted(_timed(given), key=lambda one: earliest(one[0])):
        if latest and period.overlaps(latest[0]):
            message = (
                f"{given.group(phase)} starts {period.begins}, before {given.group(latest[1])} ends {latest[0].ends}"
            )
            hint = "start it later, or ignore this if the two may overlap"
            yield Fault(given.at_phase(phase).path, message, hint, "", (given.at_phase(latest[1]),))
        latest = (period, phase) if latest is None or period.closes > latest[0].closes else latest


def _weekdays(given: AuditInput) -> Iterator[Fault]:
    for path, text in given.texts:
        for words, day, named in weekdays(text):
            if day is None:
                yield Fault(path, f"`{words}` is not a date in the calendar", "fix the date")
            elif not is_weekday(day, named):
                right = WEEKDAYS[day.weekday()]
                yield Fault(path, f"`{words}` is a {right}", "fix the weekday or the date", right)


_row = AreaRows("order")

CHECKS = (
    _row(
        "timeline-mismatch",
        "contradiction",
        "warning",
        "A stated duration differs from the schedule.",
        on_claims("duration", "sprint-duration"),
    ),
    _row(
        "date-mismatch",
        "contradiction",
        "warning",
        "A stated start or end date differs from the plan.",
        on_claims("starts", "ends"),
    ),
    _row("weekday-mismatch", "contradiction", "warning", "A weekday does not match its date.", _weekdays),
    _row("no-phase", "gap", "warning", "A sprint is in no phase.", _no_phase).counted(
        all_kept, "sprints are in no phase"
    ),
    _row("two-phases", "contradiction", "warning", "A sprint is in two phases.", _two_phases),
    _row(
        "phase-order",
        "contradiction",
        "warning",
        "A sprint's phase starts before the phase of a sprint it needs has ended.",
        _phase_order,
    ),
    _row(
        "window-order",
        "contradiction",
        "warning",
        "A sprint's window starts before that of a sprint it needs has ended.",
        _window_order,
    ),
    _row(
        "outside-phase",
        "contradiction",
        "warning",
        "A sprint's window lies outside its phase.",
        _outside_phase,
    ),
    _row(
        "phase-option",
        "contradiction",
        "warning",
        "An option schedules a sprint outside its own window or its phase.",
        _phase_option,
    ).sharing("rule"),
    _row("phase-length", "contradiction", "warning", "No option ends when the phases end.", _phase_length),
    _row("phase-overlap", "remark", "info", "Two phases overlap.", _phase_overlap),
    _row(
        "parallel-excluded",
        "contradiction",
        "warning",
        "Work marked as parallel cannot run in parallel: windows or dependencies prevent it.",
        _parallels,
    ),
    _row(
        "members-mismatch",
        "contradiction",
        "warning",
        "The sprints of a phase or option differ from the stated ones.",
        on_claims("includes"),
    ),
    _row(
        "not-early",
        "contradiction",
        "warning",
        "A sprint is stated to start early, but starts later.",
        on_claims("early"),
    ),
    _row(
        "not-last",
        "contradiction",
        "warning",
        "A sprint is stated to come last, but another one ends later.",
        on_claims("last"),
    ),
)
