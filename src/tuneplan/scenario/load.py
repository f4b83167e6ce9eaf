"""From a file to a frozen scenario, or to every error in it at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from tuneplan.core.registry import Param
from tuneplan.core.strategies import STRATEGIES
from tuneplan.errors import NotAvailableYet
from tuneplan.scenario.reading.checks import check, check_counts
from tuneplan.scenario.reading.complaints import Complaints, as_problem
from tuneplan.scenario.reading.language import LIKE, Language, language_of
from tuneplan.scenario.reading.like import overlay, parent_of, resolve
from tuneplan.scenario.reading.names import check_names
from tuneplan.scenario.reading.overrides import read_overrides, split
from tuneplan.scenario.reading.source import clean, read_file
from tuneplan.scenario.reading.tree import Scalar, Table, parse
from tuneplan.scenario.reading.values import NOT_YET, Draft, read_values
from tuneplan.scenario.reading.walk import Walk
from tuneplan.scenario.records import Scenario


def load(
    path: str | Path, *, overrides: Sequence[str] = (), params: Sequence[Param] | None = None
) -> Scenario:
    """Read a scenario file.

    Parameters
    ----------
    path
        Of a YAML file.
    overrides
        ``key=value``, as after ``--set``; of two for one key the later one.
    params
        Numbers that the scenario may hold; None: every one that the model declares.

    Raises
    ------
    ScenarioError
        Anything wrong with it, all at once.
    NotAvailableYet
        Nothing is wrong, but it uses keys of a later version.
    """
    return loads(read_file(path), file=str(path), overrides=overrides, params=params)


def loads(
    text: str, *, file: str = "scenario", overrides: Sequence[str] = (), params: Sequence[Param] | None = None
) -> Scenario:
    """Read a scenario from text; ``file`` stands in messages. See ``load``."""
    language = language_of(_declared() if params is None else params, [entry.name for entry in STRATEGIES])
    complaints = Complaints()
    tree = _table(clean(text, file), file, complaints)
    draft = _draft(tree, file, overrides, language, complaints)
    check_names({leaf.path: leaf for leaf in draft.leaves.values()}, draft.tasks, complaints)
    read_values(draft)
    check(draft)
    complaints.raise_if_any()
    if draft.later:
        raise NotAvailableYet(draft.later)
    return _scenario(draft)


def fingerprint(scenario: Scenario) -> str:
    """Twelve hexadecimal digits that name what a scenario says.

    They depend on paths and values as typed, after ``like`` and overrides; on no comment,
    order, layout or file name.
    """
    said = {path: " ".join(quantity.text.split()) for path, quantity in scenario.quantities.items()}
    names = {"tasks": sorted(scenario.tasks), "strategies": sorted(scenario.strategies)}
    whole = json.dumps([said, dict(scenario.settings), names], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def _declared() -> Sequence[Param]:
    """Every number of the model; imported late, as the model is large."""
    from tuneplan.core import declared_params

    return declared_params()


def _table(text: str, file: str, complaints: Complaints) -> Table:
    """The tree of a file, which has to hold keys."""
    tree = parse(text, file, complaints)
    if not isinstance(tree, Table):
        given = "this is a text" if isinstance(tree, Scalar) else "this is a list"
        if isinstance(tree, Scalar) and tree.is_empty:
            given = "the file is empty"
        complaints.add(f'{given}; a scenario holds keys such as "tasks:" and "strategies:"', tree.place)
        complaints.raise_if_any()
        return Table(())
    return tree


def _draft(
    tree: Table, file: str, overrides: Sequence[str], language: Language, complaints: Complaints
) -> Draft:
    """All leaves, with copies and overrides carried out; nothing is typed yet."""
    walk = Walk(complaints)
    walk.visit(language.root, tree, (), tree.place, dotted=False)
    in_file = {section: dict(names) for section, names in walk.names.items()}
    changes = read_overrides(overrides, walk.names, language, complaints)
    check_counts(walk.names, tree.place, complaints)
    before, after = split(changes.leaves, in_file)
    typed = overlay(walk.leaves, before)
    leaves = overlay(resolve(typed, walk.names, language, complaints), after)
    places = {"": tree.place} | {key.text: key.place for key, _ in tree.entries}
    places |= {f"{section}.{name}": at for section, names in walk.names.items() for name, at in names.items()}
    places |= {leaf.dotted: leaf.node.place for leaf in leaves.values()}
    later = walk.later | changes.later
    return Draft(
        file=file,
        language=language,
        complaints=complaints,
        tasks=tuple(walk.names["tasks"]),
        strategies=tuple(walk.names["strategies"]),
        leaves={leaf.dotted: leaf for leaf in leaves.values()},
        places=places,
        copies={
            ".".join(path[:2]): ".".join(parent_of(leaf))
            for path, leaf in typed.items()
            if path[-1] == LIKE and len(path) == 3
        },
        later=[as_problem(NOT_YET, at, path) for path, at in later.items()],
    )


def _scenario(draft: Draft) -> Scenario:
    return Scenario(
        name=str(draft.settings.get("name", Path(draft.file).stem)),
        file=draft.file,
        tasks=draft.tasks,
        strategies=draft.strategies,
        quantities=draft.quantities,
        settings=draft.settings,
        places={path: place for path, place in draft.places.items() if path},
    )
