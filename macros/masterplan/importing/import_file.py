"""`import.yml`, beside `plan_data/`: a team's answers for the importer, and what it wrote, so that hand edits stay.

Teams write their answers and comments in it. Only `files:` at its end, and answers that a command was given, are
written by masterplan.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field

from masterplan.errors import UsageError
from masterplan.files import refuse_links
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
"""Its name, in the root of a plan."""

_HEAD = "# Answers for `masterplan import`, and below `files` what it wrote.\n"
_OF_SPRINT = re.compile(rf"{PLAN_FOLDER}/sprints/[A-Za-z0-9][A-Za-z0-9._-]*\.yml")
_SHA256 = re.compile("[0-9a-f]{64}")
_CONTINUES = (" ", "\t", "]", "}")
"""What a line begins with that belongs to the key above it."""


def _of_plan(path: str) -> str:
    """A file that an import may write, and so replace or remove: a branch is a stranger's, and names what it likes."""
    if path not in {f"{PLAN_FOLDER}/{name}" for name in KIND_OF_FILE} and not _OF_SPRINT.fullmatch(path):
        raise unfit("unsafe-path", "is not a file that an import writes", "delete the line")
    return path


def _digest(text: str) -> str:
    if not _SHA256.fullmatch(text):
        raise unfit("wrong-type", "is no SHA-256", "delete the line; the file then counts as edited")
    return text


_Written = Annotated[str, AfterValidator(_of_plan)]
_Digest = Annotated[str, AfterValidator(_digest)]


class _Contents(Answers):
    """What import.yml has in it."""

    source: Line | None = Field(None, description="The document that was imported, by its name.")
    files: Mapping[_Written, _Digest] = Field({}, description="What was written: SHA-256 by path.")


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A team's answers, as they are written and as read, and what was imported: from which document, and the digests.

    `source` is the name of the document, None before the first import; `files` are the digests by path.
    """

    text: str
    data: Mapping[str, Any]
    answers: Answers
    files: Mapping[str, str]
    source: str | None = None

    @classmethod
    def read(cls, root: Path) -> Self:
        """The file in `root`, or an empty one. Raises UsageError with one sentence where it is wrong, or a link."""
        path = root / IMPORT_FILE
        refuse_links(path, root)
        content = Folder(root).read(IMPORT_FILE, MAX_BYTES) if path.is_file() else _HEAD.encode()
        is_empty = all(line.lstrip().startswith(b"#") or not line.strip() for line in content.splitlines())
        source = parse(b"files: {}" if is_empty else content, IMPORT_FILE)
        contents, wrong = validate(source, _Contents, Notation())
        for finding in (*source.findings, *wrong):
            raise UsageError("; ".join(filter(None, [f"{finding.place}: {finding.message}", finding.hint])))
        data = {key: value for key, value in (source.data or {}).items() if key not in {"files", "source"}}
        files, document = (contents.files, contents.source) if contents else ({}, None)
        return cls(content.decode("utf-8-sig"), data, Answers.model_validate(data), files, document)

    def with_answers(self, given: Mapping[str, Any]) -> Self:
        """The same with answers that a command was given, which will be written into it."""
        data, text = merged(self.data, given), self.text
        for key in given:
            text = _without(text, key) + yaml_text({key: data[key]})
        return replace(self, text=text, data=data, answers=Answers.model_validate(data))

    def for_document(self, document: str, *, overwrite: bool) -> Self:
        """The same for an import of a document. Raises UsageError where another one was imported before."""
        if self.source not in {None, document} and self.files and not overwrite:
            raise UsageError(
                f"{PLAN_FOLDER}/ was imported from {self.source}, not from {document}; if that is its new name, change "
                f"`source:` in {IMPORT_FILE}; else import it into another folder with --root, or here with --overwrite"
            )
        return replace(self, source=document)

    def updated(self, files: Mapping[str, str]) -> bytes:
        """Its content with the document and the digests of these files at the end, which takes those it has away.

        Raises UsageError where it is in a form that cannot be added to, or would be too large.
        """
        imported = ({"source": self.source} if self.source else {}) | {"files": dict(files)}
        text = _without(_without(self.text, "files"), "source")
        text += yaml_text(imported | {"files": dict(sorted(files.items()))})
        if len(text.encode()) > MAX_BYTES:
            raise UsageError(f"a plan of {len(files):,} files is too large; import the document in parts")
        written = parse(text.encode(), IMPORT_FILE)
        if written.findings or written.data != {**self.data, **imported}:
            raise UsageError(f"{IMPORT_FILE} is in a form that cannot be added to; write it as `key: value` lines")
        return text.encode()


def digest_of(content: bytes) -> str:
    """SHA-256 of a file; Git may give it other ends of lines."""
    return sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _without(text: str, key: str) -> str:
    """A file of YAML without a key and its value, ending with the end of a line."""
    lines = text.splitlines(keepends=True)
    mark = parse(text.encode(), IMPORT_FILE).mark.child(key)
    if mark is not None:
        end = _last(mark)
        while end < len(lines) and lines[end].startswith(_CONTINUES) and not lines[end].lstrip().startswith("#"):
            end += 1
        del lines[mark.key_line - 1 : end]
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join(lines)


def _last(mark: Mark) -> int:
    """The last line on which a value, or something in it, begins."""
    children = mark.children.values() if isinstance(mark.children, dict) else mark.children or ()
    return max(mark.line, *map(_last, children), mark.key_line)
