"""The words that the importer knows: twelve languages, longest phrase first, whole words only."""

from collections import defaultdict
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.importing import words
from masterplan.importing.clues import Signal, relations
from masterplan.importing.words import (
    FieldName,
    SmallWord,
    TopicName,
    entries,
    field_of,
    fold,
    is_none,
    leading_unit,
    level,
    priority,
    state,
    tokens,
    topic,
    unit_kind,
)
from masterplan.model.risk import LEVELS
from masterplan.model.task import State

LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "ru", "zh", "ja", "ko", "vi"]
"""The languages of the words in each row of the tables below, in this order."""


@pytest.mark.parametrize(
    "tables",
    [
        ("units", "times"),
        ("months",),
        ("fields", "relations"),
        ("topics",),
        ("states",),
        ("levels",),
        ("columns",),
        ("signals",),
    ],
)
def test_a_word_has_one_meaning_in_a_table(tables: tuple[str, ...]) -> None:
    meanings = defaultdict(set)
    for table in tables:
        for written, meaning in entries(table):
            for form in written.split("/") if table in {"units", "times"} else [written]:
                assert tokens(form), f"{written} has no word"
                meanings[tuple(token.word for token in tokens(form))].add(meaning)
    assert {phrase: of_phrase for phrase, of_phrase in meanings.items() if len(of_phrase) > 1} == {}


def test_every_meaning_has_words() -> None:
    assert {meaning for _, meaning in entries("fields")} == set(get_args(FieldName)) - {"depends_on", "needed_by"}
    assert {meaning for _, meaning in entries("topics")} == set(get_args(TopicName))
    assert {meaning for _, meaning in entries("states")} == set(get_args(State))
    assert {meaning for _, meaning in entries("levels")} == set(LEVELS)
    assert {meaning for _, meaning in entries("signals")} == set(get_args(Signal))
    assert {meaning for _, meaning in entries("small")} == set(get_args(SmallWord))
    assert len({meaning for _, meaning in entries("months")}) == 12


@pytest.mark.parametrize(
    ("kind", "several"),
    [
        (
            "sprint",
            (
                "Sprints Iteration Étapes Iteraciones Iterazioni Iterações Iteraties Спринты 冲刺 スプリント 스프린트 "
                "Vòng-lặp"
            ),
        ),
        ("phase", "Phases Phasen Parties Fases Fasi Partes Fasen Фазы 阶段 フェーズ 단계 Giai-đoạn"),
        ("task", "Tasks Aufgaben Tâches Tareas Compiti Tarefas Taken Задачи 任务 タスク 작업 Công-việc"),
        (
            "milestone",
            (
                "Milestones Meilensteine Jalons Hitos Pietre-miliari Marcos Mijlpalen Вехи 里程碑 マイルストーン "
                "마일스톤 Cột-mốc"
            ),
        ),
        ("week", "Weeks Wochen Semaines Semanas Settimane Semana Weken Недели 周 週間 주차 Tuần"),
        ("risk", "Risks Risiken Risques Riesgos Rischi Riscos Risico Риски 风险 リスク 리스크 Rủi-ro"),
    ],
)
def test_units_are_known_in_twelve_languages(kind: str, several: str) -> None:
    kinds = [unit.kind if unit else None for unit in map(unit_kind, several.split())]
    assert kinds == [kind] * len(LANGUAGES)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("duration", "Duration Dauer Durée Duración Durata Duração Looptijd Длительность 工期 期間 기간 Thời_lượng"),
        ("effort", "Effort Aufwand Charge Esfuerzo Impegno Esforço Schatting Трудоёмкость 工作量 工数 공수 Khối_lượng"),
        (
            "depends_on",
            (
                "Prerequisites Abhängigkeiten Dépendances Depende_de Dipendenze Requer Vereist Зависимости 依赖 "
                "依存 의존성 Phụ_thuộc_vào"
            ),
        ),
        (
            "needed_by",
            (
                "Unblocks Blockiert Débloque Desbloquea Sblocca Desbloqueia Blokkeert Блокирует 解锁 ブロック先 "
                "후속 Cần_cho"
            ),
        ),
        (
            "owner",
            (
                "Owner Verantwortlich Responsable Encargado Referente Responsável Eigenaar Ответственный 负责人 "
                "担当者 담당자 Người_phụ_trách"
            ),
        ),
        ("state", "Status Stand Statut Estado Stato Situação Toestand Статус 状态 状態 상태 Trạng_thái"),
        (
            "mitigation",
            (
                "Mitigation Maßnahmen Atténuation Mitigación Mitigazione Mitigação Maatregelen Меры 缓解措施 "
                "対策 대책 Biện_pháp"
            ),
        ),
        (
            "priority",
            (
                "Priority Priorität Priorité Prioridad Priorità Prioridade Prioriteit Приоритет 优先级 優先度 "
                "우선순위 Độ_ưu_tiên"
            ),
        ),
    ],
)
def test_labels_are_known_in_twelve_languages(name: str, labels: str) -> None:
    assert [field_of(label) for label in labels.split()] == [name] * len(LANGUAGES)


