"""A review as Markdown for a pull request: the verdict, what follows and why, whom to ask, and the rest folded away.

A pull request may come from anybody, so every text of a plan is made inert, and each part has a length that it cannot
exceed: together they stay below what GitHub takes. What a part leaves out, it counts.
"""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from masterplan.analyse.figures import count
from masterplan.analyse.review import Review
from masterplan.analyse.wording import UNASSIGNED
from masterplan.model.change import Change, Consequence, Difference, Question
from masterplan.model.finding import Finding
from masterplan.model.naming import Subject
from masterplan.model.place import Place
from masterplan.render.review.graph import LEGEND, left_out, mermaid_text, neighbourhood
from masterplan.render.review.inert import inert
from masterplan.render.review.wording import (
    DIRECTIONS,
    gravest_first,
    named,
    no_cause,
    reasons,
    told_and_quiet,
    verdict,
)

MOST_CHARACTERS = 60_000
"""The longest comment; GitHub takes 65,536."""

MOST_OPEN = 6
"""Consequences that are not folded away."""
MOST_CAUSES = 3
LONGEST_VERDICT = 600
"""Characters before they are made inert, which makes each at most seven."""
_CONSEQUENCES = 11_000
_QUESTIONS = 4_000
_GRAVE = 7_000
_OTHERS = 4_500
_QUIET = 2_500
_FINDINGS = 5_000
_REASONS = 5_000

_NO_PLACE = "&#8212;"


def markdown(review: Review) -> str:
    """The review as Markdown of at most 60,000 characters, inert wherever it holds text of a plan."""
    found = review.difference
    blocks = [f"### {inert(verdict(review), LONGEST_VERDICT)}"]
    if found.changes:
        blocks += [*_consequences(found), *_questions(review, found.questions), *_graph(review)]
        blocks += [*_changes(review), *_reasons(review)]
        blocks += [*_findings("appear", found, found.appeared), *_findings("go away", found, found.disappeared)]
    return "\n\n".join([*blocks, f"Compared {_code(review.base)} with {_code(review.head)}."]) + "\n"


def announcement(commit: str) -> str:
    """What stands in a comment until the review of a commit is made."""
    text = "Until this comment says otherwise, nothing is known of what this change does."
    return f"### The plan is being compared\n\n{text} Commit {_code(commit)}.\n"


def failure(reason: str, commit: str, findings: Sequence[Finding] = ()) -> str:
    """What to say in place of a review when a commit could not be compared, and what is wrong with the plans."""
    blocks = ["### The plans could not be compared", f"{inert(reason)}. Nothing is known of what this change does."]
    if findings:
        blocks.append(_table(("Severity", "What", "Where"), map(_finding, findings), _FINDINGS))
    blocks.append(f"Commit {_code(commit)}.")
    return "\n\n".join(blocks) + "\n"


def _consequences(found: Difference) -> Iterator[str]:
    if not found.consequences:
        return
    rows = [_consequence(moved, found) for moved in gravest_first(found.consequences)]
    columns = ("Fact", "Before", "After", "Better or worse", "Because")
    yield "#### What follows from it"
    yield _table(columns, rows[:MOST_OPEN], _CONSEQUENCES // 2)
    if rows[MOST_OPEN:]:
        more = _table(columns, rows[MOST_OPEN:], _CONSEQUENCES // 2)
        yield _folded(f"{count(len(rows) - MOST_OPEN, 'more fact moves', 'more facts move')}", more)


def _consequence(moved: Consequence, found: Difference) -> list[str]:
    texts = (inert(moved.label), inert(moved.before), inert(moved.after))
    return [*texts, DIRECTIONS[moved.direction], _causes(moved.causes, found)]


def _causes(causes: Sequence[Change], found: Difference) -> str:
    if not causes:
        return no_cause(found)
    said = [inert(each.message) for each in causes[:MOST_CAUSES]]
    more = len(causes) - MOST_CAUSES
    return "<br>".join([*said, f"{more} more"] if more > 0 else said)


def _questions(review: Review, questions: Sequence[Question]) -> Iterator[str]:
    if not questions:
        return
    rows = ([inert(each.who) or UNASSIGNED, inert(_sprint(review, each)), inert(each.text, 300)] for each in questions)
    yield "#### Who should look"
    yield _table(("Who", review.after.plan.unit.one, "Question"), rows, _QUESTIONS)


def _sprint(review: Review, question: Question) -> str:
    return named(review, Subject("sprint", question.sprint))


def _graph(review: Review) -> Iterator[str]:
    shown = neighbourhood(review)
    if not shown.ties:
        return
    yield "#### What it touches"
    yield f"```mermaid\n{mermaid_text(shown)}\n```"
    yield f"{LEGEND} {left_out(shown)}".rstrip()


def _changes(review: Review) -> Iterator[str]:
    """Changes that others must act on for all to see, the others folded away, those apart that nothing follows from."""
    told, quiet = told_and_quiet(review.difference)
    grave = [each for each in told if each.rule.weight == "breaking"]
    others = told[len(grave) :]
    if grave:
        yield "#### What others must act on"
        yield _rows(review, grave, _GRAVE)
    if others:
        yield _folded(f"{count(len(others), 'other change')}", _rows(review, others, _OTHERS))
    if quiet:
        yield _folded(f"{count(len(quiet), 'change')} that nothing follows from", _rows(review, quiet, _QUIET))


def _rows(review: Review, changes: Sequence[Change], room: int) -> str:
    rows = (
        [inert(each.message), inert(each.before), inert(each.after), each.rule.weight, _place(review, each)]
        for each in changes
    )
    return _table(("Change", "Before", "After", "Weight", "Where"), rows, room)


def _place(review: Review, change: Change) -> str:
    if change.gone:
        return f"{_where(change.place)} of the base"
    if not review.source_url:
        return _where(change.place)
    return f"[{_where(change.place)}]({review.source_url}/{quote(change.place.path)}#L{change.place.line})"


def _where(place: Place) -> str:
    return inert(f"{place.path}:{place.line}")


def _reasons(review: Review) -> Iterator[str]:
    """Why the sprints that move are when they are now, as far as there is room."""
    rows = [[inert(name), "<br>".join(inert(each, 300) for each in sentences)] for name, sentences in reasons(review)]
    if rows:
        yield _folded(
            "Why then", _table((review.after.plan.unit.one, "Why it is when it is, after the change"), rows, _REASONS)
        )


def _findings(what: str, found: Difference, findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        rows = ([*_finding(each), _causes(found.made_by.get(each.fingerprint, ()), found)] for each in findings)
        table = _table(("Severity", "What", "Where", "Because"), rows, _FINDINGS)
        yield _folded(f"Findings of the audit that {what}: {len(findings)}", table)


def _finding(finding: Finding) -> tuple[str, str, str]:
    return finding.rule.severity, inert(finding.message), _where(finding.place)


def _folded(summary: str, table: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{table}\n\n</details>"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], room: int) -> str:
    """A table of the rows that fit into `room` characters, and a last row that counts the others."""
    lines = [f"| {' | '.join(inert(column) for column in columns)} |", "|" + " --- |" * len(columns)]
    left_out = 0
    for row in rows:
        line = f"| {' | '.join(cell or _NO_PLACE for cell in row)} |"
        if len(line) > room:
            left_out += 1
        else:
            lines.append(line)
            room -= len(line) + 1
    if left_out:
        lines.append(f"| **{left_out} more** |" + " |" * (len(columns) - 1))
    return "\n".join(lines)


def _code(name: str) -> str:
    return f"<code>{inert(name)}</code>"
