"""Today: the only module that reads the clock, and the rule for which day is today.

`--today` comes first, then the environment variables `TODAY` and `SOURCE_DATE_EPOCH`, then the clock. The clock and
`SOURCE_DATE_EPOCH` (https://reproducible-builds.org/specs/source-date-epoch/) give a moment. Its day depends on the
plan's `timezone:`, which defaults to that of this machine for the clock and to UTC for `SOURCE_DATE_EPOCH`.
"""

import os
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING

from masterplan.errors import UsageError
from masterplan.model.window import YEARS

if TYPE_CHECKING:
    from masterplan.model.plan import Plan

TODAY = "TODAY"
"""The environment variable with the day to take as today."""

EPOCH = "SOURCE_DATE_EPOCH"
"""The environment variable with the moment to take as now, in seconds since 1970."""


def today_of(plan: "Plan | None", option: date | None) -> date:
    """The day that is today for a plan, None if there is no plan yet; `option` is the value of `--today`.

    Raises UsageError like `today_in`.
    """
    return today_in(plan.header.timezone if plan else None, option)


def today_in(timezone: str | None, option: date | None) -> date:
    """The same for a plan with this time zone, or None.

    Raises UsageError for a variable that cannot be read, for a year outside the limits of plans, and for a time zone
    that this machine does not know.
    """
    today = option or _named() or _on_the_clock(timezone)
    if today.year not in YEARS:
        raise UsageError(f"{today} cannot be today; use a day in the years {YEARS[0]} to {YEARS[-1]}")
    return today


def day(text: str) -> date | None:
    """The day in an option or a variable; None for an empty text. Raises UsageError for anything but an ISO date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text} is not a date such as 2025-11-16") from None


def _named() -> date | None:
    try:
        return day(os.environ.get(TODAY, ""))
    except UsageError as error:
        raise UsageError(f"{TODAY}: {error}") from None


def _on_the_clock(timezone: str | None) -> date:
    zone = _zone(timezone) if timezone else None
    seconds = os.environ.get(EPOCH)
    if not seconds:
        return datetime.now(UTC).astimezone(zone).date()
    try:
        return datetime.fromtimestamp(int(seconds), zone or UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{EPOCH} is {seconds}, which is not a number of seconds since 1970") from None


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - most plans name no time zone

    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        raise UsageError(
            f"this machine has no time zone database, which it needs for the day in {name}; "
            "run `pip install tzdata`, or set the day with --today"
        ) from None
