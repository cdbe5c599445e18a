"""For someone who joins: who does what, in which order to read, and what the words mean."""

from typing import Annotated

from masterplan.analyse import Facts, figures
from masterplan.analyse.reading import ReadingPath
from masterplan.render.blocks import (
    Box,
    Content,
    Definitions,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    Numbers,
    Paragraph,
    Small,
    is_empty,
)
from masterplan.render.compose import items, joined, named, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import (
    MOST_ROWS,
    first_rows,
    owner_link,
    sprint_link,
    sprint_links,
    standing_chip,
    task_link,
)

_WORDS = (
    ("hard dependency", "The sprint cannot start, or stay, without the other one."),
    ("soft dependency", "The sprint benefits from the other one but can do without it."),
    ("declared", "A figure or claim that the authors wrote down, kept word for word and compared with the plan."),
    ("computed", "A figure that follows from the plan's own values; never written by hand."),
    ("mitigation", "What is done to make a risk less likely or less bad."),
    ("rollback", "How a change is undone, and what has to be undone with it."),
    ("ready", "Nothing it needs is missing, and its time has begun: the sprint can start now."),
    ("next", "Nothing it needs is missing, but its time has not begun."),
    ("waiting", "A hard dependency is not done yet."),
)
"""The words of the site itself, with what they mean here."""

MOST_STEPS = 8
"""Of a longer path only the last so many sprints are named: paths grow with the plan, and every page has one."""
UNOWNED = "Nobody is assigned on this path yet."
FEW_STEPS = 3
"""So many are named in each row of a table of very many rows."""


@macro
def joining(context: Context, sprint: Annotated[str, "The sprint you join."]) -> Content:
    """A path into one sprint: what to read first and what it gives, who can answer, what can start, its words."""
    id_ = context.sprint(sprint).id
    path = context.facts.reading_paths.path(id_)
    near = path.before[-MOST_STEPS:]
    steps = (*_further(path.before, MOST_STEPS), *(_step(context, earlier) for earlier in near), _here(context, id_))
    people = _people(context, (*near, id_))
    body = (
        (Paragraph("Read first", "title"), items(steps, ordered=True)),
        (Paragraph("Who to ask", "title"), items(people) if people else Paragraph(UNOWNED, "missing")),
        _safe_to_start(context, path),
        _linked(context, "What waits for it: ", path.after, "."),
        _glossary(path),
    )
    return Box(body, "joining", searched=False)


def invitation(context: Context, sprint: str) -> str:
    """The heading above a path into a sprint: who it is for, and how long it takes to read."""
    minutes = reading_time(context, context.facts.reading_paths.path(sprint))
    return f"New to {context.facts.plan.name(sprint)}? Reading time: {minutes}"


def reading_time(context: Context, path: ReadingPath) -> str:
    """How long it takes to read the pages that a path names, its own included."""
    named_ones = (*path.before[-MOST_STEPS:], path.sprint)
    return f"{sum(map(context.facts.reading_paths.minutes, named_ones)):,} min"


def _linked(context: Context, before: str, ids: tuple[str, ...], after: str = "") -> Flow:
    """A paragraph that names sprints; nothing where there are none."""
    return Paragraph((before, sprint_links(context, ids, titled=True, most=MOST_STEPS), after)) if ids else ()


def _safe_to_start(context: Context, path: ReadingPath) -> Flow:
    """What can be started today on the way to a sprint; nothing on the way to one that is over.

    That nothing can start is stated only of a sprint that is still waited for: one that is in progress has started.
    """
    standing = context.facts.standings[path.sprint]
    if not standing.is_open:
        return ()
    name = context.facts.plan.name(path.sprint)
    body = _startable(context, path)
    if is_empty(body):
        body = () if standing.has_begun else Paragraph(f"Nothing on the way to {name} can be started today.")
    return () if is_empty(body) else (Paragraph("Safe to start today", "title"), body)


