"""The command line: the only room that prints, and the only one that turns errors into exit codes.

0: fine. 1: findings at or over the threshold. 2: could not run.
"""

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from masterplan.analyse.facts import analyse, day
from masterplan.errors import MasterplanError, PlanError, UsageError
from masterplan.load import load
from masterplan.model.finding import SEVERITIES, Finding, Severity, at_least

app = typer.Typer(
    help="A team's plan as YAML in Git, published as a site on every commit.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    add_completion=False,
)
new = typer.Typer(help="Add something to the plan.", no_args_is_help=True)
app.add_typer(new, name="new")
export = typer.Typer(help="Print the plan in another form.", no_args_is_help=True)
app.add_typer(export, name="export")

Root = Annotated[
    Path, typer.Option(help="The repository with plan_data/ and mkdocs.yml.", file_okay=False, exists=True)
]
Today = Annotated[
    str | None, typer.Option(help="The day to speak of, like 2025-11-16; else the day of the commit.", metavar="DAY")
]
Host = Annotated[str, typer.Option(help="What builds the site: mkdocs or zensical.")]
FailOn = Annotated[str, typer.Option(help=f"The least severity that makes the exit code 1: {', '.join(SEVERITIES)}.")]

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code. Prints errors of masterplan as one sentence."""
    try:
        app(args=arguments, prog_name="masterplan", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    except PlanError as error:
        _print_findings(error.findings)
        return error.exit_code
    except MasterplanError as error:
        err.print(f"masterplan: {error}", markup=False)
        return error.exit_code
    except KeyboardInterrupt:
        err.print("masterplan: interrupted")
        return 2
    return 0


def _doing(what: str) -> AbstractContextManager[object]:
    """Say what takes a while, on a terminal only."""
    return err.status(what) if err.is_terminal else nullcontext()


@app.command()
def check(root: Root = Path(), fail_on: FailOn = "error", today: Today = None) -> None:
    """Say everything that is wrong with the plan, each with its file, line and column.

    Errors stop the site from being built; warnings are contradictions that the site shows.
    """
    loaded = load(root)
    findings = loaded.findings
    if loaded.plan is not None:
        findings += analyse(loaded.plan, day(today or "")).findings
    _print_findings(findings)
    if at_least(findings, _severity(fail_on)):
        raise typer.Exit(1)


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
    from masterplan.publish.build import HOSTS, build as build_site  # noqa: PLC0415 - MkDocs takes a while to import

    if host not in HOSTS:
        raise UsageError(f"there is no host {host}; there are {' and '.join(HOSTS)}")
    place = site or root / "site"
    with _doing("Building the site"):
        project = build_site(root, place, HOSTS[host], day(today or ""))
    warnings = len(project.facts.findings)
    said = f"; {warnings} contradictions are shown on it" if warnings else ""
    out.print(f"Built {place}/ from {project.revision}{said}.", markup=False)


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
    from masterplan.publish.serve import serve as serve_site  # noqa: PLC0415 - MkDocs takes a while to import

    name, _, port = address.rpartition(":")
    if not name or not port.isdecimal():
        raise UsageError(f"{address} is not an address like 127.0.0.1:8000")
    err.print(f"Serving on http://{address}/ until you press Ctrl-C.", markup=False)
    serve_site(root, name, int(port), ["--host", host, *(["--today", today] if today else [])])


@app.command()
def schema(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("docs/schema"),
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a file is not up to date.")
    ] = False,  # noqa: FBT002
) -> None:
    """Write the JSON Schemas of the plan's files, by which editors complete and check."""
    from masterplan.model.schema import schemas  # noqa: PLC0415 - keeps `--help` quick

    texts = {
        folder / f"{name}.schema.json": json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        for name, made in schemas().items()
    }
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]
    if check_only:
        for path in stale:
            out.print(f"{path} is not up to date; run `masterplan schema`", markup=False)
        raise typer.Exit(1 if stale else 0)
    folder.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(texts[path], "utf-8")
    out.print(f"{len(texts)} schemas in {folder}/, {len(stale)} of them new or changed.", markup=False)


@new.command("sprint")
def new_sprint(
    title: Annotated[str, typer.Argument(help="What the sprint is about.")],
    root: Root = Path(),
    id_: Annotated[str | None, typer.Option("--id", help="Its id; else the next free number.")] = None,
    phase: Annotated[str | None, typer.Option(help="The id of the phase it joins.")] = None,
    needs: Annotated[list[str] | None, typer.Option(help="The id of a sprint it needs; as often as needed.")] = None,
) -> None:
    """Add a sprint: one new file, and it is on every page with the next build."""
    from masterplan.load.scaffold import new_sprint as scaffold  # noqa: PLC0415 - keeps `--help` quick

    path = scaffold(root, title, id_, phase, tuple(needs or ()))
    out.print(f"Wrote {path}. Fill it in, then run `masterplan check`.", markup=False)


@export.command("mermaid")
def export_mermaid(
    root: Root = Path(),
    focus: Annotated[str | None, typer.Option(help="Only this sprint and its neighbourhood.")] = None,
    depth: Annotated[int, typer.Option(help="How many steps the neighbourhood reaches.", min=0)] = 1,
    phase: Annotated[str | None, typer.Option(help="Only this phase, with what it touches.")] = None,
) -> None:
    """Print the dependency graph as Mermaid text, as GitHub draws it."""
    from masterplan.render.mermaid import mermaid  # noqa: PLC0415 - keeps `--help` quick

    loaded = load(root)
    if loaded.plan is None:
        raise PlanError(loaded.findings)
    out.print(mermaid(analyse(loaded.plan), focus, depth, phase), markup=False, end="")


def _severity(text: str) -> Severity:
    for severity in SEVERITIES:
        if severity == text:
            return severity
    raise UsageError(f"there is no severity {text}; there are {', '.join(SEVERITIES)}")


def _print_findings(findings: tuple[Finding, ...]) -> None:
    from masterplan.render.reports import finding_lines, summary  # noqa: PLC0415 - keeps `--help` quick

    for line in finding_lines(findings):
        out.print(line, markup=False)
    out.print(summary(findings), markup=False)
