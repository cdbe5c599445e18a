"""Hints name the next step: what to quote, close, indent or choose."""

import pytest

from masterplan.load.hints import LONGEST_EXCERPT, MOST_WORDS, did_you_mean, excerpt
from masterplan.load.source import parse
from masterplan.load.validate import validate
from masterplan.model.quantity import Notation
from masterplan.model.risk import LEVELS
from masterplan.model.sprint import Sprint

# Lines of YAML, and a part of the hint for each.
SYNTAX = {
    "title: Fix: the bug": "contains `: `",
    "- title: Fix: the bug": "contains `: `",
    "title: @alice": "starts with @",
    "title: `x`": "starts with `",
    "title: *bold*": "starts with *",
    "title: & more": "starts with &",
    "title: >1s": "starts with >",
    "title: | b": "starts with |",
    "title: %20": "starts with %",
    "title: ,x": "starts with ,",
    "title: ]": "starts with ]",
    "title: }": "starts with }",
    "title: - x": "starts with -",
    "title: ? x": "starts with ?",
    "title: [x] task": "starts with [",
    "- [x] task": "starts with [",
    'title: "x" y': "whole text in quotes",
    "title: 'x' y": "whole text in quotes",
    'title: "x': "close the quotes",
    "title: 'x": "close the quotes",
    "title: [x": "close the bracket",
    "title: {x: y": "close the bracket",
    'title: "\\q"': "backslash",
    'title: "\\uD800"': "backslash",
    "a:\n\tb: c": "not tabs",
    "a:\n  \tb: c": "not tabs",
    "a: b\n  c: d": "indentation",
    "a:\n  b: c\n d: e": "indentation",
    "a: b\nc\nd: e": "a missing `:`",
}


MANY = ", ".join(map(str, range(10, 10 + MOST_WORDS)))


@pytest.mark.parametrize("text", SYNTAX)
def test_a_hint_tells_how_to_fix_a_line_that_is_not_yaml(text: str) -> None:
    [finding] = parse(f"{text}\n".encode(), "x.yml").findings
    assert finding.rule.id == "yaml-syntax"
    assert SYNTAX[text] in finding.hint


@pytest.mark.parametrize(
    ("field", "message", "hint"),
    [
        ("titel: T", "there is no field `titel`", "did you mean `title`?"),
        ("risk: {levl: low}", "there is no field `levl`", "did you mean `level`?"),
        (
            "depends_on: [{sprint: '1', why: x}]",
            "there is no field `why`",
            "choose one of sprint, task",
        ),
        ("risk: {level: hihg}", "the text `hihg` is not allowed here", "did you mean `high`?"),
        (
            "risk: {level: 3}",
            "the number 3 is not allowed here",
            "choose one of very low, low, medium, high, very high",
        ),
        ("tests: [{kind: x}, {kind: }]", "`kind` is empty", "fill it in"),
        ("risk: {level: low, mitigation: [a, 7]}", "not the number 7", "put it in quotes"),
        ("risk: {level: low, mitigation: [a, ]}", "", ""),
        ("risk: {level: low, mitigation: [a, '']}", "item 2 of `mitigation` is empty", "fill it in"),
        ("tasks: [{title: T, done: yes}]", "has a `done` that is not true or false", "state: done"),
        ("tasks: [{title: T, done: 1}]", "has a `done` that is not true or false", "state: done"),
        ("tasks: T", "expected a list, not the text `T`", "after `- `"),
        ("rollback: low", "expected a group of `key: value` lines", "below it"),
        ("short: {a: b}", "not a group of `key: value` lines", "quotes"),
        ("short: true", "not `true`", "quotes"),
        ("effort: 5", "the number 5 is not a length of time", "write it like 3-5 days"),
        ("effort: [5]", "a list is not a length of time", "instead"),
    ],
)
def test_a_wrong_field_has_a_message_and_a_hint(field: str, message: str, hint: str) -> None:
    source = parse(f"id: '1'\n{'' if field.startswith('titel') else 'title: T'}\n{field}\n".encode(), "x.yml")
    findings = [
        finding
        for finding in validate(source, Sprint, Notation(levels=LEVELS))[1]
        if finding.rule.id != "missing-field"
    ]
    assert len(findings) == bool(message)
    assert all(message in finding.message and hint in finding.hint for finding in findings)


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("imapct", ["page", "impact"], "did you mean `impact`?"),
        ("xyz", ["low", "medium", "high"], "choose one of low, medium, high"),
        ("S7", [f"S{n}" for n in range(10, 100)], "did you mean `S97`?"),
        # Nobody mistypes 7 for 17.
        ("7", ["17", "2"], "choose one of 17, 2"),
        ("7", ["17"], "the only choice is 17"),
        ("7", [], ""),
        (
            "7",
            [str(n) for n in range(10, 10 + MOST_WORDS)],
            f"choose one of {MANY}",
        ),
        ("7", [str(n) for n in range(10, 11 + MOST_WORDS)], ""),
    ],
)
def test_a_hint_suggests_a_similar_word_or_lists_all(word: str, known: list[str], hint: str) -> None:
    assert did_you_mean(word, known) == hint


def test_an_excerpt_is_one_line_and_shortened() -> None:
    assert excerpt(" a\n b\tc ") == "a b c"
    assert excerpt("x" * LONGEST_EXCERPT) == "x" * LONGEST_EXCERPT
    assert excerpt("x" * (LONGEST_EXCERPT + 1)) == "x" * LONGEST_EXCERPT + "…"
