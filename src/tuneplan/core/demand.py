"""Who answers how many requests, the tokens they bring, the replicas they keep busy. Arrays for cost lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuneplan.axes import Array
from tuneplan.core import serving
from tuneplan.core.derived import DERIVED
from tuneplan.core.structure import Structure
from tuneplan.late import Late, np
from tuneplan.units import HOURS_PER_MONTH, SECONDS_PER_HOUR

if TYPE_CHECKING:
    from tuneplan.core import decoding
else:
    decoding = Late("tuneplan.core.decoding")  # reading a scenario does without

# --- requests a month by who answers them --------------------------------------------------------


@DERIVED.add(unit="request/month")
def total_traffic(traffic: Array) -> Array:
    """All requests of a month."""
    return traffic.sum(axis=2, keepdims=True)  # type: ignore[no-any-return]


@DERIVED.add(unit="share")
def traffic_share(traffic: Array, total_traffic: Array) -> Array:
    """A task's part of all requests; 0 where there are none."""
    return traffic / np.where(total_traffic > 0.0, total_traffic, 1.0)


@DERIVED.add(unit="request/month")
def in_scope(traffic: Array, unseen_share: Array) -> Array:
    """Requests of a task itself."""
    return traffic * (1.0 - unseen_share)


@DERIVED.add(unit="request/month")
def unseen_requests(total_traffic: Array, unseen_share: Array) -> Array:
    """Requests outside every task."""
    return unseen_share * total_traffic


@DERIVED.add(unit="request/month")
def unseen_outward(unseen_requests: Array, fallback_is_api: Array) -> Array:
    """Requests outside every task that an API model answers."""
    return unseen_requests * fallback_is_api


@DERIVED.add(unit="request/month")
def unseen_beside(unseen_requests: Array, base_beside: Array) -> Array:
    """Requests outside every task that go to the base, on a replica of its own."""
    return unseen_requests * base_beside


@DERIVED.add(unit="request/month")
def unseen_answered(unseen_requests: Array, traffic_share: Array, fallback_is_api: Array) -> Array:
    """Requests outside every task that the strategy answers itself, spread over tasks by traffic."""
    return unseen_requests * traffic_share * (1.0 - fallback_is_api)


@DERIVED.add(unit="request/month")
def unseen_on_tasks(unseen_answered: Array, base_beside: Array) -> Array:
    """Those of them that its tasks' own replicas answer."""
    return unseen_answered * (1.0 - base_beside)


@DERIVED.add(unit="request/month")
def waking_requests(in_scope: Array, unseen_on_tasks: Array, scales_to_zero: Array) -> Array:
    """Requests that wake a task's replicas, where these start on demand."""
    return (in_scope + unseen_on_tasks) * scales_to_zero


# --- tokens --------------------------------------------------------------------------------------


@DERIVED.add(unit="token")
def prompt(prompt_tokens: Array, is_prompted: Array) -> Array:
    """Instructions sent with each request where nothing is trained."""
    return prompt_tokens * is_prompted


@DERIVED.add(unit="token")
def task_input_tokens(input_tokens: Array, prompt: Array) -> Array:
    """Tokens that a request of a task brings."""
    return input_tokens + prompt


@DERIVED.add(unit="token")
def unseen_input_tokens(input_tokens_of_unseen: Array, prompt: Array) -> Array:
    """Tokens that a request outside every task brings."""
    return input_tokens_of_unseen + prompt


@DERIVED.add(unit="token/month")
def tokens_in(in_scope: Array, task_input_tokens: Array, unseen_answered: Array, unseen_input_tokens: Array) -> Array:
    """Tokens read in a month."""
    return in_scope * task_input_tokens + unseen_answered * unseen_input_tokens


@DERIVED.add(unit="token/month")
def tokens_out(in_scope: Array, output_tokens: Array, unseen_answered: Array, output_tokens_of_unseen: Array) -> Array:
    """Tokens written in a month."""
    return in_scope * output_tokens + unseen_answered * output_tokens_of_unseen


# --- replicas ------------------------------------------------------------------------------------


