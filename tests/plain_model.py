"""The model a second time, in plain Python: one draw of one scenario, written from the page.

No arrays and no cleverness: lists, loops and ``math``. It is slow and serves as an oracle for the real one.
Where it follows the code away from the page, the docstring says so ("the page has"): stages that replace one
another by degrees, diversity, the breadth of a mixture, FLOP without recomputation.

Conventions: T tasks are numbered from 0. A *column* is a source of examples: a task, or T for the public
instruction mix. A *request* is a task, or T for requests outside every task. ``n`` holds the numbers of the
draw, ``s`` what belongs to one strategy. A *model* is a dictionary with the columns of its ``last`` stage and
of the stage ``earlier``, and its ``specialists`` if it is a merge.
"""

from __future__ import annotations

import math

HOURS_PER_MONTH = 730.0
DAYS_PER_MONTH = 365.25 / 12.0
UNTRAINED = {"last": (), "earlier": (), "specialists": ()}
CLASH_PROBABILITY = {"low": 0.03, "medium": 0.1, "high": 0.3}
CLASH_FACTOR = {"plain": 1.0, "instruction": 0.5, "task_marker": 0.1, "own_heads": 0.0}
# The page adds 2 for recomputation; the code counts it in the utilisation.
FLOP_PER_PARAM = {"full": 6.0, "lora": 4.0, "qlora": 4.0}
SERVED_BYTES = {"bf16": 2.0, "fp8": 1.0, "int4": 0.66}


# --- which tasks share which model ---------------------------------------------------------------


def grouping(kind, tasks, groups=()):
    """Stages of training, and the model and deployment that serve each task."""
    one, each = [0] * tasks, list(range(tasks))
    if groups:
        of_task = [next(g for g, group in enumerate(groups) if task in group) for task in each]
        return {"stages": [of_task], "served": of_task, "deployments": of_task, "merged": False}
    return {
        "unified": {"stages": [one], "served": one, "deployments": one, "merged": False},
        "specialists": {"stages": [each], "served": each, "deployments": each, "merged": False},
        "adapters": {"stages": [each], "served": each, "deployments": one, "merged": False},
        "unified_then_specialists": {"stages": [one, each], "served": each, "deployments": each, "merged": False},
        "merged": {"stages": [each], "served": one, "deployments": one, "merged": True},
        "prompted": {"stages": [], "served": one, "deployments": one, "merged": False},
    }[kind]


def groups_of_stage(s, stage):
    """Columns that each model of a stage trains on; the instruction mix joins every model that has a task."""
    found = {}
    for task, model in enumerate(stage):
        found.setdefault(model, [])
        if s["has_examples"][task]:
            found[model].append(task)
    if s["has_mix"]:
        for columns in found.values():
            if columns:
                columns.append(len(stage))
    return found


def models_of(s):
    """The model that serves each task."""
    stages, tasks = s["grouping"]["stages"], len(s["has_examples"])
    if not stages:
        return [UNTRAINED] * tasks
    models = []
    for task in range(tasks):
        last = groups_of_stage(s, stages[-1])[stages[-1][task]]
        before = groups_of_stage(s, stages[0])[stages[0][task]] if len(stages) == 2 else []
        if not last:  # nothing of its own: it stays what the first stage made of it
            last, before = before, []
        earlier = [column for column in before if column not in last]
        models.append({"last": tuple(last), "earlier": tuple(earlier), "specialists": ()})
    if s["grouping"]["merged"]:
        specialists = []
        for model in models:
            if model["last"] and model not in specialists:
                specialists.append(model)
        if len(specialists) == 1:  # nothing to merge with: it serves every task as it is
            return specialists * tasks
        if specialists:
            union = sorted({column for specialist in specialists for column in specialist["last"]})
            return [{"last": tuple(union), "earlier": (), "specialists": tuple(specialists)}] * tasks
    return models


def distinct(models):
    found = []
    for model in models:
        if model not in found:
            found.append(model)
    return found


# --- capability ----------------------------------------------------------------------------------


