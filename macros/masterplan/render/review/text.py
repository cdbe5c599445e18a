"""A review for a terminal: the headline, each edit on a line with its effects below it, findings, who should look.

Wording changes are counted, not listed; the JSON output lists them all. Styles are part of the text; the caller decides
whether to show them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from masterplan.analyse.changes import Review
from masterplan.analyse.figures import count
from masterplan.analyse.parts import UNASSIGNED
from masterplan.model.change import WEIGHTS, Change, Consequence, Weight
from masterplan.model.finding import Finding
from masterplan.render.review.headline import headline_of, without_base
from masterplan.render.review.outline import (
    NO_CAUSES,
    MovedFact,
    NumberedEdit,
    Outline,
    edit_numbers,
    size_of_move,
    together_title,
)
from masterplan.render.styled import StyledText, printable

_STYLES: Mapping[Weight, str] = {"breaking": "bold red", "notable": "bold yellow", "editorial": "bold cyan"}


def terminal(review: Review) -> StyledText:
    """The review as text for a terminal, with the counts of changes on its last line."""
    difference, outline = review.difference, Outline.of(review.difference)
    blocks = [
        [StyledText.of((printable(headline_of(review)), "bold"))] if difference.changes else [],
        [line for entry in outline.entries for line in (_change(entry), *_effects(entry.effects))],
        _titled(together_title(difference), _effects(outline.together)),
        _words(outline.words),
        _titled(count(len(outline.minor), "minor effect"), _effects(outline.minor, "from")),
        _titled("New findings", (_finding(finding) for finding in difference.appeared)),
        _titled(
            "Changed findings",
            (_finding(pair.after, f"; before: {pair.before.message}") for pair in difference.changed),
        ),
        _titled("Resolved findings", (_finding(finding) for finding in difference.disappeared)),
        _titled("Waived findings", (_finding(finding) for finding in difference.waived)),
        _titled(
            "Who should look",
            (_line(f"  {question.who or UNASSIGNED}: {question.text}") for question in difference.questions),
        ),
    ]
    if not difference.explained and not outline.together:
        blocks.append([StyledText.of((f"{NO_CAUSES}.", "dim"))])
    sections = [StyledText.joined("\n", block) for block in blocks if block]
    return StyledText.joined("\n\n", [*sections, StyledText.of(change_summary(review))])


def change_summary(review: Review) -> str:
    """The number of changes of each weight, in one sentence."""
    counts = Counter(change.rule.weight for change in review.difference.changes)
    if review.older != "plan":
        return printable(without_base(review))
    sides = f"between {printable(review.base)} and {printable(review.head)}"
    if not counts:
        return f"No change to the plan {sides}."
    counted = ", ".join(f"{counts[weight]} {weight}" for weight in WEIGHTS if counts[weight])
    return f"{count(counts.total(), 'change')} {sides}: {counted}."


def _titled(title: str, content: Iterable[StyledText]) -> list[StyledText]:
    lines = list(content)
    return [StyledText.of((title, "bold")), *lines] if lines else []


def _words(changes: Sequence[Change]) -> list[StyledText]:
    """The number of wording changes, and their files."""
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


def _sides(change: Change) -> str:
    if not change.before or not change.after:
        return f"{'now' if change.after else 'before'}: {change.after or change.before}"
    return f"{change.before} -> {change.after}"


def _effects(effects: Iterable[MovedFact], by: str = "also from") -> Iterator[StyledText]:
    for effect in effects:
        also = f", {by} {edit_numbers(effect.others)}" if effect.others else ""
        yield _line(f"  {effect.moved.label}: {_movement(effect.moved)}{also}")


def _movement(moved: Consequence) -> str:
    values = " -> ".join(filter(None, (moved.before, moved.after)))
    one_sided = "" if moved.before and moved.after else "new" if moved.after else "removed"
    notes = ", ".join(filter(None, (one_sided, size_of_move(moved))))
    return f"{values} ({notes})" if notes else values


def _finding(finding: Finding, older: str = "") -> StyledText:
    rule = finding.rule
    return _line(f"  {finding.place}: {rule.severity} {rule.id} ({rule.kind}) {finding.message}{older}")


def _line(words: str) -> StyledText:
    return StyledText.of(printable(words).rstrip())
