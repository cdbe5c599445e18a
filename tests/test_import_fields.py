"""What a document says of a plan, in the field where its team looks for it, and once; the rest is kept beside it."""

from textwrap import dedent

from masterplan.importing.answers import Answers
from masterplan.importing.draft import Imported
from masterplan.importing.markdown import read


def imported(text: str) -> Imported:
    return read(dedent(text), Answers())


def test_the_title_of_a_plan_is_its_heading_without_signs() -> None:
    assert imported("# 🚀 Harbour Plan\n\n## Step 1: Berths\n\n## Step 2: Tides").draft.plan["title"] == "Harbour Plan"


def test_no_subject_is_the_title_of_a_plan() -> None:
    plan = imported("# Sprint 7: Berths\n\n## Overview\n\nBerths are planned.\n\n## Tasks\n\n- [ ] Draw the quay").draft
    assert plan.plan["title"] == "Sprint 7: Berths"
    assert [sprint["title"] for sprint in plan.sprints.values()] == ["Berths"]


def test_the_plural_of_a_unit_is_the_languages_own() -> None:
    plan = imported("# Harbour\n\n## Batch 1: Berths\n\n## Batch 2: Tides").draft.plan
    assert plan["unit"] == {"one": "Batch", "many": "Batches"}


def test_text_below_the_heading_of_a_subject_keeps_that_heading() -> None:
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


def test_of_a_table_only_the_rows_that_were_not_taken_are_kept_below_its_head() -> None:
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
    assert [one.line for one in whole.ledger.entries() if one.fate == "kept"] == [3, 5, 8, 11]


def test_a_heading_that_is_left_over_is_listed_once() -> None:
    sections = "\n".join(f"## Sprint {n}: Berths\n\n### Where we stand\n\n**Effort:** {n} days\n" for n in (1, 2, 3))
    notes = imported(f"# Harbour\n\n{sections}").draft.plan["notes"]
    assert notes == [{"title": "Other headings", "text": "- Where we stand"}]


def test_tasks_that_a_document_names_later_are_known_from_there_on() -> None:
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


def test_what_stands_below_a_heading_of_something_else_is_not_said_of_the_plan() -> None:
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


def test_an_objective_may_be_a_list_and_the_line_that_leads_to_it() -> None:
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


def test_a_length_of_time_and_a_window_are_told_apart_whatever_their_label() -> None:
    one, two = imported("""\
        # Harbour

        ## Sprint 1: Berths

        **Duration:** Weeks 1-2

        ## Sprint 2: Tides

        **Timeline:** Week 3 (3-5 hours)
        """).draft.sprints.values()
    assert (one["when"], one.get("effort")) == ("1-2", None)
    assert (two["when"], two["effort"]) == ("3", "3-5 hours")


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


def test_a_dependency_on_what_is_complete_is_said_once() -> None:
    draft = imported("""\
        # Harbour

        ## 1. Sprint 1: Berths

        ## 2. Sprint 2: Tides

        **Depends on:** Sprint 1 complete
        """).draft
    assert draft.sprints["2"] == {"id": "2", "title": "Tides", "depends_on": ["1"]}
    assert "notes" not in draft.plan


def test_a_priority_in_a_title_is_the_units_priority() -> None:
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


def test_lines_that_each_begin_with_a_sign_are_a_list() -> None:
    sprint = imported("""\
        # Harbour

        ## Sprint 1: Berths

        ### Exit checklist

        ✅ Berths are free
        ✅ Tides are right

        ## Sprint 2: Tides
        """).draft.sprints["1"]
    assert sprint["acceptance"] == ["Berths are free", "Tides are right"]


def test_a_column_that_names_sprints_again_and_again_says_where_tasks_belong() -> None:
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


def test_tasks_without_ids_are_in_the_sprint_that_their_row_names() -> None:
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


def test_days_are_the_units_where_nothing_else_has_as_many_sections() -> None:
    days = "\n".join(f"### DAY {n} (March {n} - Mon) - Berth {n}\n\n- [ ] Draw berth {n}\n" for n in range(2, 9))
    table = "| Task | Estimate |\n|---|---|\n| Quay | 3 days |\n| Cranes | 4 days |\n\n"
    steps = f"{table}## Next steps\n\n### Step 1: Call\n\n### Step 2: Meet\n"
    plan = imported(f"# Harbour 2026\n\n## Week 1: Start\n\n{days}\n{steps}")
    assert plan.draft.plan["unit"] == {"one": "Day"}
    assert "fields" not in plan.draft.plan
    assert [sprint["title"] for sprint in plan.draft.sprints.values()] == [f"Berth {n}" for n in range(2, 9)]
    assert plan.draft.sprints["2"]["when"] == "2026-03-02"
    assert plan.draft.phases["1"]["sprints"] == ["2", "3", "4", "5", "6", "7", "8"]


