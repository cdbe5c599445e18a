"""Pieces that several views share: how a sprint, its standing, its risk, weeks and verdicts are shown everywhere."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from markupsafe import Markup

from masterplan.analyse.audit.judgement import Verdict
from masterplan.analyse.progress import Standing
from masterplan.model.plan import Plan, Risk
from masterplan.model.quantity import Quantity
from masterplan.model.weeks import Weeks
from masterplan.render.diagrams.nodes import Look
from masterplan.render.html import NOTHING, chip, code, joined, link, list_of, named, render, small, spaced, text
from masterplan.render.links import ALL_SPRINTS, phase_path
from masterplan.render.macro import Context

OUTCOMES = {
    "agrees": "agrees",
    "within": "agrees in part",
    "differs": "does not match",
    "unchecked": "not checked",
}
"""How a claim compares with the plan, in words."""

MIXED = "no total: several currencies"
"""Shown for a sum that does not exist, as its amounts are in several currencies."""

MOST_ROWS = 150
"""Above this many sprints, a table of all of them on a page about something else helps nobody."""
MOST_LISTED = 40
"""A list names at most so many sprints, and counts the others."""

_EXPLAINED = Markup('<abbr title="{}">{}</abbr>')

STATES: Mapping[str, Look] = {
    "planned": "planned",
    "ready": "ready",
    "waiting": "planned",
    "in progress": "active",
    "blocked": "blocked",
    "done": "done",
    "dropped": "dropped",
}
"""How diagrams draw each word for where a sprint stands."""


def sprint_link(context: Context, id_: str, *, titled: bool = False) -> Markup:
    """A sprint's name as a link to its page, with its title when `titled`."""
    plan = context.facts.plan
    label = named(plan.name(id_), plan.sprints[id_].title) if titled else plan.name(id_)
    return link(context.links.sprint(id_), label)


def sprint_links(context: Context, ids: Iterable[str], *, titled: bool = False, most: int | None = None) -> Markup:
    """Several sprints in one line; `most` says how many are named, where that may be too many."""
    shown = [sprint_link(context, id_, titled=titled) for id_ in ids]
    return joined(firsts(context, shown, most or len(shown)))


def firsts(context: Context, shown: Sequence[Markup], most: int) -> Sequence[Markup]:
    """The first of many sprints, each finished text, and how many others there are as a link to the page of all."""
    if len(shown) <= most:
        return shown
    return [*shown[:most], link(context.links.to(ALL_SPRINTS), f"and {len(shown) - most:,} more")]


def columns(context: Context, groups: Iterable[tuple[str, Sequence[Markup]]]) -> Markup:
    """Lists of sprints beside each other, each under its title; one without sprints is left out."""
    shown = [(title, list_of(firsts(context, items, MOST_LISTED))) for title, items in groups if items]
    return render("columns.html.jinja", groups=shown) if shown else Markup("")


def by_phase(context: Context) -> Markup:
    """Where a large plan has its sprints: the page of all of them, and those of its phases."""
    plan = context.facts.plan
    pages = [link(context.links.to(ALL_SPRINTS), f"All {len(plan.sprints):,} {plan.unit.many.lower()}")]
    pages += [
        link(context.links.to(phase_path(each.id)), named(plan.group_name(each.id), each.title)) for each in plan.phases
    ]
    return list_of(pages)


def standing_word(standing: Standing) -> str:
    """One word for where a sprint stands: its state, or for planned ones whether they are ready or waiting."""
    if standing.state != "planned":
        return standing.state
    return "ready" if standing.ready else "waiting"


def standing_chip(standing: Standing) -> Markup:
    """Where a sprint stands, as a chip; how far, while it is in progress."""
    word = standing_word(standing)
    label = f"{word} {standing.percent} %" if word == "in progress" and standing.percent else word
    return chip(word.replace(" ", "-"), label)


def risk_chip(risk: Risk | None) -> Markup:
    """A risk's level as a chip."""
    return chip(f"risk-{risk.level.replace(' ', '-')}", f"{risk.level} risk") if risk else NOTHING


def quantity(value: Quantity | None) -> Markup:
    """A quantity in its own words."""
    return text(value.text) if value else NOTHING


def total(value: Quantity | None, of: Iterable[Quantity | None]) -> Markup:
    """A sum of amounts in its own words; where there are some, but in several currencies, that."""
    return small(MIXED) if value is None and any(of) else quantity(value)


def weeks(plan: Plan, window: Weeks | None) -> Markup:
    """A window of weeks, with its dates once the plan has a start."""
    if window is None:
        return NOTHING
    shown = text(f"{'week' if len(window) == 1 else 'weeks'} {window}")
    if plan.header.start is None:
        return shown
    first, last = window.dates(plan.header.start)
    return Markup("{} {}").format(shown, small(f"{first.isoformat()} to {last.isoformat()}"))


def outcome_chip(verdict: Verdict) -> Markup:
    """How a claim compares with the plan, as a chip."""
    return chip(f"claim-{verdict.outcome}", OUTCOMES[verdict.outcome])


def document(path: str, note: str | None) -> Markup:
    """A document of the repository by its path, with what to update in it."""
    return Markup("{} {}").format(code(path), text(f"({note})")) if note else code(path)


def termed(context: Context, words: str) -> Markup:
    """A text with the first use of each word of the glossary explained."""
    glossary = context.facts.plan.header.glossary
    meanings = {term.term.lower(): term.means for term in glossary}
    if not meanings:
        return text(words)
    pieces: list[Markup] = []
    for n, piece in enumerate(_pattern(tuple(meanings)).split(words)):
        means = (
            meanings.pop(piece.lower().removesuffix("s"), None) or meanings.pop(piece.lower(), None) if n % 2 else None
        )
        pieces.append(_EXPLAINED.format(text(means), spaced(piece)) if means else spaced(piece))
    return Markup("").join(pieces).strip()


@cache
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"(?<!\w)((?:{'|'.join(map(re.escape, longest_first))})s?)(?!\w)", re.IGNORECASE)
