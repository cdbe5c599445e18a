"""Lighthouse scores of the Overview page with mobile settings, served compressed from loopback.

    python -m benchmarks.lighthouse

npm fetches the version of Lighthouse named here; no other host is asked. The performance score simulates a slow phone
on a slow network and varies with the load of the machine, so scores are medians of several runs.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from masterplan.publish.build import build
from masterplan.publish.pdf import SILENT
from tests.browser import MISSING, find
from tests.sites import OURS
from tests.visits import serving

PACKAGE = "lighthouse@12.8.2"
"""The newest version that runs on Node 20."""
ROUNDS = 3
LEAST = {"accessibility": 1.0, "best-practices": 1.0, "seo": 1.0, "performance": 0.95}
"""Minimum of each score; 1 is the best."""


def scores(site: Path) -> Mapping[str, float]:
    """The median of each score of a site's Overview. Raises SystemExit if Lighthouse cannot be run."""
    if not shutil.which("npm"):
        raise SystemExit("npm is missing: install Node.js 20 or newer to run Lighthouse")
    with serving(site) as origin:
        runs = list(_runs(origin))
    return {name: median(run[name] for run in runs) for name in LEAST}


def _runs(origin: str) -> Iterator[Mapping[str, float]]:
    program = find()
    if program is None:
        raise SystemExit(MISSING)
    flags = f"--chrome-flags={' '.join((*SILENT, '--no-sandbox'))}"
    command = ("npm", "exec", "--yes", f"--package={PACKAGE}", "--", "lighthouse", f"{origin}/", "--quiet", flags)
    for _ in range(ROUNDS):
        done = subprocess.run(
            (*command, "--output=json"),
            capture_output=True,
            check=False,
            text=True,
            env={**os.environ, "CHROME_PATH": str(program)},
        )
        if done.returncode:
            raise SystemExit(f"Lighthouse failed:\n{done.stderr}")
        categories = json.loads(done.stdout)["categories"]
        yield {name: categories[name]["score"] for name in LEAST}


def report_all() -> int:
    """Build our own site and print its scores as Markdown; returns the exit code, 1 if one is too low."""
    with TemporaryDirectory(prefix="masterplan-bench-") as folder:
        site = Path(folder, "site")
        build(OURS, site)
        measured = scores(site)
    print("| Lighthouse, mobile | Score | At least |\n| --- | ---: | ---: |")
    for name, least in LEAST.items():
        print(f"| {name} | {measured[name]:.2f} | {least:.2f} |")
    return int(any(measured[name] < least for name, least in LEAST.items()))


if __name__ == "__main__":
    sys.exit(report_all())
