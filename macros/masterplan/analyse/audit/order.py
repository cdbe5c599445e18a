"""Order and time: phases, options and dates that exclude each other."""

from collections.abc import Iterator

from masterplan.analyse import figures
from masterplan.analyse.audit.check import Case, Found, rows
from masterplan.analyse.audit.mentions import is_weekday, weekdays
from masterplan.analyse.audit.sayings import told
from masterplan.analyse.parts import Compared
from masterplan.analyse.staffing import Shift
from masterplan.analyse.wording import listed
from masterplan.model.calendar import Weeks
from masterplan.model.plan import Parallel, Phase
from masterplan.model.team import WEEKDAYS


def _phase_order(case: Case) -> Iterator[Found]:
    """Hard dependencies that run against the order of the phases."""
    for edge in case.graph.edges:
        later, earlier = case.plan.phase_of.get(edge.sprint), case.plan.phase_of.get(edge.needs)
        if edge.strength == "soft" or later is None or earlier is None or later is earlier:
            continue
        if later.weeks.first <= earlier.weeks.last:
            message = (
                f"{case.name(edge.sprint)} is in {case.group(later)}, which starts in week {later.weeks.first}, "
                f"but needs {case.name(edge.needs)} of {case.group(earlier)}, which ends in week {earlier.weeks.last}"
            )
            hint = case.plan.worded("move one of them to another phase, or the phases to other weeks")
            places = (case.at_phase(later), case.at_phase(earlier))
            yield Found(case.at_edge(edge).path, message, hint, f"week {earlier.weeks.last + 1}", places)


def _no_phase(case: Case) -> Iterator[Found]:
    if case.plan.phases:
        for sprint in case.sprints:
            if sprint.id not in case.plan.phase_of:
                message = f"{case.name(sprint.id)} is in no {case.plan.group.one.lower()}"
                yield Found(("sprints", sprint.id), message, "add `phase:` to it, or list it in phases.yml")


def _two_phases(case: Case) -> Iterator[Found]:
    for phase in case.plan.phases:
        for n, id_ in enumerate(phase.sprints):
            first = case.plan.phase_of[id_]
            if first is not phase:
                message = f"{case.name(id_)} is in {case.group(first)} and in {case.group(phase)}"
                joins = case.plan.sprints[id_].phase == phase.id
                path = ("sprints", id_, "phase") if joins else (*case.phase_paths[phase.id], "sprints", n)
                place = case.at_phase(first, "sprints")
                yield Found(path, message, "keep it in one of them", case.group(first), (place,))


def _phase_option(case: Case) -> Iterator[Found]:
    """Sprints that an option does outside the weeks of their phase; where several share weeks, each may be anywhere."""
    for staffing in case.staffing:
        for id_, shifts in staffing.doing.items():
            phase = case.plan.phase_of.get(id_)
            outside = [shift for shift in shifts if phase and not _fits(phase.weeks, shift)]
            if phase and outside:
                here = f"{staffing.name} has {case.name(id_)} in {staffing.spans[id_].named}"
                message = f"{here}, {case.group(phase)} in {phase.weeks.named}"
                hint = "move the sprint in one of them, or say in the phase that the weeks depend on the option"
                hint = case.plan.worded(hint)
                yield Found((*outside[0].path, "weeks"), message, hint, str(phase.weeks), (case.at_phase(phase),))


def _fits(weeks: Weeks, shift: Shift) -> bool:
    if len(shift.sprints) > 1:
        return weeks.overlaps(shift.weeks)
    return weeks.first <= shift.weeks.first and shift.weeks.last <= weeks.last


def _phase_length(case: Case) -> Iterator[Found]:
    """Phases that end in a week in which no option ends."""
    end = figures.phases_span(case.plan)
    staffed = [(each, each.span) for each in case.staffing if each.doing and each.span]
    if end is None or not staffed or any(span.last == end.last for _, span in staffed if span):
        return
    last = max(case.plan.phases, key=lambda phase: phase.weeks.last)
    ends = [Compared(each.path, f"{each.name} ends in week {span.last}") for each, span in staffed if span]
    message = f"the {case.plan.group.many.lower()} end in week {end.last}, but {listed(each.says for each in ends)}"
    hint = case.plan.worded("fit the phases to an option, or an option to the phases")
    yield Found(case.at_phase(last).path, message, hint, listed(each.says for each in ends), tuple(ends))


