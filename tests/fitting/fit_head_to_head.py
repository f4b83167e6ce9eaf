"""Which hyper-parameters of the law may be fitted to published head-to-heads, and which stay priors.

``python tests/fitting/fit_head_to_head.py [--draws N] [--write]`` tries each candidate over a grid. With each group of
papers left out in turn, the value that is best on the others (mean log score over papers) is compared on what was
left out with the declared default. What betters the mean log score over left-out papers by more than its standard error,
with no paper losing more than .05 a row, *may* be fitted; so many are tried that chance alone lets two of them pass,
so kept is what passes by two standard errors. ``--write`` puts what is kept into
``scenario/catalogue/fitted_priors.csv``, fitted on all papers, and the whole table into ``fit_head_to_head.csv``.

Most candidates are scored on differences, predicted in both ways; what is about a score by itself (headroom) on the
specialists' own scores; what is about rows erring together (mixing shift) on rows given four others of their paper.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime
import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np

from tuneplan.core import capability, transfer
from tuneplan.core.distributions import beta
from tuneplan.evidence.cases import Case, read_cases
from tuneplan.evidence.head_to_head import kernel
from tuneplan.evidence.head_to_head.arms import arms_of
from tuneplan.evidence.head_to_head.predicting import predicted
from tuneplan.evidence.head_to_head.questions import part_of, questions_of
from tuneplan.evidence.head_to_head.yardsticks import side_of
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import priors
from tuneplan.scenario.catalogue.priors import FittedPrior
from tuneplan.study.design import Design, monte_carlo

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE = ROOT.parent / "shared" / "evidence" / "head_to_head.csv"
TABLE = ROOT / "src" / "tuneplan" / "scenario" / "catalogue" / "fitted_priors.csv"
VERDICTS = Path(__file__).with_suffix(".csv")
SCRIPT = "tests/fitting/fit_head_to_head.py"
MOST_LOST = 0.05
"""Log score a row that no paper may lose."""
HELD = ("mixing_shift",)
"""Stay prior whatever passes: a shift that is all but switched off could not be learnt from a team's own pilots, and papers
on which it is needed are those that nobody here has seen. What is lost by it is some .02 a row."""
SURE = 2.0
"""Standard errors by which something has to be better to be kept."""

@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A hyper-parameter and the values tried.

    Attributes
    ----------
    name
        Of the declared number; of a constant where it has a dot.
    family
        Of its prior.
    values
        Parameters tried, beside the declared default.
    scored
        A key of ``CRITERIA``.
    source
        What the ledger says of a fitted row.
    """

    name: str
    family: str
    values: tuple[tuple[float, ...], ...]
    scored: str = "differences"
    source: str = "fitted on published head-to-heads, papers left out in turn"

    def trial(self, value: tuple[float, ...]) -> contextlib.AbstractContextManager[object]:
        """The model with this value in force."""
        if self.name == "relation words":
            return _relations(*value)
        if self.name == "clash by framing":
            return mock.patch.dict(capability.CLASH_FRAMING, {"instruction": value[0]})
        return in_force(self.name, self.family, value)

    def row(self, value: Sequence[float], *, score: str = "", sha: str = "", as_of: str = "") -> FittedPrior:
        """The row of the table of fitted priors."""
        return FittedPrior(
            name=self.name, when="", family=self.family, parameters=" ".join(f"{each:g}" for each in value), source=self.source,
            as_of=as_of, script=SCRIPT, data_sha256=sha, score=score,
        )  # fmt: skip


def _relations(strength: float) -> contextlib.AbstractContextManager[object]:
    """Relation words with their means kept, and so many times as sure."""
    words = {word: beta(*(strength * each for each in prior.parameters[:2])) for word, prior in transfer.RELATIONS.items()}
    return mock.patch.dict(transfer.RELATIONS, words)


