"""`since.json`: changes of the plan by commit, for the banner on what is new since a reader's last visit.

The file lists commits, the newest first, each with its day and changes. A change has its sentence, its kind, and the
page that shows it. A kind has its names for counts, the label of the value it changes, and the element of a sprint's
page that shows this value without a label: `since.js` puts its marks there. Changes of wording or layout are omitted.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from masterplan.model.history import PastChange
from masterplan.model.naming import Subject
from masterplan.render.compose import anchor
from masterplan.render.escape import cut
from masterplan.render.links import owner_path
from masterplan.render.macro import Context

MOST_CHANGES = 150
"""Maximum number of changes in the file; `more` in the file says whether there are older ones."""


class _Kind(NamedTuple):
    """A kind of change: its names for counts (`1 date moved`, `2 dates moved`), its rules, and where its value appears.

    `label` names the value in tables and lists of facts; `place` is a CSS selector of the element that shows it without
    a label on a sprint's page. Either may be empty.
    """

    one: str
    many: str
    rules: frozenset[str]
    label: str
    place: str


def _kind(one: str, many: str, rules: str, label: str = "", place: str = "") -> _Kind:
    return _Kind(one, many, frozenset(rules.split()), label, place)


_KINDS: tuple[_Kind, ...] = (
    _kind(
        "sprint changed state",
        "sprints changed state",
        "status-advanced status-reverted done-reverted",
        "State",
        ".mp-banner__title",
    ),
    _kind(
        "date moved",
        "dates moved",
        "sprint-later sprint-earlier sprint-moved phase-later phase-earlier finish-later finish-earlier"
        " sprint-when-later sprint-when-earlier sprint-when-set sprint-when-unset start-later start-earlier start-set"
        " start-unset work-later work-earlier due-later due-earlier gate-redated",
        "Phase",
        ".mp-banner p:not(.mp-banner__title)",
    ),
    _kind("risk up", "risks up", "risk-raised risk-added risk-occurred risk-reopened mitigation-removed", "Risk"),
    _kind(
        "risk down", "risks down", "risk-lowered risk-lowered-without-mitigation risk-closed mitigation-added", "Risk"
    ),
    _kind("saving changed", "savings changed", "savings-lowered savings-raised savings-changed", "Monthly savings"),
    _kind("milestone reached", "milestones reached", "milestone-reached gate-go"),
    _kind("sprint added", "sprints added", "sprint-added sprint-split"),
    _kind("sprint removed", "sprints removed", "sprint-removed sprint-merged"),
    _kind(
        "dependency changed",
        "dependencies changed",
        "dependency-added dependency-dropped dependency-hardened dependency-softened",
        "Needs",
        "#dependencies",
    ),
    _kind("owner changed", "owners changed", "owner-added owner-removed owner-changed", "Owner"),
    _kind("other change", "other changes", ""),
)
"""The kinds of change in the order of the banner; the last covers all other rules."""


def since(context: Context) -> str:
    """The text of the file; empty without a history, or if the clone is too shallow to have it."""
    history, plan = context.history, context.facts.plan
    if not history.commits or history.shallow:
        return ""
    commits, number, seen = [], 0, set[str]()
    for commit in history.commits:
        changes = [change for change in commit.changes if change.weight != "editorial"]
        number += len(changes)
        if number > MOST_CHANGES:
            break
        records = list(_records(context, changes, seen))
        commits.append({"id": commit.short, "day": f"{commit.time:%Y-%m-%d}", "changes": records})
    document = {
        "kinds": [[*map(plan.worded, (kind.one, kind.many, kind.label)), kind.place] for kind in _KINDS],
        "commits": commits,
        "more": len(commits) < len(history.commits) or history.cut,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _records(context: Context, changes: Iterable[PastChange], seen: set[str]) -> Iterator[Mapping[str, Any]]:
    """The changes as JSON objects; `seen` collects the sprints whose newest change of state is already in the file."""
    for change in changes:
        kind = next((n for n, candidate in enumerate(_KINDS) if change.rule in candidate.rules), len(_KINDS) - 1)
        record = {"text": cut(change.message.replace("`", '"')), "kind": kind, "page": _page(context, change.subject)}
        id_ = change.subject.id
        if kind == 0 and id_ in context.facts.plan.sprints and id_ not in seen:
            seen.add(id_)
            record["now"] = f"{context.facts.plan.name(id_)} {context.facts.standings[id_].state}"
        yield record


def _page(context: Context, subject: Subject) -> str:
    """The page of a part of the plan, relative to the plan's first page; empty for that page, and for removed parts."""
    plan, links, id_ = context.facts.plan, context.links, subject.id
    pages = {id_: page[0] for id_, page in context.pages.items() if page}
    match subject.kind:
        case "sprint" if id_ in plan.sprints:
            return str(links.svg(links.sprints[id_]))
        case "person" | "team" | "role" if "people" in pages and id_ in plan.owners:
            return str(links.svg(owner_path(id_)))
        case "phase" | "milestone" if "roadmap" in pages:
            return str(links.svg(pages["roadmap"], anchor(subject.kind, id_)))
        case "option" if "people" in pages:
            return str(links.svg(pages["people"]))
        case "risk" if "risks" in pages:
            return str(links.svg(pages["risks"]))
        case _:
            return ""
