"""Shapes named by their parameters, and the words that cut their tails.

==============================================  ======================================================
``normal 50 sd 5``                              mean and standard deviation
``lognormal 5 sd 0.4``                          median, and standard deviation of the logarithm
``lognormal 5 log-sd 40``                       the same, for one above 10
``logit-normal 20% sd 0.5``                     median, and standard deviation of the logit
``beta a 28 b 12``                              a share or a score between 0 and 1
``beta a 2 b 4 within 10 to 40``                a Beta between two hard ends, in any unit
``28 of 40``                                    Beta(29, 13)
==============================================  ======================================================

A normal and a log-normal are cut where a bound of the declaration is near. ``above 1``, ``below 9``
and ``within 1 to 9`` cut them elsewhere inside the bounds, and ``uncut`` leaves a log-normal that is
no share its whole tails, which may pass a bound by a little.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from tuneplan.core import distributions as shapes
from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.scenario.grammar.amounts import (
    allowed,
    ask_for_suffix,
    converted,
    read_amount,
    read_amounts,
    read_ends,
    read_plain,
)
from tuneplan.scenario.grammar.dimensions import (
    QuantityError,
    example_of,
    format_number,
    format_numbers,
)
from tuneplan.scenario.grammar.intervals import Limits, beta_inside, cut_lognormal, cut_normal, stretched

MOST_TRIALS = 1e7
LARGEST_LOG_SD = 10.0
"""Above it an sd of a logarithm is likely to be meant in the unit itself."""
LARGEST_SCORE = 1e4
"""No sd of a logarithm or a logit that a number can hold is larger."""

Reader = Callable[[re.Match[str], Param], Distribution]
_TO = re.compile(r"(.+?) ?(?<![A-Za-z])to(?![A-Za-z]) ?(.+)", re.IGNORECASE | re.ASCII)


def _read_normal(match: re.Match[str], param: Param) -> Distribution:
    given_mean, given_sd, word, ends, uncut = match.groups()
    amounts = read_amounts((given_mean, given_sd, *_texts(word, ends, param)), param)
    mean, sd, *limits = (converted(amount, param) for amount in amounts)
    if sd <= 0.0:
        raise QuantityError(
            f"{given_sd} is no sd, which is above 0; write {given_mean} for a number known exactly"
        )
    if uncut:
        raise QuantityError(f"{match[0]}: a bound cuts every normal; leave uncut out")
    return cut_normal(allowed(mean, param), sd, param, _limits(word, limits, mean, param))


def _read_lognormal(match: re.Match[str], param: Param) -> Distribution:
    given_median, sign, given_sd, word, ends, uncut = match.groups()
    log_sd = read_amount(given_sd, param).number()
    first, _, *rest = read_amounts((given_median, given_sd, *_texts(word, ends, param)), param)
    median, limits = allowed(converted(first, param), param), [converted(amount, param) for amount in rest]
    largest = LARGEST_SCORE if sign else LARGEST_LOG_SD
    if median <= 0.0 or not 0.0 < log_sd <= largest:
        raise QuantityError(
            f"{match[0]} needs a median above 0 and an sd of its logarithm in 0 to {largest:.0f}"
        )
    low, high = _limits(word, limits, median, param)
    if uncut and param.unit == "share":
        raise QuantityError(f"{match[0]}: a share has hard ends; leave uncut out")
    if uncut:
        low, high = (0.0 if low is None else low, math.inf if high is None else high)
    return cut_lognormal(median, log_sd, param, (low, high))


def _texts(word: str | None, ends: str | None, param: Param) -> tuple[str, ...]:
    """What is written after above, below or within, number by number."""
    if not word or ends is None:
        return ()
    pair = _TO.fullmatch(ends)
    if (pair is None) == (word.lower() == "within"):
        raise QuantityError(f"{word} {ends} is no limit: write above A, below B or within A to B")
    if pair is None:
        return (ends,)
    ask_for_suffix(read_amount(pair[1], param), read_amount(pair[2], param))
    return pair[1], pair[2]


def _limits(word: str | None, values: list[float], centre: float, param: Param) -> Limits:
    """The limits that are said, around the centre and inside the bounds."""
    if not word:
        return None, None
    low, high = {"above": (*values, None), "below": (None, *values)}.get(word.lower(), values)
    for value in values:
        allowed(value, param)
    if (low is not None and low > centre) or (high is not None and high < centre) or low == high:
        ends = format_numbers(tuple(values), param.unit)
        raise QuantityError(f"{word} {ends} leaves out {format_number(centre, param.unit)}, the middle")
    return low, high


def _read_logit_normal(match: re.Match[str], param: Param) -> Distribution:
    median = allowed(converted(read_amount(match[1], param), param), param)
    logit_sd = read_plain(match[2], "an sd of a logit")
    if param.unit not in ("share", "score") or not 0.0 < median < 1.0 or not 0.0 < logit_sd <= LARGEST_SCORE:
        raise QuantityError(f"{match[0]} needs a share or a score inside 0 and 1, and an sd above 0")
    return shapes.logit_normal(median, logit_sd)


def _read_beta(match: re.Match[str], param: Param) -> Distribution:
    a, b = (read_plain(text, "a parameter of a beta") for text in match.groups()[:2])
    if match[3] is not None:
        low, high = (allowed(end, param) for end in read_ends(_texts("within", match[3], param), param))
        if low >= high:
            raise QuantityError(f"{format_numbers((low, high), param.unit)} is upside down: write the lower end first")
        return stretched(a, b, low, high)
    if param.unit not in ("share", "score"):
        raise QuantityError(f"{match[0]} needs a share or a score, or its ends: beta a 2 b 4 within A to B")
    return beta_inside(a, b, param)


def _read_successes(match: re.Match[str], param: Param) -> Distribution:
    found, trials = (read_plain(text, "a count") for text in match.groups())
    if param.unit not in ("share", "score"):
        raise QuantityError(f"{match[0]} is a share; here write for example {example_of(param.unit)}")
    if found % 1.0 or trials % 1.0 or not found <= trials or not 1.0 <= trials <= MOST_TRIALS:
        raise QuantityError(f"{match[0]} needs whole numbers, the first at most the second, as 28 of 40")
    return beta_inside(1.0 + found, 1.0 + trials - found, param)


_CUT = r"(?: (above|below|within) (.+?))?(?: (uncut))?"
NAMED: tuple[tuple[str, Reader], ...] = (
    (rf"normal (.+?) sd (.+?){_CUT}", _read_normal),
    (rf"log-?normal (.+?) (log-)?sd (.+?){_CUT}", _read_lognormal),
    (r"logit-?normal (.+?) sd (.+)", _read_logit_normal),
    (r"beta a (.+?) b (.+?)(?: within (.+))?", _read_beta),
    (r"(.+?) ?(?<![A-Za-z])of(?![A-Za-z]) ?(.+)", _read_successes),
)
"""Pattern of the whole text, whatever its case -> its reader."""
