"""What a strategy costs: one small function a line.

To add a line, write one decorated function. It names the arrays that it needs (its own Params,
those of other modules, or the derived arrays of ``core.derived``), says which component it belongs to
and when it is due, and returns USD over the horizon, shaped ``(scenario, strategy, task, draw)``; a cost of the strategy as a whole is
multiplied by ``task_share``, which adds up to 1 over tasks. Totals, tables and JSON follow.
"""

from __future__ import annotations

from collections.abc import Callable

from tuneplan.axes import Array
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.distributions import lognormal, pert, point
from tuneplan.core.registry import Param, Registry
from tuneplan.late import np
from tuneplan.units import MINUTES_PER_HOUR, MONTHS_PER_YEAR, TOKENS_PER_MTOK, WORKING_HOURS_PER_WEEK

COSTS: Registry[Callable[..., Array]] = Registry("cost line")
"""Every cost line, with two labels: ``component``, one of data, training, evaluation, people, serving, upkeep; and
``due``, when it is paid, a member of ``core.timing.TIMINGS``."""

HORIZON = Param(name="horizon_months", key="horizon", unit="month", low=0.0, high=1200.0, default=point(12.0),
                source="declared", as_of="2026-11", doc="How long the product is paid for and used.")  # fmt: skip
COST_PARAMS = (
    HORIZON,
    Param(name="traffic", key="traffic", scope="task", unit="request/month", high=1e15, required=True,
          example="20k to 80k requests/month",
          doc="Requests that arrive under this heading, those outside its scope included."),
    Param(name="input_tokens", key="tokens.input", scope="request", unit="token", high=1e8,
          default=lognormal(700.0, 0.5), source="assumed", as_of="2026-11", doc="Tokens of a request."),
    Param(name="output_tokens", key="tokens.output", scope="request", unit="token", high=1e8,
          default=lognormal(200.0, 0.5), source="assumed", as_of="2026-11", doc="Tokens of an answer."),
    Param(name="unseen_share", key="unseen.share", unit="share", high=1.0, default=point(0.0), source="declared: none", as_of="2026-11",
          example="5% to 15%", doc="Share of all requests that are outside every task."),
    Param(name="value", key="value", scope="request", unit="USD/point/month", high=1e12, example="$300 per point per month",
          doc="Worth of one more point, were it on all requests; it counts by the request's share of them; of unseen requests the mean of the tasks' when not given."),
    Param(name="gpu_price", key="gpu.price", unit="USD/hour", high=1e6, doc="Price of training; default the catalogue's."),
)  # fmt: skip
"""Numbers that several lines share."""

JUDGES = {
    "model": (lognormal(0.05, 1.0), "assumed: model judge with spot checks"),
    "people": (
        lognormal(0.87, 1.43),
        "assumed: that judging costs what labelling does. Middle: a scenario of 2.1 minutes at 25 USD/hour, MACHIAVELLI (2023); "
        "90 % from a crowd label, .09, Gilardi et al. 2023, to a preference, 10, Lambert, RLHF book ch. 12 (2026)",
    ),
    "automatic": (
        lognormal(0.0004, 1.0),
        "a quarter of a GPU-hour for a 7B model on IFBench and GSM8K, some 1 600 items (open-instruct SFT guide, 2026), "
        "at 2.5 USD/hour, answers included; spread assumed",
    ),
}
"""Price of judging an item by who judges, and where it comes from. [USD/item]"""
COEFFICIENTS = tuple(
    Coefficient(name="JUDGES", value={who: price}, unit="USD/item", source=source, as_of="2026-11", doc="Price of judging an item, by evaluation.judge.")
    for who, (price, source) in JUDGES.items()
)


@COSTS.add(
    Param(name="label_price", key="data.price", scope="task", unit="USD/example", high=1e7, per_strategy=True,
          example="$3 to $6 per example", doc="Price of one kept example; default by data.kind."),
    Param(name="synthetic_share", key="data.synthetic.share", scope="task", unit="share", high=1.0,
          default=point(0.0), source="declared: none", as_of="2026-11", doc="Share of bought examples that a model writes."),
    component="data", due="start",
)  # fmt: skip
def labels(bought: Array, human_price: Array, synthetic_share: Array) -> Array:
    """People who write or label examples: ``bought (1 - synthetic) price``. [USD]"""
    return bought * (1.0 - synthetic_share) * human_price


