"""A result kept in a file and opened again: equal to the last bit, whoever wrote what into the file."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import shutil
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tuneplan
from tuneplan import Result, Study, UsageError, calibrate, load
from tuneplan.api.storage import MANIFEST, arrays_of
from tuneplan.study.run import run

HERE = Path(__file__).parents[2] / "scenarios"
Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def kept(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return result.save(tmp_path_factory.mktemp("kept") / "startup.npz")


def damaged(kept: Path, to: Path, change: Change) -> Path:
    """The file with its parts changed."""
    with zipfile.ZipFile(kept) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return to


def said(change: Callable[[dict[str, Any]], None]) -> Change:
    """A change of what the manifest says."""

    def apply(parts: dict[str, bytes]) -> None:
        content = json.loads(parts[MANIFEST])
        change(content)
        parts[MANIFEST] = json.dumps(content).encode()

    return apply


def opened(path: Path) -> Result:
    """Opened without a word."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return tuneplan.open(path)


def test_what_is_opened_is_what_was_saved_to_the_last_bit(result: Result, kept: Path) -> None:
    again = opened(kept)
    mine, others = (dict(arrays_of(each.findings.run)) for each in (again, result))
    assert mine.keys() == others.keys()
    assert all(mine[name].tobytes() == others[name].tobytes() for name in mine)
    assert repr(again) == repr(result)
    assert again.to_json() == result.to_json()
    assert again.to_frame().equals(result.to_frame())
    assert again.study.changes == result.study.changes
    assert repr(again.voi()) == repr(result.voi())


def test_equal_results_make_equal_files(result: Result, kept: Path, tmp_path: Path) -> None:
    again = opened(kept)
    assert again.save(tmp_path / "again.npz").read_bytes() == kept.read_bytes()


def test_none_of_the_files_is_needed_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "there"
    (folder / "team").mkdir(parents=True)
    text = (HERE / "startup.yaml").read_text()
    (folder / "team" / "prices.yaml").write_text("catalogue: {gpu_prices: rents.csv}\n")
    (folder / "team" / "rents.csv").write_text("gpu,provider,usd_per_hour,low,high,source,as_of\nh100-sxm,acme,2.5,2.0,3.0,a quote,2026-11\n")
    (folder / "learned.yaml").write_text(calibrate(HERE / "pilots.csv", scenario=HERE / "startup.yaml", draws=64).to_yaml())
    (folder / "main.yaml").write_text(f"include: [team/prices.yaml, learned.yaml]\n{text}".replace("provider: lambda", "provider: acme"))
    result = load(folder / "main.yaml", scenario="squeeze").set("horizon", "6 months").run(draws=64)
    kept = result.save(tmp_path / "kept.npz")
    shutil.rmtree(folder)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = opened(kept)
    assert again.study.asked == result.study.asked
    assert (again.cost == result.cost).all()
    assert again.study.asked.calibration is not None
    assert again.study.asked.rows == result.study.asked.rows
    assert again.study.scenario("default").set("horizon", "12 months").asked.quantities["horizon"].text == "12 months"


def test_a_study_of_text_is_kept_too(tmp_path: Path) -> None:
    result = tuneplan.loads((HERE / "startup.yaml").read_text()).set("budget.limit", "30k USD").run(draws=8)
    again = opened(result.save(tmp_path / "text.npz"))
    assert (again.study.changes, again.cost.tolist()) == (("budget.limit=30k USD",), result.cost.tolist())


def test_arrays_are_read_by_numpy_alone_without_pickle(result: Result, kept: Path) -> None:
    with np.load(kept, allow_pickle=False) as arrays:
        assert (100.0 * arrays["score"][0] == result.score).all()


def test_another_version_is_told_and_its_draws_are_kept(result: Result, kept: Path, tmp_path: Path) -> None:
    def by_another(parts: dict[str, bytes]) -> None:
        """Scores as another version would have made them."""
        head, score = parts["score.npy"][:128], np.frombuffer(parts["score.npy"], dtype="<f8", offset=128) * 1.001
        parts["score.npy"] = head + score.tobytes()
        said(lambda content: content["arrays"].update(score=hashlib.sha256(parts["score.npy"]).hexdigest()))(parts)
        said(lambda content: content["made_with"].update(tuneplan="0.0.9"))(parts)

    path = damaged(kept, tmp_path / "other.npz", by_another)
    with pytest.warns(UserWarning, match=r"saved by tuneplan 0\.0\.9, opened by"), pytest.warns(UserWarning, match=r"1 of .* come out otherwise here \(by up to 0\.001 of their size.*the saved draws are kept"):
        again = tuneplan.open(path)
    assert again.score == pytest.approx(1.001 * result.score)
    assert again.verdict.results[0].scores["qa"].mean == pytest.approx(1.001 * result.verdict.results[0].scores["qa"].mean)
    assert (again.cost == result.cost).all()


def test_another_version_with_equal_draws_is_told_too(kept: Path, tmp_path: Path) -> None:
    path = damaged(kept, tmp_path / "older.npz", said(lambda content: content["made_with"].update(tuneplan="0.0.9")))
    with pytest.warns(UserWarning, match=r"saved by tuneplan 0\.0\.9") as caught:
        tuneplan.open(path)
    assert len(caught) == 1


