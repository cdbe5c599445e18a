"""Reading one YAML file: its values and their places, and that no content causes a crash."""

import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from masterplan.load import load, source
from masterplan.load.rules import RULE_BY_ID
from masterplan.load.source import Source, parse
from masterplan.load.validate import validate
from masterplan.model.header import Header
from masterplan.model.naming import composed
from masterplan.model.option import Options
from masterplan.model.part import Part, fields_of
from masterplan.model.place import Mark, Step, locate
from masterplan.model.plan import Phases
from masterplan.model.progress import Progress
from masterplan.model.quantity import Notation
from masterplan.model.sprint import Sprint
from masterplan.model.team import Team
from tests.plans import BASE, write_plan

MACROS = Path(source.__file__).parents[2]

NASTY = [
    "no", "yes", "on", "Off", "y", "NULL", "Null", "null", "~", "", " ", "true", "TRUE", "12:30", "1:30:00", "010",
    "0o10", "0x1F", "0b11", "1_000", "1e3", "1.10", "1.0", "007", "-1", ".inf", ".nan", "2025-11-16", "2025-02-30",
    "<<", "=", "- x", "-", "? x", ": x", "x: y", "x:", ":x", "#x", "x #y", " lead", "trail ", "&a", "*a", "!x",
    "!!int 1", "%20", "@alice", "`x`", "{{ x }}", "[x]", "{x}", "|", ">", ">1s", "'", '"', "it's", "a\nb",
    "a\n\nb\n", "\t", "\\", "\\n", "é🚀", "日本語", "---", "...", "--- x", "null: ", "$&", "9" * 100, "x" * 500,
    "a\u200db",
]  # fmt: skip

# Plain text and its value in the YAML 1.2 core schema, as far as a plan needs it.
PLAIN = {
    "x": "x", "Batch the requests": "Batch the requests", "no": "no", "on": "on", "Yes": "Yes", "True": "True",
    "NULL": "NULL", "true": True, "false": False, "null": None, "~": None, "": None, "0": 0, "7": 7, "-7": -7,
    "007": "007", "+7": "+7", "1_000": "1_000", "0x1F": "0x1F", "0o10": "0o10", "0b11": "0b11", "1e3": "1e3",
    "1.10": Decimal("1.10"), "1.": "1.", "-0.5": Decimal("-0.5"), ".5": ".5", ".inf": ".inf", ".nan": ".nan",
    "12:30": "12:30", "1:30:00": "1:30:00", "2025-11-16": "2025-11-16", "2025-11-16T00:00:00Z": "2025-11-16T00:00:00Z",
    "$50-100": "$50-100", "-20-30%": "-20-30%", "<1s": "<1s", "~3h": "~3h", "= 5": "= 5", "it's": "it's", "a#b": "a#b",
    "a # b": "a", "C:\\x": "C:\\x", "é🚀": "é🚀", "1.234567890123456789": "1.234567890123456789",
}  # fmt: skip


def data(text: str | bytes) -> dict[str, object]:
    parsed = parse(text if isinstance(text, bytes) else text.encode(), "x.yml")
    assert parsed.findings == ()
    assert isinstance(parsed.data, dict)
    return parsed.data


def rules(content: bytes) -> list[str]:
    return [finding.rule.id for finding in parse(content, "x.yml").findings]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_values_are_those_of_yaml_1_2(text: str) -> None:
    value = data(f"a: {text}\n")["a"]
    assert value == PLAIN[text]
    assert type(value) is type(PLAIN[text])


@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", "|-\n  {}", ">-\n  {}"])
@pytest.mark.parametrize("text", ["no", "7", "null", "1.10", "2025-11-16", "x #y"])
def test_a_quoted_value_is_a_text(text: str, quoted: str) -> None:
    assert data(f"a: {quoted.format(text)}\n") == {"a": text}


def test_keys_are_texts() -> None:
    assert data("1: a\ntrue: b\n1.0: c\nno: d\n") == {"1": "a", "true": "b", "1.0": "c", "no": "d"}


def test_lists_are_tuples_and_decimals_keep_their_zeros() -> None:
    value = data("a: [1, [2.50, x], {b: []}]\n")
    assert value == {"a": (1, (Decimal("2.50"), "x"), {"b": ()})}
    assert str(value["a"]) == "(1, (Decimal('2.50'), 'x'), {'b': ()})"


# Characters that a plan may contain, including white space and every indicator of YAML.
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text("aé🚀日 \n:#-?,[]{}&*!|>'\"%@`~<=0179.\\_", max_size=12),
    st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=12),
)
leaves = st.one_of(texts, st.integers(-(10**18) + 1, 10**18 - 1), st.booleans(), st.none())
trees = st.dictionaries(
    texts,
    st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=9
    ),
    min_size=1,
    max_size=4,
)


