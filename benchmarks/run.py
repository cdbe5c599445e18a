"""Run benchmarks and report each limit that is exceeded; the exit code is then 1.

    make bench ARGS="sites audit"
    make bench ARGS="--psplib FOLDER"

Every part prints Markdown tables, and can be run alone as the module of the same name.
"""

import argparse
import sys
from pathlib import Path

from benchmarks import (
    again,
    audit,
    changes,
    history,
    imports,
    lighthouse,
    psplib,
    scale,
    schedule,
    serve,
    sites,
    startup,
)

PARTS = {
    "startup": startup.report_all,
    "sites": sites.report_all,
    "again": again.report_all,
    "serve": serve.report_all,
    "scale": scale.report_all,
    "audit": audit.report_all,
    "changes": changes.report_all,
    "history": history.report_all,
    "imports": imports.report_all,
    "schedule": schedule.report_all,
    "lighthouse": lighthouse.report_all,
}


def main() -> int:
    """Run the parts that the command line names, or all but the public instances; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)}; by default all of them"
    )
    parser.add_argument(
        "--psplib", type=Path, metavar="FOLDER", help="schedule the public instances in a folder instead"
    )
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.parts) - set(PARTS))
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; choose from {', '.join(PARTS)}")
    if arguments.psplib:
        return psplib.report_all(arguments.psplib)
    codes = []
    for name in arguments.parts or PARTS:
        print(f"\n## {name.capitalize()}\n", flush=True)
        codes.append(PARTS[name]())
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
