"""Progress on pages: the Progress page before, during and after the plan, and completion reports."""

from datetime import date
from pathlib import Path

import pytest
from pathspec.gitignore import GitIgnoreSpec
from selectolax.lexbor import LexborHTMLParser

from masterplan.errors import BuildError
from masterplan.publish import pages as plan_pages
from masterplan.publish.project import Project, open_project
from tests import sites
from tests.macro_output import html_of, shown
from tests.plans import BASE, write_plan
from tests.sites import HOSTS, Host, article, masterplan, pages, repository, words

REPORT = "tasks_progress/sprint_1_completion_2025-11-16.md"
METRIC = "metrics: [{name: Load time, before: 5-10s, after: <1s}]\n"
TASKS = "tasks: [{title: Write it}, {title: Read it, done: true}, {title: Leave it}]\n"
SPRINT = f'id: "1"\ntitle: A\nowner: ada\neffort: 2 days\nsavings: {{monthly: $50-100}}\n{METRIC}{TASKS}'
ENTRY = """\
entries:
  - {sprint: "1", date: 2025-11-14, state: in progress}
  - sprint: "1"
    date: 2025-11-16
    state: done
    tasks: [Write it]
    measured: [{metric: Load time, value: 0.8s}]
    saves: $60
    updated: [README.md]
    note: It *works*.
  - {sprint: "2", date: 2025-11-17, state: blocked, note: No server.}
"""
PLAN = BASE | {
    "plan.yml": "title: T\nstart: 2025-11-10\ndocumentation:\n"
    "  after_each_sprint: [{path: README.md}, {path: GUIDE.md}]\n",
    "sprints/1-a.yml": SPRINT,
    "progress/2025.yml": ENTRY,
}


def open_plan(root: Path, files: dict[str, str], today: date | None = date(2025, 11, 20)) -> Project:
    return open_project(write_plan(root, files), today)


MACROS_OF_PROGRESS = (
    "health", "progress_summary", "needs_attention", "what_now", "phase_progress", "burn_up", "next_weeks", "measured",
    "realised_savings", "documents_due", "progress_details",
)  # fmt: skip
WITHOUT = {path: text for path, text in PLAN.items() if not path.startswith("progress/")}
ALL_DONE = "entries:\n" + "".join(f'  - {{sprint: "{n}", date: 2025-11-{15 + n}, state: done}}\n' for n in (1, 2, 3))


def test_the_page_shows_every_view_of_progress() -> None:
    page = (sites.OURS / "docs/progress.md").read_text("utf-8")
    assert [name for name in MACROS_OF_PROGRESS if f"{{{{ {name}() }}}}" not in page] == []


@pytest.mark.parametrize(
    ("name", "before", "during", "after"),
    [
        (
            "progress_summary",
            "0 of 3 sprints done , 4% of the effort",
            "13% of the effort",
            "3 of 3 sprints done , 100% of the effort",
        ),
        ("progress_summary", "Forecast end: ", "1 done", "3 done"),
        ("what_now", "Now Sprint 1: A in progress 33%", "Now Sprint 2: B blocked", ""),
        ("needs_attention", "", "Sprint 2: B Blocked since 17 Nov : No server. Unassigned.", ""),
        ("phase_progress", "0 of 2 7%", "1 of 2 23%", "2 of 2 100%"),
        (
            "next_weeks",
            "Sprint 1: A ends",
            "Sprint 2: B ends",
            "",
        ),
        ("measured", "", "Load time 5-10s <1s 0.8s reached", ""),
        ("realised_savings", "", "$50-100 $60 $8", "$50-100"),
        (
            "completion_reports",
            "",
            "Sprint 1: A 16 Nov completion report",
            "Sprint 3: C 18 Nov",
        ),
        ("documents_due", "", "GUIDE.md Sprint 1", "README.md , GUIDE.md Sprint 1 , Sprint 2 , Sprint 3"),
        (
            "progress_log",
            "",
            "Load time: 0.8s; saves $60 a month; done: Write it; updated: README.md",
            "done",
        ),
    ],
)
def test_progress_is_shown_before_during_and_after_the_plan(
    name: str, before: str, during: str, after: str, tmp_path: Path
) -> None:
    plans = {"before": WITHOUT, "during": PLAN, "after": WITHOUT | {"progress/all.yml": ALL_DONE}}
    for (when, files), expected in zip(plans.items(), (before, during, after), strict=True):
        assert expected in shown(open_plan(tmp_path / when, files), name)


