"""Every rule with an example: a wrong and a right plan for audit rules, a plan before and after for change rules.

The guide shows the examples, `masterplan explain` prints them, and tests run them. Each audit rule has a file,
`analyse/audit/examples/<rule>.yml`, with the text of each file of both plans. The line that breaks the rule ends with
`# <--`, and the right plan lists only files that differ. The examples of change rules are all in one file,
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
"""Rules of all findings."""


def every_rule() -> tuple[Rule | ChangeRule, ...]:
    """Rules of all findings and all changes."""
    from masterplan.analyse.changes import RULES as CHANGE_RULES  # noqa: PLC0415 - a check compares no plans

    return (*FINDING_RULES, *CHANGE_RULES)


MARK = "# <--"
"""Comment at the end of the line that breaks the rule."""

_DEFAULT = {"plan.yml": "title: A plan\n"}


@dataclass(frozen=True)
class Example:
    """The example of an audit rule.

    `wrong` and `right` map paths in plan_data/ to texts; `right` has only files that differ. `files` are other paths
    that the repository has, and `today` is the day of the audit if it matters.
    """

    wrong: Mapping[str, str]
    right: Mapping[str, str]
    files: frozenset[str]
    today: date | None

    @property
    def wrong_plan(self) -> Mapping[str, str]:
        """Every file of the wrong plan, by path in plan_data/."""
        return _DEFAULT | dict(self.wrong)

    @property
    def right_plan(self) -> Mapping[str, str]:
        """Every file of the right plan, by path in plan_data/."""
        return _DEFAULT | dict(self.wrong) | dict(self.right)

    @property
    def shown(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The files to show: those of the wrong plan that break the rule or change, and those of the right plan."""
        changed = {path: text for path, text in self.wrong.items() if MARK in text or path in self.right}
        return changed, self.right


@cache
def example(rule: str) -> Example | None:
    """The example of an audit rule, by its id; None if it has none."""
    path = files("masterplan.analyse.audit") / "examples" / f"{rule}.yml"
    if not path.is_file():
        return None
    data: Mapping[str, Any] = parse(path.read_bytes(), path.name).data or {}
    today = date.fromisoformat(data["today"]) if "today" in data else None
    return Example(data["wrong"], data["right"], frozenset(data.get("files", ())), today)


_NO_FILE = "# no such file\n"


@dataclass(frozen=True)
class ChangeExample:
    """The example of a change rule: every file of both plans, and the `paths` of the files that illustrate it."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    paths: tuple[str, ...]

    @property
    def shown(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The files to show of each plan; a comment replaces a file that only the other plan has."""
        before, after = ({path: plan.get(path, _NO_FILE) for path in self.paths} for plan in (self.before, self.after))
        return before, after


@cache
def _change_examples() -> Mapping[str, Any]:
    """The file with the examples of change rules, parsed once for all rules."""
    path = files("masterplan.analyse.changes") / "examples.yml"
    return parse(path.read_bytes(), path.name).data or {}


@cache
def change_example(rule: str) -> ChangeExample:
    """The example of a change rule, by its id. Raises KeyError if there is none."""
    examples = _change_examples()
    example = examples[rule]
    if isinstance(example, str):
        opposite = change_example(example)
        return ChangeExample(opposite.after, opposite.before, opposite.paths)
    before, after = (dict(examples["base"]) for _ in range(2))
    for name, sides in example.items():
        for plan, side in ((before, "before"), (after, "after")):
            plan[name] = plan.get(name, "") + sides.get(side, "")
    before, after = ({name: text for name, text in plan.items() if text} for plan in (before, after))
    return ChangeExample(before, after, tuple(example))


def grade(rule: Rule | ChangeRule) -> str:
    """The severity and kind of findings (`warning contradiction`), or the weight of a change."""
    return rule.weight if isinstance(rule, ChangeRule) else f"{rule.severity} {rule.kind}"


def shown_plans(rule: Rule | ChangeRule) -> Mapping[str, Mapping[str, str]]:
    """The files to show of a rule's two plans, by the title of each plan; empty if the rule has no example."""
    if isinstance(rule, ChangeRule):
        return dict(zip(("Before", "After"), change_example(rule.id).shown, strict=True))
    wrong_and_right = example(rule.id)
    return dict(zip(("Wrong", "Right"), wrong_and_right.shown, strict=True)) if wrong_and_right else {}
