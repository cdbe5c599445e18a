"""Rules about risks and readiness: high risks without an owner or mitigation, missing tests and documents."""

from collections.abc import Callable, Iterator

from masterplan.analyse.audit.claims import on_claims
from masterplan.analyse.audit.mentions import Mentions
from masterplan.analyse.audit.proportion import lacking
from masterplan.analyse.audit.rule import AreaRows, AuditInput, Fault, active_sprints, at_shift
from masterplan.analyse.parts import Compared, listed
from masterplan.analyse.progress import open_high_risks
from masterplan.model.part import Path, walk
from masterplan.model.risk import NamedRisk, Risk
from masterplan.model.sprint import Document, Sprint
from masterplan.model.task import OUT


def _unanswered(lacks: Callable[[Sprint, Risk], bool], what: str, hint: str) -> Callable[[AuditInput], Iterator[Fault]]:
    def run(inputs: AuditInput) -> Iterator[Fault]:
        for sprint, risk in open_high_risks(inputs.plan, inputs.standings):
            if lacks(sprint, risk):
                message = f"{inputs.name(sprint.id)} has a {risk.level} risk, but no {what}"
                yield Fault(("sprints", sprint.id, "risk", "level"), message, inputs.plan.worded(hint))
        if what in {"owner", "mitigation"}:
            yield from _named_unanswered(inputs, what, inputs.plan.worded(hint))

    return run


def _named(inputs: AuditInput) -> Iterator[tuple[Path, NamedRisk, Sprint | None]]:
    """Named risks with their paths: those of the plan, and those of open sprints, with the sprint."""
    for n, risk in enumerate(inputs.plan.risks):
        yield ("risks", "risks", n), risk, None
    for sprint in inputs.sprints if any(sprint.risks for sprint in inputs.sprints) else ():
        if inputs.standings[sprint.id].is_open:
            yield from ((("sprints", sprint.id, "risks", n), risk, sprint) for n, risk in enumerate(sprint.risks))


def _named_unanswered(inputs: AuditInput, field: str, hint: str) -> Iterator[Fault]:
    """High named risks without a mitigation, or without an owner if their sprint has none either."""
    for path, risk, sprint in _named(inputs):
        has = getattr(risk, field) or (field == "owner" and sprint and sprint.owner)
        if risk.state == "open" and inputs.plan.is_high(risk.level) and not has:
            start = f"{inputs.name(sprint.id)}: the" if sprint else "The"
            yield Fault((*path, "level"), f"{start} {risk.level} risk `{risk.title}` has no {field}", hint)


def _exposed(inputs: AuditInput) -> Iterator[str]:
    """Ids of open sprints with a high risk."""
    rated = [sprint.id for sprint, _ in open_high_risks(inputs.plan, inputs.standings)]
    named = [sprint.id for _, risk, sprint in _named(inputs) if sprint and inputs.plan.is_high(risk.level)]
    return iter(dict.fromkeys((*rated, *named)))


def _with_rollback_steps(inputs: AuditInput) -> Iterator[str]:
    """Ids of open sprints with a high risk and rollback steps."""
    return (sprint.id for sprint, _ in open_high_risks(inputs.plan, inputs.standings) if _has_steps(sprint))


def _without_owner(sprint: Sprint, risk: Risk) -> bool:
    return not risk.owner and not sprint.owner


def _without_mitigation(_: Sprint, risk: Risk) -> bool:
    return not risk.mitigation


def _without_rollback(sprint: Sprint, _: Risk) -> bool:
    return sprint.rollback is None or not sprint.rollback.is_stated


def _without_trigger(sprint: Sprint, _: Risk) -> bool:
    return _has_steps(sprint) and sprint.rollback is not None and sprint.rollback.trigger is None


def _has_steps(sprint: Sprint) -> bool:
    rollback = sprint.rollback
    return rollback is not None and rollback.needed and bool(rollback.steps)


def _level(inputs: AuditInput) -> Iterator[Fault]:
    """Risk levels that do not fit likelihood and impact."""
    for sprint in inputs.sprints:
        if sprint.risk:
            yield from _outside_range(inputs, ("sprints", sprint.id, "risk"), inputs.name(sprint.id), sprint.risk)
    for path, risk, of_sprint in _named(inputs):
        name = f"{inputs.name(of_sprint.id)}, `{risk.title}`" if of_sprint else risk.title
        yield from _outside_range(inputs, path, name, risk)


