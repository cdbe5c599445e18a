"""Dependencies and rollback: whether what sprints need fits what the plan claims and how it undoes them."""

import re
from collections.abc import Iterator

from masterplan.analyse.audit.claims import on_claims
from masterplan.analyse.audit.mentions import Mentions
from masterplan.analyse.audit.proportion import lacking
from masterplan.analyse.audit.rule import AreaRows, AuditInput, Fault
from masterplan.analyse.graph import Edge
from masterplan.analyse.parts import Compared, verb
from masterplan.model.risk import Rollback

_WORD = re.compile(r"[^\W\d_]{3,}")
_SMALL = {
    "and", "are", "but", "can", "for", "from", "has", "have", "into", "its", "may", "must", "need", "needed", "needs",
    "not", "one", "other", "own", "require", "required", "requires", "sprint", "that", "the", "their", "them", "then",
    "this", "use", "used", "uses", "was", "when", "which", "with", "work", "works",
}  # fmt: skip
"""Words that say nothing of what a dependency is about."""


def _redundant(inputs: AuditInput) -> Iterator[Fault]:
    """Hard dependencies that follow from others and state no reason of their own, where most in the plan state one.

    Those that tasks and milestones make are the reason themselves.

    Every sprint is given the set of all it needs, as the bits of one number, in the order in which they can be done.
    """
    above: dict[str, int] = {}
    position = inputs.graph.position
    reasons = [edge.reason for edge in inputs.graph.edges if edge.strength == "hard" and not edge.through]
    if sum(map(bool, reasons)) * 2 < len(reasons):
        return
    for id_ in inputs.graph.order:
        hard = [edge for edge in inputs.graph.needs[id_] if edge.strength == "hard"]
        for edge in (edge for edge in hard if not (edge.reason or edge.through)):
            through = next((e for e in hard if e is not edge and above[e.needs] >> position[edge.needs] & 1), None)
            if through:
                yield _follows(inputs, edge, through)
        above[id_] = 0
        for edge in hard:
            above[id_] |= above[edge.needs] | 1 << position[edge.needs]


def _follows(inputs: AuditInput, edge: Edge, through: Edge) -> Fault:
    message = (
        f"{inputs.name(edge.sprint)} needs {inputs.name(edge.needs)}; "
        f"that already follows from its dependency on {inputs.name(through.needs)}"
    )
    return Fault(
        inputs.at_edge(edge).path,
        message,
        "remove it, or add a `reason:`",
        "",
        (inputs.at_edge(through),),
    )


