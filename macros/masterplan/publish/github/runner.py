"""What the runner says of a workflow by its environment, and of the pull request it runs for by the event's file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, ValidationError

from masterplan.errors import UsageError


class Head(BaseModel):
    """The newest commit of a pull request when the event happened."""

    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")


class PullRequest(BaseModel):
    """The pull request of an event."""

    number: int = Field(ge=1)
    head: Head


class _Event(BaseModel):
    pull_request: PullRequest


@dataclass(frozen=True, slots=True)
class Runner:
    """Where GitHub is, which repository this is, the right to write there, and files to read and to write.

    `token` is never printed; `summary` is None outside a step.
    """

    api_url: str
    graphql_url: str
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
            needed("GITHUB_GRAPHQL_URL"),
            needed("GITHUB_SERVER_URL").rstrip("/"),
            needed("GITHUB_REPOSITORY"),
            needed("GITHUB_TOKEN"),
            Path(needed("GITHUB_EVENT_PATH")),
            Path(summary) if summary else None,
        )

    def pull_request(self) -> PullRequest:
        """The pull request that the workflow runs for. Raises UsageError where the event is another one."""
        try:
            return _Event.model_validate_json(self.event.read_bytes()).pull_request
        except ValidationError:
            sentence = "is no event of a pull request: start this on pull_request_target, or on pull_request"
            raise UsageError(f"{self.event} {sentence}") from None
