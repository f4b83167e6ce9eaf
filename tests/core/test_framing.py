"""Each task in its own framing: who lends whom the instruction format, and who clashes."""

from __future__ import annotations

import pytest

from building import LAW_ALONE, NO_HARM, Answer, answer, assert_same, every_array
from tuneplan.axes import Array
from tuneplan.core.attribution import without_framing
from tuneplan.core.learning import learn

WORDS = ("instruction", "plain", "task_marker", "own_heads")
SURE = {"router__accuracy": "100%"}
ALL_FORMAT = {**LAW_ALONE, **NO_HARM, "law.format_transfer": "100%", "law.diversity_gain": 0}
"""Whatever tasks lend each other without likeness is format, and nothing is lost."""


def framed(**words: str) -> dict[str, dict[str, object]]:
    """Tasks with a framing of their own each; an empty word: none."""
    return {task: {"framing": word} if word else {} for task, word in words.items()}


def shared_format(it: Answer, strategy: str, request: str) -> Array:
    """Examples of the others that teach a request the format, in the model that serves task a. [example]"""
    row = it.inputs.structure.model_of_task[[spec.name for spec in it.inputs.structure.strategies].index(strategy), 0]
    return learn(it.inputs).pools.shared_format[0, row, [*it.inputs.structure.tasks, "unseen"].index(request)]


# --- the shared format ----------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["plain", "own_heads"])
def test_an_instruction_and_another_format_lend_each_other_nothing_where_nothing_is_alike(other: str) -> None:
    """The unified model is its specialists; were both instructions it would be better."""
    apart = answer(framed(a="instruction", b=other), similar=0.0, law=ALL_FORMAT, **SURE)
    alike = answer(framed(a="instruction", b="task_marker"), similar=0.0, law=ALL_FORMAT, **SURE)
    for task in "ab":
        assert_same(apart.score("unified", task), apart.score("specialists", task), rtol=1e-14)
        assert (alike.score("unified", task) > alike.score("specialists", task)).all()


@pytest.mark.parametrize("request_", ["a", "b"])
def test_an_instruction_and_a_plain_task_lend_each_other_what_similarity_gives(request_: str) -> None:
    """Of 2 000 examples, of which an instruction would lend all."""
    it = answer(framed(a="instruction", b="plain"), similar=0.25, law=ALL_FORMAT)
    assert_same(shared_format(it, "unified", request_), 500.0, rtol=1e-12)


def test_a_plain_task_takes_nothing_from_what_others_lend_each_other() -> None:
    """Two instructions share all of their format, a plain third one stands aside."""
    it = answer(framed(a="instruction", b="instruction", c="plain"), similar=0.0, law=ALL_FORMAT)
    assert_same(shared_format(it, "unified", "a"), 2000.0, rtol=1e-12)
    assert_same(shared_format(it, "unified", "b"), 2000.0, rtol=1e-12)
    assert_same(shared_format(it, "unified", "c"), 0.0)


def test_unseen_requests_share_the_format_of_those_tasks_that_have_it() -> None:
    unseen = {"unseen__similarity": dict.fromkeys("abc", 0.0)}
    it = answer(framed(a="instruction", b="instruction", c="plain"), law=ALL_FORMAT, **unseen)
    assert_same(shared_format(it, "unified", "unseen"), 4000.0, rtol=1e-12)
    plain = answer(framed(a="plain", b="plain", c="own_heads"), law=ALL_FORMAT, **unseen)
    assert_same(shared_format(plain, "unified", "unseen"), 0.0)


@pytest.mark.parametrize("request_", ["a", "unseen"])
def test_a_public_mix_teaches_all_its_format_to_instructions_alone(request_: str) -> None:
    """And to unseen requests where the task of the model is an instruction; else what similarity gives."""
    strategies = {"apart": {"kind": "specialists", "replay": 5000}, "without": {"kind": "specialists"}}
    by_word = {word: answer(framed(a=word, b="instruction"), strategies=strategies, law=ALL_FORMAT) for word in ("instruction", "plain")}
    of_mix = {word: shared_format(it, "apart", request_) - shared_format(it, "without", request_) for word, it in by_word.items()}
    assert_same(of_mix["instruction"], 5000.0, rtol=1e-12)
    likeness = by_word["plain"].inputs["similarity"][0, 0, ["a", "b", "unseen"].index(request_), 2]
    assert_same(of_mix["plain"], 5000.0 * likeness, rtol=1e-12)
    assert (likeness < 0.99).all()


# --- clashes --------------------------------------------------------------------------------------------


def clashed(**words: str) -> Answer:
    """Tasks of high risk that a clash ruins."""
    tasks = {task: {**keys, "data.examples": "1M", "clash_risk": "high"} for task, keys in framed(**words).items()}
    law = {"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points", "law.clash_severity": 50, "law.format_examples": 1}
    return answer(tasks, strategies=("unified",), law=law, draws=1024)


