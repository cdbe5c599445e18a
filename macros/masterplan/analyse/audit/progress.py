"""Rules about progress: entries that contradict the plan, each other or the calendar."""

from collections.abc import Callable, Iterator, Sequence

from masterplan.analyse import figures
from masterplan.analyse.audit.rule import AreaRows, AuditInput, Fault, PlacedEntry
from masterplan.analyse.figures import target_outcome
from masterplan.analyse.parts import Compared, are
from masterplan.analyse.progress import tasks_done
from masterplan.model.part import Path
from masterplan.model.progress import Entry
from masterplan.model.sprint import Sprint
from masterplan.model.task import BEGUN, OUT, UNDER_WAY, UNOBSTRUCTED, State


def _before_needed(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints that started or finished before a sprint they need was done."""
    done = {id_: first for id_, entries in inputs.entries.items() if (first := _first(entries, ("done",)))}
    for id_, entries in inputs.entries.items():
        began = _first(entries, UNOBSTRUCTED)
        for edge in inputs.graph.needs[id_]:
            needed = done.get(edge.needs)
            if (
                edge.strength == "soft"
                or edge.is_of_tasks
                or began is None
                or (needed and needed.entry.date <= began.entry.date)
            ):
                continue
            when = f"was not done until {inputs.in_words(needed.entry.date)}" if needed else "is not done"
            message = (
                f"{inputs.name(id_)} is {began.entry.state} on {inputs.in_words(began.entry.date)}, "
                f"but {inputs.name(edge.needs)}, which it needs, {when}"
            )
            places = (inputs.at_edge(edge), *([needed.state] if needed else []))
            yield Fault((*began.path, "state"), message, "fix the entry or the dependency", when, places)


def _first(entries: Sequence[PlacedEntry], states: tuple[State, ...]) -> PlacedEntry | None:
    return next((placed for placed in entries if placed.entry.state in states), None)


def _done(inputs: AuditInput) -> Iterator[tuple[str, Path]]:
    """Sprints recorded as done, with the path to that state."""
    for id_, standing in inputs.standings.items():
        entries = inputs.entries.get(id_)
        if standing.state == "done" and (entries or inputs.plan.sprints[id_].state):
            yield id_, (*entries[-1].path, "state") if entries else ("sprints", id_, "state")


def _done_with(parts: Callable[[Sprint], Sequence[object]]) -> Callable[[AuditInput], Iterator[str]]:
    """Finished sprints that have any of these parts."""
    return lambda inputs: (id_ for id_, _ in _done(inputs) if parts(inputs.plan.sprints[id_]))


def _open_tasks(inputs: AuditInput) -> Iterator[Fault]:
    for id_, path in _done(inputs):
        sprint = inputs.plan.sprints[id_]
        tasks, closed = sprint.tasks, tasks_done(sprint, inputs.standings[id_].entries)
        open_tasks = [n for n, task in enumerate(tasks) if task.key not in closed and task.state not in OUT]
        if open_tasks:
            number = f"{len(open_tasks)} of its {figures.count(len(tasks), 'task')}"
            message = f"{inputs.name(id_)} is done, but {number} {are(open_tasks)} open"
            places = tuple(Compared(("sprints", id_, "tasks", n, "title"), tasks[n].title) for n in open_tasks)
            hint = inputs.plan.worded("close the tasks, or reopen the sprint")
            yield Fault(path, message, hint, f"{len(open_tasks)} open", places)


def _unmeasured(inputs: AuditInput) -> Iterator[Fault]:
    for id_, path in _done(inputs):
        measured = inputs.standings[id_].measured
        for n, metric in enumerate(inputs.plan.sprints[id_].metrics):
            if metric.name not in measured:
                message = f"{inputs.name(id_)} is done, but {metric.name} has not been measured"
                place = Compared(("sprints", id_, "metrics", n, "after"), f"planned: {metric.after.text}")
                yield Fault(path, message, "record the measured value: `measured:`", "", (place,))


def _missed(inputs: AuditInput) -> Iterator[Fault]:
    """Finished sprints whose last measurement of a metric missed the target."""
    for id_, _ in _done(inputs):
        metrics = {metric.name: (n, metric) for n, metric in enumerate(inputs.plan.sprints[id_].metrics)}
        last = {
            reading.metric: ((*placed.path, "measured", m, "value"), reading.value)
            for placed in inputs.entries.get(id_, ())
            for m, reading in enumerate(placed.entry.measured)
        }
        for name, (path, value) in last.items():
            n, metric = metrics.get(name, (0, None))
            if metric and target_outcome(metric, value) == "missed":
                message = f"{inputs.name(id_)}: {name} is {value.text} instead of {metric.after.text}"
                place = Compared(("sprints", id_, "metrics", n, "after"), metric.after.text)
                yield Fault(path, message, "note what happens next", metric.after.text, (place,))


def _saves_less(inputs: AuditInput) -> Iterator[Fault]:
    """Finished sprints that save less than planned, according to the last entry that states savings."""
    for id_, _ in _done(inputs):
        planned = inputs.plan.sprints[id_].savings
        entries = [placed for placed in inputs.entries.get(id_, ()) if placed.entry.saves]
        saves = entries[-1].entry.saves if entries else None
        if saves and planned and saves.is_alike(planned.monthly) and saves.ends[1] < planned.monthly.ends[0]:
            message = f"{inputs.name(id_)} saves {saves.text} instead of {planned.monthly.text}"
            place = Compared(("sprints", id_, "savings", "monthly"), planned.monthly.text)
            hint = "note what happens next"
            yield Fault((*entries[-1].path, "saves"), message, hint, planned.monthly.text, (place,))


def _future(inputs: AuditInput) -> Iterator[Fault]:
    hint = "fix the date, or set `timezone` in plan.yml if the team is ahead of this machine"
    for n, entry in enumerate(inputs.plan.entries):
        if inputs.today is not None and entry.date > inputs.today:
            days = inputs.in_words(entry.date), inputs.in_words(inputs.today)
            message = f"{inputs.name(entry.sprint)} is {entry.state} on {days[0]}, but today is {days[1]}"
            yield Fault(("entries", str(n), "date"), message, hint, str(inputs.today))


def _before_start(inputs: AuditInput) -> Iterator[Fault]:
    """Work dated before the plan's start."""
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
    """Ids of sprints under way."""
    return (id_ for id_, standing in inputs.standings.items() if standing.is_under_way)


def _stale(inputs: AuditInput) -> Iterator[Fault]:
    for id_, entries in inputs.entries.items():
        if inputs.today and inputs.standings[id_].is_stale(inputs.today):
            last = entries[-1].entry
            days = (inputs.today - last.date).days
            message = f"{inputs.name(id_)} has been {last.state} for {days} days without an update"
            yield Fault((*entries[-1].path, "date"), message, "post an update: `masterplan progress`", f"{days} days")


def _backwards(inputs: AuditInput) -> Iterator[Fault]:
    """Entries with a lower percentage than an earlier one."""
    for id_, entries in inputs.entries.items():
        highest: PlacedEntry | None = None
        for placed in entries:
            percent = _percent(placed.entry)
            if percent is None:
                continue
            before = _percent(highest.entry) if highest else None
            if highest and before is not None and percent < before:
                message = (
                    f"{inputs.name(id_)} fell from {before}% to {percent}% on {inputs.in_words(placed.entry.date)}"
                )
                path = (*placed.path, "percent" if placed.entry.percent is not None else "state")
                yield Fault(path, message, "fix the percentage, or note why it fell", "", (highest.state,))
            else:
                highest = placed


def _percent(entry: Entry) -> int | None:
    return 100 if entry.state == "done" else entry.percent


def _state(inputs: AuditInput) -> Iterator[Fault]:
    """Entries whose percentage does not fit the state."""
    for n, entry in enumerate(inputs.plan.entries):
        percent = entry.percent
        is_inconsistent = (entry.state == "done" and percent not in {None, 100}) or (
            entry.state == "planned" and (percent or 0) > 0
        )
        if is_inconsistent or (entry.state in UNDER_WAY and percent == 100):  # noqa: PLR2004
            message = f"{inputs.name(entry.sprint)} has the state `{entry.state}`, but is {percent}% done"
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
    ).merged(_done_with(lambda sprint: sprint.tasks), "finished sprints have open tasks"),
    _row(
        "done-unmeasured", "gap", "warning", "A finished sprint has metrics without a measured value.", _unmeasured
    ).merged(_done_with(lambda sprint: sprint.metrics), "finished sprints have metrics that nobody has measured"),
    _row(
        "target-missed",
        "remark",
        "warning",
        "A finished sprint missed the target of a metric.",
        _missed,
    ),
    _row("savings-missed", "remark", "warning", "A finished sprint saves less than planned.", _saves_less),
    _row("entry-in-future", "contradiction", "warning", "A progress entry is dated after today.", _future),
    _row(
        "entry-before-start",
        "contradiction",
        "warning",
        "A progress entry is dated before the plan's start.",
        _before_start,
    ),
    _row("stale", "gap", "info", "Work in progress has had no update for two weeks.", _stale).merged(
        _begun, "sprints that were begun have had no update for two weeks"
    ),
    _row("backwards", "remark", "warning", "An entry reports less progress than an earlier one.", _backwards),
    _row(
        "state-mismatch",
        "contradiction",
        "warning",
        "The percentage of an entry does not fit its state.",
        _state,
    ),
)
