"""Rules about milestones, decisions and asks: whether their dates and outcomes fit the work."""

from collections.abc import Iterator

from masterplan.analyse.audit.rule import AreaRows, AuditInput, Fault
from masterplan.analyse.figures import count
from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.parts import Compared, are, parts_with_claims, verb
from masterplan.model.milestone import Milestone
from masterplan.model.part import Path
from masterplan.model.scope import Decision, Scope
from masterplan.model.task import UNOBSTRUCTED
from masterplan.model.timeline import Period, has_passed
from masterplan.model.window import TimeWindow


def _milestones(inputs: AuditInput) -> Iterator[tuple[Path, Milestone]]:
    for n, milestone in enumerate(inputs.plan.milestones):
        yield ("milestones", "milestones", n), milestone


def _order(inputs: AuditInput) -> Iterator[Fault]:
    """Milestones due before work they wait for, or after work that waits for them."""
    for path, milestone in _milestones(inputs):
        if milestone.when is None:
            continue
        due, name = inputs.plan.period(milestone.when), milestone.id
        for n, unit in enumerate(milestone.needs):
            late = _late(inputs, unit, due)
            if late:
                work, place = late
                message = f"{name} is due {due.ends}, but {inputs.unit(unit)}, which it needs, ends {work.ends}"
                yield Fault((*path, "needs", n), message, "move the milestone or the work", work.ends, (place,))
        for n, sprint in enumerate(milestone.before):
            later = inputs.plan.period_of(sprint)
            if later and later.opens < due.opens:
                message = f"{inputs.name(sprint)} starts {later.begins}, but waits for {name}, which is due {due.ends}"
                yield Fault((*path, "before", n), message, "move one of them", due.ends, (inputs.at_window(sprint),))


def _late(inputs: AuditInput, unit: str, due: Period) -> tuple[Period, Compared] | None:
    """Period and place of a sprint or task that ends after `due`; None if it ends in time.

    A task without a window may be done at any time within its sprint's window.
    """
    placed = inputs.plan.tasks.get(unit)
    if placed and placed.task.when:
        work = inputs.plan.period(placed.task.when)
        place = Compared((*placed.path, "when"), f"{placed.task.key}: {work.named}")
        return (work, place) if work.closes > due.closes else None
    sprint = placed.sprint if placed else unit
    window = inputs.plan.period_of(sprint)
    if window is None or (window.opens < due.closes if placed else window.closes <= due.closes):
        return None
    return window, inputs.at_window(sprint)


def _overdue(inputs: AuditInput) -> Iterator[Fault]:
    """Milestones that are past their due date and not recorded as reached."""
    for path, milestone in _milestones(inputs):
        if milestone.when and inputs.milestones[milestone.id].is_overdue:
            message = f"{milestone.id} was due {inputs.plan.period(milestone.when).ends}, but has not been reached"
            hint = "record when it was reached (`reached:`), or set a later date"
            yield Fault((*path, "when"), message, hint, str(inputs.today))


def _is_over(inputs: AuditInput, window: TimeWindow) -> bool:
    return has_passed(inputs.plan.period(window).last, inputs.today)


def _reached_open(inputs: AuditInput) -> Iterator[Fault]:
    """Milestones recorded as reached although work or criteria are open, or the decision is no-go."""
    for path, milestone in _milestones(inputs):
        if milestone.reached is None:
            continue
        open_needs = [n for n, unit in enumerate(milestone.needs) if inputs.state(unit) != "done"]
        unmet = [n for n, criterion in enumerate(milestone.criteria) if not criterion.done]
        reached = f"{milestone.id} was reached on {inputs.in_words(milestone.reached)}"
        if open_needs:
            units = [milestone.needs[n] for n in open_needs]
            message = f"{reached}, but {inputs.units(units)} {are(units)} not done"
            places = (Compared((*path, "needs", n), inputs.unit(milestone.needs[n])) for n in open_needs)
            yield Fault((*path, "reached"), message, "fix the date or the state of the work", "", tuple(places))
        elif unmet and len(unmet) < len(milestone.criteria):
            criteria = count(len(milestone.criteria), "criterion", "criteria")
            message = f"{reached}, but {len(unmet)} of {criteria} {are(unmet)} not met"
            places = (Compared((*path, "criteria", n, "text"), milestone.criteria[n].text) for n in unmet)
            yield Fault((*path, "reached"), message, "fix the date, or mark the criteria as met", "", tuple(places))
        elif milestone.gate and milestone.gate.outcome == "no-go":
            place = Compared((*path, "gate", "outcome"), "no-go")
            message = f"{reached}, but its decision is no-go"
            yield Fault((*path, "reached"), message, "remove `reached:`, or fix the decision", "no-go", (place,))


def _undecided(inputs: AuditInput) -> Iterator[Fault]:
    """Gates reached without a decision."""
    for path, milestone in _milestones(inputs):
        if milestone.reached and milestone.gate and milestone.gate.outcome == "open":
            message = f"{milestone.id} was reached on {inputs.in_words(milestone.reached)}, but its decision is open"
            yield Fault((*path, "gate"), message, "record the decision: `outcome:` go or no-go", key=True)


