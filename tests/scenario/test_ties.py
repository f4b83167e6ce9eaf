"""Numbers that hang together: tied ones are one number, correlated ones rise and fall together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from tuneplan.errors import ScenarioError, UsageError
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo

DRAWS = 4096
BODY = """\
schema: 1
base: llama-3.1-8b
tasks:
  email:
    traffic: 20k to 60k requests/month
    score: {base: 0.5 to 0.6, ceiling: 0.9}
    data: {examples: 2k, price: $3 to $6 per example}
  summary: {like: email}
  qa: {like: email}
similarity: {email/summary: near, summary/qa: far}
strategies: {unified: {}, specialists: {}, prompted: {like_base: yes}}
"""


def changed(*edits: tuple[str, str], more: str = "") -> str:
    text = BODY
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return text + more


def drawn(scenario: Scenario, name: str) -> np.ndarray:
    """Draws of a number by task."""
    array = lower([scenario], monte_carlo(DRAWS, seed=3).points).inputs[name]
    return np.broadcast_to(array, (*array.shape[:3], DRAWS))[0, 0]  # type: ignore[no-any-return]


def scores(draws: np.ndarray) -> np.ndarray:
    """Normal scores of draws by rank."""
    ranks = draws.argsort().argsort()
    return special.ndtri((ranks + 0.5) / len(draws))  # type: ignore[no-any-return]


# same_as


def test_like_copies_text_and_a_tie_copies_draws() -> None:
    copied, tied = (loads(BODY), loads(changed(("summary: {like: email}", "summary: {like: email, data.price: {same_as: tasks.email.data.price}}"))))
    assert not np.array_equal(*drawn(copied, "label_price")[:2])
    email, summary, qa = drawn(tied, "label_price")
    assert np.array_equal(email, summary)
    assert not np.array_equal(email, qa)
    assert np.array_equal(email, drawn(copied, "label_price")[0])


def test_a_tie_follows_its_number_through_overrides_and_chains() -> None:
    text = changed(
        ("summary: {like: email}", "summary: {like: email, data.price: {same_as: tasks.qa.data.price}}"),
        ("qa: {like: email}", "qa: {like: email, data.price: {same_as: tasks.email.data.price}}"),
    )
    scenario = loads(text, overrides=["tasks.email.data.price=$20 to $30 per example"])
    assert scenario.quantities["tasks.summary.data.price"].distribution.interval() == pytest.approx((20.0, 30.0))
    assert scenario.quantities["tasks.summary.data.price"].same_as == "tasks.email.data.price"
    email, summary, qa = drawn(scenario, "label_price")
    assert np.array_equal(email, summary)
    assert np.array_equal(email, qa)


def test_numbers_that_nobody_gives_can_be_tied() -> None:
    """Both take the default of the one, and its draws."""
    text = changed(("summary: {like: email}", "summary: {like: email, half_gap_examples: {same_as: tasks.email.half_gap_examples}}"))
    scenario = loads(text, overrides=["unseen.half_gap_examples={same_as: tasks.qa.half_gap_examples}"])
    assert scenario.ties == {
        "tasks.summary.half_gap_examples": "tasks.email.half_gap_examples",
        "unseen.half_gap_examples": "tasks.qa.half_gap_examples",
    }
    email, summary, qa, unseen = drawn(scenario, "half_gap_examples")
    assert np.array_equal(email, summary)
    assert np.array_equal(qa, unseen)
    assert not np.array_equal(email, qa)
    assert fingerprint(scenario) != fingerprint(loads(BODY))


def test_pairs_can_be_tied_whichever_way_round_they_are_written() -> None:
    text = changed(("summary/qa: far", "summary/qa: {same_as: similarity.summary/email}"))
    similarity = lower([loads(text)], monte_carlo(DRAWS, seed=3).points).inputs["similarity"][0, 0]
    assert np.array_equal(similarity[0, 1], similarity[1, 2])
    assert np.array_equal(similarity[0, 1], lower([loads(BODY)], monte_carlo(DRAWS, seed=3).points).inputs["similarity"][0, 0][0, 1])


def test_a_tie_does_not_change_the_draws_of_others() -> None:
    tied = loads(changed(("summary: {like: email}", "summary: {like: email, data.price: {same_as: tasks.email.data.price}}")))
    for name in ("traffic", "base", "similarity"):
        one, other = (lower([each], monte_carlo(64).points).inputs[name] for each in (tied, loads(BODY)))
        assert np.array_equal(one, other)


BAD_TIES = {
    "unknown": ("{same_as: tasks.emial.data.price}", r'8:38: tasks\.summary\.data\.price: "tasks\.emial\.data\.price" is no number of this scenario; did you mean "tasks\.email\.data\.price"'),
    "no path": ("{same_as: price}", r'"price" is no number of this scenario; write its path as in messages'),
    "a word": ("{same_as: base}", r'"base" is no number of this scenario'),
    "another unit": ("{same_as: tasks.email.traffic}", r"tasks\.email\.traffic is in request/month, this is in USD/example"),
    "not given": ("{same_as: storage.price}", r'"storage\.price" is no number'),
    "itself": ("{same_as: tasks.summary.data.price}", r"same_as goes in a circle: tasks\.summary\.data\.price -> tasks\.summary\.data\.price"),
    "and more": ("{same_as: tasks.email.data.price, level: 90%}", r"same_as takes the path of one other number and stands alone"),
    "a list": ("{same_as: [a]}", r"same_as takes the path of one other number"),
    "of another declaration": ("{same_as: evaluation.price}", r"evaluation\.price is in USD/item, this is in USD/example"),
}


@pytest.mark.parametrize(("tie", "message"), BAD_TIES.values(), ids=BAD_TIES)
def test_a_bad_tie_is_refused_in_words(tie: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        loads(changed(("summary: {like: email}", f"summary: {{like: email, data.price: {tie}}}")))


def test_a_circle_is_told_once() -> None:
    text = changed(
        ("summary: {like: email}", "summary: {like: email, data.price: {same_as: tasks.qa.data.price}}"),
        ("qa: {like: email}", "qa: {like: email, data.price: {same_as: tasks.summary.data.price}}"),
    )
    with pytest.raises(ScenarioError, match=r"circle: tasks\.summary\.data\.price -> tasks\.qa\.data\.price -> tasks\.summary\.data\.price\n1 error"):
        loads(text)


def test_a_tie_to_a_number_of_the_same_unit_that_is_not_given_names_the_remedy() -> None:
    with pytest.raises(ScenarioError, match=r"data\.synthetic\.review is not given in this scenario; give it, or name one that is"):
        loads(changed(("summary: {like: email}", "summary: {like: email, data.price: {same_as: tasks.email.data.synthetic.review}}")))


NO_DEFAULT = {
    "ceiling": ("score.ceiling", "unseen.score.ceiling"),
    "must": ("score.must", "tasks.qa.score.must"),
    "value": ("value", "tasks.qa.value"),
    "minutes": ("data.labelling.minutes", "tasks.qa.data.labelling.minutes"),
    "base of unseen requests": ("score.base", "unseen.score.base"),
    "examples of a strategy": ("data.examples", "strategies.unified.examples"),
    "price of a strategy": ("data.price", "strategies.unified.price"),
}


@pytest.mark.parametrize(("key", "target"), NO_DEFAULT.values(), ids=NO_DEFAULT)
def test_a_tie_to_a_number_that_nobody_gives_and_that_has_no_default_is_refused(key: str, target: str) -> None:
    text = changed((", ceiling: 0.9", ""), (", price: $3 to $6 per example", ""))
    with pytest.raises(ScenarioError) as caught:
        loads(text, overrides=[f"tasks.summary.{key}={{same_as: {target}}}"])
    (problem,) = caught.value.problems
    assert problem.message.startswith(f"{target} is not given in this scenario; give it, or name one that is")


def test_a_strategy_is_not_tied_to_a_default_of_a_task() -> None:
    """Nothing would read it."""
    with pytest.raises(ScenarioError, match=r"strategies\.unified\.price: tasks\.email\.data\.price is not given"):
        loads(changed((", price: $3 to $6 per example", "")), overrides=["strategies.unified.price={same_as: tasks.email.data.price}"])


def test_a_tie_to_a_number_that_is_missing_is_told_once() -> None:
    text = changed(("    traffic: 20k to 60k requests/month\n", ""), ("summary: {like: email}", "summary: {like: email, traffic: {same_as: tasks.email.traffic}}"))
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert [problem.path for problem in caught.value.problems] == ["tasks.email.traffic"]


def test_prices_of_the_catalogue_can_be_tied() -> None:
    """Their default hangs on the kind of example; the tied one takes the other's."""
    text = changed((", price: $3 to $6 per example", ""))
    email, summary, qa = drawn(loads(text, overrides=["tasks.summary.data.price={same_as: tasks.email.data.price}"]), "label_price")
    assert np.array_equal(email, summary)
    assert not np.array_equal(email, qa)