def usable(s, n, column):
    """``U = D q^c h(e) / h(3)``."""

    def worth(epochs):
        if epochs < 1.0:
            return epochs
        return 1.0 + n["repeat_value"] * (1.0 - math.exp(-(epochs - 1.0) / n["repeat_value"]))

    quality = s["quality"][column] ** n["quality_exponent"]
    return s["examples"][column] * quality * worth(s["epochs"][column]) / worth(3.0)


def saturate(examples, n):
    """``U / (U + D_f)``: training progress."""
    return examples / (examples + n["format_examples"])


def replaced(model, s, n):
    """How far the last stage has taken the place of an earlier one: its progress.

    The page has 1 throughout; with progress, a last stage of next to nothing leaves the first model.
    """
    return saturate(sum(usable(s, n, c) for c in model["last"]), n)


def present(model, s, n):
    """Columns that still make themselves felt, and how much."""
    found = dict.fromkeys(model["last"], 1.0)
    for c in model["earlier"]:
        found[c] = 1.0 - replaced(model, s, n)
    return found


def tokens_seen(s, n, column):
    return s["examples"][column] * s["epochs"][column] * n["example_tokens"][column]


def token_shares(model, s, n):
    """``v_j`` over the columns that are present."""
    seen = {c: weight * tokens_seen(s, n, c) for c, weight in present(model, s, n).items()}
    total = sum(seen.values())
    return {c: seen[c] / total if total > 0.0 else 0.0 for c in seen}


def amounts(model, s, n):
    """Usable examples by column, those of an earlier stage faded by every epoch of the later one."""
    found = {c: usable(s, n, c) for c in model["last"]}
    if model["earlier"]:
        total = sum(tokens_seen(s, n, c) for c in model["last"])
        epochs = sum(tokens_seen(s, n, c) / total * s["epochs"][c] for c in model["last"]) if total > 0.0 else 0.0
        for c in model["earlier"]:
            found[c] = usable(s, n, c) * (1.0 - n["forgetting"] * replaced(model, s, n)) ** epochs
    return found


def is_own(n, request, column):
    return request == column and request < n["tasks"]


def likeness(n, request, column):
    return 1.0 if is_own(n, request, column) else n["similarity"][request][column]


def own_examples(model, s, n, request):
    return amounts(model, s, n).get(request, 0.0) if request < n["tasks"] else 0.0


def counted(amount, similarity, n):
    """``V_ij``: all of them, or ever fewer."""
    if n["transfer_form"] == "linear":
        return amount
    x = amount * (1.0 - similarity) ** n["saturation_sharpness"] / n["saturation_examples"]
    return amount * -math.expm1(-x) / x if x > 0.0 else amount


def is_instruction(framing):
    return framing in ("instruction", "task_marker")


def both_framed(model, s, n, request, column):
    """Whether a request and a column share the instruction format.

    The public mix has it; requests outside every task have it where some task does that the model learnt.
    """
    tasks = n["tasks"]
    if request < tasks:
        asked = is_instruction(s["framing"][request])
    else:
        asked = any(is_instruction(s["framing"][c]) for c in (*model["last"], *model["earlier"]) if c < tasks)
    return asked and (column == tasks or is_instruction(s["framing"][column]))


def borrowed_and_format(model, s, n, request):
    """What the other columns add to ``X_i`` and to ``F_i``, before an adapter's crowding."""
    effective = format_pool = 0.0
    for column, amount in amounts(model, s, n).items():
        if is_own(n, request, column):
            continue
        similarity = n["similarity"][request][column]
        value = counted(amount, similarity, n)
        effective += similarity ** (n["transfer_sharpness"] / n["helpfulness"][column]) * value
        shared = n["format_transfer"] if both_framed(model, s, n, request, column) else 0.0
        format_pool += max(shared, similarity) * value
    return effective, format_pool


def crowding(model, s, n):
    """``1 / sqrt(1 + (tokens / capacity)^2)``; tokens once, not per epoch."""
    if s["method"] == "full":
        return 1.0
    tokens = sum(s["examples"][c] * n["example_tokens"][c] for c in {*model["last"], *model["earlier"]})
    return 1.0 / math.sqrt(1.0 + (tokens / (adapter_weights(s["base"], n) * n["lora_capacity"])) ** 2)


