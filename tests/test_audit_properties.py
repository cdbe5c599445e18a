"""A consistent plan has no findings, and a single contradiction gives only its own.

The plans are small, because each rule is tried on ten of them.
"""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from masterplan.analyse import Facts, analyse
from masterplan.model.finding import ordered
from tests.consistent import Spec, built, specs

TODAY = date(2026, 12, 31)

Injection = Callable[[Spec], object]


def audited(spec: Spec) -> Facts:
    return analyse(built(spec), TODAY, {"docs/plan.md"}.__contains__)


def last(spec: Spec) -> Spec:
    """The last sprint."""
    sprint: Spec = list(spec["sprints"].values())[-1]
    return sprint


def undone(spec: Spec) -> Spec:
    """The last sprint; only plans in which it has no progress entry are tried."""
    assume(len(spec["entries"]) < len(spec["sprints"]))
    return last(spec)


def not_begun(spec: Spec) -> None:
    """Remove all progress: no entries, and no finished tasks."""
    spec["entries"] = []
    for sprint in spec["sprints"].values():
        sprint["tasks"] = [{"title": "Do it"}]


def claim(of: Spec, kind: str) -> Spec:
    """A claim of a part; only plans that make it are tried."""
    claims: list[Spec] = [claim for claim in of["declared"] if claim["claim"] == kind]
    assume(bool(claims))
    return claims[0]


def several(spec: Spec, number: int = 2) -> None:
    assume(len(spec["sprints"]) >= number)


def wrong_total(spec: Spec) -> None:
    header = spec["header"]
    header["declared"] = [declared for declared in header["declared"] if declared["claim"] != "annual-savings"]
    claim(header, "monthly-savings")["says"] = "$999,999"


def second_phase(spec: Spec) -> None:
    assume(len(spec["phases"]) > 1)
    spec["phases"][-1]["sprints"].append(spec["phases"][0]["sprints"][0])
    spec["phases"][-1]["declared"] = []


def out_of_phases(spec: Spec) -> None:
    phase = spec["phases"][-1]
    left_out = phase["sprints"].pop()
    spec["entries"] = [entry for entry in spec["entries"] if entry["sprint"] != left_out]
    spec["sprints"][left_out]["tasks"] = [{"title": "Do it"}]
    phase["declared"], phase["parallel"] = [], []


def swapped_weeks(spec: Spec) -> None:
    """In option A the first and the last sprint swap weeks, although the last needs the first. All are in one phase."""
    several(spec)
    assume(len(spec["phases"]) == 1)
    work = spec["options"][0]["people"][0]["work"]
    work[0]["when"], work[-1]["when"] = work[-1]["when"], work[0]["when"]
    del spec["options"][1]
    spec["phases"][0]["parallel"], spec["entries"] = [], []
    last(spec).update(depends_on=[{"sprint": "1"}], declared=[])
    spec["sprints"]["1"]["rollback"]["first"] = [last(spec)["id"]]


def both_in_a_week(spec: Spec) -> None:
    """In option A the last sprint begins while the one before it continues. All are in one phase."""
    several(spec)
    assume(len(spec["phases"]) == 1)
    work = spec["options"][0]["people"][0]["work"]
    work[-1]["when"] = f"{len(work) - 1}-{len(work)}"
    del spec["options"][1]
    last(spec)["depends_on"] = []


def longer_phases(spec: Spec) -> None:
    assume(len(spec["phases"]) == 1)
    spec["phases"][0].update(when="1-500", declared=[])
    spec["header"]["declared"] = []


def early_support(spec: Spec) -> None:
    several(spec)
    lane = {"name": "Cay", "work": [{"when": 1, "supports": [last(spec)["id"]]}]}
    spec["options"][0]["people"].append(lane)
    claim(spec["options"][0], "people")["says"] = "2"


def without_ada(spec: Spec) -> None:
    several(spec)
    not_begun(spec)
    spec["options"][1]["people"].pop(0)
    spec["options"][1]["declared"] = []
    assume(any(work.get("sprints") for lane in spec["options"][1]["people"] for work in lane["work"]))


