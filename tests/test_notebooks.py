"""Notebooks as they are kept: what a reader on the web sees, without running anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tuneplan import calibrate, load

STARTUP = Path(__file__).parents[1] / "scenarios" / "startup.yaml"
FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = ("calibrate_from_pilots", "first_study", "how_much_budget", "sweep_and_map", "when_will_it_ship", "which_tasks_belong_together")
MOST_CELLS, MOST_BYTES, WIDEST = 15, 600_000, 110
PICTURE = "image/png"
WIDGET = "application/vnd.jupyter.widget-view+json"
ELSEWHERE = re.compile(r"(?<![\w.~])/(?:home|tmp|root|work|usr|opt|Users|mnt)/|[A-Z]:\\\\|localhost|ipykernel| at 0x[0-9a-f]|seed \d+, [\d.]+ s,")
"""What tells on which machine somebody worked, or when."""


@pytest.fixture(params=NAMES)
def notebook(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{request.param}.ipynb").read_text(encoding="utf-8"))
    return found


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def shown(notebook: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Kind and content of everything that cells gave out."""
    for cell in code(notebook):
        for output in cell["outputs"]:
            yield from ((kind, "".join(content)) for kind, content in output.get("data", {}).items())
            if output["output_type"] == "stream":
                yield output["name"], "".join(output["text"])


def conclusion(notebook: dict[str, Any]) -> str:
    return "".join(code(notebook)[-1]["outputs"][-1]["data"]["text/markdown"])


def test_these_are_all() -> None:
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.ipynb"))) == NAMES


def test_the_title_is_a_question_and_the_end_its_answer(notebook: dict[str, Any]) -> None:
    assert re.match(r"# [^\n]*\?", source(notebook["cells"][0]))
    assert notebook["cells"][-1]["cell_type"] == "code"
    assert re.match(r"## So, [^\n]*\?\n\n", conclusion(notebook))


def test_few_cells_and_few_bytes(notebook: dict[str, Any]) -> None:
    assert len(notebook["cells"]) <= MOST_CELLS
    assert len(json.dumps(notebook)) < MOST_BYTES
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_code_is_not_cut_on_a_page(notebook: dict[str, Any]) -> None:
    assert max(len(line) for cell in code(notebook) for line in source(cell).splitlines()) <= WIDEST


def test_every_cell_was_run_in_order_and_shows_something(notebook: dict[str, Any]) -> None:
    cells = code(notebook)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    silent = [source(cell).splitlines()[-1] for cell in cells if not cell["outputs"]]
    assert all(line.startswith("budgets = ") for line in silent)


def test_no_cell_failed_or_complained(notebook: dict[str, Any]) -> None:
    kinds = [output["output_type"] for cell in code(notebook) for output in cell["outputs"]]
    assert set(kinds) <= {"execute_result", "display_data", "stream"}
    assert "stderr" not in dict(shown(notebook))


def test_nothing_tells_on_which_machine_it_ran(notebook: dict[str, Any]) -> None:
    told = [text for kind, text in shown(notebook) if kind != PICTURE]
    told = [re.sub(r"data:image/png;base64,[\w+/=]+", "", text) for text in told]
    assert not [found.group() for text in (*told, *map(source, notebook["cells"])) for found in ELSEWHERE.finditer(text)]
    assert all(not cell["metadata"] for cell in notebook["cells"])


def test_it_reads_without_a_kernel(notebook: dict[str, Any]) -> None:
    kinds = {kind for kind, _ in shown(notebook)}
    assert PICTURE in kinds
    assert WIDGET not in kinds
    assert "widgets" not in notebook["metadata"]


def test_every_chart_that_is_asked_for_is_there(notebook: dict[str, Any]) -> None:
    for cell in code(notebook):
        if "plot(" in source(cell) or "subplots(" in source(cell):
            kinds = [kind for output in cell["outputs"] for kind in output.get("data", {})]
            assert PICTURE in kinds, source(cell)


def test_links_lead_somewhere(notebook: dict[str, Any]) -> None:
    texts = (*(source(cell) for cell in notebook["cells"]), conclusion(notebook))
    linked = {link for text in texts for link in re.findall(r"\]\(([^)]+)\)", text)}
    assert linked
    assert not [link for link in linked if not (FOLDER / link).is_file()]


SAID = {
    "first_study": (r"\*\*Choose (\w+)\*\*", r"Choose (\w+):"),
    "how_much_budget": (r"from \d+k USD on\s+\*\*(\w+)\*\*", r"<td>200k USD</td><td>(\w+)</td>"),
    "which_tasks_belong_together": (r"- \*\*(.+?)\*\*: one model", r"Best: (.+?) \("),
}
"""Notebook -> who is recommended: in the answer, and in what stands above it."""


