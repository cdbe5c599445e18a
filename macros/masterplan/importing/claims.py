"""Claims: figures that a document states, kept verbatim for comparison with the plan: `Total Sprints: 6`.

Only an unambiguous figure becomes a claim; any other remains text.
"""

import re
from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter

from masterplan.importing import clues, states, values, words
from masterplan.importing.document import Row
from masterplan.importing.entries import LabelledText
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import DraftPart, Reading, key
from masterplan.model.declared import Claim
from masterplan.model.fields import Money
from masterplan.model.quantity import Quantity

_MONEY: TypeAdapter[object] = TypeAdapter(Money)
_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,3})?")
_COUNT = re.compile(r"[0-9]{1,4}")
_AMOUNT_SEPARATOR = re.compile(r"[()\uff08\uff09;=]")
_SAVINGS_FIELDS = {"impact", "savings"}
_DURATION_FIELDS = {"duration", "when"}
_SIZE_FIELDS = {"effort", "points"}
_PERIODS: dict[str, Claim] = {"month": "monthly-savings", "year": "annual-savings"}


def add_claim(reading: Reading, part: DraftPart, claim: Claim, says: str, span: Span, **details: object) -> bool:
    """Add a claim to a part of the plan, with the heading above it; always returns True."""
    at = details.pop("at", None) or (reading.heading if not reading.is_in_header else "Header")
    reading.add(part, "declared", {"claim": claim, "says": says} | details | {"at": at}, span, says)
    return True


