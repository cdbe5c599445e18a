"""One typed view per macro, by subject. Importing this package fills the table of macros."""

from masterplan.render.views import (
    audit,
    dependencies,
    history,
    joining,
    overview,
    phases,
    print_page,
    progress,
    risks,
    safety,
    savings,
    schedule,
    scope,
    site,
    sprints,
    status,
)

__all__ = [
    "audit",
    "dependencies",
    "history",
    "joining",
    "overview",
    "phases",
    "print_page",
    "progress",
    "risks",
    "safety",
    "savings",
    "schedule",
    "scope",
    "site",
    "sprints",
    "status",
]
