"""Writes a workflow's review of a pull request on GitHub: one comment, kept up to date, and one label.

It runs with write permission, so it treats a pull request as data: it reads the plan from Git objects, makes texts
inert, and never checks out or runs anything from the pull request.
"""

from masterplan.publish.github.api import Api, Runner
from masterplan.publish.github.sticky_comment import keep_comment

__all__ = ["Api", "Runner", "keep_comment"]
