"""The rules of reading, one row each. All are errors, as a plan that breaks them cannot be shown as intended."""

from collections.abc import Mapping

from masterplan.model.finding import Rule

_FILE = {
    "missing-file": "A file that every plan needs is missing.",
    "unknown-file": "A file in plan_data/ does not have the name of a plan file.",
    "file-name": "A sprint's file name does not start with the sprint's id.",
    "symlink": "A file or folder of the plan is a symbolic link.",
    "unreadable": "A file or folder cannot be read.",
}
_TEXT = {
    "file-too-large": "A file is larger than 1 MiB.",
    "not-utf-8": "A file is not UTF-8.",
    "forbidden-character": "A text contains a control character, a direction override or an unusual line break.",
    "merge-conflict": "A file contains the markers of an unresolved merge conflict.",
    "yaml-syntax": "A file is not valid YAML.",
    "empty-plan": "A file is empty.",
    "not-a-mapping": "A file does not consist of `key: value` lines.",
    "second-document": "A file contains more than one YAML document.",
    "duplicate-key": "A key appears twice; YAML would silently keep the last.",
    "text-key": "A key is not plain text.",
    "tag": "A YAML tag is used.",
    "alias": "A YAML anchor, alias or merge key is used.",
    "too-deep": "A file is nested more than 32 levels deep, or a text with Markdown more than 16.",
    "too-many-values": "A file has more than 200,000 keys and values.",
    "number-too-long": "A number has more than 18 digits.",
    "lost-text": "Text after ` #` is lost, because YAML reads it as a comment.",
}
_VALUE = {
    "missing-field": "A required field is missing.",
    "unknown-field": "A field has a name that is not in the schema.",
    "empty-value": "A field has no value.",
    "wrong-type": "A value has the wrong type, such as a number instead of a text.",
    "unknown-value": "A value is not one of the allowed values.",
    "text-too-long": "A text is longer than its field allows.",
    "bad-id": "An id has forbidden characters, is longer than 32 characters, or is a file name that Windows refuses.",
    "bad-page-name": "A page's name has forbidden characters, does not end in .md, or is reserved.",
    "not-a-quantity": "An amount cannot be read.",
    "ambiguous-amount": "An amount is ambiguous: its point or comma may separate decimals or thousands.",
    "range-reversed": "A range starts with its larger end.",
    "not-a-window": "A time window cannot be read, runs backwards, or goes beyond ten years.",
    "not-a-date": "A date is not an ISO date, not in the calendar, or not in the years 1900 to 2199.",
    "not-a-timezone": "A time zone is not in the IANA database.",
    "unsafe-path": "A path leaves the repository or is hidden.",
    "unsafe-link": "An address is not https, http or mailto.",
    "bad-tracker": "The address of tickets is not https or http, or does not contain `{id}` once, after the host.",
    "out-of-range": "A number is outside its limits.",
    "taken-name": "A custom field has the name of a built-in field.",
    "list-too-short": "A list has too few items.",
}
_REFERENCE = {
    "duplicate-id": "Two parts of the plan have the same id, or ids that differ only in capitals.",
    "duplicate-page": "Two sprints have the same page.",
    "unknown-reference": "A reference leads to an id that does not exist.",
    "self-dependency": "A sprint depends on itself.",
    "duplicate-reference": "A list contains the same id twice.",
    "dependency-cycle": "Sprints depend on each other in a circle.",
    "unknown-reading": "A progress entry measures a metric that its sprint does not have.",
    "unknown-task": "A progress entry lists a task that its sprint does not have.",
}
RULE_BY_ID: Mapping[str, Rule] = {
    id_: Rule(id_, "error", description) for id_, description in (_FILE | _TEXT | _VALUE | _REFERENCE).items()
}
"""Rules by id."""

RULES: tuple[Rule, ...] = tuple(RULE_BY_ID.values())
"""All rules, in the order of their checks."""