def adapter_weights(base, n):
    """``r (m + n)`` for each of q, k, v and o, and for each of gate, up and down, every layer."""
    h, q, kv, ff = base["hidden"], base["query_width"], base["kv_width"], base["intermediate"]
    attention = (h + q) + (h + kv) + (h + kv) + (q + h)
    feed_forward = (h + ff) + (h + ff) + (ff + h)
    sides = {"all": attention + feed_forward, "attention": attention, "feed_forward": feed_forward}
    return base["layers"] * n["lora_rank"] * sides[n["lora_layers"]]


def others_of(model, n, request):
    """Columns that are present and not the request's own."""
    return [c for c in (*model["last"], *model["earlier"]) if not is_own(n, request, c)]


def progress(columns, model, s, n):
    """``P`` of the data of some columns, as far as they are present."""
    weights = present(model, s, n)
    return saturate(sum(weights[c] * usable(s, n, c) for c in columns), n)


def progress_of_all(model, s, n):
    """``P`` of all that was learnt and not forgotten."""
    return saturate(sum(amounts(model, s, n).values()), n)


def mixing(model, s, n):
    """How far several tasks were taught at once: progress of what is beyond one task."""
    if model["specialists"]:
        return 0.0

    def beyond_one(weights):
        amount = [weight * usable(s, n, c) for c, weight in weights.items()]
        whole = sum(amount)
        return sum(u * (1.0 - u / whole) for u in amount) if whole > 0.0 else 0.0

    gone = replaced(model, s, n)
    now = saturate(beyond_one(dict.fromkeys(model["last"], 1.0)), n)
    return gone * now + (1.0 - gone) * saturate(beyond_one(present(model, s, n)), n)


def shares_among(columns, model, s, n):
    """Token shares of some columns among themselves."""
    shares = token_shares(model, s, n)
    total = sum(shares[c] for c in columns)
    return {c: shares[c] / total if total > 0.0 else 0.0 for c in columns}


def share_like(columns, model, s, n, request):
    """``s_i = sum_j rho_ij v_j``, with ``v`` among the columns."""
    v = shares_among(columns, model, s, n)
    return sum(likeness(n, request, c) ** n["interference_sharpness"] * v[c] for c in columns)


def interference(columns, model, s, n, request):
    """``I = s~^(-lambda n^-zeta P)``, from the data of some columns."""
    share = share_like(columns, model, s, n, request)
    floored = share + 0.02 * (1.0 - share)
    strength = n["interference_strength"] * n["susceptibility"][request]
    params = s["base"]["params"]
    if s["routed"]:  # .2 from 7B up, 1 at 2B and below, straight in log-log between
        reach = (math.log(params) - math.log(2e9)) / (math.log(7e9) - math.log(2e9))
        strength *= 0.2 ** min(max(reach, 0.0), 1.0)
    return floored ** -(strength * (params / 8e9) ** -n["size_relief"] * progress(columns, model, s, n))


def fade(model, s, n, request):
    """``phi = D_f / (D_f + U)``."""
    return n["format_examples"] / (n["format_examples"] + own_examples(model, s, n, request))


def between(n, j, k):
    """Similarity of two columns. The mix is as near to a task as the task to it; its K tasks are unlike."""
    if j == k:
        return 1.0 / n["replay_tasks"] if j == n["tasks"] else 1.0
    row, column = (j, k) if j < n["tasks"] else (k, j)
    return n["similarity"][row][column]


def effective_number(weights, n, sharpness=1.0):
    """``(sum w)^2 / sum_jk w_j w_k S_jk^a`` and at least 1; 0 where there is nothing. ``a`` is for j != k."""
    total = sum(weights.values())
    if total <= 0.0:
        return 0.0
    overlap = 0.0
    for j in weights:
        for k in weights:
            alike = between(n, j, k) if j == k else between(n, j, k) ** sharpness
            overlap += weights[j] * weights[k] * alike
    return max(total**2 / overlap, 1.0)