def _outside_range(inputs: AuditInput, path: Path, name: str, risk: Risk | NamedRisk) -> Iterator[Fault]:
    if risk.level is None or risk.likelihood is None or risk.impact is None:
        return
    grade = inputs.plan.grade
    least, most = sorted((risk.likelihood, risk.impact), key=grade)
    highest = grade(most) + inputs.plan.is_high(least)  # with two high levels, the risk may be one level higher
    if not grade(least) <= grade(risk.level) <= highest:
        computed = least if least == most else f"{least} to {most}"
        message = f"{name}: the risk is {risk.level}, but its likelihood and impact are {computed}"
        places = (Compared((*path, "likelihood"), risk.likelihood), Compared((*path, "impact"), risk.impact))
        yield Fault((*path, "level"), message, "fix the level, the likelihood or the impact", computed, places)


def _mitigated_late(inputs: AuditInput) -> Iterator[Fault]:
    """Mitigations that rely on a sprint that ends too late."""
    mentions = Mentions(inputs.plan)
    for sprint in inputs.sprints:
        for path, needed in _relied_on(inputs, sprint, mentions) if sprint.risk else ():
            late = _ends_later(inputs, sprint.id, needed)
            if late:
                message = f"The mitigation of {inputs.name(sprint.id)} relies on {inputs.name(needed)}, but {late.says}"
                hint = f"do {inputs.name(needed)} first, or choose another mitigation"
                yield Fault(path, message, hint, "", (late,))


def _relied_on(inputs: AuditInput, sprint: Sprint, mentions: Mentions) -> Iterator[tuple[Path, str]]:
    risk = sprint.risk
    if risk:
        for n, id_ in enumerate(risk.relies_on):
            yield ("sprints", sprint.id, "risk", "relies_on", n), id_
        for n, text in enumerate(risk.mitigation):
            for id_ in mentions.sprints(text, inputs.plan):
                if id_ != sprint.id and id_ not in risk.relies_on:
                    yield ("sprints", sprint.id, "risk", "mitigation", n), id_


def _ends_later(inputs: AuditInput, sprint: str, needed: str) -> Compared | None:
    """Place where the plan has the needed sprint end after the other begins: in an option, else in the phases."""
    if inputs.standings[needed].is_dropped:
        return Compared(("sprints", needed, "id"), f"{inputs.name(needed)} is {inputs.standings[needed].state}")
    for staffing in inputs.staffing:
        period, needed_period = staffing.spans.get(sprint), staffing.spans.get(needed)
        if period and needed_period and not needed_period.is_over_by(period):
            starts = f"starts {inputs.name(sprint)} {period.begins}"
            reason = f"{staffing.name} ends it {needed_period.ends} and {starts}"
            return Compared(at_shift(staffing.shifts_by_sprint[needed][-1]).path, reason)
    needed_phase, phase = inputs.plan.phase_of.get(needed), inputs.plan.phase_of.get(sprint)
    period = inputs.plan.period_of_phase(phase) if phase else None
    needed_period = inputs.plan.period_of_phase(needed_phase) if needed_phase else None
    if needed_phase and phase and period and needed_period and period.is_over_by(needed_period):
        return Compared(
            inputs.at_phase(needed_phase).path,
            f"it is in {inputs.phase_name(needed_phase)}, after {inputs.phase_name(phase)}",
        )
    return None


def _no_risk(inputs: AuditInput) -> Iterator[Fault]:
    return lacking(inputs, lambda s: s.risk is not None, "risk", "add a `risk:`")


def _no_owner(inputs: AuditInput) -> Iterator[Fault]:
    """Open sprints without an owner, if most have one; if every task has an owner, the sprint counts as owned.

    Sprints with a high risk have a rule of their own.
    """

    def has_owner(sprint: Sprint) -> bool:
        tasks = [task for task in sprint.tasks if task.state not in OUT]
        return bool(sprint.owner) or (bool(tasks) and all(task.owner for task in tasks))

    high = {sprint.id for sprint, _ in open_high_risks(inputs.plan, inputs.standings)}
    faults = lacking(inputs, has_owner, "owner", "add an `owner:`", only_open=True)
    return (fault for fault in faults if fault.path[1] not in high)


