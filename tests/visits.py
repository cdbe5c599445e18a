"""Built sites for a browser to visit page by page, and a plan with every field, in texts that are hard to typeset."""

import gzip
import json
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from threading import Thread

from playwright.sync_api import Page

from masterplan.cli import app as cli
from tests.everything import Kind, everything
from tests.pictures import ODD_TITLES
from tests.sites import Host, page_names, repository

COMPRESSED = {".css", ".html", ".js", ".json", ".svg", ".xml"}
SPRINTS = 6

# Elements that stick out to the right of the page, except those in a frame that scrolls.
OVERFLOW = """() => {
  document.querySelectorAll('details').forEach(each => (each.open = true));
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const framed = e => e && (getComputedStyle(e).overflowX !== 'visible' || framed(e.parentElement));
  const wide = [...document.querySelectorAll('article *')]
    .filter(e => e.getBoundingClientRect().right > width && !framed(e.parentElement.closest('article *')));
  return [`${document.documentElement.scrollWidth} px`, ...wide.slice(0, 3).map(e => e.outerHTML.slice(0, 120))];
}"""

_WORDS: dict[Kind, tuple[str, ...]] = {
    "line": ("Cache what is asked twice", "A feature flag", *ODD_TITLES, "Ada Lovelace", "Ship it in small steps"),
    "prose": ("It **must** hold:\n\n- one\n- two, in `code`\n\n> quoted, [linked](https://example.org/)", "One line."),
    "measure": ("20-30%", "2-4 per user", "Baseline", "<1s", "$1,200"),
    "url": ("https://example.org/read", "mailto:team@example.org"),
    "path": ("docs/overview.md", "project_docs/SECURITY.md"),
}


@dataclass(frozen=True, slots=True)
class Site:
    """A served site: the repository it was built from, and its origin."""

    root: Path
    origin: str

    @property
    def names(self) -> list[str]:
        """Paths of all pages below the site."""
        return page_names((self.root / "site").resolve())

    def alike(self, *folders: str) -> set[str]:
        """All pages of each folder except the first two, which show every part."""
        return {name for folder in folders for name in [n for n in self.names if n.startswith(folder)][2:]}

    def visit(self, page: Page, leave_out: Container[str] = ()) -> Iterator[str]:
        """Open the pages one after the other, with their paths."""
        for name in (name for name in self.names if name not in leave_out):
            page.goto(f"{self.origin}/{name}")
            yield name


@cache
def _compressed(file: Path, _version: int) -> bytes:
    """A file as static hosts send it, compressed once for each version."""
    return gzip.compress(file.read_bytes(), mtime=0)


class _Handler(SimpleHTTPRequestHandler):
    """Sends text compressed, and lets browsers cache the theme's files, as common static hosts do."""

    def do_GET(self) -> None:
        requested = Path(self.translate_path(self.path))
        file = requested / "index.html" if self.path.endswith("/") else requested
        if file.suffix not in COMPRESSED or not file.is_file():
            super().do_GET()
            return
        body = _compressed(file, file.stat().st_mtime_ns)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        if self.path.startswith(("/assets/javascripts/", "/assets/stylesheets/")):
            self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Keep requests off the terminal."""


class _SilentServer(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Keep broken connections off the terminal: a browser that leaves a page drops its requests."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; yields its origin, `http://127.0.0.1:<port>`."""
    with _SilentServer(("127.0.0.1", 0), partial(_Handler, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def build(root: Path, plan: Mapping[str, str | bytes] | None = None, host: Host = "mkdocs") -> Path:
    """Write a repository and build its site; returns the root. `plan` is its files, by default the seed's."""
    repository(root, plan)
    assert cli.run(["build", "--root", str(root), "--host", host, "--site", str(root / "site")]) == 0
    return root


def full_plan() -> dict[str, str]:
    """The files of a plan that uses every field, with six sprints in several phases and of several owners."""
    words = {kind: cycle(texts) for kind, texts in _WORDS.items()}
    files = everything(lambda kind, _: next(words[kind]), SPRINTS)
    for n in range(1, SPRINTS + 1):
        fields = json.loads(files[f"sprints/{n}.yml"]) | {"phase": f"f{n % 5 + 1}", "owner": f"p{n % 4 + 1}"}
        files[f"sprints/{n}.yml"] = json.dumps(fields, ensure_ascii=False)
    return files
