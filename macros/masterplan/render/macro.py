"""Macros: views that pages call by name, with checked and documented parameters.

A view is a function of a `Context` and further parameters that returns blocks. `@macro` registers it for the hosts and
for the macro reference, which is made from its docstring and annotations.
"""

import inspect
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property, wraps
from types import ModuleType
from typing import Any, TypeVar, get_args

from masterplan.analyse import Facts
from masterplan.analyse.content import PARTS, ContentPart
from masterplan.errors import UsageError
from masterplan.model.history import NO_HISTORY, History
from masterplan.model.option import Option
from masterplan.model.plan import Phase
from masterplan.model.sprint import Sprint
from masterplan.model.team import Person
from masterplan.render.blocks import Content, Inline, Section
from masterplan.render.links import Links
from masterplan.render.tickets import with_tickets

_T = TypeVar("_T")

View = Callable[..., Content]

Heading = Callable[["Context", str], Inline]
"""Makes the heading of a page about one part of the plan, from its id."""


@dataclass(frozen=True)
class Context:
    """The input of a view: facts, the links of its page, the plan's history and its files.

    `texts` maps the paths of plan files to their text, `changed` to their last change. `pages` maps the ids of default
    pages to their path and title, or to None if this site does not have the page. `without` names the parts that the
    site omits.
    """

    facts: Facts
    links: Links
    texts: Mapping[str, str]
    changed: Mapping[str, str]
    history: History = NO_HISTORY
    pages: Mapping[str, tuple[str, str] | None] = field(default_factory=dict)
    without: Set[str] = frozenset()

    def has(self, part: ContentPart) -> bool:
        """Whether the plan has content for a part and the site shows it."""
        return part not in self.without and PARTS[part](self.facts, self.history)

    @property
    def has_people(self) -> bool:
        """Whether people, teams and roles have pages."""
        return "people" not in self.without

    def sprint(self, id_: object) -> Sprint:
        """The sprint with an id, given as text or number. Raises UsageError if there is none."""
        plan = self.facts.plan
        return _chosen(plan.unit.one.lower(), plan.sprints, id_)

    def phase(self, id_: object) -> Phase:
        """The phase with an id. Raises UsageError if there is none."""
        plan = self.facts.plan
        return _chosen(plan.group.one.lower(), {phase.id: phase for phase in plan.phases}, id_)

    def option(self, id_: object) -> Option:
        """The option with an id. Raises UsageError if there is none."""
        return _chosen("option", {option.id: option for option in self.facts.plan.options}, id_)

    def person(self, id_: object) -> Person:
        """The person with an id. Raises UsageError if there is none."""
        return _chosen("person", {person.id: person for person in self.facts.plan.people}, id_)

    def level(self, level: str) -> str:
        """A level of the plan's risk scale. Raises UsageError if the scale does not have it."""
        if level not in self.facts.plan.scale:
            raise UsageError(f"risk is one of {', '.join(self.facts.plan.scale)}, not {level!r}")
        return level

    def owner(self, id_: object) -> str:
        """The id of a person, team or role. Raises UsageError if there is none."""
        return _chosen("owner", {owner: owner for owner in self.facts.plan.owners}, id_)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a macro: its name, default as a Jinja literal, description, and allowed values if limited."""

    name: str
    default: str
    description: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Macro:
    """A view with the name that pages call it by; a macro that is a whole page also has a heading."""

    name: str
    view: View
    heading: Heading | None = None

    @property
    def description(self) -> str:
        """The docstring of the view."""
        return inspect.cleandoc(self.view.__doc__ or "")

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.view)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the view, without its context."""
        return tuple(map(_parameter, list(self._signature.parameters.values())[1:]))

    def title(self, context: Context, id_: str) -> Inline:
        """The heading of the page for an id; empty if the macro is not a page."""
        return with_tickets(self.heading(context, id_), context.facts.plan.header.tracker) if self.heading else ""

    def content(self, context: Context, *args: Any, **kwargs: Any) -> Content:
        """The content that the view returns. Raises UsageError, naming the macro, if a parameter is wrong."""
        try:
            bound = self._signature.bind(context, *args, **kwargs)
        except TypeError as error:
            names = ", ".join(parameter.name for parameter in self.parameters) or "none"
            raise UsageError(f"{self.name}: {error}; its parameters: {names}") from error
        try:
            self._check_choices(bound.arguments)
            return with_tickets(self.view(*bound.args, **bound.kwargs), context.facts.plan.header.tracker)
        except UsageError as error:
            raise UsageError(f"{self.name}: {error}") from error

    def _check_choices(self, arguments: Mapping[str, Any]) -> None:
        for parameter in self.parameters:
            value = arguments.get(parameter.name)
            if parameter.choices and value is not None and value not in parameter.choices:
                raise UsageError(f"{parameter.name} is one of {', '.join(parameter.choices)}, not {value!r}")


_REGISTERED: dict[str, Macro] = {}
"""The macros of all modules that have been imported, by name."""


def macro(view: View) -> View:
    """Register a view under its own name."""
    _REGISTERED[view.__name__] = Macro(view.__name__, view)
    return view


def page_macro(heading: Heading) -> Callable[[Callable[[Context, str], Content]], View]:
    """Register a view as a macro that is a whole page about one part of the plan; the view returns the body.

    The navigation of other pages needs the heading, so it is available without making the page.
    """

    def decorated(view: Callable[[Context, str], Content]) -> View:
        @wraps(view)
        def page(context: Context, id_: str) -> Content:
            return Section(1, heading(context, id_), "", view(context, id_))

        _REGISTERED[view.__name__] = Macro(view.__name__, page, heading)
        return page

    return decorated


def macros_of(*modules: ModuleType) -> Mapping[str, Macro]:
    """The macros of these modules, by name. Whoever has the modules has imported them, so none is missing."""
    names = {module.__name__ for module in modules}
    return {name: macro for name, macro in _REGISTERED.items() if macro.view.__module__ in names}


def _parameter(parameter: inspect.Parameter) -> Parameter:
    hint = parameter.annotation
    kind, description = get_args(hint)[:2] if hasattr(hint, "__metadata__") else (hint, "")
    default = "" if parameter.default is inspect.Parameter.empty else repr(parameter.default)
    choices = tuple(choice for part in (kind, *get_args(kind)) for choice in get_args(part) if isinstance(choice, str))
    return Parameter(parameter.name, default, description, choices)


def _chosen(kind: str, parts: Mapping[str, _T], id_: object) -> _T:
    """The part with an id, given as text or number. Raises UsageError if there is none."""
    if str(id_) in parts:
        return parts[str(id_)]
    raise UsageError.unknown(kind, id_, parts)
