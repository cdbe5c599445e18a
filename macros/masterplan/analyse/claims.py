"""What the authors declared, held against what the plan itself says.

Each kind of claim has one judge. A judge sees the plan and what the claim stands in, and answers with what was computed and
how the two compare; it never changes either.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from masterplan.analyse import figures
from masterplan.analyse.graph import Graph
from masterplan.model.finding import Finding, Rule
from masterplan.model.place import Place
from masterplan.model.plan import Claim, Declared, Header, Option, Part, Phase, Plan, Sprint
from masterplan.model.quantity import Quantity, amount

Outcome = Literal["agrees", "within", "differs", "unchecked"]
"""agrees: the same; within: computed is a narrower range inside the declared one, or the other way round; differs: neither;
unchecked: the plan says nothing to compare with."""

CLAIM_DIFFERS = Rule("claim-differs", "warning", "A figure or claim that was written down is not what the plan itself says.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One declared figure or claim beside what the plan says: who it speaks of, the computed text, and the outcome."""

    declared: Declared
    subject: str
    place: Place
    computed: str
    outcome: Outcome


class _Case(NamedTuple):
    plan: Plan
    graph: Graph
    part: Part
    declared: Declared

    @property
    def sprint(self) -> str | None:
        return self.part.id if isinstance(self.part, Sprint) else None


_Judgement = tuple[str, Outcome]
_UNCHECKED: _Judgement = ("", "unchecked")


def verdicts(plan: Plan, graph: Graph) -> tuple[Verdict, ...]:
    """Every declared figure and claim with its verdict: the plan's own first, then sprints, phases, options."""
    found = []
    for path, subject, part, declared in _declared(plan):
        computed, outcome = _JUDGES[declared.claim](_Case(plan, graph, part, declared))
        found.append(Verdict(declared, subject, plan.places.of(*path, "says"), computed, outcome))
    return tuple(found)


def findings(found: tuple[Verdict, ...]) -> Iterator[Finding]:
    """A finding for each claim that differs."""
    for verdict in found:
        if verdict.outcome == "differs":
            message = f"{verdict.subject}: declared `{verdict.declared.says}`, computed {verdict.computed}"
            yield Finding(CLAIM_DIFFERS, verdict.place, message, "mend the plan or the claim")


def _declared(plan: Plan) -> Iterator[tuple[tuple[str | int, ...], str, Part, Declared]]:
    parts: list[tuple[tuple[str | int, ...], str, Header | Sprint | Phase | Option]] = [(("plan",), "Plan", plan.header)]
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
    """Two amounts: equal ends agree; one inside the other is within, anything else differs."""
    said = _figure(case)
    if computed is None:
        return _UNCHECKED
    if not said.is_number:
        return computed.text, "unchecked"
    if said.equals(computed):
        return computed.text, "agrees"
    (low, high), (least, most) = said.ends, computed.ends
    nested = low <= least <= most <= high or least <= low <= high <= most
    return computed.text, "within" if nested and said.unit == computed.unit else "differs"


def _sprints(case: _Case) -> _Judgement:
    number = len(case.part.sprints) if isinstance(case.part, Phase) else len(case.plan.sprints)
    return _compare(case, Quantity.read(str(number)))


def _monthly(case: _Case) -> _Judgement:
    return _compare(case, _saved(case))


def _annual(case: _Case) -> _Judgement:
    return _compare(case, figures.annual(_saved(case)))


def _saved(case: _Case) -> Quantity | None:
    if isinstance(case.part, Sprint):
        return case.part.savings.monthly if case.part.savings else None
    return figures.monthly_savings(case.plan)


def _duration(case: _Case) -> _Judgement:
    if isinstance(case.part, Option):
        return _compare(case, figures.weeks(figures.option_span(case.part)))
    lengths = [len(span) for span in map(figures.option_span, case.plan.options) if span]
    if not lengths:
        return _compare(case, figures.weeks(figures.phases_span(case.plan)))
    spread = Quantity.read(f"{min(lengths)}-{max(lengths)} weeks")
    return _compare(case, spread if spread.low != spread.high else Quantity.read(f"{lengths[0]} weeks"))


def _improvement(case: _Case) -> _Judgement:
    metrics = case.part.metrics if isinstance(case.part, Sprint) else ()
    changes = [change for change in map(figures.change, metrics) if change]
    return _compare(case, changes[0]) if len(changes) == 1 else _UNCHECKED


def _effort(case: _Case) -> _Judgement:
    return _compare(case, case.part.effort) if isinstance(case.part, Sprint) else _UNCHECKED


def _independent(case: _Case) -> _Judgement:
    hard = [edge for edge in case.graph.edges if edge.strength == "hard" and case.sprint in {None, edge.sprint, edge.needs}]
    chains = ", ".join(f"{edge.sprint} needs {edge.needs}" for edge in hard)
    text = f"{figures.count(len(hard), 'hard dependency').replace('ys', 'ies')}: {chains}" if hard else "no hard dependency"
    return text, "differs" if hard else "agrees"


def _needed_by(case: _Case) -> _Judgement:
    if case.sprint is None:
        return _UNCHECKED
    after = case.graph.after(case.sprint)
    text = _names(case.plan, after) if after else "nothing needs it"
    holds = set(case.declared.sprints) <= set(after) if case.declared.sprints else bool(after)
    return text, "agrees" if holds else "differs"


def _needs_nothing(case: _Case) -> _Judgement:
    needed = [edge.needs for edge in case.graph.needs[case.sprint]] if case.sprint else []
    return (f"needs {_names(case.plan, tuple(needed))}", "differs") if needed else ("needs nothing", "agrees")


def _soft_dependency(case: _Case) -> _Judgement:
    edges = [e for e in case.graph.needs.get(case.sprint or "", ()) if e.needs in case.declared.sprints]
    text = ", ".join(f"{edge.strength} dependency on {case.plan.name(edge.needs)}" for edge in edges) or "no dependency"
    return text, "agrees" if edges and all(edge.strength == "soft" for edge in edges) else "differs"


def _last(case: _Case) -> _Judgement:
    ends = {id_: phase.weeks.last for id_, phase in case.plan.phase_of.items()}
    speaks_of = [id_ for id_ in (case.sprint, *case.declared.sprints) if id_ in ends]
    if not speaks_of:
        return _UNCHECKED
    latest = tuple(id_ for id_, end in ends.items() if end == max(ends.values()))
    return f"last: {_names(case.plan, latest)}", "agrees" if set(speaks_of) <= set(latest) else "differs"


def _ready(case: _Case) -> _Judgement:
    steps = case.plan.header.next_steps
    still_open = sum(not step.done for step in steps)
    return f"{still_open} of {figures.count(len(steps), 'next step')} open", "differs" if still_open else "agrees"


def _names(plan: Plan, sprints: tuple[str, ...]) -> str:
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
