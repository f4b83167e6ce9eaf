"""A memo as a file: the ending tells the format, and an old memo stays until the new one is complete."""

from __future__ import annotations

import errno
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from documents import document
from tuneplan.errors import UsageError
from tuneplan.report.document import writing
from tuneplan.report.document.writing import form_of, write

PLAIN = document(with_picture=False)
BEGINS = {"memo.html": b"<!DOCTYPE html>", "memo.HTM": b"<!DOCTYPE html>", "memo.docx": b"PK\x03\x04", "memo.md": b"# Name", "memo.markdown": b"# Name"}


@pytest.mark.parametrize(("name", "begins"), BEGINS.items())
def test_the_ending_tells_the_format(tmp_path: Path, name: str, begins: bytes) -> None:
    write(PLAIN, tmp_path / name)
    assert (tmp_path / name).read_bytes().lstrip().startswith(begins)
    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["memo.pdf", "memo", "-", ".html", "memo.md.txt"])
def test_any_other_ending_names_the_three(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"a memo is a file that ends in \.html, \.docx or \.md$"):
        write(PLAIN, tmp_path / name)


@pytest.mark.parametrize(("name", "missing", "said"), [("a.html", "jinja2", "jinja2"), ("a.docx", "docx", "python-docx"), ("a.md", "matplotlib", "matplotlib")])
def test_a_missing_library_is_one_line_that_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, missing: str, said: str) -> None:
    monkeypatch.setattr(writing, "find_spec", lambda asked: None if asked == missing else find_spec(asked))
    with pytest.raises(UsageError, match=rf'^a memo as \.\w+ needs {said}: pip install "tuneplan\[memo\]"$'):
        form_of(tmp_path / name)


def test_a_missing_folder_is_said_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no folder .*nowhere"):
        form_of(tmp_path / "nowhere" / "memo.html")


@pytest.mark.parametrize("name", ["memo.html", "memo.docx", "memo.md"])
def test_what_the_memo_is_made_of_is_not_written_over(tmp_path: Path, name: str) -> None:
    path, link = tmp_path / name, tmp_path / f"link{Path(name).suffix}"
    path.write_text("read")
    link.symlink_to(path)
    for target in (path, link):
        with pytest.raises(UsageError, match="this file was read; give another name"):
            write(PLAIN, target, sources=[str(path)])
    assert path.read_text() == "read"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")], ids=["interrupted", "disk full"])
@pytest.mark.parametrize("name", ["memo.html", "memo.docx", "memo.md"])
@pytest.mark.parametrize("before", [None, b"before"])
def test_a_memo_that_fails_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException, before: bytes | None
) -> None:
    if before is not None:
        (tmp_path / name).write_bytes(before)

    def fails(self: Path, content: bytes) -> Any:
        with self.open("wb") as stream:
            stream.write(content[: len(content) // 2])
        raise error

    monkeypatch.setattr(Path, "write_bytes", fails)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else UsageError):
        write(PLAIN, tmp_path / name)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == ({} if before is None else {name: before})
