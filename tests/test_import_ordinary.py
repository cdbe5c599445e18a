"""Common forms of plans: numbered overviews, dates in two columns, ids without a separator, dates after names."""

import pytest

from tests.test_import_markdown import imported

OVERVIEW = """\
# Ferry plan

**Start:** 2026-12-07 | **Docks:** 3

| # | Sprint | Dates | Status | Depends on |
|---|---|---|---|---|
| 0A | Clean the ledger | Dec 7 – Dec 18 | ✅ done | — |
| 0B | Vault | Dec 14 – Jan 8 | 🚧 60% | 0A |
| 1 | Checkout | Jan 11 – Jan 29 2027 | ⏳ | 0A, 0B |

## Sprint 0A: Clean the ledger

The ledger of 2024 has gaps.
"""


def test_a_column_of_numbers_next_to_sprints_has_their_ids() -> None:
    draft = imported(OVERVIEW).draft
    assert {id_: sprint["title"] for id_, sprint in draft.sprints.items()} == {
        "0A": "Clean the ledger",
        "0B": "Vault",
        "1": "Checkout",
    }
    assert [sprint.get("state") for sprint in draft.sprints.values()] == ["done", "in progress", "planned"]
    assert [sprint.get("depends_on") for sprint in draft.sprints.values()] == [None, ["0A"], ["0A", "0B"]]
    assert "fields" not in draft.sprints["0A"]


def test_dates_without_a_year_follow_the_start_of_the_plan() -> None:
    draft = imported(OVERVIEW).draft
    assert draft.plan["start"] == "2026-12-07"
    assert [sprint["when"] for sprint in draft.sprints.values()] == [
        "2026-12-07 to 2026-12-18",
        "2026-12-14 to 2027-01-08",
        "2027-01-11 to 2027-01-29",
    ]


def test_rows_of_a_numbered_table_of_tasks_are_not_units() -> None:
    draft = imported("""\
        # Plan

        ## Sprint 1: Berths

        | # | Task | Effort |
        |---|---|---|
        | 1 | Measure | 2h |
        | 2 | Draw | 3h |
        """).draft
    assert [task["title"] for task in draft.sprints["1"]["tasks"]] == ["Measure", "Draw"]


@pytest.mark.parametrize("heads", ["Start | End", "Start date | Due date", "Beginn | Ende", "Début | Fin"])
def test_columns_of_first_and_last_days_are_windows(heads: str) -> None:
    result = imported(f"""\
        # Plan

        | Sprint | {heads} |
        |---|---|---|
        | Sprint 1 | 2026-01-05 | 2026-01-16 |
        | Sprint 2 | 2026-01-19 | 2026-01-19 |
        """)
    windows = [sprint["when"] for sprint in result.draft.sprints.values()]
    assert windows == ["2026-01-05 to 2026-01-16", "2026-01-19"]
    assert {line.fate for line in result.ledger.entries()} == {"taken"}


def test_ids_of_tasks_need_no_separator() -> None:
    draft = imported("""\
        # Plan

        ## Sprint 1: Vault

        - PAY-1 Choose a vault
        - PAY-2 Rotate the keys (needs PAY-1) – 3d
        - [ ] PAY-3 Move the tokens @ada @grace
        - [ ] Install the client @berths/client
        """).draft
    assert draft.sprints["1"]["tasks"] == [
        {"id": "PAY-1", "title": "Choose a vault"},
        {"id": "PAY-2", "effort": "3 days", "title": "Rotate the keys", "depends_on": ["PAY-1"]},
        {"id": "PAY-3", "title": "Move the tokens", "owner": ["ada", "grace"]},
        {"title": "Install the client @berths/client"},
    ]


def test_a_single_word_with_a_number_is_not_an_id() -> None:
    draft = imported("# Plan\n\n## Sprint 1: Vault\n\n- [ ] S3 Buckets are private\n- [ ] Write the guide\n").draft
    assert [task["title"] for task in draft.sprints["1"]["tasks"]] == ["S3 Buckets are private", "Write the guide"]


