"""Rules about order and dates: contradictions between phases, windows, options and dates."""

from collections.abc import Iterator

from masterplan.analyse import figures
from masterplan.analyse.audit.claims import on_claims
from masterplan.analyse.audit.mentions import is_weekday, weekdays
from masterplan.analyse.audit.rule import AreaRows, AuditInput, Fault, active_sprints, starts_too_early
from masterplan.analyse.graph import HARD
from masterplan.analyse.parts import Compared, listed
from masterplan.analyse.staffing import Shift
from masterplan.model.part import Path
from masterplan.model.plan import Parallel, Phase
from masterplan.model.team import WEEKDAYS
from masterplan.model.timeline import Period, earliest


def _phase_order(inputs: AuditInput) -> Iterator[Fault]:
    """Hard dependencies that contradict the order of the phases."""
    for edge in inputs.edges:
        phase, needed_phase = inputs.plan.phase_of.get(edge.sprint), inputs.plan.phase_of.get(edge.needs)
        window = inputs.plan.sprints[edge.sprint].when or inputs.plan.sprints[edge.needs].when
        if edge.strength == "soft" or window or phase is None or needed_phase is None or phase is needed_phase:
            continue
        period, needed = inputs.plan.period_of_phase(phase), inputs.plan.period_of_phase(needed_phase)
        if period and needed and starts_too_early(edge, period, needed):
            message = (
                f"{inputs.name(edge.sprint)} is in {inputs.phase_name(phase)}, which starts {period.begins}, "
                f"but needs {inputs.name(edge.needs)} of {inputs.phase_name(needed_phase)}, which ends {needed.ends}"
            )
            hint = inputs.plan.worded("move one of them to another phase, or change the phases' weeks")
            places = (inputs.at_phase(phase), inputs.at_phase(needed_phase))
            yield Fault(inputs.at_edge(edge).path, message, hint, _next(needed), places)


def _next(period: Period) -> str:
    """Window after a period, in words; empty if the period has no end."""
    return period.next.named if period.next else ""


def _window_order(inputs: AuditInput) -> Iterator[Fault]:
    """Hard dependencies that contradict the windows of the sprints, if at least one of the two states a window."""
    for edge in inputs.edges:
        if edge.strength == "soft" or not (
            inputs.plan.sprints[edge.sprint].when or inputs.plan.sprints[edge.needs].when
        ):
            continue
        period, needed = inputs.plan.period_of(edge.sprint), inputs.plan.period_of(edge.needs)
        if period and needed and starts_too_early(edge, period, needed):
            message = (
                f"{inputs.name(edge.sprint)} starts {period.begins}, but {inputs.name(edge.needs)}, which it needs, "
                f"ends {needed.ends}"
            )
            places = (inputs.at_edge(edge), inputs.at_window(edge.needs))
            yield Fault(inputs.at_window(edge.sprint).path, message, "move one of them", _next(needed), places)


