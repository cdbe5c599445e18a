"""One typed view per macro, grouped by subject."""

from collections.abc import Mapping

from masterplan.render.macro import Macro, macros_of
from masterplan.render.views import (
    attention,
    audit,
    custom,
    dependencies,
    history,
    joining,
    milestones,
    overview,
    people,
    phases,
    print_page,
    progress,
    risks,
    roadmap,
    safety,
    savings,
    schedule,
    scope,
    site,
    sprint_page,
    sprints,
    staffing,
    status,
    tasks,
)

PLAN_MACROS: Mapping[str, Macro] = macros_of(
    attention,
    audit,
    custom,
    dependencies,
    history,
    joining,
    milestones,
    overview,
    people,
    phases,
    print_page,
    progress,
    risks,
    roadmap,
    safety,
    savings,
    schedule,
    scope,
    site,
    sprint_page,
    sprints,
    staffing,
    status,
    tasks,
)
"""The macros about a plan, by name."""
