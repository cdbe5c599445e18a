"""Plans to measure edits on: the repository's own, and one of 1,000 sprints, each with the sprint to edit."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import write_project
from masterplan import load
from tests.sites import commit, repository


@dataclass(frozen=True, slots=True)
class EditedPlan:
    """A plan: its name, the sprint to edit, and a function that writes its repository into a folder."""

    name: str
    sprint: str
    write: Callable[[Path], object]

    def start(self, root: Path) -> tuple[Path, str]:
        """Write the repository; returns the sprint's file and page name. Raises SystemExit if the plan is wrong."""
        self.write(root)
        plan = load(root).plan
        if plan is None:
            raise SystemExit(f"the plan in {root} is wrong")
        return root / plan.places.of("sprints", self.sprint).path, plan.page(self.sprint).removesuffix(".md")


def _write_large(root: Path) -> None:
    write_project(root, 1_000)
    commit(root)


SMALL = EditedPlan("6 sprints", "4", repository)
LARGE = EditedPlan("1,000 sprints", "372", _write_large)
