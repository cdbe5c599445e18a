"""GitHub issues become a draft: from three forms of JSON, with fields, and without losing a value."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masterplan.errors import UsageError
from masterplan.importing import answers
from masterplan.importing.answers import Answers
from masterplan.importing.draft import Draft, Imported
from masterplan.importing.fit import fit
from masterplan.importing.github.issue_plan import read_github

PAGE = "https://git.example.org/acme/rocket/issues"
MILESTONE = {"number": 3, "title": "Beta", "description": "Everyone can try it.", "dueOn": "2026-03-31T07:00:00Z"}


def issue(number: int, **more: Any) -> dict[str, Any]:
    """An issue as printed by `gh issue list --json`."""
    return {"number": number, "title": f"Issue {number}", "state": "OPEN", "url": f"{PAGE}/{number}"} | more


def labels(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def imported(*issues: object, **answer: Any) -> Imported:
    return read_github(json.dumps(issues).encode(), "issues.json", Answers(**answer))[0]


def draft(*issues: object, **answer: Any) -> Draft:
    return imported(*issues, **answer).draft


def task(**more: Any) -> Any:
    """The task for an issue with these keys."""
    return next(iter(draft(issue(1, **more)).sprints.values()))["tasks"][0]


def fates(result: Imported) -> dict[str, tuple[str, str]]:
    """The outcome of each value, by its place in the file."""
    return {result.ledger.places[entry.line - 1]: (entry.fate, entry.note) for entry in result.ledger.entries()}


GH = issue(
    7,
    body="Fly **far**.\r\n\r\nBlocked by #8",
    labels=labels("bug", "priority: high"),
    assignees=[{"login": "ada", "name": "Ada Berg"}],
    milestone=MILESTONE,
    stateReason="",
)
REST = {
    "number": 7,
    "title": "Issue 7",
    "state": "open",
    "state_reason": None,
    "html_url": f"{PAGE}/7",
    "url": "https://api.git.example.org/repos/acme/rocket/issues/7",
    "body": GH["body"],
    "labels": [{"name": "bug", "color": "fff"}, {"name": "priority: high", "color": "fff"}],
    "assignees": [{"login": "ada", "name": "Ada Berg", "node_id": "U"}],
    "milestone": {"due_on" if key == "dueOn" else key: value for key, value in MILESTONE.items()},
}
NODE = GH | {"labels": {"nodes": GH["labels"], "totalCount": 2}, "assignees": {"edges": [{"node": GH["assignees"][0]}]}}
PULL = {"number": 9, "title": "A change", "pull_request": {"url": "x"}}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([GH, issue(8)]),
        json.dumps([REST]) + json.dumps([issue(8)]),
        json.dumps([[REST], [issue(8), PULL]]),
        json.dumps(
            {"data": {"repository": {"issues": {"nodes": [NODE, issue(8)], "pageInfo": {"hasNextPage": False}}}}}
        ),
        "\n".join(json.dumps({"data": {"repository": {"issues": {"nodes": [node]}}}}) for node in (NODE, issue(8))),
        json.dumps(
            {"data": {"organization": {"projectV2": {"items": {"nodes": [{"content": NODE}, {"content": issue(8)}]}}}}}
        ),
        json.dumps({"total_count": 2, "items": [REST, issue(8)]}),
        json.dumps(GH) + "\n" + json.dumps(issue(8)),
        "\ufeff" + json.dumps([GH, issue(8)]),
    ],
)
def test_every_form_of_json_gives_the_same_plan(content: str) -> None:
    result = read_github(content.encode(), "issues.json", Answers())[0].draft
    assert result.sprints["M3"] == {
        "title": "Beta",
        "description": "Everyone can try it.",
        "tasks": [
            {
                "id": "7",
                "title": "Issue 7",
                "description": "Fly **far**.",
                "owner": ["ada"],
                "labels": ["bug"],
                "priority": "high",
                "links": [{"title": "#7", "url": f"{PAGE}/7"}],
                "depends_on": ["8"],
            }
        ],
    }
    assert [task_["id"] for task_ in result.sprints["no-milestone"]["tasks"]] == ["8"]
    assert result.milestones["M3-due"] == {"id": "M3-due", "title": "Beta", "when": "2026-03-31", "needs": ["M3"]}
    assert result.owners == {"ada": "Ada Berg"}
    assert result.plan == {"title": "rocket", "tracker": {"#": f"{PAGE}/{{id}}"}}


@pytest.mark.parametrize(
    ("keys", "state"),
    [
        ({"state": "OPEN"}, None),
        ({"state": "closed"}, "done"),
        ({"closed": True, "state": "CLOSED", "stateReason": "COMPLETED"}, "done"),
        ({"state": "CLOSED", "stateReason": "NOT_PLANNED"}, "dropped"),
        ({"state": "closed", "state_reason": "duplicate"}, "dropped"),
        ({"state": "CLOSED", "labels": labels("wontfix")}, "dropped"),
        ({"state": "OPEN", "stateReason": "REOPENED"}, None),
        ({"labels": labels("In Progress")}, "in progress"),
        ({"labels": labels("status/blocked", "in progress")}, "blocked"),
        ({"labels": labels("done")}, None),
        ({"projectItems": [{"title": "Board", "status": {"name": "In Progress"}}]}, "in progress"),
        ({"projectItems": [{"title": "Board", "status": {"name": "Done"}}]}, None),
        ({"projectCards": [{"project": {"name": "Old"}, "column": {"name": "Doing"}}]}, "in progress"),
    ],
)
def test_the_state_comes_from_the_issue_or_else_from_labels_and_columns(
    keys: dict[str, Any], state: str | None
) -> None:
    assert task(**keys).get("state") == state


def test_a_column_that_is_not_a_state_is_a_label_and_a_question() -> None:
    column = {"projectItems": [{"title": "Board", "status": {"name": "Triage"}}]}
    result = draft(issue(1, **column), issue(2, **column))
    assert result.sprints["no-milestone"]["tasks"][0]["labels"] == ["Triage"]
    assert [(question.text, question.answer) for question in result.questions] == [
        ("Triage", "states: {Triage: planned}")
    ]
    result = draft(issue(1, **column), **answers.parse_options(["states={Triage: deferred}"]))
    assert (result.sprints["no-milestone"]["tasks"][0]["state"], result.questions) == ("deferred", [])


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("P0", "priority", "P0"),
        ("priority/high", "priority", "high"),
        ("low-priority", "priority", "low"),
        ("size/5", "points", "5"),
        ("3 points", "points", "3"),
        ("estimate: 2d", "effort", "2 days"),
        ("size: M", "labels", ["size: M"]),
        ("area/core", "labels", ["area/core"]),
        ("{{ 7*7 }}", "labels", ["{{ 7*7 }}"]),
        ("backlog", "labels", ["backlog"]),
    ],
)
def test_a_label_can_set_a_field(label: str, field: str, value: object) -> None:
    assert task(labels=labels(label))[field] == value


def test_values_of_projects_are_fields_of_the_plan_or_custom_fields() -> None:
    values = [
        {"number": 5, "field": {"name": "Estimate"}},
        {"name": "P1", "field": {"name": "Priority"}},
        {"name": "In progress", "field": {"name": "Status"}},
        {"name": "Core", "field": {"name": "Area"}},
        {"date": "2026-02-01", "field": {"name": "Target"}},
        {"text": "Issue 1", "field": {"name": "Title"}},
        {},
    ]
    result = draft(issue(1, projectItems={"nodes": [{"project": {"title": "B"}, "fieldValues": {"nodes": values}}]}))
    (task_,) = result.sprints["no-milestone"]["tasks"]
    assert (task_["points"], task_["priority"], task_["state"]) == ("5", "P1", "in progress")
    assert task_["fields"] == {"area": "Core", "target": "2026-02-01"}
    assert result.plan["fields"] == [
        {"id": "area", "title": "Area", "of": ["task"], "kind": "text"},
        {"id": "target", "title": "Target", "of": ["task"], "kind": "date"},
    ]


BODY = """\
Why: see #2 and #99.

