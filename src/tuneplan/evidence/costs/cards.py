"""Cards as people write them -> cards of the catalogue."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tuneplan.scenario import catalogue

FILE = Path(__file__).with_name("cards.csv")

FAMILIES = (
    ("a100", r"a100|a800", "a100-sxm-80gb", (("pcie.*40|40.*pcie", "a100-pcie-40gb"), ("pcie", "a100-pcie-80gb"), ("40", "a100-sxm-40gb"))),
    ("h200", r"h200", "h200-sxm", ()),
    ("h100", r"h100|h800", "h100-sxm", (("pcie", "h100-pcie"), ("nvl", "h100-nvl"))),
    ("b300", r"b300", "b300-sxm", ()),
    ("b200", r"b200", "b200-sxm", ()),
    ("v100", r"v100", "v100-sxm-16gb", (("32", "v100-sxm-32gb"),)),
    ("mi300", r"mi3(00|25)x?", "mi300x", ()),
    ("rtx-pro-6000", r"pro6000", "rtx-pro-6000", ()),
    ("rtx-a6000", r"a6000", "rtx-a6000", ()),
    ("rtx-5090", r"5090", "rtx-5090", ()),
    ("rtx-4090", r"4090", "rtx-4090", ()),
    ("rtx-3090", r"3090", "rtx-3090", ()),
    ("l40s", r"l40s", "l40s", ()),
    ("l40", r"l40$|l40\D", "l40", ()),
    ("l4", r"^l4(\D|24|$)", "l4", ()),
    ("a10g", r"a10g", "a10g", ()),
    ("a10", r"^a10(\D|24|$)", "a10", ()),
    ("a40", r"^a40(\D|48|$)", "a40", ()),
    ("t4", r"^t4(\D|16|$)", "t4", ()),
)
"""Family, what its names hold once spaces and signs are gone, the usual card, and what tells the others apart."""
STAND_INS = r"a800|h800"
"""Cards for which a sister stands in: the same chip with a slower link."""


def card_of(written: str) -> catalogue.GPU | None:
    """The card that somebody means; None when there is none.

    >>> [card_of(name).name for name in ("A100-80", "NVIDIA A100-SXM4-40GB", "H100", "RTX4090", "Tesla T4 16GB")]
    ['a100-sxm-80gb', 'a100-sxm-40gb', 'h100-sxm', 'rtx-4090', 't4']
    >>> card_of("TPU v5e").name, card_of("abacus")
    ('tpu-v5e', None)
    """
    cards = catalogue.gpus()
    if written in cards:
        return cards[written]
    plain = _plain(written)
    rare = next((card for pattern, card in _rare().items() if re.search(pattern, plain)), None)
    if rare is not None:
        return rare
    for _, pattern, usual, others in FAMILIES:
        if re.search(pattern, plain):
            rest = re.sub(pattern, "", plain, count=1)
            return cards[next((name for mark, name in others if re.search(mark, rest)), usual)]
    return None


@cache
def _rare() -> Mapping[str, catalogue.GPU]:
    """Cards outside the catalogue, by what their names hold."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {row["pattern"]: _card(row) for row in csv.DictReader(line for line in lines if not line.startswith("#"))}


def _card(row: dict[str, str]) -> catalogue.GPU:
    return catalogue.GPU(
        name=row["name"], family=row["family"], memory_gb=float(row["memory_gb"]), bandwidth_gb_s=float(row["bandwidth_gb_s"]),
        bf16_tflops=float(row["bf16_tflops"]), fp8_tflops=float(row["fp8_tflops"]) if row["fp8_tflops"] else None, source=row["source"],
        as_of=row["as_of"], grade=row["grade"],
    )  # fmt: skip


def is_stand_in(written: str) -> bool:
    """Whether the card found is a sister of the one written."""
    return re.search(STAND_INS, _plain(written)) is not None


def nearest_card(written: str, *, alike: float) -> str:
    """The card whose name looks most alike; empty where none is as alike as asked."""
    plain = {_plain(name): name for name in (*catalogue.gpus(), *(card.name for card in _rare().values()))}
    found = difflib.get_close_matches(_plain(written), plain, n=1, cutoff=alike)
    return plain[found[0]] if found else ""


def _plain(name: str) -> str:
    """Letters and digits alone, makers' words gone."""
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    return re.sub(r"^(nvidia|amd|instinct|tesla|geforce|quadro)+", "", bare)