def a_short_task(spec: Spec) -> None:
    spec["options"].pop(1)
    last(spec)["effort"] = "2 hours"


def a_long_task(spec: Spec) -> None:
    spec["options"].pop(1)
    last(spec)["effort"] = "90 days"


def a_need_that_is_none(spec: Spec) -> None:
    """Claim that the last sprint needs one on which it does not depend."""
    needed = audited(spec).graph.before(last(spec)["id"])
    free = [id_ for id_ in spec["sprints"] if id_ not in needed and id_ != last(spec)["id"]]
    assume(bool(free))
    last(spec)["declared"].append({"claim": "needs", "says": "needs that", "sprints": free[:1]})


def redundant(spec: Spec) -> None:
    """Sprint 3 needs Sprint 2, and again Sprint 1, which Sprint 2 already needs."""
    several(spec, 3)
    assume(len(spec["phases"]) == 1)
    for id_, needs in (("2", ["1"]), ("3", ["1", "2"])):
        edges = [{"sprint": need, "reason": "its data"} for need in needs]
        spec["sprints"][id_].update(depends_on=edges, declared=[])
    del spec["sprints"]["3"]["depends_on"][0]["reason"]
    spec["sprints"]["1"]["rollback"]["first"] = ["3", "2"]
    spec["sprints"]["2"]["rollback"]["first"] = ["3"]
    spec["phases"][0]["parallel"] = []
    del spec["options"][1]


def high(of: Spec) -> Spec:
    """Raise the risk of a sprint to high."""
    of["risk"].update(level="high", likelihood="high", impact="high")
    return of


def no_rollback(spec: Spec) -> None:
    several(spec, 3)
    assume(last(spec)["risk"]["level"] not in {"high", "very high"} and not last(spec)["rollback"]["first"])
    del last(spec)["rollback"]


def no_metric(spec: Spec) -> None:
    several(spec, 3)
    undone(spec).update(metrics=[], declared=[])


def no_savings(spec: Spec) -> None:
    several(spec, 3)
    spec["header"]["declared"] = []
    del last(spec)["savings"]
    last(spec)["declared"] = []


def not_ready(spec: Spec) -> None:
    not_begun(spec)
    spec["header"]["next_steps"].append({"title": "Review"})
    spec["header"]["declared"].append({"claim": "ready", "says": "ready"})


def document(spec: Spec) -> None:
    spec["header"]["documentation"]["after_each_sprint"].append({"path": "docs/no.md"})


def first_entry(spec: Spec) -> Spec:
    assume(bool(spec["entries"]))
    entry: Spec = spec["entries"][0]
    return entry


def open_task(spec: Spec) -> None:
    spec["sprints"][first_entry(spec)["sprint"]]["tasks"].append({"title": "More"})


def unfounded(spec: Spec) -> None:
    """The last sprint is in progress, but the sprint it needs is not done."""
    several(spec)
    for sprint in spec["sprints"].values():
        sprint.update(depends_on=[], declared=[])
        sprint["rollback"]["first"] = None
    last(spec)["depends_on"] = [{"sprint": "1"}]
    spec["entries"] = [{"sprint": last(spec)["id"], "date": "2026-12-30", "state": "in progress"}]
    for phase in spec["phases"]:
        phase["parallel"] = []
    del spec["options"][1]


def tomorrow(spec: Spec) -> None:
    spec["entries"].append({"sprint": undone(spec)["id"], "date": "2027-01-01", "state": "planned"})


def another_currency(spec: Spec) -> None:
    """The last sprint saves euros, and no claim states the savings of all."""
    several(spec)
    for part in (spec["header"], last(spec)):
        part["declared"] = [claim for claim in part["declared"] if not claim["claim"].endswith("-savings")]
    last(spec)["savings"] = {"monthly": "€1-2"}


