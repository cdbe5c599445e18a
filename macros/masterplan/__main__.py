"""`python -m masterplan` is `masterplan`. Every command starts here, to stop at Ctrl-C while modules load.

Modules that load make no garbage, so Python does not search for any until they have, and never among what they made.
Nor does it at the end, as all memory goes with the process.
"""

import gc
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    gc.disable()
    try:
        from masterplan.cli.app import main as run  # noqa: PLC0415 - takes long enough to be interrupted

        run()
    except KeyboardInterrupt:
        sys.stderr.write("masterplan: interrupted\n")
        sys.exit(2)
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
