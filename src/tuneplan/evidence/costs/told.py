"""What a case says, in words of ours, and what it leaves to a prior."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tuneplan.core.memory_law import OPTIMIZERS
from tuneplan.errors import Problem
from tuneplan.evidence.cases import Case, CaseError
from tuneplan.evidence.columns import KINDS
from tuneplan.evidence.costs.cards import card_of, is_stand_in, nearest_card
from tuneplan.scenario import catalogue

SETUPS = ("expert", "practitioner", "naive")
METHODS = {"qlora": ("qlora", "q-lora", "4bit", "nf4"), "lora": ("lora", "dora", "adapter", "peft")}
"""Method -> what a word for it may hold; all else tunes every weight."""
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
        """The card; ``cards_known`` has made sure that there is one. A sister standing in for it is noted."""
        written = self.case.word("gpu")
        found = card_of(written)
        assert found is not None
        if is_stand_in(written):
            self.missing.append("gpu")
        return found

    def method(self) -> str:
        """``full``, ``lora`` or ``qlora``."""
        written = self.word("method")
        return next((name for name, marks in METHODS.items() if any(mark in written for mark in marks)), "full")

    def micro_batch_tokens(self, usual: float) -> float:
        """Tokens of a micro-batch on one GPU; where nobody says how many sequences, enough for the usual."""
        length = self.number("seq_len", 2048.0)
        return length * self.number("micro_batch", max(1.0, usual / length))


def cards_known(cases: Iterable[Case]) -> None:
    """Complain about every card that is none, in cases that have one.

    Raises
    ------
    CaseError
        Some case names a card that the catalogue doesn't know.
    """
    problems = []
    for case in cases:
        written = case.word("gpu")
        if "gpu" in KINDS[case.kind].columns and card_of(written) is None:
            file, _, line = case.place.rpartition(":")
            message = f'unknown card "{written[:60]}"; the nearest is "{nearest_card(written)}", all are in simulate catalogue gpus'
            problems.append(Problem(message=message, path="gpu", file=file, line=int(line), column=1))
    if problems:
        raise CaseError(problems)


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
