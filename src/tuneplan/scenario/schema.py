"""Every key that a scenario may hold: those declared here, and those of the model's numbers.

A pattern is a dotted path in which ``*`` stands for one name (a task, a strategy, a pair).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tuneplan.core.compute import ADAPTED_LAYERS
from tuneplan.core.costs import JUDGES
from tuneplan.core.distributions import point
from tuneplan.core.laws import LAWS
from tuneplan.core.registry import Param
from tuneplan.core.transfer import RELATIONS
from tuneplan.scenario.catalogue.tables import TABLES
from tuneplan.scenario.swept import MODES, PLANS

KINDS = (
    "quantity", "text", "word", "yes_no", "date", "dates", "names", "groups", "integer", "scale", "paths", "learn", "rows", "override", "include", "calibrated", "swept", "swept_rows",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of the language.

    Attributes
    ----------
    pattern
        Dotted path, ``*`` for a name.
    kind
        One of ``KINDS``: a number of the model, free text, one of ``words``, yes or no, a date, a list of dates,
        a list of names out of ``words``, a list of groups of tasks, a whole number, two ends of a
        scale, a list of dotted paths, dotted paths each with its noise, rows of a catalogue table, changes of other keys, names of files,
        what pilots taught, keys with the values that a sweep gives them, rows of a sweep.
    doc, default
        For the reference; ``default`` in words, of a quantity that of its declaration.
    words
        What ``word`` and ``names`` allow; empty: checked later against a catalogue or names.
    catalogue
        ``gpus``, ``models``, ``providers``, ``apis`` or ``labels`` when the word must stand there.
    param
        The declaration behind a quantity.
    required
        Whether the scenario must give it.
    later
        Whether its meaning comes with a later version: parsed, then refused by name.
    example
        As a person would type it in the reference scenario; empty: its default.
    """

    pattern: str
    kind: str
    doc: str
    default: str = ""
    words: tuple[str, ...] = ()
    catalogue: str = ""
    param: Param | None = None
    required: bool = False
    later: bool = False
    example: str = ""


RELATION_WORDS = tuple(RELATIONS)
"""Words for how alike two tasks are; each a prior on similarity."""
COMPONENTS = ("data", "training", "evaluation", "people", "serving", "upkeep", "delay")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_DAYS = WEEKDAYS[:5]
"""Weekdays on which people work where nobody says."""
DEFAULT_GPU = "h100-sxm"
DEFAULT_COVERS = ("data", "training", "evaluation")
METHODS = ("full", "lora", "qlora")
FRAMINGS = ("instruction", "plain", "task_marker", "own_heads")

CORRELATION = Param(name="correlation", key="value", low=-1.0, high=1.0, example="0.5", doc="Correlation of their normal scores; below 0 between two alone.")
"""How strongly the numbers of one correlation go together; decided before the draws."""

NOISE = Param(name="noise", key="noise", unit="share", high=10.0, doc="Standard deviation of one observation: a share of the value, or points of the scale for a share or a score.")
"""How far one observation of a check lies from what it measures."""
OBSERVATIONS = Param(name="observations", key="n", unit="observation", low=1.0, whole=True, example="300", doc="Observations of each number.")
CHECK_COST = Param(name="check_cost", key="cost", unit="USD", example="$2k", doc="What the check costs.")
CHECK_DAYS = Param(
    name="check_days", key="days", unit="day", high=3650.0, default=point(0.0), source="declared: nobody waits", as_of="2026-11", example="10", may_be_bare=True,
    doc="Days that pass before anything is decided.",
)  # fmt: skip
"""What a check takes; all of it is decided before the draws."""

