"""Arrays that several cost lines need: examples bought, GPU-hours, replicas, requests.

All are ``(scenario, strategy, task, draw)``, with length 1 where nothing varies.
"""

from __future__ import annotations

from collections.abc import Mapping

from tuneplan.axes import Array
from tuneplan.core import compute, serving
from tuneplan.core.arrays import Inputs
from tuneplan.late import np
from tuneplan.units import HOURS_PER_MONTH, SECONDS_PER_HOUR, TOKENS_PER_MTOK


def quantities_for_costs(inputs: Inputs) -> Mapping[str, Array]:
    """Everything that a cost line may name beside declared numbers."""
    arrays = dict(inputs.numbers)
    arrays |= _counts(inputs)
    arrays |= _bought(inputs)
    arrays |= _training(inputs, arrays)
    arrays |= _requests(inputs)
    arrays["replica_gpu_hours"] = _replica_gpu_hours(inputs, arrays)
    return arrays


def _counts(inputs: Inputs) -> dict[str, Array]:
    """How many models a strategy trains and serves, and how shared costs fall on tasks."""
    structure = inputs.structure
    served = [len(set(row)) for row in structure.model_of_task.tolist()]
    return {
        "task_share": np.full((1, 1, len(structure.tasks), 1), 1.0 / len(structure.tasks)),
        "models_trained": structure.per_strategy(structure.models_trained.tolist()),
        "models_served": structure.per_strategy(served),
        "models_evaluated": structure.per_strategy(served),
        "is_trained": structure.per_strategy((structure.models_trained > 0).tolist()),
        "has_router": structure.per_strategy([count > 1 for count in served]),
    }


def _bought(inputs: Inputs) -> dict[str, Array]:
    structure = inputs.structure
    tasks = len(structure.tasks)
    used = (structure.stages_of_column[:, :tasks] > 0)[None, :, :, None]
    examples, existing = inputs["examples"][:, :, :tasks], inputs["existing"][:, :, :tasks]
    bought = np.maximum(examples - existing, 0.0) * used
    return {
        "bought": bought,
        "has_data": (used & (examples > 0.0)).astype(np.float64),
        "generated_price": _generated_price(inputs, tasks),
    }


def _generated_price(inputs: Inputs, tasks: int) -> Array:
    """Price of one kept example that a model writes: its tokens, those thrown away, review. [USD]"""
    tokens = inputs["example_tokens"][:, :, :tasks] * inputs["synthetic_price"] / TOKENS_PER_MTOK
    return tokens / inputs["acceptance"] + inputs["review_price"]


