"""The predictions that come with the tool, all of them against today's model."""

from __future__ import annotations

import numpy as np

from tuneplan.evidence.cases import bundled_cases
from tuneplan.evidence.predicted import DRAWS, SEED, as_csv, bundled_predictions, read_predictions
from tuneplan.evidence.validation import validate
from tuneplan.study.design import monte_carlo

WORDS, NUMBERS = ("kind", "case_id", "source", "given", "part"), ("predicted", "lower", "upper", "measured")


def test_every_prediction_is_kept_as_it_comes_out_today() -> None:
    """Where it is not: python tests/fitting/bundle_predictions.py."""
    kept = bundled_predictions().cases
    now = read_predictions(as_csv(validate(bundled_cases(), monte_carlo(DRAWS, seed=SEED), bundled=True))).cases
    assert [[getattr(each, word) for word in WORDS] for each in now] == [[getattr(each, word) for word in WORDS] for each in kept]
    ours, theirs = ([[getattr(each, name) for name in NUMBERS] for each in some] for some in (now, kept))
    np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=0.02)
    assert sum(each.inside for each in now) == sum(each.inside for each in kept)
