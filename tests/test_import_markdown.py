"""Plans in Markdown become a draft: units, fields, and no lost line."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.importing.answers import Answers
from masterplan.importing.draft import Imported
from masterplan.importing.ledger import words
from masterplan.importing.markdown import read

PLAN = """\
# Harbour Plan

Moves the harbour's bookings to the new service.

## Overview

| Sprint | Focus | Status | Cost centre |
|---|---|---|---|
| **Sprint 1** | Booking import | ✅ Done | 4711 |
| **Sprint 2** | Berth planner | In progress | 4712 |

## Sprint 1: Booking import (Weeks 1-2)

**Owner:** Ada Berg
**Effort**: 6 days | **Depends on**: nothing

### Tasks

- [x] **BK-1**: Read the old files (M, 4h)
- [ ] **BK-2**: Map the customers (3h)
  - Ask the harbour office first.

### Where we stand

Nobody knows *which* bookings are double.

## Sprint 2: Berth planner (Weeks 3-4)

**Goal**: Berths are planned a week ahead.

### Dependencies

- Sprint 2 depends on Sprint 1 (clean bookings)

```mermaid
graph TD
    A[Sprint 1: Booking import] --> B[Sprint 2]
```
"""


def imported(text: str) -> Imported:
    return read(dedent(text), Answers())


def test_a_plan_with_an_overview_and_sections_of_sprints_is_read() -> None:
    draft = imported(PLAN).draft
    assert draft.plan["title"] == "Harbour Plan"
    assert draft.plan["summary"] == "Moves the harbour's bookings to the new service."
    first, second = draft.sprints["1"], draft.sprints["2"]
    assert (first["title"], first["when"], first["state"], first["effort"]) == (
        "Booking import",
        "1-2",
        "done",
        "6 days",
    )
    assert [draft.owners[id_] for id_ in first["owner"]] == ["Ada Berg"]
    assert (second["state"], second["objective"]) == ("in progress", "Berths are planned a week ahead.")
    assert second["depends_on"] == [{"sprint": "1", "reason": "clean bookings"}]


def test_tasks_have_ids_states_efforts_and_descriptions() -> None:
    first, second = imported(PLAN).draft.sprints["1"]["tasks"]
    assert (first["id"], first["title"], first["state"], first["effort"]) == (
        "BK-1",
        "Read the old files",
        "done",
        "4 hours (M)",
    )
    assert (second["id"], "state" in second, second["description"]) == (
        "BK-2",
        False,
        "- Ask the harbour office first.",
    )


def test_text_without_a_field_is_kept_as_a_note() -> None:
    draft = imported(PLAN).draft
    note = {"title": "Where we stand", "text": "Nobody knows *which* bookings are double."}
    assert note in draft.sprints["1"]["notes"]


def test_unknown_columns_become_custom_fields() -> None:
    draft = imported(PLAN).draft
    assert draft.plan["fields"] == [{"id": "cost_centre", "title": "Cost centre", "of": ["sprint"]}]
    assert draft.sprints["2"]["fields"] == {"cost_centre": "4712"}


@pytest.mark.parametrize(
    ("heading", "id_"),
    [("Sprint 18.5: X", "18.5"), ("Sprint 0A - X", "0A"), ("✅ Sprint 1-2: X", "1-2"), ("Sprint S11-12: X", "S11-12"),
     ("**Sprint C** (2 weeks)", "C"), ("2. Sprint: X", "2"), ("第3阶段:X", "3"), ("Спринт 4 — X", "4")],
)  # fmt: skip
def test_units_in_headings_are_recognised_in_many_forms(heading: str, id_: str) -> None:
    assert list(imported(f"# Plan\n\n## {heading}\n\nText.\n").draft.sprints) == [id_]


def all_texts(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(map(all_texts, value.values()))
    return " ".join(map(all_texts, value)) if isinstance(value, list | tuple) else str(value)


LINES = st.sampled_from(
    [
        "# Plan",
        "## Sprint 1: One (Weeks 1-2)",
        "### Tasks",
        "- [x] **T-1**: Do it (2h)",
        "  - and more",
        "**Owner**: Ada",
        "| Sprint | Status |",
        "|---|---|",
        "| Sprint 2 | done |",
        "```",
        "Sprint 1",
        "  └─> Sprint 2 - needs it",
        "Some prose.",
        "**Deliverables:**",
        "1. ✅ A thing",
        "> quoted",
        "## Risks",
        "- **Risk**: Fire",
        "  - **Mitigation**: Water",
        "---",
        "<b>x</b>",
        "{{ 7 * 7 }}",
        "## Sprint 1 KPIs",
        "Depends on: Sprint 2",
        "[x]: http://example.org",
        "",
        "",
    ]
)


@given(st.lists(LINES, max_size=40))
def test_no_line_is_lost(lines: list[str]) -> None:
    result = imported("\n".join(lines))
    entries = list(result.ledger.entries())
    assert [entry.line for entry in entries] == [n for n, line in enumerate(lines, 1) if words(line)]
    draft = result.draft
    kept = all_texts([draft.plan, draft.phases, draft.sprints, draft.milestones, draft.options, draft.risks])
    for entry in entries:
        if entry.fate == "kept":
            assert set(words(entry.text)) <= set(words(kept)), entry


def test_numbers_of_lists_are_not_part_of_the_text() -> None:
    result = imported("# Plan\n\n## Sprint 1: One\n\n**Deliverables:**\n1. ✅ The register\n2. [x] The index\n")
    assert result.draft.sprints["1"]["deliverables"] == ["The register", "The index"]
    assert {entry.fate for entry in result.ledger.entries()} == {"taken"}


def test_sprints_can_be_the_items_of_a_list() -> None:
    listed = "- [x] **Sprint 1: Nests**\n  Built in May.\n- [ ] **Sprint 2: Eggs (2 weeks)**\n  - Needs: Sprint 1\n"
    first, second = imported(f"# Plan\n\n{listed}").draft.sprints.values()
    assert (first["title"], first["state"], first["description"]) == ("Nests", "done", "Built in May.")
    assert (second["title"], second["effort"], second["depends_on"]) == ("Eggs", "2 weeks", ["1"])


@pytest.mark.parametrize(
    "line",
    [
        "**Depends on:** None (independent of Sprint 1)",
        "**Unblocks:** nothing in Sprint 1",
        "- No dependencies on Sprint 1",
        "- Sprint 2 does not depend on Sprint 1",
        "- Keine Abhängigkeit von Sprint 1",
    ],
)
def test_negated_dependencies_are_not_imported(line: str) -> None:
    text = f"# Plan\n\n## Sprint 1: A\n\nText.\n\n## Sprint 2: B\n\n### Dependencies\n\n{line}\n"
    sprints = imported(text).draft.sprints
    assert (sprints["1"].get("depends_on"), sprints["2"].get("depends_on", [])) == (None, [])


def test_a_duration_is_the_effort_unless_tasks_have_efforts() -> None:
    text = "# Plan\n\n## Sprint 1: A (2 weeks)\n\n- [ ] **T-1**: Do it (3h)\n\n## Sprint 2: B\n\n**Duration:** 3 days\n"
    first, second = imported(text).draft.sprints.values()
    assert (first.get("effort"), first["declared"]) == (None, [{"claim": "fact", "says": "2 weeks", "of": "Duration"}])
    assert second["effort"] == "3 days"


def test_a_total_duration_is_a_claim() -> None:
    rows = (
        "| Sprint | Duration |\n|---|---|\n| Sprint 1 | 2 days |\n| Sprint 2 | 3 days |\n| **Total** | **5 days** |\n"
    )
    [claim] = imported(f"# Plan\n\n## Summary\n\n{rows}").draft.plan["declared"]
    assert (claim["claim"], claim["says"], claim["of"]) == ("fact", "5 days", "Duration")


def test_a_value_of_an_unknown_sprint_is_not_imported() -> None:
    text = "# Plan\n\n## Sprint 11: A\n\nText.\n\n## Sprint 12: B\n\nText.\n\nSprint 10 status: done\n"
    assert "state" not in imported(text).draft.sprints["12"]


@pytest.mark.parametrize(
    ("line", "when", "effort"),
    [
        ("**Weeks:** 1–2 · **Points:** 8", "1-2", None),
        ("**Semanas:** 3", "3", None),
        ("**Недели:** 2-3", "2-3", None),
        ("**Duration:** 2 weeks (4 May 2026 - 15 May 2026)", "2026-05-04 to 2026-05-15", "2 weeks"),
        ("**Duration:** 2 weeks (with buffer)", None, "2 weeks (with buffer)"),
    ],
)
def test_numbers_of_weeks_and_dates_after_a_duration_are_windows(
    line: str, when: str | None, effort: str | None
) -> None:
    sprint = imported(f"# Plan\n\n## Sprint 1: A\n\n{line}\n").draft.sprints["1"]
    assert (sprint.get("when"), sprint.get("effort")) == (when, effort)


def test_points_can_have_a_remark_in_brackets() -> None:
    sprint = imported("# Plan\n\n## Sprint 1: A\n\n**Points:** 17 (3 of them spare)\n").draft.sprints["1"]
    assert sprint["points"] == "17"
    assert "spare" in sprint["description"]


@pytest.mark.parametrize(
    "heading",
    ["Priorities and dependencies", "Dependências entre sprints", "Abhängigkeiten zwischen den Phasen", "Зависимости"],
)
def test_a_tree_below_a_heading_about_dependencies_is_read(heading: str) -> None:
    tree = "```\nSprint 1 (docks)\n  └── Sprint 2 (boats) ─── in parallel\n```"
    sprints = imported(f"# Plan\n\n## Sprint 1: A\n\nOne.\n\n## Sprint 2: B\n\nTwo.\n\n## {heading}\n\n{tree}\n").draft
    assert sprints.sprints["2"]["depends_on"] == ["1"]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Criterios de éxito del sprint", "acceptance"),
        ("Critério de aceite", "acceptance"),
    ],
)
def test_check_boxes_below_acceptance_headings_are_not_tasks(heading: str, name: str) -> None:
    sprint = imported(f"# Plan\n\n## Sprint 1: A\n\n### {heading}\n\n- [ ] The pier is open\n").draft.sprints["1"]
    assert (sprint[name], sprint.get("tasks")) == (["The pier is open"], None)


@pytest.mark.parametrize(
    "line", ["**Prerequisites:** All previous sprints complete", "**Depends on**: alle vorherigen Sprints"]
)
def test_all_previous_sprints_are_the_sprints_before(line: str) -> None:
    parts = [f"## Sprint {n}: Part {n}\n\nText.\n" for n in (1, 2, 4)]
    text = "\n".join(["# Plan\n", *parts[:2], f"## Sprint 3: Part 3\n\n{line}\n", parts[2]])
    sprints = imported(text).draft.sprints
    assert sprints["3"]["depends_on"] == ["1", "2"]
    assert "depends_on" not in sprints["4"]


@pytest.mark.parametrize(
    ("item", "title", "needs"),
    [
        ("T-2: Buoys (depends on T-1)", "Buoys", ["T-1"]),
        ("T-2: Buoys — blocked by T-1, T-3", "Buoys", ["T-1", "T-3"]),
        ("T-2: Buoys, depends on T-3", "Buoys", ["T-3"]),
        ("T-2: Buoys (red)", "Buoys (red)", None),
        ("T-2: Buoys (depends on the weather)", "Buoys (depends on the weather)", None),
    ],
)
def test_dependencies_can_follow_the_title_of_a_task(item: str, title: str, needs: list[str] | None) -> None:
    text = f"# Plan\n\n## Sprint 1: A\n\n- [ ] T-1: Pier\n- [ ] {item}\n- [ ] T-3: Ropes\n"
    task = imported(text).draft.sprints["1"]["tasks"][1]
    assert (task["title"], task.get("depends_on")) == (title, needs)


def test_a_task_can_have_the_number_of_a_sprint() -> None:
    text = "# Plan\n\n## Sprint 1: A\n\n- [ ] #1 - Pier [3 SP]\n- [ ] #2 - Boats (depends on #1)\n"
    first, second = imported(text).draft.sprints["1"]["tasks"]
    assert (first["id"], first["title"], first["points"]) == ("task-1", "Pier", "3")
    assert (second["id"], second["title"], second["depends_on"]) == ("2", "Boats", ["task-1"])


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Ropes (today, ~3 hours)", {"title": "Ropes (today)", "effort": "~3 hours"}),
        ("Ropes (1 day, ~6 hours)", {"title": "Ropes", "effort": "~6 hours"}),
        ("Ropes (CRITICAL - Weeks 3-4)", {"title": "Ropes (CRITICAL)", "when": "3-4"}),
        ("2026-02-05 → 2026-02-07 (Ropes)", {"title": "Ropes", "when": "2026-02-05 to 2026-02-07"}),
        ("Week 5-6: Ropes", {"title": "Ropes", "when": "5-6"}),
        ("Ropes (LOW risk)", {"title": "Ropes", "risk": {"level": "low"}}),
        ("Ropes (new)", {"title": "Ropes (new)"}),
        ("Ropes (Modules 1, 2)", {"title": "Ropes (Modules 1, 2)"}),
    ],
)
def test_values_are_taken_from_headings_with_other_words(heading: str, values: dict[str, object]) -> None:
    sprint = imported(f"# Plan\n\n## Sprint 1 - {heading}\n\nText.\n").draft.sprints["1"]
    assert {name: sprint.get(name) for name in ("title", "effort", "when", "risk", "state") if name in sprint} == values


def test_a_title_wrapped_over_lines_is_joined() -> None:
    text = """\
    # Plan

    ## Sprint 1: A

    - [ ] Move all the old buoys out of the northern channel and put
      new ones into the southern one (with `lights`).
    - [x] **Ropes.** Every rope of the ferry is replaced by one of the
      kind that does not rot, and the old ones are burnt.
    - [ ] Paint the pier
      Ask for the colour.
    """
    buoys, ropes, pier = imported(text).draft.sprints["1"]["tasks"]
    assert buoys["title"].endswith("northern channel and put new ones into the southern one (with lights).")
    assert ropes["title"] == "Ropes."
    assert ropes["description"].startswith("Every rope of the ferry is replaced by one of the kind")
    assert (pier["title"], pier["description"]) == ("Paint the pier", "Ask for the colour.")


def test_a_sprint_in_a_list_has_its_bold_text_as_title() -> None:
    item = "- **Sprint 1 — Ropes**: every rope of the ferry is replaced by\n  one that does not rot.\n"
    [sprint] = imported(f"# Plan\n\n{item}").draft.sprints.values()
    assert sprint["title"] == "Ropes"
    assert sprint["description"] == "every rope of the ferry is replaced by one that does not rot."


@pytest.mark.parametrize(("dates", "when"), [("28/03/2026", "2026-04-11"), ("03/28/2026", "2026-11-04")])
def test_unambiguous_dates_decide_the_order_of_day_and_month(dates: str, when: str) -> None:
    text = f"# Plan\n\n## Sprint 1: A\n\n**When:** {dates}\n\n## Sprint 2: B\n\n**When:** 11/04/2026\n"
    result = imported(text)
    assert result.draft.sprints["2"]["when"] == when
    assert result.draft.questions == []


def test_numbered_rows_with_durations_are_tasks() -> None:
    rows = "| # | Finding | File | Time |\n|---|---|---|---|\n| 1 | Loose rail | pier.txt | 20 min |\n"
    [task] = imported(f"# Plan\n\n## Sprint 1: A\n\n{rows}").draft.sprints["1"]["tasks"]
    assert (task["title"], task["effort"], task["fields"]) == ("Loose rail", "20 minutes", {"file": "pier.txt"})


def test_the_title_of_a_risk_is_its_bold_text() -> None:
    listed = "- **R1 – Fog**\n  Boats wait outside.\n- **R2 – Ice**\n  None.\n"
    risks = imported(f"# Plan\n\n## Sprint 1: A\n\nText.\n\n## Risks\n\n{listed}").draft.risks
    assert [risk["title"] for risk in risks] == ["R1 – Fog", "R2 – Ice"]
    assert risks[0]["description"] == "Boats wait outside."


def test_a_branch_of_a_drawing_starts_at_the_joint_or_arrow_above() -> None:
    text = """\
    # Plan

    ## Phase 1: A

    1. ✅ #2 - Pier [3 SP]
    2. #3 - Boats
    3. #4 - Map
    4. #5 - Ropes

    ## Dependency graph

    ```
    #2 (Pier) ─┬─> #3 (Boats) ─> #4 (Map)
               │              ─> #5 (Ropes)
               └─> #5
    ```
    """
    listed = imported(text).draft.sprints["1"]["tasks"]
    assert (listed[0]["state"], listed[0]["title"]) == ("done", "Pier")
    assert [task.get("depends_on") for task in listed] == [None, ["2"], ["3"], ["3", "2"]]


def test_a_date_in_brackets_after_a_milestone_is_its_date() -> None:
    listed = "- **Harbour opens** (Target: Week 4)\n- **Ferry sails** (by 5 May 2026)\n- Party (outside)\n"
    milestones = imported(f"# Plan\n\n## Sprint 1: A\n\nText.\n\n## Milestones\n\n{listed}").draft.milestones
    assert [(milestone["title"], milestone["when"]) for milestone in milestones.values()] == [
        ("Harbour opens", "4"),
        ("Ferry sails", "2026-05-05"),
    ]


def test_the_day_of_the_last_update_is_not_a_window() -> None:
    sprint = imported("# Plan\n\n## Sprint 1: A\n\n*Last updated: March 2026*\n").draft.sprints["1"]
    assert "when" not in sprint


def test_sprints_can_have_ids_with_different_prefixes() -> None:
    parts = [f"## {id_} - Part\n\n- Effort: 3h\n" for id_ in ("BE-01", "BE-02", "FE-01")]
    sprints = imported("# Plan\n\n" + "\n".join(parts)).draft.sprints
    assert list(sprints) == ["BE-01", "BE-02", "FE-01"]
    assert sprints["FE-01"]["effort"] == "3 hours"


def test_a_symbol_for_new_is_not_a_state() -> None:
    assert "state" not in imported("# Plan\n\n## 🆕 Sprint 1: A\n\nText.\n\n## Sprint 2: B\n").draft.sprints["1"]


def test_numbered_sections_are_not_sprints_if_others_have_prefixes() -> None:
    parts = "".join(f"### W{n}: Part {n}\n\n- One\n- Two\n\n" for n in (1, 2, 3))
    text = f"# Plan\n\n## Basics\n\n### 1.1 Names\n\nText.\n\n### 1.2 Marks\n\nText.\n\n## Parts\n\n{parts}"
    assert list(imported(text).draft.sprints) == ["W1", "W2", "W3"]
