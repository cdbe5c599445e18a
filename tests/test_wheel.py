"""The package as users install it: a wheel in its own environment, outside this repository.

Its dependencies are taken from the environment of the tests, so nothing is downloaded.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import cmarkgfm
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.sites import HOSTS, Host, article, commit, pages, words

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment in which the built wheel is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (BIN / "uv", "build", "--wheel", "--offline", "--no-build-isolation", "--quiet", "--out-dir", folder)
    subprocess.run((*build, ROOT), check=True)
    [wheel] = folder.glob("*.whl")
    environment = folder / "venv"
    subprocess.run((sys.executable, "-m", "venv", "--without-pip", environment), check=True)
    python = environment / "bin" / "python"
    install = (BIN / "uv", "pip", "install", "--offline", "--no-deps", "--quiet", "--python", python, wheel)
    subprocess.run(install, check=True)
    [packages] = environment.glob("lib/*/site-packages")
    (packages / "tests.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
    return environment / "bin"


def run(program: Path, *arguments: str, within: Path | None = None, code: int = 0) -> str:
    """Run an installed program outside this repository; returns its output."""
    done = subprocess.run(
        (program, *arguments), cwd=within, env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def clean_environment() -> dict[str, str]:
    """The environment without variables by which Python would find this repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def test_the_wheel_has_the_default_pages_and_no_other_pages(installed: Path) -> None:
    code = "from importlib.resources import files; print(files('masterplan.publish') / 'docs')"
    docs = Path(run(installed / "python", "-c", code).strip())
    assert not docs.is_relative_to(ROOT)
    assert (docs.parents[1] / "py.typed").is_file()
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*") if path.is_file()}
    guide = {f"guide/{name}.md" for name in ("index", "edit", "review")}
    top = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert pages == top | guide | {"sprints/index.md", "people/index.md"}
    assert all((docs / page).read_bytes() == (ROOT / "docs" / page).read_bytes() for page in pages)


def test_the_metadata_has_the_readme_with_links_that_work_anywhere(installed: Path) -> None:
    code = "import json; from importlib.metadata import metadata as of; print(json.dumps(of('masterplan').json))"
    metadata = json.loads(run(installed / "python", "-c", code))
    assert (metadata["license_expression"], metadata["requires_python"]) == ("MIT", ">=3.11")
    assert metadata["description_content_type"] == "text/markdown"
    page = LexborHTMLParser(cmarkgfm.github_flavored_markdown_to_html(metadata["description"]))
    assert [title.text() for title in page.css("h1")] == ["masterplan"]
    addresses = [node.attributes["href"] or "" for node in page.css("a")]
    addresses += [node.attributes["src"] or "" for node in page.css("img")]
    assert len(addresses) > 10
    for address in addresses:
        _, _, path = address.partition(f"/v{metadata['version']}/")
        assert address.startswith("https://github.com/masterplan/masterplan/"), address
        assert (ROOT / path.partition("#")[0]).is_file(), address


@pytest.mark.parametrize("host", HOSTS)
def test_the_installed_package_inits_checks_builds_compares_and_serves(
    host: Host, installed: Path, tmp_path: Path
) -> None:
    masterplan, root = installed / "masterplan", tmp_path / "Pläne für 計画" / "der Plan"
    run(masterplan, "init", str(root), "--demo", "--git")
    assert not (root / "docs").exists()
    commit(root)
    assert "2 warnings" in run(masterplan, "check", within=root)
    built = run(masterplan, "build", "--host", host, within=root)
    assert f"Built {root}/site" in built or "Built site/" in built
    for name, page in pages(root / "site").items():
        assert words(article(page)), name
    run(masterplan, "new", "sprint", "Parcel lockers", within=root)
    assert "Parcel lockers" in run(masterplan, "diff", "HEAD", within=root, code=1)
    assert "Parcel lockers" in served(masterplan, root, host)


def served(masterplan: Path, root: Path, host: Host) -> str:
    """The front page from `masterplan serve`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = (masterplan, "serve", "--host", host, "--address", address)
    with subprocess.Popen(
        command, cwd=root, env=clean_environment(), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as server:
        try:
            while "Parcel lockers" not in (page := _response(address)):
                assert server.poll() is None
                time.sleep(0.1)
        finally:
            server.send_signal(signal.SIGINT)
    return page


def _response(address: str) -> str:
    """The content of the front page; empty while the server does not answer."""
    try:
        with urlopen(f"http://{address}/") as response:
            content: bytes = response.read()
    except URLError:
        return ""
    return content.decode()
