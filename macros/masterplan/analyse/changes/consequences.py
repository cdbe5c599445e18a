"""What follows from the changes between two plans: computed facts that moved, and the changes that moved them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from masterplan.analyse.changes.attribution import Trial
from masterplan.analyse.changes.computed import KINDS, Fact, Figure, Outlook, View
from masterplan.analyse.changes.rules.texts import WORDING
from masterplan.analyse.changes.schedule_cache import Memory
from masterplan.analyse.graph import Graph
from masterplan.model.change import Change, Consequence, Direction
from masterplan.model.naming import PLAN, natural
from masterplan.model.plan import Plan

MOST_ALIKE = 12
"""Facts of a kind that are told one by one; more are told as one."""

MOST_WORK = 150_000
"""Causes are looked for where this many sprints are scheduled and values read again at most, all trials together."""

_WHOLE = {"slack": "Slack of sprints", "rollback": "Rollback of sprints", "end-of-option": "End of options"}
_WHOLE |= {"computed-end-of-option": "Computed end of options"}


def consequences(
    trial: Trial, days: tuple[date | None, date | None], changes: Sequence[Change]
) -> tuple[Consequence, ...]:
    """The facts that are others in the newer plan than in the older one, each on its day, with their causes."""
    memory, rollbacks = Memory(), _rollbacks(trial.before, trial.after)

    def outlook(plan: Plan, side: int, facts: Iterable[Fact]) -> Outlook:
        return View(plan, days[side], rollbacks, memory).outlook(dict.fromkeys(kind for kind, _ in facts))

    every = [(kind, PLAN) for kind in KINDS]
    before, after = outlook(trial.before, 0, every), outlook(trial.after, 1, every)
    moved = [fact for fact in dict.fromkeys([*before, *after]) if _has_moved(fact, before, after)]
    tried = _more_than_words(changes) if is_affordable(trial, changes) else ()
    causes = trial.causes(outlook, (before, after), moved, tried)
    return tuple(_told(before, after, moved, causes, trial.after))


def is_affordable(trial: Trial, changes: Sequence[Change]) -> bool:
    """Whether the causes of consequences are looked for: each change that is more than words is tried alone."""
    tried = _more_than_words(changes)
    sprints = len(tried) * len(trial.after.sprints)
    return sprints <= MOST_WORK and sprints + trial.rebuilt(tried) <= MOST_WORK


def _more_than_words(changes: Sequence[Change]) -> Sequence[Change]:
    return [change for change in changes if change.rule != WORDING]


def _has_moved(fact: Fact, before: Outlook, after: Outlook) -> bool:
    """Whether a fact is another; that a sprint which comes or goes has slack says nothing."""
    return before.get(fact) != after.get(fact) and (fact[0] != "slack" or fact in before.keys() & after.keys())


def _rollbacks(before: Plan, after: Plan) -> tuple[str, ...]:
    """The sprints whose rollback may be another: all on which a hard dependency rests that only one plan has."""
    graphs = tuple(map(Graph.of, (before, after)))
    one, other = ({(e.sprint, e.needs) for e in graph.edges if e.strength == "hard"} for graph in graphs)
    needed = {needs for _, needs in one ^ other}
    known = [(graph, each) for graph in graphs for each in needed if each in graph.needs]
    found = needed | {id_ for graph, each in known for id_ in graph.before(each, ("hard",))}
    return tuple(sorted(found, key=natural))


def _told(
    before: Outlook, after: Outlook, moved: Sequence[Fact], causes: Mapping[Fact, tuple[Change, ...]], plan: Plan
) -> Iterator[Consequence]:
    kinds: dict[str, list[Fact]] = defaultdict(list)
    for fact in moved:
        kinds[fact[0]].append(fact)
    for kind, facts in kinds.items():
        each = [_one(fact, before.get(fact), after.get(fact), causes.get(fact, ())) for fact in facts]
        yield from each if len(each) <= MOST_ALIKE else [_together(kind, plan.worded(_WHOLE[kind]), each)]


def _one(fact: Fact, one: Figure | None, other: Figure | None, causes: tuple[Change, ...]) -> Consequence:
    known = other or one
    label = known.label if known else ""
    texts = (one.text if one else "", other.text if other else "")
    return Consequence(*fact, label, *texts, _direction(one, other), causes)


def _direction(one: Figure | None, other: Figure | None) -> Direction:
    if one is None or other is None or one.good is None or other.good is None or one.scale != other.scale:
        return "neither"
    return "better" if other.good > one.good else "worse" if other.good < one.good else "neither"


def _together(kind: str, label: str, each: Sequence[Consequence]) -> Consequence:
    """Many facts of a kind as one."""
    worse, better = (sum(one.direction == way for one in each) for way in ("worse", "better"))
    causes = tuple({id(cause): cause for one in each for cause in one.causes}.values())
    direction: Direction = "worse" if worse > better else "better" if better > worse else "neither"
    text = f"{len(each):,} changed: {worse:,} for the worse, {better:,} for the better"
    return Consequence(kind, PLAN, label, "", text, direction, causes)