def test_what_is_out_of_bounds_here_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"training\.search: evaluation\.rounds: 0 is not allowed: between 1 and 1k"):
        loads(BODY + "evaluation: {rounds: 0}\ntraining: {search: {same_as: evaluation.rounds}}\n")
    with pytest.raises(ScenarioError, match=r"tasks\.email\.score\.base is in score, this is in share"):
        loads(changed(("summary: {like: email}", "summary: {like: email, data.quality: {same_as: tasks.email.score.base}}")))


# correlations


def test_correlated_numbers_have_that_correlation_and_their_own_distribution() -> None:
    more = "correlations: {market: {of: [tasks.email.data.price, tasks.qa.data.price, tasks.email.traffic], value: 0.7}}\n"
    scenario, alone = loads(BODY + more), loads(BODY)
    price, traffic = drawn(scenario, "label_price"), drawn(scenario, "traffic")
    for one, other in ((price[0], price[2]), (price[0], traffic[0]), (price[2], traffic[0])):
        assert np.corrcoef(scores(one), scores(other))[0, 1] == pytest.approx(0.7, abs=0.02)
    assert np.corrcoef(scores(price[0]), scores(price[1]))[0, 1] == pytest.approx(0.0, abs=0.03)
    assert np.quantile(price[0], [0.05, 0.95]) == pytest.approx([3.0, 6.0], rel=0.02)
    assert np.array_equal(price[1], drawn(alone, "label_price")[1])


