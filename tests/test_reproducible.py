"""The same commit and day give the same site, byte for byte, wherever and whenever it is built."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sites import Host, contents, masterplan
from tests.visits import Site

THERE = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "2", "LANGUAGE": "de"}
EPOCH = {"TODAY": "", "SOURCE_DATE_EPOCH": "1763640000"}


@pytest.mark.parametrize(("host", "epoch"), [("mkdocs", {}), ("zensical", EPOCH)], ids=["mkdocs", "zensical"])
def test_place_time_zone_locale_and_hashes_change_nothing(
    seed_sites: Callable[[Host], Site], tmp_path: Path, host: Host, epoch: dict[str, str]
) -> None:
    """A clone in another folder, its files written anew, and built in a process of its own."""
    seed, there = seed_sites(host).root, tmp_path / "far" / "away" / "there"
    shutil.copytree(seed, there, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("site", ".site-builds"))
    done = masterplan(there, "build", "--host", host, **THERE | epoch)
    assert done.returncode == 0, done.stderr

    here, built = contents(seed / "site"), contents(there / "site")
    assert here.keys() == built.keys()
    assert [name for name in here if here[name] != built[name]] == []
    assert not any(str(tmp_path).encode() in content for content in built.values())
