"""A plan's words for its pieces of work and groups of them, and our own sentences in these words."""

import re
from typing import Any

from pydantic import Field, model_validator

from masterplan.model.fields import Line
from masterplan.model.part import Part

_OURS = re.compile(r"\b(?P<article>an? )?(?P<word>sprint|phase)(?P<many>s?)\b", re.IGNORECASE)
_VOWELS = frozenset("aeiou")


class Unit(Part):
    """The plan's word for its pieces of work."""

    one: Line = Field("Sprint", description="The singular: Sprint, Epic, Milestone.")
    many: Line = Field("Sprints", description="The plural; by default the singular with an s.")

    @model_validator(mode="before")
    @classmethod
    def _with_plural(cls, data: Any) -> Any:
        """Add a regular plural if only the singular is given, so that the default plural does not apply."""
        is_partial = isinstance(data, dict) and isinstance(data.get("one"), str) and "many" not in data
        return {**data, "many": f"{data['one']}s"} if is_partial else data


class Group(Unit):
    """The plan's word for groups of its pieces of work."""

    one: Line = Field("Phase", description="The singular: Phase, Milestone, Release.")
    many: Line = Field("Phases", description="The plural; by default the singular with an s.")


def worded(sentence: str, unit: Unit, group: Unit) -> str:
    """A sentence about sprints and phases in the plan's words, such as `An epic is in no release`.

    Only for our own sentences: the text of a plan is never reworded.
    """

    def word(match: re.Match[str]) -> str:
        names = unit if match["word"].lower() == "sprint" else group
        name = names.many if match["many"] else names.one
        name = name if match["word"][0].isupper() else name.lower()
        return _article(match["article"] or "", name) + name

    return _OURS.sub(word, sentence)


def _article(article: str, word: str) -> str:
    if not article:
        return ""
    return f"{article[0]}{'n' if word[:1].lower() in _VOWELS else ''} "
