"""Adding things in one place: a toy of each kind, declared once, shows up everywhere."""

from __future__ import annotations

import csv
import importlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tuneplan import ScenarioError, load, loads
from tuneplan.cli.main import main
from tuneplan.core import capability, declared_params, transfer
from tuneplan.core.costs import COSTS
from tuneplan.core.distributions import point
from tuneplan.core.registry import Param
from tuneplan.core.strategies import STRATEGIES, Grouping
from tuneplan.report.explanation import as_text
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import tables
from tuneplan.study.explanation import explain, keys
from tuneplan.study.explanation.node import walk

ROOT = Path(__file__).parents[1]
STARTUP = ROOT / "scenarios" / "startup.yaml"
TEXT = STARTUP.read_text()
DRAWS = 64


@pytest.fixture
def storage() -> Iterator[None]:
    """A cost line with a number of its own."""

    @COSTS.add(
        Param(name="storage_price", key="storage.price", unit="USD/month", high=100.0, default=point(2.0),
              source="assumed: a toy", as_of="2026-11", doc="Price of keeping one model's weights."),
        component="serving", due="monthly",
    )  # fmt: skip
    def storage(storage_price, models_served, horizon_months, task_share):  # type: ignore[no-untyped-def]
        """Keeping the weights of every model. [USD]"""
        return storage_price * models_served * horizon_months * task_share

    yield
    COSTS.remove("storage")