@COSTS.add(
    Param(name="synthetic_price", key="data.synthetic.price", scope="task", unit="USD/Mtok", high=1e6,
          default=lognormal(5.0, 0.8), source="middle of API output prices in the catalogue; spread assumed", as_of="2026-11",
          doc="Price of generated tokens."),
    Param(name="acceptance", key="data.synthetic.acceptance", scope="task", unit="share", low=0.01, high=1.0,
          default=pert(0.3, 0.6, 0.9), source="assumed", as_of="2026-11", doc="Share of generated examples that are kept."),
    Param(name="review_price", key="data.synthetic.review", scope="task", unit="USD/example", high=1e6,
          default=lognormal(0.05, 1.0), source="assumed", as_of="2026-11", doc="Review of one kept generated example."),
    component="data", due="start",
)  # fmt: skip
def synthetic(bought: Array, synthetic_share: Array, generated_price: Array) -> Array:
    """Examples that a model writes: ``bought synthetic (tokens price / acceptance + review)``. [USD]"""
    return bought * synthetic_share * generated_price


@COSTS.add(
    Param(name="data_setup", key="data.setup", scope="task", unit="USD", high=1e12,
          default=point(0.0), source="declared: none", as_of="2026-11", doc="Guidelines, tools and trial rounds."),
    Param(name="licence", key="data.licence", scope="task", unit="USD", high=1e12, per_strategy=True,
          default=point(0.0), source="declared: none", as_of="2026-11", doc="Licence for examples, once."),
    component="data", due="start",
)  # fmt: skip
def data_setup_and_licences(data_setup: Array, licence: Array, has_data: Array) -> Array:
    """What data costs before the first example: set-up and licences, where any is used. [USD]"""
    return (data_setup + licence) * has_data


@COSTS.add(component="training", due="start")
def training_runs(training_hours: Array, gpu_price: Array) -> Array:
    """GPU time of final runs, search, balancing of mixtures, and failures. [USD]"""
    return training_hours * gpu_price


@COSTS.add(
    Param(name="evaluation_items", key="evaluation.items", unit="item", high=1e9, default=point(538.0),
          source="assumed: a fall from .90 to .85 has to be seen, one-sided 5 %, power 80 %: 538 an arm", as_of="2026-11", doc="Items a task in each evaluation."),
    Param(name="evaluation_item_price", key="evaluation.price", unit="USD/item", high=1e6,
          default=JUDGES["model"][0], source=JUDGES["model"][1], as_of="2026-11", doc="Price of judging an item; default by evaluation.judge."),
    Param(name="evaluation_rounds", key="evaluation.rounds", unit="1", high=1e4, default=point(3.0),
          source="assumed", as_of="2026-11", doc="Evaluations before launch."),
    Param(name="evaluation_model_price", key="evaluation.per_model", unit="USD", high=1e9,
          default=lognormal(100.0, 0.8), source="assumed", as_of="2026-11", doc="Regression and safety checks of one model, a round."),
    component="evaluation", due="start",
)  # fmt: skip
def evaluation(
    evaluation_items: Array, evaluation_item_price: Array, evaluation_rounds: Array,
    evaluation_model_price: Array, models_evaluated: Array, task_share: Array,
) -> Array:  # fmt: skip
    """Judged items a task, and checks a model, in each round. [USD]"""
    judged = evaluation_items * evaluation_item_price
    return evaluation_rounds * (judged + evaluation_model_price * models_evaluated * task_share)


