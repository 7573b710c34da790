"""What the bytes that came prove: the ending, the kind, and whether an MP4 is whole."""

import socket
import threading
from pathlib import Path

import pytest

from tests.gateway.conftest import MP4, NAME, TLS, box
from vidu_tui.core.errors import BrokenOff, Damaged, NotTheFile
from vidu_tui.core.files import Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.task import AssetKind
from vidu_tui.gateway.transfer import FileClient
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.server import Sandbox

PNG = b"\x89PNG\r\n\x1a\n" + bytes(3) + b"\xc8IDAT" + bytes(204) + bytes(4) + b"IEND" + bytes(4)
JPEG = b"\xff\xd8\xff\xe0\x00\x10" + bytes(14) + bytes(2000) + b"\xff\xd9"
WAV = b"RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00" + bytes(16) + b"data\x00\x00\x00\x00s"
MP3 = b"ID3\x04" + bytes(6) + b"\xff\xfb" + bytes(2000)
MOV = box(b"ftyp", b"qt  " + bytes(8)) + box(b"mdat", bytes(900)) + box(b"moov", bytes(90))
AVIF = box(b"ftyp", b"avif" + bytes(4)) + box(b"meta", bytes(90)) + box(b"mdat", bytes(900))
HEIC = AVIF.replace(b"avif", b"heic")
AAC = (b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)) * 100
AVI = b"RIFF" + (2004).to_bytes(4, "little") + b"AVI LIST" + bytes(1996)
ODD = bytes(range(256)) * 8
"""Of no format that anybody knows."""


@pytest.mark.parametrize(
    ("content", "proposed", "ending"),
    [
        (PNG, "mp4", "png"),
        (JPEG, "jpeg", "jpeg"),
        (JPEG, "png", "jpg"),
        (WAV, "mp4", "wav"),
        (MP3, "mp4", "mp3"),
        (MP4, "m4v", "m4v"),
        (MOV, "mp4", "mov"),
        (AVIF, "mp4", "avif"),
        (HEIC, "heif", "heif"),
        (AAC, "mp3", "aac"),
        (AVI, "mp4", "avi"),
    ],
)
def test_the_bytes_decide_on_the_ending(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    target: Path,
    content: bytes,
    proposed: str,
    ending: str,
) -> None:
    sandbox.files.put(NAME, content)
    proposal = str(target.with_suffix(f".{proposed}"))
    arrived = files.fetch(order._replace(target=proposal), Watch())
    assert arrived.path == str(target.with_suffix(f".{ending}"))
    assert Path(arrived.path).read_bytes() == content


@pytest.mark.parametrize(
    ("kind", "content"), [(AssetKind.COVER, MP4), (AssetKind.BGM, PNG), (AssetKind.SPEECH, JPEG)]
)
def test_an_asset_of_another_kind_is_not_the_file(
    files: FileClient, order: Order, sandbox: Sandbox, kind: AssetKind, content: bytes
) -> None:
    sandbox.files.put(NAME, content)
    with pytest.raises(NotTheFile, match=f"no {kind.value}"):
        files.fetch(order._replace(kind=kind), Watch())


@pytest.mark.parametrize(
    ("kind", "said", "link", "ending"),
    [
        (AssetKind.VIDEO, "video/quicktime", "v.webm", "mov"),
        (AssetKind.VIDEO, "application/octet-stream", "v.webm", "webm"),
        (AssetKind.VIDEO, "", "v", "mp4"),
        (AssetKind.VIDEO, "text/plain", "v.php", "mp4"),
        (AssetKind.COVER, "video/mp4", "v.webp", "webp"),
        (AssetKind.BGM, "audio/x-wav", "v", "wav"),
    ],
)
def test_a_format_that_nobody_knows_is_saved_with_the_ending_that_is_said(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    target: Path,
    kind: AssetKind,
    said: str,
    link: str,
    ending: str,
) -> None:
    sandbox.files.put(link, ODD)
    sandbox.faults.put(link, Fault(headers=(("content-type", said),)))
    url = f"{sandbox.origin}/open/{link}"
    arrived = files.fetch(order._replace(url=url, kind=kind), Watch())
    assert arrived.path == str(target.with_suffix(f".{ending}"))
    assert Path(arrived.path).read_bytes() == ODD


