"""Each part of the law switched off is what its name says."""

from __future__ import annotations

import pytest

from head_to_head_rows import case
from tuneplan.evidence.head_to_head.ablation import PARTS, ablations
from tuneplan.evidence.head_to_head.predicting import predicted
from tuneplan.study.design import monte_carlo

DESIGN = monte_carlo(128)


def middle(part, **changed):
    return predicted([case(**changed)], DESIGN, PARTS[part])[0]


def test_the_whole_law_comes_first_and_every_part_has_its_summaries() -> None:
    cases = [case("H1"), case("H2", task="b", specialist_score=64.0), case("T1", "unified_then_specialise")]
    found = ablations(cases, DESIGN)
    assert [each.without for each in found] == list(PARTS)
    assert next(iter(PARTS)) == "the whole law"
    assert all(summary.kind == "head_to_head" for each in found for summary in each.summaries)


@pytest.mark.parametrize(("part", "changed", "rises"), [
    ("interference", {"relation": "far", "own_examples": 1e4, "mixture_examples": 1e5}, True),
    ("transfer", {"relation": "near", "own_examples": 500.0}, False),
    ("format pool", {"relation": "far", "own_examples": 50.0, "mixture_examples": 1e5}, False),
    ("format clash", {"clash_risk": "high", "framing": "none", "relation": "far"}, True),
    ("keep", {"relation": "far", "own_examples": 50.0, "mixture_examples": 1e5}, True),
])  # fmt: skip
def test_without_what_hurts_the_unified_model_gains_and_without_what_helps_it_loses(part, changed, rises) -> None:
    whole, without = (middle(each, **changed).p_unified_better for each in ("the whole law", part))
    assert (without > whole) is rises


def test_without_what_the_law_misses_bands_are_narrower() -> None:
    widths = [middle(part).upper - middle(part).lower for part in ("the whole law", "mixing shift", "discrepancy", "all that the law misses")]
    assert widths[0] > 0.97 * widths[1] > widths[3]
    assert widths[0] > widths[2] > widths[3]
