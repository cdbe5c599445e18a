"""What the site offers for other programs: links to the files of `exports/`."""

from masterplan.render.blocks import Code, Content, Hyperlink, Picture
from masterplan.render.compose import joined, row, table
from masterplan.render.export import EXPORTS, FOLDER, Material, paths
from masterplan.render.export.badges import Badge, badges
from masterplan.render.macro import Context, macro


@macro
def exports(context: Context) -> Content:
    """Every form of the plan for other programs, with links to the files."""
    material = Material(context.facts, history=context.history)
    rows = [
        row(
            context.facts.plan.worded(export.says),
            joined(_link(context, path) for path in paths(export, material)),
            Code(f"masterplan export {export.name}"),
        )
        for export in EXPORTS
    ]
    return table("Exports", ["What", "Files", "Command"], rows)


@macro
def badge_table(context: Context) -> Content:
    """Every badge as it looks now, with links to its picture and to its JSON."""
    rows = [
        row(_picture(context, name, badge), *(_link(context, f"badges/{name}.{kind}") for kind in ("svg", "json")))
        for name, badge in badges(context.facts).items()
    ]
    return table("Badges", ["Badge", "Picture", "For shields.io"], rows)


def _picture(context: Context, name: str, badge: Badge) -> Picture:
    return Picture(context.links.to(f"{FOLDER}badges/{name}.svg"), f"{badge.label}: {badge.message}")


def _link(context: Context, path: str) -> Hyperlink:
    return Hyperlink(context.links.to(FOLDER + path), path.rpartition("/")[2])
