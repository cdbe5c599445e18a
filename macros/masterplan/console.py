"""What the commands share: where they print, and the options that mean the same everywhere.

Only the command line's own modules (`cli`, `cli_record`, `cli_export`) may use it.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

Root = Annotated[
    Path, typer.Option(help="The repository with plan_data/ and mkdocs.yml.", file_okay=False, exists=True)
]
Today = Annotated[
    str | None,
    typer.Option(
        help="The day to take as today, like 2025-11-16; else TODAY, SOURCE_DATE_EPOCH or the clock.", metavar="DAY"
    ),
]

out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(highlight=False, soft_wrap=True, markup=False, emoji=False, stderr=True)
