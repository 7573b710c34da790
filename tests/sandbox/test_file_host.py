"""Files over a real socket: signatures, credentials, ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vidu_tui.sandbox import media
from vidu_tui.sandbox.scenario import SandboxTask
from vidu_tui.sandbox.server import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

PATH = "/files/sunset.mp4"


def whole(name: str = "sunset.mp4") -> bytes:
    path: Path | None = media.path_of(name)
    assert path is not None
    return path.read_bytes()


def test_a_signed_link_gives_the_whole_file(client: httpx.Client, sandbox: Sandbox) -> None:
    answer = client.get(sandbox.sign(PATH, 60))
    assert answer.status_code == 200
    assert answer.content == whole()
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert int(answer.headers["content-length"]) == len(whole())
    assert "last-modified" in answer.headers


def test_head_tells_the_length_and_sends_nothing(client: httpx.Client, sandbox: Sandbox) -> None:
    answer = client.head(sandbox.sign(PATH, 60), headers={"range": "bytes=5-"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(whole())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sunset.cover.jpeg", "image/jpeg"),
        ("crowd.png", "image/png"),
        ("dunes.speech.wav", "audio/wav"),
        ("dunes.sound.mp3", "audio/mpeg"),
        ("stage.bgm.m4a", "audio/mp4"),
    ],
)
def test_pictures_and_sounds_have_their_own_type(
    client: httpx.Client, sandbox: Sandbox, name: str, kind: str
) -> None:
    answer = client.get(sandbox.sign(f"/files/{name}", 60))
    assert (answer.headers["content-type"], answer.content) == (kind, whole(name))


def test_a_link_without_its_query_is_denied(client: httpx.Client, sandbox: Sandbox) -> None:
    answer = client.get(sandbox.origin + PATH)
    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text
    assert answer.headers["content-type"] == "application/xml"


def test_a_query_encoded_anew_is_refused(client: httpx.Client, sandbox: Sandbox) -> None:
    url = sandbox.sign(PATH, 60)
    answer = client.get(url.replace("%253A", "%3A"))
    assert answer.status_code == 403
    assert "<Code>SignatureDoesNotMatch</Code>" in answer.text


def test_an_expired_link_is_refused_and_a_fresh_one_works(client: httpx.Client) -> None:
    time_s = [1_789_000_000.0]
    with Sandbox(bytes_per_s=0, now=lambda: time_s[0]) as sandbox:
        url = sandbox.sign(PATH, 60)
        time_s[0] += 61
        answer = client.get(url)
        assert answer.status_code == 403
        assert "Request has expired" in answer.text
        assert client.get(sandbox.sign(PATH, 60)).status_code == 200


def test_a_signed_link_with_a_key_is_refused_and_the_key_echoed(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    answer = client.get(sandbox.sign(PATH, 60), headers={"authorization": "Bearer <secret>"})
    assert answer.status_code == 400
    assert "Only one auth mechanism allowed" in answer.text
    assert "<ArgumentValue>Bearer &lt;secret&gt;</ArgumentValue>" in answer.text


def test_an_open_file_needs_nothing(client: httpx.Client, sandbox: Sandbox) -> None:
    assert client.get(f"{sandbox.origin}/open/sunset.mp4").content == whole()


def test_a_keyed_file_wants_the_key(client: httpx.Client, sandbox: Sandbox) -> None:
    url = f"{sandbox.origin}/keyed/sunset.mp4"
    assert client.get(url).status_code == 401
    assert client.get(url, headers={"authorization": "Bearer no"}).status_code == 401
    answer = client.get(url, headers={"authorization": f"Bearer {sandbox.key}"})
    assert answer.content == whole()


def test_a_file_that_is_not_there_is_404(client: httpx.Client, sandbox: Sandbox) -> None:
    answer = client.get(sandbox.sign("/files/absent.mp4", 60))
    assert answer.status_code == 404
    assert "<Code>NoSuchKey</Code>" in answer.text


def test_another_sandbox_can_hold_the_files(client: httpx.Client) -> None:
    task = SandboxTask(id="5")
    with Sandbox([], bytes_per_s=0) as store, Sandbox([task], file_host=store) as sandbox:
        headers = {"authorization": f"Bearer {sandbox.key}"}
        body = client.get(f"{sandbox.base_url}/tasks/5/creations", headers=headers).json()
        url = body["creations"][0]["url"]
        assert url.startswith(store.origin)
        assert client.get(url).content == whole()


def test_a_range_gives_the_rest(client: httpx.Client, sandbox: Sandbox) -> None:
    url = sandbox.sign(PATH, 60)
    etag = client.head(url).headers["etag"]
    answer = client.get(url, headers={"range": "bytes=1000-", "if-range": etag})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes 1000-{len(whole()) - 1}/{len(whole())}"
    assert answer.headers["etag"] == etag
    assert answer.content == whole()[1000:]


def test_if_range_with_another_etag_gives_the_whole_file(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    headers = {"range": "bytes=1000-", "if-range": '"another"'}
    answer = client.get(sandbox.sign(PATH, 60), headers=headers)
    assert (answer.status_code, answer.content) == (200, whole())


def test_a_range_at_the_end_is_416_and_tells_the_length(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    headers = {"range": f"bytes={len(whole())}-"}
    answer = client.get(sandbox.sign(PATH, 60), headers=headers)
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(whole())}"


def test_a_file_put_by_hand_is_served_and_its_change_shows(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    url = f"{sandbox.origin}/open/own.mp4"
    sandbox.files.put("own.mp4", b"one")
    first = client.get(url)
    sandbox.files.put("own.mp4", b"two")
    second = client.get(url)
    assert (first.content, second.content) == (b"one", b"two")
    assert first.headers["etag"] != second.headers["etag"]


def test_a_held_back_file_comes_in_many_pieces_and_whole(client: httpx.Client) -> None:
    with Sandbox(bytes_per_s=20_000) as sandbox:
        sandbox.files.put("slow.mp4", bytes(4_000))
        with client.stream("GET", f"{sandbox.origin}/open/slow.mp4") as answer:
            pieces = list(answer.iter_raw())
    assert len(pieces) > 1
    assert sum(map(len, pieces)) == 4_000