def test_reports_documents_tests_and_entries_are_folded_at_the_end(tmp_path: Path) -> None:
    def summaries(name: str, files: dict[str, str]) -> list[str]:
        html = html_of("progress_details", open_plan(tmp_path / name, files).context("progress.md"))
        return [words(summary) for summary in LexborHTMLParser(html).css("summary")]

    tested = PLAN | {"sprints/1-a.yml": f"{SPRINT}tests: [{{kind: Load test}}]\n"}
    begun = ["Completion reports (1)", "Documents", "Progress log (3 entries)"]
    assert summaries("during", PLAN) == begun
    assert summaries("tested", tested) == [*begun[:2], "Tests", begun[2]]
    assert summaries("before", WITHOUT) == ["Documents"]


def test_short_cells_of_the_progress_log_do_not_wrap(tmp_path: Path) -> None:
    html = html_of("progress_log", open_plan(tmp_path, PLAN).context("progress.md"))
    cells = [words(cell) for cell in LexborHTMLParser(html).css("tbody tr:last-child td.mp-short")]
    assert cells == ["14 Nov", "Sprint 1", "in progress"]


def test_savings_in_several_currencies_have_no_total_but_an_explanation(tmp_path: Path) -> None:
    other = 'id: "2"\ntitle: B\nsavings: {monthly: €50}\n'
    done = "entries:\n" + "".join(
        f'  - {{sprint: "{n}", date: 2025-11-16, state: done, saves: {saves}}}\n'
        for n, saves in ((1, "$60"), (2, "€5"))
    )
    mixed = open_plan(tmp_path, PLAN | {"sprints/2-b.yml": other, "progress/2025.yml": done})
    assert [finding.rule.id for finding in mixed.facts.findings].count("mixed-currencies") == 1
    none = "no total: several currencies"
    assert f"Total — {none} {none} {none}" in shown(mixed, "realised_savings")
    assert f"Monthly savings {none}" in shown(mixed, "headline")
    assert f"Computed total {none} {none}" in shown(mixed, "savings_table")
    assert "in several currencies" in shown(mixed, "savings_chart")
    assert "several currencies" in shown(mixed, "value_table")


@pytest.mark.parametrize(("entries", "counts"), [("", "1 sprint planned in 1 week"), (ENTRY, "1 of 1 sprint done")])
def test_the_burn_up_counts_a_single_sprint_as_one(entries: str, counts: str, tmp_path: Path) -> None:
    files = {
        "plan.yml": "title: T\nstart: 2025-11-10\n" if entries else "title: T\n",
        "sprints/1.yml": SPRINT + "when: 1\n",
        "team.yml": "people: [{id: ada, name: Ada}]\n",
        "progress/2025.yml": entries.partition('  - {sprint: "2"')[0] or "entries: []\n",
    }
    text = shown(open_plan(tmp_path, files), "burn_up")
    assert counts in text
    assert "1 sprints" not in text


def test_without_a_start_there_are_no_next_weeks(tmp_path: Path) -> None:
    assert shown(open_plan(tmp_path, BASE), "next_weeks") == ""


def test_the_next_weeks_leave_out_sprints_that_run_through_them(tmp_path: Path) -> None:
    rows = (f"  - {{id: '{n}', title: A, when: 1-{last}, sprints: ['{n}']}}\n" for n, last in ((1, 6), (2, 3)))
    phases = f"phases:\n{''.join(rows)}"
    page = shown(open_plan(tmp_path, PLAN | {"phases.yml": phases}), "next_weeks")
    assert "Sprint 2: B ends" in page
    assert "Sprint 1" not in page


def test_a_sprint_that_has_begun_early_does_not_start_in_the_next_weeks(tmp_path: Path) -> None:
    planned = PLAN | {"phases.yml": "phases:\n  - {id: '1', title: A, when: 3, sprints: ['3']}\n"}
    begun = planned | {"progress/3.yml": "entries: [{sprint: '3', date: 2025-11-19, state: in progress}]\n"}
    pages = [shown(open_plan(tmp_path / name, files), "next_weeks") for name, files in (("a", planned), ("b", begun))]
    assert ["starts and ends" in page for page in pages] == [True, False]
    assert "ends 24 Nov 30 Nov in progress" in pages[1]


def test_overdue_sprints_need_attention_and_are_not_in_the_next_weeks(tmp_path: Path) -> None:
    project = open_plan(tmp_path, PLAN, date(2025, 11, 24))
    assert "1 day late." in shown(project, "needs_attention")
    assert "Sprint 2: B" not in shown(project, "next_weeks")


