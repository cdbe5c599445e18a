"""The plan in forms for other programs, one module a form; the site carries all of them in `exports/`."""

from collections.abc import Mapping

from masterplan.analyse import Facts
from masterplan.render.export.badges import badges
from masterplan.render.export.calendar import calendar, is_dated
from masterplan.render.export.data import text, whole
from masterplan.render.export.tables import TABLES, csv_tables

FOLDER = "exports/"
"""Where the site carries them, below docs/."""

FEED = "changes.xml"
"""The feed of what commits changed, where there are any; made of the history, and not of the plan alone."""

_KINDS = ("svg", "json")


def paths(facts: Facts) -> tuple[str, ...]:
    """The paths of all exports, without making them."""
    calendars = ["plan.ics"] if is_dated(facts) else []
    tables = [f"csv/{name}.csv" for name in TABLES]
    return ("plan.json", *tables, *calendars, *(f"badges/{name}.{kind}" for name in badges(facts) for kind in _KINDS))


def exports(facts: Facts, identity: str) -> Mapping[str, str]:
    """Every export by its path below `FOLDER`; no calendar while the plan has no start.

    `identity` is what calendars know the plan by.
    """
    made = whole(facts)
    found = {"plan.json": text(made)}
    found |= {f"csv/{name}.csv": table for name, table in csv_tables(made).items()}
    events = calendar(facts, identity)
    found |= {"plan.ics": events} if events else {}
    for name, badge in badges(facts).items():
        found |= {f"badges/{name}.svg": badge.svg(), f"badges/{name}.json": badge.endpoint()}
    return found
