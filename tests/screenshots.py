"""Screenshots of the plan's main pages to look at: light, dark, on a phone and on paper.

`python -m tests.screenshots` writes every page in every look to screenshots/; with `--readme` it writes only the first
screen of the Overview to docs/assets/, for the README.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page

from masterplan.publish.build import build
from tests.browser import Scheme, launched
from tests.sites import OURS
from tests.visits import serving

FOLDER = OURS / "screenshots"
README = OURS / "docs" / "assets" / "overview.png"
MOST_BYTES = 150_000
"""Size limit of the picture in the README."""

PAGES = (
    "",
    "roadmap/",
    "sprints/",
    "sprints/SPRINT_4_request_batching/",
    "people/",
    "value/",
    "risks/",
    "progress/",
    "changes/",
    "audit/",
    "start/",
    "print/",
    "guide/",
    "guide/edit/",
    "guide/findings/",
)


@dataclass(frozen=True, slots=True)
class Look:
    """How to show a page: the window's width in CSS pixels, the colour scheme, and whether on paper."""

    width: int = 1300
    scheme: Scheme = "light"
    media: Literal["screen", "print"] = "screen"


LOOKS = {
    "light": Look(),
    "dark": Look(scheme="dark"),
    "phone": Look(390),
    "print": Look(718, media="print"),  # A4 without its margins
}


@contextmanager
def shown(browser: Browser, look: Look) -> Iterator[Page]:
    """An empty page with a look."""
    context = browser.new_context(viewport={"width": look.width, "height": 900}, color_scheme=look.scheme)
    page = context.new_page()
    page.emulate_media(media=look.media)
    yield page
    context.close()


def every_page(browser: Browser, origin: str) -> None:
    """Write a screenshot of every page in every look, at full height."""
    FOLDER.mkdir(exist_ok=True)
    for name, look in LOOKS.items():
        with shown(browser, look) as page:
            for path in PAGES:
                page.goto(f"{origin}/{path}")
                title = path.strip("/").replace("/", "-") or "overview"
                page.screenshot(path=FOLDER / f"{title}.{name}.png", full_page=True)


def first_screen(browser: Browser, origin: str) -> None:
    """Write the first screen of the Overview. Raises ValueError if the picture is too large for a README."""
    with shown(browser, LOOKS["light"]) as page:
        page.goto(f"{origin}/")
        picture = page.screenshot()
    if len(picture) > MOST_BYTES:
        raise ValueError(f"{README.name} would have {len(picture):,} bytes, more than {MOST_BYTES:,}")
    README.write_bytes(picture)


def main() -> None:
    """Write the screenshots that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--readme", action="store_true", help="only the picture in the README")
    write = first_screen if parser.parse_args().readme else every_page
    with TemporaryDirectory(prefix="masterplan-") as folder:
        site = Path(folder, "site")
        build(OURS, site)
        with serving(site) as origin, launched() as browser:
            write(browser, origin)


if __name__ == "__main__":
    main()