def test_two_numbers_may_run_against_one_another() -> None:
    more = "correlations: {odds: {of: [tasks.email.data.price, tasks.email.traffic], value: -0.9}}\n"
    scenario = loads(BODY + more)
    assert np.corrcoef(scores(drawn(scenario, "label_price")[0]), scores(drawn(scenario, "traffic")[0]))[0, 1] == pytest.approx(-0.9, abs=0.01)


@pytest.mark.parametrize("value", [1, 0])
def test_the_ends_are_one_number_and_none(value: int) -> None:
    more = f"correlations: {{c: {{of: [tasks.email.data.price, tasks.qa.data.price], value: {value}}}}}\n"
    price = drawn(loads(BODY + more), "label_price")
    assert np.allclose(price[0], price[2], rtol=1e-9) is bool(value)
    if not value:
        assert np.array_equal(price, drawn(loads(BODY), "label_price"))


def test_a_further_member_moves_no_other_draw() -> None:
    def draws(of: str) -> np.ndarray:
        return drawn(loads(f"{BODY}correlations: {{c: {{of: [{of}], value: 0.5}}}}\n"), "label_price")[0]

    first = "tasks.email.data.price, tasks.qa.data.price"
    assert np.array_equal(draws(first), draws(f"tasks.summary.data.price, {first}"))


def test_similarities_that_are_correlated_apart_leave_the_common_correlation() -> None:
    more = "correlations: {pair: {of: [similarity.summary/email, similarity.qa/summary], value: 0.9}}\n"
    scenario = loads(BODY + more)
    similarity = lower([scenario], monte_carlo(DRAWS, seed=3).points).inputs["similarity"][0, 0]
    near, far, silent = similarity[0, 1], similarity[1, 2], similarity[0, 2]
    assert np.corrcoef(scores(near), scores(far))[0, 1] == pytest.approx(0.9, abs=0.01)
    assert np.corrcoef(scores(near), scores(silent))[0, 1] == pytest.approx(0.0, abs=0.03)


def test_what_is_known_exactly_goes_together_with_nothing() -> None:
    more = "correlations: {c: {of: [tasks.email.data.price, tasks.email.data.examples], value: 0.9}}\n"
    assert np.quantile(drawn(loads(BODY + more), "label_price")[0], 0.5) == pytest.approx(np.sqrt(18.0), rel=0.02)


def test_scenarios_of_one_run_agree_in_what_hangs_together() -> None:
    more = "correlations: {c: {of: [tasks.email.data.price, tasks.qa.data.price], value: 0.5}}\n"
    with pytest.raises(UsageError, match="must agree in tasks, strategies and words"):
        lower([loads(BODY), loads(BODY + more)], monte_carlo(8).points)


