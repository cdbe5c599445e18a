"""Texts of documents as values of a plan: windows, durations, points, owners, percentages and references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from masterplan.importing.answers import DateSettings
from masterplan.importing.owners import OwnerName, read_owners
from masterplan.importing.values import Ids, effort, percent, points, references
from masterplan.importing.windows import AmbiguousWindow, window
from masterplan.importing.words import Read
from masterplan.model.fields import Duration, Points, Window

UNKNOWN = DateSettings()


def value_of(read: Read[str] | AmbiguousWindow | None) -> str | None:
    return read.value if isinstance(read, Read) else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Weeks 1-2", "1-2"),
        ("**Week 3**", "3"),
        ("Wochen 4–6", "4-6"),
        ("Semaine 2 à 4", "2-4"),
        ("W1-3", "1-3"),
        ("3. Woche", "3"),
        ("1st week", "1"),
        ("第3周", "3"),
        ("第3-5周", "3-5"),
        ("Weeks 1 and 2", "1-2"),
        ("Week 1 and 2 days of rest", "1"),
        ("Week 7+", "7+"),
        ("from Week 3", "3+"),
        ("Day 2-3", "days 2-3"),
        ("(Days 1-5 | 16h)", "days 1-5"),
        ("2026-01-05", "2026-01-05"),
        ("2026-01-05 to 2026-01-16", "2026-01-05 to 2026-01-16"),
        ("2026-03-01 → 2026-03-15", "2026-03-01 to 2026-03-15"),
        ("Apr 14–25, 2026", "2026-04-14 to 2026-04-25"),
        ("14–25 April 2026", "2026-04-14 to 2026-04-25"),
        ("May 12, 2025 - Jan 9, 2026", "2025-05-12 to 2026-01-09"),
        ("Dec 20 - Jan 5, 2026", "2025-12-20 to 2026-01-05"),
        ("(Jan-Feb 2024)", "2024-01-01 to 2024-02-29"),
        ("Q4 2024", "2024-10-01 to 2024-12-31"),
        ("T4 2024", "2024-10-01 to 2024-12-31"),
        ("4. Quartal 2024", "2024-10-01 to 2024-12-31"),
        ("Mon, March 3rd, 2025", "2025-03-03"),
        ("5. Januar 2026", "2026-01-05"),
        ("vom 5.1. bis 9.1.2026", "2026-01-05 to 2026-01-09"),
        ("ab 5.1.2026", "2026-01-05+"),
        ("du 5 au 9 janvier 2026", "2026-01-05 to 2026-01-09"),
        ("5 de enero de 2026 al 9 de enero de 2026", "2026-01-05 to 2026-01-09"),
        ("с 5 по 9 января 2026", "2026-01-05 to 2026-01-09"),
        ("2026年1月5日〜1月9日", "2026-01-05 to 2026-01-09"),
        ("12/03/2025 - 15/03/2025", "2025-03-12 to 2025-03-15"),
        ("03/12/2025 - 03/15/2025", "2025-03-12 to 2025-03-15"),
        ("2025-W03", "2025-01-13 to 2025-01-19"),
        ("KW 4–6 2026", "2026-01-19 to 2026-02-08"),
    ],
)
def test_windows_are_converted_to_the_form_of_plans(text: str, value: str) -> None:
    assert value_of(window(text, UNKNOWN)) == value


@pytest.mark.parametrize(
    "text",
    ["", "2 weeks", "Days 0-1", "Week 3.5", "Week 40-2", "Week 999", "2026-02-30", "2026-01-05T10:00", "May be later",
     "Sprint 3", "2024", "T3", "T2-001/002/003", "out-of-scope", "3/7 sprints", "7/30/90-day windows",
     "Month 2", "Marching on", "KW 60 2026", "3", "12.5"],
)  # fmt: skip
def test_other_texts_are_not_windows(text: str) -> None:
    assert window(text, DateSettings("dmy", 2026)) is None


def test_only_the_window_is_taken_from_a_longer_text() -> None:
    read = window("📅 Week 3 (Core): Search", UNKNOWN)
    assert isinstance(read, Read)
    assert read.text == "Week 3"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("13/03 - 06/04", "2026-03-13 to 2026-04-06"),
        ("March 15-16", "2026-03-15 to 2026-03-16"),
        ("Dec 20 - Jan 5", "2026-12-20 to 2027-01-05"),
        ("KW 12", "2026-03-16 to 2026-03-22"),
        ("1月5日", "2026-01-05"),
        ("Jan-Feb", "2026-01-01 to 2026-02-28"),
    ],
)
def test_a_date_without_a_year_is_ambiguous_until_the_year_is_set(text: str, value: str) -> None:
    assert window(text, UNKNOWN) == AmbiguousWindow("year", text)
    assert value_of(window(text, DateSettings(year=2026))) == value


def test_a_date_with_two_readings_is_ambiguous_until_the_order_is_set() -> None:
    assert window("03/04/2025", UNKNOWN) == AmbiguousWindow("dates", "03/04/2025", ("2025-04-03", "2025-03-04"))
    assert value_of(window("03/04/2025", DateSettings("dmy"))) == "2025-04-03"
    assert value_of(window("03/04/2025", DateSettings("mdy"))) == "2025-03-04"
    assert value_of(window("25/04/03", DateSettings("ymd"))) == "2025-04-03"
    assert value_of(window("03.04.2025", UNKNOWN)) == "2025-04-03"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 weeks", "2 weeks"),
        ("2–3 weeks", "2-3 weeks"),
        ("3 to 4 weeks", "3-4 weeks"),
        ("2 weeks to 3 weeks", "2-3 weeks"),
        ("~3.5h", "~3.5 hours"),
        ("ca. 3 Tage", "~3 days"),
        ("approx. 1 day", "~1 day"),
        ("<30 min", "<30 minutes"),
        ("3+ weeks", "3+ weeks"),
        ("5-6 Tage", "5-6 days"),
        ("1,5 Tage", "1.5 days"),
        ("1,500 hours", "1500 hours"),
        ("2 sem.", "2 weeks"),
        ("3 недели", "3 weeks"),
        ("3週間", "3 weeks"),
        ("2个月", "2 months"),
        ("5 PT", "5 days"),
        ("3 person-days", "3 days"),
        ("~600 developer hours", "~600 hours"),
        ("2h 30m", "150 minutes"),
        ("1h30", "90 minutes"),
        ("M (4 hours)", "4 hours (M)"),
        ("XL: 3 days", "3 days (XL)"),
        ("14 hours (with a reserve)", "14 hours (with a reserve)"),
        ("23.5h (of 40h available)", "23.5 hours (of 40h available)"),
        ("6 hours - less than before", "6 hours"),
    ],
)
def test_efforts_are_converted_to_the_units_of_plans(text: str, value: str) -> None:
    assert value_of(effort(text)) == value


@pytest.mark.parametrize(
    "text",
    ["", "M", "3", "5 story points", "5 pt", "1.500 h", "10-5 days", "2h-3d", "10 hours/week", "100 years",
     "Weeks 1-2",     "3 minor bugs", "two weeks or so"],
)  # fmt: skip
def test_other_texts_are_not_efforts(text: str) -> None:
    assert effort(text) is None


def test_only_the_effort_is_taken_from_a_longer_text() -> None:
    taken = [
        read.text for text in ["~3 days of work", "M (4 hours) - was L", "2h 30m, twice"] if (read := effort(text))
    ]
    assert taken == ["~3 days", "M (4 hours)", "2h 30m"]


@pytest.mark.parametrize(
    ("text", "value", "alone"),
    [
        ("8 story points", "8", "8"), ("5 SP", "5", "5"), ("(13 pts)", "13", "13"), ("3-5 Punkte", "3-5", "3-5"),
        ("8pts", "8", "8"), ("1,5 SP", "1.5", "1.5"), ("21 сторипоинты", "21", "21"), ("8", None, "8"),
        ("**8**", None, "8"), ("8 hours", None, None), ("5 pointless", None, None),
        ("", None, None), ("8-5", None, None),
    ],
)  # fmt: skip
def test_points_are_read_from_texts(text: str, value: str | None, alone: str | None) -> None:
    assert value_of(points(text)) == value
    assert value_of(points(text, bare=True)) == alone


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ada", ["ada"]), ("Ada Lovelace", ["Ada Lovelace"]), ("Ada, Bob & Cleo", ["Ada", "Bob", "Cleo"]),
        ("Design + Engineering", ["Design", "Engineering"]), ("Anna und Bernd", ["Anna", "Bernd"]),
        ("Frontend team", ["Frontend team"]), ("田中、鈴木", ["田中", "鈴木"]),
        ("**Vincent van Gogh**", ["Vincent van Gogh"]),
        ("TBD", []), ("-", []), ("n/a", []), ("Unassigned", []), ("[Name]", []), ("niemand", []),
    ],
)  # fmt: skip
def test_owners_are_read_from_texts(text: str, names: list[str]) -> None:
    read = read_owners(text)
    assert read is not None
    assert [owner.name for owner in read.value] == names


def test_a_role_in_brackets_is_not_part_of_the_name() -> None:
    read = read_owners("Peter (development, tests), Ada")
    assert read is not None
    assert read.value == (OwnerName("Peter", "development, tests"), OwnerName("Ada"))


@pytest.mark.parametrize(
    "text", ["available for questions", "4 developers", "Whoever has time by then", "2 developers + 1 tester", "Who?"]
)
def test_sentences_and_numbers_are_not_owners(text: str) -> None:
    assert read_owners(text) is None


def test_a_single_percentage_is_read() -> None:
    shares = {"60%": 60, "in progress (60 %)": 60, "20-30%": None, "150%": None, "99.9%": None, "10% of 20%": None}
    assert {text: read.value if (read := percent(text)) else None for text in shares} == shares


KNOWN = Ids(
    [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "10",
        "16",
        "18",
        "18.5",
        "19",
        "C",
        "D",
        "E",
        "T0-001",
        "T0-002",
        "T0-003",
        "T0-005",
        "T1-001",
        "TASK-16",
        "0A",
        "12",
        "S11-12",
        "US-1.1.1",
    ]
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Stages 4, 6, 7 (what they report)", "4 6 7"),
        ("Stage 2 (Quotes), Stage 16 (Parcels)", "2 16"),
        ("Stage 2 (Quotes), 16 weeks", "2"),
        ("Sprint 2, 3 weeks", "2"),
        ("Sprint 2, 3 points", "2"),
        ("Sprints 1, 2 & 4", "1 2 4"),
        ("Sprints 2 and 3 must be done", "2 3"),
        ("Sprint 1-3", "1 2 3"),
        ("Sprint 1 to 3.", "1 2 3"),
        ("Sprint 18-19", "18 18.5 19"),
        ("Sprint C/D", "C D"),
        ("T0-001 to T0-005", "T0-001 T0-002 T0-003 T0-005"),
        ("T0-001–T0-003, T1-001", "T0-001 T0-002 T0-003 T1-001"),
        ("Sprint 3 - T1-001: Search", "3 T1-001"),
        ("Sprint 3 - Stage 5", "3 5"),
        ("Sprint 3 - Sprint 5", "3 4 5"),
        ("Sprint 3 - C", "3"),
        ("**Epic 1** complete", "1"),
        ("#12", "12"),
        ("task-16", "TASK-16"),
        ("US-1.1.1 is done.", "US-1.1.1"),
        ("sprint-4", "4"),
        ("Спринт 3", "3"),
        ("スプリント3", "3"),
        ("S11-12 and 0A", "S11-12 0A"),
        ("Week 3, 3 days, C, E, 40 %, Sprint 11, T0-004", ""),
        ("", ""),
    ],
)
def test_references_to_units_are_read_from_texts(text: str, ids: str) -> None:
    assert [reference.id for reference in references(text, KNOWN)] == ids.split()


def test_a_reference_has_its_place_and_the_word_for_its_kind() -> None:
    text = "After Stages 4, 6 and T0-001"
    assert [(text[reference.start : reference.end], reference.word) for reference in references(text, KNOWN)] == [
        ("4", "Stages"), ("6", "Stages"), ("T0-001", "Stages"),
    ]  # fmt: skip


PIECES = st.sampled_from(
    [*"0123456789-–~.,:/()[]+%#* ", "Week", "Weeks ", "Day ", "days", " hours", "h", "2026", "Jan ", " May", "Q3 ",
     "KW ",
     "to ", "from ", "bis ", " SP", "about ", "M ", "<", "01-05", "31/12", "Sprint ", "年", "月", "日", "第", "周"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join))
SETTINGS = st.builds(
    DateSettings, st.sampled_from([None, "dmy", "mdy", "ymd"]), st.one_of(st.none(), st.integers(1900, 2199))
)


@given(TEXTS, SETTINGS)
def test_the_model_accepts_every_value(text: str, settings: DateSettings) -> None:
    span = window(text, settings)
    for read, kind in ((span, Window), (effort(text), Duration), (points(text, bare=True), Points)):
        if isinstance(read, Read):
            TypeAdapter(kind).validate_python(read.value)
            assert read.text
            assert read.text in text
    if isinstance(span, AmbiguousWindow):
        assert span.text in text
        for reading in span.readings:
            TypeAdapter(Window).validate_python(reading)


@given(TEXTS)
def test_names_and_references_are_part_of_the_text(text: str) -> None:
    named = read_owners(text)
    assert named is None or all(owner.name in text and owner.role in text for owner in named.value)
    for reference in references(text, KNOWN):
        assert reference.id in KNOWN
        assert 0 <= reference.start < reference.end <= len(text)


@pytest.mark.parametrize(
    "piece", ["1-", "1, ", "T0-001 to ", "Sprint 1-16, ", "(", "Jan ", "2 weeks to ", "a, ", "#", "%", " "]
)
def test_a_line_of_a_megabyte_is_read(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    window(text, UNKNOWN)
    for read in (effort, points, percent, read_owners):
        read(text)
    assert {reference.id for reference in references(text, KNOWN)} <= set(KNOWN)
