"""What can move a result: the uncertain numbers of a run that anything reads, and what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.scenario.lowering.learned import parts_of
from tuneplan.scenario.lowering.table import COMMON_SIMILARITY, Group, correlated
from tuneplan.scenario.records import Quantity
from tuneplan.study.in_use import in_use
from tuneplan.study.run import Run

LEAST_REACH = 0.2
"""Standard deviations that a number moves at least with its own points: it is not pushed farther than 5 times as far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing that moves by itself.

    Tied numbers are one. Of correlated numbers each moves by what is its own, and what they have in
    common is an input too.

    Attributes
    ----------
    name
        Of its random numbers: a path, or what correlated numbers have in common.
    label
        As people read it.
    quantity
        None: what correlated numbers have in common.
    own
        How much of its normal score is its own; 1 where it is correlated with nothing. Numbers that pilots moved hang
        together: how far it moves with points of its own, in standard deviations.
    tied
        Other paths that share its draws.
    members
        The numbers that have it in common.
    """

    name: str
    label: str
    quantity: Quantity | None
    own: float = 1.0
    tied: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that a run was made of, by whether it can move anything.

    Attributes
    ----------
    moving
        By name.
    constant
        Paths of numbers in use that are known exactly.
    unread
        Uncertain numbers that nothing in this scenario reads.
    """

    moving: tuple[Input, ...]
    constant: tuple[str, ...]
    unread: tuple[str, ...]


def inputs_of(run: Run) -> Inputs:
    """The inputs of a run."""
    used: dict[str, list[Quantity]] = {}
    constant = []
    for quantity in in_use(run):
        if quantity.distribution.is_point:
            constant.append(quantity.listed_as)
        else:
            used.setdefault(quantity.drawn_as, []).append(quantity)
    groups = [group for group in correlated(list(run.lowered.draws), run.scenario.correlations) if group.value != 0.0]
    own = _own(run, groups)
    alone = [_input(name, quantities, own.get(name, 1.0)) for name, quantities in used.items() if own.get(name, 1.0) > 0.0]
    common = [_common(group, used, own.get(group.factor, 1.0)) for group in groups]
    return Inputs(
        moving=tuple(sorted((*alone, *(each for each in common if each.members)), key=lambda each: each.name)),
        constant=tuple(constant),
        unread=tuple(name for name in sorted(run.lowered.draws) if name not in used),
    )


def _input(name: str, quantities: list[Quantity], own: float) -> Input:
    owner = next((each for each in quantities if each.path == name), quantities[0])
    others = {each.path for each in quantities} - {name}
    return Input(name=name, label=name, quantity=owner, own=own, tied=tuple(sorted(others)))


def _own(run: Run, groups: Sequence[Group]) -> dict[str, float]:
    """How much of its normal score is a number's own; of what pilots taught, how far it moves with its own points."""
    own = {name: group.own for group in groups for name in group.members}
    learned = run.scenario.calibration
    if learned is None:
        return own
    parts = parts_of(list(run.lowered.draws), run.scenario.correlations)
    parts |= {group.factor: ((group.factor, 1.0),) for group in groups}
    return own | {name: max(learned.reach(parts[name], name), LEAST_REACH) for name in learned.names if name in parts and own.get(name, 1.0) > 0.0}


def _common(group: Group, used: dict[str, list[Quantity]], own: float) -> Input:
    label = "all similarities together" if group.factor == COMMON_SIMILARITY else f"{group.factor} as a whole"
    return Input(name=group.factor, label=label, quantity=None, own=own, members=tuple(name for name in group.members if name in used))
