"""Redirects from the addresses of former pages to the pages that have their content now.

They are plain files, not pages of the host, so that navigation, search and sitemap leave them out. Browsers drop an
address's anchor when they follow a redirect in HTML, so a script keeps it. Without scripts the top of the page opens.
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
"""Pages with parts of former pages, by former page and anchor, if not on the page that replaces it."""

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
    """Every redirect and their script, by path below the docs folder.

    A former page that the team has written itself stays, and redirects to pages that this site lacks are left out.
    """
    redirect_pages = {
        _path(project, old): _redirect(project, old, now)
        for old, now in FORMER.items()
        if now in project.default_pages and not (project.docs / project.at(f"{old}.md")).is_file()
    }
    script = (files("masterplan.render") / SCRIPT).read_text("utf-8")
    return {**redirect_pages, project.at(SCRIPT): script} if redirect_pages else {}


def _path(project: Project, old: str) -> str:
    return project.at(f"{old}/index.html" if project.directories else f"{old}.html")


def _redirect(project: Project, old: str, now: str) -> str:
    """A redirect page: a link to the new page, and one for each anchor whose part is on another page.

    The links have no anchors, because the team may have written the new page without them.
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
