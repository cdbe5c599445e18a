"""Git commands: the repository of a folder, and the commits that names refer to.

They call the program `git` rather than a library. It exists wherever a plan is in Git, adds no binary dependency, and
supports alternates, worktrees, SHA-256, shallow clones and whatever comes next. A repository may be a stranger's, so
nothing in it runs: no hook, no file monitor, and no repository committed inside it. Names from users never reach Git as
options.

A folder outside any repository is not an error. It is an error if Git is missing or refuses a repository.
"""

import errno
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from masterplan.errors import GitError, UsageError

SHALLOW = (
    "this is a shallow clone: run `git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout and "
    "`GIT_DEPTH: 0` on GitLab"
)
"""The advice if a clone lacks older commits."""

_PARTIAL = (
    "the repository in {} is a partial clone, which lacks older files: run `git fetch --refetch --no-filter`, or clone "
    "without a filter"
)

MEMORY = "masterplan"
"""The name of masterplan's folder in `.git`; it is safe to delete."""

_ENVIRONMENT = {"GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
_SETTINGS = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.sshCommand=ssh",
    "log.showSignature=false",
    "protocol.ext.allow=never",
)
"""Settings that keep Git from running programs named by a repository. Git before 2.38 lacks the first, for which
`repository` makes up."""

_NO_REPOSITORY = "not a git repository"
"""What Git calls a `.git` that it cannot use, such as an unreadable folder, or a file that points to a moved one."""

_OFFLINE = "protocol.allow=never"
_ELSEWHERE = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_ATTR_SOURCE", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_DIR", "GIT_GRAFT_FILE",
    "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE", "GIT_NOGLOB_PATHSPECS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
)  # fmt: skip
"""Variables that point Git at another repository or at other files of it; Git sets some of them for hooks."""


