"""How long a key takes while three transfers run at full speed ÷ while nothing does.

The program runs on a pseudo-terminal; its gateway and file host are other processes. The time is
that from a key to the cursor on its new row, p99 of 300, the median of three runs. Bar: at most 3.
``python -m tests.bench.transfer_keys``
"""

import json
import os
import shutil
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.person import environ_at
from tests.terminal import Terminal

FIRST_ID = 940107923630000000
QUEUED = 60
FILES = 3
SIZE_BYTES = 2_500_000_000
KEYS = 300
RUNS = 3
PAUSE_S = 0.01


def make_film(path: Path) -> None:
    """Make a film whose pictures take no room on this disk."""
    head = b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp42" + b"\x00\x00\x00\x10moov" + bytes(8)
    with path.open("wb") as file:
        file.write(head + (SIZE_BYTES - len(head)).to_bytes(4, "big") + b"mdat")
        file.truncate(SIZE_BYTES)


def answer(task_id: str, origin: str) -> bytes:
    """Say of the oldest tasks that they are finished, of all others that they wait."""
    is_done = int(task_id) < FIRST_ID + FILES
    creations = [{"id": task_id, "url": f"{origin}/film.mp4"}] if is_done else []
    state = "success" if is_done else "queueing"
    return json.dumps({"state": state, "creations": creations, "credits": 10}).encode()


def serve_one(connection: socket.socket, film: Path, origin: str) -> None:
    """Answer the requests of one connection until it ends."""
    while asked := connection.recv(65_536):
        path = asked.split(b" ")[1].decode()
        head = "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n"
        if path.endswith("/creations"):
            body = answer(path.split("/")[-2], origin)
            connection.sendall(head.format(len(body)).encode() + body)
            continue
        connection.sendall(head.format(SIZE_BYTES).encode())
        with film.open("rb") as file:
            at = 0
            while at < SIZE_BYTES:
                at += os.sendfile(connection.fileno(), file.fileno(), at, SIZE_BYTES - at)


def serve(listener: socket.socket, film: Path, origin: str) -> None:
    """Give each connection a process of its own; for ever."""
    while True:
        connection, _ = listener.accept()
        if not os.fork():
            try:
                serve_one(connection, film, origin)
            finally:
                os._exit(0)
        connection.close()


def p99_s(terminal: Terminal) -> float:
    """Move the cursor down and up again; give the 99th of a hundred times to its new row."""
    times = []
    for number in range(KEYS):
        before = len(terminal.written)
        started = time.perf_counter()
        terminal.press("j" if number % 2 == 0 else "k")
        while "▌".encode() not in terminal.written[before:]:
            time.sleep(0.0002)
        times.append(time.perf_counter() - started)
        time.sleep(PAUSE_S)
    return statistics.quantiles(times, n=100)[98]


def run(home: Path, origin: str) -> tuple[float, float]:
    """Measure both in one run of the program, in seconds."""
    environ = environ_at(str(home))
    environ |= {"VIDU_API_KEY": "bench", "VIDU_BASE_URL": f"{origin}/v1/vidu"}
    environ["VIDU_DOWNLOAD_DIR"] = str(home / "videos")
    from vidu_tui.storage.paths import Paths
    from vidu_tui.storage.watchlist import Listed, Watchlist

    Watchlist(Paths.find(environ).watchlist_file).add(
        Listed(str(FIRST_ID + n)) for n in range(FILES + QUEUED)
    )
    with Terminal([], environ) as terminal:
        terminal.wait_for("queueing")
        time.sleep(3)
        idle = p99_s(terminal)
        for key in ("G", "d", "k", "d", "k", "d", "g"):
            terminal.press(key)
            time.sleep(0.1)
        terminal.wait_for("↓ 3 files")
        busy = p99_s(terminal)
        started = [p.stat().st_size for p in (home / "videos").iterdir()]
        if len(started) != FILES or min(started) == SIZE_BYTES:
            sys.exit(f"The transfers were over too early to measure: {started}")
    shutil.rmtree(home)
    return idle, busy


def main() -> None:
    """Print both times and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        make_film(home / "film")
        listener = socket.create_server(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = os.fork()
        if not server:
            os.setpgid(0, 0)
            serve(listener, home / "film", origin)
        try:
            pairs = [run(home / str(number), origin) for number in range(RUNS)]
        finally:
            os.killpg(server, 15)
            listener.close()
    idle, busy = (statistics.median(times) for times in zip(*pairs, strict=True))
    sys.stdout.write(
        f"a key at rest {idle * 1000:.1f} ms, during three transfers {busy * 1000:.1f} ms (p99),"
        f" ratio {busy / idle:.2f} (bar 3)\n"
    )


if __name__ == "__main__":
    main()