def _startable(context: Context, path: ReadingPath) -> Flow:
    """The sprints on the way that can be started, then the tasks of those that are under way."""
    ready = context.facts.tasks.ready
    under_way = (id_ for id_ in (*path.before, path.sprint) if id_ in ready and id_ not in path.startable)
    tasks = [task for id_ in under_way for task in ready[id_]]
    links = items(task_link(context, id_, titled=True) for id_ in tasks[:MOST_STEPS])
    more = [Paragraph(f"and {figures.count(len(tasks) - MOST_STEPS, 'more task')}")] if tasks[MOST_STEPS:] else []
    return tuple(part for part in (_linked(context, "", path.startable), links, *more) if not is_empty(part))


def _glossary(path: ReadingPath) -> Flow:
    terms = tuple((term.term, term.means) for term in path.terms)
    return (Paragraph("Glossary", "title"), Definitions(terms, "glossary")) if terms else ()


def _further(before: tuple[str, ...], most: int) -> list[str]:
    """How many sprints of a path come before those that are named; nothing where all are."""
    return [f"{len(before) - most:,} more that these build on"] if len(before) > most else []


def _step(context: Context, id_: str) -> Inline:
    """A sprint to read about first: what it gives, how long that takes to read, and where it stands."""
    gives = context.facts.plan.sprints[id_].impact
    link = sprint_link(context, id_, titled=True)
    minutes = Small(f"{context.facts.reading_paths.minutes(id_)} min")
    return (link, f": {gives}" if gives else "", " ", minutes, " ", standing_chip(context.facts.standings[id_]))


def _here(context: Context, id_: str) -> Inline:
    return (f"{context.facts.plan.name(id_)}, this page ", Small(f"{context.facts.reading_paths.minutes(id_)} min"))


def _people(context: Context, sprints: tuple[str, ...]) -> list[Inline]:
    """Who owns the sprints or does them in the chosen option; nobody who stands for people not chosen yet."""
    plan = context.facts.plan
    known: dict[str, list[str]] = {}
    for id_ in sprints:
        for who in dict.fromkeys([*plan.sprints[id_].owner, *workers(context.facts, id_)]):
            known.setdefault(who, []).append(plan.name(id_))
    return [(owner_link(context, who), f": {', '.join(names)}") for who, names in known.items()]


def workers(facts: Facts, sprint: str) -> list[str]:
    """Who does a sprint in the chosen option, by the id of the person where that is known."""
    chosen = (staffing for staffing in facts.staffing if staffing.option.id == facts.plan.chosen)
    parts = (part for staffing in chosen for part in staffing.work.get(sprint, ()))
    return list({id(lane): lane.person or lane.name for lane, work in parts if sprint in work.sprints}.values())


@macro
def join_table(context: Context) -> Content:
    """For every sprint what to read first, how long that takes, who to ask, and whether it can be started today."""
    facts = context.facts
    most = MOST_STEPS if len(facts.plan.sprints) <= MOST_ROWS else FEW_STEPS
    rows = []
    for id_, sprint in facts.plan.sprints.items():
        path = facts.reading_paths.path(id_)
        last = (sprint_link(context, earlier) for earlier in path.before[-most:])
        first = joined([*_further(path.before, most), *last])
        link = Hyperlink(context.links.sprint(id_, "join"), named(facts.plan.name(id_), sprint.title))
        owners = joined(owner_link(context, owner) for owner in sprint.owner)
        rows.append(row(link, first, reading_time(context, path), owners, standing_chip(facts.standings[id_])))
    columns = [facts.plan.unit.one, "Read first", Numbers("Reading time"), "Who to ask", "State"]
    return first_rows(context, table("Joining", columns, rows))


@macro
def glossary(context: Context) -> Content:
    """The plan's own words, then the words of the site, folded away."""
    plan = context.facts.plan
    own = [(term.term, term.means) for term in plan.header.glossary]
    ours = [(word, plan.worded(means)) for word, means in _WORDS]
    return Folded("Glossary", Definitions((*own, *ours), "glossary"), anchor="words")
