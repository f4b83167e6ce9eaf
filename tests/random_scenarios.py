"""Scenarios at random, as text: every strategy, most keys, numbers near and far from the usual."""

from __future__ import annotations

import random


def text_of(seed: int) -> str:
    """A scenario with every strategy; odd seeds add a public instruction mix."""
    r, own = random.Random(seed), random.Random(f"words of its own {seed}")
    names = ["ann", "bob", "cat", "dan"][: seed // 2 % 4 + 1]
    r.shuffle(names)
    last = names[-1]
    falling = r.random() < 0.3  # whether a score of unseen requests is better the lower it is
    lines = [
        "schema: 1",
        f"base: {['llama-3.1-70b', 'qwen2.5-7b-instruct', 'qwen2.5-3b', 'gpt-oss-20b', 'llama-3.1-8b'][seed % 5]}",
        f"horizon: {r.choice([6, 12, 19])} months",
        f"gpu: {{kind: {r.choice(['h100-sxm', 'a100-sxm-80gb'])}, spot: {r.choice(['yes', 'no'])}}}",
        f"method: {r.choice(['full', 'lora', 'qlora'])}",
        f"framing: {r.choice(['instruction', 'plain', 'task_marker', 'own_heads'])}",
        f"training: {{setup: {r.choice(['expert', 'naive'])}, recipe: {r.choice(['known', 'new'])}, "
        f"recompute: {r.choice(['yes', 'no'])}, sequence_length: {r.choice([512, 4096])}}}",
        f"lora: {{rank: {r.choice([4, 16, 64])}, layers: {own.choice(['all', 'attention', 'feed_forward'])}}}",
        f"evaluation: {{judge: {own.choice(['model', 'people', 'automatic'])}}}",
        f"serving: {{mode: {['own', 'scale_to_zero', 'hosted', 'own'][seed % 4]}, "
        f"precision: {r.choice(['bf16', 'fp8', 'int4'])}, adapter_slots: {r.choice([2, 16])}, "
        f"min_replicas: {r.choice([0, 1, 2, 2])}"
        + r.choice(["", ", latency: 40 ms/token", ", latency: 25 ms/token", ", latency: 45 ms/token"]) + "}",
        f"law: {{transfer_form: {r.choice(['linear', 'saturating'])}, "
        f"interference_form: {r.choice(['bounded', 'additive'])}, clash_severity: {r.choice(['1', '0.2 to 3'])}}}",
        f"upkeep: {{retrain_every: {r.choice([3, 5, 12])} months}}",
        "router: {price: $0.0001 to $0.001 per request, "
        + ["accuracy: 60% to 90%", "fallback: nearest", "fallback: base",
           f"fallback: api, api: gpt-4o-mini, score: {'3 to 6' if falling else '0.5 to 0.8'}",
           ][(seed // 2 + seed) % 4] + "}",
        "tasks:",
    ]  # fmt: skip
    called = []
    for name in names:
        sizes = ["30", "800 to 3k", "20k", "300k", *(["0"] if name not in names[:2] else [])]
        score, api = r.choice(
            [("base: 0.3 to 0.5, ceiling: 0.7 to 0.9", "0.5 to 0.9"), ("base: 0.3 to 0.5", "0.2 to 0.9"),
             ("base: 0.1 to 0.3, ceiling: 0.9, floor: 0.2", "0.4"),
             ("base: 4 to 5, ceiling: 2 to 3, worst: 10, best: 1, floor: 8", "2 to 6")]
        )  # fmt: skip
        called.append(f"{name}: {api}")
        data = [f"examples: {r.choice(sizes)}"]
        data += r.sample(["existing: 200", "existing: 100 to 5k", "quality: 60% to 90%", "tokens: 300 to 900", "setup: $500",
                          "licence: $2k", "licence: $1k to $9k", "synthetic: {share: 40%}",
                          "synthetic: {share: 20% to 90%, price: $2/Mtok, acceptance: 50%, review: $0.1 to $1 per example}",
                          ], 4)  # fmt: skip
        data = list({each.split(":")[0]: each for each in data}.values())
        data.append(r.choice(["price: $1 to $5 per example", "kind: llm-pair", "kind: expert-item",
                              "labelling: {minutes: 3 to 9 min, adjudication: $0.1 to $2 per example}",
                              "pace: 2 to 9 examples/hour",
                              "labelling: {minutes: 2 min, wage: $12 to $20/hour, labels_per_item: 3, fee: 25%, yield: 70% to 90%, quality_control: 20%}",
                              ]))  # fmt: skip
        more = r.sample(["epochs: 5", "epochs: 0.5", "mostly_format: yes", "helpfulness: 0.5 to 2",
                         "tokens: {input: 2k}", "tokens: {input: 300, output: 900 to 2k}"], 1)  # fmt: skip
        lines += [
            f"  {name}:",
            f"    traffic: {r.choice(['0 requests/month', '20k to 80k requests/month', '90M requests/month'])}",
            f"    score: {{{score}}}",
            f"    data: {{{', '.join(data)}}}",
            f"    clash_risk: {r.choice(['low', 'medium', 'high', 'high'])}",
            *(f"    {each}" for each in more),
            *own.choice([[], [f"    framing: {own.choice(['instruction', 'plain', 'task_marker', 'own_heads'])}"]]),
        ]
    similar = [f"{n}: {r.choice(['far', '0.1 to 0.6', 'near', '0'])}" for n in names if r.random() < 0.7]
    scale = ["base: 0.4, ceiling: 0.9", "base: 0.6 to 0.8", "base: 0.4, worst: -1, best: 2, floor: 0.1", "floor: 0.1"]
    lines += [
        "unseen:",
        f"  share: {r.choice(['5% to 30%', '5% to 30%', '60%', '0%'])}",
        f"  score: {{{'base: 7, worst: 10, best: 1, floor: 9' if falling else scale[seed % 4]}}}",
        f"  similarity: {{{', '.join(similar)}}}",
        *r.choice([[], ["  tokens: {input: 3k to 9k, output: 40}"]]),
    ]
    called.append(f"unseen: {'3 to 6' if falling else '0.5 to 0.9'}")
    pairs = []
    for one, name in enumerate(names):
        for other in names[one + 1 :]:
            word = r.choice(["parallel", "near", "format", "mixed", "far", "0.2 to 0.7", "1", "0", ""])
            sign = r.choice(["/", "/", ">"])
            pairs += [f"{r.choice([f'{name}{sign}{other}', f'{other}{sign}{name}'])}: {word}"] if word else []
    lines.append(f"similarity: {{{', '.join(pairs)}}}")
    groups = [names[::2], names[1::2]] if len(names) > 1 else [names]
    lines += [
        "strategies:",
        "  unified: {}",
        "  specialists: {}",
        "  adapters: {}",
        "  unified_then_specialists: {}",
        "  merged: {}",
        "  prompted: {like_base: yes}",
        f"  called: {{kind: prompted, api: gpt-4o-mini, prompt_tokens: 300, score: {{{', '.join(called)}}}}}",
        f"  by_hand: {{groups: [{', '.join('[' + ', '.join(group) + ']' for group in groups)}], serving: hosted}}",
        "  own_data: {kind: unified, examples: 5k, existing: 1k, quality: 50% to 70%, licence: $900, epochs: 2"
        + r.choice([", price: $3 per example}", "}"]),
        f"  one_dataset: {{kind: unified_then_specialists, examples: {{{last}: 100k}}, quality: {{{last}: 80%}}, "
        f"existing: {{{last}: 2k to 90k}}, licence: {{{last}: $3k to $5k}}, price: {{{last}: $1 per example}}}}",
        "  dearer: {kind: unified, price: $9 per example, licence: $7k}",
        "  other_base: {kind: specialists, base: qwen2.5-1.5b-instruct, method: full, serving: scale_to_zero}",
        "  heads: {kind: unified, routed: yes, base: llama-3.2-3b, method: lora, framing: own_heads}",
        "  marked: {kind: unified, framing: task_marker}",
        "  bare: {kind: unified, framing: plain}",
    ]
    if seed % 2:
        lines += [
            "  with_mix: {kind: unified, replay: 10k to 40k}",
            "  mixed_apart: {kind: specialists, replay: 500, epochs: 1, framing: instruction}",
            "  mixed_merge: {kind: merged, replay: 3k}",
        ]
    if seed % 3 == 0:  # launch dates count
        lines += [
            "start: 2027-01-04",
            f"deadline: {{date: {own.choice(['2027-02-01', '2027-05-03', '2028-05-01'])}, delay_cost: $100 to $2k/day}}",
            f"schedule: {{annotators: {own.choice([2, 30])}, idle_pay: {own.choice(['$0', '$9 to $20'])}/hour, reserved: {own.choice(['0%', '50%'])}, batch: 2k}}",
        ]
    return "\n".join(lines) + "\n"
