"""Progress: entries that contradict the plan, each other or the calendar."""

from collections.abc import Iterator, Sequence

from masterplan.analyse import figures, targets
from masterplan.analyse.audit.check import Case, Dated, Found, rows
from masterplan.analyse.parts import Compared
from masterplan.analyse.progress import tasks_done
from masterplan.model.progress import Entry, State

_STARTED: tuple[State, ...] = ("in progress", "done")


def _before_needed(case: Case) -> Iterator[Found]:
    """Sprints that were started or done before something they need was done."""
    entries = case.entries
    done = {id_: at for id_, known in entries.items() if (at := _first(known, ("done",)))}
    for id_, known in entries.items():
        began = _first(known, _STARTED)
        for edge in case.graph.needs[id_]:
            needed = done.get(edge.needs)
            if edge.strength == "soft" or began is None or (needed and needed.entry.date <= began.entry.date):
                continue
            when = f"was done only on {needed.entry.date}" if needed else "is not done"
            message = (
                f"{case.name(id_)} is {began.entry.state} on {began.entry.date}, "
                f"but {case.name(edge.needs)}, which it needs, {when}"
            )
            places = (case.at_edge(edge), *([needed.said] if needed else []))
            yield Found((*began.path, "state"), message, "fix an entry, or the dependency", when, places)


def _first(known: Sequence[Dated], states: tuple[State, ...]) -> Dated | None:
    return next((each for each in known if each.entry.state in states), None)


def _done(case: Case) -> Iterator[tuple[str, Dated]]:
    """The sprints that are done, each with its last entry."""
    for id_, known in case.entries.items():
        if known[-1].entry.state == "done":
            yield id_, known[-1]


def _open_tasks(case: Case) -> Iterator[Found]:
    for id_, last in _done(case):
        sprint = case.plan.sprints[id_]
        tasks, closed = sprint.tasks, tasks_done(sprint, case.standings[id_].entries)
        left = [n for n, task in enumerate(tasks) if task.title not in closed]
        if left:
            message = f"{case.name(id_)} is done, but {len(left)} of its {figures.count(len(tasks), 'task')} are open"
            places = tuple(Compared(("sprints", id_, "tasks", n, "title"), tasks[n].title) for n in left)
            hint = case.plan.worded("close the tasks, or the sprint later")
            yield Found((*last.path, "state"), message, hint, f"{len(left)} open", places)


def _unmeasured(case: Case) -> Iterator[Found]:
    for id_, last in _done(case):
        measured = case.standings[id_].measured
        for n, metric in enumerate(case.plan.sprints[id_].metrics):
            if metric.name not in measured:
                message = f"{case.name(id_)} is done, but nobody has said what {metric.name} reads now"
                place = Compared(("sprints", id_, "metrics", n, "after"), f"it shall read {metric.after.text}")
                yield Found((*last.path, "state"), message, "measure it, and say so: `measured:`", "", (place,))


def _missed(case: Case) -> Iterator[Found]:
    """Finished sprints whose metrics were last measured short of what was planned."""
    for id_, _ in _done(case):
        metrics = {metric.name: (n, metric) for n, metric in enumerate(case.plan.sprints[id_].metrics)}
        last = {
            reading.metric: ((*each.path, "measured", m, "value"), reading.value)
            for each in case.entries[id_]
            for m, reading in enumerate(each.entry.measured)
        }
        for name, (path, value) in last.items():
            n, metric = metrics.get(name, (0, None))
            if metric and targets.outcome(metric, value) == "missed":
                message = f"{case.name(id_)}: {name} reads {value.text}, but {metric.after.text} was planned"
                place = Compared(("sprints", id_, "metrics", n, "after"), metric.after.text)
                yield Found(path, message, "say what is done about it", metric.after.text, (place,))


