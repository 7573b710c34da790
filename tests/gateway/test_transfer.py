"""Whole files and resumed ones, over real sockets against the sandbox."""

from pathlib import Path

import pytest

from tests.gateway.conftest import MP4, NAME, SHA256, Told
from vidu_tui.core.errors import BrokenOff, FileRefused, NotTheFile, Stopped, TransferError
from vidu_tui.core.files import Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway.transfer import OVERLAP_BYTES, FileClient
from vidu_tui.sandbox.faults import HTML_PAGE, Fault
from vidu_tui.sandbox.server import Sandbox

CUT = 100_000


def etag(sandbox: Sandbox) -> str:
    file = sandbox.files.get(NAME)
    assert file is not None
    return file.etag


def known(sandbox: Sandbox) -> Validator:
    return Validator(etag(sandbox), "Sun, 23 Nov 2025 13:48:31 GMT", len(MP4))


def keep(part: Path, content: bytes = MP4[:CUT]) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(content)


def nothing_is_left(target: Path) -> bool:
    return list(target.parent.iterdir()) == []


def test_a_whole_file_arrives_byte_for_byte(
    files: FileClient, order: Order, target: Path, sandbox: Sandbox
) -> None:
    told = Told()
    arrived = files.fetch(order, told.watch)
    assert target.read_bytes() == MP4
    assert (arrived.path, arrived.sha256, arrived.size_bytes) == (str(target), SHA256, len(MP4))
    assert (arrived.was_there, arrived.validator) == (False, known(sandbox))
    assert [p.name for p in target.parent.iterdir()] == ["clip.mp4"]
    assert told.validators == [known(sandbox)]
    assert told.checks == 1
    assert told.progress[-1] == (len(MP4), len(MP4))
    counts = [got for got, _ in told.progress]
    assert counts == sorted(counts)
    assert len(counts) > 1


def test_the_request_asks_for_plain_bytes_and_says_who_asks(
    files: FileClient, order: Order, sandbox: Sandbox
) -> None:
    files.fetch(order, Watch())
    [seen] = sandbox.requests
    assert (seen.accept_encoding, seen.range) == ("identity", None)
    assert (seen.user_agent or "").startswith("vidu-tui/")


def test_a_stopped_transfer_keeps_its_part_and_goes_on_from_there(
    files: FileClient, order: Order, target: Path, part: Path, sandbox: Sandbox
) -> None:
    told = Told(stop_at=1)
    with pytest.raises(Stopped):
        files.fetch(order, told.watch)
    kept = part.read_bytes()
    assert MP4.startswith(kept)
    assert 0 < len(kept) == told.got < len(MP4)
    assert not target.exists()
    again = Told()
    arrived = files.fetch(order._replace(known=told.validators[0]), again.watch)
    assert (target.read_bytes(), arrived.sha256) == (MP4, SHA256)
    assert sandbox.requests[-1].range == f"bytes={len(kept) - OVERLAP_BYTES}-"
    assert sandbox.requests[-1].headers["if-range"] == etag(sandbox)
    assert again.validators == []
    assert again.progress[0][0] > len(kept)


def test_a_stop_before_the_first_byte_asks_nobody(
    files: FileClient, order: Order, target: Path, sandbox: Sandbox
) -> None:
    with pytest.raises(Stopped):
        files.fetch(order, Watch(is_stopped=lambda: True))
    assert sandbox.requests == []
    assert nothing_is_left(target)


def test_a_cut_keeps_what_came_and_the_next_attempt_goes_on(
    files: FileClient, order: Order, target: Path, part: Path, sandbox: Sandbox
) -> None:
    sandbox.faults.put(NAME, Fault(cut_after=CUT), times=1)
    told = Told()
    with pytest.raises(BrokenOff, match="kept"):
        files.fetch(order, told.watch)
    assert part.read_bytes() == MP4[:CUT]
    files.fetch(order._replace(known=told.validators[0]), Watch())
    assert target.read_bytes() == MP4


