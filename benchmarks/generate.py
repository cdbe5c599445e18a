"""Generate a plan of any size for benchmarks and tests: the same bytes for the same number of sprints, on any machine.

Texts and figures are picked by arithmetic on a sprint's number. A plan of N sprints has about sqrt(N) phases, 1.4
dependencies a sprint, most of them on the last few phases, and 130 words a sprint. Ids are "1" to "N"; the options are
"A" and "B".

    python -m benchmarks.generate FOLDER --sprints 1000
"""

import argparse
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import isqrt
from pathlib import Path
from typing import Any, TypeVar

import yaml

T = TypeVar("T")
Fields = dict[str, Any]

REPOSITORY = Path(__file__).parents[1]
START = date(2026, 1, 5)
TODAY = START + timedelta(days=90)
PEOPLE = ("Ada", "Grace", "Edsger", "Barbara", "Donald")
LEVELS = ("very low", "low", "medium", "high", "very high")
TESTS = ("Integration tests", "Performance benchmarks", "Manual testing steps")
DEPENDENCIES = (1, 2, 1, 3, 0)
"""Numbers of dependencies of a sprint, in turn."""

LAST_WEEK = 520
"""The last week that a plan may have."""

VERBS = ("Cache", "Split", "Batch", "Index", "Stream", "Compress", "Retry", "Measure", "Isolate", "Migrate", "Validate")
PARTS = ("search queries", "image uploads", "session tokens", "export jobs", "audit logs", "price lists", "mail queues")
PLACES = (
    "in the API gateway",
    "on the write path",
    "for mobile clients",
    "in the nightly run",
    "behind the admin pages",
)
FAULTS = ("stale answers", "lost updates", "a slow start", "doubled work", "full queues", "silent errors")
CARES = ("a feature flag", "a slow rollout", "a shadow run", "a load test", "an alert", "a second review")
FIGURES = ("Response time", "Requests a minute", "Memory in use", "Errors a day", "Time to recover")


def write_project(folder: Path, sprints: int) -> None:
    """Write a whole repository into a new folder: a plan with our own pages and settings."""
    shutil.copytree(REPOSITORY / "docs", folder / "docs")
    shutil.copy(REPOSITORY / "mkdocs.yml", folder / "mkdocs.yml")
    (folder / "macros").mkdir()  # watched by the settings
    write_plan(folder, sprints)


def write_plan(folder: Path, sprints: int) -> None:
    """Write `plan_data/` with a number of sprints into a folder."""
    data = folder / "plan_data"
    for below in ("sprints", "progress"):
        (data / below).mkdir(parents=True)
    phases = [list(ids) for ids in _phases(sprints)]
    size = len(phases[0])
    _dump(data / "plan.yml", _header(sprints))
    _dump(data / "team.yml", {"people": [{"id": name.lower(), "name": name, "role": "developer"} for name in PEOPLE]})
    _dump(data / "phases.yml", {"phases": [_phase(n, ids, len(phases)) for n, ids in enumerate(phases)]})
    _dump(data / "options.yml", {"options": [_option("A", phases, 1), _option("B", phases, len(PEOPLE))]})
    _dump(data / "progress" / "log.yml", {"entries": [_entry(n, sprints) for n in range(_begun(sprints))]})
    for n in range(sprints):
        _dump(data / "sprints" / f"{n + 1}.yml", _sprint(n, size))


def _dump(path: Path, content: Fields) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110), "utf-8")


def _pick(choices: Sequence[T], n: int, salt: int) -> T:
    """One of the choices, scattered over the sprints, differently for each salt."""
    return choices[_scatter(n, salt) % len(choices)]


def _scatter(n: int, salt: int) -> int:
    return (n * 2_654_435_761 + salt * 40_503 + n * salt * 97) % (1 << 32) >> 7


def _phases(sprints: int) -> Iterator[Sequence[int]]:
    size = isqrt(sprints - 1) + 1
    return (range(first, min(first + size, sprints)) for first in range(0, sprints, size))


