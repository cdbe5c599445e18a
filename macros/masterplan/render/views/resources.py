"""Resources: the options to staff the plan, side by side."""

from typing import Annotated

from masterplan.analyse import figures
from masterplan.model.plan import Option, Work
from masterplan.render.blocks import Content, Inline, Section
from masterplan.render.compose import anchor, joined, named, row, stated, table
from masterplan.render.macro import Context, macro
from masterplan.render.views import charts
from masterplan.render.views.schedule import declared
from masterplan.render.views.widgets import quantity, sprint_link, sprint_links, weeks


@macro
def options_table(context: Context) -> Content:
    """The options side by side: people, claimed and computed length, and when each sprint is done."""
    plan, options = context.facts.plan, context.facts.plan.options
    rows = [
        row("People", *(len(option.people) for option in options)),
        row("Mode", *(option.mode for option in options)),
        row("Timeline, as declared", *(declared(context, option) for option in options)),
        row("Weeks, computed", *(quantity(figures.weeks(figures.option_span(option))) for option in options)),
        *(
            row(sprint_link(context, id_, titled=True), *(_when(option, id_) for option in options))
            for id_ in plan.sprints
        ),
    ]
    headings = ["What", *(f"Option {option.id}: {option.title}" for option in options)]
    return table("Options", headings, stated(rows)) if options else ()


def _when(option: Option, sprint: str) -> Inline:
    """The weeks in which an option does a sprint."""
    windows = (work.weeks for lane in option.people for work in lane.work if sprint in work.sprints)
    return joined(window.named for window in windows)


@macro
def option(context: Context, id: Annotated[str, "The option's id."]) -> Content:  # noqa: A002
    """One option: who does what in which weeks, as a chart and a table."""
    chosen = context.option(id)
    rows = [
        row(lane.name, weeks(context.facts.plan, work.weeks), _work(context, work))
        for lane in chosen.people
        for work in lane.work
    ]
    return (charts.option_chart(context, chosen), table(f"Option {chosen.id}", ["Who", "When", "What"], rows))


def _work(context: Context, work: Work) -> Inline:
    parts: list[Inline] = [sprint_links(context, work.sprints, titled=True)] if work.sprints else []
    if work.supports:
        parts.append((work.task or "Support", ": ", sprint_links(context, work.supports)))
    elif work.task:
        parts.append(work.task)
    return joined(parts, "; ")


@macro
def option_list(context: Context) -> Content:
    """Every option with its chart and table, one under the other."""
    return tuple(
        Section(2, named(f"Option {each.id}", each.title), anchor("option", each.id), option(context, each.id))
        for each in context.facts.plan.options
    )
