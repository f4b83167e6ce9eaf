"""Own and borrowed examples become effective examples; tasks get in each other's way.

A *column* is a source of examples: every task, and, where a strategy adds one, the public
instruction mix. A *request* is what users send: every task, then the unseen ones.
Relations between them have shape ``(scenario, 1, request, column, draw)``.
"""

from __future__ import annotations

from collections.abc import Callable

from tuneplan.axes import Array
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.distributions import beta, lognormal, normal, point
from tuneplan.core.registry import Param, Registry
from tuneplan.late import np

SIMILARITY_FLOOR = 0.02
"""Share of the tokens that even an unrelated task counts as its own: keeps interference finite."""
REFERENCE_EPOCHS = 3.0
"""Epochs at which one kept example counts as one."""
REFERENCE_PARAMS = 8e9
"""Base size at which interference is stated. [parameters]"""

RELATIONS = {
    "parallel": beta(12.0, 2.0),
    "near": beta(4.0, 3.0),
    "format": beta(2.0, 4.0),
    "mixed": beta(1.5, 5.0),
    "far": beta(1.0, 9.0),
}
"""Relation words as priors on similarity."""
SIMILARITY_CORRELATION = 0.5
"""Correlation of the similarities of one scenario (of their normal scores)."""

RELATED = Coefficient(name="RELATIONS", value=RELATIONS, unit="share", source="relation word; assumed", as_of="2026-11",
                      doc="Similarity that a relation word stands for.")  # fmt: skip
COEFFICIENTS = (
    RELATED,
    Coefficient(name="SIMILARITY_FLOOR", value=SIMILARITY_FLOOR, unit="share", source="assumed: keeps interference finite", as_of="2026-11",
                doc="Share of the tokens that even an unrelated task counts as its own."),
    Coefficient(name="REFERENCE_EPOCHS", value=REFERENCE_EPOCHS, unit="epoch", source="declared: learning curves were fitted near it", as_of="2026-11",
                doc="Epochs at which one kept example counts as one."),
    Coefficient(name="REFERENCE_PARAMS", value=REFERENCE_PARAMS, unit="param", source="declared", as_of="2026-11", doc="Base size at which interference is stated."),
    Coefficient(name="SIMILARITY_CORRELATION", value=SIMILARITY_CORRELATION, source="assumed", as_of="2026-11",
                doc="Correlation of the similarities of one scenario, of their normal scores."),
)  # fmt: skip
"""Where the numbers above come from."""

