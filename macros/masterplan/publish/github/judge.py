"""The verdict on a pull request, computed in a separate process, so that there is one whatever the plan does to it.

The process gets no token, is killed after a time limit, and returns one JSON document. All its other output is dropped,
because a runner would interpret lines of a plan as commands.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from masterplan.errors import MasterplanError, PlanError
from masterplan.git.commands import merge_base
from masterplan.git.review import review
from masterplan.model.finding import Finding
from masterplan.render.review import failure, markdown, with_addresses

MOST_SECONDS = 300
"""Maximum number of seconds for a comparison."""

PROGRAM: Sequence[str] = (sys.executable, "-m", "masterplan.publish.github.judge")

Effect = Literal["breaking", "changed", "no-change"]


class PullRequestVerdict(BaseModel):
    """The Markdown about a pull request, and its effect; None if the plans could not be compared."""

    text: str
    effect: Effect | None


def judged(root: Path, base: str, head: str, source_url: str) -> PullRequestVerdict:
    """The verdict on what `head` does to the plan in `root` since it branched off `base`, whatever they contain."""
    environment = {name: value for name, value in os.environ.items() if "TOKEN" not in name}
    command = (*PROGRAM, str(root), base, head, source_url)
    try:
        process = subprocess.run(command, env=environment, capture_output=True, timeout=MOST_SECONDS, check=True)
        return PullRequestVerdict.model_validate_json(process.stdout)
    except subprocess.TimeoutExpired:
        return unknown(f"Comparing them took longer than {MOST_SECONDS} seconds", head)
    except (OSError, subprocess.CalledProcessError, ValidationError):
        return unknown("Comparing them failed unexpectedly", head)


def unknown(reason: str, head: str, findings: Sequence[Finding] = ()) -> PullRequestVerdict:
    """The verdict if the plans could not be compared, with the reason and what is wrong with them."""
    return PullRequestVerdict(text=failure(reason, _short(head), findings), effect=None)


def judge(root: Path, base: str, head: str, source_url: str) -> PullRequestVerdict:
    """The verdict as in `judged`, but in this process, without a time limit and without catching unexpected errors."""
    try:
        reviewed = review(root, merge_base(root, base, head), head)
    except PlanError as error:
        return unknown("One of them cannot be read as a plan", head, error.findings)
    except MasterplanError as error:
        return unknown(str(error), head)
    named = replace(reviewed, base=_short(reviewed.base), head=_short(head))
    named = with_addresses(named, os.environ.get("SITE_URL", ""), source_url)
    effect: Effect = "breaking" if reviewed.difference.weight == "breaking" else "changed"
    return PullRequestVerdict(text=markdown(named), effect=effect if reviewed.difference.weight else "no-change")


def _short(commit: str) -> str:
    return commit[:12]


if __name__ == "__main__":
    sys.stdout.write(judge(Path(sys.argv[1]), *sys.argv[2:]).model_dump_json())
