"""The same commit and day give the same site, byte for byte, wherever and whenever it is built."""

import shutil
from pathlib import Path

import pytest

from tests.sites import Host, contents, masterplan, repository

HERE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "LANGUAGE": "en"}
THERE = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "2", "LANGUAGE": "de"}
EPOCH = {"TODAY": "", "SOURCE_DATE_EPOCH": "1763640000"}


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("reproducible") / "plan")


def built(seed: Path, folder: Path, host: Host, environment: dict[str, str]) -> dict[str, bytes]:
    """The site that a clone in another folder gives, its files written anew."""
    root = shutil.copytree(seed, folder, copy_function=shutil.copyfile)
    done = masterplan(root, "build", "--host", host, **environment)
    assert done.returncode == 0, done.stderr
    return contents(root / "site")


@pytest.mark.parametrize(("host", "epoch"), [("mkdocs", {}), ("zensical", EPOCH)], ids=["mkdocs", "zensical"])
def test_place_time_zone_locale_and_hashes_change_nothing(
    seed: Path, tmp_path: Path, host: Host, epoch: dict[str, str]
) -> None:
    here = built(seed, tmp_path / "here", host, HERE | epoch)
    there = built(seed, tmp_path / "far" / "away" / "there", host, THERE | epoch)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []
    assert not any(str(tmp_path).encode() in content for content in here.values())
