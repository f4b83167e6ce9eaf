"""Checks as people write them: what is read, what is refused with place and remedy, what changes them."""

from __future__ import annotations

import pytest

from tuneplan import ScenarioError
from tuneplan.scenario.cautions import cautions
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Check, Learned, Scenario

BODY = """\
schema: 1
base: llama-3.1-8b-instruct
gpu: {kind: h100-sxm, provider: lambda}
tasks:
  email:
    traffic: 20k to 80k requests/month
    score: {base: 0.55 to 0.65, ceiling: 0.85 to 0.95}
    data: {examples: 2k, price: $3 to $6 per example}
  qa: {like: email, data.price: {same_as: tasks.email.data.price}, data.tokens: 700}
similarity: {email/qa: far}
strategies: {unified: {}, specialists: {}}
"""
LEARN = "learn: {tasks.qa.half_gap_examples: {noise: 20%}, similarity.qa/email: {noise: 0.3}}"
PILOT = f"checks: {{pilot: {{{LEARN}, n: 300, cost: $2k, days: 10}}}}\n"
READ = Check(
    name="pilot", n=300, cost=2000.0, days=10.0,
    learn=(Learned(path="tasks.qa.half_gap_examples", noise=0.2), Learned(path="similarity.email/qa", noise=0.3)),
)  # fmt: skip


def read(more: str = "", *changes: str, scenario: str = "") -> Scenario:
    return loads(BODY + more, file="a.yaml", overrides=changes, scenario=scenario)


def test_a_check_is_read() -> None:
    assert read(PILOT).checks == (READ,)
    assert read().checks == ()


@pytest.mark.parametrize(
    ("typed", "n", "cost", "days"),
    [
        ("n: 1, cost: 0 USD", 1, 0.0, 0.0),
        ("n: 2k, cost: $1.5k, days: 2 weeks", 2000, 1500.0, 14.0),
        ("n: 40 observations, cost: 300 USD, days: 2.5", 40, 300.0, 2.5),
        ("n: 1e6, cost: $1, days: 3 days", 1_000_000, 1.0, 3.0),
    ],
)
def test_what_it_takes_may_be_typed_in_many_ways(typed: str, n: int, cost: float, days: float) -> None:
    (found,) = read(f"checks: {{x: {{{LEARN}, {typed}}}}}\n").checks
    assert (found.n, found.cost, found.days) == (n, cost, days)


def test_several_keep_their_order() -> None:
    more = f"checks:\n  zeta: {{{LEARN}, n: 1, cost: $1}}\n  alpha: {{{LEARN}, n: 1, cost: $1}}\n"
    assert [each.name for each in read(more).checks] == ["zeta", "alpha"]