TRANSFER_PARAMS = (
    Param(name="examples", key="data.examples", scope="task", unit="example", high=1e12, per_strategy=True,
          measured=(200.0, 1.6e6), measured_by="arXiv 2402.02314",
          words=("auto",),
          doc="Fine-tuning examples trained on, existing ones included; auto: what the budget is best spent on. Needed where a strategy trains on the task."),
    Param(name="existing", key="data.existing", scope="task", unit="example", high=1e12, per_strategy=True,
          default=point(0.0), source="declared: none", as_of="2026-11",
          doc="How many of the examples are owned already and cost nothing."),
    Param(name="quality", key="data.quality", scope="task", unit="share", low=1e-3, high=1.0, per_strategy=True,
          default=point(1.0), source="declared: as good as the data behind the learning curves", as_of="2026-11",
          doc="Share of the worth of a clean example."),
    Param(name="epochs", key="epochs", scope="task", unit="epoch", low=0.01, high=100.0, per_strategy=True,
          default=point(3.0), source="assumed; common practice, and near the fitted curves", as_of="2026-11",
          measured=(1.0, 10.0), measured_by="arXiv 2305.16264, 2402.02314",
          doc="Passes over the examples."),
    Param(name="example_tokens", key="data.tokens", scope="task", unit="token", low=1.0, high=1e7,
          default=lognormal(500.0, 0.4), source="assumed", as_of="2026-11", doc="Tokens of one training example."),
    Param(name="similarity", key="similarity", scope="pair", unit="share", low=0.0, high=1.0,
          default=beta(1.5, 4.0), source="assumed", as_of="2026-11", example="0.2 to 0.5",
          doc="How much of one task carries over to another."),
    Param(name="helpfulness", key="helpfulness", scope="task", low=0.01, high=100.0,
          default=lognormal(1.0, 0.5), source="assumed", as_of="2026-11", doc="How helpful a task's examples are to others."),
    Param(name="quality_exponent", key="law.quality_exponent", low=0.0, high=5.0,
          default=normal(0.85, 0.15, 0.0), source="1.01 language modelling, .69 translation; midpoint assumed", as_of="2026-11",
          doc="How strongly quality discounts examples."),
    Param(name="repeat_value", key="law.repeat_value", low=0.01, high=1e4, unit="epoch",
          default=lognormal(5.0, 0.7), source="assumed for fine-tuning; 15.39 in pretraining, arXiv 2305.16264", as_of="2026-11",
          doc="Epochs after which repeating teaches little more."),
    Param(name="transfer_sharpness", key="law.transfer_sharpness", low=0.01, high=100.0,
          default=lognormal(2.0, 0.5), source="assumed", as_of="2026-11", doc="How fast help falls with dissimilarity."),
    Param(name="format_transfer", key="law.format_transfer", unit="share", high=1.0,
          default=beta(6.0, 2.0), source="assumed; published pairs do not identify it", as_of="2026-11",
          doc="Share of another task's examples that teach the shared instruction format."),
    Param(name="format_examples", key="law.format_examples", unit="example", low=1e-3, high=1e9,
          default=lognormal(300.0, 0.9), source="LIMA arXiv 2305.11206; Dong et al. 2023 arXiv 2310.05492; spread assumed", as_of="2026-11",
          doc="Examples that close half of the fast, shared part of the gap."),
    Param(name="saturation_examples", key="law.saturation_examples", unit="example", low=1e-3, high=1e9,
          default=lognormal(500.0, 0.7), source="assumed", as_of="2026-11", doc="Scale of saturating transfer."),
    Param(name="saturation_sharpness", key="law.saturation_sharpness", low=0.01, high=100.0,
          default=lognormal(3.0, 0.4), source="assumed", as_of="2026-11", doc="How dissimilarity hastens saturation."),
    Param(name="interference_strength", key="law.interference_strength", high=10.0,
          default=lognormal(0.15, 0.8), source="between .11 (ATLAS, arXiv 2510.22037) and .16 to .6 (fitted on Dong et al. 2023); middle and spread assumed", as_of="2026-11",
          doc="How strongly a small share of the tokens slows learning."),
    Param(name="interference_sharpness", key="law.interference_sharpness", low=0.01, high=100.0,
          default=lognormal(1.0, 0.5), source="assumed", as_of="2026-11", doc="How similarity softens interference."),
    Param(name="size_relief", key="law.size_relief", high=5.0,
          default=normal(0.05, 0.10, 0.0), source="sources conflict (arXiv 2510.22037, 2302.09650, 2310.05492); assumed", as_of="2026-11",
          doc="How base size softens interference."),
    Param(name="additive_capacity", key="law.additive_capacity", high=10.0,
          default=lognormal(0.3, 0.5), source="assumed; only with interference_form additive", as_of="2026-11",
          doc="Gap added by each unit of interference in the rival form."),
    Param(name="clash_severity", key="law.clash_severity", high=50.0,
          default=lognormal(0.35, 1.0), source="assumed", as_of="2026-11", doc="How much a format clash takes away."),
    Param(name="lora_capacity", key="law.lora_capacity", unit="token/param", low=1e-6, high=1e6,
          default=lognormal(2.0, 1.0), source="assumed", as_of="2026-11", doc="Training tokens that one adapter weight can hold."),
    Param(name="lora_exponent", key="law.lora_exponent", low=0.01, high=2.0,
          default=lognormal(0.8, 0.35, 0.0, 1.1), source="arXiv 2402.17193 at rank 4: .18 to .54; judgement assumed", as_of="2026-11",
          doc="Factor on the data exponent under LoRA."),
    Param(name="replay", key="replay", scope="strategy", unit="example", high=1e12, default=point(0.0),
          source="declared: none", as_of="2026-11", doc="Examples of a public instruction mix added to every model of the strategy."),
    Param(name="replay_tasks", key="law.replay_tasks", low=1.0, high=1e6, default=lognormal(100.0, 0.8),
          source="assumed; FLAN holds 62 to 1 836 tasks", as_of="2026-11", doc="Distinct tasks in a public instruction mix."),
    Param(name="forgetting", key="law.forgetting", unit="share", high=1.0, default=beta(2.0, 8.0), source="assumed", as_of="2026-11",
          doc="Share of earlier training lost in each epoch of a later stage."),
)  # fmt: skip
"""The numbers of this module."""


