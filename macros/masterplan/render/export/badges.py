"""Badges for other pages, such as a README: a static SVG each, and JSON for an endpoint badge of shields.io.

Badges have colours of their own, as pages that show them do not have the site's theme. White text has a contrast of
more than 4.5 to 1 on each of them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from masterplan.analyse import Facts
from masterplan.analyse.audit.groups import grouped, kinds_counted
from masterplan.analyse.figures import stated_savings
from masterplan.analyse.health import HealthVerdict
from masterplan.render.diagrams.text import width
from masterplan.render.escape import escape, plain

Colour = Literal["green", "blue", "orange", "red", "grey"]
_COLOURS: Mapping[Colour, str] = {
    "green": "#2a7a32",
    "blue": "#1f6a9f",
    "orange": "#a85300",
    "red": "#b3261e",
    "grey": "#5a5a5a",
}

_HEALTH: Mapping[HealthVerdict, Colour] = {
    "done": "green",
    "not started": "grey",
    "on track": "green",
    "at risk": "orange",
    "off track": "red",
}

_SIZE = 11
_PAD = 6
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{label}: {message}">'
    "<title>{label}: {message}</title>"
    '<rect width="{whole}" height="20" rx="3" fill="#444"/>'
    '<path fill="{colour}" d="M{left} 0h{tail}a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3h-{tail}z"/>'
    '<g fill="#fff" font-family="Verdana,Helvetica,Arial,sans-serif" font-size="11" text-anchor="middle">'
    '<text x="{label_at}" y="14">{label}</text><text x="{message_at}" y="14">{message}</text></g></svg>\n'
)


@dataclass(frozen=True, slots=True)
class Badge:
    """The content of a badge: a label on the left, a message on the right."""

    label: str
    message: str
    colour: Colour

    def svg(self) -> str:
        """The badge as SVG."""
        left, right = (round(width(plain(words)) * _SIZE) + 2 * _PAD for words in (self.label, self.message))
        return _SVG.format(
            whole=left + right,
            left=left,
            tail=right - 3,
            label_at=left / 2,
            message_at=left + right / 2,
            label=escape(self.label),
            message=escape(self.message),
            colour=_COLOURS[self.colour],
        )

    def endpoint(self) -> str:
        """The badge as JSON in the endpoint format of shields.io."""
        badge = {"schemaVersion": 1, "label": plain(self.label), "message": plain(self.message), "color": self.colour}
        return json.dumps(badge, sort_keys=True, ensure_ascii=False) + "\n"


def _health(facts: Facts) -> Badge:
    return Badge("status", facts.health.verdict, _HEALTH[facts.health.verdict])


def _progress(facts: Facts) -> Badge:
    percent = facts.status.percent or 0
    return Badge("progress", f"{percent}%", "green" if percent == 100 else "blue")  # noqa: PLR2004


def _savings(facts: Facts) -> Badge:
    savings = facts.monthly_savings
    without = "several currencies" if stated_savings(facts.not_dropped) else "not stated"
    return Badge("savings", savings.text if savings else without, "blue" if savings else "grey")


def _findings(facts: Facts) -> Badge:
    groups = grouped(facts.findings)
    contradictions = kinds_counted(groups, "contradiction")
    sound = "no contradictions" if groups else "sound"
    return Badge("plan", contradictions or sound, "orange" if contradictions else "green")


BADGES: Mapping[str, Callable[[Facts], Badge]] = {
    "health": _health,
    "progress": _progress,
    "savings": _savings,
    "findings": _findings,
}
"""All badges by name."""
