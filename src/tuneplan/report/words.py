"""Numbers as people read them: three digits, units, chances in words."""

from __future__ import annotations

import math
import re

LINE_BREAKS = "\n\t\u2028\u2029"
DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Marks that turn the direction of the text after them."""
UNPRINTABLE: dict[int, str | None] = dict.fromkeys((*range(32), *range(127, 160), *DIRECTIONS))
ON_ONE_LINE = {**UNPRINTABLE, **{ord(each): " " for each in LINE_BREAKS}}
MARKED = r"\`*_{}<>[]#|~!&$"
"""Letters that mean something in Markdown; two dollars hold mathematics in a notebook."""
SIGNIFICANT = 0.995
"""Points below which a hundredth counts."""
WHOLE = 1e4
"""Whole numbers below are written out."""
RARE = ((10, 0.075), (20, 0.035), (50, 0.015), (100, 0.005))
"""In how many a chance is counted, and the smallest chance told so: half way to the next."""
UNCHANGING = ("s", "USD", "B", "GB", "FLOP", "TFLOP")
"""Units without a plural."""


def printable(text: str) -> str:
    """Text without what moves the cursor or turns the line around; its own lines stay.

    >>> printable("a\x1b[2Jb\\nc")
    'a[2Jb\\nc'
    """
    return text.translate({**UNPRINTABLE, ord("\n"): "\n"})


def on_one_line(text: str) -> str:
    """The same on one line, its blanks kept: for a cell, which stands where its blanks put it.

    >>> on_one_line("  a\x1b[2Jb\\nc")
    '  a[2Jb c'
    """
    return text.translate(ON_ONE_LINE)


def plain(text: str) -> str:
    """The same with single blanks, so that a name can't hide a line either.

    >>> plain("a\x1b[2Jb\\n c")
    'a[2Jb c'
    """
    return " ".join(on_one_line(text).split())


def as_markdown_words(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no heading, no list.

    >>> print(as_markdown_words("# a_b <script>"), as_markdown_words("- 1"), as_markdown_words("2. c"))
    \\# a\\_b \\<script\\> \\- 1 2\\. c
    """
    escaped = "".join(f"\\{letter}" if letter in MARKED else letter for letter in text)
    return re.sub(r"^([0-9]{0,9})([-+.)])(?=[-\s]|$)", r"\1\\\2", escaped)


def usd(amount: float) -> str:
    """Money to three digits.

    >>> [usd(x) for x in (0.0, 5.321, 999.6, -16_740.0, 1.234e6)]
    ['$0', '$5.32', '$1.00k', '-$16.7k', '$1.23M']
    """
    return f"{'-' if round(amount, 9) < 0 else ''}${magnitude(abs(amount))}"


def usd_at_least(amount: float) -> str:
    """Money to three digits, rounded up: a limit that is shown has to be enough.

    >>> [usd_at_least(x) for x in (24_310.0, 24_300.0, 0.0)]
    ['$24.4k', '$24.3k', '$0']
    """
    if amount <= 0.0 or not math.isfinite(amount):
        return usd(amount)
    nearest = float(f"{amount:.2e}")
    step = 10.0 ** (math.floor(math.log10(amount)) - 2)
    return usd(nearest if nearest >= amount else nearest + step)


def magnitude(value: float) -> str:
    """A positive number to three digits, with k, M or B.

    >>> [magnitude(x) for x in (0.0, 0.0123, 42.0, 999.99, 2500.0, 4e9)]
    ['0', '0.0123', '42.0', '1.00k', '2.50k', '4.00B']
    """
    if not math.isfinite(value):
        return "endless" if value > 0 else "unknown"
    if value == 0:
        return "0"
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, "")):
        rounded = float(f"{value:.3g}")
        if rounded >= size:
            scaled = rounded / size
            return f"{scaled:.0f}{letter}" if scaled >= 99.95 else f"{scaled:.1f}{letter}" if scaled >= 9.995 else f"{scaled:.2f}{letter}"
    return f"{value:.3g}"


def signed_usd(amount: float) -> str:
    """Money with its sign.

    >>> signed_usd(1234.0), signed_usd(-5.0)
    ('+$1.23k', '-$5.00')
    """
    return usd(amount) if amount < 0 else f"+{usd(amount)}"


def points(value: float) -> str:
    """A score in points, to a tenth.

    >>> points(77.689)
    '77.7'
    """
    return "unknown" if math.isnan(value) else f"{value:.1f}"


def signed_points(value: float) -> str:
    """A difference of scores, to a hundredth of a point below 1 and a tenth above.

    >>> [signed_points(x) for x in (1.26, -0.034, 0.0)]
    ['+1.3', '-0.03', '0.00']
    """
    if abs(value) < 0.005:
        return "0.00"
    return f"{value:+.2f}" if abs(value) < 0.995 else f"{value:+.1f}"


