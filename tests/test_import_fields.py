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
