"""A number out of the catalogue, with its uncertainty and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from tuneplan.core.distributions import Distribution, lognormal, point
from tuneplan.scenario.catalogue import tables
from tuneplan.scenario.catalogue.rows import GPU, GPUPrice, Row
from tuneplan.scenario.catalogue.tables import Own

MARKET = "market"
"""Stands for the providers together in the table of rents; no provider is called so."""

SCORES_ACROSS_90 = 3.2897072539029444
"""Normal scores between the ends of a 90 % interval: 2 x 1.6449."""

NAMES: dict[str, Callable[[Own], Iterable[str]]] = {
    "gpus": tables.gpus,
    "models": tables.models,
    "providers": lambda own: sorted({row.provider for row in tables.gpu_prices(own).values()} - {MARKET}),
    "apis": tables.api_prices,
    "labels": tables.label_prices,
}
"""Kind of name -> the names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced(Row):
    """A quantity out of the catalogue; ``distribution`` in the unit of its lookup."""

    distribution: Distribution


def names(kind: str, own: Own = ()) -> tuple[str, ...]:
    """Every name of a kind, in the order of its table, those of a scenario's own rows last.

    Raises
    ------
    LookupError
        ``kind`` is none of ``gpus``, ``models``, ``providers``, ``apis``, ``labels``.

    Examples
    --------
    >>> names("labels")[:3]
    ('llm-label', 'llm-pair', 'crowd-label')
    """
    _known("kind of name", kind, NAMES)
    return tuple(NAMES[kind](own))


def gpu_price(gpu: str, provider: str | None = None, *, spot: bool = False, own: Own = ()) -> Priced:
    """Rent of one card. [USD/hour]

    A point for a provider; without one the market, log-normal.

    Raises
    ------
    LookupError
        Unknown card or provider, or the provider doesn't offer that card that way.

    Examples
    --------
    >>> gpu_price("h100-sxm", "lambda").distribution.median
    2.49
    >>> low, high = gpu_price("h100-sxm").distribution.interval()
    >>> round(low, 2), round(high, 2)
    (1.79, 3.49)
    """
    _known("GPU", gpu, names("gpus", own))
    if provider is not None:
        _known("provider", provider, names("providers", own))
    lender = MARKET if provider is None else provider
    kind = "spot" if spot else "on-demand"
    row = tables.gpu_prices(own).get((gpu, lender, kind)) or (_middle(gpu, kind, own) if provider is None else None)
    if row is None:
        raise LookupError(_not_offered(gpu, lender, kind, own))
    return _priced(row, rent_of(row))


def label_price(kind: str, own: Own = ()) -> Priced:
    """Price of one kept example, log-normal around the typical one. [USD/example]

    Raises
    ------
    LookupError
        Unknown kind of example.

    Examples
    --------
    >>> round(label_price("demonstration").distribution.median, 6)
    4.0
    """
    _known("kind of example", kind, names("labels", own))
    row = tables.label_prices(own)[kind]
    return _priced(row, between(row.low, row.high, median=row.typical))


def utilisation(setup: str, gpu: str, own: Own = ()) -> Priced:
    """Share of the dense bf16 peak that training reaches, log-normal. [1]

    Raises
    ------
    LookupError
        Unknown class of setup or card.

    Examples
    --------
    >>> utilisation("practitioner", "h100-sxm").distribution.median
    0.3
    """
    _known("class of setup", setup, dict.fromkeys(key for key, _ in tables.utilisations(own)))
    row = tables.utilisations(own)[setup, _gpu(gpu, own).family]
    return _priced(row, lognormal(row.median, row.log_sd))


def serving_share(gpu: str, precision: str, own: Own = ()) -> Priced:
    """Share of ``GPU.peak_tflops(precision)`` when serving is saturated, log-normal. [1]

    Raises
    ------
    LookupError
        Unknown card or precision.

    Examples
    --------
    >>> round(serving_share("h100-sxm", "fp8").distribution.median, 3)
    0.212
    """
    _known("precision", precision, dict.fromkeys(key for _, key in tables.serving_shares(own)))
    row = tables.serving_shares(own)[_gpu(gpu, own).family, precision]
    return _priced(row, between(row.low, row.high))


def _gpu(name: str, own: Own) -> GPU:
    _known("GPU", name, names("gpus", own))
    return tables.gpus(own)[name]


def rent_of(row: GPUPrice) -> Distribution:
    """Rent of one card by a row: known exactly where the row gives no interval. [USD/hour]"""
    if row.low is None or row.high is None:
        return point(row.usd_per_hour)
    return between(row.low, row.high, median=row.usd_per_hour)


def between(low: float, high: float, *, median: float | None = None) -> Distribution:
    """Log-normal as wide, in ratio, as a 90 % interval, around its median: the middle of the interval unless given."""
    return lognormal(math.sqrt(low * high) if median is None else median, math.log(high / low) / SCORES_ACROSS_90)


def _priced(row: Row, distribution: Distribution) -> Priced:
    return Priced(distribution=distribution, source=row.source, as_of=row.as_of, grade=row.grade)


def _known(what: str, name: str, allowed: Collection[str]) -> None:
    """Refuse a name that stands nowhere, with the nearest that does."""
    if name in allowed:
        return
    import difflib  # only for those who mistype

    near = difflib.get_close_matches(name.lower(), allowed, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(allowed)}"
    raise LookupError(f'unknown {what} "{name}"; {hint}')


def _middle(gpu: str, kind: str, own: Own) -> GPUPrice | None:
    """The middle of what providers ask, where nobody has written down a market; None when nobody offers it."""
    rows = [row for row in tables.gpu_prices(own).values() if (row.gpu, row.kind) == (gpu, kind)]
    if not rows:
        return None
    rents = sorted(row.usd_per_hour for row in rows)
    typical = (rents[(len(rents) - 1) // 2] + rents[len(rents) // 2]) / 2.0
    middle = replace(rows[0], provider=MARKET, usd_per_hour=typical)
    return replace(middle, low=rents[0], high=rents[-1]) if rents[0] < rents[-1] else middle


def _not_offered(gpu: str, provider: str, kind: str, own: Own) -> str:
    """Who offers the card that way, cheapest first, and what the market asks."""
    rows = [row for row in tables.gpu_prices(own).values() if (row.gpu, row.kind) == (gpu, kind)]
    rows.sort(key=lambda row: row.usd_per_hour)
    offers = ", ".join(f"{row.provider} {row.usd_per_hour:.4g}" for row in rows if row.provider != MARKET)
    market = next((f"; without a provider: {row.usd_per_hour:.4g}" for row in rows if row.provider == MARKET), "")
    return (
        f"{provider} has no {kind} price for {gpu}; in USD/hour: {offers or 'nobody has'}{market}"
    )
