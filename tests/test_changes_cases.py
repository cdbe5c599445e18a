"""Recorded differences: what changed, what follows, from which change, and who is asked what.

GOLDEN=write pytest tests/test_changes_cases.py      # records anew; read the difference before it is committed
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


def difference(name: str, root: Path) -> Difference:
    _, before, after = recorded_case(name, root)
    return compare(analyse(before, TODAY), analyse(after, TODAY))


def told(name: str, root: Path) -> str:
    """A difference as lines of text."""
    return "\n".join([recorded_case(name, root).about, *_lines(difference(name, root))]) + "\n"


def _lines(found: Difference) -> Iterator[str]:
    yield f"\nCHANGES: {found.weight}, {len(found.folded)} of them folded"
    for change in found.changes:
        gone = ", gone" if change.gone else ""
        yield f"{change.rule.weight} {_named(change)} {change.field} at {change.place}{gone}"
        yield f"    {change.message} [{change.before} -> {change.after}]"
    yield "\nCONSEQUENCES"
    for each in found.consequences:
        sides = f"{each.before or 'none'} -> {each.after or 'none'}"
        yield f"{each.direction} {each.fact} {each.subject}: {each.label}, {sides}"
        yield from _causes(each.causes)
    lists = (
        ("FINDINGS THAT APPEAR", found.appeared),
        ("FINDINGS THAT DISAPPEAR", found.disappeared),
        *([("FINDINGS THAT ARE WAIVED", found.waived)] if found.waived else []),
    )
    for title, findings in lists:
        yield f"\n{title}"
        yield from _findings(found, findings)
    if found.changed:
        yield "\nFINDINGS THAT CHANGE"
    for pair in found.changed:
        yield f"{pair.after.rule.id} {pair.after.subject}: {pair.before.message}\n    -> {pair.after.message}"
        yield from _causes(found.made_by.get(pair.after.fingerprint, ()))
    yield "\nQUESTIONS"
    for question in found.questions:
        yield f"{question.who or 'nobody'} (sprint {question.sprint}): {question.text}"


def _findings(found: Difference, findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        yield f"{finding.rule.id} {finding.subject}: {finding.message}"
        yield from _causes(found.made_by.get(finding.fingerprint, ()))


def _causes(causes: tuple[Change, ...]) -> Iterator[str]:
    yield f"    because of {', '.join(map(_named, causes)) or 'several together'}"


def _named(change: Change) -> str:
    return f"{change.rule.id} {change.subject}"


@pytest.mark.parametrize("name", NAMES)
def test_a_difference_is_as_recorded(name: str, tmp_path: Path) -> None:
    found = told(name, tmp_path)
    assert found == recorded(f"../changes/cases/{name}.txt", found)


def test_there_are_cases_enough_and_a_record_of_each() -> None:
    assert len(NAMES) >= 25
    assert sorted(path.stem for path in (FOLDER / "cases").glob("*.txt")) == NAMES
