"""The command line: the only room that prints, and the only one that turns errors into exit codes.

0: fine. 1: findings at or over the threshold. 2: could not run. What was asked for goes to the standard output, why
something could not be done to the standard error.
"""

import io
import json
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer
from rich.console import Console

from masterplan.analyse.facts import day
from masterplan.cli import check as cli_check
from masterplan.cli import diff as cli_diff
from masterplan.cli import export as cli_export
from masterplan.cli import github as cli_github
from masterplan.cli import init as cli_init
from masterplan.cli import record as cli_record
from masterplan.cli import why as cli_schedule
from masterplan.cli.console import Root, Today, err, out
from masterplan.errors import MasterplanError, PlanError, UsageError
from masterplan.files import write_output
from masterplan.model.finding import Finding

app = typer.Typer(
    help="A team's plan as YAML in Git, published as a site on every commit.",
    epilog="Start with `masterplan init`, then `masterplan serve`; `masterplan COMMAND --help` says more of each.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    add_completion=False,
)
new = typer.Typer(help="Add something to the plan.", no_args_is_help=True)
app.add_typer(new, name="new")
app.add_typer(cli_init.app)
app.add_typer(cli_check.app)
app.add_typer(cli_diff.app)
app.add_typer(cli_github.app)
app.add_typer(cli_record.app)
app.add_typer(cli_schedule.app)
app.add_typer(cli_export.app, name="export")

Host = Annotated[Literal["mkdocs", "properdocs", "zensical"], typer.Option(help="What builds the site.")]

MOST_TAKEN = 5
"""Ids on other branches that one message names."""

INTERRUPTED = 130
"""What Typer makes of Ctrl-C."""

DEBUG = "MASTERPLAN_DEBUG"
"""The environment variable that shows the traceback of an error that nobody expected."""


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code. Prints every error as one sentence."""
    try:
        _refuse_other_bytes(arguments)
        code = app(args=arguments, prog_name="masterplan", standalone_mode=False) or 0
    except PlanError as error:
        _print_findings(err, error.findings)
        return error.exit_code
    except (MasterplanError, typer.TyperException) as error:
        sentence = error.format_message() if isinstance(error, typer.TyperException) else str(error)
        return _fail(sentence)
    except OSError as error:
        return _fail(f"{error.filename or 'a file'}: {error.strerror or error}")
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        kind = type(error).__name__
        return _fail(f"{kind}: {error}; this is a bug in masterplan: report it with the traceback that {DEBUG}=1 shows")
    return _fail("interrupted") if code == INTERRUPTED else code


def _refuse_other_bytes(arguments: list[str]) -> None:
    """Raise UsageError for an argument with bytes that are no UTF-8: Python keeps them, and nothing can write them."""
    for argument in arguments:
        if not argument.isascii() and any("\ud800" <= character <= "\udfff" for character in argument):
            raise UsageError(f"the argument {argument} is not UTF-8 text")


def _fail(sentence: str) -> int:
    if sentence:
        err.print(f"masterplan: {' '.join(sentence.split())}")
    return MasterplanError.exit_code


def _doing(what: str) -> AbstractContextManager[object]:
    """Say what takes a while, on a terminal only."""
    return err.status(what) if err.is_terminal else nullcontext()


@app.command()
def build(
    root: Root = Path(),
    site: Annotated[Path | None, typer.Option(help="Where the site goes; else site/ in the repository.")] = None,
    host: Host = "mkdocs",
    today: Today = None,
) -> None:
    """Check the plan, build its site into a fresh folder, verify it, and swap it in.

    When anything goes wrong the old site stays as it was.
    """
    from masterplan.publish import build as building  # noqa: PLC0415 - MkDocs takes a while to import

    place = site or root / "site"
    with _doing("Building the site"):
        project = building.build(root, place, building.HOSTS[host], day(today or ""))
    out.print(f"Built {place}/ from {project.revision}{_findings(len(project.facts.findings))}.")


def _findings(number: int) -> str:
    return f"; its audit shows {number} finding{'s' * (number > 1)}" if number else ""


@app.command()
def serve(
    root: Root = Path(),
    address: Annotated[str, typer.Option(help="Where to listen: host and port.")] = "127.0.0.1:8000",
    host: Host = "mkdocs",
    today: Today = None,
) -> None:
    """Show the site on this machine and follow every edit of plan, pages and code.

    A wrong plan is said here, and the last good site stays on show.
    """
    from masterplan.publish import serve as serving  # noqa: PLC0415 - MkDocs takes a while to import

    place = serving.Address.of(address)
    arguments = ["--host", host, *(["--today", today] if today else [])]
    serving.serve(root, place, arguments, lambda: err.print(f"Serving on http://{place}/ until Ctrl-C."))


@app.command()
def schema(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("docs/schema"),
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a file is not up to date.")
    ] = False,
) -> None:
    """Write the JSON Schemas of the plan's files, by which editors complete and check, and those of its exports."""
    from masterplan.model.schema import schemas  # noqa: PLC0415 - keeps `--help` quick
    from masterplan.render.export import shapes  # noqa: PLC0415 - keeps `--help` quick
    from masterplan.render.reports import document  # noqa: PLC0415 - keeps `--help` quick
    from masterplan.render.review import data  # noqa: PLC0415 - keeps `--help` quick

    made = schemas()
    made |= {"export": shapes.schema(), "findings": document.schema(), "difference": data.schema()}
    texts = {
        folder / f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in made.items()
    }
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]
    if check_only:
        for path in stale:
            out.print(f"{path} is not up to date; run `masterplan schema`")
        raise typer.Exit(1 if stale else 0)
    for path in stale:
        write_output(path, texts[path].encode())
    out.print(f"{len(texts)} schemas in {folder}/, {len(stale)} of them new or changed.")


