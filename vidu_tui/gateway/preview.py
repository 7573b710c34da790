"""One small picture into memory, bounded in size and in time. Knows no disk and no format."""

import time
from collections.abc import Callable
from typing import Final

from vidu_tui.core import media, text
from vidu_tui.core.errors import BrokenOff, NotTheFile
from vidu_tui.gateway import reply
from vidu_tui.gateway.filehost import FileHost

MOST_BYTES: Final = 8_000_000
LIMIT_S: Final = 20.0
"""A host that drips a picture for longer than this is left alone."""
_CHUNK: Final = 1 << 16


def picture(host: FileHost, monotonic: Callable[[], float] = time.monotonic) -> bytes:
    """Fetch a picture of at most 8 MB; raise TransferError for anything else."""
    end = monotonic() + LIMIT_S
    with host.ask(0, "") as response:
        name, announced = reply.host_of(response), reply.length_of(response)
        too_long = NotTheFile(f"{name} sent more than {text.size(MOST_BYTES)} for a cover.")
        if announced is not None and announced > MOST_BYTES:
            raise too_long
        came = bytearray()
        for chunk in response.iter_bytes(_CHUNK):
            came += chunk
            if len(came) > MOST_BYTES:
                raise too_long
            if monotonic() > end:
                raise BrokenOff(f"{name} took too long to send a cover.")
        if announced is not None and len(came) < announced:
            raise BrokenOff(f"{name} broke off in the middle of a cover.")
    if media.kind_of(media.sniff(bytes(came[:512]))) != "image":
        raise NotTheFile(f"{name} sent something that is no picture.")
    return bytes(came)
