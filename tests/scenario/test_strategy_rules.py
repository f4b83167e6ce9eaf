"""Rules between keys that keep a scenario from saying one thing and meaning another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuneplan.core import evaluate
from tuneplan.errors import ScenarioError
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.lower import lower
from tuneplan.study.design import monte_carlo

STARTUP = Path(__file__).resolve().parents[2] / "scenarios" / "startup.yaml"
REFUSED = {
    "a score in points": ("tasks.email.score.base=60", r'"60" lies outside the metric\'s scale, 0 to 1; are per cent meant, or score\.best: 100\?'),
    "an API score in points": ("strategies.prompted.score.email=70", r'"70" lies outside .*; are per cent meant'),
    "a score above the scale": ("tasks.email.score.ceiling=1.5", r'"1\.5" lies outside the metric\'s scale, 0 to 1'),
    "a negative score": ("tasks.email.score.must=-0.2", r'"-0\.2" lies outside the metric\'s scale'),
    "a ceiling below the base": ("tasks.email.score.ceiling=0.3", r"the ceiling is worse than the base"),
    "nothing to change": ("strategies={}", r"changes nothing, as --set adds to what the file says"),
    "one model, one deployment": ("strategies.unified.one_deployment=yes", r"one model has one deployment anyway"),
    "full adapters": ("strategies.adapters.method=full", r"several adapters share one base; allowed: lora, qlora"),
    "examples for nobody": ("strategies.prompted.examples=5k", r"strategies\.prompted\.examples: read only where a model is trained"),
    "a method for nobody": ("strategies.prompted.method=lora", r"read only where a model is trained"),
    "shots in training": ("strategies.unified.prompt_tokens=500", r"read only where nothing is trained"),
    "a base's likeness": ("strategies.unified.like_base=yes", r"read only where nothing is trained"),
    "a score of the same base": ("strategies.unified.score=0.7", r"read only where nothing is trained, or beside a base of its own"),
    "an API that is not asked": ("router.api=gpt-4o-mini", r"read only with router\.fallback: api"),
    "another form's number": ("law.additive_capacity=0.3", r"read only with law\.interference_form: additive"),
    "a router said twice": ("router={accuracy: 95%, confusion: {email>qa: 5%}}", r"router\.accuracy is given too; give one of them"),
    "a router without direction": ("router.confusion.email/qa=5%", r"write a>b: the share of a's requests that go to b"),
    "an uncertain latency": ("serving.latency=20 to 50 ms/token", r"decided before anything is known: give one number"),
    "a nameless card": ("gpu.kind=a100", r"did you mean one of a100-sxm-40gb, a100-sxm-80gb"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_what_would_be_misread_is_refused(change: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        load(STARTUP, overrides=[change])


def test_a_prompted_model_needs_a_score_or_a_likeness() -> None:
    message = r"a prompted model without a score for email, .*unseen; add score: \{email: 0\.60 to 0\.70\}, or like_base: yes"
    with pytest.raises(ScenarioError, match=message):
        load(STARTUP, overrides=["strategies.bare.kind=prompted"])
    assert load(STARTUP, overrides=["strategies.bare.kind=prompted", "strategies.bare.like_base=yes"]).strategies[-1] == "bare"


def test_another_base_may_bring_its_own_score() -> None:
    """Instead of the scaling with size."""
    changes = ["strategies.unified.base=qwen2.5-32b-instruct", "tasks.email.data.examples=0"]
    given = [*changes, "strategies.unified.score.email=0.8"]
    scored, scaled = (
        evaluate(lower([load(STARTUP, overrides=each)], monte_carlo(64).points).inputs) for each in (given, changes)
    )
    assert scored.base_score[0, 0, 0] == pytest.approx(0.8)
    assert (scored.base_score[0, 0, 0] != scaled.base_score[0, 0, 0]).all()
    assert (scored.base_score[0, 1:] == scaled.base_score[0, 1:]).all()


def test_groups_may_be_adapters_on_one_base() -> None:
    """One deployment instead of two, and LoRA without a word; in months that do not hang on when each ships."""
    given = ["strategies.pair.groups=[[email, summary], [qa]]", "schedule.counts=no"]
    apart, together = (
        lower([load(STARTUP, overrides=each)], monte_carlo(64).points).inputs
        for each in (given, [*given, "strategies.pair.one_deployment=yes"])
    )
    assert together.structure.strategies[-1].method == "lora"
    ratio = evaluate(apart).costs["own_gpus"][0, -1].sum() / evaluate(together).costs["own_gpus"][0, -1].sum()
    assert ratio == pytest.approx(2.0)


def test_hosts_take_lora_alone() -> None:
    study = load(STARTUP, overrides=["serving.mode=hosted"])
    misfits = lower([study], monte_carlo(64).points).misfits
    assert "hosts of the catalogue serve tuned LoRA alone; try method lora, or serving own" in misfits["unified"]
    assert "adapters" not in misfits


def test_a_router_may_be_a_confusion_matrix() -> None:
    """Equal to one accuracy where it spreads as traffic does; sure to be right where nothing is given."""
    text = STARTUP.read_text(encoding="utf-8").replace("router: {accuracy: 90% to 98%}\n", "")
    fixed = text.replace("examples: auto", "examples: 2k").replace("20k to 80k requests", "30k requests").replace("10k to 30k requests", "30k requests")
    pairs = [f"{a}>{b}: 5%" for a in ("email", "summary", "qa") for b in ("email", "summary", "qa") if a != b]
    scores = [
        evaluate(lower([loads(fixed + router)], monte_carlo(64).points).inputs).score
        for router in ("router: {accuracy: 90%}\n", "router: {confusion: {" + ", ".join(pairs) + "}}\n",
                       "router: {accuracy: 100%}\n", "router: {confusion: {email>qa: 0%}}\n")
    ]  # fmt: skip
    assert scores[0] == pytest.approx(scores[1], rel=1e-12)
    assert scores[2] == pytest.approx(scores[3], rel=1e-12)
    assert (scores[0][:, 1] < scores[2][:, 1]).mean() > 0.5


@pytest.mark.parametrize("change", ["serving.mode=hosted", "strategies.adapters.serving=hosted"])
def test_a_host_is_an_external_api(change: str) -> None:
    with pytest.raises(ScenarioError, match=r'a host is an external API, which "privacy: no external API" rules out'):
        load(STARTUP, overrides=["privacy=no external API", change])


def test_full_models_share_no_base() -> None:
    changes = ["strategies.specialists.one_deployment=yes", "strategies.specialists.method=full"]
    with pytest.raises(ScenarioError, match="several adapters share one base; allowed: lora, qlora"):
        load(STARTUP, overrides=changes)


def test_two_strategies_on_one_base_keep_their_own_scores() -> None:
    """A score of its own makes another model, whatever else they share."""
    big = [f"strategies.{name}.{word}" for name in ("a", "b") for word in ("kind=unified", "base=qwen2.5-32b-instruct")]
    changes = [*big, "strategies.b.score.email=0.8"]
    outcome = evaluate(lower([load(STARTUP, overrides=changes)], monte_carlo(64).points).inputs)
    assert outcome.base_score[0, -1, 0] == pytest.approx(0.8)
    assert (outcome.base_score[0, -2, 0] != 0.8).all()
    assert (outcome.score[0, -1, 0] != outcome.score[0, -2, 0]).any()
    assert (outcome.score[0, -1, 1] == outcome.score[0, -2, 1]).all()