@pytest.fixture
def halves() -> Iterator[None]:
    """A strategy that splits the tasks in two."""

    @STRATEGIES.add()
    def halves(tasks: int) -> Grouping:
        """The first half of the tasks in one model, the rest in another."""
        each = tuple(int(task >= tasks // 2) for task in range(tasks))
        return Grouping(stages=(each,), served=each, deployments=each)

    yield
    STRATEGIES.remove("halves")


@pytest.fixture
def miserly() -> Iterator[None]:
    """A transfer law with a number of its own."""

    @transfer.TRANSFER_FORMS.add(
        Param(name="miserliness", key="law.miserliness", unit="share", high=1.0, default=point(0.5),
              source="assumed: a toy", as_of="2026-11", doc="Share of borrowed examples that count."),
    )  # fmt: skip
    def miserly(amount, dissimilarity, miserliness):  # type: ignore[no-untyped-def]
        """A fixed share of what is not the task's own."""
        return amount * (1.0 - miserliness * (dissimilarity > 0.0))

    yield
    transfer.TRANSFER_FORMS.remove("miserly")


@pytest.fixture
def capped() -> Iterator[None]:
    """An interference law."""

    @capability.INTERFERENCE_FORMS.add()
    def harmless(open_gap, interference):  # type: ignore[no-untyped-def]
        """Tasks never get in each other's way."""
        return open_gap + 0.0 * interference

    yield
    capability.INTERFERENCE_FORMS.remove("harmless")


@pytest.fixture
def new_card(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A card and its rent, as if a row had been typed into each of two tables."""
    read = tables.rows_of
    rows = {
        "gpus.csv": "z900,other,200,9000,3000,6000,a toy,2027,A",
        "gpu_prices.csv": "z900,lambda,on-demand,9.5,,,a toy,2027,A",
    }

    def with_new_rows(file: str, kind: type) -> tuple[object, ...]:
        if file not in rows:
            return read(file, kind)
        names = list(kind.__dataclass_fields__)
        head = (tables.HERE / file).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert set(head) == set(names)
        typed = csv.DictReader(io.StringIO(rows[file]), fieldnames=head)
        made = [kind(**{name: tables.CONVERT[str(kind.__dataclass_fields__[name].type)](row[name]) for name in head}) for row in typed]
        return (*read(file, kind), *made)

    monkeypatch.setattr(tables, "rows_of", with_new_rows)
    tables.forget()
    yield
    tables.forget()


def serving(result: object) -> dict[str, float]:
    return {row.name: row.components["serving"].mean for row in result.verdict.results}  # type: ignore[attr-defined]


@pytest.mark.usefixtures("storage")
def test_a_cost_line_enters_totals_tables_and_json() -> None:
    silent, dear = load(STARTUP).run(draws=DRAWS), load(STARTUP).set("storage.price", "100 USD/month").run(draws=DRAWS)
    rise = {name: cost - serving(silent)[name] for name, cost in serving(dear).items()}
    assert rise == pytest.approx({"unified": 98 * 12, "specialists": 98 * 36, "adapters": 98 * 36, "prompted": 98 * 12})
    assert (dear.cost - silent.cost).mean(axis=1).tolist() == pytest.approx(list(rise.values()))
    content = json.loads(dear.to_json())
    numbers = {each["path"]: each for each in content["numbers"]}
    assert numbers["storage.price"]["origin"] == "--set"
    assert "100" in numbers["storage.price"]["value"]
    assert "storage" in content["comparison"]["in_usd"]
    assert "serving: storage" in repr(load(STARTUP).set("storage.price", "100 USD/month").set("tasks.email.data.existing", "2k").run(draws=DRAWS))


@pytest.mark.usefixtures("storage")
def test_the_number_of_a_cost_line_is_declared_once() -> None:
    (default,) = [each for each in json.loads(load(STARTUP).run(draws=DRAWS).to_json())["numbers"] if each["path"] == "storage.price"]
    assert (default["origin"], default["source"], default["grade"]) == ("default", "assumed: a toy (2026-11)", "A")
    assert loads(f"{TEXT}\nstorage: {{price: 1 to 4 USD/month}}\n").run(draws=DRAWS).recommended is not None
    for text, message in (
        ("500 USD/month", r"storage.price: \$500/month is not allowed: between \$0 and \$100/month"),
        ("3 USD/hour", "storage.price: .*month"),
        ("3 GB", "storage.price: .*GB"),
    ):
        with pytest.raises(ScenarioError, match=message):
            load(STARTUP).set("storage.price", text)
    with pytest.raises(ScenarioError, match=r'storage.prise: unknown key; did you mean "price"\?'):
        load(STARTUP).set("storage.prise", "3 USD/month")


@pytest.mark.usefixtures("storage")
def test_a_cost_line_is_explained() -> None:
    """By its signature and its docstring: no further edit."""
    verdict = load(STARTUP).run(draws=DRAWS).verdict
    line = explain(verdict, "specialists.cost.storage")
    assert line.text == "Keeping the weights of every model."
    assert {child.label for child in line.children} == {"storage.price", "models served", "horizon"}
    assert "storage: $72.0. Keeping the weights of every model." in as_text(line_above := explain(verdict, "specialists.cost.serving"))
    assert "specialists.cost.storage" in {child.key for child in line_above.children}
    assert "specialists.cost.storage" in {child.key for child in explain(verdict, "storage.price").children}


@pytest.mark.usefixtures("miserly")
def test_a_law_is_explained() -> None:
    """By what it asks for while it runs."""
    verdict = load(STARTUP).set("law.transfer_form", "miserly").run(draws=DRAWS).verdict
    assert "law.miserliness" in {node.key for node in walk(explain(verdict, "unified.score.email"))}
    assert "unified.score.email" in {child.key for child in explain(verdict, "law.miserliness").children}
    assert "law.miserliness" not in keys(load(STARTUP).run(draws=DRAWS).verdict)


@pytest.mark.usefixtures("halves")
def test_a_strategy_is_usable_by_its_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "with_halves.yaml"
    path.write_text(TEXT.replace("  adapters: {}", "  adapters: {}\n  halves: {}\n  mine: {kind: halves, examples: 3k}"))
    assert main([str(path), "--draws", str(DRAWS)]) == 0
    assert {"halves", "mine"} <= set(capsys.readouterr().out.split())
    result = load(path).run(draws=DRAWS)
    halves = result.verdict.run.lowered.inputs.structure.model_of_task[3].tolist()
    assert (halves[0] != halves[1], halves[1] == halves[2]) == (True, True)
    with pytest.raises(ScenarioError, match='did you mean "halves"'):
        loads(path.read_text().replace("kind: halves", "kind: halvs"))


@pytest.mark.usefixtures("miserly")
def test_a_law_is_chosen_by_its_name_and_brings_its_numbers() -> None:
    study = load(STARTUP)
    linear, less = study.run(draws=DRAWS), study.set("law.transfer_form", "miserly").run(draws=DRAWS)
    assert less.score[0].mean() < linear.score[0].mean()
    none = study.set("law.transfer_form", "miserly").set("law.miserliness", "0%").run(draws=DRAWS)
    assert (none.score == linear.score).all()
    assert "law.miserliness" in {each["path"] for each in json.loads(less.to_json())["numbers"]}
    with pytest.raises(ScenarioError, match='"misery" is not allowed; did you mean "miserly"'):
        study.set("law.transfer_form", "misery")


@pytest.mark.usefixtures("capped")
def test_a_law_of_interference_is_chosen_by_its_name() -> None:
    study = load(STARTUP)
    bounded, free = study.run(draws=DRAWS), study.set("law.interference_form", "harmless").run(draws=DRAWS)
    assert free.score[0].mean() > bounded.score[0].mean()
    assert free.recommended is not None


@pytest.mark.usefixtures("new_card")
@pytest.mark.parametrize("provider", ["provider: lambda, ", ""], ids=["with provider", "without provider"])
def test_a_card_is_a_row_in_two_tables(provider: str) -> None:
    """Without a provider the middle of the providers' rents stands in; here there is one."""
    assert "provider: lambda, " in TEXT
    study = loads(TEXT.replace("provider: lambda, ", provider)).set("gpu.kind", "z900")
    assert study.asked.settings["gpu.kind"] == "z900"
    result = study.run(draws=DRAWS)
    hours, months = 730, result.verdict.run.lowered.inputs["served_months"][0, list(result.labels["strategy"]).index("specialists")]
    assert serving(result)["specialists"] == pytest.approx(hours * 9.5 * months.sum(axis=0).mean())
    assert catalogue.gpu_price("z900").distribution.median == 9.5
    with pytest.raises(ScenarioError, match='did you mean "z900"'):
        study.set("gpu.kind", "z90")


def readme_edits() -> dict[str, tuple[str, str]]:
    """The edits that the README shows: what is added -> module, code."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = readme.split("Each addition is one edit", 1)[1].split("```python\n", 1)[1].split("```", 1)[0]
    parts = re.split(r"^# an? ([\w ]+): src/([\w/]+)\.py.*\n", code, flags=re.M)[1:]
    return {what: (path.replace("/", "."), text) for what, path, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)}


@pytest.fixture
def edit(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """One of the README's edits, run with the names of the module that it is said to belong to, and undone."""
    for registry in (COSTS, STRATEGIES, transfer.TRANSFER_FORMS):
        monkeypatch.setattr(registry, "entries", dict(registry.entries))
    module, code = readme_edits()[request.param]
    names = dict(vars(importlib.import_module(module)))
    exec(compile(code, f"README.md: {request.param}", "exec"), names)


@pytest.mark.parametrize("edit", ["cost line"], indirect=True)
@pytest.mark.usefixtures("edit")
def test_the_cost_line_of_the_readme_works() -> None:
    """Its key is read, its number printed, and every total pays for it."""
    cheap, dear = (load(STARTUP).set("storage.price", f"{price} USD/GB/month").run(draws=DRAWS) for price in (0, 1))
    rise = {name: cost - serving(cheap)[name] for name, cost in serving(dear).items()}
    gigabytes = 2 * catalogue.models()["llama-3.1-8b-instruct"].params / 1e9
    assert rise["unified"] == pytest.approx(12 * gigabytes, rel=0.01)
    assert rise["specialists"] == pytest.approx(3 * rise["unified"])
    assert (dear.cost - cheap.cost).mean(axis=1).tolist() == pytest.approx(list(rise.values()))
    assert "storage.price" in {each["path"] for each in json.loads(load(STARTUP).run(draws=DRAWS).to_json())["numbers"]}
    with pytest.raises(ScenarioError, match=r"storage\.price: .* is not allowed"):
        load(STARTUP).set("storage.price", "2 USD/GB/month")


@pytest.mark.parametrize("edit", ["strategy"], indirect=True)
@pytest.mark.usefixtures("edit")
def test_the_strategy_of_the_readme_works() -> None:
    result = loads(TEXT.replace("  adapters: {}", "  first_alone: {}")).run(draws=DRAWS)
    assert "first_alone" in result.labels["strategy"]
    groups = result.verdict.run.lowered.inputs.structure.model_of_task[2].tolist()
    assert (groups[0] != groups[1], groups[1] == groups[2]) == (True, True)


@pytest.mark.parametrize("edit", ["law"], indirect=True)
@pytest.mark.usefixtures("edit")
def test_the_law_of_the_readme_works() -> None:
    """Every example counts half, so every trained strategy learns less."""
    linear, halved = load(STARTUP).run(draws=DRAWS), load(STARTUP).set("law.transfer_form", "halved").run(draws=DRAWS)
    assert (halved.score[:3, :-1].mean(axis=-1) < linear.score[:3, :-1].mean(axis=-1)).all()
    assert np.array_equal(halved.score[3], linear.score[3])


def test_the_readme_shows_three_edits() -> None:
    assert list(readme_edits()) == ["cost line", "strategy", "law"]


def test_all_is_put_back() -> None:
    assert "storage" not in COSTS
    assert not {"halves", "first_alone"} & {*STRATEGIES.entries}
    assert not {"miserly", "harmless", "halved"} & {*transfer.TRANSFER_FORMS.entries, *capability.INTERFERENCE_FORMS.entries}
    assert not {"storage_price", "miserliness"} & {param.name for param in declared_params()}
    assert "z900" not in tables.gpus()
    for change in (("storage.price", "1 USD/month"), ("law.transfer_form", "miserly"), ("gpu.kind", "z900")):
        with pytest.raises(ScenarioError, match=r"unknown key|is not allowed"):
            load(STARTUP).set(*change)


def test_two_members_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="strategy 'unified' is declared twice"):
        STRATEGIES.add(name="unified")(lambda tasks: Grouping(stages=(), served=(0,) * tasks, deployments=(0,) * tasks))
