"""The plan at a glance: headline figures, the sprints in brief, and the next steps."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from masterplan.analyse import Facts, figures
from masterplan.analyse.figures import target_outcome, to_whole, units_counted
from masterplan.analyse.progress import open_high_risks, open_named_high_risks, tally
from masterplan.errors import UsageError
from masterplan.render.blocks import (
    NOTHING,
    Abbreviation,
    Box,
    Card,
    Cards,
    Content,
    Folded,
    Hyperlink,
    Inline,
    Numbers,
    Paragraph,
    Quotation,
    Small,
    Strong,
)
from masterplan.render.compose import TICKS, items, joined, row, table
from masterplan.render.health import end_in_words, health_banner, share_done
from masterplan.render.links import ALL_SPRINTS
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.views.progress import state_counts
from masterplan.render.views.status import phase_progress
from masterplan.render.views.widgets import (
    full_date,
    owner_links,
    quantity,
    short_date,
    sprint_link,
    standing_chip,
    stated_links,
    total_text,
)

_DASH = re.compile(r"\s+[-–—]\s+")

_MOST_IN_BRIEF = 20
"""Sprints that the Overview lists; above this number it only counts them by state."""

_MOST_NAMED = 3
"""High risks that a tile names."""


@macro
def plan(
    context: Context,
    field: Annotated[
        Literal["title", "summary", "objective", "updated", "start", "unit", "units", "group", "groups"], "Which field."
    ],
) -> Content:
    """One field of the plan's header, for use inside a sentence or a heading."""
    header = context.facts.plan.header
    if field in {"summary", "objective"}:
        words = header.summary if field == "summary" else header.objective
        return prose(words) if words else NOTHING
    values = {
        "title": header.title,
        "updated": header.updated,
        "start": context.facts.plan.start,
        "unit": header.unit.one,
        "units": header.unit.many,
        "group": header.group.one,
        "groups": header.group.many,
    }
    return str(values[field] or "") or NOTHING


@macro
def plan_title(context: Context) -> Content:
    """The plan's title for the heading of a page; text before a dash is set in small type above the rest."""
    before, dash, name = _parts_of(context.facts.plan.header.title)
    return (Small((before, Small(dash))), name) if dash else name


def _parts_of(title: str) -> tuple[str, str, str]:
    """A title split at its first dash between spaces: before, dash and after. Without a dash all of it is `after`."""
    match = _DASH.search(title)
    return (title[: match.start()], match[0], title[match.end() :]) if match else ("", "", title)


@macro
def purpose(context: Context) -> Content:
    """The plan's purpose, or else its size; the day of the figures, and the authors' status and last update."""
    header = context.facts.plan.header
    first, *rest = [block for text in (header.summary, header.objective) if text for block in prose(text)] or [
        Paragraph(_in_figures(context))
    ]
    more = Folded("More about the plan", Box(tuple(rest), "prose"), "more") if rest else ()
    return Box((first, more, _stand(context)), "purpose")


def _in_figures(context: Context) -> str:
    """The size of the plan and its savings, in a sentence."""
    plan, phases = context.facts.plan, len(context.facts.plan.phases)
    savings = context.facts.monthly_savings if context.has("savings") else None
    size = units_counted(len(plan.sprints), plan.unit)
    within = f" in {units_counted(phases, plan.group)}" if phases else ""
    worth = f" to save {savings.bare} a month" if savings else ""
    return f"{size}{within}{worth}."


def _stand(context: Context) -> Paragraph:
    """The day of the figures, the authors' last update and declared status, and links for further reading."""
    facts, header = context.facts, context.facts.plan.header
    status = [claim.says for claim in header.declared if claim.claim == "ready"]
    parts: list[Inline] = [
        ("As of ", full_date(facts.today)) if facts.today else "",
        ("Last updated by its authors on ", short_date(context, header.updated)) if header.updated else "",
        ("Declared status: ", joined(map(Quotation, status))) if status else "",
        joined(stated_links(header.links)) if header.links else "",
    ]
    return Paragraph(Small(joined(filter(None, parts), " · ")))


@macro
def health(context: Context) -> Content:
    """The verdict on the plan as a banner: on track, at risk, off track, not started or done, with the reasons."""
    return health_banner(context.facts)


@macro
def headline(context: Context) -> Content:
    """The headline figures as tiles: progress, end, money and risks; the choice depends on the plan's state."""
    facts = context.facts
    tiles = [_progress(facts), _end(facts), *(_money(facts) if context.has("savings") else ())]
    tiles += [_targets(facts)] if facts.health.verdict == "done" and context.has("metrics") else []
    tiles += _trouble(facts)
    tiles += _high_risks(facts) if facts.health.verdict != "done" else []
    return Cards(tuple(tiles))


def _progress(facts: Facts) -> Card:
    """How many sprints are done, and the share of the work."""
    done, number = tally(facts.standings, facts.plan.ids)
    return Card(f"{facts.plan.unit.many} done", f"{done:,} of {number:,}", share_done(facts), facts.status.percent or 0)