def test_each_task_clashes_by_its_own_framing() -> None:
    """Risk .3: none with heads of its own, beside a plain neighbour that has the whole of it."""
    it = clashed(a="own_heads", b="plain", c="instruction", d="task_marker")
    found = {task: (it.score("unified", task) < 0.01) for task in "abcd"}
    for task, chance in {"a": 0.0, "b": 0.3, "c": 0.15, "d": 0.03}.items():
        assert abs(found[task].mean() - chance) <= 8 / 1024
    assert not found["a"].any()


def test_a_clash_is_the_same_event_however_the_neighbours_are_framed() -> None:
    one, other = clashed(a="plain", b="plain"), clashed(a="plain", b="own_heads")
    assert ((one.score("unified", "a") < 0.01) == (other.score("unified", "a") < 0.01)).all()


# --- whose word counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", WORDS)
def test_a_framing_that_every_task_has_is_the_framing_of_the_scenario(word: str) -> None:
    """Bit for bit, luck included."""
    strategies = {"unified": {}, "adapters": {}, "hybrid": {"kind": "unified_then_specialists"}, "merged": {}, "mixed": {"kind": "unified", "replay": "5k"}}
    own, common = answer(framed(a=word, b=word), strategies=strategies, law={}), answer("ab", strategies=strategies, law={}, framing=word)
    for name, array in every_array(common.outcome).items():
        assert_same(every_array(own.outcome)[name], array)


def test_the_word_of_the_task_counts_before_the_scenarios_and_the_strategys_before_both() -> None:
    strategies = {"unified": {}, "told": {"kind": "unified", "framing": "own_heads"}}
    it = answer(framed(a="plain", b=""), strategies=strategies, framing="task_marker")
    assert [spec.framings for spec in it.inputs.structure.strategies] == [("plain", "task_marker"), ("own_heads", "own_heads")]


def test_a_task_like_another_is_framed_like_it() -> None:
    it = answer({"a": {"framing": "plain"}, "b": {"like": "a"}, "c": {"like": "a", "framing": "own_heads"}})
    assert it.inputs.structure.strategies[0].framings == ("plain", "plain", "own_heads")


# --- models and their luck ------------------------------------------------------------------------------


def luck(it: Answer) -> list[str]:
    return [model.luck for model in it.inputs.structure.models if model.luck]


def test_luck_keeps_its_name_where_no_task_has_a_framing_of_its_own() -> None:
    it = answer("ab", strategies=("unified", "specialists"))
    assert luck(it) == ["a+b [full|instruction|llama-3.1-8b||]", "a [full|instruction|llama-3.1-8b||]", "b [full|instruction|llama-3.1-8b||]"]


def test_luck_tells_apart_models_whose_tasks_are_framed_differently() -> None:
    """By the tasks that they are trained on: a model of plain tasks alone is a plain model."""
    it = answer(framed(b="plain", a="instruction"), strategies=("unified", "specialists"))
    assert luck(it) == ["a+b [full|a=instruction,b=plain|llama-3.1-8b||]", "b [full|plain|llama-3.1-8b||]", "a [full|instruction|llama-3.1-8b||]"]
    turned = answer(framed(b="instruction", a="plain"), strategies=("unified",))
    assert luck(turned) == ["a+b [full|a=plain,b=instruction|llama-3.1-8b||]"]


def test_a_specialist_is_one_model_by_its_training_and_another_by_what_it_is_asked() -> None:
    """Trained alike, one luck; but b is asked as an instruction in one strategy and plain in the other."""
    strategies = {"specialists": {}, "told": {"kind": "specialists", "framing": "instruction"}}
    it = answer(framed(a="", b="plain"), strategies=strategies, law={"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points"}, similar=0.0, router__accuracy="50%")
    rows = it.inputs.structure.model_of_task[:, 0]
    models = [it.inputs.structure.models[row] for row in rows]
    assert models[0].luck == models[1].luck
    assert (it.score("specialists", "a") != it.score("told", "a")).any()  # half of a's requests go to b's model
    assert (learn(it.inputs).pools.shared_format[0, rows[0], 1] == 0.0).all()
    assert (learn(it.inputs).pools.shared_format[0, rows[1], 1] > 0.0).all()


# --- what framing buys ----------------------------------------------------------------------------------


def test_without_framing_is_every_task_plain() -> None:
    law = {"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points"}
    strategies = ("unified", "specialists", "unified_then_specialists", "merged")
    risky = {task: {**keys, "clash_risk": "high"} for task, keys in framed(a="instruction", b="plain", c="own_heads").items()}
    mixed = answer(risky, strategies=strategies, law=law)
    plain = answer({task: {**keys, "framing": "plain"} for task, keys in risky.items()}, strategies=strategies, law=law)
    assert_same(without_framing(mixed.inputs), plain.outcome.delivered)
    assert (mixed.outcome.delivered != plain.outcome.delivered).any()
