"""Signed links, without a server."""

from __future__ import annotations

import pytest

from vidu_tui.sandbox.links import Signer, Verdict, life_of

NOW_S = 1_789_000_000.0


def parts(link: str) -> tuple[bytes, bytes]:
    path, _, query = link.partition("?")
    return path.encode(), query.encode()


def test_a_fresh_link_is_good_until_its_last_second() -> None:
    signer = Signer()
    path, query = parts(signer.sign("/files/a.mp4", 60, NOW_S))
    assert signer.check(path, query, NOW_S) is Verdict.GOOD
    assert signer.check(path, query, NOW_S + 60) is Verdict.GOOD
    assert signer.check(path, query, NOW_S + 61) is Verdict.EXPIRED


def test_a_link_says_for_how_long_it_was_made_and_when_it_ends() -> None:
    _, query = parts(Signer().sign("/files/a.mp4", 60, NOW_S + 0.9))
    assert life_of(query) == (60, NOW_S + 60)


def test_two_links_of_the_same_second_differ() -> None:
    signer = Signer()
    assert signer.sign("/files/a.mp4", 60, NOW_S) != signer.sign("/files/a.mp4", 60, NOW_S)


def test_a_link_looks_like_one_of_s3_and_holds_a_name_that_is_encoded_twice() -> None:
    link = Signer().sign("/files/a.mp4", 86_400, NOW_S)
    assert link.startswith("/files/a.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=")
    assert "&X-Amz-Date=20260910T002640Z&X-Amz-Expires=86400&" in link
    assert "%2Faws4_request&" in link
    assert "%253A" in link


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("%253A", "%3A"), ("%253A", "%25253A"), ("%2F", "/"), ("86400", "86401"), ("&x-id", "&X-id")],
)
def test_a_query_that_is_not_sent_byte_for_byte_is_forged(was: str, becomes: str) -> None:
    signer = Signer()
    path, query = parts(signer.sign("/files/a.mp4", 86_400, NOW_S))
    assert was.encode() in query
    changed = query.replace(was.encode(), becomes.encode())
    assert signer.check(path, changed, NOW_S) is Verdict.FORGED


def test_a_link_opens_no_other_file_and_no_other_server() -> None:
    signer = Signer()
    path, query = parts(signer.sign("/files/a.mp4", 60, NOW_S))
    assert signer.check(b"/files/b.mp4", query, NOW_S) is Verdict.FORGED
    assert Signer().check(path, query, NOW_S) is Verdict.FORGED


@pytest.mark.parametrize("query", [b"x=1", b"&X-Amz-Signature=", b"X-Amz-Expires=9", b"%"])
def test_any_other_query_is_forged_and_none_is_unsigned(query: bytes) -> None:
    assert Signer().check(b"/files/a.mp4", query, NOW_S) is Verdict.FORGED
    assert Signer().check(b"/files/a.mp4", b"", NOW_S) is Verdict.UNSIGNED
