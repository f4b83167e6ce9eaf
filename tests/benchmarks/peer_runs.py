"""One model in plain Python and as arrays, and how each peer draws its inputs, calls it and collects what comes out; for ``peers.py``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TEXT = """
base: llama-3.1-8b
unseen: {share: 10%, score: {base: 0.5, ceiling: 0.8}}
similarity: {ann/bob: 0.6, ann/cat: 0.3, bob/cat: 0.4}
router: {accuracy: 95%}
strategies: {unified: {}, specialists: {}, adapters: {}}
tasks:
  ann: {traffic: 40k requests/month, score: {base: 0.5, ceiling: 0.9}, data: {examples: 2k, price: $4 per example}}
  bob: {traffic: 20k requests/month, score: {base: 0.6, ceiling: 0.9}, data: {examples: 1k, price: $3 per example}}
  cat: {traffic: 10k requests/month, score: {base: 0.4, ceiling: 0.8}, data: {examples: 4k, price: $5 per example}}
"""
VARIED: dict[str, tuple[str, tuple[int, ...]]] = {
    **{name: (name, ()) for name in ("interference_strength", "transfer_sharpness", "format_examples", "off_task_retention", "gpu_price", "unseen_share")},
    **{f"traffic_{task}": ("traffic", (task,)) for task in range(3)},
    **{f"data_exponent_{task}": ("data_exponent", (task,)) for task in range(3)},
    **{f"similarity_{one}_{other}": ("similarity", (one, other)) for one, other in ((0, 1), (0, 2), (1, 2))},
}
"""Inputs that are drawn, evenly from four fifths to six fifths of what is usual -> number of the model, and its place there."""
SPREAD = 0.2
SCALAR, VECTORISED = "calling a scalar model", "given a vectorised model"
EXAMPLE = 1_000
"""Scenarios of the example with which ours is compiled."""
Values = dict[str, Any]
"""Name of an input or output -> its values, ``(scenario,)``."""
Model = Callable[..., Any]


# --- the model, twice ----------------------------------------------------------------------------


def plain_numbers() -> dict[str, Any]:
    """What the plain model reads, with everything at its median: by strategy, and in common."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/core")]
    from test_oracle import (
        Reader,  # the oracle's own reading of a scenario, which needs pytest: not there among the peers
    )

    from tuneplan.scenario.load import loads
    from tuneplan.scenario.lower import lower
    from tuneplan.study.design import Nominal

    scenario, design = loads(TEXT), Nominal()
    reader = Reader(scenario, lower([scenario], design.points).inputs, design=design)
    return {"common": reader.numbers(0), "strategies": [reader.strategy(0, row) for row in range(len(scenario.strategies))]}


