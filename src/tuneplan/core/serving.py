"""Serving: from requests a month to GPU-hours a month, deployment by deployment."""

from __future__ import annotations

from tuneplan.axes import Array
from tuneplan.core.distributions import lognormal, pert, point
from tuneplan.core.registry import Param
from tuneplan.late import np
from tuneplan.units import HOURS_PER_MONTH, MINUTES_PER_HOUR

SERVING_PARAMS = (
    Param(name="serving_gpu_price", key="serving.price", unit="USD/hour", high=1e6,
          doc="Price of a serving GPU; default the catalogue's, never spot."),
    Param(name="saturated_share", key="serving.saturated_share", unit="share", low=1e-4, high=1.0,
          doc="Share of peak that a busy replica reaches; default by GPU and precision."),
    Param(name="peak_factor", key="serving.peak_factor", unit="1", low=1.0, high=1000.0,
          default=lognormal(4.0, 0.5, 1.0), source="assumed", as_of="2026-11", doc="Busiest hour against the mean."),
    Param(name="target_load", key="serving.target_load", unit="share", low=0.05, high=1.0, default=point(0.8),
          source="assumed", as_of="2026-11", doc="Load at which another replica is started."),
    Param(name="min_replicas", key="serving.min_replicas", unit="1", high=1e4, default=point(1.0), source="declared", as_of="2026-11",
          doc="Replicas that are always on.", whole=True),
    Param(name="latency", key="serving.latency", unit="s/token", low=1e-6, high=1e6, example="50 ms/token",
          doc="Longest time between tokens."),
    Param(name="adapter_slots", key="serving.adapter_slots", unit="1", low=1.0, high=1e5, default=point(16.0),
          source="assumed", as_of="2026-11", doc="Adapters that one deployment keeps active.", whole=True),
    Param(name="adapter_factor", key="serving.adapter_factor", unit="share", low=0.01, high=1.0,
          default=pert(0.5, 0.95, 1.0), source="S-LoRA and vLLM reports: .5 to 1, about .9; spread assumed", as_of="2026-11",
          doc="Throughput of a deployment that switches adapters, within its slots."),
    Param(name="adapter_cliff", key="serving.adapter_cliff", unit="1", low=1.0, high=1e4, default=lognormal(44.0, 0.8),
          source="one report of 44x (hot swap beyond the slots); spread assumed", as_of="2026-11",
          doc="Slow-down once the adapters outgrow the slots."),
    Param(name="keep_alive", key="serving.keep_alive", unit="minute", high=1e5, default=point(5.0), source="assumed", as_of="2026-11",
          doc="Minutes that a scaled-to-zero GPU waits for the next request."),
    Param(name="on_demand_premium", key="serving.on_demand_premium", unit="1", low=0.1, high=100.0,
          default=lognormal(1.6, 0.15), source="RunPod serverless against pods: H100 4.18/2.69; spread assumed", as_of="2026-11",
          doc="Price of GPUs that start on demand, against rented ones."),
    Param(name="prompt_tokens", key="prompt_tokens", scope="strategy", unit="token", high=1e8,
          default=lognormal(800.0, 0.6), source="assumed", as_of="2026-11", doc="Instructions, shots and context sent with each request."),
    Param(name="router_accuracy", key="router.accuracy", unit="share", low=0.0, high=1.0,
          default=pert(0.85, 0.95, 0.99), source="assumed", as_of="2026-11", doc="How often the router tells the tasks apart."),
    Param(name="confusion", key="router.confusion", scope="misroute", unit="share", high=1.0,
          example="2% to 6%",
          doc="Share of one task's requests that the router sends to another (a>b), instead of one accuracy."),
    Param(name="fallback_score", key="router.score", unit="score", low=-1e9, high=1e9,
          example="0.60 to 0.70", doc="Score of the fallback API model on unseen requests."),
)  # fmt: skip
"""The numbers of serving."""


def replicas(
    load: Array, *, capacity: Array, peak_factor: Array, target_load: Array, min_replicas: Array
) -> Array:
    """Replicas of a deployment: ``max(min, ceil(load peak / (target capacity)))``.

    >>> one = np.ones(())
    >>> float(replicas(0 * one, capacity=one, peak_factor=4 * one, target_load=.8 * one, min_replicas=one))
    1.0
    """
    return np.maximum(min_replicas, np.ceil(load * peak_factor / (target_load * capacity)))


def awake_share(requests_per_month: Array, keep_alive_minutes: Array) -> Array:
    """Share of time that a scaled-to-zero GPU is on, with requests at random times.

    ``1 - exp(-rate keep_alive)``. Source: Poisson arrivals; each keeps the GPU awake.
    """
    per_minute = requests_per_month / (HOURS_PER_MONTH * MINUTES_PER_HOUR)
    return -np.expm1(-per_minute * keep_alive_minutes)


def paid_hours(
    load: Array, requests: Array, *, capacity: Array, peak_factor: Array, target_load: Array, min_replicas: Array,
    scales_to_zero: Array, keep_alive: Array, on_demand_premium: Array,
) -> Array:  # fmt: skip
    """Hours a month that a deployment's replicas are paid for: always, or only while requests keep them awake.

    Parameters
    ----------
    load
        Mean, in replicas running flat out.
    requests
        A month.
    """
    count = replicas(
        load, capacity=capacity, peak_factor=peak_factor, target_load=target_load, min_replicas=min_replicas
    )
    awake = awake_share(requests, keep_alive) * on_demand_premium
    return HOURS_PER_MONTH * count * np.where(scales_to_zero > 0.0, awake, 1.0)
