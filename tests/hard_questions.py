"""Scenarios that charts, memos and tables have to stand: few and many, long and strange, level, impossible."""

from __future__ import annotations

from functools import cache

from tuneplan.evidence.findings import Findings
from tuneplan.scenario.load import loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

HEAD = """\
schema: 1
name: {name}
question: {question}
base: llama-3.1-8b
gpu: {{kind: h100-sxm, provider: lambda}}
budget: {{limit: {limit}, covers: [data, training]}}
"""
TASK = "  {name}: {{traffic: {traffic}k to {more}k requests/month, score: {{base: 0.5{digit} to 0.6{digit}, ceiling: 0.85 to 0.95{must}}}, data: {{examples: {examples}, existing: 100, price: $3 to $6 per example}}}}\n"
LONG = "answers_to_customers_in_the_evening_and_on_public_holidays"
STRANGE = ("日本語の要約", "العربية", "été", LONG, f"{LONG}_2")
HOSTILE = "\"<script>alert(1)</script> $x_1$ {{7*7}} =1+1 ]]> & 'q' | `a` \\n# b\""


def scenario(
    tasks: tuple[str, ...], strategies: str, *, name: str = "A study", question: str = "One model or several?", limit: str = "60k USD",
    must: str = "", examples: str = "2k", more: str = "",
) -> str:  # fmt: skip
    """A scenario file."""
    lines = [
        TASK.format(name=each, traffic=10 + number, more=40 + number, digit=number % 9, must=must, examples=examples) for number, each in enumerate(tasks)
    ]
    return f"{HEAD.format(name=name, question=question, limit=limit)}tasks:\n{''.join(lines)}{more}strategies:\n{strategies}"


THREE = "  unified: {}\n  specialists: {}\n  prompted: {like_base: yes}\n"
TWELVE = (
    "  unified: {}\n  specialists: {}\n  adapters: {}\n  prompted: {like_base: yes}\n"
    "  unified_full: {kind: unified, method: full}\n  unified_qlora: {kind: unified, method: qlora}\n"
    "  特化モデル: {kind: specialists, method: qlora}\n  specialists_full: {kind: specialists, method: full}\n"
    "  unified_with_a_name_that_is_too_long_for_any_axis_of_a_chart: {kind: unified, method: qlora}\n"
    "  prompted_longer: {kind: prompted, like_base: yes, prompt_tokens: 900}\n"
    "  adapters_qlora: {kind: adapters, method: qlora}\n  unified_again: {kind: unified}\n"
)
TEXTS = {
    "plain": scenario(("email", "summary", "qa"), THREE, more="unseen: {share: 10%}\nsimilarity: {email/qa: far}\n"),
    "valued": scenario(("email", "qa"), THREE).replace("ceiling: 0.85 to 0.95}", "ceiling: 0.85 to 0.95}, value: 300 USD per point per month"),
    "timed": scenario(("email", "qa"), THREE, more="start: 2027-01-04\ndeadline: {date: 2027-03-31, delay_cost: 500 USD/day}\n"),
    "never shipped": scenario(("email", "qa"), THREE, more="schedule: {annotators: 0}\n"),
    "planned": scenario(("email", "qa"), THREE, examples="auto"),
    "one task": scenario(("email",), "  specialists: {}\n  prompted: {like_base: yes}\n"),
    "one strategy": scenario(("email", "qa"), "  unified: {}\n"),
    "twelve strategies": scenario(STRANGE, TWELVE, name=HOSTILE, question=HOSTILE),
    "twenty tasks": scenario(tuple(f"task_{number}" for number in range(18)) + STRANGE[:2], THREE, limit="900k USD"),
    "twins": scenario(("email", "qa"), "  one: {kind: unified}\n  other: {kind: unified}\n"),
    "nothing feasible": scenario(("email", "qa"), THREE, must=", must: 0.99"),
    "no limit": scenario(("email", "qa"), THREE).replace("budget: {limit: 60k USD, covers: [data, training]}\n", ""),
}
"""What is strange -> the scenario."""
DRAWS = {"one draw": 1, "eight draws": 8, "many draws": 1024}
"""Designs that are strange -> their draws; of the plain scenario."""


@cache
def findings(which: str) -> Findings:
    """Findings of a scenario of ``TEXTS``, or of the plain one with few draws."""
    text, draws = TEXTS["plain" if which in DRAWS else which], DRAWS.get(which, 64)
    return Findings(
        verdict=verdict(run(loads(text), monte_carlo(draws, seed=1))), load=lambda further: loads(text, overrides=further)
    )
