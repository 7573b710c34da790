"""How the files of one task come, over real sockets: pace, cuts, stems and links that die."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import httpx
import pytest

from vidu_tui.sandbox import media
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.scenario import DEMO_TASKS, Phase, SandboxTask
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.sandbox.transfers import Cuts, pace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIP = "sunset.mp4"
COVER = "sunset.cover.jpeg"
PLAIN = SandboxTask(id="1")
CUT = SandboxTask(id="2", cut_every=60_000, cuts=2)
SLOW = SandboxTask(id="3", bytes_per_s=20_000)
LASTING = SandboxTask(id="gf03:a/b", cut_every=80_000, cuts=None)
NOW_S = 1_789_000_000.0


@pytest.fixture
def host() -> Iterator[Sandbox]:
    with Sandbox([PLAIN, CUT, SLOW, LASTING], bytes_per_s=0) as running:
        yield running


def content_of(name: str) -> bytes:
    path = media.path_of(name)
    assert path is not None
    return path.read_bytes()


def link_to(client: httpx.Client, sandbox: Sandbox, task: SandboxTask, field: str = "url") -> str:
    """Ask the task anew and take a link out of its answer."""
    asked = f"{sandbox.base_url}/tasks/{task.id.replace('/', '%2F')}/creations"
    answer = client.get(asked, headers={"authorization": f"Bearer {sandbox.key}"})
    assert answer.status_code == 200
    link = answer.json()["creations"][0][field]
    assert isinstance(link, str)
    return link


def take(client: httpx.Client, link: str, have: int = 0) -> tuple[bytes, bool]:
    """Return the bytes from ``have`` on, and whether they came as announced."""
    got, headers = b"", {"range": f"bytes={have}-"} if have else {}
    with client.stream("GET", link, headers=headers) as answer:
        assert answer.status_code == (206 if have else 200)
        try:
            for piece in answer.iter_raw():
                got += piece
        except httpx.RemoteProtocolError:
            return got, False
    return got, True


def sizes_of(client: httpx.Client, sandbox: Sandbox, task: SandboxTask) -> list[int]:
    """Fetch a clip like a patient client, with a fresh link each time; return the pieces' sizes."""
    got, is_whole, sizes = b"", False, []
    while not is_whole:
        piece, is_whole = take(client, link_to(client, sandbox, task), len(got))
        got += piece
        sizes.append(len(piece))
    assert got == content_of(CLIP)
    return sizes


def test_a_task_that_is_cut_twice_comes_whole_at_the_third_request(
    client: httpx.Client, host: Sandbox
) -> None:
    rest = len(content_of(CLIP)) - 120_000
    assert sizes_of(client, host, CUT) == [60_000, 60_000, rest]
    assert sizes_of(client, host, CUT) == [len(content_of(CLIP))]


def test_a_cut_without_an_end_goes_on_until_less_is_left(
    client: httpx.Client, host: Sandbox
) -> None:
    rest = len(content_of(CLIP)) - 160_000
    assert sizes_of(client, host, LASTING) == [80_000, 80_000, rest]
    assert sizes_of(client, host, LASTING) == [80_000, 80_000, rest]


def test_a_cut_is_for_its_task_alone_though_others_share_the_file(
    client: httpx.Client, host: Sandbox
) -> None:
    link = link_to(client, host, CUT)
    for other in (link_to(client, host, PLAIN), host.sign(f"/files/{CLIP}", 60)):
        assert take(client, other) == (content_of(CLIP), True)
    assert take(client, link)[1] is False


def test_each_sandbox_and_each_task_put_anew_count_their_cuts_from_the_start(
    client: httpx.Client, host: Sandbox
) -> None:
    sizes = sizes_of(client, host, CUT)
    assert len(sizes) == 3
    with Sandbox([CUT], bytes_per_s=0) as fresh:
        assert sizes_of(client, fresh, CUT) == sizes
    host.add(CUT)
    assert sizes_of(client, host, CUT) == sizes


def test_asking_for_the_length_or_the_cover_uses_up_no_cut(
    client: httpx.Client, host: Sandbox
) -> None:
    link, cover = link_to(client, host, CUT), link_to(client, host, CUT, "cover_url")
    for _ in range(3):
        assert client.head(link).status_code == 200
        assert client.get(cover).content == content_of(COVER)
        assert client.get(link, headers={"range": "bytes=0-9"}).content == content_of(CLIP)[:10]
    assert len(sizes_of(client, host, CUT)) == 3


@pytest.mark.parametrize("fault", [Fault(), Fault(cut_after=5_000)], ids=["right", "cut"])
def test_what_was_ordered_by_hand_wins_over_the_tasks_own_cut(
    client: httpx.Client, host: Sandbox, fault: Fault
) -> None:
    host.faults.put(CLIP, fault, times=1)
    got, is_whole = take(client, link_to(client, host, CUT))
    assert (len(got), is_whole) == (fault.cut_after or len(content_of(CLIP)), not fault.cut_after)
    assert len(sizes_of(client, host, CUT)) == 3


