"""The dependency graph as Mermaid text, for places that draw Mermaid themselves: pull requests, issues, chats.

The site itself draws SVG at build time. GitHub's limits hold: 50,000 characters and 500 edges; node ids are made up,
and of labels everything but letters, digits and a few signs is written as Mermaid's `#code;`.
"""

import re

from masterplan.analyse import Facts
from masterplan.errors import UsageError
from masterplan.render.escape import plain

_MOST_CHARACTERS = 50_000
"""Mermaid's `maxTextSize`, which a diagram on GitHub cannot raise."""
_MOST_EDGES = 500
"""Mermaid's `maxEdges`, likewise."""
LONGEST_LABEL = 48

_REFUSED = re.compile(r"[^\w ,.:/+=?!~$&-]|_|&(?! )")
"""What could mean something in a label; an `&` before a blank begins no entity."""
_ARROWS = {"hard": "-->", "soft": "-.->"}


def mermaid(facts: Facts, focus: str | None = None, depth: int = 1, phase: str | None = None) -> str:
    """The whole graph, the neighbourhood of a sprint, or a phase with what it touches.

    An arrow leads from what is needed to what needs it, dotted where the dependency is soft. Raises UsageError for an
    id that the plan does not have, and when the text would be larger than Mermaid takes.
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
            f"({_MOST_EDGES} in {_MOST_CHARACTERS:,}); ask for a focus or a phase"
        )
    return text


def _title(facts: Facts, sprint: str) -> str:
    return f"{facts.plan.name(sprint)}: {facts.plan.sprints[sprint].title}"


def label(text: str) -> str:
    """A label that no parser of Mermaid can take for anything else."""
    line = plain(text)
    cut = line if len(line) <= LONGEST_LABEL else line[: LONGEST_LABEL - 1].rstrip() + "…"
    return _REFUSED.sub(lambda match: f"#{ord(match[0])};", cut)
