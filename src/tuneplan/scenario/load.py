"""From a file to a frozen scenario, or to every error in it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tuneplan.core.registry import Param
from tuneplan.core.strategies import STRATEGIES
from tuneplan.errors import NotAvailableYet
from tuneplan.scenario.reading.checks import check, check_counts
from tuneplan.scenario.reading.complaints import Complaints, advice, as_problem, shown
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.includes import Source, gather
from tuneplan.scenario.reading.language import LIKE, OF_FILES, Language, language_of
from tuneplan.scenario.reading.like import overlay, parent_of, resolve
from tuneplan.scenario.reading.names import check_names
from tuneplan.scenario.reading.overrides import read_changes, split
from tuneplan.scenario.reading.scales import with_ends
from tuneplan.scenario.reading.source import clean, read_file
from tuneplan.scenario.reading.ties import correlate, tie
from tuneplan.scenario.reading.tree import Listing, Scalar, Table, parse
from tuneplan.scenario.reading.values import NOT_YET, read_values
from tuneplan.scenario.reading.walk import Walk
from tuneplan.scenario.records import Place, Quantity, Scenario, Setting

DEFAULT = "default"
"""Name of the set of overrides that holds when none is asked for."""


def load(
    path: str | Path, *, overrides: Sequence[str] = (), scenario: str = "", params: Sequence[Param] | None = None
) -> Scenario:
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

    Raises
    ------
    ScenarioError
        Anything wrong with it, all at once.
    NotAvailableYet
        Nothing is wrong, but it uses keys of a later version.
    """
    folder = Path(path).parent
    return _loaded(read_file(path), str(path), folder, overrides=overrides, scenario=scenario, params=params)


def loads(
    text: str, *, file: str = "scenario", overrides: Sequence[str] = (), scenario: str = "",
    params: Sequence[Param] | None = None,
) -> Scenario:  # fmt: skip
    """Read a scenario from text, which can include no file; ``file`` stands in messages. See ``load``."""
    return _loaded(text, file, None, overrides=overrides, scenario=scenario, params=params)


def _loaded(
    text: str, file: str, folder: Path | None, *, overrides: Sequence[str], scenario: str,
    params: Sequence[Param] | None,
) -> Scenario:  # fmt: skip
    language = declared_language() if params is None else language_of(params, [entry.name for entry in STRATEGIES])
    complaints = Complaints()
    tree = _table(clean(text, file), file, complaints)
    walk = _walked(gather(tree, file, folder, complaints), language, complaints)
    draft = _draft(walk, tree, file, folder, overrides, scenario, language, complaints)
    check_names((*draft.leaves.values(), *draft.spare), draft.tasks, complaints)
    read_values(draft)
    tie(draft)
    correlate(draft)
    check(draft)
    complaints.raise_if_any()
    if draft.later:
        raise NotAvailableYet(draft.later)
    return replace(_scenario(draft), changes=tuple(overrides))