def diversity(model, s, n, request):
    """``P (M - 1)^e / ((M - 1)^e + M_0^e)`` over the other columns."""
    known = {}
    others = others_of(model, n, request)
    for column in others:
        count = n["replay_tasks"] if column == n["tasks"] else 1.0
        amount = amounts(model, s, n)[column]
        known[column] = count * (1.0 - math.exp(-amount / count / n["instance_scale"]))
    beyond = max(effective_number(known, n) - 1.0, 0.0) ** n["diversity_exponent"]
    far = beyond / (beyond + n["diversity_half"] ** n["diversity_exponent"])
    return far * progress(others, model, s, n)


def keep(model, s, n, request):
    """``1 - phi^2 (1 - r) m (1 - s)^2 P Q^-kappa`` over the other tasks' data, ``Q = 1 / sum_jk v_j v_k S_jk^4``.

    The page has ``phi`` for ``phi^2``, by which 2 000 examples of a task did not protect it; and ``Q = 1 / sum v_j^2``, by which two identical tasks were two. The power is for unlike
    columns only: a mix alone counts as its K tasks.
    """
    others = others_of(model, n, request)
    trained = progress(others, model, s, n)
    if trained <= 0.0:
        return 1.0
    v = shares_among(others, model, s, n)
    number = float(len(model["specialists"])) if model["specialists"] else max(effective_number(v, n, 4.0), 1.0)
    method = 1.0 if s["method"] == "full" else n["lora_forgetting"]
    lost = fade(model, s, n, request) ** 2 * (1.0 - n["off_task_retention"]) * method
    return 1.0 - lost * (1.0 - share_like(others, model, s, n, request)) ** 2 * trained * number ** -n["keep_exponent"]


def clash(model, s, n, request, uniform):
    """Share of the distance to the floor that a format clash takes away.

    Progress of its own data and of the other tasks' in the last stage; the mix clashes with nobody.
    """
    neighbours = [c for c in model["last"] if c < n["tasks"] and c != request]
    if request not in model["last"] or request == n["tasks"] or not neighbours or model["specialists"]:
        return 0.0
    if not uniform < CLASH_PROBABILITY[n["clash_risk"][request]] * CLASH_FACTOR[s["framing"][request]]:
        return 0.0
    met = saturate(sum(usable(s, n, c) for c in neighbours), n)
    return (1.0 - math.exp(-n["clash_severity"])) * (1.0 - fade(model, s, n, request)) * met


def slowed_gap(effective, format_pool, slowed, s, n, request):
    """``B^(1/I)`` or ``B + c (I - 1)`` of some examples."""
    b = n["data_exponent"][request] * (1.0 if s["method"] == "full" else n["lora_exponent"])
    w = n["format_share"][request]
    fast = 1.0 / (1.0 + format_pool / n["format_examples"])
    slow = 1.0 / (1.0 + (effective / s["half_gap_examples"][request]) ** b)
    open_gap = w * fast + (1.0 - w) * slow
    if n["interference_form"] == "bounded":
        return open_gap ** (1.0 / slowed)
    return min(open_gap + n["additive_capacity"] * (slowed - 1.0), 1.0)


def remaining_gap(model, s, n, request):
    """``R`` after diversity; a merge keeps a share of what its specialists gained.

    Diversity: ``min(R, R_0 (1 - g d)) (1 + phi (-g) d)``, R_0 without the request's own data and g
    by sign. The page has ``R (1 - phi g d)``, by which own data could lower a score.
    """
    if model["specialists"]:
        own = [specialist for specialist in model["specialists"] if request < n["tasks"] and request in specialist["last"]]
        specialists = own or model["specialists"]
        gained = 1.0 - sum(remaining_gap(specialist, s, n, request) for specialist in specialists) / len(specialists)
        return 1.0 - merge_share(model, s, n) * gained
    held, others = crowding(model, s, n), others_of(model, n, request)
    own = own_examples(model, s, n, request)
    borrowed, taught = borrowed_and_format(model, s, n, request)
    slowed = interference((*model["last"], *model["earlier"]), model, s, n, request)
    gap = slowed_gap((own + borrowed) * held, (own + taught) * held, slowed, s, n, request)
    slowed = interference(others, model, s, n, request)
    unseen_gap = slowed_gap(borrowed * held, taught * held, slowed, s, n, request)
    gain, far = s["diversity_gain"], diversity(model, s, n, request)
    if gain >= 0.0:
        gap = min(gap, unseen_gap * (1.0 - gain * far))
    else:
        gap = min(gap, unseen_gap) * (1.0 - fade(model, s, n, request) * gain * far)
    return min(max(gap, 0.0), 1.0)


