"""Fitted curves: what was put in comes out, about as often as claimed; and what is weak is said."""

from __future__ import annotations

import numpy as np
import pytest

from tuneplan.evidence.curves import fitting
from tuneplan.evidence.curves.errors import NOISE_SD, kernel
from tuneplan.evidence.curves.fitting import fit, points_of
from tuneplan.evidence.curves.laws import POWER, RECTIFIED
from tuneplan.evidence.curves.populations import NEXT_TASK, family_of, population
from tuneplan.evidence.curves.records import Curve, Scale

SIZES = (200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 12_800.0, 25_600.0, 51_200.0)
LATER = (204_800.0, 1_638_400.0)


def curve(values: tuple[float, ...], examples: tuple[float, ...] = SIZES, **more: object) -> Curve:
    return Curve(name="a", examples=examples, values=values, **more)  # type: ignore[arg-type]


def drawn_curves(count: int, *, seed: int) -> tuple[list[Curve], np.ndarray, np.ndarray]:
    """Curves of the population, with wave and noise: those to fit, their exponents, what comes later."""
    rng, of_all = np.random.default_rng(seed), population(RECTIFIED)
    kinds = rng.choice(len(of_all.weight), count, p=of_all.weight / of_all.weight.sum())
    at = np.stack([rng.multivariate_normal(of_all.mean[kind], NEXT_TASK * of_all.covariance[kind]) for kind in kinds])
    x = np.log([*SIZES, *LATER])
    amplitude = np.exp(rng.normal(0.0, 0.7, count))
    lower = np.linalg.cholesky(kernel(x, x) + NOISE_SD**2 * np.eye(len(x)))
    log_loss = RECTIFIED.value(at, x, np.zeros(1))[0] + amplitude[:, None] * (rng.normal(size=(count, len(x))) @ lower.T)
    loss = np.exp(log_loss)
    return [curve(tuple(row[: len(SIZES)])) for row in loss], np.exp(at[:, 3]), loss[:, len(SIZES) :]


def test_bands_of_curves_from_the_population_hold_as_often_as_claimed() -> None:
    curves, exponent, later = drawn_curves(200, seed=1)
    fits = fit(curves, LATER, draws=400)
    low, high = np.quantile(np.stack([each.values for each in fits]), [0.1, 0.9], axis=1)
    held = ((later >= low) & (later <= high)).mean()
    assert 0.72 < held < 0.88
    low, high = np.quantile(np.stack([each.numbers["data_exponent"] for each in fits]), [0.05, 0.95], axis=1)
    assert 0.83 < ((exponent >= low) & (exponent <= high)).mean() < 0.97


def made(size: int, examples: tuple[float, ...], at: tuple[float, ...], *, scatter: float, seed: int) -> tuple[list[Curve], np.ndarray]:
    """Curves of 1 + 3 n^-.3 with noise of a log-sd: those to fit, and new measurements ``(repeat, curve, point)``."""
    rng = np.random.default_rng(seed)

    def measured(counts: tuple[float, ...], *shape: int) -> np.ndarray:
        return (1.0 + 3.0 * np.array(counts) ** -0.3) * np.exp(scatter * rng.normal(size=(*shape, len(counts))))  # type: ignore[no-any-return]

    return [curve(tuple(row), examples) for row in measured(examples, size)], measured(at, 100, size)


@pytest.mark.parametrize("scatter", [0.02, 0.1, 0.3])
@pytest.mark.parametrize(("examples", "at"), [
    ((100.0,) * 4 + (1e3,) * 4 + (1e4,) * 4, (100.0, 1e3, 1e4)),
    ((100.0,) * 2 + (1e3,) * 2 + (1e4,) * 2, (100.0, 1e3, 1e4)),
    (SIZES, (200.0, 3200.0, 51_200.0, 204_800.0)),
], ids=["four repeats", "two repeats", "no repeats"])  # fmt: skip
def test_bands_of_curves_that_scatter_hold_new_measurements(examples: tuple[float, ...], at: tuple[float, ...], scatter: float) -> None:
    curves, new = made(40, examples, at, scatter=scatter, seed=2)
    low, high = np.quantile(np.stack([each.values for each in fit(curves, at, draws=400)]), [0.1, 0.9], axis=1)
    assert 0.7 < ((new >= low) & (new <= high)).mean() < 0.9


def test_repeats_at_one_size_tell_how_far_points_scatter() -> None:
    def width(scatter: float) -> float:
        off = 1.0 + scatter * np.tile([1.0, -1.0, 1.0, -1.0], 3)
        found = fit([curve(tuple(np.repeat([3.0, 2.5, 2.0], 4) * off), (100.0,) * 4 + (1e3,) * 4 + (1e4,) * 4)], (1e4,))[0]
        return float(np.ptp(np.quantile(np.log(found.values), [0.1, 0.9])))

    assert 0.1 * 2.56 * 0.8 < width(0.1) < 0.1 * 2.56 * 1.6
    assert width(0.0) < 0.25 * width(0.1)