@pytest.mark.parametrize(
    ("about", "headings"),
    [
        ("risks", "Risks Risiken Risques Riesgos Rischi Riscos Risico's Риски 风险 リスク 리스크 Rủi_ro"),
        (
            "dependencies",
            (
                "Dependencies Abhängigkeiten Dépendances Dependencias Dipendenze Dependências "
                "Afhankelijkheden Зависимости 依赖关系 依存関係 의존성 Phụ_thuộc"
            ),
        ),
        (
            "next steps",
            (
                "Next_steps Nächste_Schritte Prochaines_étapes Próximos_pasos Prossimi_passi "
                "Próximos_passos Volgende_stappen Следующие_шаги 下一步 次のステップ 다음_단계 Bước_tiếp_theo"
            ),
        ),
        (
            "summary",
            "Summary Zusammenfassung Résumé Resumen Riepilogo Resumo Samenvatting Итоги 摘要 まとめ 요약 Tóm_tắt",
        ),
    ],
)
def test_topics_are_known_in_twelve_languages(about: str, headings: str) -> None:
    assert [topic(heading) for heading in headings.split()] == [about] * len(LANGUAGES)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (
            "done",
            "completed,erledigt,terminé,completado,completato,concluído,afgerond,готово,已完成,完了,완료,hoàn thành",
        ),
        (
            "in progress",
            (
                "in progress,in Arbeit,en cours,en curso,in corso,em andamento,bezig,в работе,进行中,進行中,진행 "
                "중,đang làm"
            ),
        ),
        (
            "planned",
            (
                "not started,nicht begonnen,non commencé,no iniciado,non iniziato,não iniciado,"
                "niet gestart,не начато,未开始,未着手,시작 전,chưa bắt đầu"
            ),
        ),
        (
            "blocked",
            (
                "blocked,blockiert,bloqué,bloqueado,bloccato,impedido,geblokkeerd,заблокировано,受阻,停滞中,차단됨,"
                "bị chặn"
            ),
        ),
        (
            "deferred",
            "postponed,verschoben,reporté,aplazado,rinviato,adiado,uitgesteld,отложено,推迟,延期,보류,tạm hoãn",
        ),
        (
            "dropped",
            (
                "cancelled,verworfen,abandonné,cancelado,annullato,descartado,geannuleerd,отменено,取消,中止,취소됨,"
                "đã hủy"
            ),
        ),
    ],
)
def test_states_are_known_in_twelve_languages(value: str, texts: str) -> None:
    assert [(read.value, read.text) if read else None for read in map(state, texts.split(","))] == [
        (value, text) for text in texts.split(",")
    ]


def test_a_word_for_a_unit_has_a_singular_and_plural() -> None:
    assert unit_kind("**stages:**") == ("sprint", "Stage", "Stages")
    assert unit_kind("USER STORY") == ("task", "User Story", "User Stories")
    assert unit_kind("Спринта") == ("sprint", "Спринт", "Спринты")
    assert unit_kind("Work-Packages") == ("task", "Work Package", "Work Packages")
    assert [unit_kind(word) for word in ["Foundation", "", "Sprint 4", "d"]] == [None] * 4


