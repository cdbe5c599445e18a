"""What pages ask of the site itself: whether a part has anything to show, and links to the default pages."""

from typing import Annotated

from masterplan.analyse.content import ContentPart
from masterplan.errors import UsageError
from masterplan.render.blocks import Content, Hyperlink
from masterplan.render.compose import joined
from masterplan.render.macro import Context, macro


@macro
def has(context: Context, part: Annotated[ContentPart, "What the plan may say something of."]) -> Content:
    """Whether the plan says anything of a part, for an `if` around a section: `yes`, else nothing."""
    return "yes" if context.has(part) else ""


@macro
def page_links(context: Context, pages: Annotated[str, "Ids of default pages, with blanks between them."]) -> Content:
    """Links to those of the default pages that this site has, by their titles, for use inside a sentence."""
    for unknown in (id_ for id_ in pages.split() if id_ not in context.pages):
        raise UsageError(f"there is no default page {unknown}; there are {', '.join(context.pages)}")
    here = [page for id_ in pages.split() if (page := context.pages[id_])]
    return joined(Hyperlink(context.links.to(path), title) for path, title in here) if here else ""
