"""Macros: each is documented, works on any plan, and explains a wrong call in one sentence."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.errors import UsageError
from masterplan.macros import define_env
from masterplan.publish.project import open_project
from masterplan.publish.reference import MACROS
from masterplan.render.macro import Context, Macro, Parameter
from tests.everything import Kind, everything, simple
from tests.macro_output import html_of
from tests.plans import write_plan
from tests.sites import words

ALMOST_NOTHING = {"plan.yml": "title: Almost nothing\n", "sprints/1.yml": 'id: "1"\ntitle: One\n'}
ONE_WEEK = ALMOST_NOTHING | {
    "plan.yml": "title: One week\nstart: 2025-11-17\n",
    "phases.yml": 'phases:\n  - {id: f1, title: First, when: 1, sprints: ["1"]}\n',
    "team.yml": "people:\n  - {id: p1, name: One}\n",
    "options.yml": "options:\n  - id: A\n    title: One\n    people:\n"
    '      - {name: Dev, work: [{when: 1, sprints: ["1"]}]}\n',
    "sprints/1.yml": 'id: "1"\ntitle: One\nsavings: {monthly: $0}\neffort: 1 week\n',
}
"""A plan of one week that saves nothing."""

BY_NAME = {
    "sprint": "1",
    "focus": "1",
    "phase": "f1",
    "option": "A",
    "owner": "p1",
    "id": "A",
    "of": "A",
    "pages": "overview",
}
"""A valid value for each parameter that takes an id, in the full plan."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return context(tmp_path_factory.mktemp("empty"), ALMOST_NOTHING)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Context:
    numbers = count()

    def texts(kind: Kind, at: str) -> str:
        n = next(numbers)
        return {"url": f"https://example.org/{n}", "path": f"docs/{n}.md"}.get(kind, f"{at} <b>{n}</b>")

    return context(tmp_path_factory.mktemp("full"), everything(texts, 6))


EXTREMES = {
    "3-5 days (with *luck*)": "10 years",
    "$50-100 (at <b onclick=__hit=1>best</b> | {{ 7*7 }} `)": "$1000000M",
    "1-2": "1-520",
    "2025-11-03": "2199-12-31",
    "2025-11-03 to 2025-11-14": "1900-01-01 to 2199-12-31",
    "measure": "1000000M",
}
"""Ordinary values of the full plan, each with the most extreme value that its field accepts."""


@pytest.fixture(scope="module")
def extreme(tmp_path_factory: pytest.TempPathFactory) -> Context:
    def furthest(value: object) -> object:
        match value:
            case dict():
                return {key: 1 if key in {"share", "hours"} else furthest(item) for key, item in value.items()}
            case list():
                return [furthest(item) for item in value]
            case str():
                return EXTREMES.get(value, value)
            case _:
                return value

    files = {path: json.dumps(furthest(json.loads(text))) for path, text in everything(simple, 6).items()}
    return context(tmp_path_factory.mktemp("extreme"), files)


def context(root: Path, files: dict[str, str], today: date | None = None) -> Context:
    return open_project(write_plan(root, files), today).context("guide/page.md")


def needed(macro: Macro) -> dict[str, str]:
    """Values for the required parameters of a macro."""
    return {parameter.name: value_of(parameter) for parameter in macro.parameters if not parameter.default}


def value_of(parameter: Parameter) -> str:
    return parameter.choices[0] if parameter.choices else BY_NAME[parameter.name]


def choices() -> Iterator[tuple[str, str, str]]:
    for macro in MACROS.values():
        for parameter in macro.parameters:
            yield from ((macro.name, parameter.name, choice) for choice in parameter.choices)


VOID = {"br", "hr", "img", "input", "col", "wbr"}


class _Tags(HTMLParser):
    """Finds tags that are not closed, or closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, _: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, *_: object) -> None:
        """`<path/>` opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def unbalanced(html: str) -> list[str]:
    tags = _Tags()
    tags.feed(html)
    tags.close()
    return tags.wrong + tags.open


def test_pages_can_call_every_macro(tmp_path: Path) -> None:
    offered: dict[str, object] = {}
    env = SimpleNamespace(
        macros={},
        conf={"extra": {}, "use_directory_urls": True},
        project_dir=str(write_plan(tmp_path, ALMOST_NOTHING)),
        macro=lambda function, name: offered.update({name: function}),
    )
    define_env(env)
    assert offered.keys() == MACROS.keys()
    assert len(offered) > 40


