"""Small scenarios in which launch dates count, as arrays."""

from __future__ import annotations

from tuneplan.core.arrays import Inputs
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.timed import timed
from tuneplan.study.design import monte_carlo

TEXT = """\
schema: 1
base: llama-3.1-8b
gpu: {kind: h100-sxm}
horizon: 24 months
start: 2027-01-01
tasks:
  a: {traffic: 10k requests/month, score: {base: 0.4, ceiling: 0.9}, data: {examples: 1200, price: $3 to $6 per example}}
  b: {traffic: 10k requests/month, score: {base: 0.4, ceiling: 0.9}, data: {examples: 700, price: $3 to $6 per example}}
  c: {traffic: 10k requests/month, score: {base: 0.4, ceiling: 0.9}, data: {examples: 300, price: $3 to $6 per example}}
schedule: {annotators: 4, reviewers: 2, batch: 100 examples}
strategies: {unified: {}, specialists: {}, two: {kind: unified_then_specialists}, merged: {}, prompted: {like_base: yes}}
"""


def scenario(*changes: str, text: str = TEXT) -> Scenario:
    return timed(loads(text, overrides=changes))


def inputs_of(*scenarios: Scenario, draws: int = 48) -> Inputs:
    return lower(scenarios, monte_carlo(draws, seed=2).points).inputs
