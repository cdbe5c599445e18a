"""What the looks of a dependency diagram mean, as finished markup below it: lines, signs of status, bars of risk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from masterplan.render.diagrams.nodes import Look, Node
from masterplan.render.diagrams.scene import Arrow
from masterplan.render.diagrams.svg import sign_paths
from masterplan.render.escape import escape

_STATES: Mapping[Look, str] = {
    "planned": "planned",
    "ready": "ready",
    "active": "in progress",
    "blocked": "blocked",
    "done": "done",
    "dropped": "dropped or deferred",
}
_LINE = '<path class="mp-line {0}" d="M1 7h19"/><path class="mp-arrow {0}" d="M28 7l-8-4v8z"/>'
_SIGN = '<g class="mp-sign mp-{0}" transform="translate({1} 7)">{2}</g>'

_FEW = 4
"""Boxes of a diagram that needs no legend of their signs."""


def legend(nodes: Sequence[Node], arrows: Iterable[Arrow]) -> str:
    """The legend of what a diagram has; one of few boxes, which name their states, explains only its lines."""
    entries = [*_lines(list(arrows)), *(_signs(nodes) if len(nodes) > _FEW else ())]
    spans = "".join(f"<span>{icon} {escape(words)}</span>" for icon, words in entries)
    return f'<div class="mp-diagram mp-legend" data-search-exclude>{spans}</div>' if entries else ""


def _lines(arrows: Sequence[Arrow]) -> Iterator[tuple[str, str]]:
    looks = {
        ("mp-hard", "hard: cannot start without it"): any(arrow.strength == "hard" for arrow in arrows),
        ("mp-soft", "soft: benefits from it"): any(arrow.strength == "soft" for arrow in arrows),
        ("mp-hard mp-critical", "critical path"): any(arrow.critical for arrow in arrows),
    }
    yield from ((_icon(29, _LINE.format(css)), words) for (css, words), is_used in looks.items() if is_used)


def _signs(nodes: Sequence[Node]) -> Iterator[tuple[str, str]]:
    states = {node.state for node in nodes if not node.stub}
    yield from ((_icon(14, _sign(look, 7)), words) for look, words in _STATES.items() if look in states)
    if any(node.risk_level for node in nodes):
        yield _icon(32, _sign("risk-1", 7) + _sign("risk-5", 25)), "risk, from very low to very high"


def _sign(name: str, x: int) -> str:
    return _SIGN.format(name, x, sign_paths(name))


def _icon(width: int, content: str) -> str:
    return f'<svg width="{width}" height="14" aria-hidden="true">{content}</svg>'