@pytest.mark.parametrize(
    ("item", "milestone"),
    [
        ("**M1 – Vault live**: 2026-03-01 (Sprint 1)", {"title": "Vault live", "when": "2026-03-01", "needs": ["1"]}),
        ("M1: Vault live (2026-03-01)", {"title": "Vault live", "when": "2026-03-01"}),
        ("Vault live (Week 3)", {"title": "Vault live", "when": "3"}),
        (
            "**M1 Vault** – 1 March 2026 – every key is in it",
            {"title": "Vault", "when": "2026-03-01", "description": "every key is in it"},
        ),
        ("Vault: 1 March 2026: it is live", {"title": "Vault", "when": "2026-03-01", "description": "it is live"}),
        ("Vault live – March 1, 2026", {"title": "Vault live", "when": "2026-03-01"}),
        ("Week 3: Vault live", {"title": "Vault live", "when": "3"}),
    ],
)
def test_a_milestone_has_its_date_before_or_after_its_name(item: str, milestone: dict[str, object]) -> None:
    draft = imported(f"# Plan\n\n## Sprint 1: Vault\n\nText.\n\n## Milestones\n\n- {item}\n").draft
    assert draft.milestones == {"M1": {"id": "M1"} | milestone}


def test_a_numbered_heading_in_the_plural_is_not_a_unit() -> None:
    draft = imported("# Plan\n\n## 1. Sprint: Vault\n\nText.\n\n## 5. Milestones\n\n- M1: Vault (2026-03-01)\n").draft
    assert [(id_, milestone["title"]) for id_, milestone in draft.milestones.items()] == [("M1", "Vault")]


def test_sentences_in_a_line_can_have_labels() -> None:
    text = "# Plan\n\n## Sprint 1: Vault\n\nEffort: 15 PD. Risk: medium – new to us; Owner: Ada\n"
    sprint = imported(text).draft.sprints["1"]
    assert (sprint["effort"], sprint["owner"]) == ("15 days", ["ada"])
    assert sprint["risk"] == {"level": "medium", "description": "new to us"}


def test_a_line_is_only_split_at_labels_of_fields() -> None:
    text = "# Plan\n\n## Sprint 1: Vault\n\nGoal: move the keys. Beware: ask Ada first. Owner: Ada\n"
    sprint = imported(text).draft.sprints["1"]
    assert (sprint["objective"], sprint["owner"]) == ("move the keys. Beware: ask Ada first.", ["ada"])


def test_risks_in_a_table_keep_their_ids() -> None:
    rows = "| # | Risk | Probability | What we do |\n|---|---|---|---|\n| R1 | Keys get lost | high | Two copies |\n"
    draft = imported(f"# Plan\n\n## Sprint 1: Vault\n\nText.\n\n## Risks\n\n{rows}").draft
    risk = {"id": "R1", "title": "Keys get lost", "likelihood": "high", "mitigation": ["Two copies"]}
    assert draft.risks == [risk]
    assert "fields" not in draft.plan


PHASES = """\
# Plan

## Phase 1: Foundation (Week 1-2)

### 1.1 Repository
**Effort:** 2 days | **Owner:** Ada
- One folder

### 1.2 Colours
**Effort:** 3 days
**Dependencies:** 1.1

## Phase 2: Core (Week 3-5)

### 2.1 Login
**Depends on:** 1.1, 1.2
**Acceptance criteria:**
- [ ] Errors are shown

### 2.2 Feed
**Blocked by:** 2.1 and 1.2
"""


def test_numbered_headings_need_no_separator() -> None:
    draft = imported(PHASES).draft
    tasks = {task["id"]: task for sprint in draft.sprints.values() for task in sprint["tasks"]}
    assert [task["title"] for task in tasks.values()] == ["Repository", "Colours", "Login", "Feed"]
    assert [task.get("depends_on") for task in tasks.values()] == [None, ["1.1"], ["1.1", "1.2"], ["2.1", "1.2"]]
    assert tasks["2.1"]["acceptance"] == ["Errors are shown"]
    assert "effort" not in draft.sprints["1"]


def test_numbers_that_count_something_are_not_dependencies() -> None:
    draft = imported(PHASES.replace("2.1 and 1.2", "2 days of the designer, then 1.2 million")).draft
    assert "depends_on" not in draft.sprints["2"]["tasks"][1]


