"""Write what is predicted of the bundled cases, which charts and memos show.

``python tests/fitting/bundle_predictions.py`` writes src/tuneplan/evidence/predicted.csv; a test compares.
"""

from __future__ import annotations

from tuneplan.evidence.cases import bundled_cases
from tuneplan.evidence.predicted import DRAWS, FILE, SEED, as_csv
from tuneplan.evidence.validation import validate
from tuneplan.study.design import monte_carlo

if __name__ == "__main__":
    FILE.write_text(as_csv(validate(bundled_cases(), monte_carlo(DRAWS, seed=SEED), bundled=True)), encoding="utf-8")