def points_apart(value: float) -> str:
    """The size of a difference of scores, as ``signed_points`` rounds it.

    >>> points_apart(-0.72), points_apart(13.98)
    ('0.72', '14.0')
    """
    return signed_points(value).lstrip("+-")


def share(value: float) -> str:
    """A chance in whole per cent, never a false certainty.

    >>> [share(x) for x in (0.0, 0.004, 0.62, 0.997, 1.0)]
    ['0 %', '<1 %', '62 %', '>99 %', '100 %']
    """
    if 0.0 < value < 0.01:
        return "<1 %"
    if 0.99 < value < 1.0:
        return ">99 %"
    return f"{value:.0%}".replace("%", " %")


def in_words(chance: float) -> str:
    """A chance in words: in tenths, and towards either end in twentieths, fiftieths and hundredths.

    >>> [in_words(x) for x in (0.0, 0.004, 0.01, 0.03, 0.06, 0.1, 0.5)]
    ['never', 'hardly ever', 'about 1 in 100', 'about 1 in 50', 'about 1 in 20', 'about 1 in 10', 'about 5 in 10']
    >>> [in_words(x) for x in (0.62, 0.9, 0.94, 0.97, 0.99, 0.997, 1.0)]
    ['about 6 in 10', 'about 9 in 10', 'about 19 in 20', 'about 49 in 50', 'about 99 in 100', 'almost always', 'always']
    """
    if chance in (0.0, 1.0):
        return "always" if chance else "never"
    rare = min(chance, 1.0 - chance)
    whole = next((count for count, least in RARE if rare >= least), 0)
    if not whole:
        return "almost always" if chance > 0.5 else "hardly ever"
    parts = round(chance * whole) if whole == 10 else 1 if chance < 0.5 else whole - 1
    return f"about {parts} in {whole}"


def often(chance: float) -> str:
    """How often something happens, in words.

    >>> often(0.62), often(0.1), often(0.05), often(1.0)
    ('about 6 times in 10', 'about 1 time in 10', 'about 1 time in 20', 'always')
    """
    said = in_words(chance)
    return said.replace(" in ", " time in " if said.startswith("about 1 in ") else " times in ")


def draws(count: int) -> str:
    """How many draws.

    >>> draws(1), draws(4096)
    ('1 draw', '4096 draws')
    """
    return f"{count} draw{'' if count == 1 else 's'}"


def duration(count: float, unit: str) -> str:
    """Days or months as a scenario gives them: three digits, thousands written out.

    >>> duration(3000.0, "day"), duration(1.0, "day"), duration(4.5, "month"), duration(1199.9, "month")
    ('3000 days', '1 day', '4.5 months', '1200 months')
    """
    said = f"{count:.0f}" if count >= 999.5 else f"{count:.3g}"
    return f"{said} {unit}{'' if said == '1' else 's'}"


def listed(words: list[str]) -> str:
    """Words joined for a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def amount(value: float, unit: str) -> str:
    """A number with its unit, to three digits.

    >>> [amount(*each) for each in ((1800.0, "USD"), (4.2, "USD/example"), (0.372, "share"), (76.47, "point"), (1.0, "yes_no"))]
    ['$1.80k', '$4.20/example', '37.2 %', '76.5 points', 'yes']
    >>> amount(730.0, "GPU-hour/month"), amount(-1.5, "1"), amount(1.0, "card")
    ('730 GPU-hours/month', '-1.50', '1 card')
    >>> amount(-0.031, "point"), amount(0.0, "point"), amount(8.03e9, "param"), amount(float("nan"), "share")
    ('-0.03 points', '0.00 points', '8.03B parameters', 'unknown')
    """
    if unit == "yes_no":
        return "yes" if value else "no"
    if unit.split("/")[0] == "USD":
        return f"{usd(value)}{after(unit)}"
    if unit == "share":
        return f"{100.0 * value:.3g} %" if math.isfinite(value) else magnitude(value)
    if unit == "point":
        return f"{signed_points(value).lstrip('+') if abs(value) < SIGNIFICANT else points(value)} points"
    if float(value).is_integer() and abs(value) < WHOLE:
        return f"{value:.0f}{after(unit, one=value == 1.0)}"
    return f"{'-' if value < 0.0 else ''}{magnitude(abs(value))}{after(unit)}"


def after(unit: str, *, one: bool = False) -> str:
    """What follows a number in a unit."""
    first, slash, rest = unit.replace("param", "parameter").partition("/")
    if unit in ("share", "yes_no", "1", ""):
        return " %" if unit == "share" else ""
    if first == "USD":
        return f"{slash}{rest}"
    return f" {first}{'' if one or first in UNCHANGING else 's'}{slash}{rest}"
