"""New files of a plan, to fill in. All texts are quoted, so that YAML reads any title as text."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from masterplan.edit.editing import add, editing, inline, with_file
from masterplan.errors import UsageError
from masterplan.load.loader import PLAN_FOLDER
from masterplan.load.source import parse
from masterplan.load.validate import validate
from masterplan.model.custom import FieldDefinition
from masterplan.model.header import Header
from masterplan.model.naming import slug
from masterplan.model.part import Part
from masterplan.model.plan import Plan
from masterplan.model.quantity import Notation
from masterplan.model.sprint import Sprint
from masterplan.model.words import Group, Unit


def new_plan(
    title: str, unit: tuple[str, str], group: tuple[str, str], start: date | None, sprints: Sequence[str]
) -> Mapping[Path, bytes]:
    """The files of a new plan by path in the repository, with one sprint for each title in `sprints`.

    `unit` and `group` are the plan's words for a sprint and a phase, singular and plural. Nothing is written. Raises
    UsageError for a text that a plan cannot contain.
    """
    files = {Path(PLAN_FOLDER, "plan.yml"): _checked(_header(title, unit, group, start), Header)}
    for n, title_ in enumerate(sprints, 1):
        files[_file(str(n), title_)] = _checked(_text(title_, str(n), None, ()), Sprint)
    return files


def new_sprint(  # noqa: PLR0913 - what the command takes
    root: Path,
    title: str,
    id_: str | None,
    phase: str | None,
    needs: tuple[str, ...],
    *,
    elsewhere: Collection[str] = (),
) -> Path:
    """Write the file of a new sprint and return its path; the id defaults to the next free number.

    `elsewhere` are ids on other branches, which are not free.

    Raises UsageError, with nothing written, if the plan has errors, an id is taken or unknown, or the new file would
    have errors.
    """
    with editing(root) as plan:
        new_id, needs = (id_ or "").strip() or _next([*plan.sprints, *elsewhere]), tuple(dict.fromkeys(needs))
        path = _file(new_id, title)
        content = _checked(_text(title, new_id, phase, needs, plan.custom_fields("sprint")), Sprint)
        _refuse_unknown_ids(plan, phase, needs)
        if new_id in plan.sprints or (root / path).exists():
            raise UsageError(f"the id {new_id} is already taken")
        with_file(root, path, content)
        add(root, path, content)
    return path


def _next(ids: Iterable[str]) -> str:
    """The number after the highest numeric id."""
    return str(max((int(id_) for id_ in ids if id_.isdecimal()), default=0) + 1)


def _file(id_: str, title: str) -> Path:
    return Path(PLAN_FOLDER, "sprints", f"{id_}-{slug(title) or 'sprint'}.yml")


def _checked(text: str, kind: type[Part]) -> bytes:
    """The content of a new file. Raises UsageError if it is not a valid part of this kind."""
    source = parse(text.encode(), "the new file")
    findings = (*source.findings, *validate(source, kind, Notation())[1])
    if findings:
        raise UsageError(findings[0].advice)
    return text.encode()


def _refuse_unknown_ids(plan: Plan, phase: str | None, needs: tuple[str, ...]) -> None:
    phases = [group.id for group in plan.phases]
    unknown = [id_ for id_ in needs if id_ not in plan.sprints]
    if unknown:
        raise UsageError.unknown(plan.unit.one.lower(), unknown[0], plan.sprints)
    if phase is not None and phase not in phases:
        hint = "" if phases else f"add it to {PLAN_FOLDER}/phases.yml first"
        raise UsageError.unknown(plan.group.one.lower(), phase, phases, hint)


def _header(title: str, unit: tuple[str, str], group: tuple[str, str], start: date | None) -> str:
    lines = [f"title: {_quoted(title)}", "# summary: what the plan is about, in a few sentences"]
    for field, words, usual in (("unit", unit, Unit()), ("group", group, Group())):
        if words != (usual.one, usual.many):
            lines.append(f"{field}: {{one: {_quoted(words[0])}, many: {_quoted(words[1])}}}")
    lines.append(f"start: {start}" if start else "# start: 2026-01-05  # the first day of week 1")
    lines.append("# timezone: Europe/Berlin  # the team's time zone; by default that of the machine")
    return "\n".join(lines) + "\n"


def _text(
    title: str, id_: str, phase: str | None, needs: tuple[str, ...], fields: Iterable[FieldDefinition] = ()
) -> str:
    lines = [f"id: {_quoted(id_)}", f"title: {_quoted(title)}"]
    lines += [f"phase: {_quoted(phase)}"] if phase else []
    lines += map(_custom_field, fields)
    lines += ["depends_on:" if needs else "# depends_on: []  # confirms that it needs nothing"]
    for predecessor in needs:
        lines += [f"  - sprint: {_quoted(predecessor)}", "    strength: hard", "    # reason: what is needed"]
    lines += [
        "# impact: the benefit, as you would put it",
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
        "#     - what reduces it",
        "# rollback:",
        "#   steps:",
        "#     - how it is undone",
    ]
    return "\n".join(lines) + "\n"


def _custom_field(definition: FieldDefinition) -> str:
    """A custom field as a comment, with its kind or choices and whether it is required."""
    values = " or ".join(definition.choices) or definition.kind
    line = f"# {definition.id}: {values}  # {definition.title}{', required' if definition.required else ''}"
    return " ".join(line.splitlines())


def _quoted(text: str) -> str:
    """A text on one line, in double quotes."""
    return inline(" ".join(text.split()))
