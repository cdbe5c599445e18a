"""Each wrong file raises exactly the findings that it announces, at their lines and columns, and nothing else.

A file of tests/mistakes/ says in its head where it belongs in the base plan and what it must raise:

    # in: plan_data/sprints/2-b.yml
    # expect: 4:8 unknown-value

Files that cannot hold a comment are made here. Wording is not tested, only that there is some.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from masterplan.load import load
from masterplan.load.rules import RULES
from masterplan.load.source import MAX_BYTES, MAX_VALUES
from tests.plans import BASE, write_plan

FOLDER = Path(__file__).parent / "mistakes"
HEAD = re.compile(rb"^# (in|expect): (.+)$", re.MULTILINE)
EXPECTED = re.compile(r"(\d+):(\d+) ([a-z0-9-]+)")

SPRINT = "plan_data/sprints/2-b.yml"
FIELDS = b'id: "2"\ntitle: B\n'


class Mistake(NamedTuple):
    """A change to the folder of the base plan, and the findings it must raise: path, line, column and rule."""

    change: Callable[[Path], object]
    expected: list[tuple[str, int, int, str]]


def written(path: Path) -> Mistake:
    """A mistake of the folder, with what its head says of it."""
    content = path.read_bytes()
    head = [(key, said.decode()) for key, said in HEAD.findall(content)]
    [place] = [said for key, said in head if key == b"in"]
    expected = [EXPECTED.fullmatch(said) for key, said in head if key == b"expect"]
    found = [(place, int(match[1]), int(match[2]), match[3]) for match in expected if match]
    assert len(found) == len(expected) > 0
    return Mistake(holding(content, place), found)


def made(rule: str, change: Callable[[Path], object], path: str = SPRINT, line: int = 1, column: int = 1) -> Mistake:
    return Mistake(change, [(path, line, column, rule)])


def holding(content: bytes, path: str = SPRINT) -> Callable[[Path], object]:
    return lambda root: write_plan(root, {path.removeprefix("plan_data/"): content})


def linked(path: str) -> Callable[[Path], object]:
    """Put a symbolic link to the thing itself, one folder up, in its place."""

    def change(root: Path) -> None:
        (root / path).rename(root / "elsewhere")
        (root / path).symlink_to(root / "elsewhere")

    return change


def emptied(path: str) -> Callable[[Path], object]:
    """Put a folder in the place of a file, and a file in that of a folder."""

    def change(root: Path) -> None:
        if (root / path).is_dir():
            shutil.rmtree(root / path)
            (root / path).touch()
        else:
            (root / path).unlink()
            (root / path).mkdir()

    return change


MADE = {
    "no-folder": made("missing-file", lambda root: shutil.rmtree(root / "plan_data"), "plan_data"),
    "no-plan": made("missing-file", lambda root: (root / "plan_data/plan.yml").unlink(), "plan_data/plan.yml"),
    "empty": made("empty-plan", holding(b"")),
    "empty-but-for-a-mark": made("empty-plan", holding(b"\xef\xbb\xbf")),
    "link-to-plan": made("symlink", linked("plan_data"), "plan_data"),
    "link-to-folder": made("symlink", linked("plan_data/sprints"), "plan_data/sprints"),
    "link-to-sprint": made("symlink", linked(SPRINT)),
    "link-to-team": made("symlink", linked("plan_data/team.yml"), "plan_data/team.yml"),
    "link-to-nothing": made(
        "symlink", lambda root: (root / "plan_data/sprints/4.yml").symlink_to(root / "no"), "plan_data/sprints/4.yml"
    ),
    "plan-is-a-file": made("unreadable", emptied("plan_data"), "plan_data"),
    "sprints-is-a-file": made("unreadable", emptied("plan_data/sprints"), "plan_data/sprints"),
    "sprint-is-a-folder": made("unreadable", emptied(SPRINT)),
    "team-is-a-folder": made("unreadable", emptied("plan_data/team.yml"), "plan_data/team.yml"),
    "name-with-a-line-break": made(
        "unknown-file", holding(FIELDS, "plan_data/sprints/4\n.yml"), r"plan_data/sprints/4\n.yml"
    ),
    "utf-16": made("not-utf-8", holding(FIELDS.decode().encode("utf-16"))),
    "utf-16-without-mark": made("forbidden-character", holding("ab".encode("utf-16-le")[:3]), column=2),
    "too-large": made("file-too-large", holding(FIELDS + b"#" * MAX_BYTES)),
    "just-not-too-large": Mistake(holding((FIELDS + b"#" * MAX_BYTES)[:MAX_BYTES]), []),
    "too-many-values": made(
        "too-many-values", holding(b"a: [" + b"x," * MAX_VALUES + b"]"), column=5 + 2 * (MAX_VALUES - 3)
    ),
    "brackets": made("too-deep", holding(b"[" * 50_000), column=33),
    "dashes": made("too-deep", holding(b"- " * 25_000), column=65),
    "many-digits": made("number-too-long", holding(b'id: "2"\ntitle: ' + b"9" * 5_000), line=2, column=8),
    "long-title": made("text-too-long", holding(b'id: "2"\ntitle: ' + b"B" * 1_001), line=2, column=8),
    "long-path": made(
        "text-too-long",
        holding(FIELDS + b"links:\n  - title: T\n    url: https://a.example/" + b"b" * 1_000),
        line=5,
        column=10,
    ),
    "control-characters": Mistake(
        holding(b"\0" * 500_000), [(SPRINT, 1, n, "forbidden-character") for n in range(1, 21)]
    ),
}
MISTAKES = MADE | {path.stem: written(path) for path in sorted(FOLDER.glob("*.yml"))}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_raises_exactly_its_findings_at_their_places(name: str, tmp_path: Path) -> None:
    write_plan(tmp_path, BASE)
    MISTAKES[name].change(tmp_path)
    loaded = load(tmp_path)
    found = [(each.place.path, each.place.line, each.place.column, each.rule.id) for each in loaded.findings]
    assert found == sorted(MISTAKES[name].expected)
    assert (loaded.plan is None) == bool(found)
    for said in (text for finding in loaded.findings for text in (finding.message, finding.hint)):
        assert said
        assert said.isprintable()
        assert len(said) < 400


def test_the_base_plan_is_sound(tmp_path: Path) -> None:
    assert load(write_plan(tmp_path, BASE)).findings == ()


def test_every_rule_has_a_mistake() -> None:
    raised = {rule for mistake in MISTAKES.values() for *_, rule in mistake.expected}
    assert raised == {rule.id for rule in RULES}


def test_every_rule_says_what_is_wrong_in_one_sentence() -> None:
    assert [rule.id for rule in RULES if not re.fullmatch(r"[A-Z].+\.", rule.says)] == []
