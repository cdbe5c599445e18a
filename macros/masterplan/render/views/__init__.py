"""One typed view per macro, by subject. Importing this package fills the table of macros."""

from masterplan.render.views import (
    dependencies,
    joining,
    overview,
    phases,
    progress,
    resources,
    risks,
    rollback,
    savings,
    source,
    sprints,
    testing,
)

__all__ = [
    "dependencies",
    "joining",
    "overview",
    "phases",
    "progress",
    "resources",
    "risks",
    "rollback",
    "savings",
    "source",
    "sprints",
    "testing",
]
