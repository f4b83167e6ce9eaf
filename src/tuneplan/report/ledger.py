"""Every number in use, with where it came from.

The rule: a number is *in use* unless a choice of the scenario leaves it without a reader. A choice
is a word (a form of a law, a method, a way to serve), a strategy that is not there, or another
number given in its stead (a price instead of a wage, a ceiling instead of a headroom). A number
that is read and happens to change nothing (a factor of 1) is in use. ``READERS`` lists the choices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tuneplan.core import declared_params
from tuneplan.core.laws import LAWS
from tuneplan.core.structure import Structure
from tuneplan.scenario.grammar.quantities import describe
from tuneplan.scenario.records import Place, Quantity
from tuneplan.study.run import Run

FORM_NUMBERS = ("saturation_examples", "saturation_sharpness", "additive_capacity")
"""Numbers declared with the module of a law that only one of its forms asks for."""


def numbers(run: Run) -> list[dict[str, str | int]]:
    """Numbers in use, by path: value, unit, origin, source, grade, and place in the file (0: not in it)."""
    return [_entry(run, quantity) for quantity in in_use(run)]


def idle(run: Run) -> list[str]:
    """Paths of numbers and words that were given and that nothing reads."""
    read, facts = {quantity.path for quantity in in_use(run)}, _Facts(run)
    numbers = [path for path, quantity in run.lowered.used.items() if quantity.text and path not in read]
    words = [path for path in run.scenario.settings if not _is_read(facts, path, WORD_READERS)]
    return sorted(numbers + words)


def in_use(run: Run) -> list[Quantity]:
    """What is read, by path; see the rule above."""
    of_others, facts = _of_other_forms(run), _Facts(run)
    return [
        quantity
        for path, quantity in sorted(run.lowered.used.items())
        if path not in of_others and _is_read(facts, path, READERS)
    ]


def _is_read(facts: _Facts, path: str, readers: Readers) -> bool:
    return all(reads(facts, path) for pattern, reads in readers if fnmatchcase(path, pattern))


def _entry(run: Run, quantity: Quantity) -> dict[str, str | int]:
    place = _place(run, quantity)
    return {
        "path": quantity.path,
        "value": describe(quantity.distribution, quantity.unit),
        "unit": quantity.unit,
        "origin": quantity.origin,
        "source": quantity.source or ("given in the scenario" if quantity.text else ""),
        "grade": quantity.grade or "U",
        "line": place.line,
        "column": place.column,
    }


def _place(run: Run, quantity: Quantity) -> Place:
    """Where a number stands in the scenario; a pair may stand there either way round."""
    if not quantity.text:
        return Place()
    head, _, pair = quantity.path.rpartition(".")
    turned = f"{head}.{'/'.join(reversed(pair.split('/')))}"
    found = (quantity.place, *(run.scenario.places.get(path, Place()) for path in (quantity.path, turned)))
    return next((place for place in found if place.line > 0), Place())


def _of_other_forms(run: Run) -> set[str]:
    """Paths of numbers that only forms of a law ask for which were not chosen."""
    asked: dict[bool, set[str]] = {True: set(), False: set()}
    for key, forms in LAWS.items():
        for form in forms:
            own = {param.name for param in form.params} | (set(form.arguments) & set(FORM_NUMBERS))
            asked[run.lowered.inputs.laws[key] == form.name] |= own
    return {param.key for param in declared_params() if param.name in asked[False] - asked[True]}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the choices of a scenario come to."""

    run: Run

    @property
    def structure(self) -> Structure:
        return self.run.lowered.inputs.structure

    def has(self, name: str) -> bool:
        """Whether a constant of the strategies is above 0 in any of them."""
        return bool((self.run.lowered.inputs[name] > 0.0).any())

    def listed(self, path: str) -> bool:
        """Whether the run took any number from there."""
        return path in self.run.lowered.used

    def trained(self) -> bool:
        return bool((self.structure.models_trained > 0).any())

    def several_trained(self) -> bool:
        return bool((self.structure.models_trained > 1).any())

    def method(self, *methods: str) -> bool:
        """Whether any strategy trains by one of these."""
        return any(spec.method in methods and bool(spec.grouping.stages) for spec in self.structure.strategies)

    def trains_as_framed(self) -> bool:
        """Whether any strategy trains without a framing of its own."""
        own = {spec.name for spec in self.structure.strategies if f"strategies.{spec.name}.framing" in self.run.scenario.settings}
        rows = zip(self.structure.strategies, self.structure.models_trained.tolist(), strict=True)
        return any(runs > 0 and spec.name not in own for spec, runs in rows)

    def all_framed(self) -> bool:
        """Whether every task has a framing of its own."""
        return all(f"tasks.{task}.framing" in self.run.scenario.settings for task in self.structure.tasks)

    def several_served(self) -> bool:
        """Whether any strategy serves several models, so that requests are routed."""
        return any(len(set(models)) > 1 for models in self.structure.model_of_task.tolist())

    def several_deployed(self) -> bool:
        """Whether any deployment holds several models."""
        rows = zip(self.structure.model_of_task.tolist(), self.structure.deployment_of_task.tolist(), strict=True)
        return any(len(set(zip(models, places, strict=True))) > len(set(places)) for models, places in rows)

    def prompted(self, path: str) -> bool:
        """Whether the strategy that a path names is prompted."""
        return not self.structure.strategies[self.run.scenario.strategies.index(path.split(".")[1])].grouping.stages

    def taught(self, path: str) -> bool:
        """Whether any strategy trains on examples of the task that a path names."""
        column = self.structure.tasks.index(path.split(".")[1])
        return bool((self.structure.stages_of_column[:, column] > 0).any())

    def written(self, path: str) -> bool:
        """Whether a model writes any examples of the task that a path names."""
        share = self.run.lowered.used.get(f"{path.rpartition('.')[0]}.share")
        return share is None or not (share.distribution.is_point and share.distribution.median == 0.0)

    def resized(self) -> bool:
        """Whether any base is of another size than the one that was scored."""
        inputs = self.run.lowered.inputs
        return bool((inputs["base_params"] != inputs["measured_params"]).any())

    def limited(self) -> bool:
        """Whether there is any limit to be kept."""
        return any(path == "budget.limit" or path.endswith(".must") for path in self.run.lowered.used)


