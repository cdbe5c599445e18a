"""Findings as a JUnit report, which GitLab and other servers show: a test for each rule, failed where it found any.

Rules that only inform never fail; what they found is in their output.
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from masterplan.model.finding import Finding, Rule
from masterplan.render.escape import plain
from masterplan.render.reports.report import Report


def dumps(report: Report) -> str:
    """The report as text."""
    suite = Element("testsuite", name="masterplan")
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.rule.id, []).append(finding)
    failures = sum(_case(suite, rule, found.get(rule.id, [])) for rule in report.rules)
    suite.set("tests", str(len(report.rules)))
    suite.set("failures", str(failures))
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False)


def _case(suite: Element, rule: Rule, found: list[Finding]) -> int:
    """A test for a rule; 1 when it failed."""
    case = SubElement(suite, "testcase", classname=f"masterplan.{rule.area}", name=f"{rule.id}: {rule.says}")
    if not found:
        return 0
    lines = [plain(f"{each.place}: {each.rule.severity} {each.message}; {each.hint}") for each in found]
    if all(each.rule.severity == "info" for each in found):
        SubElement(case, "system-out").text = "\n".join(lines)
        return 0
    SubElement(case, "failure", message=lines[0], type=found[0].rule.severity).text = "\n".join(lines)
    return 1
