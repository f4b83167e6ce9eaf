"""Random scenarios, from text to every score and cost line, against ``plain_model``."""

from __future__ import annotations

import math
from datetime import date
from functools import cache

import numpy as np
import pytest
import yaml
from scipy import special

import plain_model
from random_scenarios import text_of
from tuneplan.core import declared_params, evaluate
from tuneplan.core.distributions import beta
from tuneplan.scenario import catalogue
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.study.design import Design

DRAWS = 16
DESIGN = Design(draws=DRAWS, seed=3, scrambles=1)
RELATIONS = {
    "parallel": beta(12.0, 2.0), "near": beta(4.0, 3.0), "format": beta(2.0, 4.0), "mixed": beta(1.5, 5.0),
    "far": beta(1.0, 9.0), "": beta(1.5, 4.0),
}  # fmt: skip
PARAMS = {param.name: param for param in declared_params()}
SCORES = ("worst", "best", "base", "ceiling", "floor")


# --- the numbers of one draw ---------------------------------------------------------------------


class Reader:
    """Numbers of one scenario: typed ones straight from their distributions, defaults from the arrays."""

    def __init__(self, scenario, inputs, place=0, design=DESIGN):
        self.scenario, self.inputs, self.place, self.design = scenario, inputs, place, design
        self.drawn = cache(self._drawn)
        self.points = cache(lambda name: design.points([name])[0].tolist())

    def _drawn(self, path):
        given = self.scenario.quantities.get(path)
        if given is None:
            return None
        values = np.asarray(given.distribution.ppf(self.design.points([path])[0]), dtype=float)
        return np.broadcast_to(values, self.design.draws).tolist()

    def typed(self, draw, *paths):
        """The first that was typed, else None."""
        for path in paths:
            if self.drawn(path) is not None:
                return self.drawn(path)[draw]
        return None

    def at(self, name, draw, strategy=0):
        """Slice of an array: a list along its third axis."""
        array = self.inputs.numbers[name]
        kept = array[self.place if array.shape[0] > 1 else 0, strategy if array.shape[1] > 1 else 0]
        row = kept[..., draw if array.shape[-1] > 1 else 0].tolist()
        return [None if isinstance(x, float) and math.isnan(x) else x for x in row]

    def similarity(self, draw, request, column):
        """Similarities of a scenario share a common part."""
        scenario, paths = self.scenario, [f"similarity.{'/'.join(sorted((request, column)))}"]
        paths += [f"similarity.{request}/{column}", f"similarity.{column}/{request}"]
        if request == "unseen":
            paths = [f"unseen.similarity.{column}"]
        name = paths[0]
        if f"similarity.{column}>{request}" in {**scenario.quantities, **scenario.settings}:
            name = f"similarity.{column}>{request}"
            paths = [name]
        distribution = RELATIONS["mixed" if "(replay)" in (request, column) else ""]
        for path in paths:
            if path in scenario.quantities:
                distribution = scenario.quantities[path].distribution
            elif path in scenario.settings:
                distribution = RELATIONS[scenario.settings[path]]
        own, common = self.points(name)[draw], self.points("similarity")[draw]
        score = math.sqrt(0.5) * special.ndtri(common) + math.sqrt(0.5) * special.ndtri(own)
        return float(np.asarray(distribution.ppf(np.array([special.ndtr(score)]))).ravel()[0])

    def numbers(self, draw):
        """``n`` of the plain model."""
        scenario = self.scenario
        tasks, requests = scenario.tasks, scenario.requests
        columns = [*tasks, *(["(replay)"] if self.has_mix else [])]
        paths = [f"tasks.{task}" for task in tasks] + ["unseen"]
        n = {}
        for name in PARAMS.keys() & self.inputs.numbers.keys():
            key, scope = PARAMS[name].key, PARAMS[name].scope
            usual = self.at(name, draw) if scope in ("scenario", "task", "request") else []
            if scope == "scenario":
                n[name] = usual[0] if self.typed(draw, key) is None else self.typed(draw, key)
            elif usual:  # the mix comes last and is never typed
                given = [self.typed(draw, f"{path}.{key}") for path in paths[: len(usual)]]
                n[name] = [x if x is not None else usual[i] for i, x in enumerate(given)] + usual[len(given) :]
        n |= {name: [self.typed(draw, f"{path}.score.{name}") for path in paths] for name in SCORES}
        n["worst"] = [0.0 if x is None else x for x in n["worst"]]
        n["best"] = [1.0 if x is None else x for x in n["best"]]
        n["similarity"] = [
            [1.0 if request == column else self.similarity(draw, request, column) for column in columns]
            for request in requests
        ]
        n["fallback_score"] = self.typed(draw, "router.score")
        n["latency"] = self.typed(draw, "serving.latency")
        gpu = catalogue.gpus()[scenario.word("serving.gpu", scenario.word("gpu.kind", "h100-sxm"))]
        precision = scenario.word("serving.precision", "bf16")
        fallback = scenario.word("router.api", "")
        prices = catalogue.api_prices()[fallback] if fallback else None
        return n | {
            "tasks": len(tasks),
            "lora_layers": scenario.word("lora.layers", "all"),
            "clash_risk": [scenario.word(f"tasks.{task}.clash_risk", "low") for task in tasks],
            "measured_params": catalogue.models()[scenario.word("base", "")].params,
            "transfer_form": scenario.word("law.transfer_form", "linear"),
            "interference_form": scenario.word("law.interference_form", "bounded"),
            "spot": scenario.setting("gpu.spot", False),
            "precision": precision,
            "card": {"memory_gb": gpu.memory_gb, "bandwidth_gb_s": gpu.bandwidth_gb_s,
                     "peak_tflops": gpu.peak_tflops(precision),
                     "decode_share": catalogue.serving_shares()[gpu.family, precision].decode_bandwidth_share},
            "fallback_price_in": prices.input_usd_per_mtok if prices else 0.0,
            "fallback_price_out": prices.output_usd_per_mtok if prices else 0.0,
            "deadline": days_between(scenario.word("start", ""), scenario.word("deadline.date", "")),
        }  # fmt: skip

    @property
    def has_mix(self):
        return any(path.endswith(".replay") for path in self.scenario.quantities)

    def strategy(self, draw, number):
        """``s`` of the plain model: a strategy's own number, else the scenario's, else the usual one."""
        scenario, name = self.scenario, self.scenario.strategies[number]
        tasks, own = scenario.tasks, f"strategies.{name}"
        mix = self.typed(draw, f"{own}.replay")

        def by_task(word, key, otherwise):
            found = [self.typed(draw, f"{own}.{word}.{t}", f"{own}.{word}", f"tasks.{t}.{key}") for t in tasks]
            return [otherwise if x is None else x for x in found]

        def by_column(word, key, otherwise):
            of_mix = self.typed(draw, f"{own}.{word}")
            return [*by_task(word, key, otherwise), *([otherwise if of_mix is None else of_mix] if self.has_mix else [])]

        base = catalogue.models()[scenario.word(f"{own}.base", scenario.word("base", ""))]
        kind = scenario.word(f"{own}.kind", name)
        groups = [[tasks.index(task) for task in group] for group in scenario.setting(f"{own}.groups", ())]
        serving, api = scenario.word(f"{own}.serving", scenario.word("serving.mode", "own")), scenario.word(f"{own}.api", "")
        price_in, price_out = prices_of(base, serving, api)
        examples = by_task("examples", "data.examples", 0.0)
        asked = [scenario.quantities.get(f"{own}.examples.{t}") or scenario.quantities.get(f"{own}.examples")
                 or scenario.quantities.get(f"tasks.{t}.data.examples") for t in tasks]  # fmt: skip
        prompted = [self.typed(draw, f"{own}.score.{r}", f"{own}.score") for r in scenario.requests]
        *launch, full, idle_annotators, idle_gpus = self.at("dates_of_launch", draw, number)  # simulated: the law of time is tested for itself
        return {
            "name": name,
            "grouping": plain_model.grouping(kind, len(tasks), groups),
            "method": "lora" if kind == "adapters" else scenario.word(f"{own}.method", scenario.word("method", "full")),
            "framing": [framing_of(scenario, name, task) for task in tasks],
            "routed": scenario.setting(f"{own}.routed", False),
            "base": {
                "params": base.params, "active_params": base.active_params, "layers": base.layers,
                "hidden": base.hidden, "intermediate": base.intermediate,
                "query_width": base.heads * base.head_dim, "kv_width": base.kv_heads * base.head_dim, "kv_gb_per_token": base.kv_bytes_per_token / 1e9,
                "instruction_tuned": base.instruction_tuned,
            },
            "has_examples": [given is not None and given.distribution.interval() != (0.0, 0.0) for given in asked],
            "has_mix": mix is not None and scenario.quantities[f"{own}.replay"].distribution.interval() != (0.0, 0.0),
            "examples": [*examples, *([mix or 0.0] if self.has_mix else [])],
            "existing": by_task("existing", "data.existing", 0.0),
            "quality": by_column("quality", "data.quality", 1.0),
            "epochs": by_column("epochs", "epochs", 3.0),
            "price": [self.typed(draw, f"{own}.price.{t}", f"{own}.price", f"tasks.{t}.data.price") for t in tasks],
            "usual_price": self.at("label_price", draw, number),
            "licence": by_task("licence", "data.licence", 0.0),
            "half_gap_examples": self.at("half_gap_examples", draw, number),
            "diversity_gain": self.at("diversity_gain", draw, number)[0],
            "prompt_tokens": self.at("prompt_tokens", draw, number)[0],
            "prompted_score": prompted if any(x is not None for x in prompted) else None,
            "fallback": scenario.word("router.fallback", ""),
            "is_timed": bool(self.inputs["is_timed"].any()), "launch": launch, "full": full, "idle_annotators": idle_annotators, "idle_gpus": idle_gpus,
            "serving": serving, "api": api, "token_price_in": price_in, "token_price_out": price_out,
        }  # fmt: skip

    def luck(self, draw, number, s):
        """Luck of the model that serves a task: the clash by its name, the discrepancy by its row."""
        tasks, models = self.scenario.tasks, plain_model.models_of(s)

        def of(task, request):
            row = self.inputs.structure.model_of_task[number, task]
            errors = self.inputs["discrepancy_draw"][0]
            errors = errors[min(row, len(errors) - 1), request]
            near = sorted(tasks[c] for c in models[task]["last"] if c < len(tasks) and c != request)
            name = (*tasks, "unseen")[request]
            uniform = self.points(f"clash.{name}.{'+'.join(near)}")[draw]
            level = self.inputs["level_draw"][0, 0, request]
            return uniform, float(errors[draw if len(errors) > 1 else 0]), float(level[draw if len(level) > 1 else 0])

        return of


