"""The headline of a review: the edits, the gravest first, then their effects on health, money, the end and risk.

The order is data: `EDITS` ranks the kinds of change, `FACTS` the computed facts, each with its sentence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from masterplan.analyse.changes import Review
from masterplan.analyse.facts import extent
from masterplan.analyse.figures import count, units_counted
from masterplan.analyse.parts import listed
from masterplan.model.change import WEIGHTS, Change, Consequence, Difference
from masterplan.render.compose import capitalised
from masterplan.render.escape import cut, cut_message
from masterplan.render.health import days_late_in_words, health_sentences

LONGEST_HEADLINE = 240
"""Maximum length, in characters."""
_MOST_NAMED = 3
"""Edits that a headline names; further edits are counted."""
_LONGEST_EDIT = 110
_LONGEST_VALUE = 60

NO_EFFECT = "No effect on dates, savings or risks."
_NO_OTHER_EFFECT = "No effect on the plan's end, savings or risks."
"""The same for edits that move a date."""
_MOVING = ("-later", "-earlier", "-moved")
"""Suffixes of the kinds of change that move a date."""

EDITS: tuple[tuple[str, ...], ...] = (
    (
        "sprint-removed", "sprint-split", "sprint-merged", "sprint-added", "sprint-renamed",
        "phase-removed", "phase-added",
        "option-removed", "option-added", "other-option-chosen", "option-unchosen", "option-chosen",
    ),
    (
        "done-reverted", "status-reverted", "status-advanced", "measurement-changed", "risk-occurred", "gate-no-go",
        "gate-reopened", "gate-go", "milestone-dropped", "milestone-reopened", "milestone-reached",
    ),
    (
        "sprint-unplaced", "sprint-later", "sprint-earlier", "sprint-moved", "sprint-placed", "dependency-added",
        "dependency-hardened", "dependency-dropped", "dependency-softened", "start-later", "start-earlier",
        "start-unset", "start-set",
    ),
    (
        "finish-later", "finish-earlier", "phase-later", "phase-earlier", "sprint-when-later", "sprint-when-earlier",
        "work-later", "work-earlier", "lane-removed", "lane-handed-over", "lane-added", "work-dropped", "work-changed",
        "work-added", "effort-raised", "effort-lowered", "effort-changed", "points-raised", "points-lowered",
        "capacity-lowered", "capacity-raised", "due-later", "due-earlier", "absence-added", "absence-removed",
        "calendar-changed", "mode-changed",
    ),
    (
        "target-weakened", "target-strengthened", "target-changed", "scope-added-in-progress", "scope-dropped",
        "scope-added", "task-reopened", "criterion-dropped", "criterion-unmet", "deliverable-dropped", "test-dropped",
        "documentation-dropped", "rollback-removed", "rollback-changed", "risk-raised", "risk-unstated",
        "risk-lowered-without-mitigation", "risk-reopened", "risk-removed", "risk-added", "mitigation-removed",
        "contingency-removed", "risk-lowered", "risk-closed", "person-removed", "team-removed", "owner-removed",
    ),
    ("savings-lowered", "savings-raised", "savings-changed"),
)  # fmt: skip
"""Kinds of change by rank, the gravest first: structure, progress, order, dates, content, money."""

REMARKS = frozenset({
    "declared-added", "declared-removed", "declared-changed", "waiver-added", "waiver-removed", "waiver-changed",
    "severity-changed", "next-steps-changed", "soft-dependency-added", "soft-dependency-dropped",
    "no-dependencies-said", "no-dependencies-unsaid", "order-changed", "baseline-changed",
})  # fmt: skip
"""Kinds of change that a headline names only if there are no others."""

_FIRST_RANKS = 2
"""The first ranks, structure and progress, precede all others regardless of weight."""
_MONEY = len(EDITS) - 1
_LAST_RANK = len(EDITS)

Topic = Literal["health", "money", "end", "risk", "order", "progress"]
KEY_TOPICS: tuple[Topic, ...] = ("health", "money", "end", "risk")
"""Topics of interest for every change, in this order; a headline mentions the order of sprints only without them."""


class FactSentence(NamedTuple):
    """The topic of a fact, and the function that words its move; the function returns "" to omit it."""

    topic: Topic
    words: Callable[[Review, Consequence], str]


def _savings(_: Review, moved: Consequence) -> str:
    before, after = (text.removesuffix("/month") for text in (moved.before, moved.after))
    if not before or not after:
        return f"The plan saves {after} a month." if after else f"The plan no longer saves {before} a month."
    verb = {"better": "rise", "worse": "fall"}.get(moved.direction, "change")
    size = f" {_size(moved)}" if moved.figure and moved.direction != "neither" else ""
    return f"Savings {verb}{size} ({before} to {after} a month)."


def _planned_end(review: Review, moved: Consequence) -> str:
    return _ends(_subject(review, moved), "ends", moved)


def _possible_end(review: Review, moved: Consequence) -> str:
    return _ends(_subject(review, moved), "can end", moved)


def _milestone_end(_: Review, moved: Consequence) -> str:
    return _ends(f"The work for milestone {moved.subject.id}", "can end", moved)


def _ends(subject: str, verb: str, moved: Consequence) -> str:
    if not moved.after:
        return ""
    if not moved.figure:
        return f"{subject} {verb} {_when(moved.after)}." if moved.after != moved.before else ""
    return f"{subject} {verb} {_size(moved)} {'later' if moved.figure.startswith('+') else 'sooner'}."


def _when(end: str) -> str:
    """An end with its preposition: `in week 7, on 22 Feb`, `on 20 Feb`, `after about 22½ days`."""
    week, comma, day = end.rpartition(", ")
    if comma:
        return f"in {week}, on {day}"
    return f"{'in' if day.startswith('week') else 'after' if day.endswith('days') else 'on'} {day}"


def _subject(review: Review, moved: Consequence) -> str:
    plan = review.after.plan
    if moved.fact == "end-of-phases":
        return plan.worded("The last phase")
    is_one_of_several = moved.subject.kind == "option" and not plan.chosen and len(plan.options) > 1
    return f"Option {moved.subject.id}" if is_one_of_several else "The plan"


def _high_risks(review: Review, moved: Consequence) -> str:
    if moved.after == "none":
        return review.after.plan.worded("No sprint is at high risk now.")
    before = "" if moved.before == "none" else f" ({moved.figure or f'before: {moved.before}'})"
    return f"At high risk: {moved.after}{before}."


def _list(label: str) -> Callable[[Review, Consequence], str]:
    return lambda _, moved: f"{label}: {moved.after}{'' if moved.before == 'none' else f' (before: {moved.before})'}."


def _critical(_: Review, moved: Consequence) -> str:
    return f"The critical path is now {moved.after}." if moved.after else ""


def _slack(_: Review, moved: Consequence) -> str:
    return f"{moved.label} falls from {moved.before} to {moved.after}." if moved.direction == "worse" else ""


def _done(review: Review, moved: Consequence) -> str:
    return review.after.plan.worded(f"{moved.after} sprints done.") if moved.direction != "neither" else ""


def _health(_: Review, moved: Consequence) -> str:
    return f"The plan goes from {moved.before} to {moved.after}."


FACTS: Mapping[str, FactSentence] = {
    "health": FactSentence("health", _health),
    "monthly-savings": FactSentence("money", _savings),
    "end-of-option": FactSentence("end", _planned_end),
    "end-of-phases": FactSentence("end", _planned_end),
    "forecast-end": FactSentence("end", _possible_end),
    "computed-end-of-option": FactSentence("end", _possible_end),
    "earliest-end": FactSentence("end", _possible_end),
    "milestone-end": FactSentence("end", _milestone_end),
    "critical-path": FactSentence("order", _critical),
    "high-risks": FactSentence("risk", _high_risks),
    "named-risks": FactSentence("risk", _list("High risks")),
    "unmitigated-risks": FactSentence("risk", _list("High risks without a mitigation")),
    "overdue-milestones": FactSentence("risk", _list("Overdue milestones")),
    "slack": FactSentence("order", _slack),
    "sprints-done": FactSentence("progress", _done),
}
"""Computed facts in the order of a review. A headline has at most one of each topic, the first that moved."""


def headline_of(review: Review) -> str:
    """A few sentences on what the change does, at most `LONGEST_HEADLINE` characters in total."""
    difference = review.difference
    if review.older != "plan":
        return cut(without_base(review), LONGEST_HEADLINE)
    if not difference.changes:
        return "No change to the plan."
    facts = list(_facts(review))
    edits = [change for change in ranked(difference.changes) if not _is_covered(change, difference)]
    main = [change for change in edits if not _is_remark(change)]
    if not main and not any(change.rule.weight != "editorial" for change in edits):
        first = f"{count(len(edits) or len(difference.changes), 'wording change')}."
    else:
        limit = LONGEST_HEADLINE - sum(len(fact) + 1 for fact in facts)
        first = _edits_in_words(main or [change for change in edits if change.rule.weight != "editorial"], limit)
    limit = LONGEST_HEADLINE - len(" ".join([first, *facts]))
    return cut(" ".join([first, *_with_reason(review, facts, limit)]), LONGEST_HEADLINE)


def _with_reason(review: Review, facts: Sequence[str], limit: int) -> Sequence[str]:
    """The sentences, with the gravest reason why the plan is at risk or off track if it fits."""
    moved = next((moved for moved in review.difference.consequences if moved.fact == "health"), None)
    if moved is None or not _is_worrying(review, moved):
        return facts
    sentence, reason = _health(review, moved), review.after.health.reasons[0]
    in_words = health_sentences(review.after)[0]
    # Names of sprints keep their capital.
    in_words = in_words[0].lower() + in_words[1:] if in_words.startswith(("The ", "No", "Only ")) else in_words
    longer = {sentence: f"{sentence.removesuffix('.')}: {in_words}"}
    if reason.kind == "ends late":
        late = f", {days_late_in_words(review.after, reason)} after its planned end."
        longer |= {fact: fact.removesuffix(".") + late for fact in facts if fact.startswith(f"{sentence[:-1]}: ")}
    return [text if len(text := longer.get(fact, fact)) - len(fact) <= limit else fact for fact in facts]


def _is_worrying(review: Review, moved: Consequence) -> bool:
    """Whether the new verdict is the current one and needs a reason."""
    return moved.after == review.after.health.verdict and moved.after in {"at risk", "off track"}


def _join_end(review: Review, sentences: dict[Topic, str], moved: Mapping[Topic, Consequence]) -> None:
    """Join the sentences on health and the end if the plan is late because it can only end later."""
    health, end = moved.get("health"), moved.get("end")
    if health is None or end is None or not _is_worrying(review, health):
        return
    is_late = review.after.health.reasons[0].kind == "ends late"
    if is_late and FACTS[end.fact].words is _possible_end and end.figure.startswith("+"):
        clause = sentences.pop("end")
        clause = f"it {clause.removeprefix('The plan ')}" if clause.startswith("The plan ") else clause
        sentences["health"] = f"{sentences['health'].removesuffix('.')}: {clause}"


def without_base(review: Review) -> str:
    """The headline without a readable older plan: the size of the newer one."""
    plan = review.after.plan
    size = extent(plan)
    parts = [units_counted(size.sprints, plan.unit)]
    parts += [count(size.last_week, "week")] if size.last_week else []
    parts += [f"savings of {size.savings}"] if size.savings else []
    if review.older == "none":
        return cut(f"This is a new plan: {', '.join(parts)}.")
    return cut(f"The base cannot be read as a plan, so nothing was compared. The plan is now: {', '.join(parts)}.")


def ranked(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes, the gravest first: structure and progress, then the others by weight, then money, then remarks."""

    def rank(change: Change) -> tuple[int, int, tuple[int, int]]:
        weight, place = WEIGHTS.index(change.rule.weight), _RANKS.get(change.rule.id, (_LAST_RANK, 0))
        if _is_remark(change):
            return 3, weight, place
        return (0 if place[0] < _FIRST_RANKS else 2 if place[0] == _MONEY else 1), weight, place

    return tuple(sorted(changes, key=rank))


