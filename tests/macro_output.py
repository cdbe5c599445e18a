"""The output of a macro for tests: as a node of HTML, and as the text that a reader sees."""

from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.publish.project import Project
from masterplan.publish.reference import MACROS
from masterplan.render.macro import Context
from masterplan.render.write import html
from tests.sites import words


def html_of(name: str, context: Context, /, *arguments: object, **named: object) -> Markup:
    """The HTML of a macro for a page. Raises UsageError for a wrong parameter."""
    return html.page(MACROS[name].content(context, *arguments, **named))


def output(project: Project, name: str, *arguments: str, page: str = "index.md") -> LexborNode:
    """The output of a macro on a page, inside a `<main>`."""
    content = Markup("<main>{}</main>").format(html_of(name, project.context(page), *arguments))
    return LexborHTMLParser(content).css("main")[0]


def shown(project: Project, name: str, *arguments: str) -> str:
    """The text of a macro's output as one line."""
    return words(output(project, name, *arguments))
