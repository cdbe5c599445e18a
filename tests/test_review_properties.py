"""What holds of every review, whatever the change: nothing is dropped unsaid, and "as it is" means just that."""

import re

from hypothesis import given, settings
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import analyse
from masterplan.analyse.changes import Review, compare
from masterplan.model.change import Difference
from masterplan.model.plan import Plan
from masterplan.render.review import html, markdown
from masterplan.render.review.graph import neighbourhood
from masterplan.render.review.wording import sprint_reasons, subject_name
from tests.changes.pairs import pairs
from tests.everything import whole
from tests.plans import plan
from tests.test_review_comment import shown

EXAMPLES = settings(max_examples=25)


def reviewed(before: Plan, after: Plan) -> Review:
    one, other = analyse(before), analyse(after)
    return Review(one, other, compare(one, other), "main", "work")


@EXAMPLES
@given(pairs())
def test_everything_found_is_shown_or_counted(two: tuple[Plan, ...]) -> None:
    found = reviewed(*two)
    said = shown(markdown(found))
    rows = len(said.css("tbody tr")) + sum(int(more.text().split()[0]) - 1 for more in said.css("td strong"))
    different = found.difference
    findings = (different.appeared, different.changed, different.disappeared)
    parts = (different.changes, different.consequences, different.questions, *findings)
    assert rows == sum(map(len, parts)) + len(sprint_reasons(found))
    assert len(LexborHTMLParser(html(found)).css("tbody tr")) == sum(map(len, parts))


@EXAMPLES
@given(pairs())
def test_only_the_same_plan_is_called_unchanged(two: tuple[Plan, ...]) -> None:
    for found in (reviewed(*two), reviewed(two[0], two[0])):
        heading = shown(markdown(found)).css("h3")[0].text()
        assert (heading == "This change leaves the plan as it is.") == (not found.difference.changes)
        assert re.fullmatch(r"This change .+\.", heading)


@EXAMPLES
@given(pairs())
def test_swapped_the_picture_has_the_same_lines_with_new_and_gone_swapped(two: tuple[Plan, ...]) -> None:
    swapped = {"added": "removed", "removed": "added"}
    there, back = neighbourhood(reviewed(*two)), neighbourhood(reviewed(*reversed(two)))
    ids = {each.id for each in there.sprints} & {each.id for each in back.sprints}
    lines = [
        {(tie.needs, tie.sprint): tie.mark for tie in side.ties if {tie.needs, tie.sprint} <= ids}
        for side in (there, back)
    ]
    assert {pair: swapped.get(mark, mark) for pair, mark in lines[0].items()} == lines[1]


def test_every_part_of_a_plan_has_its_title_as_a_heading_also_once_it_is_gone() -> None:
    of = whole()
    for found in (
        reviewed(of, of),
        Review(analyse(of), analyse(plan()), Difference((), (), (), (), ()), "main", "work"),
    ):
        names = [subject_name(found, subject) for subject in of.subjects()]
        assert [name for name in names if not re.fullmatch(r"\S.* \S+: .+", name)] == []
