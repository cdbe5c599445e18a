"""A plan with a value in every field of every part, made by walking the model, so that it includes new fields.

Also its neighbours: plans in which one field has another value.

The caller provides free texts, references lead to existing parts, and all other values are the simplest that fit.
Sprints depend on earlier ones.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from masterplan.load import load
from masterplan.model import fields
from masterplan.model.header import Tracker
from masterplan.model.milestone import Milestones
from masterplan.model.option import Options
from masterplan.model.part import Part, PartField, fields_of
from masterplan.model.plan import Phases, Plan
from masterplan.model.progress import Progress
from masterplan.model.quantity import Quantity
from masterplan.model.risk import Risks
from masterplan.model.schema import CUSTOM_FIELD_OWNERS, FILES
from masterplan.model.sprint import Sprint
from masterplan.model.task import Dependency
from masterplan.model.team import Team
from masterplan.model.window import DateSpan, TimeWindow
from tests.plans import write_plan

P = TypeVar("P", bound=Part)
Kind = Literal["line", "prose", "measure", "url", "path"]
Texts = Callable[[Kind, str], str]
"""Returns the next text of a kind for a field, given by its path: `sprint.risk.mitigation`."""

# Annotations of fields with free text, and of fields with fixed values.
FREE: tuple[tuple[object, Kind], ...] = (
    (fields.Line, "line"),
    (fields.Prose, "prose"),
    (fields.AnyText, "line"),
    (fields.Word, "line"),
    (fields.Measure, "measure"),
    (fields.Url, "url"),
    (fields.RepositoryPath, "path"),
)
FIXED: tuple[tuple[object, object], ...] = (
    (fields.Money, "$50-100 (at <b onclick=__hit=1>best</b> | {{ 7*7 }} `)"),
    (fields.Points, "3-5"),
    (fields.RiskLevel, "large"),
    (fields.Duration, "3-5 days (with *luck*)"),
    (fields.Window, "1-2"),
    (fields.Date, "2025-11-03"),
    (fields.PagePath, "reports of it/sprint_[N] on [date].md"),
    (fields.Timezone, "Europe/Berlin"),
    (Tracker, {"OPS": "https://tickets.example.org/{id}"}),
    (fields.Dates, "2025-11-03 to 2025-11-14"),
)

SIMPLE = {"measure": "measure", "url": "https://example.org/"}


def simple(kind: Kind, at: str) -> str:
    """The simplest text of a kind."""
    return SIMPLE.get(kind, f"{at}.md")


LISTED = {
    "phases.phases": "phase", "team.people": "person", "team.teams": "team", "team.roles": "role",
    "options.options": "option", "milestones.milestones": "milestone", "risks.risks": "risk",
    "progress.entries": "sprint",
}  # fmt: skip
"""Lists with an item for each id of a kind."""

LEVELS = ["tiny", "small", "fair", "large", "grave"]
FIELD = {"id": "cost", "of": ["sprint", "task", "phase", "milestone", "risk"], "kind": "choice"}
"""A custom field for every part that may have custom fields."""
CHOICES = ["some", "more", "info"]

FIRST_CHOICE = {"sprint.declared.claim": 11}
"""First choices of fields: sprints claim something about other sprints."""


def everything(texts: Texts, sprints: int) -> dict[str, str]:
    """The plan's files by their path in plan_data/, as JSON, which is YAML too."""
    ids = {
        "sprint": [str(n) for n in range(1, sprints + 1)],
        "phase": [f"f{n}" for n in range(1, 6)],
        "person": [f"p{n}" for n in range(1, 6)],
        "option": ["A", "B", "C"],
        "team": ["t1", "t2"],
        "role": ["r1", "r2"],
        "milestone": ["m1", "m2"],
        "risk": ["R1", "R2"],
    }
    ids["task"] = [f"T{id_}-{n}" for id_ in ids["sprint"] for n in (1, 2)]
    ids |= {"owner": ids["person"] + ids["team"] + ids["role"], "unit": ids["sprint"] + ids["task"]}
    contents = {name: _Filler(texts, ids).file(name) for name in FILES if name != "sprint"}
    of_sprints = {id_: _Filler(texts, ids, id_).file("sprint") for id_ in ids["sprint"]}
    for entry in contents["progress"]["entries"]:
        about = of_sprints[entry["sprint"]]
        entry["tasks"] = [about["tasks"][-1]["title"]]
        entry["measured"] = [reading | {"metric": about["metrics"][0]["name"]} for reading in entry["measured"][:1]]
    files = {
        FILES[name][1].removeprefix("plan_data/").replace("<name>", "all"): data for name, data in contents.items()
    }
    files |= {f"sprints/{id_}.yml": data for id_, data in of_sprints.items()}
    return {path: json.dumps(data, ensure_ascii=False, indent=1) for path, data in files.items()}


