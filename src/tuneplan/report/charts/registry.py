"""Where charts are declared: one decorated function each, by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from tuneplan.errors import TuneplanError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tuneplan.evidence.findings import Findings
    from tuneplan.report.charts.looks import Looks

HEIGHT = 4.0
"""Height of a chart that says nothing else. [inch]"""


class NothingToDraw(TuneplanError):
    """A chart that has nothing to show of a study; its text says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a chart says beside what it draws.

    Attributes
    ----------
    title
        What it shows, as a sentence with the figures that matter: a title is an answer, not a topic.
    alt
        The same for who can't see it: what is drawn, who is where, in numbers.
    note
        How it was made or is to be read, where that is no matter of course; stands in the caption.
    """

    title: str
    alt: str
    note: str = ""


class Draw(Protocol):
    """Draws records into axes."""

    def __call__(self, *records: Any, ax: Axes, looks: Looks) -> Told:
        """Draw, and say what is to be seen.

        Raises
        ------
        NothingToDraw
            There is nothing to show.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart.

    Attributes
    ----------
    name
        In words joined by hyphens, as ``--chart`` takes it.
    question
        What it answers.
    of
        Names of the records that it draws, as in ``evidence.findings.Findings``.
    draw
        What draws them.
    height
        Of the figure, from the records. [inch]
    unasked
        Why it is left out of a study unless it is asked for by name, as the end of a sentence: its records would take
        too long. Empty: it is not left out.
    """

    name: str
    question: str
    of: tuple[str, ...]
    draw: Draw
    height: Callable[..., float]
    unasked: Callable[[Findings], str] = lambda findings: ""


CHARTS: dict[str, Chart] = {}
"""Name -> chart; filled by the modules that declare them."""


def chart(
    *, question: str, of: tuple[str, ...], height: Callable[..., float] = lambda *records: HEIGHT, unasked: Callable[[Findings], str] = lambda findings: ""
) -> Callable[[Any], Any]:  # fmt: skip
    """Declare a function as the chart of its name.

    Raises
    ------
    ValueError
        The name is taken.
    """

    def register(function: Any) -> Any:
        name = function.__name__.replace("_", "-")
        if name in CHARTS:
            raise ValueError(f"chart {name!r} is declared twice")
        CHARTS[name] = Chart(name=name, question=question, of=of, draw=function, height=height, unasked=unasked)
        return function

    return register


def there(records: Iterable[Any]) -> list[Any]:
    """Records that a chart needs; an analysis that found nothing to take apart is None.

    Raises
    ------
    NothingToDraw
        One of them is missing.
    """
    found = list(records)
    if any(record is None for record in found):
        raise NothingToDraw("there is nothing to compare")
    return found
