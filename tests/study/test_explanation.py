"""Trees of numbers: they add up, they end in the inputs in use, and they are the verdict's own numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from building import text_of
from tuneplan import load, loads
from tuneplan.core.costs import COSTS
from tuneplan.core.learning import learn, merge_share, score_of_models
from tuneplan.errors import UsageError
from tuneplan.report import ledger
from tuneplan.report.explanation import as_json
from tuneplan.scenario.schema import COMPONENTS
from tuneplan.study import run as running
from tuneplan.study.explanation import Node, explain, keys, trees
from tuneplan.study.explanation.case import Case
from tuneplan.study.explanation.law import PARTS
from tuneplan.study.explanation.models import FADED
from tuneplan.study.explanation.node import MOST_CHILDREN, is_settled, walk
from tuneplan.study.in_use import idle, in_use
from tuneplan.study.results import Verdict

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SHIPPED = ("startup", "dataset_choice", "unseen_task")
EVERY_KIND = {name: {} for name in ("unified", "specialists", "adapters", "unified_then_specialists", "merged")} | {
    "prompted": {"api": "gpt-4o-mini", "score": {"a": 0.5, "b": 0.6, "c": 0.5, "unseen": 0.5}},
    "broad": {"kind": "unified", "replay": "3k"},
    "larger": {"kind": "unified", "base": "llama-3.1-70b", "method": "qlora"},
}  # fmt: skip
UNSEEN = {"share": "5% to 15%", "score": {"base": 0.4}}


@cache
def verdict_of(name: str) -> Verdict:
    if name in SHIPPED:
        return load(SCENARIOS / f"{name}.yaml").run(draws=64).verdict
    tasks, more = {
        "every kind": ({}, {"law": {}}),
        "timed": (
            {"a": {"value": "300 USD/point/month"}, "b": {"data.synthetic.share": "20%"}, "c": {"data.labelling.minutes": "3 to 9 minutes"}},
            {
                "law": {}, "start": "2027-01-04", "deadline": {"date": "2027-02-15", "delay_cost": "$300/day"}, "gpu": {"spot": True},
                "schedule": {"idle_pay": "$9/hour", "reserved": "30%"},
            },
        ),
        "wages and generated": (
            {
                "a": {"data.labelling.minutes": "3 minutes", "value": "300 USD/point/month", "score.must": 0.3},
                "b": {"data.synthetic.share": "20%"},
            },
            {
                "law": {"law.transfer_form": "saturating", "law.interference_form": "additive"},
                "router": {"fallback": "api", "api": "gpt-4o", "score": 0.7}, "budget": {"limit": "$1M"},
                "serving": {"mode": "scale_to_zero", "latency": "40 ms/token"},
            },
        ),
    }[name]  # fmt: skip
    return loads(text_of({"a": {}, "b": {}, "c": {}} | tasks, strategies=EVERY_KIND, unseen=UNSEEN, **more)).run(draws=64).verdict


@cache
def grown(name: str) -> Mapping[str, Node]:
    """The tree of every key."""
    return {key: tree() for key, tree in trees(verdict_of(name)).items()}


def outputs(name: str) -> dict[str, Node]:
    return {key: node for key, node in grown(name).items() if node.quantity is None}


def inputs_below(node: Node) -> set[str]:
    return {each.key for each in walk(node) if each.quantity is not None}


def first_by_label(tree: Node) -> dict[str, Node]:
    """Nodes by label; of several the one that stands first."""
    return {node.label: node for node in reversed(list(walk(tree)))}


EVERYWHERE = pytest.mark.parametrize("name", [*SHIPPED, "every kind", "wages and generated", "timed"])


@EVERYWHERE
def test_every_key_has_a_tree_of_its_own_name(name: str) -> None:
    assert tuple(grown(name)) == keys(verdict_of(name))
    assert {key: node.key for key, node in grown(name).items()} == {key: key for key in grown(name)}
    assert all(node.opens for node in grown(name).values())


@pytest.mark.parametrize("name", [*SHIPPED, "timed"])
def test_the_inputs_below_all_outputs_are_the_inputs_in_use(name: str) -> None:
    """None is left out and none is made up: every one belongs to a number of the run."""
    found = set().union(*map(inputs_below, outputs(name).values()))
    of_plans = {quantity.listed_as for quantity in in_use(verdict_of(name).run) if quantity.path.endswith((".data.most", ".data.least"))}
    assert found | of_plans == {quantity.listed_as for quantity in in_use(verdict_of(name).run)}


@pytest.mark.parametrize("name", ["every kind", "wages and generated"])
def test_no_tree_holds_an_input_that_is_not_in_use(name: str) -> None:
    """Of other scenarios some inputs in use stand below no output: the ledger calls a number of the law in use wherever
    anything is trained, a tree shows it only where it can matter; and conventions of a strategy without any data."""
    used = {quantity.listed_as for quantity in in_use(verdict_of(name).run)}
    found = set().union(*map(inputs_below, outputs(name).values()))
    assert found <= used
    assert len(found) > 0.9 * len(used)


@EVERYWHERE
def test_parts_add_up_exactly(name: str) -> None:
    sums = [node for tree in grown(name).values() for node in walk(tree) if node.adds_up]
    assert len(sums) > 50
    for node in sums:
        assert node.estimate is not None
        parts = sum(child.estimate.mean for child in node.children if child.estimate is not None)
        assert parts == pytest.approx(node.estimate.mean, rel=1e-12, abs=1e-9), node.key


@EVERYWHERE
def test_equal_keys_are_equal_numbers(name: str) -> None:
    found: dict[str, object] = {}
    for tree in grown(name).values():
        for node in walk(tree):
            said = node.quantity or repr(node.estimate)
            assert found.setdefault(node.key, said) == said, node.key


@EVERYWHERE
def test_the_numbers_are_those_of_the_verdict(name: str) -> None:
    verdict, found = verdict_of(name), grown(name)
    decision = verdict.decision
    for index, row in enumerate(verdict.results):
        assert_near(found[f"{row.name}.cost"], row.cost)
        assert_near(found[f"{row.name}.delivered"], row.delivered)
        for component in COMPONENTS:
            assert_near(found[f"{row.name}.cost.{component}"], row.components[component])
        for request, score in row.scores.items():
            assert_near(found[f"{row.name}.score.{request}"], score)
        assert found[f"{row.name}.probability_best"].estimate.mean == decision.probability_best[index]
        if decision.allowed[index]:
            assert found[f"{row.name}.regret"].estimate.mean == pytest.approx(decision.regret[index], abs=1e-9)
        if decision.unit == "USD":
            assert found[f"{row.name}.net_benefit"].estimate.mean == pytest.approx(decision.expected[index])
        for line, cost in verdict.run.outcome.costs.items():
            assert_mean(found[line_key(row.name, line)], cost[0, index].sum(axis=0))
    if decision.margin is not None:
        assert_near(found["margin"], decision.margin)


def line_key(strategy: str, line: str) -> str:
    return f"{strategy}.cost.{line}"


def assert_near(node: Node, wanted: object) -> None:
    for field in ("mean", "low", "median", "high"):
        assert getattr(node.estimate, field) == pytest.approx(getattr(wanted, field), rel=1e-9, abs=1e-9), (node.key, field)


def assert_mean(node: Node, draws: np.ndarray) -> None:
    assert node.estimate.mean == pytest.approx(float(draws.mean()), rel=1e-12, abs=1e-12), node.key


def test_an_input_says_what_the_ledger_says() -> None:
    listed = {each["path"]: each for each in ledger.numbers(verdict_of("startup").run)}
    for path, said in listed.items():
        told = as_json(grown("startup")[path])["input"]
        assert {name: told[name] for name in said} == said
        assert told["file"].endswith("startup.yaml") == (said["line"] > 0)


@pytest.mark.parametrize("name", SHIPPED)
def test_an_input_names_the_outputs_whose_trees_hold_it(name: str) -> None:
    """At the level of cost lines, scores and numbers of the decision; examples of 0, which nothing comes of, may be named too."""
    strategies = verdict_of(name).run.scenario.strategies
    lines = {line_key(strategy, entry.name) for strategy in strategies for entry in COSTS}
    held: dict[str, set[str]] = {}
    for key, tree in outputs(name).items():
        strategy, _, rest = key.partition(".")
        if key in lines or (strategy in strategies and not rest.startswith("cost") and rest.count(".") == rest.startswith(("score", "launched_after"))):
            for path in inputs_below(tree):
                held.setdefault(path, set()).add(key)
    assert held
    for path, holders in held.items():
        named = {child.key for child in grown(name)[path].children}
        assert holders <= named, path
        assert named == holders or ".examples." in path, path


def test_a_cost_goes_down_to_its_declared_numbers() -> None:
    labels = grown("startup")["unified.cost.labels.email"]
    assert [child.label for child in labels.children] == ["bought, email", "tasks.email.data.price", "tasks.email.data.synthetic.share"]
    bought, price, _ = labels.children
    assert [child.key for child in bought.children] == ["strategies.unified.examples.email", "tasks.email.data.existing"]
    assert bought.estimate.mean == verdict_of("startup").run.plans["unified"].bought["email"]
    assert is_settled(bought.estimate)
    assert price.quantity.place.line == 28
    assert labels.text == "People who write or label examples: bought (1 - synthetic) price."


def test_a_strategy_does_not_show_what_only_others_read() -> None:
    below = {name: inputs_below(grown("startup")[f"{name}.cost.own_gpus"]) for name in ("unified", "adapters")}
    assert below["adapters"] - below["unified"] == {"serving.adapter_slots", "serving.adapter_factor", "serving.adapter_cliff"}
    assert not inputs_below(grown("startup")["prompted.cost.training"])


def test_what_makes_a_line_nothing_is_told() -> None:
    nothing = grown("startup")["unified.cost.routing.email"]
    assert [(child.label, child.estimate.mean) for child in nothing.children] == [("has router", 0.0)]
    assert {child.key for child in grown("startup")["specialists.cost.routing.email"].children} == {"router.price"}


def test_a_line_that_is_alike_for_all_tasks_is_not_split_and_says_how_many_it_counts() -> None:
    evaluation = grown("startup")["unified.cost.evaluation"]
    assert evaluation.children[-1].label == "tasks"
    assert evaluation.children[-1].estimate.mean == 3.0
    engineering = grown("startup")["unified.cost.engineering"]
    assert "tasks" not in {child.label for child in engineering.children}
    assert not engineering.adds_up


def test_constants_name_the_rows_that_they_were_read_from() -> None:
    nodes = {node.label: node for node in walk(grown("startup")["unified.cost.own_gpus"])}
    assert [row.name for row in nodes["active parameters"].rows] == ["llama-3.1-8b-instruct"]
    assert {row.name for row in nodes["GPUs per replica"].rows} == {"h100-sxm", "llama-3.1-8b-instruct"}
    flop = next(node for node in walk(grown("startup")["unified.cost.training"]) if node.label == "flop per token")
    assert (flop.rows[0].as_of, inputs_below(flop)) == ("2026-06-29", {"training.sequence_length"})


def test_a_score_goes_from_the_router_to_the_law_and_its_examples() -> None:
    found = grown("startup")
    score = found["specialists.score.email"]
    own, accuracy, elsewhere = score.children
    assert own.label == "the model trained on email, on email"
    assert accuracy.key == "router.accuracy"
    share = verdict_of("startup").run.lowered.inputs["router_accuracy"][0, 0, 0]
    assert 0.8 < share.mean() < 1.0
    assert elsewhere.estimate.mean < score.estimate.mean < own.estimate.mean
    assert {child.key for child in elsewhere.children if child.opens and child.quantity is None} == {"specialists.score.email.summary", "specialists.score.email.qa"}
    names = {node.label for node in walk(found["unified.score.email"])}
    assert {"gap left open", "own examples", "borrowed examples", "format examples of others", "interference", "diversity",
            "left by other tasks", "format clash", "what the law misses"} <= names  # fmt: skip
    assert "borrowed examples" not in {node.label for node in walk(own)}


def test_unseen_requests_are_answered_as_the_fallback_says() -> None:
    found = grown("startup")
    assert found["adapters.score.unseen"].text == "Answered by the base (router.fallback)."
    assert {child.key for child in found["adapters.score.unseen"].children} >= {"unseen.score.base"}
    nearest = found["specialists.score.unseen"]
    assert {child.key for child in nearest.children if child.quantity is None} == {f"specialists.score.unseen.{task}" for task in ("email", "summary", "qa")}
    assert {child.key for child in nearest.children if child.quantity is not None} == {f"unseen.similarity.{task}" for task in ("email", "summary", "qa")}
    assert found["prompted.score.email"].text == "Answered by gpt-4o-mini, prompted."
    asked = grown("wages and generated")
    assert asked["specialists.score.unseen"].text == "Answered by gpt-4o (router.fallback)."
    assert inputs_below(asked["specialists.score.unseen"]) >= {"router.score"}


def test_hybrids_and_merges_are_explained_by_what_they_are_made_of() -> None:
    found = grown("every kind")
    staged = first_by_label(found["unified_then_specialists.score.a"])
    assert "law.forgetting" in inputs_below(staged["usable examples of b"])
    assert "law.forgetting" not in inputs_below(staged["usable examples of a"])
    merged = first_by_label(found["merged.score.a"])
    assert inputs_below(merged["share kept by the merge"]) == {"law.merge_noise"}
    assert "gap left open by the model trained on a" in merged
    assert "law.replay_tasks" in inputs_below(found["broad.score.unseen"])
    assert "strategies.broad.replay" in inputs_below(found["broad.cost.training"])
    assert "law.size_exponent" in inputs_below(found["larger.score.a"])
    assert "law.size_exponent" not in inputs_below(found["unified.score.a"])
    assert "law.lora_capacity" in inputs_below(found["larger.score.a"])


def test_numbers_given_in_the_stead_of_others_are_told_alone() -> None:
    found = grown("wages and generated")
    labels = inputs_below(found["unified.cost.labels.a"])
    assert "tasks.a.data.labelling.wage" in labels
    assert "tasks.a.data.price" not in labels
    assert inputs_below(found["unified.cost.synthetic.b"]) >= {"tasks.b.data.synthetic.price", "tasks.b.data.synthetic.acceptance"}
    assert inputs_below(found["unified.cost.own_gpus"]) >= {"serving.latency", "serving.keep_alive", "unseen.share"}
    assert inputs_below(found["unified.net_benefit"]) >= {"tasks.a.value", "horizon"}
    assert inputs_below(found["unified.probability_limits_met"]) >= {"budget.limit", "budget.confidence", "tasks.a.score.must"}


def test_the_limits_belong_to_the_chance_of_meeting_them() -> None:
    for path, key in (("budget.limit", "probability_in_budget"), ("budget.confidence", "probability_limits_met")):
        named = {child.key for child in grown("startup")[path].children}
        assert f"unified.{key}" in named
        assert not {each for each in named if ".cost" in each or ".score" in each}


def test_a_pair_of_tasks_may_be_written_either_way_round() -> None:
    verdict = verdict_of("startup")
    assert as_json(explain(verdict, "similarity.qa/email")) == as_json(explain(verdict, "similarity.email/qa"))


def test_an_unknown_key_names_the_nearest() -> None:
    verdict = verdict_of("startup")
    for key, message in (
        ("unified.cost.lables", 'no number of this run is called "unified.cost.lables"; did you mean "unified.cost.labels"?'),
        ("tasks.email.data.prise", 'did you mean "tasks.email.data.price"?'),
        ("unified", r"did you mean one of unified.cost, unified.delivered, unified.score.email.*\?"),
        ("unified.score", r"did you mean one of unified.score.email, unified.score.summary, unified.score.qa, unified.score.unseen\?"),
        ("unified.launch", r"did you mean one of .*unified.launched_after.email, unified.launched_after.summary, unified.launched_after.qa\?"),
        ("unified.hours", r"did you mean one of unified.idle_annotator_hours, unified.idle_gpu_hours\?"),
        ("zzz", "allowed: unified.cost, "),
    ):
        with pytest.raises(UsageError, match=message):
            explain(verdict, key)


def test_a_hundred_tasks_are_cut_to_the_largest() -> None:
    """Sums stay exact: the rest stands in one node."""
    names = [f"t{number}" for number in range(100)]
    tasks = {name: {"traffic": f"{100 + 10 * number} requests/month"} for number, name in enumerate(names)}
    verdict = loads(text_of(tasks, strategies=("unified", "specialists"), unseen=UNSEEN)).run(draws=8).verdict
    for key in ("unified.delivered", "specialists.cost.labels"):
        node = explain(verdict, key)
        assert len(node.children) == MOST_CHILDREN + 1
        assert node.children[-1].label.startswith("and ")
        assert sum(child.estimate.mean for child in node.children) == pytest.approx(node.estimate.mean, rel=1e-12)
        assert len(list(walk(node))) < 20_000
    assert {child.label for child in explain(verdict, "unified.delivered").children} >= {"t99", "unseen"}
    others = explain(verdict, "specialists.score.t5").children[-1].children
    assert "and 87 more like these" in {child.label for child in others}
    assert len(explain(verdict, "tasks.t7.traffic").children) < 100


@EVERYWHERE
def test_what_the_law_reads_as_a_whole_its_parts_read(name: str) -> None:
    """No number that moves a score is left out of the parts: both are watched, neither is written down."""
    case = Case(verdict_of(name))
    whole = set(case.read_by(lambda inputs, learned: score_of_models(inputs, learn(inputs))))
    parts = {each for part in PARTS.values() for each in case.read_by(*part.reads)} | set(case.read_by(*FADED))
    of_merges = set(case.read_by(lambda inputs, learned: merge_share(inputs)))
    assert whole - parts - of_merges <= {"base", "ceiling"}  # shown for themselves
    assert parts <= whole


def test_data_is_plain() -> None:
    for node in grown("startup").values():
        again = json.loads(json.dumps(as_json(node), allow_nan=False))
        assert again["key"] == node.key


@pytest.mark.parametrize("name", ["startup", "every kind"])
def test_a_run_in_blocks_is_explained_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large run never holds its arrays whole: cells that a tree wants are gathered block by block."""
    found = verdict_of(name)
    wanted = [key for key in grown(name) if key.endswith((".delivered", ".unseen", ".margin")) or "specialists.score" in key]
    assert len(wanted) > 5
    monkeypatch.setattr(running, "CELLS_AT_ONCE", 20 * running.cells_of(found.run.lowered.inputs.structure))
    in_blocks = trees(found)
    assert len(list(running.blocks_of(found.run.design, found.run.lowered))) > 1
    for key in wanted:
        assert in_blocks[key]() == grown(name)[key], key


