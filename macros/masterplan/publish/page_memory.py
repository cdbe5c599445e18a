"""Memory of the pages of the last build, from which the next build takes pages that have not changed.

A page has not changed if its key is the same: a digest of what its macro returned and of everything else that the page
shows, such as settings, navigation and the program. Only the commit that the site is built from may differ. The line
about it occurs once on a page and is replaced; the commit's hash, which addresses of files may contain, is replaced
wherever it occurs. The HTML comes from the old site, if the file there still has the digest in the page's record.

The memory is a file beside Git's own files, where no commit can write: a digest of all that follows, a line of JSON
with the commit's line and hash, and then a line for each page.
"""

import io
import json
import os
import pickle
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import Any

from masterplan.errors import UsageError
from masterplan.files import write_atomically
from masterplan.publish.verify import PageFacts, facts_of, page_digest

_ANY_COMMIT = b"\xff"
"""Replaces the commit's hash in keys. No text contains this byte."""

_PLAIN_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(slots=True)
class PageRecord:
    """What the rest of a build needs to know about a finished page.

    `path` is below the site. `digest` is the hexadecimal digest of the file's bytes, empty for a page that another
    plugin finishes. `facts` is what there is to verify, `entries` are the page's entries in the search index, and
    `anchors` the ids of its headings. `key` identifies the page's content for the next build; empty if unknown. `line`
    is the line that a finished record was read from.
    """

    path: str
    digest: str = ""
    facts: PageFacts | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    key: str = ""
    line: str = ""

    def as_line(self) -> str:
        """The record as one line of text: path, digest and key, and then the rest as JSON."""
        if self.line:
            return self.line
        rest = json.dumps([self.facts, self.entries, self.anchors], default=str)
        return "\t".join((json.dumps(self.path), self.digest, self.key, rest))

    @classmethod
    def of_line(cls, line: str) -> "PageRecord":
        """The record in a line that `as_line` wrote. Raises ValueError or TypeError for any other line."""
        path, digest, key, rest = line.split("\t")
        facts, entries, anchors = json.loads(rest)
        return cls(json.loads(path), digest, facts and facts_of(*facts), entries, anchors, key, line)


class PageMemory:
    """The pages of the last build of one site, and those of this build.

    `path` is the file with the memory of the old site, `site` the old site's folder, `frame` a digest of what all pages
    depend on, `line` the line about the commit on each page, and `commit` the commit's full hash.
    """

    def __init__(self, path: Path, site: Path, frame: str, line: str, commit: str) -> None:
        self._site, self._frame, self._line, self._commit = site, frame, line, commit
        self._records: list[PageRecord] = []
        self._old_line, self._old_commit, self._lines = "", "", dict[str, bytes]()
        with suppress(OSError, ValueError, TypeError):
            digest, _, content = path.read_bytes().partition(b"\n")
            if digest == _digest(content):
                first, *lines = content.splitlines()
                self._old_line, self._old_commit = json.loads(first)
                self._lines = {json.loads(line.partition(b"\t")[0]): line for line in lines}

    def key(self, *content: object) -> str:
        """The key of a page that shows this content, the same for any commit. Raises what pickle raises."""
        text = io.BytesIO()
        pickler = pickle.Pickler(text, 5)
        pickler.fast = True  # the same bytes for equal values, even if they are not the same object
        pickler.dump((self._frame, content))
        return sha256(text.getvalue().replace(self._commit.encode(), _ANY_COMMIT)).hexdigest()

    def recall(self, path: str, key: str) -> tuple[bytes, str] | None:
        """A page by its path below the site, with its record's line, if it had the same key in the last build."""
        with suppress(OSError, ValueError):
            name, digest, old_key, rest = self._lines.get(path, b"").split(b"\t")
            html = self._read(path) if key and old_key == key.encode() else b""
            if page_digest(html).hex().encode() == digest and html.count(self._old_line.encode()) == 1:
                html = self._with_new_commit(html).replace(self._old_line.encode(), self._line.encode())
                line = b"\t".join((name, page_digest(html).hex().encode(), old_key, self._with_new_commit(rest)))
                return html, line.decode()
        return None

    def _with_new_commit(self, text: bytes) -> bytes:
        return text.replace(self._old_commit.encode(), self._commit.encode())

    def _read(self, path: str) -> bytes:
        """A file of the old site. Raises OSError for anything but a regular file."""
        handle = os.open(self._site / path, os.O_RDONLY | _PLAIN_FILE)
        with os.fdopen(handle, "rb") as file:
            if not S_ISREG(os.fstat(handle).st_mode):
                raise OSError(f"{path} is not a file")
            return file.read()

    def remember(self, records: Iterable[PageRecord]) -> None:
        """Keep the records of this build's pages until `write`."""
        self._records = [record for record in records if record.key and record.digest]

    def write(self, path: Path) -> None:
        """Write the memory of the new site into a file, once the site is in place; failures to write are ignored."""
        first = json.dumps([self._line, self._commit])
        content = "\n".join([first, *(record.as_line() for record in self._records)]).encode()
        with suppress(OSError, UsageError):
            write_atomically(path, b"\n".join((_digest(content), content)), path.parents[1])


def _digest(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode()
