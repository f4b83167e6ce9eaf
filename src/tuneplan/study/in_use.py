"""Which numbers of a run are in use: those that a choice of the scenario leaves a reader.

The rule: a number is *in use* unless a choice of the scenario leaves it without a reader. A choice
is a word (a form of a law, a method, a way to serve), a strategy that is not there, or another
number given in its stead (a price instead of a wage, a ceiling instead of a headroom). A number
that is read and happens to change nothing (a factor of 1) is in use. ``READERS`` lists the choices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Mask
from tuneplan.core import declared_params
from tuneplan.core.laws import LAWS
from tuneplan.core.structure import Model, Structure
from tuneplan.scenario.catalogue import TABLES, Row
from tuneplan.scenario.lowering.constants import facts_of, read_by_constants
from tuneplan.scenario.lowering.timing import IS_TIMED
from tuneplan.scenario.planned import is_planned
from tuneplan.scenario.records import Quantity
from tuneplan.scenario.timed import COUNTS
from tuneplan.study.options import is_due
from tuneplan.study.run import Run

FORM_NUMBERS = ("saturation_examples", "saturation_sharpness", "additive_capacity")
"""Numbers declared with the module of a law that only one of its forms asks for."""

OF_TRAINING = (
    "annotators", "reviewers", "gpus", "guidelines", "onboarding", "learning", "attrition", "replacement", "batch", "batch_spread",
    "review_effort", "rejected", "adjudication", "gpu_wait", "reserved", "idle_pay",
)  # fmt: skip
"""Numbers of the schedule that only what is trained waits for."""
BOUGHT = ("api", "hosted")
"""Ways to serve that are paid for by the token."""


def in_use(run: Run) -> list[Quantity]:
    """What is read, by path; see the rule above."""
    choices = choices_of(run)
    return [quantity for path, quantity in sorted(run.lowered.used.items()) if choices.read(path)]


def idle(run: Run) -> list[str]:
    """Paths of numbers and words that were given and that nothing reads."""
    choices = choices_of(run)
    numbers = [path for path, quantity in run.lowered.used.items() if quantity.text and not choices.read(path)]
    words = [path for path in run.scenario.settings if not _is_read(choices, path, WORD_READERS)]
    return sorted(numbers + words)


def rows_in_use(run: Run) -> list[tuple[str, Row]]:
    """Rows of the catalogue that constants of some strategy are read from, each with its table.

    What a scenario prices by the token needs no card.
    """
    rank, sequence = (float(run.lowered.inputs[name].flat[0]) for name in ("lora_rank", "sequence_length"))
    found: dict[tuple[str, int], Row] = {}
    for spec in run.lowered.inputs.structure.strategies:
        facts = facts_of(run.scenario, spec, rank, sequence)
        parts = {part for rows, _ in read_by_constants(facts).values() for part in rows}
        parts -= {"card", "serving"} if facts.serving_mode in BOUGHT else set()
        for row in (facts.rows[part] for part in sorted(parts)):
            found[next(name for name, table in TABLES.items() if table.row is type(row)), id(row)] = row
    return sorted(((table, row) for (table, _), row in found.items()), key=lambda each: (each[0], str(TABLES[each[0]].name_of(each[1]))))


def _is_read(choices: Choices, path: str, readers: Readers) -> bool:
    return all(reads(choices, path) for pattern, reads in readers if matches(path, pattern))


def matches(path: str, pattern: str) -> bool:
    """Whether a path is of a pattern, in which each ``*`` stands for any letters, dots too, or for none.

    >>> matches("tasks.a.b.data.price", "tasks.*.data.*"), matches("tasks.a", "tasks.*.a"), matches("law", "law")
    (True, False, True)
    """
    first, *between = pattern.split("*")
    if not between:
        return path == pattern
    last, at = between.pop(), len(first)
    if not (path.startswith(first) and path.endswith(last)):
        return False
    for part in between:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return at + len(last) <= len(path)


def choices_of(run: Run, *strategies: int) -> Choices:
    """What the choices of a scenario come to for some of its strategies, for all when none is named."""
    rows = strategies or tuple(range(len(run.scenario.strategies)))
    return Choices(run=run, rows=rows, of_other_forms=_of_other_forms(run))


def _of_other_forms(run: Run) -> frozenset[str]:
    """Paths of numbers that only forms of a law ask for which were not chosen."""
    asked: dict[bool, set[str]] = {True: set(), False: set()}
    for key, forms in LAWS.items():
        for form in forms:
            own = {param.name for param in form.params} | (set(form.arguments) & set(FORM_NUMBERS))
            asked[run.lowered.inputs.laws[key] == form.name] |= own
    return frozenset(param.key for param in declared_params() if param.name in asked[False] - asked[True])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the choices of a scenario come to, for the strategies in ``rows``."""

    run: Run
    rows: tuple[int, ...]
    of_other_forms: frozenset[str]

    def read(self, path: str) -> bool:
        """Whether anything reads a number that the run took, by its name among those in use."""
        return path not in self.of_other_forms and self._of_base(path) and _is_read(self, path, READERS)

    def _of_base(self, path: str) -> bool:
        """Whether a number holds for every base, or for that of any of these strategies."""
        quantity = self.run.lowered.used.get(path)
        return quantity is None or quantity.base in ("", *(self.structure.strategies[row].base for row in self.rows))

    @property
    def structure(self) -> Structure:
        return self.run.lowered.inputs.structure

    def of_rows(self, by_strategy: Mask) -> Mask:
        """The rows of an array that has one a strategy."""
        return by_strategy[list(self.rows)]

    def models(self) -> list[Model]:
        """Models that serve these strategies."""
        return [self.structure.models[row] for row in set(self.of_rows(self.structure.model_of_task).ravel().tolist())]

    def has(self, name: str) -> bool:
        """Whether a constant of the strategies is above 0 in any of them."""
        return bool((self.of_rows(self.run.lowered.inputs[name][0]) > 0.0).any())

    def listed(self, path: str) -> bool:
        """Whether the run took any number from there."""
        return path in self.run.lowered.used

    def trained(self) -> bool:
        return bool((self.of_rows(self.structure.models_trained) > 0).any())

    def some_untrained(self) -> bool:
        return bool((self.of_rows(self.structure.models_trained) == 0).any())

    def several_trained(self) -> bool:
        return bool((self.of_rows(self.structure.models_trained) > 1).any())

    def mixed(self) -> bool:
        """Whether any model is trained on several sources of examples."""
        return bool((self.of_rows(self.structure.mixtures_of_column) > 0).any())

    def method(self, *methods: str) -> bool:
        """Whether any strategy trains by one of these."""
        specs = [self.structure.strategies[row] for row in self.rows]
        return any(spec.method in methods and bool(spec.grouping.stages) for spec in specs)

    def trains_as_framed(self) -> bool:
        """Whether any strategy trains without a framing of its own."""
        own = {row for row in self.rows if f"strategies.{self.structure.strategies[row].name}.framing" in self.run.scenario.settings}
        return any(self.structure.models_trained[row] > 0 for row in self.rows if row not in own)

    def all_framed(self) -> bool:
        """Whether every task has a framing of its own."""
        return all(f"tasks.{task}.framing" in self.run.scenario.settings for task in self.structure.tasks)

    def several_served(self) -> bool:
        """Whether any strategy serves several models, so that requests are routed."""
        return any(len(set(models)) > 1 for models in self.of_rows(self.structure.model_of_task).tolist())

    def several_deployed(self) -> bool:
        """Whether any deployment holds several models."""
        models, places = (self.of_rows(each).tolist() for each in (self.structure.model_of_task, self.structure.deployment_of_task))
        return any(len(set(zip(*row, strict=True))) > len(set(row[1])) for row in zip(models, places, strict=True))

    def prompted(self, path: str) -> bool:
        """Whether the strategy that a path names is prompted."""
        return not self.structure.strategies[self.run.scenario.strategies.index(path.split(".")[1])].grouping.stages

    def taught(self, path: str) -> bool:
        """Whether any strategy trains on examples of the task that a path names."""
        column = self.structure.tasks.index(path.split(".")[1])
        return bool((self.of_rows(self.structure.stages_of_column)[:, column] > 0).any())

    def planned(self, path: str) -> bool:
        """Whether the examples of the task that a path names are found by a plan."""
        task, asked = path.split(".")[1], self.run.asked
        return any(is_planned(asked, asked.strategies[row], task) for row in self.rows)

    def written(self, path: str) -> bool:
        """Whether a model writes any examples of the task that a path names."""
        share = self.run.lowered.used.get(f"{path.rpartition('.')[0]}.share")
        return share is None or not (share.distribution.is_point and share.distribution.median == 0.0)

    def resized(self) -> bool:
        """Whether any base is of another size than the one that was scored."""
        inputs = self.run.lowered.inputs
        return bool((self.of_rows(inputs["base_params"][0]) != self.of_rows(inputs["measured_params"][0])).any())

    def confused(self) -> bool:
        """Whether the router's mistakes are given pair by pair."""
        return any(path.startswith("router.confusion.") for path in self.run.lowered.used)

    def timed(self) -> bool:
        """Whether launch dates count."""
        return bool(self.run.lowered.inputs[IS_TIMED].any())

    def late(self) -> bool:
        """Whether there is a deadline that can be missed."""
        return self.timed() and bool(np.isfinite(self.run.lowered.inputs["deadline_day"]).all())

    def any_written(self) -> bool:
        """Whether a model writes any examples."""
        return any(self.taught(f"tasks.{task}") and self.written(f"tasks.{task}.data.synthetic.price") for task in self.structure.tasks)

    def limited(self) -> bool:
        """Whether there is any limit to be kept."""
        return is_due(self.run) or any(path == "budget.limit" or path.endswith(".must") for path in self.run.lowered.used)