def _parallels(case: Case) -> Iterator[Found]:
    """Sprints that may run beside others, by the words, and cannot, by weeks or dependencies."""
    for phase in case.plan.phases:
        for n, claim in enumerate(phase.parallel):
            reasons = list(_excluded(case, claim))
            if reasons:
                message = f"`{claim.says}`, but {'; '.join(dict.fromkeys(each.says for each in reasons))}"
                path = (*case.phase_paths[phase.id], "parallel", n, "says")
                hint = case.plan.worded("move a phase, or drop the claim")
                yield Found(path, message, hint, "", tuple(dict.fromkeys(reasons)))


def _excluded(case: Case, claim: Parallel) -> Iterator[Compared]:
    before, after = (set(reach(claim.sprint, ("hard",))) for reach in (case.graph.before, case.graph.after))
    mine = case.plan.phase_of.get(claim.sprint)
    for other in claim.alongside:
        theirs = case.plan.phase_of.get(other)
        if other in before or other in after:
            needs = (claim.sprint, other) if other in before else (other, claim.sprint)
            said = f"{case.name(needs[0])} needs {case.name(needs[1])}"
            yield Compared(("sprints", needs[0], "depends_on"), said)
        if mine and theirs and not mine.weeks.overlaps(theirs.weeks):
            said = f"{case.group(mine)} is in {mine.weeks.named}, {case.group(theirs)} in {theirs.weeks.named}"
            yield Compared(case.at_phase(theirs).path, said)


def _phase_overlap(case: Case) -> Iterator[Found]:
    latest: Phase | None = None
    for phase in sorted(case.plan.phases, key=lambda each: (each.weeks.first, each.weeks.last)):
        if latest and phase.weeks.overlaps(latest.weeks):
            ends = f"{case.group(latest)} ends in week {latest.weeks.last}"
            message = f"{case.group(phase)} starts in week {phase.weeks.first}, {ends}"
            hint = "start it later, if it is to follow"
            yield Found(case.at_phase(phase).path, message, hint, "", (case.at_phase(latest),))
        latest = phase if latest is None or phase.weeks.last > latest.weeks.last else latest


def _weekdays(case: Case) -> Iterator[Found]:
    for path, text in case.texts:
        for words, day, named in weekdays(text):
            if day is None:
                yield Found(path, f"`{words}` is no day of the calendar", "look the day up")
            elif not is_weekday(day, named):
                right = WEEKDAYS[day.weekday()]
                yield Found(path, f"`{words}` is a {right}", "fix the weekday or the date", right)


_row = rows("order")

CHECKS = (
    _row(
        "timeline-mismatch",
        "warning",
        "A declared length is not that of the schedule that stands under it.",
        told("duration"),
    ),
    _row(
        "date-mismatch",
        "warning",
        "A declared first or last day is not where the weeks put it.",
        told("starts", "ends"),
    ),
    _row("weekday-mismatch", "warning", "A weekday does not match the date it stands beside.", _weekdays),
    _row("no-phase", "warning", "A sprint is in no phase.", _no_phase),
    _row("two-phases", "warning", "A sprint is in two phases.", _two_phases),
    _row(
        "phase-order", "warning", "A phase starts a sprint before the phase of what it needs has ended.", _phase_order
    ),
    _row("phase-option", "warning", "An option does a sprint outside the weeks of its phase.", _phase_option),
    _row("phase-length", "warning", "No option ends when the phases end.", _phase_length),
    _row("phase-overlap", "info", "Two phases share weeks.", _phase_overlap),
    _row("parallel-excluded", "warning", "What may run in parallel cannot, by weeks or dependencies.", _parallels),
    _row(
        "members-mismatch",
        "warning",
        "A phase or option does not hold the sprints it is said to hold.",
        told("includes"),
    ),
    _row("not-early", "warning", "A sprint is said to start early, but is placed later.", told("early")),
    _row("not-last", "warning", "A sprint is said to come last, but another phase ends later.", told("last")),
)