_RANKS: Mapping[str, tuple[int, int]] = {rule: (n, m) for n, rules in enumerate(EDITS) for m, rule in enumerate(rules)}
"""The rank of each kind of change, and its position within that rank."""


def ranked_facts(consequences: Iterable[Consequence]) -> tuple[Consequence, ...]:
    """Consequences in the order of `FACTS`; those of one kind from worse to better."""
    order, directions = list(FACTS), ("worse", "better", "neither")

    def rank(moved: Consequence) -> tuple[int, int]:
        return order.index(moved.fact) if moved.fact in FACTS else len(order), directions.index(moved.direction)

    return tuple(sorted(consequences, key=rank))


def _facts(review: Review) -> Iterator[str]:
    """The sentences on computed facts, one for each topic, or on their absence; then the one on progress."""
    sentences: dict[Topic, str] = {}
    first: dict[Topic, Consequence] = {}
    for moved in ranked_facts(review.difference.consequences):
        if moved.fact not in FACTS or (topic := FACTS[moved.fact].topic) in sentences:
            continue
        if sentence := FACTS[moved.fact].words(review, _shortened(moved)):
            sentences[topic], first[topic] = sentence, moved
    _join_end(review, sentences, first)
    if "money" not in sentences and (unchanged := _unchanged_savings(review)):
        sentences["money"] = unchanged
    key = [sentences[topic] for topic in KEY_TOPICS if topic in sentences]
    moves = any(change.rule.id.endswith(_MOVING) for change in review.difference.changes)
    yield from key or [sentences.get("order", _NO_OTHER_EFFECT if moves else NO_EFFECT)]
    yield from [sentences["progress"]] if "progress" in sentences else []