STRUCTURE: tuple[Key, ...] = (
    Key(pattern="tasks.*.like", kind="text", doc="Copy another task's keys, then change."),
    Key(pattern="strategies.*.like", kind="text", doc="Copy another strategy's keys, then change."),
    Key(pattern="schema", kind="integer", doc="Version of this language.", default="1"),
    Key(pattern="name", kind="text", doc="Title of the scenario.", default="name of the file", example="Every key, once"),
    Key(pattern="question", kind="text", doc="The question, in a sentence.", example="One model for drafting, summarising and answering, or three?"),
    Key(pattern="start", kind="date", doc="When the project starts.", example="2027-01-04"),
    Key(pattern="as_of", kind="date", doc="Date against which prices age.", default="start"),
    Key(
        pattern="budget.covers",
        kind="names",
        words=COMPONENTS,
        doc="What the limit has to pay for.",
        default=", ".join(DEFAULT_COVERS),
    ),
    Key(pattern="base", kind="word", catalogue="models", required=True, doc="Base model.", example="llama-3.1-8b-instruct"),
    Key(pattern="gpu.kind", kind="word", catalogue="gpus", default=DEFAULT_GPU, doc="GPU."),
    Key(
        pattern="gpu.provider",
        kind="word",
        catalogue="providers",
        default="middle price of the catalogue",
        doc="Who rents it out.",
        example="lambda",
    ),
    Key(pattern="gpu.spot", kind="yes_no", default="no", doc="Train on capacity that can be taken away."),
    Key(pattern="method", kind="word", words=METHODS, default="full", doc="How weights are tuned."),
    Key(
        pattern="framing",
        kind="word",
        words=FRAMINGS,
        default="instruction",
        doc="What tells the tasks of one model apart.",
    ),
    Key(pattern="privacy", kind="word", words=("open", "no external API"), default="open", doc="What may leave the house."),
    Key(pattern="tasks.*.note", kind="text", doc="A remark."),
    Key(pattern="tasks.*.score.metric", kind="text", doc="Name of the metric.", default="score", example="win rate"),
    Key(pattern="tasks.*.score.scale", kind="scale", default="0 to 1", doc="Worst and best value of the metric, in one: 0 to 100, 5 to 1 for a loss, or 100 alone."),
    Key(pattern="tasks.*.data.kind", kind="word", catalogue="labels", default="demonstration", doc="What an example is, which sets its usual price."),
    Key(pattern="tasks.*.clash_risk", kind="word", words=("low", "medium", "high"), default="low", doc="Whether its inputs look like another task's while the answers follow other rules."),
    Key(pattern="tasks.*.framing", kind="word", words=FRAMINGS, default="framing", doc="What tells it apart from the other tasks of its model; tasks lend each other the instruction format where both have it."),
    Key(pattern="tasks.*.mostly_format", kind="yes_no", default="no", doc="Whether the task is mostly form and style."),
    Key(pattern="unseen.note", kind="text", doc="A remark."),
    Key(pattern="unseen.score.metric", kind="text", doc="Name of the metric.", default="score", example="win rate"),
    Key(pattern="unseen.score.scale", kind="scale", default="0 to 1", doc="Worst and best value of the metric for unseen requests, in one."),
    Key(pattern="unseen.mostly_format", kind="yes_no", default="no", doc="Whether unseen requests are mostly form and style."),
    Key(pattern="router.fallback", kind="word", words=("nearest", "base", "api"), default="nearest; base for adapters", doc="Who answers requests outside every task."),
    Key(pattern="router.api", kind="word", catalogue="apis", doc="API model of the fallback.", example="gpt-4o-mini"),
    Key(pattern="strategies.*.kind", kind="word", default="the strategy's own name, or groups", doc="Which grouping it is.", example="unified"),
    Key(pattern="strategies.*.note", kind="text", doc="A remark."),
    Key(pattern="strategies.*.groups", kind="groups", words=("search",), doc="Which tasks share a model; search: the best of all groupings.", example="[[email, summary], [qa]]"),
    Key(pattern="strategies.*.method", kind="word", words=METHODS, default="method", doc="How this strategy's weights are tuned."),
    Key(pattern="strategies.*.framing", kind="word", words=FRAMINGS, default="the task's framing", doc="Framing of all its tasks."),
    Key(pattern="strategies.*.base", kind="word", catalogue="models", default="base", doc="Another base model."),
    Key(pattern="strategies.*.serving", kind="word", words=("own", "hosted", "scale_to_zero"), default="serving.mode", doc="How it is served."),
    Key(pattern="strategies.*.api", kind="word", catalogue="apis", doc="API model that is prompted.", example="gpt-4o-mini"),
    Key(pattern="strategies.*.like_base", kind="yes_no", default="no", doc="The prompted model scores like the base."),
    Key(pattern="strategies.*.routed", kind="yes_no", default="no", doc="Whether each task has trainable weights of its own inside the shared model."),
    Key(pattern="strategies.*.one_deployment", kind="yes_no", default="no", doc="Serve its models as adapters on one shared base."),
    Key(pattern="reference", kind="word", default="the prompted base", doc="Strategy from which value is counted.", example="prompted"),
    Key(pattern="training.setup", kind="word", words=("expert", "practitioner", "naive"), default="practitioner; naive where packing is no", doc="Class of the training setup, which sets utilisation."),
    Key(pattern="training.packing", kind="yes_no", default="yes", doc="Whether short examples share a sequence."),
    Key(pattern="training.recipe", kind="word", words=("known", "new"), default="known", doc="Whether the recipe was used before, which sets the search."),
    Key(pattern="training.recompute", kind="yes_no", default="yes", doc="Recompute activations, to save memory."),
    Key(pattern="lora.layers", kind="word", words=tuple(ADAPTED_LAYERS), default="all", doc="Which linear layers carry adapters: of attention, of the feed-forward part, or both."),
    Key(pattern="evaluation.judge", kind="word", words=tuple(JUDGES), default="model", doc="Who judges an item, which sets its usual price: another model with spot checks, people, or exact match and tests."),
    Key(pattern="serving.mode", kind="word", words=("own", "hosted", "scale_to_zero"), default="own", doc="Own GPUs, a host's price per token, or GPUs that start on demand."),
    Key(pattern="serving.gpu", kind="word", catalogue="gpus", default="gpu.kind", doc="GPU for serving."),
    Key(pattern="serving.precision", kind="word", words=("bf16", "fp8", "int4"), default="bf16", doc="Precision of the served weights."),
    Key(pattern="calibrated", kind="calibrated", doc="What pilots taught, as simulate calibrate writes it to a file that a scenario includes."),
    Key(pattern="include", kind="include", doc="Files below the scenario's folder that are read first; what this file says holds over them."),
    Key(pattern="overrides.*", kind="override", doc="A named change: keys with their new values, dotted or nested.", example="{budget.limit: $40k}"),
    Key(pattern="scenarios.*", kind="names", default="default, where there is one", doc="A named list of overrides, chosen by --scenario; of two for one key the later one.", example="[example]"),
    Key(pattern="correlations.*.of", kind="paths", doc="Numbers that rise and fall together.", example="[tasks.email.data.tokens, tasks.qa.data.tokens]"),
    Key(pattern="correlations.*.value", kind="quantity", param=CORRELATION, doc=CORRELATION.doc),
    Key(pattern="checks.*.learn", kind="learn", doc="What could be found out first: numbers that the check measures, each with the noise of one observation. Noise is a share of the value; for a share or a score, 20% are 20 points of its scale.", example="{tasks.email.half_gap_examples: {noise: 20%}}"),
    Key(pattern="checks.*.n", kind="quantity", param=OBSERVATIONS, doc=OBSERVATIONS.doc),
    Key(pattern="checks.*.cost", kind="quantity", param=CHECK_COST, doc=CHECK_COST.doc),
    Key(pattern="checks.*.days", kind="quantity", param=CHECK_DAYS, doc=CHECK_DAYS.doc),
    Key(pattern="deadline.date", kind="date", doc="Last day on which all of it may ship without being late; needs start.", example="2027-04-30"),
    Key(pattern="deadline.must", kind="yes_no", default="no", doc="Whether all of it has to ship by the deadline, with budget.confidence: a limit, beside what lateness costs.", example="no"),
    Key(pattern="schedule.counts", kind="yes_no", default="yes, where a deadline or anything else of the schedule is given", example="yes", doc="Whether launch dates count: value and serving begin at launch, lateness costs."),
    Key(pattern="schedule.days", kind="names", words=WEEKDAYS, default=", ".join(DEFAULT_DAYS), doc="Weekdays on which people work."),
    Key(pattern="schedule.holidays", kind="dates", default="none", doc="Days on which nobody works; needs start.", example="[2027-04-02, 2027-04-05]"),
    Key(pattern="schedule.order", kind="word", words=("one by one", "in turn"), default="one by one", doc="Whether annotators finish one task before the next, in the order of the file, or tasks take turns batch by batch."),
    Key(pattern="sweep.mode", kind="word", words=MODES, default="list where there are rows, else grid", example="sobol", doc="How simulate sweep makes rows of keys: every value with every other (the last key fastest), the first values together and so on, rows one by one, or drawn evenly from ranges."),
    Key(pattern="sweep.points", kind="integer", example="4096", doc="Rows of mode sobol, a power of two, or lhs."),
    Key(pattern="sweep.draws", kind="integer", default="256", example="256", doc="Draws of each row, the same in all rows."),
    Key(pattern="sweep.plans", kind="word", words=PLANS, default=PLANS[0], doc="Whether each row has plans of its own, or all have those of the scenario as it stands, made once."),
    Key(pattern="sweep.seed", kind="integer", default="0", example="0", doc="Seed of the points of sobol and lhs."),
    Key(pattern="sweep.keys", kind="swept", example="{budget.limit: 20k..100k USD:log, method: [full, lora]}", doc="Keys, dots and all, each with a list of values, or a range: LOW..HIGH:COUNT and LOW..HIGH:log:COUNT where values are counted, without COUNT where they are drawn, or own for the interval that the scenario itself gives."),
    Key(pattern="sweep.rows", kind="swept_rows", example="[{budget.limit: 20k USD}, {budget.limit: 40k USD, method: full}]", doc="Rows one by one; what a row does not name is as the scenario says."),
    Key(pattern="sweep.table", kind="text", example="rows.csv", doc="A CSV or Parquet file, found from the scenario's folder, each line a row and each column a key, with its unit in brackets if numbers have none: budget.limit [USD]."),
)
"""Keys that are no numbers. ``**`` stands for anything below."""