class Question:
    """The model with its usual numbers: of one scenario in plain Python, and of many as arrays."""

    def __init__(self, plain: Mapping[str, Any]) -> None:
        from tuneplan.scenario.load import loads
        from tuneplan.scenario.lower import lower
        from tuneplan.study.design import Nominal

        self.common, self.strategies = plain["common"], plain["strategies"]
        self.inputs = lower([loads(TEXT)], Nominal().points).inputs
        usual = {label: float(self.inputs[name][0, 0][(*(place or (0,)), 0)]) for label, (name, place) in VARIED.items()}
        self.ranges = {label: ((1.0 - SPREAD) * each, (1.0 + SPREAD) * each) for label, each in usual.items()}
        self.outputs = [f"{what}_{each['name']}" for each in self.strategies for what in ("delivered", "cost")]
        started = time.perf_counter()
        self.program = self._compiled()
        self.compiling = time.perf_counter() - started

    def scalar(self, **values: float) -> dict[str, float]:
        """One scenario: delivered score and cost of each strategy."""
        import plain_model

        common = dict(self.common)
        for label, value in values.items():
            _put(common, *VARIED[label], value)
        found = []
        for strategy in self.strategies:
            found += [plain_model.scores(strategy, common, _no_luck)[1], sum(plain_model.costs(strategy, common).values())]
        return dict(zip(self.outputs, found, strict=True))

    def vectorised(self, **values: Any) -> Values:
        """The same of many scenarios at once."""
        from tuneplan.core import evaluate

        return self._named(evaluate(self._with(values)))

    def ours(self, values: Mapping[str, Any]) -> Values:
        """The same as we run it: compiled, block by block."""
        numbers = self._with(values).numbers
        found = self.program.run_blocks({name: numbers[name] for name in self.program.varying})
        return {name: found[name][0] for name in self.outputs}

    def _compiled(self) -> Any:
        """The equations as a program: what nothing that varies goes into is worked out once."""
        from dataclasses import replace

        from tuneplan.core import evaluate
        from tuneplan.core.program import compiled

        def outputs(numbers: Mapping[str, Any]) -> Values:
            named = self._named(evaluate(replace(self.inputs, numbers=numbers)))
            return {name: each[None] for name, each in named.items()}

        example = self._with(self.drawn(EXAMPLE))
        return compiled(outputs, example.numbers, frozenset(name for name, _ in VARIED.values()))

    def drawn(self, count: int) -> Values:
        """Inputs of our own run."""
        from tuneplan.study.design import Design

        points = Design(draws=count, scrambles=1).points(list(self.ranges))
        return {label: low + (high - low) * row for (label, (low, high)), row in zip(self.ranges.items(), points, strict=True)}

    def _with(self, values: Mapping[str, Any]) -> Any:
        from dataclasses import replace

        import numpy as np

        numbers = dict(self.inputs.numbers)
        for label, value in values.items():
            name, place = VARIED[label]
            if numbers[name] is self.inputs.numbers[name]:
                numbers[name] = np.repeat(numbers[name], len(value), axis=-1)
            for at in {place or (0,), (place or (0,))[::-1]}:
                numbers[name][(0, 0, *at)] = value
        return replace(self.inputs, numbers=numbers)

    def _named(self, outcome: Any) -> Values:
        rows = range(len(self.strategies))
        cost, delivered = outcome.cost_of()[0], outcome.delivered[0, :, 0]
        return dict(zip(self.outputs, (each[row] for row in rows for each in (delivered, cost)), strict=True))


def _put(common: dict[str, Any], name: str, place: tuple[int, ...], value: float) -> None:
    """Another value for one number, in lists of its own; of a similarity both ways."""
    if not place:
        common[name] = value
    elif len(place) == 1:
        common[name] = [value if row == place[0] else each for row, each in enumerate(common[name])]
    else:
        common[name] = [[value if (row, column) in (place, place[::-1]) else each for column, each in enumerate(line)] for row, line in enumerate(common[name])]


def _no_luck(task: int, request: int) -> tuple[float, float, float]:
    """No clash, and nothing that the law misses."""
    return 0.5, 0.0, 0.0


# --- the peers: inputs that they drew, and outputs -----------------------------------------------


def by_ema_workbench(question: Question, count: int, kind: str) -> tuple[Values, Values]:
    """Experiments; a vectorised model takes an evaluator of our own, which hands back each experiment as the workbench wants it."""
    from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator, perform_experiments
    from ema_workbench.em_framework.points import experiment_generator

    class AtOnce(SequentialEvaluator):
        def evaluate_experiments(self, scenarios: Any, policies: Any, callback: Any, combine: str = "factorial") -> None:
            import numpy as np

            experiments = list(experiment_generator(scenarios, self._msis, policies, combine=combine))
            values = {label: np.array([each.scenario[label] for each in experiments]) for label in question.ranges}
            found = {name: each.tolist() for name, each in question.vectorised(**values).items()}
            for row, experiment in enumerate(experiments):
                callback(experiment, {name: each[row] for name, each in found.items()})

    model = Model("tuneplan", function=question.scalar)
    model.uncertainties = [RealParameter(label, *ends) for label, ends in question.ranges.items()]
    model.outcomes = [ScalarOutcome(name) for name in question.outputs]
    evaluator = SequentialEvaluator(model) if kind == SCALAR else AtOnce(model)
    experiments, outcomes = perform_experiments(model, scenarios=count, evaluator=evaluator)
    return {label: experiments[label].to_numpy(dtype=float) for label in question.ranges}, dict(outcomes)