def test_a_pace_is_for_its_task_alone_and_goes_before_the_sandboxs(
    client: httpx.Client, host: Sandbox
) -> None:
    def pieces_of(task: SandboxTask) -> int:
        with client.stream("GET", link_to(client, host, task)) as answer:
            pieces = list(answer.iter_raw())
        assert b"".join(pieces) == bytes(4_000)
        return len(pieces)

    host.files.put(CLIP, bytes(4_000))
    assert pieces_of(SLOW) > 1
    assert pieces_of(PLAIN) == 1
    host.bytes_per_s = 1
    host.add(SandboxTask(id="4", bytes_per_s=0))
    assert pieces_of(SandboxTask(id="4")) == 1


def test_the_pace_of_a_file_is_its_tasks_then_the_sandboxs_and_a_cover_has_none() -> None:
    task = SandboxTask(id="1", bytes_per_s=500, speech_file="dunes.speech.wav")
    assert pace_of(task, CLIP, 9) == 500
    assert pace_of(PLAIN, CLIP, 9) == pace_of(None, CLIP, 9) == 9
    assert pace_of(task, "dunes.speech.wav", 9) == 9
    assert pace_of(task, COVER, 9) == 0


def test_only_what_is_longer_than_a_cut_is_cut_and_counted() -> None:
    cuts = Cuts()
    assert [cuts.take(CUT, CLIP, size) for size in (1, 60_000)] == [None, None]
    assert cuts.take(CUT, COVER, 99_999) is None
    assert cuts.take(PLAIN, CLIP, 99_999) is None
    assert [cuts.take(CUT, CLIP, 60_001) for _ in range(3)] == [60_000, 60_000, None]
    cuts.forget("another")
    assert cuts.take(CUT, CLIP, 60_001) is None
    cuts.forget(CUT.id)
    assert cuts.take(CUT, CLIP, 60_001) == 60_000


def test_only_a_clip_with_a_way_of_its_own_has_its_task_in_its_link(
    client: httpx.Client, host: Sandbox
) -> None:
    def path_of(task: SandboxTask, field: str) -> str:
        return link_to(client, host, task, field).removeprefix(host.origin).partition("?")[0]

    assert path_of(PLAIN, "url") == f"/files/{CLIP}"
    assert path_of(CUT, "url") == f"/files/2/{CLIP}"
    assert path_of(SLOW, "url") == f"/files/3/{CLIP}"
    assert path_of(LASTING, "url") == f"/files/gf03%3Aa%2Fb/{CLIP}"
    assert path_of(CUT, "cover_url") == f"/files/{COVER}"


def test_a_signature_for_one_task_opens_no_file_of_another(
    client: httpx.Client, host: Sandbox
) -> None:
    link = link_to(client, host, CUT)
    for path in (f"/files/3/{CLIP}", f"/files/{CLIP}"):
        answer = client.get(link.replace(f"/files/2/{CLIP}", path))
        assert (answer.status_code, "SignatureDoesNotMatch" in answer.text) == (403, True)


@pytest.mark.parametrize("kind", ["open", "keyed"])
def test_open_and_keyed_clips_are_cut_as_well(client: httpx.Client, kind: str) -> None:
    task = SandboxTask(id="9", links="open" if kind == "open" else "keyed", cut_every=1_000)
    with Sandbox([task], bytes_per_s=0) as sandbox:
        link = link_to(client, sandbox, task)
        assert link == f"{sandbox.origin}/{kind}/9/{CLIP}"
        headers = {"authorization": f"Bearer {sandbox.key}"}
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(link, headers=headers)
        assert client.get(link, headers=headers).content == content_of(CLIP)


def test_a_link_that_dies_while_its_file_comes_is_refused_as_s3_does_and_a_fresh_one_goes_on(
    client: httpx.Client,
) -> None:
    time_s = [NOW_S]
    task = SandboxTask(id="5", lifetime_s=12, cut_every=70_000)
    with Sandbox([task], bytes_per_s=0, now=lambda: time_s[0]) as sandbox:
        link = link_to(client, sandbox, task)
        with client.stream("GET", link) as answer:
            time_s[0] += 13
            with pytest.raises(httpx.RemoteProtocolError):
                list(answer.iter_raw())
        refused = client.get(link, headers={"range": "bytes=70000-"})
        assert (refused.status_code, refused.headers["content-type"]) == (403, "application/xml")
        assert re.sub(r"(<RequestId>|<HostId>)[\w-]+", r"\1…", refused.text) == (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            "<Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
            "<X-Amz-Expires>12</X-Amz-Expires><Expires>2026-09-10T00:26:52Z</Expires>"
            "<ServerTime>2026-09-10T00:26:53Z</ServerTime>"
            "<RequestId>…</RequestId><HostId>…</HostId></Error>"
        )
        rest, is_whole = take(client, link_to(client, sandbox, task), have=70_000)
    assert (rest, is_whole) == (content_of(CLIP)[70_000:], True)


