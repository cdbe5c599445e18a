"""What somebody who joins a sprint has to read, in which order and how long, derived from the dependencies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import Standing
from masterplan.model.header import Term
from masterplan.model.part import walk
from masterplan.model.plan import Plan

WORDS_A_MINUTE = 200
"""How fast plans are read: below the 238 words a minute of English non-fiction (Brysbaert 2019), as tables slow."""


@dataclass(frozen=True, slots=True)
class ReadingPath:
    """A path into one sprint.

    `before` are the sprints that it builds on, each after what it needs itself; `after` those that wait for it
    directly; `terms` the words of the glossary that occur in any of them; `startable` what can be started today on the
    way to it, itself included.
    """

    sprint: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    terms: tuple[Term, ...]
    startable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingPaths:
    """What all paths are made of: the words of each sprint, counted, and the terms that occur in it, if any do.

    `ready` are the sprints that can be started.
    """

    graph: Graph
    ready: frozenset[str]
    glossary: tuple[Term, ...]
    words: Mapping[str, int]
    terms: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, plan: Plan, graph: Graph, standings: Mapping[str, Standing]) -> "ReadingPaths":
        """Count the words of a plan once, for all paths."""
        texts = {id_: " ".join(value.text for value in walk(sprint)) for id_, sprint in plan.sprints.items()}
        glossary = plan.header.glossary
        terms = {id_: frozenset(t.term for t in glossary if occurs(t.term, text)) for id_, text in texts.items()}
        ready = frozenset(id_ for id_, standing in standings.items() if standing.ready)
        words = {id_: len(text.split()) for id_, text in texts.items()}
        return cls(graph, ready, glossary, words, {id_: within for id_, within in terms.items() if within})

    def minutes(self, sprint: str) -> int:
        """How long it takes to read about a sprint, at least a minute."""
        return max(1, ceil(self.words[sprint] / WORDS_A_MINUTE))

    def path(self, sprint: str) -> ReadingPath:
        """The path into a sprint."""
        before = self.graph.before(sprint)
        way = (*before, sprint)
        terms = frozenset[str]().union(*(self.terms[id_] for id_ in way if id_ in self.terms))
        return ReadingPath(
            sprint,
            before,
            tuple(edge.sprint for edge in self.graph.needed_by[sprint]),
            tuple(term for term in self.glossary if term.term in terms),
            tuple(id_ for id_ in way if id_ in self.ready),
        )


def occurs(term: str, text: str) -> bool:
    """Whether a term of the glossary occurs in a text as a word of its own, in any case, also in the plural."""
    return re.search(rf"(?<!\w){re.escape(term)}s?(?!\w)", text, re.IGNORECASE) is not None