Depends on #2, acme/rocket#3 (the data)
After #4 was merged, it broke.
This is blocked by {page}/4 until May.
Not blocked by #6 any more
Blocks #5

```
Blocked by #6
```

## Tasks

- [x] Write `it`
- [ ] #7
- [ ] Test it
"""


def test_dependencies_and_check_boxes_are_taken_from_the_body() -> None:
    result = draft(issue(1, body=BODY.replace("{page}", PAGE).replace("\n", "\r\n")), *map(issue, range(2, 8)))
    tasks = {task_["id"]: task_ for task_ in result.sprints["1"]["tasks"] + result.sprints["no-parent-issue"]["tasks"]}
    epic = result.sprints["1"]
    assert epic["depends_on"] == [{"task": "2"}, {"task": "3"}, {"task": "4"}]
    assert tasks["5"]["depends_on"] == [{"sprint": "1"}]
    assert "depends_on" not in tasks["6"]
    assert [task_["id"] for task_ in epic["tasks"]] == ["7"]
    assert epic["acceptance"] == [{"text": "Write it", "done": True}, "Test it"]
    assert epic["description"] == (
        "Why: see #2 and #99.\n\nDepends on #2, acme/rocket#3 (the data)\nAfter #4 was merged, it broke.\n"
        f"This is blocked by {PAGE}/4 until May.\nNot blocked by #6 any more\n\n```\nBlocked by #6\n```"
    )


def test_a_sub_issue_without_a_milestone_is_in_the_sprint_of_its_parent() -> None:
    parent = issue(1, milestone=MILESTONE, subIssues=[{"number": 2}])
    result = draft(parent, issue(2, subIssues=[{"number": 3}]), issue(3))
    assert list(result.sprints) == ["M3"]
    assert [task_.get("group") for task_ in result.sprints["M3"]["tasks"]] == [None, "Issue 1", "Issue 2"]


def test_milestones_are_sprints_and_reached_when_closed() -> None:
    milestone = MILESTONE | {"state": "closed", "closed_at": "2026-03-30T09:00:00Z"}
    closed = issue(1, state="CLOSED", milestone=milestone)
    assert draft(closed).milestones["M3-due"]["reached"] == "2026-03-30"
    assert "reached" not in draft(closed, issue(2, milestone=milestone)).milestones["M3-due"]


def test_iterations_are_sprints_with_dates() -> None:
    def within(title: str, start: str) -> dict[str, Any]:
        value = {"title": title, "startDate": start, "duration": 14, "field": {"name": "Iteration"}}
        return {"projectItems": {"nodes": [{"fieldValues": {"nodes": [value]}}]}}

    result = draft(
        issue(1, **within("Sprint 2", "2026-01-19")),
        issue(2, **within("Sprint 1", "2026-01-05")),
        issue(3, **within("Sprint 2", "2026-01-19")),
        issue(4),
    )
    assert {id_: (sprint.get("when"), len(sprint["tasks"])) for id_, sprint in result.sprints.items()} == {
        "sprint-1": ("2026-01-05 to 2026-01-18", 1),
        "sprint-2": ("2026-01-19 to 2026-02-01", 2),
        "no-iteration": (None, 1),
    }


def test_milestones_and_iterations_are_a_question() -> None:
    iteration = {"iteration": {"title": "Sprint 1", "startDate": "2026-01-05", "duration": 7}}
    in_both = issue(1, milestone=MILESTONE, **iteration)
    result = draft(in_both)
    assert list(result.sprints) == ["M3"]
    assert result.sprints["M3"]["tasks"][0]["when"] == "2026-01-05 to 2026-01-11"
    assert [(question.readings, question.answer) for question in result.questions] == [
        (("milestone", "iteration"), "units")
    ]
    result = draft(in_both, units="iterations")
    assert (list(result.sprints), result.questions) == (["sprint-1"], [])
    assert result.milestones["M3"]["needs"] == ["1"]


def test_issues_with_sub_issues_are_epics() -> None:
    result = draft(
        issue(1, subIssues={"nodes": [{"number": 2}], "totalCount": 1}, labels=labels("P1"), milestone=MILESTONE),
        issue(2, trackedIssues={"nodes": [{"number": 4}]}),
        issue(3, parent_issue_url="https://api.git.example.org/repos/acme/rocket/issues/1", blockedBy=[{"number": 2}]),
        issue(4, blocking={"nodes": [{"number": 3, "url": f"{PAGE}/3"}]}),
        issue(5),
        units="epics",
    )
    assert list(result.sprints) == ["1", "no-parent-issue"]
    epic = result.sprints["1"]
    assert (epic["title"], epic["priority"], epic["groups"]) == ("Issue 1", "P1", [{"title": "Issue 2"}])
    assert [(task_["id"], task_.get("group"), task_.get("depends_on")) for task_ in epic["tasks"]] == [
        ("2", None, None),
        ("3", None, ["2", "4"]),
        ("4", "Issue 2", None),
    ]
    assert result.milestones["M3"]["needs"] == ["1"]
    assert result.plan["unit"] == {"one": "Epic", "many": "Epics"}


def test_labels_can_be_sprints() -> None:
    result = draft(
        issue(1, labels=labels("epic: billing")), issue(2, labels=labels("sprint 3")), issue(3), units="label"
    )
    assert [(id_, sprint["title"]) for id_, sprint in result.sprints.items()] == [
        ("billing", "billing"),
        ("sprint-3", "sprint 3"),
        ("no-sprint-label", "No sprint label"),
    ]


def test_an_issue_with_the_label_risk_is_a_risk() -> None:
    risk = issue(2, labels=labels("risk", "risk: high"), body="The *data* is wrong.", state="CLOSED")
    (imported_risk,) = draft(issue(1), risk).risks
    assert (imported_risk["id"], imported_risk["title"], imported_risk["level"], imported_risk["state"]) == (
        "2",
        "Issue 2",
        "high",
        "closed",
    )
    assert imported_risk["description"] == "The *data* is wrong."
    assert draft(issue(1, milestone=MILESTONE), risk | {"milestone": MILESTONE}).sprints["M3"]["risks"][0]["id"] == "2"


def test_pull_requests_repeated_issues_and_unknown_keys_are_listed() -> None:
    result = imported(issue(1, locked=True), PULL, issue(1, title="Again"), issue(2, locked=False), "no issue")
    assert [task_["id"] for task_ in result.draft.sprints["no-milestone"]["tasks"]] == ["1", "2"]
    listed = {place: note for place, (fate, note) in fates(result).items() if fate == "not understood"}
    assert listed == {
        "issues[1]": "a pull request is not a task",
        "issues[2]": "has the same number as issues[0]",
        "issues[4]": "is not an issue",
        "issues[].locked": "no matching field",
    }


def test_issues_of_other_repositories_have_different_ids() -> None:
    other = issue(1, url="https://git.example.org/acme/pump/issues/1")
    result = draft(issue(1, body="Blocked by acme/pump#1"), issue(2), other)
    assert [task_["id"] for task_ in result.sprints["no-milestone"]["tasks"]] == ["1", "2", "pump-1"]
    assert result.sprints["no-milestone"]["tasks"][0]["depends_on"] == ["pump-1"]


def test_values_that_cannot_be_imported_are_listed_with_a_reason() -> None:
    result = imported(
        issue(1, subIssues=[{"number": 2}], blockedBy=[{"number": 2}, {"number": 77}]),
        issue(2, labels={"nodes": labels("bug"), "totalCount": 30}, title=["no", "title"], state=7),
        issue(3, projectItems=[{"status": 5, "fieldValues": "none"}], issue_field_values=0),
    )
    listed = {place: note for place, (fate, note) in fates(result).items() if fate == "not understood"}
    assert listed == {
        "issues[0].blockedBy[0]": "an issue and its sub-issue cannot depend on each other",
        "issues[0].blockedBy[1]": "#77 is not in the file",
        "issues[1].labels.totalCount": "the file has only 1 of them",
        "issues[1].title": "not in GitHub's format",
        "issues[1].state": "not in GitHub's format",
        "issues[2].projectItems[0].status": "not in GitHub's format",
        "issues[2].projectItems[0].fieldValues": "not in GitHub's format",
        "issues[2].issue_field_values": "not in GitHub's format",
    }


def test_a_sprint_too_large_for_a_file_is_split() -> None:
    long = "All the details of it.\n" * 800
    result = draft(*(issue(n, body=long, milestone=MILESTONE) for n in range(1, 51)))
    assert list(result.sprints) == ["M3", "M3-2", "M3-3"]
    assert sum(len(sprint["tasks"]) for sprint in result.sprints.values()) == 50
    assert result.milestones["M3-due"]["needs"] == ["M3", "M3-2", "M3-3"]
    fitted = fit(result, {})
    assert fitted.misfits == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "issues.json has no issues; `gh issue list --state all --limit 10000 --json …` exports them"),
        (b"[]", "issues.json has no issues; `gh issue list --state all --limit 10000 --json …` exports them"),
        (b'[{"number": 1,\n "title" 2}]', "issues.json is not JSON: line 2, column 10: Expecting ':' delimiter"),
        (b'[{"number": NaN}]', "issues.json is not JSON: NaN is not a JSON number"),
        (b'[{"number": 1, "number": 2}]', "issues.json is not JSON: an object has the key 'number' twice"),
        (b"\xff\x00\xff", "issues.json is not JSON: it is not UTF-8 text"),
        (b"[" * 100_000, "issues.json is nested too deeply for a list of issues"),
        (b'{"a":' * 100_000, "issues.json is nested too deeply for a list of issues"),
        (b"[" + b"0," * 4_000_000, "issues.json has more than 4,000,000 values and lines; export the issues in parts"),
        (
            b'{"message": "Not Found", "status": "404"}',
            "issues.json has no issues, only a message from GitHub: Not Found",
        ),
        (
            b'{"errors": [{"type": "NOT_FOUND", "message": "No such\\nrepository"}]}',
            "issues.json has no issues, only a message from GitHub: No such repository",
        ),
        (
            b'[{"name": "x"}, 3]',
            "issues.json has no issues; `gh issue list --state all --limit 10000 --json …` exports them",
        ),
        (b"[" + b"9" * 5_000 + b"]", None),
    ],
)
def test_a_file_without_issues_is_reported_in_one_sentence(content: bytes, sentence: str | None) -> None:
    with pytest.raises(UsageError) as raised:
        read_github(content, "issues.json", Answers())
    assert sentence in {str(raised.value), None}
    assert "\n" not in str(raised.value)


def test_an_unknown_answer_is_reported_in_one_sentence() -> None:
    with pytest.raises(UsageError, match="units: chapter: write milestone, iteration, issue or label"):
        draft(issue(1), units="chapter")


KEYS = [
    "number", "title", "body", "state", "stateReason", "state_reason", "closed", "labels", "assignees", "assignee",
    "milestone", "createdAt", "closed_at", "url", "html_url", "projectItems", "projectCards", "parent", "subIssues",
    "blockedBy", "blocking", "issueType", "type", "iteration", "status", "issue_field_values", "other",
]  # fmt: skip
INNER = [
    "name", "login", "title", "number", "nodes", "edges", "node", "totalCount", "description", "dueOn", "due_on",
    "fieldValues", "field", "startDate", "duration", "status", "value", "text", "date", "url",
]  # fmt: skip
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["#1", "Blocked by #2", "- [ ] #2", "- [x] a\n- b", "## Tasks", "risk", "P1", "in progress", "closed", "2026-01-05",
     f"{PAGE}/1", "{{ x }}", "\ud800", "\x00", "\u202e", "a\r\nb", "```"]
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 4) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INNER), inner, max_size=4),
    max_leaves=8,
)
ISSUES = st.fixed_dictionaries(
    {"number": st.integers(1, 4), "title": TEXTS},
    optional={key: VALUES for key in KEYS if key not in {"number", "title"}},
)


@settings(deadline=None)
@given(st.lists(ISSUES, min_size=1, max_size=4), st.sampled_from([None, "milestone", "iteration", "issue", "label"]))
def test_every_value_is_taken_kept_or_listed_and_the_plan_loads(issues: list[Any], units: str | None) -> None:
    result = imported(*issues, units=units)
    places = fates(result)
    assert all(note for _, note in places.values())
    for n, record in enumerate(issues):
        for key, value in record.items():
            if has_words(value) and f"issues[{n}]" not in places:
                assert any(place.startswith((f"issues[{n}].{key}", f"issues[].{key}")) for place in places), key
    fit(result.draft, {})


def has_words(value: object) -> bool:
    """Whether a value has content: a text with a letter or digit, a number, or true or false."""
    match value:
        case str():
            return any(character.isalnum() for character in value)
        case list():
            return any(map(has_words, value))
        case dict():
            return any(map(has_words, value.values()))
    return value is not None
