"""Owners that texts of a document name, and their ids in the draft of the team."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, count
from typing import NamedTuple

from masterplan.importing.words import HEAD, Read, fold, is_none, small_words
from masterplan.model.naming import slug

_NAME_SEPARATOR = re.compile(r"[()]|[,;/&+|、\N{FULLWIDTH COMMA}]|(?<=\s)\w+(?=\s)")
_ROLE = re.compile(r"\s*\(([^()]*)\)$")
_NAME_WORDS = 5
_LONGEST_NAME = 60
_LONGEST_ID = 28
"""Longest id made from a name, which leaves room for a number after it."""


class OwnerName(NamedTuple):
    """Name of a person, team or role in a document, with the text in brackets after it."""

    name: str
    role: str = ""


class OwnerIds:
    """People, teams and roles by name, in any case; new ones are added to `names`, which maps ids to names.

    `mentioned` are the names in tables of the team and in columns for owners, in lower case. `full_names` maps the
    first names in tables of the team to full ones.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.mentioned: set[str] = set()
        self.full_names: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def ids(self, owners: Iterable[OwnerName]) -> list[str]:
        """Ids of owners."""
        return [self._id(owner.name) for owner in owners]

    def _id(self, name: str) -> str:
        name = self.full_names.get(name.casefold(), name)
        if len(self._ids) != len(self.names):
            self._ids = {other.casefold(): id_ for id_, other in self.names.items()}
        existing = self._ids.get(name.casefold())
        if existing is not None or name in self.names:
            return existing or name
        id_ = self._ids[name.casefold()] = free_id(name, self.names)
        self.names[id_] = name
        return id_


def free_id(name: str, taken: Collection[str]) -> str:
    """The id for a new owner with a name: `ada-berg`, or `ada-berg-2` if that is taken."""
    base = slug(name)[:_LONGEST_ID].strip("-") or f"owner-{len(taken) + 1}"
    return next(id_ for id_ in chain([base], (f"{base}-{n}" for n in count(2))) if id_ not in taken)


def read_owners(text: str) -> Read[tuple[OwnerName, ...]] | None:
    """Owners that a text names: `@ada`, `Ada Lovelace`, `Design + Engineering`, `Peter (developer)`; none for `TBD`."""
    if len(text) > HEAD:
        return None
    if is_none(text):
        return Read((), text)
    candidates = [_owner(name) for name in _names(text.strip(" *_`."))]
    names = tuple(name for name in candidates if name)
    return Read(tuple(dict.fromkeys(names)), text) if candidates and len(names) == len(candidates) else None


def _names(text: str) -> Iterator[str]:
    """Names of a list, separated by commas, other signs, or words for `and`, outside brackets."""
    begin = depth = 0
    for sign in _NAME_SEPARATOR.finditer(text):
        depth += (sign[0] == "(") - (sign[0] == ")")
        is_separator = not sign[0][0].isalnum() or small_words("and").of(fold(sign[0]))
        if is_separator and not depth and sign[0] not in {"(", ")"}:
            yield text[begin : sign.start()]
            begin = sign.end()
    yield text[begin:]


def _owner(text: str) -> OwnerName | None:
    """One name with the role in brackets after it; None for a text that reads like a sentence or a number."""
    role = _ROLE.search(text)
    name = (text[: role.start()] if role else text).strip(" *_`").removeprefix("@")
    words = name.split()
    if not words or len(words) > _NAME_WORDS or len(name) > _LONGEST_NAME or not name[0].isalpha():
        return None
    is_name = all(_is_name(word) for word in words[1:]) and (len(words) == 1 or not words[0].islower())
    return OwnerName(name, role[1].strip() if role else "") if is_name and not set(name) & set("()[]:?!") else None


def _is_name(word: str) -> bool:
    """Whether a word after the first can be part of a name: it is capitalised, or a word for a role."""
    return not word[0].islower() or bool(small_words("role").of(fold(word.strip("."))))
