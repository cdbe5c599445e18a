"""The plan's own files, with a link target on every line, so that a place can be shown without any other host."""

from masterplan.render.blocks import Content, Listing, Section
from masterplan.render.compose import anchor
from masterplan.render.links import line_anchor
from masterplan.render.macro import Context, macro


@macro
def plan_source(context: Context) -> Content:
    """The plan's files that have no page of their own: the plan itself, phases, options, team and progress."""
    return tuple(
        Section(2, path, anchor(path), source_listing(context, path))
        for path in context.texts
        if not path.startswith("plan_data/sprints/")
    )


def source_listing(context: Context, path: str) -> Listing:
    """One file of the plan, line by line."""
    lines = enumerate(context.texts[path].splitlines(), 1)
    return Listing(path, tuple((line_anchor(path, n), line) for n, line in lines))
