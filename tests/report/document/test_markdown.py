"""A memo as Markdown: escaped, with pictures beside it, whole or not at all."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from documents import HOSTILE, blocks, document, picture
from tuneplan.errors import UsageError
from tuneplan.report.document.blocks import Code, Document, Section
from tuneplan.report.document.letters import line
from tuneplan.report.document.markdown import as_markdown_document
from tuneplan.report.document.writing import write
from tuneplan.report.words import as_markdown_words


def of_blocks(*given: object) -> str:
    document = Document(title="A", question="", front=(Section(title="B", anchor="b", blocks=given),), sections=(), provenance="C")  # type: ignore[arg-type]
    return as_markdown_document(document, folder="memo_charts").text


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_words_stay_words(words: str) -> None:
    text = as_markdown_document(document(words, with_picture=False), folder="memo_charts").text
    safe = as_markdown_words(line(words))
    for each in (f"# Name: {safe}", f"**Question: {safe}**", f"## 1. First: {safe}", f"- Item: {safe}", f"1. Step: {safe}", f"> **Call: {safe}**", f"From: {safe}"):
        assert f"\n{each}\n" in f"\n{text}"
    outside = re.sub(r"(?ms)^(`{3,})\n.*?^\1$", "", text)
    assert not re.search(r"(?<!\\)<", re.sub('<a id="(first|second)"></a>', "", outside)), "no markup but anchors"
    assert not re.search(r"(?<!\\)\]\((?!#|memo_charts/)", outside), "no link but those of ours"
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", text)


def test_a_fence_is_longer_than_any_in_the_code() -> None:
    assert "\n````\na\n```\nb\n````\n" in of_blocks(Code("a\n```\nb"))


def test_pictures_stand_beside_the_text_with_words_for_who_cannot_see_them() -> None:
    made = as_markdown_document(document("a"), folder="my memo_charts")
    shown = re.findall(r"!\[(.*?)\]\((.*?)\)", made.text)
    assert {alt for alt, _ in shown} == {"Alt: a"}
    assert {unquote(path) for _, path in shown} == set(made.pictures)
    assert all(" " not in path for _, path in shown)
    assert all(content.startswith(b"\x89PNG") for content in made.pictures.values())
    assert made.text.count("\n**Title: a**\n") == 2
    assert made.text.count("\nNote: a. Source: 64 draws.\n") == 2


def test_contents_lead_to_sections() -> None:
    text = as_markdown_document(document("a", with_picture=False), folder="x").text
    assert "\n1. [First: a](#first)\n2. [Second](#second)\n" in text
    assert text.count('<a id="first"></a>') == text.count('<a id="second"></a>') == 1


def names(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*"))


def one(words: str) -> Document:
    section = Section(title="B", anchor="b", blocks=(picture("one", words=words), picture("two", words="the same")))
    return Document(title=words, question="", front=(section,), sections=(), provenance="")


def test_pictures_that_nothing_shows_any_more_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "memo.md"
    write(one("first"), path)
    before = names(tmp_path)
    (tmp_path / "memo_charts" / "mine.png").write_bytes(b"")
    other = Document(title="other", question="", front=(Section(title="B", anchor="b", blocks=blocks("x")[-1:]),), sections=(), provenance="")
    write(other, path)
    after = names(tmp_path)
    assert len(before) == 4
    assert len(after) == 4
    assert set(before) & set(after) == {"memo.md", "memo_charts"}
    assert "memo_charts/mine.png" in after
    assert f"memo_charts/{re.findall(r'a-chart-[0-9a-f]{8}.png', path.read_text())[0]}" in after


def test_a_memo_without_pictures_leaves_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "memo.md"
    write(one("first"), path)
    write(document(with_picture=False), path)
    assert names(tmp_path) == ["memo.md"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")], ids=["interrupted", "disk full"])
@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("is_first", [True, False], ids=["first memo", "second memo"])
def test_a_memo_that_fails_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, after: int, is_first: bool
) -> None:
    path = tmp_path / "memo.md"
    if not is_first:
        write(one("first"), path)
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path) if (tmp_path / name).is_file()}
    monkeypatch.setattr(Path, "write_bytes", failing(error, after=after))
    new = Document(title="new", question="", front=(Section(title="B", anchor="b", blocks=(*blocks("x")[-1:], picture("two"))),), sections=(), provenance="")
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else UsageError):
        write(new, path)
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path) if (tmp_path / name).is_file()} == before
    assert (tmp_path / "memo_charts").exists() != is_first


def failing(error: BaseException, *, after: int) -> Callable[[Path, bytes], int]:
    """Writes a few files, then half of one."""
    real, done = Path.write_bytes, []

    def fails(self: Path, content: bytes) -> int:
        if len(done) < after:
            done.append(self)
            return real(self, content)
        real(self, content[: len(content) // 2])
        raise error

    return fails
