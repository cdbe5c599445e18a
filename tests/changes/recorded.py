"""Recorded cases: `base.yml` and a file of `cases/` that says what is changed in it, as two plans.

about: A sprint takes longer.
edits:
  - in: sprints/2-cache.yml
    old: "effort: 8 days"
    new: "effort: 16 days"
files:
  sprints/4-images.yml: null      # is taken away; a text would be written
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
    """What a case is about, and its two plans."""

    about: str
    before: Plan
    after: Plan


def recorded_case(name: str, root: Path) -> Recorded:
    """A case, written below a folder and loaded as plans are."""
    base: dict[str, str] = yaml.safe_load((FOLDER / "base.yml").read_text("utf-8"))
    told = yaml.safe_load((FOLDER / "cases" / f"{name}.yml").read_text("utf-8"))
    other = dict(base)
    for edit in told.get("edits", ()):
        assert other[edit["in"]].count(edit["old"]) == 1, edit
        other[edit["in"]] = other[edit["in"]].replace(edit["old"], edit["new"])
    for path, text in told.get("files", {}).items():
        other.pop(path, None)
        other |= {path: text} if text else {}
    return Recorded(told["about"], _loaded(root / "before", base), _loaded(root / "after", other))


def _loaded(root: Path, files: dict[str, str]) -> Plan:
    found = load(write_plan(root, files))
    assert found.plan, [f"{each.place} {each.message}" for each in found.findings]
    return found.plan
