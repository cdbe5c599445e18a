"""A review for people at a terminal: a line a change, the gravest first, then what follows from them.

Changes of words from which nothing follows are counted and not listed; the JSON has them all. Styles are part of the
text; whoever prints it decides whether they are shown.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.text import Text

from masterplan.analyse.changes import Review
from masterplan.analyse.parts import UNASSIGNED
from masterplan.model.change import WEIGHTS, Change, Consequence, Difference, Direction, Weight
from masterplan.model.finding import Finding
from masterplan.render.reports.text import printable
from masterplan.render.review.wording import without_base

_STYLES: Mapping[Weight, str] = {"breaking": "bold red", "notable": "bold yellow", "editorial": "bold cyan"}
_BETTER: Mapping[Direction, str] = {"better": " (better)", "worse": " (worse)", "neither": ""}


def terminal(review: Review) -> Text:
    """Changes, consequences with their causes, findings that come and go, questions, and how many changes there are."""
    difference = review.difference
    folded = {id(change) for change in difference.folded}
    blocks = [
        [_change(change) for change in difference.changes if id(change) not in folded],
        _folded(difference.folded),
        _titled("What follows", (line for moved in difference.consequences for line in _consequence(moved))),
        _titled("Findings that appear", _findings(difference.appeared, difference)),
        _titled("Findings that change", _changed_findings(difference)),
        _titled("Findings that disappear", _findings(difference.disappeared, difference)),
        _titled(
            "Who should look",
            (_line(f"  {question.who or UNASSIGNED}: {question.text}") for question in difference.questions),
        ),
    ]
    if not difference.explained:
        blocks.append([Text("Causes were not computed: too many changes.", style="dim")])
    return Text("\n\n").join([*(Text("\n").join(block) for block in blocks if block), Text(change_summary(review))])


def change_summary(review: Review) -> str:
    """How many changes there are, by weight, in one sentence."""
    counts = Counter(change.rule.weight for change in review.difference.changes)
    if review.older != "plan":
        return printable(without_base(review))
    sides = f"between {printable(review.base)} and {printable(review.head)}"
    if not counts:
        return f"The plan is the same: nothing it says differs {sides}."
    counted = ", ".join(f"{counts[weight]} {weight}" for weight in WEIGHTS if counts[weight])
    return f"{counts.total()} change{'s' * (counts.total() > 1)} {sides}: {counted}."


def _titled(title: str, lines: Iterable[Text]) -> list[Text]:
    listed = list(lines)
    return [Text(title, style="bold"), *listed] if listed else []


def _folded(changes: Sequence[Change]) -> list[Text]:
    """How many changes there are on which nothing rests, such as of words and labels, and in which files."""
    files = ", ".join(sorted({change.place.path for change in changes}))
    words = f"{len(changes)} editorial: words, labels or links in {files}"
    return [Text(printable(words), style="dim")] if changes else []


def _change(change: Change) -> Text:
    place = f"{change.place}{', as it was' if change.gone else ''}: "
    weight = (change.rule.weight, _STYLES[change.rule.weight])
    return Text.assemble((place, "bold"), weight, f" {change.rule.id} {printable(change.message)}")


def _consequence(moved: Consequence) -> Iterator[Text]:
    yield _line(f"  {moved.label}: {moved.before or 'none'} -> {moved.after or 'none'}{_BETTER[moved.direction]}")
    yield from _causes(moved.causes)


def _changed_findings(difference: Difference) -> Iterator[Text]:
    for pair in difference.changed:
        yield _line(f"{_finding(pair.after)}; was: {pair.before.message}")
        yield from _causes(difference.made_by.get(pair.after.fingerprint, ()))


def _finding(finding: Finding) -> str:
    rule = finding.rule
    return f"  {finding.place}: {rule.severity} {rule.id} ({rule.kind}) {finding.message}"


def _findings(findings: Iterable[Finding], difference: Difference) -> Iterator[Text]:
    for finding in findings:
        yield _line(_finding(finding))
        yield from _causes(difference.made_by.get(finding.fingerprint, ()))


def _causes(causes: Iterable[Change]) -> Iterator[Text]:
    for cause in causes:
        yield Text(f"    because {printable(cause.message)}", style="dim")


def _line(words: str) -> Text:
    return Text(printable(words).rstrip())
