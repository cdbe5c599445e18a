"""Each wrong file raises exactly the findings that its head announces, at their lines and columns.

The head of a file in tests/mistakes/ states its path in the base plan and the expected findings:

    # in: plan_data/sprints/2-b.yml
    # expect: 4:8 unknown-value

Files that cannot contain a comment are made here. Findings may have any wording that is short and printable.
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
    """The mistake in a file of the folder, with the findings that its head announces."""
    content = path.read_bytes()
    head = [(key, value.decode()) for key, value in HEAD.findall(content)]
    [place] = [value for key, value in head if key == b"in"]
    expected = [EXPECTED.fullmatch(value) for key, value in head if key == b"expect"]
    findings = [(place, int(match[1]), int(match[2]), match[3]) for match in expected if match]
    assert len(findings) == len(expected) > 0
    return Mistake(with_content(content, place), findings)


def mistake(rule: str, change: Callable[[Path], object], path: str = SPRINT, line: int = 1, column: int = 1) -> Mistake:
    return Mistake(change, [(path, line, column, rule)])


def with_content(content: bytes, path: str = SPRINT) -> Callable[[Path], object]:
    return lambda root: write_plan(root, {path.removeprefix("plan_data/"): content})


def replaced_by_link(path: str) -> Callable[[Path], object]:
    """Replace a file or folder with a symbolic link to it."""

    def change(root: Path) -> None:
        (root / path).rename(root / "elsewhere")
        (root / path).symlink_to(root / "elsewhere")

    return change


def replaced_by_other_kind(path: str) -> Callable[[Path], object]:
    """Replace a file with a folder, or a folder with a file."""

    def change(root: Path) -> None:
        if (root / path).is_dir():
            shutil.rmtree(root / path)
            (root / path).touch()
        else:
            (root / path).unlink()
            (root / path).mkdir()

    return change


MISTAKES_IN_CODE = {
    "no-folder": mistake("missing-file", lambda root: shutil.rmtree(root / "plan_data"), "plan_data"),
    "no-plan": mistake("missing-file", lambda root: (root / "plan_data/plan.yml").unlink(), "plan_data/plan.yml"),
    "empty": mistake("empty-plan", with_content(b"")),
    "empty-but-for-a-mark": mistake("empty-plan", with_content(b"\xef\xbb\xbf")),
    "link-to-plan": mistake("symlink", replaced_by_link("plan_data"), "plan_data"),
    "link-to-folder": mistake("symlink", replaced_by_link("plan_data/sprints"), "plan_data/sprints"),
    "link-to-sprint": mistake("symlink", replaced_by_link(SPRINT)),
    "link-to-team": mistake("symlink", replaced_by_link("plan_data/team.yml"), "plan_data/team.yml"),
    "link-to-nothing": mistake(
        "symlink", lambda root: (root / "plan_data/sprints/4.yml").symlink_to(root / "no"), "plan_data/sprints/4.yml"
    ),
    "plan-is-a-file": mistake("unreadable", replaced_by_other_kind("plan_data"), "plan_data"),
    "sprints-is-a-file": mistake("unreadable", replaced_by_other_kind("plan_data/sprints"), "plan_data/sprints"),
    "sprint-is-a-folder": mistake("unreadable", replaced_by_other_kind(SPRINT)),
    "team-is-a-folder": mistake("unreadable", replaced_by_other_kind("plan_data/team.yml"), "plan_data/team.yml"),
    "name-with-a-line-break": mistake(
        "unknown-file", with_content(FIELDS, "plan_data/sprints/4\n.yml"), r"plan_data/sprints/4\n.yml"
    ),
    "utf-16": mistake("not-utf-8", with_content(FIELDS.decode().encode("utf-16"))),
    "utf-16-without-mark": mistake("forbidden-character", with_content("ab".encode("utf-16-le")[:3]), column=2),
    "too-large": mistake("file-too-large", with_content(FIELDS + b"#" * MAX_BYTES)),
    "just-not-too-large": Mistake(with_content((FIELDS + b"#" * MAX_BYTES)[:MAX_BYTES]), []),
    "too-many-values": mistake(
        "too-many-values", with_content(b"a: [" + b"x," * MAX_VALUES + b"]"), column=5 + 2 * (MAX_VALUES - 3)
    ),
    "brackets": mistake("too-deep", with_content(b"[" * 50_000), column=33),
    "dashes": mistake("too-deep", with_content(b"- " * 25_000), column=65),
    "many-digits": mistake("number-too-long", with_content(b'id: "2"\ntitle: ' + b"9" * 5_000), line=2, column=8),
    "long-title": mistake("text-too-long", with_content(b'id: "2"\ntitle: ' + b"B" * 1_001), line=2, column=8),
    "long-path": mistake(
        "text-too-long",
        with_content(FIELDS + b"links:\n  - title: T\n    url: https://a.example/" + b"b" * 1_000),
        line=5,
        column=10,
    ),
    "control-characters": Mistake(
        with_content(b"\0" * 500_000), [(SPRINT, 1, n, "forbidden-character") for n in range(1, 21)]
    ),
}
MISTAKES = MISTAKES_IN_CODE | {path.stem: written(path) for path in sorted(FOLDER.glob("*.yml"))}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_raises_exactly_its_findings_at_their_places(name: str, tmp_path: Path) -> None:
    write_plan(tmp_path, BASE)
    MISTAKES[name].change(tmp_path)
    loaded = load(tmp_path)
    places = [(finding.place, finding.rule.id) for finding in loaded.findings]
    findings = [(place.path, place.line, place.column, rule) for place, rule in places]
    assert findings == sorted(MISTAKES[name].expected)
    assert (loaded.plan is None) == bool(findings)
    for text in [text for finding in loaded.findings for text in (finding.message, finding.hint)]:
        assert text
        assert text.isprintable()
        assert len(text) < 400


def test_the_base_plan_has_no_findings(tmp_path: Path) -> None:
    assert load(write_plan(tmp_path, BASE)).findings == ()


def test_every_rule_has_a_mistake() -> None:
    raised = {rule for mistake in MISTAKES.values() for *_, rule in mistake.expected}
    assert raised == {rule.id for rule in RULES}


def test_every_rule_is_described_in_one_sentence() -> None:
    assert [rule.id for rule in RULES if not re.fullmatch(r"[A-Z].+\.", rule.description)] == []
