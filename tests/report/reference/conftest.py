"""The language as declared, and toys that are declared once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tuneplan.core import declared_params, transfer
from tuneplan.core.costs import COSTS
from tuneplan.core.distributions import lognormal, point
from tuneplan.core.registry import Param
from tuneplan.core.strategies import STRATEGIES, Grouping
from tuneplan.scenario.reading import language as reading
from tuneplan.scenario.reading.language import Language, language_of
from tuneplan.scenario.schema import Key, structure


def declared() -> Language:
    """The language of everything that is declared now."""
    return language_of(declared_params(), [entry.name for entry in STRATEGIES])


@pytest.fixture(scope="session")
def language() -> Language:
    """The shipped language."""
    return declared()


@pytest.fixture
def with_key(monkeypatch: pytest.MonkeyPatch) -> Callable[[Key], Language]:
    """The language with one more key that is no number."""

    def add(key: Key) -> Language:
        monkeypatch.setattr(reading, "structure", lambda: (*structure(), key))
        return declared()

    return add


@pytest.fixture
def with_toys() -> Iterator[Language]:
    """The language with a cost line, a law and a strategy more, each declared in one place."""

    @COSTS.add(
        Param(name="storage_price", key="storage.price", unit="USD/GB/month", high=100.0, default=lognormal(2.0, 0.5),
              source="assumed: a toy", as_of="2026-11", doc="Price of keeping | one model's weights."),
        Param(name="storage_size", key="storage.size", unit="GB", low=5.0, doc="Size of it.", scope="task", per_strategy=True),
        component="serving", due="monthly",
    )  # fmt: skip
    def storage(storage_price, storage_size, models_served, horizon_months, task_share):  # type: ignore[no-untyped-def]
        """Keeping the weights of every model. [USD]"""
        return storage_price * storage_size * models_served * horizon_months * task_share

    @transfer.TRANSFER_FORMS.add(
        Param(name="miserliness", key="law.miserliness", unit="share", high=1.0, default=point(0.5),
              source="assumed: a toy", as_of="2026-11", doc="Share of borrowed examples that count."),
    )  # fmt: skip
    def miserly(amount, dissimilarity, miserliness):  # type: ignore[no-untyped-def]
        """A fixed share of what is not the task's own."""
        return amount * (1.0 - miserliness * (dissimilarity > 0.0))

    @STRATEGIES.add()
    def halves(tasks: int) -> Grouping:
        """The first half of the tasks in one model, the rest in another."""
        each = tuple(int(task >= tasks // 2) for task in range(tasks))
        return Grouping(stages=(each,), served=each, deployments=each)

    @STRATEGIES.add()
    def untouched(tasks: int) -> Grouping:
        """Nothing trained either."""
        one = (0,) * tasks
        return Grouping(stages=(), served=one, deployments=one)

    yield declared()
    COSTS.remove("storage")
    transfer.TRANSFER_FORMS.remove("miserly")
    STRATEGIES.remove("halves")
    STRATEGIES.remove("untouched")
