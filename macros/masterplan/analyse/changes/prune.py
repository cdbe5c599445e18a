"""A plan without references to sprints that it does not have, as a change that is made alone may leave them."""

from collections.abc import Set
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from masterplan.analyse.changes.shapes import Shape, shapes
from masterplan.model.part import Part
from masterplan.model.plan import Plan

P = TypeVar("P", bound=Part)


def closed(plan: Plan, missing: Set[str]) -> Plan:
    """The plan without whatever names a sprint that is missing in it.

    Raises ValueError where its dependencies run in a circle.
    """
    if missing:
        plan = replace(
            plan,
            header=_part(plan.header, missing),
            sprints={id_: _part(each, missing) for id_, each in plan.sprints.items()},
            phases=_parts(plan.phases, missing),
            options=_parts(plan.options, missing),
            entries=_parts(plan.entries, missing),
        )
    needs = {id_: [edge.sprint for edge in each.depends_on or ()] for id_, each in plan.sprints.items()}
    TopologicalSorter(needs).prepare()
    return plan


def _parts(parts: tuple[P, ...], missing: Set[str]) -> tuple[P, ...]:
    """Those of some parts that are not about a missing sprint."""
    return tuple(_part(each, missing) for each in parts if not _is_about(each, missing))


def _is_about(part: Part, missing: Set[str]) -> bool:
    """Whether a part cannot be without a sprint that is missing: a dependency on it, an entry of it."""
    named = [getattr(part, shape.name) for shape in shapes(type(part)) if shape.refers and shape.needed]
    return any(all(id_ in missing for id_ in ([each] if isinstance(each, str) else each)) for each in named)


def _part(part: P, missing: Set[str]) -> P:
    held = {shape.name: (getattr(part, shape.name), shape) for shape in shapes(type(part))}
    kept = {name: _value(value, shape, missing) for name, (value, shape) in held.items() if value}
    fresh = {name: value for name, value in kept.items() if value != held[name][0]}
    return part.model_copy(update=fresh) if fresh else part


def _value(value: Any, shape: Shape, missing: Set[str]) -> Any:
    match value:
        case Part():
            return _part(value, missing)
        case tuple() if shape.form == "parts":
            return _parts(value, missing)
        case tuple() if shape.refers:
            return tuple(each for each in value if each not in missing)
        case str() if shape.refers and value in missing:
            return None
        case _:
            return value
