"""What the authors declared, held against what the plan itself says.

Each kind of claim has one judge. A judge sees the plan and what the claim stands in, and answers with what was computed
and how the two compare; it never changes either.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from masterplan.analyse import figures
from masterplan.analyse.graph import Graph
from masterplan.model.finding import Finding, Rule
from masterplan.model.place import Place
from masterplan.model.plan import Claim, Declared, Header, Option, Phase, Plan, Sprint
from masterplan.model.quantity import Quantity, amount

Outcome = Literal["agrees", "within", "differs", "unchecked"]
"""agrees: the same; within: computed is a narrower range inside the declared one, or the other way round; differs:
neither; unchecked: the plan says nothing to compare with."""

CLAIM_DIFFERS = Rule(
    "claim-differs", "warning", "A figure or claim that was written down is not what the plan itself says."
)

RULES = (CLAIM_DIFFERS,)
"""Every kind of finding of this room."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One declared figure or claim beside what the plan says.

    `subject` is who it speaks of, in words; `sprint` the id where that is a sprint.
    """

    declared: Declared
    subject: str
    place: Place
    computed: str
    outcome: Outcome
    sprint: str | None = None


_Path = tuple[str | int, ...]
_Part = Header | Sprint | Phase | Option


class _Case(NamedTuple):
    """What a judge sees: the plan, its graph, the part that the claim stands in, and the claim."""

    plan: Plan
    graph: Graph
    part: _Part
    declared: Declared

    @property
    def about(self) -> tuple[str, ...]:
        """The sprints spoken of: the one it stands in, else those it names, else all of its phase or of the plan."""
        if isinstance(self.part, Sprint):
            return (self.part.id,)
        if self.declared.sprints:
            return self.declared.sprints
        return self.part.sprints if isinstance(self.part, Phase) else tuple(self.plan.sprints)


_Judgement = tuple[str, Outcome]
_UNCHECKED: _Judgement = ("", "unchecked")


def verdicts(plan: Plan, graph: Graph) -> tuple[Verdict, ...]:
    """Every declared figure and claim with its verdict: the plan's own first, then sprints, phases, options."""
    found = []
    for path, subject, part, declared in _declared(plan):
        case = _Case(plan, graph, part, declared)
        computed, outcome = _JUDGES[declared.claim](case)
        sprint = part.id if isinstance(part, Sprint) else None
        found.append(Verdict(declared, subject, plan.places.of(*path, "says"), computed, outcome, sprint))
    return tuple(found)


def findings(found: tuple[Verdict, ...]) -> Iterator[Finding]:
    """A finding for each claim that differs."""
    for verdict in found:
        if verdict.outcome == "differs":
            message = f"{verdict.subject}: declared `{verdict.declared.says}`, computed {verdict.computed}"
            yield Finding(CLAIM_DIFFERS, verdict.place, message, "mend the plan or the claim")


def _declared(plan: Plan) -> Iterator[tuple[_Path, str, _Part, Declared]]:
    """Each claim with the path to it, and the name of the part that it stands in."""
    parts: list[tuple[_Path, str, _Part]] = [(("plan",), "Plan", plan.header)]
    parts += [(("sprints", id_), plan.name(id_), sprint) for id_, sprint in plan.sprints.items()]
    parts += [(("phases", "phases", n), f"Phase {phase.id}", phase) for n, phase in enumerate(plan.phases)]
    parts += [(("options", "options", n), f"Option {option.id}", option) for n, option in enumerate(plan.options)]
    for path, subject, part in parts:
        for n, declared in enumerate(part.declared):
            yield (*path, "declared", n), subject, part, declared


def _figure(case: _Case) -> Quantity:
    return case.declared.value or _read(case.declared.says)


def _read(text: str) -> Quantity:
    try:
        return Quantity.read(text)
    except ValueError:
        return Quantity(text)


def _compare(case: _Case, computed: Quantity | None) -> _Judgement:
    """Two amounts: equal ends agree; one inside the other is within; days beside weeks are left to people."""
    said = _figure(case)
    if computed is None:
        return _UNCHECKED
    if not said.is_number or (said.is_duration and computed.is_duration and said.unit != computed.unit):
        return computed.text, "unchecked"
    if said.equals(computed):
        return computed.text, "agrees"
    (low, high), (least, most) = said.ends, computed.ends
    is_nested = low <= least <= most <= high or least <= low <= high <= most
    return computed.text, "within" if is_nested and said.is_alike(computed) else "differs"


def _sprints(case: _Case) -> _Judgement:
    number = Decimal(len(case.about))
    return _compare(case, amount(number, number, _figure(case).unit))


