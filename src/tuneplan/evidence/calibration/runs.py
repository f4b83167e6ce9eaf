"""From rows to runs: what was trained on how much, in words of the scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuneplan.core.strategies import STRATEGIES, Grouping
from tuneplan.evidence.calibration.columns import EXAMPLES_OF
from tuneplan.evidence.calibration.pilots import TOGETHER, Complaining, Row
from tuneplan.scenario import catalogue
from tuneplan.scenario.lowering.specs import grouping_of
from tuneplan.scenario.reading.complaints import advice, shown
from tuneplan.scenario.records import UNSEEN, Scenario
from tuneplan.scenario.schema import METHODS

MOST_NAMED = 3
"""Tasks that the name of a pilot lists; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What one pilot trained.

    Attributes
    ----------
    like
        Strategy of the scenario whose words hold; empty: none.
    kind
        Kind of grouping that it is; empty: as ``like`` has it.
    examples
        Of every task that it was trained on, in the scenario's order.
    epochs
        None: as the scenario has it.
    method, base
        Words; empty: as the scenario has them.
    """

    like: str
    kind: str
    examples: tuple[tuple[str, float], ...]
    epochs: float | None = None
    method: str = ""
    base: str = ""

    @property
    def tasks(self) -> tuple[str, ...]:
        """What it was trained on."""
        return tuple(task for task, count in self.examples if count > 0.0)

    def said(self, task: str) -> str:
        """In words, for reports: what with what, on how many examples.

        >>> Trained(like="", kind="unified", examples=(("a", 500.0), ("b", 250.0))).said("a")
        'a 500 with b 250'
        """
        own = dict(self.examples).get(task, 0.0)
        others = [(name, count) for name, count in self.examples if name != task and count > 0.0]
        how = "".join(f", {word}" for word in (self.method, self.base) if word)
        if not own and not others:  # of a strategy that would have trained it, nothing but its base is left
            return f"{task}: base{f', {self.base}' if self.base else ''}" if self.examples else f"{task}, {self.like or 'untrained'}{how}"
        named = [f"{name} {count:g}" if count != own else name for name, count in others]
        beside = f" with {', '.join(named) if len(named) <= MOST_NAMED else f'{len(named)} others'}" if named else " alone"
        return f"{task} {own:g}{beside}{how}"


def trained_of(rows: Sequence[Row], scenario: Scenario, complaints: Complaining) -> list[tuple[Row, Trained]]:
    """What each row trained; complaints about rows that do not say."""
    found = []
    for row in rows:
        which = _strategy(row, scenario, complaints)
        method, base = row.words.get("method", ""), _base(row, scenario, complaints)
        if method and method not in METHODS:
            complaints.add(f"{shown(method)} is no way of training{advice(method, METHODS)}", line=row.line, column=row.place("method"), name="method")
        if which is None or base is None or not row.sound:
            continue
        like, kind, members = which
        examples = _examples(row, members, rows, scenario, complaints)
        if examples is not None:
            found.append((row, Trained(like=like, kind=kind, examples=examples, epochs=row.numbers.get("epochs"), method=method, base=base)))
    return found


def _base(row: Row, scenario: Scenario, complaints: Complaining) -> str | None:
    """Name of another base model, where one is given."""
    for column in ("base_model", "base"):
        name = row.words.get(column, "")
        names = catalogue.names("models", scenario.rows)
        if name and name not in names:
            remedy = advice(name, names) if column == "base_model" else f"{advice(name, names)}; or the score of the base, as a number"
            complaints.add(f"{shown(name)} is no model of the catalogue{remedy}", line=row.line, column=row.place(column), name=column)
            return None
        if name:
            return "" if name == scenario.word("base", "") else name
    return ""


def _strategy(row: Row, scenario: Scenario, complaints: Complaining) -> tuple[str, str, tuple[str, ...]] | None:
    """The strategy whose words hold, the kind of grouping, and the tasks that were trained into the model of the row's task."""
    name, together = row.words.get("strategy", ""), row.words.get("trained_together", "")
    if name and together:
        complaints.add("strategy and trained_together are both given; leave one of them empty", line=row.line, column=row.place("trained_together"))
        return None
    if together:
        return _of_tasks(row, together, scenario, complaints)
    if not name:
        if row.numbers.get("examples", 0.0) > 0.0:
            complaints.add(f"says {row.numbers['examples']:g} examples, but not what was trained: strategy, or trained_together", line=row.line, column=1)
            return None
        return "", "unified", ()
    if name not in (*scenario.strategies, *STRATEGIES.entries):
        known = tuple(dict.fromkeys((*scenario.strategies, *STRATEGIES.entries)))
        complaints.add(f"{shown(name)} is no strategy{advice(name, known)}", line=row.line, column=row.place("strategy"), name="strategy")
        return None
    own = name in scenario.strategies
    grouping = grouping_of(scenario, name) if own else STRATEGIES[name].function(len(scenario.tasks))
    return name if own else "", "" if own else name, members_of(grouping, row.task, scenario)


def members_of(grouping: Grouping, task: str, scenario: Scenario) -> tuple[str, ...]:
    """Tasks whose examples reach the model that answers a task, in any stage, merged or not."""
    if not grouping.stages or task not in (*scenario.tasks, UNSEEN):
        return ()
    if grouping.merged or task == UNSEEN:
        return scenario.tasks
    place = scenario.tasks.index(task)
    return tuple(other for number, other in enumerate(scenario.tasks) if any(stage[number] == stage[place] for stage in grouping.stages))


