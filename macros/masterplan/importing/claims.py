"""Figures that a document states of a part, kept word for word to be compared with the plan: `Total Sprints: 6`.

Only what cannot be read in another way becomes a claim; any other figure stays text.
"""

import re
from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter

from masterplan.importing import clues, states, values, words
from masterplan.importing.document import Row
from masterplan.importing.entries import LabelledText
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import Owner, Reading, key
from masterplan.model.declared import Claim
from masterplan.model.fields import Money
from masterplan.model.quantity import Quantity

_MONEY: TypeAdapter[object] = TypeAdapter(Money)
_COUNT = re.compile(r"[0-9]{1,4}")
_AMOUNTS_APART = re.compile(r"[()\uff08\uff09;=]")
_SAVED = {"impact", "savings"}
_TIMED = {"duration", "when"}
_SIZES = {"effort", "points"}
_PERIODS: dict[str, Claim] = {"month": "monthly-savings", "year": "annual-savings"}


def add_claim(reading: Reading, owner: Owner, claim: Claim, says: str, span: Span, **more: object) -> bool:
    """Add a claim to those of a part, with the heading that it stands under."""
    at = more.pop("at", None) or (reading.heading if not reading.is_in_header else "Header")
    reading.add(owner, "declared", {"claim": claim, "says": says} | more | {"at": at}, span, says)
    return True


