"""Changes of tasks and other lists: moved, split and reworded items."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse.changes import apply, changes, edits, invert
from masterplan.model.plan import Plan
from tests.changes.rows import BESIDE, LINK, OWN, ids, job, one, tasks
from tests.plans import phase, plan, sprint


def test_work_shared_by_many_sprints_is_not_a_split() -> None:
    """Five sprints with the same task are replaced by two that also have it."""
    before = plan(*(sprint(str(n), title=f"Part {n}", **tasks("Document it")) for n in range(1, 6)))
    after = plan(sprint("9", title="All", **tasks("Document it")), sprint("10", title="More", **tasks("Document it")))
    assert {*ids(before, after)} == {"sprint-added", "sprint-removed"}


def test_very_different_lists_are_not_searched_for_rewordings() -> None:
    letters = [chr(97 + n) + chr(97 + m) for n in range(26) for m in (0, 1)]
    before, after = (one(**tasks(*(f"Do {pair} {ending}" for pair in letters))) for ending in ("as it was", "as it is"))
    assert {*ids(before, after)} == {"scope-added", "scope-dropped"}


def test_two_equal_items_are_two_changes() -> None:
    before, after = one(**tasks("Cut the queue")), one(**tasks("Cut the queue", "Drain it", "Drain it"))
    assert ids(before, after) == ["scope-added"] * 2
    assert ids(after, before) == ["scope-dropped"] * 2


def test_a_task_that_both_sprints_have_is_not_part_of_a_split() -> None:
    """The old sprint keeps the task and finishes it. Only the task it gave away belongs to the split."""
    before = one(**tasks("a", "b", "c"))
    kept = [{"title": "a", "done": True}, {"title": "b"}]
    after = plan(sprint("1", tasks=kept), sprint("2", **tasks("a", "c")))
    assert sorted(ids(before, after)) == ["sprint-split", "task-done"]


def test_a_moved_task_is_one_change_and_each_changed_field_another() -> None:
    before = plan(sprint("6", tasks=[job(effort="1 day", labels=["api"], acceptance=["It is fast"])]), sprint("7"))
    moved = job(effort="2 days", labels=["api"], acceptance=[{"text": "It is fast", "done": True}])
    after = plan(sprint("6"), sprint("7", tasks=[moved]))
    assert [change.message for change in changes(before, after)] == [
        "Sprint 7: the task T1 Cut the queue: effort 2 days, not 1 day",
        "Sprint 7: the task T1 Cut the queue: criterion met: It is fast",
        "T1 Cut the queue moves from Sprint 6 to Sprint 7",
    ]


def test_notes_are_matched_by_title_or_else_by_position() -> None:
    daily = {"title": "Daily schedule", "text": "At nine"}
    before = one(notes=["We meet on Mondays.", daily, "Bring a mug."])
    after = one(notes=[daily | {"text": "Never"}, "We meet on Fridays.", "Bring a mug.", "Ask Ada."])
    assert sorted(change.message for change in changes(before, after)) == [
        "Sprint 1 has a new note without a title",
        "Sprint 1: the note `Daily schedule` is reworded",
        "Sprint 1: the note without a title is reworded",
    ]
    assert [change.message for change in changes(one(notes=[daily]), one())] == [
        "Sprint 1 no longer has the note `Daily schedule`"
    ]


def test_every_changed_field_of_a_moved_task_has_a_message() -> None:
    def moved(sprint_id: str, **fields: Any) -> Plan:
        sprints = (sprint(id_, tasks=[job(**fields)] if id_ == sprint_id else []) for id_ in "12")
        return plan(*sprints, fields=OWN)

    before = moved("1", when="week 2", also_in="2", labels=["api"], links=[LINK], fields={"stage": "alpha"})
    after = moved("2", when="week 3", also_in="1", labels=["api", "db"], fields={"stage": "beta"})
    assert sorted(change.message for change in changes(before, after)) == [
        "Sprint 2: the task T1 Cut the queue continues in Sprint 1, not Sprint 2",
        "Sprint 2: the task T1 Cut the queue is now labelled db",
        "Sprint 2: the task T1 Cut the queue moves from week 2 to week 3",
        "Sprint 2: the task T1 Cut the queue no longer links to More",
        "Sprint 2: the task T1 Cut the queue: Stage is beta, not alpha",
        "T1 Cut the queue moves from Sprint 1 to Sprint 2",
    ]


def test_a_task_moved_into_a_new_sprint_is_no_change_of_its_own() -> None:
    before = plan(sprint("6", title="Speed", tasks=[job(), job(id="T2")]))
    after = plan(sprint("6", title="Speed", tasks=[job(id="T2")]), sprint("7", title="Rest", metrics=[], tasks=[job()]))
    assert {change.rule.id for change in changes(before, after)} <= {"sprint-added", "scope-dropped", "sprint-split"}


def test_a_dependency_between_tasks_names_the_effect_on_their_sprints() -> None:
    def two_sprints(*needs: str) -> Plan:
        return plan(sprint("1", tasks=[job()]), sprint("2", tasks=[job(id="T2", depends_on=list(needs))]))

    [change] = changes(two_sprints(), two_sprints("T1"))
    assert change.message == "Sprint 2: the task T2 Cut the queue now waits for T1, so Sprint 2 now waits for Sprint 1"
    [change] = changes(two_sprints("T1"), two_sprints())
    assert change.message.endswith("no longer waits for T1, so Sprint 2 no longer waits for Sprint 1")


def test_tasks_that_can_run_alongside_others_are_named_by_id() -> None:
    def claims_of(*others: str) -> Plan:
        first, second = sprint("1", tasks=[job(), job(id="T2")]), sprint("2")
        beside = [BESIDE | {"sprint": "T1", "alongside": others}]
        return plan(first, second, phases=[phase("1", "1", "1", "2", parallel=beside)])

    [change] = changes(claims_of("T2"), claims_of("T2", "2"))
    assert change.message == "Phase 1 now claims that T1 can run alongside T2 and Sprint 2"


def test_a_task_that_gets_an_id_is_still_the_same_task() -> None:
    """Any other new field is a change of its own."""
    before, after = one(tasks=[{"title": "Cut the queue"}]), one(tasks=[job(effort="1 day")])
    assert sorted(ids(before, after)) == ["effort-stated", "wording"]


CRITERIA: list[dict[str, Any]] = [{"text": text, "done": done} for text in "xy" for done in (True, False)]
TASK_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "effort": st.sampled_from(["1 day", "2 days"]),
        "state": st.sampled_from(["planned", "done", "deferred"]),
        "group": st.sampled_from(["A", "B"]),
        "priority": st.sampled_from(["P1", "P2"]),
        "labels": st.lists(st.sampled_from(["api", "ui"]), unique=True),
        "depends_on": st.lists(st.sampled_from(["T8", "T9"]), unique=True),
        "acceptance": st.lists(
            st.sampled_from(CRITERIA),
            unique_by=lambda criterion: criterion["text"],
        ),
        "tests": st.lists(st.sampled_from(["Unit", "Load"]), unique=True),
        "description": st.sampled_from(["Long", "Short"]),
    },
)


@given(st.sampled_from("123"), st.sampled_from("123"), TASK_FIELDS, TASK_FIELDS)
def test_every_edit_of_a_moved_task_is_in_exactly_one_change(
    old: str, new: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Moving it back again leaves no change."""
    others = [job(id="T8", title="Drain"), job(id="T9", title="Stop")]

    def at(place: str, fields: dict[str, Any]) -> Plan:
        tasks = {id_: [job(**fields)] if id_ == place else [] for id_ in "123"}
        return plan(*(sprint(id_, tasks=tasks[id_] + (others if id_ == "1" else [])) for id_ in "123"))

    older, newer = at(old, before), at(new, after)
    all_changes = changes(older, newer)
    claimed = [edit.key for change in all_changes for edit in change.edits]
    assert sorted(claimed) == sorted(edit.key for edit in edits(older, newer))
    assert ("task-moved" in {change.rule.id for change in all_changes}) == (old != new)
    assert changes(older, apply(newer, invert(edits(older, newer)))) == ()
