"""Plans drawn in text: dependencies as branches of arrows, and sprints in boxes."""

import pytest

from tests.test_import_markdown import imported


@pytest.mark.parametrize(
    ("drawing", "edges"),
    [
        (
            "Sprint 1 ──► Sprint 2 ──► Sprint 3\n                │\n                └──────► Sprint 4 ──► Sprint 5",
            [("1", "2"), ("2", "3"), ("2", "4"), ("4", "5")],
        ),
        (
            "Sprint 1 ─┬─► Sprint 2\n          └─► Sprint 3 ──► Sprint 4\n                 ▼\n              Sprint 5",
            [("1", "2"), ("1", "3"), ("3", "4"), ("3", "5")],
        ),
        (
            "Sprint 1\n├── Sprint 2\n│   └── Sprint 3\n└── Sprint 4 → Sprint 5",
            [("1", "2"), ("2", "3"), ("1", "4"), ("4", "5")],
        ),
    ],
)
def test_a_branch_of_a_drawing_starts_at_the_node_above_it(drawing: str, edges: list[tuple[str, str]]) -> None:
    units = "".join(f"## Sprint {n}: Step {n}\n\nText.\n\n" for n in range(1, 6))
    draft = imported(f"# Plan\n\n{units}## Dependencies\n\n```\n{drawing}\n```\n").draft
    needs = [(before, id_) for id_, sprint in draft.sprints.items() for before in sprint.get("depends_on", ())]
    assert sorted(needs) == sorted(edges)


BOXES = """\
# Plan

```
┌──────────────────────────────────────┐
│ SPRINT 1: Core (5 days)  [COMPLETE]  │
├──────────────────────────────────────┤
│ • Models           2d   @lee         │
│ • Endpoints        3d                │
└──────────────────────────────────────┘
                  ↓
┌──────────────────────────────────────┐
│ SPRINT 2: Web (8 days)    [PENDING]  │
├──────────────────────────────────────┤
│ • Login page       3d                │
│ Owner: Kim                           │
└──────────────────────────────────────┘
```
"""


def test_boxes_joined_by_arrows_are_sprints_with_tasks() -> None:
    first, second = imported(BOXES).draft.sprints.values()
    assert (first["title"], first["state"], second["title"], second["state"]) == ("Core", "done", "Web", "planned")
    assert first["tasks"] == [
        {"title": "Models", "effort": "2 days", "owner": ["lee"], "state": "done"},
        {"title": "Endpoints", "effort": "3 days", "state": "done"},
    ]
    assert (second["depends_on"], second["owner"]) == (["1"], ["kim"])
    assert second["tasks"] == [{"title": "Login page", "effort": "3 days"}]