def numbered() -> Texts:
    """Texts that name their field; no two are the same."""
    numbers = count()
    forms = {"url": "https://a.example/{n}", "path": "docs/{n}.md", "measure": "{n} ms"}
    return lambda kind, at: forms.get(kind, "{at} {n}").format(at=at, n=next(numbers))


def whole(texts: Texts | None = None, sprints: int = 4) -> Plan:
    """A plan with a value in every field of every part."""
    with TemporaryDirectory() as folder:
        plan = load(write_plan(Path(folder), everything(texts or numbered(), sprints))).plan
    assert plan
    severity = {"audit": plan.header.audit.model_copy(update={"severity": {"no-phase": "error"}})}
    return replace(plan, header=plan.header.model_copy(update=severity))


def neighbours(of: Plan) -> Iterator[tuple[str, Plan]]:
    """Copies of the plan with one change each, for every field except the ids of sprints, with the field's path.

    In a list, the first item is changed, and removed. Paths begin like those that `Texts` takes.
    """
    id_, last = list(of.sprints.items())[-1]
    for path, header in otherwise(of.header, "plan"):
        yield path, replace(of, header=header)
    for path, sprint in otherwise(last, "sprint"):
        yield path, replace(of, sprints={**of.sprints, id_: sprint})
    for path, phases in otherwise(Phases(phases=of.phases), "phases"):
        yield path, replace(of, phases=phases.phases)
    for path, options in otherwise(Options(options=of.options, chosen=of.chosen), "options"):
        yield path, replace(of, options=options.options, chosen=options.chosen)
    for path, team in otherwise(Team(people=of.people, teams=of.teams, roles=of.roles, calendar=of.calendar), "team"):
        yield path, replace(of, people=team.people, teams=team.teams, roles=team.roles, calendar=team.calendar)
    for path, milestones in otherwise(Milestones(milestones=of.milestones), "milestones"):
        yield path, replace(of, milestones=milestones.milestones)
    for path, risks in otherwise(Risks(risks=of.risks), "risks"):
        yield path, replace(of, risks=risks.risks)
    for path, progress in otherwise(Progress(entries=of.entries), "progress"):
        yield path, replace(of, entries=progress.entries)


def otherwise(part: P, at: str) -> Iterator[tuple[str, P]]:
    """Copies of a part with one change each, at least one for each of its fields."""
    for field in fields_of(type(part)):
        if isinstance(part, Dependency) and getattr(part, field.name) is None:
            only = {"sprint": None, "task": None, field.name: _free(field, ())}
            yield f"{at}.{field.name}", part.model_copy(update=only)
        elif (type(part), field.name) != (Sprint, "id"):
            for path, other in _others(getattr(part, field.name), field, f"{at}.{field.name}"):
                yield path, part.model_copy(update={field.name: other})


def _others(value: Any, field: PartField, at: str) -> Iterator[tuple[str, Any]]:
    match value:
        case Part():
            yield from otherwise(value, at)
        case tuple():
            if value[0] not in value[1:]:
                yield f"{at}[less]", value[1:]
            for path, other in [("", _free(field, value))] if field.refers else _others(value[0], field, ""):
                yield f"{at}[0]{path}", (other, *value[1:])
        case Mapping():
            yield f"{at}[less]", {}
            other = "https://tickets.example.org/browse/{id}" if field.name == "tracker" else "info"
            yield f"{at}[other]", dict.fromkeys(value, other)
        case _:
            yield at, _another(value, field)


ANOTHER: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (bool, lambda value: not value),
    (int, lambda value: value + 1),
    (str, lambda value: "UTC" if value == "Europe/Berlin" else f"{value}0"),
    (date, lambda value: value + timedelta(days=1)),
    (TimeWindow, lambda value: TimeWindow(value.unit, value.first, (value.last or value.first) + 1)),
    (DateSpan, lambda value: DateSpan(value.first, value.last + timedelta(weeks=1))),
    (Quantity, lambda value: Quantity.read("$7" if value.is_money else "7 days" if value.unit else "7")),
    (NoneType, lambda _: "PAGE.md"),  # the only field without a value in the whole plan
)
IDS = {
    "sprint": ("1", "2", "3", "4"), "unit": ("1", "2", "3", "4"), "task": ("T1-1", "T1-2", "T2-1"),
    "phase": ("f1", "f2"), "person": ("p1", "p2"), "owner": ("p1", "p2", "t1", "r1"), "option": ("A", "B"),
}  # fmt: skip


