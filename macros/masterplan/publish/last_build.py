"""Memory of the last build of a site: if none of its inputs has changed, there is nothing to build.

The memory is a file of JSON beside Git's own files, where no commit can write. Elsewhere a branch could bring such a
file together with a site, and that site would be published. There is one file for each plan and place of a site. It is
written after the site is in place, and can be deleted at any time. Outside a repository nothing is remembered.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from masterplan.errors import MasterplanError
from masterplan.files import write_atomically
from masterplan.git.commands import memory_folder, prefix_of
from masterplan.load.tree import exists_in
from masterplan.publish import site_folder
from masterplan.publish.inputs import NotKnownError, Reach, edits_digest, inputs_digest, settings_digest
from masterplan.today import today_in

if TYPE_CHECKING:
    from masterplan.publish.page_memory import PageMemory
    from masterplan.publish.project import Project


MEMORY_FILE = "pages.json"
"""The file with the memory of a site's pages under `masterplan serve`, beside the site."""


@dataclass(frozen=True, slots=True)
class LastBuild:
    """A finished build: the digest of its `inputs`, the state of its `site`, and the `summary` that it printed.

    `place` is the path of the site. `today` is the build's day and `timezone` the plan's, empty if not stated.
    `documents` maps each path that the plan or `watch:` in the settings names to whether it existed.
    """

    place: str
    reach: Reach
    inputs: str
    today: str
    timezone: str
    documents: Mapping[str, bool]
    site: str
    summary: str


_FAILURES = (NotKnownError, MasterplanError, OSError, ValueError, TypeError, KeyError, RecursionError)
"""Errors after which nothing is recalled or remembered, so that the site is built as if for the first time."""


def summary_if_current(root: Path, site: Path, today: date | None) -> str:
    """The summary of the last build if a new one would make the same site; otherwise empty.

    `today` is the day given by `--today`.
    """
    with suppress(*_FAILURES):
        root, place = root.resolve(), site_folder.site_place(site)
        last = _read(_file(root, place))
        is_there = exists_in(root)
        if (
            today_in(last.timezone or None, today).isoformat() == last.today
            and all(is_there(path) == answer for path, answer in last.documents.items())
            and inputs_digest(root, last.reach) == last.inputs
            and site_folder.is_still(place, last.site)
        ):
            return last.summary
    return ""


@dataclass(frozen=True, slots=True)
class Started:
    """A build that has just begun: the inputs of its site, and digests of their contents and of their last edits."""

    root: Path
    place: Path
    reach: Reach
    inputs: str
    edits: str


def begin(root: Path, place: Path) -> Started | None:
    """Look at a build's inputs before it reads any of them; None if it may have inputs that we cannot know.

    `place` is the path of the site.
    """
    from masterplan.publish.plain_site import reach_of  # noqa: PLC0415 - where nothing is built, MkDocs is not needed

    with suppress(*_FAILURES):
        root = root.resolve()
        if reach := reach_of(root):
            edits = edits_digest(*(root / path for path in reach.paths))
            return Started(root, place, reach, inputs_digest(root, reach), edits)
    return None


def page_memory(started: Started, project: "Project") -> "PageMemory | None":
    """The memory of the last build's pages; None if there cannot be one."""
    with suppress(*_FAILURES):
        path = _file(started.root, started.place, "pages")
        return _pages(path, site_folder.target(started.place), started.reach, project)
    return None


def served_pages(folder: Path, project: "Project") -> "PageMemory | None":
    """The memory of the pages of a build in `folder` under `masterplan serve`; None if there cannot be one."""
    from masterplan.publish.plain_site import reach_of  # noqa: PLC0415 - as above

    with suppress(*_FAILURES):
        if reach := reach_of(project.root):
            edit = edits_digest(project.root / reach.settings)  # nothing compares it after the build
            return _pages(folder / MEMORY_FILE, folder / "site", reach, project, edit)
    return None


def _pages(path: Path, site: Path, reach: Reach, project: "Project", edit: str = "") -> "PageMemory | None":
    from masterplan.publish.page_memory import PageMemory  # noqa: PLC0415 - as above

    if commit := project.revision.commit:
        frame = settings_digest(project.root, reach, commit) + edit
        return PageMemory(path, site, frame, f"Built from {project.revision}", commit)
    return None


def keep(started: Started, project: "Project") -> None:
    """Remember a build whose site is in place, unless an input was edited while it ran.

    If the memory cannot be written, the next build builds the whole site.
    """
    from masterplan.publish import mkdocs_yml  # noqa: PLC0415 - as above

    root, place, reach = started.root, started.place, started.reach
    with suppress(*_FAILURES):
        if begin(root, place) != started:
            return
        is_there, timezone = exists_in(root), project.facts.plan.header.timezone or ""
        today, site = str(project.facts.today), site_folder.finished_state(place)
        documents = {**project.documents, **{path: is_there(path) for path in mkdocs_yml.read(root).get("watch", ())}}
        last = LastBuild(str(place), reach, started.inputs, today, timezone, documents, site, project.summary)
        path = _file(root, place)
        write_atomically(path, json.dumps(asdict(last)).encode(), path.parents[1])
        if project.memory:
            project.memory.write(_file(root, place, "pages"))
        _forget_others(path)


def _file(root: Path, place: Path, kind: str = "build") -> Path:
    """The file of a kind of memory for a plan and the place of its site."""
    name = sha256(f"{prefix_of(root)}\n{place}".encode(errors="surrogateescape")).hexdigest()[:16]
    return memory_folder(root) / f"{kind}-{name}.json"


def _read(path: Path) -> LastBuild:
    content = json.loads(path.read_bytes())
    reach = content["reach"]
    reach = Reach(reach["settings"], reach["pages"], tuple(reach["paths"]), tuple(reach["variables"]))
    return LastBuild(**content | {"reach": reach})


def _forget_others(path: Path) -> None:
    """Delete the memories of sites that no longer exist."""
    for other in path.parent.glob("build-*.json"):
        if other != path and not os.path.lexists(_read(other).place):
            other.unlink()
            other.with_name(other.name.replace("build", "pages", 1)).unlink(missing_ok=True)
