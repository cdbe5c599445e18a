"""The values that each kind of field takes or refuses. The JSON Schemas take everything that the loader takes."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import ValidationError

from masterplan.load.loader import KIND_OF_FILE, KIND_OF_FOLDER
from masterplan.load.source import parse
from masterplan.load.validate import validate
from masterplan.model import fields
from masterplan.model.quantity import Notation
from masterplan.model.risk import LEVELS
from masterplan.model.schema import FILES, schemas
from tests.everything import FIXED, everything, simple
from tests.plans import BASE

PLAN_DATA = Path(__file__).parent.parent / "plan_data"
SCHEMAS = {name: Draft7Validator(schema) for name, schema in schemas().items()}

SPRINT = {"id": "1", "title": "T"}
PHASE = {"id": "1", "title": "T", "when": "1"}
PERSON = {"id": "ada", "name": "Ada"}
ENTRY = {"sprint": "1", "date": "2025-11-16", "state": "done"}

# For each kind of field, the name of a schema, and a file of it with the value in such a field.
KINDS: dict[str, tuple[str, Callable[[object], dict[str, object]]]] = {
    "id": ("sprint", lambda value: SPRINT | {"id": value}),
    "line": ("sprint", lambda value: SPRINT | {"title": value}),
    "prose": ("sprint", lambda value: SPRINT | {"description": value}),
    "page": ("sprint", lambda value: SPRINT | {"page": value}),
    "path": ("sprint", lambda value: SPRINT | {"documentation": ({"path": value},)}),
    "page path": ("plan", lambda value: {"title": "T", "documentation": {"progress_in": value}}),
    "url": ("sprint", lambda value: SPRINT | {"links": ({"title": "T", "url": value},)}),
    "date": ("plan", lambda value: {"title": "T", "start": value}),
    "days": ("team", lambda value: {"people": (PERSON | {"absent": (value,)},)}),
    "when": ("phases", lambda value: {"phases": (PHASE | {"when": value},)}),
    "money": ("sprint", lambda value: SPRINT | {"savings": {"monthly": value}}),
    "duration": ("sprint", lambda value: SPRINT | {"effort": value}),
    "measure": ("sprint", lambda value: SPRINT | {"metrics": ({"name": "T", "before": value, "after": "x"},)}),
    "level": ("sprint", lambda value: SPRINT | {"risk": {"level": value}}),
    "percent": ("progress", lambda value: {"entries": (ENTRY | {"percent": value},)}),
    "flag": ("sprint", lambda value: SPRINT | {"tasks": ({"title": "T", "done": value},)}),
}

GOOD: dict[str, list[object]] = {
    "id": ["1", "18.5", "A", "db-1_x", "a" * 32],
    "line": ["x", " x ", "é🚀", "a\nb", "x" * 1_000],
    "prose": ["x", "# A\n\n- b", "x" * 20_000],
    "page": ["a.md", "SPRINT_4_request_batching.md", "4.2-x.md", "index.en.md", "a" * 121 + ".md"],
    "path": [
        "README.md",
        "docs/a b/c.md",
        "tasks_progress/sprint_[N]_completion_[date].md",
        "a/b.c/d",
        "é.md",
        "x..md",
    ],
    "page path": ["progress.md", "a b/[N] on [date].md", "a_b-c/é.[N].md", "प्रगति/[N].md", "e\u0301 [N].md"],
    "url": [
        "https://a.example",
        "http://a.example:80/b?c=d#e",
        "https://A.EXAMPLE/",
        "mailto:a@b.example",
        "https://é.example/ü",
    ],
    "date": ["2025-11-16", "1900-01-01", "2199-12-31", "2024-02-29"],
    "days": ["2025-12-24", "2025-12-24 to 2025-12-26", "2025-12-24 to 2025-12-24"],
    "when": ["1", "1-2", 3, "520", "week 3"],
    "money": [
        "$50-100",
        "$0 (quality)",
        "€20/month",
        "50 £",
        "~$5k",
        "¥100 a month",
        "CHF 500",
        "₹5000",
        "1 000 €",
        "€2M",
        "$1000000M",
    ],
    "duration": ["2 hours", "3-5 days", "~1 week", "90 min", "0 days", "10 years", "520 weeks", "87,600 h"],
    "measure": ["Baseline", "5-10s", "<1s", 6, 0, Decimal("1.10"), "x" * 100, "1000000M", -5],
    "level": ["very low", "low", "high"],
    "percent": [0, 50, 100],
    "flag": [True, False],
}

BAD: dict[str, list[object]] = {
    "id": ["", " ", "-1", ".a", "a b", "a/b", "é", "a" * 33, "1\n", 1, Decimal("1.10"), True, None, (), {}],
    "line": ["", " \n", "x" * 1_001, 1, True, None, ("x",)],
    "prose": ["", "x" * 20_001, 1, ("x",)],
    "page": [
        "a",
        "a.html",
        ".md",
        "-a.md",
        "a/b.md",
        "a b.md",
        "é.md",
        "INDEX.md",
        "ReadMe.md",
        "a" * 122 + ".md",
        "a.md\n",
    ],
    "path": [
        "",
        " ",
        "/a",
        "~/a",
        "..",
        "../a",
        "a/../b",
        "./a",
        ".git/config",
        "a/.b",
        "a//b",
        "a/",
        "C:a",
        "a\\b",
        "a?",
        "a\n",
        (),
    ],
    "page path": [
        "",
        "../[N].md",
        "[M].md",
        "[[N]].md",
        *(f"a{sign}[N].md" for sign in "{}%#()[]'`$&+,;=@^!~"),
    ],
    "url": [
        "",
        "a",
        "//a",
        "/a",
        "ftp://a.example",
        "javascript:x",
        "https://",
        "https:///a",
        "https://a b",
        "mailto:a",
        "HTTPS://a.example",
        "https://a\n",
    ],
    "date": [
        "",
        "2025-11-31",
        "2025-1-1",
        "16.11.2025",
        "20251116",
        2025,
        "1899-12-31",
        "2200-01-01",
        "2025-11-16\n",
        "２０２５-11-16",
    ],
    "days": ["", "to", "2025-12-24 to", "2025-12-26 to 2025-12-24", "2025-12-24-26", "2025-02-30", 2025, True, ()],
    "when": ["", "0", "2-1", "521", "soon", Decimal("1.5"), -1, True, (1, 2), {}],
    "money": [
        "50",
        "free",
        "$5/year",
        "$5 days",
        "$10-5",
        50,
        True,
        ("$5",),
        "$1 " + "(" + "x" * 100 + ")",
        "€1.000",
        "€3.000-5.000",
        "$1000001M",
        "-$1000001M",
        "500 chf",
    ],
    "duration": ["5", "$5", "soon", "5 users", "5-2 days", 5, (), "20000 years", "3000000 days", "-1 day", "521 weeks"],
    "measure": ["", " ", "10-5 s", "x" * 101, True, None, (1,), {}, "1.500 s", "1,5 h", Decimal("1.500"), "1000001M"],
    "level": ["", " ", None, True, "grave", 3],
    "percent": [-1, 101, "50", Decimal("50.5"), True],
    "flag": ["true", "yes", 1, 0, "no"],
}


def takes(kind: str, value: object) -> bool:
    name, file_with = KINDS[kind]
    try:
        FILES[name][0].model_validate(file_with(value), context=Notation(levels=LEVELS).context)
    except ValidationError:
        return False
    return True


def schema_takes(kind: str, value: object) -> bool:
    name, file_with = KINDS[kind]
    return SCHEMAS[name].is_valid(as_json(file_with(value)))


def as_json(value: object) -> Any:
    """The value as an editor's YAML parser sees it."""
    match value:
        case dict():
            return {key: as_json(item) for key, item in value.items()}
        case tuple():
            return [as_json(item) for item in value]
        case Decimal():
            return float(value)
        case _:
            return value


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in GOOD.items() for value in values])
def test_a_field_and_its_schema_take_a_good_value(kind: str, value: object) -> None:
    assert takes(kind, value)
    assert schema_takes(kind, value)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in BAD.items() for value in values])
