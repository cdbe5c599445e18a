"""For someone who joins: who does what, in which order to read, and what the words mean."""

from typing import Annotated

from markupsafe import Markup

from masterplan.analyse import figures
from masterplan.render.html import NOTHING, joined, link, list_of, named, render, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Row, table
from masterplan.render.views.widgets import MOST_LISTED, MOST_ROWS, sprint_link, sprint_links, standing_chip

WORDS = (
    ("hard dependency", "The sprint cannot start, or stay, without the other one."),
    ("soft dependency", "The sprint benefits from the other one but can do without it."),
    ("declared", "A figure or claim that the authors wrote down, kept word for word and compared with the plan."),
    ("computed", "A figure that follows from the plan's own values; never written by hand."),
    ("mitigation", "What is done to make a risk less likely or less bad."),
    ("rollback", "How a change is undone, and what has to be undone with it."),
    ("ready", "Nothing it needs is missing: the sprint can start now."),
    ("waiting", "A hard dependency is not done yet."),
)
"""The words of the site itself, with what they mean here."""

MOST_STEPS = 8
"""Of a longer path only the last so many sprints are named: paths grow with the plan, and every page has one."""
FEW_STEPS = 3
"""So many are named in each row of a table of very many rows."""


@macro
def who_does_what(context: Context) -> str:
    """The people of the team, what they own, and what each option gives each person to do."""
    plan = context.facts.plan
    rows = [
        Row(
            [
                person.name,
                person.role or NOTHING,
                joined(person.skills),
                sprint_links(context, (s.id for s in plan.sprints.values() if s.owner == person.id), most=MOST_LISTED),
            ]
        )
        for person in plan.people
    ]
    people = table("The team", ["Who", "Role", "Good at", "Owns"], rows) if rows else None
    lanes = [
        Row(
            [
                named(f"Option {option.id}", option.title),
                lane.name,
                sprint_links(context, (id_ for w in lane.work for id_ in w.sprints), titled=True, most=MOST_LISTED),
                sprint_links(context, (id_ for w in lane.work for id_ in w.supports), most=MOST_LISTED),
            ]
        )
        for option in plan.options
        for lane in option.people
    ]
    if not rows and not lanes:
        return Markup("")
    unowned = [s.id for s in plan.sprints.values() if s.owner is None]
    return render(
        "who.html.jinja",
        people=people,
        unowned=sprint_links(context, unowned, most=MOST_LISTED) if unowned else None,
        options=table("Who does what in each option", ["Option", "Who", "Does", "Supports"], lanes) if lanes else None,
    )


@macro
def reading_order(context: Context) -> str:
    """All sprints in an order in which each comes after what it needs, with what each brings."""
    facts = context.facts
    rows = []
    for n, id_ in enumerate(facts.graph.order, 1):
        sprint = facts.plan.sprints[id_]
        why = joined(f"after {facts.plan.name(edge.needs)}: {edge.reason}" for edge in facts.graph.needs[id_])
        title = link(context.links.sprint(id_), named(facts.plan.name(id_), sprint.title))
        rows.append(
            Row([Markup("{}. {}").format(n, title), sprint.impact or NOTHING, why, standing_chip(facts.standings[id_])])
        )
    return table("Reading order", [facts.plan.unit.one, "What it brings", "Why here", "State"], rows)


@macro
def joining(context: Context, sprint: Annotated[str, "The sprint you join."]) -> str:
    """A path into one sprint: what came before and brought what, whom to ask, words, what is safe to start today."""
    id_ = context.sprint(sprint).id
    facts = context.facts
    path = facts.library.path(id_)
    near = path.before[-MOST_STEPS:]
    people = _people(context, (*near, id_))
    steps = [
        *_further(path.before, MOST_STEPS),
        *(_step(context, each) for each in near),
        Markup("{}, this page").format(text(facts.plan.name(id_))),
    ]
    return render(
        "joining.html.jinja",
        name=facts.plan.name(id_),
        minutes=figures.count(path.minutes, "minute"),
        steps=list_of(steps, ordered=True),
        after=sprint_links(context, path.after, titled=True, most=MOST_STEPS) if path.after else None,
        people=list_of(people) if people else None,
        startable=sprint_links(context, path.startable, titled=True, most=MOST_STEPS) if path.startable else None,
        terms=[(term.term, term.means) for term in path.terms],
    )


def _further(before: tuple[str, ...], most: int) -> list[Markup]:
    """How many sprints of a path come before those that are named; nothing where all are."""
    return [text(f"{len(before) - most:,} more that these build on")] if len(before) > most else []


def _step(context: Context, id_: str) -> Markup:
    """A sprint to read about first, with what it brings and where it stands."""
    brings = context.facts.plan.sprints[id_].impact
    said = Markup("{}: {} {}") if brings else Markup("{}{} {}")
    return said.format(
        sprint_link(context, id_, titled=True), text(brings or ""), standing_chip(context.facts.standings[id_])
    )


def _people(context: Context, sprints: tuple[str, ...]) -> list[Markup]:
    """Who owns the sprints, or does them in one of the options; by name only, as the path above links to them."""
    plan = context.facts.plan
    owned: dict[str, list[str]] = {}
    for id_ in sprints:
        if owner := plan.sprints[id_].owner:
            owned.setdefault(owner, []).append(plan.name(id_))
    owners = [Markup("{} owns {}").format(text(plan.person(owner)), joined(names)) for owner, names in owned.items()]
    lanes = [
        Markup("{} in option {}: {}").format(text(lane.name), text(option.id), joined(map(plan.name, does)))
        for option in plan.options
        for lane in option.people
        if (does := [id_ for work in lane.work for id_ in work.sprints if id_ in sprints])
    ]
    return owners + lanes


@macro
def join_table(context: Context) -> str:
    """For every sprint what to read first, how long that takes, and whether it can be started today."""
    facts = context.facts
    most = MOST_STEPS if len(facts.plan.sprints) <= MOST_ROWS else FEW_STEPS
    rows = []
    for id_ in facts.plan.sprints:
        path = facts.library.path(id_)
        last = (sprint_link(context, each) for each in path.before[-most:])
        first = joined([*_further(path.before, most), *last]) if path.before else text("nothing, start with its page")
        link_ = link(context.links.sprint(id_, "join"), named(facts.plan.name(id_), facts.plan.sprints[id_].title))
        rows.append(Row([link_, first, figures.count(path.minutes, "minute"), standing_chip(facts.standings[id_])]))
    return table("Joining", [f"You join {facts.plan.unit.one}", "Read first", "Takes", "State"], rows)


@macro
def glossary(context: Context) -> str:
    """The plan's own words, then the words of the site."""
    plan = context.facts.plan
    own = [(term.term, term.means) for term in plan.header.glossary]
    ours = [(word, plan.worded(means)) for word, means in WORDS]
    pairs = (Markup("<dt>{}</dt><dd>{}</dd>").format(text(word), text(means)) for word, means in [*own, *ours])
    return Markup('<dl class="mp-glossary">{}</dl>').format(Markup("").join(pairs))
