"""Our download of 300 MB ÷ curl's from the same server, and how much memory ours takes.

The server is a process of its own on loopback. Ours checks, hashes and brings the file to the
disk; curl does none of it. Bars: at least 0.5 unthrottled, 0.95 of a server's 100 MB/s, and less
than 20 MB of memory. ``python -m tests.bench.throughput``
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZE_BYTES = 300_000_000
RATE = 100_000_000
RUNS = 5
_SLICE = 1_000_000
_KIB = 1 if sys.platform == "darwin" else 1024

OURS = """
import resource, sys, time
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway.transfer import FileClient

files = FileClient()
files.fetch(Order(sys.argv[2], sys.argv[3] + ".warm.mp4"), Watch())
before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
files.fetch(Order(sys.argv[1], sys.argv[3]), Watch())
took_s = time.perf_counter() - started
print(took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def make_film(path: Path, size_bytes: int) -> None:
    """Write a film that is whole by its boxes; its pictures are noise."""
    head = b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00mp42" + b"\x00\x00\x00\x10moov" + bytes(8)
    length = size_bytes - len(head)
    noise = os.urandom(1 << 20)
    with path.open("wb") as file:
        file.write(head + length.to_bytes(4, "big") + b"mdat")
        left = length - 8
        while left:
            left -= file.write(noise[: min(left, len(noise))])


def serve(listener: socket.socket, folder: Path) -> None:
    """Answer one request a connection: ``/fast/NAME``, ``/slow/NAME``; for ever."""
    while True:
        connection, _ = listener.accept()
        with connection:
            asked = connection.recv(65_536).split(b" ")
            _, pace, name = asked[1].decode().split("/")
            with (folder / name).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
                connection.sendall(head.encode())
                send(connection, file.fileno(), size, RATE if pace == "slow" else 0)


def send(connection: socket.socket, file: int, size: int, rate: int) -> None:
    """Send a file out of the kernel, held back to so many bytes a second (0: not at all)."""
    started, at = time.perf_counter(), 0
    while at < size:
        at += os.sendfile(connection.fileno(), file, at, _SLICE if rate else size - at)
        if rate:
            time.sleep(max(0.0, started + at / rate - time.perf_counter()))


def curl_s(url: str, target: Path) -> float:
    """Time curl, its own start left out by its own clock."""
    command = ["curl", "-s", "-o", str(target), "-w", "%{time_total}", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(told.stdout)


def ours_s(url: str, warm: str, target: Path) -> tuple[float, float]:
    """Time one transfer of ours in a fresh process: seconds, and MB of memory it grew by."""
    command = [sys.executable, "-c", OURS, url, warm, str(target)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    took_s, grown = told.stdout.split()
    return float(took_s), int(grown) * _KIB / 1e6


def compare(origin: str, pace: str, folder: Path) -> tuple[float, float, float]:
    """Fetch in turns; give both medians in MB/s and the most memory that ours grew by."""
    theirs, ours, grown = [], [], 0.0
    for run in range(RUNS):
        target = folder / f"{pace}{run}.mp4"
        theirs.append(curl_s(f"{origin}/{pace}/film.mp4", target))
        target.unlink()
        took_s, more = ours_s(f"{origin}/{pace}/film.mp4", f"{origin}/fast/small.mp4", target)
        ours.append(took_s)
        grown = max(grown, more)
        for path in folder.glob(f"{pace}{run}*"):
            path.unlink()
    mb = SIZE_BYTES / 1e6
    return mb / statistics.median(theirs), mb / statistics.median(ours), grown


def main() -> None:
    """Print the ratios beside their bars."""
    if shutil.which("curl") is None:
        sys.exit("This bench compares with curl, and there is none.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_film(folder / "film.mp4", SIZE_BYTES)
        make_film(folder / "small.mp4", 2_000_000)
        listener = socket.create_server(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = os.fork()
        if not server:
            serve(listener, folder)
        try:
            for pace, bar in (("fast", 0.5), ("slow", 0.95)):
                curl, ours, grown = compare(origin, pace, folder)
                base = curl if pace == "fast" else RATE / 1e6
                sys.stdout.write(
                    f"{pace}: curl {curl:.0f} MB/s, vidu-tui {ours:.0f} MB/s,"
                    f" ratio {ours / base:.2f} (bar {bar}), memory +{grown:.1f} MB (bar 20)\n"
                )
        finally:
            os.kill(server, 15)
            os.waitpid(server, 0)
            listener.close()


if __name__ == "__main__":
    main()