@COSTS.add(
    Param(name="engineer_week", key="people.engineer_week", unit="USD", high=1e6, default=lognormal(4000.0, 0.3),
          source="assumed", as_of="2026-11", doc="An engineer for a week, all costs in."),
    Param(name="weeks_project", key="people.weeks_project", unit="week", high=1e4, default=lognormal(2.0, 0.4),
          source="assumed", as_of="2026-11", doc="Engineer weeks to set up training, whatever the number of models."),
    Param(name="weeks_prompting", key="people.weeks_prompting", unit="week", high=1e4, default=lognormal(1.0, 0.4),
          source="assumed", as_of="2026-11", doc="Engineer weeks to write and test prompts."),
    Param(name="weeks_per_model", key="people.weeks_per_model", unit="week", high=1e4, default=lognormal(0.5, 0.5),
          source="assumed", as_of="2026-11", doc="Engineer weeks for each model trained."),
    Param(name="weeks_router", key="people.weeks_router", unit="week", high=1e4, default=lognormal(0.7, 0.5),
          source="assumed", as_of="2026-11", doc="Engineer weeks for a router, where there is one."),
    component="people", due="start",
)  # fmt: skip
def engineering(
    engineer_week: Array, weeks_project: Array, weeks_prompting: Array, weeks_per_model: Array, weeks_router: Array,
    is_trained: Array, models_trained: Array, has_router: Array, task_share: Array,
) -> Array:  # fmt: skip
    """Engineers until launch: the project, each model, the router. [USD]"""
    weeks = (
        np.where(is_trained > 0.0, weeks_project, weeks_prompting)
        + weeks_per_model * models_trained
        + weeks_router * has_router
    )
    return engineer_week * weeks * task_share  # type: ignore[no-any-return]


@COSTS.add(component="serving", due="monthly")
def own_gpus(replica_gpu_hours: Array, serving_gpu_price: Array, served_months: Array, task_share: Array) -> Array:
    """GPUs rented to serve, busy or idle. [USD]"""
    return replica_gpu_hours * serving_gpu_price * served_months * task_share


@COSTS.add(component="serving", due="monthly")
def tokens_bought(
    token_price_in: Array, token_price_out: Array, tokens_in: Array, tokens_out: Array, served_months: Array
) -> Array:
    """Prices per token: an API model, or a host of tuned models. [USD]"""
    monthly = tokens_in * token_price_in + tokens_out * token_price_out
    return monthly * served_months / TOKENS_PER_MTOK


@COSTS.add(
    Param(name="router_price", key="router.price", unit="USD/request", high=1e3, default=point(0.0),
          source="assumed: a small classifier beside the models", as_of="2026-11", doc="Price of routing one request."),
    component="serving", due="monthly",
)  # fmt: skip
def routing(router_price: Array, traffic: Array, has_router: Array, served_months: Array) -> Array:
    """The router's own cost. [USD]"""
    return router_price * traffic * has_router * served_months


@COSTS.add(component="serving", due="monthly")
def fallback_tokens(
    fallback_price_in: Array, fallback_price_out: Array, unseen_outward: Array, unseen_input_tokens: Array,
    output_tokens_of_unseen: Array, served_months: Array, task_share: Array,
) -> Array:  # fmt: skip
    """Requests outside every task that an API model answers. [USD]"""
    each = unseen_input_tokens * fallback_price_in + output_tokens_of_unseen * fallback_price_out
    return unseen_outward * each * served_months * task_share / TOKENS_PER_MTOK


@COSTS.add(
    Param(name="hours_per_model_month", key="people.hours_per_model_month", unit="hour", high=1e4,
          default=lognormal(3.0, 0.6), source="assumed", as_of="2026-11", doc="Engineer hours that each served model takes a month."),
    component="upkeep", due="monthly",
)  # fmt: skip
def care(
    hours_per_model_month: Array, engineer_week: Array, models_served: Array, is_trained: Array, served_months: Array,
    task_share: Array,
) -> Array:  # fmt: skip
    """Monitoring and mending each tuned model. [USD]"""
    hours = hours_per_model_month * models_served * is_trained * served_months
    return hours * engineer_week * task_share / WORKING_HOURS_PER_WEEK


@COSTS.add(
    Param(name="retrain_every", key="upkeep.retrain_every", unit="month", low=0.1, high=1e6, default=point(6.0),
          source="assumed", as_of="2026-11", doc="Months between retrainings."),
    Param(name="refresh_share", key="upkeep.refresh_share", unit="share", high=1.0, default=pert(0.02, 0.1, 0.3),
          source="assumed", as_of="2026-11", doc="Share of the data bought anew for each retraining."),
    Param(name="retirement_rate", key="upkeep.base_retirements_per_year", unit="1", high=100.0, default=point(0.1),
          source="assumed", as_of="2026-11", doc="How often a year the base model is given up and all is tuned again."),
    component="upkeep", due="at_retrainings",
)  # fmt: skip
def retraining(
    retrain_every: Array, refresh_share: Array, retirement_rate: Array, served_months: Array, final_hours: Array,
    gpu_price: Array, bought: Array, human_price: Array, generated_price: Array, synthetic_share: Array, evaluation_items: Array,
    evaluation_item_price: Array, evaluation_model_price: Array, models_evaluated: Array, task_share: Array,
    is_trained: Array,
) -> Array:  # fmt: skip
    """Tuning again on schedule and when the base retires: final runs, fresh data, one evaluation. [USD]"""
    planned = np.maximum(np.ceil(served_months / retrain_every) - 1.0, 0.0)
    forced = retirement_rate * served_months / MONTHS_PER_YEAR
    each_example = (1.0 - synthetic_share) * human_price + synthetic_share * generated_price
    fresh = refresh_share * bought * each_example
    judged = evaluation_items * evaluation_item_price + evaluation_model_price * models_evaluated * task_share
    each = final_hours * gpu_price + judged
    return is_trained * ((planned + forced) * each + planned * fresh)  # type: ignore[no-any-return]


