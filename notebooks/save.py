"""Run the notebooks and save their outputs as they are kept: no widgets that nothing answers, no times, no ids of a run.

    python notebooks/save.py [NOTEBOOK ...]
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
STYLER = re.compile(r"T_[0-9a-f]{5}(?![0-9a-f])")
"""Ids that pandas draws by lot."""
ADDRESS, SECONDS = re.compile(r" at 0x[0-9a-f]+"), re.compile(r"(draws, seed \d+), [\d.]+ s(?=,)")
WIDGET = "application/vnd.jupyter.widget-view+json"


def save(path: Path) -> None:
    """Execute one notebook in its folder, and write it back."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", store_widget_state=False, resources={"metadata": {"path": str(path.parent)}}).execute()
    tidy(notebook)
    nbformat.write(notebook, path)


def tidy(notebook: nbformat.NotebookNode) -> None:
    """What another run would write otherwise, or what is dead without a kernel."""
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
    }
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number + 1}"
        cell.metadata = {}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            output.get("metadata", {}).clear()
            for kind, text in output.get("data", {}).items():
                if kind.startswith("text/"):
                    text = SECONDS.sub(r"\1", ADDRESS.sub("", text))
                    output.data[kind] = STYLER.sub(f"T_{number}", text)


if __name__ == "__main__":
    for each in sys.argv[1:] or sorted(HERE.glob("*.ipynb")):
        save(Path(each))
