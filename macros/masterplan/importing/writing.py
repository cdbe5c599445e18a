"""An imported draft written as `plan_data/`: whole or not at all, and never over what a team has edited.

`import.yml` has the digest of every file that was written. A file that still has it is the importer's to replace or
remove; any other is the team's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from masterplan.edit.editing import PATIENCE, Overlay, root_option, schema_line
from masterplan.errors import UsageError
from masterplan.files import OWN, is_ignored, locked, own_folder, refuse_links, write_atomically
from masterplan.importing.draft import Draft
from masterplan.importing.fit import SPRINT_FOLDER, Misfit, fit
from masterplan.importing.import_file import IMPORT_FILE, ImportFile, digest_of
from masterplan.load.loader import PLAN_FOLDER, Loaded, load, make
from masterplan.load.source import MAX_BYTES, parse
from masterplan.load.tree import Folder
from masterplan.model.finding import Finding
from masterplan.model.plan import Plan


class Written(NamedTuple):
    """The plan that came of an import, and the paths from its root of what was written, removed and left.

    `left` are the team's files that an import would have replaced or removed, each with the reason. `misfits` are
    values of the draft that no plan can have.
    """

    plan: Plan
    written: tuple[str, ...]
    removed: tuple[str, ...]
    left: Mapping[str, str]
    misfits: tuple[Misfit, ...]


def write_plan(root: Path, draft: Draft, memory: ImportFile, *, overwrite: bool = False, dry: bool = False) -> Written:
    """Write a draft below `root`, and what was written into import.yml; with `dry`, only say what would be written.

    With `overwrite`, files that the team wrote or edited are replaced. Raises UsageError with one sentence, and nothing
    is written, where there is a plan that no import wrote, where the team's files make the plan wrong, and where a
    symbolic link is in the way.
    """
    with _lock(root, dry=dry):
        is_there = has_plan_files(root)
        if is_there and not (memory.files or overwrite):
            raise UsageError(
                f"{PLAN_FOLDER}/ has a plan that no import wrote; import into another folder with --root, or replace "
                "the files of the same name with --overwrite"
            )
        remembering = cache(make)
        names = _names(root, memory.files)
        fitted = fit(draft, names, lambda path: schema_line(root, Path(path)).decode(), remembering)
        contents = {path: text.encode() for path, text in fitted.files.items()}
        present = dict(_present(root, {*contents, *memory.files})) if is_there else {}
        left = {} if overwrite or not is_there else dict(_left(present, contents, memory.files))
        changes = {path: contents.get(path) for path in sorted({*contents, *memory.files} - left.keys())}
        changes = {path: content for path, content in changes.items() if content != present.get(path)}
        together = load(Overlay(Folder(root), changes), remembering) if is_there else None
        plan = _checked(root, together, left) if together else fitted.plan
        digests = {path: digest_of(content) for path, content in contents.items() if path not in left}
        kept = {path: memory.files[path] for path in left if path in memory.files}
        if not dry:
            record = memory.updated(digests | kept)
            _apply(root, changes if record == _content(root, IMPORT_FILE) else {**changes, IMPORT_FILE: record})
    written, removed = ([path for path in changes if (changes[path] is None) is gone] for gone in (False, True))
    return Written(plan, tuple(written), tuple(removed), left, fitted.misfits)


@contextmanager
def _lock(root: Path, *, dry: bool) -> Iterator[None]:
    if dry:
        yield
    else:
        with locked(own_folder(root / OWN) / "lock", PATIENCE):
            yield


def has_plan_files(root: Path) -> bool:
    """Whether the plan's folder is there and has something in it."""
    folder = root / PLAN_FOLDER
    refuse_links(folder, root)
    return folder.exists() and (not folder.is_dir() or any(not is_ignored(child.name) for child in folder.iterdir()))


def _content(root: Path, path: str) -> bytes | None:
    """A file as it is on disk; None where there is none. Raises UsageError at a symbolic link."""
    refuse_links(root / path, root)
    return Folder(root).read(path, MAX_BYTES) if (root / path).is_file() else None


def _names(root: Path, written: Iterable[str]) -> Mapping[str, str]:
    """The paths of the sprints that an import wrote before, by their id; a new title renames no file."""
    names: dict[str, str] = {}
    for path in written:
        content = _content(root, path) if path.startswith(f"{SPRINT_FOLDER}/") else None
        data = parse(content, path).data if content else None
        id_ = data.get("id") if data else None
        if isinstance(id_, str) and path.removeprefix(f"{SPRINT_FOLDER}/{id_}")[:1] in {"-", "."}:
            names[id_] = path
    return names


def _present(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files at some paths that are there, as they are on disk."""
    for path in paths:
        if (content := _content(root, path)) is not None:
            yield path, content


def _left(
    present: Mapping[str, bytes], contents: Mapping[str, bytes], digests: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The files that are the team's, each with the reason, of those that an import would write or has written."""
    for path in sorted({*contents, *digests}):
        content = present.get(path)
        if content is None and path in digests:
            yield path, "deleted since the import"
        elif content is not None and content != contents.get(path) and digest_of(content) != digests.get(path):
            yield path, "edited since the import" if path in digests else "not written by an import"


def _checked(root: Path, loaded: Loaded, left: Mapping[str, str]) -> Plan:
    """The plan as it will be. Raises UsageError where the team's files do not go with what was imported."""
    if loaded.plan is None:
        raise UsageError(_mixture(root, loaded.findings, left))
    return loaded.plan


def _mixture(root: Path, findings: Sequence[Finding], left: Mapping[str, str]) -> str:
    """Why what was imported and the team's files are no plan together."""
    finding = findings[0]
    wrong = "; ".join(filter(None, [f"{finding.place}: {finding.message}", finding.hint]))
    if not left:
        return f"nothing was written, as the plan would be wrong with the files that are there: {wrong}"
    files = ", ".join(f"{path} ({why})" for path, why in left.items())
    return (
        f"nothing was written, as the plan would be wrong with {files}: {wrong}; fix that, or run "
        f"`masterplan import` with --overwrite{root_option(root)} to replace them"
    )


def _apply(root: Path, changes: Mapping[str, bytes | None]) -> None:
    """Write files, and remove those of which the content is None, once nothing is in the way of any."""
    for path in changes:
        refuse_links(root / path, root)
        if (root / path).is_dir():
            raise UsageError(f"{root / path} is a folder; remove it")
    for path, content in changes.items():
        if content is None:
            (root / path).unlink(missing_ok=True)
        else:
            write_atomically(root / path, content, root)
