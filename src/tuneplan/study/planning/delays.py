"""Plans that know what they delay: every example takes time, and where launch dates count time has a price.

A plan is made as if all were there from the first day on. At that plan the *toll* of each task is measured: what an
example more takes off the expected net benefit by value that comes later, lateness and idle people, less what is not
served meanwhile; from schedules simulated with the examples of the plan and with a part fewer of one task. Plans are
then made anew with each example dearer by its toll, or by a part of it, as tolls fall with the examples; the best of
them on the draws of the plan is kept, which may be the first. What is paid for idle people and GPUs out of the
budget is laid aside before examples are bought.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tuneplan.axes import Array, Mask
from tuneplan.core import costs_of, route
from tuneplan.core.arrays import Inputs
from tuneplan.core.costs import COSTS
from tuneplan.core.quantiles import quantiles_of_draws
from tuneplan.late import np
from tuneplan.scenario.lower import lower
from tuneplan.scenario.lowering.regrouped import dated_anew
from tuneplan.scenario.lowering.timing import IS_TIMED
from tuneplan.scenario.planned import only, with_examples
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.scenario.timed import MUST, is_timed
from tuneplan.study.design import Design
from tuneplan.study.planning.cases import CELLS_OF_WORTH, FEWEST_OF_WORTH, Case, Solved, draws_for
from tuneplan.study.planning.in_horizon import GLANCE, in_horizon, ships_amply
from tuneplan.study.planning.worth import expected_score_of_models
from tuneplan.study.valuing import reference_row, usd_per_scale

DRAWS, DRAWS_OF_IDLE = 64, 256
"""Draws for the toll, which is a difference on the same draws; and for the money that is laid aside, of which the tail counts."""
DRAWS_OF_SHIPPING = 512
"""Draws on which a plan has to ship within the horizon as surely as asked."""
FEWER = 0.25
"""Part of a task's examples that is left out to measure its toll: it evens out single batches."""
ONE_BY_ONE = 12
"""Tasks up to which each has a toll of its own; of more all have the same for an hour of labelling."""
PARTS = (0.5, 1.0)
"""Parts of the toll with which plans are made anew. Measured on six variants of the startup: more parts, or tolls measured
again at the plan that was found, bring less than a hundredth of what these bring."""
ROUNDS = 8
"""Amounts of money to lay aside that are tried, at most."""
NEAR = 0.05
"""Share of it that may be left over where fewer are."""
CLOSE = 0.02
"""Share of it by which what stands idle may exceed what is laid aside for it: within simulation error."""
SLOW = 0.85
"""Share of the horizon that has to be left after launch for tolls to be measured at the first plan: one that ships near the
end of the horizon, or after it, has no more to lose by an example more."""
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0, 16.0, 256.0)
"""Parts of what an hour of labelling takes off the worth on average, with which slower plans are made anew first."""
PART_OF_MANY = (0.7,)
"""The same of very many tasks, of which each plan takes long."""
BETTER = 1e-9
"""Gain from which another plan is taken, against the first."""
IDLE = ("waiting_annotators", "reserved_gpus", "lateness")
"""Cost lines that hang on dates alone."""
Solve = Callable[[Sequence[Case]], list[Solved]]


def in_time(scenario: Scenario, best: Mapping[str, Solved], solve: Solve, *, unit: str, seed: int) -> dict[str, Solved]:
    """Plans of strategies, with what they delay; the same where launch dates do not count, or time neither has a price
    nor a deadline that is a must.

    Parameters
    ----------
    best
        The plan of each strategy without time.
    solve
        Makes plans of cases.
    unit
        Of what plans maximise.
    seed
        Of the draws of the plan.
    """
    done = dict(best)
    names = [name for name, each in best.items() if each.feasible]
    if not (is_timed(scenario) and names):
        return done
    clock = _Clock(scenario=scenario, names=tuple(names), plans=best, seed=seed)
    if pays_for_idle(scenario):
        done |= _with_room(clock, done, solve)
        clock = replace(clock, names=tuple(name for name in names if done[name].feasible))
    if unit == "USD" and clock.names:
        done |= _charged(clock, done, solve)
    for due in _dues(scenario, unit) if clock.names else ():
        amply = ships_amply(clock.lowered(done, GLANCE), len(clock.names), due).tolist()
        close = {name: done[name] for name, each in zip(clock.names, amply, strict=True) if not each}
        done |= in_horizon(close, partial(_dated, clock), solve, scenario.tasks, due=due) if close else {}
    return done


