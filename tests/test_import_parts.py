"""Other parts of a plan in Markdown: figures, options, the team, rollback, dates, next steps."""

from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.importing.answers import Answers
from masterplan.importing.draft import Draft
from masterplan.importing.fit import fit
from masterplan.importing.ledger import words
from masterplan.importing.markdown import read

PLAN = """\
# Harbour Plan

{header}

## Sprint 1: Booking import

## Sprint 2: Berth planner

## Sprint 3: Tide tables

{parts}
"""


def draft(parts: str, header: str = "") -> Draft:
    return read(PLAN.format(header=dedent(header), parts=dedent(parts)), Answers()).draft


def left_of(parts: str, header: str = "") -> list[str]:
    """The lines of a document that are not taken into a field."""
    ledger = read(PLAN.format(header=dedent(header), parts=dedent(parts)), Answers()).ledger
    return [entry.text for entry in ledger.entries() if entry.fate != "taken"]


def claims(part: dict[str, Any]) -> list[tuple[str, str]]:
    return [(claim["claim"], claim["says"]) for claim in part.get("declared", ())]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("**Total Sprints**: 3", ("sprints", "Total Sprints: 3")),
        ("Number of Sprints: 3", ("sprints", "Number of Sprints: 3")),
        ("**Number of Sprints**: 3", ("sprints", "Number of Sprints: 3")),
        ("**Anzahl Sprints**: 3", ("sprints", "Anzahl Sprints: 3")),
        ("**Total Duration**: 6 weeks", ("duration", "6 weeks")),
        ("**Gesamtdauer**: 6 Wochen", ("duration", "6 Wochen")),
        ("**Expected Savings**: $80/month", ("monthly-savings", "$80/month")),
        ("**Status**: ✅ Ready for Execution", ("ready", "✅ Ready for Execution")),
        ("**Status**: Ready for Review", None),
        ("**Sprint**: 3", None),
        ("**Total Sprints**: 3 or 4", None),
        ("**Budget**: $80/month", None),
    ],
)
def test_unambiguous_figures_of_the_header_are_claims(header: str, expected: tuple[str, str] | None) -> None:
    assert claims(draft("", header).plan) == ([expected] if expected else [])


def test_the_date_of_the_last_update_is_imported() -> None:
    header = "**Date**: 2026-01-05\n**Last Updated**: March 3, 2026"
    assert draft("", header).plan["updated"] == "2026-03-03"


SAVINGS = """
## Savings

| Sprint | Monthly | Savings a year | Effort |
|---|---|---|---|
| Sprint 1 | - | - | 2 days |
| Sprint 2 | - | - | 3 days |
| **TOTAL** | - | - | **5 days** |

| Sprint | Monthly Savings | Annual Savings |
|---|---|---|
| Sprint 1 | $10-20 | $120-240 |
| Sprint 2 | $5 | - |
| **Total** | **$15-25** | **$180-300** |
"""


def test_savings_belong_to_sprints_and_totals_are_claims() -> None:
    plan = draft(SAVINGS)
    assert [plan.sprints[id_]["savings"] for id_ in "12"] == [{"monthly": "$10-20"}, {"monthly": "$5"}]
    assert claims(plan.sprints["1"]) == [("annual-savings", "$120-240")]
    assert claims(plan.plan) == [
        ("effort", "5 days"),
        ("monthly-savings", "$15-25"),
        ("annual-savings", "$180-300"),
    ]
    assert left_of(SAVINGS) == []


def test_a_metric_belongs_to_the_sprint_of_its_row() -> None:
    parts = """
    ## Metrics

    | Metric | Before | After | Improvement |
    |---|---|---|---|
    | Search time | 5-10s | <1s | Sprint 2 |

    ## Sprint 3: Tide tables

    ### Metrics

    | KPI | Target | Current |
    |---|---|---|
    | Error rate | 1% | 4% |
    """
    sprints = draft(parts).sprints
    searching = {"name": "Search time", "before": "5-10s", "after": "<1s", "improvement": "Sprint 2"}
    assert sprints["2"]["metrics"] == [searching]
    assert sprints["3"]["metrics"] == [{"name": "Error rate", "before": "4%", "after": "1%"}]
    assert left_of(parts) == []


