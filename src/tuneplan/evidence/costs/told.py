"""What a case says, in words of ours, and what it leaves to a prior."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tuneplan.core.memory_law import OPTIMIZERS
from tuneplan.errors import Problem
from tuneplan.evidence.cases import Case
from tuneplan.evidence.columns import KINDS
from tuneplan.evidence.costs.cards import card_of, is_stand_in, nearest_card
from tuneplan.scenario import catalogue

SETUPS = ("expert", "practitioner", "naive")
UNKNOWN_CARD = "a100-sxm-80gb"
"""Stands in for a card that nobody knows; what it is good for is then left wide open, by ``UNKNOWN_CARD_LOG_SD``."""
UNKNOWN_CARD_LOG_SD = 0.9
ALIKE = 0.7
"""How alike a card's name is to one of ours when that is what may be meant."""
EVERY_WEIGHT = ("full", "fft", "sft", "fine", "pretrain", "pre-train", "train", "dense", "all")
"""What a word for tuning every weight may hold."""
METHODS = {"qlora": ("qlora", "q-lora", "4bit", "nf4"), "lora": ("lora", "dora", "adapter", "peft")}
"""Method -> what a word for it may hold; all else tunes every weight, noted where the word is not known."""
OFFLOADED = "offload"


@dataclass(slots=True)
class Told:
    """A case being read, with the columns that were empty."""

    case: Case
    missing: list[str] = field(default_factory=list)

    def number(self, column: str, prior: float) -> float:
        """A number, or its prior where nobody gave one, which is noted."""
        value = self.case.number(column)
        if value is None:
            self.missing.append(column)
            return prior
        return value

    def flag(self, column: str) -> bool | None:
        """Yes or no; None, noted, where nobody said."""
        value = self.case.flag(column)
        if value is None:
            self.missing.append(column)
        return value

    def word(self, column: str) -> str:
        """A text in small letters; empty, noted, where nobody gave one."""
        value = self.case.word(column).lower()
        if not value:
            self.missing.append(column)
        return value

    def card(self) -> catalogue.GPU:
        """The card. A sister standing in for it is noted, and so is one that nobody knows, whatever stands in for it."""
        written = self.case.word("gpu")
        found = card_of(written)
        if found is None or is_stand_in(written):
            self.missing.append("gpu")
        return found or replace(catalogue.gpus()[UNKNOWN_CARD], family="other")

    @property
    def knows_card(self) -> bool:
        """Whether the card is one of ours."""
        return card_of(self.case.word("gpu")) is not None

    def method(self) -> str:
        """``full``, ``lora`` or ``qlora``."""
        written = self.word("method")
        found = next((name for name, marks in METHODS.items() if any(mark in written for mark in marks)), "full")
        if written and found == "full" and not any(mark in written for mark in EVERY_WEIGHT):
            self.missing.append("method")
        return found

    def micro_batch_tokens(self, usual: float) -> float:
        """Tokens of a micro-batch on one GPU; where nobody says how many sequences, enough for the usual."""
        length = self.number("seq_len", 2048.0)
        return length * self.number("micro_batch", max(1.0, usual / length))


def strange_cards(cases: Iterable[Case]) -> tuple[Problem, ...]:
    """Every card that nobody knows, where it stands first: worth a second look."""
    problems: dict[str, Problem] = {}
    for case in cases:
        written = case.word("gpu")
        if "gpu" in KINDS[case.kind].columns and card_of(written) is None and written not in problems:
            file, _, line = case.place.rpartition(":")
            close = nearest_card(written, alike=ALIKE)
            hint = f'did you mean "{close}"?' if close else "predicted as a card of which nothing is known, with wide bands"
            problems[written] = Problem(message=f'unknown card "{written[:60]}"; {hint}', path="gpu", file=file, line=int(line), column=1)
    return tuple(problems.values())


def optimizer_of(told: Told, method: str, sharding: str) -> str:
    """A key of ``OPTIMIZERS``: by its name, else what is usual with such sharding and precision."""
    written = told.word("optimizer").replace("-", "_").replace(" ", "_")
    if written in OPTIMIZERS and written != "adamw":  # which says nothing of precision
        return written
    deepspeed = sharding.startswith("zero")
    usual = "adamw_fp32_gradients" if method == "full" and deepspeed else "adamw"
    if not written:
        return usual
    eight_bit, paged = "8bit" in written or "8_bit" in written, "paged" in written or OFFLOADED in written
    in_backward = "_in_backward" if "backward" in written else ""
    if "adafactor" in written or "lomo" in written:
        return "adafactor"
    if "sgd" in written:
        return "sgd"
    if paged:
        return f"paged_adamw_8bit{in_backward}"
    if eight_bit:
        return f"adamw_8bit{in_backward}"
    if "bf16" in written or in_backward or pure(told.case.word("precision")):
        return f"adamw_bf16{in_backward}"
    return usual


def pure(precision: str) -> bool:
    """Whether weights and states alike are in 16 bits.

    >>> pure("bf16-true"), pure("bf16"), pure("amp_bf16")
    (True, False, False)
    """
    return any(mark in precision.lower() for mark in ("true", "pure"))


def sharding_of(told: Told, gpus: float) -> str:
    """A key of ``SHARDED``; unknown: none on one card, whole on several."""
    written = "".join(letter for letter in told.word("sharding") if letter.isalnum())
    if gpus <= 1.0:
        return "none"
    for stage in "321":
        if f"zero{stage}" in written or f"stage{stage}" in written:
            return f"zero{stage}"
    if "gradop" in written:
        return "zero2"
    if written in ("none", "single", "no", "ddp", "dp"):
        return "ddp"
    return "zero3" if "deepspeed" in written else "fsdp"
