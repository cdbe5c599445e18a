"""Resources: the options to staff the plan, side by side."""

from typing import Annotated

from markupsafe import Markup

from masterplan.analyse import figures
from masterplan.model.plan import Option, Work
from masterplan.render.html import NOTHING, anchor, joined, render, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Row, stated, table
from masterplan.render.views import charts
from masterplan.render.views.schedule import declared
from masterplan.render.views.widgets import quantity, sprint_link, sprint_links, weeks


@macro
def options_table(context: Context) -> str:
    """The options side by side: people, claimed and computed length, and when each sprint is done."""
    plan = context.facts.plan
    options = plan.options
    rows = [
        Row(["People", *(len(option.people) for option in options)]),
        Row(["Mode", *(option.mode or NOTHING for option in options)]),
        Row(["Timeline, as declared", *(declared(context, option) for option in options)]),
        Row(["Weeks, computed", *(quantity(figures.weeks(figures.option_span(option))) for option in options)]),
        *(
            Row([sprint_link(context, id_, titled=True), *(_when(each, id_) for each in options)])
            for id_ in plan.sprints
        ),
    ]
    headings = ["What", *(f"Option {option.id}: {option.title}" for option in options)]
    return table("Options", headings, stated(rows)) if options else Markup("")


def _when(option: Option, sprint: str) -> Markup:
    """The weeks in which an option does a sprint."""
    windows = [work.weeks for lane in option.people for work in lane.work if sprint in work.sprints]
    return joined(each.named for each in windows)


@macro
def option(context: Context, id: Annotated[str, "The option's id."]) -> str:  # noqa: A002
    """One option: who does what in which weeks, as a chart and a table."""
    found = context.option(id)
    rows = [
        Row([lane.name, weeks(context.facts.plan, work.weeks), _work(context, work)])
        for lane in found.people
        for work in lane.work
    ]
    return render(
        "option.md.jinja",
        chart=charts.option_chart(context, found),
        table=table(f"Option {found.id}", ["Who", "When", "What"], rows),
    )


def _work(context: Context, work: Work) -> Markup:
    helped = (
        Markup("{}: {}").format(text(work.task or "Support"), sprint_links(context, work.supports))
        if work.supports
        else None
    )
    done = sprint_links(context, work.sprints, titled=True) if work.sprints else None
    said = text(work.task) if work.task and not work.supports else None
    return joined((piece for piece in (done, helped, said) if piece is not None), "; ")


@macro
def option_list(context: Context) -> str:
    """Every option with its chart and table, one under the other."""
    options = [(each, anchor("option", each.id), option(context, each.id)) for each in context.facts.plan.options]
    return render("options.md.jinja", options=options)
