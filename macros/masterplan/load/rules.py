"""Every finding that reading a plan can raise, as rows. All are errors: such a plan cannot be shown as it is meant."""

from collections.abc import Mapping

from masterplan.model.finding import Rule

_FILE = {
    "missing-file": "A file that every plan needs is not there.",
    "unknown-file": "A file in plan_data/ has a name that no part of a plan has.",
    "file-name": "A sprint's file name does not start with the sprint's id.",
    "symlink": "A file or folder of the plan is a symbolic link.",
    "unreadable": "A file or folder cannot be read.",
}
_TEXT = {
    "file-too-large": "A file is larger than 1 MiB.",
    "not-utf-8": "A file is not UTF-8.",
    "forbidden-character": "A text holds a control character, a direction override or an odd line break.",
    "merge-conflict": "A file holds the markers of a merge conflict that nobody has resolved.",
    "yaml-syntax": "A file is not YAML.",
    "empty-plan": "A file holds nothing.",
    "not-a-mapping": "A file does not hold `key: value` lines at its top.",
    "second-document": "A file holds more than one YAML document.",
    "duplicate-key": "A key is there twice; YAML would silently keep the last.",
    "text-key": "A key is not a plain text.",
    "tag": "A YAML tag is used.",
    "alias": "A YAML anchor, alias or merge key is used.",
    "too-deep": "A file is nested more than 32 levels deep, or a text with Markdown more than 16.",
    "too-many-values": "A file holds more than 200,000 keys and values.",
    "number-too-long": "A number has more than 18 digits.",
    "lost-text": "Text after ` #` is lost, as YAML takes it for a comment.",
}
_VALUE = {
    "missing-field": "A field that is needed is not there.",
    "unknown-field": "A field has a name that is not in the schema.",
    "empty-value": "A field is there, but nothing stands behind it.",
    "wrong-type": "A value is of the wrong kind: a number where a text is wanted, a text where a list is.",
    "unknown-value": "A value is not one of those allowed.",
    "text-too-long": "A text is longer than its field allows.",
    "bad-id": "An id has characters that ids may not have, or more than 32, or is a file name that Windows refuses.",
    "bad-page-name": "A page's name has refused characters, does not end in .md, or is a reserved one.",
    "not-a-quantity": "An amount cannot be read as what is wanted here.",
    "ambiguous-amount": "An amount depends on whether a point or a comma stands before the decimals.",
    "range-reversed": "A range runs downwards.",
    "not-a-window": "A window of time cannot be read, runs backwards, or is beyond ten years.",
    "not-a-date": "A date is not an ISO date, not in the calendar, or not in the years 1900 to 2199.",
    "not-a-timezone": "A time zone has a name that the IANA database does not list.",
    "unsafe-path": "A path leaves the repository or is hidden.",
    "unsafe-link": "An address is not https, http or mailto.",
    "bad-tracker": "The address of tickets is not https or http, or does not hold `{id}` once, after the host.",
    "out-of-range": "A number is outside its limits.",
    "taken-name": "A field of the team's own has the name of a field that its part has anyway.",
    "list-too-short": "A list holds fewer items than are needed.",
}
_REFERENCE = {
    "duplicate-id": "Two parts of the plan have the same id, or ids that differ in capitals only.",
    "duplicate-page": "Two sprints have the same page.",
    "unknown-reference": "An id is referred to that no part of the plan has.",
    "self-dependency": "A sprint depends on itself.",
    "duplicate-reference": "The same id is named twice in one list.",
    "dependency-cycle": "Sprints depend on each other in a circle.",
    "unknown-reading": "A progress entry measures a metric that its sprint does not have.",
    "unknown-task": "A progress entry names a task that its sprint does not have.",
}
RULE_BY_ID: Mapping[str, Rule] = {
    id_: Rule(id_, "error", says) for id_, says in (_FILE | _TEXT | _VALUE | _REFERENCE).items()
}
"""Each rule by its id."""

RULES: tuple[Rule, ...] = tuple(RULE_BY_ID.values())
"""All of them, in the order they are looked for."""