def test_other_tables_of_figures_are_tables_of_the_plan() -> None:
    parts = """
    ## Budget

    | Item | 2026 | 2027 |
    |---|---|---|
    | Staff | $100 | $200 |
    | Cloud | $10 | |
    | **Total** | **$110** | **$200** |
    """
    assert draft(parts).plan["tables"] == [
        {
            "title": "Budget",
            "columns": ["2026", "2027"],
            "rows": [{"name": "Staff", "cells": ["$100", "$200"]}, {"name": "Cloud", "cells": ["$10", "–"]}],
            "total": ["$110", "$200"],
        }
    ]
    assert left_of(parts) == []


OPTION = {"when": "1-2", "sprints": ["1", "3"]}


@pytest.mark.parametrize(
    "parts",
    [
        "## Staffing\n\n### Option A: One developer (sequential)\n\n```\nWeek 1-2: Sprint 1 + Sprint 3\n```\n",
        "## Options\n\n### Option A: One developer (sequential)\n\n- Weeks 1-2: Sprints 1 and 3\n",
        "## Ressourcen\n\n### Variante A: One developer (nacheinander)\n\n- Woche 1-2: Sprint 1, Sprint 3\n",
    ],
)
def test_an_option_has_people_with_sprints_and_weeks(parts: str) -> None:
    option = {"id": "A", "mode": "sequential", "title": "One developer"}
    assert draft(parts).options == {"A": option | {"people": [{"name": "One developer", "work": [OPTION]}]}}
    assert left_of(parts) == []


def test_each_person_of_an_option_has_work() -> None:
    parts = """
    ## Resources

    ### Option B: Two developers

    **Timeline**: 3 weeks

    - Dev 1
      - Week 1-2: Sprint 1 + Sprint 3
    - Dev 2
      - Week 3: Help with Sprint 1
    """
    option = draft(parts).options["B"]
    helping = {"when": "3", "supports": ["1"], "task": "Help with Sprint 1"}
    assert option["people"] == [{"name": "Dev 1", "work": [OPTION]}, {"name": "Dev 2", "work": [helping]}]
    assert claims(option) == [("duration", "3 weeks")]
    assert left_of(parts) == []


def test_a_heading_with_assignments_is_an_option() -> None:
    parts = """
    ## Resource Allocation

    ### Single developer

    - Week 1-2: Sprint 1, Sprint 3

    ### Two developers

    | Week | Dev 1 | Dev 2 |
    |---|---|---|
    | 1-2 | Sprint 1 + Sprint 3 | - |
    | 3 | Sprint 2 | Help with Sprint 1 |
    """
    first, second = draft(parts).options.values()
    assert first == {"id": "A", "title": "Single developer", "people": [{"name": "Single developer", "work": [OPTION]}]}
    helping = {"when": "3", "supports": ["1"], "task": "Help with Sprint 1"}
    assert (second["id"], second["title"], second["people"]) == ("B", "Two developers", [
        {"name": "Dev 1", "work": [OPTION, {"when": "3", "sprints": ["2"]}]},
        {"name": "Dev 2", "work": [helping]},
    ])  # fmt: skip
    assert left_of(parts) == []


def test_a_table_of_weeks_and_people_is_an_option() -> None:
    parts = """
    ## Who does what

    | Week | Ada | Bo |
    |---|---|---|
    | Week 1-2 | Sprint 1, Sprint 3 | Sprint 2 |
    """
    people = [{"name": "Ada", "work": [OPTION]}, {"name": "Bo", "work": [{"when": "1-2", "sprints": ["2"]}]}]
    assert draft(parts).options == {"A": {"id": "A", "title": "Who does what", "people": people}}
    assert left_of(parts) == []


