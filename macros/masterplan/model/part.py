"""What every part of a plan file has in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a plan file: typed strictly, closed to unknown fields, never changed once read."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