@pytest.mark.parametrize(
    ("item", "risk"),
    [
        (
            "1. **Store says no** (High): prepare an appeal. *Mitigation*: a check list",
            {"level": "high", "description": "prepare an appeal", "mitigation": ["a check list"]},
        ),
        (
            "2. **Store says no** — Probability: Low, Impact: Medium — Mitigation: a check list",
            {"likelihood": "low", "impact": "medium", "mitigation": ["a check list"]},
        ),
        (
            "- Store says no (medium) → **Mitigation:** a check list",
            {"level": "medium", "mitigation": ["a check list"]},
        ),
        ("- **Risk**: Store says no. **Mitigation**: a check list", {"mitigation": ["a check list"]}),
    ],
)
def test_a_risk_in_one_line_has_its_mitigation(item: str, risk: dict[str, object]) -> None:
    draft = imported(f"# Plan\n\n## Sprint 1: Login\n\nText.\n\n## Known risks\n\n{item}\n").draft
    assert draft.risks == [{"title": "Store says no"} | risk]


def test_bold_labels_can_share_a_line_or_follow_a_list() -> None:
    draft = imported("""\
        # Plan

        ## Sprint 1: Vault

        **Effort**: 6 days **Depends on**: nothing **Owner:** Ada
        **Risk:** High — the key is lost. *Mitigation:* escrow at two sites

        - [x] Drop dead accounts
        - [ ] Compare
        **Rollback:** keep the old vault
        """).draft
    assert draft.sprints["1"] == {
        "id": "1",
        "title": "Vault",
        "effort": "6 days",
        "depends_on": [],
        "owner": ["ada"],
        "risk": {"level": "high", "description": "the key is lost.", "mitigation": ["escrow at two sites"]},
        "tasks": [{"title": "Drop dead accounts", "state": "done"}, {"title": "Compare"}],
        "rollback": {"steps": ["keep the old vault"]},
    }


def test_bold_words_in_a_sentence_are_not_labels() -> None:
    draft = imported("# Plan\n\n## Sprint 1: Vault\n\nThe vault is **new** and **Owner:** is a field.\n").draft
    assert draft.sprints["1"]["description"] == "The vault is **new** and **Owner:** is a field."


@pytest.mark.parametrize(
    ("sentence", "needs"),
    [
        ("Depends on Sprint 1.", ["1"]),
        ("*Requires Sprint 1 and Sprint 2 to be complete.*", ["1", "2"]),
        ("Builds the charts. It depends on Sprint 2 (the API).", [{"sprint": "2", "reason": "the API"}]),
        ("Sprint 3 depends on Sprint 1.", ["1"]),
        ("Both Sprint 1 and Sprint 2 block Sprint 3.", ["1", "2"]),
        ("Users of Sprint 3 depend on Sprint 1.", None),
        ("It does not depend on Sprint 1.", None),
        ("Users depend on Sprint 1 and like it.", None),
        ("After Sprint 1 is out, many customers will want to see their charts at once.", None),
    ],
)
def test_dependencies_are_taken_from_sentences(sentence: str, needs: list[object] | None) -> None:
    draft = imported(f"# Plan\n\n## Sprint 1: A\n\nx\n\n## Sprint 2: B\n\nx\n\n## Sprint 3: C\n\n{sentence}\n").draft
    assert draft.sprints["3"].get("depends_on") == needs
    assert draft.sprints["3"].get("description", sentence) == sentence


def test_dependencies_between_named_sprints_are_taken_anywhere() -> None:
    text = "Sprint 3 depends on Sprint 1. It depends on Sprint 2. If Sprint 2 depends on Sprint 1, we wait."
    draft = imported(f"# Plan\n\n{text}\n\n## Sprint 1: A\n\nx\n\n## Sprint 2: B\n\nx\n\n## Sprint 3: C\n\nx\n").draft
    assert [sprint.get("depends_on") for sprint in draft.sprints.values()] == [None, None, ["1"]]


@pytest.mark.parametrize("column", ["Title", "Goal"])
def test_a_table_with_titles_adds_the_sprints_that_have_no_heading(column: str) -> None:
    table = f"| Sprint | {column} |\n| --- | --- |\n| 1 | Berths |\n| 2 | Tides |\n| 3 | Tickets |\n"
    draft = imported(f"# Plan\n\n{table}\n## Sprint 2: Tides\n\n- [ ] Read the gauge\n").draft
    assert [sprint["title"] for sprint in draft.sprints.values()] == ["Berths", "Tides", "Tickets"]
    assert not any("objective" in sprint for sprint in draft.sprints.values())