def pays_for_idle(scenario: Scenario) -> bool:
    """Whether the budget covers anything that hangs on dates."""
    prices = {"waiting_annotators": "schedule.idle_pay", "reserved_gpus": "schedule.reserved", "lateness": "deadline.delay_cost"}
    covers, given = scenario.listed("budget.covers", DEFAULT_COVERS), scenario.quantities
    return "budget.limit" in given and any(COSTS[line].labels["component"] in covers and prices[line] in given for line in IDLE)


def _dues(scenario: Scenario, unit: str) -> list[str]:
    """By when plans have to ship: within the horizon where points have no price, by a deadline that is a must."""
    return [*(["horizon"] if unit != "USD" else []), *(["deadline"] if scenario.setting(MUST, False) else [])]


def _dated(clock: _Clock, plans: Mapping[str, Solved]) -> Inputs:
    """Numbers of the strategies of some plans, in their order, dates simulated."""
    return replace(clock, names=tuple(plans)).lowered(plans, DRAWS_OF_SHIPPING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    """Strategies whose plans are looked at, and the plans of all."""

    scenario: Scenario
    names: tuple[str, ...]
    plans: Mapping[str, Solved]
    seed: int

    @property
    def covers(self) -> tuple[str, ...]:
        return self.scenario.listed("budget.covers", DEFAULT_COVERS)

    def lowered(self, plans: Mapping[str, Solved], draws: int) -> Inputs:
        """Numbers of the strategies with what their plans buy, dates simulated."""
        reference = self.scenario.word("reference", "")
        beside = (reference,) if reference and reference not in self.names else ()
        found = {**self.plans, **plans}
        examples = {name: self.examples(found[name]) for name in (*self.names, *beside) if name in found}
        design = Design(draws=draws, seed=self.seed, scrambles=1, stream="plan dates ")
        return lower([with_examples(only(self.scenario, (*self.names, *beside)), examples)], design.points).inputs

    def worth(self, inputs: Inputs) -> Array:
        """Expected net benefit above the reference. ``(trial, strategy)`` [USD]"""
        return _net_benefit(inputs, self.scenario)[:, : len(self.names)]

    def examples(self, plan: Solved) -> dict[str, float]:
        """What a plan decides, by task."""
        rows = np.flatnonzero(plan.planned).tolist()
        return {**{self.scenario.tasks[row]: float(plan.examples[row]) for row in rows}, **dict.fromkeys(plan.case.untrained, 0.0)}

    def measured(self, plans: Mapping[str, Solved]) -> tuple[Array, Array]:
        """Expected net benefit of each plan, ``(strategy,)`` [USD], and what one example more takes off it by its time,
        ``(strategy, task)`` [USD/example].
        """
        inputs, apart, tasks = self.lowered(plans, self.draws), self.apart, len(self.scenario.tasks)
        planned, bought = (np.stack([getattr(plans[name], each) for name in self.names]) for each in ("planned", "bought"))
        step = np.where(planned, np.ceil(FEWER * bought), 0.0)
        fewer = np.zeros((len(apart) + 1, len(inputs.structure.strategies), inputs["examples"].shape[2], 1))
        fewer[1:, : len(self.names), :tasks, 0] = apart[:, None] * step
        trials = replace(inputs, numbers={**inputs.numbers, "examples": inputs["examples"] - fewer, IS_TIMED: np.ones((len(fewer), 1, 1, self.draws))})
        worth = self.worth(dated_anew(trials, self.scenario))
        lost = self.worth(_as_if_there(trials)) - worth
        hours = np.broadcast_to((1.0 / inputs["made_an_hour"])[0].mean(axis=2), (len(inputs.structure.strategies), tasks))[: len(self.names)]
        spared = (step * hours) @ apart.T
        an_hour = (lost[:1] - lost[1:]).T / np.where(spared > 0.0, spared, 1.0)
        return worth[0], _for_all(np.maximum(an_hour @ apart * hours, 0.0), step > 0.0)

    @property
    def draws(self) -> int:
        """Draws that there is time for."""
        return draws_for(self.scenario, DRAWS, FEWEST_OF_WORTH, CELLS_OF_WORTH, power=2)

    @property
    def apart(self) -> Array:
        """Tasks whose tolls are measured together: each by itself, of very many all as one. ``(trial, task)`` of 0 and 1"""
        tasks = len(self.scenario.tasks)
        return np.eye(tasks) if tasks <= ONE_BY_ONE else np.ones((1, tasks))


def _as_if_there(inputs: Inputs) -> Inputs:
    """The same with all there from the first day on."""
    none = np.zeros((1, 1, 1, 1))
    return replace(inputs, numbers={**inputs.numbers, "served_months": inputs["horizon_months"], **dict.fromkeys(("days_late", "idle_annotator_hours", "idle_gpu_hours"), none)})


def _net_benefit(inputs: Inputs, scenario: Scenario) -> Array:
    """Expected worth of the points above the reference less all costs. ``(scenario, strategy)`` [USD]"""
    by_model = expected_score_of_models(inputs)
    tasks, unseen = route(inputs, by_model)
    shape = np.broadcast_shapes(tasks[:, :, :1].shape, unseen.shape)
    score = np.concatenate([np.broadcast_to(tasks, (*shape[:2], tasks.shape[2], shape[3])), np.broadcast_to(unseen, shape)], axis=2)
    row, is_base = reference_row(scenario, inputs.structure)
    reference = by_model[:, inputs.structure.base_of_strategy] if is_base else score
    worth = ((score - reference[:, [row]]) * usd_per_scale(inputs)).sum(axis=2).mean(axis=2)
    return worth - sum(line.sum(axis=2).mean(axis=2) for line in costs_of(inputs).values())  # type: ignore[no-any-return]


def _for_all(toll: Array, known: Mask) -> Array:
    """Tolls, of tasks of which nothing is bought the mean of the others'."""
    mean = (toll * known).sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    return np.where(known, toll, mean)


def _charged(clock: _Clock, plans: Mapping[str, Solved], solve: Solve) -> dict[str, Solved]:
    """The best of the plans that are made with parts of the toll, and of those without."""
    best = _hastened(clock, {name: plans[name] for name in clock.names}, solve)
    top, tolls = clock.measured(best)
    parts = PARTS if len(clock.scenario.tasks) <= ONE_BY_ONE else PART_OF_MANY
    return _best_of(clock, best, top, [part * tolls for part in parts], solve)


def _hastened(clock: _Clock, plans: dict[str, Solved], solve: Solve) -> dict[str, Solved]:
    """Plans at which tolls can be measured: where one would ship late in the horizon, the best of some that are made with
    a toll by the hour of labelling, scaled by what an hour takes off the worth on average; the dearest buys nothing.
    """
    inputs, count, tasks = clock.lowered(plans, clock.draws), len(clock.names), len(clock.scenario.tasks)
    horizon, served = float(inputs["horizon_months"].mean()), inputs["served_months"][0].mean(axis=(1, 2))
    served = np.broadcast_to(served, (len(inputs.structure.strategies),))[:count]
    worth = np.maximum(clock.worth(_as_if_there(inputs))[0], 0.0)
    if not ((served < SLOW * horizon) & (worth > 0.0)).any():
        return plans
    hours = np.broadcast_to((1.0 / inputs["made_an_hour"])[0].mean(axis=2), (len(inputs.structure.strategies), tasks))[:count]
    spent = (np.stack([plans[name].bought for name in clock.names]) * hours).sum(axis=1)
    an_hour = worth * (horizon - served) / max(horizon, 1e-9) / np.where(spent > 0.0, spent, 1.0)
    now = clock.worth(inputs)[0]
    return _best_of(clock, plans, now, [scale * an_hour[:, None] * hours for scale in SCALES], solve)


def _best_of(clock: _Clock, plans: Mapping[str, Solved], top: Array, tolls: Sequence[Array], solve: Solve) -> dict[str, Solved]:
    """The best of plans that are made with some tolls and of those at hand, on the draws of the plan.

    Parameters
    ----------
    top
        Expected net benefit of those at hand. ``(strategy,)`` [USD]
    tolls
        ``(strategy, task)`` each. [USD/example]
    """
    best, count = dict(plans), len(clock.names)
    cases = [
        replace(plans[name].case, toll=dict(zip(clock.scenario.tasks, row.tolist(), strict=True)))
        for each in tolls for name, row in zip(clock.names, each, strict=True)
    ]  # fmt: skip
    found = solve(cases)
    for start in range(0, len(found), count):
        made = dict(zip(clock.names, found[start : start + count], strict=True))
        now = clock.worth(clock.lowered(made, clock.draws))[0]
        better = now > top + BETTER * np.abs(top)
        better &= [each.feasible for each in made.values()]
        best |= {name: made[name] for name, taken in zip(clock.names, better.tolist(), strict=True) if taken}
        top = np.where(better, now, top)
    return best


def _with_room(clock: _Clock, plans: Mapping[str, Solved], solve: Solve) -> dict[str, Solved]:
    """Plans that leave room for what the budget pays for idle people and GPUs, at its confidence.

    The more is laid aside the fewer examples are bought, and the less stands idle: the least that does is looked for
    between nothing, which does not do, and what does.
    """
    done = {name: plans[name] for name in clock.names}
    low, short = np.zeros(len(clock.names)), _idle_money(clock, done)
    high, over = np.full(len(low), np.inf), np.zeros(len(low))
    enough = {name: replace(each, feasible=False) for name, each in done.items()}
    for _ in range(ROUNDS):
        known = np.isfinite(high)
        between = low + np.where(known, high - low, 0.0) * short / np.maximum(short + over, 1e-9)
        aside = np.where(short <= 0.0, 0.0, np.where(known, between, low + short))
        found = dict(zip(clock.names, solve([replace(plans[name].case, aside=each) for name, each in zip(clock.names, aside.tolist(), strict=True)]), strict=True))
        excess = _idle_money(clock, found) - aside
        fits = excess <= CLOSE * aside
        enough |= {name: found[name] for name, each in zip(clock.names, fits.tolist(), strict=True) if each and (found[name].feasible or not enough[name].feasible)}
        high, over = np.where(fits, aside, high), np.where(fits, np.maximum(-excess, 0.0), over)
        low, short = np.where(fits, low, aside), np.where(fits, short, excess)
        done = found
        if (fits & (-excess <= NEAR * aside) & np.array([each.feasible for each in found.values()])).all():
            break
    return {name: enough[name] if np.isfinite(high[row]) else done[name] for row, name in enumerate(clock.names)}


def _idle_money(clock: _Clock, plans: Mapping[str, Solved]) -> Array:
    """What hangs on dates and comes out of the budget, as far as it moves the money taken at the confidence. ``(strategy,)`` [USD]"""
    inputs = clock.lowered(plans, DRAWS_OF_IDLE)
    count, confidence = len(clock.names), float(inputs["budget_confidence"].flat[0])
    lines = {name: line[0, :count].sum(axis=1) for name, line in costs_of(inputs).items() if COSTS[name].labels["component"] in clock.covers}
    whole = np.broadcast_to(sum(lines.values(), np.zeros(1)), (count, DRAWS_OF_IDLE))
    idle = sum((line for name, line in lines.items() if name in IDLE), np.zeros(1))
    return quantiles_of_draws(whole, [confidence])[0] - quantiles_of_draws(whole - idle, [confidence])[0]  # type: ignore[no-any-return]