def test_unbalanced_finds_open_and_misplaced_tags() -> None:
    assert all(map(unbalanced, ("<p><b>x</p>", "<p>", "</p>")))
    assert unbalanced("<p>x<br><b>y</b></p><path/>") == []


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_works_on_a_full_plan(name: str, full: Context) -> None:
    html = html_of(name, full, **needed(MACROS[name]))
    assert html.strip() or name in {"metrics_chart", "next_weeks"}  # no metric falls there, nothing is near
    assert unbalanced(html) == []
    assert "<b>" not in html


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_works_on_a_plan_with_extreme_dates_and_amounts(name: str, extreme: Context) -> None:
    assert unbalanced(html_of(name, extreme, **needed(MACROS[name]))) == []


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_works_on_an_almost_empty_plan(name: str, empty: Context) -> None:
    macro = MACROS[name]
    if {"phase", "id", "owner"} & needed(macro).keys():
        with pytest.raises(UsageError, match=f"^{name}: there is no (phase|option|owner) .*; the plan has none$"):
            html_of(macro.name, empty, **needed(macro))
    else:
        assert unbalanced(html_of(macro.name, empty, **needed(macro))) == []


EPICS = {
    "plan.yml": "title: Shop\ngroup: {one: Epic}\n",
    "phases.yml": "phases:\n- {id: f1, title: Cart, sprints: ['1']}\n- {id: '2', title: Pay, sprints: ['2', '3']}\n",
    "sprints/1-a.yml": "id: '1'\ntitle: Add\npoints: 3\n",
    "sprints/2-b.yml": "id: '2'\ntitle: Card\npoints: 5\nwhen: 2026-02-02 to 2026-02-06\ndepends_on: ['1']\n",
    "sprints/3-c.yml": "id: '3'\ntitle: Bank\npoints: 8\n",
}
"""A plan whose groups have no windows of their own; one sprint has a window."""


def test_every_macro_works_on_groups_without_a_window(tmp_path: Path) -> None:
    plan = context(tmp_path, EPICS, date(2026, 2, 3))
    macros = {name: macro for name, macro in MACROS.items() if not {"id", "owner"} & needed(macro).keys()}
    texts = {name: html_of(macro.name, plan, **needed(macro)) for name, macro in macros.items()}
    assert [name for name, text in texts.items() if unbalanced(text)] == []
    assert [name for name, text in texts.items() if "None" in text] == ["macro_reference"]
    assert "Sprint 2" in texts["week_chart"]


@pytest.fixture(scope="module")
def one_week(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LexborHTMLParser]:
    """The output of every macro for a plan of one week."""
    plan = context(tmp_path_factory.mktemp("week"), ONE_WEEK, date(2025, 11, 17))
    calls = {name: html_of(macro.name, plan, **needed(macro)) for name, macro in MACROS.items()}
    return {name: LexborHTMLParser(f"<main>{html}</main>") for name, html in calls.items()}


def test_macros_for_team_pages_show_a_figure_a_link_and_an_option(tmp_path: Path) -> None:
    plan = context(tmp_path, ONE_WEEK)
    shown = {
        name: LexborHTMLParser(html_of(name, plan, argument)).body
        for name, argument in (("figure", "weeks"), ("sprint_link_to", "1"), ("option", "A"))
    }
    texts = {name: words(body) for name, body in shown.items() if body}
    assert texts["figure"] == "1 week"
    assert texts["sprint_link_to"] == "Sprint 1: One"
    assert "Who When What Dev week 1 ( 17 Nov to 23 Nov ) Sprint 1: One" in texts["option"]


def test_savings_of_zero_are_not_a_range(one_week: dict[str, LexborHTMLParser]) -> None:
    texts = {name: words(shown.css("main")[0]) for name, shown in one_week.items()}
    assert "Monthly savings $0 $0 a year" in texts["headline"]
    assert [name for name, text in texts.items() if re.search(r"\$0(\.0+)? ?(-|–|to) ?\$?0\b", text)] == []