def test_the_word_for_a_unit_is_read_from_the_start_of_a_heading() -> None:
    starts = ["🚀 Sprint 3: Search", "User Story 4", "第3周", "Sprinting ahead", "", "12", "Step-by-step guide"]
    assert [read.text if (read := leading_unit(text)) else None for text in starts] == [
        "Sprint", "User Story", None, None, None, None, "Step",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("**Estimated Effort:**", "effort"),
        ("_Depends on_:", "depends_on"),
        ("🎯 Sprint Goal", "objective"),
        ("Sprint 3 Success Criteria", "acceptance"),
        ("Key Tasks (estimated)", "tasks"),
        ("Sprint C Deliverables", "deliverables"),
        ("Definition of Done", "acceptance"),
        ("critères d’acceptation", "acceptance"),
        ("Story Points", "points"),
        ("Risk Level", "risk"),
        ("Total Duration", "duration"),
        ("Teamgröße", "team"),
        ("Prereqs", "depends_on"),
        ("Done when all of the tests pass", None),
        ("#", "id"),
        ("Rollback Time", None),
        ("Frontend", None),
        ("", None),
    ],
)
def test_a_label_is_the_name_of_a_field(label: str, name: FieldName | None) -> None:
    assert field_of(label) == name


@pytest.mark.parametrize(
    ("heading", "about"),
    [
        ("3. Risk Assessment & Mitigation Strategies", "risks"),
        ("Sprint C Dependencies", "dependencies"),
        ("📊 Success Metrics (KPIs)", "metrics"),
        ("Critical Path Analysis", "critical path"),
        ("Sprint Overview", "roadmap"),
        ("Project Overview", "overview"),
        ("Testing Strategy", "testing"),
        ("Critical Path Summary", "critical path"),
        ("Cost Breakdown", "cost"),
        ("Dependencies Map", "dependencies"),
        ("Per Task", None),
        ("Testing the Import Screen", None),
        ("Sprint 4: Cost Explorer", None),
        ("Sprint 4", None),
    ],
)
def test_a_heading_has_a_topic_if_it_has_no_other_words(heading: str, about: TopicName | None) -> None:
    assert topic(heading) == about


@pytest.mark.parametrize(
    ("text", "value", "taken"),
    [
        ("✅ COMPLETE (100%)", "done", "COMPLETE"),
        ("100% Complete", "done", "Complete"),
        ("60 % complete", "in progress", "complete"),
        ("0% done", "planned", "done"),
        ("Done (80%)", "in progress", "Done"),
        ("in progress (60 %)", "in progress", "in progress"),
        ("in-progress", "in progress", "in-progress"),
        ("NOT DONE", "planned", "NOT DONE"),
        ("not yet complete", "planned", "not yet complete"),
        ("✅ Ready to start", "planned", "Ready to start"),
        ("⏳ In progress", "in progress", "In progress"),
        ("Blocked, waiting for access", "blocked", "Blocked"),
        ("blocked by the audit", "blocked", "blocked by"),
        ("Done since May", "done", "Done"),
        ("✅", "done", "✅"),
        ("⏸️", "deferred", "⏸"),
        ("🔄 Sprint 3: Search", "in progress", "🔄"),
        ("[x] Write it", "done", "[x]"),
        ("[X] Write it", "done", "[X]"),
        ("[ ] Write it", "planned", "[ ]"),
        ("[~] Write it", "in progress", "[~]"),
        ("**Planned**", "planned", "Planned"),
    ],
)
def test_a_state_is_read_from_words_signs_and_boxes(text: str, value: State, taken: str) -> None:
    read = state(text)
    assert read is not None
    assert (read.value, read.text) == (value, taken)


