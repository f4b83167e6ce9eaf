"""Effective examples become scores: trained, unseen and off-task requests under one law.

Arrays have shape ``(scenario, model, request, draw)`` unless said otherwise. Scores are
normalised: 0 the worst of the metric's scale, 1 its best.
"""

from __future__ import annotations

from collections.abc import Callable

from tuneplan.axes import Array
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.distributions import beta, lognormal, normal, point
from tuneplan.core.registry import Param, Registry
from tuneplan.late import np

LARGE_MODEL_PARAMS = 60e9
SMALL_MODEL_PARAMS = 9e9
"""Sizes that divide the three priors of diversity_gain. [parameters]"""
DIVERSITY_GAIN = {"small": (0.08, 0.10), "middle": (0.125, 0.10), "large": (0.17, 0.06)}
"""Mean and sd of diversity_gain, by size of the base."""
MOSTLY_FORMAT = lognormal(2_000.0, 1.2)
"""half_gap_examples where the task is mostly format, on bases from 7e9 parameters."""
MOSTLY_FORMAT_PARAMS = 7e9
"""Base size from which that holds. [parameters]"""
ROUTED_RELIEF = 0.2
"""Factor on interference where each task has trainable weights of its own in a model, from 7e9 parameters."""

CLASH_PROBABILITY = {"low": 0.03, "medium": 0.1, "high": 0.3}
"""Chance that a task clashes with its neighbours in a model, by risk."""
CLASH_FRAMING = {"plain": 1.0, "instruction": 0.5, "task_marker": 0.1, "own_heads": 0.0}
"""Factor on that chance, by what tells the task apart."""
SHARES_FORMAT = {"plain": 0.0, "instruction": 1.0, "task_marker": 1.0, "own_heads": 0.0}
"""Whether a task comes in the instruction format, which it shares with every other that does."""

MERGE_INTERCEPT, MERGE_SIZE, MERGE_INSTRUCT, MERGE_COUNT = -0.4, 0.7, 0.8, -0.1
MERGE_REFERENCE_PARAMS = 0.25e9
"""Logit of the share of the gain that a merge keeps."""
DISCREPANCY_DEGREES = 5.0
"""Degrees of freedom of what the law misses: heavier tails than a normal's."""

_OF_MERGES = "assumed, after Yadav et al. 2024, arXiv 2410.03617: partly fitted, partly judged"
COEFFICIENTS = (
    Coefficient(name="LARGE_MODEL_PARAMS", value=LARGE_MODEL_PARAMS, unit="param", source="assumed: below the 62B of Flan-PaLM, arXiv 2210.11416", as_of="2026-11",
                doc="Base size from which diversity_gain is that of large models."),
    Coefficient(name="SMALL_MODEL_PARAMS", value=SMALL_MODEL_PARAMS, unit="param", source="assumed: a little above 8B, arXiv 2210.11416 and 2109.01652", as_of="2026-11",
                doc="Base size up to which diversity_gain is that of small models."),
    Coefficient(name="DIVERSITY_GAIN", value={size: normal(*DIVERSITY_GAIN[size]) for size in ("small", "large")}, as_of="2022-10",
                source="fitted on arXiv 2210.11416 Table 3 and 2109.01652 Fig. 6",
                doc="Share of the gap on unseen tasks that endless task diversity closes, by size of the base."),
    Coefficient(name="DIVERSITY_GAIN", value={"middle": normal(*DIVERSITY_GAIN["middle"])}, source="assumed: between the two that were fitted", as_of="2026-11",
                doc="The same of a base between."),
    Coefficient(name="MOSTLY_FORMAT", value=MOSTLY_FORMAT, unit="example", source="fitted on 90 learning curves of Lin et al. 2024, arXiv 2402.02314", as_of="2024-02",
                doc="half_gap_examples where the task is mostly format and the base is not small."),
    Coefficient(name="MOSTLY_FORMAT_PARAMS", value=MOSTLY_FORMAT_PARAMS, unit="param", source="assumed: the larger models of the curves of arXiv 2402.02314", as_of="2026-11",
                doc="Base size from which that holds."),
    Coefficient(name="ROUTED_RELIEF", value=ROUTED_RELIEF, source="assumed, after MixLoRA, arXiv 2404.15159", as_of="2026-11",
                doc="Factor on interference where each task has trainable weights of its own inside a shared model."),
    Coefficient(name="CLASH_PROBABILITY", value=CLASH_PROBABILITY, unit="share", source="assumed", as_of="2026-11",
                doc="Chance that a task's format clashes with its neighbours in a model, by clash_risk."),
    Coefficient(name="CLASH_FRAMING", value=CLASH_FRAMING, source="assumed", as_of="2026-11", doc="Factor on that chance, by what tells the task apart."),
    Coefficient(name="SHARES_FORMAT", value=SHARES_FORMAT, source="declared: what instruction framing and a task marker mean", as_of="2026-11",
                doc="Whether a task comes in the format that all such tasks share, by framing."),
    Coefficient(name="MERGE_INTERCEPT", value=MERGE_INTERCEPT, source=_OF_MERGES, as_of="2026-11", doc="Logit of the share of the gain that a merge of two keeps, at 0.25B parameters."),
    Coefficient(name="MERGE_SIZE", value=MERGE_SIZE, source=_OF_MERGES, as_of="2026-11", doc="What ten times the parameters add to it."),
    Coefficient(name="MERGE_INSTRUCT", value=MERGE_INSTRUCT, source=_OF_MERGES, as_of="2026-11", doc="What an instruction-tuned base adds to it."),
    Coefficient(name="MERGE_COUNT", value=MERGE_COUNT, source=_OF_MERGES, as_of="2026-11", doc="What each specialist beyond two adds to it."),
    Coefficient(name="MERGE_REFERENCE_PARAMS", value=MERGE_REFERENCE_PARAMS, unit="param", source="declared: where MERGE_INTERCEPT is stated", as_of="2026-11",
                doc="Base size at which the share that a merge keeps is stated."),
    Coefficient(name="DISCREPANCY_DEGREES", value=DISCREPANCY_DEGREES, source="assumed", as_of="2026-11",
                doc="Degrees of freedom of what the law misses: heavier tails than a normal's."),
)  # fmt: skip
"""Where the numbers above come from."""

