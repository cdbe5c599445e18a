"""Dependencies as a diagram that stays readable at any size, and as a table."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache, partial
from typing import Annotated, Literal

from masterplan.analyse import Facts
from masterplan.analyse.figures import count, window_in_words
from masterplan.analyse.graph import Edge
from masterplan.analyse.parts import capital
from masterplan.analyse.progress import tally
from masterplan.errors import UsageError
from masterplan.model.plan import Phase
from masterplan.render.blocks import (
    Chip,
    Content,
    Figure,
    Folded,
    Hyperlink,
    Inline,
    Numbers,
    Paragraph,
    Preformatted,
    Small,
    Table,
)
from masterplan.render.compose import anchor, firsts_joined, joined, row, table
from masterplan.render.diagrams.dependencies import draw_dependencies as draw
from masterplan.render.diagrams.dependencies import legend
from masterplan.render.diagrams.nodes import Node
from masterplan.render.diagrams.scene import Arrow, Caption
from masterplan.render.links import phase_path
from masterplan.render.macro import Context, macro
from masterplan.render.mermaid import mermaid
from masterplan.render.views.widgets import (
    MOST_IN_COLUMN,
    MOST_LISTED,
    STATES,
    first_rows,
    grade_of_five,
    phase_title,
    sprint_link,
    sprint_links,
    standing_word,
    with_links,
)

MOST_DRAWN = 150
"""Sprints in one diagram. A larger plan has a table of its phases, and a larger neighbourhood is cut short."""
MOST_TOUCHED = 60
"""Sprints in the diagram of a phase with its neighbours; above this number the neighbours are left out."""
MOST_ACROSS = 12
"""Up to this many sprints a diagram runs from left to right, above it from top to bottom."""
MOST_NEIGHBOURS = 40
MOST_LINES = 300
"""Dependencies in a diagram of the whole plan. Drawing time grows with their square, and more are unreadable."""
MOST_LINES_NEAR = 100
"""Dependencies in the diagram of a phase or a neighbourhood; lower, because a site has many of these."""


@macro
def dependency_diagram(
    context: Context,
    focus: Annotated[str | None, "Only this sprint and its neighbourhood."] = None,
    depth: Annotated[int, "How many steps the neighbourhood extends."] = 1,
    phase: Annotated[str | None, "Only the sprints of this phase and their neighbours outside it."] = None,
    direction: Annotated[
        Literal["LR", "TB"] | None, "Left to right or top to bottom; by default chosen by size."
    ] = None,
) -> Content:
    """The dependencies as a diagram in which every box is a link.

    A plan of more than 150 sprints has a table of the dependencies between its phases instead. If there are too many
    dependencies to draw, the diagram shows the first and counts the others. A phase without arrows has no diagram.
    """
    plan = context.facts.plan
    focus, phase = _ids(context, focus, phase)
    if focus is None and phase is None and len(plan.sprints) > MOST_DRAWN:
        return _phases(context)
    chosen = context.facts.chosen(focus, depth, phase)
    if focus is not None:
        return _drawn(context, chosen, direction, f"What {plan.name(focus)} needs and unlocks", focus)
    if phase is not None:
        chosen = chosen if len(chosen) <= MOST_TOUCHED else context.phase(phase).sprints
        if not any(edge.needs in chosen for id_ in chosen for edge in context.facts.graph.needs[id_]):
            return ()
        return _drawn(context, chosen, direction, f"Dependencies of {plan.group.one.lower()} {phase}", f"phase {phase}")
    arrows = f"Each arrow points from a prerequisite to the {plan.unit.one.lower()} that needs it."
    return (
        Paragraph(arrows, searched=False),
        _drawn(context, chosen, direction, f"Dependencies of all {plan.unit.many.lower()}", ""),
    )


def _ids(context: Context, focus: object, phase: object) -> tuple[str | None, str | None]:
    """The ids of a sprint and a phase that a page may write as text or number. Raises UsageError for unknown ids."""
    return (
        None if focus is None else context.sprint(focus).id,
        None if phase is None else context.phase(phase).id,
    )


@lru_cache(maxsize=1)
def _phase_labels(facts: Facts) -> Sequence[str]:
    """The headings of all phases, the same in every diagram of a plan."""
    return [_phase_label(facts, phase) for phase in facts.plan.phases]


def _phase_label(facts: Facts, phase: Phase) -> str:
    label = facts.plan.phase_heading(phase)
    return f"{label}, {window_in_words(phase.when, facts.today)}" if phase.when else label


def _drawn(context: Context, sprints: tuple[str, ...], direction: str | None, title: str, focus: str) -> Content:
    facts = context.facts
    nearest = sprints[: MOST_NEIGHBOURS if len(sprints) > MOST_DRAWN else MOST_DRAWN]
    drawn = sorted(nearest, key=facts.plan.positions.__getitem__)
    order = [phase.id for phase in facts.plan.phases]
    nodes = [_node(context, id_, order, focus) for id_ in drawn]
    if len(drawn) < len(sprints):
        nodes.append(Node("…", "", f"+{len(sprints) - len(drawn)} more", phase=len(order), stub=True))
    links, left_out = _links(facts, drawn, focus)
    phases = _phase_labels(facts)
    size = f"{count(len(nodes), 'box', 'boxes')} and {count(len(links), 'arrow')}"
    desc = f"{size}; each arrow points from a prerequisite to the {facts.plan.unit.one.lower()} that needs it."
    caption = Caption(title, desc, anchor("needs", focus))
    across = direction == "LR" if direction else len(nodes) <= MOST_ACROSS
    phases = [*phases, f"Without a {facts.plan.group.one.lower()}"] if phases else []
    drawing = partial(draw, nodes, links, phases, caption, "LR" if across else "TB")
    return (Figure(drawing, title, legend=legend(nodes, links)), _more_lines(left_out))


def _links(facts: Facts, drawn: Collection[str], focus: str) -> tuple[list[Arrow], int]:
    """The dependencies among the drawn sprints that fit the picture, and the number of those that do not.

    Dependencies of the sprint in focus come first, then the critical path, then hard dependencies.
    """
    critical = facts.schedules.network.critical_links
    edges = [edge for id_ in drawn for edge in facts.graph.needs[id_] if edge.needs in drawn]
    links = [
        Arrow(edge.needs, edge.sprint, edge.strength, edge.reason, (edge.needs, edge.sprint) in critical, edge.through)
        for edge in edges
    ]
    most = MOST_LINES_NEAR if focus else MOST_LINES
    if len(links) > most:
        links.sort(key=lambda link: (focus not in {link.source, link.target}, not link.critical, link.strength))
    return links[:most], len(links[most:])


def _more_lines(left_out: int) -> Content:
    if not left_out:
        return ()
    return Paragraph(Small(f"{left_out:,} more dependencies are not drawn, to keep the diagram readable."))


def _node(context: Context, id_: str, phases: list[str], focus: str) -> Node:
    facts = context.facts
    sprint, phase = facts.plan.sprints[id_], facts.plan.phase_of.get(id_)
    word, risk = standing_word(facts.standings[id_]), facts.plan.risk_level(sprint)
    return Node(
        id_,
        facts.plan.name(id_),
        sprint.title,
        context.links.svg(context.links.sprints[id_]),
        phases.index(phase.id) if phase else len(phases),
        word.capitalize(),
        STATES[word],
        f"{capital(risk)} risk" if risk else "",
        grade_of_five(facts.plan, risk) if risk else 0,
        critical=id_ in facts.schedules.network.critical_path,
        focus=id_ == focus,
    )


def _across_phases(facts: Facts) -> dict[tuple[str, str], int]:
    """The number of dependencies from one phase to another by (needed, needing) phase, largest first."""
    phase_of = facts.plan.phase_of
    pairs = ((phase_of.get(edge.needs), phase_of.get(edge.sprint)) for edge in facts.graph.edges)
    return dict(Counter((a.id, b.id) for a, b in pairs if a and b and a is not b).most_common())


def _phases(context: Context) -> Table:
    """A row for each phase: its progress, and the phases it needs and unlocks with their numbers of dependencies."""
    plan, counts = context.facts.plan, _across_phases(context.facts)

    def names(pairs: Iterable[tuple[str, int]]) -> Inline:
        links = [(Hyperlink(context.links.to(phase_path(id_)), plan.group_name(id_)), f" ({n})") for id_, n in pairs]
        return firsts_joined(links, MOST_IN_COLUMN)

    rows = [
        row(
            Hyperlink(context.links.to(phase_path(phase.id)), phase_title(plan, phase)),
            "{} of {}".format(*tally(context.facts.standings, phase.sprints)),
            names((a, n) for (a, b), n in counts.items() if b == phase.id),
            names((b, n) for (a, b), n in counts.items() if a == phase.id),
        )
        for phase in plan.phases
    ]
    caption = f"Dependencies between {plan.group.many.lower()}"
    return table(caption, [plan.group.one, Numbers(f"{plan.unit.many} done"), "Needs", "Unlocks"], rows)


@macro
def dependency_table(
    context: Context,
    sprint: Annotated[str | None, "Only the dependencies of this sprint and those on it."] = None,
) -> Content:
    """Every dependency with its strength and reason, then the sprints without dependencies."""
    facts = context.facts
    focus = context.sprint(sprint).id if sprint is not None else None
    edges = set(facts.graph.edges)
    rows = [
        row(
            sprint_link(context, edge.sprint, titled=True),
            sprint_link(context, edge.needs, titled=True),
            Chip(edge.strength, edge.strength) if edge in edges else Chip("waiting", "ignored"),
            _why(context, edge),
        )
        for edge in (*facts.graph.edges, *facts.graph.circular)
        if focus in {None, edge.sprint, edge.needs}
    ]
    free = [id_ for id_ in facts.plan.sprints if not facts.graph.needs[id_] and focus in {None, id_}]
    without = Paragraph(("Without dependencies: ", sprint_links(context, free, most=MOST_LISTED), ".")) if free else ()
    dependencies = table("Dependencies", [facts.plan.unit.one, "Needs", "Strength", "Why"], rows)
    return (first_rows(context, dependencies), without)


def _why(context: Context, edge: Edge) -> Inline:
    """The reason for a dependency, and the tasks or milestone behind it; or why it is ignored."""
    parts: list[Inline] = [edge.reason] if edge.reason else []
    parts += [with_links(context, edge.through)] if edge.through else []
    if edge in context.facts.graph.circular:
        parts.append(Small("It would close a circle and runs against the order of the plan."))
    return joined(parts, "; ")


@macro
def mermaid_source(
    context: Context,
    focus: Annotated[str | None, "Only this sprint and its neighbourhood."] = None,
    depth: Annotated[int, "How many steps the neighbourhood extends."] = 1,
    phase: Annotated[str | None, "Only the sprints of this phase and their neighbours outside it."] = None,
) -> Content:
    """The same graph as Mermaid source to copy; empty if the plan is too large for Mermaid."""
    focus, phase = _ids(context, focus, phase)
    try:
        source = mermaid(context.facts, focus, depth, phase)
    except UsageError:
        return ()
    listing = Preformatted(source, "Mermaid source", language="mermaid")
    return Folded("Mermaid source", listing, "copyable", searched=False)