def test_charts_of_one_week_have_no_fractional_labels(one_week: dict[str, LexborHTMLParser]) -> None:
    texts = {name: [words(node) for node in shown.css("svg text")] for name, shown in one_week.items()}
    assert texts["people_chart"] == []  # a single bar compares nothing
    assert {"$0", "$1", "17 Nov", "24 Nov"} <= set(texts["savings_over_time"])
    assert [text for drawn in texts.values() for text in drawn if re.search(r"\d\.\d", text)] == []


@pytest.mark.parametrize("name", MACROS)
def test_a_wrong_call_is_explained_in_one_sentence(name: str, full: Context) -> None:
    macro = MACROS[name]
    names = [parameter.name for parameter in macro.parameters]
    calls: list[Callable[[], object]] = [
        lambda: html_of(macro.name, full, **needed(macro), nope=1),
        lambda: html_of(macro.name, full, *range(len(names) + 1)),
    ]
    if needed(macro):
        calls.append(lambda: html_of(macro.name, full))
    for call in calls:
        with pytest.raises(UsageError) as error:
            call()
        message = str(error.value)
        assert message.startswith(f"{name}: ")
        assert "\n" not in message
        assert message.endswith(f"its parameters: {', '.join(names) or 'none'}")


@pytest.mark.parametrize(("name", "parameter", "choice"), list(choices()))
def test_a_choice_is_accepted_and_another_value_is_refused(
    name: str, parameter: str, choice: str, full: Context
) -> None:
    macro = MACROS[name]
    assert unbalanced(html_of(macro.name, full, **(needed(macro) | {parameter: choice}))) == []
    with pytest.raises(UsageError, match=f"^{name}: {parameter} is one of .*{choice}.*, not 'nope'$"):
        html_of(macro.name, full, **(needed(macro) | {parameter: "nope"}))


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(m.name, p.name) for m in MACROS.values() for p in m.parameters if p.name in BY_NAME],
)
def test_an_unknown_id_is_refused_with_the_known_ones(name: str, parameter: str, full: Context) -> None:
    macro = MACROS[name]
    with pytest.raises(UsageError, match=f"^{name}: there is no .*nope; choose one of "):
        html_of(macro.name, full, **(needed(macro) | {parameter: "nope"}))


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_and_its_parameters_have_descriptions(name: str) -> None:
    macro = MACROS[name]
    assert macro.description.endswith(".")
    for parameter in macro.parameters:
        assert parameter.description.endswith("."), parameter


def test_the_reference_lists_exactly_the_macros_and_their_parameters(full: Context) -> None:
    page = LexborHTMLParser(html_of("macro_reference", full))
    codes = [code.text() for code in page.css("p > code")]
    calls = {code.split("(")[0].removeprefix("{{ "): code for code in codes if code.startswith("{{ ")}
    assert calls.keys() == MACROS.keys()
    for name, call in calls.items():
        signature = list(inspect.signature(MACROS[name].view).parameters)[1:]
        inside = call.partition("(")[2].rpartition(")")[0]
        assert [argument.partition("=")[0] for argument in inside.split(", ") if argument] == signature
    documented = [words(cell) for cell in page.css("tbody td:first-child")]
    assert documented == [parameter.name for name in sorted(MACROS) for parameter in MACROS[name].parameters]


@pytest.mark.parametrize(
    ("windows", "expected"),
    [(("1-2", "3-4"), "weeks 1-4"), (("day 3", "day 8-9"), "days 3-9"), ((None, None), "")],
    ids=["weeks", "days", "none"],
)
def test_a_phase_without_a_window_spans_the_windows_of_its_sprints(
    windows: tuple[str | None, str | None], expected: str, tmp_path: Path
) -> None:
    files = {"plan.yml": "title: T\n", "phases.yml": "phases:\n  - {id: F, title: First, sprints: ['1', '2']}\n"}
    for id_, when in zip("12", windows, strict=True):
        files[f"sprints/{id_}.yml"] = f"id: '{id_}'\ntitle: Title\n" + (f"when: {when}\n" if when else "")
    plan = context(tmp_path, files)
    for page in (html_of("phase_page", plan, phase="F"), html_of("sprint_page", plan, sprint="1")):
        text = " ".join(LexborHTMLParser(page).text(separator=" ").split())
        assert expected in text
        assert "First, —" not in text
        assert "Phase F: —" not in text
