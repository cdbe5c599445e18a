"""A page of the theme made safer and easier to use, whatever host wrote it: a content security policy, and names where they lack.

The policy allows scripts from the site itself and the theme's own inline scripts, each by its hash; an inline script that is not one
of those stops the build, because it can only have come from plan text.
"""

import base64
import hashlib
import re

from masterplan.errors import BuildError

_INLINE_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE)
_THEME_SCRIPTS = (
    "document.documentElement.classList", "__md_scope=", "var palette=__md_get(", "__md_get(", "var target=document.getElementById(location.hash",
)  # fmt: skip
_POLICY = (
    "default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-src 'none'; object-src 'none'"
)


def harden(html: str) -> str:
    """The page with its policy. Raises BuildError for an inline script that is not the theme's."""
    hashes = sorted({_hash(body) for body in _inline_scripts(html)})
    policy = _POLICY.format(hashes=" ".join(hashes))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return html.replace("<head>", f"<head>{meta}", 1)


def _inline_scripts(html: str) -> list[str]:
    bodies = []
    for match in _INLINE_SCRIPT.finditer(html):
        attributes, body = match["attributes"], match["body"]
        if " src=" in attributes or "application/json" in attributes or "ld+json" in attributes:
            continue
        if not body.lstrip().startswith(_THEME_SCRIPTS):
            raise BuildError(f"an inline script that is not the theme's would be published: {body.strip()[:60]!r}")
        bodies.append(body)
    return bodies


def _hash(body: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() + "'"