def test_people_can_have_hours_and_roles_a_number() -> None:
    parts = "## Team\n\n- **Ada**: 5 hours/week (tests)\n- **Developers**: 2 engineers\n"
    assert draft(parts).files()["team.yml"] == {
        "people": [{"id": "ada", "name": "Ada", "role": "5 hours/week (tests)"}],
        "roles": [{"id": "developers", "name": "Developers", "description": "2 engineers"}],
    }


def test_progress_of_plan_and_sprints_is_a_fact_and_sets_states() -> None:
    parts = """
    ## Status

    - **Overall:** 45 %

    | Sprint | Progress |
    |---|---|
    | Sprint 1 | 100% |
    | Sprint 2 | 0% |

    ## Sprint 3: Tide tables

    **Progress:** 60% (two of three)
    **Status:** Blocked
    """
    plan = draft(parts, "**Overall Progress**: 45%")
    assert [(claim["claim"], claim["says"], claim["of"]) for claim in plan.plan["declared"]] == [
        ("fact", "45%", "Overall Progress"),
        ("fact", "45 %", "Overall"),
    ]
    assert [sprint.get("state") for sprint in plan.sprints.values()] == ["done", "planned", "blocked"]
    assert [sprint["fields"]["progress"] for sprint in list(plan.sprints.values())[:2]] == ["100%", "0%"]
    assert claims(plan.sprints["3"]) == [("fact", "60% (two of three)")]
    assert plan.questions == []
    assert left_of(parts, "**Overall Progress**: 45%") == []


def test_an_option_without_people_is_kept_as_text() -> None:
    plan = draft("## Alternatives\n\n### Option A: A queue\n\nSimple to run.\n")
    assert plan.options == {}
    assert "Simple to run." in str(plan.plan["notes"])


def test_a_team_has_people_with_shares_and_roles() -> None:
    parts = """
    ## Team

    - **Ada Berg**: 50% (frontend)
    - **Developers**: 2 engineers
    """
    assert draft(parts).files()["team.yml"] == {
        "people": [{"id": "ada-berg", "name": "Ada Berg", "share": 50, "role": "frontend"}],
        "roles": [{"id": "developers", "name": "Developers", "description": "2 engineers"}],
    }
    assert left_of(parts) == []


def test_rollback_belongs_to_the_sprint_of_its_item() -> None:
    parts = """
    ## Rollback plan

    Every sprint is independent:

    1. **Sprint 1**: Go back to the old files
    2. **Sprint 2**: Not needed, it only adds
    3. Tell the harbour office

    - **Trigger**: Any of:
      - Bookings are lost
      - Pages take more than 5 s
    """
    plan = draft(parts)
    assert plan.sprints["1"]["rollback"] == {"steps": ["Go back to the old files"]}
    assert plan.sprints["2"]["rollback"] == {"needed": False, "steps": ["Not needed, it only adds"]}
    assert plan.plan["rollback"] == {
        "steps": ["Tell the harbour office"],
        "trigger": "Any of: Bookings are lost; Pages take more than 5 s",
    }
    assert claims(plan.plan) == [("independent", "Every sprint is independent")]
    assert left_of(parts) == []


def test_tests_per_sprint_and_end_to_end_are_read() -> None:
    parts = """
    ## Testing

    Every sprint has:

    - Unit tests

    ### End-to-end

    - Load test
    """
    per_sprint, at_end = {"says": "Every sprint has", "items": ["Unit tests"]}, {"items": ["Load test"]}
    assert draft(parts).plan["testing"] == {"per_sprint": per_sprint, "end_to_end": at_end}
    assert left_of(parts) == []


def test_documents_to_update_after_each_sprint_are_read() -> None:
    parts = """
    ## Documentation

    After each sprint, update:
    - `docs/API_v2_[draft].md` (if it changed)

    Track progress in:
    - `log/sprint_[N].md`
    """
    assert draft(parts).plan["documentation"] == {
        "after_each_sprint": [{"path": "docs/API_v2_[draft].md", "note": "if it changed"}],
        "progress_in": "log/sprint_[N].md",
    }
    assert left_of(parts) == []