def test_weeks_as_units_can_be_dependencies() -> None:
    draft = imported("# Plan\n\n## Week 1: A\n\nx\n\n## Week 2: B\n\nDepends on Week 1.\n").draft
    assert draft.sprints["2"]["depends_on"] == ["1"]


def test_totals_in_the_header_are_claims() -> None:
    draft = imported("# Plan\n\n**Total story points:** 97\n**Total effort:** 45 days\n\n## Sprint 1: A\n\nx\n").draft
    assert draft.plan["declared"] == [
        {"claim": "effort", "says": "97", "value": "97 points", "at": "Total story points"},
        {"claim": "effort", "says": "45 days", "at": "Total effort"},
    ]


def test_the_only_line_of_a_rollback_section_is_a_step() -> None:
    draft = imported("# Plan\n\n## Sprint 1: A\n\n### Rollback\n\nTurn the flag off.\n").draft
    assert draft.sprints["1"]["rollback"] == {"steps": ["Turn the flag off."]}


def test_a_bold_line_with_a_task_is_the_heading_of_its_values() -> None:
    draft = imported("""\
        **Plan**

        **Phase 1 – Vorbereitung (KW 8–9 2026)**

        **Aufgabe 1.1: Anforderungen**
        Verantwortlich: Frau Kern
        Aufwand: 3 PT
        Status: erledigt

        **Aufgabe 1.2: Bauplan**
        Aufwand: 5 PT
        Abhängig von: 1.1
        """).draft
    assert draft.sprints["1"]["tasks"] == [
        {"id": "1.1", "title": "Anforderungen", "owner": ["frau-kern"], "effort": "3 days", "state": "done"},
        {"id": "1.2", "title": "Bauplan", "effort": "5 days", "depends_on": ["1.1"]},
    ]


def test_short_column_heads_and_kinds_of_risks_are_known() -> None:
    draft = imported("""\
        # Plan

        # Epic 1: Sign-up

        **Owner**: Growth squad

        | Ticket | Title | Est. | Depends |
        |---|---|---|---|
        | ON-1 | Form | 3d | |
        | ON-2 | Check | 2d | ON-1 |

        # Cross-cutting risks

        - **Store review**
          - Likelihood: Low
        """).draft
    assert draft.owners == {"growth-squad": "Growth squad"}
    assert draft.sprints["1"]["tasks"] == [
        {"id": "ON-1", "title": "Form", "effort": "3 days"},
        {"id": "ON-2", "title": "Check", "effort": "2 days", "depends_on": ["ON-1"]},
    ]
    assert draft.risks == [{"title": "Store review", "likelihood": "low"}]


LISTED = """\
# Plan

- **Phase A: Prepare** (2 weeks)
  - [x] Inventory
  - [ ] Freeze
- **Phase B: Move** (3 weeks, depends on Phase A)
  - [ ] Copy

## Timeline

| Phase | Start | End | Depends on |
|---|---|---|---|
| A | 2026-01-05 | 2026-01-16 | - |
| B | 2026-01-19 | 2026-02-06 | A |
"""


def test_a_list_has_titles_and_tasks_for_the_ids_of_a_table() -> None:
    first, second = imported(LISTED).draft.sprints.values()
    assert (first["title"], second["title"]) == ("Prepare", "Move")
    assert [task["title"] for task in (*first["tasks"], *second["tasks"])] == ["Inventory", "Freeze", "Copy"]
    assert (second["when"], second["depends_on"]) == ("2026-01-19 to 2026-02-06", ["A"])


def test_a_heading_can_contain_dependencies() -> None:
    draft = imported("# Plan\n\n## Sprint 1: A\n\nx\n\n## Sprint 2: B (depends on Sprint 1)\n\nx\n").draft
    assert draft.sprints["2"] == {"id": "2", "title": "B", "description": "x", "depends_on": ["1"]}


@pytest.mark.parametrize(
    ("heading", "id_"),
    [
        ("第一阶段：基础", "1"),
        ("阶段二：基础", "2"),
        ("第十二阶段：基础", "12"),
        ("第二十阶段：基础", "20"),
        ("第二十一阶段：基础", "21"),
    ],
)
def test_units_can_be_numbered_with_chinese_characters(heading: str, id_: str) -> None:
    result = imported(f"# 计划\n\n## {heading}\n\n- [ ] 接口\n")
    assert {id_: sprint["title"] for id_, sprint in result.draft.sprints.items()} == {id_: "基础"}
    assert {line.fate for line in result.ledger.entries()} == {"taken"}