def fingerprint(scenario: Scenario) -> str:
    """Twelve hexadecimal digits that name what a scenario means.

    They depend on numbers as understood and on words that decide something, after ``like``, includes and
    overrides; on no title, note, layout, order or file name, and not on how a number was spelled.
    """
    import hashlib  # these two cost more to load than a check has time for
    import json

    meant = {path: _meant(quantity) for path, quantity in scenario.quantities.items()}
    meant |= {path: f"same as {other}" for path, other in scenario.ties.items()}
    names = {"tasks": sorted(scenario.tasks), "strategies": sorted(scenario.strategies)}
    rows = [repr(row) for row in scenario.rows]
    whole = json.dumps([meant, _decisive(scenario), names, *([rows] if rows else [])], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def _meant(quantity: Quantity) -> str:
    """A number without its spelling; twelve digits, as the last bit of a logarithm means nothing."""
    numbers = ", ".join(f"{number:.12g}" for number in quantity.distribution.parameters)
    return f"{quantity.distribution.family}({numbers}) {quantity.unit}{f' as {quantity.same_as}' if quantity.same_as else ''}"


SAID_ALONE = ("schema", "name", "question", "include", "note", "metric")
"""Last words of keys that decide nothing."""


def _decisive(scenario: Scenario) -> dict[str, Setting]:
    """Settings that decide something; of lists of names the order says nothing."""
    decisive = {
        path: value for path, value in scenario.settings.items()
        if path.rsplit(".", 1)[-1] not in SAID_ALONE and not path.startswith("scenarios.")
    }  # fmt: skip
    lists = {path: tuple(sorted(map(str, value))) for path, value in decisive.items() if isinstance(value, tuple) and not path.endswith(".groups")}
    return decisive | lists


def declared_language() -> Language:
    """The language of every number and strategy that the model declares."""
    return language_of(_declared(), [entry.name for entry in STRATEGIES])


def keys_to_set(path: str | Path | None) -> dict[str, str]:
    """Keys that an override may change -> what they mean; names are those of a scenario, where there is one."""
    names: dict[str, tuple[str, ...]] = {}
    if path is not None:
        found = load(path)
        names = {"tasks": found.tasks, "strategies": found.strategies}
    keys: dict[str, str] = {}
    for key in declared_language().keys:
        first, _, rest = key.pattern.partition(".*.")
        if first in OF_FILES or key.later or key.pattern.split(".")[0] in OF_FILES:
            continue
        paths = [f"{first}.{name}.{rest}" for name in names.get(first, ("NAME",))] if rest else [key.pattern]
        keys |= {each: key.doc for each in paths if "*" not in each}
    return keys


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


def _walked(sources: Sequence[Source], language: Language, complaints: Complaints) -> Walk:
    """All leaves of a file, laid over those of the files that it includes."""
    whole = Walk(complaints)
    for source in sources:
        one = Walk(complaints, origin=f"include {source.name}" if source.name else "file")
        one.visit(language.root, source.tree, (), source.tree.place, dotted=False)
        own = {path: leaf for path, leaf in whole.leaves.items() if leaf.key.kind == "rows"}
        whole.leaves = own | overlay({path: leaf for path, leaf in whole.leaves.items() if path not in own}, one.leaves.values())
        whole.later |= one.later
        for section, names in one.names.items():
            for name, at in names.items():
                whole.names[section].setdefault(name, at)
    return whole


def _draft(
    walk: Walk, tree: Table, file: str, folder: Path | None, overrides: Sequence[str], scenario: str,
    language: Language, complaints: Complaints,
) -> Draft:  # fmt: skip
    """All leaves, with copies and changes carried out; nothing is typed yet."""
    in_file = {section: dict(names) for section, names in walk.names.items()}
    chosen = _chosen(walk, scenario, complaints)
    changes = read_changes(walk, _listed(walk, chosen), overrides, language, complaints)
    check_counts(walk.names, tree.place, complaints)
    before, after = split(changes.in_force.leaves, in_file)
    typed = overlay(walk.leaves, before)
    leaves = overlay(resolve(typed, walk.names, language, complaints), after)
    leaves = with_ends(leaves, language, complaints)
    places = {"": tree.place} | {key.text: key.place for key, _ in tree.entries}
    places |= {f"{section}.{name}": at for section, names in walk.names.items() for name, at in names.items()}
    places |= {leaf.dotted: leaf.node.place for leaf in leaves.values()}
    later = walk.later | changes.in_force.later
    return Draft(
        file=file,
        language=language,
        complaints=complaints,
        tasks=tuple(walk.names["tasks"]),
        strategies=tuple(walk.names["strategies"]),
        leaves={leaf.dotted: leaf for leaf in leaves.values()},
        places=places,
        names=walk.names,
        folder=folder,
        spare=list(changes.spare),
        chosen=chosen,
        copies={
            ".".join(path[:2]): ".".join(parent_of(leaf))
            for path, leaf in typed.items()
            if path[-1] == LIKE and len(path) == 3
        },
        later=[as_problem(NOT_YET, at, path) for path, at in later.items()],
    )


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
        rows=draft.rows,
        origins={path: leaf.origin for path, leaf in draft.leaves.items()},
        sets=tuple(draft.names["scenarios"]),
        chosen=draft.chosen,
        unused=_unused(draft),
    )
