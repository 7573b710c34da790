"""What the bytes that came prove: the ending, the kind, and whether an MP4 is whole."""

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from tests.gateway.conftest import MP4, NAME, TLS
from vidu_tui.core.errors import BrokenOff, NotTheFile
from vidu_tui.core.orders import Order, Validator, Watch
from vidu_tui.core.task import AssetKind
from vidu_tui.gateway.transfer import FileClient
from vidu_tui.sandbox.server import Sandbox

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)
JPEG = b"\xff\xd8\xff\xe0" + bytes(2000)
WAV = b"RIFF\x00\x00\x00\x00WAVE" + bytes(2000)
MP3 = b"ID3\x04" + bytes(2000)


@pytest.mark.parametrize(
    ("content", "proposed", "ending"),
    [
        (PNG, "mp4", "png"),
        (JPEG, "jpeg", "jpeg"),
        (JPEG, "png", "jpg"),
        (WAV, "mp4", "wav"),
        (MP3, "mp4", "mp3"),
        (MP4, "m4v", "m4v"),
        (b"\x00\x00\x00\x14ftypqt  " + bytes(2000), "mp4", "mov"),
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
    arrived = files.fetch(replace(order, target=proposal), Watch())
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
        files.fetch(replace(order, kind=kind), Watch())


def test_a_whole_part_of_unknown_bytes_is_thrown_away(
    files: FileClient, order: Order, part: Path
) -> None:
    part.parent.mkdir()
    part.write_bytes(bytes(500))
    with pytest.raises(NotTheFile, match="Nothing was saved"):
        files.fetch(replace(order, known=Validator('"e"', "", 500)), Watch())
    assert not part.exists()


def box(name: bytes, length: int) -> bytes:
    return (8 + length).to_bytes(4) + name + bytes(length)


@pytest.mark.parametrize(("cut", "is_whole"), [(0, True), (1, False), (95, False)])
def test_a_file_whose_end_nobody_announced_must_be_whole_by_its_own_structure(
    target: Path, part: Path, cut: int, is_whole: bool
) -> None:
    film = box(b"ftyp", 16) + box(b"moov", 2000) + box(b"mdat", 90)
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
