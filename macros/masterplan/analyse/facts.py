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
from masterplan.analyse.progress import Standing, kept, milestone_standings, standings, tally
from masterplan.analyse.reading import ReadingPaths
from masterplan.analyse.savings import RealisedSavings
from masterplan.analyse.schedule import solver
from masterplan.analyse.schedule.effort import efforts
from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.schedule.solver import Improve
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
"""Of larger plans the past is not audited: it takes as long as all else of a commit."""


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything that is computed from a plan.

    `monthly_savings` and `annual_savings` are those planned of the sprints that are not dropped; `findings` is where it
    contradicts itself, `waived` what is accepted. `improve` asks the solver for a shorter schedule.
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
    improve: Improve = solver.improve

    @cached_property
    def kept(self) -> tuple[Sprint, ...]:
        """The sprints that have not been dropped."""
        return kept(self.plan, self.standings)

    def chosen(self, focus: str | None, depth: int, phase: str | None) -> tuple[str, ...]:
        """The sprints of a view: the neighbourhood of one, a phase with what it touches, or else all.

        Raises UsageError for an id that the plan does not have.
        """
        if focus is not None:
            if focus not in self.plan.sprints:
                raise UsageError(f"there is no {self.plan.unit.one.lower()} {focus}")
            return self.graph.around([focus], depth)
        if phase is None:
            return self.plan.ids
        group = next((group for group in self.plan.phases if group.id == phase), None)
        if group is None:
            raise UsageError(f"there is no {self.plan.group.one.lower()} {phase}")
        return self.graph.around(group.sprints, 1)

    @cached_property
    def milestones(self) -> Mapping[str, MilestoneStanding]:
        """The standing of each milestone, by its id."""
        return milestone_standings(self.plan, self.standings, self.today)

    @cached_property
    def forecasts(self) -> Mapping[str, Fraction]:
        """When what each milestone needs is done in the main schedule, by the milestone's id, where it is in it."""
        ends = {id_: stint.end for id_, stint in self.schedules.main[1].stints.items()} if self.schedules.main else {}
        known = {id_: forecast(self.plan, standing, ends) for id_, standing in self.milestones.items()}
        return {id_: end for id_, end in known.items() if end is not None}

    @cached_property
    def schedules(self) -> Schedules:
        """When sprints can be done: the network, schedules for people, and odds."""
        return Schedules(self.plan, self.graph, self.standings, self.today, efforts(self.plan), self.improve)

    @cached_property
    def reading_paths(self) -> ReadingPaths:
        """What the reading paths of all sprints are made of."""
        return ReadingPaths.of(self.plan, self.graph, self.standings)

    @cached_property
    def status(self) -> Status:
        """How far the plan is, what is due and what has gone quiet."""
        return Status.of(self.plan, self.schedules.efforts, self.standings, self.today)

    @cached_property
    def health(self) -> Health:
        """Whether the plan is on track, why not, and when it ends."""
        return Health.of(self.schedules, self.status, self.milestones, self.forecasts)

    @cached_property
    def tasks(self) -> TaskStandings:
        """The standing of every task."""
        return TaskStandings.of(self.plan, self.graph, self.standings, self.today)

    @cached_property
    def workloads(self) -> Mapping[str, Workload]:
        """What every person, team and role is responsible for, by id."""
        return workloads(self.plan, self.standings, self.tasks, self.milestones, self.today)

    @cached_property
    def realised(self) -> RealisedSavings:
        """The savings so far."""
        return RealisedSavings.of(self.plan, self.standings, self.today)

    @cached_property
    def _by_sprint(self) -> Mapping[str | None, tuple[Verdict, ...]]:
        by_sprint: dict[str | None, list[Verdict]] = defaultdict(list)
        for verdict in self.verdicts:
            by_sprint[verdict.sprint].append(verdict)
        return {sprint: tuple(about) for sprint, about in by_sprint.items()}

    @cached_property
    def _by_subject(self) -> Mapping[Subject | None, tuple[Finding, ...]]:
        by_subject: dict[Subject | None, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            for subject in (finding.subject, *finding.units):
                by_subject[subject].append(finding)
        return {subject: tuple(about) for subject, about in by_subject.items()}

    def findings_of(self, subject: Subject) -> tuple[Finding, ...]:
        """The findings about one part of the plan, those it shares with most others included."""
        return self._by_subject.get(subject, ())

    def verdicts_of(self, sprint: str) -> tuple[Verdict, ...]:
        """What is declared of one sprint, with the verdicts."""
        return self._by_sprint.get(sprint, ())


def analyse(
    plan: Plan, today: date | None = None, exists: Exists | None = None, improve: Improve = solver.improve
) -> Facts:
    """Compute the facts of a plan as they are at the end of `today`; without a day, with every entry counted.

    `exists` says of a path whether the repository has it; without it no document is looked for. `improve`
    asks the solver for a shorter schedule.
    """
    inputs = audit_input(plan, today, exists)
    settled = audit(inputs)
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
        settled.findings,
        settled.waived,
        improve,
    )


def extent(plan: Plan) -> Extent:
    """The last week of its phases (or options), its sprints, how many are done, the findings, its savings a month."""
    spans = (
        [figures.phases_span(plan)] if plan.phases else [figures.option_span(plan, option) for option in plan.options]
    )
    last_week = max((span.last_week for span in spans if span and span.last_week), default=0)
    states = standings(plan, Graph.of(plan), None)
    done = tally(states, plan.ids)[0]
    findings = len(analyse(plan).findings) if len(plan.sprints) <= _MOST_AUDITED else None
    monthly = figures.monthly_savings(kept(plan, states))
    if monthly is None:
        return Extent(last_week, len(plan.sprints), done, findings)
    low, high = monthly.ends
    return Extent(last_week, len(plan.sprints), done, findings, monthly.text, monthly.unit, float(low), float(high))
