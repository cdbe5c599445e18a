"""What was measured beside what was planned."""

import pytest

from masterplan.analyse.figures import target_outcome
from masterplan.model.quantity import Quantity
from tests.plans import sprint


@pytest.mark.parametrize(
    ("before", "after", "measured", "outcome"),
    [
        ("5-10s", "<1s", "0.8s", "reached"),
        ("5-10s", "<1s", "1s", "reached"),
        ("5-10s", "<1s", "0.8-1.2s", "in part"),
        ("5-10s", "<1s", "2s", "missed"),
        ("5-10 min", "2-3 min", "3 min", "reached"),
        ("2-4 per user", "1 per user", "2 per user", "missed"),
        ("40%", "80%", "85%", "reached"),
        ("40%", "80%", "75-90%", "in part"),
        ("40%", "80%", "75%", "missed"),
        ("Baseline", "-20-30%", "-25%", "reached"),
        ("Baseline", "-20-30%", "-10%", "missed"),
        ("Baseline", "20-30%", "25%", None),
        ("5-10s", "<1s", "500 ms", None),
        ("5-10s", "<1s", "fast", None),
        ("5-10s", "Better", "1s", None),
        ("5-10s", "7s", "6s", None),
        ("5 MB", "7s", "6s", None),
    ],
)
def test_a_reading_reaches_its_target_or_not(before: str, after: str, measured: str, outcome: str | None) -> None:
    (metric,) = sprint("1", metrics=[{"name": "M", "before": before, "after": after}]).metrics
    assert target_outcome(metric, Quantity.read(measured)) == outcome


@pytest.mark.parametrize(("better", "outcome"), [("lower", "reached"), ("higher", "missed")])
def test_the_metric_may_say_which_way_is_better(better: str, outcome: str) -> None:
    (metric,) = sprint("1", metrics=[{"name": "M", "before": "5-10s", "after": "7s", "better": better}]).metrics
    assert target_outcome(metric, Quantity.read("6s")) == outcome
