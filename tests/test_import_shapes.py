"""Documents of many shapes in `import_shapes/`, each with a file of the values that its draft must have."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from masterplan.importing import words as words_of_documents
from masterplan.importing.answers import Answers
from masterplan.importing.draft import Draft
from masterplan.importing.fit import fit
from masterplan.importing.ledger import without_marker, words
from masterplan.importing.markdown import read
from masterplan.importing.words import entries, fold

SHAPES = sorted((Path(__file__).parent / "import_shapes").glob("*.md"))
SEED = Path(__file__).parent / "data" / "SPRINT_MASTER_PLAN.md"


def parts_of(draft: Draft) -> dict[str, Any]:
    parts = ("plan", "phases", "sprints", "milestones", "options", "risks", "owners")
    return {name: getattr(draft, name) for name in parts} | {"questions": [q.answer for q in draft.questions]}


def differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Differences from the expected values; only expected keys of a mapping are compared.

    `sprints`, `phases`, `milestones` and `tasks` must be complete. A text instead of a part is its title.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        extra = actual.keys() - expected.keys() if path in {".sprints", ".phases", ".milestones"} else set()
        inner = [d for key, value in expected.items() for d in differences(value, actual.get(key), f"{path}.{key}")]
        return [*(f"{path}.{key}: not expected" for key in sorted(extra)), *inner]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return [d for n, (item, other) in pairs for d in differences(item, other, f"{path}.{n}")]
    shown = actual.get("title") if isinstance(actual, dict) and isinstance(expected, str) else actual
    return [] if expected == shown else [f"{path}: {actual!r} in place of {expected!r}"]


@pytest.mark.parametrize("document", SHAPES, ids=lambda path: path.stem)
def test_a_shape_is_read_as_expected(document: Path) -> None:
    draft = read(document.read_text(encoding="utf-8"), Answers()).draft
    expected = yaml.safe_load(document.with_suffix(".yml").read_text(encoding="utf-8"))
    assert differences(expected, parts_of(draft)) == []


def all_texts(value: object) -> str:
    if isinstance(value, dict):
        return " ".join([*value, *map(all_texts, value.values())])
    return " ".join(map(all_texts, value)) if isinstance(value, list | tuple) else str(value)


@pytest.mark.parametrize("document", SHAPES, ids=lambda path: path.stem)
def test_no_line_of_a_shape_is_lost(document: Path) -> None:
    imported = read(document.read_text(encoding="utf-8"), Answers())
    kept = set(words(all_texts(list(parts_of(imported.draft).values()))))
    for entry in imported.ledger.entries():
        assert entry.fate != "not understood", entry
        assert entry.fate == "taken" or set(words(entry.text)) <= kept, entry


def vocabulary() -> frozenset[str]:
    """Every word that the importer knows: labels, units, topics, relations, states, sizes and function words."""
    tables = yaml.safe_load((Path(words_of_documents.__file__).parent / "words.yml").read_text(encoding="utf-8"))
    phrases = (phrase for table in tables for phrase, _ in entries(table))
    return frozenset(word for phrase in phrases for text in (phrase, fold(phrase)) for word in words(text))


VOCABULARY = vocabulary()
PARTS = re.compile(r"[^\W\d_]+|[0-9]+")


@pytest.mark.parametrize("document", [*SHAPES, SEED], ids=lambda path: path.stem)
def test_each_word_of_a_taken_line_is_in_a_value_or_known_to_the_importer(document: Path) -> None:
    imported = read(document.read_text(encoding="utf-8"), Answers())
    kept = {
        part for word in words(all_texts(parts_of(imported.draft))) for part in (word, fold(word), *PARTS.findall(word))
    }
    for outcome in imported.ledger.entries():
        parts = PARTS.findall(without_marker(outcome.text).casefold()) if outcome.fate == "taken" else []
        lost = [part for part in parts if not part.isdecimal() and fold(part) not in kept | VOCABULARY]
        assert [part for part in lost if part not in kept | VOCABULARY] == [], outcome


@pytest.mark.parametrize(
    ("unit", "goal", "needs", "tasks"),
    [
        ("Sprint", "Goal", "Depends on", "Tasks"),
        ("Etappe", "Ziel", "Abhängig von", "Aufgaben"),
        ("Étape", "Objectif", "Dépend de", "Tâches"),
        ("Iteración", "Objetivo", "Depende de", "Tareas"),
        ("Iterazione", "Obiettivo", "Dipende da", "Attività"),
        ("Iteração", "Objetivo", "Depende de", "Tarefas"),
        ("Iteratie", "Doel", "Hangt af van", "Taken"),
        ("Спринт", "Цель", "Зависит от", "Задачи"),
        ("冲刺", "目标", "依赖", "任务"),
        ("スプリント", "目標", "依存", "タスク"),
        ("스프린트", "목표", "의존", "작업"),
        ("Vòng lặp", "Mục tiêu", "Phụ thuộc vào", "Công việc"),
        ("Kvartil", "Goal", "Depends on", "Tasks"),
    ],
)
def test_a_plan_in_any_language_is_read(unit: str, goal: str, needs: str, tasks: str) -> None:
    first = f"## {unit} 1: Uno\n\n**{goal}**: Alfa\n\n### {tasks}\n\n- Beta\n\n"
    sprints = read(f"# Plan\n\n{first}## {unit} 2: Due\n\n**{needs}**: {unit} 1\n", Answers()).draft.sprints
    assert list(sprints) == ["1", "2"]
    assert (sprints["1"]["title"], sprints["1"]["objective"], sprints["1"]["tasks"]) == (
        "Uno",
        "Alfa",
        [{"title": "Beta"}],
    )
    assert sprints["2"]["depends_on"] == ["1"]


SMALL = """\
# Plan

