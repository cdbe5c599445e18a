"""Pairs of plans: a consistent one, and the same with a few edits of the kinds that people make."""

from collections.abc import Callable
from copy import deepcopy
from random import Random

from hypothesis import strategies as st

from masterplan.model.plan import Plan
from tests.consistent import LEVELS, Spec, built, specs

Edit = Callable[[Spec, Random], object]


def some(spec: Spec, random: Random) -> Spec:
    """Any sprint."""
    sprint: Spec = spec["sprints"][random.choice(list(spec["sprints"]))]
    return sprint


def add_sprint(spec: Spec, random: Random) -> None:
    id_ = f"new-{random.randrange(1000)}"
    spec["sprints"][id_] = {"id": id_, "title": f"New {id_}", "depends_on": [{"sprint": some(spec, random)["id"]}]}
    random.choice(spec["phases"])["sprints"].insert(0, id_)


def remove_sprint(spec: Spec, random: Random) -> None:
    if len(spec["sprints"]) > 1:
        gone = some(spec, random)["id"]
        del spec["sprints"][gone]
        rename(spec, gone, None)


def rename_sprint(spec: Spec, random: Random) -> None:
    old = some(spec, random)["id"]
    new = f"{old}.{random.randrange(1000)}"
    spec["sprints"][new] = spec["sprints"].pop(old) | {"id": new}
    rename(spec, old, new)


def rename(spec: Spec, old: str, new: str | None) -> None:
    """Replace a sprint's id in all references to it, or remove these if `new` is None."""

    def named(ids: list[str]) -> list[str]:
        return [id_ for id_ in (new if id_ == old else id_ for id_ in ids) if id_]

    for sprint in spec["sprints"].values():
        edges = sprint.get("depends_on") or []
        sprint["depends_on"] = [edge | {"sprint": id_} for edge in edges for id_ in named([edge["sprint"]])]
        for claim in sprint.get("declared", ()):
            claim["sprints"] = named(claim.get("sprints", []))
        if sprint.get("rollback"):
            sprint["rollback"]["first"] = named(sprint["rollback"].get("first") or [])
    for phase in spec["phases"]:
        phase["sprints"], phase["parallel"] = named(phase["sprints"]), []
        for claim in phase["declared"]:
            claim["sprints"] = named(claim.get("sprints", []))
    for option in spec["options"]:
        for lane in option["people"]:
            for work in lane["work"]:
                work["sprints"] = named(work["sprints"])
    spec["entries"] = [entry | {"sprint": id_} for entry in spec["entries"] for id_ in named([entry["sprint"]])]


def move_sprint(spec: Spec, random: Random) -> None:
    id_ = some(spec, random)["id"]
    for phase in spec["phases"]:
        phase["sprints"] = [other for other in phase["sprints"] if other != id_]
    random.choice(spec["phases"])["sprints"].append(id_)


def depend(spec: Spec, random: Random) -> None:
    """Add a dependency on an earlier sprint, or change the strength of one."""
    ids = list(spec["sprints"])
    n = random.randrange(len(ids))
    if n:
        prerequisite, sprint = random.choice(ids[:n]), spec["sprints"][ids[n]]
        others = [edge for edge in sprint.get("depends_on") or [] if edge["sprint"] != prerequisite]
        sprint["depends_on"] = [*others, {"sprint": prerequisite, "strength": random.choice(["hard", "soft"])}]


def duplicate(spec: Spec, random: Random) -> None:
    """Repeat a task, test and claim of a sprint, and add another entry for a day that has one."""
    sprint = some(spec, random)
    for field in ("tasks", "tests", "declared"):
        sprint[field] = [*sprint.get(field, []), *deepcopy(sprint.get(field, [])[:1])]
    if spec["entries"]:
        spec["entries"].append(random.choice(spec["entries"]) | {"state": "in progress", "percent": 10})


def shuffle(spec: Spec, random: Random) -> None:
    """Shuffle every list whose order means nothing."""
    for sprint in spec["sprints"].values():
        for field in ("metrics", "tests", "tasks", "declared", "depends_on"):
            random.shuffle(sprint.get(field) or [])
    random.shuffle(spec["options"])
    random.shuffle(spec["people"])
    spec["sprints"] = dict(random.sample(list(spec["sprints"].items()), len(spec["sprints"])))


EDITS: tuple[Edit, ...] = (
    add_sprint,
    remove_sprint,
    rename_sprint,
    move_sprint,
    depend,
    duplicate,
    shuffle,
    lambda spec, random: some(spec, random).update(depends_on=None),
    lambda spec, random: some(spec, random).update(depends_on=[]),
    lambda spec, random: some(spec, random).update(effort=f"{random.randint(1, 20)} days"),
    lambda spec, random: some(spec, random).update(savings={"monthly": f"${random.randint(1, 900)}"}),
    lambda spec, random: some(spec, random).update(title="Another title", description="In *other* words"),
    lambda spec, random: some(spec, random).update(risk={"level": random.choice(LEVELS), "mitigation": ["Watch it"]}),
    lambda spec, random: some(spec, random).update(rollback=None),
    lambda spec, random: some(spec, random).update(metrics=[], tests=[]),
    lambda spec, random: some(spec, random).update(tasks=[{"title": "Do it", "done": False}, {"title": "Do more"}]),
    lambda spec, random: some(spec, random).update(owner=random.choice([("ada",), ("bob",), ("ada", "bob"), ()])),
    lambda spec, random: random.choice(spec["phases"]).update(when=f"{random.randint(1, 9)}-{random.randint(9, 20)}"),
    lambda spec, random: random.choice(spec["options"])["people"].pop(),
    lambda spec, _: spec["options"][0]["people"][:1] and spec["options"][0]["people"][0]["work"].reverse(),
    lambda spec, _: spec["phases"].reverse(),
    lambda spec, _: spec["entries"].clear(),
    lambda spec, _: spec["people"].append({"id": "cay", "name": "Cay", "absent": ["2026-02-02"]}),
    lambda spec, random: spec["header"].update(start=random.choice(["2026-02-02", None])),
    lambda spec, random: spec["header"].update(declared=spec["header"]["declared"][random.randrange(3) :]),
    lambda spec, _: spec["header"]["next_steps"].append({"title": "Then go on", "done": False}),
)


@st.composite
def pairs(draw: st.DrawFn, number: int = 2, most: int = 5) -> tuple[Plan, ...]:
    """A number of plans, each the previous one with a few edits."""
    spec = draw(specs(most_phases=3, most_sprints=3))
    versions = [spec]
    while len(versions) < number:
        spec = deepcopy(spec)
        for edit in draw(st.lists(st.sampled_from(EDITS), max_size=most)):
            try:
                edit(spec, draw(st.randoms(use_true_random=False)))
            except IndexError:
                continue  # nothing is left to choose from
        versions.append(spec)
    return tuple(built(version) for version in versions)