def test_five_points_that_scatter_are_not_claimed_to_be_sure() -> None:
    found = fit([curve((2.0, 1.2, 1.9, 1.1, 1.8), (100.0, 300.0, 1e3, 3e3, 1e4))], (1e4,))[0]
    low, high = np.quantile(found.values, [0.1, 0.9])
    assert low < 1.1
    assert high > 1.8


def test_a_curve_that_rises_is_not_carried_on_beyond_its_last_point() -> None:
    rising, falling, noisy = fit(
        [curve(values, (500.0, 5e3, 5e4)) for values in ((1.0, 1.2, 1.4), (1.4, 1.2, 1.0), (1.0, 1.3, 1.1))], (5e4, 1e5)
    )  # fmt: skip
    assert rising.told.tolist() == [True, False]
    assert falling.told.all()
    assert noisy.told.all()
    assert any("not carried on beyond its last point" in each for each in rising.remarks)
    assert not any("gets worse" in each for each in noisy.remarks)


def test_scores_are_fitted_by_their_distance_to_the_best() -> None:
    losses = (0.7, 0.66, 0.62, 0.57, 0.52, 0.48, 0.44, 0.41, 0.38)
    rising = fit([curve(tuple(100 * (1 - each) for each in losses), scale=Scale(unit="score", best=100.0, span=100.0))], LATER)[0]
    falling = fit([curve(tuple(10 * each for each in losses), scale=Scale(unit="score", best=0.0, span=10.0))], LATER)[0]
    assert rising.values == pytest.approx(100.0 - 10.0 * falling.values)
    assert rising.numbers["data_exponent"] == pytest.approx(falling.numbers["data_exponent"])
    assert (np.median(rising.values, axis=0) > 62.0).all()
    assert (rising.values <= 100.0).all()


def test_a_curve_is_the_same_whatever_is_fitted_beside_it() -> None:
    curves, _, _ = drawn_curves(4, seed=3)
    short = curve((3.0, 2.5, 2.2), (100.0, 1000.0, 9000.0))
    alone = np.median(fit([short], LATER, draws=4000)[0].values, axis=0)
    beside = np.median(fit([*curves, short], LATER, draws=4000)[-1].values, axis=0)
    assert beside == pytest.approx(alone, rel=0.02)


def test_the_format_share_is_what_the_first_examples_closed() -> None:
    losses = (4.0, *(0.8 + 2.0 / (1.0 + (count / 15_000.0) ** 0.35) for count in SIZES))
    found = fit([curve(losses, (0.0, *SIZES))], LATER)[0]
    low, high = np.quantile(found.numbers["format_share"], [0.02, 0.98])
    assert low < 1.2 / 3.2 < high
    assert "format_share" not in fit([curve(losses[1:])], LATER)[0].numbers


def test_early_points_are_fitted_with_the_format_part() -> None:
    examples = (0.0, 20.0, 50.0, 100.0, *SIZES)
    losses = tuple(0.8 + 1.6 / (1.0 + count / 60.0) + 1.6 / (1.0 + (count / 20_000.0) ** 0.4) for count in examples)
    found = fit([curve(losses, examples)], LATER)[0]
    assert found.laws[0].missed < 0.02
    assert float(np.median(found.numbers["format_share"])) == pytest.approx(0.5, abs=0.15)


def test_reported_errors_widen_what_is_told() -> None:
    losses = (3.0, 2.9, 2.75, 2.6, 2.5, 2.3, 2.2, 2.05, 1.9)

    def width(error: float) -> float:
        return float(np.ptp(np.quantile(fit([curve(losses, errors=(error,) * 9)], LATER)[0].values[:, 0], [0.1, 0.9])))

    assert width(0.5) > 1.2 * width(0.0)


def test_the_law_that_made_a_curve_is_found_better() -> None:
    bent = tuple(0.5 + 2.5 / (1.0 + (count / 20_000.0) ** 0.9) for count in SIZES)
    straight = tuple(0.2 + 6.0 * count**-0.3 for count in SIZES)
    assert fit([curve(bent)], LATER)[0].gain > 3.0
    assert fit([curve(straight)], LATER)[0].gain < 1.0