def repository(root: Path) -> Path | None:
    """The top folder of the repository that contains `root`, or None outside a repository.

    Raises GitError if a folder on the way is a bare repository (HEAD with objects/ and refs/, or with commondir):
    anyone can commit one, and Git would obey its settings.
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
    """Whether any version of Git could take a folder for a bare repository; its HEAD may be a broken link."""
    layouts = ("objects", "refs"), ("commondir",)
    return os.path.lexists(folder / "HEAD") and any(
        all((folder / name).exists() for name in layout) for layout in layouts
    )


def has_commit(root: Path) -> bool:
    """Whether `root` is in a repository with a commit checked out. Raises GitError if Git fails."""
    return repository(root) is not None and answer(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") != ""


def git(root: Path, *arguments: str) -> str:
    """The output of a Git command in a repository. Raises GitError if it fails."""
    result = _run(root, *arguments)
    if result.returncode:
        raise _failure(root, result.stderr)
    return result.stdout.strip()


def answer(root: Path, *arguments: str) -> str:
    """The same for a question: an exit code of 1 means no and gives an empty text. Raises GitError if it fails."""
    result = _run(root, *arguments)
    if result.returncode > 1:
        raise _failure(root, result.stderr)
    return "" if result.returncode else result.stdout.strip()


def prefix_of(root: Path) -> str:
    """The path from the top of the repository to `root`, such as `teams/search/`; empty at the top or outside one."""
    top = repository(root)
    path = root.resolve().relative_to(top).as_posix() if top else "."
    return "" if path == "." else f"{path}/"


def is_shallow(root: Path) -> bool:
    """Whether the clone lacks older commits."""
    return git(root, "rev-parse", "--is-shallow-repository") == "true"


def refuse_partial(root: Path) -> None:
    """Raise GitError, with what to do, if the clone lacks objects that Git would fetch when they are needed."""
    if answer(root, "config", "--get-regexp", r"^remote\..*\.promisor$"):
        raise GitError(_PARTIAL.format(repository(root)))


def memory_folder(root: Path) -> Path:
    """The folder of masterplan's caches of a repository: among Git's own files, where no commit can write."""
    return Path(git(root, "rev-parse", "--absolute-git-dir")) / MEMORY


def commit_of(root: Path, name: str) -> str:
    """The full hash of the commit that `name` refers to. Raises UsageError if there is none."""
    error = f"{name or 'an empty name'} is not a revision of the repository in {root.resolve()}"
    if not name or name.startswith("-"):
        raise UsageError(error)
    if repository(root) is None:
        raise UsageError(f"there is no Git repository in {root.resolve()}, so no revision {name}")
    if not has_commit(root):
        raise UsageError(f"the repository in {root.resolve()} has no commits yet, so no revision {name}")
    result = _run(root, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    if result.returncode:
        if is_shallow(root):
            raise UsageError(f"{error}; {SHALLOW}")
        advice = "choose one that `git log`, `git branch --all` or `git tag` lists, or run `git fetch` first"
        raise UsageError(f"{error}; {advice}")
    return result.stdout.strip()


def is_installed() -> bool:
    """Whether the program `git` is on the PATH."""
    return shutil.which("git") is not None


def create_repository(root: Path) -> None:
    """Create a Git repository in a folder. Raises GitError if that fails."""
    result = _run(root, "init", "--quiet", "--initial-branch=main")
    if result.returncode:
        raise GitError(f"a Git repository cannot be created in {root}: {_reason(result.stderr)}")


def merge_base(root: Path, one: str, other: str) -> str:
    """The full hash of the last common commit of two revisions. Raises UsageError if they have none."""
    base = answer(root, "merge-base", commit_of(root, one), commit_of(root, other))
    if not base:
        advice = f"; {SHALLOW}" if is_shallow(root) else ""
        raise UsageError(f"{one} and {other} have no common commit here{advice}")
    return base


def fetch(root: Path, *references: str, settings: Mapping[str, str], seconds: float) -> None:
    """Fetch references from origin, without touching the working tree.

    `settings` are variables for Git's environment. Raises GitError if Git fails or takes longer than `seconds`.
    """
    options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--end-of-options")
    call = _call(root, _SETTINGS, "fetch", *options, "origin", *references)
    try:
        subprocess.run(call, env={**environment(), **settings}, capture_output=True, check=True, timeout=seconds)
    except (OSError, subprocess.SubprocessError):
        raise GitError("Git could not fetch from origin") from None


def command(root: Path, *arguments: str) -> tuple[str, ...]:
    """The call of a Git command in the repository in `root`, without network access."""
    return _call(root, (*_SETTINGS, _OFFLINE), *arguments)


def environment() -> dict[str, str]:
    """The environment for Git: that of this process, without variables that point elsewhere."""
    return {name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | _ENVIRONMENT


def _call(root: Path, settings: tuple[str, ...], *arguments: str) -> tuple[str, ...]:
    options = (option for setting in settings for option in ("-c", setting))
    return ("git", "--no-optional-locks", "--no-pager", *options, "-C", str(root), *arguments)


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Git command, with any exit code. Raises GitError if Git cannot be started."""
    try:
        return subprocess.run(
            command(root, *arguments), env=environment(),
            capture_output=True, check=False, text=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
    except OSError as error:
        reason = "the program `git` is not installed, or not on the PATH" if error.errno == errno.ENOENT else error
        raise GitError(f"{root.resolve()} needs Git, which cannot be started: {reason}") from None


def _failure(root: Path, complaint: str) -> GitError:
    """The error for a Git command that failed, with what to do about it."""
    top = repository(root)
    if "transport" in complaint and "not allowed" in complaint:  # it wanted to fetch what a partial clone lacks
        return GitError(_PARTIAL.format(top))
    if "safe.directory" in complaint:
        return GitError(
            f"Git refuses the repository in {top}, because it belongs to another user; "
            f"if you trust it, run `git config --global --add safe.directory {top}`"
        )
    advice = f"; check that {top}/.git is complete and that you may read it" if _NO_REPOSITORY in complaint else ""
    return GitError(f"Git cannot read the repository in {top or root}: {_reason(complaint)}{advice}")


def _reason(complaint: str) -> str:
    """The line with Git's reason for a failure; other lines are advice."""
    lines = complaint.strip().splitlines() or ["nothing"]
    return next((line for line in lines if line.startswith("fatal: ")), lines[-1]).removeprefix("fatal: ")
