"""Links: their ends, their origins, and that nothing secret of them is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_tui.core import links

S3 = (
    "https://prod.s3.cn-northwest-1.amazonaws.com.cn/infer/tasks/24/1020/13/1/video.mp4"
    "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20241020&X-Amz-Date=20241020T135540Z"
    "&X-Amz-Expires=86400&X-Amz-Signature=0123456789abcdef"
)
URLISH = st.text(
    alphabet=st.sampled_from(list("htps:/?#@&=%.[]\\\"' \u2026a1Z\n\u212a\ud800_-;,<>•{}(")),
    max_size=60,
)
SCRAPS = (
    "https:// http:\\/\\/ %3A%2F%2F Authorization: Bearer Token Signature= X-Amz-Signature%3D & ?"
    " # @ u:p \" ' \n x-api-key: abc123 \\u0026 %26 %3F , ) <ArgumentValue> </x> vd_k • …"
)
SECRETIVE = st.lists(st.sampled_from([*SCRAPS.split(" "), " "]), max_size=25).map("".join)


@pytest.mark.parametrize(
    ("url", "end"),
    [
        (S3, 1729432540 + 86400),
        (S3.replace("X-Amz", "x-amz"), 1729432540 + 86400),
        ("https://d.cloudfront.net/v.mp4?Expires=1789430000&Signature=a&Key-Pair-Id=K", 1789430000),
        (
            "https://b.oss.aliyuncs.com/v?OSSAccessKeyId=R&Expires=1789430000&Signature=a",
            1789430000,
        ),
        ("https://b/v?x-oss-date=20241020T135540Z&x-oss-expires=3600", 1729432540 + 3600),
        ("https://b/v?x-oss-expires=1789430000", 1789430000),
        ("https://c.myqcloud.com/v?q-sign-time=1557902800;1557910000", 1557910000),
        ("https://c.myqcloud.com/v?q-sign-time=1557902800%3B1557910000", 1557910000),
        ("https://x/v?Expires=1789430000&X-Amz-Date=20241020T135540Z&X-Amz-Expires=9", 1729432549),
    ],
)
def test_a_signed_link_says_when_it_ends(url: str, end: float) -> None:
    assert links.expires_at(url) == end


@pytest.mark.parametrize(
    "query",
    [
        "",
        "X-Amz-Expires=86400",
        "X-Amz-Date=20241020T135540Z",
        "X-Amz-Date=20241399T135540Z&X-Amz-Expires=1",
        "X-Amz-Date=00000101T000000Z&X-Amz-Expires=1",
        "X-Amz-Date=20241020T135540Z&X-Amz-Expires=-1",
        "X-Amz-Date=20241020T135540Z&X-Amz-Expires=" + "9" * 5000,
        "X-Amz-Date=٢٠٢٤1020T135540Z&X-Amz-Expires=1",
        "Expires=3600",
        "Expires=NaN",
        "Expires=1e10",
        "Expires=inf",
        "Expires=1789430000000",
        "Expires=" + "9" * 5000,
        "Expires=Thu, 01 Jan 2026 00:00:00 GMT",
        "q-sign-time=;",
        "q-sign-time=1;x",
        "#Expires=1789430000",
    ],
)
def test_a_link_with_a_garbled_end_says_nothing(query: str) -> None:
    assert links.expires_at(f"https://h/v.mp4?{query}") is None


@pytest.mark.parametrize(
    ("url", "has_query", "is_signed"),
    [
        ("https://h/v.mp4", False, False),
        ("https://h/v.mp4#a?b", False, False),
        ("https://h/v.mp4?", True, False),
        ("https://h/v.mp4?size=2", True, False),
        ("https://h/v.mp4?SIGNATURE=2", True, True),
        (S3, True, True),
    ],
)
def test_a_query_and_a_signature_are_told_apart(url: str, has_query: bool, is_signed: bool) -> None:
    assert links.has_query(url) is has_query
    assert links.is_signed(url) is is_signed


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/p/v.mp4", "https://h/p/v.mp4"),
        ("https://h/p/v.mp4?X=1&y", "https://h/p/v.mp4?…"),
        ("https://h/p#frag", "https://h/p?…"),
        ("https://user:pass@h:1/p?x", "https://…@h:1/p?…"),
        ("https://h/a%3Ab?x", "https://h/a%3Ab?…"),
    ],
)
def test_a_link_is_shown_without_query_and_user(url: str, shown: str) -> None:
    assert links.without_query(url) == shown
    assert links.without_query(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://h/p?a=1 now", "see https://h/p?… now"),
        ("for url 'https://h/p?a=1'.", "for url 'https://h/p?…'."),
        ("socks5://me:pw@proxy:1080 down", "socks5://…@proxy:1080 down"),
        (r'"url":"https:\/\/h\/p?a=1\u0026Signature=q"', r'"url":"https:\/\/h\/p?…"'),
        ("u=https%3A%2F%2Fh%2Fp%3FSignature%3Da&b", "u=https%3A%2F%2Fh%2Fp?…&b"),
        ("Authorization: Bearer vd_1\nX: 1", "Authorization: •••\nX: 1"),
        ('{"authorization": "Token vd_1"}', '{"authorization": "•••"}'),
        ('curl -H "Authorization: vd_1" u', 'curl -H "Authorization: •••" u'),
        ("<ArgumentValue>vd_1</ArgumentValue>", "<ArgumentValue>•••</ArgumentValue>"),
        ("sent Bearer vd_1 to", "sent Bearer ••• to"),
        ("sent Token vd_1, then", "sent Token •••, then"),
        ("/p/v.mp4?x=1&X-Amz-Signature=ab", "/p/v.mp4?…"),
        ("X-Amz-Security-Token%3Dab", "X-Amz-Security-Token%3D•••"),
        (r"a\u0026q-signature=ab\u0026c", r"a\u0026q-signature=•••\u0026c"),
        ("x-api-key: abc", "x-api-key: •••"),
        ("Invalid token (request id: 2026)", "Invalid token (request id: 2026)"),
        ("The token is invalid.", "The token is invalid."),
        ("no secret at 12:30, id=5", "no secret at 12:30, id=5"),
    ],
)
def test_redaction_leaves_the_words_and_takes_the_secrets(text: str, shown: str) -> None:
    assert links.redact(text) == shown


@pytest.mark.parametrize(
    "form",
    ["vd_k/1+x", "vd_k%2F1%2Bx", "vd_k%2f1%2bx", r"vd_k\/1+x", "dmRfay8xK3g=", "dmRfay8xK3g"],
)
def test_a_given_secret_goes_in_every_form(form: str) -> None:
    shown = links.redact(f"before {form} after", [" vd_k/1+x\n", "", "a"])
    assert shown.startswith("before •••")
    assert form not in shown


@given(SECRETIVE | st.text(), st.lists(st.text(max_size=8), max_size=3))
@settings(max_examples=100, deadline=None)
def test_redaction_never_raises(text: str, secrets: list[str]) -> None:
    links.redact(text, secrets)


@given(SECRETIVE | URLISH)
@settings(max_examples=100, deadline=None)
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = links.redact(text, ["abc123"])
    assert links.redact(once, ["abc123"]) == once
    assert "abc123" not in once


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://A.Example:443/x?y", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("HTTP://a.example:8080/", "http://a.example:8080"),
        ("https://a.example./", "https://a.example"),
        ("https://u:p@a.example/", "https://a.example"),
        ("https://good.example@evil.example/", "https://evil.example"),
        ("https://[::1]:8443/", "https://[::1]:8443"),
        ("https://[0:0:0:0:0:0:0:1]/", "https://[::1]"),
        ("https://bücher.example/", "https://bücher.example"),
        ("https://a.example../", None),
        ("https://a.example:0/", None),
        ("https://a.example:65536/", None),
        ("https://a.example:8o/", None),
        ("https://a.example\\@b.example/", None),
        ("https://a b.example/", None),
        ("https://a\n.example/", None),
        ("https://[::1/", None),
        ("https://[::g]/", None),
        ("https:///x", None),
        ("ftp://a.example/", None),
        ("//a.example/", None),
        ("a.example", None),
        ("", None),
    ],
)
def test_an_origin_has_one_form(url: str, origin: str | None) -> None:
    assert links.origin(url) == origin


def test_only_equal_usable_origins_are_the_same() -> None:
    assert links.same_origin("https://A.example/x", "https://a.example:443/y?z")
    assert not links.same_origin("http://a.example", "https://a.example")
    assert not links.same_origin("https://a.example", "https://b.a.example")
    assert not links.same_origin("no link", "no link")


def test_a_letter_that_only_looks_like_ascii_is_another_origin() -> None:
    assert not links.same_origin("https://\u212aey.example", "https://key.example")
    assert not links.host_matches("\u212aey.example", "key.example")


@pytest.mark.parametrize(
    ("url", "is_usable"),
    [
        ("https://h/x", True),
        ("HTTP://h", True),
        ("https://******.mp4", True),
        ("https://h:bad/x y", True),
        ("http://[", False),
        ("http://", False),
        ("ftp://h/x", False),
        ("your_generated_results_url", False),
        ("", False),
        (None, False),
        (5, False),
        ({"url": "https://h"}, False),
    ],
)
def test_a_usable_link_is_http_and_a_host(url: object, is_usable: bool) -> None:
    assert links.is_usable(url) is is_usable


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("127.0.0.1", True),
        ("127.9.8.7:81", True),
        ("[::1]:8080", True),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("128.0.0.1", False),
        ("[::2]", False),
        ("0.0.0.0", False),  # noqa: S104 - not a bind
        ("localhost@evil.example", False),
    ],
)
def test_loopback_is_this_machine_alone(host: str, is_loopback: bool) -> None:
    assert links.is_loopback(f"http://{host}/x") is is_loopback


@pytest.mark.parametrize(
    ("host", "pattern", "is_match"),
    [
        ("files.theturbo.ai", "*.theturbo.ai", True),
        ("a.b.TheTurbo.ai.", "*.THETURBO.ai", True),
        ("theturbo.ai", "*.theturbo.ai", False),
        (".theturbo.ai", "*.theturbo.ai", False),
        ("eviltheturbo.ai", "*.theturbo.ai", False),
        ("files.theturbo.ai.evil", "*.theturbo.ai", False),
        ("cdn.example", "CDN.example.", True),
        ("x.cdn.example", "cdn.example", False),
        ("anything", "*", False),
        ("anything", "*.", False),
        ("", "", False),
    ],
)
def test_a_star_stands_for_sub_domains_only(host: str, pattern: str, is_match: bool) -> None:
    assert links.host_matches(host, pattern) is is_match


@pytest.mark.parametrize(
    ("url", "ending"),
    [
        (S3, "mp4"),
        ("https://h/a.cover.JPEG#x", "jpeg"),
        ("https://h/a%2Emp4", "mp4"),
        ("https://h.mp4", ""),
        ("https://h/a.exe", ""),
        ("https://h/mp4", ""),
        ("https://h/a?b.mp4", ""),
        ("", ""),
    ],
)
def test_the_ending_is_read_from_the_path(url: str, ending: str) -> None:
    assert links.ending(url) == ending


@given(URLISH | st.text())
@settings(max_examples=100, deadline=None)
def test_no_link_is_too_odd(url: str) -> None:
    for text in (url, f"https://{url}", f"https://h/?{url}"):
        links.expires_at(text)
        links.is_signed(text)
        links.is_usable(text)
        links.is_loopback(text)
        links.ending(text)
        links.without_query(text)
        links.host_matches(text, url)
        shown = links.origin(text)
        assert shown is None or links.origin(shown) == shown


def test_redaction_of_a_long_text_takes_no_time() -> None:
    for piece in (
        "https://",
        "Bearer ",
        "%3A%2F%2F",
        "Signature=",
        "authorization",
        "\\",
        "a@",
        "%25",
    ):
        links.redact(piece * (100_000 // len(piece)), ["vd_secret"])