def test_a_completion_report_has_the_content_of_the_entries(tmp_path: Path) -> None:
    report = shown(open_plan(tmp_path, PLAN), "completion_report", "1")
    for text in (
        "Started on 14 Nov Done on 16 Nov , 7 days early Duration 3 calendar days",
        "weeks 1-2 ( 10 Nov to 23 Nov )",
        "Load time 5-10s <1s 0.8s reached",
        "☑ Write it ☑ Read it ☐ Leave it",
        "☑ README.md ☐ GUIDE.md",
        "Monthly savings, planned $50-100 Monthly savings, actual $60 Saved so far $8",
        "It works .",
    ):
        assert text in report


def test_each_completed_sprint_has_a_report_with_the_text_of_the_team(tmp_path: Path) -> None:
    (tmp_path / "docs/tasks_progress").mkdir(parents=True)
    (tmp_path / "docs" / REPORT).write_text("---\ntitle: Mine\n---\n## Learnt\n", "utf-8")
    texts = {page.path: page.text for page in plan_pages.pages(open_plan(tmp_path, PLAN))}
    assert [path for path in texts if path.startswith("tasks_progress/")] == [REPORT]
    assert texts[REPORT] == '---\ntitle: Mine\n---\n{{ completion_report("1") }}\n\n## Learnt\n'


def test_a_sprint_done_tomorrow_has_no_report_today(tmp_path: Path) -> None:
    early = open_plan(tmp_path, PLAN, date(2025, 11, 15))
    assert [page.path for page in plan_pages.pages(early) if page.path.startswith("tasks_progress/")] == []


@pytest.mark.parametrize(
    ("progress_in", "page"),
    [
        ("tasks_progress/sprint_[N]_completion_[date].md", REPORT),
        ("reports/[N].md", "reports/1.md"),
        ("a b/x_[N] [date].md", "a b/x_1 2025-11-16.md"),
        ("PROGRESS.md", REPORT),
        ("progress/[N].txt", REPORT),
    ],
)
def test_reports_have_the_stated_names_and_are_not_in_the_navigation(
    progress_in: str, page: str, tmp_path: Path
) -> None:
    header = f'{PLAN["plan.yml"]}  progress_in: "{progress_in}"\n'
    project = open_plan(tmp_path, PLAN | {"plan.yml": header})
    assert page in [item.path for item in plan_pages.pages(project)]
    outside = GitIgnoreSpec.from_lines(plan_pages.not_in_navigation(project))
    assert outside.match_file(page)
    assert not any(map(outside.match_file, ("team.md", "team/progress.md", *project.sprint_pages.values())))


@pytest.mark.parametrize(
    ("progress_in", "page"), [("sprints/[N].md", "page: 1.md\n"), ("sprints/S_[N].md", "page: s_1.md\n")]
)
def test_a_report_never_replaces_another_page(progress_in: str, page: str, tmp_path: Path) -> None:
    header = f'{PLAN["plan.yml"]}  progress_in: "{progress_in}"\n'
    project = open_plan(tmp_path, PLAN | {"plan.yml": header, "sprints/1-a.yml": SPRINT + page})
    with pytest.raises(BuildError, match="two pages of the plan have this name"):
        plan_pages.pages(project)


@pytest.mark.parametrize("host", HOSTS)
def test_reports_are_linked_from_the_sprint_and_the_progress_page(host: Host, tmp_path: Path) -> None:
    root = repository(tmp_path / "plan", PLAN)
    (root / "docs/tasks_progress").mkdir()
    (root / "docs" / REPORT).write_text("## Learnt {: #learnt }\n", "utf-8")
    done = masterplan(root, "build", "--host", host, "--today", "2025-11-20")
    assert done.returncode == 0, done.stderr
    site = pages(root / "site")
    address = REPORT.removesuffix(".md") + "/"
    for page in ("progress/index.html", "sprints/SPRINT_1/index.html"):
        assert f"../{'../' * (page.count('/') - 1)}{address}" in [a.attributes.get("href") for a in site[page].css("a")]
    report = article(site[f"{address}index.html"])
    assert [words(title).rstrip("¶ ") for title in report.css("h1, h2")] == [
        "Sprint 1: A, completed", "Metrics", "Tasks", "Documents to update", "Entries", "Learnt",
    ]  # fmt: skip