@DERIVED.add(unit="token/s")
def saturated_speed(
    active_params: Array, base_params: Array, serving_peak_tflops: Array, gpus_per_replica: Array, saturated_share: Array
) -> Array:  # fmt: skip
    """Tokens read and written a second that a busy replica multiplies through."""
    return decoding.saturated_tokens_per_s(
        active_params, params=base_params, peak_tflops=serving_peak_tflops, share=saturated_share, gpus=gpus_per_replica
    )


@DERIVED.add(unit="GB/s")
def replica_bandwidth(decode_bandwidth_share: Array, bandwidth_gb_s: Array, gpus_per_replica: Array) -> Array:
    """What a replica reads from its memory a second."""
    return decode_bandwidth_share * bandwidth_gb_s * gpus_per_replica


@DERIVED.add(unit="s")
def task_latency_seconds(
    task_input_tokens: Array, output_tokens: Array, kv_gb_per_token: Array, weights_gb: Array, replica_bandwidth: Array,
    latency: Array,
) -> Array:  # fmt: skip
    """Time of a replica for a task's request, were its batches bound by the latency limit alone."""
    context = task_input_tokens + output_tokens
    return output_tokens / _within_latency(context, kv_gb_per_token, weights_gb, replica_bandwidth, latency)


@DERIVED.add(unit="s")
def unseen_latency_seconds(
    unseen_input_tokens: Array, output_tokens_of_unseen: Array, kv_gb_per_token: Array, weights_gb: Array,
    replica_bandwidth: Array, latency: Array,
) -> Array:  # fmt: skip
    """The same for a request outside every task."""
    context = unseen_input_tokens + output_tokens_of_unseen
    return output_tokens_of_unseen / _within_latency(context, kv_gb_per_token, weights_gb, replica_bandwidth, latency)


def _within_latency(context: Array, kv_gb_per_token: Array, weights_gb: Array, gb_per_s: Array, latency: Array) -> Array:
    """Output tokens a second of a replica that keeps to the latency limit; of one stream when none can."""
    kv_gb = np.maximum(kv_gb_per_token * context, 1e-12)
    alone = decoding.decode_seconds(weights_gb, kv_gb=kv_gb, gb_per_s=gb_per_s)
    room_gb = (latency - decoding.DECODE_OVERHEAD_S) * gb_per_s - weights_gb
    return np.maximum(np.floor(room_gb / kv_gb), 1.0) / np.maximum(latency, alone)


@DERIVED.add(unit="GB")
def replica_memory_gb(card_memory_gb: Array, gpus_per_replica: Array) -> Array:
    """Memory of a replica."""
    return card_memory_gb * gpus_per_replica


@DERIVED.add(unit="s")
def task_seconds(
    task_input_tokens: Array, output_tokens: Array, saturated_speed: Array, kv_gb_per_token: Array, weights_gb: Array,
    replica_bandwidth: Array, replica_memory_gb: Array, active_params: Array, base_params: Array, task_latency_seconds: Array | None = None,
) -> Array:  # fmt: skip
    """Time of a replica for a task's request."""
    seconds = _busy_seconds(
        task_input_tokens, output_tokens, saturated_speed, kv_gb_per_token, weights_gb, replica_bandwidth, replica_memory_gb,
        active_params / base_params,
    )  # fmt: skip
    return seconds if task_latency_seconds is None else np.fmax(seconds, task_latency_seconds)


@DERIVED.add(unit="s")
def unseen_seconds(
    unseen_input_tokens: Array, output_tokens_of_unseen: Array, saturated_speed: Array, kv_gb_per_token: Array, weights_gb: Array,
    replica_bandwidth: Array, replica_memory_gb: Array, active_params: Array, base_params: Array, unseen_latency_seconds: Array | None = None,
) -> Array:  # fmt: skip
    """Time of a replica for a request outside every task."""
    seconds = _busy_seconds(
        unseen_input_tokens, output_tokens_of_unseen, saturated_speed, kv_gb_per_token, weights_gb, replica_bandwidth, replica_memory_gb,
        active_params / base_params,
    )  # fmt: skip
    return seconds if unseen_latency_seconds is None else np.fmax(seconds, unseen_latency_seconds)


