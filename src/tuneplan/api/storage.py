"""A result in one file, and back.

The file holds what was asked (the texts of the scenario as they were read, changes, draws, seed) and the draws
that came out. A verdict rests on more than its draws: limits, plans, what each number was read from. So a file is
opened by asking the same question again, which gives all of it, and by comparing every array with what was saved,
bit for bit. Where they differ, because another version or another machine computes otherwise, that is said and the
saved draws are kept, and everything that follows from cost and score follows from them.

Nothing in a file is ever run: it is a zip of JSON and of arrays of plain numbers.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tuneplan.api.arrays import Arrays
from tuneplan.api.given import design_of, path_of
from tuneplan.api.kept import NEVER_BIGGER, Kept, damaged, kept_of, manifest_of
from tuneplan.api.result import Result
from tuneplan.api.study import Study, result_of
from tuneplan.axes import Array
from tuneplan.errors import ScenarioError, UsageError
from tuneplan.report.files import write_whole
from tuneplan.scenario import load as loading
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.reading.texts import Texts
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design
from tuneplan.study.run import Run, run
from tuneplan.version import __version__

if TYPE_CHECKING:
    from tuneplan.api.keeping import KeptSweep

MANIFEST = "study.json"
SUFFIX = ".npy"
WHEN = (1980, 1, 1, 0, 0, 0)
"""Date of every part, so that equal results make equal files."""
HEADER = 4096
"""Bytes that an array may take beside its numbers."""
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, KeyError, EOFError, ValueError, OSError)
"""What reading a file can fail with, when it is none of ours."""


def save(result: Arrays, path: Path) -> Path:
    """Write a result into one file, whole or not at all; see ``Result.save``."""
    made = {name: _as_npy(array) for name, array in arrays_of(result.findings.run)}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in made.items()}
    manifest = json.dumps(manifest_of(result, sums), ensure_ascii=False, indent=1).encode()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: manifest, **{f"{name}{SUFFIX}": each for name, each in made.items()}}.items():
            archive.writestr(zipfile.ZipInfo(name, WHEN), content, zipfile.ZIP_DEFLATED)
    write_whole(whole.getvalue(), path, sources=result.study.texts.known)
    return path


def _is_sweep(path: str | Path) -> bool:
    """Whether a name is that of a kept sweep: a folder, a URL, or a CSV file."""
    name = str(path)
    return "://" in name or name.lower().endswith(".csv") or Path(name).is_dir()


def open_saved(path: str | Path) -> Result | KeptSweep:
    """Open a result that ``Result.save`` wrote, on any machine, without the files of its scenario; or a sweep that was kept.

    The question is asked again and compared with what was saved, bit for bit; where something comes out
    otherwise, a warning says so and the saved draws are kept.

    Parameters
    ----------
    path
        Of the file.

    Raises
    ------
    UsageError
        No such file, none that ``save`` wrote, a damaged one, or one of a version that this one can't read.

    Warns
    -----
    UserWarning
        Another version saved it, or its draws come out otherwise here.

    Examples
    --------
    >>> import tuneplan as tp, tempfile, pathlib
    >>> result = tp.load("scenarios/startup.yaml").run(draws=64)
    >>> again = tp.open(result.save(pathlib.Path(tempfile.mkdtemp()) / "startup.npz"))
    >>> again.recommended == result.recommended and bool((again.cost == result.cost).all())
    True
    """
    if _is_sweep(path):
        from tuneplan.api.keeping import open_kept

        return open_kept(path)
    file = path_of("open", path)
    try:
        with zipfile.ZipFile(file) as archive:
            kept = kept_of(_content(archive, file), file)
            result, said = _opened(archive, kept, file)
    except FileNotFoundError:
        raise UsageError(f"{file}: no such file") from None
    except BROKEN as error:
        raise damaged(file, str(error) or type(error).__name__) from None
    for each in said:
        warnings.warn(f"{file}: {each}", stacklevel=2)
    return result


def _content(archive: zipfile.ZipFile, file: Path) -> Any:
    if MANIFEST not in archive.namelist():
        raise UsageError(f"{file}: is no result that tuneplan saved (it has no {MANIFEST})")
    if archive.getinfo(MANIFEST).file_size > NEVER_BIGGER:
        raise damaged(file, f"{MANIFEST} is too large")
    try:
        return json.loads(archive.read(MANIFEST))
    except RecursionError:
        raise damaged(file, f"{MANIFEST} is nested too deep") from None


def _opened(archive: zipfile.ZipFile, kept: Kept, file: Path) -> tuple[Result, list[str]]:
    """The result, and what is to be said of it."""
    other = kept.version != __version__
    said = [f"saved by tuneplan {kept.version}, opened by {__version__}"] if other else []
    texts = Texts(known=dict(kept.texts), is_closed=True)
    try:
        asked = loading.load(kept.file, overrides=kept.changes, scenario=kept.chosen, texts=texts)
    except ScenarioError as error:
        raise UsageError(f"{file}: saved by tuneplan {kept.version}; this is {__version__}, which does not take its scenario:\n{error}") from None
    if fingerprint(asked) != kept.hash:
        said.append("this version reads its scenario otherwise")
    design = _design(kept, file)
    _refuse_unlike(archive, kept, asked, design, file)
    simulated = replace(run(asked, design), seconds=kept.seconds)
    stored = _stored(archive, kept, simulated, file)
    differing = [name for name, array in arrays_of(simulated) if not np.array_equal(array, stored[name], equal_nan=True)]
    if differing:
        said.append(f"{len(differing)} of {len(stored)} arrays come out otherwise here ({_farthest(simulated, stored)}); the saved draws are kept, what is simulated anew may differ")
        simulated = with_arrays(simulated, stored)
    return result_of(Study(asked=asked, texts=texts), simulated), said


def _design(kept: Kept, file: Path) -> Design:
    try:
        return design_of(kept.draws, kept.seed)
    except UsageError as error:
        raise damaged(file, str(error)) from None


def _refuse_unlike(archive: zipfile.ZipFile, kept: Kept, asked: Scenario, design: Design, file: Path) -> None:
    """Refuse arrays that can't come from so many draws of such a scenario, before anything is simulated."""
    sizes = {}
    there = set(archive.namelist())
    for name in (each for each in kept.sums if f"{each}{SUFFIX}" in there):
        with archive.open(f"{name}{SUFFIX}") as stream:
            sizes[name], _ = _header(io.BytesIO(stream.read(HEADER)), name, kept, file)
        if sizes[name][-1:] not in ((1,), (design.draws,)):
            raise _other(file, kept, f"{name} has the shape {sizes[name]}, which is not that of {design.draws} draws")
    whole = (1, len(asked.strategies), len(asked.requests), design.draws)
    if "score" not in sizes:
        raise damaged(file, "its scores are missing")
    score = sizes["score"]
    if len(score) != len(whole) or any(have not in (1, want) for have, want in zip(score, whole, strict=True)):
        raise _other(file, kept, f"score has the shape {score}, not {whole}")


