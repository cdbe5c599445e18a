"""Statements of a document are imported once, into the right field; the rest is kept as text."""

from textwrap import dedent

from masterplan.importing.answers import Answers
from masterplan.importing.draft import Imported
from masterplan.importing.markdown import read


def imported(text: str) -> Imported:
    return read(dedent(text), Answers())


def test_the_title_of_a_plan_is_its_heading_without_signs() -> None:
    assert imported("# 🚀 Harbour Plan\n\n## Step 1: Berths\n\n## Step 2: Tides").draft.plan["title"] == "Harbour Plan"


def test_a_plan_of_one_sprint_has_its_whole_heading_as_title() -> None:
    plan = imported("# Sprint 7: Berths\n\n## Overview\n\nBerths are planned.\n\n## Tasks\n\n- [ ] Draw the quay").draft
    assert plan.plan["title"] == "Sprint 7: Berths"
    assert [sprint["title"] for sprint in plan.sprints.values()] == ["Berths"]


def test_the_plural_of_a_unit_follows_the_language() -> None:
    plan = imported("# Harbour\n\n## Batch 1: Berths\n\n## Batch 2: Tides").draft.plan
    assert plan["unit"] == {"one": "Batch", "many": "Batches"}


def test_text_below_a_heading_is_kept_as_a_note_with_that_heading() -> None:
    sprint = imported("""\
        # Harbour

        ## Sprint 1: Berths

        Berths are planned by hand.

        ### Needs

        ---

        The harbour master is away in June.

        ## Sprint 2: Tides
        """).draft.sprints["1"]
    assert sprint["description"] == "Berths are planned by hand."
    assert sprint["notes"] == [{"title": "Needs", "text": "The harbour master is away in June."}]


def test_rows_of_a_table_that_are_not_taken_are_kept_with_its_head() -> None:
    whole = imported("""\
        # Harbour

        ## Sprints

        | Sprint | Name | Effort |
        |---|---|---|
        | Sprint 1 | Berths | 3 days |
        | Holidays | Nobody works | |
        | Sprint 2 | Tides | 2 days |
        | Sprint 3 | Lamps | 1 day |
        | Regatta | | |
        """)
    assert whole.draft.sprints["2"]["effort"] == "2 days"
    kept = "| Sprint | Name | Effort |\n|---|---|---|\n| Holidays | Nobody works | |\n| Regatta | | |"
    assert [note["text"] for note in whole.draft.plan["notes"]] == [kept]
    assert [entry.line for entry in whole.ledger.entries() if entry.fate == "kept"] == [3, 5, 8, 11]


def test_a_repeated_heading_without_a_field_is_kept_once() -> None:
    sections = "\n".join(f"## Sprint {n}: Berths\n\n### Where we stand\n\n**Effort:** {n} days\n" for n in (1, 2, 3))
    notes = imported(f"# Harbour\n\n{sections}").draft.plan["notes"]
    assert notes == [{"title": "Other headings", "text": "- Where we stand"}]


def test_a_task_can_depend_only_on_tasks_of_the_document() -> None:
    tasks = imported("""\
        # Harbour

        ## Sprint 1: Berths

        - [ ] **BK-1**: Draw the quay

        ## Sprint 2: Tides

        - [ ] **BK-2**: Print the tables
          - Depends on: BK-1
        - [ ] **BK-3**: Hang them up
          - Depends on: BK-1, BK-9
        """).draft.sprints["2"]["tasks"]
    assert [task.get("depends_on") for task in tasks] == [["BK-1"], ["BK-1"]]


def test_lists_below_unrelated_headings_are_not_fields_of_the_plan() -> None:
    draft = imported("""\
        # Harbour

        **Goal:** Berths are planned a week ahead.

        ## Sprint 1: Berths

        ## Sprint 2: Tides

        ## How we meet

        - **Result:** less waiting

        ### Acceptance criteria

        - Everybody speaks once.

        ### Risks

        | Risk | Mitigation |
        |---|---|
        | Nobody comes | Invite early |
        """).draft
    assert draft.plan["objective"] == "Berths are planned a week ahead."
    assert {"deliverables", "acceptance"}.isdisjoint(draft.plan)
    assert [risk["title"] for risk in draft.risks] == ["Nobody comes"]