def test_a_whole_part_of_unknown_bytes_is_saved(
    files: FileClient, order: Order, part: Path, target: Path
) -> None:
    part.parent.mkdir()
    part.write_bytes(ODD)
    arrived = files.fetch(order._replace(known=Validator('"e"', "", len(ODD))), Watch())
    assert arrived.path == str(target)
    assert names(target) == ["clip.mp4"]


def test_a_whole_part_of_words_is_put_aside(
    files: FileClient, order: Order, part: Path, target: Path
) -> None:
    part.parent.mkdir()
    part.write_bytes(b"words " * 100)
    with pytest.raises(Damaged) as caught:
        files.fetch(order._replace(known=Validator('"e"', "", 600)), Watch())
    assert str(caught.value) == (
        "What arrived is no video. It is kept as clip.mp4.bad; d fetches it again."
    )
    assert Path(caught.value.kept_as).read_bytes() == b"words " * 100
    assert names(target) == ["clip.mp4.bad"]


def test_a_whole_part_of_another_kind_is_put_aside_with_its_own_ending(
    files: FileClient, order: Order, target: Path
) -> None:
    cover = target.with_name("cover.png")
    cover.parent.mkdir()
    cover.with_name("cover.png.part").write_bytes(MP4)
    known = Validator('"e"', "", len(MP4))
    with pytest.raises(Damaged, match=r"no cover.* kept as cover\.mp4\.bad"):
        files.fetch(order._replace(target=str(cover), kind=AssetKind.COVER, known=known), Watch())
    assert names(cover) == ["cover.mp4.bad"]


def names(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def test_a_film_that_is_not_whole_is_kept_aside_and_never_called_saved(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path
) -> None:
    half = MP4[: len(MP4) // 2]
    sandbox.files.put(NAME, half)
    for _ in range(2):
        with pytest.raises(Damaged) as caught:
            files.fetch(order, Watch())
        assert str(caught.value) == (
            "The video is not whole (it ends in the middle of its picture data)."
            " It is kept as clip.mp4.bad; d fetches it again."
        )
        assert caught.value.kept_as == str(target.with_name("clip.mp4.bad"))
        assert caught.value.cell == "damaged"
    assert names(target) == ["clip.mp4.bad"]
    assert target.with_name("clip.mp4.bad").read_bytes() == half
    sandbox.files.put(NAME, MP4[:-1])
    with pytest.raises(Damaged, match=r"kept as clip_2\.mp4\.bad"):
        files.fetch(order, Watch())
    sandbox.files.put(NAME, MP4)
    assert files.fetch(order, Watch()).path == str(target)
    assert names(target) == ["clip.mp4", "clip.mp4.bad", "clip_2.mp4.bad"]


def test_a_damaged_file_takes_no_name_of_another(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path
) -> None:
    target.with_name("clip.mp4.bad").mkdir(parents=True)
    sandbox.files.put(NAME, MP4[:-1])
    with pytest.raises(Damaged, match=r"kept as clip_2\.mp4\.bad"):
        files.fetch(order, Watch())
    assert names(target) == ["clip.mp4.bad", "clip_2.mp4.bad"]


@pytest.mark.parametrize(("cut", "is_whole"), [(0, True), (1, False), (95, False), (2127, False)])
def test_a_file_whose_end_nobody_announced_must_be_whole_by_its_own_structure(
    target: Path, part: Path, cut: int, is_whole: bool
) -> None:
    film = box(b"ftyp", bytes(16)) + box(b"moov", bytes(2000)) + box(b"mdat", bytes(90))
    sent = film[: len(film) - cut]

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + sent)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve, args=(listener,))
        server.start()
        files = FileClient(tls=TLS)
        order = Order(f"http://127.0.0.1:{listener.getsockname()[1]}/v.mp4", str(target))
        if is_whole:
            assert Path(files.fetch(order, Watch()).path).read_bytes() == film
        else:
            with pytest.raises(BrokenOff, match="ended before the video did"):
                files.fetch(order, Watch())
            assert part.read_bytes() == sent
            assert not target.exists()
        files.close()
        server.join()
