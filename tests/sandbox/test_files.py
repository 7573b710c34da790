"""Ranges and what is told of a file, without a server."""

from __future__ import annotations

import pytest

from vidu_tui.sandbox.files import LAST_MODIFIED, FileStore, Span, StoredFile, wanted_span

FILE = StoredFile("ten.mp4", b"0123456789")


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("bytes=0-", Span(0, 10, 10)),
        ("bytes=4-", Span(4, 10, 10)),
        ("bytes=2-4", Span(2, 5, 10)),
        ("bytes=2-99", Span(2, 10, 10)),
        ("bytes=-3", Span(7, 10, 10)),
        ("bytes=-99", Span(0, 10, 10)),
    ],
)
def test_a_range_is_a_span_of_the_file(asked: str, span: Span) -> None:
    assert wanted_span(FILE, {"range": asked}) == span


@pytest.mark.parametrize("asked", ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "x=1-"])
def test_what_is_no_single_range_gets_the_whole_file(asked: str) -> None:
    assert wanted_span(FILE, {"range": asked}) is None


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_range_beyond_the_file_is_an_empty_span(asked: str) -> None:
    span = wanted_span(FILE, {"range": asked})
    assert span is not None
    assert span.start == span.end


@pytest.mark.parametrize("mark", [FILE.etag, LAST_MODIFIED])
def test_if_range_with_the_files_own_mark_lets_the_range_hold(mark: str) -> None:
    assert wanted_span(FILE, {"range": "bytes=4-", "if-range": mark}) == Span(4, 10, 10)


@pytest.mark.parametrize("mark", ['"other"', f"W/{FILE.etag}", ""])
def test_if_range_with_another_mark_gets_the_whole_file(mark: str) -> None:
    assert wanted_span(FILE, {"range": "bytes=4-", "if-range": mark}) is None


def test_a_span_says_its_content_range() -> None:
    assert Span(4, 10, 10).content_range == "bytes 4-9/10"


def test_the_etag_is_strong_and_changes_with_the_content() -> None:
    assert FILE.etag.startswith('"')
    assert FILE.etag == StoredFile("other", FILE.content).etag
    assert FILE.etag != StoredFile("ten.mp4", b"012345678!").etag


def test_the_store_gives_media_and_what_was_put_and_nothing_else() -> None:
    store = FileStore()
    store.put("big.bin", b"xyz")
    found = store.get("big.bin")
    assert found is not None
    assert (found.content, found.kind) == (b"xyz", "application/octet-stream")
    clip = store.get("sunset.mp4")
    assert clip is not None
    assert clip.kind == "video/mp4"
    for name in ("absent.mp4", "__init__.py", "../server.py", "..", "", "/etc/hostname"):
        assert store.get(name) is None


def test_a_put_file_takes_the_place_of_the_media() -> None:
    store = FileStore()
    assert store.get("sunset.mp4") is not None
    store.put("sunset.mp4", b"new")
    changed = store.get("sunset.mp4")
    assert changed is not None
    assert changed.content == b"new"