INJECTIONS: list[tuple[str, Injection]] = [
    ("total-mismatch", wrong_total),
    ("count-mismatch", lambda s: claim(s["header"], "sprints").update(value=99)),
    ("annual-mismatch", lambda s: claim(last(s), "annual-savings").update(says="$999,999")),
    ("impact-mismatch", lambda s: claim(last(s), "improvement").update(value="80%")),
    ("impact-unmeasured", lambda s: claim(last(s), "improvement").update(of="Memory")),
    ("improvement-mismatch", lambda s: last(s)["metrics"][0].update(improvement="40%")),
    ("improvement-not-a-figure", lambda s: last(s)["metrics"][0].update(improvement="much")),
    ("wrong-way", lambda s: last(s)["metrics"][0].update(better="higher")),
    ("table-sum", lambda s: s["header"]["tables"][0].update(total=["$6-7", "$4", "$9-10"])),
    ("timeline-mismatch", lambda s: claim(s["options"][0], "duration").update(says="900 weeks")),
    ("loose-range", lambda s: claim(s["options"][0], "duration").update(says="0-900 weeks")),
    ("date-mismatch", lambda s: claim(s["header"], "starts").update(day="2025-01-06")),
    ("weekday-mismatch", lambda s: s["header"]["next_steps"][0].update(title="Friday, 5 January 2026")),
    ("two-phases", second_phase),
    ("no-phase", out_of_phases),
    ("members-mismatch", lambda s: claim(s["phases"][0], "includes").update(sprints=[])),
    ("phase-length", longer_phases),
    ("starts-early", swapped_weeks),
    ("sequential-overlap", both_in_a_week),
    ("support-early", early_support),
    ("not-in-option", without_ada),
    ("effort-window", a_long_task),
    ("idle-window", a_short_task),
    ("needs-mismatch", a_need_that_is_none),
    ("redundant-dependency", redundant),
    ("unknown-mention", lambda s: last(s).update(impact="as good as Sprint 999")),
    ("risk-without-owner", lambda s: high(undone(s)).pop("owner")),
    ("risk-without-mitigation", lambda s: high(undone(s))["risk"].update(mitigation=[])),
    ("risk-level", lambda s: undone(s)["risk"].update(level="medium", likelihood="low", impact="low")),
    ("no-rollback", no_rollback),
    ("no-metric", no_metric),
    ("no-savings", no_savings),
    ("mixed-currencies", another_currency),
    ("not-ready", not_ready),
    ("missing-tests", lambda s: last(s)["tests"].pop()),
    ("missing-document", document),
    ("done-with-open-tasks", open_task),
    ("done-unmeasured", lambda s: first_entry(s).pop("measured")),
    ("target-missed", lambda s: first_entry(s)["measured"][0].update(value="9999 ms")),
    ("before-needed", unfounded),
    ("entry-in-future", tomorrow),
    ("entry-before-start", lambda s: first_entry(s).update(date="2026-01-04")),
    ("state-mismatch", lambda s: first_entry(s).update(percent=90)),
]


@given(specs())
def test_a_consistent_plan_has_no_findings(spec: Spec) -> None:
    assert [(finding.rule.id, finding.message) for finding in audited(spec).findings] == []


@pytest.mark.parametrize(("rule", "inject"), INJECTIONS, ids=[rule for rule, _ in INJECTIONS])
@settings(max_examples=10, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_one_contradiction_gives_its_finding_and_no_other(rule: str, inject: Injection, data: st.DataObject) -> None:
    spec = data.draw(specs(most_phases=3, most_sprints=3))
    inject(spec)
    findings = audited(spec).findings
    assert [finding.rule.id for finding in findings] == [rule], [finding.message for finding in findings]


@given(specs(most_phases=3))
def test_two_audits_give_the_same_findings_in_the_order_of_the_files(spec: Spec) -> None:
    spec["header"]["declared"].append({"claim": "sprints", "says": "99"})
    facts = audited(spec)
    assert facts.findings == audited(spec).findings == ordered(facts.findings)
    assert len(facts.findings) == 1
