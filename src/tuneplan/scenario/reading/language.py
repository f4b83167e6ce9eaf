"""The keys of the language as a tree, so that a path is looked up word by word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tuneplan.core.registry import Param
from tuneplan.scenario.schema import Key, keys_of, structure

SECTIONS = ("tasks", "strategies")
"""Keys whose names are the reader's own, and that may be like one another."""
NAMED = {"tasks": "task", "strategies": "strategy", "overrides": "override", "scenarios": "scenario", "correlations": "correlation", "checks": "check"}
"""Every key whose names are the reader's own -> what one of them is called."""
OF_FILES = ("include", "overrides", "scenarios", "catalogue", "calibrated", "sweep")
"""Keys that only a file may hold, no override."""
NAMED_IN_CHANGES = tuple(section for section in NAMED if section not in OF_FILES)
"""Keys whose names an override may add to, or change what is below them."""
LIKE = "like"


@dataclass(eq=False, slots=True)
class Branch:
    """What may stand at a path.

    Attributes
    ----------
    key
        The key that ends here, if one does.
    names, star
        What may follow: known names, or any name.
    """

    key: Key | None = None
    names: dict[str, Branch] = field(default_factory=dict)
    star: Branch | None = None

    @property
    def has_more(self) -> bool:
        """Whether keys may follow."""
        return bool(self.names) or self.star is not None

    @property
    def is_later(self) -> bool:
        """Whether all of it comes with a later version."""
        if self.key is not None:
            return self.key.later
        return self.star is None and bool(self.names) and all(b.is_later for b in self.names.values())

    def step(self, name: str) -> Branch | None:
        """The branch below ``name``."""
        return self.names.get(name, self.star)

    def find(self, name: str) -> Iterator[str]:
        """Dotted paths below that end in ``name``."""
        for word, below in self.names.items():
            if word == name:
                yield word
            yield from (f"{word}.{path}" for path in below.find(name))


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class Language:
    """All that a scenario may say.

    Attributes
    ----------
    root
        The keys as a tree.
    keys
        The same in a row.
    strategies
        Names of the groupings that the model declares.
    """

    root: Branch
    keys: tuple[Key, ...]
    strategies: tuple[str, ...]

    def key_at(self, path: str) -> Key | None:
        """The key that a dotted path stands for; None where the language has none.

        Names of tasks and strategies are not looked up.
        """
        branch: Branch | None = self.root
        for word in path.split("."):
            branch = branch.step(word) if branch is not None else None
        return None if branch is None else branch.key

    def key_of(self, pattern: str) -> Key:
        """The key with a pattern."""
        return next(key for key in self.keys if key.pattern == pattern)

    def default_of(self, pattern: str) -> float | None:
        """Median of the declared default of a number, None when there is none."""
        for key in self.keys:
            if key.pattern == pattern and key.param is not None and key.param.default is not None:
                return key.param.default.median
        return None


def language_of(params: Iterable[Param], strategies: Sequence[str]) -> Language:
    """The language of the declared numbers and of ``schema.structure``.

    Raises
    ------
    ValueError
        Two declarations claim one key.
    """
    keys: dict[str, Key] = {}
    root = Branch()
    for key in (*structure(), *(key for param in params for key in keys_of(param))):
        known = keys.setdefault(key.pattern, key)
        if known.param != key.param:
            raise ValueError(f"two declarations claim the key {key.pattern}")
        _plant(root, key)
    return Language(root=root, keys=tuple(keys.values()), strategies=tuple(strategies))


def _plant(root: Branch, key: Key) -> None:
    branch = root
    for word in key.pattern.removesuffix(".**").split("."):
        if word == "*":
            branch.star = branch.star or Branch()
            branch = branch.star
        else:
            branch = branch.names.setdefault(word, Branch())
    branch.key = branch.key or key
