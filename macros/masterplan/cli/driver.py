"""The driver for Git's own `git diff`, which Git starts once for each file: apart from what needs Typer."""

from pathlib import Path

from masterplan.cli.console import give, uncollected


@uncollected()
def print_facts(file: Path) -> None:
    """Print a file of a plan with one fact per line; any other file as it is."""
    from masterplan.git.textconv import fact_lines

    give(fact_lines(file.read_bytes()), None)