## {phase} 1: Alfa

### {sprint} 1: Uno ({week} 1-2)

- **{owner}**: Ada
- **{effort}**: 3 {days}
- **{state}**: {done}

### {sprint} 2: Due

- **{state}**: {doing}

## {risks}

| {risks} | {likelihood} | {impact} |
|---|---|---|
| Tempest | {high} | {low} |
"""


@pytest.mark.parametrize(
    "translations",
    [
        "Phase,Sprint,Week,Owner,Effort,days,Status,Done,In progress,Risks,Likelihood,Impact,High,Low",
        (
            "Abschnitt,Etappe,Woche,Zuständig,Aufwand,Tage,Stand,Erledigt,In Arbeit,Risiken,"
            "Wahrscheinlichkeit,Auswirkung,Hoch,Gering"
        ),
        "Partie,Étape,Semaine,Responsable,Charge,jours,Statut,Terminé,En cours,Risques,Probabilité,Impact,Élevé,Faible",
        (
            "Fase,Iteración,Semana,Responsable,Esfuerzo,días,Estado,Completado,En curso,Riesgos,"
            "Probabilidad,Impacto,Alto,Bajo"
        ),
        (
            "Fase,Iterazione,Settimana,Responsabile,Impegno,giorni,Stato,Completato,In corso,Rischi,"
            "Probabilità,Impatto,Alto,Basso"
        ),
        (
            "Fase,Iteração,Semana,Responsável,Esforço,dias,Situação,Concluído,Em andamento,Riscos,"
            "Probabilidade,Impacto,Alto,Baixo"
        ),
        "Fase,Iteratie,Week,Eigenaar,Schatting,dagen,Toestand,Afgerond,Bezig,Risico's,Kans,Gevolg,Hoog,Laag",
        "Фаза,Спринт,Неделя,Ответственный,Оценка,дня,Статус,Готово,В работе,Риски,Вероятность,Влияние,Высокий,Низкий",
        "阶段,冲刺,周,负责人,工作量,天,状态,已完成,进行中,风险,概率,影响,高,低",
        "フェーズ,スプリント,週,担当者,工数,日,状態,完了,進行中,リスク,発生確率,影響,高い,低い",
        "단계,스프린트,주,담당자,공수,일,상태,완료,진행 중,리스크,가능성,영향,높음,낮음",
        "Giai đoạn,Vòng lặp,Tuần,Phụ trách,Công sức,ngày,Trạng thái,Xong,Đang làm,Rủi ro,Khả năng,Tác động,Cao,Thấp",
    ],
    ids=["en", "de", "fr", "es", "it", "pt", "nl", "ru", "zh", "ja", "ko", "vi"],
)
def test_a_small_plan_in_each_language_is_read_completely(translations: str) -> None:
    names = re.findall(r"{(\w+)}", SMALL)
    imported = read(SMALL.format(**dict(zip(dict.fromkeys(names), translations.split(","), strict=True))), Answers())
    draft = imported.draft
    assert draft.phases == {"1": {"id": "1", "title": "Alfa", "sprints": ["1", "2"]}}
    assert draft.sprints == {
        "1": {"id": "1", "title": "Uno", "when": "1-2", "owner": ["ada"], "effort": "3 days", "state": "done"},
        "2": {"id": "2", "title": "Due", "state": "in progress"},
    }
    assert draft.risks == [{"title": "Tempest", "likelihood": "high", "impact": "low"}]
    assert [outcome for outcome in imported.ledger.entries() if outcome.fate != "taken"] == []


ANSWERED = """\
# Plan

