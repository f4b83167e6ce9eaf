"""How much one task carries over to another: typed either way round, in one direction, or as a word."""

from __future__ import annotations

from dataclasses import replace

from tuneplan.core import transfer
from tuneplan.core.registry import Param
from tuneplan.scenario.lowering.defaults import usual_default
from tuneplan.scenario.records import UNSEEN, Place, Quantity, Scenario

MIX = "(replay)"
"""Column of the public instruction mix; no task can be called so."""


def similarity_of(scenario: Scenario, param: Param, to: str, source: str) -> Quantity:
    """The number in force between two columns, or a request and a column; its path names its draws."""
    canonical = f"{param.key}.{'/'.join(sorted((to, source)))}"
    candidates: tuple[str, ...] = (
        f"{param.key}.{source}>{to}", canonical, f"{param.key}.{to}/{source}", f"{param.key}.{source}/{to}",
    )  # fmt: skip
    if to == UNSEEN:
        canonical = f"{UNSEEN}.{param.key}.{source}"
        candidates = (canonical,)
    for path in candidates:
        given, word = scenario.quantities.get(path), scenario.word(path, "")
        name = path if ">" in path else canonical
        if given is not None:
            return replace(given, path=name)
        if word:
            related = transfer.RELATED
            return Quantity(path=name, distribution=transfer.RELATIONS[word], unit=param.unit, text=word,
                            source=related.source, grade=related.grade, as_of=related.as_of, place=scenario.places.get(path, Place()),
                            origin=scenario.origins.get(path, "file"))  # fmt: skip
    silent = usual_default(param)
    assert silent is not None
    if MIX in (to, source):
        silent = Quantity(path=canonical, distribution=transfer.RELATIONS["mixed"], unit=param.unit, text="", source=param.source,
                          grade=param.grade, origin="default", as_of=param.as_of)  # fmt: skip
    return replace(silent, path=canonical)