def test_next_steps_have_a_title_and_a_detail() -> None:
    parts = """
    ## Next Steps

    1. **Review the plan** with the harbour office
    2. ✅ Book a room
    3. [x] **Assign sprints** (by May)
    4. **Kickoff:** Everybody comes
    """
    assert draft(parts).plan["next_steps"] == [
        {"title": "Review the plan", "detail": "with the harbour office"},
        {"title": "Book a room", "done": True},
        {"title": "Assign sprints", "detail": "by May", "done": True},
        {"title": "Kickoff", "detail": "Everybody comes"},
    ]
    assert left_of(parts) == []


def test_a_glossary_can_be_a_table_or_a_list() -> None:
    parts = """
    ## Glossary

    - **AIS**: Where ships are
    - ETA - when they come

    ## Terms

    | Term | Meaning |
    |---|---|
    | Berth | Where a ship lies |
    """
    assert draft(parts).plan["glossary"] == [
        {"term": "AIS", "means": "Where ships are"},
        {"term": "ETA", "means": "when they come"},
        {"term": "Berth", "means": "Where a ship lies"},
    ]
    assert left_of(parts) == []


def test_decisions_are_open_or_taken() -> None:
    parts = """
    ## Open questions

    - Which broker?

    ## Decision log

    | Decision | Rationale | Source |
    |---|---|---|
    | One database | Cheaper | Board |
    """
    assert draft(parts).plan["decisions"] == [
        {"title": "Which broker?"},
        {"title": "One database", "state": "taken", "note": "Cheaper\n\nSource: Board"},
    ]
    assert left_of(parts) == []


def test_external_dependencies_are_asks_unless_they_are_sprints() -> None:
    parts = """
    ## External dependencies

    - Access to the tide service

    ## Sprint 2: Berth planner

    **Blockers**: None

    ## Sprint 3: Tide tables

    **Blockers**: Sprint 1
    """
    plan = draft(parts)
    assert plan.plan["asks"] == [{"title": "Access to the tide service"}]
    assert "asks" not in plan.sprints["2"] | plan.sprints["3"]
    assert left_of(parts) == ["**Blockers**: Sprint 1"]


def test_key_dates_are_milestones_and_decisions_are_gates() -> None:
    parts = """
    ## Milestones

    - **2026-03-02**: Beta is live
    - Week 6 - Go/No-Go for the launch

    ## Key dates

    | What | Who | When |
    |---|---|---|
    | Freeze | Ada | March 9, 2026 |
    | Launch | Ada | March 20, 2026 |
    """
    plan = draft(parts)
    assert [
        (milestone["title"], milestone["when"], milestone.get("gate")) for milestone in plan.milestones.values()
    ] == [
        ("Beta is live", "2026-03-02", None),
        ("Go/No-Go for the launch", "6", {"outcome": "open"}),
        ("Freeze", "2026-03-09", None),
        ("Launch", "2026-03-20", None),
    ]
    assert plan.milestones["M3"]["owner"] == ["ada"]
    assert left_of(parts) == []


def test_a_phase_has_reasons_for_its_order_and_parallel_work() -> None:
    parts = """
    ## Phase 1: Begin (Weeks 1-2)

    **Sprints**: 1, 2 and 3

    **Why this order**:
    - Sprint 2 (Berths) - Depends on Sprint 1, 3-day task
    - The office is closed in June

    **Parallel execution**: Sprint 3 can run alongside 1-2
    """
    plan = draft(parts)
    phase = plan.phases["1"]
    assert phase["sprints"] == ["1", "2", "3"]
    assert phase["why"] == [
        {"sprint": "2", "text": "Depends on Sprint 1, 3-day task"},
        {"text": "The office is closed in June"},
    ]
    assert phase["parallel"] == [
        {"sprint": "3", "alongside": ["1", "2"], "says": "Sprint 3 can run alongside 1-2"},
    ]
    sprint_2 = plan.sprints["2"]
    assert (sprint_2["short"], sprint_2["effort"], sprint_2["depends_on"]) == ("Berths", "3 days", ["1"])
    assert left_of(parts) == []


