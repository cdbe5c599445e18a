"""What the site offers for other programs: links to the files of `exports/`."""

from markupsafe import Markup

from masterplan.render.export import EXPORTS, FOLDER, Material, paths
from masterplan.render.export.badges import Badge, badges
from masterplan.render.html import code, joined, link, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Row, table


@macro
def exports(context: Context) -> str:
    """Every form of the plan for other programs, with links to the files."""
    material = Material(context.facts, history=context.history)
    rows = [
        Row(
            [
                context.facts.plan.worded(export.says),
                joined(_link(context, path) for path in paths(export, material)),
                code(f"masterplan export {export.name}"),
            ]
        )
        for export in EXPORTS
    ]
    return table("Exports", ["What", "Files", "Command"], rows)


@macro
def badge_table(context: Context) -> str:
    """Every badge as it looks now, with links to its picture and to its JSON."""
    rows = [
        Row([_picture(context, name, badge), *_files(context, name)]) for name, badge in badges(context.facts).items()
    ]
    return table("Badges", ["Badge", "Picture", "For shields.io"], rows)


def _picture(context: Context, name: str, badge: Badge) -> Markup:
    source = context.links.to(f"{FOLDER}badges/{name}.svg")
    return Markup('<img src="{}" alt="{}" height="20">').format(source, text(f"{badge.label}: {badge.message}"))


def _files(context: Context, name: str) -> tuple[Markup, ...]:
    return tuple(_link(context, f"badges/{name}.{kind}") for kind in ("svg", "json"))


def _link(context: Context, path: str) -> Markup:
    return link(context.links.to(FOLDER + path), path.rpartition("/")[2])
