"""Questions to Git: which repository a folder is in, and which commits names mean. Nothing here writes.

The program `git` and not a library: it is there wherever a plan is in Git, so nothing binary is added to the lock, and
alternates, worktrees, SHA-256, shallow clones and whatever comes next work as everywhere else. A repository may be a
stranger's, so nothing in it runs: no hook, no monitor of files, and no repository that is committed inside it. Names
that people give never reach Git as options.

A folder outside any repository is no error. That Git is missing, or refuses a repository, is one.
"""

import errno
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from masterplan.errors import GitError, UsageError

SHALLOW = (
    "this is a shallow clone: run `git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout and "
    "`GIT_DEPTH: 0` on GitLab"
)
"""What to do where a clone lacks older commits."""

MEMORY = "masterplan"
"""The name of the folder in the one where Git keeps a repository; anybody may delete it."""

_ENVIRONMENT = {"GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
_SETTINGS = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.sshCommand=ssh",
    "log.showSignature=false",
    "protocol.ext.allow=never",
)
"""What keeps Git from running what a repository names. Git before 2.38 does not know the first: see `repository`."""

_OFFLINE = "protocol.allow=never"
_ELSEWHERE = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_ATTR_SOURCE", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_DIR", "GIT_GRAFT_FILE",
    "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE", "GIT_NOGLOB_PATHSPECS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
)  # fmt: skip
"""Variables that lead Git to another repository, or to other files of it: a hook of Git sets some of them."""


def repository(root: Path) -> Path | None:
    """The top folder of the repository that holds `root`, or None outside a repository.

    Raises GitError for a folder on the way that is a repository without a checkout (HEAD with objects/ and refs/, or
    with commondir): anybody can commit one, and Git would obey its settings.
    """
    for folder in (root.resolve(), *root.resolve().parents):
        if (folder / ".git").exists():
            return folder
        if _is_bare(folder):
            raise GitError(
                f"{folder} is itself a bare Git repository, whose settings could run commands here; "
                "remove the file HEAD from it, or use a normal clone"
            )
    return None


def _is_bare(folder: Path) -> bool:
    """Whether any Git could take a folder for a repository without a checkout; its HEAD may be a link to nowhere."""
    layouts = ("objects", "refs"), ("commondir",)
    return os.path.lexists(folder / "HEAD") and any(
        all((folder / name).exists() for name in layout) for layout in layouts
    )


def has_commit(root: Path) -> bool:
    """Whether `root` is in a repository that has a commit checked out. Raises GitError when Git cannot say."""
    return repository(root) is not None and answer(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") != ""


def git(root: Path, *arguments: str) -> str:
    """What a Git command prints in a repository. Raises GitError when it fails."""
    done = _run(root, *arguments)
    if done.returncode:
        raise _refused(root, done.stderr)
    return done.stdout.strip()


def answer(root: Path, *arguments: str) -> str:
    """The same for a question whose answer may be no: nothing where Git exits with 1. Raises GitError when it fails."""
    done = _run(root, *arguments)
    if done.returncode > 1:
        raise _refused(root, done.stderr)
    return "" if done.returncode else done.stdout.strip()


def prefix_of(root: Path) -> str:
    """The way from the top of the repository to `root`, such as `teams/search/`; empty at the top or outside one."""
    top = repository(root)
    way = root.resolve().relative_to(top).as_posix() if top else "."
    return "" if way == "." else f"{way}/"


def is_shallow(root: Path) -> bool:
    """Whether the clone lacks older commits."""
    return git(root, "rev-parse", "--is-shallow-repository") == "true"


def own_memory(root: Path) -> Path:
    """Where masterplan remembers things in a repository: beside Git's own files, where no commit can write."""
    return Path(git(root, "rev-parse", "--absolute-git-dir")) / MEMORY


def commit_of(root: Path, name: str) -> str:
    """The full hash of the commit that people call `name`. Raises UsageError where there is none."""
    refused = f"{name} is not a revision of the repository in {root}"
    if not name or name.startswith("-"):
        raise UsageError(refused)
    if repository(root) is None:
        raise UsageError(f"there is no Git repository in {root.resolve()}, so no revision {name}")
    if not has_commit(root):
        raise UsageError(f"{refused}: there is no commit")
    done = _run(root, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    if done.returncode:
        advice = f"; {SHALLOW}" if is_shallow(root) else ""
        raise UsageError(f"{refused}; Git says: {_reason(done.stderr)}{advice}")
    return done.stdout.strip()


def create_repository(root: Path) -> None:
    """Make a folder a Git repository. Raises GitError where that cannot be done."""
    done = _run(root, "init", "--quiet", "--initial-branch=main")
    if done.returncode:
        raise GitError(f"{root} cannot be made a Git repository: {_reason(done.stderr)}")


def merge_base(root: Path, one: str, other: str) -> str:
    """The full hash of the commit where two revisions parted. Raises UsageError where they never were one."""
    base = answer(root, "merge-base", commit_of(root, one), commit_of(root, other))
    if not base:
        advice = f"; {SHALLOW}" if is_shallow(root) else ""
        raise UsageError(f"{one} and {other} have no common commit here{advice}")
    return base


def fetch(root: Path, *wanted: str, settings: Mapping[str, str], seconds: float) -> None:
    """Bring references from origin, as objects: no file is written.

    `settings` are variables for Git's environment. Raises GitError when it fails or takes longer.
    """
    options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--end-of-options")
    call = _call(root, _SETTINGS, "fetch", *options, "origin", *wanted)
    try:
        subprocess.run(call, env={**environment(), **settings}, capture_output=True, check=True, timeout=seconds)
    except (OSError, subprocess.SubprocessError):
        raise GitError("Git could not fetch from origin") from None


def command(root: Path, *arguments: str) -> tuple[str, ...]:
    """The call of a Git command that asks the repository in `root` and nobody else."""
    return _call(root, (*_SETTINGS, _OFFLINE), *arguments)


def environment() -> dict[str, str]:
    """The environment for Git: that of this process, without what leads elsewhere."""
    return {name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | _ENVIRONMENT


def _call(root: Path, settings: tuple[str, ...], *arguments: str) -> tuple[str, ...]:
    options = (option for setting in settings for option in ("-c", setting))
    return ("git", "--no-optional-locks", "--no-pager", *options, "-C", str(root), *arguments)


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Git command, whatever its exit code. Raises GitError when there is no Git."""
    try:
        return subprocess.run(
            command(root, *arguments), env=environment(),
            capture_output=True, check=False, text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
    except OSError as error:
        reason = "the program `git` is not installed, or not on the PATH" if error.errno == errno.ENOENT else error
        raise GitError(f"{root.resolve()} needs Git, which cannot be started: {reason}") from None


def _refused(root: Path, complaint: str) -> GitError:
    """Why Git did not answer, and what to do about it."""
    top = repository(root)
    if "safe.directory" in complaint:
        return GitError(
            f"Git refuses the repository in {top}, because it belongs to another user; "
            f"if you trust it, run `git config --global --add safe.directory {top}`"
        )
    return GitError(f"Git cannot read the repository in {top or root}: {_reason(complaint)}")


def _reason(complaint: str) -> str:
    """The line by which Git says why it failed; others give advice."""
    lines = complaint.strip().splitlines() or ["nothing"]
    return next((line for line in lines if line.startswith("fatal: ")), lines[-1]).removeprefix("fatal: ")
