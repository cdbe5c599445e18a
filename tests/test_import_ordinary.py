"""Forms that people write often: numbered overviews, days in two columns, ids without a sign, days behind names."""

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


def test_a_column_of_numbers_beside_that_of_sprints_has_their_ids() -> None:
    draft = imported(OVERVIEW).draft
    assert {id_: sprint["title"] for id_, sprint in draft.sprints.items()} == {
        "0A": "Clean the ledger",
        "0B": "Vault",
        "1": "Checkout",
    }
    assert [sprint.get("state") for sprint in draft.sprints.values()] == ["done", "in progress", "planned"]
    assert [sprint.get("depends_on") for sprint in draft.sprints.values()] == [None, ["0A"], ["0A", "0B"]]
    assert "fields" not in draft.sprints["0A"]


def test_dates_without_a_year_follow_the_first_day_of_a_plan_of_several_years() -> None:
    draft = imported(OVERVIEW).draft
    assert draft.plan["start"] == "2026-12-07"
    assert [sprint["when"] for sprint in draft.sprints.values()] == [
        "2026-12-07 to 2026-12-18",
        "2026-12-14 to 2027-01-08",
        "2027-01-11 to 2027-01-29",
    ]


def test_a_numbered_table_of_tasks_makes_no_units() -> None:
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
def test_a_first_and_a_last_day_in_columns_of_their_own_are_a_window(heads: str) -> None:
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


def test_an_id_needs_no_sign_between_it_and_the_title_of_a_task() -> None:
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


def test_a_word_with_a_number_that_no_other_item_shares_is_no_id() -> None:
    draft = imported("# Plan\n\n## Sprint 1: Vault\n\n- [ ] S3 Buckets are private\n- [ ] Write the guide\n").draft
    assert [task["title"] for task in draft.sprints["1"]["tasks"]] == ["S3 Buckets are private", "Write the guide"]


@pytest.mark.parametrize(
    ("item", "milestone"),
    [
        ("**M1 – Vault live**: 2026-03-01 (Sprint 1)", {"title": "Vault live", "when": "2026-03-01", "needs": ["1"]}),
        ("M1: Vault live (2026-03-01)", {"title": "Vault live", "when": "2026-03-01"}),
        ("Vault live (Week 3)", {"title": "Vault live", "when": "3"}),
        ("Vault live – March 1, 2026", {"title": "Vault live", "when": "2026-03-01"}),
        ("Week 3: Vault live", {"title": "Vault live", "when": "3"}),
    ],
)
def test_an_item_of_milestones_has_its_day_before_or_behind_its_name(item: str, milestone: dict[str, object]) -> None:
    draft = imported(f"# Plan\n\n## Sprint 1: Vault\n\nText.\n\n## Milestones\n\n- {item}\n").draft
    assert draft.milestones == {"M1": {"id": "M1"} | milestone}
