"""Kinds of files by their first bytes, and the words of pages that come instead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_tui.core import media

FTYP = b"\x00\x00\x00\x20ftyp"
ADTS = b"\xff\xf1\x50\x80\x02\x1f\xfc"
"""The head of a frame of 16 bytes."""


@pytest.mark.parametrize(
    ("head", "ending"),
    [
        (FTYP + b"isom\x00\x00\x02\x00", "mp4"),
        (FTYP + b"mp42", "mp4"),
        (FTYP + b"qt  ", "mov"),
        (FTYP + b"M4A ", "m4a"),
        (FTYP + b"avif\x00\x00\x00\x00", "avif"),
        (FTYP + b"avis", "avif"),
        (FTYP + b"heic\x00\x00\x00\x00mif1heic", "heic"),
        (FTYP + b"mif1\x00\x00\x00\x00mif1avifmiaf", "avif"),
        (FTYP + b"mif1\x00\x00\x00\x00mif1miafMA1B....avif", "heic"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "webm"),
        (b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", "mkv"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (b"RIFF\x00\x00\x00\x00CDDA", ""),
        (b"GIF89a", "gif"),
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xfb\x90\x64", "mp3"),
        (b"\xff\xf3\x40\xc0", "mp3"),
        (b"\xff\xf1\x50\x80", ""),
        (ADTS, "aac"),
        (ADTS + bytes(9) + ADTS, "aac"),
        (ADTS + bytes(9) + b"no frame", ""),
        (b"\xff\xf1\x7c\x80\x02\x1f\xfc", ""),
        (b"\xff\xf1\x50\x80\x00\x1f\xfc", ""),
        (b"ADIF\x00", "aac"),
        (b"FLV\x01\x05", "flv"),
        ((b"G" + bytes(187)) * 3, "ts"),
        ((b"G" + bytes(187)) * 2, ""),
        (b"\xff\xfe<\x00h\x00", ""),
        (b"\xff\xff\xff\xff", ""),
        (b"\xff\xfb", ""),
        (b"OggS\x00\x02", "ogg"),
        (b"fLaC\x00", "flac"),
        (b"PK\x03\x04\x14", "zip"),
        (b"<!doctype html>", ""),
        (b"\x00" * 512, ""),
        (b"", ""),
    ],
)
def test_the_first_bytes_tell_the_ending(head: bytes, ending: str) -> None:
    assert media.sniff(head) == ending


@pytest.mark.parametrize(
    ("head", "is_page"),
    [
        (b"<!DOCTYPE html><html>", True),
        (b"\r\n  <html>", True),
        (b'\xef\xbb\xbf<?xml version="1.0"?>', True),
        ("<html>".encode("utf-16"), True),
        (b'{"code":401}', True),
        (b"[1]", True),
        (b'"no"', True),
        (FTYP + b"isom", False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"{\x00\x01binary", False),
        (b"< 5", False),
        (b"plain words", False),
        (b"", False),
    ],
)
def test_a_page_is_known_by_its_beginning(head: bytes, is_page: bool) -> None:
    assert media.looks_like_page(head) is is_page


@pytest.mark.parametrize(
    ("head", "content_type", "is_words"),
    [
        (b"just words", "", True),
        (b"just words", "video/mp4", True),
        ("好".encode() * 400, "", True),
        (b"xx" + "好".encode() * 400, "", True),
        ("错误".encode("gbk"), "text/plain", True),
        ("错误".encode("gbk"), "application/octet-stream", False),
        (b"<html>", "video/mp4", True),
        (b"{", "", True),
        (FTYP + b"isom", "text/html", False),
        (b"\x00\x01\x02binary", "text/plain", False),
        (b"\xf0\x9fbinary\xfe\xfe", "", False),
        (b" \r\n", "", False),
        (b"", "text/plain", False),
    ],
)
def test_a_message_is_told_from_bytes_of_an_unknown_format(
    head: bytes, content_type: str, is_words: bool
) -> None:
    assert media.looks_like_words(head, content_type) is is_words


@pytest.mark.parametrize(
    ("content_type", "ending"),
    [
        ("video/mp4", "mp4"),
        (" Video/QuickTime; charset=x", "mov"),
        ("image/avif", "avif"),
        ("audio/aac", "aac"),
        ("audio/mpeg", "mp3"),
        ("video/mpeg", "mpg"),
        ("application/ogg", "ogg"),
        ("audio/mp4", "m4a"),
        ("video/ogg", ""),
        ("application/octet-stream", ""),
        ("text/html", ""),
        ("mp4", ""),
        ("", ""),
    ],
)
def test_a_content_type_names_an_ending(content_type: str, ending: str) -> None:
    assert media.ending_of_type(content_type) == ending


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("mp4", "video"),
        (".MOV", "video"),
        ("jpeg", "image"),
        ("wav", "audio"),
        ("aac", "audio"),
        ("avif", "image"),
        ("heic", "image"),
        ("avi", "video"),
        ("ts", "video"),
        ("flv", "video"),
        ("zip", ""),
        ("", ""),
    ],
)
def test_an_ending_belongs_to_a_kind(ending: str, kind: str) -> None:
    assert media.kind_of(ending) == kind


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><head><TITLE>\n502 Bad\tGateway </TITLE></head></html>", "502 Bad Gateway"),
        (b"<html><h1 class='x'>Login &amp; go</h1></html>", "Login & go"),
        (b"<p>nothing</p>", ""),
        (
            b'<?xml version="1.0"?><Error><Code>InvalidArgument</Code><Message>Only one auth'
            b" mechanism allowed</Message><ArgumentValue>Bearer vd_1</ArgumentValue></Error>",
            "InvalidArgument: Only one auth mechanism allowed",
        ),
        (b"<Error><Code>AccessDenied</Code></Error>", "AccessDenied"),
        (b'{"code":401,"reason":"Unauthorized","message":"wrong key"}', "wrong key"),
        (b'{"error":{"message":"Invalid token","code":""}}', "Invalid token"),
        (b'{"error":"Task not found"}', "Task not found"),
        (b'{"code":404,"reason":"TaskNotFound"}', "TaskNotFound"),
        (b'[{"message":"first"}]', "first"),
        (b'{"message":{"a":1}}', ""),
        (b'{"message":"cut off', ""),
        (b'{"n":' + b"9" * 5000 + b',"message":"huge"}', "huge"),
        (b"[" * 60_000, ""),
        (
            b'{"message":"sent Bearer vd_1 to https://h/p?sig=2"}',
            "sent Bearer ••• to https://h/p?…",
        ),
        (b'{"message":"a\\u001b[31mred\\u202e\\nb"}', "ared b"),
        (b"upstream connect error\nmore", "upstream connect error"),
        (b"\x00\x01\x02", ""),
        (b"\xff\xd8\xff\xe0", ""),
        (b"", ""),
    ],
)
def test_a_page_is_told_in_its_own_words(body: bytes, words: str) -> None:
    assert media.page_words(body) == words


def test_the_words_of_a_page_are_short_and_without_the_key() -> None:
    words = media.page_words(b'{"message":"key vd_secret ' + b"x" * 500 + b'"}', ["vd_secret"])
    assert len(words) == 120
    assert words.startswith("key ••• x")


BODIES = st.builds(
    lambda start, rest: start + rest,
    st.sampled_from(
        [b"", b"<", b"{", b"[", b'{"message":', b"<title>", b"\xff\xfe", b"\xff\xfb", FTYP]
    ),
    st.binary(max_size=80),
)


@given(BODIES)
@settings(max_examples=100, deadline=None)
def test_no_bytes_are_too_odd(body: bytes) -> None:
    assert not (media.sniff(body) and media.looks_like_page(body))
    assert len(media.page_words(body)) <= 120
