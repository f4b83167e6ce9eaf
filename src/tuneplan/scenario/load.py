"""From a file to a frozen scenario, or to every error in it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tuneplan.core.registry import Param
from tuneplan.core.strategies import STRATEGIES
from tuneplan.errors import NotAvailableYet, ScenarioError
from tuneplan.scenario.reading.checks import check, check_counts
from tuneplan.scenario.reading.complaints import Complaints, advice, as_problem, shown
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.includes import Source, gather
from tuneplan.scenario.reading.language import LIKE, Language, language_of
from tuneplan.scenario.reading.learned import read_checks
from tuneplan.scenario.reading.like import overlay, parent_of, resolve
from tuneplan.scenario.reading.names import check_names
from tuneplan.scenario.reading.overrides import Changes, read_changes, split
from tuneplan.scenario.reading.scales import with_ends
from tuneplan.scenario.reading.source import clean
from tuneplan.scenario.reading.sweeps import read_sweep, swept_leaves
from tuneplan.scenario.reading.texts import Folder, Texts
from tuneplan.scenario.reading.ties import correlate, tie
from tuneplan.scenario.reading.tree import Listing, Scalar, Table, parse
from tuneplan.scenario.reading.values import NOT_YET, read_values
from tuneplan.scenario.reading.walk import Leaf, Leaves, Walk
from tuneplan.scenario.records import Place, Scenario

DEFAULT = "default"
"""Name of the set of overrides that holds when none is asked for."""


def load(
    path: str | Path, *, overrides: Sequence[str] = (), scenario: str = "", params: Sequence[Param] | None = None,
    texts: Texts | None = None,
) -> Scenario:  # fmt: skip
    """Read a scenario file, and the files that it includes.

    Parameters
    ----------
    path
        Of a YAML file.
    overrides
        ``key=value``, as after ``--set``; of two for one key the later one.
    scenario
        Which of the file's ``scenarios`` is meant; empty: ``default``, where there is one.
    params
        Numbers that the scenario may hold; None: every one that the model declares.
    texts
        Takes what is read; what it knows is not read again.

    Raises
    ------
    ScenarioError
        Anything wrong with it, all at once.
    NotAvailableYet
        Nothing is wrong, but it uses keys of a later version.
    """
    texts = Texts() if texts is None else texts
    folder = Folder(path=Path(path).parent, texts=texts)
    return _with_set(_opened(texts.of(path), str(path), folder, params), scenario, overrides)


def loads(
    text: str, *, file: str = "scenario", overrides: Sequence[str] = (), scenario: str = "",
    params: Sequence[Param] | None = None,
) -> Scenario:  # fmt: skip
    """Read a scenario from text, which can include no file; ``file`` stands in messages. See ``load``."""
    return _with_set(_opened(text, file, None, params), scenario, overrides)


def load_sets(
    path: str | Path, *, overrides: Sequence[str] = (), scenario: str = "", texts: Texts | None = None
) -> Iterator[tuple[str, Scenario | ScenarioError]]:
    """Every set of overrides that a file declares, the chosen one first; the file is parsed once. See ``load``.

    Yields
    ------
    name, scenario
        What the set comes to, or what is wrong with it.

    Raises
    ------
    ScenarioError
        The file can't be parsed at all.
    """
    texts = Texts() if texts is None else texts
    opened = _opened(texts.of(path), str(path), Folder(path=Path(path).parent, texts=texts), None)
    declared = opened.walk.names["scenarios"]
    first = scenario or (DEFAULT if DEFAULT in declared else "")
    for name in dict.fromkeys((first, *declared)):
        try:
            yield name, _with_set(opened, name, overrides)
        except ScenarioError as error:
            yield name, error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A file and its includes, taken apart: what every set of overrides has in common.

    Attributes
    ----------
    walk
        Leaves and names; ``layers``: those of each file by itself.
    complaints
        What is wrong so far.
    """

    file: str
    folder: Folder | None
    language: Language
    tree: Table
    walk: Walk
    layers: list[Leaves]
    complaints: Complaints


def _opened(text: str, file: str, folder: Folder | None, params: Sequence[Param] | None) -> _Opened:
    language = declared_language() if params is None else language_of(params, [entry.name for entry in STRATEGIES])
    complaints = Complaints()
    tree = _table(clean(text, file), file, complaints)
    walk, layers = _walked(gather(tree, file, folder, complaints), language, complaints)
    return _Opened(file=file, folder=folder, language=language, tree=tree, walk=walk, layers=layers, complaints=complaints)


def _with_set(opened: _Opened, scenario: str, overrides: Sequence[str]) -> Scenario:
    """The file with a set of its overrides and the changes of the command line."""
    complaints, language = opened.complaints.copy(), opened.language
    names = {section: dict(each) for section, each in opened.walk.names.items()}
    walk = replace(opened.walk, complaints=complaints, names=names)
    chosen = _chosen(walk, scenario, complaints)
    leaves, copies, changes = _laid_over(walk, chosen, overrides, language, complaints)
    check_counts(walk.names, opened.tree.place, complaints)
    draft = Draft(
        file=opened.file,
        folder=opened.folder,
        language=language,
        complaints=complaints,
        names=walk.names,
        leaves={leaf.dotted: leaf for leaf in leaves.values()},
        places=_places(opened.tree, walk, leaves),
        copies=copies,
        chosen=chosen,
        changes=tuple(overrides),
        spare=[*_spare([*opened.layers, *changes.layers], leaves), *swept_leaves(leaves, walk.names, language, complaints)],
        later=[as_problem(NOT_YET, at, path) for path, at in (walk.later | changes.in_force.later).items()],
    )
    _read(draft)
    return _scenario(draft)


