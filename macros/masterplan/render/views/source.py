"""The plan's own files, with a link target on every line, so that a place can be shown without any other host."""

from markupsafe import Markup

from masterplan.render.html import anchor, lines, render, text
from masterplan.render.links import line_anchor
from masterplan.render.macro import Context, macro


@macro
def plan_source(context: Context) -> str:
    """The plan's files that have no page of their own: the plan itself, phases, options, team and progress."""
    paths = [path for path in context.texts if not path.startswith("plan_data/sprints/")]
    return Markup("\n\n").join(
        Markup("## {} {{: #{} }}\n\n{}").format(text(path), anchor(path), source_listing(context, path))
        for path in paths
    )


def source_listing(context: Context, path: str) -> Markup:
    """One file of the plan, line by line."""
    numbered = [(line_anchor(path, n), line) for n, line in enumerate(lines(context.texts[path]), 1)]
    return render("source.html.jinja", path=path, lines=numbered)