def _end(facts: Facts) -> Card:
    """The forecast end of the plan, and the planned end."""
    health, schedules = facts.health, facts.schedules
    planned, forecast = end_in_words(facts, health.planned_end), end_in_words(facts, health.forecast_end)
    if not forecast:
        return Card("Planned end", planned or "not stated", f"no forecast: {_no_forecast(facts)}")
    label = "Ended" if health.verdict == "done" else "Forecast end"
    whose = f"The shortest schedule of the remaining work for {schedules.main[0]}." if schedules.main else ""
    note = f"planned: {planned}" if planned else "no end planned"
    return Card(label, Abbreviation(forecast, whose) if whose else forecast, note)


def _no_forecast(facts: Facts) -> str:
    """Why there is no forecast of the end."""
    missing, unit = facts.schedules.without_effort, facts.plan.unit
    if missing:
        return f"{units_counted(len(missing), unit)} without effort"
    return "the plan has no start date" if facts.schedules.open else "the last day is unknown"


def _money(facts: Facts) -> Iterator[Card]:
    """Monthly savings, measured and planned; only planned before anything is done. No tile if no sprint states any."""
    realised, planned = facts.realised, facts.monthly_savings
    amounts = figures.stated_savings(facts.not_dropped)
    if not amounts:
        return
    target = total_text(planned, amounts)
    if realised.monthly_reported and realised.so_far:
        note = ("of ", target, f"; {to_whole(realised.so_far).text} so far")
        yield Card("Monthly savings", total_text(realised.monthly_reported, amounts), note)
    else:
        annual = facts.annual_savings
        yield Card("Monthly savings", target, f"{annual.bare} a year, when complete" if annual else "")


def _trouble(facts: Facts) -> list[Card]:
    """The number of blocked and overdue sprints; no tile if there are none."""
    units = {reason.kind: reason.units for reason in facts.health.reasons if reason.kind in {"blocked", "overdue"}}
    number = len({id_ for ids in units.values() for id_ in ids})
    counted = ", ".join(f"{len(ids):,} {kind}" for kind, ids in units.items())
    return [Card("Blocked or overdue", f"{number:,}", counted)] if units else []


def _targets(facts: Facts) -> Card:
    """The number of metrics whose measurement reached the target."""
    metrics = [(metric, facts.standings[s.id].measured) for s in facts.not_dropped for metric in s.metrics]
    outcomes = [
        target_outcome(metric, measured[metric.name]) for metric, measured in metrics if metric.name in measured
    ]
    return Card("Targets reached", f"{outcomes.count('reached')} of {len(metrics)}", f"{len(outcomes)} measured")


def _high_risks(facts: Facts) -> list[Card]:
    """The number of open high risks; no tile if there are none."""
    names = _high(facts)
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return [Card("High risks", f"{len(names):,}", ", ".join(names[:_MOST_NAMED]) + more)] if names else []


def _high(facts: Facts) -> list[str]:
    """The names of the open high risks: first those of whole sprints, then those with titles."""
    names = [facts.plan.name(sprint.id) for sprint, _ in open_high_risks(facts.plan, facts.standings)]
    return names + [risk.key for risk in open_named_high_risks(facts.plan, facts.standings)]


@macro
def sprints_in_brief(context: Context) -> Content:
    """Every sprint with impact, owner, savings and state; of more than 20 sprints their number in each state.

    Without a roadmap of the phases, a table has their progress.
    """
    facts = context.facts
    unit, sprints, has_savings = facts.plan.unit, facts.plan.sprints.values(), context.has("savings")
    all_sprints = Hyperlink(context.links.to(ALL_SPRINTS), f"All {units_counted(len(sprints), unit)}")
    if len(sprints) > _MOST_IN_BRIEF:
        of_phases = () if context.has("windows") else phase_progress(context)
        return (of_phases, Paragraph((all_sprints, ":", *state_counts(list(facts.standings.values())))))
    rows = [
        row(
            sprint_link(context, sprint.id, titled=True),
            sprint.impact,
            owner_links(context, sprint.owner),
            quantity(sprint.savings.monthly if sprint.savings and has_savings else None),
            standing_chip(facts.standings[sprint.id]),
        )
        for sprint in sprints
    ]
    columns = [unit.one, "Claimed impact", "Owner", Numbers("Monthly savings"), "State"]
    return table(unit.many, columns, rows)


@macro
def next_steps(context: Context) -> Content:
    """The next steps in order, each with a box that is ticked once it is done."""
    steps = context.facts.plan.header.next_steps
    return items(((TICKS[step.done], Strong(step.title), f" {step.detail or ''}") for step in steps), ordered=True)


@macro
def figure(
    context: Context, name: Annotated[Literal["sprints", "monthly-savings", "annual-savings", "weeks"], "Which figure."]
) -> Content:
    """One computed figure, for use inside a sentence."""
    facts = context.facts
    span = figures.phases_span(facts.plan)
    values = {
        "sprints": len(facts.plan.sprints),
        "monthly-savings": facts.monthly_savings.text if facts.monthly_savings else None,
        "annual-savings": facts.annual_savings.text if facts.annual_savings else None,
        "weeks": figures.length_in_words(span) or None,
    }
    if values[name] is None:
        raise UsageError(f"the plan lacks the values to compute {name}")
    return str(values[name])