class Explosive:
    """What runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (pytest.fail, ("something was unpickled",))


def pickled(parts: dict[str, bytes]) -> None:
    made = io.BytesIO()
    np.save(made, np.array([Explosive()], dtype=object), allow_pickle=True)
    parts["score.npy"] = made.getvalue()
    said(lambda content: content["arrays"].update(score=hashlib.sha256(made.getvalue()).hexdigest()))(parts)


def claims_much(parts: dict[str, bytes]) -> None:
    made = io.BytesIO()
    np.lib.format.write_array_header_1_0(made, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    parts["score.npy"] = made.getvalue()
    said(lambda content: content["arrays"].update(score=hashlib.sha256(made.getvalue()).hexdigest()))(parts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda parts: parts.pop(MANIFEST), "is no result that tuneplan saved"),
        (lambda parts: parts.update({MANIFEST: b"[" * 100_000}), "can't be opened as a saved result"),
        (lambda parts: parts.update({MANIFEST: b"[1, 2]"}), "the whole is no table"),
        (lambda parts: parts.update({MANIFEST: b"\xff"}), "can't be opened as a saved result"),
        (lambda parts: parts.pop("score.npy"), "can't be opened as a saved result"),
        (lambda parts: parts.update({"score.npy": parts["delivered.npy"]}), "score is not what was saved"),
        (lambda parts: parts.update({"score.npy": b"\0" * 10_000_000}), "score is no array"),
        (lambda parts: parts.update({"score.npy": parts["score.npy"] + b"\0" * 10_000_000}), "score is larger than it comes out here"),
        (pickled, "score has the shape"),
        (claims_much, "score has the shape"),
        (said(lambda content: content.update(format="another")), "is no result that tuneplan saved"),
        (said(lambda content: content.update(schema_version=2)), "with schema version 2; tuneplan .* reads version 1"),
        (said(lambda content: content.pop("design")), "design is no table"),
        (said(lambda content: content["design"].update(draws=True)), "draws is no whole number"),
        (said(lambda content: content["design"].update(draws=10**9)), "draws: 1000000000 is not a whole number from 1"),
        (said(lambda content: content["design"].update(draws=128)), "has the shape"),
        (said(lambda content: content["design"].update(draws=2**19)), "has the shape .* which is not that of 524288 draws"),
        (said(lambda content: content["design"].update(draws=10**12)), r"bad\.npz: .*draws: 1000000000000 is not a whole number from 1"),
        (said(lambda content: content["design"].update(seed=-1)), r"bad\.npz: .*seed: -1"),
        (said(lambda content: content["scenario"].update(file="/etc/passwd")), "the text of its scenario is missing"),
        (said(lambda content: content["scenario"]["texts"].update({content["scenario"]["file"]: "include: /etc/passwd\n"})), "does not take its scenario"),
        (said(lambda content: content["scenario"].update(changes=["budget.limit"])), "is no override"),
        (said(lambda content: content["scenario"].update(changes="abc")), "changes is no list"),
        (said(lambda content: content["scenario"].update(texts={"a": 1})), "texts is no text"),
        (said(lambda content: content["arrays"].update(more="0")), r"its arrays are not those that come out here \(more\)"),
        (said(lambda content: content.update(seconds=float("nan"))), "seconds is no number"),
    ],
)
def test_a_file_of_somebody_else_is_refused_in_a_line(kept: Path, tmp_path: Path, change: Change, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        opened(damaged(kept, tmp_path / "bad.npz", change))


def test_what_is_no_file_of_ours_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.npz: no such file"):
        tuneplan.open(tmp_path / "none.npz")
    with pytest.raises(UsageError, match=r"is no sweep \(it has no _sweep\.json\)"):
        tuneplan.open(tmp_path)
    for content in (b"", b"plain", pickle.dumps(Explosive())):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(UsageError, match="can't be opened as a saved result"):
            tuneplan.open(tmp_path / "x")


def test_a_cut_file_is_told(kept: Path, tmp_path: Path) -> None:
    whole = kept.read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UsageError, match="can't be opened as a saved result"):
        tuneplan.open(tmp_path / "cut.npz")


def test_writing_is_whole_or_not_at_all(given: Study, result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.npz"
    path.write_bytes(b"old")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda *given: (_ for _ in ()).throw(OSError(28, "disk full")))
        with pytest.raises(UsageError, match="can't be written: disk full"):
            result.save(path)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["kept.npz"]
    with pytest.raises(UsageError, match="can't be written"):
        result.save(tmp_path / "nowhere" / "kept.npz")
    own = tmp_path / "own.yaml"
    shutil.copy(given.asked.file, own)
    with pytest.raises(UsageError, match="this file was read; give another name"):
        load(own).run(draws=8).save(own)


def test_the_run_is_asked_again_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counting(*given: Any) -> Any:
        asked.append(1)
        return run(*given)

    monkeypatch.setattr("tuneplan.api.storage.run", counting)
    opened(kept)
    assert len(asked) == 1


def test_arrays_of_another_version_that_do_not_fit_name_it(kept: Path, tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["arrays"].update(more="0")
        content["made_with"].update(tuneplan="9.0.0")

    with pytest.raises(UsageError, match=r"saved by tuneplan 9\.0\.0, this is .*; open it with the former"):
        opened(damaged(kept, tmp_path / "newer.npz", said(change)))


@pytest.mark.parametrize(
    "change",
    [
        said(lambda content: content["design"].update(draws=2**19)),
        said(lambda content: content["arrays"].pop("score")),
        lambda parts: parts.update({"score.npy": b"\0" * 200}),
        claims_much,
        pickled,
    ],
)
def test_nothing_is_simulated_for_arrays_that_can_not_come_of_it(kept: Path, tmp_path: Path, change: Change, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuneplan.api.storage.run", lambda *given: pytest.fail("something was run"))
    with pytest.raises(UsageError, match=r"bad\.npz: "):
        opened(damaged(kept, tmp_path / "bad.npz", change))