SCORE_PARAMS = (
    Param(name="base", key="score.base", scope="request", unit="score", low=-1e9, high=1e9, required=True,
          example="0.55 to 0.65", doc="Score of the prompted base model, before any fine-tuning; of unseen requests the mean of the tasks' when not given."),
    Param(name="ceiling", key="score.ceiling", scope="request", unit="score", low=-1e9, high=1e9,
          example="0.85 to 0.95", doc="Best score that data of this kind could ever reach."),
    Param(name="prompted_score", key="score", scope="strategy_request", unit="score", low=-1e9, high=1e9,
          example="0.60 to 0.70", doc="Score of the prompted API model, or of this strategy's own base, by task and for unseen."),
    Param(name="must", key="score.must", scope="request", unit="score", low=-1e9, high=1e9,
          example="0.5", doc="Score that the served model has to reach."),
    Param(name="worst", key="score.worst", scope="request", unit="score", low=-1e9, high=1e9, default=point(0.0),
          source="declared", as_of="2026-11", doc="Worst value of the metric's scale."),
    Param(name="best", key="score.best", scope="request", unit="score", low=-1e9, high=1e9, default=point(1.0),
          source="declared", as_of="2026-11", doc="Best value of the metric's scale; below the worst for losses."),
    Param(name="floor", key="score.floor", scope="request", unit="score", low=-1e9, high=1e9,
          example="0", doc="Score by chance, where a ruined model ends; default the worst of the scale."),
    Param(name="headroom", key="headroom", scope="request", unit="share", high=1.0, default=beta(5.0, 2.0),
          source="assumed", as_of="2026-11", doc="Share of the distance to the best score that can be closed, where no ceiling is given."),
    Param(name="data_exponent", key="data_exponent", scope="request", low=0.01, high=2.0,
          default=lognormal(0.25, 0.5), source="fitted on 90 learning curves of Lin et al. 2024, arXiv 2402.02314", as_of="2024-02",
          doc="Slope of the learning curve in examples."),
    Param(name="half_gap_examples", key="half_gap_examples", scope="request", unit="example", low=1e-3, high=1e12,
          default=lognormal(15_000.0, 1.5), source="fitted on 90 learning curves of Lin et al. 2024, arXiv 2402.02314", as_of="2024-02",
          doc="Own examples that close half of the slow part of the gap."),
    Param(name="format_share", key="format_share", scope="request", unit="share", high=1.0,
          default=beta(3.0, 3.0), source="assumed, after the first 200 examples, which close .20/.43/.69 (quartiles) on the curves of arXiv 2402.02314", as_of="2026-11",
          doc="Share of the gap that is format and instruction following."),
    Param(name="instance_scale", key="law.instance_scale", unit="example", low=1e-3, high=1e9,
          default=lognormal(64.0, 0.7), source="64 instances a task, Super-NaturalInstructions, arXiv 2204.07705; spread assumed", as_of="2026-11",
          doc="Examples after which a task adds no more diversity."),
    Param(name="diversity_gain", key="law.diversity_gain", low=-1.0, high=1.0,
          doc="Share of the gap on unseen tasks that endless task diversity closes; default by base size.",
          source="fitted on Flan-PaLM arXiv 2210.11416 and FLAN arXiv 2109.01652", as_of="2022-10",
          default=normal(*DIVERSITY_GAIN["small"])),
    Param(name="diversity_half", key="law.diversity_half", low=1e-3, high=1e9,
          default=lognormal(60.0, 0.8), source="fitted on arXiv 2210.11416 Table 3", as_of="2022-10",
          doc="Distinct tasks that bring half of the diversity gain."),
    Param(name="diversity_exponent", key="law.diversity_exponent", low=0.01, high=20.0,
          default=lognormal(1.1, 0.4), source="fitted on arXiv 2210.11416 Table 3", as_of="2022-10",
          doc="Steepness of the diversity gain."),
    Param(name="off_task_retention", key="law.off_task_retention", unit="share", high=1.0,
          default=beta(1.5, 6.0), source="assumed, after Dong et al. 2023 and AgentTuning arXiv 2310.12823", as_of="2026-11",
          doc="What endless narrow training on one far task leaves of the rest."),
    Param(name="keep_exponent", key="law.keep_exponent", low=0.01, high=20.0,
          default=lognormal(1.5, 0.4), source="assumed", as_of="2026-11", doc="How fast a broader mixture protects the rest."),
    Param(name="lora_forgetting", key="law.lora_forgetting", unit="share", high=1.0,
          default=lognormal(0.5, 0.5, 0.0, 1.0), source="assumed; LoRA Learns Less and Forgets Less, arXiv 2405.09673", as_of="2026-11",
          doc="Forgetting under LoRA, against full fine-tuning."),
    Param(name="merge_noise", key="law.merge_noise", low=-20.0, high=20.0, default=normal(0.0, 0.6),
          source="fitted on arXiv 2410.03617, spread judged (assumed)", as_of="2026-11", doc="Luck of a merge, in logits of the share kept."),
    Param(name="size_exponent", key="law.size_exponent", low=0.0, high=5.0,
          default=lognormal(0.20, 0.5), source="arXiv 2402.17193: .10 to .52; median judged (assumed)", as_of="2026-11",
          doc="How the gap to the ceiling shrinks with base size."),
    Param(name="discrepancy", key="law.discrepancy", unit="point", high=100.0, default=point(2.5),
          source="fitted: 1.5 to 2.8 by which of 12 papers are left out", as_of="2026-11",
          doc="Scale of what the law misses in the difference between two trained models."),
)  # fmt: skip
"""The numbers of this module."""


