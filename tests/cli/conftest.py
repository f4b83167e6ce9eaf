"""The command as a person meets it: words in, exit code, stdout and stderr out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tuneplan.cli.main import main

SOURCE = Path(__file__).parents[2] / "src"
GOOD = """\
schema: 1
name: Two tasks
base: llama-3.1-8b
gpu: {kind: h100-sxm, provider: lambda}
budget: {limit: $60k, covers: [data, training]}
tasks:
  email:
    traffic: 20k to 80k requests/month
    score: {base: 0.55 to 0.65, ceiling: 0.85 to 0.95}
    data: {examples: 2k, price: $3 to $6 per example}
  qa: {like: email, traffic: 10k requests/month}
unseen: {share: 10%}
similarity: {email/qa: far}
strategies:
  unified: {}
  specialists: {}
  prompted: {like_base: yes}
"""
"""A sound scenario to be spoilt."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _usual_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have said how wide they like text."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def simulate(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in this process."""

    def run(*words: str | Path) -> Ended:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


@pytest.fixture
def scenario(tmp_path: Path) -> Callable[..., Path]:
    """A scenario file: the sound one, with some texts replaced."""

    def write(*changes: tuple[str, str], text: str = GOOD) -> Path:
        for old, new in changes:
            assert old in text, f"{old!r} is not in the scenario"
            text = text.replace(old, new, 1)
        path = tmp_path / "two.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def start(*words: str | Path, before: str = "", **options: object) -> subprocess.Popen[bytes]:
    """The command as a process of its own."""
    code = f"from tuneplan.cli.main import entry; {before}entry()"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), **options.pop("env", {})}  # type: ignore[dict-item]
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([sys.executable, "-c", code, *map(str, words)], env=environment, **given)  # type: ignore[call-overload]
