"""`changes.xml`, and a feed for each owner: changes of the plan by commit as Atom (RFC 4287), the newest first.

Entries contain their full text, so the feed can be read without the site; they link to the page of changes if its
address is known. Ids are made from the plan's identity and the commits' hashes; times are those of the commits.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from masterplan.model.history import Commit, History
from masterplan.model.naming import Subject
from masterplan.render.escape import plain

MOST_ENTRIES = 50
"""Maximum number of commits in a feed."""

_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True, slots=True)
class Reader:
    """The owner that a feed is for: id, name, and their parts of the plan."""

    id: str
    name: str
    parts: Set[Subject]


def feed(title: str, history: History, identity: str, page: str = "", reader: Reader | None = None) -> str:
    """The feed of all changes of a plan, or of the changes to a reader's parts; `history` must have a commit.

    `identity` is the plan's id for feed readers; `page` is the address of the page of changes, or empty if unknown.
    """
    commits = tuple(_concerning(history, reader) if reader else history.commits)[:MOST_ENTRIES]
    root = Element("feed", xmlns=_ATOM)
    reader_id = reader.id if reader else ""
    _add(root, "title", f"{plain(title)}: changes{f' for {plain(reader.name)}' if reader else ''}")
    _add(root, "id", _id(identity, "changes", reader_id))
    _link(root, page)
    _add(root, "updated", _time(max(commit.time for commit in commits or history.commits)))
    _add(root, "generator", "masterplan", uri="urn:masterplan")
    for commit in commits:
        _entry(root, commit, _id(identity, f"commit:{commit.id}", reader_id), page)
    _break(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _id(identity: str, subject: str, reader: str) -> str:
    return ":".join(filter(None, ("urn:masterplan", identity, subject, reader)))


def _concerning(history: History, reader: Reader) -> Iterator[Commit]:
    """The commits that changed a reader's parts, with only those changes."""
    for commit in history.commits:
        if changes := tuple(change for change in commit.changes if change.subject in reader.parts):
            yield replace(commit, changes=changes)


def _entry(root: Element, commit: Commit, id_: str, page: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "title", plain(commit.title) or commit.short)
    _add(entry, "id", id_)
    _link(entry, f"{page}#{commit.anchor}" if page else "")
    _add(entry, "updated", _time(commit.time))
    _add(_add(entry, "author"), "name", plain(commit.author) or "unknown")
    _content(_add(_add(entry, "content", type="xhtml"), "div", xmlns=_XHTML), commit)
    _break(entry)


def _content(div: Element, commit: Commit) -> None:
    """Add the changes of a commit as XHTML."""
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
    """Put the children of an element on separate lines."""
    parent.text = "\n"
    for element in parent:
        element.tail = "\n"


def _link(parent: Element, address: str) -> None:
    if address:
        _add(parent, "link", href=address)


def _time(moment: datetime) -> str:
    """A UTC time in the format of RFC 3339."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