def in_force(name: str, family: str, value: Sequence[float]) -> contextlib.AbstractContextManager[object]:
    """A trial row of the table of fitted priors, in place of its own row where it has one."""
    row = Candidate(name=name, family=family, values=()).row(value)
    return _table({**priors.fitted_priors(), name: (row,)})


def declared_alone(name: str) -> contextlib.AbstractContextManager[object]:
    """The table of fitted priors without a row of this number."""
    return _table({key: some for key, some in priors.fitted_priors().items() if key != name})


@contextlib.contextmanager
def _table(rows: Mapping[str, tuple[FittedPrior, ...]]) -> Iterator[None]:
    """Another table of fitted priors, wherever it is read."""
    with mock.patch.object(priors, "fitted_priors", return_value=rows), mock.patch.object(catalogue, "fitted_priors", return_value=rows):
        yield


CANDIDATES = (
    Candidate(name="discrepancy", family="lognormal", values=((1.0, 0.6), (1.5, 0.01), (1.5, 0.3), (1.5, 0.6), (1.5, 0.9), (2.0, 0.6), (2.5, 0.6))),
    Candidate(name="level_discrepancy", family="point", values=((0.0,), (2.0,), (8.0,)), scored="specialists"),
    Candidate(name="mixing_shift", family="normal", values=((0.0, 0.05), (0.0, 0.3), (0.0, 1.2), (0.0, 2.0)), scored="rows given others"),
    Candidate(name="interference_strength", family="lognormal", values=((0.08, 0.8), (0.11, 0.8), (0.2, 0.8), (0.25, 0.8), (0.35, 0.8), (0.15, 0.4), (0.15, 1.2), (0.2, 0.5))),
    Candidate(name="susceptibility", family="lognormal", values=((1.0, 0.01), (1.0, 0.3), (1.0, 1.0))),
    Candidate(name="interference_sharpness", family="lognormal", values=((0.5, 0.5), (0.75, 0.5), (1.5, 0.5), (2.0, 0.5))),
    Candidate(name="format_transfer", family="beta", values=((1.5, 4.5), (4.0, 4.0), (12.0, 4.0), (2.0, 0.7))),
    Candidate(name="clash by framing", family="", values=((0.1,), (0.25,), (1.0,))),
    Candidate(name="off_task_retention", family="beta", values=((1.0, 9.0), (2.0, 4.0), (2.0, 2.0), (4.0, 2.0))),
    Candidate(name="keep_exponent", family="lognormal", values=((0.7, 0.4), (1.0, 0.4), (2.2, 0.4), (3.0, 0.4))),
    Candidate(name="relation words", family="", values=((0.5,), (2.0,), (4.0,))),
    Candidate(name="helpfulness", family="lognormal", values=((1.0, 0.25), (1.0, 1.0))),
    Candidate(name="transfer_sharpness", family="lognormal", values=((1.0, 0.5), (1.4, 0.5), (3.0, 0.5), (4.0, 0.5))),
    Candidate(name="headroom", family="beta", values=((3.5, 1.4), (2.5, 1.0), (2.0, 0.8), (1.5, 0.6)), scored="specialists",
              source="fitted to how far specialists of published head-to-heads scatter, papers left out in turn; the mean is assumed"),
    Candidate(name="format_share", family="beta", values=((1.5, 1.5), (2.0, 4.0), (4.0, 2.0))),
    Candidate(name="size_relief", family="normal", values=((0.0, 1e-3, 0.0), (0.1, 0.1, 0.0), (0.2, 0.1, 0.0))),
)
"""Everything that may be fitted; format share and learning curve belong to the curves, and are here to be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Log scores of rows."""

    papers: tuple[str, ...]
    sides: tuple[str, ...]
    values: np.ndarray

    @classmethod
    def of(cls, found: Sequence[tuple[Case, float]]) -> Scores:
        """Scores with the case that each is of."""
        return cls(
            papers=tuple(case.group for case, _ in found), sides=tuple(side_of(case) for case, _ in found),
            values=np.array([value for _, value in found]),
        )  # fmt: skip

    def by_paper(self) -> dict[str, float]:
        """Mean over the rows of each paper."""
        return {paper: float(self.values[[each == paper for each in self.papers]].mean()) for paper in dict.fromkeys(self.papers)}


