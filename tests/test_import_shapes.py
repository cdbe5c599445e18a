"""Documents of many shapes, in `import_shapes/`, each with the values beside it that its draft must have."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from masterplan.importing import words as words_of_documents
from masterplan.importing.answers import Answers
from masterplan.importing.draft import Draft
from masterplan.importing.ledger import without_marker, words
from masterplan.importing.markdown import read
from masterplan.importing.words import entries, fold

SHAPES = sorted((Path(__file__).parent / "import_shapes").glob("*.md"))
SEED = Path(__file__).parent / "data" / "SPRINT_MASTER_PLAN.md"


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
        return " ".join([*value, *map(all_texts, value.values())])
    return " ".join(map(all_texts, value)) if isinstance(value, list | tuple) else str(value)


@pytest.mark.parametrize("document", SHAPES, ids=lambda path: path.stem)
def test_no_line_of_a_shape_is_lost(document: Path) -> None:
    imported = read(document.read_text(encoding="utf-8"), Answers())
    kept = set(words(all_texts(list(parts_of(imported.draft).values()))))
    for entry in imported.ledger.entries():
        assert entry.fate != "not understood", entry
        assert entry.fate == "taken" or set(words(entry.text)) <= kept, entry


def vocabulary() -> frozenset[str]:
    """Every word by which documents are read: labels, units, topics, relations, states, sizes and small words."""
    tables = yaml.safe_load((Path(words_of_documents.__file__).parent / "words.yml").read_text(encoding="utf-8"))
    phrases = (phrase for table in tables for phrase, _ in entries(table))
    return frozenset(word for phrase in phrases for text in (phrase, fold(phrase)) for word in words(text))


VOCABULARY = vocabulary()
PARTS = re.compile(r"[^\W\d_]+|[0-9]+")


@pytest.mark.parametrize("document", [*SHAPES, SEED], ids=lambda path: path.stem)
def test_each_word_of_a_taken_line_is_in_a_value_or_is_how_documents_are_read(document: Path) -> None:
    imported = read(document.read_text(encoding="utf-8"), Answers())
    kept = {
        part for word in words(all_texts(parts_of(imported.draft))) for part in (word, fold(word), *PARTS.findall(word))
    }
    for outcome in imported.ledger.entries():
        parts = PARTS.findall(without_marker(outcome.text).casefold()) if outcome.fate == "taken" else []
        lost = [part for part in parts if not part.isdecimal() and fold(part) not in kept | VOCABULARY]
        assert [part for part in lost if part not in kept | VOCABULARY] == [], outcome