def test_a_file_with_the_number_of_a_sprint_is_its_page() -> None:
    parts = """
    ## Files

    | Sprint | Files |
    |---|---|
    | Sprint 1 | `SPRINT_1_import.md` |
    | Sprint 2 | `CHANGES.md` |
    """
    sprints = draft(parts).sprints
    assert (sprints["1"]["page"], "page" in sprints["2"]) == ("SPRINT_1_import.md", False)


def test_a_custom_field_gets_another_id_than_a_field_of_the_model() -> None:
    parts = """
    ## Key dates

    | What | When | Where |
    |---|---|---|
    | Freeze | March 9, 2026 | [Hall](https://example.org/hall) |
    | Launch | 02:00 UTC March 20, 2026 / 18:00 PDT March 19, 2026 | Hall |
    """
    plan = draft(parts)
    freeze, launch = plan.milestones.values()
    assert (freeze["when"], launch["when"]) == ("2026-03-09", "2026-03-20")
    assert freeze["links"] == [{"title": "Hall", "url": "https://example.org/hall"}]
    assert launch["fields"]["when_cell"] == "02:00 UTC March 20, 2026 / 18:00 PDT March 19, 2026"
    assert fit(plan, {}).misfits == ()
    assert left_of(parts) == []


def test_labels_can_be_in_italics() -> None:
    parts = """
    ## Sprint 1: Booking import

    **Focus**: Bookings, berths

    ## End

    *Last Updated: 2026-03-04*
    """
    plan = draft(parts)
    assert plan.sprints["1"]["description"] == "Bookings, berths"
    assert plan.plan["updated"] == "2026-03-04"


def test_a_label_with_a_sprint_belongs_to_that_sprint() -> None:
    parts = "## Sprint 2: Berth planner\n\n**Sprint 1 Effort**: 12 hours\n"
    sprints = draft(parts).sprints
    assert (sprints["1"]["effort"], "effort" in sprints["2"]) == ("12 hours", False)


@pytest.mark.parametrize("heading", ["## Decision points", "## Next steps\n\n### Decision points"])
def test_dates_below_a_heading_about_decisions_are_gates(heading: str) -> None:
    plan = draft(f"{heading}\n\n- **2026-03-02**: The new service goes live\n")
    (gate,) = plan.milestones.values()
    assert (gate["when"], gate["gate"]) == ("2026-03-02", {"outcome": "open"})
    assert "next_steps" not in plan.plan


RISK = {"title": "Vendor is late", "likelihood": "high", "mitigation": ["Order early", "keep a spare"]}


@pytest.mark.parametrize(
    "parts",
    [
        "### Risk 1: Vendor is late\n\n- Probability: High\n- Mitigation: Order early, keep a spare\n",
        "**Risk**: Vendor is late\n- **Probability**: High\n- **Mitigation**: Order early, keep a spare\n",
        "1. **Vendor is late**\n   - Likelihood: high\n   - Mitigation: Order early, keep a spare\n",
    ],
)
def test_a_risk_has_the_values_listed_below_it(parts: str) -> None:
    assert draft(f"## Risks\n\n{parts}").risks == [RISK]
    assert left_of(f"## Risks\n\n{parts}") == []


def test_a_list_of_risks_has_a_risk_per_item() -> None:
    parts = """
    ## Risks

    - The harbour closes
    - **Storm**: Ships cannot leave

    ## Contingency plans

    - **If the vendor is late**: Use the old cranes

    ## Risk mitigation

    - Order early
    """
    assert draft(parts).risks == [
        {"title": "The harbour closes"},
        {"title": "Storm", "description": "Ships cannot leave"},
        {"title": "If the vendor is late", "contingency": ["Use the old cranes"]},
    ]
    assert left_of(parts) == ["## Risk mitigation", "- Order early"]


