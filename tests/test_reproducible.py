"""The same commit and day give the same bytes, wherever and whenever the site is built."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sites import Host, contents, masterplan
from tests.visits import Site

ELSEWHERE = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "2", "LANGUAGE": "de"}
EPOCH = {"TODAY": "", "SOURCE_DATE_EPOCH": "1763640000"}


@pytest.mark.parametrize(("host", "epoch"), [("mkdocs", {}), ("zensical", EPOCH)], ids=["mkdocs", "zensical"])
def test_folder_time_zone_locale_and_hash_seed_change_nothing(
    seed_sites: Callable[[Host], Site], tmp_path: Path, host: Host, epoch: dict[str, str]
) -> None:
    """Build a fresh copy in another folder and process."""
    seed, copy = seed_sites(host).root, tmp_path / "far" / "away" / "copy"
    shutil.copytree(seed, copy, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("site", ".site-builds"))
    done = masterplan(copy, "build", "--host", host, **ELSEWHERE | epoch)
    assert done.returncode == 0, done.stderr

    original, built = contents(seed / "site"), contents(copy / "site")
    assert original.keys() == built.keys()
    assert [name for name in original if original[name] != built[name]] == []
    assert not any(str(tmp_path).encode() in content for content in built.values())
