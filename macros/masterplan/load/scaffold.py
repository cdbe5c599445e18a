"""A new sprint as a file to fill in. Every text is written in quotes, so that no title can turn into something else."""

import json
from pathlib import Path

from masterplan.errors import UsageError
from masterplan.load.build import FOLDER, load
from masterplan.model.fields import is_id
from masterplan.model.naming import slug


def new_sprint(root: Path, title: str, id_: str | None, phase: str | None, needs: tuple[str, ...]) -> Path:
    """Write the file of a new sprint and return its path; the id is the next free number unless given.

    Raises UsageError when the plan cannot be read, an id is taken or unknown, or the title is empty; nothing is
    written then.
    """
    plan = load(root).plan
    if plan is None:
        raise UsageError("the plan has errors; run `masterplan check` and mend them first")
    if not title.strip():
        raise UsageError("a sprint needs a title")
    chosen = id_ or str(max((int(each) for each in plan.sprints if each.isdecimal()), default=0) + 1)
    if not is_id(chosen) or chosen in plan.sprints:
        raise UsageError(f"the id {chosen} is taken, or cannot be one")
    unknown = [each for each in needs if each not in plan.sprints] + [
        each for each in [phase] if each is not None and each not in {known.id for known in plan.phases}
    ]
    if unknown:
        raise UsageError(f"the plan has no {unknown[0]} to refer to")
    path = Path(FOLDER, "sprints", f"{chosen}-{slug(title) or 'sprint'}.yml")
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    with (root / path).open("x", encoding="utf-8") as file:
        file.write(_text(title, chosen, phase, needs))
    return path


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