def test_a_stall_ends_the_attempt_and_keeps_the_part(
    sandbox: Sandbox, order: Order, part: Path
) -> None:
    sandbox.faults.put(NAME, Fault(stall_after=CUT))
    files = FileClient(stall_s=0.5)
    with pytest.raises(BrokenOff, match="stopped answering"):
        files.fetch(order, Watch())
    files.close()
    assert part.read_bytes() == MP4[:CUT]


def test_a_reset_before_the_answer_leaves_no_empty_part(
    files: FileClient, order: Order, target: Path, sandbox: Sandbox
) -> None:
    sandbox.faults.put(NAME, Fault(is_reset=True))
    with pytest.raises(BrokenOff):
        files.fetch(order, Watch())
    assert nothing_is_left(target)


def test_a_part_that_nothing_proves_is_fetched_anew(
    files: FileClient, order: Order, target: Path, part: Path, sandbox: Sandbox
) -> None:
    keep(part, b"other bytes")
    files.fetch(order, Watch())
    assert target.read_bytes() == MP4
    assert sandbox.requests[-1].range is None


def test_a_whole_part_is_settled_without_a_question(
    files: FileClient, order: Order, target: Path, part: Path, sandbox: Sandbox
) -> None:
    keep(part, MP4)
    arrived = files.fetch(order._replace(known=known(sandbox)), Watch())
    assert (target.read_bytes(), arrived.sha256) == (MP4, SHA256)
    assert sandbox.requests == []


@pytest.mark.parametrize(
    ("fault", "requests"),
    [
        (Fault(ranges="ignored"), 1),
        (Fault(ranges="wrong start"), 2),
        (Fault(ranges="wrong total"), 2),
        (Fault(ranges="refused"), 2),
        (Fault(etag='"another"'), 2),
    ],
)
def test_a_range_that_cannot_be_trusted_means_the_whole_file(
    files: FileClient,
    order: Order,
    target: Path,
    part: Path,
    sandbox: Sandbox,
    fault: Fault,
    requests: int,
) -> None:
    keep(part)
    sandbox.faults.put(NAME, fault)
    told = Told()
    files.fetch(order._replace(known=known(sandbox)), told.watch)
    assert target.read_bytes() == MP4
    assert len(sandbox.requests) == requests
    assert len(told.validators) == 1


@pytest.mark.parametrize("have", [len(MP4) + 1, len(MP4) * 2])
def test_a_part_that_is_too_long_is_fetched_anew(
    files: FileClient, order: Order, target: Path, part: Path, sandbox: Sandbox, have: int
) -> None:
    keep(part, (MP4 * 2)[:have])
    files.fetch(order._replace(known=known(sandbox)), Watch())
    assert target.read_bytes() == MP4


def test_a_file_that_changed_meanwhile_is_fetched_anew(
    files: FileClient, order: Order, target: Path, part: Path, sandbox: Sandbox
) -> None:
    before = known(sandbox)
    keep(part)
    changed = MP4[:50] + b"changed" + MP4[57:]
    sandbox.files.put(NAME, changed)
    told = Told()
    files.fetch(order._replace(known=before), told.watch)
    assert target.read_bytes() == changed
    assert told.validators[0].etag == etag(sandbox) != before.etag


def test_without_an_etag_the_date_proves_the_part(
    files: FileClient, order: Order, target: Path, part: Path, sandbox: Sandbox
) -> None:
    sandbox.faults.put(NAME, Fault(etag='W/"weak"'))
    told = Told(stop_at=1)
    with pytest.raises(Stopped):
        files.fetch(order, told.watch)
    [validator] = told.validators
    assert (validator.etag, validator.condition) == ("", validator.last_modified)
    files.fetch(order._replace(known=validator), Watch())
    assert target.read_bytes() == MP4
    assert sandbox.requests[-1].headers["if-range"] == validator.last_modified


def test_a_length_that_was_never_said_is_learned_from_the_range(
    files: FileClient, order: Order, target: Path, part: Path, sandbox: Sandbox
) -> None:
    keep(part)
    arrived = files.fetch(order._replace(known=Validator(etag(sandbox))), Watch())
    assert (target.read_bytes(), arrived.validator.total) == (MP4, len(MP4))
    assert len(sandbox.requests) == 1