def _free(field: PartField, taken: Sequence[Any]) -> str:
    """An id of the kind that a field refers to, except those taken; an unknown one if all are."""
    return next((id_ for id_ in IDS[field.refers] if id_ not in taken), "none")


def _another(value: Any, field: PartField) -> Any:
    """Another value of the same kind."""
    if get_origin(field.item) is Literal:
        return next(choice for choice in get_args(field.item) if choice != value)
    if field.refers:
        return _free(field, (value,))
    return next(change(value) for kind, change in ANOTHER if isinstance(value, kind))


class _Filler:
    """Fills one file; `of` is the id of its sprint, empty for other files."""

    def __init__(self, texts: Texts, ids: Mapping[str, Sequence[str]], of: str = "") -> None:
        self.texts = texts
        self.ids = ids
        self.of = of
        self.earlier = ids["sprint"][: ids["sprint"].index(of)] if of else ids["sprint"]
        self.others = {kind: cycle([id_ for id_ in of_kind if id_ != of]) for kind, of_kind in ids.items()}
        self.turns: dict[str, Iterator[int]] = {}

    def file(self, name: str) -> dict[str, Any]:
        return self.part(FILES[name][0], name)

    def part(self, model: type[BaseModel], at: str, n: int = 0) -> dict[str, Any]:
        """The n-th part of its list."""
        hints = get_type_hints(model, include_extras=True)
        names = (name for name in model.model_fields if name not in ("id", "page"))
        values = {name: self.value(hints[name], f"{at}.{name}") for name in names}
        if "id" in model.model_fields:
            values["id"] = self.id(at, n)
        return values | values.pop("fields") if model in CUSTOM_FIELD_OWNERS else values

    def id(self, at: str, n: int) -> str:
        """The id of the n-th part of its list."""
        if at in ("sprint.tasks", "sprint.risks"):
            return f"{'T' if at == 'sprint.tasks' else 'R'}{self.of}-{n + 1}"
        return at if at == "plan" else self.of or self.ids[LISTED[at]][n]

    def value(self, hint: Any, at: str) -> Any:
        if at == "plan.fields":
            return [FIELD | {"title": self.texts("line", f"{at}.title"), "choices": CHOICES, "required": True}]
        return LEVELS if at == "plan.risk_levels" else self.of_type(hint, at)

    def of_type(self, hint: Any, at: str) -> Any:
        if kind := next((kind for known, kind in FREE if hint == known), None):
            return self.texts(kind, at)
        if fixed := next((fixed for known, fixed in FIXED if hint == known), None):
            return fixed
        if get_origin(hint) is Annotated and get_origin(hint.__origin__) is tuple:
            hint = hint.__origin__
        origin, inside = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType):
            return self.value(next(kind for kind in inside if kind is not NoneType), at)
        if origin is tuple:
            return self.items(inside[0], at)
        if origin is Literal:
            return inside[self.turn(at) % len(inside)]
        return self.plain(hint, at)

    def turn(self, at: str) -> int:
        """Number of the choice that a field takes, the next one each time; new fields do not change those of others."""
        return next(self.turns.setdefault(at, count(int(self.of or 0) + FIRST_CHOICE.get(at, 0))))

    def items(self, hint: Any, at: str) -> list[Any]:
        if at.endswith(".depends_on"):
            ends = [{"sprint": id_} for id_ in self.earlier[-1:]] + [{"task": f"T{id_}-2"} for id_ in self.earlier[:1]]
            rest = ({name: self.value(kind, f"{at}.{name}") for name, kind in _EDGE.items()} for _ in ends)
            return [end | fields for end, fields in zip(ends, rest, strict=True)]
        return [self.part(hint, at, n) if _is_part(hint) else self.value(hint, at) for n in range(self.many(at))]

    def many(self, at: str) -> int:
        """Number of items in a list: one for each id of its kind, and in plan.yml enough for many sorts of text."""
        if at in LISTED:
            return len(self.ids[LISTED[at]])
        return 12 if at.startswith("plan.") and at.count(".") == 1 else 2

    def plain(self, hint: Any, at: str) -> Any:
        if _is_part(hint):
            return self.part(hint, at)
        if hint is bool:
            return self.turn(at) % 2 == 0
        if hint in (int, Decimal):
            return 5
        if get_origin(hint) is Mapping:
            return {"cost": CHOICES[0]} if at.endswith(".fields") else {}
        for kind in getattr(hint, "__metadata__", ()):
            if isinstance(kind, str):
                return next(self.others[kind])
        raise TypeError(f"{at}: add an example of a value of {hint} here")


_EDGE = {name: get_type_hints(Dependency, include_extras=True)[name] for name in ("strength", "reason")}


def _is_part(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)
