"""Documents of many shapes, in `import_shapes/`, each with the values beside it that its draft must have."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from masterplan.importing.answers import Answers
from masterplan.importing.draft import Draft
from masterplan.importing.ledger import words
from masterplan.importing.markdown import read

SHAPES = sorted((Path(__file__).parent / "import_shapes").glob("*.md"))


def parts_of(draft: Draft) -> dict[str, Any]:
    parts = ("plan", "phases", "sprints", "milestones", "options", "risks", "owners")
    return {name: getattr(draft, name) for name in parts} | {"questions": [q.answer for q in draft.questions]}


def differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Where values differ from those expected; of a mapping only the keys that are expected count.

    The keys `sprints`, `phases`, `milestones` and `tasks` list all there are, by title where that is all expected.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        extra = actual.keys() - expected.keys() if path in {".sprints", ".phases", ".milestones"} else set()
        inner = [d for key, value in expected.items() for d in differences(value, actual.get(key), f"{path}.{key}")]
        return [*(f"{path}.{key}: not expected" for key in sorted(extra)), *inner]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return [d for n, (one, other) in pairs for d in differences(one, other, f"{path}.{n}")]
    shown = actual.get("title") if isinstance(actual, dict) and isinstance(expected, str) else actual
    return [] if expected == shown else [f"{path}: {actual!r} in place of {expected!r}"]


@pytest.mark.parametrize("document", SHAPES, ids=lambda path: path.stem)
def test_a_shape_is_read_as_a_careful_reader_would(document: Path) -> None:
    draft = read(document.read_text(encoding="utf-8"), Answers()).draft
    expected = yaml.safe_load(document.with_suffix(".yml").read_text(encoding="utf-8"))
    assert differences(expected, parts_of(draft)) == []


def all_texts(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(map(all_texts, value.values()))
    return " ".join(map(all_texts, value)) if isinstance(value, list | tuple) else str(value)


@pytest.mark.parametrize("document", SHAPES, ids=lambda path: path.stem)
def test_no_line_of_a_shape_is_lost(document: Path) -> None:
    imported = read(document.read_text(encoding="utf-8"), Answers())
    kept = set(words(all_texts(list(parts_of(imported.draft).values()))))
    for entry in imported.ledger.entries():
        assert entry.fate != "not understood", entry
        assert entry.fate == "taken" or set(words(entry.text)) <= kept, entry