class Quoting(yaml.SafeDumper):
    """Writes every text in double quotes."""


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def quoted(tree: object, style: str = "block") -> str:
    flow = style == "flow"
    return yaml.dump(tree, Dumper=Quoting, default_flow_style=flow, allow_unicode=True, sort_keys=False, width=10_000)


def frozen(value: object) -> object:
    """The value with tuples for lists, as the reader returns it."""
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def walk(value: object, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], object]]:
    """Every leaf of plain data with the path to it."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key))
    elif isinstance(value, tuple):
        for n, item in enumerate(value):
            yield from walk(item, (*path, n))
    else:
        yield path, value


@given(tree=trees, style=st.sampled_from(["block", "flow"]))
def test_quoted_text_is_read_unchanged(tree: dict[str, object], style: str) -> None:
    assert data(quoted(tree, style)) == frozen(tree)


@given(tree=trees, style=st.sampled_from(["block", "flow"]))
def test_every_leaf_is_at_its_place(tree: dict[str, object], style: str) -> None:
    text = quoted(tree, style)
    parsed = parse(text.encode(), "x.yml")
    lines = text.split("\n")
    for path, value in walk(parsed.data):
        place = locate("x.yml", parsed.mark, path)
        key = locate("x.yml", parsed.mark, path, key=True)
        assert lines[place.line - 1][place.column - 1 :].startswith(quoted(value).split("\n")[0])
        if isinstance(path[-1], str):
            assert lines[key.line - 1][key.column - 1 :].startswith(quoted(path[-1]).split("\n")[0])
        else:
            assert key == place


@given(tree=trees, style=st.sampled_from(["block", "flow"]))
@example(tree={"a": "é🚀", "b": ["日本語", "x"]}, style="flow")
def test_a_comment_line_above_shifts_every_place_by_one_line(tree: dict[str, object], style: str) -> None:
    text = quoted(tree, style)
    before, after = parse(text.encode(), "x.yml"), parse(f"# a comment\n{text}".encode(), "x.yml")
    assert after.data == before.data
    assert marks(after.mark) == marks(before.mark, down=1)


@given(trees)
def test_line_ends_and_a_byte_order_mark_change_nothing(tree: dict[str, object]) -> None:
    text = quoted(tree)
    plain = parse(text.encode(), "x.yml")
    for content in (text.replace("\n", "\r\n").encode(), f"\ufeff{text}".encode()):
        other = parse(content, "x.yml")
        assert (other.data, marks(other.mark), other.findings) == (plain.data, marks(plain.mark), ())


@given(trees)
def test_the_pure_python_parser_gives_the_same_result(tree: dict[str, object]) -> None:
    text = quoted(tree).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_LOADER", yaml.SafeLoader)
        other = parse(text, "x.yml")
    parsed = parse(text, "x.yml")
    assert (other.data, marks(other.mark)) == (parsed.data, marks(parsed.mark))


def marks(mark: Mark, down: int = 0) -> object:
    """A mark and its children as plain data, with all lines increased by `down`."""
    below = mark.children.items() if isinstance(mark.children, dict) else enumerate(mark.children or ())
    at = (mark.line + down, mark.column, mark.key_line + down, mark.key_column)
    return at, {step: marks(child, down) for step, child in below}


def test_places_count_characters_and_lines_from_one() -> None:
    parsed = parse("é🚀: [日本, x]\nb:\n  c: - d\n".replace("- d", "d").encode(), "x.yml")
    assert str(locate("x.yml", parsed.mark, ("é🚀", 1))) == "x.yml:1:10"
    assert str(locate("x.yml", parsed.mark, ("b", "c"), key=True)) == "x.yml:3:3"
    assert str(locate("x.yml", parsed.mark, ("b", "c"))) == "x.yml:3:6"


def test_the_place_of_a_missing_value_is_that_of_its_parent() -> None:
    parsed = parse(b"a: 1\nb:\n  - c: 2\n", "x.yml")
    assert str(locate("x.yml", parsed.mark, ("b", 0, "d", "e"))) == "x.yml:3:5"
    assert str(locate("x.yml", parsed.mark, ("b", 7))) == "x.yml:3:3"
    assert str(locate("x.yml", parsed.mark, ("b", "c"), key=True)) == "x.yml:2:1"


@given(st.binary(max_size=60))
def test_no_bytes_raise_an_error(content: bytes) -> None:
    parsed = parse(content, "x.yml")
    assert (parsed.data is None) <= bool(parsed.findings)


@given(st.text("ab \n:#-?,[]{}&*!|>'\"%@`~<\\\t\r01\x00\ufeff\u2028é", max_size=40))
def test_no_text_raises_an_error(text: str) -> None:
    parsed = parse(text.encode(), "x.yml")
    lines = text.removeprefix("\ufeff").split("\n")
    assert (parsed.data is None) <= bool(parsed.findings)
    for finding in parsed.findings:
        assert RULE_BY_ID[finding.rule.id] is finding.rule
        assert 1 <= finding.place.line <= len(lines)
        assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1


@pytest.mark.parametrize("part", [Header, Sprint, Phases, Options, Team, Progress])
@given(
    value=st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2))
)
def test_no_value_in_any_field_raises_an_error(part: type[Part], value: object) -> None:
    for field in fields_of(part):
        below = dict.fromkeys(field.inner.model_fields if field.inner else (), value)
        for content in (value, [value], below, [below]):
            parsed = parse(quoted({field.name: content}).encode(), "x.yml")
            assert all(finding.message for finding in validate(parsed, part, Notation())[1])


# In a thread, because its stack has a known size; the stack of a process may be unlimited.
IN_A_THREAD = """
import sys, threading, yaml
from masterplan.load.source import parse
threading.stack_size(1 << 20)
content = sys.stdin.buffer.read()
thread = threading.Thread(target=lambda: {what})
thread.start()
thread.join()
"""
NAIVE = IN_A_THREAD.format(what="yaml.load(content, Loader=yaml.CSafeLoader)")
OURS = IN_A_THREAD.format(what="print(*(finding.rule.id for finding in parse(content, 'x.yml').findings))")


@pytest.mark.parametrize("content", [b"[" * 50_000, b"{a: " * 12_500, b"- " * 25_000])
def test_deep_nesting_kills_a_naive_reader_but_not_ours(content: bytes) -> None:
    naive = subprocess.run([sys.executable, "-c", NAIVE], input=content, capture_output=True, check=False, cwd=MACROS)
    assert naive.returncode < 0
    ours = subprocess.run([sys.executable, "-c", OURS], input=content, capture_output=True, check=True, cwd=MACROS)
    assert ours.stdout.split() == [b"too-deep"]


def test_nesting_is_read_up_to_the_limit() -> None:
    depth = source.MAX_DEPTH - 1
    assert rules(b"a: " + b"[" * depth + b"]" * depth) == []
    assert rules(b"a: " + b"[" * (depth + 1) + b"]" * (depth + 1)) == ["too-deep"]


def test_values_are_read_up_to_the_limit() -> None:
    items = source.MAX_VALUES - 3
    assert rules(b"a: [" + b"x," * items + b"]") == []
    assert rules(b"a: [" + b"x," * (items + 1) + b"]") == ["too-many-values"]


def test_a_file_with_a_syntax_error_is_checked_up_to_the_error() -> None:
    assert rules(b"a: 1\na: 2\nb: Fix #12\nc: d: e\n") == ["duplicate-key", "lost-text", "yaml-syntax"]


def test_all_mistakes_in_all_files_are_reported_in_order(tmp_path: Path) -> None:
    wrong = {
        "phases.yml": "phases:\n  - id: A\n    title: T\n    when: soon\n    sprints: ['1']\n",
        "plan.yml": "title: @me\n",
        "sprints/1-a.yml": "id: '1'\ntitle: [A\n",
        "sprints/10-j.yml": "id: '10'\ntitle: J\nimpact: Fix #12\nrisk: {level: hgih}\n",
        "sprints/2-b.yml": "id: '2'\ntitle: B\ndepends_on: [{sprint: '7'}, {sprint: '3'}]\nowner: bob\n",
    }
    findings = load(write_plan(tmp_path, BASE | wrong)).findings
    assert [f"{finding.place} {finding.rule.id}" for finding in findings] == [
        "plan_data/phases.yml:4:11 not-a-window",
        "plan_data/plan.yml:1:8 yaml-syntax",
        "plan_data/sprints/1-a.yml:2:8 yaml-syntax",
        "plan_data/sprints/10-j.yml:3:13 lost-text",
        "plan_data/sprints/10-j.yml:4:15 unknown-value",
        "plan_data/sprints/2-b.yml:3:23 unknown-reference",
        "plan_data/sprints/2-b.yml:3:38 dependency-cycle",
        "plan_data/sprints/2-b.yml:4:8 unknown-reference",
    ]


def test_a_source_without_data_has_no_part() -> None:
    assert validate(Source("x.yml", None, Mark(1, 1, 1, 1), ()), Sprint, Notation()) == (None, ())


@given(st.text(st.characters(categories=("L", "M", "Nd")), min_size=1, max_size=20))
def test_a_composed_text_is_canonically_equivalent(text: str) -> None:
    assert unicodedata.normalize("NFC", composed(text)) == unicodedata.normalize("NFC", text)
    assert composed(composed(text)) == composed(text)


@pytest.mark.parametrize(
    ("text", "value"), [("u\u0308ber", "\u00fcber"), ("\u1112\u1161\u11ab", "\ud55c"), ("\ufa19", "\ufa19")]
)
def test_letters_and_combining_marks_are_composed_and_compatibility_characters_stay(text: str, value: str) -> None:
    assert parse(f"title: {text}\n".encode(), "p").data == {"title": value}
