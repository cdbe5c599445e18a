"""The plan as PDF: the document for paper, printed by the Chromium or Chrome on this machine.

The program is named by the environment variable CHROMIUM, or found on PATH. It reads one file, makes no network
requests and writes only to its own folder, which is removed. The same document and program give the same file, even on
a busy machine: the file has the document's date, and its elements are numbered in order.
"""

import os
import re
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from masterplan.errors import BuildError, UsageError
from masterplan.publish.project import Project
from masterplan.render.paper import paper

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SILENT = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
"""Options with which Chromium works in the background and makes no requests of its own."""

_NOBODY = "--host-resolver-rules=MAP * ~NOTFOUND"
_SECONDS = 120
_MISSING = (
    "a PDF needs Chromium or Chrome, but neither is on this machine; install one, set the environment variable CHROMIUM"
    " to its program, or print the site's Print page from a browser"
)
_DATES = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")
_ELEMENTS = re.compile(rb"(?<=\(node)\d{8}(?=\))")
"""Numbers in the names of the document's elements."""


def find_chromium() -> Path | None:
    """The Chromium to start, or None. If CHROMIUM is set, PATH is searched for no other name."""
    named = os.environ.get("CHROMIUM")
    programs = filter(None, map(shutil.which, (named,) if named else _PROGRAMS))
    return next(map(Path, programs), None)


def _sandbox() -> tuple[str, ...]:
    """Options that Chromium needs for the user of this process: as root it starts only without its sandbox."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ("--no-sandbox",) if is_root else ()


def pdf(project: Project) -> bytes:
    """The plan as PDF. Raises UsageError if there is no Chromium, BuildError if it fails."""
    own = project.own
    context = project.context(project.at("print.md"), addresses=(own.source_url, own.commit_url))
    document = paper(context, f"Built from {project.revision}")
    return _renumbered(_dated(_printed(document), project.revision.day or project.facts.today))


def _printed(document: str) -> bytes:
    program = find_chromium()
    if program is None:
        raise UsageError(_MISSING)
    with tempfile.TemporaryDirectory(prefix="masterplan-pdf-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        page, result = folder / "plan.html", folder / "plan.pdf"
        page.write_text(document, "utf-8")
        command = (
            str(program), *SILENT, *_sandbox(), _NOBODY, f"--user-data-dir={folder / 'profile'}",
            "--no-pdf-header-footer", f"--print-to-pdf={result}", page.as_uri(),
        )  # fmt: skip
        try:
            process = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise BuildError(f"{program} wrote no PDF within {_SECONDS} seconds") from None
        if process.returncode or not result.is_file():
            last = process.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise BuildError(f"{program} wrote no PDF: {last or f'exit code {process.returncode}'}")
        return result.read_bytes()


def _dated(content: bytes, day: date | None) -> bytes:
    """The file with the plan's date in place of the time of printing."""
    moment = f"{day or date(1970, 1, 1):%Y%m%d}000000".encode()
    return _DATES.sub(rb"\g<1>" + moment, content)


def _renumbered(content: bytes) -> bytes:
    """The file with its elements numbered from 1 in order.

    Chromium's numbers have gaps, which vary when the machine is busy. All numbers have the same length, so that the
    offsets in the file's tables stay valid.
    """
    numbers = {number: b"%08d" % n for n, number in enumerate(sorted(set(_ELEMENTS.findall(content))), 1)}
    return _ELEMENTS.sub(lambda element: numbers[element[0]], content)
