"""The whole plan as one document for paper: HTML that carries its styles, without theme, scripts, requests or files.

It says what the page to print says. Links lead to places in the document, or to addresses outside.
"""

import re
from dataclasses import dataclass, replace
from importlib.resources import files

from masterplan.model.place import Place
from masterplan.render.compose import anchor
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
    """The document; `built_from` says at the foot of each page what it was made from."""
    title = context.facts.plan.header.title
    folder = files("masterplan.render") / "assets"
    within = replace(context, links=_Within(**vars(context.links)))
    return _FRAME.format(
        policy=_POLICY,
        title=escape(title),
        style="\n".join((folder / name).read_text("utf-8") for name in _STYLES),
        running=running_lines(title, built_from),
        body=html.document(with_tickets(whole_plan(within), context.facts.plan.header.tracker)),
    )


def running_lines(title: str, built_from: str) -> str:
    """What stands at the head and the foot of each printed page, as CSS; safe within a `<style>`."""
    return f"@page{{@top-left{{content:{_string(title)}}}@bottom-left{{content:{_string(built_from)}}}}}"


def _string(text: str) -> str:
    """A text as a string of CSS: all but letters, digits and blanks of ASCII by their numbers."""
    return '"' + _NOT_PLAIN.sub(lambda sign: f"\\{ord(sign[0]):x} ", plain(text)) + '"'


@dataclass(frozen=True)
class _Within(Links):
    """Links to places in the document: to a sprint's section, or to that of the subject that a page is about."""

    def to(self, page: str, anchor: str = "") -> str:
        """The place of what another page shows."""
        return self.svg(page, anchor)

    def svg(self, page: str, anchor: str = "") -> str:
        """The same in a drawing."""
        of_sprint = next((id_ for id_, path in self.sprints.items() if path == page), None)
        return _place("sprint", of_sprint) if of_sprint else f"#{anchor or page.partition('.')[0].rpartition('/')[2]}"

    def source(self, place: Place) -> str:
        """A line of the plan's source where the repository shows it; else the beginning."""
        return super().source(place) if self.source_url else "#"


def _place(*words: str) -> str:
    return f"#{anchor(*words)}"