@pytest.mark.parametrize("heading", ["二十一世纪", "统一认证：接入", "十大原则：简单"])
def test_a_word_that_begins_with_a_chinese_number_is_not_a_unit(heading: str) -> None:
    assert imported(f"# 计划\n\n## {heading}\n\n文字。\n").draft.sprints == {}


def test_check_boxes_below_numbered_headings_are_tasks_of_a_group() -> None:
    draft = imported("""\
        # Plan

        ## Sprint 5: Site

        ### 5.1 Start page
        - [ ] Draw
        - [ ] Build

        ### 5.2 Menu
        - [x] Sort
        """).draft
    tasks = draft.sprints["5"]["tasks"]
    assert [(task["title"], task["group"]) for task in tasks] == [
        ("Draw", "5.1: Start page"),
        ("Build", "5.1: Start page"),
        ("Sort", "5.2: Menu"),
    ]


def test_front_matter_sets_fields_of_the_plan() -> None:
    settings = "---\ntitle: 'Ferry plan'\nstart: 2026-03-02\nlast_updated: 2026-02-14\n---\n"
    result = imported(f"{settings}\n## Sprint 1: Berths\n\n- [ ] Measure\n")
    assert result.draft.plan == {"title": "Ferry plan", "start": "2026-03-02", "updated": "2026-02-14"}
    assert {line.fate for line in result.ledger.entries()} == {"taken"}


def test_a_summary_is_text_and_the_rest_of_a_table_a_note() -> None:
    draft = imported(
        "# Plan\n\nFor ferries.\n\n| Sprint | Title |\n|---|---|\n| Sprint 1 | A |\n| Sprint 2 | B |\n| Total | 9 |\n"
    ).draft
    assert draft.plan["summary"] == "For ferries."
    assert draft.plan["notes"] == [{"text": "| Sprint | Title |\n|---|---|\n| Total | 9 |"}]


def test_a_column_that_repeats_the_title_is_not_an_objective() -> None:
    draft = imported("""\
        # Plan

        | Sprint | Goal |
        |---|---|
        | Sprint 1 | Stock ledger |
        | Sprint 2 | Reports by day |

        ## Sprint 1: Stock Ledger

        x

        ## Sprint 2: Reports

        x
        """).draft
    assert [sprint.get("objective") for sprint in draft.sprints.values()] == [None, "Reports by day"]


TEAM = """\
# Harbour

## 2. People

| Who | Role | Availability | Notes |
|---|---|---|---|
| Tomasz Nowak | Tech lead | 100 % | |
| Aisha Bello | Backend | 80% | joins in May |
| Anna Berg | QA | 50 % | |
| Anna Holm | QA | | |

## Sprint 1: Bookings (Aisha, Tomasz)

**Owner:** Aisha

## Sprint 2: Berths (read only)

**Owner:** Anna
"""


def test_a_table_of_people_is_the_team() -> None:
    draft = imported(TEAM).draft
    people = {draft.owners[id_]: values for id_, values in draft.team.items()}
    assert people == {
        "Tomasz Nowak": {"role": "Tech lead", "share": 100},
        "Aisha Bello": {"role": "Backend", "share": 80},
        "Anna Berg": {"role": "QA", "share": 50},
        "Anna Holm": {"role": "QA"},
    }
    assert "joins in May" in draft.plan["notes"][0]["text"]
    assert "tables" not in draft.plan


def test_people_in_the_brackets_of_a_title_are_the_owners() -> None:
    sprints = imported(TEAM).draft.sprints
    assert (sprints["1"]["title"], sprints["1"]["owner"]) == ("Bookings", ["aisha-bello", "tomasz-nowak"])
    assert sprints["2"]["title"] == "Berths (read only)"


def test_a_first_name_that_two_people_share_is_nobody_in_the_team() -> None:
    draft = imported(TEAM).draft
    assert draft.sprints["2"]["owner"] == ["anna"]
    assert draft.owners["anna"] == "Anna"


