"""What a plan calls its pieces of work and the groups of them, and our own sentences in these words."""

import re
from typing import Any

from pydantic import Field, model_validator

from masterplan.model.fields import Line
from masterplan.model.part import Part

_OURS = re.compile(r"\b(?P<article>an? )?(?P<word>sprint|phase)(?P<many>s?)\b", re.IGNORECASE)
_VOWELS = frozenset("aeiou")


class Unit(Part):
    """What the plan calls its pieces of work."""

    one: Line = Field("Sprint", description="A single one: Sprint, Epic, Milestone.")
    many: Line = Field("Sprints", description="Several of them; left out, the same with an s.")

    @model_validator(mode="before")
    @classmethod
    def _several(cls, data: Any) -> Any:
        """A word of which only the singular is given has a regular plural, never that of the default."""
        is_partial = isinstance(data, dict) and isinstance(data.get("one"), str) and "many" not in data
        return {**data, "many": f"{data['one']}s"} if is_partial else data


class Group(Unit):
    """What the plan calls a group of pieces of work."""

    one: Line = Field("Phase", description="A single one: Phase, Milestone, Release.")
    many: Line = Field("Phases", description="Several of them; left out, the same with an s.")


def worded(sentence: str, unit: Unit, group: Unit) -> str:
    """A fixed sentence about sprints and phases in the plan's words, such as `An epic is in no release`.

    Only for sentences of ours: what a plan says is never put into other words.
    """

    def word(match: re.Match[str]) -> str:
        of = unit if match["word"].lower() == "sprint" else group
        chosen = of.many if match["many"] else of.one
        chosen = chosen if match["word"][0].isupper() else chosen.lower()
        return _article(match["article"] or "", chosen) + chosen

    return _OURS.sub(word, sentence)


def _article(article: str, word: str) -> str:
    if not article:
        return ""
    return f"{article[0]}{'n' if word[:1].lower() in _VOWELS else ''} "
