"""The commands that build the site and the schemas of its plan: build, serve, schema."""

import json
import shlex
from pathlib import Path
from typing import Annotated, Literal

import typer

from masterplan.cli.console import err, out, without_garbage_collection
from masterplan.cli.parameters import App, Root, Today
from masterplan.files import undone_on_error, write_output

app = App()

HostOption = Annotated[
    Literal["mkdocs", "properdocs", "zensical"], typer.Option(help="The program that builds the site.")
]


@app.command()
def build(
    root: Root = Path(),
    site: Annotated[
        Path | None, typer.Option(help="The folder of the site; by default site/ in the repository.", metavar="FOLDER")
    ] = None,
    host: HostOption = "mkdocs",
    today: Today = None,
) -> None:
    """Check the plan, build its site into a fresh folder, verify it, and swap it in.

    If a step fails, the old site stays unchanged. If nothing has changed, the site is not rebuilt.
    """
    from masterplan.publish.last_build import summary_if_current

    place = site or root / "site"
    if host == "mkdocs" and (summary := summary_if_current(root, place, today)):
        out.print(f"{place}/ is up to date, built from {summary}.")
        return
    from masterplan.publish.build import build as build_site
    from masterplan.publish.hosts import HOSTS

    with without_garbage_collection(), err.status("Building the site"):  # it takes 3 to 8% of a build's time
        project = build_site(root, place, HOSTS[host], today)
    out.print(f"Built {place}/ from {project.summary}.")


@app.command()
def serve(
    root: Root = Path(),
    address: Annotated[
        str, typer.Option(help="The host and port to listen on.", metavar="HOST:PORT")
    ] = "127.0.0.1:8000",
    host: HostOption = "mkdocs",
    today: Today = None,
) -> None:
    """Serve the site on this machine and follow every edit of the plan, pages and code.

    Mistakes in the plan are printed and shown in the browser, and the last good site stays available.
    """
    from masterplan.publish.serve import serve as serve_site
    from masterplan.publish.site_server import Address

    place = Address.of(address)
    arguments = (host, today.isoformat() if today else "")
    serve_site(root, place, arguments, lambda: err.print(f"Serving on http://{place}/ until Ctrl-C."))


@app.command()
def schema(
    folder: Annotated[
        Path | None,
        typer.Argument(help="The folder to write to; by default docs/schema.", metavar="FOLDER", file_okay=False),
    ] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a file is not up to date.")
    ] = False,
    root: Root = Path(),
) -> None:
    """Write the JSON Schemas of the plan's files, for completion and checks in editors, and those of its exports.

    They include the custom fields and levels of risk in plan.yml: run the command again when those change.
    """
    from masterplan.edit.editing import root_option
    from masterplan.load import header_of
    from masterplan.model.schema import schemas
    from masterplan.render.export import data as export
    from masterplan.render.reports import documents
    from masterplan.render.review import data

    folder = folder or root / "docs" / "schema"
    documents_by_name = schemas(header_of(root))
    documents_by_name |= {"export": export.schema(), "findings": documents.schema(), "difference": data.schema()}
    texts = {
        folder / f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in documents_by_name.items()
    }
    stale = [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]
    if check_only:
        for path in stale:
            out.print(f"{path} is {'out of date' if path.exists() else 'missing'}")
        if stale:
            named = f" {shlex.quote(str(folder))}" if folder != root / "docs" / "schema" else ""
            out.print(f"Run `masterplan schema{named}{root_option(root)}`.")
            raise typer.Exit(1)
        out.print(f"{len(texts)} schemas in {folder}/ are up to date.")
        return
    with undone_on_error(stale):
        for path in stale:
            write_output(path, texts[path].encode())
    out.print(f"{len(texts)} schemas in {folder}/, {len(stale)} new or changed.")
