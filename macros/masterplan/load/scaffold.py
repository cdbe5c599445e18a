"""A new sprint as a file to fill in. Every text is written in quotes, so that no title can turn into something else."""

import json
from pathlib import Path

from masterplan.errors import UsageError
from masterplan.load.build import FOLDER, load
from masterplan.load.source import parse
from masterplan.load.validate import validate
from masterplan.model.naming import slug
from masterplan.model.plan import Plan, Sprint


def new_sprint(root: Path, title: str, id_: str | None, phase: str | None, needs: tuple[str, ...]) -> Path:
    """Write the file of a new sprint and return its path; the id is the next free number unless given.

    Raises UsageError when the plan cannot be read, an id is taken or unknown, or the file would be wrong; nothing is
    written then.
    """
    plan = load(root).plan
    if plan is None:
        raise UsageError("the plan has errors; run `masterplan check` and mend them first")
    needs = tuple(dict.fromkeys(needs))
    chosen = (id_ or "").strip() or str(max((int(each) for each in plan.sprints if each.isdecimal()), default=0) + 1)
    path = Path(FOLDER, "sprints", f"{chosen}-{slug(title) or 'sprint'}.yml")
    text = _text(title, chosen, phase, needs).encode()
    _refuse_what_is_wrong(plan, text, phase, needs)
    if chosen in plan.sprints or (root / path).exists():
        raise UsageError(f"the id {chosen} is taken")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(text)
    return path


def _refuse_what_is_wrong(plan: Plan, text: bytes, phase: str | None, needs: tuple[str, ...]) -> None:
    source = parse(text, "the new file")
    for finding in (*source.findings, *validate(source, Sprint)[1]):
        raise UsageError(finding.message)
    phases = [each.id for each in plan.phases]
    for unknown in (each for each in needs if each not in plan.sprints):
        raise UsageError(f"there is no {plan.unit.one.lower()} {unknown} to need")
    if phase is not None and phase not in phases:
        raise UsageError(f"there is no phase {phase}; there are {', '.join(phases)}")


def _text(title: str, id_: str, phase: str | None, needs: tuple[str, ...]) -> str:
    lines = [
        "# yaml-language-server: $schema=../../docs/schema/sprint.schema.json",
        f"id: {_quoted(id_)}",
        f"title: {_quoted(title)}",
    ]
    lines += [f"phase: {_quoted(phase)}"] if phase else []
    lines += ["depends_on:" if needs else "# depends_on: []  # nothing, said aloud"]
    for each in needs:
        lines += [f"  - sprint: {_quoted(each)}", "    strength: hard", "    # reason: what is needed"]
    lines += [
        "# impact: what it brings, as you would claim it",
        "# owner: the id of a person in team.yml",
        "# effort: 3-5 days",
        "# savings:",
        "#   monthly: $50-100",
        "# metrics:",
        "#   - name: what is measured",
        "#     before: 5-10s",
        "#     after: <1s",
        "# risk:",
        "#   level: medium",
        "#   mitigation:",
        "#     - what makes it less likely or less bad",
        "# rollback:",
        "#   steps:",
        "#     - how it is undone",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text in double quotes; JSON's escapes are YAML's too."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