def _ids(sprints: Sequence[int]) -> list[str]:
    return [str(n + 1) for n in sprints]


def _subject(n: int) -> str:
    """Subject of a sprint's work; the combination repeats after 385 sprints."""
    return f"{VERBS[n % len(VERBS)].lower()} {PARTS[n % len(PARTS)]} {PLACES[n % len(PLACES)]}"


def _header(sprints: int) -> Fields:
    return {
        "title": f"A plan of {sprints:,} sprints",
        "summary": "Generated, to see how masterplan behaves when a plan grows.",
        "start": START.isoformat(),
        "updated": TODAY.isoformat(),
        "declared": [
            {"claim": "sprints", "says": f"Total Sprints: {sprints}", "value": sprints},
            {"claim": "independent", "says": "Each sprint is independent"},
        ],
        "testing": {"per_sprint": {"says": "Each sprint includes", "items": ["Unit tests"]}},
        "next_steps": [{"title": "Review this plan"}, {"title": "Begin with Phase 1"}],
        "glossary": [{"term": "Shadow run", "means": "New code runs beside the old and its answers are compared."}],
    }


def _window(phase: int, phases: int) -> tuple[int, int]:
    """First and last week of a phase: three weeks, or fewer if the plan would otherwise end after `LAST_WEEK`."""
    length = min(3, LAST_WEEK // phases)
    return phase * length + 1, (phase + 1) * length


def _weeks(phase: int, phases: int) -> str:
    return "{}-{}".format(*_window(phase, phases))


def _phase(n: int, sprints: Sequence[int], phases: int) -> Fields:
    ids = _ids(sprints)
    return {
        "id": str(n + 1),
        "title": f"{_pick(VERBS, n, 1)} first, phase {n + 1}",
        "when": _weeks(n, phases),
        "sprints": ids,
        "why": [{"sprint": ids[0], "text": f"It opens the way to {_pick(PARTS, n, 2)}"}, {"text": "Risk comes early"}],
        "parallel": [{"sprint": ids[-1], "alongside": ids[:2], "says": "They touch other parts"}] if ids[2:] else [],
    }


def _option(id_: str, phases: Sequence[Sequence[int]], people: int) -> Fields:
    lanes = [
        {
            "name": person,
            "person": person.lower(),
            "work": [
                {"when": _weeks(n, len(phases)), "sprints": _ids(sprints[lane::people])}
                for n, sprints in enumerate(phases)
                if sprints[lane::people]
            ],
        }
        for lane, person in enumerate(PEOPLE[:people])
    ]
    return {"id": id_, "title": f"Team of {people}", "mode": "parallel", "people": lanes}


def _begun(sprints: int) -> int:
    """Number of sprints that have begun: the first sixth of them."""
    return max(1, sprints // 6)


def _entry(n: int, sprints: int) -> Fields:
    """The progress entry of a sprint that has begun; nine in ten are done."""
    begun = _begun(sprints)
    done = n < begun - begun // 10
    day = START + timedelta(days=n * 80 // begun) if done else TODAY - timedelta(days=1 + n % 20)
    entry: Fields = {"sprint": str(n + 1), "date": day.isoformat(), "state": "done" if done else "in progress"}
    if not done:
        return entry | {"percent": 10 + n % 80, "note": f"Works for *{_pick(PARTS, n, 4)}*; the rest follows."}
    entry["tasks"] = [task["title"] for task in _tasks(n)]
    entry["measured"] = [{"metric": metric["name"], "value": metric["after"]} for metric in _metrics(n)]
    return entry | {"by": _pick(PEOPLE, n, 3)}


def _sprint(n: int, size: int) -> Fields:
    part, place = PARTS[n % len(PARTS)], PLACES[n % len(PLACES)]
    fields = {
        "id": str(n + 1),
        "title": f"{_subject(n).capitalize()} ({n + 1})",
        "description": (
            f"We {_subject(n)}: **{_pick(FAULTS, n, 5)}** cost us a working day a week. The change lives in"
            f" `service/{part.split()[0]}.py` and is switched on {place} first, then everywhere."
        ),
        "impact": f"{10 + n % 60}% less {_pick(FAULTS, n, 8)}",
        "owner": _pick(PEOPLE, n, 9).lower(),
        "effort": f"{1 + n % 2}-{2 + n % 3} hours",
        "depends_on": _dependencies(n, size),
        "savings": {"monthly": f"${10 + n % 90}-{120 + n % 200}"},
        "metrics": _metrics(n),
        "risk": _risk(n),
        "rollback": _rollback(n),
        "tests": [
            {"kind": "Unit tests", "text": f"{part.capitalize()} {place}"},
            *([{"kind": _pick(TESTS, n, 20)}] if n % 2 else []),
        ],
        "tasks": _tasks(n),
        "declared": [{"claim": "annual-savings", "says": f"${12 * (10 + n % 90):,}-{12 * (120 + n % 200):,}"}],
    }
    if n % 5:
        del fields["declared"]
    return fields


def _tasks(n: int) -> list[Fields]:
    verbs = (VERBS[n % len(VERBS)], VERBS[(n + 4) % len(VERBS)], "Document")
    return [{"title": f"{verb} {PARTS[n % len(PARTS)]}"} for verb in verbs]


def _dependencies(n: int, size: int) -> list[Fields]:
    """Dependencies on sprints of the last three phases; for one sprint in seven, of any earlier phase."""
    first = n - n % size
    reach = first if n % 7 == 0 else min(first, 3 * size)
    number = DEPENDENCIES[n % len(DEPENDENCIES)]
    needed = {first - 1 - _scatter(n, 30 + turn) % reach for turn in range(number)} if reach else set()
    return [
        {
            "sprint": str(other + 1),
            "strength": "soft" if (n + other) % 3 == 0 else "hard",
            "reason": f"needs {_pick(PARTS, other, 31)} {_pick(PLACES, n, 32)}",
        }
        for other in sorted(needed)
    ]


def _metrics(n: int) -> list[Fields]:
    return [
        {
            "name": f"{FIGURES[(n + turn) % len(FIGURES)]}, {PARTS[n % len(PARTS)]}",
            "before": f"{200 + 7 * (n % 100)} ms",
            "after": f"{50 + n % 90}-{150 + n % 50} ms",
        }
        for turn in range(1 + n % 3)
    ]


def _risk(n: int) -> Fields:
    likelihood, impact = _scatter(n, 11) % len(LEVELS), _scatter(n, 12) % len(LEVELS)
    risk: Fields = {"level": LEVELS[(likelihood + impact) // 2]}
    if n % 2:
        risk |= {"likelihood": LEVELS[likelihood], "impact": LEVELS[impact], "owner": _pick(PEOPLE, n, 13).lower()}
    risk["description"] = f"During the change {_pick(FAULTS, n, 14)} may reach customers."
    risk["mitigation"] = [f"Put {_pick(CARES, n, 15)} in place", f"Use {_pick(CARES, n, 16)} for a week"]
    return risk


def _rollback(n: int) -> Fields:
    steps = [f"Turn {_pick(PARTS, n, 17)} back", "Deploy the release before", "Clear what was cached meanwhile"]
    return {"steps": steps[: 1 + n % 3], "trigger": f"{_pick(FAULTS, n, 18)} for ten minutes"}


def main() -> None:
    """Write the repository that the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generate", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("folder", type=Path, help="the folder for the repository; must not exist")
    parser.add_argument("--sprints", type=int, default=1_000, help="number of sprints (default: 1,000)")
    arguments = parser.parse_args()
    write_project(arguments.folder, arguments.sprints)


if __name__ == "__main__":
    main()