def merge_share(model, s, n):
    k = len(model["specialists"])
    if k == 1:
        return 1.0
    logit = -0.4 + 0.7 * math.log10(s["base"]["params"] / 0.25e9) - 0.1 * (k - 2) + n["merge_noise"]
    if s["base"]["instruction_tuned"]:
        logit += 0.8
    return 1.0 / (1.0 + math.exp(-logit))


def scale(n, request):
    """Ends of the metric, base, ceiling and floor of a request, 0 the worst and 1 the best."""

    def normal(score, of):
        return (score - n["worst"][of]) / (n["best"][of] - n["worst"][of])

    base = n["base"][request]
    if base is None:
        bases = [normal(n["base"][task], task) for task in range(n["tasks"])]
        base = sum(bases) / len(bases)
    else:
        base = normal(base, request)
    ceiling = n["ceiling"][request]
    ceiling = base + (1.0 - base) * n["headroom"][request] if ceiling is None else normal(ceiling, request)
    ceiling = min(max(ceiling, base, 0.0), 1.0)
    floor = n["floor"][request]
    return base, ceiling, 0.0 if floor is None else normal(floor, request), normal


def start(s, n, request):
    """What the strategy's base scores prompted: the gap shrinks with size, and grows no lower than the floor."""
    base, ceiling, floor, _ = scale(n, request)
    gap = (ceiling - base) * (s["base"]["params"] / n["measured_params"]) ** -n["size_exponent"]
    return ceiling - min(gap, max(ceiling - floor, ceiling - base))


def towards_floor(score, floor, kept):
    return floor + kept * (score - floor) if score > floor else score


def score_of(model, s, n, request, luck):
    """One model on one request. ``luck``: uniform of the clash, Student-t of the discrepancy and of the task's level."""
    _, ceiling, floor, normal = scale(n, request)
    if not model["last"]:
        own = s["prompted_score"][request] if s["prompted_score"] else None
        return min(max(start(s, n, request) if own is None else normal(own, request), 0.0), 1.0)
    begin = start(s, n, request)
    score = ceiling - (ceiling - begin) * remaining_gap(model, s, n, request)
    score = towards_floor(score, floor, keep(model, s, n, request))
    score = towards_floor(score, floor, 1.0 - clash(model, s, n, request, luck[0]))
    error = luck[1] * n["discrepancy"] / math.sqrt(2.0) / 100.0
    shift = n["mixing_shift"] / 100.0 * mixing(model, s, n)
    level = luck[2] * n["level_discrepancy"] / 100.0 * (1.0 - fade(model, s, n, request))
    return min(max(score + error * progress_of_all(model, s, n) + shift + level, 0.0), 1.0)


def scores(s, n, luck):
    """Routed score of each task, then of unseen requests, the delivered score, and the base's scores.

    ``luck(task, request)`` belongs to the model that serves ``task``.
    """
    tasks, models = n["tasks"], models_of(s)
    several = len(distinct(models)) > 1
    routed = []
    for task in range(tasks):
        own = score_of(models[task], s, n, task, luck(task, task))
        others = [other for other in range(tasks) if other != task]
        traffic = sum(n["traffic"][other] for other in others)
        if not several or traffic <= 0.0:
            routed.append(own)
            continue
        lost = 0.0
        for other in others:
            there = score_of(models[other], s, n, task, luck(other, task))
            lost += n["traffic"][other] / traffic * there
        routed.append(n["router_accuracy"] * own + (1.0 - n["router_accuracy"]) * lost)
    likest = max(n["similarity"][tasks][task] for task in range(tasks))
    nearest = [task for task in range(tasks) if n["similarity"][tasks][task] == likest]
    untrained = {**s, "prompted_score": None}
    base = [score_of(UNTRAINED, untrained, n, request, (1.0, 0.0)) for request in range(tasks + 1)]
    fallback = fallback_of(s)
    if fallback == "base":
        unseen = base[tasks]
    elif fallback == "api":
        worst, best = n["worst"][tasks], n["best"][tasks]
        unseen = min(max((n["fallback_score"] - worst) / (best - worst), 0.0), 1.0)
    else:
        unseen = sum(score_of(models[task], s, n, tasks, luck(task, tasks)) for task in nearest) / len(nearest)
    total = sum(n["traffic"])
    weights = [t / total if total > 0.0 else 1.0 / tasks for t in n["traffic"]]
    inside = sum(weight * score for weight, score in zip(weights, routed, strict=True))
    u = n["unseen_share"]
    return [*routed, unseen], (1.0 - u) * inside + u * unseen, base