def days_between(first, last):
    """None where either is not given."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days if first and last else None


def framing_of(scenario, strategy, task):
    """The strategy's own word, then the task's, then the scenario's."""
    words = (scenario.settings.get(f"{path}framing") for path in (f"strategies.{strategy}.", f"tasks.{task}.", ""))
    return next((word for word in words if word is not None), "instruction")


def prices_of(base, serving, api):
    """USD/Mtok in and out."""
    if api:
        row = catalogue.api_prices()[api]
    elif serving == "hosted":
        rows = [r for r in catalogue.hosted_prices().values() if r.max_params is not None and base.params <= r.max_params]
        row = min(rows, key=lambda each: each.output_usd_per_mtok)
    else:
        return 0.0, 0.0
    return row.input_usd_per_mtok, row.output_usd_per_mtok


# --- the comparison ------------------------------------------------------------------------------


def compare(scenario, inputs, outcome, place=0, design=DESIGN) -> list[str]:
    """Every difference, in words."""
    reader, wrong, identity = Reader(scenario, inputs, place, design), [], {}
    assert inputs.numbers["discrepancy_draw"].shape[3] in (1, design.draws)

    def check(what, found, expected):
        if not math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12):
            wrong.append(f"{what}: {found!r}, oracle {expected!r}")

    def cell(array, number, row, draw):
        return float(array[min(place, array.shape[0] - 1), number, row, min(draw, array.shape[3] - 1)])

    for draw in range(design.draws):
        n = reader.numbers(draw)
        for number, name in enumerate(scenario.strategies):
            s = reader.strategy(draw, number)
            score, delivered, base = plain_model.scores(s, n, reader.luck(draw, number, s))
            for request, label in enumerate(scenario.requests):
                check(f"{name} score {label} {draw}", cell(outcome.score, number, request, draw), score[request])
                check(f"{name} base {label} {draw}", cell(outcome.base_score, number, request, draw), base[request])
            check(f"{name} delivered {draw}", cell(outcome.delivered, number, 0, draw), delivered)
            for task, made in enumerate(reader.at("made_an_hour", draw, number) if s["is_timed"] else []):
                check(f"{name} pace {task} {draw}", made, plain_model.made_an_hour(n, task))
            lines = plain_model.costs(s, n)
            assert set(lines) == set(outcome.costs)
            for line, usd in lines.items():
                cells = [cell(outcome.costs[line], number, t, draw) for t in range(len(scenario.tasks))]
                check(f"{name} {line} {draw}", math.fsum(cells), usd)
            if draw == 0 and not _note_luck(identity, reader, number, s):
                wrong.append(f"{name}: a model that another strategy trains alike has other luck here")
    lucks = list(identity.values())
    if len({tuple(luck) for luck in lucks}) != len(lucks):
        wrong.append("unlike models share their luck")
    return wrong