def test_an_objective_can_be_a_list_with_its_introduction() -> None:
    sprint = imported("""\
        # Harbour

        ## Sprint 1: Berths

        ### Goals

        A planner that:

        - shows free berths
        - warns of storms

        ### Definition of done

        All of these must hold:

        - Tides are right.

        ## Sprint 2: Tides
        """).draft.sprints["1"]
    assert sprint["objective"] == "A planner that:\n\n- shows free berths\n- warns of storms"
    assert sprint["acceptance"] == ["Tides are right."]
    assert sprint["notes"] == [{"title": "Definition of done", "text": "All of these must hold:"}]


def test_durations_and_windows_are_distinguished_by_their_values() -> None:
    first, second = imported("""\
        # Harbour

        ## Sprint 1: Berths

        **Duration:** Weeks 1-2

        ## Sprint 2: Tides

        **Timeline:** Week 3 (3-5 hours)
        """).draft.sprints.values()
    assert (first["when"], first.get("effort")) == ("1-2", None)
    assert (second["when"], second["effort"]) == ("3", "3-5 hours")


def test_first_and_last_days_are_windows() -> None:
    draft = imported("""\
        # Harbour

        **Start date:** March 2, 2026

        ## Sprint 1: Berths

        - **Start:** 2026-03-02
        - **End:** 2026-03-13

        ## Sprint 2: Tides

        - **Start:** 2026-03-16
        - **Due:** 2026-03-01

        | Task | Start | End |
        |---|---|---|
        | Draw | 2026-03-30 | 2026-03-30 |
        """).draft
    assert draft.plan["start"] == "2026-03-02"
    assert [sprint["when"] for sprint in draft.sprints.values()] == ["2026-03-02 to 2026-03-13", "2026-03-16+"]
    assert draft.sprints["2"]["tasks"] == [{"title": "Draw", "when": "2026-03-30"}]
    assert draft.sprints["2"]["description"] == "- **Due:** 2026-03-01"


def test_a_dependency_on_a_completed_sprint_is_imported_once() -> None:
    draft = imported("""\
        # Harbour

        ## 1. Sprint 1: Berths

        ## 2. Sprint 2: Tides

        **Depends on:** Sprint 1 complete
        """).draft
    assert draft.sprints["2"] == {"id": "2", "title": "Tides", "depends_on": ["1"]}
    assert "notes" not in draft.plan


def test_a_priority_in_a_title_is_the_priority_of_the_sprint() -> None:
    draft = imported("""\
        # Harbour

        ## Sprint 1: Berths - P0 (CRITICAL)

        **Priority:** High (before the storms)

        ## Sprint 2: Tides (P1)

        - [ ] Print the P2 tables

        ## Sprint 3: Cranes

        **Priority:** ВЫСОКИЙ (сразу после кранов и причалов)
        """).draft
    listed = [(sprint["title"], sprint.get("priority")) for sprint in draft.sprints.values()]
    assert listed == [("Berths", "P0 (CRITICAL)"), ("Tides", "P1"), ("Cranes", "ВЫСОКИЙ")]
    assert draft.sprints["2"]["tasks"] == [{"title": "Print the P2 tables"}]


def test_lines_that_begin_with_a_symbol_are_a_list() -> None:
    sprint = imported("""\
        # Harbour

        ## Sprint 1: Berths

        ### Exit checklist

        ✅ Berths are free
        ✅ Tides are right

        ## Sprint 2: Tides
        """).draft.sprints["1"]
    assert sprint["acceptance"] == ["Berths are free", "Tides are right"]


def test_a_column_of_sprints_places_the_tasks_of_a_table() -> None:
    draft = imported("""\
        # Harbour

        ## Epic map

        | Epic | Goal |
        |---|---|
        | **E0 — Berths** | Free berths are known |
        | **E1 — Tides** | Tides are printed |

        ## Backlog

        | ID | Title | Epic | Status |
        |---|---|---|---|
        | **HB-1** | Draw the quay | E0 | Done |
        | **HB-2** | Count the berths | E0 | Planned |
        | **HB-3** | Print the tables | E1 | Planned |

        | ID | Title | Epic | Notes |
        |---|---|---|---|
        | **HB-4** | Hang the tables up | E1 | ✅ Done |
        | **HB-5** | Take them down | E1 | After the season |

        ### Epic E1: Tides

        Nobody prints them today.
        """).draft
    assert {id_: sprint["title"] for id_, sprint in draft.sprints.items()} == {"E0": "Berths", "E1": "Tides"}
    assert list(draft.sprints) == ["E0", "E1"]
    assert draft.sprints["E0"]["tasks"] == [
        {"id": "HB-1", "title": "Draw the quay", "state": "done"},
        {"id": "HB-2", "title": "Count the berths", "state": "planned"},
    ]
    assert draft.sprints["E1"]["tasks"][1:] == [
        {"id": "HB-4", "title": "Hang the tables up", "state": "done"},
        {"id": "HB-5", "title": "Take them down", "description": "After the season"},
    ]
    assert "fields" not in draft.plan