def _of_tasks(row: Row, together: str, scenario: Scenario, complaints: Complaining) -> tuple[str, str, tuple[str, ...]] | None:
    """The same for tasks that are named."""
    names = _split(together)
    before = len(complaints.problems)
    if "" in names:
        complaints.add(f"{shown(together)} has a {TOGETHER} with no task beside it", line=row.line, column=row.place("trained_together"), name="trained_together")
        return None
    for name in dict.fromkeys(names):
        if name not in scenario.tasks:
            complaints.add(
                f"{shown(name)} is no task of the scenario{advice(name, scenario.tasks)}", line=row.line, column=row.place("trained_together"),
                name="trained_together",
            )  # fmt: skip
    if len(set(names)) < len(names) and len(complaints.problems) == before:
        complaints.add(f"{shown(together)} names a task twice", line=row.line, column=row.place("trained_together"), name="trained_together")
    if len(complaints.problems) > before:
        return None
    members = tuple(task for task in scenario.tasks if task in names)
    return like_of(members, scenario), "unified", members


def _split(together: str) -> list[str]:
    """Tasks that were trained together."""
    return [name.strip() for name in together.split(TOGETHER)]


def like_of(members: tuple[str, ...], scenario: Scenario) -> str:
    """The first strategy of the scenario that trains just these tasks together, in one stage: its words hold."""
    for name in scenario.strategies:
        grouping = grouping_of(scenario, name)
        if len(grouping.stages) == 1 and not grouping.merged and members_of(grouping, members[0], scenario) == members:
            return name
    return ""


def _examples(
    row: Row, members: Sequence[str], rows: Sequence[Row], scenario: Scenario, complaints: Complaining
) -> tuple[tuple[str, float], ...] | None:
    """Examples of every task that was trained into the model, or None after a complaint."""
    own = row.numbers.get("examples")
    if members and own is None and row.task in members:
        complaints.add(f"says not on how many examples of {row.task} it was trained", line=row.line, column=row.place("examples"), name="examples")
        return None
    _warn_of_unused(row, members, complaints)
    found: dict[str, float] = {row.task: own} if own is not None and row.task in members else {}
    for task in members:
        if task == row.task:
            continue
        count = row.examples.get(task, row.numbers.get("others_examples"))
        count = _beside(task, row, rows, complaints) if count is None else count
        if count is None:
            message = (
                f"says not on how many examples of {task} it was trained beside; write a column examples_{task} or others_examples, "
                f"or a row of the same run for {task}"
            )
            complaints.add(message, line=row.line, column=row.place("examples"), name="examples")
            return None
        found[task] = count
    if not members and own:
        complaints.add(f"says {own:g} examples, but nothing is trained there", line=row.line, column=row.place("examples"), name="examples")
        return None
    return tuple((task, found[task]) for task in scenario.tasks if task in found)


def _warn_of_unused(row: Row, members: Sequence[str], complaints: Complaining) -> None:
    """Amounts that a row gives and nothing was trained on."""
    def told(message: str, column: str) -> None:
        complaints.warn(f"{message}, and is not used", line=row.line, column=row.place(column), name=column)

    own = row.numbers.get("examples")
    if own and members and row.task not in members:
        told(f"{own:g} is an amount of {row.task}, which is not trained there (examples of others: {EXAMPLES_OF}TASK)", "examples")
    for task, count in row.examples.items():
        if task == row.task and count != own:
            told(f"{count:g} is not what examples says of {task}", f"{EXAMPLES_OF}{task}")
        elif count and task not in members:
            told(f"{count:g} is an amount of {task}, which is not trained there", f"{EXAMPLES_OF}{task}")
    if row.numbers.get("others_examples") and not set(members) - {row.task}:
        told("nothing is trained beside it there", "others_examples")


def _beside(task: str, row: Row, rows: Sequence[Row], complaints: Complaining) -> float | None:
    """Examples of another task of the same run, from its own row: the one of equal size, else the only one there is."""
    same = {other.numbers["examples"]: other.line for other in reversed(list(_same_run(task, row, rows)))}
    if row.numbers.get("examples") in same:
        return row.numbers["examples"]
    if len(same) != 1:
        return None
    [(count, line)] = same.items()
    if not row.words.get("run"):
        message = (
            f"says not how many examples of {task} were trained beside; {count:g} was taken, from line {line}. Where that was another run, write "
            f"{EXAMPLES_OF}{task} or others_examples; where it was this one, name it in a column run"
        )
        complaints.warn(message, line=row.line, column=row.place("examples"), name="examples")
    return count


def _same_run(task: str, row: Row, rows: Sequence[Row]) -> Iterator[Row]:
    """Rows of another task that may be of the same run: where runs are named, their names decide."""
    mine = _run_of(row)
    return (other for other in rows if other.task == task and "examples" in other.numbers and _run_of(other) == mine)


def _run_of(row: Row) -> tuple[object, ...]:
    """What rows of one run agree in: its name, else what was trained how, the tasks in any order."""
    if row.words.get("run"):
        return (row.words["run"],)
    return (frozenset(_split(row.words.get("trained_together", ""))), *(row.words.get(name, "") for name in ("strategy", "method", "base_model", "run")))