REFUSED = {
    "unknown number": ("{learn: {tasks.qa.half_gap_exampels: {noise: 20%}}, n: 1, cost: $1}", r'a\.yaml:13:15: checks\.c\.learn: "tasks\.qa\.half_gap_exampels" is no number of this scenario; did you mean "tasks\.qa\.half_gap_examples"\?'),
    "unknown task": ("{learn: {tasks.mail.traffic: {noise: 20%}}, n: 1, cost: $1}", r'"tasks\.mail\.traffic" is no number of this scenario; did you mean "tasks\.email\.traffic"\?'),
    "no path at all": ("{learn: {zzz: {noise: 20%}}, n: 1, cost: $1}", r'"zzz" is no number of this scenario; write its path as in messages, for example tasks\.email\.half_gap_examples'),
    "a number of checks": ("{learn: {checks.c.n: {noise: 20%}}, n: 1, cost: $1}", r'"checks\.c\.n" is no number of this scenario'),
    "empty learn": ("{learn: {}, n: 1, cost: $1}", r"a\.yaml:13:7: checks\.c\.learn: write learn: \{PATH: \{noise: 20%\}\}"),
    "nothing under learn": ("{learn: , n: 1, cost: $1}", r"checks\.c\.learn: nothing is given; write learn"),
    "learn a list": ("{learn: [tasks.qa.traffic], n: 1, cost: $1}", r"checks\.c\.learn: write learn: \{PATH: \{noise: 20%\}\}"),
    "no noise": ("{learn: {tasks.qa.traffic: 20%}, n: 1, cost: $1}", r"checks\.c\.learn\.tasks\.qa\.traffic: says no noise; write tasks\.qa\.traffic: \{noise: 20%\}"),
    "empty noise": ("{learn: {tasks.qa.traffic: {noise: }}, n: 1, cost: $1}", r"traffic\.noise: nothing is given"),
    "misspelt noise": ("{learn: {tasks.qa.traffic: {nois: 20%}}, n: 1, cost: $1}", r'traffic: unknown key "nois"; did you mean "noise"\?'),
    "uncertain noise": ("{learn: {tasks.qa.traffic: {noise: 10% to 20%}}, n: 1, cost: $1}", r"traffic\.noise: noise is one number, not an interval"),
    "noise without per cent": ("{learn: {tasks.qa.traffic: {noise: 20}}, n: 1, cost: $1}", r"2000% is not a share between 0 and 1000%; is 20% meant\?"),
    "negative noise": ("{learn: {tasks.qa.traffic: {noise: -5%}}, n: 1, cost: $1}", r"-5% is not a share between 0 and 1000%"),
    "a path in tables": ("{learn: {tasks: {qa: {traffic: {noise: 20%}}}}, n: 1, cost: $1}", r"checks\.c\.learn\.tasks: a path is one key here, dots and all.*\n1 error"),
    "twice": ("{learn: {similarity.email/qa: {noise: 1%}, similarity.qa/email: {noise: 1%}}, n: 1, cost: $1}", r'"similarity\.qa/email" is learned twice'),
    "no observations": (f"{{{LEARN}, n: 0, cost: $1}}", r"checks\.c\.n: 0 observations is not allowed: at least 1 observation"),
    "half an observation": (f"{{{LEARN}, n: 1.5, cost: $1}}", r"checks\.c\.n: 1\.5 observations is not a whole number"),
    "uncertain n": (f"{{{LEARN}, n: 10 to 20, cost: $1}}", r"checks\.c\.n: this is decided before anything is known: give one number"),
    "negative cost": (f"{{{LEARN}, n: 1, cost: -$1}}", r"checks\.c\.cost: -\$1 is not allowed: at least \$0"),
    "cost without a unit": (f"{{{LEARN}, n: 1, cost: 5}}", r"checks\.c\.cost: 5 needs a unit, for example \$60k"),
    "uncertain days": (f"{{{LEARN}, n: 1, cost: $1, days: 2 to 9}}", r"checks\.c\.days: this is decided before anything is known"),
    "negative days": (f"{{{LEARN}, n: 1, cost: $1, days: -2}}", r"checks\.c\.days: -2 days is not allowed"),
    "days in dollars": (f"{{{LEARN}, n: 1, cost: $1, days: $2}}", r"checks\.c\.days: \$2 is not in day; write for example 10 days"),
    "missing n": (f"{{{LEARN}, cost: $1}}", r"a\.yaml:13:3: checks\.c\.n: missing: write n: 300"),
    "missing cost": (f"{{{LEARN}, n: 1}}", r"checks\.c\.cost: missing: write cost: \$2k"),
    "missing learn": ("{n: 1, cost: $1}", r"checks\.c\.learn: missing: write learn: \{PATH: \{noise: 20%\}\}"),
    "misspelt learn": ("{lern: {tasks.qa.traffic: {noise: 20%}}, n: 1, cost: $1}", r'checks\.c\.lern: unknown key; did you mean "learn"\?\n1 error'),
    "a text": ("0.5", r'checks\.c: "0\.5" stands where keys belong; allowed: learn, n, cost, days'),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        read(f"checks:\n  c: {text}\n")


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        read("checks:\n  c: {learn: {tasks.no.traffic: {noise: 20%}, tasks.qa.traffic: {noise: x}}, n: 0, cost: $1}\n")
    paths = sorted(problem.path for problem in caught.value.problems)
    assert paths == ["checks.c.learn", "checks.c.learn.tasks.qa.traffic.noise", "checks.c.n"]


def test_a_name_holds_letters() -> None:
    with pytest.raises(ScenarioError, match='the name of a check holds letters, digits, "_" and "-"'):
        read(f"checks: {{a b: {{{LEARN}, n: 1, cost: $1}}}}\n")


def test_changes_reach_every_part_and_add_checks() -> None:
    found = read(PILOT, "checks.pilot.n=1k", "checks.pilot.days=2 weeks", "checks.more={learn: {law.keep_exponent: {noise: 5%}}, n: 1, cost: $10}").checks
    assert [(each.name, each.n, each.days) for each in found] == [("pilot", 1000, 14.0), ("more", 1, 0.0)]
    (whole,) = read(PILOT, "checks.pilot.learn={tasks.qa.traffic: {noise: 5%}}").checks
    assert whole.learn == (Learned(path="tasks.qa.traffic", noise=0.05),)
    with pytest.raises(ScenarioError, match=r"--set: checks\.pilot\.learn\.tasks: a path is one key here, dots and all, and a change names the whole of learn"):
        read(PILOT, "checks.pilot.learn.tasks.qa.traffic.noise=5%")


def test_named_overrides_reach_them_too() -> None:
    more = f"{PILOT}overrides: {{cheap: {{checks.pilot.cost: $100}}}}\nscenarios: {{default: [], cheap: [cheap]}}\n"
    assert [read(more, scenario=name).checks[0].cost for name in ("default", "cheap")] == [2000.0, 100.0]


def test_a_mistake_in_an_override_that_is_not_in_force_is_told() -> None:
    more = f"{PILOT}overrides: {{odd: {{checks.pilot.learn: {{tasks.qa.traffic: {{noise: -1}}}}}}}}\nscenarios: {{default: [], odd: [odd]}}\n"
    with pytest.raises(ScenarioError, match="is not a share between 0 and 1000%"):
        read(more)


def test_what_is_known_exactly_is_a_caution() -> None:
    more = "checks: {c: {learn: {tasks.qa.data.examples: {noise: 1%}, tasks.qa.data.price: {noise: 1%}, tasks.qa.data.tokens: {noise: 1%}, tasks.qa.half_gap_examples: {noise: 1%}}, n: 1, cost: $1}}\n"
    (said,) = [each for each in cautions(read(more)) if each.path.startswith("checks.")]
    assert said.message == "known exactly, so that there is nothing to learn: tasks.qa.data.examples, tasks.qa.data.tokens"
    assert (said.file, said.line) == ("a.yaml", 12)


def test_checks_are_part_of_what_a_scenario_means_but_their_spelling_is_not() -> None:
    one = fingerprint(read(PILOT))
    assert fingerprint(read()) != one
    assert fingerprint(read(PILOT.replace("20%", "0.2").replace("$2k", "2000 USD"))) == one
    assert fingerprint(read(PILOT.replace("20%", "21%"))) != one
