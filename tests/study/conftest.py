"""Declared priors for all of the room: its cases were chosen by hand to lie near a turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from building import declared_priors


@pytest.fixture(scope="module", autouse=True)
def _declared() -> Iterator[None]:
    with declared_priors():
        yield
