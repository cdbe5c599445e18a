"""How sprints and tasks stand, from texts that may say different things of one part."""

from masterplan.importing import values
from masterplan.importing.ledger import Span
from masterplan.importing.reading import Owner, Reading, StateText
from masterplan.importing.words import Read
from masterplan.model.task import State

_ALL = 100
_SHARES: dict[State, int] = {"done": _ALL, "planned": 0}


def put_state(reading: Reading, owner: Owner, state: Read[State], span: Span, *, is_hint: bool = False) -> bool:
    """Give a part a state; returns whether it has this one now.

    Of two that differ, the value of a field outranks a hint in a heading, else the first stays. Either way the other
    is left over, and a question names both.
    """
    known, new = reading.stated.get(id(owner.values)), StateText(span, state.text, is_hint)
    present = owner.values.get("state", state.value)
    if known is None or present == state.value:
        reading.stated[id(owner.values)] = new if known is None or known.is_hint else known
        return reading.put(owner, "state", state.value, span, state.text)
    if not (known.is_hint and not is_hint):
        _ask(reading, owner, known, new, (present, state.value))
        return False
    reading.ledger.give_back(known.span, known.text)
    reading.stated[id(owner.values)], owner.values["state"] = new, state.value
    _ask(reading, owner, new, known, (state.value, present))
    return reading.put(owner, "state", state.value, span, state.text)


def _ask(reading: Reading, owner: Owner, chosen: StateText, other: StateText, states: tuple[State, State]) -> None:
    """Ask which of two texts says how a part stands; `states` are what they say."""
    text = f"{owner}: {chosen.text.strip()} here, {other.text.strip()} in line {other.span.first}"
    has_word = any(character.isalpha() for character in chosen.text)
    answer = f"states: {{{chosen.text.strip()}: {states[1]}}}" if has_word else "states"
    reading.ask(chosen.span.first, text, states, answer)


def take_share(reading: Reading, owner: Owner, state: State, text: str, span: Span) -> None:
    """Take the per cent beside a state that say no more than that: `100% Complete`."""
    share = values.percent(text)
    if share is not None and share.value == _SHARES.get(state) and owner.values.get("state") == state:
        reading.ledger.take(span, share.text, owner.label("state"))


def state_of_share(share: float) -> State:
    """The state of a part of which so many per cent are done."""
    return "done" if share >= _ALL else "in progress" if share else "planned"


def note_share(reading: Reading, owner: Owner, text: str) -> bool:
    """Note how much of a part is done, which is its state where nothing else says that; returns whether a text does."""
    share = values.percent(text)
    if share is not None and owner.kind in {"sprint", "task"}:
        reading.shares.append((owner.values, share.value))
    return share is not None


def complete_states(reading: Reading) -> None:
    """Give states to the sprints and tasks that are partly done, and to the tasks of sprints that are done.

    Tasks that say nothing of themselves are done with their sprint.
    """
    for part, share in reading.shares:
        part.setdefault("state", state_of_share(share))
    for sprint in reading.draft.sprints.values():
        for task in sprint.get("tasks", ()) if sprint.get("state") == "done" else ():
            if id(task) not in reading.unticked:
                task.setdefault("state", "done")