def _outside_phase(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints whose stated window is not entirely within that of their phase."""
    for sprint in inputs.sprints:
        phase = inputs.plan.phase_of.get(sprint.id)
        if not (sprint.when and phase and phase.when):
            continue
        if not inputs.plan.period(sprint.when).is_within(inputs.plan.period(phase.when)):
            where = f"{inputs.phase_name(phase)} is in {phase.when.named}"
            message = f"{inputs.name(sprint.id)} is in {sprint.when.named}, but {where}"
            hint = inputs.plan.worded("fix whichever is wrong, or move the sprint to another phase")
            yield Fault(("sprints", sprint.id, "when"), message, hint, str(phase.when), (inputs.at_phase(phase),))


def _no_phase(inputs: AuditInput) -> Iterator[Fault]:
    if inputs.plan.phases:
        for sprint in inputs.sprints:
            if sprint.id not in inputs.plan.phase_of and inputs.standings[sprint.id].is_open:
                message = f"{inputs.name(sprint.id)} is in no {inputs.plan.group.one.lower()}"
                yield Fault(("sprints", sprint.id), message, "add `phase:` to it, or list it in phases.yml")


def _two_phases(inputs: AuditInput) -> Iterator[Fault]:
    for phase in inputs.plan.phases:
        for n, id_ in enumerate(phase.sprints):
            first = inputs.plan.phase_of[id_]
            if first is not phase:
                message = f"{inputs.name(id_)} is in both {inputs.phase_name(first)} and {inputs.phase_name(phase)}"
                joins = inputs.plan.sprints[id_].phase == phase.id
                path = ("sprints", id_, "phase") if joins else (*inputs.phase_paths[phase.id], "sprints", n)
                place = inputs.at_phase(first, "sprints")
                yield Fault(path, message, "keep it in only one of them", inputs.phase_name(first), (place,))


def _phase_option(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints that an option schedules outside their own or their phase's window.

    If a shift has several sprints, each may be done at any time within it.
    """
    for staffing in inputs.staffing:
        for id_, shifts in staffing.shifts_by_sprint.items():
            planned = inputs.plan.period_of(id_)
            outside = [shift for shift in shifts if planned and not _fits(planned, shift)]
            if planned and outside:
                place = inputs.at_window(id_)
                scheduled = f"{staffing.name} schedules {inputs.name(id_)} in {staffing.spans[id_].named}"
                message = f"{scheduled}, but {_window_owner(inputs, id_)} is in {planned.named}"
                hint = inputs.plan.worded("fix the option or the phase, or waive the finding")
                yield Fault((*outside[0].path, "when"), message, hint, str(planned.window), (place,))


def _fits(planned: Period, shift: Shift) -> bool:
    if len(shift.sprints) > 1:
        return planned.overlaps(shift.period)
    return shift.period.is_within(planned)


def _phase_length(inputs: AuditInput) -> Iterator[Fault]:
    """Phases that end when no option ends."""
    end = figures.phases_span(inputs.plan)
    staffed = [
        (staffing, span) for staffing in inputs.staffing if staffing.shifts_by_sprint and (span := staffing.span)
    ]
    if end is None or not staffed or any(span.closes == end.closes for _, span in staffed):
        return
    last = max(_scheduled_phases(inputs), key=lambda one: one[0].closes)[1]
    ends = [Compared(staffing.path, f"{staffing.name} ends {span.ends}") for staffing, span in staffed]
    message = f"The {inputs.plan.group.many.lower()} end {end.ends}, but {listed(place.says for place in ends)}"
    hint = inputs.plan.worded("align the end of the phases with the end of an option")
    yield Fault(inputs.at_phase(last).path, message, hint, listed(place.says for place in ends), tuple(ends))


def _parallels(inputs: AuditInput) -> Iterator[Fault]:
    """Work that is claimed to run in parallel, although windows or dependencies exclude that."""
    for phase in inputs.plan.phases:
        for n, claim in enumerate(phase.parallel):
            reasons = list(_obstacles(inputs, claim))
            if reasons:
                message = f"`{claim.says}`, but {'; '.join(dict.fromkeys(place.says for place in reasons))}"
                path = (*inputs.phase_paths[phase.id], "parallel", n, "says")
                hint = inputs.plan.worded("move a phase, or remove the claim")
                yield Fault(path, message, hint, "", tuple(dict.fromkeys(reasons)))


def _obstacles(inputs: AuditInput, claim: Parallel) -> Iterator[Compared]:
    """Dependencies and windows that keep sprints and tasks from running in parallel."""
    for other in claim.alongside:
        for unit, needed in ((claim.sprint, other), (other, claim.sprint)):
            if needed in _needs(inputs, unit):
                placed = inputs.plan.tasks.get(unit)
                path = placed.path if placed else ("sprints", unit)
                yield Compared((*path, "depends_on"), f"{inputs.unit(unit)} needs {inputs.unit(needed)}")
        window, other_window = _window(inputs, claim.sprint), _window(inputs, other)
        if window and other_window:
            (period, owner, _), (other_period, other_owner, other_path) = window, other_window
            if not period.overlaps(other_period):
                yield Compared(other_path, f"{owner} is in {period.named} and {other_owner} in {other_period.named}")


def _needs(inputs: AuditInput, unit: str) -> set[str]:
    """All hard dependencies, direct and indirect: of a sprint on sprints, of a task on tasks."""
    tasks = inputs.plan.tasks
    if unit not in tasks:
        return set(inputs.graph.before(unit, HARD)) if unit in inputs.plan.sprints else set()
    needs, pending = set[str](), [unit]
    while pending:
        edges = [edge for edge in tasks[pending.pop()].task.depends_on if edge.strength == "hard"]
        new = {edge.task for edge in edges if edge.task and edge.task in tasks} - needs
        needs |= new
        pending += sorted(new)
    return needs


def _window(inputs: AuditInput, unit: str) -> tuple[Period, str, Path] | None:
    """Period of a sprint or task, the name of the part that states it, and its path; None if no part states one."""
    placed = inputs.plan.tasks.get(unit)
    if placed and placed.task.when:
        return inputs.plan.period(placed.task.when), unit, (*placed.path, "when")
    sprint = placed.sprint if placed else unit
    period = inputs.plan.period_of(sprint) if sprint in inputs.plan.sprints else None
    return (period, _window_owner(inputs, sprint), inputs.at_window(sprint).path) if period else None


def _window_owner(inputs: AuditInput, sprint: str) -> str:
    """Name of the part that states a sprint's window: the sprint itself, or its phase."""
    return inputs.name(sprint) if inputs.plan.sprints[sprint].when else inputs.phase_name(inputs.plan.phase_of[sprint])


def _phase_overlap(inputs: AuditInput) -> Iterator[Fault]:
    """Overlapping phases in plans whose phases mostly follow each other; in other plans overlaps are intended."""
    overlaps = list(_overlaps(inputs))
    if len(overlaps) * 3 <= max(3, len(inputs.plan.phases) - 1):
        yield from overlaps


def _scheduled_phases(inputs: AuditInput) -> list[tuple[Period, Phase]]:
    """Phases that have a period, with their periods."""
    phases = ((inputs.plan.period_of_phase(phase), phase) for phase in inputs.plan.phases)
    return [(period, phase) for period, phase in phases if period]


def _overlaps(inputs: AuditInput) -> Iterator[Fault]:
    latest: tuple[Period, Phase] | None = None
    for period, phase in sorted(_scheduled_phases(inputs), key=lambda one: earliest(one[0])):
        if latest and period.overlaps(latest[0]):
            first = f"{inputs.phase_name(latest[1])} ({latest[0].named})"
            message = f"{first} and {inputs.phase_name(phase)} ({period.named}) overlap"
            hint = f"start {inputs.phase_name(phase)} later, or ignore this if the two may overlap"
            yield Fault(inputs.at_phase(phase).path, message, hint, "", (inputs.at_phase(latest[1]),))
        latest = (period, phase) if latest is None or period.closes > latest[0].closes else latest


def _weekdays(inputs: AuditInput) -> Iterator[Fault]:
    for path, text in inputs.texts:
        for words, day, stated in weekdays(text):
            if day is None:
                yield Fault(path, f"`{words}` is not a valid date", "fix the date")
            elif not is_weekday(day, stated):
                actual = WEEKDAYS[day.weekday()]
                yield Fault(path, f"`{words}` is a {actual}", "fix the weekday or the date", actual)


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
    _row("no-phase", "gap", "warning", "A sprint is in no phase.", _no_phase).merged(
        active_sprints, "sprints are in no phase"
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
    ).grouped_by("rule"),
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
