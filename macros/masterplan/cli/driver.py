"""The driver for Git's own `git diff`. Git runs it once per file, so it does without Typer to start fast."""

from pathlib import Path

from masterplan.cli.console import emit, without_garbage_collection


@without_garbage_collection()
def print_facts(file: Path) -> None:
    """Print a file of a plan with one fact per line, or any other file unchanged."""
    from masterplan.git.textconv import fact_lines

    emit(fact_lines(file.read_bytes()), None)
