"""Writes an imported draft to `plan_data/`: all or nothing, and never over a team's edits.

`import.yml` has the digest of every written file. The importer may replace or remove files with the same digest; all
others belong to the team.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from masterplan.edit.editing import PATIENCE, Overlay, root_option, schema_line, write_files
from masterplan.errors import UsageError
from masterplan.files import OWN, is_ignored, locked, own_folder, refuse_links
from masterplan.importing.draft import Draft
from masterplan.importing.fit import SPRINT_FOLDER, Misfit, fit
from masterplan.importing.import_file import IMPORT_FILE, ImportFile, digest_of
from masterplan.load.loader import PLAN_FOLDER, Loaded, load, load_part
from masterplan.load.source import MAX_BYTES, parse
from masterplan.load.tree import Folder
from masterplan.model.finding import Finding
from masterplan.model.plan import Plan


class Written(NamedTuple):
    """The plan after an import, and the paths from its root of files written and removed.

    `skipped` maps the team's files that the import would have replaced or removed to the reason. `misfits` are values
    of the draft that a plan cannot have.
    """

    plan: Plan
    written: tuple[str, ...]
    removed: tuple[str, ...]
    skipped: Mapping[str, str]
    misfits: tuple[Misfit, ...]


def write_plan(root: Path, draft: Draft, memory: ImportFile, *, overwrite: bool, dry: bool) -> Written:
    """Write a draft below `root`, and the digests of its files to import.yml; with `dry`, write nothing.

    With `overwrite`, files that the team wrote or edited are replaced. Raises UsageError, and writes nothing, if no
    import wrote the existing plan, if the plan would be invalid together with the team's files, or if a symbolic link
    is in the way.
    """
    with _lock(root, dry=dry):
        has_plan = has_plan_files(root)
        if has_plan and not (memory.files or overwrite):
            raise UsageError(
                f"{PLAN_FOLDER}/ has a plan that no import wrote; import into a new folder with "
                "`masterplan init FOLDER --from FILE`, or replace the files of the same name with --overwrite"
            )
        cached_load_part = cache(load_part)
        names = _sprint_paths(root, memory.files)
        fitted = fit(draft, names, lambda path: schema_line(root, Path(path)).decode(), cached_load_part)
        contents = {path: text.encode() for path, text in fitted.files.items()}
        current = dict(_current(root, {*contents, *memory.files})) if has_plan else {}
        skipped = {} if overwrite or not has_plan else dict(_team_files(current, contents, memory.files))
        changes = {path: contents.get(path) for path in sorted({*contents, *memory.files} - skipped.keys())}
        changes = {path: content for path, content in changes.items() if content != current.get(path)}
        merged = load(Overlay(Folder(root), changes), cached_load_part) if has_plan else None
        plan = _valid_plan(root, merged, skipped) if merged else fitted.plan
        digests = {path: digest_of(content) for path, content in contents.items() if path not in skipped}
        skipped_digests = {path: memory.files[path] for path in skipped if path in memory.files}
        if not dry:
            record = memory.updated(digests | skipped_digests)
            write_files(root, changes if record == _content(root, IMPORT_FILE) else {**changes, IMPORT_FILE: record})
    written = tuple(path for path, content in changes.items() if content is not None)
    removed = tuple(path for path, content in changes.items() if content is None)
    return Written(plan, written, removed, skipped, fitted.misfits)


@contextmanager
def _lock(root: Path, *, dry: bool) -> Iterator[None]:
    if dry:
        yield
    else:
        with locked(own_folder(root / OWN) / "lock", PATIENCE):
            yield


def has_plan_files(root: Path) -> bool:
    """Whether the plan's folder exists and is not empty."""
    folder = root / PLAN_FOLDER
    refuse_links(folder, root)
    return folder.exists() and (not folder.is_dir() or any(not is_ignored(child.name) for child in folder.iterdir()))


def _content(root: Path, path: str) -> bytes | None:
    """Content of a file; None if there is no file. Raises UsageError for a symbolic link."""
    refuse_links(root / path, root)
    return Folder(root).read(path, MAX_BYTES) if (root / path).is_file() else None


def _sprint_paths(root: Path, written: Iterable[str]) -> Mapping[str, str]:
    """Paths of the sprints that an earlier import wrote, by id; a new title does not rename the file."""
    names: dict[str, str] = {}
    for path in written:
        content = _content(root, path) if path.startswith(f"{SPRINT_FOLDER}/") else None
        data = parse(content, path).data if content else None
        id_ = data.get("id") if data else None
        if isinstance(id_, str) and path.removeprefix(f"{SPRINT_FOLDER}/{id_}")[:1] in {"-", "."}:
            names[id_] = path
    return names


def _current(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Existing files at some paths, with their content."""
    for path in paths:
        if (content := _content(root, path)) is not None:
            yield path, content


def _team_files(
    current: Mapping[str, bytes], contents: Mapping[str, bytes], digests: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The team's files that an import would write or has written, each with the reason to leave it alone."""
    for path in sorted({*contents, *digests}):
        content = current.get(path)
        if content is None and path in digests:
            yield path, "deleted since the import"
        elif content is not None and content != contents.get(path) and digest_of(content) != digests.get(path):
            yield path, "edited since the import" if path in digests else "not written by an import"


def _valid_plan(root: Path, loaded: Loaded, skipped: Mapping[str, str]) -> Plan:
    """The plan with the team's files. Raises UsageError if it would be invalid."""
    if loaded.plan is None:
        raise UsageError(_conflict_message(root, loaded.findings, skipped))
    return loaded.plan


def _conflict_message(root: Path, findings: Sequence[Finding], skipped: Mapping[str, str]) -> str:
    """Message about a plan that is invalid together with the team's files."""
    wrong = f"{findings[0].place}: {findings[0].advice}"
    if not skipped:
        return f"nothing was written, because the plan would be invalid with the existing files: {wrong}"
    files = ", ".join(f"{path} ({why})" for path, why in skipped.items())
    return (
        f"nothing was written, because the plan would be invalid with {files}: {wrong}; fix it, or run "
        f"`masterplan import` with --overwrite{root_option(root)} to replace them"
    )