def _busy_seconds(
    tokens_in: Array, tokens_out: Array, speed: Array, kv_gb_per_token: Array, weights_gb: Array, gb_per_s: Array, memory_gb: Array,
    active_share: Array,
) -> Array:  # fmt: skip
    """Time of a full replica for a request."""
    context = tokens_in + tokens_out / 2.0
    streams = decoding.streams_with_room(context, kv_gb_per_token=kv_gb_per_token, weights_gb=weights_gb, memory_gb=memory_gb)
    read = decoding.weights_read(weights_gb, active_share=active_share, streams=streams)
    return decoding.request_seconds(
        tokens_in, tokens_out, tokens_per_s=speed, kv_gb_per_token=kv_gb_per_token, gb_per_s=gb_per_s, weights_gb=read, streams=streams
    )


@DERIVED.add(unit="replica")
def busy(in_scope: Array, task_seconds: Array, unseen_on_tasks: Array, unseen_seconds: Array) -> Array:
    """Mean load of a task's requests, in replicas running flat out."""
    seconds = in_scope * task_seconds + unseen_on_tasks * unseen_seconds
    return seconds / (HOURS_PER_MONTH * SECONDS_PER_HOUR)


@DERIVED.add(unit="replica")
def busy_beside(unseen_beside: Array, unseen_seconds: Array) -> Array:
    """Mean load of the base beside the tuned models, in replicas running flat out."""
    return unseen_beside * unseen_seconds / (HOURS_PER_MONTH * SECONDS_PER_HOUR)


@DERIVED.add(unit="hour/month")
def deployed_hours(
    structure: Structure, busy: Array, waking_requests: Array, adapter_slots: Array, adapter_factor: Array,
    adapter_cliff: Array, peak_factor: Array, target_load: Array, min_replicas: Array, scales_to_zero: Array,
    keep_alive: Array, on_demand_premium: Array,
) -> Array:  # fmt: skip
    """Hours that replicas of tuned or prompted models are paid for, deployment by deployment."""
    total: Array = np.zeros((1, 1, 1, 1))
    for deployment in range(len(structure.tasks)):
        here = (structure.deployment_of_task == deployment)[None, :, :, None]
        if not here.any():
            continue
        models = [len(set(row[mask])) for row, mask in zip(structure.model_of_task, here[0, :, :, 0], strict=True)]
        load, monthly = ((each * here).sum(axis=2, keepdims=True) for each in (busy, waking_requests))
        hours = serving.paid_hours(
            load, monthly, capacity=_sharing(structure.per_strategy(models), adapter_slots, adapter_factor, adapter_cliff),
            peak_factor=peak_factor, target_load=target_load, min_replicas=min_replicas, scales_to_zero=scales_to_zero,
            keep_alive=keep_alive, on_demand_premium=on_demand_premium,
        )  # fmt: skip
        total = total + here.any(axis=2, keepdims=True) * hours
    return total


def _sharing(models: Array, slots: Array, factor: Array, cliff: Array) -> Array:
    """Throughput left when several adapters share a base: a small toll, then a cliff."""
    return np.where(models > 1.0, np.where(models <= slots, factor, 1.0 / cliff), 1.0)


@DERIVED.add(unit="hour/month")
def hours_beside(
    busy_beside: Array, unseen_beside: Array, peak_factor: Array, target_load: Array, min_replicas: Array,
    scales_to_zero: Array, keep_alive: Array, on_demand_premium: Array,
) -> Array:  # fmt: skip
    """Hours that replicas of the base beside the tuned models are paid for."""
    return (unseen_beside > 0.0) * serving.paid_hours(
        busy_beside, unseen_beside, capacity=np.ones((1, 1, 1, 1)), peak_factor=peak_factor, target_load=target_load,
        min_replicas=min_replicas, scales_to_zero=scales_to_zero, keep_alive=keep_alive, on_demand_premium=on_demand_premium,
    )  # fmt: skip


@DERIVED.add(unit="GPU-hour/month")
def replica_gpu_hours(
    deployed_hours: Array, hours_beside: Array, gpus_per_replica: Array, serves_itself: Array
) -> Array:
    """GPU-hours of the strategy's own deployments."""
    return gpus_per_replica * serves_itself * (deployed_hours + hours_beside)