@pytest.mark.parametrize("change", [("budget.limit", "1k USD"), ("router.confusion.email>qa", "5%"), ("framing", "plain")])
def test_whatever_is_chosen_can_be_explained(change: tuple[str, str]) -> None:
    """Nothing feasible has no margin; a confusion takes the place of the accuracy; plain tasks share no format."""
    found = {key: tree() for key, tree in trees(load(SCENARIOS / "startup.yaml").set(*change).run(draws=64).verdict).items()}
    assert ("margin" in found) == (change[0] != "budget.limit")
    below = inputs_below(found["specialists.score.email"])
    assert ("router.accuracy" in below, "router.confusion.email>qa" in below) == ((True, False) if change[0] != "router.confusion.email>qa" else (False, True))
    choices = {node.label: node.estimate.mean for node in walk(found["unified.score.email"]) if node.unit == "yes_no"}
    assert choices == ({"shares format": 0.0} if change[0] == "framing" else {})


@pytest.mark.usefixtures("declared")
def test_a_tree_names_the_number_of_its_strategys_own_base() -> None:
    study = load(SCENARIOS / "startup.yaml").set("strategies.small.kind", "unified").set("strategies.small.base", "tinyllama-1.1b")
    verdict = study.set("tasks.email.mostly_format", "yes").run(draws=64).verdict
    for strategy, base, median in (("small", "tinyllama-1.1b", 15_000.0), ("unified", "llama-3.1-8b-instruct", 2_000.0)):
        inputs = {node.key: node.quantity for node in walk(explain(verdict, f"{strategy}.score.email")) if node.quantity is not None}
        half_gaps = {key: quantity.distribution.median for key, quantity in inputs.items() if key.startswith("tasks.email.half_gap")}
        assert half_gaps == {f"tasks.email.half_gap_examples ({base})": median}
    read = explain(verdict, "tasks.email.half_gap_examples (tinyllama-1.1b)")
    assert {node.key.split(".")[0] for node in read.children} == {"small"}


