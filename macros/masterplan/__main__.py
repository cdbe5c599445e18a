"""`python -m masterplan` is `masterplan`. Every command starts here, to stop at Ctrl-C while modules load."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    try:
        from masterplan.cli.app import main as run  # noqa: PLC0415 - takes long enough to be interrupted

        run()
    except KeyboardInterrupt:
        sys.stderr.write("masterplan: interrupted\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
