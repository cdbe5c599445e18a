"""Small pieces of finished HTML, and the one place where templates get their escaping.

`Markup` is finished text. Everything else is plan text and is escaped when it meets a template, whatever the template
says.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from masterplan.render.escape import escape, verbatim

_NOT_ANCHOR = re.compile(r"[^A-Za-z0-9]+")
_EMPTY_LINES = re.compile(r"\n{3,}")

NOTHING = Markup('<span class="mp-none">&#8212;</span>')
"""Shown where the plan says nothing."""

NOT_STATED = Markup('<span class="mp-none">not stated</span>')
"""Shown where the plan could have said that there is nothing, and did not."""


def text(value: object) -> Markup:
    """Any value as inert text; finished text as it is."""
    return value if isinstance(value, Markup) else Markup(escape(str(value)))


def spaced(piece: str) -> Markup:
    """A piece of a sentence as inert text, with a blank kept at either end."""
    before, after = piece[:1].isspace(), piece[-1:].isspace()
    return Markup("{}{}{}").format(" " * before, text(piece), " " * (after and bool(piece.strip())))


def quoted(message: str) -> Markup:
    """A message or description with what stands between backticks as a quotation; one without its pair stays."""
    pieces = message.split("`")
    if len(pieces) % 2 == 0:
        return text(message)
    shown = (Markup("<q>{}</q>").format(isolated(piece)) if n % 2 else spaced(piece) for n, piece in enumerate(pieces))
    return Markup("").join(shown)


def isolated(value: object) -> Markup:
    """Any value as inert text in an element of its own where it runs from right to left.

    The words and signs around it then keep their places. Not for attributes.
    """
    shown = text(value)
    return shown if isinstance(value, Markup) or not _from_the_right(str(value)) else Markup(f"<bdi>{shown}</bdi>")


def _from_the_right(words: str) -> bool:
    return not words.isascii() and any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in words)


def named(name: str, title: object) -> Markup:
    """What something is called, with its title: `Sprint 4: Request batching`."""
    return Markup("{}: {}").format(text(name), isolated(title))


def lines(listing: str) -> list[Markup]:
    """The lines of a listing as inert text with all their blanks."""
    return [Markup(verbatim(line)) for line in listing.splitlines()]


def anchor(*words: str) -> Markup:
    """A name for a place on a page, safe in Markdown, HTML and addresses: letters, digits and dashes only."""
    return Markup(_NOT_ANCHOR.sub("-", "-".join(words)))


def link(href: str, label: object) -> Markup:
    """A link; `href` comes from `Links` or from a checked address of the plan."""
    return Markup(f'<a href="{text(href)}">{isolated(label)}</a>')


def chip(kind: str, label: object) -> Markup:
    """A small mark with a word in it; `kind` names its look in the stylesheet."""
    return Markup(f'<span class="mp-chip mp-chip--{text(kind)}">{isolated(label)}</span>')


def small(value: object) -> Markup:
    """A note beside something more important."""
    return Markup(f'<span class="mp-small">{isolated(value)}</span>')


def unsearched(value: object) -> Markup:
    """What the search passes over, as it is said better on another page."""
    return Markup(f"<span data-search-exclude>{isolated(value)}</span>")


def code(value: object) -> Markup:
    """A file name or other literal."""
    return Markup(f"<code>{isolated(value)}</code>")


def joined(pieces: Iterable[object], by: str = ", ") -> Markup:
    """Several pieces in one line; the sign for nothing where there are none."""
    shown = [isolated(piece) for piece in pieces]
    return Markup(by).join(shown) if shown else NOTHING


def list_of(items: Iterable[object], *, ordered: bool = False) -> Markup:
    """A list; the sign for nothing where it is empty."""
    rows = "".join(f"<li>{text(item)}</li>" for item in items)
    tag = "ol" if ordered else "ul"
    return Markup(f"<{tag}>{rows}</{tag}>") if rows else NOTHING


def figure(svg: str, label: str) -> Markup:
    """A picture, finished SVG, in a frame that scrolls by itself, by keyboard too, and stays out of the search."""
    frame = Markup('<figure class="mp-figure" tabindex="0" aria-label="{}" data-search-exclude>{}</figure>')
    return frame.format(text(label), Markup(svg))


def collapsed(shown: Markup, label: str, hidden: Markup) -> Markup:
    """A picture with its facts folded away beneath it."""
    return Markup('<div>{}\n<details class="mp-more"><summary>{}</summary>\n{}\n</details></div>').format(
        shown, text(label), hidden
    )


def render(template: str, **values: Any) -> Markup:
    """Fill a template of this package.

    An HTML template comes back without empty lines, as one block in Markdown; a Markdown template keeps one between
    blocks.
    """
    filled = _environment().get_template(template).render(values)
    lines = [line.rstrip() for line in filled.splitlines()]
    if template.endswith(".md.jinja"):
        return Markup(_EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n"))
    return Markup("\n".join(line for line in lines if line))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("masterplan.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["isolated"] = isolated
    helpers: Mapping[str, Any] = {"NOTHING": NOTHING}
    environment.globals.update(helpers)
    return environment
