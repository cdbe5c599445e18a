"""States of sprints and tasks, which several texts of a document may state differently."""

from masterplan.importing import values
from masterplan.importing.ledger import Span
from masterplan.importing.reading import WORK, DraftPart, Reading, StateText
from masterplan.importing.words import Read
from masterplan.model.task import State

_ALL = 100
_SHARES: dict[State, int] = {"done": _ALL, "planned": 0}


def put_state(reading: Reading, part: DraftPart, state: Read[State], span: Span, *, is_hint: bool = False) -> bool:
    """Set the state of a part; returns whether the part has this state now.

    If two texts differ, the value of a field outranks a hint in a heading, otherwise the first one wins. The other text
    stays unread, and a question names both.
    """
    old, new = reading.stated.get(id(part.values)), StateText(span, state.text, is_hint)
    current = part.values.get("state", state.value)
    if old is None or current == state.value:
        reading.stated[id(part.values)] = new if old is None or old.is_hint else old
        return reading.put(part, "state", state.value, span, state.text)
    if not (old.is_hint and not is_hint):
        _ask(reading, part, old, new, (current, state.value))
        return False
    reading.ledger.give_back(old.span, old.text)
    reading.stated[id(part.values)], part.values["state"] = new, state.value
    _ask(reading, part, new, old, (state.value, current))
    return reading.put(part, "state", state.value, span, state.text)


def _ask(reading: Reading, part: DraftPart, chosen: StateText, other: StateText, states: tuple[State, State]) -> None:
    """Ask which of two texts is right about the state of a part; `states` are their readings."""
    text = f"{part} has two states: {chosen.text.strip()} here, {other.text.strip()} in line {other.span.first}."
    has_word = any(character.isalpha() for character in chosen.text)
    answer = f"states: {{{chosen.text.strip()}: {states[1]}}}" if has_word else "states"
    reading.ask(chosen.span.first, text, states, answer)


def take_share(reading: Reading, part: DraftPart, state: State, text: str, span: Span) -> None:
    """Take a percentage that only repeats a state: `100% Complete`."""
    share = values.percent(text)
    if share is not None and share.value == _SHARES.get(state) and part.values.get("state") == state:
        reading.ledger.take(span, share.text, part.label("state"))


def state_of_share(share: float) -> State:
    """State of a part with a percentage done."""
    return "done" if share >= _ALL else "in progress" if share else "planned"


def note_share(reading: Reading, part: DraftPart, text: str) -> bool:
    """Record the percentage done of a part; returns whether the text has one.

    It becomes the state if no other text states one.
    """
    share = values.percent(text)
    if share is not None and part.kind in WORK:
        reading.shares.append((part.values, share.value))
    return share is not None


def complete_states(reading: Reading) -> None:
    """Set states from percentages, and mark tasks of finished sprints as done.

    A task with its own state or an empty check box is left alone.
    """
    for part_values, share in reading.shares:
        part_values.setdefault("state", state_of_share(share))
    for sprint in reading.draft.sprints.values():
        for task in sprint.get("tasks", ()) if sprint.get("state") == "done" else ():
            if id(task) not in reading.unticked:
                task.setdefault("state", "done")