def test_tasks_without_ids_are_placed_in_the_sprint_of_their_row() -> None:
    draft = imported("""\
        # Harbour

        ## Sprint 1: Berths

        ## Sprint 2: Tides

        ## All tasks

        | Task | Sprint | Owner |
        |---|---|---|
        | Draw the quay | Sprint 1 | Ada |
        | Count the berths | Sprint 1 | Ben |
        | Print the tables | Sprint 2 | Ada |
        """).draft
    assert [task["title"] for task in draft.sprints["1"]["tasks"]] == ["Draw the quay", "Count the berths"]
    assert draft.sprints["2"]["tasks"] == [{"title": "Print the tables", "owner": ["ada"]}]


def test_a_short_description_is_the_title_of_a_sprint_without_one() -> None:
    draft = imported("""\
        # Harbour

        | Sprint | Scope | Active status |
        |---|---|---|
        | 11A | Free berths | NOT_STARTED |
        | 11B | Tides | IN_PROGRESS |
        """).draft
    assert list(draft.sprints.values()) == [
        {"id": "11A", "title": "Free berths", "state": "planned"},
        {"id": "11B", "title": "Tides", "state": "in progress"},
    ]


def test_days_are_the_units_if_most_sections_are_days() -> None:
    days = "\n".join(f"### DAY {n} (March {n} - Mon) - Berth {n}\n\n- [ ] Draw berth {n}\n" for n in range(2, 9))
    table = "| Task | Estimate |\n|---|---|\n| Quay | 3 days |\n| Cranes | 4 days |\n\n"
    steps = f"{table}## Next steps\n\n### Step 1: Call\n\n### Step 2: Meet\n"
    plan = imported(f"# Harbour 2026\n\n## Week 1: Start\n\n{days}\n{steps}")
    assert plan.draft.plan["unit"] == {"one": "Day"}
    assert "fields" not in plan.draft.plan
    assert [sprint["title"] for sprint in plan.draft.sprints.values()] == [f"Berth {n}" for n in range(2, 9)]
    assert plan.draft.sprints["2"]["when"] == "2026-03-02"
    assert plan.draft.phases["1"]["sprints"] == ["2", "3", "4", "5", "6", "7", "8"]


def test_items_listed_below_phases_are_not_units() -> None:
    draft = imported("""\
        # Harbour

        ## Phase R1: Berths

        - Chapter 1: free berths
        - Chapter 2: full berths

        ## Phase R2: Tides
        """).draft
    assert {id_: sprint["title"] for id_, sprint in draft.sprints.items()} == {"R1": "Berths", "R2": "Tides"}


def test_remarks_move_to_the_end_of_titles_and_states_are_removed() -> None:
    draft = imported("""\
        # Harbour

        ## Session 1 (THIS ONE) — Berths ✅ COMPLETED

        ## Session 2 (by the sea) — Tides

        ## Session "WIND-PROOF": Storms

        | # | Task | Status |
        |---|---|---|
        | 1 | Tie the boats | Done |
        """).draft
    assert [(id_, sprint["title"], sprint.get("state")) for id_, sprint in draft.sprints.items()] == [
        ("1", "Berths (THIS ONE)", "done"),
        ("2", "Tides (by the sea)", None),
        ("WIND-PROOF", "Storms", None),
    ]
    assert draft.sprints["WIND-PROOF"]["tasks"] == [{"title": "Tie the boats", "state": "done"}]


