"""What a workflow writes on GitHub: one comment with the review of a pull request, kept up to date, and one label.

It runs with rights to write, so it treats a pull request as data: its plan is read from Git's objects, its texts are
made inert, and nothing in it is ever checked out or run.
"""

from masterplan.publish.github.api import Api, Runner
from masterplan.publish.github.sticky_comment import keep_comment

__all__ = ["Api", "Runner", "keep_comment"]