def _note_luck(identity, reader, number, s):
    """Whether what is trained together and how has one luck, whoever trains it."""
    own = f"strategies.{s['name']}."
    source = {path.removeprefix(own): str(given.distribution) for path, given in reader.scenario.quantities.items()
              if path.startswith(own) and path.removeprefix(own).split(".")[0] == "quality"}  # fmt: skip
    how = (s["method"], tuple(s["base"].values()), reader.scenario.word(own + "base", ""), s["routed"])
    for task, model in enumerate(plain_model.models_of(s)):
        if model["last"]:
            row = reader.inputs.structure.model_of_task[number, task]
            luck = reader.inputs["discrepancy_draw"][0, row, :, 0].tolist()
            framed = [s["framing"][c] for c in sorted({*model["last"], *model["earlier"]}) if c < len(s["framing"])]
            if identity.setdefault((repr(model), repr(framed), how, repr(source)), luck) != luck:
                return False
    return True


def differences(text: str, draws: int = DRAWS) -> list[str]:
    scenario, design = loads(text), Design(draws=draws, seed=3, scrambles=1)
    inputs = lower([scenario], design.points).inputs
    return compare(scenario, inputs, evaluate(inputs), design=design)


@pytest.mark.parametrize("seed", range(12))
def test_every_score_and_cost_line_agrees_with_the_plain_model(seed):
    assert differences(text_of(seed)) == []