def read_claim(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Take a labelled text as a claim of the plan or of an option; returns whether it is one."""
    if entry.label is None or entry.blocks:
        return False
    if owner.kind == "option":
        return words.field_of(entry.label) in _TIMED and _length(reading, owner, entry)
    if owner.kind != "plan":
        return False
    name = words.field_of(entry.label)
    is_whole = reading.is_in_header or "total" in clues.signals(entry.label)
    return (
        _number(reading, owner, entry)
        or (name in _SAVED and _money(reading, owner, entry))
        or (name in _TIMED and is_whole and _length(reading, owner, entry))
        or (name in _SIZES and is_whole and _sum(reading, entry.label, plain(entry.text), entry.span, entry.label))
        or (name == "state" and _ready(reading, owner, entry))
        or (name is None and _is_overall(entry.label) and read_progress(reading, owner, entry))
    )


def _is_overall(label: str) -> bool:
    """Whether a label is nothing but a word for all of the plan: `Overall`."""
    place = clues.signals(label).get("total")
    return place is not None and key(label[place[0] : place[1]]) == key(label)


def _number(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """How many sprints or phases there are: `Total Sprints: 6`."""
    text = plain(entry.text)
    claim = _counted(reading, entry.label or "") if _COUNT.fullmatch(text) else None
    if claim is None:
        return False
    reading.ledger.take(entry.span, text, f"{owner}: declared")
    return add_claim(reading, owner, claim, f"{entry.label}: {text}", entry.span, value=int(text))


def _counted(reading: Reading, label: str) -> Claim | None:
    """What a label counts that has no other words than one for all sprints or phases, and how many."""
    units = [(unit, label[start:end]) for unit, start, end in words.unit_words().all(label)]
    if len(units) != 1 or units[0][1].casefold() != units[0][0].many.casefold():
        return None
    family = units[0][0].one.casefold()
    rest = label.casefold().replace(units[0][1].casefold(), " ")
    spare = clues.signals(rest).get("total", (0, 0))
    others = words.tokens(rest[: spare[0]] + rest[spare[1] :])
    if any(words.small("filler").of((token.word,)) is None for token in others):
        return None
    roles: tuple[tuple[Claim, str], ...] = (
        ("sprints", reading.roles.sprint.key if reading.roles.sprint else ""),
        ("phases", reading.roles.phase.key if reading.roles.phase else ""),
    )
    return next((claim for claim, key_ in roles if key_ == family), None)


def _money(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Savings a month or a year, and nothing else: `$850-1,750/month ($10,200-21,000/year)`."""
    listed = list(_amounts(plain(entry.text), _period(entry.label or "")))
    if not listed or not all(period in _PERIODS for _, period in listed):
        return False
    for text, period in listed:
        at = f"{'Header' if reading.is_in_header else reading.heading}, {entry.label}"
        add_claim(reading, owner, _PERIODS[period], text, entry.span, at=at)
    return True


def _amounts(text: str, period: str) -> Iterator[tuple[str, str]]:
    """The amounts of money in a text and what each counts per; an empty period for any other part of it."""
    for part in _AMOUNTS_APART.split(text):
        written = part.strip(" ,.")
        if written:
            amount = quantity_of(written)
            yield written, (amount.per or period) if amount and amount.is_money else ""


def _period(label: str) -> str:
    signals = clues.signals(label)
    return "year" if "a year" in signals else "month" if "a month" in signals else ""


def _length(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """A length of time, and nothing else: `8-10 weeks`."""
    text = plain(entry.text)
    length = values.effort(text)
    if length is None or key(length.text) != key(text):
        return False
    return add_claim(reading, owner, "duration", text, entry.span, at=entry.label)


def _ready(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """That work can begin: `✅ Ready for Execution`."""
    text = plain(entry.text)
    place = clues.signals(text).get("ready")
    if place is None or key(text) != key(text[place[0] : place[1]]):
        return False
    return add_claim(reading, owner, "ready", text, entry.span, at=entry.label)


def read_progress(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Take how far the plan or a sprint is, in per cent, as a fact: `Overall: 45 %`."""
    text = plain(entry.text)
    if owner.kind not in {"plan", "sprint"} or not states.note_share(reading, owner, text):
        return False
    return add_claim(reading, owner, "fact", text, entry.span, of=entry.label)


def read_savings(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Take what a sprint saves a month, or what it claims to save a year."""
    text = plain(entry.text)
    amount = quantity_of(text) if owner.kind == "sprint" else None
    if amount is None or not amount.is_money:
        return False
    if (amount.per or _period(entry.label or "")) == "year":
        return add_claim(reading, owner, "annual-savings", text, entry.span)
    if not values.fits(_MONEY, text) or owner.values.get("savings", {"monthly": text}) != {"monthly": text}:
        return False
    return reading.put(owner, "savings", {"monthly": text}, entry.span, text)


def read_total(reading: Reading, heads: Iterable[tuple[int, str]], row: Row) -> bool:
    """Take the row that adds up a table of sprints as claims of the plan; returns whether it is such a row.

    `heads` are the columns with their positions. Each sum is compared with what the column gave the sprints.
    """
    span = Span(row.line, row.line)
    first = next((without_signs(plain(cell)) for cell in row.cells if plain(cell)), "")
    place = clues.signals(first).get("total")
    if place is None or place[0] > 0:
        return False
    reading.ledger.take(span, first, "plan: declared")
    for position, head in heads:
        text = plain(row.cells[position]) if position < len(row.cells) else ""
        if text and text != first:
            _sum(reading, head, text, span, f"{reading.heading}, {first}")
    return True


def _sum(reading: Reading, head: str, text: str, span: Span, at: str) -> bool:
    """Take a sum: of savings, efforts or points; that of lengths of time is compared with nothing."""
    name = words.field_of(head)
    amount = quantity_of(text)
    if name == "savings" and amount and amount.is_money:
        period = amount.per or _period(head) or "month"
        if period in _PERIODS:
            return add_claim(reading, reading.plan, _PERIODS[period], text, span, at=at)
    elif name == "effort" and amount and amount.is_duration:
        return add_claim(reading, reading.plan, "effort", text, span, at=at)
    elif name == "duration" and amount and amount.is_duration:
        return add_claim(reading, reading.plan, "fact", text, span, of=plain(head), at=at)
    elif name == "points" and (points := values.points(text, bare=True)) and key(points.text) == key(text):
        return add_claim(reading, reading.plan, "effort", text, span, at=at, value=f"{points.value} points")
    return False


def quantity_of(text: str) -> Quantity | None:
    """A whole text as an amount; None where it is none, or depends on the decimal mark."""
    try:
        amount = Quantity.read(text)
    except ValueError:
        return None
    return amount if amount.is_number else None
