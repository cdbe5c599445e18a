"""Progress: entries that contradict the plan, each other or the calendar."""

from collections.abc import Callable, Iterator, Sequence

from masterplan.analyse import figures
from masterplan.analyse.audit.rule import AreaRows, AuditInput, Dated, Fault
from masterplan.analyse.figures import target_outcome
from masterplan.analyse.parts import Compared, are
from masterplan.analyse.progress import tasks_done
from masterplan.model.part import Path
from masterplan.model.progress import Entry
from masterplan.model.sprint import Sprint
from masterplan.model.task import BEGUN, OUT, UNDER_WAY, UNOBSTRUCTED, State


def _before_needed(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints that were started or done before something they need was done."""
    entries = inputs.entries
    done = {id_: at for id_, dated in entries.items() if (at := _first(dated, ("done",)))}
    for id_, dated in entries.items():
        began = _first(dated, UNOBSTRUCTED)
        for edge in inputs.graph.needs[id_]:
            needed = done.get(edge.needs)
            if (
                edge.strength == "soft"
                or edge.is_of_tasks
                or began is None
                or (needed and needed.entry.date <= began.entry.date)
            ):
                continue
            when = f"was done only on {inputs.in_words(needed.entry.date)}" if needed else "is not done"
            message = (
                f"{inputs.name(id_)} is {began.entry.state} on {inputs.in_words(began.entry.date)}, "
                f"but {inputs.name(edge.needs)}, which it needs, {when}"
            )
            places = (inputs.at_edge(edge), *([needed.state] if needed else []))
            yield Fault((*began.path, "state"), message, "fix the entry or the dependency", when, places)


def _first(dated: Sequence[Dated], states: tuple[State, ...]) -> Dated | None:
    return next((one for one in dated if one.entry.state in states), None)


def _done(inputs: AuditInput) -> Iterator[tuple[str, Path]]:
    """The sprints that are reported as done, each with the path to the report."""
    for id_, standing in inputs.standings.items():
        dated = inputs.entries.get(id_)
        if standing.state == "done" and (dated or inputs.plan.sprints[id_].state):
            yield id_, (*dated[-1].path, "state") if dated else ("sprints", id_, "state")


def _done_with(parts: Callable[[Sprint], Sequence[object]]) -> Callable[[AuditInput], Iterator[str]]:
    """The sprints that are done and have such parts."""
    return lambda inputs: (id_ for id_, _ in _done(inputs) if parts(inputs.plan.sprints[id_]))


def _open_tasks(inputs: AuditInput) -> Iterator[Fault]:
    for id_, path in _done(inputs):
        sprint = inputs.plan.sprints[id_]
        tasks, closed = sprint.tasks, tasks_done(sprint, inputs.standings[id_].entries)
        left = [n for n, task in enumerate(tasks) if task.key not in closed and task.state not in OUT]
        if left:
            number = f"{len(left)} of its {figures.count(len(tasks), 'task')} {are(left)}"
            message = f"{inputs.name(id_)} is done, but {number} open"
            places = tuple(Compared(("sprints", id_, "tasks", n, "title"), tasks[n].title) for n in left)
            hint = inputs.plan.worded("close the tasks, or reopen the sprint")
            yield Fault(path, message, hint, f"{len(left)} open", places)


def _unmeasured(inputs: AuditInput) -> Iterator[Fault]:
    for id_, path in _done(inputs):
        measured = inputs.standings[id_].measured
        for n, metric in enumerate(inputs.plan.sprints[id_].metrics):
            if metric.name not in measured:
                message = f"{inputs.name(id_)} is done, but {metric.name} has not been measured"
                place = Compared(("sprints", id_, "metrics", n, "after"), f"planned: {metric.after.text}")
                yield Fault(path, message, "record the measured value: `measured:`", "", (place,))


def _missed(inputs: AuditInput) -> Iterator[Fault]:
    """Finished sprints whose metrics were last measured short of what was planned."""
    for id_, _ in _done(inputs):
        metrics = {metric.name: (n, metric) for n, metric in enumerate(inputs.plan.sprints[id_].metrics)}
        last = {
            reading.metric: ((*dated.path, "measured", m, "value"), reading.value)
            for dated in inputs.entries.get(id_, ())
            for m, reading in enumerate(dated.entry.measured)
        }
        for name, (path, value) in last.items():
            n, metric = metrics.get(name, (0, None))
            if metric and target_outcome(metric, value) == "missed":
                message = f"{inputs.name(id_)}: {name} is {value.text} instead of {metric.after.text}"
                place = Compared(("sprints", id_, "metrics", n, "after"), metric.after.text)
                yield Fault(path, message, "note what happens next", metric.after.text, (place,))


def _earned_less(inputs: AuditInput) -> Iterator[Fault]:
    """Finished sprints that were last found to save less than planned."""
    for id_, _ in _done(inputs):
        planned = inputs.plan.sprints[id_].savings
        stating = [dated for dated in inputs.entries.get(id_, ()) if dated.entry.saves]
        saves = stating[-1].entry.saves if stating else None
        if saves and planned and saves.is_alike(planned.monthly) and saves.ends[1] < planned.monthly.ends[0]:
            message = f"{inputs.name(id_)} saves {saves.text} instead of {planned.monthly.text}"
            place = Compared(("sprints", id_, "savings", "monthly"), planned.monthly.text)
            hint = "note what happens next"
            yield Fault((*stating[-1].path, "saves"), message, hint, planned.monthly.text, (place,))


def _future(inputs: AuditInput) -> Iterator[Fault]:
    hint = "fix the date, or set `timezone` in plan.yml if the team is ahead of this machine"
    for n, entry in enumerate(inputs.plan.entries):
        if inputs.today is not None and entry.date > inputs.today:
            days = inputs.in_words(entry.date), inputs.in_words(inputs.today)
            message = f"{inputs.name(entry.sprint)} is {entry.state} on {days[0]}, but today is {days[1]}"
            yield Fault(("entries", str(n), "date"), message, hint, str(inputs.today))


def _too_soon(inputs: AuditInput) -> Iterator[Fault]:
    """Work before the plan has begun."""
    start = inputs.plan.header.start
    for n, entry in enumerate(inputs.plan.entries):
        if start is not None and entry.date < start and entry.state in BEGUN:
            begins = f"starts on {inputs.in_words(start)}"
            message = (
                f"{inputs.name(entry.sprint)} is {entry.state} on {inputs.in_words(entry.date)}, but the plan {begins}"
            )
            place = Compared(("plan", "start"), begins)
            yield Fault(("entries", str(n), "date"), message, "fix the date or the plan's start", str(start), (place,))


def _begun(inputs: AuditInput) -> Iterator[str]:
    """The sprints that were begun and are not over."""
    return (id_ for id_, standing in inputs.standings.items() if standing.is_under_way)


def _stale(inputs: AuditInput) -> Iterator[Fault]:
    for id_, dated in inputs.entries.items():
        if inputs.today and inputs.standings[id_].is_stale(inputs.today):
            last = dated[-1].entry
            days = (inputs.today - last.date).days
            message = f"{inputs.name(id_)} has been {last.state} for {days} days without an update"
            yield Fault((*dated[-1].path, "date"), message, "post an update: `masterplan progress`", f"{days} days")


def _backwards(inputs: AuditInput) -> Iterator[Fault]:
    """Less done than before."""
    for id_, entries in inputs.entries.items():
        highest: Dated | None = None
        for dated in entries:
            percent = _percent(dated.entry)
            if percent is None:
                continue
            before = _percent(highest.entry) if highest else None
            if highest and before is not None and percent < before:
                message = (
                    f"{inputs.name(id_)} fell from {before} % to {percent} % on {inputs.in_words(dated.entry.date)}"
                )
                path = (*dated.path, "percent" if dated.entry.percent is not None else "state")
                yield Fault(path, message, "fix the percentage, or note why it fell", "", (highest.state,))
            else:
                highest = dated


def _percent(entry: Entry) -> int | None:
    return 100 if entry.state == "done" else entry.percent


def _state(inputs: AuditInput) -> Iterator[Fault]:
    """Percentages that the state excludes."""
    for n, entry in enumerate(inputs.plan.entries):
        percent = entry.percent
        is_odd = (entry.state == "done" and percent not in {None, 100}) or (
            entry.state == "planned" and (percent or 0) > 0
        )
        if is_odd or (entry.state in UNDER_WAY and percent == 100):  # noqa: PLR2004
            message = f"{inputs.name(entry.sprint)} is {entry.state} and {percent} % done"
            place = Compared(("entries", str(n), "state"), entry.state)
            yield Fault(("entries", str(n), "percent"), message, "fix the state or the percentage", "", (place,))


_row = AreaRows("progress")

CHECKS = (
    _row(
        "before-needed",
        "contradiction",
        "warning",
        "A sprint started or finished before a sprint it needs was done.",
        _before_needed,
    ),
    _row(
        "done-with-open-tasks",
        "contradiction",
        "warning",
        "A finished sprint has open tasks.",
        _open_tasks,
    ).counted(_done_with(lambda sprint: sprint.tasks), "finished sprints have open tasks"),
    _row(
        "done-unmeasured", "gap", "warning", "A finished sprint has metrics without a measured value.", _unmeasured
    ).counted(_done_with(lambda sprint: sprint.metrics), "finished sprints have metrics that nobody has measured"),
    _row(
        "target-missed",
        "remark",
        "warning",
        "A finished sprint missed the target of a metric.",
        _missed,
    ),
    _row("savings-missed", "remark", "warning", "A finished sprint saves less than planned.", _earned_less),
    _row("entry-in-future", "contradiction", "warning", "A progress entry is dated after today.", _future),
    _row(
        "entry-before-start",
        "contradiction",
        "warning",
        "A progress entry is dated before the plan's start.",
        _too_soon,
    ),
    _row("stale", "gap", "info", "Work in progress has had no update for two weeks.", _stale).counted(
        _begun, "sprints that were begun have had no update for two weeks"
    ),
    _row("backwards", "remark", "warning", "An entry reports less progress than an earlier one.", _backwards),
    _row(
        "state-mismatch",
        "contradiction",
        "warning",
        "The percentage and the state of an entry do not fit together.",
        _state,
    ),
)
