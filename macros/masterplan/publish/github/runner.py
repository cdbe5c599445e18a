"""What the runner says of a workflow by its environment, and of the run that started it by the event's file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from masterplan.errors import UsageError


class Repository(BaseModel):
    """A repository, `owner/name`."""

    full_name: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")

    @property
    def owner(self) -> str:
        """The account that has it."""
        return self.full_name.partition("/")[0]


class Run(BaseModel):
    """The run of another workflow that has ended: what started it, and the commit, branch and repository it ran for.

    The repository is None when the fork is gone.
    """

    event: str
    head_sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    head_branch: str | None
    head_repository: Repository | None


class _Ended(BaseModel):
    workflow_run: Run


class _Head(BaseModel):
    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    ref: str
    repo: Repository | None


class _Proposed(BaseModel):
    head: _Head


class _Asked(BaseModel):
    pull_request: _Proposed


@dataclass(frozen=True, slots=True)
class Runner:
    """Where GitHub is, which repository this is, the right to write there, and files to read and to write.

    `token` is never printed; `summary` is None outside a step.
    """

    api_url: str
    server_url: str
    repository: str
    token: str
    event: Path
    summary: Path | None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """What environment variables say. Raises UsageError, which names the one that is missing."""

        def needed(name: str) -> str:
            if not environment.get(name):
                raise UsageError(f"{name} is not set: this command is for a workflow on GitHub")
            return environment[name]

        summary = environment.get("GITHUB_STEP_SUMMARY")
        return cls(
            needed("GITHUB_API_URL").rstrip("/"),
            needed("GITHUB_SERVER_URL").rstrip("/"),
            needed("GITHUB_REPOSITORY"),
            needed("GITHUB_TOKEN"),
            Path(needed("GITHUB_EVENT_PATH")),
            Path(summary) if summary else None,
        )

    def run(self) -> Run:
        """The run that has ended, or the one that a pull request of the repository itself has started.

        Raises UsageError where the event is another one.
        """
        try:
            event = TypeAdapter(_Ended | _Asked).validate_json(self.event.read_bytes())
        except ValidationError:
            sentence = (
                "neither of a run that has ended nor of a pull request: start this on workflow_run or pull_request"
            )
            raise UsageError(f"the event in {self.event} is {sentence}") from None
        if isinstance(event, _Ended):
            return event.workflow_run
        head = event.pull_request.head
        return Run(event="pull_request", head_sha=head.sha, head_branch=head.ref, head_repository=head.repo)
