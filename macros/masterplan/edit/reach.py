"""Recording milestones as reached and gates as decided, in `milestones.yml`; the rest of the file stays unchanged."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from masterplan.analyse.graph import Graph
from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.parts import listed
from masterplan.analyse.progress import milestone_standings, standings
from masterplan.edit.alter import Alteration
from masterplan.edit.editing import EditedFile, edited, editing
from masterplan.errors import UsageError
from masterplan.load.hints import did_you_mean
from masterplan.load.loader import PLAN_FOLDER
from masterplan.model.milestone import Gate, Milestone, Milestones
from masterplan.model.part import Path as FieldPath
from masterplan.model.plan import Plan
from masterplan.model.window import day_in_words
from masterplan.today import today_of

_FILE = Path(PLAN_FOLDER, "milestones.yml")


@dataclass(frozen=True, slots=True)
class Attainment:
    """A reached milestone: the day (by default today), and for a gate the decision and the ids of who decided."""

    milestone: str
    day: date | None = None
    decision: Literal["go", "no-go"] | None = None
    by: tuple[str, ...] = ()


def reach(root: Path, new: Attainment, today: date | None = None) -> Path:
    """Record a milestone; returns the path of the changed file, relative to `root`. For `today` see `today_of`.

    Raises UsageError, with nothing written, for a plan with errors, an unknown milestone, a day in the future, a
    milestone that is already reached or waits for something, or a gate without a decision.
    """
    with editing(root) as plan:
        by_id = {milestone.id: milestone for milestone in plan.milestones}
        if new.milestone not in by_id:
            hint = did_you_mean(new.milestone, by_id) if by_id else f"add it to {_FILE} first"
            raise UsageError.unknown("milestone", new.milestone, by_id, hint)
        current_day = today_of(plan, today)
        day = new.day or current_day
        _refuse_contradictions(plan, new, day, current_day)
        before = by_id[new.milestone]
        return _rewritten(root, plan, before, _after(before, new, day)).write(root)


def _refuse_contradictions(plan: Plan, new: Attainment, day: date, today: date) -> None:
    """Raise UsageError if the attainment contradicts the plan."""
    graph = Graph.of(plan)
    standing = milestone_standings(plan, standings(plan, graph, day), day)[new.milestone]
    reasons = [f"{day_in_words(day, None)} is in the future"] if day > today else []
    if reasons := [*reasons, *_objections(plan, new, standing)]:
        raise UsageError(f"refused: {'; '.join(reasons)}")


def _objections(plan: Plan, new: Attainment, standing: MilestoneStanding) -> Iterator[str]:
    milestone, id_ = standing.milestone, new.milestone
    if milestone.reached:
        yield f"{id_} was already reached on {day_in_words(milestone.reached, None)}"
    if milestone.gate is None and (new.decision or new.by):
        yield f"{id_} is not a gate, so there is nothing to decide"
    if milestone.gate and new.decision is None:
        yield f"{id_} is a gate: state the decision with --go or --no-go"
    if milestone.gate and milestone.gate.by and new.by and set(new.by) != set(milestone.gate.by):
        yield f"according to {_FILE}, {listed(milestone.gate.by)} decides"
    missing = [*map(plan.unit_name, standing.open_units)]
    missing += [f"“{criterion.text}”" for criterion in standing.open_criteria]
    if missing and new.decision != "no-go":
        yield f"{id_} waits for {listed(missing)}"
        if standing.open_criteria:
            yield "write `done: true` for each criterion that is met"


def _after(milestone: Milestone, new: Attainment, day: date) -> Milestone:
    if milestone.gate is None or new.decision is None:
        return milestone.model_copy(update={"reached": day})
    decided = {"outcome": new.decision, "on": day, "by": milestone.gate.by or new.by}
    gate = milestone.gate.model_copy(update=decided)
    return milestone.model_copy(update={"gate": gate} | ({"reached": day} if new.decision == "go" else {}))


def _rewritten(root: Path, plan: Plan, before: Milestone, after: Milestone) -> EditedFile:
    """The file with the fields of `after` in place of those of `before`."""
    position = plan.milestones.index(before)
    milestones = (*plan.milestones[:position], after, *plan.milestones[position + 1 :])
    place = plan.places.of("milestones", "milestones", position)
    file = Alteration((root / place.path).read_bytes().decode(), Milestones)
    _update(file, ("milestones", position), before, after)
    return edited(root, place.path, file, replace(plan, milestones=milestones), f"{place}: update {before.id}")


def _update(file: Alteration, path: FieldPath, before: Milestone, after: Milestone) -> None:
    gate = (*path, "gate")
    if after.reached != before.reached:
        file.set((*path, "reached"), after.reached)
    if before.gate and after.gate and after.gate != before.gate:
        decision = _decision(before.gate, after.gate)
        if file.is_collection(gate):
            for name, value in decision.items():
                file.set((*gate, name), value)
        else:
            file.set(gate, decision)


def _decision(before: Gate, after: Gate) -> dict[str, Any]:
    """The fields of a gate that differ."""
    old, new = ({"outcome": gate.outcome, "by": list(gate.by), "on": gate.on} for gate in (before, after))
    return {name: value for name, value in new.items() if value != old[name]}