## Epic 1: Boats

### Sprint 1: Hulls

- [ ] TCK-1: Paint

### Sprint 2: Sails

| Ticket | What | Who | Status |
|---|---|---|---|
| TCK-2 | Sew | Ada | Parked |

## Epic 2: Docks

### Sprint 3: Piles

## Leave out

Secret.

## Epic 1 Boats again

Text.
"""


def answered(**answers: Any) -> Draft:
    return read(ANSWERED, Answers.model_validate(answers)).draft


def test_answers_name_the_words_for_units_and_groups() -> None:
    assert list(answered(units="epic").sprints) == ["1", "2"]
    draft = answered(units="sprint", groups="epic")
    assert list(draft.sprints) == ["1", "2", "3"]
    assert {id_: phase["sprints"] for id_, phase in draft.phases.items()} == {"1": ["1", "2"], "2": ["3"]}


def test_answers_name_the_words_for_tasks() -> None:
    text = (
        "# Plan\n\n## Sprint 1: Boats\n\n### Bucket 1: Hulls\n\nPaint.\n\n### Bucket 2: Sails\n\n## Sprint 2: Docks\n"
    )
    assert "tasks" not in read(text, Answers()).draft.sprints["1"]
    tasks = read(text, Answers(tasks="bucket")).draft.sprints["1"]["tasks"]
    assert [(task["title"], task.get("description")) for task in tasks] == [("Hulls", "Paint."), ("Sails", None)]


def test_answers_map_columns_and_states() -> None:
    draft = answered(units="sprint", columns={"Who": "owner"}, states={"Parked": "blocked"})
    task = draft.sprints["2"]["tasks"][0]
    assert (task["id"], task["owner"], task["state"]) == ("TCK-2", ["ada"], "blocked")


def test_answers_map_headings_to_parts() -> None:
    draft = answered(units="epic", titles={"Leave out": "sprint", "Sprint 3: Piles": "milestone"})
    assert "Leave out" in [sprint["title"] for sprint in draft.sprints.values()]
    assert [milestone["title"] for milestone in draft.milestones.values()] == ["Piles"]


def test_ignored_lines_are_only_in_the_report() -> None:
    first = ANSWERED.split("\n").index("## Leave out") + 1
    imported = read(ANSWERED, Answers(ignore=(f"{first}-{first + 2}",)))
    assert "Secret" not in all_texts(list(parts_of(imported.draft).values()))
    fates = {outcome.line: outcome.fate for outcome in imported.ledger.entries()}
    assert (fates[first], fates[first + 2]) == ("not understood", "not understood")


def test_two_kinds_of_units_are_a_question() -> None:
    text = "# P\n\n## Epic 1: A\n\n**Depends on**: nothing\n\n### Sprint 1.1: B\n\n## Epic 2: C\n\n### Sprint 2.1: D\n"
    draft = read("| Epic | Depends on |\n|---|---|\n| Epic 1 | - |\n\n" + text, Answers()).draft
    assert [(question.readings, question.answer) for question in draft.questions] == [(("epic", "sprint"), "units")]


def test_the_level_of_headings_is_a_question_without_units() -> None:
    text = "# Plan\n\n## Boats\n\nTwo.\n\n### Hulls\n\nWood.\n\n## Docks\n\nThree.\n\n## Risks\n\nStorms.\n"
    draft = read(text, Answers()).draft
    assert (draft.sprints, [(question.readings, question.answer) for question in draft.questions]) == (
        {},
        [(("none", "level 2"), "units: h2")],
    )
    answered = read(text, Answers(units="h2")).draft
    assert [sprint["title"] for sprint in answered.sprints.values()] == ["Boats", "Docks"]
    assert answered.sprints["1"]["notes"] == [{"title": "Hulls", "text": "Wood."}]
    assert answered.questions == []


def test_a_level_of_headings_can_be_the_units_instead_of_a_word() -> None:
    draft = answered(units="H2")
    titles = {id_: sprint["title"] for id_, sprint in draft.sprints.items()}
    assert titles == {"1": "Boats", "2": "Docks", "3": "Leave out", "4": "Epic 1 Boats again"}


def test_answers_can_set_fields_of_the_plan() -> None:
    plan = answered(start="2026-01-05", decimal=",").plan
    assert (plan["start"], plan["decimal"]) == ("2026-01-05", ",")


HOSTILE = {
    "lists in lists": "".join("  " * min(n, 300) + "- Sprint 1: a\n" for n in range(2_000)),
    "a long line": "# Sprint 1: " + "a - (b) [c] **d** `e` → " * 20_000,
    "a long list of needs": "## Sprint 1\n\n**Depends on:** " + "Sprint 2, " * 20_000 + "\n\n## Sprint 2\n",
    "many headings": "".join(f"## Sprint {n}: x\n" for n in range(4_000)),
    "a wide table": "|Sprint|" + "a|" * 2_000 + "\n|-|" + "-|" * 2_000 + "\n|Sprint 1|" + "b|" * 2_000 + "\n",
    "many nodes": "## Sprint 1\n```mermaid\ngraph TD\n" + "A & " * 2_000 + "B --> " + "C & " * 2_000 + "D\n```\n",
    "an open fence": "# P\n```\nSprint 1: x\n- [ ] a\n",
    "settings without end": "---\n" + "a: b\n" * 20_000 + "---\n",
    "controls": "# P\0lan\n\n## Sprint\0 1: x\x01\n\n- [ ] a\0b\u2028c\x85d\x0be\n",
    "half a character": "# Plan \ud800\n\n## Sprint 1: \udfff x\n\n- [ ] \ud83d a\n",
    "old line ends": "# Plan\r\r## Sprint 1: x\r\r- [ ] a\r\n",
    "templates": "# {{ 7*7 }}\n\n## Sprint 1: {% raw %}\n\n- [ ] {{ x }} <script>alert(1)</script>\n\n<div>\n<b>x\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_becomes_a_draft_without_losing_a_line(text: str) -> None:
    imported = read(text, Answers())
    assert all(outcome.fate != "not understood" for outcome in imported.ledger.entries())
    fit(imported.draft, {})


def test_short_ids_after_a_whole_one_are_completed() -> None:
    tasks = "".join(f"- **TK-00{n}**: Do {n}\n" for n in range(1, 6))
    needs = "### Dependencies\n\n- TK-001 must complete BEFORE any of: TK-002, 003, 004–005\n"
    text = f"# P\n\n## Sprint 1: A\n\n{tasks}\n{needs}"
    stated = [task.get("depends_on") for task in read(text, Answers()).draft.sprints["1"]["tasks"]]
    assert stated == [None, ["TK-001"], ["TK-001"], ["TK-001"], ["TK-001"]]
