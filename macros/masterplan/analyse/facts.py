"""All facts of a plan on a day, computed once and shared by every view."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from masterplan.analyse import figures
from masterplan.analyse.audit import Exists, audit, audit_input
from masterplan.analyse.audit.judgement import Verdict
from masterplan.analyse.graph import Graph
from masterplan.analyse.health import Health
from masterplan.analyse.milestones import MilestoneStanding, forecast
from masterplan.analyse.progress import Standing, milestone_standings, not_dropped, standings, tally
from masterplan.analyse.reading import ReadingPaths
from masterplan.analyse.savings import RealisedSavings
from masterplan.analyse.schedule.effort import efforts
from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.schedule.solver import Scheduler, best_schedule
from masterplan.analyse.staffing import Staffing
from masterplan.analyse.status import Status
from masterplan.analyse.tasks import TaskStandings
from masterplan.analyse.workload import Workload, workloads
from masterplan.errors import UsageError
from masterplan.model.declared import Waiver
from masterplan.model.finding import Finding
from masterplan.model.history import Extent
from masterplan.model.naming import Subject
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Sprint

_MOST_AUDITED = 100
"""Most sprints of a plan whose past revisions are audited: that takes as long as the rest of reading a commit."""


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything computed from a plan.

    `monthly_savings` and `annual_savings` are the planned savings of the sprints that are not dropped. `findings` are
    those of the audit, without the `waived` ones. `scheduler` returns the schedules for people.
    """

    plan: Plan
    today: date | None
    graph: Graph
    standings: Mapping[str, Standing]
    staffing: tuple[Staffing, ...]
    verdicts: tuple[Verdict, ...]
    monthly_savings: Quantity | None
    annual_savings: Quantity | None
    findings: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...] = ()
    scheduler: Scheduler = best_schedule

    @cached_property
    def not_dropped(self) -> tuple[Sprint, ...]:
        """Sprints that have not been dropped."""
        return not_dropped(self.plan, self.standings)

    def chosen(self, focus: str | None, depth: int, phase: str | None) -> tuple[str, ...]:
        """Ids of the sprints in a view: the neighbourhood of one sprint, a phase with its neighbours, or all sprints.

        Raises UsageError for an id that the plan does not have.
        """
        if focus is not None:
            if focus not in self.plan.sprints:
                raise UsageError.unknown(self.plan.unit.one.lower(), focus, self.plan.sprints)
            return self.graph.around([focus], depth)
        if phase is None:
            return self.plan.ids
        group = next((group for group in self.plan.phases if group.id == phase), None)
        if group is None:
            raise UsageError.unknown(self.plan.group.one.lower(), phase, (group.id for group in self.plan.phases))
        return self.graph.around(group.sprints, 1)

    @cached_property
    def milestones(self) -> Mapping[str, MilestoneStanding]:
        """Standing of each milestone, by id."""
        return milestone_standings(self.plan, self.standings, self.today)

    @cached_property
    def forecasts(self) -> Mapping[str, Fraction]:
        """When the main schedule finishes the work that each milestone needs, in working days; without unknown ends."""
        ends = {id_: stint.end for id_, stint in self.schedules.main[1].stints.items()} if self.schedules.main else {}
        forecasts = {id_: forecast(self.plan, standing, ends) for id_, standing in self.milestones.items()}
        return {id_: end for id_, end in forecasts.items() if end is not None}

    @cached_property
    def schedules(self) -> Schedules:
        """When sprints can be done: network, schedules for people, and odds."""
        return Schedules(self.plan, self.graph, self.standings, self.today, efforts(self.plan), self.scheduler)

    @cached_property
    def reading_paths(self) -> ReadingPaths:
        """Reading paths of all sprints."""
        return ReadingPaths.of(self.plan, self.graph, self.standings)

    @cached_property
    def status(self) -> Status:
        """Status of the plan as a whole: progress, and overdue, upcoming and stale sprints."""
        return Status.of(self.plan, self.schedules.efforts, self.standings, self.today)

    @cached_property
    def health(self) -> Health:
        """Whether the plan is on track, the reasons if it is not, and when it ends."""
        return Health.of(self.schedules, self.status, self.milestones, self.forecasts)

    @cached_property
    def tasks(self) -> TaskStandings:
        """Standing of every task."""
        return TaskStandings.of(self.plan, self.graph, self.standings, self.today)

    @cached_property
    def workloads(self) -> Mapping[str, Workload]:
        """Workload of every person, team and role, by id."""
        return workloads(self.plan, self.standings, self.tasks, self.milestones, self.today)

    @cached_property
    def realised(self) -> RealisedSavings:
        """Savings to date."""
        return RealisedSavings.of(self.plan, self.standings, self.today)

    @cached_property
    def _by_sprint(self) -> Mapping[str | None, tuple[Verdict, ...]]:
        by_sprint: dict[str | None, list[Verdict]] = defaultdict(list)
        for verdict in self.verdicts:
            by_sprint[verdict.sprint].append(verdict)
        return {sprint: tuple(verdicts) for sprint, verdicts in by_sprint.items()}

    @cached_property
    def _by_subject(self) -> Mapping[Subject | None, tuple[Finding, ...]]:
        by_subject: dict[Subject | None, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            for subject in (finding.subject, *finding.units):
                by_subject[subject].append(finding)
        return {subject: tuple(findings) for subject, findings in by_subject.items()}

    def findings_of(self, subject: Subject) -> tuple[Finding, ...]:
        """Findings about one part of the plan, including merged findings about most sprints."""
        return self._by_subject.get(subject, ())

    def verdicts_of(self, sprint: str) -> tuple[Verdict, ...]:
        """Verdicts on the claims of one sprint."""
        return self._by_sprint.get(sprint, ())


def analyse(
    plan: Plan, today: date | None = None, exists: Exists | None = None, scheduler: Scheduler = best_schedule
) -> Facts:
    """Compute the facts of a plan at the end of `today`; if `today` is None, every progress entry counts.

    `exists` tells whether the repository has a path; without it, the audit does not look for documents. `scheduler`
    returns the schedules for people.
    """
    inputs = audit_input(plan, today, exists)
    result = audit(inputs)
    monthly = figures.monthly_savings(inputs.sprints)
    return Facts(
        plan,
        today,
        inputs.graph,
        inputs.standings,
        Staffing.of(plan),
        inputs.verdicts,
        monthly,
        figures.annual_savings(monthly),
        result.findings,
        result.waived,
        scheduler,
    )


def extent(plan: Plan) -> Extent:
    """Key figures of a past revision: last week, sprints, sprints done, findings, monthly savings.

    The last week is that of the phases, or of the options in a plan without phases. Findings are None in a plan of more
    than 100 sprints.
    """
    spans = (
        [figures.phases_span(plan)] if plan.phases else [figures.option_span(plan, option) for option in plan.options]
    )
    last_week = max((span.last_week for span in spans if span and span.last_week), default=0)
    states = standings(plan, Graph.of(plan), None)
    done = tally(states, plan.ids)[0]
    findings = len(analyse(plan).findings) if len(plan.sprints) <= _MOST_AUDITED else None
    monthly = figures.monthly_savings(not_dropped(plan, states))
    if monthly is None:
        return Extent(last_week, len(plan.sprints), done, findings)
    low, high = monthly.ends
    return Extent(last_week, len(plan.sprints), done, findings, monthly.bare, monthly.unit, float(low), float(high))
