"""The package as others install it: a wheel in an environment of its own, far from this repository.

What it depends on is taken from the environment of the tests, so nothing is fetched.
"""

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

import pytest

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
    """Run an installed program, away from this repository; returns what it prints."""
    done = subprocess.run((program, *arguments), cwd=within, env=away(), capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def away() -> dict[str, str]:
    """The environment without what would lead Python back to this repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def test_the_wheel_carries_the_pages_of_a_plan_and_nothing_of_this_project(installed: Path) -> None:
    where = "from importlib.resources import files; print(files('masterplan.publish') / 'docs')"
    carried = Path(run(installed / "python", "-c", where).strip())
    assert not carried.is_relative_to(ROOT)
    assert (carried.parents[1] / "py.typed").is_file()
    pages = {path.relative_to(carried).as_posix() for path in carried.rglob("*") if path.is_file()}
    guide = {f"guide/{name}.md" for name in ("index", "edit", "review")}
    top = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert pages == top | guide | {"sprints/index.md", "people/index.md"}
    assert all((carried / page).read_bytes() == (ROOT / "docs" / page).read_bytes() for page in pages)


@pytest.mark.parametrize("host", HOSTS)
def test_a_team_starts_from_nothing(host: Host, installed: Path, tmp_path: Path) -> None:
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
    """The front page as `masterplan serve` answers with it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = (masterplan, "serve", "--host", host, "--address", address)
    with subprocess.Popen(
        command, cwd=root, env=away(), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as server:
        try:
            while "Parcel lockers" not in (page := _asked(address)):
                assert server.poll() is None
                time.sleep(0.1)
        finally:
            server.send_signal(signal.SIGINT)
    return page


def _asked(address: str) -> str:
    """What is answered; nothing while nobody listens, or before the first build has ended."""
    try:
        with urlopen(f"http://{address}/") as answer:
            content: bytes = answer.read()
    except URLError:
        return ""
    return content.decode()