def test_a_field_refuses_a_bad_value(kind: str, value: object) -> None:
    assert not takes(kind, value)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"path", "page path", "url", "measure"}])
def test_the_schema_refuses_values_of_wrong_types(kind: str) -> None:
    assert not any(schema_takes(kind, value) for value in BAD[kind] if not isinstance(value, str | Decimal | int))


@pytest.mark.parametrize("kind", KINDS)
@given(value=st.one_of(st.text(max_size=8), st.text("0123456789-$€.wek ", max_size=8), st.integers(), st.booleans()))
def test_the_schema_takes_everything_that_the_loader_takes(kind: str, value: object) -> None:
    assert schema_takes(kind, value) or not takes(kind, value)


def test_the_schemas_take_every_file_of_the_plan() -> None:
    files = {path.relative_to(PLAN_DATA).as_posix(): path.read_bytes() for path in PLAN_DATA.rglob("*.yml")}
    for name, content in [*files.items(), *((name, text.encode()) for name, text in BASE.items())]:
        schema = "sprint" if name.startswith("sprints/") else name.split("/")[0].removesuffix(".yml")
        assert list(SCHEMAS[schema].iter_errors(as_json(parse(content, name).data))) == []


BOUNDED = (fields.Money, fields.Duration, fields.Window, fields.Date, fields.Dates)
FAR = ["999999999999999M", "$999999999999999M", "20000 years", "-1 day", "9999", "0", "9999-12-31", "0001-01-01"]
BEYOND: Mapping[object, Sequence[object]] = {
    5: [10**18 - 1, -(10**18) + 1],
    "measure": ["999999999999999M"],
    **{value: FAR for kind, value in FIXED if kind in BOUNDED},
}
"""Numbers, dates and windows of the plan with every field, with values that no such field takes."""


def out_of_bounds(files: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each file with one number, date or window replaced by a value out of bounds."""
    for path, data in files.items():
        for parent, key in list(bounded_values(data)):
            value = parent[key]
            for other in BEYOND[value]:
                parent[key] = other
                yield path, data
            parent[key] = value


def bounded_values(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every number, date and window in the data, as its container and key; of a list only the first item."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data[:1]):
        if isinstance(value, dict | list):
            yield from bounded_values(value)
        elif not isinstance(value, bool) and value in BEYOND:
            yield data, key


def test_every_number_date_and_window_of_the_model_has_bounds() -> None:
    files = {path: json.loads(text) for path, text in everything(simple, 2).items()}
    taken = []
    for path, data in out_of_bounds(files):
        kind = next(part for name, part in (*KIND_OF_FILE.items(), *KIND_OF_FOLDER.items()) if path.startswith(name))
        source = parse(json.dumps(data).encode(), path)
        if not validate(source, kind, Notation())[1]:
            taken.append(data)
    assert taken == []
    assert len({id(parent) for data in files.values() for parent, _ in bounded_values(data)}) > 15
