"""What the site offers for other programs: links to the files of `exports/`."""

from masterplan.render.export import FOLDER, paths
from masterplan.render.html import code, joined, link
from masterplan.render.macro import Context, macro
from masterplan.render.table import Row, table

_FORMS = (
    ("plan.json", "Everything, in a versioned form", "masterplan export json"),
    ("plan.ics", "The sprints as a calendar", "masterplan export ics"),
    ("csv/", "Tables", "masterplan export csv"),
    ("badges/", "Badges, as pictures and for shields.io", "masterplan export badges"),
)
"""How each path begins, what is there, and the command that makes the same."""


@macro
def exports(context: Context) -> str:
    """Every form of the plan for other programs, with links to the files."""
    found = paths(context.facts)
    rows = [
        Row([says, joined(_link(context, path) for path in found if path.startswith(begins)), code(command)])
        for begins, says, command in _FORMS
    ]
    return table("Exports", ["What", "Files", "Command"], rows)


def _link(context: Context, path: str) -> str:
    return link(context.links.to(FOLDER + path), path.rpartition("/")[2])