def test_an_input_names_what_it_is_drawn_together_with() -> None:
    text = text_of(
        {"a": {}, "b": {"epochs": {"same_as": "tasks.a.epochs"}}},
        correlations={"x": {"of": ["tasks.a.epochs", "gpu.price"], "value": 0.5}},
    )
    verdict = loads(text).run(draws=64).verdict
    said = "It goes together with {}, +0.5 in normal scores (correlations.x)."
    assert explain(verdict, "gpu.price").text.endswith(said.format("tasks.a.epochs"))
    assert explain(verdict, "tasks.b.epochs").text.endswith(said.format("gpu.price"))
    assert "goes together" not in explain(verdict, "horizon").text
    assert as_json(explain(verdict, "tasks.b.epochs"))["input"]["same_as"] == "tasks.a.epochs"


# --- launches -------------------------------------------------------------------------------------


def test_a_monthly_line_goes_down_to_the_launch_of_its_task_which_has_a_tree_of_its_own() -> None:
    found = grown("timed")
    line = first_by_label(found["specialists.cost.own_gpus.a"])
    assert inputs_below(line["served months"]) == {"horizon"}
    launch = next(child for child in line["served months"].children if child.quantity is None)
    assert (launch.key, launch.opens, launch.children) == ("specialists.launched_after.a", True, ())
    whole = found["specialists.launched_after.a"]
    assert [child.label for child in whole.children] == ["horizon", "data", "models"]
    data, models = (inputs_below(child) for child in whole.children[1:])
    assert {"schedule.annotators", "schedule.rejected", "tasks.a.data.pace", "tasks.c.data.labelling.minutes", "schedule.generation_rate"} <= data
    assert {"schedule.gate", "schedule.gpus", "schedule.engineers", "people.weeks_router", "schedule.restart", "training.utilisation"} <= models
    served = verdict_of("timed").run.lowered.inputs["served_months"][0, 1, 0]
    assert_mean(line["served months"], served)
    assert_mean(whole, 12.0 - served)