def normalise(score: Array, *, worst: Array, best: Array) -> Array:
    """A score on the metric's scale -> 0 (worst) to 1 (best), up or down alike.

    >>> normalise(np.array([2.0, 5.0]), worst=np.array(5.0), best=np.array(1.0)).tolist()
    [0.75, 0.0]
    """
    return (score - worst) / (best - worst) + 0.0  # no negative zero


def gap_at_size(gap: Array, *, params: Array, measured_params: Array, size_exponent: Array, most: Array) -> Array:
    """Gap to the ceiling on another base of the same family, ``gap (n / n0)^-alpha``, at most ``most``.

    Source: Zhang et al. 2024, arXiv 2402.17193, table of exponents .10 to .52.
    """
    return np.minimum(gap * (params / measured_params) ** -size_exponent, np.maximum(most, gap))


def open_gap_before_interference(
    effective: Array, format_pool: Array, *, data_exponent: Array, half_gap_examples: Array,
    format_share: Array, format_examples: Array,
) -> Array:  # fmt: skip
    """Share of the gap still open, had the model no other tasks: a fast part and a slow part.

    ``B = w / (1 + F / D_f) + (1 - w) / (1 + (X / D_half)^b)``; 1 without data, 0 with endless data.

    Range: 0 to 1.6e6 examples. Source: slow part, the rectified scaling law of Lin et al. 2024,
    arXiv 2402.02314.

    >>> x = np.array([0.0, 15000.0, np.inf])
    >>> open_gap_before_interference(x, x, data_exponent=np.array(.25), half_gap_examples=np.array(15000.0),
    ...     format_share=np.array(0.0), format_examples=np.array(300.0)).tolist()
    [1.0, 0.5, 0.0]
    """
    fast = 1.0 / (1.0 + format_pool / format_examples)
    with np.errstate(divide="ignore"):
        slow = 1.0 / (1.0 + np.exp(data_exponent * np.log(effective / half_gap_examples)))
    return format_share * fast + (1.0 - format_share) * slow


