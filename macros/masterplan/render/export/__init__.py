"""Exports of the plan for other programs. The site, the guide and the command line are made from `EXPORTS`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from masterplan.analyse import Facts
from masterplan.model.history import NO_HISTORY, History
from masterplan.render.export.badges import BADGES, Badge
from masterplan.render.export.calendar import calendar, is_dated
from masterplan.render.export.data import json_text, whole
from masterplan.render.export.feed import Reader, feed
from masterplan.render.export.tables import TABLES, CsvTable, csv
from masterplan.render.links import PEOPLE

FOLDER = "exports/"
"""The folder of the exports, below docs/."""

CALENDAR_FILE = "plan.ics"
"""The file of the plan's calendar."""

FEED = "changes.xml"
"""The file of the feed of changes."""


class ExportSource(Protocol):
    """Data for exports, such as a project; an export reads only what it needs."""

    @property
    def facts(self) -> Facts:
        """The plan with its computed facts."""

    @property
    def identity(self) -> str:
        """The plan's id in calendars and feeds."""

    @property
    def history(self) -> History:
        """The changes of the plan by commit."""

    @property
    def page_of_changes(self) -> str:
        """The address of the page of changes; empty if unknown."""

    def address(self, page: str) -> str:
        """The absolute address of a page, given by its path; empty if unknown."""


@dataclass(frozen=True)
class Material:
    """Data for exports without a project: for a plan without a repository, or only to list the files."""

    facts: Facts
    identity: str = ""
    history: History = NO_HISTORY
    page_of_changes: str = ""

    def address(self, _: str) -> str:
        """Always empty."""
        return ""


Files = Iterator[tuple[str, Callable[[], str]]]
"""The paths of files below `FOLDER`, each with a function that makes its text."""


@dataclass(frozen=True)
class Export:
    """An export format: the site contains its files, and `masterplan export NAME` makes them.

    `description` is for pages, `help` for the command line. Several files share a `folder`, which is empty for a single
    file; the command prints one with the `suffix`. `missing` is the reason why a plan may have no file, and what to do.
    """

    name: str
    description: str
    help: str
    files: Callable[[ExportSource], Files]
    folder: str = ""
    suffix: str = ""
    missing: str = ""


def _json(source: ExportSource) -> Files:
    yield "plan.json", lambda: json_text(whole(source.facts))


def _calendar(source: ExportSource) -> Files:
    if is_dated(source.facts):
        yield CALENDAR_FILE, lambda: calendar(source.facts, source.identity, None, source.address)


def _tables(source: ExportSource) -> Files:
    for name, table in TABLES.items():
        yield f"csv/{name}.csv", partial(_table, table, source)


def _table(table: CsvTable, source: ExportSource) -> str:
    return csv(table, whole(source.facts))


def _badges(source: ExportSource) -> Files:
    for name, badge in BADGES.items():
        yield f"badges/{name}.svg", partial(_badge_text, badge, Badge.svg, source)
        yield f"badges/{name}.json", partial(_badge_text, badge, Badge.endpoint, source)


def _badge_text(badge: Callable[[Facts], Badge], write: Callable[[Badge], str], source: ExportSource) -> str:
    return write(badge(source.facts))


def _feed(source: ExportSource) -> Files:
    if source.history.commits:
        title = source.facts.plan.header.title
        yield FEED, lambda: feed(title, source.history, source.identity, source.page_of_changes)


def _people(source: ExportSource) -> Files:
    for id_ in source.facts.workloads:
        yield from owner_files(source, id_)


def owner_files(source: ExportSource, owner: str) -> Files:
    """The calendar and the feed of a person, a team or a role; none for an owner without responsibilities."""
    facts, parts = source.facts, source.facts.workloads[owner].parts
    if not parts:
        return
    if is_dated(facts, owner):
        yield f"{PEOPLE}{owner}.ics", lambda: calendar(facts, source.identity, owner, source.address)
    if source.history.commits:
        reader = Reader(owner, facts.plan.person(owner), parts)
        title = facts.plan.header.title
        yield (
            f"{PEOPLE}{owner}.xml",
            lambda: feed(title, source.history, source.identity, source.page_of_changes, reader),
        )


EXPORTS: tuple[Export, ...] = (
    Export(
        "json",
        "Everything, in a versioned format",
        "Print everything as JSON, in the versioned format described by docs/schema/export.schema.json.",
        _json,
    ),
    Export(
        "ics",
        "The sprints as a calendar",
        "Print the sprints as a calendar, in their own time windows or those of their phases.",
        _calendar,
        missing="nothing in the plan has a date; set `start:` in plan.yml, and `when:` for sprints or phases",
    ),
    Export(
        "csv",
        "Tables",
        "Print a table as CSV, or write all of them as files: sprints, metrics, risks and more.",
        _tables,
        folder="csv/",
        suffix=".csv",
    ),
    Export(
        "badges",
        "Badges, as pictures and for shields.io",
        "Print a badge as SVG, or write all of them as files, with the JSON that shields.io takes.",
        _badges,
        folder="badges/",
        suffix=".svg",
    ),
    Export(
        "feed",
        "The changes of the plan as an Atom feed",
        "Print the changes that commits made to the plan as an Atom feed.",
        _feed,
        missing="no commit here has changed the plan; commit it first",
    ),
    Export(
        "people",
        "A calendar and a feed for each person, team and role",
        "Print the calendar of a person, a team or a role, or write all of them as files, with their feeds.",
        _people,
        folder=PEOPLE,
        suffix=".ics",
        missing="no person, team or role is responsible for anything that has a date or a history; name them in "
        "`owner:` of sprints, and set `start:` in plan.yml",
    ),
)
"""All exports, in display order."""


def paths(export: Export, source: ExportSource) -> tuple[str, ...]:
    """The paths of an export's files below `FOLDER`, without making them."""
    return tuple(path for path, _ in export.files(source))


def export_files(source: ExportSource) -> Mapping[str, str]:
    """The text of every exported file by its path below `FOLDER`."""
    return {path: make() for export in EXPORTS for path, make in export.files(source)}