def _read(draft: Draft) -> None:
    """From what was typed to what it means, every rule checked.

    Raises
    ------
    ScenarioError
        Anything is wrong.
    NotAvailableYet
        Nothing is wrong, but keys of a later version are used.
    """
    check_names((*draft.leaves.values(), *draft.spare), draft.tasks, draft.complaints)
    read_values(draft)
    tie(draft)
    correlate(draft)
    read_checks(draft)
    read_sweep(draft)
    check(draft)
    draft.complaints.raise_if_any()
    if draft.later:
        raise NotAvailableYet(draft.later)


def declared_language() -> Language:
    """The language of every number and strategy that the model declares."""
    return language_of(_declared(), [entry.name for entry in STRATEGIES])


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


def _walked(sources: Sequence[Source], language: Language, complaints: Complaints) -> tuple[Walk, list[Leaves]]:
    """All leaves of a file, laid over those of the files that it includes; and those of each file by itself."""
    whole, layers = Walk(complaints), []
    for source in sources:
        one = Walk(complaints, origin=f"include {source.name}" if source.name else "file")
        one.visit(language.root, source.tree, (), source.tree.place, dotted=False)
        one.leaves = with_ends(one.leaves, language, complaints)
        layers.append(one.leaves)
        own = {path: leaf for path, leaf in whole.leaves.items() if leaf.key.kind == "rows"}
        whole.leaves = own | overlay({path: leaf for path, leaf in whole.leaves.items() if path not in own}, one.leaves.values())
        whole.later |= one.later
        for section, names in one.names.items():
            for name, at in names.items():
                whole.names[section].setdefault(name, at)
    return whole, layers


def _laid_over(
    walk: Walk, chosen: str, overrides: Sequence[str], language: Language, complaints: Complaints
) -> tuple[Leaves, dict[str, str], Changes]:
    """All leaves, with copies and changes carried out; who is like whom; the changes.

    Names that changes bring are added to those of ``walk``.
    """
    in_file = {section: dict(names) for section, names in walk.names.items()}
    changes = read_changes(walk, _listed(walk, chosen), overrides, language, complaints)
    before, after = split(changes.in_force.leaves, in_file)
    typed = overlay(walk.leaves, before)
    return overlay(resolve(typed, walk.names, language, complaints), after), _copies(typed), changes


def _places(tree: Table, walk: Walk, leaves: Leaves) -> dict[str, Place]:
    """Where messages point: the file, its first keys, names of the reader's own, values."""
    places = {"": tree.place} | {key.text: key.place for key, _ in tree.entries}
    places |= {f"{section}.{name}": at for section, names in walk.names.items() for name, at in names.items()}
    return places | {leaf.dotted: leaf.node.place for leaf in leaves.values()}


def _spare(layers: Iterable[Leaves], leaves: Leaves) -> list[Leaf]:
    """What was typed and holds nowhere: laid over by a later layer, or in an override that is not in force."""
    in_force = {(id(leaf.node), leaf.key.pattern) for leaf in leaves.values()}
    every = (leaf for layer in layers for leaf in layer.values() if leaf.path[-1] != LIKE)
    return [leaf for leaf in every if (id(leaf.node), leaf.key.pattern) not in in_force]


def _copies(typed: Leaves) -> dict[str, str]:
    """Dotted path of each task and strategy that is like another -> that of the other."""
    likes = (leaf for path, leaf in typed.items() if path[-1] == LIKE and len(path) == 3)
    return {".".join(leaf.path[:2]): ".".join(parent_of(leaf)) for leaf in likes}


def _chosen(walk: Walk, scenario: str, complaints: Complaints) -> str:
    """Name of the set of overrides that is in force; empty: none."""
    declared = walk.names["scenarios"]
    if not scenario:
        return DEFAULT if DEFAULT in declared else ""
    if scenario not in declared:
        hint = advice(scenario, declared) if declared else '; the file declares none, write "scenarios: {NAME: [OVERRIDE, ...]}"'
        complaints.add(f"{shown(scenario)} is none of the scenarios{hint}", Place(file="--scenario"))
    return scenario


def _listed(walk: Walk, chosen: str) -> list[str]:
    """Overrides of a set, in its order; what is no name is told when values are read."""
    leaf = walk.leaves.get(("scenarios", chosen))
    items = leaf.node.items if leaf is not None and isinstance(leaf.node, Listing) else () if leaf is None else (leaf.node,)
    return [item.text for item in items if isinstance(item, Scalar)]


def _unused(draft: Draft) -> dict[str, Place]:
    """Overrides that no set of them names."""
    named = {name for path, names in draft.settings.items() if path.startswith("scenarios.") and isinstance(names, tuple) for name in names}
    return {name: at for name, at in draft.names["overrides"].items() if name not in named}


def _scenario(draft: Draft) -> Scenario:
    return Scenario(
        name=str(draft.settings.get("name", Path(draft.file).stem)),
        file=draft.file,
        tasks=draft.tasks,
        strategies=draft.strategies,
        quantities=draft.quantities,
        settings=draft.settings,
        places={path: place for path, place in draft.places.items() if path},
        ties=draft.ties,
        correlations=draft.correlations,
        checks=draft.checks,
        rows=draft.rows,
        calibration=draft.calibration,
        sweep=draft.sweep,
        origins={path: leaf.origin for path, leaf in draft.leaves.items()},
        sets=tuple(draft.names["scenarios"]),
        chosen=draft.chosen,
        changes=draft.changes,
        unused=_unused(draft),
    )
