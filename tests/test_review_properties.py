"""Properties of every review: nothing is left out, and "no change" means that the plans are equal."""

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
    old_facts, new_facts = analyse(before), analyse(after)
    return Review(old_facts, new_facts, compare(old_facts, new_facts), "main", "work")


@EXAMPLES
@given(pairs())
def test_every_edit_and_effect_is_on_the_page_once(plans: tuple[Plan, ...]) -> None:
    result = reviewed(*plans)
    difference, outline = result.difference, Outline.of(result.difference)
    page = LexborHTMLParser(html(result))
    effects = [*outline.together, *outline.minor, *(effect for entry in outline.entries for effect in entry.effects)]
    assert sorted(effect.moved.label for effect in effects) == sorted(moved.label for moved in difference.consequences)
    assert len(outline.entries) + len(outline.words) == len(difference.changes)
    assert len(page.css("#changes > ol > li")) == len(outline.entries)
    assert len(page.css("#people > ul > li")) == len(difference.questions)
    findings = (*difference.appeared, *difference.changed, *difference.disappeared, *difference.waived)
    assert len(page.css("#audit li")) == len(findings)


@EXAMPLES
@given(pairs())
def test_only_equal_plans_are_called_unchanged(plans: tuple[Plan, ...]) -> None:
    for result in (reviewed(*plans), reviewed(plans[0], plans[0])):
        text = headline_of(result)
        assert (text == "No change to the plan.") == (not result.difference.changes)
        assert text.endswith((".", "…"))
        assert len(text) <= LONGEST_HEADLINE


@EXAMPLES
@given(pairs())
def test_with_swapped_plans_the_graph_has_added_and_removed_lines_swapped(plans: tuple[Plan, ...]) -> None:
    swapped = {"added": "removed", "removed": "added"}
    forward, back = neighbourhood(reviewed(*plans)), neighbourhood(reviewed(*reversed(plans)))
    ids = {node.id for node in forward.sprints} & {node.id for node in back.sprints}
    lines = [
        {(edge.needs, edge.sprint): edge.mark for edge in side.edges if {edge.needs, edge.sprint} <= ids}
        for side in (forward, back)
    ]
    assert {pair: swapped.get(mark, mark) for pair, mark in lines[0].items()} == lines[1]