@pytest.mark.parametrize("name", SAID)
def test_the_answer_names_whom_the_outputs_recommend(name: str) -> None:
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))
    answer, above = SAID[name]
    said, found = re.search(answer, conclusion(notebook)), re.search(above, " ".join(text for kind, text in shown(notebook) if kind == "text/html"))
    assert said is not None
    assert found is not None
    assert said.group(1) == found.group(1)


def test_the_saved_map_is_that_of_this_version() -> None:
    """One corner of the sweep for each side of the border."""
    notebook = json.loads((FOLDER / "sweep_and_map.ipynb").read_text(encoding="utf-8"))
    study = load(STARTUP)
    corners = {("0.05", "80%"): "unified", ("0.5", "99%"): "adapters"}
    for (strength, router), name in corners.items():
        changed = study.set({"law.interference_strength": strength, "router.accuracy": router})
        assert changed.run(256, seed=7).recommended == name
        assert f"**{name}**" in conclusion(notebook)


def test_what_the_pilots_taught_is_that_of_this_version() -> None:
    notebook = json.loads((FOLDER / "calibrate_from_pilots.ipynb").read_text(encoding="utf-8"))
    study = load(STARTUP)
    before, after = study, study.include(calibrate(STARTUP.with_name("pilots.csv"), scenario=study, draws=256, seed=7))
    results = [each.run(256, seed=7) for each in (before, after)]
    assert f"The verdict stays {results[1].recommended}" in conclusion(notebook)
    assert results[1].recommended == results[0].recommended


def test_far_tasks_do_not_belong_together_where_no_router_errs() -> None:
    """What one model gains by sparing a router is not put down to its tasks."""
    notebook = json.loads((FOLDER / "which_tasks_belong_together.ipynb").read_text(encoding="utf-8"))
    study = load(STARTUP)
    far = study.set({f"similarity.{one}/{other}": "far" for one, other in combinations(study.tasks, 2)} | {"unseen.share": "0%"})
    routed, asked = (each.groupings(draws=256, seed=7).record for each in (far.set("router.accuracy", "100%"), far))
    assert (asked.best, routed.best) == (asked.unified, routed.specialists)
    assert f"there **{routed.best}** is best. Far tasks do not belong together: one model merely needs no router." in " ".join(conclusion(notebook).split())


def test_the_check_that_pays_is_the_one_that_voi_names() -> None:
    notebook = json.loads((FOLDER / "first_study.ipynb").read_text(encoding="utf-8"))
    found = json.loads(load(STARTUP).run(16384, seed=7).voi().to_json())["said"]["answer"]
    named = re.match(r"Do (\w+) first", found)
    assert named is not None
    assert f"**Do the check *{named.group(1)}* first**" in conclusion(notebook)


def test_no_box_is_drawn_around_a_border_that_is_none() -> None:
    """Every point that the answer names as one of adapters stands so in the table, and the one before it does not."""
    notebook = json.loads((FOLDER / "sweep_and_map.ipynb").read_text(encoding="utf-8"))
    table = next(text for kind, text in shown(notebook) if kind == "text/html" and "<table" in text and "adapters" in text and "router.accuracy" in text)
    cells = {strength: re.findall(r">(unified|adapters) \d+%<", row) for strength, row in re.findall(r"row_heading[^>]*>([\d.]+)<(.*?)</tr>", table, re.DOTALL)}
    named = re.findall(r"(\d+)%\s+where it is (\d+\.\d+)", conclusion(notebook))
    assert sorted(strength for _, strength in named) == sorted(strength for strength, row in cells.items() if "adapters" in row)
    routers = re.findall(r"col_heading level0[^>]*>(\d+)%<", table)
    for router, strength in named:
        assert routers[cells[strength].index("adapters")] == router


def test_figures_in_the_answer_are_computed(notebook: dict[str, Any]) -> None:
    """Numbers with decimals and shares stand in braces, so that none can go stale; prose holds none."""
    written = re.sub(r"\{[^{}]*\}", "", source(code(notebook)[-1]).partition('Markdown(f"""')[2])
    assert not re.findall(r"\d\.\d+|\d ?% of draws|[+-]\d", written)
    assert not [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown" and re.search(r"[+-]?\d+\.\d+ points", source(cell))]


def test_the_panel_stands_as_a_page_and_as_a_picture() -> None:
    notebook = json.loads((FOLDER / "how_much_budget.ipynb").read_text(encoding="utf-8"))
    cells = code(notebook)
    place = next(index for index, cell in enumerate(cells) if "study.panel(" in source(cell))
    page = "".join(cells[place]["outputs"][-1]["data"]["text/html"])
    assert "set to 20k USD" in page
    assert "as in the file: $3 to $6 per example" in page
    assert "the budget of $20.0k only data, training, evaluation and people" in page
    assert PICTURE in cells[place + 1]["outputs"][-1]["data"]