def read_claim(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a labelled text as a claim about the plan or an option; returns whether it is one."""
    if entry.label is None or entry.blocks:
        return False
    if part.kind == "option":
        return entry.field in _DURATION_FIELDS and _read_duration(reading, part, entry)
    if part.kind != "plan":
        return False
    name, text = entry.field, plain(entry.text)
    is_whole = reading.is_in_header or "total" in clues.signals(entry.label)
    return (
        _read_count(reading, part, entry)
        or (name in _SAVINGS_FIELDS and _read_savings_claim(reading, part, entry))
        or (name in _DURATION_FIELDS and is_whole and _read_duration(reading, part, entry))
        or (name in _SIZE_FIELDS and is_whole and _read_sum(reading, entry.label, text, entry.span, entry.label))
        or (name == "state" and _read_ready(reading, part, entry))
        or (name is None and _is_overall(entry.label) and read_progress(reading, part, entry))
    )


def _is_overall(label: str) -> bool:
    """Whether a label only means the plan as a whole: `Overall`."""
    place = clues.signals(label).get("total")
    return place is not None and key(label[place[0] : place[1]]) == key(label)


def _read_count(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the number of sprints or phases: `Total Sprints: 6`."""
    text = plain(entry.text)
    claim = _counted_claim(reading, entry.label or "") if _COUNT.fullmatch(text) else None
    if claim is None:
        return False
    reading.ledger.take(entry.span, text, f"{part}: declared")
    return add_claim(reading, part, claim, f"{entry.label}: {text}", entry.span, value=int(text))


def _counted_claim(reading: Reading, label: str) -> Claim | None:
    """Claim of a label that contains only a plural word for sprints or phases, and words such as `total`."""
    units = [(unit, label[start:end]) for unit, start, end in words.unit_words().all(label)]
    if len(units) != 1 or units[0][1].casefold() != units[0][0].many.casefold():
        return None
    family = units[0][0].one.casefold()
    rest = label.casefold().replace(units[0][1].casefold(), " ")
    start, end = clues.signals(rest).get("total", (0, 0))
    if any(not words.small_words("filler").of(token.word) for token in words.tokens(rest[:start] + rest[end:])):
        return None
    roles: tuple[tuple[Claim, str], ...] = (
        ("sprints", reading.roles.sprint.key if reading.roles.sprint else ""),
        ("phases", reading.roles.phase.key if reading.roles.phase else ""),
    )
    return next((claim for claim, role_family in roles if role_family == family), None)


def _read_savings_claim(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read savings per month or year, if the text has nothing else: `$850-1,750/month ($10,200-21,000/year)`."""
    amounts = list(_amounts(plain(entry.text), _period(entry.label or "")))
    if not amounts or not all(period in _PERIODS for _, period in amounts):
        return False
    for text, period in amounts:
        at = f"{'Header' if reading.is_in_header else reading.heading}, {entry.label}"
        add_claim(reading, part, _PERIODS[period], text, entry.span, at=at)
    return True


def _amounts(text: str, period: str) -> Iterator[tuple[str, str]]:
    """Parts of a text and the period of the money each states; the period is empty for any other part."""
    for part in _AMOUNT_SEPARATOR.split(text):
        amount_text = part.strip(" ,.")
        if amount_text:
            amount = quantity_of(amount_text)
            yield amount_text, (amount.per or period) if amount and amount.is_money else ""


def _period(label: str) -> str:
    signals = clues.signals(label)
    return "year" if "a year" in signals else "month" if "a month" in signals else ""


def _read_duration(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a duration, if the text has nothing else: `8-10 weeks`."""
    text = plain(entry.text)
    length = values.effort(text)
    if length is None or key(length.text) != key(text):
        return False
    return add_claim(reading, part, "duration", text, entry.span, at=entry.label)


def _read_ready(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the claim that work can start: `✅ Ready for Execution`."""
    text = plain(entry.text)
    place = clues.signals(text).get("ready")
    if place is None or key(text) != key(text[place[0] : place[1]]):
        return False
    return add_claim(reading, part, "ready", text, entry.span, at=entry.label)


def read_progress(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the progress of the plan or a sprint in per cent as a fact: `Overall: 45 %`."""
    text = plain(entry.text)
    if part.kind not in {"plan", "sprint"} or not states.note_share(reading, part, text):
        return False
    return add_claim(reading, part, "fact", text, entry.span, of=entry.label)


def read_savings(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the monthly savings of a sprint, or its annual savings as a claim."""
    text = plain(entry.text)
    amount = quantity_of(text) if part.kind == "sprint" else None
    if amount is None or not amount.is_money:
        return False
    if (amount.per or _period(entry.label or "")) == "year":
        return add_claim(reading, part, "annual-savings", text, entry.span)
    if not values.fits(_MONEY, text) or part.values.get("savings", {"monthly": text}) != {"monthly": text}:
        return False
    return reading.put(part, "savings", {"monthly": text}, entry.span, text)


def read_total(reading: Reading, heads: Iterable[tuple[int, str]], row: Row) -> bool:
    """Read the total row of a table of sprints as claims about the plan; returns whether the row is one.

    `heads` are the positions and heads of the columns. The audit compares each total with the values of the sprints.
    """
    first = next((without_signs(plain(cell)) for cell in row.cells if plain(cell)), "")
    if not is_total(first):
        return False
    reading.ledger.take(row.span, first, "plan: declared")
    for position, head in heads:
        text = plain(row.cell(position))
        if text and text != first:
            _read_sum(reading, head, text, row.span, ", ".join(filter(None, (reading.heading, first))))
    return True


def is_total(name: str) -> bool:
    """Whether the name of a row begins with a word for a total."""
    place = clues.signals(name).get("total")
    return place is not None and place[0] == 0


def _read_sum(reading: Reading, head: str, text: str, span: Span, at: str) -> bool:
    """Read a total of savings, effort or points as a claim, a total of durations as a fact."""
    name = words.field_of(head)
    amount = quantity_of(text)
    if name == "savings" and amount and amount.is_money:
        period = amount.per or _period(head) or "month"
        if period in _PERIODS:
            return add_claim(reading, reading.plan, _PERIODS[period], text, span, at=at)
    elif name == "effort" and amount and amount.is_duration:
        return add_claim(reading, reading.plan, "effort", text, span, at=at)
    elif name == "effort" and (effort := _whole_effort(head, text)):
        return add_claim(reading, reading.plan, "effort", text, span, at=at, value=effort)
    elif name == "duration" and amount and amount.is_duration:
        return add_claim(reading, reading.plan, "fact", text, span, of=plain(head), at=at)
    elif name == "points" and (points := values.points(text, bare=True)) and key(points.text) == key(text):
        return add_claim(reading, reading.plan, "effort", text, span, at=at, value=f"{points.value} points")
    return False


def _whole_effort(head: str, text: str) -> str | None:
    """A whole text as an effort; a number has the unit in the head of its column: `Effort (PD)`."""
    unit = next((head[start:end] for _, start, end in words.time_words().all(head)), "")
    full_text = f"{text} {unit}" if _NUMBER.fullmatch(text) else text
    effort = values.effort(full_text)
    return effort.value if effort and key(effort.text) == key(full_text) else None


def quantity_of(text: str) -> Quantity | None:
    """A whole text as an amount; None if it is not one, or depends on the decimal mark."""
    try:
        amount = Quantity.read(text)
    except ValueError:
        return None
    return amount if amount.is_number else None