def fallback_of(s):
    """Who answers unseen requests: only several models have a router to say so."""
    served, deployments = set(s["grouping"]["served"]), set(s["grouping"]["deployments"])
    if len(served) == 1:
        return "nearest"
    return s["fallback"] or ("base" if len(deployments) < len(served) else "nearest")


# --- cost ----------------------------------------------------------------------------------------


def runs_of(s):
    """Columns of every training run that is kept, stage by stage."""
    found = []
    for stage in s["grouping"]["stages"]:
        found += [columns for columns in groups_of_stage(s, stage).values() if columns]
    return found


def price_of_example(s, n, task):
    """From wages where minutes are given, else the price."""
    if s["price"][task] is not None:
        return s["price"][task]
    if n["minutes"][task] is None:
        return s["usual_price"][task]
    work = n["labels_per_item"][task] * n["minutes"][task] / 60.0 * n["wage"][task]
    checked = work * (1.0 + n["fee"][task]) / n["kept"][task] * (1.0 + n["quality_control"][task])
    return checked + n["adjudication"][task]


def made_an_hour(n, task):
    """Kept examples of an annotator: as given, or from minutes; what a price lets assume stands among the numbers."""
    if n["pace"][task] is not None:
        return n["pace"][task]
    return 60.0 / (n["minutes"][task] * n["labels_per_item"][task]) * n["kept"][task]


def run_hours(s, n, columns):
    """GPU-hours of one run on some columns."""
    base = s["base"]
    attention = 12.0 * base["layers"] * base["hidden"] * n["sequence_length"]
    tokens = sum(tokens_seen(s, n, c) for c in columns)
    flop = tokens * (FLOP_PER_PARAM[s["method"]] * base["active_params"] + attention)
    utilisation = n["utilisation"] * (n["qlora_speed"] if s["method"] == "qlora" else 1.0)
    hours = flop / (3600.0 * n["peak_tflops"] * 1e12 * utilisation) * (1.0 + n["overhead"])
    return hours * (1.0 + n["spot_hazard"] * n["spot_loss"]) if n["spot"] else hours


def training_hours(s, n):
    """Hours of all runs: kept, tried, balancing, failed."""
    runs = [run_hours(s, n, columns) for columns in runs_of(s)]
    if not runs:
        return 0.0
    mean = sum(runs) / len(runs)
    proxied = sum(hours for hours, columns in zip(runs, runs_of(s), strict=True) if len(columns) > 1)
    every = sum(runs) + (n["search"] - 1.0) * mean + n["tuning_per_model"] * mean * (len(runs) - 1)
    every += n["proxies"] * n["proxy_size"] * proxied
    return every / (1.0 - n["failed"])


def in_scope(n, task):
    """Requests a month that a task's own model answers."""
    return n["traffic"][task] * (1.0 - n["unseen_share"])


def unseen_requests(n):
    """Requests a month outside every task."""
    return n["unseen_share"] * sum(n["traffic"])


def unseen_of(n, task):
    """Unseen requests as they fall on a task: like the traffic."""
    total = sum(n["traffic"])
    return unseen_requests(n) * n["traffic"][task] / total if total > 0.0 else 0.0


def who_answers_unseen(s):
    """``tasks``: the deployments of the tasks; ``beside``: a spare deployment of the base; ``api``."""
    fallback = fallback_of(s)
    loads_base = len(set(s["grouping"]["deployments"])) < len(set(s["grouping"]["served"]))
    if fallback == "base" and not loads_base:
        return "beside"
    return "api" if fallback == "api" else "tasks"


