"""Cost against quality: clouds of draws, the frontier, the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.registry import Told, chart
from tuneplan.report.words import points, usd
from tuneplan.study.frontier.analysis import FrontierStudy

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@chart(question="What does each strategy cost, and what does it deliver?", of=("frontier",))
def cost_quality(study: FrontierStudy, *, ax: Axes, looks: Looks) -> Told:
    """Clouds of draws, means on top, the frontier as a line."""
    options = study.options
    for index, name in enumerate(options.strategies):
        look = looks[name]
        ax.plot(options.cost[index], options.points[index], look.mark, color=look.colour, alpha=0.06, markersize=3, rasterized=True)
        ax.plot(options.cost[index].mean(), options.points[index].mean(), look.mark, color=look.colour, label=name)
    ax.set_xscale("log")
    ax.set_xlabel("cost over the horizon [USD]")
    ax.set_ylabel("delivered score [point]")
    ax.legend()
    said = "; ".join(f"{name}: {usd(options.cost[index].mean())}, {points(options.points[index].mean())} points" for index, name in enumerate(options.strategies))
    return Told(title="Cost against delivered score", alt=f"Mean cost and delivered score of each strategy: {said}.")
