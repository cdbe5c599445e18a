"""Plans of different kinds, as real teams write them, each with planted contradictions.

`tests/shapes/NAME/` has a plan and `expected.yml`, which lists the planted contradictions and all other findings, each
judged by hand as right or noise. Every planted contradiction must be found at its part, every other finding must be
listed, and at most one finding in ten may be noise. The six plans are:

- harbour: tasks with ids, groups and dependencies, in hours
- letters: epics with stories in points
- observatory: dated iterations over two years, with breaks
- relay: a plan half done, with entries, states and a chosen option
- museum: roles, gates, decisions, asks and capacity
- lager: German, with its own words, decimal comma, scale of risks and euros
"""

import html
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, StrictUndefined

from masterplan.analyse import Facts, analyse
from masterplan.cli import app as cli
from masterplan.load import load
from masterplan.model.finding import Finding
from masterplan.publish.pages import pages as made_pages
from masterplan.publish.project import open_project
from masterplan.publish.reference import MACROS
from masterplan.render.export import Material, export_files
from tests.macro_output import html_of
from tests.sites import HOSTS, Host, pages, repository, words

FOLDER = Path(__file__).parent / "shapes"
NAMES = sorted(path.name for path in FOLDER.iterdir())

LEAST = {"harbour": ("tasks", 60), "letters": ("tasks", 35), "observatory": ("sprints", 13), "relay": ("entries", 6)}
"""The characteristic parts of a plan, and their minimum number."""


@cache
def expected(name: str) -> Mapping[str, Any]:
    """The planted contradictions of a plan, and its other findings."""
    stated: Mapping[str, Any] = yaml.safe_load((FOLDER / name / "expected.yml").read_text("utf-8"))
    return stated


@cache
def facts(name: str) -> Facts:
    """The facts of a plan on the day in its `expected.yml`."""
    loaded = load(FOLDER / name)
    assert loaded.findings == ()
    assert loaded.plan
    return analyse(loaded.plan, expected(name)["today"])


def matches(entry: Mapping[str, str], finding: Finding) -> bool:
    """Whether a finding has the rule and the part of an expected entry."""
    part = f"{finding.subject} {finding.field} "
    return entry["rule"] == finding.rule.id and part.startswith((f"{entry['part']} ", f"{entry['part']}."))


def matched(name: str) -> tuple[list[Mapping[str, str]], list[Finding]]:
    """The expected entries without a finding, and the findings without an entry. One entry matches one finding."""
    left = list(facts(name).findings)
    missed = []
    for entry in (*expected(name)["planted"], *expected(name)["others"]):
        finding = next((finding for finding in left if matches(entry, finding)), None)
        if finding:
            left.remove(finding)
        else:
            missed.append(entry)
    return missed, left


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_exactly_the_expected_ones(name: str) -> None:
    missed, unexpected = matched(name)
    assert missed == []
    assert [f"{finding.rule.id} {finding.subject} {finding.field}: {finding.message}" for finding in unexpected] == []


def test_at_most_one_finding_in_ten_is_noise() -> None:
    others = [entry for name in NAMES for entry in expected(name)["others"]]
    assert {entry["judged"] for entry in others} <= {"right", "noise"}
    noise = sum(entry["judged"] == "noise" for entry in others)
    assert noise * 10 <= sum(len(facts(name).findings) for name in NAMES)


def test_each_plan_has_its_characteristic_parts() -> None:
    assert len(NAMES) >= 6
    assert all(len(expected(name)["planted"]) >= 5 for name in NAMES)
    sizes = {
        name: {"tasks": len(facts(name).plan.all_tasks), "sprints": len(facts(name).plan.sprints)} for name in NAMES
    }
    sizes["relay"] |= {"entries": len(facts("relay").plan.entries)}
    assert [name for name, (kind, least) in LEAST.items() if sizes[name][kind] < least] == []


_ENVIRONMENT = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - Markdown; texts are escaped


def shown(name: str, today: date) -> Iterator[str]:
    """The Markdown of every page of a plan's site, without the listings of its files."""
    project = open_project(FOLDER / name, today)
    project = replace(project, texts=dict.fromkeys(project.texts, ""))
    for page in made_pages(project):
        context = project.context(page.path)
        macros = {macro: partial(html_of, macro, context) for macro in MACROS}
        yield _ENVIRONMENT.from_string(page.text).render(macros)


@pytest.mark.parametrize("name", NAMES)
def test_titles_of_tasks_milestones_and_risks_and_mitigations_are_on_a_page(name: str) -> None:
    plan = facts(name).plan
    text = "\n".join(html.unescape(page) for page in shown(name, expected(name)["today"]))
    risks = [*plan.risks, *(risk for sprint in plan.sprints.values() for risk in sprint.risks)]
    titles = [*(placed.task.title for placed in plan.all_tasks), *(milestone.title for milestone in plan.milestones)]
    titles += [risk.title for risk in risks]
    mitigations = [measure for risk in risks for measure in (*risk.mitigation, *risk.contingency)]
    assert [title for title in (*titles, *mitigations) if title not in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_export_names_every_sprint(name: str) -> None:
    files = export_files(Material(facts(name), name))
    titles = [sprint.title for sprint in facts(name).plan.sprints.values()]
    assert [title for title in titles if title not in files["plan.json"] or title not in files["csv/sprints.csv"]] == []


@pytest.mark.parametrize(("name", "host"), list(zip(("lager", "museum"), HOSTS, strict=True)))
def test_a_site_is_built_with_a_page_for_each_sprint(name: str, host: Host, tmp_path: Path) -> None:
    files = {
        path.relative_to(FOLDER / name / "plan_data").as_posix(): path.read_bytes()
        for path in sorted((FOLDER / name / "plan_data").rglob("*.yml"))
    }
    root = repository(tmp_path / name, files)
    assert cli.run(["build", "--root", str(root), "--host", host, "--today", str(expected(name)["today"])]) == 0
    headings = [words(heading) for page in pages(root / "site").values() for heading in page.css("h1")]
    plan = facts(name).plan
    expected_titles = [f"{plan.name(id_)}: {sprint.title}" for id_, sprint in plan.sprints.items()]
    assert [title for title in expected_titles if not any(heading.startswith(title) for heading in headings)] == []
