"""`changes.xml`: what commits did to the plan as an Atom feed (RFC 4287), the newest first.

Entries have their whole text, so the feed can be read without the site; where the site's address is known, they link to
the page of changes. Ids are made from the plan's identity and the commits' hashes, and times are those of the commits.
"""

from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from masterplan.model.history import Commit, History
from masterplan.render.escape import plain

MOST_ENTRIES = 50
"""Commits that the feed holds, the newest."""

_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"


def feed(title: str, history: History, identity: str, page: str = "") -> str:
    """The feed of a plan with a title and at least one commit.

    `identity` is what feed readers know the plan by, `page` the address of the page of changes, empty where none is
    known.
    """
    commits = history.commits[:MOST_ENTRIES]
    root = Element("feed", xmlns=_ATOM)
    _add(root, "title", f"{plain(title)}: changes")
    _add(root, "id", f"urn:masterplan:{identity}:changes")
    _link(root, page)
    _add(root, "updated", _time(max(commit.made for commit in commits)))
    _add(root, "generator", "masterplan", uri="urn:masterplan")
    for commit in commits:
        _entry(root, commit, identity, page)
    _break(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _entry(root: Element, commit: Commit, identity: str, page: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "title", plain(commit.title) or commit.short)
    _add(entry, "id", f"urn:masterplan:{identity}:commit:{commit.id}")
    _link(entry, f"{page}#{commit.anchor}" if page else "")
    _add(entry, "updated", _time(commit.made))
    _add(_add(entry, "author"), "name", plain(commit.author) or "unknown")
    _content(_add(_add(entry, "content", type="xhtml"), "div", xmlns=_XHTML), commit)
    _break(entry)


def _content(div: Element, commit: Commit) -> None:
    """What a commit did, as XHTML."""
    if commit.state.extent is None:
        _add(div, "p", f"The plan could not be read: {plain(commit.state.problem)}")
    elif not commit.changes:
        _add(div, "p", "The first plan that is known." if commit.begins else "Only the layout of its files.")
    else:
        changes = _add(div, "ul")
        for change in commit.changes:
            _add(changes, "li", f"{change.weight}: {plain(change.message)}")
        _break(changes)
    _break(div)


def _add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    element = SubElement(parent, tag, attributes)
    element.text = text
    return element


def _break(parent: Element) -> None:
    """Put what an element holds on lines of its own."""
    parent.text = "\n"
    for element in parent:
        element.tail = "\n"


def _link(parent: Element, address: str) -> None:
    if address:
        _add(parent, "link", href=address)


def _time(moment: datetime) -> str:
    """A time in UTC as RFC 3339 writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
