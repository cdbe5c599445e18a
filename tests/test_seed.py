"""plan_data/ has everything from the document that the plan was made from, and each fact in the file of its sprint.

Each table cell, list item, heading, bold label and line of the document must consist of YAML values and names made of
them, except for a short list of words that only structure the document.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from masterplan.load.source import parse
from masterplan.model.option import Option
from masterplan.model.plan import Plan
from tests.plans import loaded

ROOT = Path(__file__).parent.parent
TEXT = (Path(__file__).parent / "data" / "SPRINT_MASTER_PLAN.md").read_text("utf-8")

# Headings, column headers and labels before a colon. They structure the document; none is a fact.
FORM = (
    "Total Expected Impact",
    "Sprint Overview", "Sprint", "Focus", "Impact", "Files",
    "Recommended Execution Order", "Why this order", "Parallel execution possible", "Dependencies",
    "Resource Allocation", "Timeline",
    "Success Metrics", "Performance Targets", "Metric", "Before", "After", "Improvement",
    "Cost Savings", "Monthly Savings", "Annual Savings", "TOTAL",
    "Risk Mitigation", "Risk", "Mitigation",
    "Testing Strategy", "Per-Sprint Testing", "End-to-End Testing", "Rollback Plan",
    "Documentation Updates", "After each sprint, update", "Track progress in",
    "Next Steps", "Status", "Last Updated",
)  # fmt: skip

# Keys whose values are not in the document (kinds of claims, explanations) or only in names (ids, weeks, levels).
NO_TEXT = {
    "claim", "of", "at", "value", "strength", "glossary", "effort",
    "id", "short", "sprint", "sprints", "supports", "alongside", "when", "level", "mode",
}  # fmt: skip

# Texts that the plan has in two places, so that one alone is not missed; titles are parts of names too.
TWICE = {
    "-", "2-hour task", "5-10 weeks", "Sprint 1", "Sprint 3", "Sprint 4", "Sprint 5", "Sprint 6",
    "Sprint 5 (Image Processing)",
    "Foundation", "Performance", "Heavy Lifting", "Single Developer", "Two Developers", "Support Sprint 5 testing",
    "Begin with Phase 1", "Begin with Phase 1 (Sprints 1, 2, 6)", "Sprints 1, 2, 6",
}  # fmt: skip


class Piece(NamedTuple):
    """A piece of the document with its line. A piece about one sprint must be in the file of that sprint."""

    line: int
    text: str
    sprint: str | None


def pieces(text: str) -> Iterator[Piece]:
    """Every cell, item, heading and line of a Markdown text, without its markup."""
    section = None
    for number, line in enumerate(text.replace("**", "").replace("`", "").split("\n"), 1):
        if line.startswith("#"):
            section = sprint_at_start(line.strip("# "))
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")] if line.startswith("|") else [bare(line)]
        row = next(filter(None, map(sprint_of_cell, cells)), None) if line.startswith("|") else None
        for cell in cells:
            item = sprint_of_cell(cell.partition(":")[0])
            yield Piece(number, cell, row or item or section)


def bare(line: str) -> str:
    """A line without the signs of a heading, a list item or an arrow."""
    return re.sub(r"^\s*(?:#+ |- |\d+\. |└─> )?", "", line).strip()


def sprint_of_cell(text: str) -> str | None:
    match = re.fullmatch(r"Sprint (\d+)", text)
    return match[1] if match else None


def sprint_at_start(text: str) -> str | None:
    match = re.match(r"Sprint (\d+) \(", text)
    return match[1] if match else None


def plan_values() -> dict[str, list[str]]:
    """The texts in each file of plan_data/, by its path."""
    files = sorted((ROOT / "plan_data").rglob("*.yml"))
    return {
        path.relative_to(ROOT / "plan_data").as_posix(): list(texts(parse(path.read_bytes(), path.name).data))
        for path in files
    }


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in NO_TEXT:
                yield from texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def names(plan: Plan) -> Iterator[str]:
    """Names of parts of the plan in the document, made from their ids, titles, weeks and sprints."""
    for id_, sprint in plan.sprints.items():
        yield from (plan.name(id_), f"{plan.name(id_)} ({sprint.short or sprint.title})")
        if sprint.risk:
            yield sprint.risk.level.title()
    for phase in plan.phases:
        yield f"Phase {phase.id}: {phase.title} (Weeks {phase.when})"
        yield f"Sprints: {', '.join(phase.sprints)}"
    for option in plan.options:
        yield f"Option {option.id}: {option.title} ({(option.mode or '').title()})"
        yield from staffing(plan, option)


def staffing(plan: Plan, option: Option) -> Iterator[str]:
    for work in (work for lane in option.people for work in lane.work):
        sprints = " + ".join(plan.name(id_) for id_ in work.sprints)
        yield f"Week {work.when}: {sprints or work.task}"


def missing_from_plan(text: str, files: Mapping[str, list[str]], names: list[str]) -> list[Piece]:
    """The pieces of a text that still have words once all texts of the plan are removed."""
    everything = [value for values in files.values() for value in values]
    missing = []
    for piece in pieces(text):
        own = [values for path, values in files.items() if path.startswith(f"sprints/{piece.sprint}-")]
        label, _, rest = piece.text.partition(":")
        text = rest if label in FORM else piece.text
        if re.search(r"\w", without([*(own[0] if own else everything), *names], text)):
            missing.append(piece)
    return missing


def without(parts: list[str], text: str) -> str:
    """A text with the parts removed, longest first, if they are whole words."""
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", " ", text) if part in text else text
    return text


@pytest.fixture(scope="module")
def plan() -> Plan:
    return loaded(ROOT)


def test_the_plan_has_everything_from_the_document(plan: Plan) -> None:
    assert missing_from_plan(TEXT, plan_values(), list(names(plan))) == []


def test_any_text_removed_from_the_plan_is_missed(plan: Plan) -> None:
    files, all_names = plan_values(), list(names(plan))
    values = {value for texts_of_file in files.values() for value in texts_of_file}
    assert {value for value in values if not missing_from_plan(TEXT, lacking(files, value), all_names)} | {
        name
        for name in all_names
        if not missing_from_plan(TEXT, files, [other for other in all_names if other != name])
    } == TWICE


def test_a_fact_in_the_file_of_another_sprint_is_missed(plan: Plan) -> None:
    files = lacking(plan_values(), "Feature flag")
    files["sprints/4-request-batching.yml"].append("Feature flag")
    assert [piece.sprint for piece in missing_from_plan(TEXT, files, list(names(plan)))] == ["3"]


def test_a_fact_added_to_the_document_is_missed(plan: Plan) -> None:
    more = TEXT.replace("Feature flag", "Feature flag, canary").replace("- Unit tests", "- Unit tests\n- Fuzz tests")
    missing = missing_from_plan(more, plan_values(), list(names(plan)))
    assert [piece.text for piece in missing] == [
        "Mitigation: Feature flag, canary, fallback to old endpoints",
        "Fuzz tests",
    ]


def lacking(files: Mapping[str, list[str]], value: str) -> dict[str, list[str]]:
    return {path: [text for text in texts_of_file if text != value] for path, texts_of_file in files.items()}