@pytest.mark.parametrize(("examples", "values", "said"), [
    ((500.0,), (2.0,), "one trained point: published curves say more"),
    ((500.0, 5000.0), (2.0, 1.8), "2 trained points: published curves say more"),
    ((500.0, 5000.0, 50_000.0, 60_000.0), (1.0, 1.2, 1.4, 1.5), "gets worse with more examples"),
    ((500.0, 1000.0, 2000.0, 4000.0, 8000.0), (3.0, 2.0, 1.5, 1.8, 2.2), "gets worse again from 2k examples on"),
    ((500.0, 5000.0, 50_000.0, 60_000.0), (1.0, 1.001, 0.999, 1.0), "hardly moves"),
    ((100.0, 200.0, 400.0, 800.0, 1600.0), (3.0, 1.0, 3.0, 1.0, 2.5), "of the loss off any law; bands hold what a new measurement would show"),
    ((500.0, 5000.0, 50_000.0, 60_000.0), (2.0, 1.8, 1.5, 1.4), "the base was not measured (no row at 0 examples)"),
    ((0.0, 500.0, 5000.0, 50_000.0, 60_000.0), (1.0, 2.0, 1.8, 1.5, 1.4), "the first training made it worse than the base"),
    ((0.0, 500.0, 5000.0), (2.0, 1.8, 1.5), "1.64M examples are more than 32 times its last point"),
])  # fmt: skip
def test_what_makes_a_fit_weak_is_said(examples: tuple[float, ...], values: tuple[float, ...], said: str) -> None:
    found = fit([curve(values, examples)], LATER)[0]
    assert any(said in each for each in found.remarks)
    assert np.isfinite(found.values).all()
    assert all(np.isfinite(each).all() for each in found.numbers.values())


def test_a_sound_curve_is_not_complained_of() -> None:
    losses = (4.0, *(0.8 + 2.0 / (1.0 + (count / 15_000.0) ** 0.35) for count in SIZES))
    assert fit([curve(losses, (0.0, *SIZES))], (1e5,))[0].remarks == ()


def test_fewer_points_tell_less() -> None:
    losses = tuple(0.8 + 2.0 / (1.0 + (count / 15_000.0) ** 0.35) for count in SIZES)

    def width(count: int) -> float:
        found = fit([curve(losses[:count], SIZES[:count])], LATER)[0]
        return float(np.ptp(np.quantile(np.log(found.values[:, 1]), [0.1, 0.9])))

    assert width(2) > width(5) > width(9)


@pytest.mark.parametrize("values", [(0.0, 0.0, 0.0), (100.0, 100.0, 100.0), (0.0, 100.0, 0.0), (1e-9, 50.0, 99.999999)])
def test_the_ends_of_a_scale_are_no_trap(values: tuple[float, ...]) -> None:
    found = fit([curve(values, (10.0, 1e3, 1e6), scale=Scale(unit="score", best=100.0, span=100.0))], LATER)[0]
    assert np.isfinite(found.values).all()
    assert ((found.values >= 0.0) & (found.values <= 100.0)).all()


@pytest.mark.parametrize("size", [1e-12, 1e12])
def test_losses_of_any_size_are_fitted(size: float) -> None:
    found = fit([curve((3.0 * size, 2.0 * size, 1.5 * size), (100.0, 1e4, 1e6))], (1e5,))[0]
    assert 1.2 * size < float(np.median(found.values)) < 2.2 * size


def test_how_far_it_is_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "AT_ONCE", 50)
    curves, _, _ = drawn_curves(12, seed=5)
    heard: list[tuple[int, int]] = []
    fit(curves, (1e5,), draws=100, told=lambda done, every: heard.append((done, every)))
    assert heard[0] == (0, 12)
    assert len(heard) > 1
    assert [done for done, _ in heard] == sorted({done for done, _ in heard})


def test_equal_seeds_give_equal_draws() -> None:
    curves, _, _ = drawn_curves(2, seed=5)
    one, same, other = (fit(curves, LATER, seed=seed)[0].values for seed in (3, 3, 4))
    assert (one == same).all()
    assert (one != other).any()


def test_a_base_of_the_population_is_fitted_without_its_family() -> None:
    assert family_of("gpt2-xl") == "GPT2"
    assert population(RECTIFIED, without="GPT2").mean != pytest.approx(population(RECTIFIED).mean)
    losses = (3.0, 2.9, 2.75, 2.6, 2.5, 2.3, 2.2, 2.05, 1.9)
    known, unknown = (fit([curve(losses, base_model=base)], LATER)[0].values for base in ("gpt2-xl", "llama-3.1-8b"))
    assert (known != unknown).any()


@pytest.mark.parametrize("law", [RECTIFIED, POWER], ids=lambda law: law.name)
def test_populations_are_sound_mixtures(law: object) -> None:
    for without in ("", "BART", "Cerebras", "GPT2", "LaMini", "OPT", "Phi", "Switch Transformer", "T5"):
        found = population(law, without=without)  # type: ignore[arg-type]
        assert found.weight.sum() == pytest.approx(1.0, abs=1e-3)
        assert (np.linalg.eigvalsh(found.covariance) > 0.0).all()


def test_points_that_are_not_there_change_nothing() -> None:
    points = points_of([curve((3.0, 2.5), (100.0, 1000.0)), curve((3.0, 2.5, 2.0), (100.0, 1000.0, 5000.0))])
    assert points.seen.tolist() == [[True, True, False], [True, True, True]]
