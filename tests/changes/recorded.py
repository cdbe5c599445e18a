"""Recorded cases: `base.yml` and a file of `cases/` with the changes to it, as two plans.

about: A sprint takes longer.
edits:
  - in: sprints/2-cache.yml
    old: "effort: 8 days"
    new: "effort: 16 days"
files:
  sprints/4-images.yml: null      # deletes the file; a text would replace it
"""

from pathlib import Path
from typing import NamedTuple

import yaml

from masterplan.load import load
from masterplan.model.plan import Plan
from tests.plans import write_plan

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in (FOLDER / "cases").glob("*.yml"))


class Recorded(NamedTuple):
    """A case: its description, and its two plans."""

    about: str
    before: Plan
    after: Plan


def recorded_case(name: str, root: Path) -> Recorded:
    """A case, with its two plans written below a folder and loaded."""
    base: dict[str, str] = yaml.safe_load((FOLDER / "base.yml").read_text("utf-8"))
    case = yaml.safe_load((FOLDER / "cases" / f"{name}.yml").read_text("utf-8"))
    other = dict(base)
    for edit in case.get("edits", ()):
        assert other[edit["in"]].count(edit["old"]) == 1, edit
        other[edit["in"]] = other[edit["in"]].replace(edit["old"], edit["new"])
    for path, text in case.get("files", {}).items():
        other.pop(path, None)
        other |= {path: text} if text else {}
    return Recorded(case["about"], _loaded(root / "before", base), _loaded(root / "after", other))


def _loaded(root: Path, files: dict[str, str]) -> Plan:
    loaded = load(write_plan(root, files))
    assert loaded.plan, [f"{finding.place} {finding.message}" for finding in loaded.findings]
    return loaded.plan