INTERFERENCE_FORMS: Registry[Callable[..., Array]] = Registry("interference form")
"""How interference turns ``B`` into the remaining gap ``R``."""


@INTERFERENCE_FORMS.add()
def bounded(open_gap: Array, interference: Array) -> Array:
    """``R = B^(1 / I)``: the gap closes more slowly and never reopens."""
    return open_gap ** (1.0 / interference)  # type: ignore[no-any-return]


@INTERFERENCE_FORMS.add()
def additive(open_gap: Array, interference: Array, additive_capacity: Array) -> Array:
    """``R = B + c (I - 1)``, cut at 1: capacity lost for good."""
    return np.minimum(open_gap + additive_capacity * (interference - 1.0), 1.0)


def fade(own: Array, format_examples: Array) -> Array:
    """How much a request is still treated as unseen: 1 without own data, ``D_f / (D_f + U)``."""
    return format_examples / (format_examples + own)


def diversity(distinct_tasks: Array, *, half: Array, exponent: Array) -> Array:
    """How far task diversity has come, ``(M - 1)^e / ((M - 1)^e + M_0^e)``. [share]

    Counts tasks beyond the first, so that one task brings none and identical tasks are one task.

    Range: 1 to 1 836 tasks. Source: Flan-PaLM, arXiv 2210.11416 Table 3.

    >>> diversity(np.array([0.0, 1.0, 61.0]), half=np.array(60.0), exponent=np.array(1.0)).tolist()
    [0.0, 0.0, 0.5]
    """
    beyond = np.maximum(distinct_tasks - 1.0, 0.0) ** exponent
    return beyond / (beyond + half**exponent)


def with_diversity(own_gap: Array, gap_without_own: Array, *, gain: Array, diversity: Array, faded: Array) -> Array:
    """Remaining gap of a request whose model has seen many other tasks.

    ``min(R, R_0 (1 - g d)) (1 + phi (-g) d)``, g split by sign: a gain lifts the request to what it
    would get unseen, ``R_0 (1 - g d)``, until its own data do better; a loss fades as they arrive.
    Unseen requests get ``R (1 - g d)``. Own data up, remaining gap never up: multiplying R by
    ``1 - phi g d`` instead, the gain would fade faster than the gap closes.

    Parameters
    ----------
    own_gap, gap_without_own
        With the request's own data and without; the same for unseen requests.
    """
    gained, lost = np.maximum(gain, 0.0) * diversity, np.maximum(-gain, 0.0) * diversity
    return np.minimum(own_gap, gap_without_own * (1.0 - gained)) * (1.0 + faded * lost)


def merge_share(specialists: Array, *, base_params: Array, instruction_tuned: Array, noise: Array) -> Array:
    """Share of the specialists' gain that a merge of k of them keeps; exactly 1 at k = 1.

    ``logit = -.4 + .7 log10(N / .25e9) + .8 [instruction-tuned] - .1 (k - 2) + noise``.

    Range: 2 to 8 specialists, 1B to 64B. Source: fitted on Yadav et al. 2024, arXiv 2410.03617.
    """
    logit = (
        MERGE_INTERCEPT
        + MERGE_SIZE * np.log10(base_params / MERGE_REFERENCE_PARAMS)
        + MERGE_INSTRUCT * instruction_tuned
        + MERGE_COUNT * (specialists - 2.0)
        + noise
    )
    return np.where(specialists > 1.0, 1.0 / (1.0 + np.exp(-logit)), 1.0)


def keep(
    faded: Array, *, others_share: Array, trained: Array, others_tasks: Array, retention: Array,
    exponent: Array, method_factor: Array,
) -> Array:  # fmt: skip
    """Share of the distance to the floor that narrow training on other tasks leaves.

    ``1 - phi (1 - r) m (1 - s)^2 P Q^-kappa``, with s, P and Q over the other tasks' data.

    Source: form assumed; thirteen rows of Dong et al. 2023 and arXiv 2310.12823 stand behind it.
    """
    lost = faded * (1.0 - retention) * method_factor * (1.0 - others_share) ** 2
    return 1.0 - lost * trained * others_tasks**-exponent


def score_of_gap(remaining_gap: Array, *, base: Array, ceiling: Array) -> Array:
    """``ceiling - (ceiling - base) R``. [score]

    >>> score_of_gap(np.array([1.0, 0.0]), base=np.array(.6), ceiling=np.array(.9)).tolist()
    [0.6, 0.9]
    """
    return ceiling - (ceiling - base) * remaining_gap


def above_floor(score: Array, floor: Array, kept: Array) -> Array:
    """Move a score towards its floor: ``floor + kept (score - floor)``, never upwards."""
    return np.where(score > floor, floor + kept * (score - floor), score)
