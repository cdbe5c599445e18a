"""The audit as readers see it: its page and summary, and the rules in the guide."""

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse.audit.claims import HINT
from masterplan.analyse.audit.groups import by_kind, grouped, kinds_counted, most_important
from masterplan.analyse.changes import RULES as CHANGE_RULES
from masterplan.errors import PlanError
from masterplan.load.rules import RULES as LOAD_RULES
from masterplan.model.change import ChangeRule
from masterplan.model.finding import Rule
from masterplan.publish import reference as guide
from masterplan.publish.examples import FINDING_RULES, change_example
from masterplan.publish.mkdocs_yml import RULE as SETTING
from masterplan.publish.project import Project, open_project
from masterplan.render.views.audit import MOST_GROUPS
from tests.macro_output import html_of
from tests.plans import BASE, write_plan
from tests.sites import OURS, words

HOSTILE = "<script>alert(1)</script> `x` [a](javascript:b) {{ 7*7 }}"
COUNT = "title: T\ndeclared:\n  - claim: sprints\n    says: '{}'\n    value: 9\n"
FINDINGS = "tr[id^=finding-]"
WAIVER = """\
audit:
  waivers:
    - {rule: count-mismatch, at: plan, reason: They come later, by: Ada, until: 2026-12-31}
"""


@cache
def opened(root: Path) -> Project:
    return open_project(root, date(2025, 11, 20))


@cache
def shown(root: Path, name: str, **values: str) -> LexborHTMLParser:
    """What a macro shows on the Audit page of the plan in a folder."""
    return LexborHTMLParser(f"<main>{html_of(name, opened(root).context('audit.md'), **values)}</main>")


def text(page: LexborHTMLParser) -> str:
    return words(page.css("main")[0])


def plan(root: Path, header: str) -> Path:
    return write_plan(root, BASE | {"plan.yml": header})


def test_every_group_is_one_row_with_its_fix_and_links_to_its_places() -> None:
    page = shown(OURS, "audit")
    groups = grouped(opened(OURS).facts.findings)
    assert sorted(row.id or "" for row in page.css(FINDINGS)) == sorted(
        f"finding-{group.first.fingerprint}" for group in groups
    )
    for group in groups:
        [row] = page.css(f"#finding-{group.first.fingerprint}")
        links = [link.attributes["href"] or "" for link in row.css("a")]
        assert _letters(words(row)).count(_letters(group.hint)) == (group.hint != HINT)
        assert group.rule.id in [words(chip).rpartition(": ")[2] for chip in row.css(".mp-chip")]
        for finding in group.findings:
            assert _letters(finding.message) in _letters(words(row))
            for place in (finding.place, *(other.place for other in finding.related)):
                assert any(link.endswith(f"-{place.line}") for link in links)


def test_decisive_findings_come_first_and_the_rest_is_folded_by_area() -> None:
    page = shown(OURS, "audit")
    important = [words(item) for item in page.css("ol")[0].css("li")]
    for shown_item, finding in zip(important, most_important(opened(OURS).facts.findings), strict=True):
        assert _letters(finding.message) in _letters(shown_item)
    headings = re.findall(r"## ([A-Z][a-z ]+) \{: #", text(page))
    assert headings == ["Check these first", "Contradictions", "Gaps", "Remarks"]
    assert len(page.css("details table")) == len(page.css("table"))
    summaries = [words(node) for node in page.css("details.mp-details > summary")]
    assert summaries[:2] == [
        "Figures and totals (2) Plan, Sprint 5",
        "Order and dates (6) Option A, Option B, Phase 2, Phase 3, 1 more",
    ]


def test_claims_are_folded_under_an_anchor_of_their_own() -> None:
    page = shown(OURS, "audit")
    [part] = page.css("#declared")
    assert part.parent
    assert words(part.parent.css("summary")[0]) == "Declared and computed (37) 9 do not match"
    assert len(part.css("tbody tr")) == 37


def test_the_fix_shared_by_most_contradictions_is_shown_once() -> None:
    assert text(shown(OURS, "audit")).lower().count(HINT) == 1


def _letters(text: str) -> str:
    """A text without blanks, marks and capitals."""
    return "".join(filter(str.isalnum, text.lower()))


def test_the_page_has_a_section_for_each_kind_of_finding() -> None:
    page = shown(OURS, "audit")
    counts = {kind: len(groups) for kind, groups in by_kind(grouped(opened(OURS).facts.findings)).items()}
    assert list(counts) == ["contradiction", "gap", "remark"]
    for kind, number in counts.items():
        assert f"## {kind.capitalize()}s {{: #{kind} }}" in text(page)
        assert len(shown(OURS, "audit", kind=kind).css("tbody tr")) == number


def test_the_page_can_be_limited_to_a_sprint_a_severity_or_an_area() -> None:
    about = text(shown(OURS, "audit", of="sprint 5"))
    assert "50% faster uploads" in about
    assert "Sprint 3" not in about
    remarks = shown(OURS, "audit", severity="info")
    assert remarks.css("tbody .mp-chip--finding-info")
    assert not remarks.css("tbody .mp-chip--finding-warning")
    assert "Query execution" not in text(shown(OURS, "audit", area="order"))