def test_what_is_listed_below_phases_is_no_unit() -> None:
    draft = imported("""\
        # Harbour

        ## Phase R1: Berths

        - Chapter 1: free berths
        - Chapter 2: full berths

        ## Phase R2: Tides
        """).draft
    assert {id_: sprint["title"] for id_, sprint in draft.sprints.items()} == {"R1": "Berths", "R2": "Tides"}


def test_titles_have_no_remarks_in_front_and_no_states_behind() -> None:
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


def test_signs_for_looks_are_no_states() -> None:
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


def test_a_unit_without_a_title_is_called_by_its_name() -> None:
    draft = imported("# Harbour\n\n## DAY 1\n\n- [ ] Draw the quay\n\n## DAY 2\n\n- [ ] Count the berths\n").draft
    assert [sprint["title"] for sprint in draft.sprints.values()] == ["Day 1", "Day 2"]


def test_tasks_that_say_nothing_of_themselves_are_done_with_their_sprint() -> None:
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


def test_a_field_says_how_a_sprint_stands_and_a_heading_that_differs_is_a_question() -> None:
    whole = imported(STATED_TWICE)
    assert [sprint["state"] for sprint in whole.draft.sprints.values()] == ["planned", "done", "blocked"]
    assert [(asked.line, asked.text, asked.readings, asked.answer) for asked in whole.draft.questions] == [
        (14, "sprint 3 has two states: Blocked here, Done in line 12.", ("blocked", "done"), "states: {Blocked: done}"),
        (
            5,
            "sprint 1 has two states: Ready here, Current in line 8.",
            ("planned", "in progress"),
            "states: {Ready: in progress}",
        ),
    ]
    assert [one.line for one in whole.ledger.entries() if one.fate == "kept"] == [8, 12]


def test_per_cent_beside_a_state_that_say_the_same_are_taken_with_it() -> None:
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


def test_a_label_and_its_value_may_be_bold_together() -> None:
    draft = imported("""\
        # Harbour

        **Overall Progress: 45% (1 of 2)**

        ## Sprint 1: Berths

        **Goal: Every boat has a place**

        ## Sprint 2: Tides
        """).draft
    assert [(one["says"], one["of"]) for one in draft.plan["declared"]] == [("45% (1 of 2)", "Overall Progress")]
    assert draft.sprints["1"]["objective"] == "Every boat has a place"


def test_a_heading_without_text_is_in_the_notes_once() -> None:
    draft = imported("# Harbour\n\nBoats.\n\n## Sprint 1: Berths\n\n## Made with care by Ada\n").draft
    assert draft.plan["notes"] == [{"text": "Made with care by Ada"}]


def test_a_title_that_is_repeated_with_more_behind_it_describes_its_sprint() -> None:
    draft = imported("""\
        # Harbour

        - **Sprint 1**: ✅ Berths (Complete) - Places for boats
        - **Sprint 0**: Plans

        ## Sprint 1: Berths

        ## Sprint 2: Tides
        """).draft
    assert draft.sprints["1"] == {"id": "1", "title": "Berths", "state": "done", "description": "Places for boats"}


def test_of_two_fields_that_differ_the_first_says_how_a_sprint_stands() -> None:
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
    assert [asked.text for asked in whole.draft.questions] == ["sprint 1 has two states: Paused here, Ready in line 5."]
    answered = read(text, Answers(states={"Paused": "planned"}))
    assert (answered.draft.sprints["1"]["state"], answered.draft.questions) == ("planned", [])


def test_a_task_that_a_second_sprint_lists_goes_on_there() -> None:
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


def test_numbers_count_the_tasks_of_each_sprint() -> None:
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


def test_of_numbers_of_days_and_dates_in_a_title_dates_are_the_window() -> None:
    draft = imported("""\
        # Harbour 2026

        ## Sprint 1: Berths (Days 2-7 | March 17-22 | 48h)
        """).draft
    sprint = draft.sprints["1"]
    assert (sprint["when"], sprint["effort"], sprint["title"]) == (
        "2026-03-17 to 2026-03-22", "48 hours", "Berths (Days 2-7)",
    )  # fmt: skip


def test_links_are_kept_beside_the_text_that_has_them() -> None:
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
