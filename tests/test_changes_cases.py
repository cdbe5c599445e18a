"""Recorded differences: changes, their consequences with causes, findings, and questions.

GOLDEN=write pytest tests/test_changes_cases.py      # records anew; read the compared before it is committed
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from masterplan.analyse import analyse
from masterplan.analyse.changes import compare
from masterplan.model.change import Change, Difference
from masterplan.model.finding import Finding
from tests.changes.recorded import FOLDER, NAMES, recorded_case
from tests.golden import recorded

TODAY = date(2026, 1, 16)


def compared(name: str, root: Path) -> Difference:
    _, before, after = recorded_case(name, root)
    return compare(analyse(before, TODAY), analyse(after, TODAY))


def as_text(name: str, root: Path) -> str:
    """A recorded case as text: its description, changes, consequences, findings and questions."""
    return "\n".join([recorded_case(name, root).about, *_lines(compared(name, root))]) + "\n"


def _lines(difference: Difference) -> Iterator[str]:
    yield f"\nCHANGES: {difference.weight}, {len(difference.folded)} of them folded"
    for change in difference.changes:
        gone = ", gone" if change.gone else ""
        yield f"{change.rule.weight} {_named(change)} {change.field} at {change.place}{gone}"
        yield f"    {change.message} [{change.before} -> {change.after}]"
    yield "\nCONSEQUENCES"
    for consequence in difference.consequences:
        sides = f"{consequence.before or 'none'} -> {consequence.after or 'none'}"
        yield f"{consequence.direction} {consequence.fact} {consequence.subject}: {consequence.label}, {sides}"
        yield from _causes(consequence.causes)
    lists = (
        ("FINDINGS THAT APPEAR", difference.appeared),
        ("FINDINGS THAT DISAPPEAR", difference.disappeared),
        *([("FINDINGS THAT ARE WAIVED", difference.waived)] if difference.waived else []),
    )
    for title, findings in lists:
        yield f"\n{title}"
        yield from _findings(difference, findings)
    if difference.changed:
        yield "\nFINDINGS THAT CHANGE"
    for pair in difference.changed:
        yield f"{pair.after.rule.id} {pair.after.subject}: {pair.before.message}\n    -> {pair.after.message}"
        yield from _causes(difference.made_by.get(pair.after.fingerprint, ()))
    yield "\nQUESTIONS"
    for question in difference.questions:
        yield f"{question.who or 'nobody'} (sprint {question.sprint}): {question.text}"


def _findings(difference: Difference, findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        yield f"{finding.rule.id} {finding.subject}: {finding.message}"
        yield from _causes(difference.made_by.get(finding.fingerprint, ()))


def _causes(causes: tuple[Change, ...]) -> Iterator[str]:
    yield f"    because of {', '.join(map(_named, causes)) or 'several together'}"


def _named(change: Change) -> str:
    return f"{change.rule.id} {change.subject}"


@pytest.mark.parametrize("name", NAMES)
def test_a_difference_is_as_recorded(name: str, tmp_path: Path) -> None:
    text = as_text(name, tmp_path)
    assert text == recorded(f"../changes/cases/{name}.txt", text)


def test_every_case_has_a_record() -> None:
    assert len(NAMES) >= 25
    assert sorted(path.stem for path in (FOLDER / "cases").glob("*.txt")) == NAMES