def gpus_of_replica(s, n):
    """Smallest count on whose memory the weights take at most 80 %."""
    weights = SERVED_BYTES[n["precision"]] * s["base"]["params"] / 1e9
    return next(count for count in (1, 2, 4, 8, 16, 32, 64, 128) if weights <= 0.8 * n["card"]["memory_gb"] * count)


def tokens_sent(s, n, request):
    """Input tokens of a request, with the prompt of a model that nobody trained."""
    return n["input_tokens"][request] + (0.0 if s["grouping"]["stages"] else s["prompt_tokens"])


def busy_replicas(s, n, request, count):
    """Mean load of so many requests a month of one kind, in replicas running flat out."""
    gpus, card, base = gpus_of_replica(s, n), n["card"], s["base"]
    out, sent = n["output_tokens"][request], tokens_sent(s, n, request)
    weights, speed = SERVED_BYTES[n["precision"]] * base["params"] / 1e9, card["decode_share"] * card["bandwidth_gb_s"] * gpus
    active = base["active_params"] / base["params"]
    rate = n["saturated_share"] * card["peak_tflops"] * gpus**0.75 * 1e12 / (2.0 * base["active_params"])
    rate *= 0.46 if active < 1.0 else 1.0  # a mixture of experts
    cache = base["kv_gb_per_token"] * (0.5 if n["precision"] == "fp8" else 1.0)
    mean = cache * (sent + out / 2.0)  # of a stream, half way through
    most = min(max((0.9 * card["memory_gb"] * gpus - weights) / mean, 1.0), 650.0) if mean > 0.0 else 650.0
    step = 0.003 + weights * (1.0 - (1.0 - active) ** most) / speed  # shared by all streams
    seconds = (sent + out) / rate + out * mean / speed + out * step / most
    if n["latency"] is not None:  # streams at once, so that a step takes no longer than the limit
        context = cache * (sent + out)
        streams = math.floor(((n["latency"] - 0.003) * speed - weights) / context)
        step = n["latency"] if streams >= 1 else 0.003 + (weights + context) / speed  # one at least
        seconds = max(seconds, out * step / max(streams, 1))
    return count / (HOURS_PER_MONTH * 3600.0) * seconds


def hours_on(s, n, load, requests, capacity):
    """Hours a month that the replicas of a deployment are paid for."""
    needed = math.ceil(load * n["peak_factor"] / (n["target_load"] * capacity))
    hours = HOURS_PER_MONTH * max(n["min_replicas"], needed)
    if s["serving"] != "scale_to_zero":
        return hours
    awake = 1.0 - math.exp(-requests / (HOURS_PER_MONTH * 60.0) * n["keep_alive"])
    return hours * awake * n["on_demand_premium"]


def own_gpu_hours(s, n):
    """GPU-hours a month of all deployments, and of a spare one where only the base answers unseen requests."""
    if s["api"] or s["serving"] == "hosted":
        return 0.0
    models, unseen, hours = models_of(s), n["tasks"], 0.0
    deployments, answers = s["grouping"]["deployments"], who_answers_unseen(s)
    for deployment in sorted(set(deployments)):
        tasks = [task for task in range(n["tasks"]) if deployments[task] == deployment]
        count = len(distinct([models[task] for task in tasks]))
        capacity = 1.0
        if count > 1:
            capacity = n["adapter_factor"] if count <= n["adapter_slots"] else 1.0 / n["adapter_cliff"]
        load = sum(busy_replicas(s, n, task, in_scope(n, task)) for task in tasks)
        requests = sum(in_scope(n, task) for task in tasks)
        if answers == "tasks":
            load += sum(busy_replicas(s, n, unseen, unseen_of(n, task)) for task in tasks)
            requests += sum(unseen_of(n, task) for task in tasks)
        hours += hours_on(s, n, load, requests, capacity)
    requests = unseen_requests(n)
    if answers == "beside" and requests > 0.0:
        hours += hours_on(s, n, busy_replicas(s, n, unseen, requests), requests, 1.0)
    return gpus_of_replica(s, n) * hours


def months_served(s, n, task):
    """Months of the horizon after a task's launch; all of them where launch dates don't count."""
    return n["horizon_months"] - min(s["launch"][task] / DAYS_PER_MONTH, n["horizon_months"])


