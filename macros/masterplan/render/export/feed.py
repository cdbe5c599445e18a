"""`changes.xml`: what commits did to the plan as an Atom feed (RFC 4287), the newest first.

Entries hold all they say, so it is right wherever the site is; where the site's address is known, they link to the page
of changes. Ids are made of what the plan is known by and of hashes. Its times are those of the commits.
"""

from collections.abc import Mapping

from masterplan.model.history import Commit, History
from masterplan.render.escape import escape
from masterplan.render.export import FEED

MOST_ENTRIES = 50
"""Commits that the feed holds, the newest."""


def feed(title: str, history: History, identity: str, page: str = "") -> Mapping[str, str]:
    """The feed by its path; nothing where there are no commits.

    `identity` is what feed readers know the plan by, `page` the address of the page of changes, empty where none is
    known.
    """
    if not history.commits:
        return {}
    newest = max(commit.made for commit in history.commits[:MOST_ENTRIES])
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{escape(title)}: changes</title>",
        f"<id>urn:masterplan:{identity}:changes</id>",
        *_link(page),
        f"<updated>{newest:%Y-%m-%dT%H:%M:%SZ}</updated>",
        '<generator uri="urn:masterplan">masterplan</generator>',
        *(line for commit in history.commits[:MOST_ENTRIES] for line in _entry(commit, identity, page)),
        "</feed>",
    ]
    return {FEED: "".join(f"{line}\n" for line in lines)}


def _link(address: str) -> list[str]:
    return [f'<link href="{escape(address)}"/>'] if address else []


def _entry(commit: Commit, identity: str, page: str) -> list[str]:
    return [
        "<entry>",
        f"<title>{escape(commit.title) or commit.short}</title>",
        f"<id>urn:masterplan:{identity}:commit:{commit.id}</id>",
        *_link(f"{page}#{commit.anchor}" if page else ""),
        f"<updated>{commit.made:%Y-%m-%dT%H:%M:%SZ}</updated>",
        f"<author><name>{escape(commit.author) or 'unknown'}</name></author>",
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">',
        *_content(commit),
        "</div></content>",
        "</entry>",
    ]


def _content(commit: Commit) -> list[str]:
    """What a commit did, as XHTML."""
    if commit.state.extent is None:
        return [f"<p>The plan could not be read: {escape(commit.state.problem)}</p>"]
    if not commit.changes:
        return ["<p>The first plan that is known.</p>" if commit.begins else "<p>Only the layout of its files.</p>"]
    said = [f"<li>{change.weight}: {escape(change.message)}</li>" for change in commit.changes]
    return ["<ul>", *said, "</ul>"]