def usable_examples(
    examples: Array, quality: Array, *, epochs: Array, quality_exponent: Array, repeat_value: Array
) -> Array:
    """Examples, discounted for quality and for repetition.

    ``U = D q^c h(e) / h(3)``, with ``h(e) = 1 + R (1 - exp(-(e - 1) / R))`` from one epoch up
    and ``h(e) = e`` below. [example]

    Source: repetition, Muennighoff et al. 2023, arXiv 2305.16264, eq. 5.

    >>> one = np.ones(())
    >>> float(usable_examples(1000 * one, one, epochs=3 * one, quality_exponent=one, repeat_value=5 * one))
    1000.0
    """
    return examples * quality**quality_exponent * _worth(epochs, repeat_value) / _worth(
        np.asarray(REFERENCE_EPOCHS), repeat_value
    )


def _worth(epochs: Array, repeat_value: Array) -> Array:
    more = np.maximum(epochs - 1.0, 0.0)
    return np.where(epochs < 1.0, epochs, 1.0 - repeat_value * np.expm1(-more / repeat_value))


def power_of_similarity(similarity: Array, exponent: Array) -> Array:
    """``S ** exponent``, exact at 0 and 1. [share]

    >>> power_of_similarity(np.array([0.0, 0.5, 1.0]), np.array(2.0)).tolist()
    [0.0, 0.25, 1.0]
    """
    with np.errstate(divide="ignore"):
        return np.exp(exponent * np.log(similarity))


TRANSFER_FORMS: Registry[Callable[..., Array]] = Registry("transfer form")
"""How many of another task's examples count before similarity is applied."""


@TRANSFER_FORMS.add()
def linear(amount: Array) -> Array:
    """All of them: ``V = U``."""
    return amount


@TRANSFER_FORMS.add()
def saturating(
    amount: Array, dissimilarity: Array, saturation_examples: Array, saturation_sharpness: Array
) -> Array:
    """Ever fewer the more there are: ``V = U (1 - exp(-x)) / x``, ``x = U (1 - S)^k / D_x``."""
    x = amount * dissimilarity**saturation_sharpness / saturation_examples
    return amount * np.where(x > 0.0, -np.expm1(-x) / np.where(x > 0.0, x, 1.0), 1.0)


def progress(usable: Array, format_examples: Array) -> Array:
    """Training progress: 0 without data, 1 with endless data, ``U / (U + D_f)``. [share]

    >>> progress(np.array([0.0, 300.0]), np.array(300.0)).tolist()
    [0.0, 0.5]
    """
    return usable / (usable + format_examples)


def interference(
    own_share: Array, trained: Array, *, strength: Array, size_relief: Array, base_params: Array
) -> Array:
    """How much a model's other tasks slow the closing of a gap; 1 means not at all.

    ``I = (s + .02 (1 - s))^(-lambda n^-zeta P)``, n in units of 8e9 parameters.

    Range: data of 0.5B to 70B bases. Source: Longpre et al. 2025 (ATLAS), arXiv 2510.22037;
    refitted on Dong et al. 2023, arXiv 2310.05492.

    >>> one = np.ones(())
    >>> float(interference(one, one, strength=one, size_relief=0 * one, base_params=8e9 * one))
    1.0
    """
    exponent = strength * (base_params / REFERENCE_PARAMS) ** -size_relief * trained
    return (own_share + SIMILARITY_FLOOR * (1.0 - own_share)) ** -exponent


def adapter_crowding(tokens: Array, capacity: Array) -> Array:
    """Factor on effective examples as an adapter fills up; 1 for full fine-tuning.

    ``1 / sqrt(1 + (tokens / capacity)^2)``, capacity infinite where weights are not adapters.
    Source: assumed form, after LoRA without Regret (2025): capacity in tokens a weight.

    >>> adapter_crowding(np.array([0.0, 1e6]), np.array([1e6, np.inf])).tolist()
    [1.0, 1.0]
    """
    return 1.0 / np.sqrt(1.0 + (tokens / capacity) ** 2)