def test_a_table_of_roles_with_their_numbers_is_a_table_of_figures() -> None:
    rows = "| Role | Number |\n|---|---|\n| Developers | 3 |\n| Testers | 2 |\n"
    draft = imported(f"# Plan\n\n## Team\n\n{rows}\n## Sprint 1: Vault\n\nText.\n").draft
    assert (draft.team, draft.plan["tables"][0]["title"]) == ({}, "Team")


@pytest.mark.parametrize("heading", ["Decisions", "Decision log"])
def test_dated_decisions_are_taken_but_questions_stay_open(heading: str) -> None:
    items = "- 2026-02-11: Postgres instead of MongoDB (Ada)\n- 2026-06-12 – One step or two?\n"
    draft = imported(f"# Plan\n\n## Sprint 1: Vault\n\nText.\n\n## {heading}\n\n{items}").draft
    assert draft.plan["decisions"] == [
        {"title": "Postgres instead of MongoDB (Ada)", "state": "taken", "when": "2026-02-11"},
        {"title": "One step or two?", "when": "2026-06-12"},
    ]


def test_a_list_of_decisions_without_dates_stays_text() -> None:
    draft = imported(
        "# Plan\n\n## Sprint 1: Vault\n\nText.\n\n## Decisions\n\n- Postgres\n- 2026-02-18: No app\n"
    ).draft
    assert "decisions" not in draft.plan
    assert "Postgres" in draft.plan["notes"][0]["text"]


LABELLED_ROWS = """\
# Plan

## Sprint 1: Vault

| | |
|---|---|
| Owner | Ada |
| Effort | 3 days |
| Depends on | nothing |
| Colour | red |

## Sprint 2: Keys

| Field | Value |
|---|---|
| Owner | Bo |
| Depends on | Sprint 1 |

## Totals

| | |
|---|---|
| Total effort | 172 person days |
| Savings | €5,400 per month |
"""


def test_rows_with_a_label_and_a_value_are_fields() -> None:
    draft = imported(LABELLED_ROWS).draft
    first, second = draft.sprints.values()
    assert (first["owner"], first["effort"], first["depends_on"]) == (["ada"], "3 days", [])
    assert "| Colour | red |" in first["description"]
    assert (second["owner"], second["depends_on"]) == (["bo"], ["1"])
    assert "description" not in second


def test_totals_in_rows_with_labels_are_claims() -> None:
    claims = [(claim["claim"], claim["says"]) for claim in imported(LABELLED_ROWS).draft.plan["declared"]]
    assert claims == [("effort", "172 person days"), ("monthly-savings", "€5,400 per month")]


def test_rows_without_labels_of_fields_stay_a_table() -> None:
    rows = "| Metric | Target |\n|---|---|\n| Load | 2 s |\n| Owner | 3 |\n| Errors | 1% |\n"
    draft = imported(f"# Plan\n\n## Sprint 1: Vault\n\nText.\n\n## Metrics\n\n{rows}").draft
    assert [row["name"] for row in draft.plan["tables"][0]["rows"]] == ["Load", "Owner", "Errors"]


def test_a_goal_that_repeats_the_title_without_its_brackets_is_a_short_name() -> None:
    rows = "| Sprint | Goal | Weeks |\n|---|---|---|\n| S1 | Payment | 1 |\n| S2 | Berths | 2 |\n"
    sprints = imported(
        f"# Plan\n\n{rows}\n## S1 – Payment (with a partner)\n\nText.\n\n## S2 – Berths\n\nText.\n"
    ).draft.sprints
    assert [sprint.get("objective") for sprint in sprints.values()] == [None, None]
    assert [sprint.get("short") for sprint in sprints.values()] == ["Payment", None]


def test_a_negation_in_brackets_does_not_hide_the_dependency_before_it() -> None:
    others = "## Sprint 1: A\n\nText.\n\n## Sprint 2: B\n\nText.\n\n"
    text = f"# Plan\n\n{others}## Sprint 3: C\n\nNeeds: Sprint 1 (not Sprint 2!)\n"
    third = imported(text).draft.sprints["3"]
    assert (third["depends_on"], third["description"]) == (["1"], "Needs: Sprint 1 (not Sprint 2!)")


def test_the_summary_begins_with_a_sentence() -> None:
    text = "# Plan\n\n*Author: Ada · Status: draft 4*\n\nWe move the vault.\n\n## Sprint 1: A\n\nText.\n"
    assert imported(text).draft.plan["summary"] == "We move the vault.\n\n*Author: Ada · Status: draft 4*"
