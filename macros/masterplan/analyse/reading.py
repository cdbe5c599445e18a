"""Reading paths for people who join a sprint: what to read first, and how long that takes, by the dependencies."""

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
"""Reading speed for plans: below the 238 words a minute for English non-fiction (Brysbaert 2019), because of tables."""


@dataclass(frozen=True, slots=True)
class ReadingPath:
    """Reading path to one sprint.

    `before` are the direct and indirect dependencies, in an order in which they can be done; `after` the sprints that
    need it directly. `terms` are the glossary terms that occur in `before` or the sprint, `startable` the sprints among
    these that can be started today.
    """

    sprint: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    terms: tuple[Term, ...]
    startable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingPaths:
    """Reading paths of all sprints.

    `words` is the number of words of each sprint; `terms` are the glossary terms in it, without sprints that have none.
    `ready` are the sprints that can be started.
    """

    graph: Graph
    ready: frozenset[str]
    glossary: tuple[Term, ...]
    words: Mapping[str, int]
    terms: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, plan: Plan, graph: Graph, standings: Mapping[str, Standing]) -> "ReadingPaths":
        """Count words and find glossary terms once for all paths of a plan."""
        texts = {id_: " ".join(value.text for value in walk(sprint)) for id_, sprint in plan.sprints.items()}
        glossary = plan.header.glossary
        terms = {id_: frozenset(t.term for t in glossary if occurs(t.term, text)) for id_, text in texts.items()}
        ready = frozenset(id_ for id_, standing in standings.items() if standing.ready)
        words = {id_: len(text.split()) for id_, text in texts.items()}
        return cls(graph, ready, glossary, words, {id_: occurring for id_, occurring in terms.items() if occurring})

    def minutes(self, sprint: str) -> int:
        """Time to read about a sprint, in whole minutes, at least 1."""
        return max(1, ceil(self.words[sprint] / WORDS_A_MINUTE))

    def path(self, sprint: str) -> ReadingPath:
        """Reading path to a sprint."""
        before = self.graph.before(sprint)
        sprints = (*before, sprint)
        terms = frozenset[str]().union(*(self.terms[id_] for id_ in sprints if id_ in self.terms))
        return ReadingPath(
            sprint,
            before,
            tuple(edge.sprint for edge in self.graph.needed_by[sprint]),
            tuple(term for term in self.glossary if term.term in terms),
            tuple(id_ for id_ in sprints if id_ in self.ready),
        )


def occurs(term: str, text: str) -> bool:
    """Whether a glossary term occurs in a text as a whole word, ignoring case, in the singular or plural."""
    return re.search(rf"(?<!\w){re.escape(term)}s?(?!\w)", text, re.IGNORECASE) is not None