def _passed(inputs: AuditInput) -> Iterator[Fault]:
    """Work that has begun before its milestone was reached or its gate was passed."""
    for path, milestone in _milestones(inputs):
        begun = [id_ for id_ in milestone.before if inputs.standings[id_].has_begun]
        standing = inputs.milestones[milestone.id]
        if begun and not standing.lets_pass:
            work = f"{inputs.names(begun)} {verb(begun, 'has', 'have')} begun"
            message = f"{work}, but {milestone.id}, which comes first, {_reason_to_wait(standing)}"
            places = (Compared(("sprints", id_, "id"), f"{inputs.name(id_)}: {inputs.state(id_)}") for id_ in begun)
            hint = "fix the states, or record the decision"
            yield Fault((*path, "before"), message, hint, "", tuple(places), key=True)


def _reason_to_wait(standing: MilestoneStanding) -> str:
    """Why work must not continue past a milestone, as a verb phrase."""
    reasons = {"no-go": "was decided as no-go", "open": "has not been decided"}
    return reasons.get(standing.decision or "", "has not been reached")


def _empty(inputs: AuditInput) -> Iterator[Fault]:
    """Milestones without needs, criteria, a gate or a date: nothing shows whether they are reached."""
    for path, milestone in _milestones(inputs):
        if not (milestone.needs or milestone.criteria or milestone.gate or milestone.reached):
            message = f"{milestone.id} has no criteria and needs nothing, so it cannot be checked"
            yield Fault((*path, "id"), message, "add `needs:` or `criteria:`")


def _scopes(inputs: AuditInput) -> Iterator[tuple[Path, Scope]]:
    """The plan, its phases and its sprints, which may have decisions and asks."""
    return ((path, part) for path, _, part in parts_with_claims(inputs.plan) if isinstance(part, Scope))


def _decisions(inputs: AuditInput) -> Iterator[tuple[Path, Decision]]:
    for path, scope in _scopes(inputs):
        yield from (((*path, "decisions", n), decision) for n, decision in enumerate(scope.decisions))


def _decided_late(inputs: AuditInput) -> Iterator[Fault]:
    for path, decision in _decisions(inputs):
        if decision.state == "open" and decision.when and _is_over(inputs, decision.when):
            due = inputs.plan.period(decision.when).ends
            message = f"`{decision.title}` was due {due}, but has not been decided"
            yield Fault((*path, "when"), message, "record the decision (`outcome:`), or set a later date")


def _blocking(inputs: AuditInput) -> Iterator[Fault]:
    """Work that has begun although an open decision blocks it."""
    for path, decision in _decisions(inputs):
        units = decision.blocks if decision.state == "open" else ()
        begun = [unit for unit in units if inputs.state(unit) in UNOBSTRUCTED]
        if begun:
            work = f"{inputs.units(begun)}, which it blocks, {verb(begun, 'has', 'have')} begun"
            message = f"`{decision.title}` is open, but {work}"
            places = (Compared((*path, "blocks", decision.blocks.index(unit)), inputs.unit(unit)) for unit in begun)
            hint = "record the decision (`outcome:`), or remove it from `blocks:`"
            yield Fault((*path, "blocks"), message, hint, "", tuple(places), key=True)


def _no_outcome(inputs: AuditInput) -> Iterator[Fault]:
    for path, decision in _decisions(inputs):
        if decision.state == "taken" and not decision.outcome:
            message = f"`{decision.title}` is marked as taken, but has no outcome"
            yield Fault((*path, "title"), message, "record the decision: `outcome:`")


def _asked_late(inputs: AuditInput) -> Iterator[Fault]:
    for path, scope in _scopes(inputs):
        for n, ask in enumerate(scope.asks):
            if not ask.done and ask.when and _is_over(inputs, ask.when):
                by = f" from {ask.by}" if ask.by else ""
                message = f"`{ask.title}` was due{by} {inputs.plan.period(ask.when).ends}, but has not arrived"
                yield Fault((*path, "asks", n, "when"), message, "follow it up, or mark it as done (`done: true`)")


NEEDS_ATTENTION = ("milestone-overdue", "gate-undecided", "gate-passed", "decision-late", "decision-blocks", "ask-late")
"""Rules whose findings need action today: a date has passed, or work continues without a decision."""

_progress = AreaRows("progress")

CHECKS = (
    AreaRows("order")(
        "milestone-order",
        "contradiction",
        "warning",
        "A milestone falls before work it waits for, or after work that waits for it.",
        _order,
    ),
    _progress("milestone-overdue", "gap", "warning", "A milestone is overdue.", _overdue),
    _progress(
        "milestone-open",
        "contradiction",
        "warning",
        "A milestone is marked as reached, but something it needs is not done.",
        _reached_open,
    ),
    _progress("gate-undecided", "gap", "warning", "A gate was reached without a decision.", _undecided),
    _progress(
        "gate-passed",
        "contradiction",
        "warning",
        "Work has begun before the milestone or decision it waits for.",
        _passed,
    ),
    _progress("milestone-empty", "remark", "info", "A milestone needs nothing and has no criteria.", _empty),
    _progress("decision-late", "gap", "warning", "An open decision is past its date.", _decided_late),
    _progress(
        "decision-blocks", "contradiction", "warning", "Work has begun although an open decision blocks it.", _blocking
    ),
    _progress(
        "decision-without-outcome", "gap", "info", "A decision is marked as taken, but has no outcome.", _no_outcome
    ),
    _progress("ask-late", "gap", "warning", "An ask is overdue.", _asked_late),
)