def by_monaco(question: Question, count: int, kind: str) -> tuple[Values, Values]:
    """Cases; a vectorised model runs once for all of them, between their drawing and their bookkeeping."""
    import numpy as np
    from monaco import Sim, SimFunctions
    from scipy.stats import uniform

    found: dict[str, Any] = {}

    def drawn(case: Any) -> tuple[Any, ...]:
        return tuple(case.invals[label].val for label in question.ranges)

    def one(*values: float) -> tuple[Any, ...]:
        return tuple(question.scalar(**dict(zip(question.ranges, values, strict=True))).values())

    def number(case: Any) -> tuple[Any, ...]:
        return (case.ncase,)

    def looked_up(row: int) -> tuple[Any, ...]:
        return tuple(each[row] for each in found.values())

    def kept(case: Any, *outputs: float) -> None:
        for name, each in zip(question.outputs, outputs, strict=True):
            case.addOutVal(name, each)

    ways = (drawn, one) if kind == SCALAR else (number, looked_up)
    sim = Sim("tuneplan", count, {SimFunctions.PREPROCESS: ways[0], SimFunctions.RUN: ways[1], SimFunctions.POSTPROCESS: kept}, seed=1, verbose=False, debug=True)
    for label, (low, high) in question.ranges.items():
        sim.addInVar(name=label, dist=uniform, distkwargs={"loc": low, "scale": high - low})
    if kind == VECTORISED:
        sim.drawVars()
        found.update({name: each.tolist() for name, each in question.vectorised(**{label: np.asarray(sim.invars[label].nums) for label in question.ranges}).items()})
    sim.runSim()
    return {label: np.asarray(sim.invars[label].nums) for label in question.ranges}, {name: np.asarray(sim.outvars[name].nums) for name in question.outputs}


def by_squigglepy(question: Question, count: int, kind: str) -> tuple[Values, Values]:
    """A function of samples, called as often as wanted; or samples of every input, given to the model at once."""
    import numpy as np
    import squigglepy as sq

    inputs = {label: sq.uniform(*ends) for label, ends in question.ranges.items()}
    if kind == VECTORISED:
        values = {label: np.asarray(sq.sample(each, count)) for label, each in inputs.items()}
        return values, question.vectorised(**values)
    drawn: list[dict[str, float]] = []

    def model() -> dict[str, float]:
        drawn.append({label: float(sq.sample(each)) for label, each in inputs.items()})
        return question.scalar(**drawn[-1])

    found = list(sq.sample(model, n=count))
    return _by_name(drawn), _by_name(found)


def by_scipy(question: Question, count: int, kind: str) -> tuple[Values, Values]:
    """A Latin hypercube and a loop."""
    from scipy.stats import qmc

    low, high = zip(*question.ranges.values(), strict=True)
    points = qmc.scale(qmc.LatinHypercube(len(low), rng=1).random(count), low, high)
    values = dict(zip(question.ranges, points.T, strict=True))
    if kind == VECTORISED:
        return values, question.vectorised(**values)
    return values, _by_name([question.scalar(**dict(zip(values, row, strict=True))) for row in points.tolist()])


def _by_name(rows: Sequence[Mapping[str, float]]) -> Values:
    import numpy as np

    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


PEERS: dict[str, Callable[[Question, int, str], tuple[Values, Values]]] = {
    "ema_workbench": by_ema_workbench, "monaco": by_monaco, "squigglepy": by_squigglepy, "scipy": by_scipy,
}  # fmt: skip
