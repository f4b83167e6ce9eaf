"""What a number is when the scenario is silent: the catalogue's, the fitted prior, or the declared default."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from tuneplan.core import capability, compute
from tuneplan.core.costs import JUDGES, LABELLING_PARAMS
from tuneplan.core.distributions import Distribution, lognormal, normal, point
from tuneplan.core.registry import Param, grade_of
from tuneplan.core.schedule.declared import PACE_SPREAD, SHARE_JUDGED
from tuneplan.late import np
from tuneplan.scenario import catalogue
from tuneplan.scenario.grammar.intervals import cut_lognormal, cut_normal
from tuneplan.scenario.records import Quantity, Scenario
from tuneplan.scenario.schema import DEFAULT_GPU
from tuneplan.scenario.timed import is_timed

JUDGED_GAINS = {"middle": "assumed: between the two sizes that were fitted", "large": "assumed: instruction-tuned, so as the large bases that were fitted"}
"""Sources of diversity_gain for bases whose size was not fitted."""
JUDGED_ON = "2026-11"
SEQUENCE = next(param.default for param in compute.COMPUTE_PARAMS if param.name == "sequence_length" and param.default is not None)
"""Tokens of a training sequence, unless a scenario says otherwise."""


def default_quantity(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity | None:
    """The number that holds when nobody gave one; None when there is none.

    Parameters
    ----------
    path
        Where it would have been typed.
    owner
        Task or ``unseen``, empty for numbers of the whole scenario.
    strategy
        Whose base and method count, empty for the scenario's own.
    """
    found = CATALOGUE_DEFAULTS.get(param.name)
    if found is not None:
        return found(scenario, param, path, owner, strategy)
    if hangs_on_base(param):
        return _by_base(_usual)(scenario, param, path, owner, strategy)
    return _usual(scenario, param, path, owner, strategy)


def hangs_on_base(param: Param) -> bool:
    """Whether the default is another one for another base model.

    >>> from tuneplan.core import declared_params
    >>> [param.name for param in declared_params() if hangs_on_base(param)][-2:]
    ['half_gap_examples', 'diversity_gain']
    """
    conditions = {row.when for row in catalogue.fitted_priors().get(param.name, ())}
    return param.name in BY_BASE or bool(conditions & set(CONDITIONS))


def usual_default(param: Param, conditions: Collection[str] = ()) -> Quantity | None:
    """The fitted prior of a number, else its declared default; None where it has neither."""
    row = catalogue.fitted_prior(param.name, conditions)
    if row is None:
        return None if param.default is None else _declared(param.key, param, param.default)
    return Quantity(path=param.key, distribution=_within(row.distribution, param), unit=param.unit, text="", source=row.source,
                    grade=row.grade, origin="fitted", as_of=row.as_of)  # fmt: skip


def _usual(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity | None:
    holding = [name for name, holds in CONDITIONS.items() if holds(scenario, strategy)] if hangs_on_base(param) else []
    found = usual_default(param, holding)
    return None if found is None else replace(found, path=path)


def _within(distribution: Distribution, param: Param) -> Distribution:
    """A distribution whose tails, where nothing cuts them yet, are cut where the declaration ends."""
    if distribution.family not in CUT or distribution.parameters[2:] != CUT[distribution.family].parameters[2:]:
        return distribution
    cut = cut_lognormal if distribution.family == "lognormal" else cut_normal
    middle, spread = distribution.parameters[:2]
    return cut(middle, spread, param)


CUT = {"lognormal": lognormal(1.0, 1.0), "normal": normal(0.0, 1.0)}
"""Families with tails, uncut."""


def base_name(scenario: Scenario, strategy: str = "") -> str:
    """Base model of a strategy."""
    return scenario.word(f"strategies.{strategy}.base", scenario.word("base", ""))


def serving_gpu(scenario: Scenario) -> str:
    """Card that serves: its own key, else the training card."""
    return scenario.word("serving.gpu", scenario.word("gpu.kind", DEFAULT_GPU))


def _priced(path: str, param: Param, row: catalogue.Priced) -> Quantity:
    """A number of the catalogue, its tails cut where the declaration ends."""
    return Quantity(path=path, distribution=_within(row.distribution, param), unit=param.unit, text="", source=row.source,
                    grade=row.grade, origin="catalogue", as_of=row.as_of)  # fmt: skip


def _declared(path: str, param: Param, distribution: Distribution) -> Quantity:
    return Quantity(path=path, distribution=distribution, unit=param.unit, text="", source=param.source,
                    grade=param.grade, origin="default", as_of=param.as_of)  # fmt: skip


def _label_price(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    kind = scenario.word(f"tasks.{owner}.data.kind", "demonstration")
    return _priced(path, param, catalogue.label_price(kind, scenario.rows))


def _pace(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity | None:
    """What an hour of such work costs over the price of an example; nothing where minutes a label say it, or nobody asks."""
    place = f"tasks.{owner}.data"
    if not is_timed(scenario) or _labelled_by_the_hour(scenario, owner):
        return None
    kind = scenario.word(f"{place}.kind", "demonstration")
    row, given = catalogue.label_prices(scenario.rows)[kind], scenario.quantities.get(f"{place}.price")
    price = row.typical if given is None or given.distribution.median == 0.0 else given.distribution.median
    usual = {each.name: each.default.median for each in LABELLING_PARAMS if each.default is not None}
    pay, source = (usual["wage"], "the usual wage") if row.usd_per_hour is None else (row.usd_per_hour, f"${row.usd_per_hour:g} an hour ({kind})")
    hour = pay * (1.0 + usual["fee"]) * (1.0 + usual["quality_control"])
    typical = min(max(hour / price, param.low), param.high)
    found = _declared(path, param, _within(lognormal(typical, PACE_SPREAD), param))
    return replace(found, source=f"assumed: {source} with fee and control over the price; spread assumed", grade="A", as_of="2026-11")


def _labelled_by_the_hour(scenario: Scenario, task: str) -> bool:
    """Whether minutes for a label are given and in force in any strategy: one with a price of its own has none."""
    minutes = f"tasks.{task}.data.labelling.minutes"
    priced = ({f"strategies.{name}.price", f"strategies.{name}.price.{task}"} & scenario.quantities.keys() for name in scenario.strategies)
    return (minutes in scenario.quantities or minutes in scenario.ties) and not all(priced)


def _provider(scenario: Scenario) -> str | None:
    return scenario.word("gpu.provider", "") or None


def _training_price(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    gpu = scenario.word("gpu.kind", DEFAULT_GPU)
    spot = bool(scenario.setting("gpu.spot", False))
    return _priced(path, param, catalogue.gpu_price(gpu, _provider(scenario), spot=spot, own=scenario.rows))


def _serving_price(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    card, same = serving_gpu(scenario), scenario.word("gpu.kind", DEFAULT_GPU)
    given = scenario.quantities.get("gpu.price")
    if card == same and given is not None and not scenario.setting("gpu.spot", False):
        return given
    provider = _provider(scenario) if card == same else None
    found = _priced(path, param, catalogue.gpu_price(card, provider, own=scenario.rows))
    rented_alike = card == same and not scenario.setting("gpu.spot", False)  # one market, one luck
    return replace(found, same_as="gpu.price") if rented_alike else found


def _utilisation(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    row = catalogue.utilisation(_setup(scenario), scenario.word("gpu.kind", DEFAULT_GPU), scenario.rows)
    median, log_sd = row.distribution.parameters[:2]
    method = "full" if scenario.word("method", "full") == "full" else "lora"
    return _priced(path, param, replace(row, distribution=lognormal(_reached(scenario, method, median), log_sd)))


def _qlora_speed(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    assert param.default is not None
    share = catalogue.utilisation(_setup(scenario), scenario.word("gpu.kind", DEFAULT_GPU), scenario.rows).distribution.median
    speed = _reached(scenario, "qlora", share) / _reached(scenario, "lora", share)
    return _declared(path, param, lognormal(speed, param.default.parameters[1]))


def _setup(scenario: Scenario) -> str:
    return scenario.word("training.setup", setup_class(packed=bool(scenario.setting("training.packing", True))))


def _reached(scenario: Scenario, method: str, share: float) -> float:
    """Share of the peak that training reaches on its usual micro-batches, of what its class reaches on long ones."""
    base, card = catalogue.models(scenario.rows)[base_name(scenario)], catalogue.gpus(scenario.rows)[scenario.word("gpu.kind", DEFAULT_GPU)]
    given = scenario.quantities.get("training.sequence_length")
    one, length = np.ones(()), (SEQUENCE if given is None else given.distribution).median
    flop = compute.training_flop_per_token(
        method, recompute=False, params=base.active_params * one, layers=base.layers * one, hidden=base.hidden * one, context=length * one
    )
    from tuneplan.core import memory

    sharded = method == "full" and not memory.weights_and_states_fit(base.params, card.memory_gb)
    attention = compute.attention_share(base.active_params * one, flop_per_token=flop, method=method)
    slowed = compute.slowed_by(method, recompute=bool(scenario.setting("training.recompute", True)), attention_share=attention)
    return float(compute.reached_share(
        share * one, tokens=max(length, compute.MICRO_BATCH_TOKENS) * one, idle=compute.idle_tokens(method, sharded=sharded) * one, flop_per_token=flop,
        peak_tflops=card.bf16_tflops * one, launch_s=compute.launch_seconds(_setup(scenario)) * one, slowed=slowed,
    ))  # fmt: skip


def setup_class(*, packed: bool, tuned: bool = False) -> str:
    """Class of a training setup, from what it is and never from what it measured.

    Unpacked short examples waste most of a card; sharded or compiled runs that somebody tuned
    reach the best; all else is what practitioners get. Source: 395 rows of published runs.

    >>> setup_class(packed=False), setup_class(packed=True), setup_class(packed=True, tuned=True)
    ('naive', 'practitioner', 'expert')
    """
    if not packed:
        return "naive"
    return "expert" if tuned else "practitioner"


def _saturated_share(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    precision = scenario.word("serving.precision", "bf16")
    return _priced(path, param, catalogue.serving_share(serving_gpu(scenario), precision, scenario.rows))


def _peak_tflops(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    card = catalogue.gpus(scenario.rows)[scenario.word("gpu.kind", DEFAULT_GPU)]
    row = catalogue.Priced(distribution=point(card.bf16_tflops), source=card.source, as_of=card.as_of, grade=card.grade)
    return _priced(path, param, row)


def _search(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    new = scenario.word("training.recipe", "known") == "new"
    assert param.default is not None
    return _declared(path, param, compute.NEW_RECIPE_SEARCH if new else param.default)


def _judging(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    price, source = JUDGES[scenario.word("evaluation.judge", "model")]
    return replace(_declared(path, param, price), source=source, grade=grade_of(source))


def _judged_share(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    judge = scenario.word("evaluation.judge", "model")
    return replace(_declared(path, param, point(SHARE_JUDGED[judge])), source=f"assumed, for evaluation.judge: {judge}", grade="A", as_of="2026-11")


def _half_gap(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity | None:
    place = f"{'' if owner == 'unseen' else 'tasks.'}{owner}.mostly_format"
    large = catalogue.models(scenario.rows)[base_name(scenario, strategy)].params >= capability.MOSTLY_FORMAT_PARAMS
    mostly_format = bool(scenario.setting(place, False)) and large
    if mostly_format:
        return _declared(path, param, capability.MOSTLY_FORMAT)
    return _usual(scenario, param, path, owner, strategy)


def _diversity_gain(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity:
    base = catalogue.models(scenario.rows)[base_name(scenario, strategy)]
    size = "middle" if base.params > capability.SMALL_MODEL_PARAMS else "small"
    if base.instruction_tuned or base.params >= capability.LARGE_MODEL_PARAMS:
        size = "large"
    found = _declared(path, param, normal(*capability.DIVERSITY_GAIN[size]))
    if size == "small" or base.params >= capability.LARGE_MODEL_PARAMS:
        return found
    return replace(found, source=JUDGED_GAINS[size], grade="A", as_of=JUDGED_ON)


Default = Callable[[Scenario, Param, str, str, str], Quantity | None]


def _by_base(default: Default) -> Default:
    """The same default, with the base model that it holds for where another strategy's base has another."""

    def named(scenario: Scenario, param: Param, path: str, owner: str, strategy: str) -> Quantity | None:
        found, own = default(scenario, param, path, owner, strategy), base_name(scenario, strategy)
        others = {base_name(scenario, name): name for name in scenario.strategies if base_name(scenario, name) != own}
        of_others = (default(scenario, param, path, owner, name) for name in others.values())
        differs = any(other is None or found is None or other.distribution != found.distribution for other in of_others)
        return replace(found, base=own) if found is not None and differs else found

    return named


def _is_instruction_tuned(scenario: Scenario, strategy: str) -> bool:
    return catalogue.models(scenario.rows)[base_name(scenario, strategy)].instruction_tuned


CONDITIONS: dict[str, Callable[[Scenario, str], bool]] = {"instruction_tuned": _is_instruction_tuned}
"""Condition that a fitted prior may name -> whether it holds for the base model of a strategy."""
BY_BASE = ("half_gap_examples", "diversity_gain")
"""Numbers whose default hangs on the base model whatever was fitted."""
CATALOGUE_DEFAULTS: dict[str, Default] = {
    "label_price": _label_price,
    "pace": _pace,
    "gpu_price": _training_price,
    "serving_gpu_price": _serving_price,
    "utilisation": _utilisation,
    "qlora_speed": _qlora_speed,
    "saturated_share": _saturated_share,
    "peak_tflops": _peak_tflops,
    "search": _search,
    "evaluation_item_price": _judging,
    "judged_share": _judged_share,
    "half_gap_examples": _by_base(_half_gap),
    "diversity_gain": _by_base(_diversity_gain),
}
"""Numbers whose default hangs on a choice of the scenario."""