def test_an_input_stands_once_in_each_part_of_a_launch() -> None:
    for part in grown("timed")["unified.launched_after.a"].children[1:]:
        direct = [child.key for child in part.children]
        assert len(direct) == len(set(direct))


def test_lateness_and_idle_hours_are_told_by_what_was_simulated() -> None:
    found = grown("timed")
    late = found["unified.cost.delay"].children[0]
    assert {child.key for child in late.children} == {"unified.days_late", "deadline.delay_cost"}
    assert {child.key for child in found["unified.cost.waiting_annotators"].children} == {"unified.idle_annotator_hours", "schedule.idle_pay"}
    assert {child.key for child in found["unified.cost.reserved_gpus"].children} >= {"unified.idle_gpu_hours", "schedule.reserved"}
    assert "schedule.gate" not in inputs_below(found["unified.idle_annotator_hours"])
    assert not {path for path in inputs_below(found["prompted.launched_after.a"]) if path.endswith(("annotators", ".pace", "gpu_wait"))}


def test_how_fast_examples_are_made_is_told_as_given_or_from_minutes() -> None:
    data = first_by_label(grown("timed")["unified.launched_after.a"])["data"]
    labels = first_by_label(data)
    assert {child.key for child in labels["made an hour, c"].children} == {f"tasks.c.data.labelling.{name}" for name in ("minutes", "labels_per_item", "yield")}
    assert "over the price" in labels["tasks.a.data.pace"].quantity.source


