"""`changes.xml`, and a feed for each owner: what commits did to the plan as Atom (RFC 4287), the newest first.

Entries have their whole text, so the feed can be read without the site; where the site's address is known, they link to
the page of changes. Ids are made from the plan's identity and the commits' hashes, and times are those of the commits.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from masterplan.model.history import Commit, History
from masterplan.model.naming import Subject
from masterplan.render.escape import plain

MOST_ENTRIES = 50
"""Commits that the feed holds, the newest."""

_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True, slots=True)
class Reader:
    """The owner that a feed is for: the id and the name of an owner, and the parts of the plan that are theirs."""

    id: str
    name: str
    parts: Set[Subject]


def feed(title: str, history: History, identity: str, page: str = "", reader: Reader | None = None) -> str:
    """The feed of a plan with a title and at least one commit: of all changes, or of those to a reader's parts.

    `identity` is what feed readers know the plan by, `page` the address of the page of changes, empty where none is
    known.
    """
    commits = tuple(_concerning(history, reader) if reader else history.commits)[:MOST_ENTRIES]
    root = Element("feed", xmlns=_ATOM)
    of = reader.id if reader else ""
    _add(root, "title", f"{plain(title)}: changes{f' for {plain(reader.name)}' if reader else ''}")
    _add(root, "id", _id(identity, "changes", of))
    _link(root, page)
    _add(root, "updated", _time(max(commit.made for commit in commits or history.commits)))
    _add(root, "generator", "masterplan", uri="urn:masterplan")
    for commit in commits:
        _entry(root, commit, _id(identity, f"commit:{commit.id}", of), page)
    _break(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _id(identity: str, of: str, reader: str) -> str:
    return ":".join(filter(None, ("urn:masterplan", identity, of, reader)))


def _concerning(history: History, reader: Reader) -> Iterator[Commit]:
    """The commits that changed a reader's parts, each with those changes alone."""
    for commit in history.commits:
        if changes := tuple(change for change in commit.changes if change.subject in reader.parts):
            yield replace(commit, changes=changes)


def _entry(root: Element, commit: Commit, id_: str, page: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "title", plain(commit.title) or commit.short)
    _add(entry, "id", id_)
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
        _add(div, "p", "Initial plan." if commit.begins else "Only formatting changed.")
    else:
        changes = _add(div, "ul")
        for change in commit.changes:
            _add(changes, "li", ("Breaking: " if change.weight == "breaking" else "") + plain(change.message))
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
