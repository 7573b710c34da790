"""Going on from a part: what proves it, what contradicts it, and what it costs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gateway.conftest import MP4, NAME, SHA256, TLS, Told, film_of
from vidu_tui.core.errors import BrokenOff
from vidu_tui.core.files import Arrived, Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway.transfer import OVERLAP_BYTES, FileClient
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.files import LAST_MODIFIED
from vidu_tui.sandbox.server import Sandbox

CUT = 100_000
BARE = (("etag", ""), ("last-modified", ""))
"""Takes away everything that could prove a part."""
KNOWN = Validator(total=len(MP4))


@pytest.fixture
def other() -> Iterator[Sandbox]:
    with Sandbox([], bytes_per_s=0) as running:
        running.files.put(NAME, MP4)
        yield running


def keep(part: Path, content: bytes = MP4[:CUT]) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(content)


def ranges(sandbox: Sandbox) -> list[str | None]:
    return [seen.range for seen in sandbox.requests]


def insist(files: FileClient, order: Order, attempts: int) -> Arrived:
    """Fetch until the file is there, with what each attempt told of it."""
    for _ in range(attempts):
        told = Told()
        try:
            return files.fetch(order, told.watch)
        except BrokenOff:
            if told.validators:
                order = order._replace(known=told.validators[-1])
    raise AssertionError(f"not there after {attempts} attempts")


@pytest.mark.parametrize("headers", [(), BARE])
def test_a_line_that_breaks_every_100_kb_still_brings_10_mb_at_little_more_than_its_length(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    target: Path,
    headers: tuple[tuple[str, str], ...],
) -> None:
    film = film_of(10_000_000)
    sandbox.files.put(NAME, film)
    sandbox.faults.put(NAME, Fault(cut_after=CUT, headers=headers))
    arrived = insist(files, order, 200)
    assert target.read_bytes() == film
    assert not arrived.was_there
    # No answer held more than CUT bytes, the repeated ones included.
    assert len(sandbox.requests) * CUT < len(film) * 1.2
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_part_with_nothing_but_a_length_goes_on_shortly_before_its_end(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path, part: Path
) -> None:
    keep(part)
    sandbox.faults.put(NAME, Fault(headers=BARE))
    told = Told()
    files.fetch(order._replace(known=KNOWN), told.watch)
    assert target.read_bytes() == MP4
    assert ranges(sandbox) == [f"bytes={CUT - OVERLAP_BYTES}-"]
    assert "if-range" not in sandbox.requests[0].headers
    assert [validator.sha256 for validator in told.validators] == [SHA256]
    assert all(got > CUT for got, _ in told.progress)


@pytest.mark.parametrize("at", [CUT - 1, CUT - OVERLAP_BYTES])
def test_a_part_whose_last_bytes_differ_is_fetched_anew(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path, part: Path, at: int
) -> None:
    keep(part, MP4[:at] + bytes([MP4[at] ^ 1]) + MP4[at + 1 : CUT])
    sandbox.faults.put(NAME, Fault(headers=BARE))
    files.fetch(order._replace(known=KNOWN), Watch())
    assert target.read_bytes() == MP4
    assert ranges(sandbox) == [f"bytes={CUT - OVERLAP_BYTES}-", None]


def test_bytes_of_another_file_are_never_gone_on_with_whatever_validator_is_known(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path, part: Path
) -> None:
    file = sandbox.files.get(NAME)
    assert file is not None
    for known in (Validator(file.etag, "", len(MP4)), Validator("", LAST_MODIFIED, len(MP4))):
        keep(part, film_of(len(MP4), seed=2)[:CUT])
        sandbox.forget_requests()
        files.fetch(order._replace(known=known), Watch())
        assert target.read_bytes() == MP4
        assert ranges(sandbox) == [f"bytes={CUT - OVERLAP_BYTES}-", None]
        assert sandbox.requests[0].headers["if-range"] == known.condition
        target.unlink()


@pytest.mark.parametrize(
    ("fault", "asked"),
    [
        (Fault(ranges="wrong start", headers=BARE), 2),
        (Fault(ranges="wrong total", headers=BARE), 2),
        (Fault(ranges="refused", headers=BARE), 2),
        (Fault(ranges="ignored", headers=BARE), 1),
    ],
)
def test_an_answer_that_is_not_the_rest_is_never_glued_on(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    target: Path,
    part: Path,
    fault: Fault,
    asked: int,
) -> None:
    keep(part)
    sandbox.faults.put(NAME, fault)
    files.fetch(order._replace(known=KNOWN), Watch())
    assert target.read_bytes() == MP4
    assert len(sandbox.requests) == asked


def test_a_rest_that_is_longer_than_announced_is_fetched_anew(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path, part: Path
) -> None:
    keep(part)
    start = CUT - OVERLAP_BYTES
    span = {"content-range": f"bytes {start}-{len(MP4) - 1}/{len(MP4)}", "content-length": ""}
    sandbox.faults.answer(NAME, 206, MP4[start:] + b"more", span, times=1)
    with pytest.raises(BrokenOff, match="More came than was announced"):
        files.fetch(order._replace(known=KNOWN), Watch())
    assert list(target.parent.iterdir()) == []
    files.fetch(order._replace(known=KNOWN), Watch())
    assert target.read_bytes() == MP4


def test_a_file_of_another_length_is_fetched_anew(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path, part: Path
) -> None:
    keep(part)
    longer = film_of(len(MP4) + 1)
    sandbox.files.put(NAME, longer)
    sandbox.faults.put(NAME, Fault(headers=BARE))
    files.fetch(order._replace(known=KNOWN), Watch())
    assert target.read_bytes() == longer


@pytest.mark.parametrize("have", [1, OVERLAP_BYTES, OVERLAP_BYTES + 1, len(MP4) - 1, len(MP4)])
def test_a_part_of_any_length_becomes_the_file(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path, part: Path, have: int
) -> None:
    keep(part, MP4[:have])
    sandbox.faults.put(NAME, Fault(headers=BARE))
    files.fetch(order._replace(known=KNOWN), Watch())
    assert target.read_bytes() == MP4
    assert len(sandbox.requests) == 1


def test_a_part_longer_than_its_file_is_fetched_anew(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path, part: Path
) -> None:
    keep(part, MP4 + b"!")
    files.fetch(order._replace(known=KNOWN), Watch())
    assert target.read_bytes() == MP4
    assert ranges(sandbox) == [None]


def test_a_break_before_the_part_s_end_leaves_it_as_it_was(
    files: FileClient, order: Order, sandbox: Sandbox, part: Path
) -> None:
    keep(part)
    sandbox.faults.put(NAME, Fault(headers=BARE, cut_after=OVERLAP_BYTES // 2))
    with pytest.raises(BrokenOff):
        files.fetch(order._replace(known=KNOWN), Watch())
    assert part.read_bytes() == MP4[:CUT]


@pytest.mark.parametrize(
    ("known", "told", "asked"),
    [
        # The other host honours If-Range by what it holds; what it tells decides here.
        (lambda etag: Validator(etag, "", len(MP4)), Fault(), 1),
        (lambda etag: Validator(etag, "", len(MP4)), Fault(etag='"another"'), 2),
        (lambda etag: Validator(etag, "", len(MP4)), Fault(headers=BARE), 1),
        (lambda etag: Validator(etag, LAST_MODIFIED), Fault(etag=""), 1),
        (lambda etag: Validator(etag, ""), Fault(headers=BARE), 2),
        (lambda etag: Validator(etag, "", len(MP4) + 1), Fault(), 2),
        (lambda _: Validator("", LAST_MODIFIED, len(MP4)), Fault(), 1),
        (
            lambda _: Validator("", LAST_MODIFIED, len(MP4)),
            Fault(headers=(("last-modified", "Mon, 24 Nov 2025 13:48:31 GMT"),)),
            2,
        ),
    ],
)
def test_a_fresh_link_to_another_host_goes_on_only_where_nothing_differs_and_something_agrees(
    files: FileClient,
    order: Order,
    other: Sandbox,
    target: Path,
    part: Path,
    known: Callable[[str], Validator],
    told: Fault,
    asked: int,
) -> None:
    file = other.files.get(NAME)
    assert file is not None
    keep(part)
    other.faults.put(NAME, told)
    fresh = order._replace(url=f"{other.origin}/open/{NAME}", known=known(file.etag))
    files.fetch(fresh, Watch())
    assert target.read_bytes() == MP4
    assert ranges(other) == [f"bytes={CUT - OVERLAP_BYTES}-", None][:asked]


def test_another_film_of_the_same_length_behind_a_fresh_link_is_never_glued_on(
    order: Order, other: Sandbox, target: Path, part: Path
) -> None:
    keep(part)
    another = film_of(len(MP4), seed=2)
    other.files.put(NAME, another)
    fresh = order._replace(url=f"{other.origin}/open/{NAME}")
    for known in (KNOWN, Validator('"theirs"', "", len(MP4))):
        keep(part)
        files = FileClient(tls=TLS)
        arrived = files.fetch(fresh._replace(known=known), Watch())
        files.close()
        assert Path(arrived.path).read_bytes() == another
        Path(arrived.path).unlink()
