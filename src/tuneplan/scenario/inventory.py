"""Every number that holds where nobody says otherwise: of keys, inside equations, and of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from tuneplan.core import declared_coefficients, declared_params
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.distributions import Distribution, lognormal, point
from tuneplan.core.registry import Param
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue.lookup import between, rent_of
from tuneplan.scenario.catalogue.rows import GPUPrice, LabelPrice, Row, ServingShare, Utilisation
from tuneplan.scenario.lowering.defaults import usual_default
from tuneplan.scenario.schema import CHECK_DAYS, keys_of

KEYS, EQUATIONS, CATALOGUE = "key", "equation", "catalogue"
"""What a number stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A number in force, and what stands behind it.

    Attributes
    ----------
    stands_in
        ``KEYS``: a scenario may type it; ``EQUATIONS``: none can; ``CATALOGUE``: a scenario names its row.
    group
        First word of the key, module of the equation, or table of the catalogue.
    name
        Pattern of the key, name in the module, or name of the row.
    part
        Condition under which it holds, word of the table that it stands in, or column of the row; empty for one alone.
    value
        In ``unit``.
    interval
        90 % interval; None: it is held fixed and nothing is known of how far off it may be.
    source, as_of, grade
        Where it comes from, of when, and how good that is.
    doc
        What it is.
    note
        What a fit reached and what made it; empty otherwise.
    """

    stands_in: str
    group: str
    name: str
    part: str = ""
    value: Distribution
    interval: tuple[float, float] | None
    unit: str
    source: str
    as_of: str
    grade: str
    doc: str
    note: str = ""

    @property
    def is_drawn(self) -> bool:
        """Whether simulations draw it from its interval."""
        return not self.value.is_point


def everything() -> Iterator[Known]:
    """All of them: keys in the order of their declarations, equations by module, the catalogue by table."""
    for param in (*declared_params(), CHECK_DAYS):
        yield from in_force(param)
    yield from of_equations()
    for table in catalogue.TABLES:
        for row in catalogue.table(table).values():
            yield from of_row(table, row)


def in_force(param: Param) -> Iterator[Known]:
    """The default of a declared number: what was fitted where there is such a row, by condition, else what was declared."""
    fitted = {row.when: row for row in catalogue.fitted_priors().get(param.name, ())}
    pattern = next(iter(keys_of(param))).pattern if param is not CHECK_DAYS else f"checks.*.{param.key}"
    for when in dict.fromkeys(("", *fitted)):
        found = usual_default(param, (when,) if when else ())
        if found is None:
            continue
        row = fitted.get(when) if found.origin == "fitted" else None
        yield Known(
            stands_in=KEYS, group=pattern.partition(".")[0], name=pattern, part=when, value=found.distribution,
            interval=_interval(found.distribution), unit=param.unit, source=found.source, as_of=found.as_of, grade=found.grade,
            doc=param.doc, note="" if row is None else f"{row.score}; {row.script}",
        )  # fmt: skip


def of_equations() -> Iterator[Known]:
    """Coefficients of equations, by module."""
    for module, coefficients in declared_coefficients().items():
        for coefficient in coefficients:
            yield from _of_coefficient(module, coefficient)


def _of_coefficient(module: str, coefficient: Coefficient) -> Iterator[Known]:
    for word, value in coefficient.values():
        yield Known(
            stands_in=EQUATIONS, group=module, name=coefficient.name, part=word, value=value,
            interval=coefficient.interval or _interval(value), unit=coefficient.unit, source=coefficient.source,
            as_of=coefficient.as_of, grade=coefficient.grade, doc=coefficient.doc,
        )  # fmt: skip


def _interval(value: Distribution) -> tuple[float, float] | None:
    return None if value.is_point else value.interval()


UNITS: Mapping[str, str] = {
    "memory_gb": "GB", "bandwidth_gb_s": "GB/s", "bf16_tflops": "TFLOP/s", "fp8_tflops": "TFLOP/s", "usd_per_hour": "USD/hour",
    "params": "param", "active_params": "param", "max_params": "param", "layers": "1", "hidden": "1", "intermediate": "1",
    "heads": "1", "kv_heads": "1", "head_dim": "1", "vocab": "1", "kv_bytes_per_token": "B/token",
    "input_usd_per_mtok": "USD/Mtok", "output_usd_per_mtok": "USD/Mtok", "cached_input_usd_per_mtok": "USD/Mtok",
    "training_usd_per_mtok": "USD/Mtok", "typical": "USD/example", "median": "share", "saturated_share": "share",
    "decode_bandwidth_share": "share",
}  # fmt: skip
"""Column of a table of the catalogue -> its unit; columns that no number is read from alone are not named."""
OF_PAY = "Pay of an hour of such work."
DOCS: Mapping[type[Row], str] = {
    GPUPrice: "Rent of one card.", LabelPrice: "Price of one kept example.", Utilisation: "Share of peak that training reaches.",
    ServingShare: "How near to its limits a card serves.",
}  # fmt: skip


def of_row(table: str, row: Row) -> Iterator[Known]:
    """The numbers of a row of the catalogue, a column each; what is drawn with the interval that the row gives."""
    key = catalogue.TABLES[table].name_of(row)
    name = " ".join(key) if isinstance(key, tuple) else key
    for column, value in numbers_of(row):
        yield Known(
            stands_in=CATALOGUE, group=table, name=name, part=column, value=value, interval=_interval(value), unit=UNITS[column],
            source=row.source, as_of=row.as_of, grade=row.grade, doc=OF_PAY if isinstance(row, LabelPrice) and column == "usd_per_hour" else DOCS.get(type(row), column.replace("_", " ")),
        )  # fmt: skip


def numbers_of(row: Row) -> Iterator[tuple[str, Distribution]]:
    """Column -> its number; a row that gives an interval is one number with it."""
    if isinstance(row, GPUPrice):
        yield "usd_per_hour", rent_of(row)
    elif isinstance(row, LabelPrice):
        yield "typical", between(row.low, row.high, median=row.typical)
        if row.usd_per_hour is not None:
            yield "usd_per_hour", point(row.usd_per_hour)
    elif isinstance(row, Utilisation):
        yield "median", lognormal(row.median, row.log_sd)
    elif isinstance(row, ServingShare):
        yield "saturated_share", between(row.low, row.high)
        yield "decode_bandwidth_share", point(row.decode_bandwidth_share)
    else:
        for column in fields(row):
            value = getattr(row, column.name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield column.name, point(float(value))
