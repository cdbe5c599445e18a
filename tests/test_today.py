"""Today: every command finds the day by the same rule, and only one module reads the clock."""

import re
import zoneinfo
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from masterplan import today
from masterplan.cli import app as cli
from masterplan.edit.record import NewEntry, record
from masterplan.errors import UsageError
from masterplan.git.review import review
from masterplan.model import fields
from masterplan.publish.project import open_project
from masterplan.today import today_of
from tests.commits import begin
from tests.plans import BASE, loaded, plan, write_plan

EVENING = "1763294400"
"""Noon of 2025-11-16 in UTC: past midnight in Auckland."""

SOURCE = Path(__file__).parent.parent / "macros"
CLOCK = re.compile(r"\b(?:datetime|date|time)\.(?:now|today|utcnow|time|localtime|gmtime)\(|\btime_ns\(")


class Clock(datetime):
    """A clock that is stopped."""

    AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Clock":
        return cls.fromtimestamp(cls.AT.timestamp(), tz)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TODAY")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(today, "datetime", Clock)


@pytest.mark.parametrize(
    ("option", "environment", "zone", "day"),
    [
        (None, ("", ""), None, "2026-03-01"),
        (None, ("", ""), "Pacific/Auckland", "2026-03-02"),
        (None, ("", EVENING), None, "2025-11-16"),
        (None, ("", EVENING), "Pacific/Auckland", "2025-11-17"),
        (None, ("2025-12-01", EVENING), "Pacific/Auckland", "2025-12-01"),
        (date(2025, 12, 24), ("2025-12-01", EVENING), None, "2025-12-24"),
        (date(2025, 12, 24), ("soon", "never"), None, "2025-12-24"),
    ],
)
def test_the_day_comes_from_option_environment_or_clock(
    option: date | None, environment: tuple[str, str], zone: str | None, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in zip(("TODAY", "SOURCE_DATE_EPOCH"), environment, strict=True):
        monkeypatch.setenv(variable, value)
    assert str(today_of(plan(timezone=zone) if zone else plan(), option)) == day


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("TODAY", "soon", "TODAY: soon is not a date such as 2025-11-16"),
        ("TODAY", "9999-12-31", "9999-12-31 cannot be today; use a day in the years 1900 to 2199"),
        ("SOURCE_DATE_EPOCH", "noon", "SOURCE_DATE_EPOCH is noon, which is not a number of seconds since 1970"),
        ("SOURCE_DATE_EPOCH", "9" * 20, "not a number of seconds"),
        ("SOURCE_DATE_EPOCH", "253402300799", "9999-12-31 cannot be today"),
    ],
)
def test_an_impossible_day_is_refused_in_one_sentence(
    variable: str, value: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=message):
        open_project(write_plan(tmp_path, BASE))


def test_without_time_zone_data_the_error_explains_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str) -> tzinfo:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", unknown)
    monkeypatch.setattr(fields, "_timezones", set)
    root = write_plan(tmp_path, BASE | {"plan.yml": "title: T\ntimezone: Europe/Berlin\n"})
    assert cli.run(["check", "--root", str(root)]) == 2
    assert "run `pip install tzdata`, or set the day with --today" in capsys.readouterr().err
    assert cli.run(["check", "--root", str(root), "--today", "2025-11-20"]) == 0


def recorded(root: Path) -> date:
    record(root, NewEntry("1", None, note="It goes on."))
    return loaded(root).entries[-1].date


OPENED: dict[str, Callable[[Path], date | None]] = {
    "build, serve, export, why and plain mkdocs": lambda root: open_project(root).facts.today,
    "diff": lambda root: review(root, "HEAD").after.today,
    "the writing commands": recorded,
}


@pytest.mark.parametrize("command", OPENED)
@pytest.mark.parametrize(("zone", "day"), [("UTC", date(2026, 3, 1)), ("Pacific/Auckland", date(2026, 3, 2))])
def test_every_command_uses_the_same_day(command: str, zone: str, day: date, tmp_path: Path) -> None:
    root = begin(tmp_path, BASE | {"plan.yml": f"title: T\ntimezone: {zone}\n"})
    assert OPENED[command](root) == day


def test_a_new_entry_is_not_in_the_future_and_becomes_stale_without_a_commit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = begin(tmp_path, BASE | {"plan.yml": "title: T\ntimezone: Pacific/Auckland\n"})
    assert cli.run(["start", "2", "--root", str(root)]) == 0
    assert cli.run(["check", "--root", str(root), "--fail-on", "info"]) == 0, capsys.readouterr().out
    monkeypatch.setattr(Clock, "AT", Clock.AT + timedelta(days=14))
    assert cli.run(["check", "--root", str(root), "--fail-on", "info"]) == 1
    assert "2 has been in progress for 14 days without an update" in capsys.readouterr().out


def test_only_one_module_reads_the_clock() -> None:
    readers = {path.name: len(CLOCK.findall(path.read_text("utf-8"))) for path in SOURCE.rglob("*.py")}
    assert {name: times for name, times in readers.items() if times} == {"today.py": 1}
