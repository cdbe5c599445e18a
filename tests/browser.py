"""The Chromium of the tests: find or install it, and log what a page does in it.

`python -m tests.browser install` installs nothing if there is a Chromium: the program named by the environment
variable CHROMIUM, else one on PATH, else Playwright's own download. Only Debian's packages bring fonts: without them
the widths of CJK and emoji text mean little.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

from masterplan.publish.pdf import SILENT, find_chromium

Scheme = Literal["light", "dark"]

PACKAGES = ("chromium", "fonts-liberation", "fonts-noto-cjk", "fonts-noto-color-emoji")
LOOPBACK = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
"""Resolves no other host. No request is intercepted for that, so pages share the browser's cache."""

MISSING = "no Chromium found: run `python -m tests.browser install`, or name one in the variable CHROMIUM"


def find() -> Path | None:
    """The Chromium to start in tests, or None: the one that makes PDFs, else Playwright's own download."""
    return find_chromium() or (None if os.environ.get("CHROMIUM") else _downloaded())


def install() -> Path | None:
    """Install a Chromium unless there is one or CHROMIUM names it: by apt-get as root on Debian, else by Playwright.

    Returns the program, or None if both failed; their errors are then on the terminal.
    """
    installers = () if os.environ.get("CHROMIUM") else (_from_debian, _from_playwright)
    for install_from in installers:
        if program := find():
            return program
        install_from()
    return find()


@contextmanager
def launched() -> Iterator[Browser]:
    """A running headless Chromium that sends no requests of its own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find(), args=[*SILENT, LOOPBACK, "--no-sandbox"])
        yield chromium
        chromium.close()


def _downloaded() -> Path | None:
    with sync_playwright() as playwright:
        program = Path(playwright.chromium.executable_path)
    return program if program.is_file() else None


def _from_debian() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update",), ("install", "--yes", "--no-install-recommends", *PACKAGES)):
        subprocess.run(("apt-get", "-qq", *command), env=environment, stdout=subprocess.DEVNULL, check=False)


def _from_playwright() -> None:
    subprocess.run((sys.executable, "-m", "playwright", "install", "chromium"), check=False)


@dataclass(frozen=True, slots=True)
class PageLog:
    """A page and a log of what no page may do, such as requests to other origins."""

    page: Page
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """All of them in one list, for tests that expect none."""
        return [*self.console_errors, *self.page_errors, *self.dialogs, *self.foreign_requests]


class OpenPage(Protocol):
    """The fixture `open_page`: a new, empty page that may send requests to `origin` only.

    An origin is `http://127.0.0.1:8000`, or `file://` for files; the width is in CSS pixels.
    """

    def __call__(self, origin: str, *, scheme: Scheme = "light", width: int = 1300, javascript: bool = True) -> PageLog:
        """Open the page in its own browser context."""


def watch(context: BrowserContext, origin: str) -> PageLog:
    """Open a page in the context and log its problems."""
    log = PageLog(context.new_page())
    context.on("request", lambda request: _note_foreign(request.url, origin, log))
    log.page.on("console", lambda message: _note_error(message, log))
    log.page.on("pageerror", lambda error: log.page_errors.append(str(error)))
    log.page.on("dialog", lambda dialog: _dismiss(dialog, log))
    return log


def _note_foreign(url: str, origin: str, log: PageLog) -> None:
    if not url.startswith((f"{origin}/", "data:", "blob:")):
        log.foreign_requests.append(url)


def _note_error(message: ConsoleMessage, log: PageLog) -> None:
    if message.type == "error":
        log.console_errors.append(message.text)


def _dismiss(dialog: Dialog, log: PageLog) -> None:
    log.dialogs.append(dialog.message)
    dialog.dismiss()


if __name__ == "__main__":
    if sys.argv[1:] != ["install"]:
        sys.exit("usage: python -m tests.browser install")
    if install() is None:
        sys.exit(MISSING)
