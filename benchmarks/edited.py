"""The plans that edits are measured on: the first plan, and one of 1,000 sprints, each with the sprint to edit."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import write_project
from masterplan import load
from tests.sites import commit, repository


@dataclass(frozen=True, slots=True)
class EditedPlan:
    """A plan: its name, the sprint that is edited, and what writes its repository into a folder."""

    name: str
    sprint: str
    write: Callable[[Path], object]

    def start(self, root: Path) -> tuple[Path, str]:
        """Write the repository; returns the sprint's file and its page's name. Raises SystemExit without a plan."""
        self.write(root)
        plan = load(root).plan
        if plan is None:
            raise SystemExit(f"{root} has no plan")
        return root / plan.places.of("sprints", self.sprint).path, plan.page(self.sprint).removesuffix(".md")


def _write_large(root: Path) -> None:
    write_project(root, 1_000)
    commit(root)


SMALL = EditedPlan("6 sprints", "4", repository)
LARGE = EditedPlan("1,000 sprints", "372", _write_large)