@COSTS.add(component="data", due="start")
def waiting_annotators(idle_annotator_hours: Array, idle_pay: Array, task_share: Array) -> Array:
    """Annotators who are paid while there is nothing to label. [USD]"""
    return idle_annotator_hours * idle_pay * task_share


@COSTS.add(component="training", due="start")
def reserved_gpus(idle_gpu_hours: Array, reserved: Array, gpu_price: Array, task_share: Array) -> Array:
    """GPUs that are reserved from the first run to the last, while they are idle. [USD]"""
    return idle_gpu_hours * reserved * gpu_price * task_share


@COSTS.add(component="delay", due="while_late")
def lateness(days_late: Array, delay_cost: Array, task_share: Array) -> Array:
    """Days by which all of it ships after the deadline. [USD]"""
    return days_late * delay_cost * task_share


LABELLING_PARAMS = (
    Param(name="minutes", key="data.labelling.minutes", scope="task", unit="minute", low=1e-4, high=1e5,
          example="6 to 12 min", doc="Minutes for one label; instead of a price."),
    Param(name="wage", key="data.labelling.wage", scope="task", unit="USD/hour", high=1e5,
          default=lognormal(14.0, 0.4), source="Prolific recommended 12, living wage 16.54 (2021 to 2025); spread assumed", as_of="2026-11",
          doc="Pay an hour."),
    Param(name="labels_per_item", key="data.labelling.labels_per_item", scope="task", unit="label", low=0.01, high=1e3,
          default=point(1.0), source="declared", as_of="2026-11", doc="Labels for each item."),
    Param(name="fee", key="data.labelling.fee", scope="task", unit="share", high=1.0, default=pert(0.2, 0.3, 0.4),
          source="MTurk 20 to 40 %, Prolific 25 to 33 % (recalled); assumed", as_of="2026-11", doc="The platform's share on top of pay."),
    Param(name="kept", key="data.labelling.yield", scope="task", unit="share", low=0.01, high=1.0,
          default=pert(0.6, 0.85, 0.98), source="assumed", as_of="2026-11", doc="Share of items that are kept."),
    Param(name="quality_control", key="data.labelling.quality_control", scope="task", unit="share", high=1.0,
          default=point(0.1), source="assumed: a tenth re-labelled, as in SNLI", as_of="2026-11", doc="Work repeated for checking."),
    Param(name="adjudication", key="data.labelling.adjudication", scope="task", unit="USD/example", high=1e5,
          default=point(0.0), source="declared: none", as_of="2026-11", doc="Settling disagreement, an example."),
)  # fmt: skip
"""The numbers of labelling by time and wage."""


def human_label_price(
    *, minutes: Array, wage: Array, labels_per_item: Array, fee: Array, kept: Array, quality_control: Array,
    adjudication: Array,
) -> Array:  # fmt: skip
    """Price of one kept example from wages: ``r m/60 wage (1 + fee) (1 + qa) / yield + adjudication``. [USD]

    >>> one = np.ones(())  # SQuAD 1.1: 0.8 minutes at $9/h
    >>> round(float(human_label_price(minutes=.8 * one, wage=9 * one, labels_per_item=one, fee=0 * one,
    ...     kept=one, quality_control=0 * one, adjudication=0 * one)), 2)
    0.12
    """
    work = labels_per_item * minutes / MINUTES_PER_HOUR * wage
    return work * (1.0 + fee) * (1.0 + quality_control) / kept + adjudication
