"""Every rule with an example: a wrong and a right plan for rules of the audit, two plans for rules of changes.

The guide shows them, `masterplan explain` prints them, and tests run them. Each rule of the audit has a file,
`analyse/audit/examples/<rule>.yml`, with a text for each file of the two plans: the line that breaks the rule ends with
`# <--`, and the right plan lists only files that differ. The examples of changes are all in one file,
`analyse/changes/examples.yml`.
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
from masterplan.model.change import ChangeRule
from masterplan.model.finding import Rule
from masterplan.publish.mkdocs_yml import RULE as SETTING

FINDING_RULES: tuple[Rule, ...] = (*LOAD_RULES, *AUDIT_RULES, SETTING)
"""Every kind of finding."""


def every_rule() -> tuple[Rule | ChangeRule, ...]:
    """Every kind of finding, and every kind of change."""
    from masterplan.analyse.changes import RULES as CHANGE_RULES  # noqa: PLC0415 - a check compares no plans

    return (*FINDING_RULES, *CHANGE_RULES)


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
    data: Mapping[str, Any] = parse(path.read_bytes(), path.name).data or {}
    today = date.fromisoformat(data["today"]) if "today" in data else None
    return Example(data["wrong"], data["right"], frozenset(data.get("files", ())), today)


_NO_FILE = "# no such file\n"


@dataclass(frozen=True)
class ChangeExample:
    """The example of a rule of changes: every file of both plans, and the paths of those that are its point."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    paths: tuple[str, ...]

    @property
    def shown(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The files to show of each plan; one that only the other plan has is shown as a comment that says so."""
        before, after = ({path: plan.get(path, _NO_FILE) for path in self.paths} for plan in (self.before, self.after))
        return before, after


@cache
def _change_examples() -> Mapping[str, Any]:
    """The file with the examples of changes, parsed once: every rule of changes reads its own from it."""
    path = files("masterplan.analyse.changes") / "examples.yml"
    return parse(path.read_bytes(), path.name).data or {}


@cache
def change_example(rule: str) -> ChangeExample:
    """The example of a rule of changes, by its id. Raises KeyError where there is none."""
    examples = _change_examples()
    example = examples[rule]
    if isinstance(example, str):
        forth = change_example(example)
        return ChangeExample(forth.after, forth.before, forth.paths)
    before, after = (dict(examples["base"]) for _ in range(2))
    for name, sides in example.items():
        for plan, side in ((before, "before"), (after, "after")):
            plan[name] = plan.get(name, "") + sides.get(side, "")
    before, after = ({name: text for name, text in plan.items() if text} for plan in (before, after))
    return ChangeExample(before, after, tuple(example))


def grade(rule: Rule | ChangeRule) -> str:
    """The severity and kind of a finding, or how much a change matters: `warning contradiction`."""
    return rule.weight if isinstance(rule, ChangeRule) else f"{rule.severity} {rule.kind}"


def shown_plans(rule: Rule | ChangeRule) -> Mapping[str, Mapping[str, str]]:
    """The files to show of a rule's two plans, by what each plan is; empty where there is no example."""
    if isinstance(rule, ChangeRule):
        return dict(zip(("Before", "After"), change_example(rule.id).shown, strict=True))
    wrong_and_right = example(rule.id)
    return dict(zip(("Wrong", "Right"), wrong_and_right.shown, strict=True)) if wrong_and_right else {}
