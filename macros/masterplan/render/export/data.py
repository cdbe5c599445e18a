"""`plan.json`: the plan and what follows from it, for other programs; sorted, without the time it was made."""

import json

from masterplan.analyse import Facts
from masterplan.analyse.metrics import target_outcome
from masterplan.analyse.progress import Standing, tasks_done
from masterplan.model.finding import Finding
from masterplan.model.plan import Metric, Option, Phase, Plan, Sprint
from masterplan.model.progress import Entry
from masterplan.model.quantity import Quantity
from masterplan.model.weeks import Weeks
from masterplan.render.export import shapes


def text(made: shapes.Whole) -> str:
    """The whole as JSON text with keys in order and no blanks, which programs do not need."""
    return json.dumps(made.model_dump(mode="json"), separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"


def whole(facts: Facts) -> shapes.Whole:
    """The whole as typed data; sprints in natural order of their ids, all else in the order of the files."""
    plan, status = facts.plan, facts.status
    return shapes.Whole(
        schema=shapes.VERSION,
        title=plan.header.title,
        unit=plan.unit.one,
        group=plan.group.one,
        start=plan.header.start,
        today=facts.today,
        percent=status.percent,
        weighted_by=status.basis,
        savings=_amount(facts.monthly),
        saved=_amount(facts.realised.so_far),
        sprints=tuple(_sprint(facts, sprint) for sprint in plan.sprints.values()),
        phases=tuple(_phase(plan, phase, percent) for phase, percent in status.by_phase),
        options=tuple(_option(plan, option) for option in plan.options),
        people=tuple(shapes.Person(id=p.id, name=p.name, role=p.role, skills=p.skills) for p in plan.people),
        entries=tuple(_entry(entry) for standing in facts.standings.values() for entry in standing.entries),
        findings=tuple(map(_finding, facts.findings)),
    )


def _amount(value: Quantity | None) -> shapes.Amount | None:
    return _known(value) if value else None


def _known(value: Quantity) -> shapes.Amount:
    low, high = map(float, value.ends) if value.is_number else (None, None)
    return shapes.Amount(text=value.text, low=low, high=high, unit=value.unit, per=value.per)


def _span(plan: Plan, weeks: Weeks) -> shapes.Span:
    starts, ends = weeks.dates(plan.header.start) if plan.header.start else (None, None)
    return shapes.Span(first=weeks.first, last=weeks.last, starts=starts, ends=ends)


def _sprint(facts: Facts, sprint: Sprint) -> shapes.Sprint:
    plan, standing = facts.plan, facts.standings[sprint.id]
    phase = plan.phase_of.get(sprint.id)
    ticked = tasks_done(sprint, standing.entries)
    return shapes.Sprint(
        id=sprint.id,
        name=plan.name(sprint.id),
        title=sprint.title,
        description=sprint.description,
        impact=sprint.impact,
        phase=phase.id if phase else None,
        owner=sprint.owner,
        effort=_amount(sprint.effort),
        savings=_amount(sprint.savings.monthly if sprint.savings else None),
        saves=_amount(standing.saves),
        state=standing.state,
        percent=standing.percent,
        ready=standing.ready,
        waits_for=standing.waits_for,
        started=standing.started_on,
        done=standing.done_on,
        depends_on=_dependencies(sprint),
        needed_by=tuple(edge.sprint for edge in facts.graph.needed_by[sprint.id]),
        metrics=tuple(_metric(metric, standing) for metric in sprint.metrics),
        risk=_risk(sprint),
        rollback=_rollback(sprint),
        tests=tuple(shapes.Test(kind=test.kind, text=test.text) for test in sprint.tests),
        tasks=tuple(shapes.Task(title=task.title, done=task.title in ticked) for task in sprint.tasks),
        documents=_documents(plan, sprint, standing),
    )


def _dependencies(sprint: Sprint) -> tuple[shapes.Dependency, ...] | None:
    if sprint.depends_on is None:
        return None
    return tuple(shapes.Dependency(sprint=d.sprint, strength=d.strength, reason=d.reason) for d in sprint.depends_on)


def _metric(metric: Metric, standing: Standing) -> shapes.Metric:
    found = standing.measured.get(metric.name)
    return shapes.Metric(
        name=metric.name,
        before=_known(metric.before),
        target=_known(metric.after),
        measured=_amount(found),
        outcome=target_outcome(metric, found) if found else None,
    )


def _risk(sprint: Sprint) -> shapes.Risk | None:
    risk = sprint.risk
    if risk is None:
        return None
    return shapes.Risk(
        level=risk.level,
        likelihood=risk.likelihood,
        impact=risk.impact,
        owner=risk.owner,
        description=risk.description,
        mitigation=risk.mitigation,
    )


def _rollback(sprint: Sprint) -> shapes.Rollback | None:
    rollback = sprint.rollback
    if rollback is None:
        return None
    return shapes.Rollback(needed=rollback.needed, trigger=rollback.trigger, steps=rollback.steps)


def _documents(plan: Plan, sprint: Sprint, standing: Standing) -> tuple[shapes.Document, ...]:
    wanted = (*plan.header.documentation.after_each_sprint, *sprint.documentation)
    updated = standing.updated
    return tuple(shapes.Document(path=d.path, note=d.note, updated=d.path in updated) for d in wanted)


def _phase(plan: Plan, phase: Phase, percent: int | None) -> shapes.Phase:
    weeks = _span(plan, phase.weeks)
    return shapes.Phase(id=phase.id, title=phase.title, weeks=weeks, sprints=phase.sprints, percent=percent)


def _option(plan: Plan, option: Option) -> shapes.Option:
    work = tuple(
        shapes.Work(
            who=lane.name,
            person=lane.person,
            weeks=_span(plan, each.weeks),
            sprints=each.sprints,
            supports=each.supports,
            task=each.task,
        )
        for lane in option.people
        for each in lane.work
    )
    return shapes.Option(id=option.id, title=option.title, mode=option.mode, work=work)


def _entry(entry: Entry) -> shapes.Entry:
    return shapes.Entry(
        sprint=entry.sprint,
        date=entry.date,
        state=entry.state,
        percent=entry.percent,
        tasks=entry.tasks,
        measured=tuple(shapes.Reading(metric=each.metric, value=_known(each.value)) for each in entry.measured),
        saves=_amount(entry.saves),
        updated=entry.updated,
        note=entry.note,
        by=entry.by,
    )


def _finding(finding: Finding) -> shapes.Finding:
    return shapes.Finding(
        rule=finding.rule.id,
        severity=finding.rule.severity,
        path=finding.place.path,
        line=finding.place.line,
        column=finding.place.column,
        subject=finding.subject,
        field=finding.field,
        message=finding.message,
        hint=finding.hint,
        fingerprint=finding.fingerprint,
    )