BAD_CORRELATIONS = {
    "unknown": ("{of: [tasks.email.data.prise, tasks.qa.traffic], value: 0.5}", r'13:12: correlations\.c\.of: "tasks\.email\.data\.prise" is no number of this scenario; did you mean "tasks\.email\.data\.price"'),
    "unknown task": ("{of: [tasks.mail.traffic, tasks.qa.traffic], value: 0.5}", r'"tasks\.mail\.traffic" is no number'),
    "one": ("{of: [tasks.qa.traffic], value: 0.5}", r"correlations\.c\.of: a correlation is between two numbers or more"),
    "twice": ("{of: [tasks.qa.traffic, tasks.qa.traffic], value: 0.5}", r"tasks\.qa\.traffic stands in correlations\.c already; a number may be in one"),
    "beyond one": ("{of: [tasks.qa.traffic, tasks.email.traffic], value: 1.5}", r"correlations\.c\.value: 1\.5 is not allowed: between -1 and 1"),
    "uncertain": ("{of: [tasks.qa.traffic, tasks.email.traffic], value: 0.2 to 0.5}", r"correlations\.c\.value: this is decided before anything is known: give one number"),
    "three against": ("{of: [tasks.qa.traffic, tasks.email.traffic, tasks.summary.traffic], value: -0.5}", r"more than two numbers can't all run against one another"),
    "no value": ("{of: [tasks.qa.traffic, tasks.email.traffic]}", r"correlations\.c\.value: missing: write c: \{of: \[PATH, PATH\], value: 0\.5\}"),
    "no members": ("{value: 0.5}", r"correlations\.c\.of: missing"),
    "a text": ("0.5", r'correlations\.c: "0\.5" stands where keys belong; allowed: of, value'),
    "empty": ("{of: [], value: 0.5}", r"correlations\.c\.of: write a list of paths"),
    "misspelt": ("{off: [tasks.qa.traffic, tasks.email.traffic], value: 0.5}", r'correlations\.c\.off: unknown key; did you mean "of"\?\n1 error'),
}


@pytest.mark.parametrize(("text", "message"), BAD_CORRELATIONS.values(), ids=BAD_CORRELATIONS)
def test_a_bad_correlation_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        loads(f"{BODY}correlations:\n  c: {text}\n")


def test_a_tied_number_is_named_by_the_other() -> None:
    text = changed(
        ("summary: {like: email}", "summary: {like: email, data.price: {same_as: tasks.email.data.price}}"),
        more="correlations: {c: {of: [tasks.summary.data.price, tasks.qa.traffic], value: 0.5}}\n",
    )
    with pytest.raises(ScenarioError, match=r"tasks\.summary\.data\.price is the same as tasks\.email\.data\.price; name that one"):
        loads(text)


PAIR = "of: [tasks.email.data.price, tasks.qa.data.price]"


def test_a_correlation_may_be_made_by_an_override_and_by_set() -> None:
    written = loads(f"{BODY}correlations: {{c: {{{PAIR}, value: 0.5}}}}\n")
    by_set = loads(BODY, overrides=[f"correlations.c={{{PAIR}, value: 0.5}}"])
    named = f"{BODY}overrides: {{together: {{correlations.c: {{{PAIR}, value: 0.5}}}}}}\nscenarios: {{apart: [], joint: [together]}}\n"
    by_override = loads(named, scenario="joint")
    for each in (by_set, by_override):
        assert each.correlations == written.correlations
        assert np.array_equal(drawn(each, "label_price"), drawn(written, "label_price"))
    assert loads(named, scenario="apart").correlations == ()


def test_a_bad_correlation_by_set_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r'--set: correlations\.c\.of: "tasks\.mail\.traffic" is no number of this scenario'):
        loads(BODY, overrides=["correlations.c={of: [tasks.mail.traffic, tasks.qa.traffic], value: 0.5}"])
    with pytest.raises(ScenarioError, match=r"--set: correlations\.c\.value: missing"):
        loads(BODY, overrides=["correlations.c.of=[tasks.email.traffic, tasks.qa.traffic]"])


def test_a_bad_value_hides_no_bad_member() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(f"{BODY}correlations: {{c: {{of: [tasks.mail.traffic, tasks.qa.traffic], value: 7}}, d: {{of: [tasks.no.traffic, tasks.qa.traffic]}}}}\n")
    paths = sorted(problem.path for problem in caught.value.problems)
    assert paths == ["correlations.c.of", "correlations.c.value", "correlations.d.of", "correlations.d.of", "correlations.d.value"]