def _header(stream: io.BytesIO, name: str, kept: Kept, file: Path) -> tuple[tuple[int, ...], int]:
    """Shape of an array of plain numbers, and where they begin."""
    try:
        np.lib.format.read_magic(stream)
        shape, fortran, of = np.lib.format.read_array_header_1_0(stream)
    except ValueError as error:
        raise damaged(file, f"{name} is no array: {error}") from None
    if of != np.dtype("<f8") or fortran:
        raise _other(file, kept, f"{name} has the shape {shape} of {of}, not of plain numbers")
    return shape, stream.tell()


def _stored(archive: zipfile.ZipFile, kept: Kept, simulated: Run, file: Path) -> dict[str, Array]:
    """Every array as it was saved; none is read that is larger than what this version makes."""
    wanted = dict(arrays_of(simulated))
    strange = sorted(set(wanted) ^ set(kept.sums))
    if strange:
        raise _other(file, kept, f"its arrays are not those that come out here ({strange[0]})")
    return {name: _array(archive, name, array, kept, file) for name, array in wanted.items()}


def _array(archive: zipfile.ZipFile, name: str, like: Array, kept: Kept, file: Path) -> Array:
    part = f"{name}{SUFFIX}"
    if archive.getinfo(part).file_size > like.nbytes + HEADER:
        raise _other(file, kept, f"{name} is larger than it comes out here")
    content = archive.read(part)
    if hashlib.sha256(content).hexdigest() != kept.sums[name]:
        raise damaged(file, f"{name} is not what was saved")
    shape, start = _header(io.BytesIO(content), name, kept, file)
    if shape != like.shape:
        raise _other(file, kept, f"{name} has the shape {shape}, not {like.shape} as it comes out here")
    return np.frombuffer(content, dtype="<f8", offset=start).reshape(shape).astype(np.float64)


def _other(file: Path, kept: Kept, why: str) -> UsageError:
    """That the arrays are not of this version; of the same one, that somebody else wrote them."""
    if kept.version == __version__:
        return damaged(file, why)
    return UsageError(f"{file}: {why}: it was saved by tuneplan {kept.version}, this is {__version__}; open it with the former")


def _as_npy(array: Array) -> bytes:
    made = io.BytesIO()
    np.lib.format.write_array(made, np.ascontiguousarray(array, dtype="<f8"), version=(1, 0), allow_pickle=False)
    return made.getvalue()


def _farthest(simulated: Run, stored: Mapping[str, Array]) -> str:
    """How far the farthest cost or score lies from what was saved."""
    here = dict(arrays_of(simulated))
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = max(float(np.nanmax(np.abs(here[name] - array) / np.maximum(np.abs(array), 1e-300), initial=0.0)) for name, array in stored.items())
    return f"by up to {apart:.1g} of their size, on numpy {np.__version__} and Python {platform.python_version()}"


def arrays_of(simulated: Run) -> Iterator[tuple[str, Array]]:
    """Every array that a run made, by a name of its own."""
    outcome = simulated.outcome
    yield from {"score": outcome.score, "delivered": outcome.delivered, "base_score": outcome.base_score}.items()
    for group, several in (("costs", outcome.costs), ("steps", simulated.steps), ("unseen_steps", simulated.unseen_steps)):
        for name, array in several.items():
            yield f"{group}/{name}", array
    if simulated.unframed is not None:
        yield "unframed", simulated.unframed


def with_arrays(simulated: Run, stored: Mapping[str, Array]) -> Run:
    """The run with other arrays of the same names."""
    by_group = {group: {name.partition("/")[2]: array for name, array in stored.items() if name.startswith(f"{group}/")} for group in ("costs", "steps", "unseen_steps")}
    outcome = replace(simulated.outcome, score=stored["score"], delivered=stored["delivered"], base_score=stored["base_score"], costs=by_group["costs"])
    return replace(simulated, outcome=outcome, steps=by_group["steps"], unseen_steps=by_group["unseen_steps"], unframed=stored.get("unframed"))