def structure() -> tuple[Key, ...]:
    """All keys that are no numbers: those above, one a table of the catalogue, and one for each form of a law."""
    laws = (
        Key(pattern=f"law.{form}", kind="word", words=tuple(members.entries), default=next(iter(members.entries)),
            doc=f"Which {members.kind} holds.")
        for form, members in LAWS.items()
    )  # fmt: skip
    own_rows = (
        Key(pattern=f"catalogue.{kind}", kind="rows", default="the catalogue's",
            doc=f"Rows of your own for the table {kind}, or the name of a CSV file that holds them; they replace ours of the same name.")
        for kind in TABLES
    )  # fmt: skip
    return (*STRUCTURE, *own_rows, *laws)


def keys_of(param: Param) -> Iterable[Key]:
    """The keys under which a declared number may be typed."""
    patterns = {
        "scenario": [param.key],
        "task": [f"tasks.*.{param.key}"],
        "request": [f"tasks.*.{param.key}", f"unseen.{param.key}"],
        "pair": [f"{param.key}.*", f"unseen.{param.key}.*"],
        "misroute": [f"{param.key}.*"],
        "strategy": [f"strategies.*.{param.key}"],
        "strategy_request": [f"strategies.*.{param.key}", f"strategies.*.{param.key}.*"],
    }[param.scope]
    if param.per_strategy:
        word = param.key.rsplit(".", 1)[-1]
        patterns.append(f"strategies.*.{word}")
        if param.scope != "scenario":
            patterns.append(f"strategies.*.{word}.*")
    for pattern in patterns:
        required = param.required and pattern.startswith(("tasks.", param.key))
        yield Key(pattern=pattern, kind="quantity", doc=param.doc, param=param, required=required)