def _tests(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints that lack kinds of tests required by the testing strategy."""
    strategy = inputs.plan.header.testing.per_sprint
    if strategy is None:
        return
    requirement = Compared(("plan", "testing", "per_sprint"), listed(strategy.items))
    if not any(sprint.tests for sprint in inputs.sprints):
        if inputs.sprints:
            one = inputs.plan.unit.one.lower()
            message = f"{listed(strategy.items)} are required for every {one}, but no {one} lists any tests"
            yield Fault(requirement.path, message, "list the tests of each, or drop the requirement", "", key=True)
        return
    for sprint in inputs.sprints:
        stated = {_kind(test.kind) for test in sprint.tests}
        missing = [kind for kind in strategy.items if _kind(kind) not in stated]
        if missing:
            one = inputs.plan.unit.one.lower()
            message = f"{inputs.name(sprint.id)} lacks {listed(missing).lower()}, which every {one} needs"
            path = ("sprints", sprint.id, "tests") if sprint.tests else ("sprints", sprint.id)
            hint = "list the tests, or drop the requirement"
            yield Fault(path, message, hint, listed(missing), (requirement,), key=bool(sprint.tests))


def _kind(name: str) -> str:
    return " ".join(word.removesuffix("s") for word in name.casefold().split())


def _documents(inputs: AuditInput) -> Iterator[Fault]:
    """Documents to update that are not in the repository, unless open work mentions them."""
    if inputs.exists is None:
        return
    missing = [(path, document) for path, document in _all_documents(inputs) if not inputs.exists(document.path)]
    open_work = _open_work(inputs) if missing else ""
    for path, document in missing:
        if document.path.rpartition("/")[2] not in open_work:
            message = f"`{document.path}` is listed for updates, but is not in the repository"
            yield Fault((*path, "path"), message, "fix the path, or add the document")


def _open_work(inputs: AuditInput) -> str:
    """Texts of the open tasks and the deliverables of open sprints, joined."""
    sprints = [sprint for sprint in inputs.sprints if inputs.standings[sprint.id].is_open]
    tasks = [task for sprint in sprints for task in sprint.tasks if task.state != "done"]
    texts = (value.text for task in tasks for value in walk(task))
    return "\n".join((*texts, *(text for sprint in sprints for text in sprint.deliverables)))


def _all_documents(inputs: AuditInput) -> Iterator[tuple[Path, Document]]:
    """Documents to update after every sprint, and those of finished sprints; open sprints may still create theirs."""
    for n, document in enumerate(inputs.plan.header.documentation.after_each_sprint):
        yield ("plan", "documentation", "after_each_sprint", n), document
    done = [sprint for id_, sprint in inputs.plan.sprints.items() if inputs.standings[id_].state == "done"]
    for sprint in done:
        for n, document in enumerate(sprint.documentation):
            yield ("sprints", sprint.id, "documentation", n), document


_row = AreaRows("risks")

CHECKS = (
    _row(
        "risk-without-owner",
        "gap",
        "warning",
        "A high risk has no owner.",
        _unanswered(_without_owner, "owner", "add an `owner:` to the risk or the sprint"),
    ).merged(_exposed, "sprints with a high risk have no owner"),
    _row(
        "risk-without-mitigation",
        "gap",
        "warning",
        "A high risk has no mitigation.",
        _unanswered(_without_mitigation, "mitigation", "add a `mitigation:` that reduces the risk"),
    ).merged(_exposed, "sprints with a high risk have no mitigation"),
    _row(
        "risk-without-rollback",
        "gap",
        "warning",
        "A high risk has no rollback steps.",
        _unanswered(_without_rollback, "rollback steps", "add a `rollback:` with steps to undo the work"),
    ).merged(_exposed, "sprints with a high risk have no rollback steps"),
    _row(
        "risk-without-trigger",
        "gap",
        "info",
        "A high risk has a rollback, but no trigger for it.",
        _unanswered(_without_trigger, "trigger for its rollback", "add a `trigger:` that shows when to roll back"),
    ).merged(_with_rollback_steps, "sprints with a high risk and rollback steps have no trigger for them"),
    _row("risk-level", "contradiction", "warning", "A risk's level does not fit its likelihood and impact.", _level),
    _row(
        "mitigation-late",
        "contradiction",
        "warning",
        "A mitigation relies on a sprint that finishes too late.",
        _mitigated_late,
    ),
    _row("no-risk", "gap", "info", "A sprint states no risk, though most do.", _no_risk),
    _row("sprint-without-owner", "gap", "info", "An open sprint has no owner, though most have one.", _no_owner),
    _row(
        "not-the-most",
        "contradiction",
        "warning",
        "A sprint is called the riskiest, the largest or a quick win, but is not.",
        on_claims("highest-risk", "lowest-risk", "largest", "quick-win"),
    ),
    _row(
        "not-ready",
        "contradiction",
        "warning",
        "The plan or a sprint is called ready, but something is still open.",
        on_claims("ready"),
    ),
    _row(
        "missing-tests",
        "gap",
        "info",
        "A sprint lacks tests that the testing strategy requires for every sprint.",
        _tests,
    ).merged(active_sprints, "sprints lack tests that the testing strategy requires"),
    _row(
        "missing-document", "gap", "warning", "A document that has to be updated is not in the repository.", _documents
    ),
)
