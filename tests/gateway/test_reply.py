"""What of an answer's head may be kept on disk: a validator, but nothing that gives access."""

import httpx
import pytest

from vidu_tui.gateway import reply

KEY = "vd_9f3Wkq77QmNzpLx"
DATE = "Thu, 01 Jan 2026 10:20:30 GMT"


def etag_of(tag: str, url: str = "https://h/v.mp4", *, sent: str = "", known: str = "") -> str:
    request = httpx.Request("GET", url, headers={"Authorization": sent} if sent else {})
    response = httpx.Response(200, headers={"ETag": tag}, request=request)
    return reply.validator_of(response, (known,) if known else ()).etag


def test_an_ordinary_etag_is_kept() -> None:
    for tag in ('"5f3-62d1;gzip"', '"d41d8cd98f00b204e9800998ecf8427e-12"', '"a/b+c=="'):
        assert etag_of(tag, "https://h/v.mp4?size=2&X-Amz-Signature=5ecret5ecret") == tag


@pytest.mark.parametrize("value", ["5ecret%2F5ecret", "5ecret/5ecret", "cretSecret%2B%3D"])
def test_an_etag_that_repeats_the_links_query_is_dropped(value: str) -> None:
    assert etag_of(f'"x{value}"', f"https://h/v.mp4?k={value}") == ""


def test_an_etag_that_repeats_a_key_is_dropped() -> None:
    assert etag_of(f'"{KEY}"', sent=f"Bearer {KEY}") == ""
    assert etag_of(f'"{KEY}"', known=KEY) == ""
    assert etag_of(f'"{KEY}"') != ""


@pytest.mark.parametrize(
    "tag",
    ['"https://h/v.mp4?k=1"', '"/v.mp4?k=5ecret"', '"X-Amz-Signature=5ecret"', f'"{"a" * 199}"'],
)
def test_an_etag_that_looks_like_a_signed_link_or_is_very_long_is_dropped(tag: str) -> None:
    assert etag_of(tag) == ""


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (DATE, DATE),
        (DATE.replace("GMT", f"({KEY}) GMT"), ""),
        (f"{DATE} {KEY}", ""),
        ("1 Jan 2026 10:20:30 +0000", ""),
        ("Thu, 99 Jan 2026 10:20:30 GMT", ""),
    ],
)
def test_a_date_is_kept_in_its_one_form_alone(told: str, kept: str) -> None:
    request = httpx.Request("GET", "https://h/v.mp4")
    response = httpx.Response(200, headers={"Last-Modified": told}, request=request)
    assert reply.validator_of(response).last_modified == kept