def _sibling(path: str, name: str) -> str:
    return f"{path.rpartition('.')[0]}.{name}"


Readers = tuple[tuple[str, Callable[[Choices, str], bool]], ...]
READERS: Readers = (
    ("budget.confidence", lambda choices, path: choices.limited()),
    ("law.*", lambda choices, path: choices.trained()),
    ("law.lora_*", lambda choices, path: choices.method("lora", "qlora")),
    ("law.merge_noise", lambda choices, path: any(model.merged_from for model in choices.models())),
    ("law.forgetting", lambda choices, path: any(model.earlier for model in choices.models())),
    ("law.replay_tasks", lambda choices, path: choices.structure.columns > len(choices.structure.tasks)),
    ("law.size_exponent", lambda choices, path: choices.resized()),
    ("lora.*", lambda choices, path: choices.method("lora", "qlora")),
    ("training.*", lambda choices, path: choices.trained()),
    ("training.qlora_speed", lambda choices, path: choices.method("qlora")),
    ("training.spot_*", lambda choices, path: choices.has("is_spot")),
    ("training.tuning_per_model", lambda choices, path: choices.several_trained()),
    ("training.prox*", lambda choices, path: choices.mixed()),
    ("gpu.tflops", lambda choices, path: choices.trained()),
    ("gpu.price", lambda choices, path: choices.trained() or path in choices.run.scenario.quantities),
    ("serving.*", lambda choices, path: choices.has("serves_itself")),
    ("serving.keep_alive", lambda choices, path: choices.has("scales_to_zero")),
    ("serving.on_demand_premium", lambda choices, path: choices.has("scales_to_zero")),
    ("serving.adapter_*", lambda choices, path: choices.several_deployed()),
    ("router.accuracy", lambda choices, path: choices.several_served() and not choices.confused()),
    ("router.price", lambda choices, path: choices.several_served()),
    ("router.score", lambda choices, path: choices.has("fallback_is_api")),
    ("people.weeks_router", lambda choices, path: choices.several_served()),
    ("people.weeks_prompting", lambda choices, path: choices.some_untrained()),
    ("people.weeks_project", lambda choices, path: choices.trained()),
    ("people.weeks_per_model", lambda choices, path: choices.trained()),
    ("people.hours_per_model_month", lambda choices, path: choices.trained()),
    ("upkeep.*", lambda choices, path: choices.trained()),
    ("strategies.*.prompt_tokens", lambda choices, path: choices.prompted(path)),
    ("strategies.*.replay", lambda choices, path: not choices.prompted(path)),
    ("tasks.*.epochs", lambda choices, path: choices.taught(path)),
    ("tasks.*.helpfulness", lambda choices, path: choices.taught(path)),
    ("tasks.*.data.*", lambda choices, path: choices.taught(path)),
    ("tasks.*.data.price", lambda choices, path: not choices.listed(_sibling(path, "labelling.minutes"))),
    ("tasks.*.data.labelling.*", lambda choices, path: choices.listed(_sibling(path, "minutes"))),
    ("tasks.*.data.pace", lambda choices, path: choices.timed()),
    ("schedule.*", lambda choices, path: choices.timed()),
    *((f"schedule.{name}", lambda choices, path: choices.trained()) for name in OF_TRAINING),
    ("schedule.generation_rate", lambda choices, path: choices.any_written()),
    ("schedule.restart", lambda choices, path: choices.trained() and choices.has("is_spot")),
    ("deadline.delay_cost", lambda choices, path: choices.late()),
    ("tasks.*.data.synthetic.price", lambda choices, path: choices.written(path)),
    ("tasks.*.data.synthetic.acceptance", lambda choices, path: choices.written(path)),
    ("tasks.*.data.synthetic.review", lambda choices, path: choices.written(path)),
    ("tasks.*.data.most", lambda choices, path: choices.planned(path)),
    ("tasks.*.data.least", lambda choices, path: choices.planned(path)),
    ("(replay).data.*", lambda choices, path: path.endswith((".quality", ".tokens"))),
    ("*.headroom", lambda choices, path: not choices.listed(_sibling(path, "score.ceiling"))),
)
"""Pattern of paths -> whether anything reads such a number; a path has to pass all that match."""
WORD_READERS: Readers = (
    ("framing", lambda choices, path: choices.trains_as_framed() and not choices.all_framed()),
    ("tasks.*.framing", lambda choices, path: choices.trains_as_framed()),
    ("lora.layers", lambda choices, path: choices.method("lora", "qlora")),
    ("evaluation.judge", lambda choices, path: "evaluation.price" not in choices.run.scenario.quantities or (choices.timed() and "schedule.judged" not in choices.run.scenario.quantities)),
    ("schedule.*", lambda choices, path: choices.timed() or path == COUNTS),
    ("schedule.order", lambda choices, path: choices.trained()),
    ("deadline.*", lambda choices, path: choices.late()),
)
"""The same for choices that another choice can put out of force."""