def days_late(s, n):
    """Days between the end of the deadline's day and full launch, or the end of the horizon."""
    if n["deadline"] is None:
        return 0.0
    return max(min(s["full"], n["horizon_months"] * DAYS_PER_MONTH) - (n["deadline"] + 1), 0.0)


def final_hours_by_task(s, n):
    """GPU-hours of the runs kept, by the task whose examples they see; the mix falls on all alike."""
    hours = [0.0] * n["tasks"]
    for columns in runs_of(s):
        for column in columns:
            seen = run_hours(s, n, [column])
            fallen = range(n["tasks"]) if column >= n["tasks"] else [column]
            for task in fallen:
                hours[task] += seen / len(fallen)
    return hours


def costs(s, n):
    """Every line, summed over tasks, in USD over the horizon."""
    tasks = n["tasks"]
    served = [months_served(s, n, task) for task in range(tasks)]
    months = sum(served) / tasks  # of what tasks share alike
    models = len(distinct(models_of(s)))
    runs, trained = len(runs_of(s)), bool(runs_of(s))
    every, final = training_hours(s, n), final_hours_by_task(s, n)
    unseen, answers = n["tasks"], who_answers_unseen(s)
    lines = dict.fromkeys(("labels", "synthetic", "data_setup_and_licences", "tokens_bought", "routing", "retraining"), 0.0)
    round_of_task = n["evaluation_items"] * n["evaluation_item_price"] + models * n["evaluation_model_price"] / tasks
    for task in range(tasks):
        fresh = 0.0
        if any(task in columns for columns in runs_of(s)):
            bought = max(s["examples"][task] - s["existing"][task], 0.0)
            written = n["synthetic_share"][task]
            by_people = bought * (1.0 - written) * price_of_example(s, n, task)
            lines["labels"] += by_people
            tokens = n["example_tokens"][task] * n["synthetic_price"][task] / 1e6 / n["acceptance"][task]
            by_model = bought * written * (tokens + n["review_price"][task])
            lines["synthetic"] += by_model
            fresh = n["refresh_share"] * (by_people + by_model)
            if s["examples"][task] > 0.0:
                lines["data_setup_and_licences"] += n["data_setup"][task] + s["licence"][task]
        answered = {task: in_scope(n, task), unseen: 0.0 if answers == "api" else unseen_of(n, task)}
        for request, count in answered.items():
            price = tokens_sent(s, n, request) * s["token_price_in"]
            price += n["output_tokens"][request] * s["token_price_out"]
            lines["tokens_bought"] += count * price / 1e6 * served[task]
        if models > 1:  # whatever arrives is routed
            lines["routing"] += n["router_price"] * n["traffic"][task] * served[task]
        if trained:
            planned = max(math.ceil(served[task] / n["retrain_every"]) - 1, 0)
            forced = n["retirement_rate"] * served[task] / 12.0
            lines["retraining"] += (planned + forced) * (final[task] * n["gpu_price"] + round_of_task) + planned * fresh
    lines["training_runs"] = every * n["gpu_price"]
    lines["evaluation"] = n["evaluation_rounds"] * tasks * round_of_task
    weeks = n["weeks_project"] if trained else n["weeks_prompting"]
    weeks += n["weeks_per_model"] * runs + (n["weeks_router"] if models > 1 else 0.0)
    lines["engineering"] = weeks * n["engineer_week"]
    lines["own_gpus"] = own_gpu_hours(s, n) * n["serving_gpu_price"] * months
    away = unseen_requests(n) if answers == "api" else 0.0
    price = n["input_tokens"][unseen] * n["fallback_price_in"] + n["output_tokens"][unseen] * n["fallback_price_out"]
    lines["fallback_tokens"] = away * price / 1e6 * months
    lines["care"] = n["hours_per_model_month"] * models * months / 40.0 * n["engineer_week"] if trained else 0.0
    lines["waiting_annotators"] = s["idle_annotators"] * n["idle_pay"]
    lines["reserved_gpus"] = s["idle_gpus"] * n["reserved"] * n["gpu_price"]
    lines["lateness"] = days_late(s, n) * n["delay_cost"]
    return lines