def _dropped(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints that wait for one that will never be done."""
    for edge in inputs.graph.edges:
        mine, theirs = inputs.standings[edge.sprint], inputs.standings[edge.needs]
        if theirs.is_dropped and mine.is_open and edge.strength == "hard":
            message = f"{inputs.name(edge.sprint)} needs {inputs.name(edge.needs)}, which is {theirs.state}"
            hint = inputs.plan.worded("remove the dependency, or drop the sprint too")
            yield Fault(
                inputs.at_edge(edge).path,
                message,
                hint,
                theirs.state,
                (Compared(("sprints", edge.needs, "id"), theirs.state),),
            )


def _standing_on(inputs: AuditInput, sprint: str) -> list[Edge]:
    """The dependencies of what breaks without a sprint; dropped work, or work after a milestone, does not."""
    edges = (edge for edge in inputs.graph.needed_by[sprint] if edge.strength == "hard")
    return [e for e in edges if e.path[0] != "milestones" and not inputs.standings[e.sprint].is_dropped]


def _breaks(inputs: AuditInput) -> Iterator[Fault]:
    """Rollbacks whose own words remove what another sprint states it needs."""
    for id_, sprint in inputs.plan.sprints.items():
        if sprint.rollback is None or not sprint.rollback.needed:
            continue
        for edge in _standing_on(inputs, id_):
            step = _undoes(sprint.rollback, edge)
            if step is not None:
                message = (
                    f"Rolling back {inputs.name(id_)} (`{sprint.rollback.steps[step]}`) breaks "
                    f"{inputs.name(edge.sprint)}, which `{edge.reason}`"
                )
                hint = f"list {inputs.name(edge.sprint)} under `first:`, so that it is undone first"
                yield Fault(("sprints", id_, "rollback", "steps", step), message, hint, "", (inputs.at_edge(edge),))


def _undoes(rollback: Rollback, edge: Edge) -> int | None:
    """The step that mentions everything a hard dependency is about, unless the rollback lists what to undo first."""
    about = _words(edge.reason)
    if not about or edge.sprint in (rollback.first or ()):
        return None
    return next((n for n, step in enumerate(rollback.steps) if about <= _words(step)), None)


def _words(text: str) -> set[str]:
    """The words that say what a text is about, without the ending of plurals."""
    return {word.removesuffix("s") for word in _WORD.findall(text.casefold()) if word not in _SMALL}


def _rollback_order(inputs: AuditInput) -> Iterator[Fault]:
    """The stated list of what to undo first, compared with what depends on the sprint."""
    for id_, sprint in inputs.plan.sprints.items():
        first = sprint.rollback.first if sprint.rollback else None
        if first is None:
            continue
        path = ("sprints", id_, "rollback", "first")
        tied = _standing_on(inputs, id_)
        for edge in tied:
            if edge.sprint not in first:
                message = f"Undoing {inputs.name(id_)} breaks {inputs.name(edge.sprint)}, but `first:` does not list it"
                hint = f"add {edge.sprint} to `first:`"
                yield Fault(path, message, hint, edge.sprint, (inputs.at_edge(edge),), key=True)
        yield from _reversed(inputs, id_, first)


def _reversed(inputs: AuditInput, id_: str, first: tuple[str, ...]) -> Iterator[Fault]:
    """Sprints that are undone before others that depend on them."""
    position = {undone: n for n, undone in enumerate((*first, id_))}
    for n, undone in enumerate(first):
        for edge in _standing_on(inputs, undone):
            if position.get(edge.sprint, -1) > n:
                message = f"{inputs.name(undone)} is undone before {inputs.name(edge.sprint)}, which needs it"
                path = ("sprints", id_, "rollback", "first", n)
                yield Fault(
                    path, message, "reverse the order: undo the latest work first", edge.sprint, (inputs.at_edge(edge),)
                )


def _never_undone(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints with nothing to undo, although others depend on them."""
    for id_, sprint in inputs.plan.sprints.items():
        tied = _standing_on(inputs, id_)
        if sprint.rollback and not sprint.rollback.needed and tied:
            names = inputs.names(edge.sprint for edge in tied)
            message = f"{inputs.name(id_)} needs no rollback, but {names} {verb(tied, 'depends', 'depend')} on it"
            hint = "add its rollback steps, or make the dependency soft"
            places = tuple(inputs.at_edge(edge) for edge in tied)
            yield Fault(("sprints", id_, "rollback", "needed"), message, hint, names, places)


def _no_rollback(inputs: AuditInput) -> Iterator[Fault]:
    return lacking(inputs, lambda s: s.rollback is not None, "rollback", "add its rollback, or `needed: false`")


def _mentions(inputs: AuditInput) -> Iterator[Fault]:
    """Texts that name a sprint, phase or option that is not there."""
    names = Mentions(inputs.plan)
    for path, text in inputs.texts:
        for named in dict.fromkeys(names.unknown(text, of_work=path[0] == "sprints")):
            yield Fault(path, f"`{named}` is mentioned, but is not in the plan", "fix the name, or add what is missing")


_row = AreaRows("dependencies")

CHECKS = (
    _row(
        "not-independent",
        "contradiction",
        "warning",
        "Sprints are stated to be independent, but depend on each other.",
        on_claims("independent"),
    ),
    _row(
        "needs-mismatch",
        "contradiction",
        "warning",
        "A sprint does not depend on what it is stated to need.",
        on_claims("needs", "needs-nothing"),
    ),
    _row(
        "needed-by-mismatch",
        "contradiction",
        "warning",
        "Sprints that are stated to need another one do not depend on it.",
        on_claims("needed-by"),
    ),
    _row(
        "strength-mismatch",
        "contradiction",
        "warning",
        "A dependency is stated to be soft, but is hard or missing.",
        on_claims("soft-dependency"),
    ),
    _row("redundant-dependency", "remark", "info", "A dependency already follows from others.", _redundant),
    _row("needs-dropped", "contradiction", "warning", "A sprint needs a dropped or deferred sprint.", _dropped),
    _row(
        "unknown-mention",
        "contradiction",
        "warning",
        "A text mentions a sprint, phase or option that does not exist.",
        _mentions,
    ),
    _row(
        "not-undone-alone",
        "contradiction",
        "warning",
        "A sprint is stated to roll back on its own, but others need it.",
        on_claims("rolls-back-alone"),
    ),
    _row("rollback-breaks", "contradiction", "warning", "A rollback removes what another sprint needs.", _breaks),
    _row(
        "rollback-order",
        "contradiction",
        "warning",
        "The list of sprints to undo first is incomplete or in the wrong order.",
        _rollback_order,
    ),
    _row(
        "rollback-needed",
        "remark",
        "info",
        "A sprint needs no rollback, although others depend on it.",
        _never_undone,
    ),
    _row("no-rollback", "gap", "info", "A sprint states no rollback, though most do.", _no_rollback),
)