def _unchanged_savings(review: Review) -> str:
    """A sentence if savings stay the same although those of a sprint change, or a sprint is added or removed."""
    edits = (edit.key for change in review.difference.changes for edit in change.edits if not edit.is_rename)
    monthly = review.after.monthly_savings
    touched = any(key[0] == "sprints" and key[2:3] in {("savings",), ("id",)} for key in edits)
    return f"Savings stay at {monthly.bare} a month." if touched and monthly else ""


def _shortened(moved: Consequence) -> Consequence:
    return moved._replace(before=cut(moved.before, _LONGEST_VALUE), after=cut(moved.after, _LONGEST_VALUE))


def _size(moved: Consequence) -> str:
    return moved.figure.lstrip("+-")


def _is_remark(change: Change) -> bool:
    return change.rule.id in REMARKS or change.rule.weight == "editorial"


def _is_covered(change: Change, difference: Difference) -> bool:
    """Whether another sentence covers a change: the one on money, or the one on a sprint added or removed."""
    others = any(other.rule.id not in EDITS[-1] and not _is_remark(other) for other in difference.changes)
    return (change.rule.id in EDITS[-1] and others) or _is_implied(change, difference)


def _is_implied(change: Change, difference: Difference) -> bool:
    """Whether a change to dependencies or work only follows from a sprint added or removed."""
    steps = {step for edit in change.edits for step in pairwise(edit.key)}
    sprints = {other.subject.id: other.rule.id for other in difference.changes if other.rule.id in _IMPLIED}
    return any(
        change.rule.id in _IMPLIED[rule] and not steps.isdisjoint((field, id_) for field in _FIELDS)
        for id_, rule in sprints.items()
    )


