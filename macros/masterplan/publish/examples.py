"""Every rule that a check can find broken, with a wrong and a right plan for each rule of the audit.

The guide shows them, `masterplan explain` prints them, and tests run them. The plans are files beside the rules,
`analyse/audit/examples/<rule>.yml`. A plan is a mapping from file to text; the line that breaks the rule ends with
`# <--`. The right plan differs from the wrong one in the files it lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from masterplan.analyse.audit import RULES as AUDIT_RULES
from masterplan.load.rules import RULES as LOAD_RULES
from masterplan.load.source import parse
from masterplan.model.finding import Rule
from masterplan.publish.mkdocs_yml import RULE as SETTING

RULES: tuple[Rule, ...] = (*LOAD_RULES, *AUDIT_RULES, SETTING)
"""Every kind of finding."""

MARK = "# <--"
"""Stands at the end of the line that breaks the rule."""

_DEFAULT = {"plan.yml": "title: A plan\n"}


@dataclass(frozen=True)
class Example:
    """A rule's example: both plans as far as they are told, what the repository holds, and the day it is read on."""

    wrong: Mapping[str, str]
    right: Mapping[str, str]
    files: frozenset[str]
    today: date | None

    @property
    def wrong_plan(self) -> Mapping[str, str]:
        """Every file of the wrong plan, by its path in plan_data/."""
        return _DEFAULT | dict(self.wrong)

    @property
    def right_plan(self) -> Mapping[str, str]:
        """Every file of the right plan."""
        return _DEFAULT | dict(self.wrong) | dict(self.right)

    @property
    def shown(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The files to show: those of the wrong plan that matter or change, and what becomes of them."""
        changed = {path: text for path, text in self.wrong.items() if MARK in text or path in self.right}
        return changed, self.right


@cache
def example(rule: str) -> Example | None:
    """The example of a rule; None where there is none."""
    path = files("masterplan.analyse.audit") / "examples" / f"{rule}.yml"
    if not path.is_file():
        return None
    told: Mapping[str, Any] = parse(path.read_bytes(), path.name).data or {}
    today = date.fromisoformat(told["today"]) if "today" in told else None
    return Example(told["wrong"], told["right"], frozenset(told.get("files", ())), today)