def test_only_an_answer_with_links_takes_as_long_as_its_signing(
    client: httpx.Client,
) -> None:
    phases = (Phase(0, "processing"), Phase(10, "success"))
    clock_s = [0.0]
    task = SandboxTask(id="6", phases=phases, signing_s=60)
    with Sandbox([task], clock=lambda: clock_s[0]) as sandbox:
        headers = {"authorization": f"Bearer {sandbox.key}"}
        url = f"{sandbox.base_url}/tasks/6/creations"
        assert client.get(url, headers=headers).json()["state"] == "processing"
        clock_s[0] = 10
        assert (sandbox.delay_s("6"), sandbox.delay_s("absent")) == (60, 0)
        with pytest.raises(httpx.ReadTimeout):
            client.get(url, headers=headers, timeout=0.05)
        sandbox.faults.put("6", Fault(), times=1)
        assert client.get(url, headers=headers).json()["state"] == "success"


def test_a_good_link_that_counts_as_expired_never_ends_in_the_servers_future(
    client: httpx.Client,
) -> None:
    with Sandbox([PLAIN], bytes_per_s=0, now=lambda: NOW_S) as sandbox:
        sandbox.faults.put(CLIP, Fault(is_expired=True))
        text = client.get(link_to(client, sandbox, PLAIN)).text
    assert "<X-Amz-Expires>86400</X-Amz-Expires><Expires>2026-09-10T00:26:40Z</Expires>" in text
    assert "<ServerTime>2026-09-10T00:26:40Z</ServerTime>" in text


def test_every_link_of_every_creation_of_the_demo_is_made_anew_and_opens(
    client: httpx.Client,
) -> None:
    at_once = [replace(task, signing_s=0) for task in DEMO_TASKS]
    with Sandbox(at_once, bytes_per_s=0, speed=1e6) as sandbox:
        headers = {"authorization": f"Bearer {sandbox.key}"}
        seen: list[set[str]] = []
        for _ in range(2):
            answers = [
                client.get(f"{sandbox.base_url}/tasks/{task.id}/creations", headers=headers).json()
                for task in DEMO_TASKS
            ]
            seen.append({link for a in answers for link in links_in(a.get("creations", []))})
        assert not seen[0] & seen[1]
        for link in seen[0] | seen[1]:
            assert client.head(link).status_code == 200
        names = {link.partition("?")[0].rpartition("/")[2] for link in seen[0]}
    assert names == set(media.names())


def links_in(value: object) -> list[str]:
    """Find every link at any depth."""
    if isinstance(value, str):
        return [value] if value.startswith("http") else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [link for each in inner for link in links_in(each)]


def task_of(label: str) -> SandboxTask:
    return next(task for task in DEMO_TASKS if task.label == label)


def test_in_the_demo_one_link_is_dead_when_its_transfer_is_cut_at_about_the_half() -> None:
    task = task_of("paper lanterns")
    assert task.bytes_per_s is not None
    size = len(content_of(task.clips[0]))
    # The client first waits a moment; a link may also lose up to a second to its rounded stamp.
    assert task.lifetime_s + 1 < task.cut_every / task.bytes_per_s < 20
    assert 0.4 < task.cut_every / size < 0.6
    assert task.cuts == 1
    assert 1 <= task.signing_s <= 2


def test_in_the_demo_one_clip_is_cut_twice_and_one_is_slow_and_no_other_is_either() -> None:
    rain, drone = task_of("rain loop"), task_of("drone over fjord")
    size = len(content_of(rain.clips[0]))
    assert rain.cuts is not None
    assert rain.cut_every * rain.cuts < size
    assert rain.cuts == 2
    assert drone.bytes_per_s == 12_000
    odd = [t.label for t in DEMO_TASKS if any(t.has_own_way(clip) for clip in t.clips)]
    assert odd == ["rain loop", "drone over fjord", "paper lanterns"]
    shared = [clip for t in DEMO_TASKS if t.label not in odd for clip in t.clips]
    assert all(clip in shared for label in odd for clip in task_of(label).clips)


def test_troubles_of_the_demo_begin_one_after_the_other() -> None:
    ends = [task_of(n).phases[-1].start_s for n in ("rain loop", "drone over fjord")]
    ends.append(task_of("paper lanterns").phases[-1].start_s)
    assert all(earlier < later <= 60 for earlier, later in pairwise(ends))
