"""Pages of a large plan list the first sprints and link to the others; pages of a small plan list all of them."""

from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser, LexborNode

from benchmarks.generate import TODAY, write_plan
from masterplan.analyse import Facts
from masterplan.model.risk import NamedRisk
from masterplan.publish.project import open_project
from masterplan.render.macro import Context
from masterplan.render.views import dependencies, risks, widgets
from masterplan.render.views.joining import FEW_STEPS, MOST_STEPS
from masterplan.render.views.sprints import MOST_DETAILED
from masterplan.render.views.widgets import MOST_IN_COLUMN, MOST_LISTED, MOST_ROWS
from tests.macro_output import html_of
from tests.plans import write_plan as write_files
from tests.sites import OURS, words


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
    return LexborHTMLParser(html_of(name, context, **values))


def addresses(node: LexborNode | LexborHTMLParser) -> list[str | None]:
    return [link.attributes["href"] for link in node.css("a")]


def more(number: int) -> str:
    return f"and {number:,} more"


def test_lists_of_waiting_and_next_sprints_end_early(large: Context) -> None:
    standings = large.facts.standings.values()
    waiting = [standing for standing in standings if standing.state == "planned" and standing.waits_for]
    following = [standing for standing in standings if standing.is_next]
    columns = shown(large, "what_now").css(".mp-column")
    [next_column] = [column for column in columns if words(column).startswith("Next")]
    items = columns[-1].css("li")

    assert len(items) == MOST_IN_COLUMN + 1
    assert words(items[-1]) == more(len(waiting) - MOST_IN_COLUMN)
    assert addresses(items[-1]) == ["sprints/"]
    assert words(next_column.css("li")[-1]) == more(len(following) - MOST_IN_COLUMN)


def unnamed(facts: Facts) -> Facts:
    """The facts of a plan whose people have no names yet."""
    return replace(facts, plan=replace(facts.plan, people=()))


def test_who_does_what_lists_the_first_sprints_of_each_person(large: Context, small: Context) -> None:
    def done_alone(context: Context) -> LexborNode:
        return shown(replace(context, facts=unnamed(context.facts)), "who_does_what").css("tbody tr")[0].css("td")[2]

    assert len(addresses(done_alone(large))) == MOST_LISTED + 1
    assert words(done_alone(large)).endswith(more(len(large.facts.plan.sprints) - MOST_LISTED))
    assert words(done_alone(small)).endswith(more(len(small.facts.plan.sprints) - MOST_LISTED))


def test_the_progress_page_has_only_measured_metrics(large: Context, small: Context) -> None:
    for context in (large, small):
        measured = sum(len(standing.measured) for standing in context.facts.standings.values())
        assert 0 < measured < sum(len(sprint.metrics) for sprint in context.facts.plan.sprints.values())
        assert len(shown(context, "measured").css("tbody tr")) == measured


def test_reading_paths_in_the_join_table_are_short(large: Context, small: Context) -> None:
    for plan, most in ((large, FEW_STEPS), (small, MOST_STEPS)):
        named = [len(addresses(row.css("td")[1])) for row in shown(plan, "join_table").css("tbody tr")]
        assert max(named) <= most
        assert FEW_STEPS in named


def test_open_sprints_are_the_first_to_join_and_many_have_filters(large: Context) -> None:
    [listed] = shown(large, "join_table").css(".mp-table")
    states = [words(row.css(".mp-chip")[0]) for row in listed.css("tbody tr")]
    over = [state in {"done", "dropped", "deferred"} for state in states]
    assert over == sorted(over)
    assert 0 < sum(over) < len(over)
    assert listed.attributes["data-filters"] == "state\nowner"
    few = open_project(OURS, TODAY).context("start.md")
    assert "data-filters" not in shown(few, "join_table").css(".mp-table")[0].attributes


def test_a_large_plan_has_a_table_of_the_dependencies_between_its_phases(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dependencies, "MOST_DRAWN", 3)
    needs = {"1": "[]", "2": "['1']", "3": "['1', '2']", "4": "['1', '3']"}
    phases = "phases:\n  - {id: '1', title: A, sprints: ['1', '2']}\n  - {id: '2', title: B, sprints: ['3', '4']}\n"
    files = {f"sprints/{n}.yml": f"id: '{n}'\ntitle: T\ndepends_on: {ids}\n" for n, ids in needs.items()}
    plan = {"plan.yml": "title: T\n", "phases.yml": phases} | files
    diagram = shown(open_project(write_files(tmp_path, plan)).context("roadmap.md"), "dependency_diagram")
    assert not diagram.css("svg")
    rows = [[words(cell) for cell in row.css("td")] for row in diagram.css("tbody tr")]
    assert rows == [["Phase 1: A", "0 of 2", "—", "Phase 2 (3)"], ["Phase 2: B", "0 of 2", "Phase 1 (3)", "—"]]


