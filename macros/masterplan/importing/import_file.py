"""`import.yml`, next to `plan_data/`: a team's answers, and digests of the written files that protect manual edits.

Teams write answers and comments. Masterplan writes only the entries `source` and `files` at the end, and answers from
the command line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field

from masterplan.errors import UsageError
from masterplan.files import is_ignored, refuse_links
from masterplan.importing.answers import Answers, merged
from masterplan.load.loader import KIND_OF_FILE, PLAN_FOLDER
from masterplan.load.source import MAX_BYTES, parse
from masterplan.load.tree import Folder
from masterplan.load.validate import validate
from masterplan.load.writer import yaml_text
from masterplan.model.fields import Line, unfit
from masterplan.model.place import Mark
from masterplan.model.quantity import Notation

IMPORT_FILE = "import.yml"
"""Name of the file, in the root of a plan."""

_HEAD = "# Answers for `masterplan import`, and below `files` what it wrote.\n"
_OF_SPRINT = re.compile(rf"{PLAN_FOLDER}/sprints/[A-Za-z0-9][A-Za-z0-9._-]*\.yml")
_SHA256 = re.compile("[0-9a-f]{64}")
_CONTINUES = (" ", "\t", "]", "}")
"""First characters of lines that continue the value above."""


def _import_path(path: str) -> str:
    """Accept only paths that an import writes: it replaces and deletes them, and the file may come from any branch."""
    if path not in {f"{PLAN_FOLDER}/{name}" for name in KIND_OF_FILE} and not _OF_SPRINT.fullmatch(path):
        raise unfit("unsafe-path", "is not a file that an import writes", "delete the line")
    return path


def _digest(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise unfit("wrong-type", "is not a SHA-256 digest", "delete the line; the file then counts as edited")
    return text


_Written = Annotated[str, AfterValidator(_import_path)]
_Digest = Annotated[str, AfterValidator(_digest)]


class _Contents(Answers):
    """All entries of import.yml."""

    source: Line | None = Field(None, description="The name of the imported document.")
    files: Mapping[_Written, _Digest] = Field({}, description="The written files: SHA-256 by path.")


@dataclass(frozen=True, slots=True)
class ImportFile:
    """Content of import.yml: its text, the answers as data and as a model, and a record of the last import.

    `source` is the name of the imported document, None before the first import. `files` maps the path of each written
    file to its SHA-256 digest.
    """

    text: str
    data: Mapping[str, Any]
    answers: Answers
    files: Mapping[str, str]
    source: str | None = None

    @classmethod
    def read(cls, root: Path) -> Self:
        """Read the file in `root`; an empty one if it does not exist. Raises UsageError if it is invalid or a link."""
        path = root / IMPORT_FILE
        refuse_links(path, root)
        content = Folder(root).read(IMPORT_FILE, MAX_BYTES) if path.is_file() else _HEAD.encode()
        is_empty = all(line.lstrip().startswith(b"#") or not line.strip() for line in content.splitlines())
        source = parse(b"files: {}" if is_empty else content, IMPORT_FILE)
        contents, findings = validate(source, _Contents, Notation())
        if contents is None or source.findings:
            first = (*source.findings, *findings)[0]
            raise UsageError(f"{first.place}: {first.advice}")
        data = {key: value for key, value in (source.data or {}).items() if key not in {"files", "source"}}
        text = content.decode("utf-8-sig")
        return cls(text, data, Answers.model_validate(data), contents.files, contents.source)

    def with_answers(self, answers: Mapping[str, Any]) -> Self:
        """Copy with answers from the command line, also in its text."""
        data, text = merged(self.data, answers), self.text
        for key in answers:
            text = _without(text, key) + yaml_text({key: data[key]})
        return replace(self, text=text, data=data, answers=Answers.model_validate(data))

    def with_new_plan(self, root: Path) -> Self:
        """Copy that may replace a plan with nothing but a title and a start, as `init` writes it; the start stays."""
        folder, path = root / PLAN_FOLDER, f"{PLAN_FOLDER}/plan.yml"
        refuse_links(folder, root)
        names = {child.name for child in folder.iterdir() if not is_ignored(child.name)} if folder.is_dir() else set()
        if self.files or names != {"plan.yml"} or not (root / path).is_file():
            return self
        refuse_links(root / path, root)
        content = Folder(root).read(path, MAX_BYTES)
        data = parse(content, path).data or {"unread": True}
        if data.keys() - {"title", "start"}:
            return self
        start = {"start": f"{data['start']}"} if data.get("start") and not self.answers.start else {}
        return replace(self.with_answers(start), files={path: digest_of(content)})

    def for_document(self, document: str, *, overwrite: bool) -> Self:
        """Copy for the import of a document. Raises UsageError if the plan was imported from another one."""
        if self.source not in {None, document} and self.files and not overwrite:
            raise UsageError(
                f"{PLAN_FOLDER}/ was imported from {self.source}, not from {document}; if that is its new name, change "
                f"`source:` in {IMPORT_FILE}; else import it into a new folder with "
                "`masterplan init FOLDER --from FILE`, or here with --overwrite"
            )
        return replace(self, source=document)

    def updated(self, files: Mapping[str, str]) -> bytes:
        """Content with the source and the digests of `files` at the end, in place of the present ones.

        Raises UsageError if entries cannot be appended to its form of YAML, or if it would be too large.
        """
        imported = ({"source": self.source} if self.source else {}) | {"files": dict(files)}
        text = _without(_without(self.text, "files"), "source")
        text += yaml_text(imported | {"files": dict(sorted(files.items()))})
        if len(text.encode()) > MAX_BYTES:
            raise UsageError(f"a plan of {len(files):,} files is too large; import the document in parts")
        written = parse(text.encode(), IMPORT_FILE)
        if written.findings or written.data != {**self.data, **imported}:
            raise UsageError(f"{IMPORT_FILE} cannot be extended in its present form; write it as `key: value` lines")
        return text.encode()


def digest_of(content: bytes) -> str:
    """SHA-256 of a file, with line endings normalised because Git may change them."""
    return sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _without(text: str, key: str) -> str:
    """YAML text without a key and its value, ending with a newline."""
    lines = text.splitlines(keepends=True)
    mark = parse(text.encode(), IMPORT_FILE).mark.child(key)
    if mark is not None:
        end = _last_line(mark)
        while end < len(lines) and lines[end].startswith(_CONTINUES) and not lines[end].lstrip().startswith("#"):
            end += 1
        del lines[mark.key_line - 1 : end]
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join(lines)


def _last_line(mark: Mark) -> int:
    """Last line on which a value or a nested value begins."""
    children = mark.children.values() if isinstance(mark.children, dict) else mark.children or ()
    return max(mark.line, *map(_last_line, children), mark.key_line)