def _earned_less(case: Case) -> Iterator[Found]:
    """Finished sprints that were last found to save less than planned."""
    for id_, _ in _done(case):
        planned = case.plan.sprints[id_].savings
        told = [each for each in case.entries[id_] if each.entry.saves]
        saves = told[-1].entry.saves if told else None
        if saves and planned and saves.is_alike(planned.monthly) and saves.ends[1] < planned.monthly.ends[0]:
            message = f"{case.name(id_)} saves {saves.text}, but {planned.monthly.text} was planned"
            place = Compared(("sprints", id_, "savings", "monthly"), planned.monthly.text)
            hint = "say what is done about it"
            yield Found((*told[-1].path, "saves"), message, hint, planned.monthly.text, (place,))


def _future(case: Case) -> Iterator[Found]:
    hint = "write down what has happened only; set `timezone` in plan.yml where the team's day began earlier"
    for n, entry in enumerate(case.plan.entries):
        if case.today is not None and entry.date > case.today:
            message = f"{case.name(entry.sprint)} is {entry.state} on {entry.date}, which is after {case.today}"
            yield Found(("entries", str(n), "date"), message, hint, str(case.today))


def _too_soon(case: Case) -> Iterator[Found]:
    """Work before the plan has begun."""
    start = case.plan.header.start
    for n, entry in enumerate(case.plan.entries):
        if start is not None and entry.date < start and entry.state in _STARTED:
            message = f"{case.name(entry.sprint)} is {entry.state} on {entry.date}, but the plan starts on {start}"
            said = Compared(("plan", "start"), f"starts on {start}")
            yield Found(("entries", str(n), "date"), message, "fix the date, or the plan's start", str(start), (said,))


def _stale(case: Case) -> Iterator[Found]:
    for id_, known in case.entries.items():
        if case.today and case.standings[id_].is_stale(case.today):
            last = known[-1].entry
            days = (case.today - last.date).days
            message = f"{case.name(id_)} is {last.state}, but nothing was said of it for {days} days"
            yield Found((*known[-1].path, "date"), message, "say how it goes", f"{days} days")


def _backwards(case: Case) -> Iterator[Found]:
    """Less done than before."""
    for id_, known in case.entries.items():
        highest: Dated | None = None
        for each in known:
            percent = _percent(each.entry)
            if percent is None:
                continue
            before = _percent(highest.entry) if highest else None
            if highest and before is not None and percent < before:
                message = f"{case.name(id_)} is {percent} % done on {each.entry.date}, but was {before} % done before"
                path = (*each.path, "percent" if each.entry.percent is not None else "state")
                yield Found(path, message, "fix one, or say in a note what was lost", "", (highest.said,))
            else:
                highest = each


def _percent(entry: Entry) -> int | None:
    return 100 if entry.state == "done" else entry.percent


def _state(case: Case) -> Iterator[Found]:
    """Percentages that the state excludes."""
    for n, entry in enumerate(case.plan.entries):
        percent = entry.percent
        is_odd = (entry.state == "done" and percent not in {None, 100}) or (
            entry.state == "planned" and (percent or 0) > 0
        )
        if is_odd or (entry.state in {"in progress", "blocked"} and percent == 100):  # noqa: PLR2004
            message = f"{case.name(entry.sprint)} is {entry.state} and {percent} % done"
            said = Compared(("entries", str(n), "state"), entry.state)
            yield Found(("entries", str(n), "percent"), message, "fix the state or the percentage", "", (said,))


_row = rows("progress")

CHECKS = (
    _row("before-needed", "warning", "A sprint was started or done before what it needs was done.", _before_needed),
    _row("done-with-open-tasks", "warning", "A sprint is done, but some of its tasks are not.", _open_tasks),
    _row("done-unmeasured", "warning", "A sprint is done, but nobody has measured what it brought.", _unmeasured),
    _row("target-missed", "warning", "A sprint is done, but a metric has not reached what was planned.", _missed),
    _row("savings-missed", "warning", "A sprint is done, but saves less than was planned.", _earned_less),
    _row("entry-in-future", "warning", "An entry is dated after today.", _future),
    _row("entry-before-start", "warning", "Work is reported from before the plan's start.", _too_soon),
    _row("stale", "info", "Nothing was said for two weeks of work that was begun.", _stale),
    _row("backwards", "warning", "Less is done than an earlier entry said.", _backwards),
    _row("state-mismatch", "warning", "The percentage and the state of an entry exclude each other.", _state),
)