def _sibling(path: str, name: str) -> str:
    return f"{path.rpartition('.')[0]}.{name}"


Readers = tuple[tuple[str, Callable[[_Facts, str], bool]], ...]
READERS: Readers = (
    ("budget.confidence", lambda facts, path: facts.limited()),
    ("law.*", lambda facts, path: facts.trained()),
    ("law.lora_*", lambda facts, path: facts.method("lora", "qlora")),
    ("law.merge_noise", lambda facts, path: any(model.merged_from for model in facts.structure.models)),
    ("law.forgetting", lambda facts, path: any(model.earlier for model in facts.structure.models)),
    ("law.replay_tasks", lambda facts, path: facts.structure.columns > len(facts.structure.tasks)),
    ("law.size_exponent", lambda facts, path: facts.resized()),
    ("lora.*", lambda facts, path: facts.method("lora", "qlora")),
    ("training.*", lambda facts, path: facts.trained()),
    ("training.qlora_speed", lambda facts, path: facts.method("qlora")),
    ("training.spot_*", lambda facts, path: facts.has("is_spot")),
    ("training.tuning_per_model", lambda facts, path: facts.several_trained()),
    ("training.prox*", lambda facts, path: bool((facts.structure.mixtures_of_column > 0).any())),
    ("gpu.tflops", lambda facts, path: facts.trained()),
    ("gpu.price", lambda facts, path: facts.trained() or path in facts.run.scenario.quantities),
    ("serving.*", lambda facts, path: facts.has("serves_itself")),
    ("serving.keep_alive", lambda facts, path: facts.has("scales_to_zero")),
    ("serving.on_demand_premium", lambda facts, path: facts.has("scales_to_zero")),
    ("serving.adapter_*", lambda facts, path: facts.several_deployed()),
    ("router.accuracy", lambda facts, path: facts.several_served()),
    ("router.price", lambda facts, path: facts.several_served()),
    ("router.score", lambda facts, path: facts.has("fallback_is_api")),
    ("people.weeks_router", lambda facts, path: facts.several_served()),
    ("people.weeks_prompting", lambda facts, path: bool((facts.structure.models_trained == 0).any())),
    ("people.weeks_project", lambda facts, path: facts.trained()),
    ("people.weeks_per_model", lambda facts, path: facts.trained()),
    ("people.hours_per_model_month", lambda facts, path: facts.trained()),
    ("upkeep.*", lambda facts, path: facts.trained()),
    ("strategies.*.prompt_tokens", lambda facts, path: facts.prompted(path)),
    ("strategies.*.replay", lambda facts, path: not facts.prompted(path)),
    ("tasks.*.epochs", lambda facts, path: facts.taught(path)),
    ("tasks.*.helpfulness", lambda facts, path: facts.taught(path)),
    ("tasks.*.data.*", lambda facts, path: facts.taught(path)),
    ("tasks.*.data.price", lambda facts, path: not facts.listed(_sibling(path, "labelling.minutes"))),
    ("tasks.*.data.labelling.*", lambda facts, path: facts.listed(_sibling(path, "minutes"))),
    ("tasks.*.data.synthetic.price", lambda facts, path: facts.written(path)),
    ("tasks.*.data.synthetic.acceptance", lambda facts, path: facts.written(path)),
    ("tasks.*.data.synthetic.review", lambda facts, path: facts.written(path)),
    ("(replay).data.*", lambda facts, path: path.endswith((".quality", ".tokens"))),
    ("*.headroom", lambda facts, path: not facts.listed(_sibling(path, "score.ceiling"))),
)
"""Pattern of paths -> whether anything reads such a number; a path has to pass all that match."""
WORD_READERS: Readers = (
    ("framing", lambda facts, path: facts.trains_as_framed() and not facts.all_framed()),
    ("tasks.*.framing", lambda facts, path: facts.trains_as_framed()),
    ("lora.layers", lambda facts, path: facts.method("lora", "qlora")),
    ("evaluation.judge", lambda facts, path: "evaluation.price" not in facts.run.scenario.quantities),
)
"""The same for choices that another choice can put out of force."""
