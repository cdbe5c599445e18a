"""The dependency graph as Mermaid text, for tools that render Mermaid: pull requests, issues, chats.

The site itself draws SVG at build time. The text respects GitHub's limits of 50,000 characters and 500 edges. Node ids
are generated, and all characters of labels except letters, digits and a few signs are written as Mermaid's `#code;`.
"""

import re

from masterplan.analyse import Facts
from masterplan.errors import UsageError
from masterplan.render.escape import cut

_MOST_CHARACTERS = 50_000
"""Mermaid's `maxTextSize`; a diagram on GitHub cannot raise it."""
_MOST_EDGES = 500
"""Mermaid's `maxEdges`; a diagram on GitHub cannot raise it."""
LONGEST_LABEL = 48

_REFUSED = re.compile(r"[^\w ,.:/+=?!~$&-]|_|&(?! )")
"""Characters with a possible meaning in a label; an `&` before a blank does not start an entity."""
_ARROWS = {"hard": "-->", "soft": "-.->"}


def mermaid(facts: Facts, focus: str | None = None, depth: int = 1, phase: str | None = None) -> str:
    """The whole graph, the neighbourhood of a sprint up to a depth, or a phase with its neighbours.

    Arrows lead from a prerequisite to what needs it; those of soft dependencies are dotted. Raises UsageError for an
    unknown id, and if the text exceeds Mermaid's limits.
    """
    sprints = facts.chosen(focus, depth, phase)
    names = {id_: f"n{number}" for number, id_ in enumerate(sprints, 1)}
    edges = [edge for id_ in sprints for edge in facts.graph.needs[id_] if edge.needs in names]
    lines = ["flowchart LR"]
    lines += [f'  {name}["{label(_title(facts, id_))}"]' for id_, name in names.items()]
    for edge in edges:
        arrow = _ARROWS[edge.strength] + (f'|"{label(edge.because)}"|' if edge.because else "")
        lines.append(f"  {names[edge.needs]} {arrow} {names[edge.sprint]}")
    text = "\n".join(lines) + "\n"
    if len(edges) > _MOST_EDGES or len(text) > _MOST_CHARACTERS:
        raise UsageError(
            f"{len(edges):,} dependencies in {len(text):,} characters are more than Mermaid draws "
            f"({_MOST_EDGES} in {_MOST_CHARACTERS:,}); choose a focus or a phase"
        )
    return text


def _title(facts: Facts, sprint: str) -> str:
    return facts.plan.heading(sprint)


def label(text: str) -> str:
    """Text as a label that Mermaid cannot interpret as syntax."""
    return _REFUSED.sub(lambda match: f"#{ord(match[0])};", cut(text, LONGEST_LABEL))
