"""Reading paths for people who join a sprint: what to read first, and how long that takes, by the dependencies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import Standing
from masterplan.model.header import Term
from masterplan.model.part import walk
from masterplan.model.plan import Plan
from masterplan.model.sprint import Sprint

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
class _SprintText:
    """Number of words about a sprint, and the glossary terms that occur there."""

    words: int
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReadingPaths:
    """Reading paths of all sprints. `ready` are the sprints that can be started.

    The texts of a sprint are searched on first use, so a single page does not wait for the texts of the whole plan.
    """

    graph: Graph
    ready: frozenset[str]
    glossary: tuple[Term, ...]
    sprints: Mapping[str, Sprint]
    _texts: dict[str, _SprintText] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, graph: Graph, standings: Mapping[str, Standing]) -> "ReadingPaths":
        """The reading paths of a plan."""
        ready = frozenset(id_ for id_, standing in standings.items() if standing.ready)
        return cls(graph, ready, plan.header.glossary, plan.sprints)

    def _text(self, sprint: str) -> _SprintText:
        if sprint not in self._texts:
            text = " ".join(value.text for value in walk(self.sprints[sprint]))
            terms = frozenset(term.term for term in self.glossary if _occurs(term.term, text))
            self._texts[sprint] = _SprintText(len(text.split()), terms)
        return self._texts[sprint]

    def minutes(self, sprint: str) -> int:
        """Time to read about a sprint, in whole minutes, at least 1."""
        return max(1, ceil(self._text(sprint).words / WORDS_A_MINUTE))

    def path(self, sprint: str) -> ReadingPath:
        """Reading path to a sprint."""
        before = self.graph.before(sprint)
        sprints = (*before, sprint)
        terms = frozenset[str]().union(*(self._text(id_).terms for id_ in sprints)) if self.glossary else ()
        return ReadingPath(
            sprint,
            before,
            tuple(edge.sprint for edge in self.graph.needed_by[sprint]),
            tuple(term for term in self.glossary if term.term in terms),
            tuple(id_ for id_ in sprints if id_ in self.ready),
        )


def _occurs(term: str, text: str) -> bool:
    """Whether a glossary term occurs in a text as a whole word, ignoring case, in the singular or plural."""
    return re.search(rf"(?<!\w){re.escape(term)}s?(?!\w)", text, re.IGNORECASE) is not None