def test_decorative_symbols_are_not_states() -> None:
    draft = imported("""\
        # Harbour

        ## 🏃 Sprint 1: Berths

        - [ ] Draw the quay 🎉
        - Break for lunch
        - [ ] Count the berths

        ## 🏃 Sprint 2: Tides ✅

        ### Deliverables

        - Tables of tides

        Everybody can read them.
        """).draft
    assert [sprint.get("state") for sprint in draft.sprints.values()] == [None, "done"]
    assert draft.sprints["1"]["tasks"] == [{"title": "Draw the quay"}, {"title": "Count the berths"}]
    assert draft.sprints["1"]["description"] == "- Break for lunch"
    assert draft.sprints["2"]["deliverables"] == ["Tables of tides"]
    assert draft.sprints["2"]["notes"] == [{"title": "Deliverables", "text": "Everybody can read them."}]


def test_a_unit_without_a_title_has_its_name_as_title() -> None:
    draft = imported("# Harbour\n\n## DAY 1\n\n- [ ] Draw the quay\n\n## DAY 2\n\n- [ ] Count the berths\n").draft
    assert [sprint["title"] for sprint in draft.sprints.values()] == ["Day 1", "Day 2"]


def test_tasks_without_a_state_are_done_if_their_sprint_is() -> None:
    sprints = imported("""\
        # Harbour

        ## Sprint 1: Berths ✅

        ### Tasks

        - Draw the quay
        - Count the berths

        ## Sprint 2+: Tides ✅

        - [ ] Print the tables
        """).draft.sprints
    assert [task.get("state") for task in sprints["1"]["tasks"]] == ["done", "done"]
    assert [task.get("state") for task in sprints["2"]["tasks"]] == [None]


STATED_TWICE = """\
# Harbour

| Sprint | Status |
|---|---|
| Sprint 1 | 🟡 Ready |
| Sprint 2 | Done |

## Sprint 1: Berths (Current)

## Sprint 2: Tides ✅

## Sprint 3: Lamps (Done)

**Status:** Blocked
"""


def test_a_heading_with_another_state_than_the_field_is_a_question() -> None:
    whole = imported(STATED_TWICE)
    assert [sprint["state"] for sprint in whole.draft.sprints.values()] == ["planned", "done", "blocked"]
    assert [
        (question.line, question.text, question.readings, question.answer) for question in whole.draft.questions
    ] == [
        (14, "sprint 3 has two states: Blocked here, Done in line 12.", ("blocked", "done"), "states: {Blocked: done}"),
        (
            5,
            "sprint 1 has two states: Ready here, Current in line 8.",
            ("planned", "in progress"),
            "states: {Ready: in progress}",
        ),
    ]
    assert [entry.line for entry in whole.ledger.entries() if entry.fate == "kept"] == [8, 12]


def test_a_percentage_that_matches_its_state_is_taken_with_it() -> None:
    whole = imported("""\
        # Harbour

        ## Sprint 1: Berths

        **Status:** 100% Complete

        ## Sprint 2: Tides

        **Status:** In progress (60%)
        """)
    assert [sprint["state"] for sprint in whole.draft.sprints.values()] == ["done", "in progress"]
    assert "description" not in whole.draft.sprints["1"]
    assert whole.draft.sprints["2"]["description"] == "**Status:** In progress (60%)"


def test_a_label_and_its_value_can_share_bold_text() -> None:
    draft = imported("""\
        # Harbour

        **Overall Progress: 45% (1 of 2)**

        ## Sprint 1: Berths

        **Goal: Every boat has a place**

        ## Sprint 2: Tides
        """).draft
    assert [(claim["says"], claim["of"]) for claim in draft.plan["declared"]] == [("45% (1 of 2)", "Overall Progress")]
    assert draft.sprints["1"]["objective"] == "Every boat has a place"


def test_a_heading_without_text_is_one_note() -> None:
    draft = imported("# Harbour\n\nBoats.\n\n## Sprint 1: Berths\n\n## Made with care by Ada\n").draft
    assert draft.plan["notes"] == [{"text": "Made with care by Ada"}]


def test_text_after_a_repeated_title_describes_the_sprint() -> None:
    draft = imported("""\
        # Harbour

        - **Sprint 1**: ✅ Berths (Complete) - Places for boats
        - **Sprint 0**: Plans

        ## Sprint 1: Berths

        ## Sprint 2: Tides
        """).draft
    assert draft.sprints["1"] == {"id": "1", "title": "Berths", "state": "done", "description": "Places for boats"}


