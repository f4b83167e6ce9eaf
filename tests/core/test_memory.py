"""Many scenarios in bounded memory, and nothing in the core that counts them one by one."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tuneplan.core
from peak import TOLD

MODULES = sorted(Path(tuneplan.core.__file__).parent.glob("*.py"))
SCENARIOS, STRATEGIES, DRAWS = 1_000, 4, 256
GIBIBYTE = 2**30
COUNTED = ("shape[0]", "shape[3]", "shape[-1]", "draws", "scenarios", "SCENARIO", "DRAW", "ndindex", "ndenumerate", ".flat")
"""Words in what a loop runs over that give away a loop over scenarios or draws."""
LOOPS_IN_DISGUISE = ("vectorize", "apply_along_axis", "frompyfunc", "fromiter", "nditer")
SWEEP = TOLD + """
import json, sys
from dataclasses import replace
sys.path.insert(0, "tests")
from building import scenario
from tuneplan.core.distributions import point
from tuneplan.scenario.records import Quantity
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import run_blocks

first = scenario("abcd", strategies=("unified", "specialists", "adapters", "unified_then_specialists"), law={})

def numbered(number):
    values = {"tasks.a.data.examples": 100.0 + 10 * number, "tasks.b.score.base": 0.2 + 0.0002 * number}
    given = {
        path: replace(first.quantities[path], distribution=point(value)) for path, value in values.items()
    }
    return replace(first, quantities={**first.quantities, **given})

delivered, cost = [], []
for _, block in run_blocks([numbered(number) for number in range(int(sys.argv[1]))], monte_carlo(int(sys.argv[2]))):
    delivered.append(block.delivered[:, :, 0])
    cost.append(block.cost_of())
shapes = [[sum(part.shape[0] for part in parts), *parts[0].shape[1:]] for parts in (delivered, cost)]
print(json.dumps({"peak": peak(), "blocks": len(delivered), "shapes": shapes}))
"""


def test_a_thousand_scenarios_stay_below_one_gibibyte() -> None:
    """Resident memory of a process that keeps delivered score and cost of every scenario and draw."""
    done = subprocess.run(
        [sys.executable, "-c", SWEEP, str(SCENARIOS), str(DRAWS)], capture_output=True, text=True, check=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["shapes"] == [[SCENARIOS, STRATEGIES, DRAWS]] * 2
    assert found["blocks"] > 1
    assert found["peak"] < GIBIBYTE


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_loop_of_the_core_runs_over_scenarios_or_draws(module: Path) -> None:
    """No ``for`` or ``while`` over anything that is as long as an axis of scenarios or draws."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    loops = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]
    guilty = [text for text in map(ast.unparse, loops) if any(word in text for word in COUNTED)]
    disguised = [word for word in LOOPS_IN_DISGUISE if word in ast.unparse(tree)]
    assert guilty == []
    assert disguised == []
    assert not any(isinstance(node, ast.While) for node in ast.walk(tree))
