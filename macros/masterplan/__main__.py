"""`python -m masterplan`, the same as `masterplan`. Every command starts here, so that Ctrl-C also stops imports.

Garbage collection is off while modules load, as they create no garbage, and later skips their objects. It is skipped at
exit too, as the process frees all memory anyway.
"""

import gc
import sys
from typing import NoReturn

from masterplan import interrupts


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    gc.disable()
    try:
        interrupts.listen()
        from masterplan.cli.app import main as run  # noqa: PLC0415 - takes long enough to be interrupted

        run()
    except (KeyboardInterrupt, Exception) as error:
        if not (isinstance(error, KeyboardInterrupt) or interrupts.were_noticed()):
            raise
        sys.stderr.write("masterplan: interrupted\n")
        sys.exit(2)
    finally:
        interrupts.ignore()
        gc.freeze()


if __name__ == "__main__":
    main()
