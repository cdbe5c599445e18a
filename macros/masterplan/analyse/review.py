"""What a review of a change has to tell, whatever the format."""

from dataclasses import dataclass
from typing import Literal

from masterplan.analyse import Facts
from masterplan.model.change import Difference

Base = Literal["plan", "none", "unreadable"]
"""What the older side has: a plan, no plan at all, or one with errors."""


@dataclass(frozen=True, slots=True)
class Review:
    """Two plans that could be read, what lies between them, and what people call both sides (`main`, `1a2b3c4d`).

    `source_url` is where the files of the newer plan are shown (`https://example.org/team/plan/blob/1a2b3c4d`), or
    empty. Plans that cannot be compared make no review: that is an error, never a review without changes.

    `older` is what the older side has. Without a plan there, `before` is an empty plan and the difference what the new
    plan brings; with one that is unreadable, the difference is empty, as nothing is known of it.
    """

    before: Facts
    after: Facts
    difference: Difference
    base: str
    head: str
    source_url: str = ""
    older: Base = "plan"
