"""Work that needs attention, is in progress or comes next: the first few on the Overview, the rest on Progress."""

from collections.abc import Iterable, Iterator, Sequence

from masterplan.analyse.audit.gates import NEEDS_ATTENTION
from masterplan.analyse.audit.groups import most_important
from masterplan.analyse.figures import count, how_late
from masterplan.analyse.parts import capital
from masterplan.analyse.progress import Standing
from masterplan.render.blocks import Box, Break, Content, Flow, Hyperlink, Inline, Paragraph, Section, Small, is_inline
from masterplan.render.compose import capped, joined, message
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.views.status import from_when
from masterplan.render.views.widgets import (
    milestone_link,
    owner_links,
    page_link,
    short_date,
    sprint_columns,
    sprint_link,
    standing_chip,
    waits,
)

MOST_AT_A_GLANCE = 3
"""Entries of each group that the Overview lists."""

_SHOWN_AS_MILESTONE = "milestone-overdue"
"""The rule whose findings are shown as milestones."""


@macro
def at_a_glance(context: Context) -> Content:
    """Work that needs attention, is in progress or comes next: the first few of each group, and a count of the rest."""
    standings = context.facts.standings.values()
    overdue = context.facts.status.days_overdue
    startable = [
        *(standing for standing in standings if standing.ready),
        *(standing for standing in standings if standing.is_next),
    ]
    next_up = [
        _entry(context, standing, _start(context, standing)) for standing in startable if standing.sprint not in overdue
    ]
    working = [
        _entry(context, standing, standing_chip(standing)) for standing in standings if standing.state == "in progress"
    ]
    concerns = [*_first(context, attention(context)), *_doubts(context)] or ["Nothing right now."]
    under_way = [("In progress", _first(context, working)), ("Next", _first(context, next_up))]
    groups = [("Needs attention", concerns), *under_way]
    return Box(sprint_columns(context, groups), "glance")


def attention(context: Context) -> list[Flow]:
    """Blocked and overdue work, and work without an update or an answer, each with its date, cause and owner."""
    return [
        *_milestones(context),
        *(
            _item(sprint_link(context, id_, titled=True), _remarks(context, id_))
            for id_ in context.facts.status.concerns
        ),
        *_unanswered(context),
    ]


def _first(context: Context, entries: Sequence[Flow]) -> list[Flow]:
    """The first few entries, and a link to the others."""
    hidden = len(entries) - MOST_AT_A_GLANCE
    if hidden <= 0:
        return list(entries)
    return [*entries[:MOST_AT_A_GLANCE], page_link(context, "progress", f"and {hidden:,} more")]


def _doubts(context: Context) -> Iterator[Flow]:
    """The number of findings that could change a decision, as a link to the audit, which starts with them."""
    if number := len(most_important(context.facts.findings)):
        yield page_link(context, "audit", f"{count(number, 'finding')} could change a decision")


def _item(name: Inline, remarks: Iterable[Inline]) -> Flow:
    return (name, Break(), Small(joined(remarks, " ")))


def _remarks(context: Context, sprint: str) -> Iterator[Inline]:
    """Short sentences on what is wrong with a sprint, and its owner."""
    standing = context.facts.standings[sprint]
    if standing.state == "blocked":
        since = (" since ", short_date(context, standing.blocked_since)) if standing.blocked_since else ""
        why = standing.blocked_because
        yield ("Blocked", since, ": ", *_sentence(why)) if why else ("Blocked", since, ", no cause stated.")
    if standing.is_stale(context.facts.today):
        yield ("No update since ", short_date(context, standing.entries[-1].date), ".")
    if late := context.facts.status.days_overdue.get(sprint):
        yield f"{how_late(late)}."
    if standing.waits_for or standing.waits_for_milestones:
        yield ("Waits for ", waits(context, standing), ".")
    owner = context.facts.plan.sprints[sprint].owner
    yield ("Owner: ", owner_links(context, owner), ".") if owner else "Unassigned."


def _sentence(markdown: str) -> tuple[Inline, str]:
    """The first paragraph of Markdown in the plan, and the full stop that it lacks."""
    words = _first_paragraph(markdown)
    last = words
    while isinstance(last, tuple) and last:
        last = last[-1]
    ends = isinstance(last, str) and last.rstrip().endswith((".", "!", "?", "…"))
    return words, "" if ends else "."


def _first_paragraph(markdown: str) -> Inline:
    """The first paragraph of Markdown in the plan, in one line; an ellipsis replaces the rest."""
    blocks = prose(markdown)
    first = next(iter(blocks), "")
    words = first.content if isinstance(first, Paragraph) else first
    if not is_inline(words):
        return "…"
    return (words, " …") if blocks[1:] else words


def _milestones(context: Context) -> Iterator[Flow]:
    for id_, standing in context.facts.milestones.items():
        if standing.is_overdue:
            remarks = ("Was due on ", short_date(context, standing.due), ".")
            yield _item(milestone_link(context, id_, titled=True), [remarks])


def _unanswered(context: Context) -> Iterator[Flow]:
    """Gates, decisions and asks whose date has passed, with what to do."""
    for finding in context.facts.findings:
        if finding.rule.id in NEEDS_ATTENTION and finding.rule.id != _SHOWN_AS_MILESTONE:
            link = Hyperlink(context.links.source(finding.place), message(finding.message))
            yield _item(link, [message(f"{capital(finding.hint)}.")])


def _entry(context: Context, standing: Standing, remark: Inline) -> Flow:
    owner = context.facts.plan.sprints[standing.sprint].owner
    whose = (" ", Small(owner_links(context, owner))) if owner else ()
    return (sprint_link(context, standing.sprint, titled=True), " ", remark, whose)


def _start(context: Context, standing: Standing) -> Inline:
    """When a sprint that has not begun can start."""
    return Small("can start now" if standing.ready else from_when(context, standing.sprint))


@macro
def needs_attention(context: Context) -> Content:
    """A section with everything that needs attention: late, blocked, or without an update or an answer."""
    return Section(2, "Needs attention", "attention", capped(attention(context)))
