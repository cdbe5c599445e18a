"""`masterplan init`: writes the files that turn a folder into a plan's site, and never replaces one.

They are a plan, the site's settings, a line in .gitignore for the built site, and a workflow that publishes the site.
The texts are in `init_files/`; the example plan is in `init_files/demo/`, with dates relative to the week in which it
is written.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from masterplan.edit.scaffold import new_plan
from masterplan.errors import UsageError
from masterplan.files import refuse_links, undone_on_error, write_atomically
from masterplan.git.commands import answer, create_repository, repository
from masterplan.load import load
from masterplan.load.loader import PLAN_FOLDER
from masterplan.model.naming import slug
from masterplan.publish import mkdocs_yml

Service = Literal["github", "gitlab", "none"]
"""The service that publishes the site; `none` if the team does so itself."""

DEMO = "Live arrival times"
"""The title of the demo plan."""

IGNORED = "/site"
"""The line of .gitignore that keeps the built site out of Git."""

GITHUB = f"masterplan/masterplan/.github/workflows/site.yml@v{version('masterplan')}"
GITLAB = f"$CI_SERVER_FQDN/masterplan/masterplan/plan@{version('masterplan')}"
_SETTINGS = (mkdocs_yml.FILE, "mkdocs.yaml")


@dataclass(frozen=True, slots=True)
class Answers:
    """What to write. A demo brings its own plan, whose title is `title`.

    `unit` is the name of a piece of work, singular and plural; `group` names a group of them; `sprints` are the titles
    of the first ones. `service` publishes the site; None means the service of Git's origin. `uses` is the workflow or
    component to call; None means the one for this version. `versioned` turns the folder into a Git repository.
    """

    title: str
    unit: tuple[str, str] = ("Sprint", "Sprints")
    group: tuple[str, str] = ("Phase", "Phases")
    start: date | None = None
    sprints: tuple[str, ...] = ()
    demo: bool = False
    service: Service | None = None
    uses: str | None = None
    versioned: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The files that were written or extended, those that already existed, and steps left for the team."""

    written: tuple[Path, ...]
    present: tuple[Path, ...]
    advice: tuple[str, ...]


def init(root: Path, answers: Answers, today: date) -> Result:
    """Write the files that `root` lacks. Existing files are not replaced; only .gitignore may get one more line.

    Raises UsageError if a text cannot be part of a plan, and if a symbolic link is in the way. Errors leave nothing
    behind.
    """
    root = root.resolve()
    contents = _plan(root, answers, today) | _settings(root, answers) | _ignore(root)
    top = repository(root) or root
    service, guest = answers.service or _service_of_origin(top), _is_guest(root)
    is_unknown = service == "none" and answers.service is None
    contents |= {} if guest else _workflow(root, top, service, answers.uses)
    for path in contents:
        refuse_links(path, top)
    missing = {path: content for path, content in contents.items() if content is not None}
    with undone_on_error(missing):
        root.mkdir(parents=True, exist_ok=True)
        for path, content in missing.items():
            write_atomically(path, content, top)
        if answers.versioned:
            create_repository(root)
    present = contents.keys() - missing.keys()
    return Result(
        tuple(sorted(missing)),
        tuple(sorted(present)),
        tuple(_advice(root, service, guest=guest, is_unknown=is_unknown)),
    )


def has_plan(root: Path) -> bool:
    """Whether a folder already has a plan."""
    return (root / PLAN_FOLDER / "plan.yml").exists()


def default_title(root: Path, *, demo: bool) -> str:
    """The title if the team states none: that of an existing plan, otherwise that of the demo or the folder's name."""
    plan = load(root).plan if has_plan(root) else None
    if plan is not None:
        return plan.header.title
    return DEMO if demo else root.resolve().name


_Files = dict[Path, bytes | None]
"""Contents of files by path; None for a file that already exists."""


def _plan(root: Path, answers: Answers, today: date) -> _Files:
    """The plan's files, unless there is a plan: files that it lacks may be missing on purpose."""
    if has_plan(root):
        return {root / PLAN_FOLDER / "plan.yml": None}
    if answers.demo and (root / PLAN_FOLDER).exists():
        raise UsageError(f"{root / PLAN_FOLDER} already exists; write the demo plan to another folder")
    words = (answers.unit, answers.group)
    files = (
        _demo(answers.title, today) if answers.demo else new_plan(answers.title, *words, answers.start, answers.sprints)
    )
    return {root / path: content for path, content in files.items()}