def test_a_point_is_worth_the_months_after_launch() -> None:
    found = grown("timed")
    worth = {child.label: child for child in found["unified.net_benefit"].children}
    assert "unified.served_months.a" in {child.key for child in worth["worth of points, a"].children}
    unseen = next(child for child in worth["worth of points, unseen"].children if child.label == "served months")
    assert {child.key for child in unseen.children} == {"horizon", *(f"unified.launched_after.{task}" for task in "abc")}


def test_a_launch_and_the_chance_to_be_in_time_have_keys() -> None:
    found, launches = grown("startup"), verdict_of("startup").launches
    assert launches is not None
    for each in launches.strategies:
        whole, due = found[f"{each.name}.full_launch"], found[f"{each.name}.in_time"]
        assert whole.estimate.median == pytest.approx(each.full.median)
        assert (due.estimate.mean, due.unit, due.children[0].key) == (each.in_time, "share", whole.key)
        assert "2027-04-30" in due.text
        assert {"schedule.engineers", "schedule.gate"} <= inputs_below(whole)


@pytest.mark.parametrize("key", ["unified.launched_after.qa", "unified.full_launch", "unified.in_time", "adapters.days_late"])
def test_who_asks_for_a_launch_that_does_not_count_is_told_so(key: str) -> None:
    untimed = load(SCENARIOS / "startup.yaml").set("schedule.counts", "no").run(draws=8).verdict
    with pytest.raises(UsageError, match="launch dates do not count here"):
        explain(untimed, key)


def test_where_launch_dates_do_not_count_nothing_of_a_schedule_is_in_use() -> None:
    untimed = load(SCENARIOS / "startup.yaml").set("schedule.counts", "no").run(draws=64).verdict
    for verdict in (untimed, verdict_of("dataset_choice")):
        assert not [key for key in keys(verdict) if key.startswith(("schedule.", "deadline.")) or key.endswith(".pace") or "launched_after" in key]
    assert set(idle(untimed.run)) == {
        "deadline.date", "deadline.delay_cost", "schedule.annotators", "schedule.reviewers", "schedule.gpus",
    }  # fmt: skip
    assert {child.key for child in explain(untimed, "unified.cost.own_gpus").children} == {"unified.replica_gpu_hours", "serving.price", "horizon"}