def test_a_plan_without_findings_has_no_contradictions(tmp_path: Path) -> None:
    for name in ("audit", "audit_summary"):
        assert text(shown(write_plan(tmp_path, BASE), name)) == "The plan has no contradictions."


def test_waived_findings_have_a_section_with_reason_and_date(tmp_path: Path) -> None:
    page = shown(plan(tmp_path, COUNT.format("9 sprints") + WAIVER), "audit")
    assert "## Waived findings {: #waived }" in text(page)
    assert "They come later" in text(page)
    assert "31 Dec 2026" in text(page)


def test_findings_beyond_the_limit_are_counted(tmp_path: Path) -> None:
    claims = "".join(f"  - {{claim: sprints, says: '{n} sprints'}}\n" for n in range(10, 60))
    page = shown(plan(tmp_path, f"title: T\ndeclared:\n{claims}"), "audit")
    assert len(page.css(FINDINGS)) == MOST_GROUPS
    assert "10 more; masterplan check lists them all." in text(page)


def test_the_summary_lists_decisive_findings_and_counts_the_rest() -> None:
    facts = opened(OURS).facts
    summary = text(shown(OURS, "audit_summary"))
    assert len(most_important(facts.findings)) == len(shown(OURS, "audit_summary").css("li")) == 3
    assert f"{kinds_counted(grouped(facts.findings))} in the audit" in summary


def test_a_plan_with_gaps_alone_has_no_contradictions(tmp_path: Path) -> None:
    root = write_plan(tmp_path, BASE | {"sprints/2-b.yml": BASE["sprints/2-b.yml"] + "risk: {level: high}\n"})
    for name in ("audit", "audit_summary"):
        assert "No contradictions" in text(shown(root, name))
        assert "gaps" in text(shown(root, name))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"claim": "monthly-savings"}, "$850-1,750/month"),
        ({"claim": "sprints"}, "All claims agree with the plan."),
        ({"claim": "improvement", "sprint": "5"}, "50% faster uploads"),
        ({"claim": "improvement", "sprint": "6"}, ""),
    ],
)
def test_declared_can_show_only_claims_that_differ(values: dict[str, str], says: str) -> None:
    assert says in text(shown(OURS, "declared", show="differs", **values))


def test_plan_text_in_findings_is_escaped(tmp_path: Path) -> None:
    page = shown(plan(tmp_path, COUNT.format(HOSTILE)), "audit")
    assert page.css("main script") == []
    assert "<script>alert(1)</script>" in text(page)
    assert "{{ 7*7 }}" in text(page)


def test_a_rule_that_the_plan_makes_an_error_stops_the_build(tmp_path: Path) -> None:
    header = COUNT.format("9 sprints") + "audit:\n  severity: {count-mismatch: error}\n"
    with pytest.raises(PlanError) as raised:
        open_project(plan(tmp_path, header))
    assert [finding.rule.id for finding in raised.value.findings] == ["count-mismatch"]


@pytest.mark.parametrize("rule", FINDING_RULES, ids=lambda rule: rule.id)
def test_the_guide_explains_every_rule(rule: Rule) -> None:
    assert guide.__doc__, "its macros are registered"
    page = shown(OURS, "finding_reference")
    [row] = page.css(f'tr[id="{rule.id}"]')
    assert " ".join(rule.description.replace("`", "").split()) in words(row)
    examples = [words(node) for node in row.css("pre")]
    assert rule in (*LOAD_RULES, SETTING) or (len(examples) >= 2 and any("# <--" in example for example in examples))


@pytest.mark.parametrize("rule", CHANGE_RULES, ids=lambda rule: rule.id)
def test_the_guide_explains_every_kind_of_change(rule: ChangeRule) -> None:
    assert guide.__doc__, "its macros are registered"
    page = shown(OURS, "change_reference")
    [row] = page.css(f'tr[id="{rule.id}"]')
    assert rule.description in words(row)
    before, after = change_example(rule.id).shown
    assert [node.text() for node in row.css("pre")] == [
        content.strip() for side in (before, after) for content in side.values()
    ]


def test_the_guide_describes_each_part_of_the_files_once_with_its_own_fields_first() -> None:
    assert guide.__doc__, "its macros are registered"
    page = shown(OURS, "schema_reference")
    headings = re.findall(r"^### (\w+) {: (#part-\w+) }$", page.text(), re.MULTILINE)
    assert ("Criterion", "#part-criterion") in headings
    assert len(headings) == len(set(headings))
    assert {link.attributes["href"] for link in page.css("a[href^='#part-']")} == {at for _, at in headings}
    plan, *_ = page.css("table")
    rows = [words(node) for node in plan.css("tbody tr")]
    assert rows[0].startswith("title text required")
    assert rows[-1].startswith("notes")
    assert "unit Unit — The plan's word for its pieces of work." in rows
    assert any(text.startswith("start date —") for text in rows)
