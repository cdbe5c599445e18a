"""Dependencies and rollback: ties between sprints against what is said of them."""

import re
from collections.abc import Iterator

from masterplan.analyse.audit.check import Case, Found, rows
from masterplan.analyse.audit.mentions import Names
from masterplan.analyse.audit.sayings import told
from masterplan.analyse.audit.sums import lacking
from masterplan.analyse.graph import Edge
from masterplan.analyse.parts import Compared
from masterplan.model.plan import Rollback

_WORD = re.compile(r"[^\W\d_]{3,}")
_SMALL = {
    "and", "are", "but", "can", "for", "from", "has", "have", "into", "its", "may", "must", "need", "needed", "needs",
    "not", "one", "other", "own", "require", "required", "requires", "sprint", "that", "the", "their", "them", "then",
    "this", "use", "used", "uses", "was", "when", "which", "with", "work", "works",
}  # fmt: skip
"""Words that say nothing of what a dependency is about."""


def _redundant(case: Case) -> Iterator[Found]:
    """Hard dependencies that follow from others.

    Every sprint is given the set of all it needs, as the bits of one number, in the order in which they can be done.
    """
    above: dict[str, int] = {}
    position = case.graph.position
    for id_ in case.graph.order:
        hard = [edge for edge in case.graph.needs[id_] if edge.strength == "hard"]
        for edge in hard:
            through = next((e for e in hard if e is not edge and above[e.needs] >> position[edge.needs] & 1), None)
            if through:
                yield _follows(case, edge, through)
        above[id_] = 0
        for edge in hard:
            above[id_] |= above[edge.needs] | 1 << position[edge.needs]


def _follows(case: Case, edge: Edge, through: Edge) -> Found:
    message = (
        f"{case.name(edge.sprint)} needs {case.name(edge.needs)}, which follows already, "
        f"as it needs {case.name(through.needs)}"
    )
    return Found(
        case.at_edge(edge).path, message, "leave it out, if it adds no reason of its own", "", (case.at_edge(through),)
    )


def _dropped(case: Case) -> Iterator[Found]:
    """Sprints that wait for one that will never be done."""
    for edge in case.graph.edges:
        mine, theirs = case.standings[edge.sprint], case.standings[edge.needs]
        if theirs.state == "dropped" and mine.state not in {"dropped", "done"} and edge.strength == "hard":
            message = f"{case.name(edge.sprint)} needs {case.name(edge.needs)}, which was dropped"
            hint = case.plan.worded("drop the dependency, or the sprint with it")
            yield Found(
                case.at_edge(edge).path, message, hint, "dropped", (Compared(("sprints", edge.needs, "id"), "dropped"),)
            )


def _breaks(case: Case) -> Iterator[Found]:
    """Rollbacks that take away, by their own words, what another sprint says it needs."""
    for id_, sprint in case.plan.sprints.items():
        if sprint.rollback is None or not sprint.rollback.needed:
            continue
        for edge in case.graph.needed_by[id_]:
            step = _undoes(sprint.rollback, edge)
            if step is not None:
                message = (
                    f"rolling back {case.name(id_)} (`{sprint.rollback.steps[step]}`) breaks {case.name(edge.sprint)}, "
                    f"which `{edge.reason}`"
                )
                hint = f"say that {case.name(edge.sprint)} is undone first"
                yield Found(("sprints", id_, "rollback", "steps", step), message, hint, "", (case.at_edge(edge),))


def _undoes(rollback: Rollback, edge: Edge) -> int | None:
    """The step that names everything a hard dependency is about, unless the rollback says what goes first."""
    about = _words(edge.reason)
    if edge.strength == "soft" or not about or edge.sprint in (rollback.first or ()):
        return None
    return next((n for n, step in enumerate(rollback.steps) if about <= _words(step)), None)


def _words(text: str) -> set[str]:
    """The words that say what a text is about, without the ending of plurals."""
    return {word.removesuffix("s") for word in _WORD.findall(text.casefold()) if word not in _SMALL}


def _rollback_order(case: Case) -> Iterator[Found]:
    """What is said to be undone first, against what cannot stay."""
    for id_, sprint in case.plan.sprints.items():
        first = sprint.rollback.first if sprint.rollback else None
        if first is None:
            continue
        path = ("sprints", id_, "rollback", "first")
        tied = [edge for edge in case.graph.needed_by[id_] if edge.strength == "hard"]
        for edge in tied:
            if edge.sprint not in first:
                message = f"undoing {case.name(id_)} takes {case.name(edge.sprint)} with it, which is not named"
                hint = f"add {edge.sprint} to what is undone first"
                yield Found(path, message, hint, edge.sprint, (case.at_edge(edge),), key=True)
        yield from _reversed(case, id_, first)


def _reversed(case: Case, id_: str, first: tuple[str, ...]) -> Iterator[Found]:
    """Sprints that are undone before others that stand on them."""
    position = {each: n for n, each in enumerate((*first, id_))}
    for n, each in enumerate(first):
        for edge in case.graph.needed_by[each]:
            if edge.strength == "hard" and position.get(edge.sprint, -1) > n:
                message = f"{case.name(each)} is undone before {case.name(edge.sprint)}, which needs it"
                path = ("sprints", id_, "rollback", "first", n)
                yield Found(path, message, "undo what was built last first", edge.sprint, (case.at_edge(edge),))


def _no_rollback(case: Case) -> Iterator[Found]:
    return lacking(
        case, lambda s: s.rollback is not None, "rollback", "say how it is undone, or that nothing needs to be"
    )


def _mentions(case: Case) -> Iterator[Found]:
    """Texts that name a sprint, phase or option that is not there."""
    names = Names(case.plan)
    for path, text in case.texts:
        for named in dict.fromkeys(names.unknown(text)):
            yield Found(path, f"`{named}` is named, but the plan has none", "fix the name, or add what is missing")


_row = rows("dependencies")

CHECKS = (
    _row(
        "not-independent",
        "warning",
        "Sprints are said to be independent, but depend on each other.",
        told("independent"),
    ),
    _row(
        "needs-mismatch",
        "warning",
        "What a sprint is said to need is not what it depends on.",
        told("needs", "needs-nothing"),
    ),
    _row(
        "needed-by-mismatch", "warning", "Sprints that are said to need another do not depend on it.", told("needed-by")
    ),
    _row("strength-mismatch", "warning", "A dependency is said to be soft and is not.", told("soft-dependency")),
    _row("redundant-dependency", "info", "A dependency follows from others.", _redundant),
    _row("needs-dropped", "warning", "A sprint needs one that was dropped.", _dropped),
    _row(
        "unknown-mention", "warning", "A text names a sprint, phase or option that the plan does not have.", _mentions
    ),
    _row(
        "not-undone-alone",
        "warning",
        "A sprint is said to be undone alone, but others fall with it.",
        told("rolls-back-alone"),
    ),
    _row("rollback-breaks", "warning", "A rollback takes away what another sprint needs.", _breaks),
    _row(
        "rollback-order",
        "warning",
        "What is said to be undone first is incomplete or in the wrong order.",
        _rollback_order,
    ),
    _row("no-rollback", "info", "A sprint says nothing of its rollback, though most do.", _no_rollback),
)