def test_a_list_of_metrics_with_figures_is_a_table() -> None:
    parts = """
    ## Success metrics

    ### Technical KPIs

    - **Uptime**: 99.9%
    - **Load time**: <2s
    - **Security**: No open findings

    ### What we watch

    - **Mood**: Good
    """
    rows = [("Uptime", "99.9%"), ("Load time", "<2s"), ("Security", "No open findings")]
    assert draft(parts).plan["tables"] == [
        {
            "title": "Technical KPIs",
            "columns": ["Value"],
            "rows": [{"name": name, "cells": [value]} for name, value in rows],
        }
    ]
    assert left_of(parts) == ["### What we watch", "- **Mood**: Good"]


def test_names_in_a_drawing_can_be_short_titles_of_sprints() -> None:
    parts = """
    ## Dependencies

    ```
    Sprint 1 (Import)
        ↓
    Sprint 2 (Berths) ← depends on Sprint 1
    ```
    """
    sprints = draft(parts).sprints
    assert (sprints["1"]["short"], sprints["2"]["short"], sprints["2"]["depends_on"]) == ("Import", "Berths", ["1"])
    assert left_of(parts) == []


LONG = "w" * 1_100
DOCUMENT = """
    # Plan
    ## Sprint 1: One (Weeks 1-2)
    ## Sprint 2: Two
    **Total Sprints**: 2
    **Savings**: $5/month ($60/year)
    ## Resources
    ### Option A: One dev (parallel)
    ```
    Week 1-2: Sprint 1 + Sprint 2
    Dev 1:
    ## Success Metrics
    | Metric | Before | After | Improvement |
    |---|---|---|---|
    | Speed | 5s | <1s | Sprint 1 |
    | Speed | 5-1s | 1,5 | Sprint 1 |
    | Sprint | Monthly Savings | Annual Savings | When |
    | Sprint 1 | $5 | 1.000 | Week 999999 |
    | **TOTAL** | $5 | $999999999999999 | - |
    - **Uptime**: 99%
    ## Rollback Plan
    1. **Sprint 1**: Not needed
    - **Trigger**: Any of:
      - Fire
    ## Testing
    Each sprint has:
    ## Documentation
    - `docs/a.md` (maybe)
    - `../../etc/x`
    Track progress in:
    - `log/[N].md`
    ## Next Steps
    1. **Do** it
    ## Glossary
    ## Decisions needed
    | Decision | Rationale |
    |---|---|
    | X | Y |
    ## Milestones
    - **2026-03-02**: Go/No-Go
    - **2026-02-30**: Never
    | What | When | Who |
    | Freeze | March 3, 2026 | Ada |
    ## Team
    - **Ada**: 50% (dev)
    - **Ada**: 120%
    - **Devs**: 2 engineers
    ## Risks
    - **Risk**: Fire
      - **Mitigation**: Water
    - Likelihood: High
    ## Phase 1: P (Weeks 1-2)
    **Sprints**: 1, 1, 3-99999
    **Why this order**:
    - Sprint 1 (A) - Depends on Sprint 2, 2-day task
    **Parallel**: Sprint 1 alongside 2
    **Last Updated**: 9999-01-01
    **Blockers**: None
    **Files**: `SPRINT_1_x.md`
    **Focus**: {{ 7 * 7 }} <script>
    ---
"""
LINES = st.sampled_from(
    [
        *dedent(DOCUMENT).splitlines(),
        "",
        f"- {LONG}",
        f"**Impact**: {LONG}",
        f"### Option B: {LONG} (parallel)",
        f"- **A**: {LONG}",
    ]
)


@given(st.lists(LINES, max_size=40))
def test_imported_values_are_valid_and_the_rest_is_kept(lines: list[str]) -> None:
    result = read("\n".join(lines), Answers())
    files = fit(result.draft, {})
    kept = set(words(" ".join([*files.files.values(), *map(str, range(10))])))
    assert files.misfits == ()
    for entry in result.ledger.entries():
        if entry.fate == "kept":
            assert set(words(entry.text)) <= kept, entry