@pytest.mark.parametrize(
    "text",
    ["", "Active Planning Document", "Done / blocked", "done or in progress or not", "🟢", "🔴", "undoneish",
     "✅ Final - ready to start",
     "not really done", "Done-ish", "Large scope; deliver in parts", "Ready Player One", "nicht ganz fertig",
     "no", "-"],
)  # fmt: skip
def test_other_texts_have_no_state(text: str) -> None:
    assert state(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("High", "high"), ("🟢", "low"), ("🟡 Medium", "medium"), ("very low", "very low"), ("CRITICAL", "very high"),
        ("Medium (depends on the vendor)", "medium"), ("hoch", "high"), ("faible", "low"), ("высокая", "high"),
        ("Medium-High", None), ("low to medium", None), ("High / Low", None), ("5/10", None), ("Highlands", None),
        ("not high", None), ("", None),
    ],
)  # fmt: skip
def test_levels_are_converted_to_those_of_plans(text: str, value: str | None) -> None:
    read = level(text)
    assert (read and read.value) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("P1", "P1"), ("**p0**", "p0"), ("🔴 P0 (critical)", "P0 (critical)"), ("must have", "must have"),
        ("Hoch", "Hoch"),
        ("P1 - as the board has decided in May", "P1"), ("Should", "Should"), ("Whatever comes first", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_priority_is_kept_literally(text: str, value: str | None) -> None:
    read = priority(text)
    assert (read and read.value) == value


def test_relations_have_a_direction() -> None:
    text = "Requires Sprint 2, is blocked by T1 and unblocks T3; required by Sprint 9"
    assert [(relation.kind, text[relation.start : relation.end]) for relation in relations(text)] == [
        ("needs", "Requires"), ("needs", "is blocked by"), ("needed by", "unblocks"), ("needed by", "required by"),
    ]  # fmt: skip
    assert relations("The blockchain requirement") == []


def test_placeholders_are_not_values() -> None:
    assert [
        text for text in ["TBD", "n/a", "-", "", "—", "[Team/Person]", "Keine", "无", "?", "None"] if not is_none(text)
    ] == []
    assert [text for text in ["Ada", "None of us", "N. Adams", "[Ada](mailto:a@b)"] if is_none(text)] == []


@given(st.text())
def test_folded_texts_keep_the_places_of_words(text: str) -> None:
    assert len(fold(text)) == len(text)
    listed = tokens(text)
    assert all(fold(text)[token.start : token.end] == token.word for token in listed)
    assert all(token.end <= next_token.start for token, next_token in pairwise(listed))


@given(
    st.lists(
        st.sampled_from([*"✅🟢[]()/%-–,: \n", "not ", "done ", "in ", "progress ", "60%", "high ", "P1", "Sprint 3 "])
    ).map("".join)
)
def test_taken_text_is_part_of_the_original(text: str) -> None:
    for read in (state(text), level(text), priority(text), leading_unit(text)):
        assert read is None or (read.text and read.text in text)


@pytest.mark.parametrize("piece", ["not ", "in ", "[ ]", "🟢", "a", "1", "requires ", "-", "完"])
def test_a_line_of_a_megabyte_is_read(piece: str) -> None:
    text = piece * (1_000_000 // len(piece.encode()))
    for read in (state, level, priority, field_of, topic, unit_kind, leading_unit, is_none):
        read(text)
    assert len(relations(text)) == (text.count("requires") if piece == "requires " else 0)


def test_every_language_has_words_for_every_field() -> None:
    """English has all; the other languages have at least the common fields."""
    tables = words._file()  # noqa: SLF001 - nothing else needs the languages of a meaning
    for table in ("fields", "topics", "relations", "states", "levels"):
        assert {meaning for meaning, languages in tables[table].items() if "en" not in languages} == set()
    for meaning in ("duration", "effort", "owner", "state", "objective", "acceptance", "risks", "tasks"):
        assert set(LANGUAGES) <= set(tables["fields"][meaning]) | {"en"}, meaning


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Risks & Mitigations", "risks"),
        ("Dependencies and Prerequisites", "dependencies"),
        ("Risk Mitigation / Contingencies", "risks"),
        ("Abhängigkeiten und Voraussetzungen", "dependencies"),
        ("Risks & Milestones", None),
        ("Research and Development", None),
    ],
)
def test_a_heading_with_two_words_for_one_topic_has_that_topic(heading: str, expected: str | None) -> None:
    assert topic(heading) == expected