_FIELDS = ("depends_on", "work", "sprints")

_IMPLIED: Mapping[str, frozenset[str]] = {
    "sprint-removed": frozenset({"dependency-dropped", "soft-dependency-dropped", "work-dropped"}),
    "sprint-added": frozenset({"work-added"}),
}
"""Kinds of change that follow from adding or removing a sprint."""


def _edits_in_words(edits: Sequence[Change], limit: int) -> str:
    """The messages of the first edits, as many as fit, and the number of the others."""
    messages = [cut_message(change.message, _LONGEST_EDIT).rstrip(".") for change in edits]
    texts = [
        _sentence(messages[:number], len(messages) - number) for number in range(1, min(len(messages), _MOST_NAMED) + 1)
    ]
    fitting = [text for text in texts if len(text) <= limit]
    return fitting[-1] if fitting else cut_message(texts[0], max(limit, _LONGEST_VALUE))


def _sentence(messages: Sequence[str], others: int) -> str:
    more = [f"{others} more {'edit' if others == 1 else 'edits'}"] if others else []
    if any(". " in message for message in messages):
        return ". ".join([*map(capitalised, messages), *more]) + "."
    if any(set(message) & {",", ":", ";"} for message in messages):
        return capitalised("; ".join([*messages, *(f"and {text}" for text in more)])) + "."
    return capitalised(listed([*messages, *more])) + "."