def of_differences(cases: Sequence[Case], design: Design) -> Scores:
    """Rows, mean over the ways in which they are predicted; those trained from scratch aside."""
    rows: dict[str, list[float]] = {}
    kept = {case.place: case for case in cases}
    for each in predicted(cases, design):
        if each.log_score is not None and each.part != "from scratch":
            rows.setdefault(each.case.place, []).append(each.log_score)
    return Scores.of([(kept[place], float(np.mean(some))) for place, some in rows.items()])


def of_specialists(cases: Sequence[Case], design: Design) -> Scores:
    """Specialists' own scores, predicted from the base's alone."""
    questions = [each for each in questions_of(cases) if each.is_pilot and part_of(each.case) != "from scratch"]
    found = []
    for each, arms in zip(questions, arms_of(questions, design), strict=True):
        assert each.specialist is not None
        missed = 100.0 * arms.missed_alone
        likely = kernel.density(100.0 * (each.specialist - arms.alone), missed, np.zeros_like(missed)).mean()
        found.append((each.case, float(np.log(likely))))
    return Scores.of(found)


def of_rows_given_others(cases: Sequence[Case], design: Design) -> Scores:
    """Differences on trained tasks, given those of four other rows of the paper: mean over random fours."""
    questions = [each for each in questions_of(cases) if part_of(each.case) == "trained"]
    likely = np.array([
        kernel.density(each.measured - 100.0 * (arms.together - arms.alone), 100.0 * arms.missed_together, 100.0 * arms.missed_alone)
        for each, arms in zip(questions, arms_of(questions, design), strict=True)
    ])  # fmt: skip
    rng, papers = np.random.default_rng(0), {}
    for place, each in enumerate(questions):
        papers.setdefault(each.case.group, []).append(place)
    found = []
    for places in papers.values():
        if len(places) <= PILOTS:
            continue
        for row in places:
            others = [place for place in places if place != row]
            told = [likely[rng.choice(others, PILOTS, replace=False)].prod(axis=0) for _ in range(REPEATS)]
            found.append((questions[row].case, float(np.mean([np.log((each * likely[row]).sum() / each.sum()) for each in told]))))
    return Scores.of(found)


PILOTS, REPEATS = 4, 20
CRITERIA: Mapping[str, Callable[[Sequence[Case], Design], Scores]] = {
    "differences": of_differences, "specialists": of_specialists, "rows given others": of_rows_given_others,
}  # fmt: skip
"""What log scores are taken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What leaving papers out says of a candidate.

    Attributes
    ----------
    best
        Best value on all papers; None: the default.
    gained, error
        Mean log score over left-out papers above the default's, and its standard error.
    lost
        The most that a paper loses a row.
    chosen
        Value chosen without each side.
    """

    candidate: Candidate
    best: tuple[float, ...] | None
    gained: float
    error: float
    lost: float
    chosen: tuple[str, ...]
    gains: Mapping[str, float]

    @property
    def passes(self) -> bool:
        """Whether it may be fitted."""
        return self.best is not None and self.gained > self.error and self.lost <= MOST_LOST

    @property
    def is_kept(self) -> bool:
        """Whether it is: so many are tried that one standard error is little."""
        return self.passes and self.gained > SURE * self.error and self.candidate.name not in HELD

    @property
    def word(self) -> str:
        """What becomes of it."""
        return "fitted" if self.is_kept else "may be fitted, stays prior" if self.passes else "stays prior"


