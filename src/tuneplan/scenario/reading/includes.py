"""A scenario and the files that it includes, in the order in which they hold: included ones first."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tuneplan.errors import ScenarioError
from tuneplan.scenario.reading.complaints import Complaints, shown
from tuneplan.scenario.reading.source import clean
from tuneplan.scenario.reading.texts import Folder, Texts
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table, parse
from tuneplan.scenario.records import Place

INCLUDE = "include"
MOST_INCLUDED = 32
"""Files that one scenario may include, those of its includes among them."""


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class Source:
    """One file, parsed.

    Attributes
    ----------
    name
        As its include says it; empty for the scenario itself.
    """

    name: str
    tree: Table


def gather(tree: Table, file: str, folder: Folder | None, complaints: Complaints) -> list[Source]:
    """Every file that a scenario consists of; a later one holds over an earlier.

    Parameters
    ----------
    tree, file
        The scenario itself, and where it lies.
    folder
        Below which included files have to lie; None where the scenario is no file.
    complaints
        Takes what is wrong with an include: no such file, outside the folder, a circle.
    """
    gathering = _Gathering(root=folder, complaints=complaints)
    start = [] if folder is None else [folder.texts.resolved(Path(file))]
    gathering.add(Source(name="", tree=tree), file, start)
    return gathering.found


def within(name: str, place: Place, root: Folder | None) -> tuple[Path | None, str]:
    """The file that a scenario names at a place, or what is wrong with naming it.

    Relative names count from the folder of the file that says them.
    """
    if root is None:
        return None, "a scenario that is no file has no folder to read from; save it and load the file"
    if not name or "\0" in name:
        return None, f"{shown(name)} is no name of a file"
    path = Path(place.file).parent / name
    try:
        inside = root.texts.resolved(path).is_relative_to(root.texts.resolved(root.path))
    except (OSError, RuntimeError, ValueError):
        return None, f"{shown(name)} cannot be followed to a file"
    if not inside:
        return None, f"{shown(name)} lies outside the folder of the scenario; copy it there"
    return path, ""


@dataclass(eq=False, slots=True, kw_only=True)
class _Gathering:
    """Files found so far."""

    root: Folder | None
    complaints: Complaints
    found: list[Source] = field(default_factory=list)
    count: int = 0

    def add(self, source: Source, file: str, chain: list[Path]) -> None:
        """What a file includes, then itself."""
        for name in _named(source.tree):
            self._include(name, chain)
        self.found.append(source)

    def _include(self, name: Scalar, chain: list[Path]) -> None:
        path, fault = within(name.text, name.place, self.root)
        if path is None or self.root is None:
            return self.complaints.add(fault, name.place, INCLUDE)
        itself = self.root.texts.resolved(path)
        if itself in chain:
            circle = " -> ".join(each.name for each in [*chain[chain.index(itself) :], path])
            return self.complaints.add(f"include goes in a circle: {circle}", name.place, INCLUDE)
        self.count += 1
        if self.count > MOST_INCLUDED:
            if self.count == MOST_INCLUDED + 1:
                self.complaints.add(f"more than {MOST_INCLUDED} files are included", name.place, INCLUDE)
            return None
        tree = self._parsed(path, name, self.root.texts)
        if tree is not None:
            self.add(Source(name=name.text, tree=tree), str(path), [*chain, itself])
        return None

    def _parsed(self, path: Path, name: Scalar, texts: Texts) -> Table | None:
        """The tree of an included file, or None after a complaint."""
        try:
            text = texts.of(path)
        except ScenarioError as error:
            for problem in error.problems:  # of the file as a whole: told where it is named
                self.complaints.add(f"{shown(name.text)}: {problem.message}", name.place, INCLUDE)
            return None
        tree = parse(clean(text, str(path)), str(path), self.complaints)
        if not isinstance(tree, Table):
            self.complaints.add("an included file holds keys such as \"tasks:\" or \"catalogue:\"", tree.place, INCLUDE)
            return None
        return tree


def _named(tree: Table) -> list[Scalar]:
    """The names that stand after ``include``; what is no name is told when values are read."""
    found: Node | None = next((value for key, value in tree.entries if key.text == INCLUDE), None)
    if isinstance(found, Listing):
        return [item for item in found.items if isinstance(item, Scalar) and not item.is_empty]
    return [found] if isinstance(found, Scalar) and not found.is_empty else []
