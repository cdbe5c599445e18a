"""The page that `masterplan serve` shows while the current plan has no site: what is wrong, and where.

It needs nothing from the site. Texts of the plan are escaped, and only the server's script may run, which shows the
site again once everything is fixed.
"""

from masterplan.analyse.audit.groups import FindingGroup, grouped, severities_counted
from masterplan.errors import PlanError, sentence_of
from masterplan.model.finding import Finding
from masterplan.render.blocks import Box, Code, Content, Hyperlink, Inline, Paragraph, Section, Small
from masterplan.render.compose import items, message
from masterplan.render.write import html

ERROR_FILE = "errors.html"
"""The file to which a build writes its errors."""

_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;"
    "padding:0 1rem;overflow-wrap:anywhere}code{font-family:ui-monospace,monospace;font-size:.9em}"
    "h1{border-left:.3rem solid #c92a2a;padding-left:.6rem}li{margin:.5rem 0}ul+p{margin:0 0 1rem 2.5rem}"
    ".mp-small{opacity:.8}"
)

_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - masterplan</title>'
    '<meta name="viewport" content="width=device-width"><style>{style}</style></head><body>{body}</body></html>'
)


def error_content(error: Exception) -> str:
    """The errors as HTML for a part of a page: every finding with its place and hint, or the error itself."""
    if not isinstance(error, PlanError):
        return html.document((Section(1, "The site cannot be built", "", Paragraph(sentence_of(error))),))
    groups = grouped(error.findings)
    counted = severities_counted(finding.rule.severity for finding in error.findings)
    return html.document(
        (
            Section(1, "The plan has errors", "", Paragraph(f"{counted}. Fix them and save to see the site.")),
            *map(_group, groups),
        )
    )


def _group(group: FindingGroup) -> Content:
    hint = Paragraph(("Hint: ", message(group.hint))) if group.hint else ()
    return (items(map(_finding, group.findings)), hint)


def _finding(finding: Finding) -> Inline:
    return (Code(str(finding.place)), " ", message(finding.message), " ", Small(finding.rule.id))


def error_page(part: str, last_good: str) -> bytes:
    """A whole page with the errors, and a link to the last good site if `last_good` is an address."""
    link = Box(Paragraph(Hyperlink(last_good, "Show the last good site"))) if last_good else ()
    return _PAGE.format(title="Not built", style=_STYLE, body=part + html.document((link,))).encode()
