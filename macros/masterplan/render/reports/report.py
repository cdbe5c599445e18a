"""What a check of a plan has to tell, whatever the format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from masterplan.model.declared import Waiver
from masterplan.model.finding import Finding, Rule


@dataclass(frozen=True)
class Report:
    """The findings in the order of the files, what is waived, every rule there is, and masterplan's version.

    `texts` holds the plan's files by path, as far as they could be read, for formats that show lines.
    """

    findings: Sequence[Finding]
    waived: Sequence[tuple[Finding, Waiver]]
    rules: Sequence[Rule]
    version: str
    texts: Mapping[str, str] = field(default_factory=dict)
