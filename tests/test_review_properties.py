"""What holds of every review, whatever the change: nothing is dropped unsaid, and "as it is" means just that."""

from hypothesis import given, settings
from selectolax.lexbor import LexborHTMLParser

from masterplan.analyse import analyse
from masterplan.analyse.changes import Review, compare
from masterplan.model.plan import Plan
from masterplan.render.review import html
from masterplan.render.review.graph import neighbourhood
from masterplan.render.review.headline import LONGEST_HEADLINE, headline_of
from masterplan.render.review.outline import Outline
from tests.changes.pairs import pairs

EXAMPLES = settings(max_examples=25)


def reviewed(before: Plan, after: Plan) -> Review:
    one, other = analyse(before), analyse(after)
    return Review(one, other, compare(one, other), "main", "work")


@EXAMPLES
@given(pairs())
def test_every_edit_and_effect_stands_on_the_page_once(two: tuple[Plan, ...]) -> None:
    found = reviewed(*two)
    difference, outline = found.difference, Outline.of(found.difference)
    page = LexborHTMLParser(html(found))
    effects = [*outline.together, *outline.minor, *(effect for entry in outline.entries for effect in entry.effects)]
    assert sorted(effect.moved.label for effect in effects) == sorted(moved.label for moved in difference.consequences)
    assert len(outline.entries) + len(outline.words) == len(difference.changes)
    assert len(page.css("#changes > ol > li")) == len(outline.entries)
    assert len(page.css("#people > ul > li")) == len(difference.questions)
    findings = (*difference.appeared, *difference.changed, *difference.disappeared, *difference.waived)
    assert len(page.css("#audit li")) == len(findings)


@EXAMPLES
@given(pairs())
def test_only_the_same_plan_is_called_unchanged(two: tuple[Plan, ...]) -> None:
    for found in (reviewed(*two), reviewed(two[0], two[0])):
        text = headline_of(found)
        assert (text == "No change to the plan.") == (not found.difference.changes)
        assert text.endswith((".", "…"))
        assert len(text) <= LONGEST_HEADLINE


@EXAMPLES
@given(pairs())
def test_swapped_the_picture_has_the_same_lines_with_new_and_gone_swapped(two: tuple[Plan, ...]) -> None:
    swapped = {"added": "removed", "removed": "added"}
    there, back = neighbourhood(reviewed(*two)), neighbourhood(reviewed(*reversed(two)))
    ids = {each.id for each in there.sprints} & {each.id for each in back.sprints}
    lines = [
        {(edge.needs, edge.sprint): edge.mark for edge in side.edges if {edge.needs, edge.sprint} <= ids}
        for side in (there, back)
    ]
    assert {pair: swapped.get(mark, mark) for pair, mark in lines[0].items()} == lines[1]
