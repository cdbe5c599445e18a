"""The whole plan as one printable document: HTML with inline styles, without theme, scripts, requests or other files.

Its content is that of the page to print. Links lead to anchors in the document or to outside addresses.
"""

import re
from dataclasses import dataclass, fields, replace
from importlib.resources import files

from masterplan.model.place import Place
from masterplan.render import compose
from masterplan.render.escape import escape, plain
from masterplan.render.links import Links
from masterplan.render.macro import Context
from masterplan.render.tickets import with_tickets
from masterplan.render.views.print_page import whole_plan
from masterplan.render.write import html

_STYLES = ("masterplan.css", "diagrams.css", "paper.css")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}{running}</style>
</head>
<body class="md-typeset">
{body}
</body>
</html>
"""


def paper(context: Context, built_from: str) -> str:
    """The document; `built_from`, such as a commit, is printed at the foot of each page."""
    title = context.facts.plan.header.title
    folder = files("masterplan.render") / "assets"
    links = {field.name: getattr(context.links, field.name) for field in fields(context.links)}
    within = replace(context, links=_DocumentLinks(**links))
    return _FRAME.format(
        policy=_POLICY,
        title=escape(title),
        style="\n".join((folder / name).read_text("utf-8") for name in _STYLES),
        running=running_lines(title, built_from),
        body=html.document(with_tickets(whole_plan(within), context.facts.plan.header.tracker)),
    )


def running_lines(title: str, built_from: str) -> str:
    """CSS for the head and the foot of each printed page; safe within a `<style>`."""
    return f"@page{{@top-left{{content:{_string(title)}}}@bottom-left{{content:{_string(built_from)}}}}}"


def _string(text: str) -> str:
    """Text as a CSS string; all characters except ASCII letters, digits and blanks are escaped by number."""
    return '"' + _NOT_PLAIN.sub(lambda sign: f"\\{ord(sign[0]):x} ", plain(text)) + '"'


@dataclass(frozen=True)
class _DocumentLinks(Links):
    """Links within the document: a page becomes the section of its sprint or of its subject."""

    def to(self, page: str, anchor: str = "") -> str:
        """The anchor of the section for a page."""
        return self.svg(page, anchor)

    def svg(self, page: str, anchor: str = "") -> str:
        """The same anchor, for SVG."""
        sprint = next((id_ for id_, path in self.sprints.items() if path == page), None)
        return (
            f"#{compose.anchor('sprint', sprint)}"
            if sprint
            else f"#{anchor or page.partition('.')[0].rpartition('/')[2]}"
        )

    def source(self, place: Place) -> str:
        """A line of the plan's source if the repository has an address; else the start of the document."""
        return super().source(place) if self.source_url else "#"
