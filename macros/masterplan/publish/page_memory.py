"""Pages that the last build made: one that would be the same again is taken from the site instead of being made.

A page is the same if its macro returns the same content, and all else that its template shows is the same: settings,
navigation, head, and the program. Only the commit that the site is built from may differ. Its line stands at one place
of a page, where the new one is put; its hash, which addresses of files may have, is replaced wherever it stands. The
page comes from the old site, if that has the very bytes that are remembered.

The memory is a file beside Git's own files, where no commit can write: a line of JSON for each page, below one with the
line and the hash of the commit.
"""

import io
import json
import os
import pickle
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG

from masterplan.errors import UsageError
from masterplan.files import write_atomically
from masterplan.publish.maker import PageRecord
from masterplan.publish.verify import page_digest

_ANY_COMMIT = b"\xff"
"""Stands for the hash of the commit in what a page is known by; no text has this byte."""

_PLAIN_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class PageMemory:
    """The pages of the last build of one site, and those of this one.

    `path` is the file of the memory, `site` the folder of the old site, `frame` a digest of what all pages depend on,
    `line` what each page says of the commit, and `commit` its full hash.
    """

    def __init__(self, path: Path, site: Path, frame: str, line: str, commit: str) -> None:
        self._path, self._site, self._frame, self._line, self._commit = path, site, frame, line, commit
        self._records: list[PageRecord] = []
        self._old_line, self._old_commit, self._lines = "", "", dict[str, bytes]()
        with suppress(OSError, ValueError, TypeError):
            first, *lines = path.read_bytes().splitlines()
            self._old_line, self._old_commit = map(str, json.loads(first))
            self._lines = {json.loads(name): line for name, _, line in (line.partition(b"\t") for line in lines)}

    def key(self, *shown: object) -> str:
        """What a page is known by that shows all this; empty where that cannot be told."""
        with (
            suppress(pickle.PicklingError, AttributeError, TypeError, ValueError, RecursionError),
            io.BytesIO() as text,
        ):
            pickler = pickle.Pickler(text, 5)
            pickler.fast = True  # the same for equal values, whether or not they are one object
            pickler.dump((self._frame, shown))
            return sha256(text.getvalue().replace(self._commit.encode(), _ANY_COMMIT)).hexdigest()
        return ""

    def restored(self, path: str, key: str) -> tuple[bytes, PageRecord] | None:
        """A page by its path below the site, and its record, if the last build knew it by the same key."""
        with suppress(OSError, ValueError, TypeError, AttributeError):
            line = self._lines.get(path, b"")
            record = PageRecord.of_json(line.decode())
            if key and record.key == key and record.path == path:
                html = self._read(path)
                if page_digest(html).hex() == record.digest and html.count(self._old_line.encode()) == 1:
                    html = self._of_new_commit(html).replace(self._old_line.encode(), self._line.encode())
                    record = PageRecord.of_json(self._of_new_commit(line).decode())
                    record.digest, record.key = page_digest(html).hex(), key
                    return html, record
        return None

    def _of_new_commit(self, text: bytes) -> bytes:
        return text.replace(self._old_commit.encode(), self._commit.encode())

    def _read(self, path: str) -> bytes:
        """A file of the old site; raises OSError for what is no plain file."""
        handle = os.open(self._site / path, os.O_RDONLY | _PLAIN_FILE)
        with os.fdopen(handle, "rb") as file:
            if not S_ISREG(os.fstat(handle).st_mode):
                raise OSError(f"{path} is not a file")
            return file.read()

    def note(self, records: Iterable[PageRecord]) -> None:
        """Keep the records of this build's pages."""
        self._records = [record for record in records if record.key and record.digest]

    def write(self) -> None:
        """Write what this build has made, once its site is in place; a file that cannot be written is left."""
        lines = [
            json.dumps([self._line, self._commit]),
            *(f"{json.dumps(each.path)}\t{each.as_json()}" for each in self._records),
        ]
        with suppress(OSError, UsageError):
            write_atomically(self._path, "\n".join(lines).encode(), self._path.parents[1])
