"""Every finding that reading a plan can raise, as rows. All are errors: such a plan cannot be shown rightly."""

from masterplan.model.finding import Rule


def _error(rule: str, says: str) -> Rule:
    return Rule(rule, "error", says)


FILE = {
    rule.id: rule
    for rule in (
        _error("missing-file", "A file that every plan needs is not there."),
        _error("unknown-file", "A file in plan_data/ has a name that no part of a plan has."),
        _error("file-name", "A sprint's file name does not start with the sprint's id."),
        _error("symlink", "A file or folder of the plan is a symbolic link."),
        _error("unreadable", "A file cannot be read."),
    )
}
TEXT = {
    rule.id: rule
    for rule in (
        _error("file-too-large", "A file is larger than 1 MiB."),
        _error("not-utf-8", "A file is not UTF-8."),
        _error("forbidden-character", "A text holds a control character, a direction override or an odd line break."),
        _error("yaml-syntax", "A file is not YAML."),
        _error("empty-plan", "A file holds nothing."),
        _error("not-a-mapping", "A file does not hold `key: value` lines at its top."),
        _error("second-document", "A file holds more than one YAML document."),
        _error("duplicate-key", "A key is there twice; YAML would silently keep the last."),
        _error("text-key", "A key is not a plain text."),
        _error("tag", "A YAML tag is used."),
        _error("alias", "A YAML anchor, alias or merge key is used."),
        _error("too-deep", "A file is nested more than 32 levels deep."),
        _error("too-many-values", "A file holds more than 200,000 values."),
        _error("number-too-long", "A number has more than 18 digits."),
        _error("lost-text", "Text after ` #` is lost, as YAML takes it for a comment."),
    )
}
VALUE = {
    rule.id: rule
    for rule in (
        _error("missing-field", "A field that is needed is not there."),
        _error("unknown-field", "A field has a name that is not in the schema."),
        _error("wrong-type", "A value is of the wrong kind: a number where a text is wanted, a text where a list is."),
        _error("unknown-value", "A value is not one of those allowed."),
        _error("text-empty", "A text is empty."),
        _error("text-too-long", "A text is longer than its field allows."),
        _error("bad-id", "An id has characters that ids may not have, or more than 32."),
        _error("bad-page-name", "A page's file name is not a plain name that ends in .md."),
        _error("not-a-quantity", "An amount cannot be read as what is wanted here."),
        _error("range-reversed", "A range runs downwards."),
        _error("not-weeks", "A window of weeks cannot be read, or runs backwards."),
        _error("not-a-date", "A date is not an ISO date, or not in the calendar."),
        _error("unsafe-path", "A path leaves the repository or is hidden."),
        _error("unsafe-link", "An address is not https, http or mailto."),
        _error("out-of-range", "A number is outside its limits."),
        _error("list-too-short", "A list holds fewer items than are needed."),
        _error("invalid-value", "A value does not fit its field."),
    )
}
REFERENCE = {
    rule.id: rule
    for rule in (
        _error("duplicate-id", "Two parts of the plan have the same id."),
        _error("duplicate-page", "Two sprints have the same page."),
        _error("unknown-reference", "An id is referred to that no part of the plan has."),
        _error("self-dependency", "A sprint depends on itself."),
        _error("duplicate-reference", "The same id is named twice in one list."),
        _error("dependency-cycle", "Sprints depend on each other in a circle."),
    )
}
RULES: tuple[Rule, ...] = tuple(
    rule for room in (FILE, TEXT, VALUE, REFERENCE) for rule in room.values()
)
"""All of them, in the order they are looked for."""