def test_a_chunked_file_without_a_length_arrives_whole(
    files: FileClient, order: Order, target: Path, sandbox: Sandbox
) -> None:
    sandbox.faults.put(NAME, Fault(headers=(("content-length", ""),)))
    told = Told()
    arrived = files.fetch(order, told.watch)
    assert target.read_bytes() == MP4
    assert told.progress[-1] == (len(MP4), None)
    assert arrived.validator.total == len(MP4)


def test_an_announced_length_that_is_not_met_is_no_file(
    files: FileClient, order: Order, target: Path, part: Path, sandbox: Sandbox
) -> None:
    sandbox.faults.put(NAME, Fault(length=len(MP4) + 1))
    with pytest.raises(BrokenOff):
        files.fetch(order, Watch())
    assert not target.exists()
    assert part.read_bytes() == MP4


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (HTML_PAGE, "text/html", "a web page .* instead of the video.*It says: 502 Bad Gateway"),
        (b'{"error":{"message":"no such file"}}', "application/json", "It says: no such file"),
        (b"<?xml version='1.0'?><Error><Message>gone</Message></Error>", "text/xml", "says: gone"),
        (b"", "video/mp4", "an empty file"),
        (b"just words, no film", "video/mp4", "something that is no video"),
        ("错误".encode("gbk"), "text/plain", "something that is no video"),
        (b"PK\x03\x04" + bytes(3000), "application/zip", "something that is no video"),
    ],
)
def test_something_else_than_the_file_leaves_no_trace_but_its_words(
    files: FileClient,
    order: Order,
    target: Path,
    sandbox: Sandbox,
    body: bytes,
    kind: str,
    words: str,
) -> None:
    sandbox.faults.answer(NAME, 200, body, {"content-type": kind})
    with pytest.raises(NotTheFile, match=words) as caught:
        files.fetch(order, Watch())
    assert "Nothing was saved." in str(caught.value)
    assert nothing_is_left(target)


def test_a_page_leaves_an_earlier_part_alone(
    files: FileClient, order: Order, part: Path, sandbox: Sandbox
) -> None:
    keep(part)
    sandbox.faults.answer(NAME, 200, HTML_PAGE)
    with pytest.raises(NotTheFile):
        files.fetch(order._replace(known=known(sandbox)), Watch())
    assert part.read_bytes() == MP4[:CUT]


def test_an_encoded_file_is_refused(
    files: FileClient, order: Order, target: Path, sandbox: Sandbox
) -> None:
    for fault in (Fault(is_gzipped=True), Fault(bomb_bytes=2_000_000)):
        sandbox.faults.put(NAME, fault, times=1)
        with pytest.raises(NotTheFile, match="encoded file that nobody asked for"):
            files.fetch(order, Watch())
    assert nothing_is_left(target)


def test_a_piece_that_nobody_asked_for_is_no_whole_file(
    files: FileClient, order: Order, target: Path, sandbox: Sandbox
) -> None:
    span = f"bytes 0-{CUT - 1}/{len(MP4)}"
    sandbox.faults.answer(NAME, 206, MP4[:CUT], {"content-range": span}, times=1)
    with pytest.raises(BrokenOff):
        files.fetch(order, Watch())
    for odd in ("bytes 5-9/20", "bytes 0-9/*", "bytes 9-0/20", "words"):
        sandbox.faults.answer(NAME, 206, MP4[:CUT], {"content-range": odd}, times=1)
        with pytest.raises(TransferError):
            files.fetch(order, Watch())
    assert not target.exists()


@pytest.mark.parametrize("status", [204, 400, 404, 410, 416, 429, 500, 503])
def test_a_refusal_carries_its_status_and_words(
    files: FileClient, order: Order, target: Path, sandbox: Sandbox, status: int
) -> None:
    body = b"" if status == 204 else b'{"message":"not\\u001b[31m today"}'
    sandbox.faults.answer(NAME, status, body)
    with pytest.raises((FileRefused, NotTheFile)) as caught:
        files.fetch(order, Watch())
    error = caught.value
    if isinstance(error, FileRefused):
        assert (error.status, error.cell) == (status, f"refused ({status})")
        assert str(error) == f"127.0.0.1 refused the file ({status}: not today)."
        assert not error.wants_key
    assert nothing_is_left(target)