@new.command("sprint")
def new_sprint(
    title: Annotated[str, typer.Argument(help="What the sprint is about.")],
    root: Root = Path(),
    id_: Annotated[str | None, typer.Option("--id", help="Its id; else the next free number.")] = None,
    phase: Annotated[str | None, typer.Option(help="The id of the phase it joins.")] = None,
    needs: Annotated[list[str] | None, typer.Option(help="The id of a sprint it needs; as often as needed.")] = None,
) -> None:
    """Add a sprint: one new file, and it is on every page with the next build."""
    from masterplan.edit.scaffold import new_sprint as scaffold  # noqa: PLC0415 - keeps `--help` quick
    from masterplan.git.branches import sprints_elsewhere  # noqa: PLC0415 - keeps `--help` quick

    elsewhere = sprints_elsewhere(root)
    path = scaffold(root, title, id_, phase, tuple(needs or ()), elsewhere=elsewhere)
    out.print(f"Wrote {path}. Fill it in, then run `masterplan check`.")
    if elsewhere:
        out.print(_elsewhere(id_, elsewhere))


def _elsewhere(id_: str | None, elsewhere: Mapping[str, str]) -> str:
    """What to know of the ids on other branches, when a sprint has got the id that was asked for, or a free one."""
    if id_ is not None and id_ in elsewhere:
        return f"The branch {elsewhere[id_]} has a {id_} too; give one of them another id before both are merged."
    taken = [f"{other} ({branch})" for other, branch in elsewhere.items()]
    more = f" and {len(taken) - MOST_TAKEN} more" if len(taken) > MOST_TAKEN else ""
    return f"Ids on other branches: {', '.join(taken[:MOST_TAKEN])}{more}."


@new.command("page")
def new_page(
    page: Annotated[str, typer.Argument(help="The id of the default page: overview, risks, …")],
    root: Root = Path(),
) -> None:
    """Copy a default page into the docs folder, to be edited; an existing page is never overwritten."""
    from masterplan.publish.default_pages import new_page as copy_out  # noqa: PLC0415 - keeps `--help` quick
    from masterplan.publish.docs import docs_dir  # noqa: PLC0415 - MkDocs takes a while to import

    path = copy_out(root, docs_dir(root), page)
    out.print(f"Wrote {path}. Edit it; it replaces the default page.")


def _print_findings(console: Console, findings: tuple[Finding, ...]) -> None:
    from masterplan.render.reports import finding_lines, summary  # noqa: PLC0415 - keeps `--help` quick

    for line in finding_lines(findings):
        console.print(line)
    console.print(summary(findings))