def test_scenarios_side_by_side_agree_too():
    text = text_of(6)
    changed = text.replace("horizon: ", "horizon: 1").replace("unified: {}", "unified: {existing: 7}", 1)
    scenarios = [loads(text.replace("unified: {}", "unified: {existing: 70}", 1)), loads(changed)]
    inputs = lower(scenarios, DESIGN.points).inputs
    outcome = evaluate(inputs)
    for place, scenario in enumerate(scenarios):
        assert compare(scenario, inputs, outcome, place) == []


def with_small(text: str) -> str:
    """The small scenario, with further keys laid over it."""
    return yaml.safe_dump(overlaid(yaml.safe_load(SMALL), yaml.safe_load(text)), sort_keys=False)


def overlaid(below: dict, above: dict) -> dict:
    both = {key: overlaid(below[key], above[key]) for key in below.keys() & above.keys()
            if isinstance(above[key], dict)}  # fmt: skip
    return {**below, **above, **both}


SMALL = """
schema: 1
base: llama-3.1-8b
tasks:
  ann:
    traffic: 30k requests/month
    score: {base: 0.5}
    data: {examples: 1k, labelling: {minutes: 5 min}}
    clash_risk: high
  bob: {like: ann}
"""
CASES = {
    "an instruction mix where no strategy gives examples of its own": """
strategies:
  with_mix: {kind: unified, replay: 20k}
""",
    "a strategy's own price where the task is labelled by the hour": """
strategies:
  cheap: {kind: unified, price: $0.01 per example}
""",
    "how fast examples are made, as given or from minutes, whatever a strategy pays for them": """
schedule: {counts: yes, idle_pay: $9/hour}
tasks:
  ann: {data: {labelling: {minutes: 3 to 9 min, labels_per_item: 2, yield: 80%}}}
  cat: {traffic: 20k requests/month, score: {base: 0.4}, data: {examples: 2k, pace: 2 to 4 examples/hour}}
strategies:
  unified: {}
  cheap: {kind: unified, price: $0.01 per example}
  cheap_for_one: {kind: unified, price: {ann: $9 per example}}
""",
    "an instruction mix of no examples": """
strategies:
  without: {kind: specialists, examples: 2k}
  with_mix: {kind: specialists, examples: 2k, replay: 0}
""",
    "an instruction mix of no examples beside one of some": """
strategies:
  without: {kind: specialists, replay: 0}
  with_mix: {kind: specialists, replay: 2k}
""",
    "a merge of one specialist": """
router: {fallback: base}
strategies:
  merged: {examples: {bob: 0}}
  alone: {kind: specialists, examples: {bob: 0}}
  mixed: {kind: merged, examples: {bob: 0}, replay: 3k}
  none: {kind: merged, examples: 0}
""",
    "a clash beside an instruction mix": """
law: {clash_severity: 3}
framing: plain
strategies:
  with_mix: {kind: unified, replay: 20k, examples: {bob: 50}}
  alone: {kind: specialists, replay: 20k}
""",
    "a spare base for unseen requests": """
unseen: {share: 40%, score: {base: 0.4}, tokens: {input: 9k, output: 900}}
router: {fallback: base, price: $0.001 per request}
strategies:
  specialists: {}
  asleep: {kind: specialists, serving: scale_to_zero}
  elsewhere: {kind: specialists, serving: hosted}
  adapters: {}
  unified: {}
  by_hand: {groups: [[bob], [ann]]}
""",
    "a spare base with more to do than one GPU can": """
tasks: {ann: {traffic: 900M requests/month}}
unseen: {share: 40%, score: {base: 0.4}, tokens: {input: 9k, output: 900}}
serving: {min_replicas: 2, latency: 30 ms/token}
router: {fallback: base}
strategies:
  specialists: {}
  asleep: {kind: specialists, serving: scale_to_zero}
  adapters: {}
""",
    "a spare base with nothing to do": """
unseen: {share: 0%}
serving: {min_replicas: 2}
router: {fallback: base}
strategies:
  specialists: {}
  asleep: {kind: specialists, serving: scale_to_zero}
""",
    "no traffic at all": """
tasks: {ann: {traffic: 0 requests/month}, bob: {traffic: 0 requests/month}}
unseen: {share: 30%}
router: {fallback: base}
strategies:
  specialists: {}
  asleep: {kind: specialists, serving: scale_to_zero}
  adapters: {}
""",
    "unseen requests that an API answers": """
unseen: {share: 40%, score: {base: 7, worst: 10, best: 1, floor: 9}, tokens: {input: 9k, output: 900}}
router: {fallback: api, api: gpt-4o-mini, score: 3 to 6, price: $0.001 per request}
strategies:
  specialists: {}
  asleep: {kind: specialists, serving: scale_to_zero}
  elsewhere: {kind: specialists, serving: hosted}
  adapters: {}
  unified: {}
""",
    "unseen requests of their own length, prompted": """
unseen: {share: 40%, tokens: {input: 9k, output: 900}}
strategies:
  like_base: {kind: prompted, like_base: yes, prompt_tokens: 2k}
  elsewhere: {kind: prompted, like_base: yes, serving: hosted}
  called: {kind: prompted, api: gpt-4o-mini, score: 0.6}
""",
    "always two replicas": """
serving: {min_replicas: 2}
strategies:
  unified: {}
  specialists: {serving: scale_to_zero}
  adapters: {}
""",
    "adapters beyond their slots under a latency limit": """
tasks: {ann: {traffic: 90M requests/month, tokens: {input: 200, output: 2k}}}
serving: {adapter_slots: 1, latency: 14 ms/token, precision: fp8}
strategies:
  adapters: {}
  unified: {}
""",
    "a base so small that its gap meets the floor": """
tasks: {ann: {score: {floor: 0.3, ceiling: 0.9}}, bob: {score: {base: 0.2, floor: 0.3}}}
law: {size_exponent: 0.2 to 2}
strategies:
  small: {kind: unified, base: qwen2.5-1.5b-instruct}
  large: {kind: unified, base: llama-3.1-70b}
""",
    "the breadth of a mixture with a mix in it": """
law: {off_task_retention: 0, keep_exponent: 0.2, replay_tasks: 3, diversity_gain: 0.4, diversity_half: 2}
tasks: {cat: {like: ann, data: {examples: 4k}}}
similarity: {ann/bob: 0.9, ann/cat: 0.8, bob/cat: 0.7}
strategies:
  unified: {}
  with_mix: {kind: unified, replay: 2k}
  apart: {kind: specialists, replay: 2k}
""",
    "luck hangs on the quality alone": """
strategies:
  unified: {}
  dear: {kind: unified, price: $90 per example, licence: {ann: $1k, bob: $2k}, existing: 10}
  poor: {kind: unified, quality: 50%}
  half_poor: {kind: unified, quality: {ann: 50%}}
  more: {kind: unified, examples: 9k, epochs: 1}
""",
    "owned, written and labelled examples": """
tasks:
  ann:
    data:
      existing: 400
      licence: $500
      setup: $300
      synthetic: {share: 25%, price: $2 to $9/Mtok, acceptance: 40%, review: $0.2 per example}
      labelling: {wage: $30/hour, labels_per_item: 2, fee: 10% to 30%, yield: 60%, quality_control: 50%, adjudication: $1 per example}
strategies:
  unified: {}
  specialists: {existing: 5k}
  dear: {kind: unified, examples: {bob: 9k}, existing: {bob: 2k}, licence: {ann: $9k}, price: {ann: $7 per example}}
""",
}


