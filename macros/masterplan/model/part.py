"""What every part of a plan file has in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a plan file: typed strictly, closed to unknown fields, never changed once read."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def size(value: object) -> int:
    """How many values a part or a list of parts is made of; a field that was left out counts as one."""
    match value:
        case Part():
            return sum(map(size, value.__dict__.values()))
        case tuple():
            return sum(map(size, value))
        case _:
            return 1