def test_the_first_of_two_different_states_is_imported() -> None:
    text = (
        STATED_TWICE.replace("(Current)", "")
        .replace("**Status:** Blocked", "")
        .replace(
            "## Sprint 1: Berths",
            """\
## Sprint 1: Berths

**Status:** Paused
""",
        )
    )
    whole = imported(text)
    assert whole.draft.sprints["1"]["state"] == "deferred"
    assert [question.text for question in whole.draft.questions] == [
        "sprint 1 has two states: Paused here, Ready in line 5."
    ]
    answered = read(text, Answers(states={"Paused": "planned"}))
    assert (answered.draft.sprints["1"]["state"], answered.draft.questions) == ("planned", [])


def test_a_task_listed_in_two_sprints_continues_in_the_second() -> None:
    whole = imported("""\
        # Harbour

        ## Sprint 1: Berths

        - **T-1**: Draw the quay (2h)

        ## Sprint 2: Tides

        ### Group A: Rest (1 task, ~3h)

        - **T-1**: Draw the quay (the rest) (3h)
        """)
    assert whole.draft.sprints["1"]["tasks"] == [
        {"id": "T-1", "title": "Draw the quay", "effort": "2 hours", "also_in": "2"}
    ]
    assert "tasks" not in whole.draft.sprints["2"]
    group = whole.draft.sprints["2"]["groups"][0]
    assert (group["title"], group["tasks"], group["description"]) == (
        "Group A: Rest", 1, "- **T-1**: Draw the quay (the rest) (3h)",
    )  # fmt: skip


def test_numbers_of_tasks_are_unique_across_sprints() -> None:
    draft = imported("""\
        # Harbour

        ## Sprint 11: Berths

        1. **Item 1** — Draw the quay
        2. **Item 2** — Count the berths

        ## Sprint 12: Tides

        1. **Item 1** — Print the tables
        2. **#11** — Sell the tables

        ### Item 1: Print the tables

        **Effort:** 2 hours
        """).draft
    tasks = [[(task["id"], task["title"]) for task in sprint["tasks"]] for sprint in draft.sprints.values()]
    assert tasks == [
        [("1", "Draw the quay"), ("2", "Count the berths")],
        [("12-1", "Print the tables"), ("task-11", "Sell the tables")],
    ]
    assert draft.sprints["12"]["tasks"][0]["effort"] == "2 hours"


def test_dates_in_a_title_are_preferred_to_numbers_of_days() -> None:
    draft = imported("""\
        # Harbour 2026

        ## Sprint 1: Berths (Days 2-7 | March 17-22 | 48h)
        """).draft
    sprint = draft.sprints["1"]
    assert (sprint["when"], sprint["effort"], sprint["title"]) == (
        "2026-03-17 to 2026-03-22", "48 hours", "Berths (Days 2-7)",
    )  # fmt: skip


def test_links_are_kept_next_to_their_text() -> None:
    sprint = imported("""\
        # Harbour

        ## Sprint 1: Berths

        ### Acceptance criteria

        - Works as in [the drawing](./quay.md)

        ### Tasks

        - [ ] Open [the map](https://example.org/map)

        ## Sprint 2: Tides
        """).draft.sprints["1"]
    assert sprint["acceptance"] == ["Works as in the drawing"]
    assert sprint["notes"] == [{"title": "Acceptance criteria", "text": "- [the drawing](./quay.md)"}]
    links = [{"title": "the map", "url": "https://example.org/map"}]
    assert sprint["tasks"] == [{"title": "Open the map", "links": links}]


def test_an_amount_after_a_label_without_a_colon_is_the_value_of_the_field() -> None:
    sprints = imported("""\
        # Harbour

        ## Sprint 1: Berths

        Effort 17 PD

        ## Sprint 2: Tides

        - **Estimated effort** ~3-4 weeks.
        - Story points 8

        ## Sprint 3: Lamps

        Effort is large
        Effort 3 days of the crew
        Effort 5 people
        Duration 3 of 5 tides
        We expect an effort of 3 days
        """).draft.sprints
    assert sprints["1"]["effort"] == "17 days"
    assert (sprints["2"]["effort"], sprints["2"]["points"]) == ("~3-4 weeks", "8")
    assert sprints["3"].keys() == {"id", "title", "description"}
    assert sprints["3"]["description"].count("\n") == 4