def test_a_phase_without_arrows_has_no_diagram(large: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    first = large.facts.plan.phases[0]
    assert shown(large, "dependency_diagram", phase=first.id).css("svg")
    monkeypatch.setattr(dependencies, "MOST_TOUCHED", len(first.sprints))
    needs = large.facts.graph.needs
    assert not any(edge.needs in first.sprints for id_ in first.sprints for edge in needs[id_])
    assert not shown(large, "dependency_diagram", phase=first.id).css("svg")


def test_the_roadmap_lists_the_first_phases_and_folds_the_rest(large: Context) -> None:
    phases = [phase.id for phase in large.facts.plan.phases]
    page = shown(large, "phase_list")
    [rest] = [fold for fold in page.css("details") if words(fold).startswith(f"Show all {len(phases)}")]
    assert len(rest.css("details details")) == len(phases) - 10
    assert [node.id for node in page.css("[id^=phase-]")] == [f"phase-{id_}" for id_ in phases]


def test_on_narrow_screens_the_roadmap_lists_current_phases_between_sums(large: Context) -> None:
    lines = [words(line) for line in shown(large, "week_chart").css(".mp-narrow li")]
    assert lines[0] == "2 phases: 30 sprints, all done"
    assert [line.partition(":")[0] for line in lines[1:-1]] == [f"Phase {n}" for n in range(3, 11)]
    assert lines[-1] == "4 phases: 50 sprints, planned"


def test_runbooks_of_a_large_plan_are_only_on_the_pages_of_its_sprints(large: Context) -> None:
    page = shown(large, "rollback_runbooks")
    assert words(page.css("body")[0]) == "The page of each sprint lists what to undo, step by step."


def test_a_plan_too_large_for_mermaid_has_no_source(large: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("masterplan.render.mermaid._MOST_EDGES", 1)
    assert words(shown(large, "mermaid_source").css("body")[0]) == ""


def test_the_banner_of_a_finished_sprint_counts_the_targets_reached(large: Context) -> None:
    done = next(id_ for id_, standing in large.facts.standings.items() if len(standing.measured) == 2)
    [banner] = shown(large, "sprint_page", sprint=done).css(".mp-banner")
    assert "2 of 2 targets reached, completion report" in words(banner)


def test_the_page_of_a_sprint_lists_few_of_the_sprints_that_can_start_next(large: Context) -> None:
    startable = {id_: large.facts.reading_paths.path(id_).startable for id_ in large.facts.plan.sprints}
    last = max(startable, key=lambda id_: len(startable[id_]))
    paragraphs = shown(large, "joining", sprint=last).css("p")
    (paragraph,) = [node for node in paragraphs if "more" in words(node)]

    assert len(addresses(paragraph)) == MOST_STEPS + 1
    assert words(paragraph).endswith(more(len(startable[last]) - MOST_STEPS))


def test_who_to_ask_names_each_owner_once(small: Context) -> None:
    last = small.facts.plan.ids[-1]
    items = [words(item) for item in shown(small, "joining", sprint=last).css("ul li")]
    owners = [name for name, between, _ in (item.partition(" : ") for item in items) if between]

    assert set(owners) <= {person.name for person in small.facts.plan.people}
    assert owners
    assert len(set(owners)) == len(owners)


def headings(page: Markup) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("#")]


def test_only_a_small_plan_is_on_one_page_to_print(large: Context, small: Context) -> None:
    summary, whole = html_of("whole_plan", large), html_of("whole_plan", small)

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
def test_tables_of_all_sprints_end_early_and_count_the_rest(
    large: Context, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = len(shown(large, name).css("tbody tr"))
    for module in (risks, widgets):
        monkeypatch.setattr(module, "MOST_IN_TABLE", 100)
    page = shown(large, name)

    assert rows > 100 == len(page.css("tbody tr"))
    assert f"{rows - 100:,} more rows on the pages of the sprints." in words(page.css("body")[0])


def test_the_risks_of_the_plan_stay_in_a_register_that_ends_early(
    large: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmless = NamedRisk.model_validate({"id": "R-1", "title": "Late parts", "level": "very low"})
    plan = replace(large.facts.plan, risks=(harmless,))
    monkeypatch.setattr(risks, "MOST_IN_TABLE", 10)
    rows = shown(replace(large, facts=replace(large.facts, plan=plan)), "risk_register").css("tbody tr")

    assert len(rows) == 11
    assert "Late parts" in words(rows[-1])
