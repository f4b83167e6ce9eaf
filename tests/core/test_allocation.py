"""A budget becomes examples: certified against scipy from many starts, against grids, and against closed forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize

from tuneplan.axes import Array
from tuneplan.core.allocation import Allocation, allocate

INSTANCES, STARTS = 500, 6


@dataclass(frozen=True)
class Problems:
    """Learning curves with transfer: value ``sum_i A_i (1 - 1 / (1 + (X_i / h_i)^b_i))``, ``X = tau (owned + bought)``."""

    gain: Array
    half: Array
    exponent: Array
    owned: Array
    transfer: Array
    price: Array
    money: Array
    most: Array

    def value(self, bought: Array) -> Array:
        effective = np.einsum("pij,ikj->pik", bought + self.owned, self.transfer)
        with np.errstate(divide="ignore"):
            open_gap = 1.0 / (1.0 + np.exp(self.exponent * np.log(effective / self.half)))
        return (self.gain * (1.0 - open_gap)).sum(axis=2)

    def spend(self, bought: Array) -> tuple[Array, Array]:
        return (self.price * bought).sum(axis=1), self.price

    def solved(self) -> Allocation:
        return allocate(self.value, self.spend, money=self.money, most=self.most)

    def one(self, row: int) -> Problems:
        return Problems(**{name: getattr(self, name)[row : row + 1] for name in self.__dataclass_fields__})

    def of_tasks(self, order: list[int]) -> Problems:
        moved = {name: getattr(self, name)[:, order] for name in ("gain", "half", "exponent", "owned", "price", "most")}
        return Problems(**moved, transfer=self.transfer[:, order][:, :, order], money=self.money)


def problems(count: int, tasks: int, seed: int) -> Problems:
    """Random ones: caps, owned data, identical tasks, tasks of which the model cares little."""
    rng = np.random.default_rng(seed)
    transfer = rng.uniform(0.0, 1.0, (count, tasks, tasks)) ** 2
    transfer[rng.random(count) < 0.2] = 1.0
    transfer[rng.random(count) < 0.2] = 0.0
    transfer[:, np.arange(tasks), np.arange(tasks)] = 1.0
    shape = (count, tasks)
    return Problems(
        gain=rng.uniform(0.001, 0.5, shape), half=np.exp(rng.normal(8.0, 1.5, shape)),
        exponent=np.minimum(np.exp(rng.normal(np.log(0.25), 0.5, shape)), 1.0), owned=rng.choice([0.0, 1.0, 200.0], shape),
        transfer=transfer, price=np.exp(rng.normal(1.0, 0.7, shape)), money=np.exp(rng.normal(10.0, 1.5, count)),
        most=np.where(rng.random(shape) < 0.25, np.exp(rng.normal(7.0, 1.0, shape)), 1e9),
    )  # fmt: skip


def best_of_scipy(one: Problems, rng: np.random.Generator) -> float:
    """The highest value that SLSQP finds from several starts, in shares of what each task could take."""
    size = np.minimum(one.money[0] / one.price[0], one.most[0])

    steps = 1.5e-8 * np.vstack([np.zeros(len(size)), np.eye(len(size))])

    def worth(share: Array) -> tuple[float, Array]:
        """And its slopes, by forward differences as SLSQP takes them, all at once."""
        values = -one.value(((share + steps) * size)[:, None])[:, 0]
        return float(values[0]), (values[1:] - values[0]) / 1.5e-8

    def room(share: Array) -> float:
        return float(1.0 - (one.price[0] * size * share).sum() / one.money[0])

    found = []
    for _ in range(STARTS):
        start = rng.dirichlet(np.ones(len(size))) * 0.9
        ended = minimize(worth, start, jac=True, method="SLSQP", bounds=[(0.0, 1.0)] * len(size), constraints=[{"type": "ineq", "fun": room}], options={"maxiter": 400, "ftol": 1e-14})
        share = np.clip(ended.x, 0.0, 1.0)
        over = (one.price[0] * size * share).sum() / one.money[0]
        found.append(-worth(share / max(over, 1.0))[0])
    return max(found)


@pytest.mark.parametrize(("tasks", "count"), [(2, 150), (3, 150), (5, 150), (8, 50)])
def test_no_start_of_scipy_finds_more(tasks: int, count: int) -> None:
    """500 instances in all; relative gap at most 1e-6."""
    given, rng = problems(count, tasks, seed=tasks), np.random.default_rng(1)
    found = given.solved()
    best = np.array([best_of_scipy(given.one(row), rng) for row in range(count)])
    assert ((best - found.value) / best).max() <= 1e-6
    assert (given.spend(found.bought)[0] <= given.money).all()
    assert (found.bought <= given.most).all()
    assert (found.bought >= 0.0).all()


def test_no_point_of_a_grid_is_better() -> None:
    given = problems(60, 2, seed=9)
    found = given.solved()
    shares = np.array(list(product(np.linspace(0.0, 1.0, 41), repeat=2)))
    size = np.minimum(given.money[:, None] / given.price, given.most)
    trials = shares[:, None, :] * size[None]
    paid = (given.price * trials).sum(axis=2)
    worth = np.where(paid <= given.money * (1.0 + 1e-12), given.value(trials), -np.inf)
    assert (worth.max(axis=0) <= found.value * (1.0 + 1e-6)).all()


def test_separable_power_laws_have_a_closed_form() -> None:
    """Of ``sum A x^b``: spend on i in proportion to ``(A_i / p_i^b)^(1 / (1 - b))``."""
    rng, b = np.random.default_rng(3), 0.3
    scale, price, money = rng.uniform(1.0, 9.0, (20, 4)), rng.uniform(0.5, 20.0, (20, 4)), rng.uniform(1e2, 1e6, 20)
    found = allocate(lambda x: (scale * x**b).sum(axis=2), lambda x: ((price * x).sum(axis=1), price), money=money, most=np.full((20, 4), 1e12))
    wanted = (scale / price**b) ** (1.0 / (1.0 - b))
    wanted = money[:, None] * wanted / wanted.sum(axis=1, keepdims=True) / price
    np.testing.assert_allclose(found.bought, wanted, rtol=1e-3)
    np.testing.assert_allclose(found.shadow_price, b * (scale * wanted**b).sum(axis=1) / money, rtol=1e-3)


def test_the_shadow_price_is_what_one_more_dollar_brings() -> None:
    given = problems(100, 3, seed=4)
    more = Problems(**{**{name: getattr(given, name) for name in given.__dataclass_fields__}, "money": given.money * 1.001})
    one, other = given.solved(), more.solved()
    brought = (other.value - one.value) / (0.001 * given.money)
    bought_all = (one.bought >= 0.998 * given.most).all(axis=1)
    np.testing.assert_allclose(one.shadow_price[~bought_all], brought[~bought_all], rtol=0.02, atol=1e-12)
    assert (one.shadow_price[(one.bought >= given.most * (1.0 - 1e-4)).all(axis=1)] == 0.0).all()


def test_more_money_is_never_worse() -> None:
    given = problems(200, 4, seed=6)
    before = np.full(200, -np.inf)
    for factor in (0.25, 0.5, 1.0, 1.01, 2.0, 8.0, 1e3):
        richer = Problems(**{**{name: getattr(given, name) for name in given.__dataclass_fields__}, "money": given.money * factor})
        now = richer.solved().value
        assert (now >= before * (1.0 - 1e-7)).all()
        before = now


def test_the_order_of_tasks_and_instances_changes_nothing() -> None:
    given, order = problems(40, 4, seed=8), [2, 0, 3, 1]
    one, other = given.solved(), given.of_tasks(order).solved()
    np.testing.assert_allclose(other.value, one.value, rtol=1e-7)
    alone = [given.one(row).solved().bought[0] for row in range(40)]
    np.testing.assert_allclose(np.array(alone), one.bought, rtol=1e-9, atol=1e-9)


def bought(value: Callable[[Array], Array], prices: list[float], money: float, most: list[float]) -> Array:
    price = np.array([prices])
    return allocate(value, lambda x: ((price * x).sum(axis=1), price), money=np.array([money]), most=np.array([most])).bought[0]


def test_what_does_harm_is_not_bought() -> None:
    assert bought(lambda x: np.sqrt(x[:, :, 0]) - 0.01 * x[:, :, 1], [1.0, 1.0], 100.0, [1e9, 1e9])[1] < 1e-3


def test_where_more_does_harm_money_is_left() -> None:
    """``x - x^2 / 200`` has its top at 100, whatever the money."""
    found = allocate(lambda x: (x - x**2 / 200.0).sum(axis=2), lambda x: (x.sum(axis=1), np.ones((1, 1))), money=np.array([1e6]), most=np.array([[1e9]]))
    assert found.bought[0, 0] == pytest.approx(100.0, rel=1e-3)
    assert found.shadow_price[0] == 0.0


def test_of_two_alike_the_cheaper_alone_is_bought() -> None:
    found = bought(lambda x: (x.sum(axis=2) + 10.0) ** 0.25, [1.0, 1.02], 1000.0, [1e9, 1e9])
    np.testing.assert_allclose(found, [1000.0, 0.0], atol=0.5)


def test_no_money_buys_nothing_and_says_so() -> None:
    price = np.ones((3, 2))
    found = allocate(lambda x: np.sqrt(x).sum(axis=2), lambda x: (5.0 + (price * x).sum(axis=1), price), money=np.array([4.0, 5.0, 6.0]), most=np.full((3, 2), 9.0))
    assert found.affordable.tolist() == [False, False, True]
    np.testing.assert_allclose(found.bought, [[0.0, 0.0], [0.0, 0.0], [0.5, 0.5]], rtol=1e-4)
    assert found.shadow_price[:2].tolist() == [0.0, 0.0]


def test_without_a_budget_caps_or_costs_stop_it() -> None:
    """``sqrt(x)`` less a dollar in ten an example: 25 examples; or all of 9."""
    free = allocate(lambda x: (np.sqrt(x) - 0.1 * x).sum(axis=2), lambda x: (0.0 * x.sum(axis=1), 0.0 * x), money=np.array([np.inf]), most=np.array([[1e9, 9.0]]))
    np.testing.assert_allclose(free.bought, [[25.0, 9.0]], rtol=1e-3)


def test_prices_that_grow_with_what_is_bought() -> None:
    """Money ``x^2 + y^2``, worth ``x + y``: equal amounts, the circle filled."""
    found = allocate(lambda x: x.sum(axis=2), lambda x: ((x**2).sum(axis=1), 2.0 * x), money=np.array([200.0]), most=np.array([[1e9, 1e9]]))
    np.testing.assert_allclose(found.bought, [[10.0, 10.0]], rtol=1e-4)


def test_setting_aside_what_is_done_changes_no_purchase() -> None:
    """Instances are worked on alone, or among others that are done, to the same end."""
    given = problems(60, 3, seed=12)

    def narrowed(whole: Problems) -> Callable[[Array], tuple[object, ...]]:
        def only(rows: Array) -> tuple[object, ...]:
            part = Problems(**{name: getattr(whole, name)[rows] for name in whole.__dataclass_fields__})
            seen.append(len(rows))
            return part.value, part.spend, narrowed(part)

        return only

    seen: list[int] = []
    apart = allocate(given.value, given.spend, money=given.money, most=given.most, narrow=narrowed(given))
    together = given.solved()
    assert 0 < min(seen) < 60
    np.testing.assert_allclose(apart.bought, together.bought, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(apart.shadow_price, together.shadow_price, rtol=1e-9)