@pytest.mark.parametrize("strategies", CASES.values(), ids=CASES)
def test_corner(strategies):
    assert differences(with_small(strategies)) == []


TWO_WAYS = """
law: {clash_severity: 3}
tasks: {ann: {framing: FIRST}, bob: {framing: SECOND}, cat: {like: ann, data: {examples: 0}}}
unseen: {share: 30%}
router: {fallback: nearest}
strategies:
  unified: {}
  specialists: {}
  adapters: {}
  hybrid: {kind: unified_then_specialists}
  merged: {}
  instructed: {kind: specialists, framing: instruction}
  bare: {kind: unified_then_specialists, framing: plain}
  bare_merge: {kind: merged, framing: plain}
  with_mix: {kind: unified, replay: 900}
  apart_with_mix: {kind: specialists, replay: 900}
  hybrid_with_mix: {kind: unified_then_specialists, replay: 900}
"""
WORDS = ("instruction", "plain", "task_marker", "own_heads")


@pytest.mark.parametrize("second", WORDS)
@pytest.mark.parametrize("first", WORDS)
def test_every_two_framings_side_by_side(first, second):
    """With unseen requests at the nearest model, a task that nobody trains, and an instruction mix."""
    assert differences(with_small(TWO_WAYS.replace("FIRST", first).replace("SECOND", second)), draws=4) == []