def _training(inputs: Inputs, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """GPU-hours of the runs that are kept, and of all runs."""
    structure = inputs.structure
    tasks, runs = len(structure.tasks), arrays["models_trained"]
    stages = structure.stages_of_column.astype(np.float64)[None, :, :, None]
    mixtures = structure.mixtures_of_column.astype(np.float64)[None, :, :, None]
    tokens = inputs["examples"] * inputs["example_tokens"] * inputs["epochs"]
    hours = compute.gpu_hours(
        tokens * inputs["flop_per_token"], peak_tflops=inputs["peak_tflops"],
        utilisation=inputs["utilisation"] * np.where(inputs["is_qlora"] > 0.0, inputs["qlora_speed"], 1.0),
    )  # fmt: skip
    taken_away = inputs["is_spot"] * inputs["spot_hazard"] * inputs["spot_loss"]
    hours = hours * (1.0 + inputs["overhead"]) * (1.0 + taken_away)
    each = np.where(runs > 0.0, runs, 1.0)
    per_run = (inputs["search"] - 1.0) / each + inputs["tuning_per_model"] * (each - 1.0) / each
    proxied = inputs["proxies"] * inputs["proxy_size"]
    every = (stages * (1.0 + per_run) + mixtures * proxied) / (1.0 - inputs["failed"]) * hours
    return {
        "final_hours": _onto_tasks(hours * stages, tasks),
        "training_hours": _onto_tasks(every, tasks),
        "training_price": inputs["gpu_price"],
    }


def _onto_tasks(by_column: Array, tasks: int) -> Array:
    """What the instruction mix costs falls on all tasks alike."""
    mix = by_column[:, :, tasks:].sum(axis=2, keepdims=True)
    return by_column[:, :, :tasks] + mix / tasks  # type: ignore[no-any-return]


def _requests(inputs: Inputs) -> dict[str, Array]:
    """Requests a month by who answers them, and the tokens they bring."""
    tasks = len(inputs.structure.tasks)
    traffic, unseen_share = inputs["traffic"], inputs["unseen_share"]
    total = traffic.sum(axis=2, keepdims=True)
    unseen = unseen_share * total
    outward, beside = inputs["fallback_is_api"], inputs["base_beside"]
    spread = unseen * traffic / np.where(total > 0.0, total, 1.0)
    prompt = inputs["prompt_tokens"] * inputs["is_prompted"]
    tokens = {
        "task_input_tokens": inputs["input_tokens"][:, :, :tasks] + prompt,
        "task_output_tokens": inputs["output_tokens"][:, :, :tasks],
        "unseen_input_tokens": inputs["input_tokens"][:, :, tasks:] + prompt,
        "unseen_output_tokens": inputs["output_tokens"][:, :, tasks:],
    }
    in_scope, ours = traffic * (1.0 - unseen_share), spread * (1.0 - outward)
    return {
        **tokens,
        "arrivals": traffic,
        "in_scope": in_scope,
        "unseen_on_tasks": ours * (1.0 - beside),
        "unseen_beside": unseen * beside,
        "unseen_outward": unseen * outward,
        "tokens_in": in_scope * tokens["task_input_tokens"] + ours * tokens["unseen_input_tokens"],
        "tokens_out": in_scope * tokens["task_output_tokens"] + ours * tokens["unseen_output_tokens"],
    }


def _replica_gpu_hours(inputs: Inputs, arrays: Mapping[str, Array]) -> Array:
    """GPU-hours a month that the strategy's own deployments run. ``(scenario, strategy, 1, draw)``"""
    structure = inputs.structure
    busy = _busy(inputs, arrays, "in_scope", "task") + _busy(inputs, arrays, "unseen_on_tasks", "unseen")
    requests = arrays["in_scope"] + arrays["unseen_on_tasks"]
    total: Array = np.zeros((1, 1, 1, 1))
    for deployment in range(len(structure.tasks)):
        here = (structure.deployment_of_task == deployment)[None, :, :, None]
        if not here.any():
            continue
        models = [len(set(row[mask])) for row, mask in zip(structure.model_of_task, here[0, :, :, 0], strict=True)]
        load, monthly = ((each * here).sum(axis=2, keepdims=True) for each in (busy, requests))
        hours = _hours_on(inputs, load, monthly, _adapter_factor(inputs, structure.per_strategy(models)))
        total = total + here.any(axis=2, keepdims=True) * hours
    beside = arrays["unseen_beside"]
    spare = _hours_on(inputs, _busy(inputs, arrays, "unseen_beside", "unseen"), beside, np.ones((1, 1, 1, 1)))
    return inputs["gpus_per_replica"] * inputs["serves_itself"] * (total + (beside > 0.0) * spare)


def _busy(inputs: Inputs, arrays: Mapping[str, Array], requests: str, kind: str) -> Array:
    """Mean load of requests, in replicas running flat out."""
    tokens_in, tokens_out = arrays[f"{kind}_input_tokens"], arrays[f"{kind}_output_tokens"]
    saturated = compute.saturated_tokens_per_s(
        inputs["active_params"], peak_tflops=inputs["serving_peak_tflops"] * inputs["gpus_per_replica"],
        share=inputs["saturated_share"],
    )  # fmt: skip
    seconds = (tokens_in + tokens_out) / saturated
    if "latency" in inputs.numbers:
        seconds = np.fmax(seconds, tokens_out / _latency_bound_rate(inputs, tokens_in + tokens_out))
    return arrays[requests] / (HOURS_PER_MONTH * SECONDS_PER_HOUR) * seconds


def _latency_bound_rate(inputs: Inputs, context: Array) -> Array:
    """Output tokens a second of a replica that keeps to the latency limit; of one stream when none can."""
    gb_per_s = inputs["decode_bandwidth_share"] * inputs["bandwidth_gb_s"] * inputs["gpus_per_replica"]
    kv_gb = np.maximum(inputs["kv_gb_per_token"] * context, 1e-12)
    alone = compute.decode_seconds(inputs["weights_gb"], kv_gb=kv_gb, gb_per_s=gb_per_s)
    room_gb = (inputs["latency"] - compute.DECODE_OVERHEAD_S) * gb_per_s - inputs["weights_gb"]
    return np.maximum(np.floor(room_gb / kv_gb), 1.0) / np.maximum(inputs["latency"], alone)


def _adapter_factor(inputs: Inputs, models: Array) -> Array:
    """Throughput left when several adapters share a base: a small toll, then a cliff."""
    within = np.where(models <= inputs["adapter_slots"], inputs["adapter_factor"], 1.0 / inputs["adapter_cliff"])
    return np.where(models > 1.0, within, 1.0)


def _hours_on(inputs: Inputs, load: Array, requests: Array, capacity: Array) -> Array:
    """Hours a month that replicas are paid for: always, or only while requests keep them awake."""
    count = serving.replicas(
        load, capacity=capacity, peak_factor=inputs["peak_factor"], target_load=inputs["target_load"],
        min_replicas=inputs["min_replicas"],
    )  # fmt: skip
    awake = serving.awake_share(requests, inputs["keep_alive"]) * inputs["on_demand_premium"]
    return HOURS_PER_MONTH * count * np.where(inputs["scales_to_zero"] > 0.0, awake, 1.0)
