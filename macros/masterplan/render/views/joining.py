"""For someone who joins a sprint: what to read first, who to ask, what can start, and what the words mean."""

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
    owner_fact,
    owner_link,
    sprint_link,
    sprint_links,
    standing_chip,
    standing_word,
    task_link,
)

_WORDS = (
    ("hard dependency", "The sprint cannot start, or stay, without the other one."),
    ("soft dependency", "The sprint benefits from the other one but can do without it."),
    ("declared", "A figure or claim that the authors wrote down, kept word for word and compared with the plan."),
    ("computed", "A figure calculated from the plan's own values, never entered by hand."),
    ("mitigation", "What is done to make a risk less likely or less severe."),
    ("rollback", "How a change is undone, and what must be undone with it."),
    ("ready", "Everything it needs is done and its planned time has come: the sprint can start now."),
    ("next", "Everything it needs is done, but its planned time has not come yet."),
    ("waiting", "A hard dependency is not done, or a milestone that comes first is not reached."),
)
"""The terms that the site itself uses, with their meanings."""

_MOST_UNFILTERED = 10
"""Most sprints of a table that needs no filters."""

MOST_STEPS = 8
"""Sprints of a path that are named, the last ones: paths grow with the plan, and every page has one."""
UNOWNED = "Nobody is assigned on this path yet."
FEW_STEPS = 3
"""Sprints of a path that are named in each row of a very long table."""


@macro
def joining(context: Context, sprint: Annotated[str, "The sprint you join."]) -> Content:
    """A path into one sprint: what to read first and why, who to ask, what can start, and its glossary."""
    return reading_box(context, context.facts.reading_paths.path(context.sprint(sprint).id))


def reading_box(context: Context, path: ReadingPath) -> Box:
    """A path into one sprint, as `joining` shows it."""
    id_ = path.sprint
    nearest = path.before[-MOST_STEPS:]
    steps = (
        *_further(path.before, MOST_STEPS),
        *(_step(context, earlier) for earlier in nearest),
        _this_page(context, id_),
    )
    people = _people(context, (*nearest, id_))
    body = (
        (Paragraph("Read first", "title"), items(steps, ordered=True)),
        (Paragraph("Who to ask", "title"), items(people) if people else Paragraph(UNOWNED, "missing")),
        _safe_to_start(context, path),
        _linked(context, "Waiting for it: ", path.after, "."),
        _glossary(path),
    )
    return Box(body, "joining", searched=False)


def invitation(context: Context, path: ReadingPath) -> str:
    """The heading above a path into a sprint, with the reading time."""
    return f"New to {context.facts.plan.name(path.sprint)}? Reading time: {_reading_time(context, path)}"


def _reading_time(context: Context, path: ReadingPath) -> str:
    """The reading time of the pages that a path names, including the sprint's own."""
    sprints = (*path.before[-MOST_STEPS:], path.sprint)
    return f"{sum(map(context.facts.reading_paths.minutes, sprints)):,} min"


def _linked(context: Context, before: str, ids: tuple[str, ...], after: str = "") -> Flow:
    """A paragraph of links to sprints; empty if there are none."""
    return Paragraph((before, sprint_links(context, ids, titled=True, most=MOST_STEPS), after)) if ids else ()


def _safe_to_start(context: Context, path: ReadingPath) -> Flow:
    """What can start today on the path to a sprint; empty if the sprint is over.

    That nothing can start is stated only of a sprint that has not begun.
    """
    standing = context.facts.standings[path.sprint]
    if not standing.is_open:
        return ()
    name = context.facts.plan.name(path.sprint)
    body = _startable(context, path)
    if is_empty(body):
        body = () if standing.has_begun else Paragraph(f"Nothing on the path to {name} can start today.")
    return () if is_empty(body) else (Paragraph("Safe to start today", "title"), body)


def _startable(context: Context, path: ReadingPath) -> Flow:
    """The sprints on the path that can start, then the tasks of those in progress."""
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
    """The number of sprints of a path before those that are named; empty if all are named."""
    return [figures.count(len(before) - most, "earlier prerequisite")] if len(before) > most else []


def _step(context: Context, id_: str) -> Inline:
    """A sprint to read about first: what it gives, its reading time and its state."""
    gives = context.facts.plan.sprints[id_].impact
    link = sprint_link(context, id_, titled=True)
    minutes = Small(f"{context.facts.reading_paths.minutes(id_)} min")
    return (link, f": {gives}" if gives else "", " ", minutes, " ", standing_chip(context.facts.standings[id_]))


def _this_page(context: Context, id_: str) -> Inline:
    return (f"{context.facts.plan.name(id_)}, this page ", Small(f"{context.facts.reading_paths.minutes(id_)} min"))


def _people(context: Context, sprints: tuple[str, ...]) -> list[Inline]:
    """The owners of sprints and those who do them in the chosen option, each with the names of their sprints."""
    plan = context.facts.plan
    sprints_of: dict[str, list[str]] = {}
    for id_ in sprints:
        for who in dict.fromkeys([*plan.sprints[id_].owner, *workers(context.facts, id_)]):
            sprints_of.setdefault(who, []).append(plan.name(id_))
    return [(owner_link(context, who), f": {', '.join(names)}") for who, names in sprints_of.items()]


def workers(facts: Facts, sprint: str) -> list[str]:
    """Who does a sprint in the chosen option, by id if the person is known."""
    chosen = (staffing for staffing in facts.staffing if staffing.option.id == facts.plan.chosen)
    parts = (part for staffing in chosen for part in staffing.work.get(sprint, ()))
    return list({id(lane): lane.person or lane.name for lane, work in parts if sprint in work.sprints}.values())


@macro
def join_table(context: Context) -> Content:
    """For every sprint what to read first, the reading time, who to ask and its state; those that are over are last."""
    facts = context.facts
    most = MOST_STEPS if len(facts.plan.sprints) <= MOST_ROWS else FEW_STEPS
    rows = []
    for id_, sprint in sorted(facts.plan.sprints.items(), key=lambda pair: not facts.standings[pair[0]].is_open):
        path = facts.reading_paths.path(id_)
        nearest = joined(sprint_link(context, earlier) for earlier in path.before[-most:])
        first = joined([*_further(path.before, most), nearest], ", then ") if path.before else ""
        link = Hyperlink(context.links.sprint(id_, "join"), named(facts.plan.name(id_), sprint.title))
        owners = joined(owner_link(context, owner) for owner in sprint.owner)
        filters = {"state": standing_word(facts.standings[id_]), "owner": owner_fact(facts.plan, sprint.owner)}
        cells = (link, first, _reading_time(context, path), owners, standing_chip(facts.standings[id_]))
        rows.append(row(*cells, facts=filters if len(facts.plan.sprints) > _MOST_UNFILTERED else None))
    columns = [facts.plan.unit.one, "Read first", Numbers("Reading time"), "Who to ask", "State"]
    return first_rows(context, table("Joining", columns, rows))


@macro
def glossary(context: Context) -> Content:
    """The plan's own terms, then those of the site, folded."""
    plan = context.facts.plan
    plan_terms = [(term.term, term.means) for term in plan.header.glossary]
    site_terms = [(word, plan.worded(means)) for word, means in _WORDS]
    return Folded("Glossary", Definitions((*plan_terms, *site_terms), "glossary"), look="more", anchor="words")
