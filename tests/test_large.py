"""Pages about a plan of many sprints name the first and lead to the others; those about a small one name them all."""

from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

from benchmarks.generate import TODAY, write_plan
from masterplan.analyse import Facts
from masterplan.model.risk import NamedRisk
from masterplan.publish.project import open_project
from masterplan.render.macro import MACROS, Context
from masterplan.render.views import risks, widgets
from masterplan.render.views.joining import FEW_STEPS, MOST_STEPS
from masterplan.render.views.sprints import MOST_DETAILED
from masterplan.render.views.widgets import MOST_LISTED, MOST_ROWS
from tests.sites import words


def context(root: Path, sprints: int) -> Context:
    write_plan(root, sprints)
    return open_project(root, TODAY).context("index.md")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return context(tmp_path_factory.mktemp("large"), MOST_ROWS + 50)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return context(tmp_path_factory.mktemp("small"), 24)


def shown(context: Context, name: str, **values: str) -> LexborHTMLParser:
    return LexborHTMLParser(MACROS[name].call(context, **values))


def addresses(node: LexborNode | LexborHTMLParser) -> list[str | None]:
    return [link.attributes["href"] for link in node.css("a")]


def more(number: int) -> str:
    return f"and {number:,} more"


def test_lists_of_what_is_now_and_next_end_early(large: Context, small: Context) -> None:
    waiting = [s for s in large.facts.standings.values() if s.state == "planned" and s.waits_for]
    column = shown(large, "what_now").css(".mp-column")[-1]
    items = column.css("li")

    assert len(items) == MOST_LISTED + 1
    assert words(items[-1]) == more(len(waiting) - MOST_LISTED)
    assert addresses(items[-1]) == ["sprints/"]
    assert "more" not in words(shown(small, "what_now").css(".mp-columns")[0])


def test_lists_of_what_comes_next_end_early(large: Context) -> None:
    later = [s for s in large.facts.standings.values() if s.is_next]
    [column] = [each for each in shown(large, "what_now").css(".mp-column") if words(each).startswith("Next")]

    assert words(column.css("li")[-1]) == more(len(later) - MOST_LISTED)


def unnamed(facts: Facts) -> Facts:
    """The facts of a plan whose people have no names yet."""
    return replace(facts, plan=replace(facts.plan, people=()))


def test_who_does_what_names_the_first_sprints_of_each(large: Context, small: Context) -> None:
    def done_alone(context: Context) -> LexborNode:
        return shown(replace(context, facts=unnamed(context.facts)), "who_does_what").css("tbody tr")[0].css("td")[2]

    assert len(addresses(done_alone(large))) == MOST_LISTED + 1
    assert words(done_alone(large)).endswith(more(len(large.facts.plan.sprints) - MOST_LISTED))
    assert len(addresses(done_alone(small))) == len(small.facts.plan.sprints)


def test_metrics_on_the_page_about_progress_are_those_that_were_measured(large: Context, small: Context) -> None:
    for context in (large, small):
        measured = sum(len(standing.measured) for standing in context.facts.standings.values())
        assert 0 < measured < sum(len(sprint.metrics) for sprint in context.facts.plan.sprints.values())
        assert len(shown(context, "measured").css("tbody tr")) == measured


def test_the_way_into_a_sprint_names_only_what_is_near(large: Context, small: Context) -> None:
    for plan, most in ((large, FEW_STEPS), (small, MOST_STEPS)):
        named = [len(addresses(row.css("td")[1])) for row in shown(plan, "join_table").css("tbody tr")]
        assert max(named) <= most
        assert FEW_STEPS in named


def test_the_page_of_a_sprint_names_few_of_many_that_can_start(large: Context) -> None:
    startable = {id_: large.facts.reading_paths.path(id_).startable for id_ in large.facts.plan.sprints}
    last = max(startable, key=lambda id_: len(startable[id_]))
    (named,) = [each for each in shown(large, "joining", sprint=last).css("p") if "more" in words(each)]

    assert len(addresses(named)) == MOST_STEPS + 1
    assert words(named).endswith(more(len(startable[last]) - MOST_STEPS))


def test_who_to_ask_names_each_owner_once(small: Context) -> None:
    last = small.facts.plan.ids[-1]
    items = [words(item) for item in shown(small, "joining", sprint=last).css("ul li")]
    owners = [name for name, between, _ in (item.partition(" : ") for item in items) if between]

    assert set(owners) <= {person.name for person in small.facts.plan.people}
    assert owners
    assert len(set(owners)) == len(owners)


def headings(page: Markup) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("#")]


def test_only_a_plan_that_fits_is_put_on_one_page(large: Context, small: Context) -> None:
    summary, whole = MACROS["whole_plan"].call(large), MACROS["whole_plan"].call(small)

    assert len(large.facts.plan.sprints) > MOST_DETAILED
    assert 'href="sprints/phase-1/"' in summary
    assert headings(summary)[0] == headings(whole)[0].replace("24", "200")
    sprints = [sum(" {: #sprint-" in heading for heading in headings(page)) for page in (summary, whole)]
    assert sprints == [0, len(small.facts.plan.sprints)]


ABOUT_ALL = (
    "dependency_table",
    "join_table",
    "metrics_table",
    "risk_register",
    "rollback_table",
    "savings_table",
    "sprint_table",
    "sprint_tests",
)


@pytest.mark.parametrize("name", ABOUT_ALL)
def test_tables_about_all_sprints_end_early_and_count_the_rest(
    large: Context, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = len(shown(large, name).css("tbody tr"))
    for module in (risks, widgets):
        monkeypatch.setattr(module, "MOST_IN_TABLE", 100)
    page = shown(large, name)

    assert every > 100 == len(page.css("tbody tr"))
    assert f"{every - 100:,} more rows on the pages of the sprints." in words(page.css("body")[0])


def test_the_risks_of_the_plan_are_in_a_register_that_ends_early(
    large: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmless = NamedRisk.model_validate({"id": "R-1", "title": "Late parts", "level": "very low"})
    plan = replace(large.facts.plan, risks=(harmless,))
    monkeypatch.setattr(risks, "MOST_IN_TABLE", 10)
    rows = shown(replace(large, facts=replace(large.facts, plan=plan)), "risk_register").css("tbody tr")

    assert len(rows) == 11
    assert "Late parts" in words(rows[-1])
