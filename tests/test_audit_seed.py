"""The audit of our own plan reports all of its contradictions with their figures, and nothing else.

tests/golden/seed_audit.txt lists every finding in its group. The expected findings were worked out by hand from the
text that the plan was written from, before any rule existed. The text itself names those in `STATED`.
"""

from datetime import date
from pathlib import Path

import pytest

from masterplan.analyse import Facts, analyse
from masterplan.analyse.audit import RULES
from masterplan.load.tree import exists_in
from masterplan.render.reports import FORMATS, Report
from tests.golden import recorded
from tests.plans import loaded

ROOT = Path(__file__).parent.parent
TODAY = date(2025, 11, 16)

# The contradictions that a reader of the text notices first: rule, part, and the words its message must contain.
STATED = [
    ("total-mismatch", "plan", "add up to $750-1,500/month ($100-250 less)"),
    ("total-mismatch", "plan", "add up to $9,000-18,000/year ($1,200-3,000 less)"),
    ("not-independent", "plan", "Sprint 4 needs Sprint 1 and Sprint 5 needs Sprint 2"),
    ("phase-option", "option A", "Sprint 2 in weeks 3-4, but Phase 1 is in weeks 1-2"),
    ("phase-option", "option A", "Sprint 5 in weeks 7-10, but Phase 3 is in weeks 6-8"),
    ("phase-option", "option B", "Sprint 5 in weeks 5-6, but Phase 3 is in weeks 6-8"),
    ("loose-range", "option A", "`8-10 weeks` (Timeline), but it takes 10 weeks"),
    ("support-early", "option B", "supports Sprint 5 from week 4, but it starts in week 5"),
    ("idle-window", "option B", "Sprint 6 takes 2 hours, but Dev 2 has all of week 1"),
    (
        "needed-by-mismatch",
        "sprint 1",
        "but only Sprint 4 needs it, not Sprint 2, Sprint 3, Sprint 5 and Sprint 6",
    ),
    (
        "impact-unmeasured",
        "sprint 3",
        "`75% memory reduction`, but measures SSE connections (50-75%), not Memory",
    ),
    (
        "impact-unmeasured",
        "sprint 4",
        "`90% fewer API calls`, but measures Bulk operations (80-90%), not API calls",
    ),
    ("impact-mismatch", "sprint 5", "its metrics give 40-80%, 60-70% like for like"),
    *(("improvement-not-a-figure", f"sprint {id_}", f"`Sprint {id_}`") for id_ in "13456"),
    ("no-metric", "sprint 2", "unlike 5 of 6 sprints"),
    ("not-ready", "plan", "6 of 6 next steps are open"),
    ("risk-without-owner", "sprint 5", "high risk"),
]

# Claims of the text that agree with the plan: part and words.
AGREEING = [
    ("Plan", "Total Sprints: 6"),
    ("Plan", "$750-1,500"),
    ("Plan", "$9,000-18,000"),
    ("Sprint 1", "$600-1,200"),
    ("Sprint 3", "$2,400-4,800"),
    ("Sprint 4", "$1,800-3,600"),
    ("Sprint 5", "$3,600-7,200"),
    ("Sprint 6", "$600-1,200"),
    ("Sprint 1", "20-30% query speedup"),
    ("Sprint 6", "70% bandwidth savings"),
    ("Sprint 3", "No dependencies"),
    ("Sprint 6", "No dependencies"),
    ("Sprint 4", "Depends on Sprint 1 (prepared statements)"),
    ("Sprint 5", "Most complex, highest risk"),
    ("Sprint 6", "Quick win, 2-hour task"),
    ("Phase 1", "Begin with Phase 1 (Sprints 1, 2, 6)"),
    ("Phase 3", "Why last"),
    ("Option A", "Single Developer"),
    ("Option B", "Two Developers"),
]  # fmt: skip


@pytest.fixture(scope="module")
def facts() -> Facts:
    plan = loaded(ROOT)
    return analyse(plan, TODAY, exists_in(ROOT))


def test_the_audit_of_our_plan_is_as_recorded(facts: Facts) -> None:
    text = f"{FORMATS['text'].write(Report(facts.findings, facts.waived, RULES, ''))}\n"
    assert text == recorded("seed_audit.txt", text)


@pytest.mark.parametrize(("rule", "subject", "says"), STATED)
def test_a_contradiction_of_the_text_is_reported(rule: str, subject: str, says: str, facts: Facts) -> None:
    about = [
        finding.message for finding in facts.findings if (finding.rule.id, str(finding.subject)) == (rule, subject)
    ]
    assert [message for message in about if says in message]


@pytest.mark.parametrize(("subject", "says"), AGREEING)
def test_a_claim_that_agrees_with_the_plan_is_not_reported(subject: str, says: str, facts: Facts) -> None:
    outcomes = {
        verdict.outcome for verdict in facts.verdicts if (verdict.name, verdict.declared.says) == (subject, says)
    }
    assert outcomes == {"agrees"}
    assert not [finding for finding in facts.findings if f"states `{says}`" in finding.message]


def test_both_options_cover_every_sprint_once_and_respect_the_dependencies(facts: Facts) -> None:
    for staffing in facts.staffing:
        assert {id_: len(shifts) for id_, shifts in staffing.shifts_by_sprint.items()} == dict.fromkeys(
            facts.plan.sprints, 1
        )
    rules = {finding.rule.id for finding in facts.findings}
    assert not rules & {"not-in-option", "twice-in-option", "starts-early", "soft-early", "phase-order"}


def test_a_wrong_total_lists_the_values_it_is_computed_from(facts: Facts) -> None:
    total = next(finding for finding in facts.findings if finding.rule.id == "total-mismatch")
    assert [place.says for place in total.related] == [
        "Sprint 1: $50-100", "Sprint 2: $0 (quality)", "Sprint 6: $50-100",
        "Sprint 3: $200-400", "Sprint 4: $150-300", "Sprint 5: $300-600",
    ]  # fmt: skip
    assert total.computed == "$750-1,500/month"


def test_fingerprints_of_our_plan_are_unique(facts: Facts) -> None:
    prints = [finding.fingerprint for finding in facts.findings]
    assert len(set(prints)) == len(prints)
