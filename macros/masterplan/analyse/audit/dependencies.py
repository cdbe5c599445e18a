"""Rules about dependencies and rollback: whether dependencies fit the claims and the rollback steps of the plan."""

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
"""Words that do not tell what a dependency is about."""


def _redundant(inputs: AuditInput) -> Iterator[Fault]:
    """Hard dependencies without a reason that follow from others, in plans where most dependencies have a reason.

    Dependencies derived from tasks and milestones need no reason.
    """
    ancestors: dict[str, int] = {}  # all that each sprint needs, as bits at their positions in the order
    position = inputs.graph.position
    reasons = [edge.reason for edge in inputs.graph.edges if edge.strength == "hard" and not edge.through]
    if sum(map(bool, reasons)) * 2 < len(reasons):
        return
    for id_ in inputs.graph.order:
        hard = [edge for edge in inputs.graph.needs[id_] if edge.strength == "hard"]
        for edge in (edge for edge in hard if not (edge.reason or edge.through)):
            through = next((e for e in hard if e is not edge and ancestors[e.needs] >> position[edge.needs] & 1), None)
            if through:
                yield _already_implied(inputs, edge, through)
        ancestors[id_] = 0
        for edge in hard:
            ancestors[id_] |= ancestors[edge.needs] | 1 << position[edge.needs]


def _already_implied(inputs: AuditInput, edge: Edge, through: Edge) -> Fault:
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
    """Open sprints that need a dropped one."""
    for edge in inputs.graph.edges:
        standing, needed = inputs.standings[edge.sprint], inputs.standings[edge.needs]
        if needed.is_dropped and standing.is_open and edge.strength == "hard":
            message = f"{inputs.name(edge.sprint)} needs {inputs.name(edge.needs)}, which is {needed.state}"
            hint = inputs.plan.worded("remove the dependency, or drop the sprint too")
            yield Fault(
                inputs.at_edge(edge).path,
                message,
                hint,
                needed.state,
                (Compared(("sprints", edge.needs, "id"), needed.state),),
            )


def _breaking(inputs: AuditInput, sprint: str) -> list[Edge]:
    """Dependencies that break if a sprint is undone; dropped work and work after a milestone do not break."""
    edges = (edge for edge in inputs.graph.needed_by[sprint] if edge.strength == "hard")
    return [e for e in edges if e.path[0] != "milestones" and not inputs.standings[e.sprint].is_dropped]


def _rollback_breaks(inputs: AuditInput) -> Iterator[Fault]:
    """Rollback steps that remove what another sprint needs, according to its stated reason."""
    for id_, sprint in inputs.plan.sprints.items():
        if sprint.rollback is None or not sprint.rollback.needed:
            continue
        for edge in _breaking(inputs, id_):
            step = _undoes(sprint.rollback, edge)
            if step is not None:
                message = (
                    f"Rolling back {inputs.name(id_)} (`{sprint.rollback.steps[step]}`) breaks "
                    f"{inputs.name(edge.sprint)}, which `{edge.reason}`"
                )
                hint = f"list {inputs.name(edge.sprint)} under `first:`, so that it is undone first"
                yield Fault(("sprints", id_, "rollback", "steps", step), message, hint, "", (inputs.at_edge(edge),))


def _undoes(rollback: Rollback, edge: Edge) -> int | None:
    """Position of the step that contains all words of a dependency's reason; None if `first` lists the sprint."""
    reason = _words(edge.reason)
    if not reason or edge.sprint in (rollback.first or ()):
        return None
    return next((n for n, step in enumerate(rollback.steps) if reason <= _words(step)), None)


def _words(text: str) -> set[str]:
    """Meaningful words of a text, in the singular."""
    return {word.removesuffix("s") for word in _WORD.findall(text.casefold()) if word not in _SMALL}


def _rollback_order(inputs: AuditInput) -> Iterator[Fault]:
    """Lists of sprints to undo first that are incomplete or in the wrong order."""
    for id_, sprint in inputs.plan.sprints.items():
        first = sprint.rollback.first if sprint.rollback else None
        if first is None:
            continue
        path = ("sprints", id_, "rollback", "first")
        for edge in _breaking(inputs, id_):
            if edge.sprint not in first:
                message = f"Undoing {inputs.name(id_)} breaks {inputs.name(edge.sprint)}, but `first:` does not list it"
                hint = f"add {inputs.name(edge.sprint)} to `first:`"
                yield Fault(path, message, hint, edge.sprint, (inputs.at_edge(edge),), key=True)
        yield from _wrong_order(inputs, id_, first)


def _wrong_order(inputs: AuditInput, id_: str, first: tuple[str, ...]) -> Iterator[Fault]:
    """Sprints that are undone before others that depend on them."""
    position = {undone: n for n, undone in enumerate((*first, id_))}
    for n, undone in enumerate(first):
        for edge in _breaking(inputs, undone):
            if position.get(edge.sprint, -1) > n:
                message = f"{inputs.name(undone)} is undone before {inputs.name(edge.sprint)}, which needs it"
                path = ("sprints", id_, "rollback", "first", n)
                yield Fault(
                    path, message, "reverse the order: undo the latest work first", edge.sprint, (inputs.at_edge(edge),)
                )


def _never_undone(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints with `rollback: {needed: false}` that others depend on."""
    for id_, sprint in inputs.plan.sprints.items():
        edges = _breaking(inputs, id_)
        if sprint.rollback and not sprint.rollback.needed and edges:
            names = inputs.names(edge.sprint for edge in edges)
            message = f"{inputs.name(id_)} needs no rollback, but {names} {verb(edges, 'depends', 'depend')} on it"
            hint = "add its rollback steps, or make the dependency soft"
            places = tuple(inputs.at_edge(edge) for edge in edges)
            yield Fault(("sprints", id_, "rollback", "needed"), message, hint, names, places)


def _no_rollback(inputs: AuditInput) -> Iterator[Fault]:
    return lacking(
        inputs,
        lambda s: s.rollback is not None,
        "rollback",
        "add a `rollback:`, with `needed: false` if there is nothing to undo",
    )


def _mentions(inputs: AuditInput) -> Iterator[Fault]:
    """Texts that mention a sprint, phase or option that does not exist."""
    mentions = Mentions(inputs.plan)
    for path, text in inputs.texts:
        for name in dict.fromkeys(mentions.unknown(text, of_work=path[0] == "sprints")):
            yield Fault(path, f"`{name}` is mentioned, but is not in the plan", "fix the name, or add what is missing")


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
    _row(
        "rollback-breaks", "contradiction", "warning", "A rollback removes what another sprint needs.", _rollback_breaks
    ),
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
