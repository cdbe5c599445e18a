"""Prose of the plan, where Markdown is allowed: rendered alone, then cleaned of everything that could act.

Emphasis, code, lists, quotes and links to https, http and mailto stay; raw HTML, images, headings and attributes do
not.
"""

from functools import lru_cache

import nh3
from markdown import Markdown
from markupsafe import Markup

TAGS = {"p", "em", "strong", "code", "pre", "ul", "ol", "li", "a", "br", "blockquote"}
SCHEMES = {"https", "http", "mailto"}


@lru_cache(maxsize=4096)
def prose(source: str) -> Markup:
    """Markdown of the plan as safe HTML in one line per block."""
    html = nh3.clean(
        Markdown(output_format="html").convert(source),
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes=SCHEMES,
        url_relative="deny",
        strip_comments=True,
        link_rel="noopener noreferrer",
        filter_style_properties=set(),
    )
    return Markup(_inert(html))


def _inert(html: str) -> str:
    """The same HTML without signs that a host's Markdown or Jinja would read a second time, and without empty lines."""
    for sign in "{}`*_[]!|$~":
        html = html.replace(sign, f"&#{ord(sign)};")
    return html.replace("\n\n", "\n&#8203;\n").strip()
