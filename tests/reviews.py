"""Reviews for tests, made by hand: two small plans, and possible results of their comparison.

The records are of the types that `analyse.changes` returns, with the content that a test needs.
"""

from collections.abc import Iterable
from dataclasses import replace

from masterplan.analyse import analyse
from masterplan.analyse.changes import Review
from masterplan.model.change import Change, ChangeRule, Consequence, Difference, Direction, Question, Weight
from masterplan.model.finding import Finding, Rule
from masterplan.model.naming import PLAN, Subject
from masterplan.model.place import Place
from masterplan.model.plan import Plan
from tests.plans import phase, plan, sprint

MOST_CHARACTERS = 60_000
"""Maximum length of a comment; GitHub allows 65,536."""


BEFORE = plan(
    sprint("1", title="Database"),
    sprint("2", needs=["1"], title="Errors"),
    sprint("3", needs=["2"], title="Streams"),
    sprint("4", needs=["3"], benefits=["1"], title="Batches"),
    sprint("6", title="Far away"),
    phases=[phase("1", "1-2", "1", "2"), phase("2", "3-5", "3", "4")],
)
AFTER = plan(
    sprint("1", title="Database"),
    sprint("2", needs=["1"], title="Errors"),
    sprint("3", benefits=["2"], title="Streams"),
    sprint("4", needs=["1"], title="Batches"),
    sprint("5", needs=["4"], title="Images"),
    sprint("6", title="Far away"),
    phases=[phase("1", "1-2", "1", "2"), phase("2", "3-7", "3", "4", "5")],
)

SPRINT_3 = Subject("sprint", "3")


def change(message: str, subject: Subject = SPRINT_3, weight: Weight = "notable", **sides: str) -> Change:
    """A change; `before` and `after` are the values on either side."""
    rule = ChangeRule("some-rule", weight, "Something has changed.")
    place = Place("plan_data/sprints/3-streams.yml", 12, 5)
    return Change(rule, subject, "title", message, sides.get("before", ""), sides.get("after", ""), place, ())


def consequence(
    label: str, before: str, after: str, direction: Direction = "worse", causes: Iterable[Change] = ()
) -> Consequence:
    """A computed fact that moves."""
    return Consequence("some-fact", PLAN, label, before, after, direction, tuple(causes))


def finding(message: str) -> Finding:
    """A warning from the audit."""
    rule = Rule("some-finding", "warning", "Odd.", "sums", "contradiction")
    return Finding(rule, Place("plan_data/plan.yml", 2, 3), message)


def review(
    *changes: Change,
    consequences: Iterable[Consequence] = (),
    questions: Iterable[Question] = (),
    findings: tuple[Iterable[Finding], Iterable[Finding]] = ((), ()),
    before: Plan = BEFORE,
    after: Plan = AFTER,
) -> Review:
    """A review of `before` and `after` with the given content; `findings` are those that appear and disappear."""
    appeared, disappeared = map(tuple, findings)
    difference = Difference(changes, tuple(consequences), tuple(questions), appeared, disappeared)
    return Review(analyse(before), analyse(after), difference, "main", "1a2b3c4d")


def full_review() -> Review:
    """A review with content in every section."""
    later = change("phase 2 ends two weeks later", Subject("phase", "2"), before="weeks 3-5", after="weeks 3-7")
    gone = change("Sprint 3 loses its rollback", weight="breaking", before="Switch the flag off; restart the workers")
    words = change(
        "other words", weight="editorial", before="One stream for every tab of a browser", after="One stream a browser"
    )
    full = review(
        words,
        later,
        gone,
        change("Sprint 5 joins the plan", Subject("sprint", "5"), after="Images"),
        consequences=[
            consequence("Savings a month", "$750-1,500", "$800-1,600", "better"),
            consequence("End of option A", "week 10", "week 12", causes=[later]),
        ],
        questions=[Question("Ada", "4", "Does Sprint 4 still hold when Sprint 3 is only a benefit?")],
        findings=([finding("Option A ends in week 12, declared is week 10")], [finding("Sprint 3 has no test")]),
    )
    return replace(full, source_url="https://example.org/team/plan/blob/1a2b3c4d")
