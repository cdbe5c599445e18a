"""Pages at the addresses of former pages, which lead to where their content is now.

They are plain files and no pages of the host, so that navigation, search and sitemap leave them out. The anchor of an
address is kept: browsers do that for no redirect in HTML, so a script does; without scripts the top of the page opens.
"""

from collections.abc import Mapping
from html import escape
from importlib.resources import files

from masterplan.publish.default_pages import FORMER
from masterplan.publish.project import Project
from masterplan.render.links import Links

SCRIPT = "assets/moved.js"

_ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("metrics", "declared"): "audit",
    ("rollback", "declared"): "audit",
}
"""Where a part of a former page is, by that page and the part's anchor, if not on the page that replaces it."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="canonical" href="{address}">
<script src="{script}" defer></script>
<noscript><meta http-equiv="refresh" content="0; url={address}"></noscript>
</head>
<body>
<h1>This page has moved</h1>
<p>It is now part of <a id="moved" href="{address}">{title}</a>.</p>
{elsewhere}</body>
</html>
"""


def redirects(project: Project) -> Mapping[str, str]:
    """Every page that leads elsewhere, and their script, by its path below the docs folder.

    A former page that the team has written itself stays theirs, and one whose new page this site lacks has none.
    """
    made = {
        _path(project, old): _redirect(project, old, now)
        for old, now in FORMER.items()
        if now in project.default_pages and not (project.docs / project.at(f"{old}.md")).is_file()
    }
    script = (files("masterplan.render") / SCRIPT).read_text("utf-8")
    return {**made, project.at(SCRIPT): script} if made else {}


def _path(project: Project, old: str) -> str:
    return project.at(f"{old}/index.html" if project.directories else f"{old}.html")


def _redirect(project: Project, old: str, now: str) -> str:
    """One page: a link to the new page, and one by each anchor whose part is somewhere else.

    The links have no anchors, as a team may have written the new page without them.
    """
    links = Links(project.at(f"{old}.md"), {}, {}, directories=project.directories, folder=project.folder)
    page = project.default_pages[now]
    parts = (
        f'<p>One part is on <a id="{anchor}" href="{links.svg(project.default_pages[to].path)}">'
        f"{escape(project.default_pages[to].title)}</a>.</p>\n"
        for (of, anchor), to in _ELSEWHERE.items()
        if of == old and to in project.default_pages
    )
    return _PAGE.format(
        title=escape(page.title),
        address=links.svg(page.path),
        script=links.svg(SCRIPT),
        elsewhere="".join(parts),
    )
