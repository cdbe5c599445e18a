"""The output of a macro for tests: as a node of HTML, and as the text that a reader sees."""

from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.publish.project import Project
from masterplan.render import views
from masterplan.render.macro import MACROS
from tests.sites import words


def output(project: Project, name: str, *arguments: str, page: str = "index.md") -> LexborNode:
    """The output of a macro on a page, inside a `<main>`."""
    assert views.__all__, "importing the package registers the macros"
    html = Markup("<main>{}</main>").format(MACROS[name].call(project.context(page), *arguments))
    return LexborHTMLParser(html).css("main")[0]


def shown(project: Project, name: str, *arguments: str) -> str:
    """The text of a macro's output as one line."""
    return words(output(project, name, *arguments))
