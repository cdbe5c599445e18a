"""plan_data/ holds everything that the text says which the plan was made from, and each fact with its own sprint.

Each table cell, list item, heading, bold label and line of the text must be what YAML values and names made of them
say, but for a short list of words that only give the text its form.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from masterplan.load import load
from masterplan.load.source import parse
from masterplan.model.option import Option
from masterplan.model.plan import Plan

ROOT = Path(__file__).parent.parent
TEXT = (Path(__file__).parent / "data" / "SPRINT_MASTER_PLAN.md").read_text("utf-8")

# Headings, column headers and labels before a colon: the form of the text, reviewed one by one. None is a fact.
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

# Keys whose values are ours (the kind of a claim, explanations we added) or show in names only (ids, weeks, levels).
NO_TEXT = {
    "claim", "of", "at", "value", "strength", "glossary", "effort",
    "id", "short", "sprint", "sprints", "supports", "alongside", "when", "level", "mode",
}  # fmt: skip

# What the plan says in two places, so that neither is missed alone; titles are parts of names too.
TWICE = {
    "-", "2-hour task", "5-10 weeks", "Sprint 1", "Sprint 3", "Sprint 4", "Sprint 5", "Sprint 6",
    "Sprint 5 (Image Processing)",
    "Foundation", "Performance", "Heavy Lifting", "Single Developer", "Two Developers", "Support Sprint 5 testing",
    "Begin with Phase 1", "Begin with Phase 1 (Sprints 1, 2, 6)", "Sprints 1, 2, 6",
}  # fmt: skip


class Piece(NamedTuple):
    """A piece of the text in its line; one that speaks of one sprint must be found in the file of that sprint."""

    line: int
    text: str
    sprint: str | None


def pieces(text: str) -> Iterator[Piece]:
    """Every cell, item, heading and line of a Markdown text, without the signs that mark it as such."""
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
    """A line without what makes it a heading, a list item or an arrow."""
    return re.sub(r"^\s*(?:#+ |- |\d+\. |└─> )?", "", line).strip()


def sprint_of_cell(text: str) -> str | None:
    found = re.fullmatch(r"Sprint (\d+)", text)
    return found[1] if found else None


def sprint_at_start(text: str) -> str | None:
    found = re.match(r"Sprint (\d+) \(", text)
    return found[1] if found else None


def plan_values() -> dict[str, list[str]]:
    """The texts that each file of plan_data/ holds, by its path."""
    files = sorted((ROOT / "plan_data").rglob("*.yml"))
    return {
        path.relative_to(ROOT / "plan_data").as_posix(): list(texts(parse(path.read_bytes(), path.name).data))
        for path in files
    }


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in NO_TEXT:
                yield from texts(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def names(plan: Plan) -> Iterator[str]:
    """What the text calls the parts of the plan, made from their ids, titles, weeks and sprints."""
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


def unsaid(text: str, files: Mapping[str, list[str]], made: list[str]) -> list[Piece]:
    """The pieces of a text of which something is left once all that the plan says is taken out."""
    everything = [value for values in files.values() for value in values]
    found = []
    for piece in pieces(text):
        own = [values for path, values in files.items() if path.startswith(f"sprints/{piece.sprint}-")]
        label, _, rest = piece.text.partition(":")
        text = rest if label in FORM else piece.text
        if re.search(r"\w", without([*(own[0] if own else everything), *made], text)):
            found.append(piece)
    return found


def without(parts: list[str], text: str) -> str:
    """A text with the parts taken out, the longest first, where they stand as whole words."""
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", " ", text) if part in text else text
    return text


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = load(ROOT).plan
    assert found is not None
    return found


def test_the_plan_says_everything_that_the_text_says(plan: Plan) -> None:
    assert unsaid(TEXT, plan_values(), list(names(plan))) == []


def test_whatever_is_taken_out_of_the_plan_is_missed(plan: Plan) -> None:
    files, made = plan_values(), list(names(plan))
    values = {value for held in files.values() for value in held}
    assert {value for value in values if not unsaid(TEXT, lacking(files, value), made)} | {
        name for name in made if not unsaid(TEXT, files, [each for each in made if each != name])
    } == TWICE


def test_a_fact_in_the_file_of_another_sprint_is_missed(plan: Plan) -> None:
    files = lacking(plan_values(), "Feature flag")
    files["sprints/4-request-batching.yml"].append("Feature flag")
    assert [piece.sprint for piece in unsaid(TEXT, files, list(names(plan)))] == ["3"]


def test_a_fact_that_the_text_gains_is_missed(plan: Plan) -> None:
    more = TEXT.replace("Feature flag", "Feature flag, canary").replace("- Unit tests", "- Unit tests\n- Fuzz tests")
    found = unsaid(more, plan_values(), list(names(plan)))
    assert [piece.text for piece in found] == [
        "Mitigation: Feature flag, canary, fallback to old endpoints",
        "Fuzz tests",
    ]


def lacking(files: Mapping[str, list[str]], value: str) -> dict[str, list[str]]:
    return {path: [each for each in held if each != value] for path, held in files.items()}