FRAMED = """
law: {clash_severity: 1}
strategies:
  plain: {kind: unified, framing: plain}
  instruction: {kind: unified, framing: instruction}
  task_marker: {kind: unified, framing: task_marker}
  own_heads: {kind: unified, framing: own_heads}
"""


def test_clashes_of_rare_kinds():
    """So many draws that each framing meets its clashes at high risk: about .3, .15, .03 and none of them."""
    draws, text = 256, with_small(FRAMED)
    assert differences(text, draws) == []
    design = Design(draws=draws, seed=3, scrambles=1)
    scenario = loads(text)
    reader = Reader(scenario, lower([scenario], design.points).inputs, design=design)
    met = dict.fromkeys(scenario.strategies, 0)
    for draw in range(draws):
        n = reader.numbers(draw)
        for number, name in enumerate(scenario.strategies):
            s = reader.strategy(draw, number)
            (model,) = plain_model.distinct(plain_model.models_of(s))
            uniform, *_ = reader.luck(draw, number, s)(0, 0)
            met[name] += plain_model.clash(model, s, n, 0, uniform) > 0.0
    expected = {"plain": 0.3, "instruction": 0.15, "task_marker": 0.03, "own_heads": 0.0}
    assert met == {name: pytest.approx(share * draws, abs=1.0) for name, share in expected.items()}
