"""A review for people at a terminal: the headline, a line an edit with its effects below it, findings, who should look.

Edits of words from which nothing follows are counted and not listed; the JSON has them all. Styles are part of the
text; whoever prints it decides whether they are shown.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from masterplan.analyse.changes import Review
from masterplan.analyse.figures import count
from masterplan.analyse.parts import UNASSIGNED
from masterplan.model.change import WEIGHTS, Change, Consequence, Weight
from masterplan.model.finding import Finding
from masterplan.render.review.headline import headline_of, without_base
from masterplan.render.review.outline import MovedFact, NumberedEdit, Outline, edit_numbers
from masterplan.render.styled import StyledText, printable

_STYLES: Mapping[Weight, str] = {"breaking": "bold red", "notable": "bold yellow", "editorial": "bold cyan"}


def terminal(review: Review) -> StyledText:
    """The headline, edits with effects, findings that are new, changed, resolved or waived, questions, the counts."""
    difference, outline = review.difference, Outline.of(review.difference)
    blocks = [
        [StyledText.of((printable(headline_of(review)), "bold"))] if difference.changes else [],
        [line for entry in outline.entries for line in (_change(entry), *_effects(entry.effects))],
        _titled("Several edits together", _effects(outline.together)),
        _words(outline.words),
        _titled(count(len(outline.smaller), "smaller effect"), _effects(outline.smaller, "from")),
        _titled("New findings", (_finding(finding) for finding in difference.appeared)),
        _titled(
            "Changed findings",
            (_finding(pair.after, f"; before: {pair.before.message}") for pair in difference.changed),
        ),
        _titled("Resolved findings", (_finding(finding) for finding in difference.disappeared)),
        _titled("Waived findings", (_finding(finding) for finding in difference.waived)),
        _titled("Who should look", (_line(f"  {one.who or UNASSIGNED}: {one.text}") for one in difference.questions)),
    ]
    if not difference.explained:
        blocks.append([StyledText.of(("Causes were not computed: too many changes.", "dim"))])
    sections = [StyledText.joined("\n", block) for block in blocks if block]
    return StyledText.joined("\n\n", [*sections, StyledText.of(change_summary(review))])


def change_summary(review: Review) -> str:
    """How many changes there are, by weight, in one sentence."""
    counts = Counter(change.rule.weight for change in review.difference.changes)
    if review.older != "plan":
        return printable(without_base(review))
    sides = f"between {printable(review.base)} and {printable(review.head)}"
    if not counts:
        return f"No change to the plan {sides}."
    counted = ", ".join(f"{counts[weight]} {weight}" for weight in WEIGHTS if counts[weight])
    return f"{count(counts.total(), 'change')} {sides}: {counted}."


def _titled(title: str, lines: Iterable[StyledText]) -> list[StyledText]:
    listed = list(lines)
    return [StyledText.of((title, "bold")), *listed] if listed else []


def _words(changes: Sequence[Change]) -> list[StyledText]:
    """How many edits there are on which nothing rests, such as of words and labels, and in which files."""
    files = ", ".join(sorted({change.place.path for change in changes}))
    text = f"{count(len(changes), 'wording change')} in {files}"
    return [StyledText.of((printable(text), "dim"))] if changes else []


def _change(entry: NumberedEdit) -> StyledText:
    change = entry.change
    place = f"{change.place}{' in the base' if change.gone else ''}: "
    sides = "" if change.names_both else f" [{_sides(change)}]"
    weight = (change.rule.weight, _STYLES[change.rule.weight])
    text = f" {change.rule.id} {change.message}{sides} (edit {entry.number})"
    return StyledText.of((place, "bold"), weight, printable(text))


def _sides(moved: Change | Consequence) -> str:
    if not moved.before or not moved.after:
        return f"{'now' if moved.after else 'before'}: {moved.after or moved.before}"
    return f"{moved.before} -> {moved.after}"


def _effects(effects: Iterable[MovedFact], by: str = "also from") -> Iterator[StyledText]:
    for effect in effects:
        moved = effect.moved
        figure = ", ".join(filter(None, (moved.figure, moved.direction.replace("neither", ""))))
        also = f", {by} {edit_numbers(effect.others)}" if effect.others else ""
        yield _line(f"  {moved.label}: {_sides(moved)}{f' ({figure})' if figure else ''}{also}")


def _finding(finding: Finding, older: str = "") -> StyledText:
    rule = finding.rule
    return _line(f"  {finding.place}: {rule.severity} {rule.id} ({rule.kind}) {finding.message}{older}")


def _line(words: str) -> StyledText:
    return StyledText.of(printable(words).rstrip())