def _monthly(case: _Case) -> _Judgement:
    return _compare(case, _saved(case))


def _annual(case: _Case) -> _Judgement:
    return _compare(case, figures.annual(_saved(case)))


def _saved(case: _Case) -> Quantity | None:
    return figures.saved(case.plan.sprints[id_] for id_ in case.about)


def _duration(case: _Case) -> _Judgement:
    match case.part:
        case Option():
            return _compare(case, figures.weeks(figures.option_span(case.part)))
        case Phase():
            return _compare(case, figures.weeks(case.part.weeks))
        case Header():
            return _compare(case, _plan_weeks(case.plan))
        case _:
            return _UNCHECKED


def _plan_weeks(plan: Plan) -> Quantity | None:
    """From the shortest option to the longest; the span of the phases where there are no options."""
    lengths = sorted(Decimal(len(span)) for span in map(figures.option_span, plan.options) if span)
    return amount(lengths[0], lengths[-1], "week") if lengths else figures.weeks(figures.phases_span(plan))


def _improvement(case: _Case) -> _Judgement:
    metrics = case.part.metrics if isinstance(case.part, Sprint) else ()
    changes = [change for change in map(figures.change, metrics) if change]
    return _compare(case, changes[0]) if len(changes) == 1 else _UNCHECKED


def _effort(case: _Case) -> _Judgement:
    return _compare(case, case.part.effort) if isinstance(case.part, Sprint) else _UNCHECKED


def _independent(case: _Case) -> _Judgement:
    about = set(case.about)
    hard = [edge for edge in case.graph.edges if edge.strength == "hard" and {edge.sprint, edge.needs} & about]
    if not hard:
        return "no hard dependency", "agrees"
    chains = ", ".join(f"{case.plan.name(edge.sprint)} needs {case.plan.name(edge.needs)}" for edge in hard)
    return f"{figures.count(len(hard), 'hard dependency', 'hard dependencies')}: {chains}", "differs"


def _needed_by(case: _Case) -> _Judgement:
    if not isinstance(case.part, Sprint):
        return _UNCHECKED
    after = case.graph.after(case.part.id)
    text = _names(case.plan, after) if after else "nothing needs it"
    return text, "agrees" if after and set(case.declared.sprints) <= set(after) else "differs"


def _needs_nothing(case: _Case) -> _Judgement:
    needed = dict.fromkeys(edge.needs for id_ in case.about for edge in case.graph.needs[id_])
    if needed:
        return f"needs {_names(case.plan, needed)}", "differs"
    unsaid = [id_ for id_ in case.about if case.plan.sprints[id_].depends_on is None]
    return ("nobody has said what it needs", "unchecked") if unsaid else ("needs nothing", "agrees")


def _soft_dependency(case: _Case) -> _Judgement:
    if not isinstance(case.part, Sprint):
        return _UNCHECKED
    named = case.declared.sprints
    edges = [edge for edge in case.graph.needs[case.part.id] if not named or edge.needs in named]
    text = ", ".join(f"{edge.strength} dependency on {case.plan.name(edge.needs)}" for edge in edges)
    is_soft = bool(edges) and all(edge.strength == "soft" for edge in edges)
    return text or "no dependency", "agrees" if is_soft else "differs"


def _last(case: _Case) -> _Judgement:
    ends = {id_: phase.weeks.last for id_, phase in case.plan.phase_of.items()}
    speaks_of = {id_ for id_ in case.about if id_ in ends}
    if not speaks_of:
        return _UNCHECKED
    latest = [id_ for id_, end in ends.items() if end == max(ends.values())]
    return f"last: {_names(case.plan, latest)}", "agrees" if speaks_of <= set(latest) else "differs"


def _ready(case: _Case) -> _Judgement:
    steps = case.plan.header.next_steps
    if not steps or not isinstance(case.part, Header):
        return _UNCHECKED
    still_open = sum(not step.done for step in steps)
    return f"{still_open} of {figures.count(len(steps), 'next step')} open", "differs" if still_open else "agrees"


def _names(plan: Plan, sprints: Iterable[str]) -> str:
    return ", ".join(plan.name(id_) for id_ in sprints)


_JUDGES: Mapping[Claim, Callable[[_Case], _Judgement]] = {
    "sprints": _sprints,
    "monthly-savings": _monthly,
    "annual-savings": _annual,
    "duration": _duration,
    "improvement": _improvement,
    "effort": _effort,
    "independent": _independent,
    "needed-by": _needed_by,
    "needs-nothing": _needs_nothing,
    "soft-dependency": _soft_dependency,
    "last": _last,
    "ready": _ready,
}
