"""The description of the package: the README, with links that also work outside the repository."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_RELATIVE_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:)([^)\s]+)\)")


class Readme(MetadataHookInterface):
    """Sets `readme`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Make relative links absolute: to the files of this version, and to the images themselves."""
        repository, version = metadata["urls"]["Repository"], metadata["version"]

        def absolute(link: re.Match[str]) -> str:
            kind, path = "raw" if link[1] else "blob", f"README.md{link[3]}" if link[3].startswith("#") else link[3]
            return f"{link[1]}[{link[2]}]({repository}/{kind}/v{version}/{path})"

        text = Path(self.root, "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": _RELATIVE_LINK.sub(absolute, text)}