def _demo(title: str, today: date) -> Mapping[Path, bytes]:
    folder = Path(str(files("masterplan.publish") / "init_files" / "demo"))
    monday = partial(_monday, today)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yml"))
    return {Path(PLAN_FOLDER, name): _rendered(f"demo/{name}", title=title, monday=monday) for name in names}


def _monday(today: date, weeks: int, days: int = 0) -> date:
    """The Monday of the week of `today`, moved by `weeks` and `days`."""
    return today + timedelta(weeks=weeks, days=days - today.weekday())


def _settings(root: Path, answers: Answers) -> _Files:
    for name in _SETTINGS:
        if (root / name).exists():
            return {root / name: None}
    return {root / mkdocs_yml.FILE: _rendered("mkdocs.yml", title=answers.title)}


def _ignore(root: Path) -> _Files:
    """The .gitignore file with the line that keeps the site out of Git."""
    path = root / ".gitignore"
    content = path.read_bytes() if path.is_file() else b""
    newline = b"\r\n" if b"\r\n" in content else b"\n"
    if IGNORED.encode() in content.split(newline):
        return {path: None}
    gap = newline if content and not content.endswith(newline) else b""
    return {path: content + gap + IGNORED.encode() + newline}


def _workflow(root: Path, top: Path, service: Service, uses: str | None) -> _Files:
    below = "" if root == top else root.relative_to(top).as_posix()
    if service == "none":
        return {}
    if service == "gitlab":
        path, text = top / ".gitlab-ci.yml", _rendered("gitlab.yml", root=below, uses=uses or GITLAB)
    else:
        path = top / ".github" / "workflows" / f"plan{f'-{slug(below)}' if below else ''}.yml"
        name = f"Plan of {below}" if below else "Plan"
        text = _rendered("github.yml", name=name, root=below, branch=_branch(top), uses=uses or GITHUB)
    return {path: None if path.exists() else text}


def _service_of_origin(top: Path) -> Service:
    """The service of the repository's origin; GitHub without an origin, `none` for any other service."""
    origin = answer(top, "config", "--get", "remote.origin.url") if repository(top) else ""
    if "gitlab" in origin:
        return "gitlab"
    return "github" if "github" in origin or not origin else "none"


def _branch(top: Path) -> str:
    """The branch to publish: the one checked out in the repository."""
    return (answer(top, "symbolic-ref", "--quiet", "--short", "HEAD") if repository(top) else "") or "main"


def _is_guest(root: Path) -> bool:
    """Whether the folder has a site that is not the plan's own, whether or not it shows the plan yet."""
    if not any((root / name).exists() for name in _SETTINGS):
        return False
    return not _shows_the_plan(root) or mkdocs_yml.guest(mkdocs_yml.read(root)) is not None


def _shows_the_plan(root: Path) -> bool:
    return (root / mkdocs_yml.FILE).exists() and mkdocs_yml.plugin(mkdocs_yml.read(root), "masterplan") is not None


def _advice(root: Path, service: Service, *, guest: bool, is_unknown: bool) -> Iterator[str]:
    """Steps that only the team can take. `is_unknown` if the origin is on a service for which there is no workflow."""
    if guest and _shows_the_plan(root):
        return
    if guest:
        name = next(name for name in _SETTINGS if (root / name).exists())
        if name != mkdocs_yml.FILE:
            yield f"Rename {name} to {mkdocs_yml.FILE}, the name that masterplan reads."
        lines = _rendered("guest.yml").decode().strip()
        yield f"To show the plan in this site, merge these lines into {mkdocs_yml.FILE}:\n\n{lines}"
    elif service == "github":
        yield (
            "The workflow publishes the site after each push. In the repository's settings on GitHub, set the source "
            "of Pages to GitHub Actions."
        )
    elif is_unknown:
        yield (
            "No workflow: the repository's origin is not on GitHub or GitLab. If it is a GitLab server, run "
            "`masterplan init --publish gitlab`; otherwise publish the folder that `masterplan build` writes."
        )


def _rendered(file: str, /, **values: str | Callable[..., date]) -> bytes:
    environment = Environment(
        loader=PackageLoader("masterplan.publish", "init_files"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,  # noqa: S701 - YAML, not HTML; every text of the team is quoted
    )
    environment.filters["quoted"] = partial(json.dumps, ensure_ascii=False)
    return environment.get_template(file).render(**values).encode()
