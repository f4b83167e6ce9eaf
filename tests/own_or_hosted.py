"""A question that can be answered by hand: rent a card, or pay an API by the token?

Both serve the same base with the same score, so net benefit differs by cost alone. The card is one
replica, always on: price x 730 hours x 12 months. The API takes 1000 tokens in at $2 and 250 out at
$8 a million: $0.004 a request. The API is ahead by ``8760 price - 0.048 traffic``, in USD.
"""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import Run, run

HOURS, PER_REQUEST = 12.0 * 730.0, 12.0 * 0.004
TEXT = """\
schema: 1
name: API or own card
base: llama-3.1-8b-instruct
gpu: {kind: h100-sxm, price: $2/hour}
horizon: 12 months
tasks:
  chat:
    traffic: 300k requests/month
    tokens: {input: 1000, output: 250}
    score: {base: 0.6, ceiling: 0.9}
    value: $1k per point per month
    data: {examples: 0}
unseen: {share: 0%}
serving: {peak_factor: 1}
strategies:
  own: {kind: prompted, like_base: yes, prompt_tokens: 0}
  hosted: {kind: prompted, api: mine, prompt_tokens: 0, score: {chat: 0.6, unseen: 0.6}}
catalogue:
  api_prices:
    - {name: mine, provider: acme, input_usd_per_mtok: 2, output_usd_per_mtok: 8, source: quote, as_of: 2026-12-01}
"""
UNCERTAIN = ("gpu.price=uniform $1 to $3 per hour", "tasks.chat.traffic=uniform 100k to 500k requests/month")


def asked(changes: Sequence[str] = ()) -> Scenario:
    """The question with some changes, as after ``--set``."""
    return loads(TEXT, overrides=tuple(changes))


def ran(*changes: str, draws: int = 1024, seed: int = 0) -> Run:
    """The same, simulated."""
    return run(asked(changes), monte_carlo(draws, seed=seed))
