"""The site itself: its parts and pages, the plan's files line by line, and the files for other programs."""

from collections.abc import Sequence
from typing import Annotated

from masterplan.analyse.content import ContentPart
from masterplan.errors import UsageError
from masterplan.model.risk import LEVELS
from masterplan.model.team import WEEKDAYS, WorkingTime
from masterplan.model.window import span_in_words
from masterplan.render.blocks import Code, Content, Hyperlink, Inline, Listing, Paragraph, Picture, Section, Small
from masterplan.render.compose import anchor, joined, row, table
from masterplan.render.export import CALENDAR_FILE, EXPORTS, FEED, FOLDER, Material, paths
from masterplan.render.export.badges import BADGES, Badge
from masterplan.render.export.calendar import is_dated
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import full_date

_MOST_FILES = 40
"""Files of one export that are listed; the page of each owner links to the files of that owner."""


@macro
def has(context: Context, part: Annotated[ContentPart, "The part of the plan."]) -> Content:
    """`yes` if the plan has a part, else nothing: for an `if` around a section."""
    return "yes" if context.has(part) else ""


@macro
def page_links(context: Context, pages: Annotated[str, "Ids of default pages, separated by spaces."]) -> Content:
    """Links to those of the named default pages that this site has, by title, for use inside a sentence."""
    unknown = [id_ for id_ in pages.split() if id_ not in context.pages]
    if unknown:
        raise UsageError(f"there is no default page {unknown[0]}; choose one of {', '.join(context.pages)}")
    present = [page for page in dict.fromkeys(context.pages[id_] for id_ in pages.split()) if page]
    return joined(Hyperlink(context.links.to(path), title) for path, title in present) if present else ""


@macro
def plan_source(context: Context) -> Content:
    """The files of the plan without a page of their own: plan, phases, options, team and progress."""
    return tuple(
        Section(2, path, anchor(path), Listing(path, context.texts[path]))
        for path in context.texts
        if not path.startswith("plan_data/sprints/")
    )


@macro
def plan_settings(context: Context) -> Content:
    """A section with the settings in plan.yml; empty if all are at their defaults."""
    header, calendar = context.facts.plan.header, context.facts.plan.calendar
    holidays = [span_in_words(span.first, span.last) for span in calendar.holidays]
    stated: list[tuple[Inline, Inline]] = [
        ("Id in calendars and feeds", Code(header.id) if header.id else ""),
        ("Week 1 begins on", full_date(header.start) if header.start else ""),
        ("Time zone", header.timezone or ""),
        ("Decimal separator", Code(header.decimal) if header.decimal else ""),
        ("Working days", joined(calendar.weekdays) if calendar.weekdays != WEEKDAYS[:5] else ""),
        ("Hours per working day", str(calendar.hours) if calendar.hours != WorkingTime().hours else ""),
        ("Holidays", joined(holidays) if holidays else ""),
        ("Default effort", header.assume.text if header.assume else ""),
        ("Effort per point", header.point.text if header.point else ""),
        ("Risk levels", joined(header.risk_levels) if header.risk_levels != LEVELS else ""),
        *((("Tickets ", prefix), Code(address)) for prefix, address in header.tracker.items()),
        *((("Severity of ", Code(rule)), severity) for rule, severity in header.audit.severity.items()),
    ]
    rows = [row(label, value) for label, value in stated if value]
    return Section(2, "About this plan", "about", table("About this plan", ["Setting", "Value"], rows))


@macro
def exports(context: Context) -> Content:
    """Every export with links to its files and its command."""
    material = Material(context.facts, history=context.history)
    rows = [
        row(
            context.facts.plan.worded(export.description),
            _links(context, paths(export, material)),
            Code(f"masterplan export {export.name}"),
        )
        for export in EXPORTS
    ]
    return table("Exports", ["Export", "Files", "Command"], rows)


def _links(context: Context, files: Sequence[str]) -> Inline:
    more = f"and {len(files) - _MOST_FILES:,} more" if files[_MOST_FILES:] else ""
    return joined([*(_link(context, path) for path in files[:_MOST_FILES]), *filter(None, [more])])


@macro
def subscribe(context: Context) -> Content:
    """Links to the plan's calendar and change feed, if it has them."""
    links = []
    if is_dated(context.facts):
        links.append(Hyperlink(context.links.to(FOLDER + CALENDAR_FILE), "calendar"))
    if context.history.commits:
        links.append(Hyperlink(context.links.to(FOLDER + FEED), "feed of changes"))
    return Paragraph(Small(("Subscribe: ", joined(links, " · "))), searched=False) if links else ""


@macro
def badge_table(context: Context) -> Content:
    """Every badge in its current state, with links to its picture and JSON."""
    rows = [
        row(
            _picture(context, name, badge(context.facts)),
            *(_link(context, f"badges/{name}.{kind}") for kind in ("svg", "json")),
        )
        for name, badge in BADGES.items()
    ]
    return table("Badges", ["Badge", "Picture", "For shields.io"], rows)


def _picture(context: Context, name: str, badge: Badge) -> Picture:
    return Picture(context.links.to(f"{FOLDER}badges/{name}.svg"), f"{badge.label}: {badge.message}")


def _link(context: Context, path: str) -> Hyperlink:
    return Hyperlink(context.links.to(FOLDER + path), path.rpartition("/")[2])
