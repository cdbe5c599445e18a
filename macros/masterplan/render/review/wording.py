"""The words that all reviews share: the verdict, and what parts of two plans and the change's sizes are called.

Plain text; whoever shows it escapes it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from masterplan.analyse.changes import Review
from masterplan.analyse.facts import extent
from masterplan.analyse.figures import count
from masterplan.analyse.parts import called
from masterplan.model.change import WEIGHTS, Change, Consequence, Difference, Direction
from masterplan.model.naming import PLAN, Subject
from masterplan.model.plan import Plan
from masterplan.render.escape import cut, cut_message
from masterplan.render.why import why_then

MOST_EXPLAINED = 6
"""Sprints of which a review says why they are when they are."""
MOST_SAID = 2
"""Consequences, and changes, that the verdict names; further changes are counted."""

_LISTS = {"critical-path", "high-risks", "named-risks", "unmitigated-risks", "needs", "rollback", "ready"}
"""Facts that are lists of sprints: altered rather than moved."""
_STATES = {"rollback", "ready"}
"""Facts that say how sprints are, as their labels do: `Undone with Sprint 3`."""

_BESIDE = {"labels-changed", "links-changed", "task-regrouped"}
"""Editorial changes that are more than words."""

DIRECTIONS: Mapping[Direction, str] = {"worse": "worse", "better": "better", "neither": ""}
"""What a consequence means to the team, the gravest first, in a word."""


def verdict(review: Review) -> str:
    """What the change does, in one sentence: the gravest consequences, each of other changes, then the changes."""
    difference = review.difference
    if review.older != "plan":
        return without_base(review)
    if not difference.changes:
        return "This change leaves the plan as it is."
    if difference.weight == "editorial" and not difference.consequences:
        does = "edits words, labels or links of" if _BESIDE & {c.rule.id for c in difference.changes} else "rewords"
        return f"This change only {does} the plan, in {count(len(difference.changes), 'place')}."
    moved = _telling(difference.consequences)
    grave = _grave(difference, moved)
    clauses = [
        f"This change {_moves(moved)}",
        *(cut_message(change.message).rstrip(".") for change in grave[:MOST_SAID]),
    ]
    return "; ".join([*clauses, *_more(grave[MOST_SAID:])]) + "."


def without_base(review: Review) -> str:
    """The verdict where there is no older plan to compare with, or none that can be read: how large the plan is now."""
    plan = review.after.plan
    size = extent(plan)
    parts = [count(size.sprints, plan.unit.one.lower(), plan.unit.many.lower())]
    parts += [count(size.last_week, "week")] if size.last_week else []
    parts += [f"savings of {size.savings}"] if size.savings else []
    if review.older == "none":
        return cut(f"This is a new plan: {', '.join(parts)}.")
    return cut(f"The base cannot be read as a plan, so nothing was compared. The plan is now: {', '.join(parts)}.")


def no_cause(difference: Difference) -> str:
    """What stands in place of causes where none is known."""
    return "several changes together" if difference.explained else "not computed: too many changes"


def weights(difference: Difference) -> str:
    """How many changes there are of each weight: `2 breaking, 1 editorial`."""
    counted = [change.rule.weight for change in difference.changes]
    return ", ".join(f"{counted.count(weight)} {weight}" for weight in WEIGHTS if weight in counted)


def gravest_first(consequences: Sequence[Consequence]) -> tuple[Consequence, ...]:
    """Consequences: those that the verdict names, then those by which the team is worse off."""
    telling = _telling(consequences)
    ids = {id(moved) for moved in telling}
    return (*telling, *(moved for moved in _ranked(consequences) if id(moved) not in ids))


def listed_and_folded(difference: Difference) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """The changes that something follows from or somebody must know, the gravest first, and those to be folded away."""
    quiet = difference.folded
    ids = {id(change) for change in quiet}
    listed = (change for change in difference.changes if id(change) not in ids)
    return tuple(sorted(listed, key=lambda change: WEIGHTS.index(change.rule.weight))), quiet


def subject_name(review: Review, subject: Subject) -> str:
    """What people call a part of either plan: `Sprint 4: Request batching`, `Option A: One developer`, `The plan`."""
    if subject == PLAN:
        return "The plan"
    for plan in (review.after.plan, review.before.plan):
        title = _title(plan, subject)
        if title is not None:
            return called(plan, subject) if title == subject.id else f"{called(plan, subject)}: {title}"
    return str(subject)


def _title(plan: Plan, subject: Subject) -> str | None:
    """The title of a part, or the name of people; None where the plan does not have it."""
    match subject.kind:
        case "sprint":
            return plan.sprints[subject.id].title if subject.id in plan.sprints else None
        case "phase":
            return next((phase.title for phase in plan.phases if phase.id == subject.id), None)
        case "option":
            return next((option.title for option in plan.options if option.id == subject.id), None)
        case "milestone":
            return next((milestone.title for milestone in plan.milestones if milestone.id == subject.id), None)
        case "risk":
            return next((risk.title for risk in plan.risks if risk.key == subject.id), None)
        case _:
            return plan.owners.get(subject.id)


def _ranked(consequences: Iterable[Consequence]) -> list[Consequence]:
    order = list(DIRECTIONS)
    return sorted(consequences, key=lambda moved: order.index(moved.direction))


def _telling(consequences: Iterable[Consequence]) -> list[Consequence]:
    """The gravest consequences, each of other changes."""
    telling: list[Consequence] = []
    causes: list[Change] = []
    for moved in _ranked(consequences):
        if len(telling) < MOST_SAID and not any(cause in causes for cause in moved.causes):
            telling.append(moved)
            causes += moved.causes
    return telling


def _grave(difference: Difference, moved: Iterable[Consequence]) -> list[Change]:
    """The changes that are more than words, the gravest first.

    Of the same weight, the one that most follows from comes first, then those of which the sentence tells nothing yet.
    """
    follows = Counter(id(cause) for consequence in difference.consequences for cause in consequence.causes)
    named = {id(cause) for consequence in moved for cause in consequence.causes}
    grave = [change for change in difference.changes if change.rule.weight != "editorial"]
    gravest = [change for change in grave if change.rule.weight == difference.weight and id(change) in follows]
    main = max(gravest, key=lambda change: follows[id(change)], default=None)
    return sorted(
        grave, key=lambda change: (WEIGHTS.index(change.rule.weight), change is not main, id(change) in named)
    )


def _moves(moved: Iterable[Consequence]) -> str:
    clauses: list[str] = []
    last = ""
    for consequence in moved:
        verb, rest = _move(consequence)
        clauses.append(rest if verb == last else f"{verb} {rest}")
        last = verb
    return " and ".join(clauses) or "moves nothing that is computed"


def _move(moved: Consequence) -> tuple[str, str]:
    label = f"{moved.label[:1].lower()}{cut(moved.label)[1:]}"
    what = f"{'what is' if moved.fact in _STATES else 'the'} {label}"
    if not moved.before:
        return "sets", f"{what} to {cut(moved.after)}"
    if not moved.after:
        return "drops", f"{what}, {cut(moved.before)}"
    return "alters" if moved.fact in _LISTS else "moves", f"{what} from {cut(moved.before)} to {cut(moved.after)}"


def _more(left: Sequence[Change]) -> Iterator[str]:
    """How many changes are not named, where there are any."""
    if left:
        breaking = sum(change.rule.weight == "breaking" for change in left)
        which = "" if len(left) == 1 else "all " if breaking == len(left) else f"{breaking} of them "
        yield count(len(left), "more change") + (f", {which}breaking" if breaking else "")


def sprint_reasons(review: Review) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The sprints that a change moves, the first few, each with why it is when it is now: the words of its own page."""
    subjects = (moved.subject for moved in gravest_first(review.difference.consequences))
    sprints = dict.fromkeys(subject for subject in subjects if subject.kind == "sprint")
    present = [subject for subject in sprints if subject.id in review.after.plan.sprints][:MOST_EXPLAINED]
    explained = ((subject_name(review, subject), why_then(review.after, subject.id)) for subject in present)
    return tuple((name, sentences) for name, sentences in explained if sentences)