def judge(candidate: Candidate, default: Scores, tried: Mapping[tuple[float, ...], Scores]) -> Verdict:
    """Leave each side out, take what is best on the others, and see what it is worth on what was left out."""
    options: dict[tuple[float, ...] | None, Scores] = {None: default, **tried}
    means = {value: found.by_paper() for value, found in options.items()}
    side = dict(zip(default.papers, default.sides, strict=True))

    def best(papers: Sequence[str]) -> tuple[float, ...] | None:
        return max(options, key=lambda value: np.mean([means[value][paper] for paper in papers]))

    gains, chosen = {}, []
    for out in dict.fromkeys(default.sides):
        value = best([paper for paper in side if side[paper] != out])
        chosen.append(spelled(value))
        gains |= {paper: means[value][paper] - means[None][paper] for paper in side if side[paper] == out}
    every = np.array(list(gains.values()))
    return Verdict(
        candidate=candidate, best=best(list(side)), gained=float(every.mean()), error=float(every.std(ddof=1) / math.sqrt(len(every))),
        lost=float(max(-every.min(), 0.0)), chosen=tuple(chosen), gains=gains,
    )  # fmt: skip


def spelled(value: tuple[float, ...] | None) -> str:
    """Parameters in words."""
    return "default" if value is None else " ".join(f"{each:g}" for each in value)


def verdicts(cases: Sequence[Case], design: Design, candidates: Sequence[Candidate] = CANDIDATES) -> Iterator[Verdict]:
    """One a candidate, each tried by itself beside what is in force for the others, against its declared default."""
    for each in candidates:
        scored, tried = CRITERIA[each.scored], {}
        with declared_alone(each.name):
            default = scored(cases, design)
        for value in each.values:
            with each.trial(value):
                tried[value] = scored(cases, design)
        yield judge(each, default, tried)


def said(verdict: Verdict) -> str:
    """One line of the table."""
    return (
        f"{verdict.candidate.name:24} on {verdict.candidate.scored:17} best {spelled(verdict.best):9} gains {verdict.gained:+.3f} +- {verdict.error:.3f}, "
        f"a paper loses {verdict.lost:.3f}: {verdict.word}; without each side: {', '.join(verdict.chosen)}"
    )


def sha256(path: Path) -> str:
    """Hash of a table."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(found: Sequence[Verdict]) -> None:
    """Put what is kept into the table of priors, in place of earlier rows of this script, and every verdict into one of ours."""
    data, day = sha256(EVIDENCE), datetime.date.today().isoformat()
    rows = [each.candidate.row(each.best or (), score=_score(each), sha=data, as_of=day) for each in found if each.is_kept]
    with TABLE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, others = list(reader.fieldnames or ()), [row for row in reader if row["script"] != SCRIPT]
    _save(TABLE, names, [*others, *({name: str(getattr(row, name)) for name in names} for row in rows)])
    verdicts_of = [
        {"name": each.candidate.name, "scored_on": each.candidate.scored, "best": spelled(each.best), "gained": f"{each.gained:.3f}",
         "error": f"{each.error:.3f}", "lost": f"{each.lost:.3f}", "verdict": each.word,
         "without_each_side": "; ".join(each.chosen), "data_sha256": data}
        for each in found
    ]  # fmt: skip
    _save(VERDICTS, list(verdicts_of[0]), verdicts_of)


def _score(verdict: Verdict) -> str:
    papers = len(verdict.gains)
    return f"log score of {verdict.candidate.scored} {verdict.gained:+.3f} +- {verdict.error:.3f} a row over {papers} left-out papers"


def _save(path: Path, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, names, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def main() -> None:
    """Print the table; write it, and what is kept, where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2048)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    cases, _ = read_cases([EVIDENCE])
    some = [each for each in CANDIDATES if not arguments.only or each.name in arguments.only.split(",")]
    found = []
    for verdict in verdicts(cases, monte_carlo(arguments.draws, seed=arguments.seed), some):
        print(said(verdict), flush=True)
        found.append(verdict)
    if arguments.write:
        write(found)


if __name__ == "__main__":
    main()
